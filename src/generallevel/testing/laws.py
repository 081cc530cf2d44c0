"""Laws: what every metric keeps, each with its statement and with what usually breaks it.

A law is a function of a `Case` that raises `Breach`; its name is the function's. The modules ``*_laws`` hold the
bodies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generallevel.registry import Metric
from generallevel.testing.cases import Case

__all__ = ["LAWS", "Law", "law"]


@dataclass(frozen=True)
class Law:
    """One law.

    Attributes
    ----------
    name : str
        What messages and the argument ``laws`` of `check_metric` call it.
    statement : str
        What holds, in one sentence.
    cause : str
        What usually breaks it.
    body : callable
        From a case to nothing, or to a `Breach`.
    applies : callable
        Whether the law speaks of this metric.
    declared : bool
        Whether it speaks of the declaration and so needs no function and no samples.
    """

    name: str
    statement: str
    cause: str
    body: Callable[[Case], None]
    applies: Callable[[Metric], bool]
    declared: bool = False


LAWS: dict[str, Law] = {}


def law(
    statement: str,
    *,
    cause: str,
    applies: Callable[[Metric], bool] = lambda metric: True,
    declared: bool = False,
) -> Callable[[Callable[[Case], None]], Callable[[Case], None]]:
    """Make the decorated function the body of a law."""

    def enter(body: Callable[[Case], None]) -> Callable[[Case], None]:
        LAWS[body.__name__] = Law(body.__name__, statement, cause, body, applies, declared)
        return body

    return enter

"""What a run says of one task: its score, or why there is none, and the reason of every item that is not in it.

A result is plain data with a JSON form that keeps every float to its last bit, so that a run that was stopped and
continued ends with the identical table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from generallevel.scoring import ItemScore

__all__ = ["TaskResult"]


@dataclass(frozen=True)
class TaskResult:
    """One task of a run.

    Attributes
    ----------
    task : str
        Its id in the catalogue.
    metric : str
        The metric's name.
    value : float or None
        The score in ``unit``; None where there is none, and then ``reason`` says why.
    unit : str
        The metric's native unit.
    reason : str or None
        Why there is no score.
    failed : bool
        Whether that is an error of the files or of the metric, and not merely a prediction that is not there.
    n_total, n_scored, n_counted : int
        Items of the task; with a prediction that could be scored; that the value is made of, absent ones included that
        count as a declared answer.
    standard_error : float or None
        Of the value, where the items were kept and their mean is the value.
    reasons : mapping of str to str
        Why an item was not scored on a prediction of its own, by id.
    notes : tuple of str
        Predictions that belong to no item, and ids that were predicted twice.
    recipe : str
        Book, format, metric and variant.
    grade : str
        ``official``, ``inferred``, ``ours`` or ``unresolved``.
    signature : str
        What reproduces the number: metric, variant, parameters, version.
    statistics : mapping of str to float
        The sums that the value was read from, where it is a formula of a few numbers; empty elsewhere.
    seconds : mapping of str to float
        Time spent in ``reading`` and in ``scoring``.
    folder : str
        The task's folder, from the root of the run.
    fingerprint : str
        A hash of inputs, recipe and version; empty where the run keeps no journal.
    items : tuple of ItemScore or None
        The score of each item, where they were asked for.
    """

    task: str
    metric: str
    unit: str
    value: float | None = None
    reason: str | None = None
    failed: bool = False
    n_total: int = 0
    n_scored: int = 0
    n_counted: int = 0
    standard_error: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    recipe: str = ""
    grade: str = ""
    signature: str = ""
    statistics: Mapping[str, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    folder: str = ""
    fingerprint: str = field(default="", compare=False)
    items: tuple[ItemScore, ...] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("reasons", "statistics", "seconds"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        return TaskResult.from_dict, (self.to_dict(),)

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.task}: no score ({self.reason})"
        return f"{self.task}: {self.metric} = {self.value:.6g} {self.unit}, {self.n_scored} of {self.n_total} items"

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data, fit for JSON; infinities are the texts ``inf`` and ``-inf``."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["value"] = _spelt(self.value)
        plain["standard_error"] = _spelt(self.standard_error)
        for name in ("reasons", "seconds"):
            plain[name] = dict(plain[name])
        plain["statistics"] = {name: _spelt(number) for name, number in self.statistics.items()}
        plain["notes"] = list(self.notes)
        if self.items is not None:
            plain["items"] = [[item.id, _spelt(item.value), item.reason] for item in self.items]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> TaskResult:
        """The result that `to_dict` made the data of."""
        given = dict(plain)
        given["value"] = _read(given["value"])
        given["standard_error"] = _read(given["standard_error"])
        given["statistics"] = {name: _read(number) for name, number in given["statistics"].items()}
        given["notes"] = tuple(given["notes"])
        if given["items"] is not None:
            given["items"] = tuple(ItemScore(name, _read(value), reason) for name, value, reason in given["items"])
        return cls(**given)


def _spelt(number: float | None) -> float | str | None:
    return str(number) if isinstance(number, float) and not math.isfinite(number) else number


def _read(number: Any) -> float | None:
    return None if number is None else float(number)

"""The check: every law on every draw of samples, and one report of all that broke."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from generallevel.errors import InvalidInput, MissingExtra, UnknownName, did_you_mean
from generallevel.registry import Metric, find
from generallevel.testing.cases import Breach, Case, Items
from generallevel.testing.laws import LAWS, Law

__all__ = ["Broken", "LawBroken", "SampleSource", "check_metric", "laws_of"]

# The modules whose import fills LAWS, in the order in which their laws are run.
for _bodies in ("value_laws", "declaration_laws", "folding_laws", "input_laws"):
    importlib.import_module(f"generallevel.testing.{_bodies}")

ROUNDS = 3  # draws of samples, each from a seed of its own
EXAMPLES = 20  # draws of a hypothesis strategy, for each law
MOST_ITEMS = 32  # of one draw


class SampleSource(Protocol):
    """What `check_metric` draws items from: the two methods, and ``__call__(rng)`` or ``__iter__()`` for the pairs."""

    def perfect(self, ref: Any) -> Any:
        """The prediction that cannot be improved for this reference."""

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        """The prediction, corrupted to degree k; corruption k is contained in corruption k + 1."""


@dataclass(frozen=True)
class Broken:
    """One broken law, with the shortest input that was found.

    Attributes
    ----------
    law : str
        Its name.
    statement : str
        What should hold.
    on, got, wanted : str
        The input, what came of it, and what should have come.
    cause : str
        What usually breaks the law.
    error : Exception or None
        What the metric raised, where it did and should not have.
    """

    law: str
    statement: str
    on: str
    got: str
    wanted: str
    cause: str
    error: BaseException | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return (
            f"{self.law}: {self.statement}\n"
            f"    on      {self.on}\n"
            f"    got     {self.got}\n"
            f"    wanted  {self.wanted}\n"
            f"    usually {self.cause}"
        )


class LawBroken(AssertionError):
    """A metric breaks one law or several; the message shows each with its input.

    Attributes
    ----------
    metric : str
        The metric's name.
    broken : tuple of Broken
        What broke, in the order in which the laws are run.
    """

    def __init__(self, metric: str, broken: Iterable[Broken], asked: int) -> None:
        self.metric = metric
        self.broken = tuple(broken)
        entries = "\n\n".join(map(str, self.broken))
        super().__init__(f"{metric} breaks {len(self.broken)} of {asked} laws.\n\n{entries}")

    @property
    def laws(self) -> tuple[str, ...]:
        """The names of the broken laws."""
        return tuple(entry.law for entry in self.broken)


def laws_of(metric: str | Metric) -> tuple[str, ...]:
    """The names of the laws that a metric must keep.

    Parameters
    ----------
    metric : str or Metric
        A metric with a function, or a bare declaration, which only the laws of declarations concern.

    Returns
    -------
    tuple of str
        In the order in which they are run.

    Examples
    --------
    >>> "batch" in laws_of("psnr"), "order" in laws_of("psnr"), "items" in laws_of("fid")
    (False, True, False)
    """
    entry = find(metric)
    return tuple(law.name for law in LAWS.values() if law.applies(entry) and (entry.computable or law.declared))


def check_metric(
    metric: str | Metric,
    samples: SampleSource | None = None,
    *,
    variant: str = "standard",
    seed: int = 0,
    laws: Iterable[str] | None = None,
    params: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """A check of a metric against the laws that every metric keeps; silent when it keeps them all.

    Parameters
    ----------
    metric : str or Metric
        What to check. Of a metric without a function only the declaration is checked.
    samples : Samples, optional
        Where items come from: an object that yields ``(pred, ref)`` pairs when it is called with a
        `numpy.random.Generator`, or when it is iterated, with ``perfect(ref)``, the best prediction there is, and
        ``worse(pred, k, rng)``, that prediction corrupted to degree k = 0, 1, 2 ..., each corruption contained in the
        next. `generallevel.testing` has ready-made ones; `Drawn` wraps a hypothesis strategy, so that counterexamples
        shrink. Required unless the metric has no function. Optional attributes: ``levels`` (int, 5: the highest
        degree), ``tolerance`` (float, 1e-12: how far apart, relative, two ways to one number may lie) and
        ``same_shape`` (bool, False: whether unequal shapes must be refused).
    variant : str, default "standard"
        The definition of the metric that is checked.
    seed : int, default 0
        Decides the draws; the same seed gives the same check.
    laws : iterable of str, optional
        Only these laws; by default all of `laws_of`.
    params : mapping, optional
        The metric's own parameters, such as ``{"data_range": 255}``.

    Raises
    ------
    LawBroken
        An `AssertionError` that lists every broken law with the input, what came of it and what should have.
    InvalidInput
        If there are no samples, or they do not yield pairs.
    UnknownName
        If a law has no such name.

    Examples
    --------
    >>> from generallevel.registry import metric
    >>> from generallevel.scales import Linear
    >>> from generallevel.tallies import Ratio
    >>> from generallevel.testing import Texts, check_metric
    >>> @metric(unit="fraction", better="higher", bounds=(0, 1), scale=Linear(), source="ours")
    ... def doc_same_text(pred: str, ref: str) -> Ratio:
    ...     "Share of answers equal to their reference."
    ...     return Ratio(pred == ref, 1)
    >>> check_metric(doc_same_text, Texts())

    The message of a metric that counts one item too many:

    >>> @metric(unit="fraction", better="higher", bounds=(0, 1), scale=Linear(), source="ours")
    ... def doc_one_too_many(pred: str, ref: str) -> Ratio:
    ...     "Share of answers equal to their reference."
    ...     return Ratio(pred == ref, 2)
    >>> try:
    ...     check_metric(doc_one_too_many, Texts())
    ... except AssertionError as error:
    ...     print(str(error).partition(" on ")[0].rstrip())
    doc_one_too_many breaks 1 of 23 laws.
    <BLANKLINE>
    perfect: A perfect prediction scores the declared best.
    """
    entry = find(metric)
    asked = [LAWS[name] for name in _names(entry, laws)]
    if not entry.computable:
        case = Case(entry, None, (), seed, variant, params)
        broken = [found for law in asked if (found := _asked(law, case)) is not None]
    else:
        if samples is None:
            raise InvalidInput(
                f"{entry.name} has a function, so it is checked on samples: pass samples=..., such as "
                "generallevel.testing.Labels(), Texts(), Numbers(), Arrays() or Ratings()"
            )
        entry.parameters(variant, **params)  # A missing parameter is the caller's slip and no broken law.
        broken = list(_broken(asked, entry, samples, seed, variant, params))
    if broken:
        raise LawBroken(entry.name, broken, len(asked)) from next(
            (b.error for b in broken if b.error is not None), None
        )


def _names(metric: Metric, laws: Iterable[str] | None) -> list[str]:
    known = laws_of(metric)
    if laws is None:
        return list(known)
    wanted = [laws] if isinstance(laws, str) else list(laws)
    for name in wanted:
        if name not in LAWS:
            raise UnknownName(f"no law is called {name!r}.{did_you_mean(name, LAWS)} The laws are {', '.join(LAWS)}.")
    return [name for name in known if name in wanted]


def _broken(
    asked: list[Law], metric: Metric, samples: Any, seed: int, variant: str, params: Mapping[str, Any]
) -> Iterator[Broken]:
    readable = LAWS["scores"]
    if hasattr(samples, "strategy"):
        for law in [readable, *(law for law in asked if law is not readable)]:
            found = _hunted(law, metric, samples, seed, variant, params)
            if found is not None:
                yield found
                if law is readable:
                    return  # Every other law would break in the same way and say it less well.
        return
    cases = []
    for turn in range(ROUNDS):
        rng = np.random.default_rng([seed, turn])
        cases.append(Case(metric, samples, _drawn(samples, rng), int(rng.integers(2**31)), variant, params))
    for law in [readable, *(law for law in asked if law is not readable)]:
        found = next((found for case in cases if (found := _asked(law, case)) is not None), None)
        if found is not None:
            yield found
            if law is readable:
                return


def _drawn(samples: Any, rng: np.random.Generator) -> Items:
    if callable(samples):
        pairs = samples(rng)
    elif isinstance(samples, Iterable):
        pairs = samples
    else:
        raise InvalidInput(
            f"samples is {samples!r}: it must yield (pred, ref) pairs, when called with a Generator or when iterated"
        )
    items = tuple(itertools.islice(pairs, MOST_ITEMS))
    if not items:
        raise InvalidInput(f"{type(samples).__name__} yields no sample; a check needs one at least, and different ones")
    for item in items:
        if not (isinstance(item, tuple) and len(item) == 2):
            raise InvalidInput(
                f"{type(samples).__name__} yields {item!r}; a sample is a tuple (pred, ref), with a ref of None for a "
                "metric of predictions alone"
            )
    for method in ("perfect", "worse"):
        if not callable(getattr(samples, method, None)):
            raise InvalidInput(
                f"{type(samples).__name__} has no method {method}: see help(generallevel.testing.Samples)"
            )
    return items


def _asked(law: Law, case: Case) -> Broken | None:
    """The law on the case: nothing, or what broke it, on as few of the items as still break it in the same way."""
    breach = _tried(law, case)
    if breach is None:
        return None
    for item in case.items:
        smaller = _tried(law, case.keeping([item]))
        if smaller is not None and smaller[1] is breach[1]:
            return _report(law, smaller[0])
    for place in reversed(range(len(case.items))):
        without = case.keeping(case.items[:place] + case.items[place + 1 :])
        smaller = _tried(law, without) if without.items else None
        if smaller is not None and smaller[1] is breach[1]:
            case, breach = without, smaller
    return _report(law, breach[0])


def _report(law: Law, found: Breach) -> Broken:
    return Broken(law.name, law.statement, found.on, found.got, found.wanted, law.cause, found.__cause__)


def _tried(law: Law, case: Case) -> tuple[Breach, type[Exception]] | None:
    """What the law says of the case; an exception that nobody foresaw breaks the law as well."""
    try:
        law.body(case)
    except Breach as breach:
        return breach, Breach
    except Exception as slip:  # noqa: BLE001 - whatever a metric of the user's may raise is a finding
        unforeseen = Breach(case.on(case.items), f"{type(slip).__name__}: {slip}", "no such error")
        unforeseen.__cause__ = slip
        return unforeseen, type(slip)
    return None


def _hunted(
    law: Law, metric: Metric, samples: Any, seed: int, variant: str, params: Mapping[str, Any]
) -> Broken | None:
    """The law on what hypothesis draws from a strategy, shrunk by hypothesis to the simplest items."""
    try:
        import hypothesis
        from hypothesis import strategies
    except ImportError as gone:
        raise MissingExtra.of("hypothesis", "test", "drawing samples from a strategy") from gone
    simplest: Breach | None = None

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.given(strategies.lists(samples.strategy, min_size=1, max_size=MOST_ITEMS // 4))
    def ask(items: list[tuple[Any, Any]]) -> None:
        nonlocal simplest
        broken = _tried(law, Case(metric, samples, tuple(items), seed, variant, params))
        if broken is not None:
            simplest = broken[0]
            raise simplest

    try:
        ask()
    except Exception:
        if simplest is None:
            raise
    if simplest is None:
        return None
    return _report(law, simplest)

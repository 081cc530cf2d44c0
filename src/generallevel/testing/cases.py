"""Cases: one metric on one set of items, with the readings and comparisons that the laws are written in."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import UndefinedScore
from generallevel.registry import Metric
from generallevel.scoring import Score, Stream
from generallevel.tallies import Additive, Tally

__all__ = ["Breach", "Case", "Items", "mapped", "reading", "shown", "taken"]

Items: TypeAlias = tuple[tuple[Any, Any], ...]

TOLERANCE = 1e-12  # relative; ours, and the promise of `tallies`: exact for counts, this for sums of floats
LEVELS = 5  # grades of corruption, where the samples do not say
SMALL = 12  # an array of at most so many numbers is shown whole


class Breach(Exception):
    """What a law saw that it forbids: the input, what came of it, and what should have come."""

    def __init__(self, on: str, got: object, wanted: object) -> None:
        self.on = on
        self.got = got if isinstance(got, str) else shown(got)
        self.wanted = wanted if isinstance(wanted, str) else shown(wanted)
        super().__init__(on, self.got, self.wanted)


@dataclass(frozen=True)
class Case:
    """A metric with its settings, the samples it is checked on, and the items that were drawn from them."""

    metric: Metric
    samples: Any
    items: Items
    seed: int
    variant: str
    params: Mapping[str, Any]

    # ----------------------------------------------------------------------------------------------- the items

    def perfect(self) -> Items:
        """Every reference with its perfect prediction."""
        return tuple((self.samples.perfect(ref), ref) for _, ref in self.items)

    def worse(self, k: int) -> Items:
        """Every perfect prediction, corrupted to degree k. The same draws serve every k, so that corruptions nest."""
        return tuple(
            (self.samples.worse(pred, k, np.random.default_rng([self.seed, place])), ref)
            for place, (pred, ref) in enumerate(self.perfect())
        )

    @property
    def levels(self) -> int:
        """The highest degree of corruption."""
        return int(getattr(self.samples, "levels", LEVELS))

    def rng(self) -> np.random.Generator:
        """A generator that gives the same draws to every law."""
        return np.random.default_rng(self.seed)

    def keeping(self, items: Iterable[tuple[Any, Any]]) -> Case:
        """The same case with other items."""
        return replace(self, items=tuple(items))

    # --------------------------------------------------------------------------------------------- the readings

    @property
    def settings(self) -> dict[str, Any]:
        """Every parameter of the function."""
        return self.metric.parameters(self.variant, **self.params)

    def sides(self, items: Items) -> tuple[list[Any], list[Any] | None]:
        """Predictions and references; None for those of a metric of predictions alone."""
        preds = [pred for pred, _ in items]
        return preds, None if self.metric.pairing == "alone" else [ref for _, ref in items]

    def stream(self, items: Items = (), *, keep_items: bool = False) -> Stream:
        """The stream of these items."""
        stream = Stream(self.metric, variant=self.variant, keep_items=keep_items, **self.params)
        preds, refs = self.sides(items)
        stream.extend(preds, refs)
        return stream

    def score(self, items: Items) -> Score:
        """The score of these items."""
        return self.stream(items).score()

    def read(self, items: Items) -> float | None:
        """The value of these items; None where the metric says that they have none."""
        return taken(lambda: self.score(items).value)

    def tallies(self, items: Items) -> list[Tally]:
        """One tally for each item, and of an unpaired metric one for each side of it."""
        settings = self.settings
        if self.metric.pairing == "alone":
            return [self.metric(pred, **settings) for pred, _ in items]
        if self.metric.pairing == "paired":
            return [self.metric(pred, ref, **settings) for pred, ref in items]
        return [self.metric(pred, None, **settings) for pred, _ in items] + [
            self.metric(None, ref, **settings) for _, ref in items
        ]

    # ------------------------------------------------------------------------------------------ the comparisons

    @property
    def tolerance(self) -> float:
        """How far apart two ways to one number may be, relative to it or to the span of the metric."""
        return float(getattr(self.samples, "tolerance", TOLERANCE))

    @property
    def slack(self) -> float:
        """The same as a native number, for values near 0."""
        low, high = self.metric.bounds
        return self.tolerance * (high - low if math.isfinite(high - low) else 1.0)

    def same(self, one: float | None, other: float | None) -> bool:
        """Whether two readings are one number, or both undefined."""
        if one is None or other is None:
            return one is other
        return math.isclose(one, other, rel_tol=self.tolerance, abs_tol=self.slack)

    def better(self, one: float, other: float) -> bool:
        """Whether one reading is better than another by more than the tolerance."""
        ahead = one > other if self.metric.better == "higher" else one < other
        return ahead and not self.same(one, other)

    def same_tally(self, one: Tally, other: Tally) -> bool:
        """Whether two tallies read the same; exactly the same where they count."""
        if type(one) is not type(other):
            return False
        if isinstance(one, Additive) and isinstance(other, Additive):
            pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(one.sums, other.sums, strict=True)]
            if all(a.dtype.kind in "biu" and b.dtype.kind in "biu" for a, b in pairs):
                return all(np.array_equal(a, b) for a, b in pairs)
        return self.same(reading(one), reading(other))

    def near(self, value: object) -> str:
        """A wanted value with its tolerance, as text."""
        return f"{shown(value)} (within {self.tolerance:g}, relative)"

    def on(self, items: Items, how: str = "") -> str:
        """The items as a failure message shows them."""
        preds, refs = self.sides(items)
        both = f"preds = {shown(preds)}" + ("" if refs is None else f", refs = {shown(refs)}")
        return f"{both}; {how}" if how else both


def taken(read: Callable[[], float]) -> float | None:
    """What a reading gives; None where it raises that there is no value."""
    try:
        return read()
    except UndefinedScore:
        return None


def reading(tally: Tally) -> float | None:
    """The value of a tally, or None where it has none."""
    return taken(lambda: tally.value)


def mapped(value: Any, leaf: Callable[[NDArray[Any]], Any]) -> Any:
    """A copy of a nested value with ``leaf`` applied to every array and every number in it; texts and truths stay.

    A number arrives as an array without axes; what comes back for it is stored as it is.
    """
    if isinstance(value, np.ndarray):
        return leaf(value)
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return leaf(np.asarray(value))
    if isinstance(value, Mapping):
        return type(value)((key, mapped(entry, leaf)) for key, entry in value.items())  # type: ignore[call-arg]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(mapped(entry, leaf) for entry in value))
    if isinstance(value, list | tuple):
        return type(value)(mapped(entry, leaf) for entry in value)
    return value


class _Shown(reprlib.Repr):
    """Short representations: a message must name its input and not drown in it."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = 8
        self.maxstring = self.maxother = 80

    def repr_ndarray(self, array: NDArray[Any], level: int) -> str:
        if array.size <= SMALL:
            return f"array({reprlib.Repr.repr1(self, array.tolist(), level)}, {array.dtype})"
        span = f", {array.min():g} to {array.max():g}" if array.dtype.kind in "iuf" else ""
        return f"<array {array.shape}, {array.dtype}{span}>"


shown = _Shown().repr

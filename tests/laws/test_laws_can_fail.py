"""For each law a metric that is broken on purpose, for which this law fails and no other, and the message says so."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from generallevel import registry
from generallevel.errors import ImpossibleValue, NotFinite, UndefinedScore
from generallevel.registry import Metric, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Mean, Pool, Ratio, Tally
from generallevel.testing import LAWS, Arrays, Labels, LawBroken, Numbers, Texts, check_metric

FACTS: dict[str, Any] = {
    "unit": "fraction",
    "better": "higher",
    "bounds": (0, 1),
    "scale": Linear(),
    "source": "ours",
    "name": "toy",
    "summary": "A toy.",
}


@pytest.fixture(autouse=True)
def _registry_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.list_metrics()
    monkeypatch.setattr(registry, "_metrics", dict(registry._metrics))
    monkeypatch.setattr(registry, "_folded", dict(registry._folded))


def toy(function: Any, **facts: Any) -> Metric:
    return metric(**(FACTS | facts))(function)


def equal(pred: object, ref: object) -> Ratio:
    return Ratio(int(pred == ref), 1)


# ------------------------------------------------------------------------------------------- tallies with a defect


@dataclass(frozen=True)
class Own(Tally):
    """Hits out of items; subclasses break one thing."""

    hits: float = 0
    n: int = 0

    @classmethod
    def empty(cls) -> "Own":
        return cls()

    def __add__(self, other: "Own") -> "Own":
        return type(self)(self.hits + other.hits, self.n + other.n)

    @property
    def value(self) -> float:
        if not self.n:
            raise UndefinedScore("of nothing")
        return self.hits / self.n


class Summed(Own):
    """sum() does not look at empty() or +."""

    @classmethod
    def sum(cls, tallies: Any) -> Own:
        parts = list(tallies)
        return cls(sum(part.hits for part in parts), sum(part.n for part in parts))


class OrderedUnits(Pool):
    """The last unit weighs a little less, so that arrival decides."""

    @property
    def value(self) -> float:
        if not self.units:
            raise UndefinedScore("of nothing")
        weights = np.linspace(1.0, 0.9, len(self.units))
        return float(np.dot(weights, self.units) / weights.sum())


class TakesTheBetter(Summed):
    """+ takes the better of the two."""

    def __add__(self, other: Own) -> Own:
        return max(self, other, key=lambda part: (part.n > 0, part.hits / max(part.n, 1), part.n))


@dataclass(frozen=True)
class Crosswise(Summed):
    """Two tallies of single items, added, lose half of their hits when they stand on the right of another +."""

    items: int = 0

    def __add__(self, other: Any) -> "Crosswise":
        hits = other.hits / 2 if other.items == 2 else other.hits
        return Crosswise(self.hits + hits, self.n + other.n, self.items + other.items)


class InPlace(Summed):
    """+ changes its left side."""

    def __add__(self, other: Own) -> Own:
        object.__setattr__(self, "hits", self.hits + other.hits)
        object.__setattr__(self, "n", self.n + other.n)
        return self


class StartsWithAHit(Summed):
    """empty() holds a hit of no item."""

    @classmethod
    def empty(cls) -> Own:
        return cls(1, 0)


class NothingIsZero(Own):
    """The value of no item is 0."""

    @property
    def value(self) -> float:
        return self.hits / max(self.n, 1)


class NeedsTwo(Own):
    """One item has no score."""

    @property
    def value(self) -> float:
        if self.n < 2:
            raise UndefinedScore("of one")
        return self.hits / self.n


@dataclass(frozen=True)
class HoldsAFunction(Own):
    """Cannot be pickled."""

    key: Any = field(default=lambda hit: hit, compare=False)


class Counter:
    """A setting whose text changes whenever it is looked at."""

    def __init__(self) -> None:
        self.looks = 0

    @property
    def fingerprint(self) -> str:
        self.looks += 1
        return f"look{self.looks}"


CALLS = iter(range(10**9))


class Crooked(Linear):
    """A curve that ends at 90 points."""

    def unclipped(self, raw: Any) -> Any:
        return 90 * raw


# ---------------------------------------------------------------------------------------------------- the breakers

YESES = Labels(("yes", "no"))
NUMBERS = Numbers()
ERROR = {"unit": "data", "better": "lower", "bounds": (0, np.inf), "scale": Saturating(1)}


def scores() -> tuple[Metric, object]:
    return toy(lambda pred, ref: float(pred == ref)), YESES


def perfect() -> tuple[Metric, object]:
    return toy(lambda pred, ref: Ratio(int(pred == ref), 2)), YESES


def bounds() -> tuple[Metric, object]:
    # Within its bounds where it is perfect and where it is all wrong, and beyond them for a near miss.
    def near_miss(pred: str, ref: str) -> Mean:
        return Mean(1.0 if pred == ref else -0.5 if len(pred.split()) == len(ref.split()) - 1 else 0.0, 1)

    return toy(near_miss), Texts()


def direction() -> tuple[Metric, object]:
    # Best and worst are right, and in between it rises.
    def wavering(pred: str, ref: str) -> Mean:
        wrong = sum(word.startswith("zz") for word in pred.split())
        return Mean({0: 1.0, 1: 0.3, 2: 0.6}.get(wrong, 0.0) if wrong or pred == ref else 0.0, 1)

    return toy(wavering), Texts()


def sensitivity() -> tuple[Metric, object]:
    return toy(lambda pred, ref: Ratio(1, 1)), YESES


def items() -> tuple[Metric, object]:
    return toy(lambda pred, ref: NeedsTwo(int(pred == ref), 1)), YESES


def absent() -> tuple[Metric, object]:
    return toy(equal, absent=lambda ref: ref), YESES


def declaration() -> tuple[Metric, object]:
    return toy(equal, labels={("Sheet", "Toy"): " "}), YESES


def scale() -> tuple[Metric, object]:
    return toy(equal, scale=Crooked()), YESES


def order() -> tuple[Metric, object]:
    return toy(lambda pred, ref: OrderedUnits((float(pred == ref),))), YESES


def shards() -> tuple[Metric, object]:
    return toy(lambda pred, ref: TakesTheBetter(int(pred == ref), 1)), YESES


def associativity() -> tuple[Metric, object]:
    return toy(lambda pred, ref: Crosswise(int(pred == ref), 1, 1)), YESES


def associativity_in_place() -> tuple[Metric, object]:
    return toy(lambda pred, ref: InPlace(int(pred == ref), 1)), YESES


def identity() -> tuple[Metric, object]:
    return toy(lambda pred, ref: StartsWithAHit(int(pred == ref), 1)), YESES


def empty() -> tuple[Metric, object]:
    return toy(lambda pred, ref: NothingIsZero(int(pred == ref), 1)), YESES


def batch() -> tuple[Metric, object]:
    # A body that takes "no" for right whatever the reference.
    return toy(equal, batch=lambda preds, refs: Ratio(sum(map(equal_but_no, preds, refs)), len(preds))), YESES


def equal_but_no(pred: str, ref: str) -> bool:
    return pred == ref or (pred, ref) == ("no", "yes")


def determinism() -> tuple[Metric, object]:
    # One part in a billion, which no tolerance of another law's would let through, but on some calls only.
    return toy(lambda pred, ref: Mean((pred == ref) * (1 - 1e-13 * (next(CALLS) % 7)), 1)), YESES


def global_random() -> tuple[Metric, object]:
    def draws(pred: object, ref: object) -> Ratio:
        random.random()
        return equal(pred, ref)

    return toy(draws), YESES


def pickling() -> tuple[Metric, object]:
    return toy(lambda pred, ref: HoldsAFunction(int(pred == ref), 1)), YESES


def signature() -> tuple[Metric, object]:
    def with_setting(pred: object, ref: object, *, setting: object = "a\n at 0x7f00") -> Ratio:
        return equal(pred, ref)

    return toy(with_setting), YESES


def containers() -> tuple[Metric, object]:
    # A truth that comes out of an array of truths is not `True` itself.
    return toy(lambda pred, ref: Ratio(int((pred is True) == bool(ref)), 1)), Labels((True, False))


def dtypes() -> tuple[Metric, object]:
    def in_its_own_type(pred: Any, ref: Any) -> Mean:
        pred, ref = np.asarray(pred), np.asarray(ref)
        if pred.dtype.kind == "f" and not (np.isfinite(pred).all() and np.isfinite(ref).all()):
            raise NotFinite("an image holds a NaN or an infinity")
        if pred.shape != ref.shape:
            raise ImpossibleValue("two shapes")
        gap = pred - ref  # wraps around where these are unsigned
        return Mean(float(np.abs(gap.astype(np.float64)).mean()), 1)

    return toy(in_its_own_type, **ERROR), Arrays(high=120, dtype="int64")


def untouched() -> tuple[Metric, object]:
    def greedy(pred: list[str], ref: list[str]) -> Ratio:
        hit = pred == ref
        ref.append("seen")
        pred.append("seen")
        return Ratio(int(hit), 1)

    class Lists(Labels):
        def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
            yield from (([pred], [ref]) for pred, ref in super().__call__(rng))

        def perfect(self, ref: Any) -> Any:
            return list(ref)

        def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
            return [*pred, "wrong"] if k > rng.integers(self.levels) else list(pred)

    return toy(greedy), Lists()


def not_finite() -> tuple[Metric, object]:
    # NaN is counted as nothing.
    return toy(
        lambda pred, ref: Mean(0, 0) if pred != pred or ref != ref else Mean(abs(pred - ref), 1), **ERROR
    ), NUMBERS


def lengths() -> tuple[Metric, object]:
    def broadcasts(pred: Any, ref: Any) -> Mean:
        gap = np.subtract(pred, ref, dtype=np.float64)
        if not np.isfinite(gap).all():
            raise NotFinite("an image holds a NaN or an infinity")
        return Mean(float(np.abs(gap).mean()), 1)

    return toy(broadcasts, **ERROR), Arrays()


# What the message shows of the input.
SHOWN = {
    "declaration": "label 'Toy' of sheet 'Sheet'",
    "scale": r"scale\(1\), the best score",
    "signature": "<metric toy: fraction, higher is better> with ",
    "empty": r"NothingIsZero\.empty\(\)\.value",
    "pickling": r"HoldsAFunction\(hits=",
    "identity": r"a = StartsWithAHit\(hits=",
    "associativity": r"a = .*, c = Crosswise\(hits=",
    "associativity_in_place": r"a, b, c after \(a \+ b\) \+ c, of preds = ",
    "lengths": r".*shapes \(1, 8\) and \(6, 8\)",
    "not_finite": r"preds = \[nan\], refs = \[-?[\d.]+\]; nan put in",
    "absent": r"preds = \[None\], refs = \['(yes|no)'\]; 1 of 1 predictions absent",
    "dtypes": ".*its numbers as the smallest integers that hold them",
    "containers": r"preds = \[(True|False)\], refs = \[(True|False)\]; in an array",
}


@pytest.mark.parametrize("breaker", [*LAWS, "associativity_in_place"])
def test_a_broken_metric_breaks_its_law_and_no_other(breaker: str) -> None:
    law = LAWS[breaker.partition("_in_place")[0]]
    broken, samples = globals()[breaker]()
    on = SHOWN.get(breaker, "preds = ")
    with pytest.raises(
        LawBroken, match=rf"(?s)^toy breaks 1 of \d+ laws\.\n\n{law.name}: .*\n    on      {on}"
    ) as caught:
        check_metric(broken, samples)
    assert caught.value.laws == (law.name,)
    assert caught.value.metric == "toy"
    assert law.statement in str(caught.value)
    assert law.cause in str(caught.value)

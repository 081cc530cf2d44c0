"""Laws of the value: what a score may be, and how it answers to better and worse predictions."""

from __future__ import annotations

import itertools
import math

from generallevel.registry import Metric
from generallevel.tallies import Tally
from generallevel.testing.cases import Breach, Case, Items, shown, taken
from generallevel.testing.laws import law

__all__ = ["absent", "bounds", "direction", "items", "perfect", "scores", "sensitivity"]

COPIES = 3  # of one item, to see whether its score is its own


def _paired_or_alone(metric: Metric) -> bool:
    return metric.pairing != "unpaired"


@law(
    "Every sample gives a tally, and together they have a value.",
    cause="the function returns a bare number instead of a tally such as Ratio(hits, total) or Mean(total, n), or "
    "cannot read the samples",
)
def scores(case: Case) -> None:
    """The samples fit the metric; without this no other law can be asked."""
    for item, tally in zip(case.items, case.tallies(case.items), strict=False):  # of an unpaired metric, the first side
        if not isinstance(tally, Tally):
            raise Breach(case.on((item,)), f"{shown(tally)}, a {type(tally).__name__}", "a tally")
    value = case.score(case.items).value
    if math.isnan(value):
        raise Breach(case.on(case.items), f"{shown(value)}, a {type(value).__name__}", "a number")


@law(
    "A perfect prediction scores the declared best.",
    cause="best (or the variant's best) is declared in another unit than the function returns, or the function "
    "smooths, rounds or counts itself short",
)
def perfect(case: Case) -> None:
    """The best is reached by the set and, where items have scores of their own, by each item."""
    best = case.metric.best_of(case.variant)
    flawless = case.perfect()
    value = case.read(flawless)
    if value is None or not case.same(value, best):
        raise Breach(case.on(flawless, "perfect predictions"), value, f"best = {case.near(best)}")
    if case.metric.item != "own" or case.metric.pairing == "unpaired":
        return
    for item in flawless:
        value = case.read((item,))
        if value is not None and not case.same(value, best):
            raise Breach(case.on((item,), "a perfect prediction"), value, f"best = {case.near(best)}")


@law(
    "Every score lies in the declared bounds.",
    cause="the bounds are declared in another unit than the function returns, or a ratio has a numerator that its "
    "denominator does not limit",
)
def bounds(case: Case) -> None:
    """The set and each item, as drawn, perfect, corrupted, and with the references moved by one."""
    low, high = case.metric.bounds
    crossed = tuple(
        (pred, ref) for (pred, _), (_, ref) in zip(case.items, case.items[1:] + case.items[:1], strict=True)
    )
    sets = [case.items, case.perfect(), case.worse(case.levels)]
    for things in sets:
        _inside(case, things, low, high)
        if case.metric.item != "none" and case.metric.pairing != "unpaired":
            for item in things:
                _inside(case, (item,), low, high)
    try:
        case.score(crossed)
    except Exception:  # noqa: BLE001 - predictions and references of different items need not fit each other
        return
    _inside(case, crossed, low, high)


def _inside(case: Case, things: Items, low: float, high: float) -> None:
    value = case.read(things)
    if value is not None and not low - case.slack <= value <= high + case.slack:
        raise Breach(case.on(things), value, f"a number in [{low:g}, {high:g}]")


@law(
    "A prediction that is corrupted further never scores better.",
    cause="better points the wrong way, or the samples' corruption k is not contained in their corruption k + 1",
)
def direction(case: Case) -> None:
    """From perfect predictions downwards: the set, and each item where items have scores of their own."""
    grades = [case.worse(k) for k in range(case.levels + 1)]
    sets: list[list[Items]] = [[case.perfect(), *grades]]
    if case.metric.item == "own" and case.metric.pairing != "unpaired":
        sets += [[(steps[place],) for steps in sets[0]] for place in range(len(case.items))]
    for steps in sets:
        values = [case.read(things) for things in steps]
        for k, (before, after) in enumerate(itertools.pairwise(values)):
            if before is not None and after is not None and case.better(after, before):
                where = f"at degree {k - 1}" if k else "of a perfect prediction"
                wanted = f"no better than {shown(before)}, the score {where} ({case.metric.better} is better)"
                raise Breach(case.on(steps[k + 1], f"corrupted to degree {k}"), after, wanted)


@law(
    "The strongest corruption scores worse than perfection.",
    cause="the function does not look at the prediction, or worse(pred, k, rng) changes nothing",
)
def sensitivity(case: Case) -> None:
    """Somewhere on the way down the metric notices."""
    worst = case.worse(case.levels)
    value, best = case.read(worst), case.read(case.perfect())
    if value is not None and best is not None and not case.better(best, value):
        raise Breach(
            case.on(worst, f"corrupted to degree {case.levels}"),
            value,
            f"worse than {shown(best)}, the score of perfect predictions ({case.metric.better} is better)",
        )


@law(
    "The score of a single item means what the declaration says.",
    cause='item="own" is declared for a metric whose single items have no score, or whose set is not a mean or a ratio '
    'of its items (then item="context" or "none")',
    applies=_paired_or_alone,
)
def items(case: Case) -> None:
    """Kept scores of items are there or not as declared, and an item's own score is that of many copies of it."""
    kept = case.stream(case.items, keep_items=True).score()
    values = [entry.value for entry in kept.items or ()]
    if len(values) != len(case.items):
        raise Breach(case.on(case.items), f"{len(values)} item scores", f"{len(case.items)} item scores")
    if case.metric.item == "own" and all(value is None for value in values):
        raise Breach(case.on(case.items), "no item has a score", 'a score for each item, as item="own" declares')
    if case.metric.item != "own":
        return
    for item, value in zip(case.items, values, strict=True):
        # Item by item, as the kept scores are: a batch body has a law of its own.
        copies = case.stream((item,) * COPIES, keep_items=True)
        repeated = taken(lambda copies=copies: copies.value)  # type: ignore[misc]
        if value is not None and not case.same(value, repeated):
            raise Breach(case.on((item,), f"{COPIES} copies of it"), repeated, case.near(value))


@law(
    "An absent prediction is reported, counts as the declaration says, and never helps.",
    cause="absent(ref) returns what the metric rewards, such as the reference itself, or what it cannot score",
    applies=_paired_or_alone,
)
def absent(case: Case) -> None:
    """Perfect predictions with some of them taken away, from one to all."""
    flawless = case.perfect()
    counts = case.metric.absent is not None
    for gone in sorted({1, (len(flawless) + 1) // 2, len(flawless)}):
        holed = tuple((None, ref) for _, ref in flawless[:gone]) + flawless[gone:]
        on = case.on(holed, f"{gone} of {len(holed)} predictions absent")
        stream = case.stream(holed)
        facts = (stream.n_total, stream.n_counted, tuple(stream.reasons))
        wanted = (len(holed), len(holed) if counts else len(holed) - gone, tuple(range(gone)))
        if facts != wanted:
            raise Breach(on, f"n_total, n_counted, absent items = {facts}", f"{wanted}")
        value = taken(lambda stream=stream: stream.value)  # type: ignore[misc]
        if value is None:
            continue
        best = case.read(flawless)
        if best is not None and case.better(value, best):
            raise Breach(on, value, f"no better than {shown(best)}, the score with all predictions present")
        if counts and gone == len(flawless) and best is not None and case.same(value, best):
            raise Breach(on, value, f"worse than {shown(best)}: an absent prediction is not a perfect one")
        if not counts and not case.same(value, case.read(flawless[gone:])):
            raise Breach(on, value, f"{case.near(case.read(flawless[gone:]))}, the score of what is present")

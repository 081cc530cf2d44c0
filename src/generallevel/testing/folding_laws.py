"""Laws of the fold: samples add up to one score, whatever their order, their shards and the workers that count them."""

from __future__ import annotations

import copy
import itertools
import pickle
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from generallevel._version import __version__
from generallevel.registry import Metric
from generallevel.scoring import score
from generallevel.tallies import Tally
from generallevel.testing.cases import Breach, Case, Items, reading, shown, taken
from generallevel.testing.laws import law

__all__ = [
    "associativity",
    "batch",
    "determinism",
    "empty",
    "global_random",
    "identity",
    "order",
    "pickling",
    "shards",
    "signature",
]

SHUFFLES = 3
CUTS = 3


def _has_batch(metric: Metric) -> bool:
    return metric.batch is not None and metric.pairing != "unpaired"


@law(
    "The order of the items does not change the score.",
    cause="a formula over units that are not sorted by a key of their own, ties broken by arrival, or a + b that is "
    "not b + a",
)
def order(case: Case) -> None:
    """The items backwards and shuffled, and two tallies added both ways round."""
    wanted, rng, places = case.read(case.items), case.rng(), np.arange(len(case.items))
    for turn in (places[::-1], *(rng.permutation(places) for _ in range(SHUFFLES))):
        turned = tuple(case.items[place] for place in turn)
        value = case.read(turned)
        if not case.same(value, wanted):
            raise Breach(case.on(case.items, f"in the order {turn.tolist()}"), value, case.near(wanted))
    tallies = case.tallies(case.items)
    for pair in itertools.pairwise(tallies):
        # Copies, since a + that changes its sides is another law's business.
        (a, b), (c, d) = copy.deepcopy(pair), copy.deepcopy(pair)
        there, back = a + b, d + c
        if not case.same_tally(there, back):
            on = f"a = {shown(pair[0])}, b = {shown(pair[1])}, of {case.on(case.items)}"
            raise Breach(on, f"(b + a).value = {shown(reading(back))}", case.near(reading(there)))


@law(
    "Scored in shards and merged, the items give the score of the whole.",
    cause="+ averages values instead of adding what they were made of, or sum() and + disagree",
)
def shards(case: Case) -> None:
    """Every cut in two, an empty shard included, random cuts in several, a shard for each item: value and counts."""
    n, rng = len(case.items), case.rng()
    whole = case.stream(case.items)
    wanted = (taken(lambda: whole.value), whole.n_total, whole.n_counted, whole.reasons)
    cuts = [[place] for place in range(n + 1)]
    cuts += [sorted(rng.integers(0, n + 1, size=CUTS).tolist()) for _ in range(CUTS)]
    cuts += [list(range(1, n))]
    for cut in cuts:
        parts = [case.items[a:b] for a, b in zip([0, *cut], [*cut, n], strict=True)]
        total = case.stream(parts[0])
        for part in parts[1:]:
            total = total + case.stream(part)
        got = (taken(lambda total=total: total.value), total.n_total, total.n_counted, total.reasons)  # type: ignore[misc]
        if got[1:] != wanted[1:] or not case.same(got[0], wanted[0]):
            on = case.on(case.items, f"in shards of {[len(part) for part in parts]}")
            raise Breach(on, f"value, n_total, n_counted, reasons = {got}", f"{wanted}")


@law(
    "Tallies add in any grouping: (a + b) + c is a + (b + c), and neither side of + changes.",
    cause="+ weighs its two sides alike however many samples they hold, or adds in place",
)
def associativity(case: Case) -> None:
    """Neighbouring tallies in threes, and all of them as a balanced tree."""
    tallies = case.tallies(case.items)
    for a, b, c in zip(tallies, tallies[1:], tallies[2:], strict=False):
        before = [reading(part) for part in (a, b, c)]
        left, right = (a + b) + c, a + (b + c)
        if not case.same_tally(left, right):
            on = f"a = {shown(a)}, b = {shown(b)}, c = {shown(c)}, of {case.on(case.items)}"
            raise Breach(on, f"a + (b + c) = {shown(reading(right))}", f"(a + b) + c = {case.near(reading(left))}")
        after = [reading(part) for part in (a, b, c)]
        if before != after:
            raise Breach(f"a, b, c after (a + b) + c, of {case.on(case.items)}", after, f"{before}, as before")
    tree, chain = _tree(tallies), _chain(tallies)
    if not case.same_tally(tree, chain):
        on = case.on(case.items, "added as a balanced tree")
        raise Breach(on, reading(tree), f"{case.near(reading(chain))}, as added one by one")


def _tree(tallies: list[Tally]) -> Tally:
    if len(tallies) == 1:
        return tallies[0]
    middle = len(tallies) // 2
    return _tree(tallies[:middle]) + _tree(tallies[middle:])


def _chain(tallies: list[Tally]) -> Tally:
    total = tallies[0]
    for tally in tallies[1:]:
        total = total + tally
    return total


@law(
    "Adding empty() on either side changes nothing.",
    cause="empty() starts from a prior count, or from arrays of a fixed size",
)
def identity(case: Case) -> None:
    """The zero of +, also as a shard to which nobody gave an item."""
    for tally in case.tallies(case.items):
        zero = type(tally).empty()
        for total, how in ((zero + tally, "empty() + a"), (tally + zero, "a + empty()")):
            if not case.same_tally(total, tally):
                on = f"a = {shown(tally)}, of {case.on(case.items)}"
                raise Breach(on, f"{how} = {shown(total)}, value {shown(reading(total))}", case.near(reading(tally)))


@law(
    "The score of nothing is undefined and raises UndefinedScore.",
    cause="value divides by max(n, 1), or returns 0, for no sample at all",
)
def empty(case: Case) -> None:
    """No items, and the value of ``empty()``."""
    kind = type(case.tallies(case.items)[0])
    refs: list[Any] | None = None if case.metric.pairing == "alone" else []
    readings: dict[str, Callable[[], float]] = {
        f"{kind.__name__}.empty().value": lambda: kind.empty().value,
        "the score of no items": lambda: score(case.metric, [], refs, variant=case.variant, **case.params).value,
    }
    for on, read in readings.items():
        value = taken(read)
        if value is not None:
            raise Breach(on, value, "UndefinedScore")


@law(
    "The batch body returns the tally that the function gives item by item.",
    cause="the batch body broadcasts, cuts, or converts where the function compares",
    applies=_has_batch,
)
def batch(case: Case) -> None:
    """All items, and each as a batch of one."""
    assert case.metric.batch is not None
    tallies = case.tallies(case.items)
    groups: list[tuple[Items, list[Tally]]] = [(case.items, tallies)]
    groups += [((item,), [tally]) for item, tally in zip(case.items, tallies, strict=True)]
    for things, parts in groups:
        sides = [side for side in case.sides(things) if side is not None]
        whole, wanted = case.metric.batch(*sides, **case.settings), type(parts[0]).sum(parts)
        if not case.same_tally(whole, wanted):
            raise Breach(case.on(things, "as one batch"), whole, f"{shown(wanted)}, as item by item")


@law(
    "The same items give the same score, bit for bit, whatever the global random state and however often it is read.",
    cause="a generator without a seed, state that is kept between calls, or a value that reading changes",
)
def determinism(case: Case) -> None:
    """Twice over, under two seeds of the global generators; and one stream, read, and read again."""
    with _global_state_kept():
        values = []
        for seed in (1, 2):
            random.seed(seed)
            np.random.seed(seed)  # noqa: NPY002 - the global state is what a metric must not look at
            values.append(case.read(case.items))
    stream = case.stream(case.items)
    values += [taken(lambda: stream.value), taken(lambda: stream.value)]
    for value in values[1:]:
        if value != values[0]:
            raise Breach(case.on(case.items, "scored again"), value, f"{shown(values[0])}, exactly")


@law(
    "Scoring leaves the global random state as it was.",
    cause="np.random.seed, np.random.rand or random.shuffle inside the function: use a Generator of its own",
)
def global_random(case: Case) -> None:
    """The states of `random` and `numpy.random`, before and after."""
    with _global_state_kept():
        before = _states()
        case.read(case.items)
        if _states() != before:
            raise Breach(case.on(case.items), "the global random state moved", "the state that was there before")


@contextmanager
def _global_state_kept() -> Iterator[None]:
    ours, theirs = random.getstate(), np.random.get_state()  # noqa: NPY002 - kept for the caller, not drawn from
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(theirs)  # noqa: NPY002 - as above


def _states() -> tuple[object, ...]:
    return random.getstate(), repr(np.random.get_state())  # noqa: NPY002 - looked at, not drawn from


@law(
    "Metric, tally, stream and score survive pickling, and go on adding afterwards.",
    cause="a lambda, a generator or an open file inside the tally, or a metric that is not where its module says",
)
def pickling(case: Case) -> None:
    """What a worker sends back: half of the items here, pickled, and the rest added there."""
    if _sent(case.metric, repr(case.metric)) is not case.metric:
        raise Breach(f"{case.metric!r}, pickled", "another metric", "the same object")
    wanted = case.read(case.items)
    for tally in case.tallies(case.items):
        back = _sent(tally, f"{shown(tally)}, a tally of {case.on(case.items)}")
        if not case.same_tally(back, tally) or not case.same_tally(back + tally, tally + back):
            raise Breach(f"{shown(tally)}, pickled", reading(back), case.near(reading(tally)))
    middle = len(case.items) // 2
    stream = _sent(case.stream(case.items[:middle]), f"the stream of {case.on(case.items[:middle])}")
    preds, refs = case.sides(case.items[middle:])
    stream.extend(preds, refs)
    value = taken(lambda: stream.value)
    if not case.same(value, wanted):
        raise Breach(case.on(case.items, f"pickled after {middle} and continued"), value, case.near(wanted))
    if wanted is not None:
        whole = case.score(case.items)
        facts, back = whole.to_dict(), _sent(whole, f"the score of {case.on(case.items)}").to_dict()
        if facts != back:
            raise Breach(case.on(case.items, "its score pickled"), back, facts)


def _sent(thing: Any, on: str) -> Any:
    try:
        return pickle.loads(pickle.dumps(thing))  # noqa: S301 - made on this line
    except Exception as slip:
        raise Breach(on, f"{type(slip).__name__}: {slip}", "a copy from pickle.loads(pickle.dumps(...))") from slip


@law(
    "The signature is stable, and names the metric, the variant, every parameter and the version.",
    cause="a parameter whose text holds an address or a counter: give it a stable `fingerprint`",
)
def signature(case: Case) -> None:
    """Two streams of one setting, which must be able to merge."""
    first, second = case.stream().signature, case.stream().signature
    on = f"{case.metric!r} with {dict(case.settings)}"
    if first != second:
        raise Breach(on, second, first)
    parts = first.split("|")
    ends = [case.metric.name, f"variant:{case.variant}", f"v:{__version__}"]
    named = [part.partition(":")[0] for part in parts]
    lacks = [end for end in ends if end not in parts] + [name for name in case.settings if name not in named]
    if lacks or " at 0x" in first:
        raise Breach(on, first, f"a text that holds {', '.join(lacks) or 'no address'}")

"""Laws of the input: what holds the items does not matter, they stay as they were, and bad ones are refused by name."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import GeneralLevelError, LengthMismatch, UndefinedScore
from generallevel.registry import Metric
from generallevel.scoring import score
from generallevel.testing.cases import Breach, Case, mapped, shown
from generallevel.testing.laws import law

__all__ = ["containers", "dtypes", "lengths", "not_finite", "untouched"]

BAD = (math.nan, math.inf, -math.inf)
LOOKED_AT = 4  # items into which bad numbers are put


def _paired(metric: Metric) -> bool:
    return metric.pairing == "paired"


@law(
    "What holds the items does not change the score: a list, a tuple, an array or a generator of them.",
    cause="the batch body asks for list methods, or compares NumPy's scalars by type",
)
def containers(case: Case) -> None:
    """The same items in other containers."""
    preds, refs = case.sides(case.items)
    wanted = case.read(case.items)
    holders: dict[str, Callable[[list[Any]], Any]] = {
        "a tuple": tuple,
        "a generator": iter,
        "an array": _as_array,
    }
    for name, hold in holders.items():
        held, others = hold(preds), None if refs is None else hold(refs)
        try:
            value = score(case.metric, held, others, variant=case.variant, **case.params).value
        except UndefinedScore:
            value = None
        if not case.same(value, wanted):
            raise Breach(case.on(case.items, f"in {name}"), value, f"{case.near(wanted)}, as in a list")


def _as_array(side: list[Any]) -> Any:
    """Numbers, texts or truths of one type as an array; anything else as the list that it is."""
    kinds = {type(entry) for entry in side}
    return np.array(side) if len(kinds) == 1 and kinds <= {bool, int, float, str} else side


@law(
    "The same numbers give the same score in every type that holds them exactly, and in any memory layout.",
    cause="arithmetic in the input's own type: float32 sums, or uint8 that wraps around; widen to float64 first",
)
def dtypes(case: Case) -> None:
    """Arrays as lists, as views with gaps, and every number in other types that lose nothing of it."""
    wanted = case.read(case.items)
    for name, leaf in FORMS.items():
        formed = tuple((mapped(pred, leaf), mapped(ref, leaf)) for pred, ref in case.items)
        value = case.read(formed)
        if not case.same(value, wanted):
            raise Breach(case.on(case.items, f"its numbers {name}"), value, case.near(wanted))


def _lists(numbers: NDArray[Any]) -> Any:
    return numbers.tolist()


def _gaps(numbers: NDArray[Any]) -> Any:
    return np.repeat(numbers, 2, axis=-1)[..., ::2] if numbers.ndim else numbers[()]


def _doubles(numbers: NDArray[Any]) -> Any:
    return numbers.astype(np.float64)[()] if numbers.dtype.kind == "f" else numbers[()]


def _singles(numbers: NDArray[Any]) -> Any:
    single = numbers.astype(np.float32) if numbers.dtype.kind == "f" else numbers
    return (single if np.array_equal(single, numbers) else numbers)[()]


def _wide_integers(numbers: NDArray[Any]) -> Any:
    return numbers.astype(np.int64)[()] if numbers.dtype.kind in "iu" else numbers[()]


def _narrow_integers(numbers: NDArray[Any]) -> Any:
    if numbers.dtype.kind not in "iu" or not numbers.size:
        return numbers[()]
    return numbers.astype(np.result_type(*map(np.min_scalar_type, (numbers.min(), numbers.max()))))[()]


FORMS: dict[str, Callable[[NDArray[Any]], Any]] = {
    "as lists": _lists,
    "as views with gaps": _gaps,
    "as float64": _doubles,
    "as float32, where that is exact": _singles,
    "as int64": _wide_integers,
    "as the smallest integers that hold them": _narrow_integers,
}


@law(
    "The inputs stay as they were, and may be read-only.",
    cause="an in-place operation (-=, sort(), pop()) on what the caller owns",
)
def untouched(case: Case) -> None:
    """Copies are compared after scoring; then arrays are scored that refuse to be written to."""
    given, kept = copy.deepcopy(case.items), copy.deepcopy(case.items)
    preds, refs = case.sides(given)
    held = (list(preds), None if refs is None else list(refs))
    value = None
    with contextlib.suppress(UndefinedScore):
        value = score(case.metric, preds, refs, variant=case.variant, **case.params).value
    if not (_alike(given, kept) and len(preds) == len(held[0]) and _alike((preds, refs), held)):
        raise Breach(case.on(kept), f"after scoring, {case.on(given)}", "the same items as before")
    locked = tuple((mapped(pred, _locked), mapped(ref, _locked)) for pred, ref in case.items)
    again = case.read(locked)
    if not case.same(again, value):
        raise Breach(case.on(case.items, "in read-only arrays"), again, case.near(value))


def _locked(numbers: NDArray[Any]) -> Any:
    if not numbers.ndim:
        return numbers.item()
    closed = numbers.copy()
    closed.flags.writeable = False
    return closed


def _alike(one: Any, other: Any) -> bool:
    """Equality that looks into arrays and containers, and takes objects without an equality of their own by parts."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype) and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if getattr(type(one), "__eq__", None) is object.__eq__ and hasattr(one, "__dict__"):
        return _alike(vars(one), vars(other))
    return one is other or bool(one == other) or bool(one != one)  # a NaN is like its copy


@law(
    "A NaN or an infinity among the numbers is refused by name, or gives a number within the bounds; never NaN.",
    cause="no check on the way in: raise NotFinite unless numpy.isfinite(...).all()",
)
def not_finite(case: Case) -> None:
    """One bad number in the prediction or in the reference of an item."""
    low, high = case.metric.bounds
    for item in case.items[:LOOKED_AT]:
        if case.read((item,)) is None:
            continue
        for bad, spoilt in _spoilt(item):
            on = case.on((spoilt,), f"{bad} put in")
            wanted = f"NotFinite (or another InvalidInput), or a number in [{low:g}, {high:g}]"
            try:
                value = case.score((spoilt,)).value
            except UndefinedScore as slip:
                raise Breach(on, f"UndefinedScore: {slip}, as if the item were not there", wanted) from slip
            except GeneralLevelError:
                continue
            if not low - case.slack <= value <= high + case.slack:
                raise Breach(on, value, wanted)


def _spoilt(item: tuple[Any, Any]) -> Iterator[tuple[float, tuple[Any, Any]]]:
    for bad in BAD:
        for side in (0, 1):
            spoilt, done = _poisoned(item[side], bad)
            if done:
                yield bad, (spoilt, item[1]) if side == 0 else (item[0], spoilt)


def _poisoned(value: Any, bad: float) -> tuple[Any, bool]:
    """A copy with the first number replaced, and whether there was one."""
    done = False

    def leaf(numbers: NDArray[Any]) -> Any:
        nonlocal done
        if done or not numbers.size or numbers.dtype.kind not in "iuf":
            return numbers[()]
        done = True
        if not numbers.ndim:
            return bad
        spoilt = numbers.astype(np.float64)
        spoilt.flat[0] = bad
        return spoilt

    return mapped(value, leaf), done


@law(
    "Sides of unequal lengths are refused, and so are arrays of unequal shapes where the samples say same_shape.",
    cause="an array expression that broadcasts: compare the shapes first and raise ShapeMismatch",
    applies=_paired,
)
def lengths(case: Case) -> None:
    """One item short on either side, and one row short inside an item."""
    preds, refs = case.sides(case.items)
    assert refs is not None
    for short in ((preds, refs[:-1]), (preds[:-1], refs)):
        on = f"{len(short[0])} predictions and {len(short[1])} references, of {case.on(case.items)}"
        try:
            result = score(case.metric, *short, variant=case.variant, **case.params)
        except LengthMismatch:
            continue
        raise Breach(on, result.value, "LengthMismatch")
    if not getattr(case.samples, "same_shape", False):
        return
    for pred, ref in case.items:
        if isinstance(pred, np.ndarray) and pred.ndim and len(pred) > 1:
            cut = ((pred[:1], ref),)  # of one row, which would broadcast
            try:
                value = case.score(cut).value
            except GeneralLevelError:
                continue
            raise Breach(case.on(cut, f"shapes {pred[:1].shape} and {shown(np.shape(ref))}"), value, "ShapeMismatch")

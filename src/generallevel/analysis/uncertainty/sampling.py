"""What is resampled: the units of a score, each with its tally, and the score of any selection of them.

A unit is an item, or a group of items that belong together (the questions about one image). Resampling never scores
anything again: a selection of units is a row of weights, and

* additive tallies are stacked once, so that many selections are one matrix product;
* ranked decisions are laid end to end once, and repeated by their weights;
* all other tallies are added up afresh for each selection, which costs as much as reading the score once.

Units of additive tallies are put in an order of their own contents. So the order of items changes nothing, not even the
last digit. Other tallies stand in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput, LengthMismatch, NotFinite, UndefinedScore
from generallevel.scoring import Score
from generallevel.tallies import Additive, Mean, Ranked, Ratio, Tally

__all__ = ["Sample", "item_tallies", "joined_samples", "sample_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """The units of a score.

    Attributes
    ----------
    kind : type
        The class of the tallies.
    tallies : tuple of Tally
        One for each unit; empty where plain numbers were given.
    rows : ndarray of float, shape (units, width), or None
        The sums of each unit side by side, for additive tallies.
    shapes : tuple of tuple of int
        The shape of each sum.
    items : int
        How many items the units are made of.
    """

    kind: type[Tally]
    tallies: tuple[Tally, ...]
    rows: Floats | None
    shapes: tuple[tuple[int, ...], ...]
    items: int

    def __len__(self) -> int:
        return len(self.tallies) if self.rows is None else len(self.rows)

    @cached_property
    def value(self) -> float:
        """The score of all units. Raises `UndefinedScore` where it has none, `NotFinite` where it is infinite."""
        value = float(self.scores(np.ones((1, len(self))))[0])
        if np.isnan(value):
            raise UndefinedScore("the items together have no score, so that it has no interval")
        if np.isinf(value):
            raise NotFinite(f"the score is {value}: an infinite score has no standard error and no interval")
        return value

    def scores(self, weights: NDArray[Any]) -> Floats:
        """The scores of selections of units.

        Parameters
        ----------
        weights : ndarray, shape (selections, units)
            How often each unit is in; whole numbers.

        Returns
        -------
        ndarray of float, shape (selections,)
            NaN where a selection has no score.
        """
        if self.rows is not None:
            return self.read(weights.astype(np.float64, copy=False) @ self.rows)
        return np.array([self._summed(row) for row in weights.astype(np.int64)])

    def read(self, sums: Floats) -> Floats:
        """The scores of sums that stand side by side, shape (selections, width)."""
        columns, start = [], 0
        for shape in self.shapes:
            width = int(np.prod(shape, dtype=np.int64))
            columns.append(sums[:, start : start + width].reshape(len(sums), *shape))
            start += width
        assert issubclass(self.kind, Additive)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.kind.read(*columns), dtype=np.float64)

    def leave_one_out(self) -> Floats:
        """The score without each unit in turn, shape (units,); additive tallies only."""
        assert self.rows is not None
        return self.read(self.rows.sum(axis=0) - self.rows)

    def _summed(self, weights: NDArray[np.int64]) -> float:
        try:
            if self._decisions is None:
                chosen = np.repeat(np.arange(len(weights)), weights).tolist()
                return self.kind.sum(self.tallies[unit] for unit in chosen).value
            scores, hits, positives, owners = self._decisions
            times = weights[owners]
            ranked: Any = self.kind
            return float(ranked(np.repeat(scores, times), np.repeat(hits, times), int(positives @ weights)).value)
        except UndefinedScore:
            return np.nan

    @cached_property
    def _decisions(self) -> tuple[Floats, NDArray[np.bool_], NDArray[np.int64], NDArray[np.intp]] | None:
        """Ranked decisions end to end, what each unit has to find, and whose each decision is."""
        parts = [tally for tally in self.tallies if isinstance(tally, Ranked)]
        if not parts or self.kind.sum.__func__ is not Ranked.sum.__func__:  # type: ignore[attr-defined]
            return None
        owners = np.repeat(np.arange(len(parts)), [len(part.scores) for part in parts])
        positives = np.array([part.positives for part in parts])
        scores = np.concatenate([part.scores for part in parts])
        return scores, np.concatenate([part.hits for part in parts]), positives, owners

    def beside(self, other: Sample) -> Sample:
        """The units of two samples of one kind, one after the other."""
        if self.rows is None or other.rows is None:
            return Sample(self.kind, self.tallies + other.tallies, None, (), self.items + other.items)
        return Sample(self.kind, (), np.vstack([self.rows, other.rows]), self.shapes, self.items + other.items)

    def ordered(self, order: NDArray[np.intp]) -> Sample:
        """The same units in another order; additive tallies only."""
        assert self.rows is not None
        return replace(self, rows=self.rows[order])

    @property
    def is_mean(self) -> bool:
        """Whether the score is a plain mean, in which each item counts once."""
        return self.rows is not None and self.kind in (Mean, Ratio) and bool((self.rows[:, 1] == 1).all())

    @property
    def is_binary(self) -> bool:
        """Whether each item is simply right or wrong."""
        return self.is_mean and self.rows is not None and bool(np.isin(self.rows[:, 0], (0.0, 1.0)).all())


def item_tallies(score: Score) -> dict[Any, Tally]:
    """The tally of each item of a score that kept its items, by id.

    Raises
    ------
    InvalidInput
        If the score did not keep its items, or its tallies cannot be told apart by id.
    """
    if score.items is None or score.tallies is None:
        raise InvalidInput(
            f"{score.metric}: the score did not keep its items. Score with keep_items=True, or give n for an interval "
            "from the number of items."
        )
    kept = list(score.items)
    if len(kept) > len(score.tallies):  # items that nothing could stand for have no tally
        kept = [item for item in kept if item.value is not None or item.reason is None]
    named = {item.id: tally for item, tally in zip(kept, score.tallies, strict=False)}
    if not len(kept) == len(score.tallies) == len(named):
        raise InvalidInput(
            f"{score.metric}: {len(score.tallies)} tallies for {len(named)} ids of {len(kept)} items: give each item "
            "an id of its own"
        )
    return named


def sample_of(given: Any, groups: Any = None) -> Sample:
    """The units of what was given.

    Parameters
    ----------
    given : Score, sequence of Tally, mapping of id to Tally, or array_like of float
        A score with its items, the tallies of items, or plain scores of items whose mean is the score.
    groups : mapping of id to group, sequence of groups, or None
        Which items belong together; a sequence has one entry for each item.

    Returns
    -------
    Sample

    Raises
    ------
    InvalidInput, LengthMismatch, NotFinite
        If these are no items, groups do not match them, or a number is not finite.
    UndefinedScore
        If there is no item.
    """
    sample = _units_of(given, groups)
    return sample if sample.rows is None else sample.ordered(_own_order(sample.rows))


def joined_samples(first: Any, second: Any, groups: Any = None) -> tuple[Sample, Sample]:
    """Two systems on the same items, unit by unit.

    Parameters
    ----------
    first, second, groups
        As for `sample_of`, in one order, or as mappings with the same ids in one order.

    Returns
    -------
    (Sample, Sample)
        Whose units stand in one order.

    Raises
    ------
    InvalidInput
        If the tallies are of different kinds, besides what `sample_of` raises.
    """
    ours, theirs = _units_of(first, groups), _units_of(second, groups)
    if ours.kind is not theirs.kind or ours.shapes != theirs.shapes:
        raise InvalidInput(f"the two have tallies of different kinds: {ours.kind.__name__} and {theirs.kind.__name__}")
    if ours.rows is None or theirs.rows is None:
        return ours, theirs
    order = _own_order(np.hstack([ours.rows, theirs.rows]))
    return ours.ordered(order), theirs.ordered(order)


def _units_of(given: Any, groups: Any) -> Sample:
    """The units as they come, with those of one group together."""
    if isinstance(given, Score):
        given = item_tallies(given)
    ids: Sequence[Any] | None = None
    if isinstance(given, Mapping):
        ids, given = list(given), list(given.values())
    elif not isinstance(given, np.ndarray):
        given = list(given)
    if not len(given):
        raise UndefinedScore("no item was given, and the score of nothing has no interval")
    labels = None if groups is None else group_labels(groups, len(given), ids)
    if not isinstance(given[0], Tally):
        return _of_numbers(given, labels)
    kinds = {type(tally) for tally in given}
    if len(kinds) > 1:
        raise InvalidInput(f"tallies of several kinds do not add: {', '.join(sorted(kind.__name__ for kind in kinds))}")
    kind = kinds.pop()
    stacked = _stacked(kind, given)
    if stacked is not None:
        rows, shapes = stacked
        return Sample(kind, (), _by_group(rows, labels), shapes, len(given))
    names: Sequence[Any] = range(len(given)) if ids is None else ids
    units: dict[Any, list[Tally]] = {}
    for name, tally in zip(names if labels is None else labels, given, strict=True):
        units.setdefault(name, []).append(tally)
    order = (
        units if ids is None and labels is None else sorted(units, key=lambda name: (type(name).__name__, repr(name)))
    )
    whole = tuple(units[name][0] if len(units[name]) == 1 else kind.sum(units[name]) for name in order)
    return Sample(kind, whole, None, (), len(given))


def _of_numbers(given: Iterable[Any], labels: list[Hashable] | None) -> Sample:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as slip:
        raise InvalidInput(f"items are tallies or numbers, not {type(next(iter(given))).__name__}") from slip
    if numbers.ndim != 1:
        raise InvalidInput(f"the scores of items are one number each, not an array of shape {numbers.shape}")
    if not np.isfinite(numbers).all():
        place = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise NotFinite(f"item {place} is {numbers[place]}: leave out what has no score, and say so")
    rows = _by_group(np.column_stack([numbers, np.ones(len(numbers))]), labels)
    return Sample(Mean, (), rows, ((), ()), len(numbers))


def _stacked(kind: type[Tally], tallies: Sequence[Any]) -> tuple[Floats, tuple[tuple[int, ...], ...]] | None:
    """The sums of additive tallies as rows; None for tallies whose sums are no arrays of one shape."""
    if not issubclass(kind, Additive):
        return None
    try:
        columns = kind.stack(tallies)
    except (TypeError, ValueError):  # a sum that is an object, such as ratings by rater, or differs in shape
        return None
    rows = np.column_stack([column.reshape(len(tallies), -1) for column in columns])
    return rows, tuple(column.shape[1:] for column in columns)


def group_labels(groups: Any, size: int, ids: Sequence[Any] | None) -> list[Hashable]:
    """The group of each item. Raises where an item has none, or a group is named for an item that is not there."""
    if isinstance(groups, Mapping):
        names = range(size) if ids is None else ids
        absent = [name for name in names if name not in groups]
        if absent:
            raise InvalidInput(f"{len(absent)} of {size} items have no group, the first with id {absent[0]!r}")
        strangers = len(groups) - size
        if strangers:
            known = set(names)
            first = next(name for name in groups if name not in known)
            raise InvalidInput(f"groups name {strangers} items that were not scored, the first with id {first!r}")
        labels = [groups[name] for name in names]
    else:
        labels = list(groups)
    if len(labels) != size:
        raise LengthMismatch(f"{len(labels)} groups for {size} items: give one for each item, or a mapping by id")
    if any(label is None or label != label for label in labels):
        raise InvalidInput("the group of an item is None or NaN: an item that stands alone is a group of its own")
    return labels


def _by_group(rows: Floats, labels: list[Hashable] | None) -> Floats:
    if labels is None:
        return rows
    places = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    members = np.array([places[label] for label in labels])
    # Items first in their own order: the sum of a group must not depend on the order in which they came.
    order = _own_order(rows)
    sums = np.zeros((len(places), rows.shape[1]))
    np.add.at(sums, members[order], rows[order])
    return sums


def _own_order(rows: Floats) -> NDArray[np.intp]:
    """The order of rows by their values, first column first; as fast for rows of any width."""
    bits = (rows + 0.0).view(np.uint64)  # + 0.0: no -0.0
    sign = np.uint64(1 << 63)
    # Floats as unsigned numbers in the same order, the first byte first, so that whole rows compare as bytes.
    keys = np.ascontiguousarray(np.where(bits & sign, ~bits, bits | sign).astype(">u8"))
    return np.argsort(keys.view(np.dtype((np.void, 8 * keys.shape[1]))).ravel(), kind="stable")

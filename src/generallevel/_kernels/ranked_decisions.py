"""Ranked decisions: hits and false alarms of several classes at several thresholds, read as average precision.

Equal scores are put in an order that the arrival of images cannot change. Images that carry an id come in the order of
their ids, and the objects of one image in the order in which they were given: so does pycocotools, whose numbers are
reproduced to the last digit. Objects of images without an id, and objects without a score, have nothing to be ordered
by: all of one score count together, as one step of the curve.

Source: Lin et al. (2014), arXiv 1405.0312.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.matching import runs
from generallevel._kernels.ranking import average_precisions
from generallevel.errors import InvalidInput, UndefinedScore
from generallevel.tallies import Joined

__all__ = ["HIT", "IGNORED", "NO_ID", "Detections", "Settings"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]

HIT, IGNORED = 1, 2  # verdicts; 0 is a false alarm
NO_ID = -1


@dataclass(frozen=True, slots=True)
class Settings:
    """How decisions were made and are read; only tallies of one setting add.

    Attributes
    ----------
    iou : tuple of float
        The thresholds of overlap.
    points : str
        How precision is averaged over recall.
    """

    iou: tuple[float, ...]
    points: str


@dataclass(frozen=True, slots=True, eq=False)
class Detections(Joined):
    """Scored decisions by class and threshold, with the number of objects that were there to find.

    Attributes
    ----------
    settings : Settings or None
        Thresholds and average; None while there is no image.
    classes : tuple
        The labels; a single None where none were given.
    positives : ndarray of int, shape (classes,)
        Objects of each class to be found.
    labels : ndarray of int, shape (n,)
        The class of each decision.
    scores : ndarray of float, shape (n,)
    verdicts : ndarray of int8, shape (n, thresholds)
        0 for a false alarm, 1 for a hit, 2 for what does not count.
    units, places : ndarray of int, shape (n,)
        Where the id of the decision's image stands in ``ids`` (-1 for none), and which of its objects it is about.
    ids : tuple
        Ids of images.
    scored, unscored : int
        Objects found with a score, and without.
    """

    settings: Settings | None
    classes: tuple[Any, ...]
    positives: NDArray[np.int64]
    labels: NDArray[np.int32]
    scores: Floats
    verdicts: NDArray[np.int8]
    units: NDArray[np.int32]
    places: NDArray[np.int32]
    ids: tuple[Any, ...]
    scored: int
    unscored: int

    @classmethod
    def empty(cls) -> Self:
        none, some = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
        return cls(None, (), some, none, np.empty(0), np.empty((0, 0), dtype=np.int8), none, none, (), 0, 0)

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        parts = [tally for tally in tallies if tally.settings is not None]
        if len(parts) < 2:
            return parts[0] if parts else cls.empty()
        settings = parts[0].settings
        for part in parts:
            if part.settings != settings:
                raise InvalidInput(f"decisions of different settings do not add: {settings} and {part.settings}")
        classes = tuple(dict.fromkeys(chain.from_iterable(part.classes for part in parts)))
        places = {label: place for place, label in enumerate(classes)}
        moved = [np.array([places[label] for label in part.classes], dtype=np.int32) for part in parts]
        positives = np.zeros(len(classes), dtype=np.int64)
        for part, to in zip(parts, moved, strict=True):
            positives[to] += part.positives
        shifts = np.cumsum([0, *(len(part.ids) for part in parts)])
        units = [
            np.where(part.units == NO_ID, NO_ID, part.units + shift)
            for part, shift in zip(parts, shifts.tolist(), strict=False)
        ]
        return cls(
            settings,
            classes,
            positives,
            np.concatenate([to[part.labels] for part, to in zip(parts, moved, strict=True)]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.verdicts for part in parts]),
            np.concatenate(units).astype(np.int32, copy=False),
            np.concatenate([part.places for part in parts]),
            tuple(chain.from_iterable(part.ids for part in parts)),
            sum(part.scored for part in parts),
            sum(part.unscored for part in parts),
        )

    # ----------------------------------------------------------------------------------------------- the readings

    @property
    def value(self) -> float:
        """Average precision, averaged over the thresholds and the classes that have something to be found."""
        return float(self.averages[:, self._present].mean())

    @property
    def by_class(self) -> dict[Any, float]:
        """The average precision of each class that has something to be found, averaged over the thresholds."""
        means = self.averages.mean(axis=0)
        return {self.classes[place]: float(means[place]) for place in np.flatnonzero(self._present).tolist()}

    @property
    def by_iou(self) -> dict[float, float]:
        """The average precision at each threshold, averaged over the classes that have something to be found."""
        means = self.averages[:, self._present].mean(axis=1)
        assert self.settings is not None
        return dict(zip(self.settings.iou, means.tolist(), strict=True))

    @property
    def recall(self) -> float:
        """The share of objects that were found, averaged over thresholds and classes: COCO's average recall."""
        present = self._present
        hits = [np.bincount(self.labels[verdict == HIT], minlength=len(present)) for verdict in self.verdicts.T]
        return float(np.mean([of[present] / self.positives[present] for of in hits]))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the value should know, in sentences; empty where there is nothing."""
        notes = []
        if self.unscored:
            notes.append(
                f"{self.unscored} objects were found without a score: they form one block of ties, and the value "
                "depends on how many there are and how many of them are right, and on no order"
            )
        gone = [label for label, there in zip(self.classes, self.positives.tolist(), strict=True) if not there]
        if gone:
            notes.append(f"{len(gone)} classes have nothing to be found and are not in the mean: {_listed(gone)}")
        twice = len(self.ids) - len(set(self.ids))
        if twice:
            notes.append(f"{twice} images have the id of another: they were counted as often as they were given")
        return tuple(notes)

    @property
    def averages(self) -> Floats:
        """Average precision, shape (thresholds, classes), 0 for a class with nothing to be found.

        Raises `UndefinedScore` where no class has anything to be found.
        """
        present = self._present
        assert self.settings is not None
        if self.scored and self.unscored:
            raise InvalidInput(
                f"{self.unscored} of {self.scored + self.unscored} objects were found without a score and the "
                "others with one, and the two cannot be ranked together: give scores to all or to none"
            )
        if None in self.classes and len(self.classes) > 1:
            raise InvalidInput(
                "some images have labels and others have none: give labels on both sides of all images, or nowhere"
            )
        labels, scores, verdicts = self._ranked()
        shape = len(self.settings.iou), len(present)
        hits = verdicts == HIT
        before = np.searchsorted(labels, np.arange(shape[1]))
        ranks = _since(np.cumsum(verdicts != IGNORED, axis=0), before, labels)
        threshold, place = np.nonzero(hits.T)
        if self.settings.points == "step":
            ends = _run_ends(labels, scores)[place]
            found = _since(np.cumsum(hits, axis=0), before, labels)[ends, threshold]
            lengths = self._lengths(threshold, labels[place], shape)
            precisions = found / ranks[ends, threshold]
        else:
            lengths = self._lengths(threshold, labels[place], shape)
            precisions = (runs(lengths) + 1) / ranks[place, threshold]
        wanted = np.tile(np.maximum(self.positives, 1), shape[0])
        return average_precisions(precisions, lengths, wanted, self.settings.points).reshape(shape) * present

    @staticmethod
    def _lengths(thresholds: Places, labels: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.int64]:
        """How many hits each curve has, threshold after threshold and class after class."""
        return np.bincount(thresholds * shape[1] + labels, minlength=shape[0] * shape[1])

    @property
    def _present(self) -> Flags:
        present = self.positives > 0
        if not present.any():
            raise UndefinedScore(
                "no reference holds an object that is to be found, so there is no precision to average"
            )
        return present

    def _ranked(self) -> tuple[NDArray[np.int32], Floats, NDArray[np.int8]]:
        """Labels, scores and verdicts, class after class, from the surest decision down."""
        ranks = _id_ranks(self.ids)
        units = ranks[self.units] if len(ranks) else np.zeros(len(self.units), dtype=np.int64)
        units = np.where(self.units == NO_ID, len(ranks), units)  # those without an id come last
        order = np.lexsort((self.places, units, -self.scores, self.labels))
        labels, scores, verdicts = self.labels[order], self.scores[order], self.verdicts[order]
        loose = self.units[order] == NO_ID
        if loose.any():
            new = np.ones(len(order), dtype=bool)
            new[1:] = (np.diff(labels) != 0) | (np.diff(scores) != 0)
            group = np.cumsum(new)[loose]
            # Misses first: then no point of the curve lies above that of the whole block.
            keys = 2 * group[:, None] + (verdicts[loose] == HIT)
            verdicts[loose] = np.take_along_axis(verdicts[loose], np.argsort(keys, axis=0, kind="stable"), axis=0)
        return labels, scores, verdicts


def _listed(labels: Sequence[Any], most: int = 5) -> str:
    shown = ", ".join(repr(label) for label in labels[:most])
    return shown if len(labels) <= most else f"{shown} and {len(labels) - most} more"


def _since(totals: NDArray[np.int64], before: Places, labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Running totals that begin anew with each class."""
    start = np.concatenate([np.zeros((1, totals.shape[1]), dtype=np.int64), totals])[before]
    running: NDArray[np.int64] = totals - start[labels]
    return running


def _run_ends(labels: NDArray[np.int32], scores: Floats) -> Places:
    """For each decision, the last one of its class that has its score."""
    last = np.ones(len(labels), dtype=bool)
    last[:-1] = (np.diff(labels) != 0) | (np.diff(scores) != 0)
    ends = np.flatnonzero(last)
    return ends[np.searchsorted(ends, np.arange(len(labels)))]


def _id_ranks(ids: tuple[Any, ...]) -> NDArray[np.int64]:
    """The rank of each id: numbers before texts, equal ids alike."""
    kinds = set(map(type, ids))
    if len(kinds) == 1:
        return np.unique(np.array(ids), return_inverse=True)[1]
    ranks = {name: rank for rank, name in enumerate(sorted(set(ids), key=lambda one: (isinstance(one, str), one)))}
    return np.array([ranks[name] for name in ids], dtype=np.int64)

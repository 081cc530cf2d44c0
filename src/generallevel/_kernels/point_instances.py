"""Instances as sets of points: matched by overlap, and their average precision.

The rule is that of the ScanNet benchmark, which is not COCO's: references look for predictions, not the other way; a
prediction that overlaps a reference enough but is not the first is a false alarm; and one that overlaps none enough
does not count where too much of it lies in points that belong to nothing, or to a reference that is too small.

Source: Dai et al. (2017), arXiv 1702.04405, and its benchmark for 3D instances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.decisions import Decisions
from generallevel.errors import UndefinedScore

__all__ = ["Found", "InstanceSettings", "PointInstances", "There", "match_instances"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class InstanceSettings:
    """How decisions were made; only tallies of one setting add.

    Attributes
    ----------
    classes : tuple
        The labels that count.
    iou : tuple of float
        Above which overlap a prediction is right.
    least_points : int
        How many points an instance has at least.
    """

    classes: tuple[Any, ...]
    iou: tuple[float, ...]
    least_points: int


@dataclass(frozen=True, slots=True)
class Found:
    """The instances that were found in one scene.

    Attributes
    ----------
    labels : ndarray of int, shape (n,)
        The place of each one's class.
    scores : ndarray of float, shape (n,)
    masks : ndarray of bool, shape (n, points)
    """

    labels: Places
    scores: Floats
    masks: Flags


@dataclass(frozen=True, slots=True)
class There:
    """The instances that are there.

    Attributes
    ----------
    labels : ndarray of int, shape (m,)
        The place of each one's class.
    owners : ndarray of int, shape (points,)
        The instance of each point; -1 for none.
    void : ndarray of bool, shape (points,)
        Points of no class that counts.
    """

    labels: Places
    owners: Places
    void: Flags


@dataclass(frozen=True, slots=True, eq=False)
class PointInstances(Decisions):
    """Scored decisions by class and overlap, with the number of instances that were there to find.

    Attributes
    ----------
    settings : InstanceSettings or None
        None while there is no scene.
    positives : ndarray of int, shape (classes,)
        Instances of each class to be found.
    steps, labels : ndarray of int, shape (n,)
        The place of each decision's overlap and class. How many decisions there are differs between overlaps.
    scores : ndarray of float, shape (n,)
    hits : ndarray of bool, shape (n,)
    """

    steps: Places
    labels: Places
    scores: Floats
    hits: Flags

    @property
    def value(self) -> float:
        """Average precision, averaged over the overlaps and the classes that have something to be found."""
        return float(self.averages[:, self.positives > 0].mean())

    @property
    def by_class(self) -> dict[Any, float]:
        """The average precision of each class that has something to be found, averaged over the overlaps."""
        means = self.averages.mean(axis=0)
        assert self.settings is not None
        return {self.settings.classes[place]: float(means[place]) for place in np.flatnonzero(self.positives).tolist()}

    @property
    def averages(self) -> Floats:
        """Average precision, shape (overlaps, classes), 0 for a class with nothing to be found."""
        if self.settings is None or not self.positives.any():
            raise UndefinedScore("no reference holds an instance that is to be found, so there is nothing to average")
        averages = np.zeros((len(self.settings.iou), len(self.positives)))
        for step in range(len(averages)):
            for place in np.flatnonzero(self.positives).tolist():
                mine = (self.steps == step) & (self.labels == place)
                averages[step, place] = _area(self.scores[mine], self.hits[mine], int(self.positives[place]))
        return averages


def _area(scores: Floats, hits: Flags, positives: int) -> float:
    """The area below precision over recall, by trapezoids; equal scores are one point of the curve."""
    if not len(scores):
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    right = np.cumsum(hits[order])[ends]
    # From the point where everything counts up to an artificial one, of recall 0 and precision 1.
    precisions = np.append((right / (ends + 1))[::-1], 1.0)
    recalls = np.append((right / positives)[::-1], 0.0)
    around = np.concatenate([recalls[:1], recalls, [0.0]])
    return float(precisions @ (around[:-2] - around[2:]) / 2)


def match_instances(found: Found, there: There, settings: InstanceSettings) -> PointInstances:
    """The decisions about one scene.

    Parameters
    ----------
    found, there : Found, There
    settings : InstanceSettings

    Returns
    -------
    PointInstances
    """
    sizes = found.masks.sum(axis=1)
    enough = sizes >= max(settings.least_points, 1)
    masks, sizes = found.masks[enough], sizes[enough]
    kinds, scores = found.labels[enough], found.scores[enough]
    n_refs = len(there.labels)
    owned = there.owners >= 0
    areas = np.bincount(there.owners[owned], minlength=n_refs)
    small = areas < settings.least_points
    common = np.zeros((len(masks), n_refs), dtype=np.int64)
    for row, mask in enumerate(masks):
        common[row] = np.bincount(there.owners[mask & owned], minlength=n_refs)
    common *= kinds[:, None] == there.labels[None, :]  # those of another class are looked at by nobody
    overlaps = common / np.maximum(areas[None, :] + sizes[:, None] - common, 1)
    ignored = (masks & there.void).sum(axis=1) + common[:, small].sum(axis=1)
    rows: list[tuple[int, int, float, bool]] = []
    for step, threshold in enumerate(settings.iou):
        near = overlaps > threshold
        rows += [(step, *decision) for decision in _choices(near[:, ~small], there.labels[~small], scores)]
        alarm = ~near.any(axis=1) & (ignored / sizes <= threshold)
        rows += [(step, int(kinds[row]), float(scores[row]), False) for row in np.flatnonzero(alarm).tolist()]
    return PointInstances(
        settings,
        np.bincount(there.labels[~small], minlength=len(settings.classes)),
        np.array([row[0] for row in rows], dtype=np.intp),
        np.array([row[1] for row in rows], dtype=np.intp),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3] for row in rows], dtype=bool),
    )


def _choices(near: Flags, labels: Places, scores: Floats) -> list[tuple[int, float, bool]]:
    """What becomes of each reference: the class, score and rightness of the predictions that it meets.

    It takes the first of those that no earlier one has taken. Every further one makes a false alarm, and the surest of
    all of them is the one that is right.
    """
    decisions = []
    taken: set[int] = set()
    for column in range(near.shape[1]):
        free = [row for row in np.flatnonzero(near[:, column]).tolist() if row not in taken]
        if free:
            taken.add(free[0])
            best = float(scores[free[0]])
            for row in free[1:]:
                score = float(scores[row])
                decisions.append((int(labels[column]), min(best, score), False))
                best = max(best, score)
            decisions.append((int(labels[column]), best, True))
    return decisions

"""Detections that are matched by the distance of their centres on the ground, and their average precision.

Inside an item and a class the surest box chooses first, and takes the nearest reference that is free; it is right if
that one is near enough. Precision is interpolated over recall, and its low ends are cut off.

Source: Caesar et al. (2020), arXiv 1903.11027.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.decisions import Decisions
from generallevel._kernels.matching import greedy, runs
from generallevel.errors import UndefinedScore

__all__ = ["ERRORS", "CentreDetections", "CentreSettings", "NuscenesScore", "match_centres"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]

BLOCK = 2**20  # pairs that are compared at once: bounds the memory
POINTS = 101  # of recall, from 0 to 1
AP_WEIGHT = 5  # of mean average precision in the detection score, where each error weighs 1

# Translation (metres), scale (1 - overlap of aligned boxes), orientation (radians), velocity (metres per second) and
# attribute (1 - accuracy).
ERRORS = ("translation", "scale", "orientation", "velocity", "attribute")


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """How decisions were made and are read; only tallies of one setting add.

    Attributes
    ----------
    classes : tuple
        The labels.
    distances : tuple of float
        Below which distance of the centres a box is right, in metres.
    errors_at : float or None
        At which of them errors of right boxes are measured; None where they are not.
    low : float
        The recall and the precision up to which nothing counts.
    absent_class : str
        Whether a class without a reference counts as 0 or not at all.
    without : tuple of (int, int)
        Class and error, by their places, that are not defined for each other.
    """

    classes: tuple[Any, ...]
    distances: tuple[float, ...]
    errors_at: float | None
    low: float
    absent_class: str
    without: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CentreDetections(Decisions):
    """Scored decisions by class and distance, with the number of boxes that were there to find.

    Attributes
    ----------
    settings : CentreSettings or None
        None while there is no item.
    positives : ndarray of int, shape (classes,)
        Boxes of each class to be found.
    labels : ndarray of int, shape (n,)
        The place of each decision's class.
    scores : ndarray of float, shape (n,)
    hits : ndarray of bool, shape (n, distances)
    errors : ndarray of float, shape (n, 5) or (n, 0)
        Of boxes that are right at ``settings.errors_at``; NaN elsewhere, and where an error is not known.
    """

    labels: Places
    scores: Floats
    hits: Flags
    errors: Floats

    # ----------------------------------------------------------------------------------------------- the readings

    @property
    def value(self) -> float:
        """The score: mean average precision."""
        return self.mean_average_precision

    @property
    def mean_average_precision(self) -> float:
        """Average precision, averaged over the distances and the classes."""
        return float(self.averages[:, self._counted].mean())

    @property
    def by_class(self) -> dict[Any, float]:
        """The average precision of each class that counts, averaged over the distances."""
        settings, means = self._settings, self.averages.mean(axis=0)
        return {settings.classes[place]: float(means[place]) for place in self._counted}

    @property
    def by_distance(self) -> dict[float, float]:
        """The average precision at each distance, averaged over the classes that count."""
        means = self.averages[:, self._counted].mean(axis=1)
        return dict(zip(self._settings.distances, means.tolist(), strict=True))

    @property
    def tp_errors(self) -> dict[str, float]:
        """The mean error of right boxes of each kind, averaged over the classes for which it is defined."""
        settings = self._settings
        if settings.errors_at is None:
            raise UndefinedScore("these decisions were made without errors: they are measured by nds alone")
        each = np.array([self._class_errors(place) for place in self._counted])
        undefined = np.array(
            [[(place, kind) in settings.without for kind in range(len(ERRORS))] for place in self._counted]
        )
        means = {}
        for kind, name in enumerate(ERRORS):
            known = each[~undefined[:, kind], kind]
            if known.size:
                means[name] = float(known.mean())
        return means

    @property
    def averages(self) -> Floats:
        """Average precision, shape (distances, classes), 0 for a class without a reference."""
        settings = self._settings
        averages = np.zeros((len(settings.distances), len(settings.classes)))
        for place in np.flatnonzero(self.positives).tolist():
            mine = np.flatnonzero(self.labels == place)
            for step in range(len(settings.distances)):
                curve = self._curve(mine, place, step)
                if curve is not None:
                    averages[step, place] = self._area(curve[1])
        return averages

    @property
    def _settings(self) -> CentreSettings:
        if self.settings is None or not self.positives.any():
            raise UndefinedScore("no reference holds a box that is to be found, so there is no precision to average")
        settings: CentreSettings = self.settings
        return settings

    @property
    def _counted(self) -> list[int]:
        """The places of the classes that are averaged over."""
        if self._settings.absent_class == "zero":
            return list(range(len(self.positives)))
        return np.flatnonzero(self.positives).tolist()

    def _first(self) -> int:
        """The first point of recall that counts: the one after the low end."""
        return round((POINTS - 1) * self._settings.low) + 1

    def _area(self, precisions: Floats) -> float:
        low = self._settings.low
        return float(np.maximum(precisions[self._first() :] - low, 0.0).mean()) / (1.0 - low)

    def _curve(self, mine: Places, place: int, step: int) -> tuple[Places, Floats, Floats] | None:
        """The decisions from the surest down, and precision and score at each point of recall; None without a hit."""
        hits = self.hits[mine, step]
        if not hits.any():
            return None
        # Among equal scores misses come first, and then the larger errors: an order that arrival cannot change.
        order = np.lexsort((*(-self.errors[mine]).T, hits, -self.scores[mine]))
        right = np.cumsum(hits[order]).astype(np.float64)
        recalls = right / float(self.positives[place])
        points = np.linspace(0, 1, POINTS)
        precisions = np.interp(points, recalls, right / np.arange(1, len(order) + 1), right=0)
        return mine[order], precisions, np.interp(points, recalls, self.scores[mine][order], right=0)

    def _class_errors(self, place: int) -> Floats:
        """The mean error of each kind over the points of recall that were reached; 1 where none was."""
        settings = self._settings
        assert settings.errors_at is not None
        step = settings.distances.index(settings.errors_at)
        curve = self._curve(np.flatnonzero(self.labels == place), place, step)
        means = np.ones(len(ERRORS))
        if curve is None or not self.positives[place]:
            return means
        order, _, scores = curve
        reached = np.flatnonzero(scores)
        first, last = self._first(), int(reached[-1]) if reached.size else 0
        if last < first:
            return means
        right = order[self.hits[order, step]]
        for kind in range(len(ERRORS)):
            running = _running_mean(self.errors[right, kind])
            along = np.interp(scores[::-1], self.scores[right][::-1], running[::-1])[::-1]
            means[kind] = along[first : last + 1].mean()
        return means


@dataclass(frozen=True, slots=True, eq=False)
class NuscenesScore(CentreDetections):
    """The same decisions, read as the detection score: average precision, and what the errors leave of 1."""

    @property
    def value(self) -> float:
        """Mean average precision five times, and 1 minus each mean error but not below 0, out of ten."""
        left = [max(0.0, 1.0 - error) for error in self.tp_errors.values()]
        return (AP_WEIGHT * self.mean_average_precision + sum(left)) / (AP_WEIGHT + len(left))


def _running_mean(errors: Floats) -> Floats:
    """The mean of what is known up to each place; 1 everywhere where nothing is."""
    known = ~np.isnan(errors)
    if not known.any():
        return np.ones(len(errors))
    counts = np.cumsum(known)
    return np.asarray(np.divide(np.nancumsum(errors), counts, out=np.zeros(len(errors)), where=counts != 0))


def match_centres(
    pred: tuple[Places, Floats, Floats], ref: tuple[Places, Floats], distances: tuple[float, ...]
) -> Places:
    """The reference that each box takes, at each distance.

    Parameters
    ----------
    pred : (ndarray of int (n,), ndarray of float (n, 2), ndarray of float (n,))
        Group (an item and a class), centre and score of each box.
    ref : (ndarray of int (m,), ndarray of float (m, 2))
        Group and centre of each reference.
    distances : tuple of float
        Below which distance a box is right.

    Returns
    -------
    ndarray of int, shape (distances, n)
        The reference, or -1.

    Notes
    -----
    Equal scores: the later box chooses first. Equal distances: the earlier reference is taken. Both as in the data
    set's own program.
    """
    groups, centres, scores = pred
    homes, goals = ref
    n = len(groups)
    order = np.lexsort((-np.arange(n), -scores, groups))
    by_home = np.argsort(homes, kind="stable")
    first = np.searchsorted(homes[by_home], groups[order])
    counts = np.searchsorted(homes[by_home], groups[order], side="right") - first
    rows = np.flatnonzero(counts)
    cuts = np.flatnonzero(np.diff(np.cumsum(counts[rows]) // BLOCK)) + 1
    pairs: list[tuple[Places, Places, Floats]] = [(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))]
    for some in np.split(rows, cuts):
        at = np.repeat(some, counts[some])
        to = by_home[np.repeat(first[some], counts[some]) + runs(counts[some])]
        apart = np.sqrt(((centres[order[at]] - goals[to]) ** 2).sum(axis=1))
        near = apart < max(distances)
        pairs.append((at[near], to[near], apart[near]))
    at, to, apart = (np.concatenate(column) for column in zip(*pairs, strict=True))
    turn = np.lexsort((to, apart, at))
    at, to, apart = at[turn], to[turn], apart[turn]
    found = np.full((len(distances), n), -1, dtype=np.intp)
    shared = np.zeros(len(homes), dtype=bool)
    for step, distance in enumerate(distances):
        near = np.flatnonzero(apart < distance)
        taken = greedy(at[near], to[near], shared, n)
        got = taken >= 0
        found[step, order[got]] = to[near][taken[got]]
    return found

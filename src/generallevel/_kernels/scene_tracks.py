"""Tracks of a scene: gaps filled in, scored by their boxes, and followed from frame to frame at every sureness.

A scene is prepared once: which found box lies near which true one, frame by frame. For a threshold of sureness the
frames are then gone through in time: a true object keeps the track that it had if that is still near, and what is left
is paired at the least distance (CLEAR MOT). Only boxes near each other take part; the others are counted.

Source: Bernardin & Stiefelhagen (2008), doi:10.1155/2008/246309; Caesar et al. (2020), arXiv 1903.11027; Weng et al.
(2020), arXiv 2008.08063.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.matching import runs
from generallevel._kernels.nearest import cheapest_pairs
from generallevel.errors import UndefinedScore
from generallevel.tallies import Pool

__all__ = ["Counts", "TrackPool", "TrackSettings", "Tracks", "Trails", "filled", "near_pairs"]

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Frame: TypeAlias = list[tuple[int, list[tuple[int, int, float, float]]]]  # object, then track, box, sureness, distance


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """How tracks are compared; only scenes of one setting are pooled.

    Attributes
    ----------
    classes : tuple
        The labels that count.
    distance : float
        Below which two boxes may be one, in metres.
    alpha : float
        How much errors weigh.
    recalls : tuple of float
        The recalls that are averaged over, rising.
    """

    classes: tuple[Any, ...]
    distance: float
    alpha: float
    recalls: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trails:
    """Boxes of one side of a scene, in their order within each frame.

    Attributes
    ----------
    frames : ndarray of int, shape (n,)
        Which of the scene's times.
    ids, labels : ndarray of int, shape (n,)
        Numbers of tracks, in the order in which they appear, and places of classes.
    centres : ndarray of float, shape (n, 2)
    scores : ndarray of float, shape (n,)
    """

    frames: Places
    ids: Places
    labels: Places
    centres: Floats
    scores: Floats


def filled(trails: Trails, times: Floats, gaps: str) -> Trails:
    """The same tracks with a box in each frame between their first and their last.

    Parameters
    ----------
    trails : Trails
    times : ndarray of float, shape (frames,)
        Rising.
    gaps : {"nuscenes", "linear", "none"}
        Whether a missing box lies between its neighbours with the weights swapped, as the data set's program has it;
        by time; or nowhere.

    Returns
    -------
    Trails
        New boxes stand after the given ones of their frame, in the order of their tracks, and have the class of the
        later neighbour.
    """
    order = np.lexsort((trails.frames, trails.ids))
    frames, ids = trails.frames[order], trails.ids[order]
    missing = np.where(np.diff(ids) == 0, np.diff(frames) - 1, 0) if gaps != "none" else np.zeros(0, dtype=np.intp)
    if not missing.any():
        return trails
    before = np.repeat(np.arange(len(missing)), missing)
    left, right = order[before], order[before + 1]
    new = frames[before] + 1 + runs(missing)
    early, late = times[frames[before]], times[frames[before + 1]]
    later = ((late - times[new]) if gaps == "nuscenes" else (times[new] - early)) / (late - early)
    scores = trails.scores[right]
    if gaps == "nuscenes":  # with the same rounding: a threshold may equal a score to the last bit
        scores = (1.0 - later) * trails.scores[left] + later * scores
    centres = (1.0 - later)[:, None] * trails.centres[left] + later[:, None] * trails.centres[right]
    given = np.zeros(len(trails.frames) + len(new), dtype=bool)
    given[: len(trails.frames)] = True
    columns = [
        np.concatenate([trails.frames, new]),
        np.concatenate([trails.ids, trails.ids[right]]),
        np.concatenate([trails.labels, trails.labels[right]]),
        np.concatenate([trails.centres, centres]),
        np.concatenate([trails.scores, scores]),
    ]
    turn = np.lexsort((np.where(given, 0, columns[1]), ~given, columns[0]))
    return Trails(*(column[turn] for column in columns))


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """One class of one scene: which boxes are near each other, and how many there are.

    Attributes
    ----------
    settings : TrackSettings
    place : int
        Which class.
    n_true : int
        Boxes that are there.
    scores : ndarray of float, shape (n,)
        The sureness of each box that was found.
    frames, objects, tracks, boxes : ndarray of int, shape (m,)
        Frame, true object, found track and found box of each near pair, frame by frame and object by object.
    apart : ndarray of float, shape (m,)
        Their distance.
    """

    settings: TrackSettings
    place: int
    n_true: int
    scores: Floats
    frames: Places
    objects: Places
    tracks: Places
    boxes: Places
    apart: Floats


def near_pairs(found: Trails, there: Trails, settings: TrackSettings) -> tuple[Tracks, ...]:
    """Each class of a scene that either side has, ready to be followed.

    Parameters
    ----------
    found, there : Trails
        The two sides.
    settings : TrackSettings

    Returns
    -------
    tuple of Tracks
    """
    ready = []
    for place in range(len(settings.classes)):
        mine, true = np.flatnonzero(found.labels == place), np.flatnonzero(there.labels == place)
        if not len(mine) and not len(true):
            continue
        mine = mine[np.argsort(found.frames[mine], kind="stable")]
        true = true[np.argsort(there.frames[true], kind="stable")]
        first = np.searchsorted(found.frames[mine], there.frames[true])
        counts = np.searchsorted(found.frames[mine], there.frames[true], side="right") - first
        to = np.repeat(np.arange(len(true)), counts)
        at = np.repeat(first, counts) + runs(counts)
        apart = np.sqrt(((found.centres[mine[at]] - there.centres[true[to]]) ** 2).sum(axis=1))
        near = apart < settings.distance
        at, to, apart = at[near], to[near], apart[near]
        ready.append(
            Tracks(
                settings,
                place,
                len(true),
                found.scores[mine],
                there.frames[true[to]],
                there.ids[true[to]],
                found.ids[mine[at]],
                at,
                apart,
            )
        )
    return tuple(ready)


@dataclass(frozen=True, slots=True)
class Counts:
    """What following the tracks of a class came to.

    Attributes
    ----------
    true, matches, switches, alarms : int
        Boxes that are there; pairs of an object and the track that it had or its first one; pairs with another track;
        found boxes without an object.
    apart : float
        Sum of the distances of all pairs.
    """

    true: int
    matches: int
    switches: int
    alarms: int
    apart: float

    def motar(self, alpha: float) -> float:
        """Tracking accuracy, put in relation to the recall that was reached; NaN without a match."""
        if not self.matches:
            return np.nan
        recall = self.matches / self.true
        missed = self.true - self.matches - self.switches
        wrong = missed + self.switches + self.alarms - (1 - recall) * self.true
        return max(0.0, 1 - alpha * wrong / (recall * self.true))

    @property
    def motp(self) -> float:
        """The mean distance of pairs; NaN without one."""
        pairs = self.matches + self.switches
        return self.apart / pairs if pairs else np.nan


@dataclass(frozen=True, slots=True, eq=False)
class TrackPool(Pool):
    """Scenes, kept until all are there: recall is that over all of them.

    Attributes
    ----------
    units : tuple of tuple of Tracks
        The classes of each scene.
    """

    @property
    def value(self) -> float:
        """The mean of `by_class`."""
        means = list(self.by_class.values())
        if not means:
            raise UndefinedScore("no reference holds a box of a class that counts, so there is nothing to follow")
        return float(np.mean(means))

    @property
    def by_class(self) -> dict[Any, float]:
        """Tracking accuracy of each class that is there, averaged over the recalls; 0 for recalls not reached."""
        return {label: float(np.mean(accuracy)) for label, (accuracy, _) in self.curves.items()}

    @property
    def curves(self) -> dict[Any, tuple[Floats, Floats]]:
        """Accuracy (MOTAR) and mean distance (MOTP, metres) of each class that is there, at each recall, rising.

        Where a recall is not reached they are 0, and the greatest distance at which two boxes may be one.
        """
        scenes: dict[int, list[Tracks]] = {}
        for unit in self.units:
            for tracks in unit:
                scenes.setdefault(tracks.place, []).append(tracks)
        curves = {}
        for place in sorted(scenes):
            settings = scenes[place][0].settings
            if sum(tracks.n_true for tracks in scenes[place]):
                curves[settings.classes[place]] = _curve(scenes[place], settings)
        return curves


def _curve(scenes: list[Tracks], settings: TrackSettings) -> tuple[Floats, Floats]:
    """Accuracy and distance of one class at each recall."""
    frames = [_by_frame(tracks) for tracks in scenes]
    n_true = sum(tracks.n_true for tracks in scenes)
    sure: list[float] = []
    for ready in frames:
        _follow(ready, -np.inf, sure)
    recalls = np.array(settings.recalls)
    accuracy, apart = np.zeros(len(recalls)), np.full(len(recalls), settings.distance)
    if not sure:
        return accuracy, apart
    scores = np.sort(np.array(sure))[::-1]
    reached = np.arange(1, len(scores) + 1) / n_true
    thresholds = np.interp(recalls, reached, scores)
    thresholds[recalls > reached[-1]] = np.nan
    done: dict[float, tuple[float, float]] = {}
    for step, threshold in enumerate(thresholds.tolist()):
        if np.isnan(threshold):
            continue
        if threshold not in done:
            counts = _counts(scenes, frames, threshold, n_true)
            done[threshold] = counts.motar(settings.alpha), counts.motp
        motar, motp = done[threshold]
        accuracy[step] = 0.0 if np.isnan(motar) else motar
        apart[step] = settings.distance if np.isnan(motp) else motp
    return accuracy, apart


def _by_frame(tracks: Tracks) -> list[Frame]:
    """The near pairs of a scene as nested lists: frames, objects in their order, candidates."""
    frames: list[Frame] = []
    last: tuple[int, int] | None = None
    columns = (tracks.frames, tracks.objects, tracks.tracks, tracks.boxes, tracks.apart)
    sure = tracks.scores[tracks.boxes].tolist()
    for frame, thing, track, box, apart, score in zip(*(column.tolist() for column in columns), sure, strict=True):
        if last is None or frame != last[0]:
            frames.append([])
        if (frame, thing) != last:
            frames[-1].append((thing, []))
            last = (frame, thing)
        frames[-1][-1][1].append((track, box, score, apart))
    return frames


def _counts(scenes: Iterable[Tracks], frames: Iterable[list[Frame]], threshold: float, n_true: int) -> Counts:
    matches = switches = found = 0
    apart = 0.0
    for tracks, ready in zip(scenes, frames, strict=True):
        found += int(np.count_nonzero(tracks.scores >= threshold))
        more = _follow(ready, threshold)
        matches, switches, apart = matches + more[0], switches + more[1], apart + more[2]
    return Counts(n_true, matches, switches, found - matches - switches, apart)


def _follow(frames: list[Frame], threshold: float, sure: list[float] | None = None) -> tuple[int, int, float]:
    """Matches, switches and the sum of their distances, over the frames of a scene.

    Parameters
    ----------
    frames : list
        As `_by_frame` gives them.
    threshold : float
        How sure a box must be to take part.
    sure : list of float, optional
        Takes in the sureness of each box that makes a match.
    """
    kept: dict[int, int] = {}  # the last track of each object; several objects may have had one
    matches = switches = 0
    total = 0.0
    for frame in frames:
        taken: set[int] = set()
        waiting: Frame = []
        for thing, near in frame:
            before = kept.get(thing)
            pair = None
            if before is not None and before not in taken:
                pair = next((one for one in near if one[0] == before and one[2] >= threshold), None)
            if pair is None:
                waiting.append((thing, near))
                continue
            taken.add(pair[0])
            matches += 1
            total += pair[3]
            if sure is not None:
                sure.append(pair[2])
        for thing, (track, _, score, apart) in _paired(waiting, taken, threshold):
            before = kept.get(thing)
            total += apart
            if before is not None and before != track:
                switches += 1
            else:
                matches += 1
                if sure is not None:
                    sure.append(score)
            kept[thing] = track
    return matches, switches, total


def _paired(waiting: Frame, taken: set[int], threshold: float) -> list[tuple[int, tuple[int, int, float, float]]]:
    """The most pairs of objects and free tracks, and among those the ones that are nearest altogether."""
    open_: list[tuple[int, list[tuple[int, int, float, float]]]] = []
    for thing, near in waiting:
        free = [one for one in near if one[2] >= threshold and one[0] not in taken]
        if free:
            open_.append((thing, free))
    if not open_:
        return []
    wanted = dict.fromkeys(one[0] for _, free in open_ for one in free)
    if all(len(free) == 1 for _, free in open_) and len(wanted) == len(open_):
        return [(thing, free[0]) for thing, free in open_]
    columns = {track: column for column, track in enumerate(wanted)}
    costs = np.full((len(open_), len(columns)), np.nan)
    for row, (_, free) in enumerate(open_):
        for track, _, _, apart in free:
            costs[row, columns[track]] = apart
    # What is not near costs more than all that is: then as many as can be are paired.
    far = 2 * min(costs.shape) * float(np.nanmax(costs)) + 1.0
    pairs = []
    for row, column in zip(*cheapest_pairs(np.where(np.isnan(costs), far, costs)), strict=True):
        thing, free = open_[row]
        pairs += [(thing, one) for one in free if columns[one[0]] == column]
    return pairs

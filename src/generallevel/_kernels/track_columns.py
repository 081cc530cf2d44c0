"""Columns of tracks: times, identities, classes, centres and scores of the boxes of one scene, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.objects import as_mappings
from generallevel._kernels.scene_boxes import (
    centres_of,
    class_places,
    ground,
    in_range,
    listed,
    numbers_of,
)
from generallevel._kernels.scene_tracks import Trails, filled
from generallevel.errors import DuplicateName, ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch

__all__ = ["read_tracks", "scene_times"]

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Item: TypeAlias = Mapping[str, Any]

PRED_KEYS = frozenset({"frames", "ids", "labels", "scores", "centres"})
REF_KEYS = frozenset({"frames", "ids", "labels", "centres", "times", "ego", "points", "id"})


def scene_times(pred: Any, ref: Any) -> Floats:
    """All times of a scene, rising: those that are given, or else those at which either side has a box.

    Raises
    ------
    InvalidInput
        If a time is given twice, or a side is no mapping of columns.
    """
    said, wanted = _item(pred, "pred"), _item(ref, "ref")
    given = wanted.get("times")
    if given is None:
        return np.unique(np.concatenate([_frames(said, "pred"), _frames(wanted, "ref")]))
    times = _numbers(given, "ref times", "all times of the scene, shape (T,)")
    if len(np.unique(times)) < len(times):
        raise InvalidInput("ref times hold a time twice")
    if (np.diff(times) < 0).any():
        raise InvalidInput("ref times do not rise: sort them, and the places of the vehicle with them")
    return times


def read_tracks(
    given: Any,
    ref: Any,
    name: str,
    classes: tuple[Any, ...],
    reach: Floats | None,
    times: Floats,
    gaps: str,
) -> Trails:
    """The tracks of one side: those boxes that count, scored as tracks, with gaps filled in.

    Parameters
    ----------
    given, ref : mapping
        The side, and the reference, which knows the place of the vehicle.
    name : str
        The side, for messages: "pred".
    classes, gaps
        As for `amota`.
    reach : ndarray of float, shape (classes,), or None
        Up to which distance from the vehicle boxes of each class count, in metres.
    times : ndarray of float, shape (T,)
        As `scene_times` gives them.

    Returns
    -------
    Trails

    Raises
    ------
    DuplicateName
        If an id stands twice in one frame.
    InvalidInput
        If a column is missing or bad.
    """
    item = _item(given, name)
    centres = centres_of(item, name)
    n = len(centres)
    labels = class_places(item, n, classes, name)
    moments = _frames(item, name)
    if len(moments) != n:
        raise LengthMismatch(f"{name} has {n} centres but {len(moments)} frames: one belongs to each box")
    if n and not len(times):
        raise InvalidInput(f"{name} has {n} boxes and the scene no times: leave times out, or give all of them")
    frames = np.searchsorted(times, moments)
    strange = (
        (frames == len(times)) | (times[np.minimum(frames, len(times) - 1)] != moments) if n else np.zeros(0, bool)
    )
    if strange.any():
        raise InvalidInput(f"{name} has a box at {moments[strange][0]:g}, which is none of the times of the scene")
    ids = _ids(item, n, name)
    _check_once(frames, ids, moments, name)
    scores = numbers_of(item, "scores", n, name) if name == "pred" else np.zeros(n)
    if scores is None:
        if n:
            raise InvalidInput(f'{name} has no "scores": the tracks that count are chosen by them')
        scores = np.empty(0)
    kept = np.ones(n, dtype=bool)
    if reach is not None and n:
        kept &= in_range(centres, ground(_item(ref, "ref").get("ego"), len(times), "ref")[frames], labels, reach)
    points = numbers_of(item, "points", n, name)
    if points is not None:
        if (points < 0).any():
            raise ImpossibleValue(f"{name} points hold {points.min():g}: a box holds 0 points or more")
        kept &= points != 0
    order = np.flatnonzero(kept)
    order = order[np.argsort(frames[order], kind="stable")]
    numbers = _as_they_appear(ids[order])
    trails = Trails(frames[order], numbers, labels[order], centres[order], _track_means(numbers, scores[order]))
    return filled(trails, times, gaps)


def _item(given: Any, name: str) -> Item:
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"{name} is the tracks of one scene, a mapping of columns such as frames, ids, labels and centres, not a "
            f"{type(given).__name__}"
        )
    return as_mappings([given], name, "centres", PRED_KEYS if name == "pred" else REF_KEYS)[0]


def _numbers(given: Any, name: str, wanted: str) -> Floats:
    array = real_array(given, name, wanted)
    if array.size == 0:
        return np.empty(0)
    if array.ndim != 1:
        raise ShapeMismatch(f"{name} are {wanted}; got shape {array.shape}")
    if not np.isfinite(array).all():
        raise NotFinite(f"{name} hold a NaN or an infinity: they are {wanted}")
    return array.astype(np.float64)


def _frames(item: Item, name: str) -> Floats:
    if item.get("frames") is None:
        raise InvalidInput(f'{name} has no "frames": the time of each box')
    return _numbers(item["frames"], f"{name} frames", "the time of each box, shape (n,)")


def _ids(item: Item, n: int, name: str) -> Places:
    """The tracks of the boxes as numbers, in the order in which they appear."""
    given = item.get("ids")
    if given is None:
        raise InvalidInput(f'{name} has no "ids": the track of each box')
    names = listed(given, "ids", n, name)
    for one in names:
        if isinstance(one, bool) or not isinstance(one, str | int | np.integer):
            if isinstance(one, float) and one != one:
                raise NotFinite(f"{name} ids hold a NaN: a track is a whole number or a text")
            raise InvalidInput(f"{name} ids hold {one!r:.40}: a track is a whole number or a text")
    known: dict[Any, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in names], dtype=np.intp)


def _check_once(frames: Places, ids: Places, moments: Floats, name: str) -> None:
    order = np.lexsort((ids, frames))
    twice = (np.diff(frames[order]) == 0) & (np.diff(ids[order]) == 0)
    if twice.any():
        place = order[int(np.argmax(twice))]
        raise DuplicateName(
            f"{name} has two boxes of one track in one frame (box {place}, at {moments[place]:g}): an id stands for "
            "one object"
        )


def _as_they_appear(ids: Places) -> Places:
    """The same identities, numbered from 0 in the order in which they come."""
    kinds, first, places = np.unique(ids, return_index=True, return_inverse=True)
    ranks = np.empty(len(kinds), dtype=np.intp)
    ranks[np.argsort(first)] = np.arange(len(kinds))
    return ranks[places.reshape(-1)]


def _track_means(ids: Places, scores: Floats) -> Floats:
    """For each box, the mean score of the boxes of its track."""
    if not len(ids):
        return scores
    order = np.argsort(ids, kind="stable")
    starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
    # Track by track, which rounds as numpy.mean does.
    means = np.array([part.mean() for part in np.split(scores[order], starts[1:])])
    return means[ids]

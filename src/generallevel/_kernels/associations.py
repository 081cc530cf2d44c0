"""Associations: which track of a prediction follows which true track, frame by frame and as a whole.

A sequence is laid out once: its frames in order, the overlap of every true box with every predicted one of its frame,
pair after pair. Sums over pairs are array expressions. Only frames in which a box has several candidates need an
assignment; in the others the candidates are the matches.

The assignments and their ties are those of TrackEval, whose order of rows (true boxes) and columns is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.matching import runs
from generallevel._kernels.overlap import Boxes, check_format, paired_overlaps, read_boxes
from generallevel.errors import InvalidInput, LengthMismatch, did_you_mean

__all__ = ["ALPHAS", "Sequence", "alpha_matches", "frame_matches", "identity_matches", "no_tracks", "read_sequence"]

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

ALPHAS: Floats = np.arange(1, 20) / 20  # HOTA: .05, .1, ..., .95
EPS = float(np.finfo(np.float64).eps)  # TrackEval: what an overlap may fall short of its threshold
KEEPS = 1000.0  # CLEAR: what it is worth to keep the track of the frame before; more than all overlaps together

KEYS = ("frames", "ids", "boxes")


def no_tracks(_ref: object) -> dict[str, Any]:
    """Tracks without a box: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    dict
    """
    return {"frames": np.empty(0, dtype=np.intp), "ids": np.empty(0, dtype=np.intp), "boxes": np.empty((0, 4))}


@dataclass(frozen=True, slots=True)
class _Side:
    """The boxes of one side in the order of their frames."""

    frames: Places
    ids: Places
    sizes: Places  # boxes of each track
    boxes: Boxes


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence laid out: the pairs of boxes of each frame that has boxes on both sides.

    Attributes
    ----------
    at, to : ndarray of int, shape (pairs,)
        The predicted and the true track of each pair.
    said, wanted : ndarray of int, shape (pairs,)
        The places of the predicted and the true box.
    overlaps : ndarray of float, shape (pairs,)
    starts : ndarray of int, shape (frames + 1,)
        Where the pairs of a frame begin: those of its first true box, then of its second ...
    heights : ndarray of int, shape (frames,)
        True boxes of each of these frames.
    said_sizes, wanted_sizes : ndarray of int
        Boxes of each predicted and each true track.
    """

    at: Places
    to: Places
    said: Places
    wanted: Places
    overlaps: Floats
    starts: Places
    heights: Places
    said_sizes: Places
    wanted_sizes: Places

    @property
    def n_said(self) -> int:
        """Boxes of the prediction."""
        return int(self.said_sizes.sum())

    @property
    def n_wanted(self) -> int:
        """Boxes of the reference."""
        return int(self.wanted_sizes.sum())


def _side(given: Any, boxes: str, name: str) -> _Side:
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f'{name} is tracks, {{"frames": (n,), "ids": (n,), "boxes": (n, 4)}} with a row for each box; got '
            f"{type(given).__name__}"
        )
    for key in given:
        if key not in KEYS:
            raise InvalidInput(
                f"{name} has the key {key!r}, which nothing reads.{did_you_mean(str(key), KEYS)} Tracks have frames, "
                "ids and boxes"
            )
    for key in KEYS:
        if key not in given:
            raise InvalidInput(f"{name} has no {key!r}; tracks have frames, ids and boxes")
    read = read_boxes(given["boxes"], boxes, name)
    frames = real_array(given["frames"], f"{name} frames", "the number of each box's frame, shape (n,)")
    ids = _ids(given["ids"], name)
    if len(read) == 0 and frames.size == ids.size == 0:
        frames, ids = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    for key, column in (("frames", frames), ("ids", ids)):
        if column.shape != (len(read),):
            raise LengthMismatch(f"{name} has {len(read)} boxes and {key} of shape {column.shape}: one for each box")
    if frames.dtype.kind not in "iu":
        raise InvalidInput(f"{name} frames are whole numbers, not {frames.dtype}")
    if ids.dtype.kind not in "iuU":
        raise InvalidInput(f"{name} ids are whole numbers or texts, not {ids.dtype}")
    names, tracks, sizes = np.unique(ids, return_inverse=True, return_counts=True)
    order = np.argsort(frames, kind="stable")
    frames, tracks = frames[order].astype(np.intp), tracks.reshape(-1)[order].astype(np.intp)
    by_both = np.lexsort((tracks, frames))
    twice = np.flatnonzero((np.diff(frames[by_both]) == 0) & (np.diff(tracks[by_both]) == 0))
    if twice.size:
        place = by_both[twice[0]]
        raise InvalidInput(
            f"{name} has the id {names[tracks[place]]} twice in frame {frames[place]}: a track has one box in a frame"
        )
    return _Side(frames, tracks, sizes.astype(np.intp), Boxes(read.corners[order], read.areas[order]))


def _ids(given: Any, name: str) -> NDArray[Any]:
    if isinstance(given, list | tuple) and len({isinstance(one, str) for one in given}) > 1:
        raise InvalidInput(f"{name} ids are whole numbers or texts, not some of each: 1 and '1' would be one track")
    try:
        return np.asarray(given)
    except ValueError as slip:
        raise InvalidInput(f"{name} ids are whole numbers or texts, one for each box, not {given!r:.80}") from slip


def read_sequence(pred: Any, ref: Any, boxes: str) -> Sequence:
    """The tracks of one sequence, laid out.

    Parameters
    ----------
    pred, ref : mapping of "frames" (n,), "ids" (n,) and "boxes" (n, 4)
        A row for each box, in any order.
    boxes : str
        How boxes are written.

    Returns
    -------
    Sequence

    Raises
    ------
    InvalidInput, LengthMismatch
        If an id stands twice in a frame, or there is not one frame and one id for each box.
    ShapeMismatch, NotFinite, ImpossibleValue
        As `overlap.read_boxes`.

    Examples
    --------
    >>> one = {"frames": [3, 3], "ids": [1, 2], "boxes": [[0, 0, 1, 1], [5, 5, 6, 6]]}
    >>> read_sequence(one, one, "xyxy").overlaps.tolist()
    [1.0, 0.0, 0.0, 1.0]
    """
    check_format(boxes)
    said, wanted = _side(pred, boxes, "pred"), _side(ref, boxes, "ref")
    frames = np.intersect1d(said.frames, wanted.frames)
    first, last = (np.searchsorted(said.frames, frames, side=end) for end in ("left", "right"))
    top, bottom = (np.searchsorted(wanted.frames, frames, side=end) for end in ("left", "right"))
    widths, heights = last - first, bottom - top
    counts = widths * heights
    place = runs(counts)
    across = np.repeat(widths, counts)
    rows = np.repeat(top, counts) + place // np.maximum(across, 1)
    columns = np.repeat(first, counts) + place % np.maximum(across, 1)
    crowd = np.zeros(len(wanted.boxes), dtype=bool)
    overlaps = np.minimum(paired_overlaps(said.boxes, wanted.boxes, columns, rows, crowd), 1.0)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    return Sequence(
        said.ids[columns], wanted.ids[rows], columns, rows, overlaps, starts, heights, said.sizes, wanted.sizes
    )


def _contested(sequence: Sequence, candidates: Flags) -> tuple[Places, list[int]]:
    """The candidates of frames in which each box has one at most, and the numbers of the other frames."""
    places = np.flatnonzero(candidates)
    said, wanted = sequence.said[places], sequence.wanted[places]
    rivals = (np.bincount(said)[said] > 1) | (np.bincount(wanted)[wanted] > 1) if places.size else candidates[:0]
    frames = np.searchsorted(sequence.starts, places, side="right") - 1
    odd = np.unique(frames[rivals])
    if not odd.size:
        return places, []
    return places[~np.isin(frames, odd)], odd.tolist()


def _blocks(sequence: Sequence, frames: list[int]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    starts, heights = sequence.starts.tolist(), sequence.heights.tolist()
    for frame in frames:
        start, end = starts[frame], starts[frame + 1]
        yield start, end, (heights[frame], (end - start) // heights[frame])


def _alignments(sequence: Sequence, near: Places) -> tuple[Floats, Places, Floats]:
    """For each pair that overlaps: the score of its tracks, which tracks these are, and the boxes that these have."""
    overlaps, said, wanted = sequence.overlaps[near], sequence.said[near], sequence.wanted[near]
    rivals = np.bincount(said, overlaps)[said] + np.bincount(wanted, overlaps)[wanted] - overlaps
    shares = np.divide(overlaps, rivals, out=np.zeros(len(near)), where=rivals > EPS)
    width = max(len(sequence.said_sizes), 1)
    tracks, which = np.unique(sequence.to[near] * width + sequence.at[near], return_inverse=True)
    which = which.reshape(-1)
    together = np.bincount(which, shares, minlength=len(tracks))
    sizes = sequence.wanted_sizes[tracks // width] + sequence.said_sizes[tracks % width]
    return (together / (sizes - together))[which], which, sizes.astype(np.float64)


def alpha_matches(sequence: Sequence) -> tuple[NDArray[np.int64], Floats, Floats]:
    """What HOTA counts at each threshold.

    Parameters
    ----------
    sequence : Sequence

    Returns
    -------
    (ndarray of int, ndarray of float, ndarray of float), each of shape (19,)
        Matches; the sum over them of how well their tracks are associated; the sum of their overlaps.
    """
    from scipy.optimize import linear_sum_assignment

    n_alphas = len(ALPHAS)
    near = np.flatnonzero(sequence.overlaps > 0)
    if not near.size:
        return np.zeros(n_alphas, dtype=np.int64), np.zeros(n_alphas), np.zeros(n_alphas)
    alignment, which, sizes = _alignments(sequence, near)
    overlaps = sequence.overlaps[near]
    matched, contested = _contested(sequence, sequence.overlaps > 0)
    if contested:
        scores = np.zeros(len(sequence.overlaps))
        scores[near] = alignment * overlaps
        found = [matched]
        for start, end, shape in _blocks(sequence, contested):
            rows, columns = linear_sum_assignment(scores[start:end].reshape(shape), maximize=True)
            found.append(start + rows * shape[1] + columns)
        matched = np.concatenate(found)
        matched = matched[sequence.overlaps[matched] > 0]
    at = np.searchsorted(near, matched)
    overlaps, which = overlaps[at], which[at]
    levels = np.searchsorted(ALPHAS - EPS, overlaps, side="right")
    steps = n_alphas + 1
    passed = np.bincount(which * steps + levels, minlength=len(sizes) * steps).reshape(-1, steps)
    counts = np.cumsum(passed[:, ::-1], axis=1)[:, ::-1][:, 1:]
    matches: NDArray[np.int64] = counts.sum(axis=0)
    associated: Floats = (counts**2 / np.maximum(1.0, sizes[:, None] - counts)).sum(axis=0)
    located = np.cumsum(np.bincount(levels, overlaps, minlength=steps)[::-1])[::-1][1:].astype(np.float64)
    return matches, associated, located


def frame_matches(sequence: Sequence, iou: float) -> tuple[int, int, float]:
    """What CLEAR counts: matches, switches of identity, and the sum of the overlaps of matches.

    Parameters
    ----------
    sequence : Sequence
    iou : float
        The overlap from which two boxes can match.

    Returns
    -------
    (int, int, float)
    """
    candidates = (sequence.overlaps >= iou - EPS) & (sequence.overlaps > EPS)
    matched, contested = _contested(sequence, candidates)
    if contested:
        found = _kept(sequence, candidates, matched, contested)
        matched = np.sort(np.concatenate([matched, *found]))
    order = np.argsort(sequence.to[matched], kind="stable")  # the frames of a true track stay in order
    wanted, said = sequence.to[matched][order], sequence.at[matched][order]
    switches = int(np.count_nonzero((np.diff(wanted) == 0) & (np.diff(said) != 0)))
    return len(matched), switches, float(sequence.overlaps[matched].sum())


def _kept(sequence: Sequence, candidates: Flags, matched: Places, contested: list[int]) -> list[Places]:
    """The matches of contested frames, which depend on those of the frame before."""
    from scipy.optimize import linear_sum_assignment

    found: dict[int, Places] = {}
    starts = sequence.starts
    before_wanted = np.full(len(sequence.wanted_sizes), -1, dtype=np.intp)
    for frame, (start, end, shape) in zip(contested, _blocks(sequence, contested), strict=True):
        before = found.get(frame - 1)
        if before is None and frame:
            first, last = np.searchsorted(matched, starts[frame - 1 : frame + 1])
            before = matched[first:last]
        scores = sequence.overlaps[start:end].copy()
        if before is not None and len(before):
            before_wanted[sequence.to[before]] = sequence.at[before]
            scores += KEEPS * (before_wanted[sequence.to[start:end]] == sequence.at[start:end])
            before_wanted[sequence.to[before]] = -1
        scores[~candidates[start:end]] = 0.0
        rows, columns = linear_sum_assignment(scores.reshape(shape), maximize=True)
        places = rows * shape[1] + columns
        found[frame] = start + places[scores[places] > EPS]
    return list(found.values())


def identity_matches(sequence: Sequence, iou: float) -> int:
    """The most boxes that can be right if each true track is followed by one predicted track, for good.

    Parameters
    ----------
    sequence : Sequence
    iou : float
        The overlap from which a box is right.

    Returns
    -------
    int
    """
    from scipy.optimize import linear_sum_assignment

    near = np.flatnonzero(sequence.overlaps >= iou)
    if not near.size:
        return 0
    _, rows = np.unique(sequence.to[near], return_inverse=True)
    _, columns = np.unique(sequence.at[near], return_inverse=True)
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    common = np.bincount(rows.reshape(-1) * width + columns.reshape(-1), minlength=height * width)
    common = common.reshape(height, width)
    return int(common[linear_sum_assignment(common, maximize=True)].sum())

"""Paths: the box of one thing in each frame of a clip, and the frames in which it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.overlap import Boxes, check_format, paired_overlaps, read_boxes
from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch

__all__ = [
    "NO_PATH",
    "AbsentTarget",
    "Frames",
    "InitialFrame",
    "frame_overlaps",
    "no_path",
    "path_rows",
    "target_frames",
    "tube_rows",
]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
AbsentTarget: TypeAlias = Literal["skip", "miss"]
InitialFrame: TypeAlias = Literal["given", "counts", "left_out"]


class _NoPath:
    """The path without a box in any frame: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no path"

    def __reduce__(self) -> str:
        return "NO_PATH"


NO_PATH = _NoPath()


def no_path(_ref: object) -> _NoPath:
    """The path without a box in any frame: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_PATH


def path_rows(given: Any, name: str) -> tuple[Floats, Flags]:
    """A row of four numbers for each frame, and in which frames it is a box.

    Parameters
    ----------
    given : array_like, shape (frames, 4)
        A row of NaN or of zeros, or None in a list, is no box.
    name : str
        Whose they are, for messages: "pred".

    Returns
    -------
    (ndarray of float, shape (frames, 4), ndarray of bool, shape (frames,))
        Zeros where there is no box.

    Raises
    ------
    ShapeMismatch, NotFinite, InvalidInput
        If they are no rows of four, a box holds a NaN or an infinity, or there is no frame.

    Examples
    --------
    >>> path_rows([[1, 2, 3, 4], None, [0, 0, 0, 0]], "pred")[1].tolist()
    [True, False, False]
    """
    wanted = "a box for each frame, shape (frames, 4)"
    if isinstance(given, Mapping):
        raise InvalidInput(f"{name} is {wanted}; got a mapping with keys {list(given)!r:.80}")
    if isinstance(given, list | tuple):
        given = [[np.nan] * 4 if row is None else row for row in given]
    array = real_array(given, name, wanted)
    if array.dtype.kind == "b":
        raise InvalidInput(f"{name} is {wanted}; got booleans: are they masks?")
    if array.ndim != 2 or array.shape[1] != 4:
        slip = " One box is a row too: [[x, y, x, y]]." if array.shape == (4,) else ""
        raise ShapeMismatch(f"{name} is {wanted}; got shape {array.shape}.{slip}")
    rows = array.astype(np.float64)
    there = ~(np.isnan(rows).all(axis=1) | (rows == 0).all(axis=1))
    rows[~there] = 0.0
    odd = ~np.isfinite(rows).all(axis=1)
    if odd.any():
        frame = int(np.argmax(odd))
        raise NotFinite(
            f"{name} has the box {rows[frame].tolist()} at place {frame}: every number of a box is finite; where there "
            "is no box, all four are NaN or 0"
        )
    return rows, there


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of a clip that are judged.

    Attributes
    ----------
    said, wanted : Boxes
        Of the frames in which the target is there.
    tracked : ndarray of bool
        In which of them the prediction has a box.
    given : Boxes
        Every box of the prediction in the frames that count, with a target or without.
    total : int
        The frames that count; those beyond the boxes are failures.
    """

    said: Boxes
    wanted: Boxes
    tracked: Flags
    given: Boxes
    total: int


def target_frames(pred: Any, ref: Any, boxes: str, *, absent_target: str, initial_frame: str) -> Frames:
    """The judged frames of a prediction and its reference.

    Parameters
    ----------
    pred, ref : array_like, shape (frames, 4), or `NO_PATH` as prediction
        A row of NaN or of zeros, or None in a list, is no box; in a reference a box without area is none either.
    boxes : str
        How boxes are written, as for `overlap.read_boxes`.
    absent_target : {"skip", "miss"}
        Whether a frame without target does not count, or counts as a failure.
    initial_frame : {"given", "counts", "left_out"}
        Whether the first frame has the box of the reference on both sides, counts as it is, or does not count.

    Returns
    -------
    Frames

    Raises
    ------
    LengthMismatch
        If the two have not the same number of frames.
    InvalidInput
        If no frame counts, or an option is none of its words.
    """
    check_format(boxes)
    one_of("absent_target", absent_target, ("skip", "miss"))
    one_of("initial_frame", initial_frame, ("given", "counts", "left_out"))
    wanted, there = path_rows(ref, "ref")
    if pred is NO_PATH:
        said, has_box = np.zeros_like(wanted), np.zeros(len(wanted), dtype=bool)
    else:
        said, has_box = path_rows(pred, "pred")
    if len(said) != len(wanted):
        raise LengthMismatch(
            f"pred has {len(said)} frames and ref has {len(wanted)}: each frame has a row on both sides, of NaN where "
            "there is no box"
        )
    target, path = read_boxes(wanted, boxes, "ref"), read_boxes(said, boxes, "pred")
    there &= target.areas > 0
    counted = np.ones(len(wanted), dtype=bool)
    if initial_frame == "left_out":
        counted[:1] = False
    elif initial_frame == "given" and pred is not NO_PATH:
        path.corners[:1], path.areas[:1], has_box[:1] = target.corners[:1], target.areas[:1], there[:1]
    if absent_target == "skip":
        counted &= there
    if not counted.any():
        raise InvalidInput(
            f"of {len(wanted)} frames none counts: the target is in none of them, or only in an initial frame that is "
            "left out. Leave such a sequence out"
        )
    frames = np.flatnonzero(counted & there)
    given = _taken(path, np.flatnonzero(counted & has_box))
    return Frames(_taken(path, frames), _taken(target, frames), has_box[frames], given, int(counted.sum()))


def _taken(boxes: Boxes, places: Places) -> Boxes:
    return Boxes(boxes.corners[places], boxes.areas[places])


def frame_overlaps(said: Boxes, wanted: Boxes) -> Floats:
    """The overlap of the two boxes of each frame.

    Parameters
    ----------
    said, wanted : Boxes
        Of equal length.

    Returns
    -------
    ndarray of float, shape (frames,)
        In [0, 1]; 0 for boxes without area.
    """
    places = np.arange(len(wanted))
    # A box rebuilt from its sides may seem to exceed itself by a rounding error.
    return np.minimum(paired_overlaps(said, wanted, places, places, np.zeros(len(wanted), dtype=bool)), 1.0)


def tube_rows(given: Any, counts_from: int | None, name: str) -> tuple[Places, Floats, int | None]:
    """The frames of a tube, counted from 0, and the box in each.

    Parameters
    ----------
    given : array_like of shape (frames, 4), mapping of frame to box, or mapping of "frames" and "boxes"
        A row of NaN or of zeros is no box.
    counts_from : {0, 1} or None
        The number of the first frame, where frames have numbers.
    name : str
        Whose they are, for messages, and the beginning of the option's name.

    Returns
    -------
    (ndarray of int, ndarray of float, int or None)
        Ascending frames, rows of four, and the length of the clip where the rows are those of all its frames.

    Raises
    ------
    InvalidInput
        If frames have numbers and their first is not said, or a frame stands twice.
    ImpossibleValue
        If a frame has a number below the first.

    Examples
    --------
    >>> tube_rows({7: [0, 0, 1, 1], 8: [1, 0, 2, 1]}, 1, "pred")[0].tolist()
    [6, 7]
    """
    if counts_from not in (None, 0, 1):
        raise InvalidInput(f"{name}_counts_from is the number of a clip's first frame, 0 or 1, not {counts_from!r}")
    if given is NO_PATH:
        return np.empty(0, dtype=np.intp), np.empty((0, 4)), None
    if not isinstance(given, Mapping):
        rows, there = path_rows(given, name)
        frames = np.flatnonzero(there)
        return frames, rows[frames], len(rows)
    if counts_from is None:
        raise InvalidInput(
            f"{name} gives the numbers of its frames: pass {name}_counts_from=0 or 1, the number of a clip's first "
            "frame. A wrong one moves the tube by a frame"
        )
    if given.keys() == {"frames", "boxes"}:
        numbers, listed = given["frames"], given["boxes"]
    else:
        numbers, listed = list(given), list(given.values())
    frames = _frame_numbers(numbers, name)
    if len(frames) != len(listed):
        raise LengthMismatch(f"{name} has {len(frames)} frames and {len(listed)} boxes")
    if not len(frames):
        return np.empty(0, dtype=np.intp), np.empty((0, 4)), None
    rows, there = path_rows(listed, name)
    if (frames < counts_from).any():
        raise ImpossibleValue(
            f"{name} has a frame of number {frames.min()}, and {name}_counts_from={counts_from}: does it count from 0?"
        )
    order = np.argsort(frames, kind="stable")
    twice = np.flatnonzero(np.diff(frames[order]) == 0)
    if twice.size:
        raise InvalidInput(f"{name} has frame {frames[order][twice[0]]} twice: a tube has one box in a frame")
    order = order[there[order]]
    return frames[order] - counts_from, rows[order], None


def _frame_numbers(numbers: Any, name: str) -> Places:
    try:
        listed = [int(number) if isinstance(number, str) else number for number in numbers]
    except (TypeError, ValueError) as slip:
        raise InvalidInput(f"{name} is a tube, whose keys are numbers of frames; got {list(numbers)!r:.80}") from slip
    frames = real_array(listed, f"{name} frames", "whole numbers")
    if frames.size and (frames.ndim != 1 or frames.dtype.kind not in "iu"):
        raise InvalidInput(f"{name} frames are whole numbers in a row, not {frames.dtype} of shape {frames.shape}")
    return frames.astype(np.intp).reshape(-1)

"""Overlap of boxes: areas shared, out of areas covered.

Boxes are rows of four numbers in a format that the caller names. Inside, a box is its two corners and its area, kept
apart: the area of a box given by its sides is their product, and not the product of differences of rounded corners.

IoU does not change when an axis is stretched, so normalised boxes overlap as those in pixels do; only their areas need
the size of the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, did_you_mean

__all__ = [
    "BoxFormat",
    "Boxes",
    "box_overlaps",
    "check_format",
    "check_overlap",
    "is_normalised",
    "paired_overlaps",
    "read_boxes",
]

BoxFormat: TypeAlias = Literal[
    "xyxy", "xywh", "cxcywh", "xyxy_normalised", "xywh_normalised", "cxcywh_normalised", "xyxy_inclusive"
]
FORMATS: tuple[str, ...] = get_args(BoxFormat)

NORMALISED = "_normalised"
FAR = 2.0  # ours: a normalised box may leave the image, but not by more than its size

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes as corners and areas.

    Attributes
    ----------
    corners : ndarray of float, shape (n, 4)
        x and y where each begins, x and y where it ends.
    areas : ndarray of float, shape (n,)
    """

    corners: Floats
    areas: Floats

    def __len__(self) -> int:
        return len(self.areas)


def check_format(boxes: object) -> None:
    """Refuse what is not the name of a box format.

    Parameters
    ----------
    boxes : object
        What the caller passed as format.

    Raises
    ------
    InvalidInput
        With the formats that there are.
    """
    if not isinstance(boxes, str) or boxes not in FORMATS:
        hint = did_you_mean(boxes, FORMATS) if isinstance(boxes, str) else " The boxes themselves go into pred and ref."
        raise InvalidInput(f"boxes is how boxes are written, one of {', '.join(FORMATS)}, not {boxes!r:.80}.{hint}")


def is_normalised(boxes: str) -> bool:
    """Whether a format counts in widths and heights of the image.

    >>> is_normalised("xywh_normalised"), is_normalised("xywh")
    (True, False)
    """
    return boxes.endswith(NORMALISED)


def read_boxes(given: Any, boxes: str, name: str) -> Boxes:
    """Boxes of a named format as corners and areas.

    Parameters
    ----------
    given : array_like, shape (n, 4)
        The boxes; an empty list has none.
    boxes : str
        Their format: ``xyxy`` (two corners), ``xywh`` (first corner and sides), ``cxcywh`` (centre and sides), each of
        them followed by ``_normalised`` where the numbers are shares of the image; ``xyxy_inclusive`` (first and last
        pixel, both inside, as PASCAL VOC counts).
    name : str
        Whose they are, for messages: "pred".

    Returns
    -------
    Boxes

    Raises
    ------
    ShapeMismatch
        If they are no rows of four.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If a box ends before it begins, or is normalised and lies far outside the image.
    InvalidInput
        If they are not numbers, or the format is unknown.

    Examples
    --------
    >>> read_boxes([[10, 20, 30, 40]], "xywh", "pred").corners.tolist()
    [[10.0, 20.0, 40.0, 60.0]]
    """
    check_format(boxes)
    wanted = f"rows of four numbers, shape (n, 4), written as boxes={boxes!r}"
    array = real_array(given, f"{name} boxes", wanted)
    if array.size == 0 and array.ndim <= 2:
        array = np.empty((0, 4))
    if array.dtype.kind == "b":
        raise InvalidInput(f"{name} boxes are {wanted}; got booleans: are they masks?")
    if array.ndim != 2 or array.shape[1] != 4:
        slip = " One box is a row too: [[x, y, x, y]]." if array.shape == (4,) else ""
        raise ShapeMismatch(f"{name} boxes are {wanted}; got shape {array.shape}.{slip}")
    array = array.astype(np.float64)
    finite = np.isfinite(array)
    if not finite.all():
        row = int(np.argmin(finite.all(axis=1)))
        raise NotFinite(f"{name} box {row} is {array[row].tolist()}: every number of a box is finite")
    return _corners(array, boxes, name)


def _corners(array: Floats, boxes: str, name: str) -> Boxes:
    first, second = array[:, :2], array[:, 2:]
    if boxes.startswith("xyxy"):
        sides = second - first
        if boxes == "xyxy_inclusive":
            sides, second = sides + 1, second + 1
    else:
        sides = second
        first = first - sides / 2 if boxes.startswith("cx") else first
        second = first + sides
    if (sides < 0).any():
        row = int(np.argmax((sides < 0).any(axis=1)))
        if boxes.startswith("xyxy"):
            slip = (
                f"ends before it begins. If it is a corner and two sides, pass boxes={boxes.replace('xyxy', 'xywh')!r}"
            )
        else:
            slip = f"has a negative side. If it is two corners, pass boxes='xyxy{boxes.partition('h')[2]}'"
        raise ImpossibleValue(f"{name} box {row}, {array[row].tolist()}, as {boxes} {slip}; else swap its corners")
    corners = np.concatenate([first, second], axis=1)
    if is_normalised(boxes) and corners.size and np.abs(corners).max() > FAR:
        row = int(np.argmax(np.abs(corners).max(axis=1)))
        raise ImpossibleValue(
            f"{name} box {row}, {array[row].tolist()}, is written in shares of the image (boxes={boxes!r}) and lies "
            f"far outside of it: if these are pixels, pass boxes={boxes.removesuffix(NORMALISED)!r}; if they go to "
            "1000, divide by 1000"
        )
    return Boxes(corners, sides[:, 0] * sides[:, 1])


def paired_overlaps(dets: Boxes, refs: Boxes, at: NDArray[np.intp], to: NDArray[np.intp], crowd: Flags) -> Floats:
    """The overlap of chosen pairs of boxes.

    Parameters
    ----------
    dets, refs : Boxes
    at, to : ndarray of int, shape (m,)
        Which box of each side a pair has.
    crowd : ndarray of bool, shape (len(refs),)
        Whether a reference is a region of many objects: overlap is then out of the other box alone.

    Returns
    -------
    ndarray of float, shape (m,)
        In [0, 1]; 0 for boxes without area.
    """
    one, other = dets.corners.T, refs.corners.T
    width = np.minimum(one[2][at], other[2][to]) - np.maximum(one[0][at], other[0][to])
    near = np.flatnonzero(width > 0)
    at, to = at[near], to[near]
    height = np.minimum(one[3][at], other[3][to]) - np.maximum(one[1][at], other[1][to])
    shared = width[near] * np.maximum(height, 0.0)
    own = dets.areas[at]
    # In this order: pycocotools adds so, and an overlap of exactly one half must come out as one half on both sides.
    covered = np.where(crowd[to], own, own + refs.areas[to] - shared)
    overlaps = np.zeros(len(width))
    overlaps[near] = np.divide(shared, covered, out=np.zeros(len(near)), where=(shared > 0) & (covered > 0))
    return overlaps


def box_overlaps(dets: Boxes, refs: Boxes, crowd: Flags | None = None) -> Floats:
    """The overlap of every box of one side with every box of the other.

    Parameters
    ----------
    dets, refs : Boxes
    crowd : ndarray of bool, shape (len(refs),), optional
        Which references are regions of many objects; none by default.

    Returns
    -------
    ndarray of float, shape (len(dets), len(refs))
        In [0, 1].

    Examples
    --------
    >>> one = read_boxes([[0, 0, 2, 2]], "xyxy", "pred")
    >>> box_overlaps(one, read_boxes([[1, 0, 3, 2], [5, 5, 6, 6]], "xyxy", "ref")).tolist()  # 2 / (4 + 4 - 2)
    [[0.3333333333333333, 0.0]]
    """
    at, to = np.divmod(np.arange(len(dets) * len(refs)), max(len(refs), 1))
    flags = np.zeros(len(refs), dtype=bool) if crowd is None else crowd
    return paired_overlaps(dets, refs, at, to, flags).reshape(len(dets), len(refs))


def check_overlap(iou: float) -> None:
    """Refuse what is no threshold of overlap.

    Raises
    ------
    ImpossibleValue
        If it is not in (0, 1]; the message says when it looks like percent.
    """
    if not 0 < iou <= 1:
        slip = f" Pass {iou / 100:g}?" if 1 < iou <= 100 else ""
        raise ImpossibleValue(f"a threshold of overlap lies above 0 and at most at 1, not at {iou!r}.{slip}")

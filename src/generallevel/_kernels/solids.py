"""Boxes in space: volumes shared, out of volumes covered.

A box is its centre, its sides and the angle by which it is turned about the vertical axis: x, y, z, length, width,
height, yaw. Its length lies along the direction into which yaw turns the x axis.

Two turned rectangles are intersected in the frame of the second, where its sides are parallel to the axes: the first is
cut by four lines in turn (Sutherland & Hodgman 1974, doi:10.1145/360767.360802), all pairs at once. A box meets itself
there without any rounding.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, did_you_mean

__all__ = ["SolidFormat", "read_solids", "solid_overlaps"]

SolidFormat: TypeAlias = Literal["xyzlwh", "xyzlwhy", "xyzxyz"]
FORMATS: dict[str, int] = dict(zip(get_args(SolidFormat), (6, 7, 6), strict=True))

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

# A corner of a box in units of half its sides, one after another around it.
AROUND = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
MOST_TURN = 8 * np.pi  # ours: an angle beyond four turns is in degrees
CUT_BLOCK = 2**16  # pairs that are cut at once: bounds the memory


def read_solids(given: Any, boxes: Any, name: str) -> Floats:
    """Boxes of a named format as centre, sides and yaw.

    Parameters
    ----------
    given : array_like, shape (n, 6) or (n, 7)
        The boxes; an empty list has none.
    boxes : str
        Their format: ``xyzlwh`` (centre and sides), ``xyzlwhy`` (the same and yaw, in radians), ``xyzxyz`` (the lowest
        and the highest corner).
    name : str
        Whose they are, for messages: "pred".

    Returns
    -------
    ndarray of float, shape (n, 7)

    Raises
    ------
    ShapeMismatch
        If they are not of as many numbers as the format has.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If a side is negative, or an angle is in degrees.
    InvalidInput
        If they are not numbers, or the format is unknown.

    Examples
    --------
    >>> read_solids([[0, 0, 0, 2, 4, 6]], "xyzxyz", "pred").tolist()
    [[1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 0.0]]
    """
    if not isinstance(boxes, str) or boxes not in FORMATS:
        hint = did_you_mean(boxes, FORMATS) if isinstance(boxes, str) else ""
        raise InvalidInput(f"boxes is how boxes are written, one of {', '.join(FORMATS)}, not {boxes!r:.60}.{hint}")
    width = FORMATS[boxes]
    wanted = f"rows of {width} numbers, shape (n, {width}), written as boxes={boxes!r}"
    array = real_array(given, f"{name} boxes", wanted)
    if array.size == 0 and array.ndim <= 2:
        return np.empty((0, 7))
    if array.ndim != 2 or array.shape[1] != width:
        fits = [other for other, numbers in FORMATS.items() if array.ndim == 2 and numbers == array.shape[1]]
        slip = f" Is it boxes={' or '.join(map(repr, fits))}?" if fits else ""
        raise ShapeMismatch(f"{name} boxes are {wanted}; got shape {array.shape}.{slip}")
    array = array.astype(np.float64)
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        place = int(np.argmin(finite))
        raise NotFinite(f"{name} box {place} is {array[place].tolist()}: every number of a box is finite")
    read = np.zeros((len(array), 7))
    if boxes == "xyzxyz":
        read[:, :3], read[:, 3:6] = (array[:, :3] + array[:, 3:]) / 2, array[:, 3:] - array[:, :3]
    else:
        read[:, :width] = array
    if (read[:, 3:6] < 0).any():
        place = int(np.argmax((read[:, 3:6] < 0).any(axis=1)))
        slip = (
            "ends before it begins. If it is a centre and sides, pass boxes='xyzlwh'"
            if boxes == "xyzxyz"
            else "has a negative side. If it is two corners, pass boxes='xyzxyz'"
        )
        raise ImpossibleValue(f"{name} box {place}, {array[place].tolist()}, as {boxes} {slip}")
    if (np.abs(read[:, 6]) > MOST_TURN).any():
        place = int(np.argmax(np.abs(read[:, 6])))
        raise ImpossibleValue(
            f"{name} box {place} is turned by {read[place, 6]:g} radians: if these are degrees, pass numpy.radians(yaw)"
        )
    return read


def solid_overlaps(dets: Floats, refs: Floats, at: Places, to: Places, *, ground: bool = False) -> Floats:
    """The intersection over union of chosen pairs of boxes.

    Parameters
    ----------
    dets, refs : ndarray of float, shape (n, 7), (m, 7)
    at, to : ndarray of int, shape (pairs,)
        Which box of each side a pair has.
    ground : bool, default False
        Whether the boxes are seen from above, as rectangles.

    Returns
    -------
    ndarray of float, shape (pairs,)
        In [0, 1]; 0 for boxes without volume.
    """
    overlaps = np.zeros(len(at))
    low_one, high_one = dets[:, 2] - dets[:, 5] / 2, dets[:, 2] + dets[:, 5] / 2
    low_other, high_other = refs[:, 2] - refs[:, 5] / 2, refs[:, 2] + refs[:, 5] / 2
    one = dets[:, 3] * dets[:, 4] * (1.0 if ground else dets[:, 5])
    other = refs[:, 3] * refs[:, 4] * (1.0 if ground else refs[:, 5])
    for start in range(0, len(at), CUT_BLOCK):
        rows, columns = at[start : start + CUT_BLOCK], to[start : start + CUT_BLOCK]
        # Two boxes can only meet where their circles do.
        reach = (np.hypot(dets[rows, 3], dets[rows, 4]) + np.hypot(refs[columns, 3], refs[columns, 4])) / 2
        near = np.hypot(*(dets[rows, :2] - refs[columns, :2]).T) <= reach
        # Equal boxes have equal ends: their common height is that of either, and not a difference of roundings.
        common = np.minimum(high_one[rows], high_other[columns]) - np.maximum(low_one[rows], low_other[columns])
        same = (low_one[rows] == low_other[columns]) & (high_one[rows] == high_other[columns])
        common = np.where(same, dets[rows, 5], common)
        height = np.ones(len(rows)) if ground else np.maximum(common, 0.0)
        near &= (height > 0) & (one[rows] > 0) & (other[columns] > 0)
        rows, columns, height = rows[near], columns[near], height[near]
        shared = _common_area(dets[rows], refs[columns]) * height
        shared = np.minimum(shared, np.minimum(one[rows], other[columns]))
        overlaps[start + np.flatnonzero(near)] = shared / (one[rows] + other[columns] - shared)
    return overlaps


def _common_area(dets: Floats, refs: Floats) -> Floats:
    """The area that the two rectangles of each pair share, seen from above."""
    turn = dets[:, 6] - refs[:, 6]
    # The corners of the first in the frame of the second.
    shift = dets[:, :2] - refs[:, :2]
    cosine, sine = np.cos(refs[:, 6]), np.sin(refs[:, 6])
    centre = np.stack([cosine * shift[:, 0] + sine * shift[:, 1], cosine * shift[:, 1] - sine * shift[:, 0]], axis=1)
    along = AROUND * (dets[:, None, 3:5] / 2)
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    corners = np.stack(
        [cosine * along[..., 0] - sine * along[..., 1], sine * along[..., 0] + cosine * along[..., 1]], axis=2
    )
    polygons, counts = corners + centre[:, None], np.full(len(dets), 4)
    for axis in (0, 1):
        for sign in (1.0, -1.0):
            polygons, counts = _cut(polygons, counts, axis, sign, refs[:, 3 + axis] / 2)
    there = np.arange(polygons.shape[1]) < counts[:, None]
    following = _following(polygons, counts)
    crosses = polygons[..., 0] * following[..., 1] - polygons[..., 1] * following[..., 0]
    return np.asarray(np.maximum(np.where(there, crosses, 0.0).sum(axis=1) / 2, 0.0))


def _following(polygons: Floats, counts: Places) -> Floats:
    """The next corner of each corner."""
    places = np.arange(polygons.shape[1])
    after = np.where(places + 1 < counts[:, None], places + 1, 0)
    return np.take_along_axis(polygons, after[..., None], axis=1)


def _cut(polygons: Floats, counts: Places, axis: int, sign: float, edge: Floats) -> tuple[Floats, Places]:
    """What lies on the inner side of a line of each polygon: ``sign * coordinate <= edge``.

    Parameters
    ----------
    polygons : ndarray of float, shape (n, k, 2)
        The corners of each, of which the first ``counts`` are meant.
    counts : ndarray of int, shape (n,)
    axis, sign, edge
        The line.

    Returns
    -------
    (ndarray of float, shape (n, k + 1, 2), ndarray of int)
    """
    there = np.arange(polygons.shape[1]) < counts[:, None]
    following = _following(polygons, counts)
    here = edge[:, None] - sign * polygons[..., axis]
    then = edge[:, None] - sign * following[..., axis]
    crossing = there & ((here >= 0) != (then >= 0))
    share = np.divide(here, here - then, out=np.zeros_like(here), where=crossing)
    points = polygons + share[..., None] * (following - polygons)
    points[..., axis] = np.where(crossing, sign * edge[:, None], points[..., axis])
    # Two places for each corner: itself, where it is inside, and where its side crosses the line.
    n, k = there.shape
    corners = np.stack([polygons, points], axis=2).reshape(n, 2 * k, 2)
    kept = np.stack([there & (here >= 0), crossing], axis=2).reshape(n, 2 * k)
    order = np.argsort(~kept, axis=1, kind="stable")[:, : k + 1]
    return np.take_along_axis(corners, order[..., None], axis=1), kept.sum(axis=1)

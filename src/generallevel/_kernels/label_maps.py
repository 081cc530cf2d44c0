"""Label maps and masks, read from what holds them: arrays, COCO run lengths, polygons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["check_same_shape", "label_map", "mask", "unit_map"]

COLOURS = (3, 4)  # channels of a picture


def label_map(given: Any, name: str) -> NDArray[Any]:
    """The class of each pixel, as an array of whole numbers or of truths.

    Parameters
    ----------
    given : array_like of int or bool, or mapping
        An array of any shape, such as what a PNG of labels holds; or a mask as COCO writes one,
        ``{"size": (h, w), "counts": ...}``, with run lengths plain or compressed; or polygons with the size of their
        image, ``{"size": (h, w), "polygons": [[x, y, x, y, ...], ...]}``.
    name : str
        What it is, for messages: "pred".

    Returns
    -------
    ndarray of int or bool
        The input itself where it is such an array.

    Raises
    ------
    InvalidInput
        If it is a picture in colours, holds fractions, is empty, or cannot be read as a mask.
    ShapeMismatch
        If the rows of a nested list are not of one length.

    Examples
    --------
    >>> label_map({"size": (2, 2), "counts": [1, 2, 1]}, "pred").tolist()  # run lengths go down the columns
    [[False, True], [True, False]]
    """
    if isinstance(given, Mapping):
        return _described(given, name)
    labels = real_array(given, name, "a label map")
    if labels.dtype.kind == "f":
        raise InvalidInput(
            f"{name} is a label map of whole numbers, not of {labels.dtype}: threshold or argmax probabilities first; "
            "labels that were merely read as floats become labels with .astype(int)"
        )
    if labels.size == 0 or labels.ndim == 0:
        raise InvalidInput(f"{name} is a label map of shape {labels.shape}: it has no pixel")
    if labels.ndim == 3 and labels.shape[-1] in COLOURS and labels.dtype == np.uint8:
        raise InvalidInput(
            f"{name} has shape {labels.shape}, as a picture in colours has: turn each colour into the number of its "
            "class first"
        )
    return labels


def mask(given: Any, name: str) -> NDArray[np.bool_]:
    """The pixels that belong to the foreground.

    Parameters
    ----------
    given : array_like of 0 and 1 or of bool, or mapping
        As for `label_map`; an array may be of floats.
    name : str
        What it is, for messages: "ref".

    Returns
    -------
    ndarray of bool

    Raises
    ------
    InvalidInput
        If a value is neither 0 nor 1, or it cannot be read as a mask.

    Examples
    --------
    >>> mask([[0, 1]], "ref").tolist()
    [[False, True]]
    """
    if isinstance(given, Mapping):
        return _described(given, name)
    array = real_array(given, name, "a mask of 0 and 1")
    if array.dtype == np.bool_:
        return array
    on = array == 1
    if not np.array_equal(on, array != 0):
        odd = array[(array != 0) & ~on].flat[0]
        highest = array.max()
        slip = ""
        if highest in (255, 65535):
            slip = f" A mask of 0 and {highest:g} becomes one of truths with {name} > {highest // 2:g}."
        elif array.dtype.kind == "f":
            slip = f" A soft mask becomes one of truths with a threshold, such as {name} > 0.5."
        raise InvalidInput(f"{name} is a mask of 0 and 1, but holds {odd:g}.{slip}")
    return on


def unit_map(given: Any, name: str, what: str) -> NDArray[np.float64]:
    """A grey map with values in [0, 1].

    Parameters
    ----------
    given : array_like, shape (H, W)
    name : str
        What it is, for messages: "pred".
    what : str
        What is wanted, for messages: "a foreground map".

    Returns
    -------
    ndarray of float64

    Raises
    ------
    ShapeMismatch
        If it has not two axes.
    NotFinite
        If a value is NaN.
    ImpossibleValue
        If a value lies outside [0, 1].

    Examples
    --------
    >>> unit_map([[0, 0.5]], "pred", "a foreground map").dtype
    dtype('float64')
    """
    array = real_array(given, name, f"{what}, shape (H, W), with values in [0, 1]")
    if array.ndim != 2 or array.size == 0:
        slip = ""
        if array.ndim == 3:
            slip = " Take one channel, or pass the maps of a clip one by one, as items."
        raise ShapeMismatch(f"{name} is {what} of shape (H, W), with at least one pixel, not {array.shape}.{slip}")
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= 1):
        if np.isnan(low):
            row, column = np.argwhere(np.isnan(array))[0]
            raise NotFinite(f"{name} is nan at row {row}, column {column}: a value is a number in [0, 1]")
        slip = " Logits become probabilities with a sigmoid."
        if array.dtype.kind in "iu" or (low >= 0 and 2 < high <= 65535):
            slip = f" Grey levels become fractions when divided by {255 if high <= 255 else 65535}."
        raise ImpossibleValue(f"{name} goes from {low:g} to {high:g}, and {what} has values in [0, 1].{slip}")
    return array.astype(np.float64, copy=False)


def check_same_shape(pred: NDArray[Any], ref: NDArray[Any]) -> None:
    """Nothing, for two maps of one shape.

    Parameters
    ----------
    pred, ref : ndarray

    Raises
    ------
    ShapeMismatch
        If the shapes differ; the message guesses why.

    Examples
    --------
    >>> check_same_shape(np.zeros((2, 3)), np.zeros((3, 2)))
    Traceback (most recent call last):
    ...
    generallevel.errors.ShapeMismatch: pred has shape (2, 3) but ref has shape (3, 2). Is one of them transposed?
    """
    one, other = pred.shape, ref.shape
    if one == other:
        return
    slip = "Nothing is resized or broadcast."
    if len(one) == len(other) and sorted(one) == sorted(other):
        slip = "Is one of them transposed?" if len(one) == 2 else "Is one of them channels-first?"
    for name, long, short in (("pred", one, other), ("ref", other, one)):
        if len(long) == len(short) + 1 and long[1:] == short:
            slip = (
                f"{name} is channels-first, or has an axis of classes: take the class of each pixel, as with argmax(0)."
            )
        elif len(long) == len(short) + 1 and long[:-1] == short:
            slip = f"{name} has a last axis of channels or of classes: take one channel, or argmax(-1)."
    raise ShapeMismatch(f"pred has shape {one} but ref has shape {other}. {slip}")


def _described(given: Mapping[Any, Any], name: str) -> NDArray[np.bool_]:
    """A mask from run lengths or polygons."""
    try:
        height, width = (int(side) for side in given["size"])
    except (KeyError, TypeError, ValueError) as slip:
        raise InvalidInput(
            f'{name} is a mapping without the "size" (height, width) of its image; it has {list(given)}'
        ) from slip
    if height < 1 or width < 1:
        raise InvalidInput(f"{name} is a mask of size ({height}, {width}): it has no pixel")
    if "counts" in given:
        runs = _runs(given["counts"], name)
        if runs.sum() != height * width or (runs < 0).any():
            raise InvalidInput(
                f"{name} has run lengths for {int(runs.sum())} pixels, and its size ({height}, {width}) has "
                f"{height * width}: is the size (width, height)?"
            )
        values = np.arange(runs.size) % 2 == 1
        return np.repeat(values, runs).reshape(width, height).T
    if "polygons" in given:
        return _filled(given["polygons"], height, width, name)
    raise InvalidInput(f'{name} is a mapping with neither "counts" (run lengths) nor "polygons"; it has {list(given)}')


def _runs(counts: Any, name: str) -> NDArray[np.int64]:
    """Lengths of the runs of 0 and 1, in turn. Compressed ones: five bits a letter, each but three as a difference."""
    if isinstance(counts, str):
        try:
            counts = counts.encode("ascii")
        except UnicodeEncodeError as slip:
            raise InvalidInput(f"{name} has run lengths with letters that COCO does not use") from slip
    if not isinstance(counts, bytes):
        runs = real_array(counts, f"{name}['counts']", "run lengths, whole numbers")
        if runs.ndim != 1 or runs.dtype.kind not in "iu":
            raise InvalidInput(f"{name} has run lengths that are no list of whole numbers")
        return runs.astype(np.int64)
    letters = np.frombuffer(counts, dtype=np.uint8).astype(np.int64) - 48
    if letters.size == 0 or letters.min() < 0 or letters.max() > 63 or letters[-1] & 32:
        raise InvalidInput(f"{name} has run lengths that COCO's compression did not write, or that were cut off")
    ends = np.flatnonzero(letters & 32 == 0)
    starts = np.concatenate(([0], ends[:-1] + 1))
    place = np.arange(letters.size) - np.repeat(starts, ends - starts + 1)
    if place.max() > 11:  # twelve letters hold sixty bits
        raise InvalidInput(f"{name} has a run length of more than 60 bits")
    values = np.add.reduceat((letters & 31) << (5 * place), starts)
    negative = letters[ends] & 16 != 0
    values -= np.where(negative, np.int64(1) << (5 * (place[ends] + 1)), 0)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def _filled(polygons: Any, height: int, width: int, name: str) -> NDArray[np.bool_]:
    """The pixels inside any of the polygons."""
    from pycocotools import mask as coco  # imported late: most masks are arrays

    outlines = []
    for number, polygon in enumerate(polygons):
        points = real_array(polygon, f"{name}['polygons'][{number}]", "a list x, y, x, y, ...").astype(np.float64)
        if points.ndim != 1 or points.size < 6 or points.size % 2:
            raise InvalidInput(
                f"{name}: polygon {number} is a flat list x, y, x, y, ... of three points at least, not an array of "
                f"shape {points.shape}"
            )
        if not np.isfinite(points).all():
            raise NotFinite(f"{name}: polygon {number} has a point that is not finite")
        xs, ys = points[::2], points[1::2]
        if min(xs.min(), ys.min()) < -width - height or max(xs.max(), ys.max()) > 2 * (width + height):
            raise InvalidInput(f"{name}: polygon {number} lies far outside its image of size ({height}, {width})")
        outlines.append(points.tolist())
    if not outlines:
        return np.zeros((height, width), dtype=bool)
    filled = coco.decode(coco.merge(coco.frPyObjects(outlines, height, width)))
    return np.asarray(filled, dtype=bool)

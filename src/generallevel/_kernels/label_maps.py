"""Label maps and masks, read from what holds them: arrays, COCO run lengths, polygons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.run_lengths import read_masks, run_counts
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["check_same_shape", "label_map", "mask", "unit_map"]

COLOURS = (3, 4)  # channels of a picture
WIDE = 8  # ours: an array of so many rows and columns and a few channels is a picture, and no clip of narrow frames


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
    if labels.ndim == 3 and labels.shape[-1] in COLOURS and min(labels.shape[:2]) >= WIDE and labels.max() > 1:
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
    on: NDArray[np.bool_] = np.equal(array, 1)
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
    if "size" not in given or not {"counts", "polygons"} & set(given):
        raise InvalidInput(
            f'{name} is a mapping with {sorted(map(str, given))}; a mask has "size" (height, width) and "counts" (run '
            'lengths) or "polygons"'
        )
    if "counts" in given:
        runs = read_masks([given], None, name)[0]
    else:
        size = real_array(given["size"], f"{name}['size']", "height and width")
        if size.shape != (2,) or size.dtype.kind not in "iu" or size.min() < 1:
            raise ImpossibleValue(f"{name} has the size {given['size']!r:.80}: it is (height, width) in pixels")
        height, width = size.tolist()
        if not len(given["polygons"]):
            return np.zeros((height, width), dtype=bool)
        runs = read_masks([list(given["polygons"])], (height, width), name)[0]
    if 0 in runs["size"]:
        raise InvalidInput(f"{name} is a mask of size {runs['size']}: it has no pixel")
    lengths = run_counts(runs["counts"], name)
    height, width = runs["size"]
    return np.repeat(np.arange(lengths.size) % 2 == 1, lengths).reshape(width, height).T  # down the columns

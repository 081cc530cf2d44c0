"""Masks inside JSON: run lengths and polygons, as COCO writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.run_lengths import read_masks, run_counts
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.stored import bounded
from generallevel.errors import InvalidInput, ShapeMismatch

__all__ = ["decode_mask", "encode_mask"]

WANTED = 'run lengths {"size": [H, W], "counts": ...} or a list of polygons [x, y, x, y, ...]'


def decode_mask(value: Any, shape: tuple[int, int] | None = None, *, limits: Limits = LIMITS) -> NDArray[np.bool_]:
    """A mask from what a JSON file says of it.

    Parameters
    ----------
    value : dict, str, bytes or list
        COCO's run lengths, compressed or as a list of counts; its compressed counts alone; or a polygon or a list of
        them, ``[x, y, x, y, ...]`` each. The last two need `shape`.
    shape : (int, int), optional
        Height and width of the image. Run lengths say their own, which must be this one.
    limits : Limits
        Of which `pixels` counts.

    Returns
    -------
    ndarray of bool, shape (H, W)

    Raises
    ------
    UnsafeFile
        If it has too many pixels.
    ShapeMismatch
        If run lengths are of another size.
    ImpossibleValue, NotFinite
        If the runs do not cover the image, or a corner is far outside it or no number.
    InvalidInput
        If it is neither.

    Examples
    --------
    >>> decode_mask({"size": [2, 2], "counts": [1, 2, 1]}).astype(int).tolist()
    [[0, 1], [1, 0]]
    """
    size = None if shape is None else (int(shape[0]), int(shape[1]))
    if isinstance(value, str | bytes):
        if size is None:
            raise InvalidInput(f"a mask is {value[:40]!r}: compressed counts without their size; wanted {WANTED}")
        value = {"size": list(size), "counts": value}
    elif isinstance(value, Mapping):
        _check_said_size(value, limits)
    elif isinstance(value, list | tuple) and value:
        if not isinstance(value[0], list | tuple | np.ndarray):
            value = [value]
        if not all(isinstance(polygon, list | tuple | np.ndarray) and len(polygon) for polygon in value):
            raise InvalidInput(f"a mask is {value!r:.80}; wanted {WANTED}")
    else:
        raise InvalidInput(f"a mask is {value!r:.80}; wanted {WANTED}")
    if size is not None:
        bounded(size[0] * size[1], limits.pixels, f"a mask of {size[0]} x {size[1]} has", "pixels", "Limits.pixels")
    (runs,) = read_masks([value], size, "decoded")
    height, width = runs["size"]
    counts = run_counts(runs["counts"], "decoded mask")  # read_masks has seen that they cover the size
    pixels = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return np.ascontiguousarray(pixels.reshape(width, height).T)  # runs go down the columns


def encode_mask(mask: Any) -> dict[str, Any]:
    """The run lengths of a mask, fit for JSON.

    Parameters
    ----------
    mask : array_like of bool, or of 0 and 1, shape (H, W)
        Where the object is.

    Returns
    -------
    dict
        ``{"size": [H, W], "counts": str}``, compressed as COCO does.

    Raises
    ------
    ShapeMismatch
        If it is of another shape, or empty.
    ImpossibleValue
        If it has other values.

    Examples
    --------
    >>> encode_mask([[0, 1], [1, 0]])
    {'size': [2, 2], 'counts': '121'}
    """
    array = real_array(mask, "mask", "a mask of shape (H, W)")
    if array.ndim != 2 or not array.size:
        raise ShapeMismatch(f"mask is of shape {array.shape}; wanted (H, W)")
    (runs,) = read_masks(array[None], None, "encoded")
    height, width = runs["size"]
    return {"size": [int(height), int(width)], "counts": runs["counts"].decode("ascii")}


def _check_said_size(value: Mapping[Any, Any], limits: Limits) -> None:
    said = value.get("size")
    if not isinstance(said, list | tuple) or len(said) != 2:
        raise InvalidInput(f"a mask is {dict(value)!r:.80}; wanted {WANTED}")
    if all(isinstance(side, int) and not isinstance(side, bool) for side in said):
        pixels = abs(int(said[0])) * abs(int(said[1]))
        bounded(pixels, limits.pixels, f"a mask of size {list(said)!r:.60} has", "pixels", "Limits.pixels")
    else:
        raise InvalidInput(f"a mask has the size {said!r:.60}; wanted [H, W], two whole numbers")

"""Depth and disparity maps: .npz, .npy, and PNG of 16 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.arrays import array_names, doubles, read_array
from generallevel.benchmark.media.image import read_grey
from generallevel.benchmark.media.stored import head_of
from generallevel.errors import ImpossibleValue, ShapeMismatch

__all__ = ["read_depth"]

WANTED = "a map of depth or disparity (.npz, .npy, or a grey PNG)"
KEYS = ("disparity", "depth")  # the first is General-Bench's own; the second is ours
PNG = b"\x89PNG"


def read_depth(
    path: Path, key: str | None = None, *, scale: float = 1.0, limits: Limits = LIMITS
) -> NDArray[np.float64]:
    """A map of depth or disparity, or one for each frame of a clip.

    Parameters
    ----------
    path : Path
        A ``.npz`` or ``.npy`` file (or ``.gz`` of one) of any real numbers, or a grey PNG of 8 or 16 bits.
    key : str, optional
        Which array of an ``.npz``. By default the only one, else ``disparity``, else ``depth``.
    scale : float, default 1.0
        What one unit is in the numbers of a PNG, which are divided by it: 256 for KITTI, 1000 for millimetres. Arrays
        are taken as they are.
    limits : Limits
        How much may be stored, and inflated.

    Returns
    -------
    ndarray of float, shape (H, W) or (frames, 1, h, w) or as stored
        In the unit of the file. NaN, infinities, zeros and negative numbers are kept: which depths count is the
        metric's to say.

    Raises
    ------
    UnsafeFile
        If it is too large, stored or inflated.
    ShapeMismatch
        If an array has less than two sides.
    ImpossibleValue
        If `scale` is not above 0.
    InvalidInput, UnknownName
        As for `read_array`, and for a PNG in colour.
    """
    if not 0 < scale < np.inf:
        raise ImpossibleValue(f"scale is {scale!r}: it is how many numbers of the PNG make one unit, above 0")
    if head_of(path, limits, WANTED).startswith(PNG):
        return read_grey(path, limits=limits) / np.float64(scale)
    if key is None:
        names = array_names(path, limits=limits)
        key = next((name for name in KEYS if len(names) > 1 and name in names), None)
    array = read_array(path, key, limits=limits)
    if array.ndim < 2:
        raise ShapeMismatch(
            f"{path.name} holds an array of shape {array.shape}; wanted {WANTED}, shape (H, W) or (frames, 1, h, w)"
        )
    return doubles(array)

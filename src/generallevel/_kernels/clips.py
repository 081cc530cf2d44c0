"""Clips as arrays of frames, and how far one frame is from the next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["absolute_sum", "read_clip", "span_of"]

BYTE = 255  # the span of 8 bit
BLOCK = 1 << 16  # ours: intensities at a time
ROUNDING = 1e-6  # ours: what a span may exceed its range by, for frames that were scaled in single precision


def read_clip(given: Any, name: str, least: int) -> NDArray[Any]:
    """The frames of a clip, in the type that they came in.

    Parameters
    ----------
    given : array_like, shape (frames, H, W) or (frames, H, W, C)
    name : str
        What it is, for messages: "pred".
    least : int
        The fewest frames.

    Returns
    -------
    ndarray

    Raises
    ------
    ShapeMismatch
        If it has another shape, such as frames of several sizes.
    InvalidInput
        If there are fewer frames.

    Examples
    --------
    >>> read_clip([[[0, 1]], [[1, 1]]], "pred", 2).shape
    (2, 1, 2)
    """
    wanted = "the frames of a clip, shape (frames, H, W) or (frames, H, W, C)"
    clip = real_array(given, name, wanted)
    if clip.ndim not in (3, 4):
        raise ShapeMismatch(f"{name} is {wanted}; got shape {clip.shape}")
    if clip.dtype.kind == "b":
        raise InvalidInput(f"{name} is {wanted}; got truths")
    if clip.size == 0 or len(clip) < least:
        raise InvalidInput(f"{name} of shape {clip.shape} has too few frames or pixels: {least} frames are the least")
    return clip


def span_of(data_range: float | None, *clips: NDArray[Any]) -> float:
    """The span of the scale of clips, which must lie within it.

    Parameters
    ----------
    data_range : float or None
        None for frames of 8 bit.
    *clips : ndarray

    Returns
    -------
    float

    Raises
    ------
    InvalidInput
        If it is not said, and the frames are no whole numbers.
    NotFinite
        If an intensity is NaN or infinite.
    ImpossibleValue
        If the frames span more.

    Examples
    --------
    >>> span_of(None, np.array([[[0, 255]]], dtype=np.uint8))
    255.0
    """
    if data_range is None:
        if any(clip.dtype.kind == "f" for clip in clips):
            raise InvalidInput(
                "frames of fractions need data_range=...: 1 for frames in [0, 1], 255 for those in [0, 255]. Only "
                "whole numbers are taken for 8 bit"
            )
        data_range = BYTE
    if not 0 < data_range < math.inf:
        raise ImpossibleValue(f"data_range is the span of the scale, a positive number such as 255, not {data_range!r}")
    for clip in clips:
        if clip.dtype == np.uint8 and data_range >= BYTE:
            continue
        low, high = float(clip.min()), float(clip.max())
        if not math.isfinite(low) or not math.isfinite(high):
            raise NotFinite("a frame holds a NaN or an infinity: an intensity is a finite number")
        if high - low > data_range * (1 + ROUNDING):
            wider = 65535 if high > BYTE else BYTE
            raise ImpossibleValue(
                f"the frames go from {low:g} to {high:g}, more than data_range = {data_range:g}: pass "
                f"data_range={wider}?"
            )
    return float(data_range)


def absolute_sum(one: NDArray[Any], other: NDArray[Any]) -> float:
    """The sum of the absolute differences of two arrays of one shape.

    Parameters
    ----------
    one, other : ndarray
        Bytes cannot wrap around.

    Returns
    -------
    float

    Examples
    --------
    >>> absolute_sum(np.array([0, 255], dtype=np.uint8), np.array([255, 254], dtype=np.uint8))
    256.0
    """
    first, second = one.reshape(-1), other.reshape(-1)
    total = 0.0
    for start in range(0, first.size, BLOCK):
        a, b = first[start : start + BLOCK], second[start : start + BLOCK]
        if a.dtype == b.dtype == np.uint8:
            total += int((np.maximum(a, b) - np.minimum(a, b)).sum(dtype=np.int64))
        else:
            total += float(np.abs(np.subtract(a, b, dtype=np.float64)).sum())
    return total

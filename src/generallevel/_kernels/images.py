"""Images as arrays: read, widened and checked before they are compared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["check_one_scale", "check_span", "image_pair", "where_not_finite"]

AXES = ("row", "column", "channel")
GLANCE = 64  # ours: values that are looked at before all are
SAMPLE = 1024  # ours: values of a large image of floats that tell which scale it is on
ROUNDING = 1e-6  # ours: what a span may exceed its range by, for images that were scaled in single precision


def image_pair(pred: ArrayLike, ref: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Two images of one shape and of real numbers, in their own types.

    Parameters
    ----------
    pred, ref : array_like, shape (H, W) or (H, W, C)

    Returns
    -------
    (ndarray, ndarray)

    Raises
    ------
    InvalidInput
        If one of them is no array of real numbers, or is empty.
    ShapeMismatch
        If the shapes differ, or are not those of one image.

    Examples
    --------
    >>> image_pair([[0, 1]], [[1, 1]])[0].shape
    (1, 2)
    """
    one, other = (real_array(image, name, "an image") for name, image in (("pred", pred), ("ref", ref)))
    if one.shape != other.shape:
        slip = " Nothing is resized or broadcast."
        if sorted(one.shape) == sorted(other.shape):
            slip = " Same sizes in another order: is one of them channels-first?"
        raise ShapeMismatch(f"pred has shape {one.shape} but ref has shape {other.shape}.{slip}")
    if one.ndim not in (2, 3):
        slip = " Pass the images of a batch one by one, as items." if one.ndim > 3 else ""
        raise ShapeMismatch(f"an image has shape (H, W) or (H, W, C), not {one.shape}.{slip}")
    if one.size == 0:
        raise InvalidInput(f"an image of shape {one.shape} has no pixel")
    return one, other


def where_not_finite(name: str, image: NDArray[Any]) -> None:
    """Nothing, for an image of finite numbers.

    Parameters
    ----------
    name : str
        What it is, for the message: "pred".
    image : ndarray

    Raises
    ------
    NotFinite
        If it holds a NaN or an infinity; the message says where the first is.

    Examples
    --------
    >>> where_not_finite("pred", np.array([[0.0, np.nan]]))
    Traceback (most recent call last):
    ...
    generallevel.errors.NotFinite: pred is nan at row 0, column 1, and in 1 of 2 values: an intensity is a finite number
    """
    bad = ~np.isfinite(image)
    if bad.any():
        first = np.unravel_index(int(np.argmax(bad)), image.shape)
        place = ", ".join(f"{axis} {int(index)}" for axis, index in zip(AXES, first, strict=False))
        raise NotFinite(
            f"{name} is {image[first]} at {place}, and in {int(bad.sum())} of {image.size} values: "
            "an intensity is a finite number"
        )


def check_one_scale(pred: NDArray[Any], ref: NDArray[Any]) -> None:
    """Nothing, for two images that can be on one scale.

    Parameters
    ----------
    pred, ref : ndarray
        Finite images of one shape.

    Raises
    ------
    InvalidInput
        If one lies in [0, 1] and holds fractions, and the other holds whole numbers beyond 2: one was divided by its
        largest value and the other was not.

    Examples
    --------
    >>> check_one_scale(np.array([[0.5, 1.0]]), np.array([[128, 255]]))
    Traceback (most recent call last):
    ...
    generallevel.errors.InvalidInput: pred lies in [0, 1] and ref goes up to 255: bring both to one scale first
    """
    if _glanced(pred) and _glanced(ref):
        return  # both hold fractions, and the slip needs one that does not
    names = ("pred", pred), ("ref", ref)
    for (name, small), (other, large) in (names, names[::-1]):
        if _in_unit_range(small) and large.max() > 2 and not _whole(small) and _whole(large):
            raise InvalidInput(
                f"{name} lies in [0, 1] and {other} goes up to {large.max():g}: bring both to one scale first"
            )


def check_span(ref: NDArray[Any], data_range: float) -> None:
    """Nothing, for a reference that fits into the span of its scale.

    Parameters
    ----------
    ref : ndarray
        Finite. Of a large image of floats some values are looked at, evenly spread: a slip of scale shows everywhere.
    data_range : float
        The span: 255 for 8-bit images, 1 for images in [0, 1].

    Raises
    ------
    ImpossibleValue
        If ``data_range`` is no positive number, or the reference spans more.

    Examples
    --------
    >>> check_span(np.array([[0, 255]]), 1)
    Traceback (most recent call last):
    ...
    generallevel.errors.ImpossibleValue: ref goes from 0 to 255, more than data_range = 1: for images of this scale ...
    """
    if not 0 < data_range < math.inf:
        raise ImpossibleValue(f"data_range is the span of the scale, a positive number such as 255, not {data_range!r}")
    looked_at = ref.reshape(-1)[:: max(1, ref.size // SAMPLE)] if ref.dtype.kind == "f" else ref
    low, high = float(looked_at.min()), float(looked_at.max())
    if high - low > data_range * (1 + ROUNDING):
        wider = 65535 if high > 255 else 255
        raise ImpossibleValue(
            f"ref goes from {low:g} to {high:g}, more than data_range = {data_range:g}: for images of this scale pass "
            f"data_range={wider}, or divide both by {wider} first"
        )


def _glanced(image: NDArray[Any]) -> bool:
    """Whether a few values are enough to see that an image holds fractions."""
    return image.dtype.kind == "f" and not _whole(image.reshape(-1)[:: max(1, image.size // GLANCE)])


def _whole(image: NDArray[Any]) -> bool:
    return bool(np.all(image == np.floor(image)))


def _in_unit_range(image: NDArray[Any]) -> bool:
    # A few values tell of most images that they go beyond 1, without reading them all.
    few = image.reshape(-1)[:: max(1, image.size // GLANCE)]
    return bool(image.dtype.kind == "f" and few.max() <= 1 and image.max() <= 1 and image.min() >= 0)

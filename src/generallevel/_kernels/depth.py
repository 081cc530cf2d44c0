"""Depth maps compared with measured ones: which pixels count, how the two are brought to one scale, and the errors.

A pixel counts where the reference is measured: a finite number above 0, strictly between the caps where there are any.
A prediction may be known only up to a scale, or a scale and a shift, in depth or in disparity (1 / depth); `aligned`
finds them over all pixels of one item.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.label_maps import check_same_shape
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite

__all__ = ["Align", "Alignment", "NO_DEPTH", "Quantity", "ratio_errors", "measured_pairs", "no_depth"]

Align = Literal["none", "median", "scale", "scale_and_shift"]
Quantity = Literal["depth", "disparity"]
ALIGNMENTS = ("none", "median", "scale", "scale_and_shift")
QUANTITIES = ("depth", "disparity")

BLOCK = 1 << 15  # ours: pixels at a time, so that what is in work stays in the cache

Floats = NDArray[np.float64]


class _NoDepth:
    """The depth map of depth 0: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no depth"


NO_DEPTH = _NoDepth()


def no_depth(_ref: object) -> _NoDepth:
    """The prediction that a missing one counts as: depth 0 in every pixel, which nothing aligns.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_DEPTH


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a prediction is brought to the scale of its reference, and which pixels count.

    Attributes
    ----------
    align : {"none", "median", "scale", "scale_and_shift"}
        Not at all; by the ratio of the medians; by the least-squares scale, or scale and shift.
    fit_in : {"depth", "disparity"}
        The quantity in which the fit is made.
    pred_holds, ref_holds : {"depth", "disparity"}
        What the two maps hold.
    min_depth, max_depth : float or None
        Reference pixels outside of them do not count, and predictions are clipped to them.
    floor : float or None
        The least that a prediction may be, as it is given and as it is aligned, in the quantity of the fit.
    """

    align: Align
    fit_in: Quantity = "depth"
    pred_holds: Quantity = "depth"
    ref_holds: Quantity = "depth"
    min_depth: float | None = None
    max_depth: float | None = None
    floor: float | None = None

    def __post_init__(self) -> None:
        one_of("align", self.align, ALIGNMENTS)
        for name in ("fit_in", "pred_holds", "ref_holds"):
            one_of(name, getattr(self, name), QUANTITIES)
        for name in ("min_depth", "max_depth", "floor"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int | float | np.number) and 0 <= value < math.inf):
                raise ImpossibleValue(f"{name} is a finite number from 0 up, or None, not {value!r}")
        if self.min_depth is not None and self.max_depth is not None and not self.min_depth < self.max_depth:
            raise ImpossibleValue(f"min_depth = {self.min_depth:g} is not below max_depth = {self.max_depth:g}")


def measured_pairs(pred: Any, ref: Any, how: Alignment) -> tuple[NDArray[Any], NDArray[Any]]:
    """Predicted and measured depth of each pixel that counts, the predicted one aligned.

    Parameters
    ----------
    pred, ref : array_like of real numbers, of one shape
        Depth or disparity, as ``how`` says; ``NO_DEPTH`` for a missing prediction.
    how : Alignment

    Returns
    -------
    (ndarray, ndarray), each of shape (n,)
        In the unit of the reference; of floats, of single precision where nothing was computed from what came so.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    NotFinite
        If the prediction of a pixel that counts is NaN or infinite.
    ImpossibleValue
        If it is negative where it is turned over, or nothing but 0 is there to be scaled.
    InvalidInput
        If no pixel counts.

    Examples
    --------
    >>> said, wanted = measured_pairs([[1.0, 2.0]], [[2.0, 4.0]], Alignment("median"))
    >>> said.tolist(), wanted.tolist()
    ([2.0, 4.0], [2.0, 4.0])
    """
    wanted = _floats(ref, "ref")
    if how.ref_holds == "disparity":
        with np.errstate(divide="ignore"):
            wanted = 1.0 / wanted.astype(np.float64, copy=False)
    least, most = how.min_depth or 0, math.inf if how.max_depth is None else how.max_depth
    valid = None  # every pixel counts, which its ends tell without a mask
    if not (wanted.min() > least and wanted.max() < most):
        valid = (wanted > least) & (wanted < most)
        if not valid.any():
            raise InvalidInput(
                f"no pixel of the reference has a measured depth: a finite number above {least:g}"
                + ("" if how.max_depth is None else f" and below {most:g}")
            )
    depths = wanted.reshape(-1) if valid is None else wanted[valid]
    if pred is NO_DEPTH:
        return np.zeros_like(depths), depths
    said = _floats(pred, "pred")
    check_same_shape(said, wanted)
    found = said.reshape(-1) if valid is None else said[valid]
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(found.sum())
    if not math.isfinite(total) and not np.isfinite(found).all():  # a sum may overflow, too
        odd = found[~np.isfinite(found)]
        raise NotFinite(f"pred is {odd[0]} in {odd.size} of {found.size} pixels that count: a depth is a finite number")
    return (found if _as_given(found, how) else _aligned(found.astype(np.float64, copy=False), depths, how)), depths


def _as_given(pred: NDArray[Any], how: Alignment) -> bool:
    """Whether the prediction is compared as it is: nothing is to be fitted, turned over or clipped."""
    if (how.align, how.pred_holds) != ("none", "depth"):
        return False
    lows = [end for end in (how.floor, how.min_depth) if end is not None]
    return all(pred.min() >= end for end in lows) and (how.max_depth is None or bool(pred.max() <= how.max_depth))


def _floats(given: Any, name: str) -> NDArray[Any]:
    array = real_array(given, name, "a depth map")
    if array.dtype.kind == "b":
        raise InvalidInput(f"{name} is a depth map, not a mask of truths")
    if array.size == 0 or array.ndim == 0:
        raise InvalidInput(f"{name} is a depth map of shape {array.shape}: it has no pixel")
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _aligned(pred: Floats, ref: NDArray[Any], how: Alignment) -> Floats:
    """Predictions as depths on the scale of the reference, within the caps."""
    wanted = ref.astype(np.float64, copy=False)
    if how.align == "none":
        depths = _turned(pred, how) if how.pred_holds == "disparity" else pred
        if how.floor is not None:
            depths = np.maximum(depths, how.floor)
        return _capped(depths, how)
    x = pred if how.pred_holds == how.fit_in else _turned(pred, how)
    y = wanted if how.fit_in == "depth" else 1.0 / wanted
    if how.floor is not None:
        x = np.maximum(x, how.floor)
    scale, shift = _fitted(x, y, how.align)
    x = x * scale
    if shift:
        x += shift
    if how.floor is not None:
        np.maximum(x, how.floor, out=x)
    if how.fit_in == "disparity":
        x = _turned(x, how)
    return _capped(x, how)


def _turned(values: Floats, how: Alignment) -> Floats:
    """1 / value; where that has no depth, the farthest one allowed."""
    if values.size and values.min() < 0 and how.max_depth is None:
        raise ImpossibleValue(
            f"a disparity of {values.min():g} has no depth: pass floor=..., the least disparity that counts as one, or "
            "max_depth=..."
        )
    far = math.nan if how.max_depth is None else float(how.max_depth)
    depths: Floats = np.divide(1.0, values, out=np.full(values.shape, far), where=values > 0)
    if np.isnan(depths).any():
        raise ImpossibleValue(
            "a disparity of 0 is infinitely far: pass floor=..., the least disparity that counts as one, or "
            "max_depth=..."
        )
    return depths


def _capped(depths: Floats, how: Alignment) -> Floats:
    if how.min_depth is None and how.max_depth is None:
        return depths
    capped: Floats = np.clip(depths, how.min_depth, how.max_depth)
    return capped


def _fitted(x: Floats, y: Floats, align: Align) -> tuple[float, float]:
    """The scale and the shift that bring x to y."""
    if align == "median":
        middle = float(np.median(x))
        if not middle:
            raise ImpossibleValue("the median of the prediction is 0, and no scale brings it to that of the reference")
        return float(np.median(y)) / middle, 0.0
    if align == "scale":
        square = float(np.vdot(x, x))
        if not square:
            raise ImpossibleValue("the prediction is 0 in every pixel that counts, and no scale brings it anywhere")
        return float(np.vdot(x, y)) / square, 0.0
    middle_x, middle_y = float(x.mean()), float(y.mean())
    centred = x - middle_x
    spread = float(np.vdot(centred, centred))
    # A prediction that is constant but for rounding fixes the shift alone, as the least norm does.
    if spread <= x.size * (np.finfo(np.float64).eps * abs(middle_x)) ** 2 or spread == 0:
        return 0.0, middle_y
    scale = float(np.vdot(centred, y)) / spread
    return scale, middle_y - scale * middle_x


def ratio_errors(pred: NDArray[Any], ref: NDArray[Any]) -> float:
    """The sum of the absolute errors, each as a share of the reference.

    Parameters
    ----------
    pred, ref : ndarray of float, shape (n,)

    Returns
    -------
    float

    Examples
    --------
    >>> ratio_errors(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    1.0
    """
    total = 0.0
    for start in range(0, pred.size, BLOCK):
        block = slice(start, start + BLOCK)
        error = np.subtract(pred[block], ref[block], dtype=np.float64)
        np.abs(error, out=error)
        error /= ref[block]
        total += float(error.sum())
    return total

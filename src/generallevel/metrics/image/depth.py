"""Depth: how far each pixel is.

Objects: a prediction is the depth map of one image, and so is its reference; pixels without a measured depth (0, NaN,
infinite, or outside the caps) do not count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.depth import NO_DEPTH, Align, Alignment, Quantity, measured_pairs, no_depth
from generallevel.errors import InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Additive, Mean, Ratio

__all__ = ["RootMeanSquare", "depth_delta", "depth_rms"]

Unit = Literal["m", "cm", "mm"]
CENTIMETRES: dict[str, float] = {"m": 100.0, "cm": 1.0, "mm": 0.1}
RATIO = 1.25  # Eigen et al. (2014)


@dataclass(frozen=True, slots=True)
class RootMeanSquare(Additive):
    """Squared errors of many pixels, and the root of their mean.

    Attributes
    ----------
    squares : float
        Their sum.
    n : int
        Pixels.
    """

    squares: float
    n: float

    @classmethod
    def read(cls, squares: Any, n: Any) -> NDArray[np.float64]:
        root: NDArray[np.float64] = np.sqrt(np.divide(squares, np.where(np.asarray(n) == 0, np.nan, n)))
        return root


@metric(
    labels={("Image-Comprehension", "RMS"): "cm"},
    unit="cm",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(50),
    source="arXiv 2505.04620v1, Table 17 row 15 and A.1 (T = 50); Eigen et al. (2014), arXiv 1406.2283",
    caution=(
        "The printed 36.4 is centimetres by its size, and T = 50 fits that; an error in metres would win by a "
        "factor of 100."
    ),
    variants={
        "pooled": Variant({"over": "pixels"}, note="the root of the mean over the pixels of all images together")
    },
    absent=no_depth,
    item="own",
    each="image",
)
def depth_rms(
    pred: Any,
    ref: Any,
    *,
    unit: Unit,
    over: Literal["images", "pixels"] = "images",
    align: Align = "none",
    fit_in: Quantity = "depth",
    min_depth: float | None = None,
    max_depth: float | None = None,
) -> Mean | RootMeanSquare:
    r"""Root mean square depth error over the measured pixels, in centimetres.

    .. math:: \sqrt{\frac1n \sum_i (p_i - r_i)^2}

    Parameters
    ----------
    pred, ref : array_like of real numbers, of one shape
        Depth maps, such as shape (H, W), both in ``unit``.
    unit : {"m", "cm", "mm"}
        What both are in. Required: metres taken for centimetres flatter a score a hundredfold.
    over : {"images", "pixels"}, default "images"
        Whether the root is taken for each image and then averaged, or once over the pixels of the whole set.
    align : {"none", "median", "scale", "scale_and_shift"}, default "none"
        How a prediction that knows depth only up to a scale is brought to that of the reference, image by image: by the
        ratio of the medians, or by least squares.
    fit_in : {"depth", "disparity"}, default "depth"
        Whether least squares fit depth or 1 / depth.
    min_depth, max_depth : float, optional
        Caps, in ``unit``: a reference pixel that is not between them does not count, and predictions are clipped to
        them.

    Returns
    -------
    Mean or RootMeanSquare
        Centimetres, in [0, inf); lower is better.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    NotFinite
        If the prediction of a pixel that counts is NaN or infinite. A reference may hold them: they do not count.
    InvalidInput
        If no pixel counts, or an option is none of its words.
    ImpossibleValue
        If a cap is no length, or there is nothing that could be aligned.

    Notes
    -----
    A missing prediction has depth 0 everywhere. To match the evaluation of AdaBins on NYU Depth v2, set ``unit="m"``,
    ``min_depth=1e-3`` and ``max_depth=10``, crop first, and divide by 100; it also replaces predictions that are not
    finite, which are refused here.

    References
    ----------
    .. [1] Eigen et al. (2014), "Depth Map Prediction from a Single Image using a Multi-Scale Deep Network",
       arXiv 1406.2283
    .. [2] arXiv 2505.04620v1, Table 17 row 15 and A.1

    Examples
    --------
    The pixel without a measured depth does not count; the two others are off by 0.3 m and 0.4 m:

    >>> round(depth_rms([[1.3, 2.4, 9.0]], [[1.0, 2.0, 0.0]], unit="m").value, 6)  # 100 sqrt((.09 + .16) / 2)
    35.355339
    """
    one_of("unit", unit, CENTIMETRES)
    one_of("over", over, ("images", "pixels"))
    how = Alignment(align, fit_in, min_depth=min_depth, max_depth=max_depth)
    said, wanted = measured_pairs(pred, ref, how)
    difference = np.subtract(said, wanted, dtype=np.float64)
    squares = float(np.vdot(difference, difference)) * CENTIMETRES[unit] ** 2
    if over == "pixels":
        return RootMeanSquare(squares, difference.size)
    return Mean(math.sqrt(squares / difference.size), 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Eigen et al. (2014), arXiv 1406.2283",
    variants={
        "delta2": Variant({"power": 2}, note="within a factor of 1.25^2"),
        "delta3": Variant({"power": 3}, note="within a factor of 1.25^3"),
        "pooled": Variant({"over": "pixels"}, note="share of the pixels of all images together"),
    },
    absent=no_depth,
    each="image",
    aliases=("delta1",),
)
def depth_delta(
    pred: Any,
    ref: Any,
    *,
    power: int = 1,
    over: Literal["images", "pixels"] = "images",
    align: Align = "none",
    fit_in: Quantity = "depth",
    pred_holds: Quantity = "depth",
    min_depth: float | None = None,
    max_depth: float | None = None,
) -> Mean | Ratio:
    r"""Share of the measured pixels whose depth is right within a factor of 1.25, or a power of it.

    .. math:: \frac1n \bigl|\{ i : \max(p_i / r_i, r_i / p_i) < 1.25^k \}\bigr|

    Parameters
    ----------
    pred, ref : array_like of real numbers, of one shape
        Depth maps in one unit.
    power : int, default 1
        The power k: 1, 2 or 3 for delta-1, delta-2 and delta-3.
    over : {"images", "pixels"}, default "images"
        Whether shares are averaged over images, or taken of the pixels of the whole set.
    align, fit_in, min_depth, max_depth
        As for `depth_rms`.
    pred_holds : {"depth", "disparity"}, default "depth"
        What the prediction holds; a disparity is turned over.

    Returns
    -------
    Mean or Ratio
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue
        As for `depth_rms`.
    InvalidInput
        If no pixel counts, or an option is none of its words.

    Notes
    -----
    A predicted depth of 0 or less is wrong. A missing prediction is wrong in every pixel.

    References
    ----------
    .. [1] Eigen et al. (2014), arXiv 1406.2283

    Examples
    --------
    >>> depth_delta([[1.2, 2.6]], [[1.0, 2.0]]).value, depth_delta([[1.2, 2.6]], [[1.0, 2.0]], power=2).value
    (0.5, 1.0)
    """
    one_of("over", over, ("images", "pixels"))
    if isinstance(power, bool) or power not in (1, 2, 3):
        raise InvalidInput(f"power is 1, 2 or 3, not {power!r}")
    how = Alignment(align, fit_in, pred_holds, min_depth=min_depth, max_depth=max_depth)
    said, wanted = measured_pairs(pred, ref, how)
    near = RATIO**power
    said = said.astype(np.float64, copy=False)
    right = int(np.count_nonzero((said < near * wanted) & (wanted < near * said))) if pred is not NO_DEPTH else 0
    return Ratio(right, said.size) if over == "pixels" else Mean(right / said.size, 1)

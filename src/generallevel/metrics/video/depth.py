"""Depth of video: how far each pixel of each frame is.

Objects: a prediction is the depth or disparity of one clip, shape (frames, H, W), and so is its reference; pixels
without a measured depth (0, NaN, infinite, or outside the caps) do not count.
"""

from __future__ import annotations

import math
from typing import Any

from generallevel._kernels.depth import Align, Alignment, Quantity, measured_pairs, no_depth, ratio_errors
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Mean

__all__ = ["abs_rel"]


@metric(
    labels={("Video-Comprehension", "absRel"): "fraction"},
    unit="fraction",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.1),
    source="arXiv 2505.04620v1, Table 17 row 32 and A.1 (T = 0.1); Eigen et al. (2014), arXiv 1406.2283",
    aliases=("absolute_relative_error",),
    caution=(
        "The released code first fits a scale and a shift to each clip; without that fit the figure is another one."
    ),
    variants={
        "released": Variant(
            {"align": "scale_and_shift", "min_depth": 1e-3, "max_depth": 80.0, "floor": 1e-3},
            note="the released code: its files are called disparity, are fitted as they are and count as depth",
        ),
        "affine_disparity": Variant(
            {
                "align": "scale_and_shift",
                "fit_in": "disparity",
                "pred_holds": "disparity",
                "min_depth": 1e-3,
                "floor": 1e-3,
            },
            note="disparity in, fitted to 1 / depth clip by clip, then turned over: the evaluation of DepthCrafter; "
            "pass the max_depth of the data set",
        ),
    },
    absent=no_depth,
    each="clip",
)
def abs_rel(
    pred: Any,
    ref: Any,
    *,
    align: Align,
    fit_in: Quantity = "depth",
    pred_holds: Quantity = "depth",
    ref_holds: Quantity = "depth",
    min_depth: float | None = None,
    max_depth: float | None = None,
    floor: float | None = None,
) -> Mean:
    r"""Mean depth error as a fraction of the true depth, over the measured pixels.

    .. math:: \frac1n \sum_i \frac{|p_i - r_i|}{r_i}

    Parameters
    ----------
    pred, ref : array_like of real numbers, of one shape
        Depth or disparity of each pixel of a clip, such as shape (frames, H, W), or of one image.
    align : {"none", "median", "scale", "scale_and_shift"}
        How a prediction that knows depth only up to a scale, or a scale and a shift, is brought to that of the
        reference: one fit for the whole clip, by the ratio of the medians or by least squares. Required: it changes the
        number more than most models do.
    fit_in : {"depth", "disparity"}, default "depth"
        The quantity in which the fit is made; the error is always one of depth.
    pred_holds, ref_holds : {"depth", "disparity"}, default "depth"
        What the maps hold; a disparity is 1 / depth.
    min_depth, max_depth : float, optional
        Caps: a reference pixel that is not between them does not count, and predictions are clipped to them.
    floor : float, optional
        The least that a prediction may be in the quantity of the fit, before the fit and after it.

    Returns
    -------
    Mean
        A fraction in [0, inf); lower is better. Clips count equally.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    NotFinite
        If the prediction of a pixel that counts is NaN or infinite. A reference may hold them: they do not count.
    InvalidInput
        If no pixel counts, or an option is none of its words.
    ImpossibleValue
        If a cap is no length, a disparity has no depth, or there is nothing that could be aligned.

    Notes
    -----
    A constant prediction is fitted by the mean of the reference, as least squares of least norm do. A missing
    prediction has depth 0 everywhere, which is an error of 1 before caps and is not aligned.

    To match the released code, use the variant ``released``; a clip without a valid pixel is NaN there and an error
    here.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 32 and A.1
    .. [2] Eigen et al. (2014), arXiv 1406.2283
    .. [3] Ranftl et al. (2022), "Towards Robust Monocular Depth Estimation", arXiv 1907.01341, for the alignment

    Examples
    --------
    >>> abs_rel([[1.0, 3.0]], [[2.0, 2.0]], align="none").value  # (1/2 + 1/2) / 2
    0.5
    >>> abs_rel([[1.0, 2.0]], [[12.0, 14.0]], align="scale_and_shift").value  # 2 x + 10
    0.0
    """
    how = Alignment(align, fit_in, pred_holds, ref_holds, min_depth, max_depth, floor)
    said, wanted = measured_pairs(pred, ref, how)
    return Mean(ratio_errors(said, wanted) / said.size, 1)

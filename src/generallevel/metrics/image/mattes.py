"""Mattes: how much of each pixel is foreground.

Objects: a prediction is the alpha matte of one image, in [0, 1], and so is its reference. Errors are in the multiples
that the matting literature prints; lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.label_maps import check_same_shape, unit_map
from generallevel._kernels.mattes import connectivity_gap, gradient_gap
from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Mean

__all__ = ["matting_connectivity", "matting_gradient", "mse", "opposite_matte", "sad"]

Region = Literal["whole", "unknown"]
CERTAIN = (0, 255)  # what a trimap holds where background and foreground are given


def opposite_matte(ref: Any) -> NDArray[np.float64]:
    """The matte that a missing one counts as: nothing is foreground, or everything where the reference is empty.

    Parameters
    ----------
    ref : array_like or mapping
        The reference.

    Returns
    -------
    ndarray of float
    """
    alpha, _ = _reference(ref, "whole")
    return np.zeros_like(alpha) if alpha.any() else np.ones_like(alpha)


def _reference(ref: Any, region: Region) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """The matte, and the pixels that count; None for all."""
    one_of("region", region, ("whole", "unknown"))
    if not isinstance(ref, Mapping):
        if region == "unknown":
            raise InvalidInput(
                'region="unknown" needs the trimap of each image: pass {"alpha": ..., "trimap": ...} as its reference'
            )
        return unit_map(ref, "ref", "an alpha matte"), None
    missing = {"alpha", "trimap"} - set(ref)
    if missing:
        raise InvalidInput(f'ref is a mapping without {sorted(missing)}; it needs "alpha" and "trimap"')
    alpha = unit_map(ref["alpha"], "ref['alpha']", "an alpha matte")
    if region == "whole":
        return alpha, None
    trimap = real_array(ref["trimap"], "ref['trimap']", "a trimap")
    check_same_shape(trimap, alpha)
    if trimap.dtype.kind == "f":
        raise InvalidInput(
            "ref['trimap'] holds 0, 255 and one whole number between them, or the truth of being unknown"
        )
    unknown = trimap if trimap.dtype == np.bool_ else (trimap != CERTAIN[0]) & (trimap != CERTAIN[1])
    if trimap.dtype != np.bool_ and trimap.max() <= 1:
        raise ImpossibleValue(
            "ref['trimap'] goes from 0 to 1: a trimap holds 0 for background, 255 for foreground and another number "
            "where it is unknown; a mask of the unknown pixels is of truths, such as trimap == 1"
        )
    if not unknown.any():
        raise InvalidInput("ref['trimap'] has no unknown pixel, so that no pixel counts")
    return alpha, unknown


def _pair(
    pred: Any, ref: Any, region: Region, factor: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_] | None]:
    if not 0 < factor < math.inf:
        raise ImpossibleValue(f"factor is what the error is multiplied with, a positive number, not {factor!r}")
    wanted, counts = _reference(ref, region)
    said = unit_map(pred, "pred", "an alpha matte")
    check_same_shape(said, wanted)
    return said, wanted, counts


def _difference(pred: Any, ref: Any, region: Region, factor: float) -> NDArray[np.float64]:
    said, wanted, counts = _pair(pred, ref, region, factor)
    return (said - wanted).reshape(-1) if counts is None else said[counts] - wanted[counts]


@metric(
    labels={("Image-Comprehension", "SAD"): "unknown"},
    unit="10^3 px",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),
    source="arXiv 2505.04620v1, Table 17 row 28 and A.1 (T = 10); Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503",
    caution="The tables do not say whether their sums are divided by 1000; only so are the printed figures plausible.",
    variants={
        "unknown_region": Variant({"region": "unknown"}, note="the unknown region of the trimap alone"),
        "plain": Variant({"factor": 1.0}, note="in pixels, without the division by 1000"),
    },
    absent=opposite_matte,
    each="image",
)
def sad(pred: Any, ref: Any, *, region: Region = "whole", factor: float = 1e-3) -> Mean:
    r"""Sum of the absolute alpha differences of an image, in thousands of pixels.

    .. math:: f \sum_i |p_i - r_i|

    Parameters
    ----------
    pred : array_like, shape (H, W)
        Alpha in [0, 1].
    ref : array_like, shape (H, W), or mapping
        Alpha in [0, 1]; or ``{"alpha": ..., "trimap": ...}``, where a trimap holds 0 for background, 255 for foreground
        and another whole number (often 128) where it is unknown, or truths of being unknown.
    region : {"whole", "unknown"}, default "whole"
        Whether every pixel counts, or those that the trimap calls unknown.
    factor : float, default 1e-3
        What the sum is multiplied with; the unit, and the curve to 0..100, hold for 1e-3.

    Returns
    -------
    Mean
        Thousands of pixels, in [0, inf); lower is better. Images count equally.

    Raises
    ------
    ImpossibleValue
        If an alpha lies outside [0, 1], as grey levels do.
    NotFinite
        If an alpha is NaN.
    ShapeMismatch
        If the shapes differ, or a matte has channels. Nothing is resized.
    InvalidInput
        If the region needs a trimap and there is none, or no pixel counts.

    Notes
    -----
    A missing matte is empty, or full where the reference is empty.

    References
    ----------
    .. [1] Rhemann et al. (2009), "A perceptually motivated online benchmark for image matting",
       doi:10.1109/CVPR.2009.5206503
    .. [2] arXiv 2505.04620v1, Table 17 row 28 and A.1

    Examples
    --------
    >>> sad([[0.5, 1.0]], [[0.0, 1.0]]).value  # 0.5 / 1000
    0.0005
    """
    return Mean(factor * float(np.abs(_difference(pred, ref, region, factor)).sum()), 1)


@metric(
    labels={("Image-Comprehension", "MSE"): "unknown"},
    unit="10^-3",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, Table 17 row 16 and A.1 (T = 5); Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503",
    aliases=("matting_mse",),
    caution=(
        "The tables do not state the multiple; the printed 28.9 cannot be the plain mean square of alphas in [0, 1]."
    ),
    variants={
        "unknown_region": Variant({"region": "unknown"}, note="the unknown region of the trimap alone"),
        "plain": Variant({"factor": 1.0}, note="the mean square itself, not in thousandths"),
    },
    absent=opposite_matte,
    each="image",
)
def mse(pred: Any, ref: Any, *, region: Region = "whole", factor: float = 1e3) -> Mean:
    r"""Mean squared alpha difference, in thousandths.

    .. math:: \frac{f}{n} \sum_i (p_i - r_i)^2

    Parameters
    ----------
    pred, ref, region
        As for `sad`.
    factor : float, default 1e3
        What the mean is multiplied with; the unit, and the curve to 0..100, hold for 1e3.

    Returns
    -------
    Mean
        Thousandths, in [0, 1000]; lower is better. Images count equally.

    Raises
    ------
    ImpossibleValue, NotFinite, ShapeMismatch, InvalidInput
        As for `sad`.

    Notes
    -----
    To match scikit-learn's ``mean_squared_error`` on the pixels of one image, use the variant ``plain``. A missing
    matte is empty, or full where the reference is empty.

    References
    ----------
    .. [1] Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503
    .. [2] arXiv 2505.04620v1, Table 17 row 16 and A.1

    Examples
    --------
    >>> mse([[0.5, 1.0]], [[0.0, 1.0]]).value  # 1000 * 0.25 / 2
    125.0
    """
    difference = _difference(pred, ref, region, factor)
    return Mean(factor * float(np.vdot(difference, difference)) / difference.size, 1)


def _stretched(alpha: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(alpha.min()), float(alpha.max())
    return (alpha - low) / (high - low) if high > low else alpha


@metric(
    unit="10^3 px",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),
    source="Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503",
    variants={"unknown_region": Variant({"region": "unknown"}, note="the unknown region of the trimap alone")},
    absent=opposite_matte,
    each="image",
)
def matting_gradient(
    pred: Any,
    ref: Any,
    *,
    region: Region = "whole",
    factor: float = 1e-3,
    sigma: float = 1.4,
    stretch: bool = False,
) -> Mean:
    r"""Gradient error of a matte: the squared difference of gradient magnitudes, summed, in thousands.

    .. math:: f \sum_i \bigl( |\nabla p_i| - |\nabla r_i| \bigr)^2

    Parameters
    ----------
    pred, ref, region, factor
        As for `sad`.
    sigma : float, default 1.4
        The width of the Gaussian whose derivatives give the gradient, in pixels; 1.4 in the literature.
    stretch : bool, default False
        Whether each matte is first stretched to go from 0 to 1, as some evaluation code does; a constant one stays.

    Returns
    -------
    Mean
        Thousands, in [0, inf); lower is better. Images count equally.

    Raises
    ------
    ImpossibleValue, NotFinite, ShapeMismatch, InvalidInput
        As for `sad`.

    Notes
    -----
    Filters are cut where the Gaussian falls below 1/100 of its sum, have unit square sum, and see the border value
    beyond the border, as the evaluation code of the benchmark has it. To match the code of Composition-1k and
    mmediting, which stretch mattes, set ``stretch=True``. The curve to 0..100 is that of `sad` and is ours.

    References
    ----------
    .. [1] Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503

    Examples
    --------
    >>> matting_gradient([[0.2, 0.2], [0.2, 0.2]], [[1.0, 1.0], [1.0, 1.0]]).value  # neither has an edge
    0.0
    """
    said, wanted, counts = _pair(pred, ref, region, factor)
    if not 0 < sigma < math.inf:
        raise ImpossibleValue(f"sigma is a width in pixels, a positive number, not {sigma!r}")
    if stretch:
        said, wanted = (_stretched(alpha) for alpha in (said, wanted))
    gap = gradient_gap(said, wanted, sigma)
    return Mean(factor * float(gap.sum() if counts is None else gap[counts].sum()), 1)


@metric(
    unit="10^3 px",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),
    source="Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503",
    variants={"unknown_region": Variant({"region": "unknown"}, note="the unknown region of the trimap alone")},
    absent=opposite_matte,
    each="image",
)
def matting_connectivity(
    pred: Any, ref: Any, *, region: Region = "whole", factor: float = 1e-3, step: float = 0.1
) -> Mean:
    r"""Connectivity error of a matte: how differently pixels hang together with the common core, in thousands.

    .. math:: f \sum_i |\varphi(p_i) - \varphi(r_i)|

    Parameters
    ----------
    pred, ref, region, factor
        As for `sad`.
    step : float, default 0.1
        Between the thresholds at which mattes are cut; 0.1 in the literature.

    Returns
    -------
    Mean
        Thousands of pixels, in [0, inf); lower is better. Images count equally.

    Raises
    ------
    ImpossibleValue, NotFinite, ShapeMismatch, InvalidInput
        As for `sad`.

    Notes
    -----
    For a pixel, l is the highest threshold up to which it belongs to the largest four-connected region where both
    mattes reach the threshold; phi is 1 - (alpha - l) where alpha exceeds l by 0.15 or more, and else 1. Of several
    largest regions the first in reading order is taken. The curve to 0..100 is that of `sad` and is ours.

    References
    ----------
    .. [1] Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503

    Examples
    --------
    >>> round(matting_connectivity([[1.0, 0.0, 0.5]], [[1.0, 0.0, 0.0]]).value, 6)  # 0.5 / 1000, of the island
    0.0005
    """
    said, wanted, counts = _pair(pred, ref, region, factor)
    if not 0 < step <= 1:
        raise ImpossibleValue(f"step is a share of alpha in (0, 1], not {step!r}")
    gap = connectivity_gap(said, wanted, step)
    return Mean(factor * float(gap.sum() if counts is None else gap[counts].sum()), 1)

"""Saliency: which part of an image stands out, as a grey map.

Objects: a prediction is a foreground map of one image or frame, in [0, 1]; a reference is its binary mask. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.foreground import (
    above,
    alignment_curve,
    cut_counts,
    f_scores,
    structure,
    structure_released,
    weighted_f,
)
from generallevel._kernels.label_maps import check_same_shape, mask, unit_map
from generallevel.errors import ImpossibleValue, UndefinedScore
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive, Mean

__all__ = [
    "GreatestOfCurve",
    "MeanOfCurve",
    "enhanced_alignment",
    "opposite_map",
    "saliency_f_measure",
    "structure_measure",
    "weighted_f_measure",
]

Threshold = Literal["max", "mean", "adaptive"]
THRESHOLDS = ("max", "mean", "adaptive")

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class GreatestOfCurve(Additive):
    """Scores at each threshold, averaged over maps; the greatest of the averages is read.

    Attributes
    ----------
    curve : ndarray of float, shape (256,)
        Sums over maps, from the highest threshold down.
    n : int
        Maps.
    """

    curve: Any
    n: float

    @classmethod
    def read(cls, curve: Any, n: Any) -> NDArray[np.float64]:
        greatest: Floats = _average(curve, n).max(axis=-1)
        return greatest


@dataclass(frozen=True, slots=True)
class MeanOfCurve(Additive):
    """Scores at each threshold, averaged over maps and thresholds.

    Attributes
    ----------
    curve : ndarray of float, shape (256,)
        Sums over maps, from the highest threshold down.
    n : int
        Maps.
    """

    curve: Any
    n: float

    @classmethod
    def read(cls, curve: Any, n: Any) -> NDArray[np.float64]:
        mean: Floats = _average(curve, n).mean(axis=-1)
        return mean


def _average(curve: Any, n: Any) -> Floats:
    maps = np.asarray(n, dtype=np.float64)[..., None]
    each: Floats = np.divide(np.atleast_1d(curve), np.where(maps == 0, np.nan, maps))
    return each


def opposite_map(ref: Any) -> Floats:
    """The map that a missing one counts as: the foreground where there is none, and nothing where it is.

    Parameters
    ----------
    ref : array_like or mapping
        The reference mask.

    Returns
    -------
    ndarray of float, shape (H, W)
    """
    opposite: Floats = np.where(mask(ref, "ref"), 0.0, 1.0)
    return opposite


def _pair(pred: Any, ref: Any, stretch: bool) -> tuple[Floats, Flags]:
    """The map, stretched to go from 0 to 1 where that is asked for, and the mask."""
    wanted, said = mask(ref, "ref"), unit_map(pred, "pred", "a foreground map")
    check_same_shape(said, wanted)
    low, high = float(said.min()), float(said.max())
    if stretch and low < high and (low, high) != (0.0, 1.0):
        said = (said - low) / (high - low)
    return said, wanted


@metric(
    labels={("Video-Comprehension", "Structure measure"): "percent", ("Video-Comprehension", "S-measure"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 49; Fan et al. (2017), arXiv 1708.00786",
    variants={
        "released": Variant(
            {"form": "released", "stretch": False},
            note="the released code for video: another SSIM, spreads of a population, maps as they are",
        )
    },
    absent=opposite_map,
    each="frame",
    aliases=("s_measure",),
)
def structure_measure(
    pred: Any,
    ref: Any,
    *,
    alpha: float = 0.5,
    stretch: bool = True,
    form: Literal["published", "released"] = "published",
) -> Mean:
    r"""Structure measure: how alike a foreground map and its mask are, object by object and region by region.

    .. math:: \max\bigl(0, \alpha S_\mathrm{object} + (1 - \alpha) S_\mathrm{region}\bigr)

    Parameters
    ----------
    pred : array_like, shape (H, W)
        The map of one image or frame, in [0, 1].
    ref : array_like of 0 and 1 or of bool, shape (H, W), or mapping
        Its mask; also COCO run lengths or polygons, as for `mean_iou`.
    alpha : float, default 0.5
        The weight of the object-aware part.
    stretch : bool, default True
        Whether each map is first stretched to go from 0 to 1, as the published code does; a constant one stays.
    form : {"published", "released"}, default "published"
        Whose formulas: those of the paper and its code, or those of the released code for video.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Frames count equally.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not (H, W).
    NotFinite, ImpossibleValue
        If a value is NaN or outside [0, 1], as grey levels are.
    InvalidInput
        If the mask holds something other than 0 and 1, or an option is none of its words.
    UndefinedScore
        In the released form, if the foreground is centred in the first row or column, where that code gives NaN.

    Notes
    -----
    An empty mask scores 1 minus the mean of the map, a full one the mean. A quarter without a pixel has no weight. A
    missing map is the opposite of its mask.

    The published code adds 2e-16 to a denominator, and so does this: where a quarter holds very little foreground, a
    perfect map scores a little less than 1 there. To match PySODMetrics, set nothing; foreground centred in the last
    row or column is NaN there, and a quarter where the map is constant may count 0 or 1 there by rounding, and 1 here.

    The released form gives other numbers (a perfect map scores 0.9 in an empty quarter). Its code is right only for
    masks of 0 and 1.

    References
    ----------
    .. [1] Fan et al. (2017), "Structure-measure: A New Way to Evaluate Foreground Maps", arXiv 1708.00786
    .. [2] arXiv 2505.04620v1, Table 17 row 49

    Examples
    --------
    >>> round(structure_measure([[0.9, 0.1], [0.8, 0.0]], [[1, 0], [1, 0]]).value, 4)
    0.9793
    >>> structure_measure([[0.25, 0.25]], [[0, 0]]).value  # nothing is there to be found
    0.75
    """
    one_of("form", form, ("published", "released"))
    if not 0 <= alpha <= 1:
        raise ImpossibleValue(f"alpha is a weight from 0 to 1, not {alpha!r}")
    said, wanted = _pair(pred, ref, stretch)
    if form == "published":
        return Mean(structure(said, wanted, alpha), 1)
    value = structure_released(said, wanted, alpha)
    if math.isnan(value):
        raise UndefinedScore(
            "the released structure measure is NaN for this mask: its foreground is centred in the first row or "
            'column, which leaves a region without a pixel. form="published" has a value here'
        )
    return Mean(value, 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Achanta et al. (2009), doi:10.1109/CVPR.2009.5206596",
    variants={
        "mean": Variant({"threshold": "mean"}, note="mean over the 256 thresholds"),
        "adaptive": Variant({"threshold": "adaptive"}, note="one threshold for each map, twice its mean"),
    },
    absent=opposite_map,
    item="context",
    each="frame",
)
def saliency_f_measure(
    pred: Any, ref: Any, *, threshold: Threshold = "max", beta2: float = 0.3, stretch: bool = True
) -> GreatestOfCurve | MeanOfCurve | Mean:
    r"""F-measure of a foreground map that is cut at a threshold.

    .. math:: \frac{(1 + \beta^2) P R}{\beta^2 P + R}

    Parameters
    ----------
    pred, ref, stretch
        As for `structure_measure`.
    threshold : {"max", "mean", "adaptive"}, default "max"
        The best of 256 thresholds for the whole set, their mean, or twice the mean of each map (at most 1).
    beta2 : float, default 0.3
        The square of beta, the weight of recall against precision.

    Returns
    -------
    GreatestOfCurve, MeanOfCurve or Mean
        A fraction in [0, 1]; higher is better. Curves are averaged over images before the greatest is taken.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `structure_measure`.

    Notes
    -----
    A cut without a right pixel scores 0, also where the mask is empty. The mean over thresholds of a perfect map is
    less than 1: at threshold 0 everything is foreground. To match PySODMetrics, set nothing.

    References
    ----------
    .. [1] Achanta et al. (2009), "Frequency-tuned salient region detection", doi:10.1109/CVPR.2009.5206596

    Examples
    --------
    >>> saliency_f_measure([[1.0, 0.4], [0.6, 0.0]], [[1, 0], [1, 0]]).value  # cut between 0.4 and 0.6
    1.0
    """
    one_of("threshold", threshold, THRESHOLDS)
    if not 0 < beta2 < math.inf:
        raise ImpossibleValue(f"beta2 is a positive weight, not {beta2!r}")
    said, wanted = _pair(pred, ref, stretch)
    inside = int(np.count_nonzero(wanted))
    if threshold == "adaptive":
        front, back = above(said, wanted, min(2 * float(said.mean()), 1.0))
        return Mean(float(f_scores(front, back, inside, beta2)), 1)
    return _curve(threshold, f_scores(*cut_counts(said, wanted), inside, beta2))


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Fan et al. (2018), arXiv 1805.10421",
    variants={
        "mean": Variant({"threshold": "mean"}, note="mean over the 256 thresholds"),
        "adaptive": Variant({"threshold": "adaptive"}, note="one threshold for each map, twice its mean"),
    },
    absent=opposite_map,
    item="context",
    each="frame",
    aliases=("e_measure",),
)
def enhanced_alignment(
    pred: Any, ref: Any, *, threshold: Threshold = "max", stretch: bool = True
) -> GreatestOfCurve | MeanOfCurve | Mean:
    r"""Enhanced-alignment measure: how alike a cut map and its mask are, about their means.

    .. math:: \frac1n \sum_i \frac14 \left( 1 + \frac{2 a_i b_i}{a_i^2 + b_i^2} \right)^2

    Parameters
    ----------
    pred, ref, stretch
        As for `structure_measure`.
    threshold : {"max", "mean", "adaptive"}, default "max"
        As for `saliency_f_measure`.

    Returns
    -------
    GreatestOfCurve, MeanOfCurve or Mean
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `structure_measure`.

    Notes
    -----
    a and b are the cut map and the mask, each minus its mean. An empty mask scores the share of pixels that are not
    chosen, a full one the share of those that are.

    To match PySODMetrics, multiply each image with n / (n - 1) for its n pixels: the published code divides by one
    pixel fewer, so that its best is above 1. It also adds 2e-16 to a denominator.

    References
    ----------
    .. [1] Fan et al. (2018), "Enhanced-alignment Measure for Binary Foreground Map Evaluation", arXiv 1805.10421

    Examples
    --------
    >>> enhanced_alignment([[1.0, 0.4], [0.6, 0.0]], [[1, 0], [1, 0]]).value
    1.0
    """
    one_of("threshold", threshold, THRESHOLDS)
    said, wanted = _pair(pred, ref, stretch)
    inside, total = int(np.count_nonzero(wanted)), wanted.size
    if threshold == "adaptive":
        front, back = above(said, wanted, min(2 * float(said.mean()), 1.0))
        return Mean(float(alignment_curve(front, back, inside, total)), 1)
    return _curve(threshold, alignment_curve(*cut_counts(said, wanted), inside, total))


def _curve(threshold: Threshold, scores: Floats) -> GreatestOfCurve | MeanOfCurve:
    return GreatestOfCurve(scores, 1) if threshold == "max" else MeanOfCurve(scores, 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Margolin et al. (2014), doi:10.1109/CVPR.2014.39",
    absent=opposite_map,
    each="frame",
)
def weighted_f_measure(pred: Any, ref: Any, *, beta2: float = 1.0, stretch: bool = True) -> Mean:
    r"""Weighted F-measure: errors of a foreground map weigh by where they are.

    Parameters
    ----------
    pred, ref, stretch
        As for `structure_measure`.
    beta2 : float, default 1
        The weight of recall against precision, squared.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Images count equally.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `structure_measure`.

    Notes
    -----
    An error in the foreground is replaced by that of its neighbourhood where this is smaller; an error in the
    background weighs 2 far from the foreground and 1 beside it. An empty mask scores 0 in the published code, and here
    1 minus the mean of the map. To match PySODMetrics elsewhere, set nothing.

    References
    ----------
    .. [1] Margolin et al. (2014), "How to Evaluate Foreground Maps?", doi:10.1109/CVPR.2014.39

    Examples
    --------
    >>> round(weighted_f_measure([[1.0, 0.0], [1.0, 0.0]], [[1, 0], [1, 0]]).value, 9)
    1.0
    """
    if not 0 < beta2 < math.inf:
        raise ImpossibleValue(f"beta2 is a positive weight, not {beta2!r}")
    said, wanted = _pair(pred, ref, stretch)
    if not wanted.any():
        return Mean(1.0 - float(said.mean()), 1)
    return Mean(weighted_f(said, wanted, beta2), 1)

"""Heat maps: a score for each pixel.

Objects: a prediction is the anomaly score of each pixel of one image; a reference is its binary defect mask. Scores are
fractions in [0, 1]; higher is better.

The ROC curve of pixels is `roc_auc`, which takes maps as it takes single decisions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.curves import (
    BinnedPrecision,
    RankedPrecision,
    binned,
    many_scored_truths,
    no_scores,
    scored_truths,
)
from generallevel.registry import Variant, metric
from generallevel.scales import Linear

__all__ = ["pixel_ap"]


def _precision(scores: NDArray[Any], truths: NDArray[np.bool_], bins: int | None) -> RankedPrecision | BinnedPrecision:
    if bins is None:
        return RankedPrecision(scores, truths, int(np.count_nonzero(truths)))
    return BinnedPrecision(*binned(scores, truths, bins))


def _precision_of_many(preds: Any, refs: Any, *, bins: int | None) -> RankedPrecision | BinnedPrecision:
    """`pixel_ap` of many maps at once."""
    return _precision(*many_scored_truths(preds, refs, bins), bins)


@metric(
    labels={("Image-Comprehension", "AP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source=(
        "arXiv 2505.04620v1, Table 17 row 4; Zhang et al. (2023), arXiv 2211.11317, Table 2 (whose figures the "
        "references are)"
    ),
    caution=(
        "The reference figures include the images without defect; a score on the defective images alone is on "
        "another footing."
    ),
    batch=_precision_of_many,
    variants={
        "streamed": Variant({"bins": 1024}, note="scores in [0, 1], counted in 1024 bins: memory does not grow"),
    },
    absent=no_scores,
    item="context",
    each="image",
    aliases=("average_precision",),
)
def pixel_ap(pred: Any, ref: Any, *, bins: int | None = None) -> RankedPrecision | BinnedPrecision:
    r"""Average precision of the anomaly scores of all pixels of a set.

    .. math:: \sum_t (R_t - R_{t-1}) P_t

    over the thresholds t at the scores that occur, with recall R and precision P.

    Parameters
    ----------
    pred : array_like of float, shape (H, W)
        The score of each pixel, higher for a surer defect, on one scale for the whole set. Single decisions will do
        too: a number and its truth.
    ref : array_like of 0 and 1 or of bool, of the same shape, or mapping
        The defect mask; also COCO run lengths or polygons, as for `mean_iou`.
    bins : int, optional
        Count scores in so many bins of equal width over [0, 1] instead of keeping them: memory then does not grow with
        the set, and scores in one bin are ties.

    Returns
    -------
    RankedPrecision or BinnedPrecision
        A fraction in [0, 1]; higher is better. The pixels of all images are ranked together, those of images without
        a defect among them.

    Raises
    ------
    NotFinite
        If a score is NaN or infinite.
    ImpossibleValue
        If scores that are to be binned lie outside [0, 1].
    ShapeMismatch
        If the shapes differ. Nothing is resized.
    InvalidInput
        If the mask holds something other than 0 and 1, or ``bins`` is no number of bins.
    UndefinedScore
        When the value is read, if no pixel of the set is defective.

    Notes
    -----
    Equal scores are one threshold, so that a constant map scores the share of defective pixels. A missing map ranks
    defects last. Without bins every score is kept: 5 bytes a pixel in single precision.

    To match scikit-learn's ``average_precision_score`` on the pixels together, set nothing. Interpolated forms, as for
    boxes, are other numbers.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 4
    .. [2] Zhang et al. (2023), "DeSTSeg", arXiv 2211.11317

    Examples
    --------
    >>> round(pixel_ap([[0.9, 0.5], [0.4, 0.1]], [[1, 0], [1, 0]]).value, 4)  # (1 / 1 + 2 / 3) / 2
    0.8333
    """
    return _precision(*scored_truths(pred, ref, bins), bins)

"""Labels: yes-or-no questions with a score for each decision.

Objects: a prediction is the score of a decision, or of many; a reference says which are positives. Scores are fractions
in [0, 1]; higher is better.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.curves import BinnedRoc, RankedRoc, binned, many_scored_truths, no_scores, scored_truths
from generallevel.registry import Variant, metric
from generallevel.scales import Linear

__all__ = ["roc_auc"]


def _roc(scores: NDArray[Any], truths: NDArray[np.bool_], bins: int | None) -> RankedRoc | BinnedRoc:
    if bins is None:
        return RankedRoc(scores, truths, int(np.count_nonzero(truths)))
    return BinnedRoc(*binned(scores, truths, bins))


def _roc_of_many(preds: Any, refs: Any, *, bins: int | None) -> RankedRoc | BinnedRoc:
    """`roc_auc` of many items in one expression."""
    return _roc(*many_scored_truths(preds, refs, bins), bins)


@metric(
    labels={("Image-Generation", "AUC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 8; Fawcett (2006), doi:10.1016/j.patrec.2005.10.010",
    caution="The tables do not say whether pixels or whole images were ranked.",
    batch=_roc_of_many,
    variants={
        "streamed": Variant({"bins": 1024}, note="scores in [0, 1], counted in 1024 bins: memory does not grow"),
    },
    absent=no_scores,
    item="context",
    each="decision",
    aliases=("auroc",),
)
def roc_auc(pred: Any, ref: Any, *, bins: int | None = None) -> RankedRoc | BinnedRoc:
    """Chance that a positive is scored above a negative: the area under the receiver operating characteristic.

    Parameters
    ----------
    pred : float, or array_like of float
        The score of one decision, higher for a surer positive; or the scores of many, such as of every pixel of a map,
        shape (H, W).
    ref : bool, 0 or 1, or array_like of them, of the same shape
        Whether each is a positive.
    bins : int, optional
        Count scores in so many bins of equal width over [0, 1] instead of keeping them: memory then does not grow with
        the set, and scores in one bin are ties.

    Returns
    -------
    RankedRoc or BinnedRoc
        A fraction in [0, 1]; higher is better. All decisions of the set are ranked together.

    Raises
    ------
    NotFinite
        If a score is NaN or infinite.
    ImpossibleValue
        If scores that are to be binned lie outside [0, 1].
    ShapeMismatch
        If the shapes differ.
    InvalidInput
        If a truth is neither 0 nor 1, or ``bins`` is no number of bins.
    UndefinedScore
        When the value is read, if all decisions are positive or all are negative.

    Notes
    -----
    A positive and a negative of one score count one half. A missing prediction ranks its positives last and its
    negatives first. With bins the value is off by at most half the chance that a positive and a negative share one.

    To match scikit-learn's ``roc_auc_score``, set nothing.

    References
    ----------
    .. [1] Fawcett (2006), "An introduction to ROC analysis", doi:10.1016/j.patrec.2005.10.010
    .. [2] arXiv 2505.04620v1, Table 17 row 8

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("roc_auc", [0.9, 0.5, 0.5, 0.1], [True, True, False, False]).value  # (2 + 1 1/2) / (2 * 2)
    0.875
    >>> roc_auc([[0.9, 0.2], [0.4, 0.1]], [[1, 0], [0, 0]]).value  # the pixels of a map
    1.0
    """
    return _roc(*scored_truths(pred, ref, bins), bins)

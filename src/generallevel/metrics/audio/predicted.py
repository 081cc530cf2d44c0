"""Predicted ratings: what a network says that listeners would say.

Objects: a prediction is a recording, or the rating that a network gave it. Scores are on the scale of 1 to 5; higher is
better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generallevel._kernels.ratings import ratings
from generallevel.extractors.protocol import Source, features_of_items
from generallevel.metrics.audio.ratings import BEST, WORST, worst_rating
from generallevel.registry import metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["predicted_mos"]

LOWEST = 0.0  # ours: networks end a little outside the scale, and another scale is far outside


def _of_many(preds: Sequence[Any], *, extractor: Source) -> Mean:
    """The ratings of many recordings, through one call of the extractor."""
    given = [ratings(one, LOWEST, BEST, "predicted rating") for one in features_of_items(preds, extractor, "pred")]
    return Mean.sum([Mean(float(one.mean()), 1) for one in given])


@metric(
    unit="1-5",
    better="higher",
    bounds=(LOWEST, BEST),
    scale=Linear(WORST, BEST),
    source="Reddy, Gopal & Cutler (2022), arXiv 2110.01763; ITU-T Rec. P.835 (2003)",
    batch=_of_many,
    absent=worst_rating,
    pairing="alone",
    each="recording",
    aliases=("dnsmos",),
    caution="An estimate for the kind of speech and noise that the network has learned; no listener is behind it.",
)
def predicted_mos(pred: Any, *, extractor: Source = None) -> Mean:
    """Mean opinion score that a network predicts for a recording.

    Parameters
    ----------
    pred : number, or sequence of numbers, shape (k,)
        The predicted rating of one recording, or those of its k windows, which count as their mean. With an extractor:
        the `Recording`.
    extractor : Extractor or str, optional
        What rates recordings, such as `extractors.DnsMos`; or the name of what rated them, for the signature.

    Returns
    -------
    Mean
        Points on the scale of 1 to 5, in [0, 5]; higher is better. Recordings count alike.

    Raises
    ------
    ImpossibleValue
        If a rating lies outside 0 to 5.
    NotFinite
        If a rating is NaN.
    InvalidInput
        If there is none, it is no number, or the extractor is none.

    Notes
    -----
    Kept apart from `mos`, which people give. A missing recording is rated 1.

    References
    ----------
    .. [1] Reddy, Gopal & Cutler (2022), "DNSMOS P.835", arXiv 2110.01763
    .. [2] ITU-T Rec. P.835 (2003), "Subjective test methodology for evaluating speech communication systems that
       include noise suppression algorithm"

    Examples
    --------
    >>> (predicted_mos(3.5) + predicted_mos([2.0, 3.0])).value  # (3.5 + 2.5) / 2
    3.0
    """
    return _of_many([pred], extractor=extractor)

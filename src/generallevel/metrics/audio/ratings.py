"""Ratings: what listeners say. The ratings come in; nothing here makes one.

Objects: a prediction is the rating of one recording, or the ratings of several raters. Opinion scores are in [1, 5];
higher is better.
"""

from __future__ import annotations

from typing import Any

from generallevel._kernels.ratings import Opinions, opinions
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = ["mos", "worst_rating"]

WORST, BEST = 1.0, 5.0  # the scale of ITU-T Rec. P.800


def worst_rating(_ref: object) -> float:
    """The lowest rating: what a recording counts as that does not exist.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    float
    """
    return WORST


@metric(
    labels={("Audio-Generation", "MOS"): "1-5"},
    unit="1-5",
    better="higher",
    bounds=(WORST, BEST),
    scale=Linear(WORST, BEST),
    source="arXiv 2505.04620v1, Table 17 row 57 and A.1; ITU-T Rec. P.800 (1996)",
    absent=worst_rating,
    pairing="alone",
    each="recording",
    judged=True,
    aliases=("mean_opinion_score",),
)
def mos(pred: Any) -> Opinions:
    """Mean opinion score: the mean of listeners' ratings from 1 (bad) to 5 (excellent).

    Parameters
    ----------
    pred : number, sequence of numbers, shape (n,), or mapping of rater id to number
        The rating of one recording, or those of its n raters, each from 1 to 5.

    Returns
    -------
    Opinions
        Points in [1, 5]; higher is better. Each rating counts once, so that a recording heard by more raters weighs
        more; for equal weights pass the mean of each recording. ``score(...).tally.interval()`` is its confidence
        interval, over recordings or over named raters, and ``rater_means`` holds what each named rater gave.

    Raises
    ------
    ImpossibleValue
        If a rating lies outside 1 to 5.
    NotFinite
        If a rating is NaN.
    InvalidInput
        If there is none, or it is no number.

    Notes
    -----
    The ratings come in: nothing here listens. A recording that the system failed to make (None) is rated 1; one that
    merely was not rated is left out by the caller.

    References
    ----------
    .. [1] ITU-T Rec. P.800 (1996), "Methods for subjective determination of transmission quality"
    .. [2] arXiv 2505.04620v1, Table 17 row 57 and A.1

    Examples
    --------
    >>> (mos([4, 5]) + mos(3)).value  # (4 + 5 + 3) / 3
    4.0

    With the raters' names, an interval that draws raters and not recordings:

    >>> from generallevel import score
    >>> result = score("mos", [{"ann": 4, "bob": 5}, {"ann": 3, "bob": 4}, {"ann": 4, "bob": 4}])
    >>> result.value, [round(end, 2) for end in result.tally.interval(over="raters")]
    (4.0, [-0.24, 8.24])
    """
    return opinions(pred, WORST, BEST, "rating")

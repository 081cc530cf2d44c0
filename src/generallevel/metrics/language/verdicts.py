"""Verdicts: what a judge model says about an answer. The verdicts come in; nothing here asks a judge.

Objects: a prediction is one verdict, or the verdicts of several judges on one answer. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from typing import Any

from generallevel._kernels.ratings import Opinions, opinions
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = ["gpt_score", "rejected"]


def rejected(_ref: object) -> float:
    """The verdict against an answer: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    float
    """
    return 0.0


@metric(
    labels={("Audio-Comprehension", "GPT-Score"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 58",
    absent=rejected,
    pairing="alone",
    each="answer",
    judged=True,
    caution="Verdicts of different judge models, or of one model under another prompt, do not compare.",
)
def gpt_score(pred: Any) -> Opinions:
    """Share of answers that the judge accepts.

    Parameters
    ----------
    pred : bool, number, sequence of them, shape (n,), or mapping of judge to one of them
        The verdict on one answer, or those of n judges: accepted (True, 1) or not (False, 0), or a grade in between.

    Returns
    -------
    Opinions
        A fraction in [0, 1]; higher is better. Each answer counts once, with the mean of its verdicts.
        ``score(...).tally.interval()`` is its confidence interval, over answers or over named judges.

    Raises
    ------
    ImpossibleValue
        If a verdict lies outside 0 to 1, such as a grade on 0 to 10.
    NotFinite
        If a verdict is NaN.
    InvalidInput
        If there is none, or it is no number.

    Notes
    -----
    The verdicts come in: nothing here asks a judge. Say with the score which model judged, and under which prompt.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 58

    Examples
    --------
    >>> (gpt_score(True) + gpt_score([1, 0])).value  # (1 + 1/2) / 2
    0.75
    """
    return opinions(pred, 0, 1, "verdict", equal=True)

"""Preferences: which of two clips people like better. The judgements come in; nothing here makes one.

Objects: a prediction is the outcome of one comparison, or the outcomes of several. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from generallevel._kernels.ratings import Opinions, opinions
from generallevel.errors import InvalidInput, did_you_mean
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = ["lost", "user_preference_rate"]

OUTCOMES = {"won": 1.0, "tied": 0.5, "lost": 0.0}  # ours: a tie is half a win, so that two systems always share 1


def lost(_ref: object) -> str:
    """The outcome for a clip that does not exist.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    str
    """
    return "lost"


@metric(
    labels={("Video-Generation", "User preference rates"): "percent", ("Video-Generation", "UPR"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 56",
    absent=lost,
    pairing="alone",
    each="comparison",
    judged=True,
    caution="The rate says how a system stands against the ones it was shown with, and nothing about any other.",
)
def user_preference_rate(pred: Any) -> Opinions:
    """Share of comparisons in which people prefer the system; a tie counts half.

    Parameters
    ----------
    pred : {"won", "tied", "lost"}, number, sequence of them, shape (n,), or mapping of person to one of them
        The outcome of one comparison, or those of n people who saw the same pair. As a number: 1, 0.5 or 0.

    Returns
    -------
    Opinions
        A fraction in [0, 1]; higher is better. Each judgement counts once. ``score(...).tally.interval()`` is its
        confidence interval, over comparisons or over named people.

    Raises
    ------
    InvalidInput
        If an outcome is none of the three, or there is none.

    Notes
    -----
    The judgements come in: nothing here prefers anything. To leave ties out, leave them out of the input.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 56

    Examples
    --------
    >>> (user_preference_rate(["won", "won", "lost"]) + user_preference_rate("tied")).value  # (2 + 1/2) / 4
    0.625
    """
    named = isinstance(pred, Mapping)
    given = list(pred.values()) if named else pred.tolist() if isinstance(pred, np.ndarray) else pred
    points = [_points(one) for one in (given if isinstance(given, list | tuple) else [given])]
    tally = opinions(dict(zip(pred, points, strict=True)) if named else points, 0, 1, "outcome")
    odd = [point for point in points if point not in OUTCOMES.values()]
    if odd:
        raise InvalidInput(f"an outcome is 1 (won), 0.5 (tied) or 0 (lost), not {odd[0]:g}")
    return tally


def _points(outcome: Any) -> Any:
    """The points of an outcome in words; a number stays as it is."""
    if not isinstance(outcome, str):
        return outcome
    if outcome not in OUTCOMES:
        raise InvalidInput(
            f"an outcome is {', '.join(map(repr, OUTCOMES))}, not {outcome!r}.{did_you_mean(outcome, OUTCOMES)}"
        )
    return OUTCOMES[outcome]

"""Resampling: the distribution of a score under other draws of its items.

`bootstrap` draws as many units as there are, with replacement, and reads the score of each draw as a matrix product. A
draw is a row of weights, so that the scores of two systems can be read from the same draws.

Sources: Efron (1979), "Bootstrap methods: another look at the jackknife"; Efron (1987), "Better bootstrap confidence
intervals", JASA 82, for the corrections; Efron and Tibshirani (1993), "An introduction to the bootstrap", chapter 14.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.uncertainty.sampling import Sample
from generallevel.errors import UndefinedScore

__all__ = ["BLOCK", "MOST_UNDEFINED", "bca", "bootstrap", "jackknife_error", "percentile", "settled", "weights"]

Floats = NDArray[np.float64]

BLOCK = 1 << 16  # ours: weights at a time, half a megabyte, which stays in the cache
MOST_UNDEFINED = 0.05  # ours: the share of draws without a score beyond which the rest speaks for nothing


def weights(units: int, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """How often each unit is in each resample, a block of rows at a time.

    Parameters
    ----------
    units, resamples, seed : int
        How many of each; the seed of a generator of our own.

    Yields
    ------
    ndarray of int, shape (rows, units)
        Each row adds up to ``units``.
    """
    generator = np.random.default_rng(seed)
    narrow = np.uint16 if units <= 1 << 16 else np.int64  # twice as fast to draw
    rows = max(1, min(resamples, BLOCK // units))
    shift = (np.arange(rows) * units)[:, None]
    for start in range(0, resamples, rows):
        here = min(rows, resamples - start)
        drawn = generator.integers(0, units, size=(here, units), dtype=narrow) + shift[:here]
        yield np.bincount(drawn.ravel(), minlength=here * units).reshape(here, units)


def bootstrap(sample: Sample, resamples: int, seed: int) -> Floats:
    """The scores of resamples.

    Parameters
    ----------
    sample : Sample
        The units.
    resamples, seed : int
        How many draws, and the seed that decides them.

    Returns
    -------
    ndarray of float, shape (resamples,)
        NaN where a draw has no score.
    """
    return np.concatenate([sample.scores(block) for block in weights(len(sample), resamples, seed)])


def settled(scores: Floats) -> tuple[Floats, int]:
    """The draws that have a score, and how many have none.

    Raises
    ------
    UndefinedScore
        If more than `MOST_UNDEFINED` of them have none.
    """
    defined = scores[np.isfinite(scores)]
    lost = len(scores) - len(defined)
    if lost > MOST_UNDEFINED * len(scores):
        raise UndefinedScore(
            f"{lost} of {len(scores)} resamples have no score, more than {MOST_UNDEFINED:.0%}: too few items carry "
            "what the score is read from"
        )
    return defined, lost


def percentile(draws: Floats, level: float) -> tuple[float, float]:
    """The middle ``level`` of the draws."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bca(draws: Floats, value: float, left_out: Floats, level: float) -> tuple[float, float]:
    """The percentile interval, corrected for bias and for an error that changes with the score (BCa).

    Parameters
    ----------
    draws : ndarray of float
        Scores of resamples.
    value : float
        The score itself.
    left_out : ndarray of float, shape (units,)
        The score without each unit in turn; what is not finite is passed over.
    level : float
        Coverage that is aimed at.

    Returns
    -------
    low, high : float
        The plain percentiles where the corrections have no value, as for items that are all equal.
    """
    normal = NormalDist()
    below = float((draws < value).mean() + (draws == value).mean() / 2)
    away = left_out[np.isfinite(left_out)]
    away = away.mean() - away if len(away) else away
    spread = float((away**2).sum())
    if not 0 < below < 1 or spread == 0:
        return percentile(draws, level)
    bias, bend = normal.inv_cdf(below), float((away**3).sum()) / (6 * spread**1.5)
    shares = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        moved = bias + normal.inv_cdf(tail)
        shares.append(normal.cdf(bias + moved / max(1 - bend * moved, np.finfo(float).tiny)))
    low, high = np.quantile(draws, shares)
    return float(low), float(high)


def jackknife_error(left_out: Floats) -> float:
    """The standard error by the jackknife; for a mean it is ``s / sqrt(n)`` to the last digit but rounding.

    Parameters
    ----------
    left_out : ndarray of float, shape (units,)
        The score without each unit in turn.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    UndefinedScore
        If the score has no value without some unit.

    References
    ----------
    .. [1] Tukey (1958), "Bias and confidence in not-quite large samples", Annals of Mathematical Statistics 29.

    Examples
    --------
    >>> round(jackknife_error(np.array([2.5, 2.0, 1.5])), 4)  # of 1, 2 and 3: 1 / sqrt(3)
    0.5774
    """
    if not np.isfinite(left_out).all():
        raise UndefinedScore("without one of its units the score has no value: its error needs more of them")
    n = len(left_out)
    return float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))

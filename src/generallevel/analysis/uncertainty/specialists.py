"""The best of several specialists: how far a noisy maximum lies above the truth.

A reference that was picked as the best of k specialists is too good by luck. If all k are equally good in truth, and
their errors independent, its error is the greatest of k normal errors: mean `expected_maximum` and spread
`spread_of_maximum` in standard errors of one. That is the worst case, as specialists that differ, or are measured on
the same items, leave luck less to choose from.

Sources: Blom (1958), "Statistical estimates and transformed beta-variables", for the maximum; Andrews, Kitagawa,
McCloskey (2024), "Inference on winners", QJE 139, for why the best is to be corrected.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.analysis.distributions.quantiles import check_whole, normal_cdf

__all__ = ["chance_against_best", "expected_maximum", "inflation", "spread_of_maximum"]

Floats = NDArray[np.float64]

REACH, STEPS = 12.0, 480  # ours: standard deviations and steps of a sum that is exact to 1e-12 for smooth densities


@lru_cache(maxsize=32)
def _maximum(k: int) -> tuple[Floats, Floats]:
    """Places, and the probability of the greatest of k standard normals about each."""
    places = np.linspace(-REACH, REACH, STEPS + 1)
    density = np.exp(-(places**2) / 2) / np.sqrt(2 * np.pi)
    return places, k * density * normal_cdf(places) ** (k - 1) * (2 * REACH / STEPS)


def expected_maximum(k: int) -> float:
    """The mean of the greatest of k independent standard normals.

    Parameters
    ----------
    k : int
        How many, at least 1.

    Returns
    -------
    float
        In [0, inf): 0 for one, ``1 / sqrt(pi)`` for two.

    Examples
    --------
    >>> [round(expected_maximum(k), 4) for k in (1, 2, 5, 10)]
    [0.0, 0.5642, 1.163, 1.5388]
    """
    places, mass = _maximum(check_whole("k", k))
    return abs(float(places @ mass)) if k == 1 else float(places @ mass)


def spread_of_maximum(k: int) -> float:
    """The standard deviation of the greatest of k independent standard normals.

    >>> round(spread_of_maximum(2), 4)  # sqrt(1 - 1 / pi)
    0.8256
    """
    places, mass = _maximum(check_whole("k", k))
    return float(np.sqrt(places**2 @ mass - (places @ mass) ** 2))


def inflation(standard_error: ArrayLike, k: int) -> Floats:
    """By how much the best of k equal specialists lies above their true score, on average.

    Parameters
    ----------
    standard_error : array_like of float
        Of one specialist's score.
    k : int
        How many there were to choose from.

    Returns
    -------
    ndarray of float
        In the unit of the standard error; in [0, inf).

    Examples
    --------
    At 465 items and 70 percent:

    >>> error = 100 * np.sqrt(0.7 * 0.3 / 465)
    >>> [round(float(inflation(error, k)), 1) for k in (2, 5, 10)]
    [1.2, 2.5, 3.3]
    """
    return np.asarray(standard_error, dtype=np.float64) * expected_maximum(k)


def chance_against_best(own_error: ArrayLike, error: ArrayLike, k: int) -> Floats:
    """How often a model wins that is as good, in truth, as each of k equal specialists.

    Parameters
    ----------
    own_error, error : array_like of float
        Standard errors of the model's score and of one specialist's; above 0.
    k : int
        How many specialists the best was picked from.

    Returns
    -------
    ndarray of float
        In [0, 1]: ``1 / (k + 1)`` where both errors are equal.

    Examples
    --------
    >>> [round(float(chance_against_best(1.0, 1.0, k)), 2) for k in (1, 2, 5, 10)]
    [0.5, 0.33, 0.17, 0.09]
    """
    places, mass = _maximum(check_whole("k", k))
    ratio = np.asarray(error, dtype=np.float64) / np.asarray(own_error, dtype=np.float64)
    return np.asarray(normal_cdf(-ratio[..., None] * places) @ mass)

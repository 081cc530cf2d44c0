"""Power: how large a difference must be to show, and how many items it takes.

The formulas are those of a normal test; the errors of two systems on the same items may be correlated, and then a
paired test needs less.

Source: Fleiss, Levin, Paik (2003), "Statistical methods for rates and proportions", chapter 4; Miller (2024),
"Adding error bars to evals", arXiv 2411.00640, for paired evaluations of models.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.analysis.distributions.quantiles import check_share, check_whole, normal_quantile
from generallevel.errors import InvalidInput

__all__ = ["detectable_difference", "items_for_share", "reach_for_power", "winning_margin"]

Floats = NDArray[np.float64]


def _difference_error(share: float, n: int, correlation: float) -> float:
    check_share("share", share)
    check_whole("n", n)
    if not -1 <= correlation < 1:
        raise InvalidInput(f"correlation = {correlation!r}: wanted a number in [-1, 1)")
    return math.sqrt(2 * (1 - correlation) * share * (1 - share) / n)


def winning_margin(share: float, n: int, level: float = 0.95, correlation: float = 0.0) -> float:
    """The lead over a specialist measured on as many items from which on a one-sided test sees a win.

    Parameters
    ----------
    share : float
        About how often either is right, in (0, 1).
    n : int
        Items of each.
    level : float, default 0.95
        One minus the one-sided error.
    correlation : float, default 0
        Of the two results on one item; 0 where the items are others.

    Returns
    -------
    float
        A difference of shares, in (0, 1).

    Examples
    --------
    At 465 items and 60 percent, in points; unpaired, and paired with a correlation of 0.5 and 0.8:

    >>> [round(100 * winning_margin(0.6, 465, correlation=rho), 1) for rho in (0, 0.5, 0.8)]
    [5.3, 3.7, 2.4]
    """
    return normal_quantile(check_share("level", level)) * _difference_error(share, n, correlation)


def detectable_difference(
    share: float, n: int, level: float = 0.95, power: float = 0.8, correlation: float = 0.0
) -> float:
    """The true lead that a one-sided test sees with a given power.

    Parameters
    ----------
    share, n, level, correlation
        As for `winning_margin`.
    power : float, default 0.8
        How often a lead of this size is to be seen.

    Returns
    -------
    float
        A difference of shares, in (0, 1).

    Examples
    --------
    >>> round(100 * detectable_difference(0.6, 465), 1)
    8.0
    """
    quantiles = normal_quantile(check_share("level", level)) + normal_quantile(check_share("power", power))
    return quantiles * _difference_error(share, n, correlation)


def reach_for_power(level: float, power: float) -> float:
    """How many standard errors a margin must have, so that a two-sided test decides it with the power asked for.

    >>> round(reach_for_power(0.95, 0.8), 3)
    2.802
    """
    return normal_quantile((1 + level) / 2) + normal_quantile(power)


def items_for_share(share: ArrayLike, reference: ArrayLike, level: float = 0.95, power: float = 0.8) -> Floats:
    """Items after which the Wilson interval of a share leaves out a reference that is taken as exact.

    Parameters
    ----------
    share : array_like of float
        The true share, in [0, 1].
    reference : array_like of float
        In [0, 1].
    level : float, default 0.95
        Of the two-sided interval.
    power : float, default 0.8
        How often it is to leave the reference out.

    Returns
    -------
    ndarray of float
        At least 1; infinite where the two are equal.

    Notes
    -----
    ``n = ((z_level sqrt(r (1 - r)) + z_power sqrt(p (1 - p))) / (p - r))^2``, as the interval turns the score test
    round, whose error is that of the reference.

    Examples
    --------
    >>> float(items_for_share(0.75, 0.70))
    638.0
    """
    p, r = np.asarray(share, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    reach = normal_quantile((1 + level) / 2) * np.sqrt(r * (1 - r)) + normal_quantile(power) * np.sqrt(p * (1 - p))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        needed = np.ceil((reach / (p - r)) ** 2)
    return np.where(p == r, np.inf, np.maximum(needed, 1.0))

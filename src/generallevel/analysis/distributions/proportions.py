"""Intervals of a mean of items that lie between 0 and 1, from the mean and the number of items alone.

All take arrays and broadcast. Whatever the items are, their variance is at most ``p (1 - p)``, that of items that are
0 or 1 [1]_; so what holds for shares of right answers errs on the safe side for every other bounded score.

================  ==============================================================================================
`wilson`          a score test turned round; as exact as counts allow, and safe where items lie between 0 and 1
`clopper_pearson` from the binomial tails; never covers less than promised for counts, and is wider for it
`guaranteed`      from the exponential bound of Chernoff and Hoeffding; holds for every bounded score and every n
================  ==============================================================================================

References
----------
.. [1] Bhatia and Davis (2000), "A better bound on the variance", American Mathematical Monthly 107.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.analysis.distributions.quantiles import two_sided

__all__ = ["clopper_pearson", "guaranteed", "wilson"]

Floats = NDArray[np.float64]

HALVINGS = 60  # ours: of an interval of length 1, to below the precision of floats


def wilson(share: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """The Wilson score interval of a share.

    Parameters
    ----------
    share : array_like of float
        The observed share or mean, in [0, 1]; NaN stays NaN.
    n : array_like of float
        How many items it is made of, above 0.
    level : float, default 0.95
        How often such intervals hold the true share.

    Returns
    -------
    low, high : ndarray of float
        In [0, 1].

    References
    ----------
    .. [1] Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.
    .. [2] Brown, Cai, DasGupta (2001), "Interval estimation for a binomial proportion", Statistical Science 16.

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson(0.7, 465)]
    [0.6568, 0.7399]
    """
    p, count = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z = two_sided(level)
    stretch = 1 + z * z / count
    centre = (p + z * z / (2 * count)) / stretch
    half = z * np.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / stretch
    # At 0 and at 1 the two terms are equal, and rounding must not leave a remainder.
    return np.where(p <= 0, 0.0, np.maximum(centre - half, 0)), np.where(p >= 1, 1.0, np.minimum(centre + half, 1))


def clopper_pearson(share: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """The exact interval of a share of counts: the shares that neither binomial tail excludes.

    Parameters
    ----------
    share, n, level
        As for `wilson`; ``share * n`` is a whole number of hits.

    Returns
    -------
    low, high : ndarray of float
        In [0, 1].

    References
    ----------
    .. [1] Clopper and Pearson (1934), "The use of confidence or fiducial limits", Biometrika 26.

    Examples
    --------
    >>> [round(float(end), 4) for end in clopper_pearson(0.0, 10)]
    [0.0, 0.3085]
    """
    from scipy.special import betaincinv

    count = np.asarray(n, dtype=np.float64)
    hits = np.clip(np.asarray(share, dtype=np.float64), 0, 1) * count
    tail = (1 - level) / 2
    some, not_all = np.where(hits > 0, hits, 1.0), np.where(hits < count, hits, 0.0)
    low = np.where(hits > 0, betaincinv(some, count - some + 1, tail), 0.0)
    high = np.where(hits < count, betaincinv(not_all + 1, count - not_all, 1 - tail), 1.0)
    unknown = np.isnan(hits)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def guaranteed(share: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """An interval that covers at least ``level`` for independent items of any distribution on [0, 1], at every n.

    Parameters
    ----------
    share, n, level
        As for `wilson`.

    Returns
    -------
    low, high : ndarray of float
        In [0, 1]. The means m with ``n KL(share, m) <= log(2 / (1 - level))``, where KL is the divergence of two coins.

    References
    ----------
    .. [1] Hoeffding (1963), "Probability inequalities for sums of bounded random variables", JASA 58, theorem 1.

    Examples
    --------
    >>> [round(float(end), 4) for end in guaranteed(0.7, 465)]
    [0.6404, 0.7554]
    """
    p, count = np.broadcast_arrays(np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64))
    enough = math.log(2 / (1 - level)) / count

    def edge(end: float) -> Floats:
        """Bisection between the share, which is inside, and an end of [0, 1]."""
        inside, outside = p.copy(), np.where(np.isnan(p), np.nan, end)
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            held = _divergence(p, middle) <= enough
            inside, outside = np.where(held, middle, inside), np.where(held, outside, middle)
        return np.where(p == end, end, outside)

    return edge(0.0), edge(1.0)


def _divergence(p: Floats, q: Floats) -> Floats:
    """The Kullback-Leibler divergence of a coin p from a coin q, both in [0, 1]."""
    from scipy.special import rel_entr

    divergence: Floats = rel_entr(p, q) + rel_entr(1 - p, 1 - q)
    return divergence

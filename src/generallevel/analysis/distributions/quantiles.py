"""Quantiles and tails that every interval reads, and the checks of their arguments.

Sources: the normal quantile is that of Python's own `statistics.NormalDist`; the others are SciPy's special functions.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.errors import InvalidInput

__all__ = ["check_share", "check_whole", "normal_cdf", "normal_quantile", "student_quantile", "two_sided"]


def check_share(name: str, value: Any) -> float:
    """The value, strictly between 0 and 1. Raises `InvalidInput` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating) or not 0 < value < 1:
        slip = f" If {value!r} is a percentage, give {value / 100:g}." if _is_percentage(value) else ""
        raise InvalidInput(f"{name} is a share between 0 and 1, such as 0.95, not {value!r}.{slip}")
    return float(value)


def _is_percentage(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 < value < 100


def check_whole(name: str, value: Any, least: int = 1) -> int:
    """The value, a whole number that is large enough. Raises `InvalidInput` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise InvalidInput(f"{name} is a whole number of at least {least}, not {value!r}")
    return int(value)


def normal_quantile(share: float) -> float:
    """The standard normal quantile.

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return NormalDist().inv_cdf(share)


def two_sided(level: float) -> float:
    """How many standard errors either side of the estimate hold a share ``level`` of a normal distribution."""
    return normal_quantile((1 + level) / 2)


def student_quantile(level: float, freedom: float) -> float:
    """The two-sided quantile of Student's t.

    By the incomplete beta function, as SciPy's own quantile has ten digits only for a few degrees of freedom in older
    versions.

    >>> round(student_quantile(0.95, 4), 4)
    2.7764
    """
    from scipy.special import betaincinv

    return math.sqrt(freedom * (1 / float(betaincinv(freedom / 2, 0.5, 1 - level)) - 1))


def normal_cdf(values: ArrayLike) -> NDArray[np.float64]:
    """The standard normal distribution function, element by element; NaN stays NaN."""
    from scipy.special import ndtr

    below: NDArray[np.float64] = ndtr(np.asarray(values, dtype=np.float64))
    return below

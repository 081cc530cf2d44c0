"""Printed figures: what the last digit of a reference leaves open.

A reference of 36.5 may stand for anything from 36.45 to 36.55. A difference below half a unit of the last digit is a
tie that nothing but the printing decides.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

__all__ = ["half_of_last_digit"]


def half_of_last_digit(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half a unit of the last digit to which each figure is printed.

    Parameters
    ----------
    figures : ndarray of float
        As read from print; a trailing zero that was printed is lost, so that 36.50 counts as 36.5.

    Returns
    -------
    ndarray of float, the same shape
        0.05 for 36.5, 0.5 for 40; NaN for NaN and infinities.

    Examples
    --------
    >>> half_of_last_digit(np.array([36.5, 36.52, 40.0, np.nan])).tolist()
    [0.05, 0.005, 0.5, nan]
    """
    return np.array([_half(figure) for figure in figures.ravel().tolist()]).reshape(figures.shape)


def _half(figure: float) -> float:
    if not np.isfinite(figure):
        return np.nan
    # repr is the shortest decimal that is the figure; 40.0 and 300.0 are printed as whole numbers.
    exponent = Decimal(repr(figure)).normalize().as_tuple().exponent
    return float(Decimal(5).scaleb(min(int(exponent), 0) - 1))

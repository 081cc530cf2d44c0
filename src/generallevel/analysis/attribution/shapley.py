"""Shapley values: the share of each cause in an outcome that depends on which causes act together.

Each cause is credited with the mean of its effect over all orders in which the causes can be added. The values add up
to the whole effect, a cause without effect gets nothing, and causes that are alike get the same.

Source: L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II, 1953.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput

__all__ = ["shapley_values"]


def shapley_values(outcomes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Shapley value of each of n causes, from the outcomes of all 2^n choices.

    Parameters
    ----------
    outcomes : ndarray of float, shape (2^n, ...)
        Row ``b`` holds the outcome with the causes on whose bit is set in ``b``, the first cause the lowest bit.

    Returns
    -------
    ndarray of float, shape (n, ...)
        In (-inf, inf); the sum over the causes is ``outcomes[-1] - outcomes[0]``.

    Raises
    ------
    InvalidInput
        If an outcome is not finite, or their number is not a power of two.

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II, 1953.

    Examples
    --------
    >>> shapley_values(np.array([0.0, 1.0, 2.0, 5.0]))  # alone 1 and 2, together 2 more, which are shared
    array([2., 3.])
    """
    n = len(outcomes).bit_length() - 1
    if len(outcomes) != 1 << n:
        raise InvalidInput(f"{len(outcomes)} outcomes: wanted one for each choice of causes, a power of two.")
    if not np.isfinite(outcomes).all():
        raise InvalidInput("an infinite level cannot be split into shares: look for a score of -inf in the table")
    choices = np.arange(len(outcomes))
    sizes = np.array([choice.bit_count() for choice in range(len(outcomes))])
    # In how many of the n! orders exactly this choice stands before a cause that is not in it.
    weights = np.array([math.factorial(size) * math.factorial(n - size - 1) for size in range(n)]) / math.factorial(n)
    values = []
    for cause in range(n):
        without = choices[(choices >> cause & 1) == 0]
        steps = outcomes[without | 1 << cause] - outcomes[without]
        values.append(np.tensordot(weights[sizes[without]], steps, axes=1))
    return np.array(values)

"""Ratings: numbers that people, judges or detectors gave, read and checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite

__all__ = ["ratings"]


def ratings(given: Any, low: float, high: float, name: str) -> NDArray[np.float64]:
    """The ratings of one item as numbers.

    Parameters
    ----------
    given : number, bool, or sequence or array of them, shape (n,)
        One rating or several.
    low, high : float
        The ends of the scale.
    name : str
        What one of them is called, for messages: "rating".

    Returns
    -------
    ndarray of float, shape (n,)
        At least one.

    Raises
    ------
    InvalidInput
        If it is something else, or there is none.
    ShapeMismatch
        If it is a nested list of rows of several lengths.
    NotFinite
        If one is NaN.
    ImpossibleValue
        If one lies outside the scale.

    Examples
    --------
    >>> ratings([4, 5], 1, 5, "rating")
    array([4., 5.])
    """
    values = real_array(given, f"an item's {name}", f"a number from {low:g} to {high:g}, or a sequence of them")
    if values.ndim > 1:
        raise InvalidInput(f"one item has one {name} or a sequence of them, not an array of shape {values.shape}")
    values = np.atleast_1d(values).astype(np.float64)
    if values.size == 0:
        raise InvalidInput(
            f"an item without a single {name} has no score: leave it out, or pass None for one that is missing"
        )
    if np.isnan(values).any():
        raise NotFinite(f"{name} {int(np.argmax(np.isnan(values)))} of the item is NaN: leave out what was not given")
    outside = (values < low) | (values > high)
    if outside.any():
        raise ImpossibleValue(
            f"{name} {values[outside][0]:g} is outside {low:g} to {high:g}: "
            "is it on another scale? Bring it to this one first"
        )
    return values

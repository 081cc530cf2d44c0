"""Directions: embeddings compared by the angle between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["unit_rows"]


def unit_rows(given: Any, name: str) -> NDArray[np.float64]:
    """Embeddings as rows of length 1.

    Parameters
    ----------
    given : array_like, shape (n, d) or (d,)
    name : str
        What they are, for messages: "pred".

    Returns
    -------
    ndarray of float, shape (n, d)

    Raises
    ------
    ShapeMismatch
        If they are no rows of numbers.
    NotFinite
        If one is NaN or infinite.
    ImpossibleValue
        If one is zero, which has no direction.

    Examples
    --------
    >>> unit_rows([[3.0, 4.0]], "pred")
    array([[0.6, 0.8]])
    """
    wanted = "embeddings, shape (n, d)"
    array = real_array(given, name, wanted)
    if array.dtype.kind == "b":
        raise InvalidInput(f"{name} is {wanted}; got truths")
    if array.ndim not in (1, 2) or not array.size:
        raise ShapeMismatch(f"{name} is {wanted}, of at least one; got shape {array.shape}")
    rows = np.atleast_2d(array).astype(np.float64)
    if not np.isfinite(rows).all():
        raise NotFinite(f"{name}, row {int(np.argmin(np.isfinite(rows).all(axis=1)))}, holds a NaN or an infinity")
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if (largest == 0).any():
        raise ImpossibleValue(f"{name}, row {int(np.argmin(largest))}, is zero, which has no direction")
    scaled = rows / largest  # so that squares neither overflow nor vanish
    units: NDArray[np.float64] = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    return units

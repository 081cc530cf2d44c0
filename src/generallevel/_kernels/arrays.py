"""Arrays from whatever holds numbers: lists, arrays of any library, frames' columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput, ShapeMismatch

__all__ = ["real_array"]


def real_array(given: Any, name: str, wanted: str) -> NDArray[Any]:
    """An array of real numbers, in the type that they came in.

    Parameters
    ----------
    given : array_like
        Numbers, booleans among them.
    name : str
        What they are, for messages: "pred".
    wanted : str
        What is wanted, for messages: "an image, shape (H, W)".

    Returns
    -------
    ndarray
        Of a boolean, integer or floating type. The input itself where it is such an array.

    Raises
    ------
    ShapeMismatch
        If the rows of a nested list are not of one length.
    InvalidInput
        If it holds no real numbers.

    Examples
    --------
    >>> real_array([[0, 1]], "pred", "an image").shape
    (1, 2)
    """
    try:
        array = np.asarray(given)
    except ValueError as slip:
        raise ShapeMismatch(f"{name} is {wanted}; its rows are not of one length") from slip
    except TypeError as slip:
        raise InvalidInput(f"{name} is {wanted}; {type(given).__name__} cannot be read as an array: {slip}") from slip
    if array.dtype.kind not in "buif":
        raise InvalidInput(f"{name} is {wanted}, of real numbers; got {type(given).__name__}: {given!r:.80}")
    return array

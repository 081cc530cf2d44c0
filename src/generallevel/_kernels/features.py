"""Features: what a network says of an item, as rows of numbers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import InvalidInput, NotFinite, ShapeMismatch
from generallevel.tallies import Joined

__all__ = ["Absent", "TwoSets", "check_dimensions", "feature_rows"]


class Absent:
    """A prediction that is not there, where the declared worst stands for it."""

    def __repr__(self) -> str:
        return "nothing"


class TwoSets(Joined):
    """A tally of two sets, with nothing in either to begin with; a subclass says how many of them make one."""

    __slots__ = ()

    @classmethod
    def empty(cls) -> Self:
        return cls()


def feature_rows(given: Any, name: str) -> NDArray[np.floating[Any]]:
    """Features as rows of their own, in the precision that they came in.

    Parameters
    ----------
    given : array_like, shape (d,) or (n, d)
        One feature vector, or several of one item.
    name : str
        What they are, for messages: "pred".

    Returns
    -------
    ndarray of a floating type, shape (n, d)
        A copy: the caller may go on using its buffer.

    Raises
    ------
    ShapeMismatch
        If they are no rows of numbers, or there is none.
    NotFinite
        If one is NaN or infinite.
    InvalidInput
        If they are no real numbers.

    Examples
    --------
    >>> feature_rows([1, 2, 3], "pred")
    array([[1., 2., 3.]])
    """
    wanted = "features, shape (d,) or (n, d)"
    array = real_array(given, name, wanted)
    if array.dtype.kind == "b":
        raise InvalidInput(f"{name} is {wanted}; got truths")
    if array.ndim not in (1, 2) or not array.size:
        slip = " Pictures and sounds need extractor=..., which turns them into features." if array.ndim > 2 else ""
        raise ShapeMismatch(f"{name} is {wanted}, at least one; got shape {array.shape}.{slip}")
    kind = array.dtype if array.dtype.kind == "f" else np.float64
    rows = np.array(array, dtype=kind, ndmin=2, order="C")
    if not np.isfinite(rows).all():
        place = int(np.argmin(np.isfinite(rows).all(axis=1)))
        raise NotFinite(f"{name}, row {place}, holds a NaN or an infinity: did the network overflow in half precision?")
    return rows


def check_dimensions(one: int, other: int, names: str) -> None:
    """Nothing, for features of one dimension.

    Parameters
    ----------
    one, other : int
        The dimensions.
    names : str
        What is compared, for the message: "pred and ref".

    Raises
    ------
    ShapeMismatch
        If the dimensions differ.

    Examples
    --------
    >>> check_dimensions(2048, 768, "pred and ref")
    Traceback (most recent call last):
    ...
    generallevel.errors.ShapeMismatch: pred and ref have features of 2048 and of 768 dimensions: the same layer of the \
same network makes both
    """
    if one != other:
        raise ShapeMismatch(
            f"{names} have features of {one} and of {other} dimensions: the same layer of the same network makes both"
        )

"""Nearest neighbours between two clouds of points, and the cheapest pairing of all of them.

A tree is built for each cloud and asked for the neighbours of the other: n log n time, and no matrix of all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import InvalidInput, NotFinite, ShapeMismatch

__all__ = ["cheapest_pairs", "check_flag", "check_positive", "neighbours", "points_of", "positives"]

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

LARGEST = float(np.finfo(np.float64).max)
WIDE = 50  # ours: a "cloud" of three rows and more columns than this is one whose axes are swapped


def points_of(given: Any, name: str, *, dimensions: int | None = None, may_be_empty: bool = False) -> Floats:
    """The points of one cloud, checked.

    Parameters
    ----------
    given : array_like, shape (n, d)
    name : str
        Whose they are, for messages: "pred".
    dimensions : int, optional
        How many coordinates a point must have; by default any number from 1.
    may_be_empty : bool, default False
        Whether a cloud without a point is one.

    Returns
    -------
    ndarray of float, shape (n, d)

    Raises
    ------
    ShapeMismatch
        If they are no rows of coordinates.
    NotFinite
        If a coordinate is NaN or infinite.
    InvalidInput
        If there is no point.
    """
    width = "d" if dimensions is None else dimensions
    wanted = f"the points of one shape, shape (n, {width})"
    array = real_array(given, name, wanted)
    if array.size == 0 and array.ndim <= 2:
        if not may_be_empty:
            raise InvalidInput(f"{name} has no point: an empty cloud is at no distance from anything")
        return np.empty((0, dimensions or array.shape[-1] if array.ndim == 2 else dimensions or 3))
    if array.ndim != 2 or (dimensions is not None and array.shape[1] != dimensions):
        slip = ""
        if array.ndim == 3:
            slip = " Pass the clouds of a batch one by one."
        elif array.ndim == 2 and dimensions in (None, array.shape[0]):
            slip = " Is it transposed?"
        raise ShapeMismatch(f"{name} is {wanted}; got shape {array.shape}.{slip}")
    if dimensions is None and array.shape[0] <= 3 and array.shape[1] > WIDE:
        raise ShapeMismatch(f"{name} is {wanted}; got shape {array.shape}. Is it transposed?")
    array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        place = int(np.argmin(np.isfinite(array).all(axis=1)))
        raise NotFinite(f"{name} point {place} is {array[place].tolist()}: every coordinate is a finite number")
    return array


def check_positive(value: Any, name: str, what: str) -> None:
    """Refuse what is no finite number above 0.

    Parameters
    ----------
    value : object
        The number.
    name, what : str
        What the option is called, and what it is, for the message.

    Raises
    ------
    InvalidInput
        If it is none.
    """
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not 0 < value < np.inf or value > LARGEST:
        raise InvalidInput(f"{name} is {what}, a finite number above 0, not {value!r:.60}")


def positives(values: Any, name: str, what: str) -> tuple[float, ...]:
    """Finite numbers above 0, from one of them or a sequence.

    Parameters
    ----------
    values : object
        The numbers.
    name, what : str
        What the option is called, and what each number is, for the message.

    Returns
    -------
    tuple of float

    Raises
    ------
    InvalidInput
        If there is none, or one is no such number.
    """
    given = values.tolist() if isinstance(values, np.ndarray) else values
    given = list(given) if isinstance(given, Sequence) and not isinstance(given, str | bytes) else [given]
    if not given:
        raise InvalidInput(f"{name} is empty: name {what}, one at least")
    for value in given:
        check_positive(value, name, what)
    return tuple(float(value) for value in given)


def check_flag(value: Any, name: str) -> None:
    """Refuse what is neither true nor false.

    Parameters
    ----------
    value : object
        The flag.
    name : str
        What the option is called, for the message.

    Raises
    ------
    InvalidInput
        If it is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise InvalidInput(f"{name} is True or False, not {value!r:.60}")


def neighbours(points: Floats, among: Floats) -> tuple[Floats, Places]:
    """The nearest of some points to each point.

    Parameters
    ----------
    points : ndarray of float, shape (n, d)
    among : ndarray of float, shape (m, d)
        At least one.

    Returns
    -------
    (ndarray of float, ndarray of int), each of shape (n,)
        The distances, and which of ``among`` it is.

    Examples
    --------
    >>> [part.tolist() for part in neighbours(np.array([[0.0], [9.0]]), np.array([[7.0], [1.0]]))]
    [[1.0, 2.0], [1, 0]]
    """
    from scipy.spatial import cKDTree

    # Cut in the middle of the space and not at the median point: built sooner, and searched as fast.
    tree = cKDTree(among, balanced_tree=False)
    distances, places = tree.query(points)
    return np.asarray(distances), np.asarray(places)


def cheapest_pairs(costs: Floats) -> tuple[Places, Places]:
    """The pairing of rows with columns whose costs add up to the least.

    Parameters
    ----------
    costs : ndarray of float, shape (n, m)

    Returns
    -------
    (ndarray of int, ndarray of int), each of shape (min(n, m),)
        Rows, ascending, and the column of each.

    Examples
    --------
    >>> [part.tolist() for part in cheapest_pairs(np.array([[1.0, 2.0], [1.0, 9.0]]))]
    [[0, 1], [1, 0]]
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(costs)
    return rows, columns

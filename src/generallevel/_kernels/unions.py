"""Unions of boxes: the area that several boxes cover together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["union_areas"]


def union_areas(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float, float]:
    """The areas that both sets of boxes cover, that the first covers, and that the second covers.

    Parameters
    ----------
    one, other : ndarray of float, shape (n, 4) and (m, 4)
        Corners: x and y where each begins, x and y where it ends.

    Returns
    -------
    (float, float, float)
        Exact for whole pixels, where it is what painting the boxes and counting pixels gives.

    Examples
    --------
    >>> union_areas(np.array([[0.0, 0, 2, 2], [1, 0, 3, 2]]), np.array([[2.0, 0, 4, 2]]))
    (2.0, 6.0, 4.0)
    """
    both = np.concatenate([one, other])
    xs, ys = np.unique(both[:, ::2]), np.unique(both[:, 1::2])
    if len(xs) < 2 or len(ys) < 2:
        return 0.0, 0.0, 0.0
    cells = np.multiply.outer(np.diff(ys), np.diff(xs))
    painted = []
    for boxes in (one, other):
        on = np.zeros(cells.shape, dtype=bool)
        columns, rows = np.searchsorted(xs, boxes[:, ::2]), np.searchsorted(ys, boxes[:, 1::2])
        for (left, right), (top, bottom) in zip(columns.tolist(), rows.tolist(), strict=True):
            on[top:bottom, left:right] = True
        painted.append(on)
    first, second = painted
    common, ours, theirs = (float(cells[on].sum()) for on in (first & second, first, second))
    return common, ours, theirs

"""Dynamic time warping: the cheapest alignment of two sequences, exact.

Cells on one anti-diagonal do not depend on each other, so that a diagonal is one array expression; only the way back is
a loop.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput, NotFinite

__all__ = ["warping_path"]

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


def _diagonals(costs: Floats) -> Floats:
    """A matrix with its anti-diagonals as rows.

    Row ``d`` holds the cells ``(i, d - i)`` at place ``i + 1``; what lies outside the matrix is infinite, and place 0
    always does.
    """
    n, m = costs.shape
    skewed = np.full((n + m - 1, n + 1), np.inf)
    # In memory the cell (i, j) of the matrix stands at (i + j) * (n + 1) + i + 1 of the skewed one.
    step = skewed.strides[1]
    view = np.lib.stride_tricks.as_strided(
        skewed[:, 1:], shape=(n, m), strides=((n + 2) * step, (n + 1) * step), writeable=True
    )
    view[...] = costs
    return skewed


def warping_path(costs: Floats) -> tuple[Places, Places]:
    """The cells of the cheapest way through a matrix of costs, from its first cell to its last.

    Parameters
    ----------
    costs : ndarray of float, shape (n, m)
        What it costs to align place i of one sequence with place j of the other; no NaN.

    Returns
    -------
    (ndarray of int, shape (k,), ndarray of int, shape (k,))
        The places in either sequence, from first to last. A step goes on by one in both, in the second or in the first,
        and costs what the cell costs that it leads to; of equally cheap ways back the one that comes first in this
        order is gone.

    Raises
    ------
    InvalidInput
        If a sequence is empty.
    NotFinite
        If the cheapest way costs NaN or infinitely much.

    Notes
    -----
    The whole matrix of cumulated costs is kept: 8 (n + 1)(n + m) bytes, which for two utterances of 20 s, of a frame
    every 5 ms, are 256 MB.

    References
    ----------
    .. [1] Sakoe & Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition",
       doi:10.1109/TASSP.1978.1163055

    Examples
    --------
    >>> one, other = warping_path(np.abs(np.subtract.outer([0.0, 1.0, 5.0], [0.0, 0.0, 1.0, 5.0])))
    >>> one.tolist(), other.tolist()
    ([0, 0, 1, 2], [0, 1, 2, 3])
    """
    n, m = costs.shape
    if not n or not m:
        raise InvalidInput(f"a sequence of {n} places cannot be aligned with one of {m}")
    total = _diagonals(costs)
    least = np.empty(n + 1)
    for d in range(1, n + m - 1):
        low, high = max(0, d - m + 1) + 1, min(d, n - 1) + 2  # places of the diagonal, one further than its rows
        before = total[d - 1]
        cheapest = least[low:high]
        np.minimum(before[low:high], before[low - 1 : high - 1], out=cheapest)
        if d > 1:
            np.minimum(cheapest, total[d - 2, low - 1 : high - 1], out=cheapest)
        total[d, low:high] += cheapest
    if not np.isfinite(total[-1, n]):
        raise NotFinite("the cheapest alignment costs no finite number: a cost is NaN, infinite or far too large")
    return _way_back(total, n, m)


def _way_back(total: Floats, n: int, m: int) -> tuple[Places, Places]:
    """The cells that led to the last one."""
    read = total.item
    width = n + 1
    i, j = n - 1, m - 1
    ones, others = [i], [j]
    while i or j:
        if not i:
            j -= 1
        elif not j:
            i -= 1
        else:
            # Places of the cells (i, j - 1), (i - 1, j) and (i - 1, j - 1) in the flat array.
            left = (i + j - 1) * width + i + 1
            along_second, along_first, both = read(left), read(left - 1), read(left - width - 1)
            if both <= along_second and both <= along_first:
                i -= 1
                j -= 1
            elif along_second <= along_first:
                j -= 1
            else:
                i -= 1
        ones.append(i)
        others.append(j)
    return np.array(ones[::-1], dtype=np.intp), np.array(others[::-1], dtype=np.intp)

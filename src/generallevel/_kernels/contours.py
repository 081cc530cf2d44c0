"""Contours: how two masks agree in their region, and in the line around it.

Source: Perazzi et al. (2016), doi:10.1109/CVPR.2016.85; the line is that of Martin et al. (2004),
doi:10.1109/TPAMI.2004.1273918: the pixels that differ from their right, lower, or lower right neighbour.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["boundary_f", "contour", "region_j"]

Mask = NDArray[np.bool_]


def region_j(pred: Mask, ref: Mask) -> float:
    """The overlap of two masks: what both cover, out of what either covers.

    Parameters
    ----------
    pred, ref : ndarray of bool, of one shape

    Returns
    -------
    float
        1 for two empty masks.

    Examples
    --------
    >>> region_j(np.array([[True, True]]), np.array([[True, False]]))
    0.5
    """
    union = int(np.count_nonzero(pred | ref))
    return int(np.count_nonzero(pred & ref)) / union if union else 1.0


def contour(mask: Mask) -> Mask:
    """The line around a mask, half a pixel towards the first row and column.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of bool, shape (H, W)

    Examples
    --------
    >>> contour(np.array([[False, False, False], [False, True, False], [False, False, False]])).astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 0]]
    """
    line = np.zeros_like(mask)
    right, below = mask[:, :-1] ^ mask[:, 1:], mask[:-1] ^ mask[1:]
    line[:, :-1] |= right
    line[:-1] |= below
    line[:-1, :-1] |= mask[:-1, :-1] ^ mask[1:, 1:]
    return line


def boundary_f(pred: Mask, ref: Mask, reach: float) -> float:
    """The F-measure of two contours, whose pixels match within a distance.

    Parameters
    ----------
    pred, ref : ndarray of bool, of one shape (H, W)
    reach : float
        The distance in pixels, or below 1 as a share of the diagonal, rounded up to pixels.

    Returns
    -------
    float
        1 for two masks without a contour, 0 where one has a contour and the other has none.

    Examples
    --------
    >>> boundary_f(np.eye(4, dtype=bool), np.eye(4, dtype=bool), 1)
    1.0
    """
    radius = reach if reach >= 1 else math.ceil(reach * math.hypot(*pred.shape))
    said, wanted = (np.argwhere(contour(mask)) for mask in (pred, ref))
    if not len(said) or not len(wanted):
        return float(len(said) == len(wanted))
    precision, recall = _near(said, wanted, radius) / len(said), _near(wanted, said, radius) / len(wanted)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _near(points: NDArray[np.intp], others: NDArray[np.intp], radius: float) -> int:
    """How many points have another within the radius, which is part of it."""
    from scipy.spatial import cKDTree

    # Squared distances are whole numbers; the bound itself would not belong to the search.
    bound = math.sqrt(math.floor(radius**2) + 0.5)
    distances, _ = cKDTree(others).query(points, distance_upper_bound=bound)
    return int(np.isfinite(distances).sum())

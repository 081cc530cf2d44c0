"""Foreground maps against masks: how alike in structure, and how well cut at each threshold.

Sums over quarters are exact for masks, and two-pass for maps: a constant map has no spread, whatever its value.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["above", "alignment_curve", "cut_counts", "f_scores", "structure", "structure_released", "weighted_f"]

TINY = float(np.finfo(np.float64).eps)  # the eps of the published code
LEVELS = 256  # grey levels, and thresholds, of the published code
# The constants of SSIM that the released code adds and the published measure does not have.
C1, C2, RELEASED_TINY = 0.01**2, 0.03**2, 1e-8

# Margolin et al. (2014): a window of 7 pixels, a Gaussian of width 5, and weights that halve over 5 pixels.
NEAR, BLUR, FADE = 3, 5.0, 5.0

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _centroid(mask: Flags) -> tuple[float, float]:
    """The mean row and column of the foreground, rounded half to even."""
    rows, columns = mask.sum(axis=1), mask.sum(axis=0)
    n = int(rows.sum())
    row = float(np.dot(rows, np.arange(rows.size))) / n
    column = float(np.dot(columns, np.arange(columns.size))) / n
    return float(np.rint(row)), float(np.rint(column))


def structure(pred: Floats, mask: Flags, alpha: float) -> float:
    """The structure measure of one map, as published.

    Parameters
    ----------
    pred : ndarray of float, shape (H, W)
        In [0, 1], stretched already where it is to be.
    mask : ndarray of bool, shape (H, W)
    alpha : float
        The weight of the object-aware part.

    Returns
    -------
    float

    Examples
    --------
    >>> round(structure(np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([[False, True], [False, True]]), 0.5), 9)
    1.0
    """
    inside, total = int(np.count_nonzero(mask)), mask.size
    if inside == 0:
        return 1.0 - float(pred.mean())
    if inside == total:
        return float(pred.mean())
    score = 0.0
    if alpha > 0:
        share = inside / total
        front = _object_score(pred[mask])
        back = _object_score(1.0 - pred[~mask])
        score += alpha * (share * front + (1.0 - share) * back)
    if alpha < 1:
        row, column = _centroid(mask)
        score += (1.0 - alpha) * _region_score(pred, mask, int(row) + 1, int(column) + 1)
    return max(0.0, score)


def _object_score(values: Floats) -> float:
    mean = float(values.mean())
    spread = 0.0
    if values.size > 1:
        values = values - mean
        spread = math.sqrt(float(np.vdot(values, values)) / (values.size - 1))
    return 2.0 * mean / (mean * mean + 1.0 + spread + TINY)


def _region_score(pred: Floats, mask: Flags, row: int, column: int) -> float:
    """The similarity of the four quarters around a point, weighted with their sizes; an empty quarter has no weight."""
    score = 0.0
    for rows in (slice(None, row), slice(row, None)):
        for columns in (slice(None, column), slice(column, None)):
            quarter = mask[rows, columns]
            if quarter.size:
                score += quarter.size / mask.size * _similarity(pred[rows, columns], quarter)
    return score


def _moments(pred: Floats, mask: Flags) -> tuple[float, float, float, float, float]:
    """Means of map and mask, and the sums of squares and products about them."""
    n, inside = mask.size, int(np.count_nonzero(mask))
    flat = np.ascontiguousarray(pred).reshape(-1)
    mean = float(flat.mean())
    centred = flat - mean
    spread = float(np.vdot(centred, centred))
    if spread <= n * (TINY * mean) ** 2:  # constant but for the rounding of its mean
        return mean, inside / n, 0.0, inside * (n - inside) / n, 0.0
    common = 0.0
    if 0 < inside < n:
        # The mask is a factor of 0 or 1, and the centred map sums to 0 but for rounding, which is taken out.
        common = float(np.dot(centred, np.ascontiguousarray(mask).reshape(-1))) - inside / n * float(centred.sum())
    return mean, inside / n, spread, inside * (n - inside) / n, common


def _similarity(pred: Floats, mask: Flags) -> float:
    """Luminance, contrast and structure of a quarter in one number, without constants."""
    x, y, spread_x, spread_y, common = _moments(pred, mask)
    free = mask.size - 1 + TINY
    top = 4.0 * x * y * (common / free)
    bottom = (x * x + y * y) * (spread_x / free + spread_y / free)
    if top != 0:
        return top / (bottom + TINY)
    return 1.0 if bottom == 0 else 0.0


def structure_released(pred: Floats, mask: Flags, alpha: float) -> float:
    """The structure measure as the released code for video computes it; NaN where that code gives NaN.

    Parameters
    ----------
    pred, mask, alpha
        As for `structure`; the map is not stretched.

    Returns
    -------
    float

    Notes
    -----
    Spread is that of a population, SSIM has its constants, and the quarters begin at the centre of the foreground, so
    that a centre in the first row or column leaves quarters without a pixel, whose mean is NaN. A quarter in which
    neither side has anything counts 0.9, because of the constants.

    Examples
    --------
    >>> round(structure_released(np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([[False, False], [False, True]]), 0.5), 4)
    0.9625
    """
    inside, total = int(np.count_nonzero(mask)), mask.size
    if inside == 0:
        return 1.0 - float(pred.mean())
    if inside == total:
        return float(pred.mean())
    share = inside / total

    def object_score(values: Floats) -> float:
        mean = float(values.mean())
        return 2.0 * mean / (mean * mean + 1.0 + float(values.std()) + RELEASED_TINY)

    objects = share * object_score(pred[mask]) + (1.0 - share) * object_score(1.0 - pred[~mask])
    row, column = (int(place) for place in _centroid(mask))
    if row == 0 or column == 0:
        return math.nan
    regions = 0.0
    for rows in (slice(None, row), slice(row, None)):
        for columns in (slice(None, column), slice(column, None)):
            quarter = mask[rows, columns]
            x, y, spread_x, spread_y, common = (part for part in _moments(pred[rows, columns], quarter))
            n = quarter.size
            top = (2 * x * y + C1) * (2 * common / n + C2)
            bottom = (x * x + y * y + C1) * (spread_x / n + spread_y / n + C2) + RELEASED_TINY
            regions += n / total * top / bottom
    return max(alpha * objects + (1.0 - alpha) * regions, 0.0)


def cut_counts(pred: Floats, mask: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pixels at or above each grey level, from the highest level down: in the foreground, and in the background.

    Parameters
    ----------
    pred : ndarray of float, shape (H, W)
        In [0, 1]; cut down to 256 grey levels.
    mask : ndarray of bool, shape (H, W)

    Returns
    -------
    (ndarray, ndarray) of int, each of shape (256,)
    """
    levels = (pred * (LEVELS - 1)).astype(np.uint8).reshape(-1)
    everything = np.bincount(levels, minlength=LEVELS)
    front = np.bincount(levels[mask.reshape(-1)], minlength=LEVELS)
    back = everything - front
    return np.cumsum(front[::-1]), np.cumsum(back[::-1])


def f_scores(front: Any, back: Any, inside: int, beta2: float) -> Floats:
    """The F-measure of cuts with so many right and wrong pixels; 0 where none is right.

    Parameters
    ----------
    front, back : array_like of int
        Chosen pixels in the foreground and in the background.
    inside : int
        Pixels of the foreground.
    beta2 : float
        The weight of recall against precision, squared.

    Returns
    -------
    ndarray of float
    """
    hits, chosen = np.asarray(front, dtype=np.float64), np.add(front, back, dtype=np.float64)
    scores: Floats = np.divide((1 + beta2) * hits, beta2 * inside + chosen, out=np.zeros_like(hits), where=(hits > 0))
    return scores


def alignment_curve(front: Any, back: Any, inside: int, total: int) -> Floats:
    """The enhanced alignment of cuts with so many right and wrong pixels.

    Parameters
    ----------
    front, back : array_like of int
        Chosen pixels in the foreground and in the background.
    inside, total : int
        Pixels of the foreground, and of the image.

    Returns
    -------
    ndarray of float
        The mean over pixels. The published code divides by one pixel fewer, so that its best is above 1.
    """
    hits, false = np.asarray(front, dtype=np.float64), np.asarray(back, dtype=np.float64)
    chosen = hits + false
    if inside == 0:
        summed = total - chosen
    elif inside == total:
        summed = chosen
    else:
        said, wanted = chosen / total, inside / total
        parts = (
            (hits, 1 - said, 1 - wanted),
            (false, 1 - said, -wanted),
            (inside - hits, -said, 1 - wanted),
            (total - inside - false, -said, -wanted),
        )
        summed = np.zeros_like(hits)
        for n, one, other in parts:
            align = 2 * (one * other) / (one**2 + other**2)  # the shares of the mask are not 0 here
            summed = summed + (align + 1) ** 2 / 4 * n
    scores: Floats = summed / total
    return scores


def above(pred: Floats, mask: Flags, threshold: float) -> tuple[int, int]:
    """Pixels at or above a threshold: in the foreground, and in the background.

    Parameters
    ----------
    pred : ndarray of float
    mask : ndarray of bool
    threshold : float

    Returns
    -------
    (int, int)
    """
    chosen = pred >= threshold
    both = int(np.count_nonzero(chosen & mask))
    return both, int(np.count_nonzero(chosen)) - both


def weighted_f(pred: Floats, mask: Flags, beta2: float) -> float:
    """The weighted F-measure of Margolin et al. (2014).

    Parameters
    ----------
    pred : ndarray of float, shape (H, W)
        In [0, 1].
    mask : ndarray of bool, shape (H, W)
        With some foreground.
    beta2 : float

    Returns
    -------
    float
    """
    from scipy.ndimage import correlate1d, distance_transform_edt  # imported late: a fifth of a second

    distance, nearest = distance_transform_edt(~mask, return_indices=True)
    error = np.abs(pred - mask)
    spread = np.where(mask, error, error[nearest[0], nearest[1]])
    bell = np.exp(-(np.arange(-NEAR, NEAR + 1) ** 2) / (2 * BLUR**2))
    bell /= bell.sum()
    smooth = correlate1d(correlate1d(spread, bell, axis=0, mode="constant"), bell, axis=1, mode="constant")
    least = np.where(mask & (smooth < error), smooth, error)
    inside = int(np.count_nonzero(mask))
    missed = float(least[mask].sum())
    away = ~mask
    false = float((least[away] * (2.0 - np.exp(math.log(0.5) / FADE * distance[away]))).sum())
    recall = 1.0 - missed / inside
    precision = (inside - missed) / (inside - missed + false + TINY)
    return (1.0 + beta2) * recall * precision / (recall + beta2 * precision + TINY)

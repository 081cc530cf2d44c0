"""Segments that cover an image: read, matched and counted, as panoptic quality needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Segments", "compact", "matched"]

DENSE = 1 << 20  # ours: ids or pairs of ids up to which counting all of them is cheaper than sorting the pixels
ENOUGH = 0.5  # Kirillov et al. (2019): a match overlaps by more, and then no segment can have two

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of one image.

    Attributes
    ----------
    numbers : ndarray of int, shape (pixels,)
        The segment of each pixel; 0 is void, which is no segment.
    classes : ndarray of int, shape (segments + 1,)
        The class of each segment, from 0; -1 for void.
    crowd : ndarray of bool, shape (segments + 1,)
        Which segments are crowds.
    """

    numbers: Whole
    classes: Whole
    crowd: NDArray[np.bool_]


def compact(ids: NDArray[Any]) -> tuple[Whole, Whole]:
    """The ids that occur, in rising order, and for each pixel which of them it has.

    Parameters
    ----------
    ids : ndarray of int, shape (n,)
        Not negative.

    Returns
    -------
    (ndarray, ndarray) of int
        Shapes (k,) and (n,).

    Examples
    --------
    >>> [part.tolist() for part in compact(np.array([7, 0, 7]))]
    [[0, 7], [1, 0, 1]]
    """
    if ids.max() >= max(DENSE, ids.size):
        kinds, places = np.unique(ids, return_inverse=True)
        return kinds.astype(np.int64), places.reshape(-1).astype(np.int64)
    there = np.bincount(ids) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[ids]


def _pairs(one: Whole, other: Whole, n_one: int, n_other: int) -> tuple[Whole, Whole, Whole]:
    """Which numbers meet, and in how many pixels."""
    keys = one * n_other + other
    if n_one * n_other <= max(DENSE, keys.size):
        counts = np.bincount(keys, minlength=n_one * n_other)
        met = np.flatnonzero(counts)
        counts = counts[met]
    else:
        met, counts = np.unique(keys, return_counts=True)
    return met // n_other, met % n_other, counts.astype(np.int64)


def matched(
    pred: Segments, ref: Segments, classes: int, *, pred_void_counts: bool
) -> tuple[NDArray[np.float64], Whole, Whole, Whole]:
    """Overlap of matched segments, matches, false alarms and misses, by class.

    Parameters
    ----------
    pred, ref : Segments
        Of one image.
    classes : int
        How many classes there are.
    pred_void_counts : bool
        Whether pixels that the prediction leaves void are missed, or do not count.

    Returns
    -------
    (ndarray, ndarray, ndarray, ndarray), each of shape (classes,)
        Sum of IoU, true positives, false positives, false negatives.

    Notes
    -----
    Pixels that are void in the reference do not count in a union, and a predicted segment that is void, or covered by
    crowds of its class, to more than one half is no false alarm. Crowds are never missed.
    """
    n_pred, n_ref = len(pred.classes), len(ref.classes)
    to, at, shared = _pairs(ref.numbers, pred.numbers, n_ref, n_pred)
    pred_areas, ref_areas = (
        np.bincount(side, weights=shared, minlength=n).astype(np.int64) for side, n in ((at, n_pred), (to, n_ref))
    )
    in_void, by_void = np.zeros(n_pred, dtype=np.int64), np.zeros(n_ref, dtype=np.int64)
    in_void[at[to == 0]] = shared[to == 0]
    if not pred_void_counts:
        by_void[to[at == 0]] = shared[at == 0]
    alike = (at > 0) & (to > 0) & (pred.classes[at] == ref.classes[to])
    crowds = alike & ref.crowd[to]
    at_one, to_one, common = (side[alike & ~crowds] for side in (at, to, shared))
    union = pred_areas[at_one] - in_void[at_one] + ref_areas[to_one] - by_void[to_one] - common
    iou = common / union
    hit = iou > ENOUGH
    found = ref.classes[to_one[hit]]
    free_pred, free_ref = np.ones(n_pred, dtype=bool), ~ref.crowd
    free_pred[at_one[hit]] = free_ref[to_one[hit]] = False
    free_pred[0] = free_ref[0] = False
    excused = in_void + np.bincount(at[crowds], weights=shared[crowds], minlength=n_pred).astype(np.int64)
    free_pred &= excused <= ENOUGH * pred_areas
    free_ref &= by_void <= ENOUGH * ref_areas
    sums = np.bincount(found, weights=iou[hit], minlength=classes).astype(np.float64)
    hits, false, missed = (
        np.bincount(side, minlength=classes).astype(np.int64)
        for side in (found, pred.classes[free_pred], ref.classes[free_ref])
    )
    return sums, hits, false, missed

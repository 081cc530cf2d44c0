"""Curves of scored truths: average precision and the area under the ROC curve, from scores or from histograms.

Equal scores are one threshold: neither number depends on the order in which decisions arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.label_maps import check_same_shape, mask
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, UndefinedScore
from generallevel.tallies import Additive, Ranked

__all__ = [
    "NO_SCORES",
    "BinnedPrecision",
    "BinnedRoc",
    "RankedPrecision",
    "RankedRoc",
    "average_precision",
    "binned",
    "many_scored_truths",
    "no_scores",
    "roc_area",
    "scored_truths",
]


def roc_area(scores: NDArray[Any], hits: NDArray[np.bool_]) -> float:
    """The chance that a positive is scored above a negative, where a tie counts one half.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
    hits : ndarray of bool, shape (n,)
        Which are positives.

    Returns
    -------
    float

    Raises
    ------
    UndefinedScore
        If there is no positive, or no negative.

    Examples
    --------
    >>> roc_area(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False]))  # (2 + 1 1/2) / (2 * 2)
    0.875
    """
    positives, negatives = np.sort(scores[hits]), np.sort(scores[~hits])
    if not positives.size or not negatives.size:
        raise UndefinedScore(
            f"the area under the ROC curve compares positives with negatives, and there are {positives.size} positives "
            f"and {negatives.size} negatives"
        )
    # Counting from the smaller side needs fewer searches.
    few, many = (positives, negatives) if positives.size <= negatives.size else (negatives, positives)
    below = int(np.searchsorted(many, few, "left").sum()) + int(np.searchsorted(many, few, "right").sum())
    pairs = positives.size * negatives.size
    return (below if few is positives else 2 * pairs - below) / (2 * pairs)


def average_precision(scores: NDArray[Any], hits: NDArray[np.bool_]) -> float:
    """Precision at each threshold, weighted with the recall that the threshold adds.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
    hits : ndarray of bool, shape (n,)
        Which are positives.

    Returns
    -------
    float

    Raises
    ------
    UndefinedScore
        If there is no positive.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.5, 0.1]), np.array([True, False, True]))  # (1 / 1 + 2 / 3) / 2
    0.8333333333333333
    """
    positives = np.sort(scores[hits])
    if not positives.size:
        raise UndefinedScore("average precision looks for positives, and there is none")
    everything = np.sort(scores)
    last = np.flatnonzero(np.append(positives[1:] != positives[:-1], True))  # of each run of equal scores
    first = np.concatenate(([0], last[:-1] + 1))
    found = positives.size - first  # positives at or above the threshold
    chosen = everything.size - np.searchsorted(everything, positives[first], "left")
    return float(np.sum((last - first + 1) * (found / chosen)) / positives.size)


class RankedRoc(Ranked):
    """Scored truths, all kept, and the area under their ROC curve."""

    __slots__ = ()

    @property
    def value(self) -> float:
        return roc_area(self.scores, self.hits)


class RankedPrecision(Ranked):
    """Scored truths, all kept, and their average precision."""

    __slots__ = ()

    @property
    def value(self) -> float:
        return average_precision(self.scores, self.hits)


@dataclass(frozen=True, slots=True)
class BinnedRoc(Additive):
    """Positives and negatives by bins of their score, and the area under the ROC curve over the bins.

    Attributes
    ----------
    positives, negatives : ndarray of int, shape (bins,)
        From the lowest bin up.
    """

    positives: Any
    negatives: Any

    @classmethod
    def read(cls, positives: Any, negatives: Any) -> NDArray[np.float64]:
        up, down = (np.atleast_1d(np.asarray(side, dtype=np.float64)) for side in (positives, negatives))
        below = np.cumsum(down, axis=-1) - down / 2
        area: NDArray[np.float64] = _share((up * below).sum(-1), up.sum(-1) * down.sum(-1))
        return area


@dataclass(frozen=True, slots=True)
class BinnedPrecision(Additive):
    """Positives and negatives by bins of their score, and the average precision over the bins.

    Attributes
    ----------
    positives, negatives : ndarray of int, shape (bins,)
        From the lowest bin up.
    """

    positives: Any
    negatives: Any

    @classmethod
    def read(cls, positives: Any, negatives: Any) -> NDArray[np.float64]:
        up, down = (np.atleast_1d(np.asarray(side, dtype=np.float64))[..., ::-1] for side in (positives, negatives))
        found = np.cumsum(up, axis=-1)
        chosen = found + np.cumsum(down, axis=-1)
        precision = np.divide(found, chosen, out=np.zeros_like(chosen), where=chosen != 0)
        return _share((up * precision).sum(-1), up.sum(-1))


def _share(part: Any, whole: Any) -> NDArray[np.float64]:
    quotient: NDArray[np.float64] = np.divide(part, np.where(np.asarray(whole) == 0, np.nan, whole))
    return quotient


def binned(scores: NDArray[Any], hits: NDArray[np.bool_], bins: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positives and negatives by bins of equal width over [0, 1].

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
        In [0, 1]; 1 falls into the last bin.
    hits : ndarray of bool, shape (n,)
    bins : int

    Returns
    -------
    (ndarray, ndarray) of int, each of shape (bins,)

    Raises
    ------
    ImpossibleValue
        If a score lies outside [0, 1].
    InvalidInput
        If ``bins`` is no whole number from 2 to 2^24.

    Examples
    --------
    >>> [side.tolist() for side in binned(np.array([0.1, 0.6, 1.0]), np.array([False, True, True]), 2)]
    [[0, 2], [1, 0]]
    """
    if not (type(bins) is int or isinstance(bins, np.integer)) or not 2 <= bins <= 1 << 24:
        raise InvalidInput(f"bins is a whole number from 2 to {1 << 24}, or None to keep every score, not {bins!r}")
    if scores.size and not (scores.min() >= 0 and scores.max() <= 1):
        raise ImpossibleValue(
            f"scores go from {scores.min():g} to {scores.max():g}, and the bins of a histogram lie over [0, 1]: bring "
            "them there with one rising function for the whole set, or pass bins=None to keep every score"
        )
    place = np.minimum((scores * np.float64(bins)).astype(np.int64), bins - 1)
    everything = np.bincount(place, minlength=bins)
    up = np.bincount(place[hits], minlength=bins)
    return up, everything - up


class _NoScores:
    """Scores that rank every positive last and every negative first: what missing ones count as."""

    def __repr__(self) -> str:
        return "no scores"


NO_SCORES = _NoScores()


def no_scores(_ref: object) -> _NoScores:
    """Scores that are always wrong: what missing ones count as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_SCORES


def scored_truths(pred: Any, ref: Any, bins: int | None) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Scores and truths of one item, flat; scores keep their precision.

    Parameters
    ----------
    pred : float or array_like of float
        Or `NO_SCORES`.
    ref : bool, 0 or 1, or array_like of them, of the same shape
    bins : int or None
        Whether scores are to lie in [0, 1], where missing ones then go to its ends.

    Returns
    -------
    (ndarray of float32 or float64, ndarray of bool), each of shape (n,)

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    NotFinite
        If a score is NaN or infinite.

    Examples
    --------
    >>> scored_truths([[0, 1]], [[False, True]], None)
    (array([0., 1.]), array([False,  True]))
    """
    truths = mask(ref, "ref")
    if pred is NO_SCORES:
        worst, best = (-np.inf, np.inf) if bins is None else (0.0, 1.0)
        return np.where(truths.reshape(-1), worst, best), truths.reshape(-1)
    given = real_array(pred, "pred", "scores")
    check_same_shape(given, truths)
    scores = given.reshape(-1)
    if scores.dtype not in (np.float32, np.float64):
        scores = scores.astype(np.float64)
    if scores.size and not np.isfinite(scores).all():
        odd = scores[~np.isfinite(scores)]
        raise NotFinite(
            f"pred holds the score {odd[0]}, and {odd.size} such of {scores.size}: a score is a finite number"
        )
    return scores, truths.reshape(-1)


def many_scored_truths(preds: Any, refs: Any, bins: int | None) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Scores and truths of many items, flat: of single decisions in one expression, of maps one after the other.

    Parameters
    ----------
    preds, refs : sequence
    bins : int or None
        As for `scored_truths`.

    Returns
    -------
    (ndarray of float, ndarray of bool), each of shape (n,)

    Examples
    --------
    >>> many_scored_truths([0.5, 1.0], [0, 1], None)
    (array([0.5, 1. ]), array([False,  True]))
    """
    if np.ndim(preds[0]) == 0 and np.ndim(refs[0]) == 0:
        return scored_truths(preds, refs, bins)
    parts = [scored_truths(pred, ref, bins) for pred, ref in zip(preds, refs, strict=True)]
    return np.concatenate([scores for scores, _ in parts]), np.concatenate([truths for _, truths in parts])

"""Ranking: average precision of decisions in order of confidence.

A curve has one point for each hit: after k hits recall is k out of all positives, and precision is k out of the
decisions made so far. Between its hits a curve only falls, so that nothing else is needed. An average is a weighted sum
over the hits:

==============  =====================================================================================================
``101-point``   the greatest precision at or beyond recall 0, .01, ..., 1, averaged (COCO)
``11-point``    the same at recall 0, .1, ..., 1 (PASCAL VOC to 2009)
``all-point``   the same over every step of recall (PASCAL VOC from 2010)
``step``        precision itself over every step of recall, ties at their last decision (scikit-learn)
``recall``      1 for every step of recall that was reached: the share of positives that were found
==============  =====================================================================================================
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput, did_you_mean

__all__ = ["Points", "average_precisions", "check_points", "recall_weights"]

Points: TypeAlias = Literal["101-point", "11-point", "all-point", "step", "recall"]
POINTS: tuple[str, ...] = get_args(Points)

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]


def check_points(points: object) -> None:
    """Refuse what is not the name of an average.

    Raises
    ------
    InvalidInput
        With the names that there are.
    """
    if points not in POINTS:
        hint = did_you_mean(str(points), POINTS)
        raise InvalidInput(f"points is how precision is averaged, one of {', '.join(POINTS)}, not {points!r}.{hint}")


@lru_cache(maxsize=1024)
def recall_weights(positives: int, points: str) -> tuple[Whole, int]:
    """How much each hit counts: at how many points of the recall axis it is the first that reaches them.

    Parameters
    ----------
    positives : int
        How many there are to find, at least one.
    points : str
        The name of the average.

    Returns
    -------
    (ndarray of int, shape (positives,), int)
        The weights, and what their sum is divided by.

    Examples
    --------
    Two positives: the first hit reaches recall 0 to .5, the second .6 to 1.

    >>> recall_weights(2, "11-point")
    (array([6, 5]), 11)
    """
    if points in ("all-point", "step", "recall"):
        return np.ones(positives, dtype=np.int64), positives
    # COCO's axis is a linspace, whose .07 lies a rounding error above 7 / 100; VOC's is eleven plain decimals.
    axis = np.linspace(0.0, 1.0, 101) if points == "101-point" else np.arange(11) / 10
    first = np.searchsorted(np.arange(1, positives + 1) / positives, axis)
    return np.bincount(first, minlength=positives)[:positives], len(axis)


def average_precisions(precisions: Floats, lengths: Whole, positives: Whole, points: str) -> Floats:
    """The averages of many curves.

    Parameters
    ----------
    precisions : ndarray of float, shape (n,)
        Precision at each hit, surest first, curve after curve.
    lengths : ndarray of int, shape (curves,)
        Hits of each curve.
    positives : ndarray of int, shape (curves,)
        What there was to find, at least one for each curve.
    points : str
        The name of the average.

    Returns
    -------
    ndarray of float, shape (curves,)
        In [0, 1].

    Examples
    --------
    Two of two are found, the second after one miss: 1 up to recall .5, then 2/3.

    >>> average_precisions(np.array([1, 2 / 3]), np.array([2]), np.array([2]), "all-point")  # (1 + 2/3) / 2
    array([0.83333333])
    """
    averages = np.zeros(len(lengths))
    if points == "recall":
        return np.divide(lengths, positives)
    ends = np.cumsum(lengths)
    for curve in np.flatnonzero(lengths).tolist():
        hits = int(lengths[curve])
        heights = precisions[ends[curve] - hits : ends[curve]]
        if points != "step":
            heights = np.maximum.accumulate(heights[::-1])[::-1]
        weights, whole = recall_weights(int(positives[curve]), points)
        averages[curve] = np.dot(weights[:hits], heights) / whole
    return averages

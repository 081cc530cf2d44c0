"""Rank sets: which ranks of each model the data leave open.

Two models are *told apart* when their difference is greater than draws of the difference about its own value explain.
The critical value is a quantile of the greatest studentised deviation over all pairs, so that with the stated
confidence no pair at all is told apart wrongly; a second pass over the pairs that are left (step-down) finds more at
the same confidence. A model's rank set runs from one more than the models that are told to be better, to all but those
that are told to be worse. *Marginal* sets do the same with the pairs of one model alone: narrower, and right for each
model by itself, but not for all of them at once.

Where models are ranked by integer level first, a pair is compared by the highest level that either of the two reaches;
a level counts as reached where it is above 0 in the report, or in more than ``1 - level`` of the draws.

A draw of tasks holds no win that is not among the tasks at hand: a model without any stays at 0 in every draw, however
near it came. To be told to be worse than others for that is a statement about wins seen, not about strength.

Source: Mogstad, Romano, Shaikh, Wilhelm, Inference for ranks with applications to mobility across neighbourhoods and
academic achievement across countries, Review of Economic Studies 91, 2024; Romano and Wolf, Econometrica 73, 2005, for
the step-down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIGITS", "RankSets", "anchor_groups", "first_shares", "point_ranks", "rank_sets"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

DIGITS = 9  # ours: decimals of a level, 0-100, beyond which all is rounding
SLACK = 10.0**-DIGITS


@dataclass(frozen=True, eq=False)
class RankSets:
    """The ranks that each model may have.

    Attributes
    ----------
    low, high : ndarray of int, shape (models,)
        The best and the worst rank left open, from 1.
    beats : ndarray of bool, shape (models, models)
        Whether the model of the row is told to be better than that of the column.
    critical : float
        How many standard errors apart two models had to be in the last step; NaN where no pair differs at all. The
        greatest of all models for marginal sets.
    """

    low: Whole
    high: Whole
    beats: Flags
    critical: float


def point_ranks(scores: Floats) -> Whole:
    """The rank of each model, from 1; equal models share the better rank.

    Parameters
    ----------
    scores : ndarray of float, shape (keys, models)
        What decides first, then what decides among models that are equal in it, and so on; higher is better.

    Returns
    -------
    ndarray of int, shape (models,)

    Examples
    --------
    >>> point_ranks(np.array([[0.0, 3.0, 0.0], [9.0, 5.0, 9.0]])).tolist()
    [2, 1, 2]
    """
    _, places = np.unique(np.round(scores, DIGITS), axis=1, return_inverse=True)  # ascending, the first key first
    flat = places.ravel()
    ranks: Whole = 1 + (flat > flat[:, np.newaxis]).sum(axis=1)
    return ranks


def first_shares(draws: Floats) -> Floats:
    """In what share of the draws each model leads; models that lead together share a draw.

    Parameters
    ----------
    draws : ndarray of float, shape (keys, models, resamples)
        As for `point_ranks`, once for each draw.

    Returns
    -------
    ndarray of float, shape (models,)
        They add up to 1.
    """
    leads = np.ones(draws.shape[1:], dtype=bool)
    for key in draws:
        among = np.where(leads, np.round(key, DIGITS), -np.inf)
        leads &= among == among.max(axis=0)
    shares: Floats = (leads / leads.sum(axis=0)).mean(axis=1)
    return shares


def rank_sets(scores: Floats, draws: Floats, level: float, *, simultaneous: bool = True) -> RankSets:
    """The ranks that each model may have.

    Parameters
    ----------
    scores : ndarray of float, shape (keys, models)
        As for `point_ranks`; at least 0 where there are several keys.
    draws : ndarray of float, shape (keys, models, resamples)
        The same, under paired resamples.
    level : float
        The confidence, in (0, 1).
    simultaneous : bool, default True
        Whether all sets are to hold together, or each by itself.

    Returns
    -------
    RankSets
        The point rank of a model is always in its set.

    References
    ----------
    .. [1] Mogstad, Romano, Shaikh, Wilhelm (2024), Review of Economic Studies 91, arXiv 2401.15205 for the software.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> scores = np.array([[30.0, 20.0, 19.5]])
    >>> sets = rank_sets(scores, scores[..., np.newaxis] + rng.normal(size=(1, 3, 1000)), 0.95)
    >>> list(zip(sets.low.tolist(), sets.high.tolist()))
    [(1, 1), (2, 3), (2, 3)]
    """
    pairs = _Pairs(scores, draws, _deciding(scores, draws, level))
    if simultaneous:
        beats, critical = pairs.told_apart(level)
        worse, better = beats.sum(axis=1), beats.sum(axis=0)
    else:
        beats, worse_than, critical = pairs.told_apart_one_by_one(level)
        worse, better = beats.sum(axis=1), worse_than.sum(axis=1)
    return RankSets(1 + better, len(beats) - worse, beats, critical)


def _deciding(scores: Floats, draws: Floats, level: float) -> NDArray[np.intp]:
    """By which key each pair of models is compared, shape (models, models)."""
    keys, models = scores.shape
    deciding = np.full((models, models), keys - 1, dtype=np.intp)
    for key in range(keys - 2, -1, -1):
        above = draws[key] > SLACK
        flags = above.astype(np.float32)
        rates, both = above.mean(axis=1), flags @ flags.T / draws.shape[2]  # counts are exact in 32 bits
        either = rates[:, np.newaxis] + rates - both
        reached = scores[key] > SLACK
        deciding[reached | reached[:, np.newaxis] | (either > 1 - level)] = key
    return deciding


class _Pairs:
    """The differences of all pairs of models, with their draws."""

    def __init__(self, scores: Floats, draws: Floats, deciding: NDArray[np.intp]) -> None:
        self.draws, self.deciding, self.models = draws, deciding, scores.shape[1]
        every = np.arange(self.models)
        self.apart = scores[deciding, every[:, np.newaxis]] - scores[deciding, every]
        self.errors = np.zeros_like(self.apart)
        for first in range(self.models):
            rest = every[first + 1 :]
            spread = self._drawn(first, rest).std(axis=1) if len(rest) else np.zeros(0)
            self.errors[first, rest] = self.errors[rest, first] = np.where(spread > SLACK, spread, 0.0)

    def _drawn(self, first: int, others: NDArray[np.intp]) -> Floats:
        """Draws of the difference of one model and others, shape (others, draws)."""
        keys = self.deciding[first, others]
        drawn: Floats = self.draws[keys, first] - self.draws[keys, others]
        return drawn

    def _deviations(self, first: int, others: NDArray[np.intp]) -> Floats:
        """The same in standard errors about the difference itself."""
        centred = self._drawn(first, others) - self.apart[first, others, np.newaxis]
        scaled: Floats = centred / self.errors[first, others, np.newaxis]
        return scaled

    @property
    def fixed(self) -> Flags:
        """Pairs that lie equally far apart in every draw, the first ahead."""
        fixed: Flags = (self.errors == 0) & (self.apart > SLACK)
        return fixed

    def told_apart(self, level: float) -> tuple[Flags, float]:
        """Which models are told to be better than which, over all pairs."""
        beats, left, critical = self.fixed, self.errors > 0, np.nan
        while left.any():
            greatest = np.full(self.draws.shape[2], -np.inf)
            for first in np.flatnonzero(left.any(axis=1)).tolist():
                np.maximum(greatest, self._deviations(first, np.flatnonzero(left[first])).max(axis=0), out=greatest)
            critical = _critical(greatest, level)
            new = left & (self.apart > critical * self.errors)
            if not new.any():
                break
            beats, left = beats | new, left & ~new
        return beats, critical

    def told_apart_one_by_one(self, level: float) -> tuple[Flags, Flags, float]:
        """Which models each is told to beat, and to be beaten by, over the pairs of that model alone."""
        beats, beaten, most = self.fixed, self.fixed.T.copy(), np.nan
        for model in range(self.models):
            others = np.flatnonzero(self.errors[model] > 0)
            if not len(others):
                continue
            deviations = self._deviations(model, others)
            both = np.concatenate([deviations, -deviations])
            told = self.apart[model, others] / self.errors[model, others]
            margins, left = np.concatenate([told, -told]), np.ones(2 * len(others), dtype=bool)
            while left.any():
                critical = _critical(both[left].max(axis=0), level)
                most = critical if np.isnan(most) else max(most, critical)
                new = left & (margins > critical)
                if not new.any():
                    break
                left &= ~new
            ahead, behind = np.split(~left, 2)
            beats[model, others[ahead]] = True
            beaten[model, others[behind]] = True
        return beats, beaten, most


def _critical(greatest: Floats, level: float) -> float:
    """The quantile that at most ``1 - level`` of the draws exceed; at least 0."""
    return max(0.0, float(np.quantile(greatest, level, method="higher")))


def anchor_groups(ranks: Whole, beats: Flags) -> Whole:
    """Groups of models that their best one is not told apart from.

    Parameters
    ----------
    ranks : ndarray of int, shape (models,)
        Point ranks.
    beats : ndarray of bool, shape (models, models)
        Whether the model of the row is told to be better than that of the column.

    Returns
    -------
    ndarray of int, shape (models,)
        Group numbers from 1.

    Notes
    -----
    The best model that has no group yet is the anchor of the next one, and takes in all that it is not told to beat.
    Neighbours alone would chain: with ``a`` like ``b`` and ``b`` like ``c``, all three were one group though ``a``
    beats ``c``.

    Examples
    --------
    >>> beats = np.array([[False, False, True], [False, False, False], [False, False, False]])
    >>> anchor_groups(np.array([1, 2, 3]), beats).tolist()
    [1, 1, 2]
    """
    groups = np.zeros(len(ranks), dtype=np.int64)
    for anchor in np.argsort(ranks, kind="stable").tolist():
        if not groups[anchor]:
            groups[(groups == 0) & ~beats[anchor]] = groups.max() + 1
    return groups

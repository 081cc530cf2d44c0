"""Task sampling: how far each task's score could have come out otherwise, as distributions that can be drawn from.

One `TaskSampling` holds a column of raw scores in table units and, for each task, one of five kinds:

=========  ==========================================================================================================
counted    a share of hits over n items: binomial
bounded    another score between two finite bounds, over n items: the binomial that has the same mean. No mean of
           bounded items varies more, so this is the widest case; for a score that is no mean of items (average
           precision) it is a stand-in
normal     a stated standard error, or the half width of a stated 95 % interval: normal, confined to the bounds
unknown    nothing is known: held fixed, and counted, so that nobody takes it for certain
anything   nothing is known, and any legal score is possible: only for the interval by projection
=========  ==========================================================================================================

A stated standard error comes before a number of items, because it may know of clusters that a count does not. One of 0
beside a number of items does not: n items that all score the same show no spread, and do not show that there is none.

Sources: Hoeffding, Probability inequalities for sums of bounded random variables, JASA 58, 1963 (the binomial is the
most spread); Cornish and Fisher, Revue de l'Institut International de Statistique 5, 1938 (quantiles from cumulants).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.distributions.proportions import clopper_pearson, guaranteed
from generallevel.analysis.distributions.quantiles import two_sided
from generallevel.normaliser import Normaliser

__all__ = ["KINDS", "TaskSampling"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

KINDS = ("missing", "unknown", "counted", "bounded", "normal", "anything")
MISSING, UNKNOWN, COUNTED, BOUNDED, NORMAL, ANYTHING = range(len(KINDS))
# Metrics whose score is the share of items that are right or wrong. Not among them: means of items that may be partly
# right (event accuracy, recall at 50), opinions with ties and several judges to an item (user preference rate), and
# frames pooled over clips (frame accuracy, success rate), whose number is not that of the items.
HITS = frozenset({"accuracy", "exact_match"})
CHUNK = 1 << 14  # ours: figures at a time, 128 KB, which a cache holds and which need no fresh pages of memory
SMOOTH = 10.0  # ours: from this variance of the hits on, the expansion below is off by at most 1.2e-4 in probability


@dataclass(frozen=True, eq=False)
class TaskSampling:
    """The scores of one column with what is known of their spread.

    Attributes
    ----------
    values : ndarray of float, shape (tasks,)
        Raw scores in table units; NaN where there is none.
    kinds : ndarray of int, shape (tasks,)
        Positions in `KINDS`.
    n : ndarray of float, shape (tasks,)
        Items behind a counted or a bounded score; NaN elsewhere.
    stated : ndarray of float, shape (tasks,)
        Standard error of a normal one, in table units; NaN elsewhere.
    low, high : ndarray of float, shape (tasks,)
        The least and the greatest possible table value.
    order : ndarray of int, shape (tasks,)
        The order in which tasks take their random numbers: by id, so that it is no matter how they are listed.
    """

    values: Floats
    kinds: NDArray[np.int64]
    n: Floats
    stated: Floats
    low: Floats
    high: Floats
    order: Places

    @classmethod
    def of(
        cls,
        normaliser: Normaliser,
        ids: Sequence[str],
        values: Floats,
        inside: Flags,
        n: Floats,
        stated: Floats,
        *,
        conservative: bool = False,
    ) -> TaskSampling:
        """The sampling of a column.

        Parameters
        ----------
        normaliser : Normaliser
            Metrics, units and bounds of the tasks.
        ids : sequence of str
            Of the tasks.
        values : ndarray of float, shape (tasks,)
            Raw scores in table units; NaN where there is none.
        inside : ndarray of bool, shape (tasks,)
            The tasks of the scope; all others are left alone.
        n, stated : ndarray of float, shape (tasks,)
            Number of items and standard error in table units, as far as they are known; NaN elsewhere.
        conservative : bool, default False
            Whether a task of which nothing is known may have any legal score.

        Returns
        -------
        TaskSampling
        """
        low, high = normaliser.bounds
        hits = np.array([metric.name in HITS for metric in normaliser.metrics], dtype=bool)
        scored = inside & np.isfinite(values)
        kinds = np.full(values.shape, MISSING, dtype=np.int64)
        kinds[inside & ~np.isnan(values)] = ANYTHING if conservative else UNKNOWN
        limited = scored & np.isfinite(low) & np.isfinite(high) & (n >= 1)
        kinds[limited] = np.where(hits, COUNTED, BOUNDED)[limited]
        kinds[scored & np.isfinite(stated) & ((stated > 0) | ((stated == 0) & ~limited))] = NORMAL
        by_items = (kinds == COUNTED) | (kinds == BOUNDED)
        return cls(
            values,
            kinds,
            np.where(by_items, np.floor(n), np.nan),
            np.where(kinds == NORMAL, stated, np.nan),
            low,
            high,
            np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.intp),
        )

    @cached_property
    def known(self) -> Flags:
        """Which tasks have a distribution, shape (tasks,)."""
        known: Flags = (self.kinds == COUNTED) | (self.kinds == BOUNDED) | (self.kinds == NORMAL)
        return known

    @cached_property
    def sources(self) -> dict[str, int]:
        """How many tasks are of each kind that occurs, missing ones aside."""
        number = Counter(self.kinds.tolist())
        return {name: number[kind] for kind, name in enumerate(KINDS) if kind != MISSING and number[kind]}

    @cached_property
    def _by_items(self) -> Flags:
        return ~np.isnan(self.n)

    @cached_property
    def _span(self) -> Floats:
        return np.where(self._by_items, self.high - np.where(self._by_items, self.low, 0.0), np.nan)

    def _shares(self, values: Floats) -> Floats:
        """Where values lie between their bounds, 0-1; NaN where no items are counted."""
        shares: Floats = (values - np.where(self._by_items, self.low, 0.0)) / self._span
        return shares

    @cached_property
    def _hit_rates(self) -> Floats:
        return np.clip(self._shares(self.values), 0.0, 1.0)

    def standard_errors(self, at: Floats | None = None) -> Floats:
        """The standard errors of the scores, in table units.

        Parameters
        ----------
        at : ndarray of float, shape (tasks,), optional
            The scores that are taken for true, in table units; by default those of the column. Only the spread of a
            score over items depends on it.

        Returns
        -------
        ndarray of float, shape (tasks,)
            NaN where nothing is known.
        """
        share = np.clip(self._shares(self.values if at is None else at), 0.0, 1.0)
        return np.where(self._by_items, self._span * np.sqrt(share * (1.0 - share) / self.n), self.stated)

    def intervals(self, confidence: float) -> tuple[Floats, Floats]:
        """An interval of each score by itself.

        Exact (Clopper-Pearson) for counted hits, Hoeffding's for other bounded scores, which holds for items of any
        distribution, and normal with a standard error.

        Parameters
        ----------
        confidence : float
            Of each interval, in (0, 1).

        Returns
        -------
        low, high : ndarray of float, shape (tasks,)
            In table units, within the bounds; the score itself where it is held fixed, and the bounds where it may be
            anything.
        """
        low, high = self.values.copy(), self.values.copy()
        for kind, interval in ((COUNTED, clopper_pearson), (BOUNDED, guaranteed)):
            places = np.flatnonzero(self.kinds == kind)
            least, most = interval(self._hit_rates[places], self.n[places], confidence)
            low[places] = self.low[places] + self._span[places] * least
            high[places] = self.low[places] + self._span[places] * most
        places = np.flatnonzero(self.kinds == NORMAL)
        reach = two_sided(confidence) * self.stated[places]
        low[places] = np.maximum(self.values[places] - reach, self.low[places])
        high[places] = np.minimum(self.values[places] + reach, self.high[places])
        anything = self.kinds == ANYTHING
        # fmin and fmax: rounding must not put the score itself outside.
        return (
            np.where(anything, self.low, np.fmin(low, self.values)),
            np.where(anything, self.high, np.fmax(high, self.values)),
        )

    @cached_property
    def _plan(self) -> tuple[tuple[Places, Places, Places, Places], Floats, Places]:
        """Tasks by the way they are drawn, coefficients of the first two, and where each task of those stands there.

        Ways: hits through a normal deviate, normal scores, hits as binomial draws, and scores that are held fixed. A
        task of the last two stands nowhere, and has a 0 that nobody reads.
        """
        smooth = self.n * self._hit_rates * (1 - self._hit_rates) >= SMOOTH
        normal = self.kinds == NORMAL
        exact = self._by_items & ~smooth
        chosen = (smooth, normal, exact, ~(smooth | normal | exact))
        hits, scores, few, fixed = (self.order[which[self.order]] for which in chosen)
        n, share = self.n[hits], self._hit_rates[hits]
        spread = n * share * (1 - share)
        # Rounding adds the variance and the fourth cumulant of a uniform step, which the smooth variable must lack.
        sigma = np.sqrt(spread - 1 / 12)
        skew = spread * (1 - 2 * share) / sigma**3
        excess = (spread * (1 - 6 * share * (1 - share)) + 1 / 120) / sigma**4
        coefficients = np.zeros((4, len(hits) + len(scores)))
        coefficients[:, : len(hits)] = [
            n * share - sigma * skew / 6,
            sigma * (1 - excess / 8 + 5 * skew**2 / 36),
            sigma * skew / 6,
            sigma * (excess / 24 - skew**2 / 18),
        ]
        coefficients[:2, len(hits) :] = self.values[scores], self.stated[scores]
        back = np.zeros(len(self.values), dtype=np.intp)
        back[np.concatenate([hits, scores])] = np.arange(coefficients.shape[1])
        return (hits, scores, few, fixed), coefficients, back

    def draw(self, rng: np.random.Generator, rows: int, out: Floats | None = None) -> Floats:
        """Columns as they could have come out.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where the random numbers come from.
        rows : int
            How many columns.
        out : ndarray of float, shape (rows, tasks), optional
            Where they go; a new array by default.

        Returns
        -------
        ndarray of float, shape (rows, tasks)
            In table units, within the bounds; the score itself where nothing is known, NaN where there is none.

        Notes
        -----
        Hits whose variance is at least 10 are a Cornish-Fisher polynomial of a normal deviate, rounded: their
        distribution function is within 1.2e-4 of the binomial, at a sixth of the time. All others are binomial draws.
        """
        (hits, scores, few, fixed), (constant, linear, square, cube), back = self._plan
        drawn = np.empty((rows, len(self.values))) if out is None else out
        most = max(1, min(rows, CHUNK // max(1, len(constant))))
        scratch = np.empty((2, most, len(constant)))
        for start in range(0, rows if len(constant) else 0, most):
            deviates, smooth = scratch[:, : min(most, rows - start)]
            rng.standard_normal(out=deviates)
            np.multiply(deviates, cube, out=smooth)
            for coefficient in (square, linear):
                smooth += coefficient
                smooth *= deviates
            smooth += constant
            counts, normal = smooth[:, : len(hits)], smooth[:, len(hits) :]
            np.rint(counts, out=counts)
            np.maximum(counts, 0.0, out=counts)
            np.minimum(counts, self.n[hits], out=counts)
            self._to_values(counts, hits)
            np.clip(normal, self.low[scores], self.high[scores], out=normal)
            np.take(smooth, back, axis=1, out=drawn[start : start + most], mode="clip")
        exact = rng.binomial(self.n[few].astype(np.int64), self._hit_rates[few], size=(rows, len(few))).astype(float)
        self._to_values(exact, few)
        drawn[:, few] = exact
        drawn[:, fixed] = self.values[fixed]
        return drawn

    def _to_values(self, hits: Floats, places: Places) -> None:
        """Hits as table values, in place; multiplied first, so that 57 of 100 is 57 and not 56.99999999999999."""
        hits *= self._span[places]
        hits /= self.n[places]
        hits += self.low[places]

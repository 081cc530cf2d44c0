"""Aggregators: several ways to make one number of many tasks, side by side, each marked whether others decide it.

An aggregator is *pool-dependent* where a model's number, and even the order of two models, may change when a third one
enters. Means, medians and interquartile means of points are not; win rates, Borda counts and mean ranks are, and no
such rule escapes it (Arrow). On tables without gaps the last three order models alike, as each is a linear function of
the others; with ``missing="skip"`` they do not.

Sources: Agarwal et al., NeurIPS 2021 (interquartile mean); Himmi et al., arXiv 2305.10284, and Rofin et al.,
Vote'n'Rank, arXiv 2210.05769 (Borda); Zhang and Hardt, arXiv 2405.01719 (what pools do).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.boards.rank_sets import point_ranks
from generallevel.analysis.comparisons.by_task import midranks
from generallevel.level_report import LevelReport

__all__ = ["Aggregate", "aggregates", "interquartile_mean"]

Floats = NDArray[np.float64]

CUT = 0.25  # what an interquartile mean leaves out at each end


@dataclass(frozen=True)
class Aggregate:
    """One number for each model.

    Attributes
    ----------
    name : str
        ``mean``, ``median``, ``iqm``, ``win_rate``, ``borda`` or ``mean_rank``.
    values : dict of str to float
        By model; NaN for one without any task that counts.
    ranks : dict of str to int
        From 1; equal models share the better rank, models without a number the last.
    pool_dependent : bool
        Whether the other models decide it too.
    better : str
        ``higher``, or ``lower`` for the mean rank.
    meaning : str
        What it is, in words.
    """

    name: str
    values: dict[str, float]
    ranks: dict[str, int]
    pool_dependent: bool
    better: str
    meaning: str

    def to_dict(self) -> dict[str, Any]:
        """The aggregate as plain data; None for a model without a number."""
        return {
            "name": self.name,
            "values": {model: None if np.isnan(value) else value for model, value in self.values.items()},
            "ranks": dict(self.ranks),
            "pool_dependent": self.pool_dependent,
            "better": self.better,
            "meaning": self.meaning,
        }


def interquartile_mean(points: Floats) -> float:
    """The mean without the lowest and the highest quarter, rounded down to whole tasks.

    Parameters
    ----------
    points : ndarray of float, shape (tasks,)
        Without NaN.

    Returns
    -------
    float
        NaN where there is no task.

    Examples
    --------
    >>> interquartile_mean(np.array([0.0, 10.0, 20.0, 100.0]))  # (10 + 20) / 2
    15.0
    """
    cut = int(CUT * len(points))
    return _over(np.mean, np.sort(points)[cut : len(points) - cut])


def aggregates(reports: Sequence[LevelReport]) -> tuple[Aggregate, ...]:
    """The aggregates of a pool of models.

    Parameters
    ----------
    reports : sequence of LevelReport
        Alike, and with names that differ.

    Returns
    -------
    tuple of Aggregate
        Over the tasks of the scope, each of which counts the same. A missing score is 0 points and loses against all
        scores, or is left out under ``missing="skip"``.
    """
    names = [str(report.model) for report in reports]
    places, skip = reports[0].basis.grid.scope.positions, reports[0].missing == "skip"
    points = np.stack([report.basis.points[places] for report in reports])
    there = ~np.isnan(points)
    kept = [row[here] if skip else np.where(here, row, 0.0) for row, here in zip(points, there, strict=True)]
    beaten, rivals, ranks = _contests(reports, skip)
    with np.errstate(invalid="ignore"):
        rates = np.where(rivals.sum(axis=1) > 0, 100 * beaten.sum(axis=1) / rivals.sum(axis=1), np.nan)
    counted = there if skip else np.ones_like(there)
    mean_ranks = [_over(np.mean, row[here]) for row, here in zip(ranks, counted, strict=True)]
    made: list[tuple[str, Sequence[float], bool, str, str]] = [
        ("mean", [_over(np.mean, row) for row in kept], False, "higher", "mean of points over tasks"),
        ("median", [_over(np.median, row) for row in kept], False, "higher", "median of points over tasks"),
        ("iqm", [interquartile_mean(row) for row in kept], False, "higher", "mean of the middle half of the points"),
        ("win_rate", rates.tolist(), True, "higher", "percent of contests won, one for each task and rival"),
        ("borda", beaten.sum(axis=1).tolist(), True, "higher", "rivals beaten, summed over tasks; a tie is a half"),
        ("mean_rank", mean_ranks, True, "lower", "mean rank over tasks; equal scores share the mean of their ranks"),
    ]
    found = []
    for name, values, pooled, better, meaning in made:
        signed = np.array(values) * (1.0 if better == "higher" else -1.0)
        order = point_ranks(np.where(np.isnan(signed), -np.inf, signed)[np.newaxis])
        found.append(
            Aggregate(
                name,
                dict(zip(names, map(float, values), strict=True)),
                dict(zip(names, order.tolist(), strict=True)),
                pooled,
                better,
                meaning,
            )
        )
    return tuple(found)


def _over(statistic: Callable[[Floats], Any], values: Floats) -> float:
    return float(statistic(values)) if len(values) else float("nan")


def _contests(reports: Sequence[LevelReport], skip: bool) -> tuple[Floats, Floats, Floats]:
    """Rivals beaten, rivals met, and the rank of each model on each task; shape (models, tasks) each.

    By raw scores, as the gate compares: points saturate.
    """
    grid = reports[0].basis.grid
    places = grid.scope.positions
    raw = np.stack([report.basis.aligned.values[places] for report in reports])
    goodness = np.where(grid.normaliser.higher[places], raw, -raw)
    beaten, rivals, ranks = (np.zeros(raw.shape) for _ in range(3))
    for task, column in enumerate(goodness.T):
        there = ~np.isnan(column)
        # A missing score is below an infinitely bad one, and equal to another missing one.
        here = there if skip else np.ones(len(column), dtype=bool)
        present = midranks(column[there])
        ascending = np.full(len(column), (len(column) - len(present) + 1) / 2)
        ascending[there] = present + (0 if skip else len(column) - len(present))
        met = int(here.sum())
        beaten[here, task], rivals[here, task] = ascending[here] - 1, met - 1
        ranks[here, task] = met + 1 - ascending[here]
    return beaten, rivals, ranks

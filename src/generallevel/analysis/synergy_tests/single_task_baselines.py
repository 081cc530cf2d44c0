"""Synergy measured, not inferred: the same model trained on one task alone, beside the model trained on all.

Who has single-task baselines need not read synergy from wins over other people's specialists. The difference in points
between the generalist and its own baseline on a task is what the other tasks gave. Its mean over the tasks of a cell
comes with a paired interval, and its direction with a sign test, which no scale of a metric touches.

Sources: Student's interval of a mean of paired differences; Arbuthnot's sign test, exact, two-sided (Conover, Practical
Nonparametric Statistics, 1999, section 3.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment import align
from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.analysis.distributions.quantiles import check_share, student_quantile
from generallevel.errors import InvalidInput
from generallevel.evaluation import Columns
from generallevel.level_report import LevelReport
from generallevel.tables import read_table

__all__ = ["Ablation", "Difference", "ablation_test"]

Floats = NDArray[np.float64]

EVERYTHING = "all"


@dataclass(frozen=True)
class Difference:
    """The generalist less its single-task baselines, on some tasks.

    Attributes
    ----------
    tasks : int
        How many have a score and a baseline.
    mean : float
        Mean difference in points, in [-100, 100]; above 0 where the generalist is better.
    interval : tuple of float, or None
        Of the mean, over tasks; None for a single task.
    better, worse, equal : int
        On how many tasks the raw score is better, worse, or the same.
    p_value : float
        Of the two-sided sign test, in (0, 1].
    """

    tasks: int
    mean: float
    interval: tuple[float, float] | None
    better: int
    worse: int
    equal: int
    p_value: float

    def __str__(self) -> str:
        span = "no interval" if self.interval is None else f"[{self.interval[0]:+.2f}, {self.interval[1]:+.2f}]"
        return (
            f"{self.mean:+.2f} points {span} over {self.tasks} tasks, better on {self.better}, worse on {self.worse}, "
            f"equal on {self.equal}, sign test p = {self.p_value:.3g}"
        )


@dataclass(frozen=True)
class Ablation:
    """Synergy by single-task baselines.

    Attributes
    ----------
    model : str or None
        The model's name.
    cells : dict of str to Difference
        Each cell with a task that has both figures, and ``all`` for all tasks together, each counting the same.
    gained, lost : int
        Wins over the reference that the generalist has and its baseline has not; and the other way round.
    levels, without : dict of str to float
        The levels, and those with the baselines in place of the scores of their tasks.
    unscored : tuple of str
        Tasks with a baseline and without a score; they count for nothing.
    confidence : float
        Of the intervals, 0-1.
    signature : str
        The report's, and the method.
    """

    model: str | None
    cells: dict[str, Difference]
    gained: int
    lost: int
    levels: dict[str, float]
    without: dict[str, float]
    unscored: tuple[str, ...] = field(repr=False)
    confidence: float
    signature: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The measurement as plain data."""
        cells = {
            name: {**vars(found), "interval": None if found.interval is None else list(found.interval)}
            for name, found in self.cells.items()
        }
        changed = {"cells": cells, "levels": dict(self.levels), "without": dict(self.without)}
        return {**vars(self), **changed, "unscored": list(self.unscored)}

    def __str__(self) -> str:
        lines = [f"Generalist less single-task baselines{'' if self.model is None else f', {self.model}'}"]
        lines += [f"  {name}: {found}" for name, found in self.cells.items()]
        lines.append(f"  wins gained {self.gained}, lost {self.lost}")
        moves = (f"{name} {level:.3f}, {self.without[name]:.3f} with baselines" for name, level in self.levels.items())
        return "\n".join([*lines, *(f"  {move}" for move in moves)])


def ablation_test(
    report: LevelReport, ablation: object, *, unit: str | None = None, confidence: float = 0.95
) -> Ablation:
    """Synergy measured with single-task baselines.

    Parameters
    ----------
    report : LevelReport
        Of the generalist.
    ablation : mapping of task to score, ScoreTable, data frame or path
        The same model trained on that task alone: raw scores, as for `compute_level`.
    unit : {"fraction", "percent"}, optional
        The unit of all baselines that tables print in percent.
    confidence : float, default 0.95
        Of the intervals, in (0, 1).

    Returns
    -------
    Ablation
        Mean differences in points, in [-100, 100].

    Raises
    ------
    InvalidInput
        If no task has both a score and a baseline.
    GeneralLevelError
        If the baselines cannot be read, as in `compute_level`.

    References
    ----------
    .. [1] W. J. Conover, Practical Nonparametric Statistics, 3rd edition, 1999, section 3.4.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Image Deraining": 41.2, "Sports Image Classification": 72.8})
    >>> found = ablation_test(report, {"Image Deraining": 30.0, "Sports Image Classification": 70.0})
    >>> found.cells["all"].better, found.gained
    (2, 1)
    """
    check_share("confidence", confidence)
    terms, basis = LevelTerms(report), report.basis
    table = read_table(ablation)
    aligned = align(table, basis.grid.catalogue, basis.grid.normaliser, basis.references, unit=unit).require()
    scores, baselines = basis.aligned.values, aligned.values
    here = np.zeros(len(scores), dtype=bool)
    here[terms.places] = True
    both = here & ~np.isnan(scores) & ~np.isnan(baselines)
    if not both.any():
        raise InvalidInput(f"no task of scope {report.scope} has both a score and a baseline ({table.source}).")
    share = basis.aligned.share
    columns = Columns(
        basis.grid,
        np.stack([scores, np.where(both, baselines, scores)]),
        "skip" if terms.skips else "zero",
        None if share is None else np.stack([share, share]),
    )
    evaluation = columns.against(basis.aligned.references)
    points, won = evaluation.points, evaluation.won
    apart = np.where(both, points[0] - points[1], np.nan)[terms.places]
    sign = np.where(basis.grid.normaliser.higher, 1.0, -1.0)
    with np.errstate(invalid="ignore"):
        direction = np.where(scores == baselines, 0.0, np.sign((scores - baselines) * sign))[terms.places]
    inside = both[terms.places]
    cells = {
        name: _difference(apart[chosen], direction[chosen], confidence)
        for number, name in enumerate(terms.cells)
        if (chosen := inside & (terms.cell == number)).any()
    }
    unscored = here & np.isnan(scores) & ~np.isnan(baselines)
    return Ablation(
        model=report.model,
        cells=cells | {EVERYTHING: _difference(apart[inside], direction[inside], confidence)},
        gained=int((won[0] & ~won[1] & both).sum()),
        lost=int((won[1] & ~won[0] & both).sum()),
        levels=terms.levels,
        without={name: float(evaluation.records[1][name]) for name in terms.levels},
        unscored=tuple(basis.grid.catalogue.ids[place] for place in np.flatnonzero(unscored).tolist()),
        confidence=confidence,
        signature=f"{report.signature}|ablation:{int(both.sum())} tasks|student:{confidence:g}|sign test",
    )


def _difference(apart: Floats, direction: Floats, confidence: float) -> Difference:
    """Mean difference and signs over some tasks, at least one."""
    from scipy.stats import binomtest

    better, worse = int((direction > 0).sum()), int((direction < 0).sum())
    mean, interval = float(apart.mean()), None
    if len(apart) > 1:
        reach = student_quantile(confidence, len(apart) - 1) * float(apart.std(ddof=1)) / math.sqrt(len(apart))
        interval = (mean - reach, mean + reach)
    p_value = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return Difference(len(apart), mean, interval, better, worse, len(apart) - better - worse, p_value)

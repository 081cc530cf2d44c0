"""Projection: the least and the greatest level over all scores that simultaneous task intervals allow.

Each score, and where wanted each reference, gets an interval so wide that all of them hold at once with the confidence
that is asked for: with m of them, each at ``1 - (1 - confidence) / m`` (Bonferroni), which is valid however the tasks
depend on each other. Every level rises when a task gets better and falls when a reference does, so its extremes over
the box of intervals are at two corners, and the level of the true scores lies between them whenever the true scores lie
in the box. No smoothness is needed, so the gate does no harm; the price is width.

Source: projection of a simultaneous confidence set, Scheffé, The Analysis of Variance, 1959, chapter 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.errors import InvalidInput
from generallevel.evaluation import Evaluation
from generallevel.level_report import LevelReport

__all__ = ["projected_levels"]

Floats = NDArray[np.float64]


def projected_levels(
    report: LevelReport, confidence: float, scores: TaskSampling, references: TaskSampling | None = None
) -> Evaluation:
    """The levels at the worst and at the best corner of the box.

    Parameters
    ----------
    report : LevelReport
        Whose levels.
    confidence : float
        That all intervals hold at once, in (0, 1).
    scores : TaskSampling
        The spread of the scores.
    references : TaskSampling, optional
        The spread of the references; without it they are constants.

    Returns
    -------
    Evaluation
        Of two rows, the worst and the best.

    Raises
    ------
    InvalidInput
        If under the report's rules a better score can lower the points or lose a win: then the corners say nothing.
    """
    basis = report.basis
    uncertain = int(scores.known.sum()) + (0 if references is None else int(references.known.sum()))
    each = 1.0 - (1.0 - confidence) / max(uncertain, 1)
    higher = basis.grid.normaliser.higher
    low, high = scores.intervals(each)
    values = np.stack([np.where(higher, low, high), np.where(higher, high, low)])
    against = basis.aligned.references
    if references is not None:
        low, high = references.intervals(each)
        against = np.stack([np.where(higher, high, low), np.where(higher, low, high)])
    corners = columns_like(report, values).against(against)
    points, won = np.nan_to_num(corners.points), corners.won
    ids = basis.grid.catalogue.ids
    falls = (points[0] > points[1]) | (won[0] & ~won[1])
    if falls.any():
        raise InvalidInput(
            f"under the rules {basis.grid.rules.name!r} a better score of {ids[int(np.flatnonzero(falls)[0])]} lowers "
            "its points or loses its win, so the ends of its interval are not the ends of the level. Use the rules of "
            "the paper, or method='bootstrap'."
        )
    return corners

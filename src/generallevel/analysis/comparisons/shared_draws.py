"""Shared draws: the levels of several models under the same draws of tasks, or under draws of items of each its own.

A difference between two models is much surer than either level, because both meet the same tasks. So every model sees
the same draw of tasks. Items are another matter: the test of one model says nothing of the errors of another, so each
model has draws of its own, which its name, its scores and the seed decide. Neither depends on who else is there.

Sources: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8; Agarwal et al., NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.analysis.comparisons.like_reports import own_seed
from generallevel.analysis.distributions.quantiles import check_share, check_whole
from generallevel.analysis.level_intervals.known_spread import Assumption, Items, score_sampling
from generallevel.analysis.level_intervals.resampled_levels import RESAMPLED, Resample, resampled_levels
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

__all__ = ["check_draws", "shared_levels", "spreads"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

BLOCK = 100  # draws at a time, as in resampled_levels, so that the draws of tasks are the same as there
TOGETHER = 25  # ours: models at a time; 25 x 100 draws of 271 tasks are 5 MB


def check_draws(resample: str, resamples: int, level: float, seed: int) -> None:
    """Refuse arguments that decide no draws.

    Parameters
    ----------
    resample : {"items", "tasks", "both"}
        What is drawn anew.
    resamples, seed : int
        How many, and what decides them.
    level : float
        A confidence, in (0, 1).

    Raises
    ------
    InvalidInput
        If one of them cannot be used.
    """
    if resample not in RESAMPLED:
        raise InvalidInput(f"resample = {resample!r}: wanted one of {', '.join(RESAMPLED)}")
    check_whole("resamples", resamples, 2)
    check_share("level", level)
    check_whole("seed", seed, 0)


def spreads(reports: Sequence[LevelReport], resample: Resample, n: Items, assume: Assumption) -> list[TaskSampling]:
    """The spread of the scores of each model.

    Parameters
    ----------
    reports : sequence of LevelReport
        The models.
    resample : {"items", "tasks", "both"}
        What is to be drawn; tasks need no spread.
    n, assume
        As for `generallevel.analysis.level_intervals.level_interval`.

    Returns
    -------
    list of TaskSampling
        One for each model.

    Raises
    ------
    InvalidInput
        If items are to be drawn and nothing is known of the spread of any score of a model, or ``assume`` is
        ``"conservative"``, which has no distribution.
    """
    if assume == "conservative":
        raise InvalidInput(
            "assume='conservative' lets a score be anything, which has no distribution to draw from: give a relative "
            "standard error such as assume=0.05"
        )
    known = [score_sampling(report, n, assume) for report in reports]
    for report, one in zip(reports, known, strict=True):
        if resample != "tasks" and report.supported and not one.known.any():
            raise InvalidInput(
                f"nothing is known of the spread of any score of {report.model or 'the model'}. Give a column n or "
                "standard_error in the table, or n='benchmark', n=500 or assume=0.05; resample='tasks' needs none."
            )
    return known


def shared_levels(
    reports: Sequence[LevelReport],
    resample: Resample,
    resamples: int,
    seed: int,
    scores: Sequence[TaskSampling],
) -> dict[str, Floats]:
    """The levels of several models under many resamples.

    Parameters
    ----------
    reports : sequence of LevelReport
        Alike, as `require_alike` wants them.
    resample : {"items", "tasks", "both"}
        What is drawn anew.
    resamples, seed : int
        How many, and what decides them.
    scores : sequence of TaskSampling
        The spread of each model's scores.

    Returns
    -------
    dict of str to ndarray of float, shape (models, resamples)
        The levels that the scope reaches, 0-100.

    Raises
    ------
    InvalidInput
        If points are infinite, as they can be under rules that do not clip.
    """
    terms = [LevelTerms(report) for report in reports]
    columns = _Columns.of(terms)  # first of all, because it refuses infinite points
    seeds = [own_seed(report, seed) for report in reports]
    if resample == "items":
        each = [
            resampled_levels(report, "items", resamples, own, spread)
            for report, own, spread in zip(reports, seeds, scores, strict=True)
        ]
        return {name: np.stack([levels[name] for levels in each]) for name in each[0]}
    counted = np.zeros((len(reports), len(reports[0].basis.points)))
    for row, one in enumerate(terms):
        counted[row, one.places] = one.counts
    generators = [np.random.default_rng(own) for own in seeds]
    found: list[dict[str, Floats]] = []
    for chosen in _task_draws(reports[0], scores[0], resamples, seed):
        averages = np.empty((2, len(reports), len(chosen[0]), len(chosen)))
        for start in range(0, len(reports), TOGETHER):
            some = slice(start, start + TOGETHER)
            here = columns.some(some)
            if resample == "both":
                here = _Columns.drawn(reports[some], scores[some], generators[some], len(chosen[0]))
            for cell, places in enumerate(chosen):
                over = np.maximum(_sums(counted[some, np.newaxis], places), 1)
                averages[0, some, :, cell] = _sums(here.every, places) / over
                averages[1, some, :, cell] = _sums(here.won, places) / over
        found.append(terms[0].assembled(averages[0], averages[1]))
    return {name: np.concatenate([block[name] for block in found], axis=1) for name in found[0]}


class _Columns:
    """All points and those of won tasks, shape (models, rows, tasks); one row where every draw has the same scores."""

    def __init__(self, every: Floats, won: Floats) -> None:
        self.every, self.won = every, won

    @classmethod
    def of(cls, terms: Sequence[LevelTerms]) -> _Columns:
        every = np.zeros((2, len(terms), 1, len(terms[0].report.basis.points)))
        for row, one in enumerate(terms):
            every[0, row, 0, one.places], every[1, row, 0, one.places] = one.points, np.where(one.won, one.points, 0.0)
        return cls(*every)

    @classmethod
    def drawn(
        cls,
        reports: Sequence[LevelReport],
        scores: Sequence[TaskSampling],
        generators: Sequence[np.random.Generator],
        rows: int,
    ) -> _Columns:
        every, won = [], []
        for report, spread, generator in zip(reports, scores, generators, strict=True):
            columns = columns_like(report, spread.draw(generator, rows))
            evaluation = columns.against(report.basis.aligned.references)
            every.append(columns.counted)
            won.append(np.where(evaluation.won, evaluation.points, 0.0))
        return cls(np.stack(every), np.stack(won))

    def some(self, models: slice) -> _Columns:
        return _Columns(self.every[models], self.won[models])


def _task_draws(report: LevelReport, scores: TaskSampling, resamples: int, seed: int) -> Any:
    """Blocks of draws: for each cell where the drawn tasks stand, shape (draws, tasks of the cell)."""
    rng = np.random.default_rng(seed)
    rank = np.argsort(scores.order)  # by id, so that it is no matter how a catalogue lists its tasks
    cells = [places[np.argsort(rank[places])] for places in report.basis.grid.cells.values()]
    for start in range(0, resamples, BLOCK):
        rows = min(BLOCK, resamples - start)
        yield [places[rng.integers(0, len(places), size=(rows, len(places)))] for places in cells]


def _sums(columns: Floats, drawn: Places) -> Floats:
    """The sums over the drawn tasks, shape (models, draws)."""
    if columns.shape[1] == 1:
        picked = np.take(columns[:, 0], drawn, axis=1)
    else:
        picked = np.take_along_axis(columns, drawn[np.newaxis], axis=2)
    total: Floats = picked.sum(axis=2)
    return total

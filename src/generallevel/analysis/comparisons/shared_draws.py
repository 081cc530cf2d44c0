"""Shared draws: the levels of several models under the same draws of tasks, or under draws of items of each its own.

A difference between two models is much surer than either level, because both meet the same tasks. So every model sees
the same draw of tasks. Items are another matter: the test of one model says nothing of the errors of another, so each
model has draws of its own, which its name, its scores and the seed decide. Neither depends on who else is there.

Sources: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8; Agarwal et al., NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.analysis.comparisons.like_reports import own_seed
from generallevel.analysis.distributions.quantiles import check_share, check_whole
from generallevel.analysis.level_intervals.known_spread import Assumption, Items, score_sampling
from generallevel.analysis.level_intervals.resampled_levels import (
    BLOCK,
    RESAMPLED,
    Resample,
    drawn_counts,
    drawn_points,
    members,
    resampled_levels,
    room_for,
    task_draws,
    task_means,
)
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

__all__ = ["check_draws", "shared_levels", "spreads"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

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
    columns = _points_of(terms)  # first of all, because it refuses infinite points
    seeds = [own_seed(report, seed) for report in reports]
    if resample == "items":
        each = [
            resampled_levels(report, "items", resamples, own, spread)
            for report, own, spread in zip(reports, seeds, scores, strict=True)
        ]
        return {name: np.stack([levels[name] for levels in each]) for name in each[0]}
    generators, room = [np.random.default_rng(own) for own in seeds], room_for(reports[0])
    rng, cells = np.random.default_rng(seed), members(reports[0], scores[0])
    found: list[dict[str, Floats]] = []
    for start in range(0, resamples, BLOCK):
        rows = min(BLOCK, resamples - start)
        chosen = task_draws(cells, rng, rows)
        if resample == "tasks":
            means = _means_of_fixed(terms, columns, chosen)
        else:
            means = np.stack(
                [
                    task_means(one, drawn_points(one.report, spread, None, generator, room[:, :rows]), chosen)
                    for one, spread, generator in zip(terms, scores, generators, strict=True)
                ],
                axis=1,
            )
        found.append(terms[0].assembled(*means))
    return {name: np.concatenate([block[name] for block in found], axis=1) for name in found[0]}


def _points_of(terms: Sequence[LevelTerms]) -> Floats:
    """All points and those of won tasks, shape (2, models, tasks)."""
    columns = np.zeros((2, len(terms), len(terms[0].report.basis.points)))
    for row, one in enumerate(terms):
        columns[0, row, one.places], columns[1, row, one.places] = one.points, np.where(one.won, one.points, 0.0)
    return columns


def _means_of_fixed(terms: Sequence[LevelTerms], columns: Floats, drawn: Sequence[Places]) -> Floats:
    """The means of each cell over drawn tasks whose scores stay, shape (2, models, draws, cells)."""
    means = np.empty((2, len(terms), len(drawn[0]), len(drawn)))
    for cell, chosen in enumerate(drawn):
        for start in range(0, len(terms), TOGETHER):
            some = slice(start, start + TOGETHER)
            over = [drawn_counts(one, chosen) for one in terms[some]] if terms[0].skips else chosen.shape[1]
            for kind in range(2):
                means[kind, some, :, cell] = np.take(columns[kind, some], chosen, axis=1).sum(axis=2) / over
    return means

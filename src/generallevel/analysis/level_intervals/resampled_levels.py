"""Resampled levels: the parametric bootstrap of items, the bootstrap of tasks within their cells, and both.

Resampling items answers "what would another test of the same tasks say?", resampling tasks "what would another choice
of tasks say?", which is much wider. Items are not here any more, only what is known of each score's spread; drawing
from that is what resampling right and wrong items would do.

Columns are evaluated by blocks that fit a cache, which keeps memory flat and is three times as fast as all at once.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993; the two kinds side by side as in Agarwal et al.,
Deep reinforcement learning at the edge of the statistical precipice, NeurIPS 2021.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.evaluation import Columns
from generallevel.level_report import LevelReport
from generallevel.rules import Comparison

__all__ = ["RESAMPLED", "Resample", "resampled_levels"]

Floats = NDArray[np.float64]
Resample = Literal["items", "tasks", "both"]

RESAMPLED = ("items", "tasks", "both")
BLOCK = 100  # ours: columns at a time; 100 of 699 tasks are 0.6 MB, which a cache holds with its temporaries


def resampled_levels(
    report: LevelReport,
    resample: Resample,
    resamples: int,
    seed: int,
    scores: TaskSampling,
    references: TaskSampling | None = None,
) -> dict[str, Floats]:
    """The levels of many resamples of a report.

    Parameters
    ----------
    report : LevelReport
        What is resampled.
    resample : {"items", "tasks", "both"}
        What is drawn anew: the scores, the tasks of each cell, or both.
    resamples : int
        How many.
    seed : int
        Decides every draw.
    scores : TaskSampling
        The spread of the scores.
    references : TaskSampling, optional
        The spread of the references; without it they are constants.

    Returns
    -------
    dict of str to ndarray of float, shape (resamples,)
        The levels that the scope reaches, 0-100.
    """
    basis, rng = report.basis, np.random.default_rng(seed)
    terms = LevelTerms(report)
    members = _members(report, scores)
    blocks: list[dict[str, Floats]] = []
    fixed = _points(columns_like(report), basis.aligned.references)
    for start in range(0, resamples, BLOCK):
        rows = min(BLOCK, resamples - start)
        every, won = fixed
        if resample != "tasks":
            drawn = columns_like(report, scores.draw(rng, rows))
            every, won = _points(drawn, basis.aligned.references if references is None else references.draw(rng, rows))
        if resample == "items":
            blocks.append(terms.assembled(*(_means(terms, points) for points in (every, won))))
            continue
        averages, won_means = np.empty((rows, len(members))), np.empty((rows, len(members)))
        counts = np.zeros((1, len(basis.grid.catalogue)), dtype=bool)
        counts[0, terms.places] = terms.counts
        for cell, places in enumerate(members):
            chosen = places[rng.integers(0, len(places), size=(rows, len(places)))]
            over = np.maximum(_picked(counts, chosen), 1)
            averages[:, cell], won_means[:, cell] = _picked(every, chosen) / over, _picked(won, chosen) / over
        blocks.append(terms.assembled(averages, won_means))
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _points(columns: Columns, references: Floats) -> tuple[Floats, Floats]:
    """All points, 0 where there is none, and those of won tasks; shape (rows, tasks) each.

    `Columns.against` says the same and counts wins and cells besides, which takes twice as long. It is asked where the
    rules read language otherwise.
    """
    rules, normaliser = columns.on.rules, columns.on.normaliser
    if rules.language is not None:
        evaluation = columns.against(references)
        return columns.counted, np.where(evaluation.won, evaluation.points, 0.0)
    compared = Comparison(columns.read, rules.read(normaliser, references), columns.points, normaliser, rules.points)
    wins = rules.wins(compared)
    if columns.share is not None:
        wins = wins & (columns.share >= 1)
    return columns.counted, np.where(wins, columns.counted, 0.0)


def _means(terms: LevelTerms, points: Floats) -> Floats:
    """The means of each cell, shape (rows, cells). Not a matrix product, whose threads would wait for each other."""
    grid = terms.report.basis.grid
    return synergy.cell_means(grid.by_cell(points), grid.starts, over=terms.over if terms.skips else None)


def _members(report: LevelReport, scores: TaskSampling) -> list[NDArray[np.intp]]:
    """The tasks of each cell, by id, so that it is no matter how a catalogue lists them."""
    rank = np.argsort(scores.order)
    return [places[np.argsort(rank[places])] for places in report.basis.grid.cells.values()]


def _picked(column: NDArray[np.generic], drawn: NDArray[np.intp]) -> Floats:
    """The sums of a column's entries at the drawn places, row by row; one row serves all draws."""
    picked = np.take(column[0], drawn) if len(column) == 1 else np.take_along_axis(column, drawn, axis=1)
    total: Floats = picked.sum(axis=1, dtype=np.float64)
    return total

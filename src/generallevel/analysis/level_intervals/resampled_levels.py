"""Resampled levels: the parametric bootstrap of items, the bootstrap of tasks within their cells, and both.

Resampling items answers "what would another test of the same tasks say?", resampling tasks "what would another choice
of tasks say?", which is much wider. Items are not here any more, only what is known of each score's spread; drawing
from that is what resampling right and wrong items would do.

Columns are evaluated by blocks that fit a cache, which keeps memory flat and is three times as fast as all at once.

Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993; the two kinds side by side as in Agarwal et al.,
Deep reinforcement learning at the edge of the statistical precipice, NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.level_report import LevelReport
from generallevel.normaliser import Normaliser
from generallevel.rules import Comparison

__all__ = [
    "BLOCK",
    "NO_OTHER_TASKS",
    "RESAMPLED",
    "Resample",
    "drawn_counts",
    "drawn_points",
    "lone_cells",
    "members",
    "resampled_levels",
    "room_for",
    "task_draws",
    "task_means",
]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Resample = Literal["items", "tasks", "both"]

NO_OTHER_TASKS = "of a cell of one task no other task can be drawn, so that what it adds to the spread is left out"
RESAMPLED = ("items", "tasks", "both")
BLOCK = 100  # ours: columns at a time; 100 of 699 tasks are 0.6 MB, which a cache holds


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
    rng, terms = np.random.default_rng(seed), LevelTerms(report)
    cells = members(report, scores)
    room = room_for(report)
    fixed = drawn_points(report) if resample == "tasks" else None
    blocks: list[dict[str, Floats]] = []
    means: Sequence[Floats] | Floats
    for start in range(0, resamples, BLOCK):
        rows = min(BLOCK, resamples - start)
        points = drawn_points(report, scores, references, rng, room[:, :rows]) if fixed is None else fixed
        if resample == "items":
            means = [_means(terms, column, room[0, :rows]) for column in points]
        else:
            means = task_means(terms, points, task_draws(cells, rng, rows))
        blocks.append(terms.assembled(*means))
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def lone_cells(report: LevelReport) -> tuple[str, ...]:
    """The cells of one task, of which no other task can be drawn."""
    return tuple(cell for cell, places in report.basis.grid.cells.items() if len(places) == 1)


def room_for(report: LevelReport) -> Floats:
    """Room for a block of scores, of points, and of the points of won tasks; shape (3, BLOCK, tasks).

    It is used again for each block: fresh memory of that size costs more than the sums that are done in it.
    """
    return np.empty((3, BLOCK, len(report.basis.grid.catalogue)))


def drawn_points(
    report: LevelReport,
    scores: TaskSampling | None = None,
    references: TaskSampling | None = None,
    rng: np.random.Generator | None = None,
    room: Floats | None = None,
) -> tuple[Floats, Floats]:
    """All points, 0 where there is none, and those of won tasks.

    `Columns.against` says the same and counts wins and cells besides, which takes twice as long. It is asked where the
    rules read language otherwise.

    Parameters
    ----------
    report : LevelReport
        Whose conventions hold; and whose scores, where none are drawn.
    scores, references : TaskSampling, optional
        What is drawn; what is not stays as it is.
    rng : numpy.random.Generator
        Where the random numbers come from.
    room : ndarray of float, shape (3, rows, tasks)
        As of `room_for`: what comes out lies in it, until it is used again.

    Returns
    -------
    every, won : ndarray of float, shape (rows, tasks); one row where no scores are drawn
    """
    values, against = None, report.basis.aligned.references
    if scores is not None and rng is not None and room is not None:
        values = scores.draw(rng, room.shape[1], room[0])
        against = against if references is None else references.draw(rng, room.shape[1])
    columns = columns_like(report, values)
    rules, normaliser = columns.on.rules, columns.on.normaliser
    if rules.language is not None:
        evaluation = columns.against(against)
        return columns.counted, np.where(evaluation.won, evaluation.points, 0.0)
    read = columns.read
    if values is None or room is None or rules.points is not Normaliser.points or columns.share is not None:
        every, room_for_won = columns.counted, None
        compared = Comparison(read, rules.read(normaliser, against), columns.points, normaliser, rules.points)
    else:
        every, room_for_won = normaliser.points(read, out=room[1]), room[2]
        compared = Comparison(read, rules.read(normaliser, against), every, normaliser, rules.points)
    wins = rules.wins(compared)
    if columns.share is not None:
        wins = wins & (columns.share >= 1)
    if room_for_won is None:
        return every, np.where(wins, every, 0.0)
    np.copyto(every, 0.0, where=np.isnan(every))
    return every, np.multiply(every, wins, out=room_for_won)  # points that are clipped have no infinity among them


def _means(terms: LevelTerms, points: Floats, room: Floats) -> Floats:
    """The means of each cell, shape (rows, cells). Not a matrix product, whose threads would wait for each other."""
    grid = terms.report.basis.grid
    by_cell = np.take(points, grid.order, axis=1, out=room[:, : len(grid.order)], mode="clip")
    return synergy.cell_means(by_cell, grid.starts, over=terms.over if terms.skips else None)


def members(report: LevelReport, scores: TaskSampling) -> list[Places]:
    """The tasks of each cell, by id, so that it is no matter how a catalogue lists them."""
    rank = np.argsort(scores.order)
    return [places[np.argsort(rank[places])] for places in report.basis.grid.cells.values()]


def task_draws(cells: Sequence[Places], rng: np.random.Generator, rows: int) -> list[Places]:
    """Tasks of each cell drawn with replacement, as many as it has; shape (rows, tasks of the cell) each."""
    return [places[rng.integers(0, len(places), size=(rows, len(places)))] for places in cells]


def task_means(terms: LevelTerms, points: Sequence[Floats], drawn: Sequence[Places]) -> Floats:
    """The means of each cell over drawn tasks.

    Parameters
    ----------
    terms : LevelTerms
        What is counted.
    points : sequence of ndarray of float, shape (rows, tasks)
        Columns of points, C contiguous; one row serves all draws.
    drawn : sequence of ndarray of int, shape (rows, tasks of the cell)
        As of `task_draws`.

    Returns
    -------
    ndarray of float, shape (columns, rows, cells)
    """
    means = np.empty((len(points), len(drawn[0]), len(drawn)))
    for cell, chosen in enumerate(drawn):
        over = drawn_counts(terms, chosen)
        flat = chosen + np.arange(len(chosen))[:, np.newaxis] * points[0].shape[1] if len(points[0]) > 1 else chosen
        for column, figures in enumerate(points):
            means[column, :, cell] = np.take(figures.reshape(-1), flat).sum(axis=1) / over
    return means


def drawn_counts(terms: LevelTerms, chosen: Places) -> Floats | int:
    """How many drawn tasks of one cell stand in the denominator, at least 1; shape (rows,) where it differs."""
    if not terms.skips:
        return int(chosen.shape[1])
    counts = np.zeros(len(terms.report.basis.grid.catalogue))
    counts[terms.places] = terms.counts
    over: Floats = np.maximum(np.take(counts, chosen).sum(axis=1), 1.0)
    return over

"""Sensitivity to the constants of the curves: what a level would be, had other constants been chosen.

A constant is *more lenient* by a factor f where ``100 tanh(T / 2x)`` has ``f T`` in place of ``T`` and
``100 tanh(x / span)`` has ``span / f`` in place of ``span``: for f above 1 every score has more points. Both are the
same curve at another raw score, ``x / f`` and ``f x``, so that a whole column of constants is a column of factors.
Gates compare raw scores and do not move, so wins are the same under all constants.

Sources: Saisana, Saltelli and Tarantola, Uncertainty and sensitivity analysis techniques as tools for the quality
assessment of composite indicators, JRSS A 168, 2005; OECD and JRC, Handbook on Constructing Composite Indicators, 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.evaluation import LEVELS, Grid
from generallevel.level_report import LevelReport
from generallevel.normaliser import Normaliser
from generallevel.scales import Saturating, Tanh

__all__ = ["DeadZone", "curved", "dead_zones", "lenient_levels", "random_factors"]

Floats = NDArray[np.float64]

BETTER_BY = 0.1  # a raw score better by a tenth, as the sensitivity of a curve is usually asked for
BLOCK = 100  # ours: columns at a time, so that they fit a cache


@dataclass(frozen=True)
class DeadZone:
    """A task at the flat end of its curve, where quality hardly shows.

    Attributes
    ----------
    task, metric : str
        Which.
    score : float
        The raw score, in table units.
    points : float
        What it counts, 0-100.
    gain : float
        How many points a raw score that is better by a tenth would count more.
    """

    task: str
    metric: str
    score: float
    points: float
    gain: float

    def to_dict(self) -> dict[str, str | float]:
        """The task as plain data."""
        return {
            "task": self.task,
            "metric": self.metric,
            "score": self.score,
            "points": self.points,
            "gain": self.gain,
        }


def curved(on: Grid) -> dict[str, NDArray[np.intp]]:
    """Where the tasks of the scope stand whose curve has a constant, by metric; nothing where rules use no curves.

    Parameters
    ----------
    on : Grid
        Tasks and conventions.

    Returns
    -------
    dict of str to ndarray of int
        Positions in the catalogue, in order of first appearance.
    """
    members: dict[str, list[int]] = {}
    if on.rules.points is not Normaliser.points:
        return {}
    for place in sorted(on.scope.positions.tolist()):
        metric = on.normaliser.metrics[place]
        if isinstance(metric.scale, Saturating | Tanh):
            members.setdefault(metric.name, []).append(place)
    return {name: np.array(places, dtype=np.intp) for name, places in members.items()}


def random_factors(on: Grid, draws: int, spread: float, rng: np.random.Generator) -> Floats:
    """Random factors on all constants, one for each metric: all its tasks share a constant.

    Parameters
    ----------
    on : Grid
        Tasks and conventions.
    draws : int
        How many columns.
    spread : float
        Factors are log-uniform between ``1 / spread`` and ``spread``.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    ndarray of float, shape (draws, tasks)
        1 for a task whose curve has no constant.
    """
    factors = np.ones((draws, len(on.catalogue)))
    members = curved(on)
    # By name, so that it is no matter in which order a catalogue lists its tasks.
    for name in sorted(members):
        factors[:, members[name]] = np.exp(rng.uniform(-np.log(spread), np.log(spread), size=(draws, 1)))
    return factors


def lenient_levels(reports: Sequence[LevelReport], factors: Floats) -> dict[str, Floats]:
    """The levels of several reports under other constants.

    Parameters
    ----------
    reports : sequence of LevelReport
        On one grid.
    factors : ndarray of float, shape (draws, tasks)
        How much more lenient each task's constant is; 1 as it is. A curve without a constant has nothing to change.

    Returns
    -------
    dict of str to ndarray of float, shape (reports, draws)
        The levels that the scope reaches, 0-100.
    """
    grid = reports[0].basis.grid
    gains, errors = (
        np.array([isinstance(metric.scale, kind) for metric in grid.normaliser.metrics], dtype=bool)
        for kind in (Tanh, Saturating)
    )
    moved = np.where(gains, factors, np.where(errors, 1.0 / factors, 1.0))
    found = {name: np.empty((len(reports), len(factors))) for name in LEVELS if getattr(reports[0], name) is not None}
    for start in range(0, len(factors), BLOCK):
        part = slice(start, start + BLOCK)

        def points(normaliser: Normaliser, values: Floats, by: Floats = moved[part]) -> Floats:
            return grid.rules.points(normaliser, values * by)

        on = Grid(grid.catalogue, grid.scope, replace(grid.rules, points=points), grid.normaliser, grid.cells)
        for row, report in enumerate(reports):
            aligned = report.basis.aligned
            values = np.broadcast_to(aligned.values, moved[part].shape)
            levels = columns_like(report, values, on).against(aligned.references).levels
            for name, column in found.items():
                column[row, part] = levels[name]
    return found


def dead_zones(report: LevelReport, least: float) -> tuple[DeadZone, ...]:
    """The scored tasks with a curve whose points would hardly rise, had the raw score been a tenth better.

    Parameters
    ----------
    report : LevelReport
        Whose scores.
    least : float
        The gain in points below which a task is listed.

    Returns
    -------
    tuple of DeadZone
        The flattest first.
    """
    on, values = report.basis.grid, report.basis.aligned.values
    places = np.sort(np.concatenate([np.empty(0, dtype=np.intp), *curved(on).values()]))
    places = places[np.isfinite(values[places])]
    better = np.where(on.normaliser.higher, values + BETTER_BY * np.abs(values), values - BETTER_BY * np.abs(values))
    points = on.normaliser.points(np.stack([values, better]))
    gains = points[1] - points[0]
    listed = [
        DeadZone(
            on.catalogue.ids[place],
            on.normaliser.metrics[place].name,
            float(values[place]),
            float(points[0, place]),
            float(gains[place]),
        )
        for place in places.tolist()
        if gains[place] < least
    ]
    return tuple(sorted(listed, key=lambda one: (one.gain, one.task)))

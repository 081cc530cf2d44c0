"""What a level owes to single tasks: each task left out, and the standard error that follows over tasks.

Leaving a task out is another question than its contribution: the denominator of its cell shrinks too, so that a level
*rises* when a weak task goes. The levels are those of the catalogue without the task, exactly; all tasks are left out
together, along one axis.

The jackknife resamples tasks within their cells, since the number of tasks of a cell is part of the benchmark's design:
``sum over cells of (n - 1) / n * sum over tasks of (level without the task - mean of those)^2``. It answers "another
benchmark of the same cells", not "another test set".

Sources: Miller, The jackknife: a review, Biometrika 61, 1974; Wolter, Introduction to Variance Estimation, 2007,
section 4.5, for strata.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms, level_name
from generallevel.analysis.wording import titled
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport

__all__ = ["Influence", "influence"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Influence:
    """The levels without each task.

    Attributes
    ----------
    model : str or None
        The model's name.
    levels : dict of str to float
        The levels with all tasks, 0-100.
    tasks : tuple of str
        The ids of the scope's tasks.
    without : dict of str to ndarray of float, shape (tasks,)
        By level: the level of the catalogue without the task, 0-100; NaN where the scope has no other task.
    standard_error : dict of str to float or None
        By level: the jackknife standard error over tasks, in points of the level. None where no cell has two tasks.
        It sees no jump: where no single task changes a level of 0, it is 0.
    alone : tuple of str
        Cells of one task, whose part in the standard error is unknown and left out.
    signature : str
        The report's, and the method.
    """

    model: str | None
    levels: Mapping[str, float]
    tasks: tuple[str, ...] = field(repr=False)
    without: Mapping[str, Floats] = field(repr=False)
    standard_error: Mapping[str, float | None]
    alone: tuple[str, ...]
    signature: str = field(repr=False)

    def change(self, level: int | str) -> Floats:
        """How far each task, by being there, moves a level: the level minus that without the task.

        Parameters
        ----------
        level : int or str
            Which.

        Returns
        -------
        ndarray of float, shape (tasks,)
            In [-100, 100]; below 0 for a task that holds the level down.
        """
        name = level_name(level, self.levels)
        return self.levels[name] - self.without[name]

    def to_dict(self) -> dict[str, Any]:
        """The levels without each task as plain data; None where there is no other task."""
        columns = {name: [None if math.isnan(x) else x for x in self.without[name].tolist()] for name in self.levels}
        return {
            "model": self.model,
            "levels": dict(self.levels),
            "standard_error": dict(self.standard_error),
            "alone": list(self.alone),
            "tasks": [
                {"task": task, "without": {name: columns[name][place] for name in columns}}
                for place, task in enumerate(self.tasks)
            ],
            "signature": self.signature,
        }

    def __str__(self) -> str:
        lines = [f"Levels with one task left out{'' if self.model is None else f', {self.model}'}"]
        for name, level in self.levels.items():
            error, change = self.standard_error[name], np.nan_to_num(self.change(name))
            said = "unknown" if error is None else f"{error:.3f}"
            up, down = int(np.argmax(change)), int(np.argmin(change))
            lines.append(f"  {titled(name)} {level:.3f}, standard error over tasks {said}")
            for place, sign, verb in ((up, 1, "lifted"), (down, -1, "held down")):
                if sign * change[place] > 0:
                    lines.append(f"    {verb} most by {self.tasks[place]}: {change[place]:+.3f}")
        if self.alone:
            lines.append(f"  cells of one task, whose spread is unknown: {', '.join(self.alone)}")
        return "\n".join(lines)


def influence(report: LevelReport) -> Influence:
    """The levels without each task, and the jackknife standard error over tasks.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned. Points and wins are taken as they are, under any rules.

    Returns
    -------
    Influence
        Levels in [0, 100] under the rules of the paper.

    Raises
    ------
    InvalidInput
        If points are infinite, as they can be under rules that do not clip.

    References
    ----------
    .. [1] R. G. Miller, The jackknife: a review, Biometrika 61(1), 1974.
    .. [2] K. M. Wolter, Introduction to Variance Estimation, 2nd edition, 2007, section 4.5.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> found = influence(compute_level({"Image Deraining": 41.2}, scope="C:image.generation"))
    >>> int((found.change(3) > 0).sum())  # the one won task lifts Level-3, all others hold it down
    1
    """
    terms = LevelTerms(report)
    count = len(terms.names)
    every, won = (
        _without(terms, sums, points)
        for sums, points in zip(terms.sums, (terms.points, np.where(terms.won, terms.points, 0.0)), strict=True)
    )
    levels = terms.assembled(every, won)
    modalities = len(report.basis.grid.modalities)
    sizes = np.bincount(terms.cell, minlength=len(terms.cells))
    if modalities:
        # A modality whose last task goes leaves the mean over modalities; its level is 0 by then.
        of_modality = np.bincount(terms.modality[terms.cell] + 1, minlength=modalities + 1)[1:]
        last = (terms.modality[terms.cell] >= 0) & (of_modality[terms.modality[terms.cell]] == 1)
        left = np.divide(modalities, modalities - 1) if modalities > 1 else np.nan
        factor = np.where(last, left, 1.0)
    else:
        factor = np.full(count, np.nan if count == 1 else 1.0)
    without = {name: np.where(factor == 1.0, level, level * factor) for name, level in levels.items()}
    spread = {name: _variance(terms, without[name], sizes) for name in LEVELS if name in without}
    return Influence(
        model=report.model,
        levels=terms.levels,
        tasks=terms.names,
        without=without,
        standard_error={name: None if found is None else math.sqrt(found) for name, found in spread.items()},
        alone=tuple(cell for cell, size in zip(terms.cells, sizes.tolist(), strict=True) if size == 1),
        signature=f"{report.signature}|leave-one-out|jackknife:tasks within cells",
    )


def _without(terms: LevelTerms, sums: Floats, points: Floats) -> Floats:
    """The cell means with each task left out, shape (tasks, cells)."""
    tasks = np.arange(len(points))
    means = np.broadcast_to(sums / np.maximum(terms.over, 1), (len(points), len(terms.cells))).copy()
    left = terms.over[terms.cell] - terms.counts
    means[tasks, terms.cell] = np.where(left > 0, (sums[terms.cell] - points) / np.maximum(left, 1), 0.0)
    return means


def _variance(terms: LevelTerms, without: Floats, sizes: NDArray[np.intp]) -> float | None:
    """The jackknife variance over tasks within cells; None where no cell has two tasks."""
    several = sizes > 1
    if not several.any():
        return None
    apart = without - (terms.by_cell(without) / sizes)[terms.cell]
    squares = terms.by_cell(apart * apart)
    return float(((sizes - 1) / sizes * squares)[several].sum())

"""Where a level comes from: the exact contribution of each task to each level.

Levels 2 and 3 are sums, so a task contributes its own term. Level-4 is not: it is a harmonic mean. But the harmonic
mean is homogeneous of degree 1 in the points, so by Euler's theorem ``S4 = sum of x_i dS4/dx_i``, and a task
contributes its term of that sum: its points times what a point is worth where the model stands. Of one modality's
``H = 2ab / (a + b)`` comprehension gets ``H b / (a + b)`` and generation ``H a / (a + b)``: the weaker side, on which
the mean hangs, gets more. Level-5 is Level-4 times ``S_L / 100``, homogeneous of degree 2, so that the same terms add
up to twice the level. Half of each is taken. That gives one half of Level-5 to language and the other to the tasks of
Level-4, which is the Shapley value of a product of two factors: without either there is nothing.

The Shapley values of the cells are another split: there the two sides of a modality are alike, since neither has a
Level-4 without the other, and each gets half.

Sources: Euler's theorem on homogeneous functions; the formulas of arXiv 2505.04620v1, section 3 and Table 1;
L. S. Shapley, A value for n-person games, 1953.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.analysis.attribution.level_terms import NOWHERE, LevelTerms, level_name
from generallevel.analysis.attribution.shapley import shapley_values
from generallevel.analysis.wording import titled
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport

__all__ = ["Attribution", "cell_shapley", "contributions"]

Floats = NDArray[np.float64]

DEGREE = {"level_2": 1, "level_3": 1, "level_4": 1, "level_5": 2}  # of homogeneity in the points
NONLINEAR = ("level_4", "level_5")


@dataclass(frozen=True, eq=False)
class Attribution:
    """Each task's part in each level.

    Attributes
    ----------
    model : str or None
        The model's name.
    levels : dict of str to float
        The levels that the scope can reach, 0-100.
    tasks, cells : tuple of str
        The ids of the scope's tasks, and the cell of each.
    points : ndarray of float, shape (tasks,)
        On the common scale, 0-100; 0 where there is no score.
    won : ndarray of bool, shape (tasks,)
        Which tasks are won.
    contributions : dict of str to ndarray of float, shape (tasks,)
        By level, in points of that level; the sum is the level to 1e-9.
    weights : dict of str to ndarray of float, shape (tasks,)
        By level: how far one point more on the task moves the level, if the task counts there. A lost task counts for
        Level-2 alone, so that in Levels 3 to 5 its weight says what a point is worth once it is won.
    elasticities : dict of str to (dict of str to float or None)
        For Level-4 and Level-5: by cell, the percentage by which the level rises when all won points of the cell rise
        by one percent. They add up to 1 and to 2. None where the level is 0.
    signature : str
        The report's, and how the levels were split.
    """

    model: str | None
    levels: Mapping[str, float]
    tasks: tuple[str, ...] = field(repr=False)
    cells: tuple[str, ...] = field(repr=False)
    points: Floats = field(repr=False)
    won: NDArray[np.bool_] = field(repr=False)
    contributions: Mapping[str, Floats] = field(repr=False)
    weights: Mapping[str, Floats] = field(repr=False)
    elasticities: Mapping[str, Mapping[str, float | None]] = field(repr=False)
    signature: str = field(repr=False)

    def by_cell(self, level: int | str) -> dict[str, float]:
        """The contributions to a level, summed over each cell.

        Parameters
        ----------
        level : int or str
            Which, ``4`` or ``"level_4"``.

        Returns
        -------
        dict of str to float
            In points of the level; the sum is the level.
        """
        found = self.contributions[level_name(level, self.levels)]
        cells = np.array(self.cells)
        return {cell: float(found[cells == cell].sum()) for cell in dict.fromkeys(self.cells)}

    def largest(self, level: int | str, number: int = 10) -> list[tuple[str, float]]:
        """The tasks that contribute most to a level.

        Parameters
        ----------
        level : int or str
            Which.
        number : int, default 10
            How many at most; tasks that contribute nothing are not among them.

        Returns
        -------
        list of (str, float)
            Task and contribution, the largest first.
        """
        found = self.contributions[level_name(level, self.levels)]
        order = np.argsort(-found, kind="stable")[:number]
        return [(self.tasks[place], float(found[place])) for place in order.tolist() if found[place] != 0]

    def to_dict(self) -> dict[str, Any]:
        """The attribution as plain data, one mapping for each task."""
        rows = [
            {
                "task": task,
                "cell": cell,
                "points": float(self.points[place]),
                "won": bool(self.won[place]),
                "contributions": {name: float(column[place]) for name, column in self.contributions.items()},
                "weights": {name: float(column[place]) for name, column in self.weights.items()},
            }
            for place, (task, cell) in enumerate(zip(self.tasks, self.cells, strict=True))
        ]
        return {
            "model": self.model,
            "levels": dict(self.levels),
            "cells": {name: self.by_cell(name) for name in self.levels},
            "elasticities": {name: dict(cells) for name, cells in self.elasticities.items()},
            "tasks": rows,
            "signature": self.signature,
        }

    def __str__(self) -> str:
        lines = [f"Contributions to the levels{'' if self.model is None else f' of {self.model}'}"]
        sums = {name: self.by_cell(name) for name in self.levels}
        width = max(len(cell) for cell in self.cells)
        lines.append(" " * (width + 2) + "".join(f"{titled(name):>10}" for name in self.levels))
        lines += [
            f"  {cell:<{width}}" + "".join(f"{sums[name][cell]:10.3f}" for name in self.levels)
            for cell in dict.fromkeys(self.cells)
        ]
        lines.append(f"  {'sum':<{width}}" + "".join(f"{level:10.3f}" for level in self.levels.values()))
        for name in self.levels:
            largest = self.largest(name, 3)
            if largest:
                lines.append(f"Most of {titled(name)}: " + ", ".join(f"{task} {part:.3f}" for task, part in largest))
        return "\n".join(lines)


def contributions(report: LevelReport) -> Attribution:
    """The exact contribution of each task to each level.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.

    Returns
    -------
    Attribution
        Contributions, weights and elasticities; each level's contributions add up to it to 1e-9. They lie in
        [0, 100] under the rules of the paper.

    Raises
    ------
    InvalidInput
        If the rules blend the sides of Level-4 otherwise than the paper does, or points are infinite.

    References
    ----------
    .. [1] Euler's theorem: a function that is homogeneous of degree k satisfies ``k f(x) = sum of x_i df/dx_i``.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> found = contributions(compute_level({"Image Deraining": 41.2, "Sports Image Classification": 72.8}))
    >>> [task for task, _ in found.largest(4)]
    ['image.comprehension.sports-image-classification', 'image.generation.image-deraining']
    >>> sum(part for _, part in found.largest(4)) - found.levels["level_4"] < 1e-9
    True
    """
    terms = LevelTerms(report)
    per_point = np.where(terms.counts, 1.0 / np.maximum(terms.over, 1)[terms.cell], 0.0)
    weights = {name: slopes[terms.cell] * per_point for name, slopes in terms.slopes().items()}
    counted = {name: terms.points if name == "level_2" else np.where(terms.won, terms.points, 0.0) for name in weights}
    parts = {name: counted[name] * weight / DEGREE[name] for name, weight in weights.items()}
    elasticities = {
        name: {
            cell: float(part) * DEGREE[name] / terms.levels[name] if terms.levels[name] > 0 else None
            for cell, part in zip(terms.cells, terms.by_cell(parts[name]), strict=True)
        }
        for name in NONLINEAR
        if name in parts
    }
    return Attribution(
        model=report.model,
        levels=terms.levels,
        tasks=terms.names,
        cells=tuple(terms.cells[number] for number in terms.cell.tolist()),
        points=terms.points,
        won=terms.won,
        contributions=parts,
        weights=weights,
        elasticities=elasticities,
        signature=f"{report.signature}|split:euler",
    )


def cell_shapley(report: LevelReport) -> dict[str, dict[str, float]]:
    """The Shapley value of each cell, modality by paradigm and language, for each level.

    The game: a cell that does not take part has 0 points on all its tasks, which stay in the denominators.

    A level is a mean over modalities, so its Shapley value is the mean of those of one modality's own game with three
    players, comprehension, generation and language. That is exact, under any rules and for any number of modalities.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.

    Returns
    -------
    dict of str to (dict of str to float)
        By level, by cell, in points of the level; the sum over the cells is the level. In [0, 100] under the rules of
        the paper.

    Raises
    ------
    InvalidInput
        If points are infinite.

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II, 1953.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> found = cell_shapley(compute_level({"Image Deraining": 41.2, "Sports Image Classification": 72.8}))
    >>> halves = found["level_4"]  # without either side there is no Level-4
    >>> round(halves["image.comprehension"] / halves["image.generation"], 9)
    1.0
    """
    terms = LevelTerms(report)
    every, won = terms.means
    if terms.report.basis.grid.modalities:
        language = terms.side == NOWHERE
        # bit 0: comprehension takes part, bit 1: generation, bit 2: language
        bit = np.where(language, 2, terms.side)
        takes_part = (np.arange(8)[:, np.newaxis] >> bit & 1).astype(bool)
        each = terms.by_modality(every * takes_part, won * takes_part) / len(terms.report.basis.grid.modalities)
        fifth = synergy.level_5(each[:, 2], terms.s_l(won * takes_part)[:, np.newaxis])
        values = shapley_values(np.concatenate([each, fifth[:, np.newaxis]], axis=1))
        players = {
            name: [
                values[2, number].sum() if spoken else values[side, number, modality]
                for spoken, side, modality in zip(language, terms.side, terms.modality, strict=True)
            ]
            for number, name in enumerate(LEVELS)
        }
    else:
        players = {"level_2": [every[0]], "level_3": [won[0]]}
    return {name: dict(zip(terms.cells, map(float, found), strict=True)) for name, found in players.items()}

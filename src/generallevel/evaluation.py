"""Evaluation: columns of raw scores in, arrays of levels out.

Objects: `Grid`, the tasks of a scope sorted into cells; `Columns`, scores that are normalised once and compared with
one reference set after another; `Evaluation`, what the formulas of `generallevel.synergy` make of the comparison.

All models are evaluated together, along a leading axis. One model is the case of one row: it gets the same number alone
and on a board of a thousand.

Source: arXiv 2505.04620v1, sections 3 and 4.2 and Table 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.scopes import Scope, select
from generallevel.benchmark.task import PARADIGMS, Task
from generallevel.normaliser import Normaliser
from generallevel.rules import PAPER, Comparison, Rules

__all__ = ["LEVELS", "Columns", "Evaluation", "Grid", "grid", "integer_level"]

LEVELS = ("level_2", "level_3", "level_4", "level_5")
LANGUAGE = "language"  # the cell of the tasks that no paradigm splits

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Grid:
    """The tasks of one scope, sorted into cells, ready for columns of scores.

    Attributes
    ----------
    cells : dict of str to ndarray of int
        Where the tasks of each cell stand in the catalogue: ``image.comprehension`` ..., and ``language`` for the tasks
        without a paradigm, in order of first appearance; under scopes C and D one cell with everything. No cell is
        empty.
    """

    catalogue: Catalogue
    scope: Scope
    rules: Rules
    normaliser: Normaliser
    cells: Mapping[str, Places]

    @property
    def modalities(self) -> tuple[str, ...]:
        """The modalities that the scope averages over; none where it is one group of tasks."""
        return self.scope.modalities if self.scope.kind in "AB" else ()

    @cached_property
    def language(self) -> Places:
        """Where the language tasks stand that Level-5 reads."""
        return self.cells.get(LANGUAGE, np.empty(0, dtype=np.intp))

    @cached_property
    def language_tasks(self) -> tuple[Task, ...]:
        """The language tasks themselves."""
        return tuple(self.catalogue.tasks[place] for place in self.language.tolist())

    @cached_property
    def order(self) -> Places:
        """Catalogue positions, cell after cell."""
        return np.concatenate(list(self.cells.values()))

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many tasks each cell has."""
        return np.array([len(places) for places in self.cells.values()])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each cell begins in `order`."""
        return np.cumsum(self.sizes) - self.sizes

    def by_cell(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column in the order of the catalogue, cell after cell."""
        return np.take(column, self.order, axis=-1)


def grid(catalogue: Catalogue, scope: str | Scope = "A", rules: Rules = PAPER) -> Grid:
    """The grid of a scope; the same object for the same arguments.

    Parameters
    ----------
    catalogue : Catalogue
        The tasks.
    scope : str or Scope
        ``A``, ``B:image+video``, ``C:audio.generation`` or ``D:#I-C-1``.
    rules : Rules
        The conventions.

    Returns
    -------
    Grid

    Raises
    ------
    UnknownScope
        If the catalogue has no such scope.
    """
    return _grid(catalogue, select(catalogue, scope).text, rules)


@lru_cache(maxsize=64)
def _grid(catalogue: Catalogue, scope: str, rules: Rules) -> Grid:
    chosen = select(catalogue, scope)
    members: dict[str, list[int]] = {}
    for place in chosen.positions.tolist():
        task = catalogue.tasks[place]
        cell = chosen.text if chosen.kind in "CD" else LANGUAGE if task.paradigm is None else task.group
        members.setdefault(cell, []).append(place)
    cells = {name: np.array(places, dtype=np.intp) for name, places in members.items()}
    return Grid(catalogue, chosen, rules, _normaliser(catalogue, rules), cells)


@lru_cache(maxsize=16)
def _normaliser(catalogue: Catalogue, rules: Rules) -> Normaliser:
    return rules.resolve(catalogue.tasks)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What the formulas make of columns of scores: arrays whose first axis is models.

    Attributes
    ----------
    levels : dict of str to ndarray, shape (models,)
        The levels that the scope can reach.
    modalities : dict of str to (dict of str to ndarray, shape (models,))
        ``level_2``, ``level_3``, ``level_4``, ``s_c`` and ``s_g`` of each modality, and its ``wins``, ``supported``,
        ``total``.
    s_l : ndarray, shape (models,), or None
        The mean of the won points of the language tasks, where the scope has them.
    points, won : ndarray, shape (models, tasks)
        Points (NaN where there is no score) and wins.
    """

    levels: dict[str, Floats]
    modalities: dict[str, dict[str, Floats]]
    s_l: Floats | None
    points: Floats
    won: Flags

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """``level`` and ``level_2`` to ``level_5`` of each model, as plain numbers; None for a level out of reach."""
        out_of_reach = [None] * len(self.points)
        columns = {"level": integer_level(self.levels).tolist()}
        columns |= {name: self.levels[name].tolist() if name in self.levels else out_of_reach for name in LEVELS}
        return _records(columns)

    @cached_property
    def modality_records(self) -> dict[str, list[dict[str, float]]]:
        """The numbers of each modality, of each model, as plain numbers."""
        return {
            modality: _records({name: column.tolist() for name, column in columns.items()})
            for modality, columns in self.modalities.items()
        }


def _records(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def integer_level(levels: Mapping[str, Floats]) -> NDArray[np.int64]:
    """The highest level whose score is above 0, and 1 where there is none."""
    reached = np.ones(np.shape(levels["level_2"]), dtype=np.int64)
    for number, name in enumerate(LEVELS, start=2):
        if name in levels:
            reached = np.where(levels[name] > 0, number, reached)
    return reached


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of raw scores on the common scale, ready to be compared with one reference set after another.

    Attributes
    ----------
    on : Grid
        Tasks, curves and conventions.
    values : ndarray of float, shape (models, tasks)
        Raw scores in table units; NaN where there is none.
    missing : {"zero", "skip"}
        Whether a missing score stays in the denominator, as the paper wants, or leaves it.
    share : ndarray of float, shape (models, tasks), or None
        What part of its items a score is made of; below 1 the points count by that share and the task cannot be won.
    listed : ndarray of bool, shape (models, tasks), or None
        Which tasks the table has a row for, scored or not, where a task without a row leaves the denominator of
        Level-2.
    """

    on: Grid
    values: Floats
    missing: Literal["zero", "skip"] = "zero"
    share: Floats | None = None
    listed: Flags | None = None

    @cached_property
    def read(self) -> Floats:
        """The scores as the rules read them."""
        return self.on.rules.read(self.on.normaliser, self.values)

    @cached_property
    def points(self) -> Floats:
        """The scores on the common scale, NaN where there is none."""
        points = self.on.rules.points(self.on.normaliser, self.read)
        return points if self.share is None else points * self.share

    @cached_property
    def present(self) -> Flags:
        """Which tasks have points."""
        return ~np.isnan(self.points) if self.listed is None else ~np.isnan(self.points) & self.listed

    @cached_property
    def supported(self) -> NDArray[np.int64]:
        """How many tasks of each cell have a score, shape (models, cells)."""
        return self._count(~np.isnan(self.read))

    @cached_property
    def counted(self) -> Floats:
        """The points, 0 where there is none."""
        return np.where(self.present, self.points, 0.0)

    @cached_property
    def averages(self) -> Floats:
        """The mean points of each cell, shape (models, cells)."""
        counted = self.on.by_cell(self.counted)
        if self.listed is not None:
            return synergy.cell_means(counted, self.on.starts, over=self._count(self.listed))
        return self._means(counted)

    def _means(self, points: Floats) -> Floats:
        over = self.supported if self.missing == "skip" else None
        return synergy.cell_means(points, self.on.starts, over=over)

    def _count(self, flags: Flags) -> NDArray[np.int64]:
        number: NDArray[np.int64] = np.add.reduceat(self.on.by_cell(flags), self.on.starts, axis=-1, dtype=np.int64)
        return number

    def against(self, references: Floats, *, lost: Flags | None = None) -> Evaluation:
        """The levels against a reference set.

        Parameters
        ----------
        references : ndarray of float, shape (tasks,) or (models, tasks)
            Raw references in table units; NaN where there is none.
        lost : ndarray of bool, shape (tasks,), optional
            Tasks that count as lost whatever their score.

        Returns
        -------
        Evaluation
        """
        rules, normaliser = self.on.rules, self.on.normaliser
        compared = Comparison(self.read, rules.read(normaliser, references), self.points, normaliser, rules.points)
        points, won = self.points, rules.wins(compared) & self.present
        if self.on.modalities and len(self.on.language) and rules.language is not None:
            points = points.copy()
            points[..., self.on.language], won[..., self.on.language] = rules.language(
                compared.of(self.on.language), np.take(won, self.on.language, axis=-1), self.on.language_tasks
            )
        if self.share is not None:
            won &= self.share >= 1
        if lost is not None:
            won &= ~lost
        won_means = self._means(self.on.by_cell(np.where(won, points, 0.0)))
        if not self.on.modalities:
            return Evaluation({"level_2": self.averages[..., 0], "level_3": won_means[..., 0]}, {}, None, points, won)
        modalities = self._by_modality(won, won_means)
        levels = {
            name: synergy.overall(np.stack([numbers[name] for numbers in modalities.values()], axis=-1))
            for name in LEVELS[:3]
        }
        s_l = won_means[..., list(self.on.cells).index(LANGUAGE)] if len(self.on.language) else np.zeros(len(won_means))
        levels["level_5"] = synergy.level_5(levels["level_4"], s_l)
        return Evaluation(levels, modalities, s_l, points, won)

    def _by_modality(self, won: Flags, won_means: Floats) -> dict[str, dict[str, NDArray[Any]]]:
        names, wins = list(self.on.cells), self._count(won)
        nothing = np.zeros(len(won_means))

        def sides(of: NDArray[Any], modality: str) -> list[NDArray[Any]]:
            """The columns of the modality's two cells; zeros for a cell without tasks."""
            cells = [f"{modality}.{paradigm}" for paradigm in PARADIGMS]
            return [of[..., names.index(name)] if name in names else nothing.astype(of.dtype) for name in cells]

        modalities: dict[str, dict[str, NDArray[Any]]] = {}
        for modality in self.on.modalities:
            s_c, s_g = sides(won_means, modality)
            modalities[modality] = {
                "level_2": synergy.level_2(*sides(self.averages, modality)),
                "level_3": synergy.level_3(s_c, s_g),
                "level_4": self.on.rules.blend(s_c, s_g),
                "s_c": s_c,
                "s_g": s_g,
                "wins": np.add(*sides(wins, modality)),
                "supported": np.add(*sides(self.supported, modality)),
                "total": np.add(*sides(np.broadcast_to(self.on.sizes, wins.shape), modality)),
            }
        return modalities

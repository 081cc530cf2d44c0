"""A level taken apart: the terms of its cell means, and the levels of any other cell means.

Everything that asks "what if" of a report (attribution, leave one out, the next win) changes a few cell means and puts
the levels together again. This is the one body for it; it uses the formulas of `generallevel.synergy` and the blend of
the report's rules, and leading axes are as many "what ifs" as one likes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.benchmark.task import PARADIGMS
from generallevel.errors import DuplicateName, InvalidInput
from generallevel.evaluation import LANGUAGE, LEVELS, Columns
from generallevel.level_report import LevelReport
from generallevel.scales import FULL

__all__ = ["NOWHERE", "LevelTerms", "column_of", "level_name"]

NOWHERE = -1  # the modality, or the side, of a cell that has none

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


def level_name(level: object, available: Collection[str]) -> str:
    """The name of a level: ``4``, ``"level_4"`` and ``"Level-4"`` are ``"level_4"``.

    Parameters
    ----------
    level : int or str
        Which.
    available : collection of str
        The levels that the scope can reach.

    Returns
    -------
    str

    Raises
    ------
    InvalidInput
        If there is no such level, or the scope cannot reach it.
    """
    name = level.casefold().replace("-", "_") if isinstance(level, str) else f"level_{level}"
    if name not in LEVELS or isinstance(level, bool):
        raise InvalidInput(f"level = {level!r}: wanted one of {', '.join(LEVELS)}, or 2 to 5.")
    if name not in available:
        raise InvalidInput(
            f"{name} is out of reach of this scope, which reaches {' and '.join(available)}: it is one group of tasks. "
            "Take the report over scope A or B."
        )
    return name


@dataclass(frozen=True, eq=False)
class LevelTerms:
    """What the levels of one report are sums of, in the order of the scope's tasks.

    Attributes
    ----------
    report : LevelReport
        Whose levels.
    """

    report: LevelReport

    @cached_property
    def places(self) -> Places:
        """Where the tasks stand in the catalogue, shape (tasks,)."""
        return self.report.basis.grid.scope.positions

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids of the tasks."""
        ids = self.report.basis.grid.catalogue.ids
        return tuple(ids[place] for place in self.places.tolist())

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The names of the cells."""
        return tuple(self.report.basis.grid.cells)

    @cached_property
    def cell(self) -> Places:
        """The cell of each task, an index into `cells`, shape (tasks,)."""
        of = np.empty(len(self.report.basis.grid.catalogue), dtype=np.intp)
        for number, places in enumerate(self.report.basis.grid.cells.values()):
            of[places] = number
        return of[self.places]

    @cached_property
    def modality(self) -> Places:
        """The modality of each cell, an index into the grid's modalities or `NOWHERE`, shape (cells,)."""
        return self._of_cells(0)

    @cached_property
    def side(self) -> Places:
        """0 for comprehension, 1 for generation, `NOWHERE` for language and for one group of tasks; shape (cells,)."""
        return self._of_cells(1)

    def _of_cells(self, which: int) -> Places:
        modalities = self.report.basis.grid.modalities
        where = {f"{m}.{p}": (i, j) for i, m in enumerate(modalities) for j, p in enumerate(PARADIGMS)}
        return np.array([where.get(name, (NOWHERE, NOWHERE))[which] for name in self.cells], dtype=np.intp)

    @cached_property
    def language(self) -> int:
        """The cell that Level-5 reads, an index into `cells`; `NOWHERE` where there is none."""
        split = bool(self.report.basis.grid.modalities) and LANGUAGE in self.cells
        return self.cells.index(LANGUAGE) if split else NOWHERE

    @cached_property
    def levels(self) -> dict[str, float]:
        """The levels that the scope can reach, 0-100."""
        found = {name: getattr(self.report, name) for name in LEVELS}
        return {name: level for name, level in found.items() if level is not None}

    @cached_property
    def points(self) -> Floats:
        """The points of each task, 0 where there is no score, shape (tasks,).

        Raises `InvalidInput` where they are infinite, as they can be under rules that do not clip.
        """
        points = self.report.basis.points[self.places]
        if np.isinf(points).any():
            raise InvalidInput(
                f"task {self.names[int(np.flatnonzero(np.isinf(points))[0])]} has infinite points under the rules "
                f"{self.report.basis.grid.rules.name!r}: such a level cannot be taken apart. The rules of the paper "
                "have no infinite points."
            )
        return np.where(np.isnan(points), 0.0, points)

    @cached_property
    def won(self) -> Flags:
        """Which tasks are won, shape (tasks,)."""
        return self.report.basis.won[self.places]

    @cached_property
    def scored(self) -> Flags:
        """Which tasks have a score, shape (tasks,)."""
        scored: Flags = ~np.isnan(self._columns.read[0, self.places])
        return scored

    @cached_property
    def counts(self) -> Flags:
        """Which tasks stand in a denominator, shape (tasks,)."""
        return self.scored if self.skips else np.ones(len(self.places), dtype=bool)

    @property
    def skips(self) -> bool:
        """Whether a missing score leaves the denominator."""
        return self.report.missing == "skip"

    @property
    def _columns(self) -> Columns:
        basis = self.report.basis
        return Columns(basis.grid, basis.aligned.values[np.newaxis])

    @cached_property
    def over(self) -> Floats:
        """The denominator of each cell, shape (cells,)."""
        return self.by_cell(self.counts)

    def by_cell(self, column: Flags | Floats) -> Floats:
        """The sums of a column over each cell, shape (cells,)."""
        sums: Floats = np.bincount(self.cell, np.asarray(column, dtype=np.float64), len(self.cells)).astype(np.float64)
        return sums

    @cached_property
    def sums(self) -> tuple[Floats, Floats]:
        """The sums of all points and of the won points of each cell, shape (cells,) each."""
        return self.by_cell(self.points), self.by_cell(np.where(self.won, self.points, 0.0))

    @cached_property
    def means(self) -> tuple[Floats, Floats]:
        """The means of all points and of the won points of each cell, shape (cells,) each."""
        every, won = self.sums
        return every / np.maximum(self.over, 1), won / np.maximum(self.over, 1)

    def sides(self, cells: Floats) -> tuple[Floats, Floats]:
        """Cell figures by side: comprehension and generation, shape (..., modalities) each, 0 for a cell without tasks.

        Parameters
        ----------
        cells : ndarray of float, shape (..., cells)
            A figure of each cell.
        """
        count = len(self.report.basis.grid.modalities)
        both = np.zeros((2, *cells.shape[:-1], count))
        for number, (modality, side) in enumerate(zip(self.modality.tolist(), self.side.tolist(), strict=True)):
            if modality != NOWHERE:
                both[side, ..., modality] = cells[..., number]
        return both[0], both[1]

    def by_modality(self, every: Floats, won: Floats) -> Floats:
        """Levels 2 to 4 of each modality.

        Parameters
        ----------
        every, won : ndarray of float, shape (..., cells)
            Means of all points and of the won points.

        Returns
        -------
        ndarray of float, shape (..., 3, modalities)
        """
        s_c, s_g = self.sides(won)
        blend = self.report.basis.grid.rules.blend
        return np.stack([synergy.level_2(*self.sides(every)), synergy.level_3(s_c, s_g), blend(s_c, s_g)], axis=-2)

    def assembled(self, every: Floats, won: Floats) -> dict[str, Floats]:
        """The levels that cell means give.

        Parameters
        ----------
        every, won : ndarray of float, shape (..., cells)
            Means of all points and of the won points.

        Returns
        -------
        dict of str to ndarray of float, shape (...)
            The levels that the scope can reach.
        """
        if not self.report.basis.grid.modalities:
            return {"level_2": every[..., 0], "level_3": won[..., 0]}
        overall = synergy.overall(self.by_modality(every, won))
        levels = {name: overall[..., number] for number, name in enumerate(LEVELS[:3])}
        return levels | {"level_5": synergy.level_5(levels["level_4"], self.s_l(won))}

    def s_l(self, won: Floats) -> Floats:
        """``S_L`` among the means of the won points, shape (...); 0 without language tasks."""
        return np.zeros(won.shape[:-1]) if self.language == NOWHERE else won[..., self.language]

    def slopes(self) -> dict[str, Floats]:
        """How far each level moves with one point more on the mean of each cell: the partial derivatives.

        Returns
        -------
        dict of str to ndarray of float, shape (cells,)
            By level. Where ``S_C`` is 0 and ``S_G`` is not, the slope on ``S_C`` is that of the first points, which is
            2 in its modality; where both are 0, one side alone moves nothing.

        Raises
        ------
        InvalidInput
            If the rules blend the two sides otherwise than the paper does.
        """
        grid = self.report.basis.grid
        if not grid.modalities:
            return {name: np.ones(1) for name in self.levels}
        self.require_harmonic()
        inside = self.modality != NOWHERE
        share = 1.0 / len(grid.modalities)
        plain = np.where(inside, share / 2, 0.0)
        (s_c, s_g), s_l = self.sides(self.means[1]), self.s_l(self.means[1])
        with np.errstate(divide="ignore", invalid="ignore"):
            other = np.nan_to_num(np.stack([s_g, s_c]) / (s_c + s_g))  # 0 where both sides are
        # d/da 2ab/(a+b) = 2 (b/(a+b))^2
        fourth = np.where(inside, 2.0 * other[self.side, self.modality] ** 2 * share, 0.0)
        fifth = fourth * synergy.language_weight(s_l)
        if self.language != NOWHERE:
            fifth[self.language] = self.levels["level_4"] / FULL
        return {"level_2": plain, "level_3": plain, "level_4": fourth, "level_5": fifth}

    def require_harmonic(self) -> None:
        """Raise `InvalidInput` where Level-4 is not the harmonic mean of its sides."""
        rules = self.report.basis.grid.rules
        if rules.blend is not synergy.level_4:
            raise InvalidInput(
                f"the rules {rules.name!r} blend S_C and S_G otherwise than the harmonic mean of the paper, and that "
                "has no exact split. Take the report under the rules of the paper; influence() and cell_shapley() work "
                "under any rules, and explain_difference says what separates the two."
            )


def column_of(report: LevelReport, given: object, what: str) -> Floats:
    """A figure for each task of the catalogue, from a mapping of names or an array.

    Parameters
    ----------
    report : LevelReport
        Whose catalogue.
    given : mapping of str to number, or array_like of float, shape (tasks,)
        By any name of a task, None for unknown; or in the order of the report's tasks.
    what : str
        What messages call it.

    Returns
    -------
    ndarray of float, shape (tasks of the catalogue,)
        NaN where none is given.

    Raises
    ------
    InvalidInput
        If an array has another length, or a figure is no number or negative.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.
    DuplicateName
        If two names are one task.
    """
    catalogue, places = report.basis.grid.catalogue, report.basis.grid.scope.positions
    column = np.full(len(catalogue), np.nan)
    keys = getattr(given, "keys", None)
    try:
        if keys is not None:
            where = np.array(catalogue.positions(list(given)), dtype=np.intp)  # type: ignore[call-overload]
            figures = np.array([given[key] for key in keys()], dtype=np.float64)  # type: ignore[index]
        else:
            where, figures = places, np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as slip:
        raise InvalidInput(f"{what}: wanted numbers, by task or one for each of the {len(places)} tasks.") from slip
    if figures.shape != where.shape:
        raise InvalidInput(
            f"{what} has shape {figures.shape}: wanted one figure for each of the {len(places)} tasks of the report, "
            "in their order, or a mapping of task to figure."
        )
    if (figures < 0).any():
        raise InvalidInput(f"{what}: {figures[figures < 0][0]:g} is negative.")
    if len(np.unique(where)) < len(where):
        twice = catalogue.ids[int(np.flatnonzero(np.bincount(where) > 1)[0])]
        raise DuplicateName(f"{what}: two names are one task, {twice!r}. Keep one of them.")
    column[where] = figures
    return column

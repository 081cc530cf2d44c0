"""Score tables to fill in, and the workbook that the released scorer reads.

Both are laid out by a catalogue: every task of a scope, once, in the catalogue's order.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from generallevel.alignment import align
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.scopes import select
from generallevel.benchmark.task import Task
from generallevel.evaluation import grid
from generallevel.tables import ScoreTable, read_table
from generallevel.tables.workbook_writer import write_workbook

__all__ = ["save_workbook", "template"]


def template(*, scope: str = "A", model: str | None = None, catalogue: Catalogue | None = None) -> ScoreTable:
    """An empty score table with every task of a scope, to fill in.

    Parameters
    ----------
    scope : str, default "A"
        ``A``, ``B:image+video``, ``C:audio.generation`` or ``D:#I-C-1``.
    model : str, optional
        The model's name.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.

    Returns
    -------
    ScoreTable
        Task ids with their metrics, every score missing with the reason ``not run``. Its ``write`` makes a CSV or JSON
        file of it; `save_workbook` makes a workbook.

    Raises
    ------
    UnknownScope
        If the catalogue has no such scope.

    Examples
    --------
    >>> table = template(scope="C:audio.generation")
    >>> len(table), table.names[0], table.columns["metric"][0]
    (20, 'audio.generation.audio-edit', 'clap_score')
    """
    tasks_of = catalogue or general_bench()
    tasks = [tasks_of.tasks[place] for place in select(tasks_of, scope).positions.tolist()]
    return ScoreTable(
        tuple(task.id for task in tasks),
        np.full(len(tasks), np.nan),
        model,
        "template",
        {"metric": tuple(task.metric for task in tasks), "reason": ("not run",) * len(tasks)},
    )


@dataclass(frozen=True, slots=True)
class _Verbatim:
    """A task with its names letter for letter as the released workbook has them, which its scorer's readers expect."""

    task: Task

    @property
    def sheet(self) -> str:
        return self.task.sheet

    @property
    def number(self) -> int:
        return self.task.number

    @property
    def name(self) -> str:
        return self.task.workbook_name

    @property
    def short_name(self) -> str:
        return self.task.workbook_short_name

    @property
    def label(self) -> str:
        return self.task.label


def save_workbook(
    scores: object,
    path: str | os.PathLike[str],
    *,
    model: str | None = None,
    unit: str | None = None,
) -> None:
    """Write General-Bench scores as a workbook in the released layout, which the released scorer can read.

    Parameters
    ----------
    scores : mapping, ScoreTable, data frame or path
        Raw scores, as for `generallevel.compute_level`; joined by task, converted to table units.
    path : path
        Where to; ends in ``.xlsx``.
    model : str, optional
        Header of the scores' column; by default the table's own model.
    unit : {"fraction", "percent"}, optional
        The unit of all scores that tables print in percent.

    Raises
    ------
    MissingExtra
        If xlsxwriter is not installed.
    BadTable
        For another suffix, or no name for the model.
    GeneralLevelError
        If the scores cannot be used, as in `generallevel.compute_level`.
    """
    table = read_table(scores, model=model)
    catalogue = general_bench()
    aligned = align(table, catalogue, grid(catalogue).normaliser, catalogue.reference_set(), unit=unit).require()
    write_workbook(path, map(_Verbatim, catalogue.tasks), aligned.values.tolist(), model or table.model)

"""Joining: which row of a table is which task, and from there to columns that are checked.

Rows join by task, never by position. A name that leads nowhere or to several tasks, and a second row of one task, are
problems.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment.aligned import Aligned, Problem, place_of
from generallevel.alignment.columns import with_columns
from generallevel.alignment.values import (
    refuse_impossible,
    refuse_impossible_references,
    refuse_low_references,
    refuse_other_scale,
    to_table_units,
)
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import DuplicateName, UnknownName
from generallevel.normaliser import Normaliser
from generallevel.tables.score_table import ScoreTable

__all__ = ["align"]

OFFERED = 20  # ours: unknown names for which the nearest ones are looked up, which is costly


def align(
    table: ScoreTable,
    catalogue: Catalogue,
    normaliser: Normaliser,
    references: ReferenceSet,
    *,
    unit: str | None = None,
) -> Aligned:
    """The rows of a table in the order of a catalogue, checked.

    Parameters
    ----------
    table : ScoreTable
        Rows as written.
    catalogue : Catalogue
        The tasks.
    normaliser : Normaliser
        Units and bounds of the tasks.
    references : ReferenceSet
        What the scores will be compared with.
    unit : str, optional
        ``"fraction"``: scores of all tasks that tables print in percent are fractions. A row's own unit comes first.

    Returns
    -------
    Aligned
        With the problems in it: nothing that a row holds is raised.

    Raises
    ------
    UnitMismatch
        If ``unit`` is neither percent nor fraction.
    """
    size = len(catalogue)
    values = np.full(size, np.nan)
    rows = np.full(size, -1, dtype=np.intp)
    aligned = Aligned(table, values, references.values, None, rows)
    positions = _positions(table, catalogue, aligned.problems)
    known = positions >= 0
    places, source_rows = positions[known], np.flatnonzero(known)
    if places.size and np.bincount(places).max() > 1:
        places, source_rows = _single(table, catalogue, places, source_rows, aligned.problems)
    rows[places] = source_rows
    values[places] = table.scores[source_rows]
    stated = np.zeros(size, dtype=bool)
    if unit is not None or "unit" in table.columns:
        stated = to_table_units(aligned, catalogue, normaliser, unit)
    refuse_impossible(aligned, catalogue, normaliser)
    refuse_other_scale(aligned, catalogue, normaliser, stated)
    refuse_impossible_references(aligned, catalogue, normaliser, references)
    refuse_low_references(aligned, normaliser, references)
    return with_columns(aligned, catalogue, normaliser, unit, references.split) if table.columns else aligned


def _positions(table: ScoreTable, catalogue: Catalogue, problems: list[Problem]) -> NDArray[np.intp]:
    """The catalogue position of each row, -1 where a name leads nowhere."""
    sheets = cast("tuple[str | None, ...] | None", table.columns.get("sheet"))
    try:
        return _known_positions(catalogue, table.names, sheets)
    except UnknownName as several:
        found = np.full(len(table), -1, dtype=np.intp)
        for row, name in enumerate(table.names):
            try:
                sheet = sheets[row] if sheets else None
                found[row] = catalogue.position(name, sheet, offer=len(problems) < OFFERED)
            except UnknownName as slip:
                problems.append(Problem(type(slip)(f"{place_of(table, row)}{slip}"), name))
        if not problems:
            raise several
        return found


@lru_cache(maxsize=16)  # a board scores a thousand models on the same tasks
def _known_positions(
    catalogue: Catalogue, names: tuple[str, ...], sheets: tuple[str | None, ...] | None
) -> NDArray[np.intp]:
    return np.array(catalogue.positions(names, sheets), dtype=np.intp)


def _single(
    table: ScoreTable,
    catalogue: Catalogue,
    places: NDArray[np.intp],
    source_rows: NDArray[np.intp],
    problems: list[Problem],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first row of each task; a second one is a problem, whether or not the two agree."""
    first: dict[int, int] = {}
    for place, row in zip(places.tolist(), source_rows.tolist(), strict=True):
        if first.setdefault(place, row) != row:
            task = catalogue.tasks[place]
            before = first[place]
            problems.append(
                Problem(
                    DuplicateName(
                        f"task {task.id} is given twice: {_named(table, before)} and {_named(table, row)}. Keep one."
                    ),
                    task.id,
                )
            )
    return np.array(list(first), dtype=np.intp), np.array(list(first.values()), dtype=np.intp)


def _named(table: ScoreTable, row: int) -> str:
    return f"{place_of(table, row)}{table.names[row]!r}"

"""One model's cells of a result workbook, laid on the tasks of a reference workbook by position (Q8) or by task."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import AmbiguousName, BadTable, DuplicateName
from generallevel.normaliser import convert
from generallevel.released.conventions import rules
from generallevel.released.defects import NONE
from generallevel.released.layouts import Layout
from generallevel.released.sheets import HEADERS, REFERENCE, Sheet, group_of, number_in, tables_of
from generallevel.tables.cells import read_cell, shown

__all__ = ["Results", "read_results"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Results:
    """The cells of one model in a result workbook.

    Attributes
    ----------
    source : str
        The file's name.
    model : str
        The header of its column on the first sheet that counts.
    cells, names : mapping of str to list
        By sheet, row by row: the score's cell and the name of its task.
    """

    source: str
    model: str
    cells: Mapping[str, Sequence[object]]
    names: Mapping[str, Sequence[str]]

    def by_position(self, layout: Layout, *, lenient: bool = True) -> tuple[Floats, Flags]:
        """Each row on the task at its place of the reference workbook.

        Parameters
        ----------
        layout : Layout
            The reference workbook.
        lenient : bool, default True
            Read cells as the released scorer does; otherwise as score tables are read, with an error for what is no
            score.

        Returns
        -------
        values : ndarray of float, shape (tasks,)
            Raw scores, NaN where missing.
        listed : ndarray of bool, shape (tasks,)
            Which tasks the sheets reach down to.
        """
        values, listed = np.full(len(layout.catalogue), np.nan), np.zeros(len(layout.catalogue), dtype=bool)
        for sheet, cells in self.cells.items():
            places = layout.sheets[sheet][: len(cells)]
            listed[places] = True
            self._read(values, sheet, places, range(len(places)), layout, lenient)
        return values, listed

    def by_task(self, layout: Layout, *, lenient: bool = True) -> Floats:
        """Each row on the task that it names; arguments and values as for `by_position`.

        Raises `UnknownTask`, `AmbiguousName` or `DuplicateName` where a name leads to no task, several, or one that
        has a row already.
        """
        values = np.full(len(layout.catalogue), np.nan)
        seen: dict[int, str] = {}
        for sheet, cells in self.cells.items():
            rows = [row for row, name in enumerate(self.names[sheet]) if name.strip()]
            for row in sorted(set(range(len(cells))) - set(rows)):
                if not math.isnan(number_in(cells[row])):
                    raise BadTable(f"{self._where(sheet, row)} has a score and no task.")
            if not len(layout.sheets[sheet]):
                continue  # a sheet that counts nowhere
            names = [self.names[sheet][row] for row in rows]
            places = layout.catalogue.positions(names, [sheet] * len(names))
            for place, row in zip(places, rows, strict=True):
                if place in seen:
                    task = layout.catalogue.tasks[place].id
                    raise DuplicateName(f"task {task} is given twice: {seen[place]} and {self._where(sheet, row)}.")
                seen[place] = self._where(sheet, row)
            self._read(values, sheet, places, rows, layout, lenient)
        return values

    def _read(
        self, values: Floats, sheet: str, places: Iterable[int], rows: Iterable[int], layout: Layout, lenient: bool
    ) -> None:
        for place, row in zip(places, rows, strict=True):
            cell = self.cells[sheet][row]
            if lenient:
                values[place] = number_in(cell)
                continue
            reading = read_cell(cell, f"{self._where(sheet, row)},")
            values[place] = reading.value
            if reading.unit is not None:
                wanted = rules(NONE).resolve([layout.catalogue.tasks[place]]).units[0]
                values[place] = convert(reading.value, reading.unit, wanted)

    def _where(self, sheet: str, row: int) -> str:
        return f"{self.source}, sheet {sheet}, row {row + 2}"


def read_results(
    path: str | os.PathLike[str], layout: Layout, model: str | None = None, *, complete: bool = True
) -> Results:
    """One model's cells of a result workbook.

    Parameters
    ----------
    path : path
        The workbook.
    layout : Layout
        The reference workbook that it will be laid on.
    model : str, optional
        Header of the model's column in any case; not needed where there is one.
    complete : bool, default True
        Insist on the reference workbook's sheets, as the released scorer does; otherwise a sheet may be absent, and
        counts as one of blank rows.

    Returns
    -------
    Results

    Raises
    ------
    BadTable, UnsafeFile
        If the workbook cannot be read, has other sheets than the reference workbook, or columns of several models.
    UnknownColumn
        If a sheet has no column of the model.
    """
    name, sheets = tables_of(path)
    wanted, given = set(layout.sheets), set(sheets)
    if given - wanted or (complete and wanted - given):
        lacks = f" It lacks {', '.join(sorted(wanted - given))}." if wanted - given else ""
        others = f" It has {', '.join(sorted(given - wanted))} beside them." if given - wanted else ""
        raise BadTable(
            f"{name} has other sheets than the references, and the released scorer fails on that.{lacks}{others} "
            f"Wanted: {', '.join(layout.sheets)}."
        )
    counted = {title: sheet for title, sheet in sheets.items() if group_of(title) is not None}
    model = model if model is not None else _only_model(counted, name)
    cells: dict[str, Sequence[object]] = {}
    header = model
    for place_of, (title, sheet) in enumerate(counted.items()):
        place = sheet.model_column(model)
        cells[title] = sheet.at(place)
        header = str(sheet.headers[place]) if place_of == 0 else header
    for title in wanted - given:
        if group_of(title) is not None:
            cells[title] = [""] * len(layout.sheets[title])
    names = {title: sheets[title].names() if title in sheets else [""] * len(cells[title]) for title in cells}
    return Results(name, header, cells, names)


def _only_model(sheets: Mapping[str, Sheet], name: str) -> str:
    found: dict[str, str] = {}
    for sheet in sheets.values():
        for title in sheet.headers:
            if isinstance(title, str) and title.strip() and title not in (*HEADERS, REFERENCE):
                found.setdefault(title.lower(), title)
    if len(found) != 1:
        listed = ", ".join(map(shown, list(found.values())[:12])) or "none"
        raise AmbiguousName(
            f"{name} has columns of {len(found)} models: {listed}. Pass model= to name the one to score."
        )
    return next(iter(found.values()))

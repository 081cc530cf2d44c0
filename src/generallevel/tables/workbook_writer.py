"""Workbooks in the released layout, written: nine sheets that the released scorer and our own reader can read."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from generallevel.errors import BadTable, DuplicateName, LengthMismatch, MissingExtra, UnknownTask
from generallevel.tables.cells import shown
from generallevel.tables.consistency import check_model
from generallevel.tables.headers import assign_roles
from generallevel.tables.score_table import ScoreTable
from generallevel.tables.workbook import SHEETS

__all__ = ["LayoutRow", "write_workbook"]

HEADERS = ("No", "Task Name", "Task Short Name", "Metrics")
_NAME_WIDTH = 48  # characters; ours, so that names can be read without widening the column


class _Exact(float):
    """A float that is written with as many digits as it needs, 17 at most, where xlsxwriter would stop at 16."""

    def __format__(self, specification: str) -> str:
        return repr(float(self))


class LayoutRow(Protocol):
    """What a layout says of one task: its place in the workbook, names and label."""

    @property
    def sheet(self) -> str:
        """One of the nine sheets."""

    @property
    def number(self) -> int:
        """The task's number on its sheet."""

    @property
    def name(self) -> str:
        """The task's name, as the workbook spells it."""

    @property
    def short_name(self) -> str:
        """Its short name."""

    @property
    def label(self) -> str:
        """The label of its metric."""


def write_workbook(
    path: str | os.PathLike[str],
    layout: Iterable[LayoutRow],
    scores: ScoreTable | Sequence[float | None],
    model: str | None = None,
) -> None:
    """Write the scores of one model as a workbook in the released layout.

    Parameters
    ----------
    path : path
        Where to; ends in ``.xlsx``.
    layout : iterable of objects with ``sheet``, ``number``, ``name``, ``short_name`` and ``label``
        The tasks, in the order of their rows.
    scores : ScoreTable or sequence of float or None
        A table, whose rows are matched to the layout by name and, where it has one, sheet; tasks that it lacks are
        blank. Or one score for each record of the layout, in its order, ``nan`` or None where missing.
    model : str, optional
        Header of the scores' column; by default the table's own model.

    Raises
    ------
    BadTable
        For another suffix, a sheet that is none of the nine, or no name for the model.
    UnknownTask
        If the table has a task that the layout lacks.
    DuplicateName
        If the layout has one task twice on one sheet.
    LengthMismatch
        If a sequence is not as long as the layout.
    MissingExtra
        If xlsxwriter is not installed.
    OSError
        If the file cannot be written.

    Notes
    -----
    A missing score is a blank cell and an infinity the text ``inf``, since a workbook has no infinite number. All other
    floats are written with 17 digits and read back to the last bit.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise BadTable(f"{target.name!r} does not end in .xlsx, the suffix of a workbook.")
    records = list(layout)
    header = model if model is not None else getattr(scores, "model", None)
    values = _aligned(scores, records) if isinstance(scores, ScoreTable) else _checked(scores, len(records))
    sheets = _sheets(records, values)
    _check_header(header)
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra.of("xlsxwriter", "xlsx", "writing a workbook") from error
    # Texts stay texts: a name that begins with "=" is no formula, one with "http://" no link. "in_memory": no file but
    # the one that is asked for.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(os.fspath(target), options) as book:
        for sheet, rows in sheets.items():
            page = book.add_worksheet(sheet)
            page.set_column(1, 2, _NAME_WIDTH)
            for column, title in enumerate((*HEADERS, header)):
                page.write_string(0, column, str(title))
            for line, (record, value) in enumerate(rows, start=1):
                page.write_number(line, 0, record.number)
                for column, text in enumerate((record.name, record.short_name, record.label), start=1):
                    page.write_string(line, column, text)
                if math.isinf(value):
                    page.write_string(line, len(HEADERS), "inf" if value > 0 else "-inf")
                elif not math.isnan(value):
                    page.write_number(line, len(HEADERS), _Exact(value))


def _sheets(records: Sequence[LayoutRow], values: Sequence[float]) -> dict[str, list[tuple[LayoutRow, float]]]:
    """The rows of each of the nine sheets, the empty ones too, as the released scorer opens them all."""
    sheets: dict[str, list[tuple[LayoutRow, float]]] = {sheet: [] for sheet in SHEETS}
    for record, value in zip(records, values, strict=True):
        if record.sheet not in sheets:
            raise BadTable(f"the layout has the sheet {shown(record.sheet)}; wanted one of {', '.join(SHEETS)}.")
        sheets[record.sheet].append((record, value))
    return sheets


def _check_header(header: object) -> None:
    """Refuse a model's name that the reader would not take for one."""
    if header is None:
        raise BadTable("the scores name no model, and its name heads their column. Pass model=.")
    check_model(header, "the workbook")
    assign_roles([*HEADERS, str(header)], model=str(header), where="the workbook")


def _checked(scores: Sequence[float | None], count: int) -> list[float]:
    values = [math.nan if score is None else float(score) for score in scores]
    if len(values) != count:
        raise LengthMismatch(f"the layout has {count} tasks but there are {len(values)} scores.")
    return values


def _aligned(table: ScoreTable, records: Sequence[LayoutRow]) -> list[float]:
    """The table's scores in the order of the layout, ``nan`` for a task that the table lacks."""
    places: dict[tuple[str, str], int] = {}
    by_name: dict[str, list[int]] = {}
    for index, record in enumerate(records):
        if (record.sheet, record.name) in places:
            raise DuplicateName(f"the layout has the task {record.name!r} twice on the sheet {record.sheet}.")
        places[record.sheet, record.name] = index
        by_name.setdefault(record.name, []).append(index)
    values = [math.nan] * len(records)
    for index, row in enumerate(table):
        found = by_name.get(row.name, []) if row.sheet is None else [places.get((row.sheet, row.name), -1)]
        if len(found) != 1 or found[0] < 0:
            several = "is on several sheets of" if len(found) > 1 else "is not in"
            raise UnknownTask(
                f"{table.place(index)}: the task {shown(row.name)} {several} the layout. Names and sheets are matched "
                "as written: resolve them against the catalogue, or pass one score for each record of the layout."
            )
        values[found[0]] = row.score
    return values

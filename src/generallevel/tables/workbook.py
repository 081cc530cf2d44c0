"""Workbooks in the released layout: nine sheets, one for each paradigm of each modality and one for language.

Each sheet has the header ``No | Task Name | Task Short Name | Metrics | <model> ...`` and a row for each task. Columns
are found by their header and rows belong to the task that they name: their order means nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generallevel.errors import BadTable, MissingExtra, UnknownColumn, did_you_mean
from generallevel.tables.cells import shown
from generallevel.tables.headers import assign_roles, fold, model_headers, refuse_unnamed
from generallevel.tables.rows import RowCollector, no_rows
from generallevel.tables.score_table import ScoreTable

__all__ = ["SHEETS", "read_sheets", "read_workbook"]

# Source: the released workbook references/sota_result.xlsx, in its order.
SHEETS = (
    "NLP",
    "Image-Comprehension",
    "Image-Generation",
    "Video-Comprehension",
    "Video-Generation",
    "Audio-Comprehension",
    "Audio-Generation",
    "3D-Comprehension",
    "3D-Generation",
)
_RESULTS_SHEET = "level-scores"  # the released scorer writes its levels there, and skips it when it reads
_TITLE_ROWS = 10  # ours: a header is looked for this far down


def read_sheets(path: str | os.PathLike[str]) -> dict[str, list[list[Any]]]:
    """The raw cells of every sheet of a workbook but ``level-scores``, read behind a guard.

    Parameters
    ----------
    path : path
        An ``.xlsx`` file.

    Returns
    -------
    dict of str to list of list
        By sheet, in the order of the file: all rows from the first, the header among them, each as wide as the sheet. A
        number is a float, an empty cell ``""``; texts, truth values, dates and times are themselves.

    Raises
    ------
    BadTable
        If the file is no readable workbook, or a cell holds a formula without a value or a spreadsheet error.
    UnsafeFile
        If it inflates to more than 16 MiB, declares an entity, or a sheet is larger than 20,000 rows by 64 columns.
    MissingExtra
        If python-calamine is not installed.
    """
    from generallevel.tables.archive import inflated_parts, packed
    from generallevel.tables.sheet_xml import check_parts

    try:
        import python_calamine
    except ImportError as error:
        raise MissingExtra("reading a workbook needs python-calamine: pip install python-calamine") from error
    name = Path(path).name
    parts = inflated_parts(path)
    check_parts(parts, name, unread=_RESULTS_SHEET)
    sheets: dict[str, list[list[Any]]] = {}
    try:
        with python_calamine.CalamineWorkbook.from_filelike(packed(parts)) as book:
            for title in book.sheet_names:
                if title.strip().casefold() != _RESULTS_SHEET:
                    sheets[title] = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except BaseException as error:
        # The reader is compiled, and where its own assumptions break it panics with a BaseException of its own.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise BadTable(
                f"{name} is not a readable workbook: {error}. Open it in a spreadsheet program and save it."
            ) from error
        raise
    return sheets


def read_workbook(path: str | os.PathLike[str], model: str | None = None) -> ScoreTable:
    """The table of one model in a workbook of the released layout.

    Parameters
    ----------
    path : path
        An ``.xlsx`` file with at least one of the nine sheets.
    model : str, optional
        Header of the model's column, whatever its case; not needed where each sheet has one.

    Returns
    -------
    ScoreTable
        With the columns ``sheet``, ``metric``, ``number``, ``short_name`` and ``where`` ("sheet NLP, row 7").

    Raises
    ------
    BadTable
        If no sheet is one of the nine, a sheet is none of them, a column is missing or ambiguous, a row has a score and
        no task, or a cell is neither a score nor a word for a missing one.
    UnsafeFile
        As :func:`read_sheets` says.
    """
    name = Path(path).name
    known = {fold(sheet): sheet for sheet in SHEETS}
    tables: dict[str, tuple[int, list[list[Any]]]] = {}
    for title, cells in read_sheets(path).items():
        sheet = known.get(fold(title))
        if sheet is None:
            raise BadTable(
                f"{name} has a sheet {shown(title)}, which is none of the nine of the released layout."
                f"{did_you_mean(title, SHEETS)} Wanted: {', '.join(SHEETS)}; {_RESULTS_SHEET!r} may stand beside them."
            )
        if sheet in tables:
            raise BadTable(f"{name} has two sheets called {sheet}.")
        if any(not _is_blank(cell) for row in cells for cell in row):
            tables[sheet] = _header_row(cells, f"{name}, sheet {sheet},"), cells
    if not tables:
        raise BadTable(f"{name} has none of the nine sheets of the released layout: {', '.join(SHEETS)}.")
    wanted = model if model is not None else _only_model(tables, name)
    collector = RowCollector(name)
    headers = [_collect(collector, sheet, cells, top, wanted, name) for sheet, (top, cells) in tables.items()]
    if not collector.names:
        raise no_rows(name)
    return collector.table(next((header for header in headers if header is not None), wanted))


def _header_row(cells: Sequence[Sequence[object]], where: str) -> int:
    """The position of the header: the first row with a cell "Task Name"."""
    for position, row in enumerate(cells[:_TITLE_ROWS]):
        if any(isinstance(cell, str) and fold(cell) == "task_name" for cell in row):
            return position
    raise BadTable(
        f"{where} has no header 'Task Name' in its first {_TITLE_ROWS} rows. "
        "Wanted: No | Task Name | Task Short Name | Metrics | <model>."
    )


def _titles(cells: Sequence[Sequence[object]], top: int) -> list[str]:
    return ["" if _is_blank(cell) else str(cell).strip() for cell in cells[top]]


def _only_model(tables: Mapping[str, tuple[int, list[list[Any]]]], name: str) -> str | None:
    """The model whose column all sheets share, where nobody picked one."""
    found: dict[str, str] = {}
    for top, cells in tables.values():
        for title in model_headers(_titles(cells, top)):
            found.setdefault(title.casefold(), title)
    if len(found) > 1:
        listed = ", ".join(map(shown, list(found.values())[:12]))
        raise BadTable(f"{name} has columns of {len(found)} models: {listed}. Pass model= to pick one.")
    return next(iter(found.values()), None)


def _collect(
    collector: RowCollector, sheet: str, cells: Sequence[Sequence[object]], top: int, model: str | None, name: str
) -> str | None:
    """Take the rows of one sheet, and give back the model as its header spells it."""
    place = f"{name}, sheet {sheet},"
    titles = _titles(cells, top)
    roles = assign_roles(titles, model=model, where=place)
    if roles.model_column is not None or "sheet" in roles.optional:
        raise UnknownColumn(f"{place} has a column for models or sheets, which are columns and sheets here. Drop it.")
    for number, row in enumerate(cells[top + 1 :], start=top + 2):
        where = f"sheet {sheet}, row {number}"
        if all(map(_is_blank, row)):
            continue
        refuse_unnamed(titles, row, f"{name}, {where},")
        collector.add_cells(where, row, roles, sheet=sheet)
    return roles.model


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())

"""Workbooks for released mode, written cell by cell with a library that the project does not use."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark import general_bench
from generallevel.tables import SHEETS

Sheets = dict[str, list[list[Any]]]


@pytest.fixture(scope="session")
def write_sheets() -> Callable[[Path, Mapping[str, Sequence[Sequence[Any]]]], Path]:
    """Cells into a workbook, as they are."""
    openpyxl = pytest.importorskip("openpyxl")

    def write(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row, start=1):
                    if cell is not None:
                        page.cell(line, column, cell)
        book.save(path)
        return path

    return write


@pytest.fixture(scope="session")
def packaged_sheets() -> Callable[[Sequence[Any], str], Sheets]:
    """A column over General-Bench as the nine sheets of the released layout."""

    def sheets(values: Sequence[Any], header: str) -> Sheets:
        tables: Sheets = {sheet: [["No", "Task Name", "Task Short Name", "Metrics", header]] for sheet in SHEETS}
        by_row = sorted(zip(general_bench().tasks, values, strict=True), key=lambda pair: pair[0].row)
        for task, value in by_row:
            names = (task.number, task.workbook_name, task.workbook_short_name, task.label)
            tables[task.sheet].append([*names, value])
        return tables

    return sheets


@pytest.fixture(scope="session")
def laid_out(packaged_sheets: Callable[..., Sheets]) -> Callable[[Mapping[str, Any]], Sheets]:
    """The nine sheets with some scores by task id, all else blank."""

    def sheets(scores: Mapping[str, Any]) -> Sheets:
        return packaged_sheets([scores.get(task_id) for task_id in general_bench().ids], "mine")

    return sheets

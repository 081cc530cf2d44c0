"""Workbooks made on the spot: one in the released layout, and ways to spoil it."""

import datetime
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from generallevel.tables import ScoreTable

Rows = Sequence[Sequence[Any]]
HEADER = ("No", "Task Name", "Task Short Name", "Metrics", "mine")
NLP: Rows = (
    HEADER,
    (1, "Commonsense Reasoning", "Common Reason", "ACC", 83.33),
    (2, "Causal Reasoning", "Causal Reason", "ACC", None),
    (3, "Spelling", "Spell", "ACC", 0.3),
)


def workbook_bytes(sheets: Mapping[str, Rows]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        date_format = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            page = book.add_worksheet(title)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        page.write_datetime(line, column, cell, date_format)
                    elif isinstance(cell, tuple):
                        page.write_formula(line, column, cell[0], None, cell[1])
                    elif cell is not None:
                        page.write(line, column, cell)
    return stream.getvalue()


@pytest.fixture
def make_workbook(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a workbook: sheets by title, `edit` changes the bytes of a part by its name."""

    def make(
        sheets: Mapping[str, Rows] | None = None,
        *,
        edit: Mapping[str, Callable[[bytes], bytes]] | None = None,
        name: str = "results.xlsx",
    ) -> Path:
        content = workbook_bytes({"NLP": NLP} if sheets is None else sheets)
        if edit:
            spoiled = io.BytesIO()
            with (
                zipfile.ZipFile(io.BytesIO(content)) as old,
                zipfile.ZipFile(spoiled, "w", zipfile.ZIP_DEFLATED) as new,
            ):
                for part in old.namelist():
                    new.writestr(part, edit.get(part, bytes)(old.read(part)))
            content = spoiled.getvalue()
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """A function that writes a file and gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def full_table() -> ScoreTable:
    """A table with every optional column and every kind of score."""
    inf, nan = float("inf"), float("nan")
    return ScoreTable(
        names=("plain", 'a "quoted", name\r\nover two lines', " spaces ", "Ünï—cødé 名", "last"),
        scores=[1 / 3, inf, nan, -inf, 0.0],  # type: ignore[arg-type]  # converted
        model=" my, model ",
        columns={
            "unit": ("fraction", "db", None, None, "percent"),
            "metric": ("Acc", "PSNR", "FID", None, "RTE ( Relative Translation Error)"),
            "sheet": ("NLP", None, "3D-Generation", None, None),
            "number": (1, 0, None, None, 699),
            "short_name": ("p", None, None, "u", None),
            "n": (1000, 5, None, None, 7),
            "n_scored": (999, 5, None, None, 0),
            "split": ("full", "open", "closed", "quick", None),
            "standard_error": (0.1 + 0.2, inf, None, None, 0.0),
            "low": (-inf, 1.0, None, None, 0.0),
            "high": (inf, 1e308, None, None, 5e-324),
            "sota": (9.32e-05, inf, None, None, None),
            "reason": (None, None, "failed", None, None),
            "where": ("line 2", "line 3", None, None, None),
        },
    )

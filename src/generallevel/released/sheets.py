"""Sheets of a workbook as pandas.read_excel lays them out, and cells as float() reads them.

The header is the first row and columns are found by its exact text; rows end with the last that holds anything; what
is no number is missing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generallevel.benchmark.task import PARADIGMS
from generallevel.errors import BadTable, UnknownColumn, did_you_mean
from generallevel.tables import SHEETS, read_sheets
from generallevel.tables.cells import shown

__all__ = ["BLANKS", "HEADERS", "LANGUAGE_SHEET", "REFERENCE", "Sheet", "group_of", "number_in", "tables_of"]

LANGUAGE_SHEET = "NLP"
MODALITIES = {"Image": "image", "Video": "video", "Audio": "audio", "3D": "3d"}
HEADERS = ("No", "Task Name", "Task Short Name", "Metrics")
REFERENCE = "SoTA Performance"
# The texts that pandas.read_excel takes for an empty cell. Source: pandas' documentation of na_values.
BLANKS = frozenset((
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
))  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet as a table: where it is, its headers, and its rows down to the last that holds anything."""

    where: str
    headers: tuple[object, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, cells: Sequence[Sequence[Any]], where: str) -> Sheet:
        """The sheet of all its cells, without the blank rows at its end."""
        rows = [tuple(row) for row in cells]
        while rows and all(cell in ("", None) for cell in rows[-1]):
            rows.pop()
        return cls(where, rows[0] if rows else (), tuple(rows[1:]))

    def column(self, header: str) -> list[Any]:
        """The cells below a header, which must be spelt exactly so."""
        if header not in self.headers:
            named = [title for title in self.headers if isinstance(title, str)]
            raise UnknownColumn(
                f"{self.where} has no column {header!r} in its first row, where the released scorer looks for it."
                f"{did_you_mean(header, named)}"
            )
        return self.at(self.headers.index(header))

    def at(self, place: int) -> list[Any]:
        """The cells of the column at a place, from 0."""
        return [row[place] for row in self.rows]

    def names(self) -> list[str]:
        """The task of each row, blank where there is none."""
        if "Task Name" not in self.headers:
            return [""] * len(self.rows)
        return [cell if isinstance(cell, str) else "" for cell in self.column("Task Name")]

    def model_column(self, model: str) -> int:
        """The place of the first header that is the model's name, whatever its case."""
        for place, title in enumerate(self.headers):
            if not isinstance(title, str):
                raise BadTable(
                    f"{self.where} has the header {shown(title)}, which is no text: the released scorer fails there."
                )
            if title.lower() == model.lower():
                return place
        others = [str(title) for title in self.headers if title and title not in HEADERS]
        raise UnknownColumn(
            f"{self.where} has no column of the model {model!r}.{did_you_mean(model, others)} "
            f"It has {', '.join(others)}."
        )


def tables_of(path: str | os.PathLike[str]) -> tuple[str, dict[str, Sheet]]:
    """The file's name and its sheets; refuses titles that the released scorer fails on."""
    name = Path(path).name
    sheets = {title: Sheet.of(cells, f"{name}, sheet {title}") for title, cells in read_sheets(path).items()}
    for title in sheets:
        if title != LANGUAGE_SHEET and title.count("-") != 1:
            raise BadTable(
                f"{name} has a sheet {shown(title)}, which the released scorer fails on: wanted {', '.join(SHEETS)}."
            )
    if LANGUAGE_SHEET not in sheets:
        raise BadTable(f"{name} has no sheet {LANGUAGE_SHEET}: the released scorer fails without one.")
    return name, sheets


def group_of(title: str) -> tuple[str, str | None] | None:
    """Modality and paradigm of a sheet: None for language, blank where the rows count nowhere; None for one skipped."""
    if title == LANGUAGE_SHEET:
        return "language", None
    modality, _, paradigm = title.partition("-")
    if modality not in MODALITIES:
        return None
    return MODALITIES[modality], paradigm.lower() if paradigm in map(str.capitalize, PARADIGMS) else ""


def number_in(cell: object) -> float:
    """A cell as pandas.read_excel and float() read it: NaN for a blank, and for what is no number."""
    if isinstance(cell, str):
        if cell in BLANKS:
            return math.nan
        if cell.strip() == "∞":
            return math.inf
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan

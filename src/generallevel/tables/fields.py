"""The optional columns of a score table: their names and what they may hold.

==================  ======  =========================================================================
column              holds   meaning
==================  ======  =========================================================================
``unit``            text    unit of the raw score, as written
``metric``          text    label of the metric, as written
``sheet``           text    sheet of the released workbook that the row belongs to
``number``          count   the task's number on its sheet
``short_name``      text    the task's short name
``n``               count   items in the task
``n_scored``        count   items that have a score, at most ``n``
``split``           text    one of ``full``, ``open``, ``closed``, ``quick``
``standard_error``  number  of the raw score, in its unit, at least 0
``low``, ``high``   number  interval of the raw score, in its unit
``sota``            number  reference of this row instead of the reference set's, in the row's unit
``grade``           text    how far the protocol of this score is settled: ``official`` ... ``unresolved``
``reason``          text    why the score is missing; exactly on the rows where it is
``where``           text    place in the source, for messages
==================  ======  =========================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from generallevel.errors import BadTable
from generallevel.tables.cells import read_cell, shown

__all__ = ["COLUMNS", "COUNT", "NUMBER", "SPLITS", "TEXT", "check_column", "is_unicode", "read_field", "read_name"]

TEXT: Final = "text"
COUNT: Final = "count"
NUMBER: Final = "number"

COLUMNS: Final[dict[str, str]] = {
    "unit": TEXT,
    "metric": TEXT,
    "sheet": TEXT,
    "number": COUNT,
    "short_name": TEXT,
    "n": COUNT,
    "n_scored": COUNT,
    "split": TEXT,
    "standard_error": NUMBER,
    "low": NUMBER,
    "high": NUMBER,
    "sota": NUMBER,
    "grade": TEXT,
    "reason": TEXT,
    "where": TEXT,
}
SPLITS: Final = ("full", "open", "closed", "quick")


def is_unicode(text: str) -> bool:
    """Whether a text can be written at all: half of a surrogate pair, which JSON can spell, cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_name(cell: object, where: str) -> str:
    """The name in a cell as written; a whole number that a spreadsheet made of one is written back.

    Raises
    ------
    BadTable
        If the cell is blank or holds no text.
    """
    name = _text(cell, "task", where)
    if name is None or not name.strip():
        raise BadTable(f"{where} has no task name. Name the task, or empty the whole row.")
    return name


def read_field(column: str, cell: object, where: str) -> object:
    """The value of an optional column in one cell, or None when it is blank.

    Of the right type; whether it is a split that exists or an error that is not negative, the table itself checks.

    Parameters
    ----------
    column : str
        One of :data:`COLUMNS`.
    cell : object
        As it came from the source.
    where : str
        The row's place, as the subject of a message.

    Returns
    -------
    str, int, float or None

    Raises
    ------
    BadTable
        If the cell cannot be what the column holds.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    kind = COLUMNS[column]
    if kind == TEXT:
        text = _text(cell, column, where)
        return text.casefold().strip() if text is not None and column == "split" else text
    place = f"{where}, {column},"
    value, _, unit = read_cell(cell, place)
    if math.isnan(value):
        return None
    if unit is not None:
        raise BadTable(f"{place} is {shown(cell)}. Write it without the percent sign, in the unit of the score.")
    if kind == COUNT:
        if not value.is_integer():
            raise BadTable(f"{place} is {shown(cell)}; wanted a whole number.")
        return int(value)
    return value


def _text(cell: object, column: str, where: str) -> str | None:
    if cell is None or isinstance(cell, str):
        return None if cell is None else str(cell)
    if isinstance(cell, bool):
        raise BadTable(f"{where}, {column}, is {shown(cell)}; wanted a text.")
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float) and math.isfinite(cell):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    raise BadTable(f"{where}, {column}, is {shown(cell)}; wanted a text.")


def check_column(column: str, values: Sequence[object], place: Callable[[int], str]) -> None:
    """Check each value of a column, at once where nothing is wrong.

    Parameters
    ----------
    column : str
        One of :data:`COLUMNS`.
    values : sequence of object
        One a row.
    place : callable
        From a row's position to its place, as the subject of a message.

    Raises
    ------
    BadTable
        For the wrong type, a blank text, a negative count or error, a NaN, an unknown split.
    """
    distinct = set(values) if COLUMNS[column] == TEXT and set(map(type, values)) <= {str, type(None)} else None
    if distinct is not None and all(_is_right(column, value) for value in distinct):
        return
    for index, value in enumerate(values):
        if not _is_right(column, value):
            raise BadTable(f"{place(index)}, {column}, is {shown(value)}; wanted {_wanted(column)}.")


def _is_right(column: str, value: object) -> bool:
    """Whether an optional column may hold the value."""
    if value is None:
        return True
    kind = COLUMNS[column]
    if kind == TEXT:
        if column == "split":
            return value in SPLITS
        return isinstance(value, str) and bool(value.strip()) and is_unicode(value)
    if kind == COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, float) and value == value and (column != "standard_error" or value >= 0)


def _wanted(column: str) -> str:
    if column == "split":
        return "one of " + ", ".join(SPLITS)
    if column == "standard_error":
        return "a float, at least 0"
    return {TEXT: "a text that is not blank", COUNT: "a whole number, at least 0", NUMBER: "a float that is not NaN"}[
        COLUMNS[column]
    ]

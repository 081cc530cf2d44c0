"""Tables of scores as text: CSV and JSON, in and out.

CSV is UTF-8 with or without a mark at its start, separated by commas, semicolons or tabs, with a header. JSON is a
mapping of tasks to scores, a list of rows, or either inside ``{"model": ..., "scores" or "rows": ...}``. What
:func:`write_text` writes, both readers read back to an equal table: floats to the last bit, infinities as ``inf``,
missing scores with their reasons.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Iterator
from pathlib import Path

from generallevel.errors import BadTable, DuplicateName
from generallevel.tables.cells import shown, too_large
from generallevel.tables.files import file_bytes
from generallevel.tables.headers import assign_roles, is_task_header, refuse_unnamed
from generallevel.tables.rows import RowCollector, no_rows, table_of_document
from generallevel.tables.score_table import ScoreTable

__all__ = ["decoded", "json_document", "json_text", "read_csv", "read_json", "write_text"]

_DELIMITERS = (",", ";", "\t")
_MAX_DIGITS = 400  # more digits than the largest float has; Python itself refuses integers from 4,300 on


def read_csv(path: str | os.PathLike[str], *, model: str | None = None) -> ScoreTable:
    """The table in a ``.csv`` or ``.tsv`` file; see :func:`generallevel.tables.read_table`.

    Parameters
    ----------
    path : path
        A file with a header line: a column of tasks and a column of scores at least.
    model : str, optional
        The model that is wanted.

    Returns
    -------
    ScoreTable

    Raises
    ------
    BadTable
        If it is not UTF-8, its quotes do not close, a line has more or fewer fields than the header, or a cell cannot
        be read; the message names the line.
    """
    name = Path(path).name
    lines = _csv_lines(decoded(file_bytes(path), name), name)
    first = next(lines, None)
    if first is None:
        raise BadTable(f"{name} is blank.")
    header = first[1]
    roles = assign_roles(header, model=model, where=name)
    collector = RowCollector(name, model if roles.model_column is not None else None)
    empty = True
    for number, cells in lines:
        empty = False
        _check_width(cells, header, f"{name}, line {number},")
        collector.add_cells(f"line {number}", cells, roles)
    if empty:
        raise no_rows(name)
    return collector.table(roles.model or model)


def _csv_lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The number of its first line and the fields of each record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise BadTable(f"{name} is not readable as CSV at line {before + 1}: {error}. Is a quote left open?") from None


def _delimiter(text: str) -> str:
    """The separator under which the header has a column of tasks, and most columns."""
    header = text.strip().partition("\n")[0]
    fields = {mark: header.split(mark) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (any(map(is_task_header, fields[mark])), len(fields[mark])))


def _check_width(cells: list[str], header: list[str], where: str) -> None:
    """Refuse a line with more or fewer fields than the header, and a cell that no header names."""
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        raise BadTable(
            f"{where} has {len(cells)} fields, the header {len(header)}. A task name that holds the separator needs "
            'double quotes around it: "Question Answering, Short".'
        )
    refuse_unnamed(header, cells[: len(header)], where)


def read_json(path: str | os.PathLike[str], *, model: str | None = None) -> ScoreTable:
    """The table in a ``.json`` file; see :func:`generallevel.tables.read_table`.

    Parameters
    ----------
    path : path
        ``{task: score}``, ``{"model": ..., "unit": ..., "scores": {...}}``, ``{"model": ..., "rows": [...]}`` or the
        list of rows. ``"inf"`` and the bare ``Infinity`` are infinities; ``null`` and ``"n/a"`` are missing.
    model : str, optional
        The model that is wanted.

    Returns
    -------
    ScoreTable

    Raises
    ------
    BadTable
        If it is not JSON, is nested too deep, or holds a number beyond the largest float.
    DuplicateName
        If one key stands twice in one object.
    NotFinite
        For the bare word ``NaN``.
    """
    name = Path(path).name
    document = json_document(decoded(file_bytes(path), name), name)
    table = table_of_document(document, model=model, source=name)
    if not len(table):
        raise no_rows(name)
    return table


def json_document(text: str, name: str) -> object:
    """What a JSON text of a stranger holds.

    Parameters
    ----------
    text : str
        The text.
    name : str
        What to call it in messages.

    Returns
    -------
    object
        Mappings, lists, texts, numbers, booleans and None; the bare words ``Infinity`` and ``NaN`` are floats.

    Raises
    ------
    BadTable
        If it is not JSON, is nested too deep, or holds a number beyond the largest float.
    DuplicateName
        If one key stands twice in one object.
    """
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=lambda pairs: _without_twins(pairs, name),
            parse_float=lambda digits: _finite(digits, name),
            parse_int=lambda digits: _whole(digits, name),
            parse_constant=float,  # NaN is refused when its task is known
        )
    except json.JSONDecodeError as error:
        raise BadTable(f"{name} is not JSON: {error}.") from None
    except RecursionError:
        raise BadTable(f"{name} is nested too deep to be a table of scores.") from None
    return document


def _without_twins(pairs: list[tuple[str, object]], name: str) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        first: dict[str, int] = {}
        for position, (key, _) in enumerate(pairs, start=1):
            if key in first:
                raise DuplicateName(
                    f"{name} gives {shown(key)} twice in one object: entry {first[key]} and entry {position}. "
                    "Keep one of them."
                )
            first[key] = position
    return found


def _finite(digits: str, name: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise too_large(digits, name)
    return value


def _whole(digits: str, name: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise too_large(digits, name)
    return int(digits)


def decoded(content: bytes, name: str) -> str:
    """The text of a file, without a byte order mark. Raises `BadTable` where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        slip = ""
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            slip = " It looks like UTF-16: save it again as UTF-8."
        elif content.startswith(b"PK"):
            slip = " It looks like a workbook: is its suffix .xlsx?"
        raise BadTable(f"{name} is not UTF-8 text (byte {error.start}).{slip}") from None


def write_text(table: ScoreTable, path: str | os.PathLike[str]) -> None:
    """Write a table to a ``.csv``, ``.tsv`` or ``.json`` file.

    Raises
    ------
    BadTable
        For another suffix.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix == ".json":
        text = json_text(table)
    elif suffix in (".csv", ".tsv"):
        text = _csv_text(table, "\t" if suffix == ".tsv" else ",")
    elif suffix == ".xlsx":
        raise BadTable(
            f"{target.name!r} needs the layout of a benchmark to be a workbook: write_workbook(path, layout, scores, "
            "model) writes it, .csv and .json need none."
        )
    else:
        raise BadTable(f"{target.name!r} ends in none of .csv, .tsv and .json, the formats that are written.")
    target.write_bytes(text.encode("utf-8"))


def json_text(table: ScoreTable) -> str:
    """The table as JSON text, ended by a newline."""
    return json.dumps(table.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _csv_text(table: ScoreTable, delimiter: str) -> str:
    """The table as CSV: a ``model`` column where the model has a name, and the optional columns that hold anything."""
    rows = table.to_dict()["rows"]
    present = dict.fromkeys(key for row in rows for key in row)
    named = {} if table.model is None else {"model": table.model}
    header = list(dict.fromkeys(["task", *named, "score", *present]))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")  # as RFC 4180 has it
    writer.writerow(header)
    for row in rows:
        cells = {**row, **named}
        writer.writerow([_written(cells.get(column)) for column in header])
    return stream.getvalue()


def _written(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)

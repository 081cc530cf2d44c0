"""Catalogues of other benchmarks: from rows in memory, from CSV and from JSON.

A row is one task. ``task`` (or ``id``), ``modality`` and ``metric`` are required. ``unit`` and ``better`` are those of
the registered metric where a row leaves them out. ``paradigm`` is ``comprehension`` or ``generation``, or blank for the
group that Level-5 reads. Every other field of ``Task`` may be given. References come as a mapping of set names to
``{task: value}``, or as columns: ``reference`` for a set of that name, ``reference:NAME`` for more. A column that is
none of these is an error, so that a misspelt one cannot be lost.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, SupportsFloat

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.names import folded
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.task import BETTER, PARADIGMS, PROTOCOLS, UNITS, Task
from generallevel.errors import BadTable, DuplicateName, UnknownColumn, UnknownName, UnsafeFile, did_you_mean
from generallevel.normaliser import canonical_unit, table_unit
from generallevel.registry import find

__all__ = ["catalogue_from_rows", "read_catalogue"]

_REQUIRED = ("task", "modality", "metric")
_DECLARED = ("unit", "better")  # a registered metric says them too
_NAMES = ("name", "workbook_name", "short_name", "workbook_short_name", "paper_name")
_TEXTS = (*_NAMES, "skill", "sheet", "label", "paper_label", "specialist", "source", "note")
_COUNTS = ("row", "number", "instances")
_COLUMNS = (*_REQUIRED, *_DECLARED, "id", "paradigm", "protocol", *_TEXTS, *_COUNTS)
_SEPARATORS = ".+:"  # they separate the parts of ids and scopes
_MOST_BYTES = 64 * 2**20  # ours: 699 tasks take a quarter of a mebibyte

References = Mapping[str, Mapping[str, SupportsFloat | None]]


def catalogue_from_rows(
    rows: Iterable[Mapping[str, Any]], references: References | None, name: str, where: tuple[str, ...] = ()
) -> Catalogue:
    """The catalogue that ``Catalogue.from_rows`` documents; ``where`` says for messages where each row stands."""
    tasks: list[Task] = []
    columns: dict[str, dict[str, SupportsFloat | None]] = {}
    places: dict[str, str] = {}
    for place, row in enumerate(rows):
        at = f"{name}, {where[place] if where else f'row {place + 1}'}"
        task, values = _task(row, at, place + 1)
        if folded(task.id) in places:
            raise DuplicateName(f"{at}: task {task.id!r} is given already, at {places[folded(task.id)]}.")
        places[folded(task.id)] = at
        tasks.append(task)
        for set_name, value in values.items():
            columns.setdefault(set_name, {})[task.id] = value
    if not tasks:
        raise BadTable(f"{name} has no task at all. Wanted: one row for each task, with {', '.join(_REQUIRED)}.")
    _check_paradigms(tasks, name)
    bare = Catalogue(name, tuple(tasks))
    sets: dict[str, ReferenceSet] = {}
    for set_name, mapping in [*columns.items(), *(references or {}).items()]:
        if set_name in sets:
            raise DuplicateName(f"{name}: reference set {set_name!r} is given twice, as a column and as a mapping.")
        sets[set_name] = ReferenceSet.from_mapping(set_name, mapping, bare)
    return Catalogue(name, bare.tasks, sets)


def read_catalogue(path: str | Path, references: References | None, name: str | None) -> Catalogue:
    """The catalogue that ``Catalogue.read`` documents."""
    file = Path(path)
    if not file.is_file():
        raise BadTable(f"{file} is not a file. Wanted: a CSV or JSON file with one row for each task.")
    if (size := file.stat().st_size) > _MOST_BYTES:
        raise UnsafeFile(f"{file} has {size} bytes, more than the {_MOST_BYTES} that a task list may have.")
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable(f"{file} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    name = name or file.stem
    if file.suffix.casefold() == ".json" or text.lstrip()[:1] in ("{", "["):
        return _from_json(text, file, references, name)
    return _from_csv(text, file, references, name)


def _from_csv(text: str, file: Path, references: References | None, name: str) -> Catalogue:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[dict[str, Any]] = []
    where: list[str] = []
    try:
        header = [(column or "").strip() for column in reader.fieldnames or ()]
        if repeated := sorted({column for column in header if header.count(column) > 1}):
            raise DuplicateName(f"{file}: column {repeated[0]!r} stands there twice.")
        reader.fieldnames = header
        for row in reader:
            if None in row or None in row.values():
                raise BadTable(f"{file}, line {reader.line_num}: not as many cells as the header's {len(header)}.")
            rows.append({key: cell.strip() or None for key, cell in row.items()})
            where.append(f"line {reader.line_num}")
    except csv.Error as error:
        raise BadTable(f"{file}, line {reader.line_num}: {error}.") from None
    for row, at in zip(rows, where, strict=True):
        for column in row:
            if row[column] is not None and (column in _COUNTS or _reference_name(column) is not None):
                row[column] = _number(row[column], f"{name}, {at}", column)
    return catalogue_from_rows(rows, references, name, tuple(where))


def _from_json(text: str, file: Path, references: References | None, name: str) -> Catalogue:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            raise DuplicateName(
                f"{file}: key {next(k for k in keys if keys.count(k) > 1)!r} stands twice in one object."
            )
        return found

    def refuse(literal: str) -> NoReturn:
        raise BadTable(f"{file}: {literal} is not a number in JSON. Write null where there is none.")

    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise BadTable(f"{file}, line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, BadTable | DuplicateName):
            raise
        raise BadTable(f"{file} cannot be read as JSON: {error}.") from None
    if isinstance(found, list):
        found = {"tasks": found}
    if not isinstance(found, dict) or not isinstance(found.get("tasks"), list):
        raise BadTable(
            f"{file}: wanted a list of tasks, or an object with 'tasks', and if you like 'name', 'references'."
        )
    if unknown := [key for key in found if key not in ("name", "tasks", "references")]:
        raise UnknownColumn(
            f"{file}: key {unknown[0]!r} means nothing.{did_you_mean(unknown[0], ['name', 'references'])}"
        )
    given = found.get("references", {})
    if not isinstance(given, dict) or not all(isinstance(mapping, dict) for mapping in given.values()):
        raise BadTable(f"{file}: 'references' is not an object of set names to objects of task to value.")
    if not all(isinstance(row, dict) for row in found["tasks"]):
        raise BadTable(f"{file}: every task is an object with {', '.join(_REQUIRED)}.")
    return catalogue_from_rows(found["tasks"], {**given, **(references or {})}, str(found.get("name") or name))


def _task(row: Mapping[str, Any], at: str, place: int) -> tuple[Task, dict[str, SupportsFloat | None]]:
    """One row as a task, with its reference columns."""
    cells = {key: value for key, value in row.items() if value is not None and value != ""}
    references = {}
    for column in row:
        set_name = _reference_name(column)
        if set_name is not None:
            references[set_name] = cells.pop(column, None)
        elif column not in _COLUMNS:
            raise UnknownColumn(
                f"{at}: column {column!r} means nothing.{did_you_mean(str(column), _COLUMNS)} "
                f"Required are {', '.join(_REQUIRED)}; references are 'reference' or 'reference:NAME'."
            )
    if "id" in cells:
        if "task" in cells:
            raise DuplicateName(f"{at}: 'task' and 'id' are the same column. Keep one.")
        cells["task"] = cells.pop("id")
    if missing := [column for column in _REQUIRED if column not in cells]:
        raise BadTable(f"{at}: no {missing[0]}. A task needs {', '.join(_REQUIRED)}.")
    for column, cell in cells.items():
        if column in _COUNTS:
            if isinstance(cell, bool) or not isinstance(cell, int) or cell < (column == "instances"):
                raise BadTable(f"{at}: {column} is {cell!r}. Wanted: a whole number of items.")
        elif not isinstance(cell, str):
            raise BadTable(f"{at}: {column} is {cell!r}, not text.")
    modality, paradigm = cells["modality"], cells.get("paradigm")
    if not folded(modality) or any(mark in modality for mark in _SEPARATORS):
        raise BadTable(
            f"{at}: modality {modality!r} has no letter or one of the marks {_SEPARATORS}, which scopes need."
        )
    texts = _texts(cells)
    if absent := [column for column in _DECLARED if column not in cells]:
        cells = _declared(texts, cells["metric"], f"{at}: no {' and no '.join(absent)}") | cells
    for column, wanted in (("paradigm", PARADIGMS), ("unit", UNITS), ("better", BETTER), ("protocol", PROTOCOLS)):
        if column in cells and cells[column] not in wanted:
            raise BadTable(
                f"{at}: {column} is {cells[column]!r}.{did_you_mean(cells[column], wanted)} "
                f"Wanted: {', '.join(wanted)}."
            )
    task = Task(
        id=cells["task"],
        modality=modality,
        paradigm=paradigm,
        metric=cells["metric"],
        unit=cells["unit"],
        better=cells["better"],
        row=cells.get("row", place),
        number=cells.get("number", place),
        instances=cells.get("instances"),
        protocol=cells.get("protocol", "ours"),
        **texts,
    )
    return task, references


def _texts(cells: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a task that are texts; a name, sheet or label that is left out is the nearest one that is there."""
    texts = {column: cells.get(column, "") for column in _TEXTS}
    texts["name"] = texts["name"] or cells["task"]
    texts["sheet"] = texts["sheet"] or "-".join(filter(None, (cells["modality"], cells.get("paradigm"))))
    texts["workbook_name"] = texts["workbook_name"] or texts["name"]
    texts["workbook_short_name"] = texts["workbook_short_name"] or texts["short_name"]
    texts["paper_name"] = texts["paper_name"] or texts["name"]
    texts["label"] = texts["label"] or cells["metric"]
    texts["paper_label"] = texts["paper_label"] or texts["label"]
    return texts


def _declared(texts: Mapping[str, str], metric: str, absent: str) -> dict[str, str]:
    """The unit in which tables print a registered metric, and its direction."""
    try:
        found = find(metric)
    except UnknownName as slip:
        raise type(slip)(f"{absent}, so the registered metric has to say it: {slip}") from None
    printed = canonical_unit(table_unit(found, texts["sheet"], texts["label"]))
    return {"unit": printed if printed in UNITS else "raw", "better": found.better}


def _check_paradigms(tasks: list[Task], name: str) -> None:
    """A modality has paradigms or is the group of Level-5: a blank cell must not move a task from one to the other."""
    first: dict[str, Task] = {}
    for task in tasks:
        other = first.setdefault(task.modality, task)
        if (other.paradigm is None) != (task.paradigm is None):
            blank, full = (other, task) if other.paradigm is None else (task, other)
            raise BadTable(
                f"{name}: modality {task.modality!r} has tasks with a paradigm ({full.id!r}) "
                f"and without ({blank.id!r}). "
                "Fill in the paradigm, or give the group without one a modality of its own."
            )


def _reference_name(column: object) -> str | None:
    """The set that a column belongs to, None when it is no reference column."""
    if not isinstance(column, str) or not column.startswith("reference"):
        return None
    head, colon, tail = column.partition(":")
    if head.strip() != "reference" or (colon and not tail.strip()):
        return None
    return tail.strip() or "reference"


def _number(text: str, at: str, column: str) -> float | int:
    """A cell of a CSV file as a number."""
    try:
        if "_" in text:
            raise ValueError
        return int(text) if column in _COUNTS else float(text)
    except ValueError:
        raise BadTable(f"{at}: {column} is {text!r}, not a number. Leave the cell empty where there is none.") from None

"""From rows in any notation to one table: the body that the readers of mappings, frames, CSV, JSON and workbooks share.

A reader brings its header and its rows of raw cells, in the order of the header; what the cells mean, which model is
picked and which slips are refused is decided here, once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from generallevel.errors import BadTable, UnknownColumn, did_you_mean
from generallevel.tables.cells import NOT_GIVEN, Reading, read_cell, shown
from generallevel.tables.consistency import check_model
from generallevel.tables.fields import read_field, read_name
from generallevel.tables.headers import Roles, assign_roles, is_score_header
from generallevel.tables.score_table import ScoreTable

__all__ = ["MAX_ROWS", "RowCollector", "settle_model", "table_of_document", "table_of_mapping", "table_of_records"]

MAX_ROWS = 200_000  # ours: 280 models over all 699 tasks; a table beyond this is a mistake or an attack
# What an empty table to fill in says of every row. Beside a score that was filled in since it is stale, and the score
# counts; any other reason beside a score is a contradiction, which the table refuses.
PLACEHOLDERS = (NOT_GIVEN, "not run")
_ENVELOPE = ("model", "unit", "split", "scores", "rows")  # what a JSON document may say beside its rows
_TYPED_SCORE = ("value", "unit", "n_total", "n_scored")


class RowCollector:
    """Rows on their way into a table.

    Parameters
    ----------
    source : str
        What messages call the table.
    model : str or None
        The model whose rows are wanted, where a column tells models apart.
    """

    def __init__(self, source: str, model: str | None = None) -> None:
        self.source = source
        self.wanted = model
        self.names: list[str] = []
        self.scores: list[float] = []
        self.columns: dict[str, list[object]] = {}
        self.models: dict[str, str] = {}  # folded name -> as written, of every row's model

    def add_cells(self, where: str, cells: Sequence[object], roles: Roles, sheet: str | None = None) -> None:
        """Take one row of raw cells in the order of its header, and the sheet that it stands on."""
        if roles.model_column is not None and not self._is_wanted(where, cells[roles.model_column]):
            return
        place = f"{self.source}, {where}"
        name = read_name(cells[roles.task], place)
        optional = {column: read_field(column, cells[at], place) for column, at in roles.optional.items()}
        if sheet is not None:
            optional["sheet"] = sheet
        score = cells[roles.score]
        plain = (
            type(score) is float and score == score
        )  # most cells; the message for the others costs more than all else
        reading = Reading(score) if plain else read_cell(score, f"{place}, {shown(name)},")  # type: ignore[arg-type]
        self.add(name, reading, optional, where)

    def add(self, name: str, reading: Reading, optional: Mapping[str, object], where: str | None) -> None:
        """Take one row that has been read."""
        fields = dict(optional)
        if reading.unit is not None:
            if fields.get("unit") not in (None, reading.unit):
                raise BadTable(
                    f"{self.source}, {where or shown(name)}, is written with a percent sign, but its unit is "
                    f"{shown(fields['unit'])}. Drop one of the two."
                )
            fields["unit"] = reading.unit
        if reading.reason is not None and fields.get("reason") is None:
            fields["reason"] = reading.reason
        elif reading.reason is None and fields.get("reason") in PLACEHOLDERS:
            del fields["reason"]
        if where is not None:
            fields["where"] = where
        before = len(self.names)
        if before >= MAX_ROWS:
            raise BadTable(f"{self.source} has more than {MAX_ROWS:,} rows. A score table has a row for each task.")
        self.names.append(name)
        self.scores.append(reading.value)
        for column, value in fields.items():
            if value is not None and column not in self.columns:
                self.columns[column] = [None] * before
        for column, values in self.columns.items():
            values.append(fields.get(column))

    def _is_wanted(self, where: str, cell: object) -> bool:
        """Whether the row is of the model that is wanted."""
        if not isinstance(cell, str) or not cell.strip():
            raise BadTable(f"{self.source}, {where}, names no model in its column 'model'.")
        key = cell.strip().casefold()
        self.models.setdefault(key, cell)
        return self.wanted is None or key == self.wanted.strip().casefold()

    def table(self, model: str | None = None) -> ScoreTable:
        """The table of the rows so far.

        Parameters
        ----------
        model : str or None
            The model's name, unless a column names it.

        Raises
        ------
        BadTable
            If the rows are of several models and none was picked, or none is of the model that was.
        """
        if self.models:
            known = ", ".join(map(shown, list(self.models.values())[:12]))
            if self.wanted is None and len(self.models) > 1:
                raise BadTable(
                    f"{self.source} has rows of {len(self.models)} models: {known}. Pass model= to pick one."
                )
            key = next(iter(self.models)) if self.wanted is None else self.wanted.strip().casefold()
            if key not in self.models:
                offer = did_you_mean(str(self.wanted), self.models.values())
                raise BadTable(f"{self.source} has no row of the model {shown(self.wanted)}; it has {known}.{offer}")
            model = self.models[key]
        columns = {column: tuple(values) for column, values in self.columns.items()}
        return ScoreTable(tuple(self.names), np.array(self.scores, dtype=np.float64), model, self.source, columns)


def settle_model(own: str | None, wanted: str | None, source: str) -> str | None:
    """The model's name, from the source's own and the one that was asked for.

    Raises
    ------
    BadTable
        If the source says that it is of another model.
    """
    if own is None:
        return wanted
    if wanted is None:
        return own
    if own.strip().casefold() != wanted.strip().casefold():
        raise BadTable(f"{source} holds the scores of {shown(own)}, not of {shown(wanted)}. Drop model=.")
    return own


def table_of_mapping(scores: Mapping[str, object], *, model: str | None, source: str) -> ScoreTable:
    """The table of a mapping from task to number, missing mark, mapping of columns or typed score."""
    collector = RowCollector(source)
    known_roles: dict[tuple[object, ...], Roles] = {}
    for task, value in scores.items():
        if not isinstance(task, str):
            raise BadTable(f"{source} has {shown(task)} for the name of a task; wanted a text that is not blank.")
        name, place = str(task), f"{source}, task {shown(task)},"
        if isinstance(value, Mapping):
            _add_mapping(collector, name, value, known_roles)
        elif all(hasattr(value, attribute) for attribute in _TYPED_SCORE):
            _add_typed_score(collector, name, value, place)
        else:
            collector.add(name, read_cell(value, place), {}, None)
    return collector.table(model)


def _add_mapping(
    collector: RowCollector, name: str, row: Mapping[object, object], known: dict[tuple[object, ...], Roles]
) -> None:
    """One task's own mapping of columns: ``{"score": 0.7, "unit": "fraction"}``."""
    place = f"{collector.source}, task {shown(name)}"
    keys = tuple(row)
    if keys not in known:
        headers = [_header(key, f"{place},") for key in keys]
        if not any(is_score_header(header) for header in headers):
            raise BadTable(
                f"{place}, has no 'score' among its keys. If {shown(name)} is a model and not a task, pass its own "
                "mapping of tasks to scores."
            )
        known[keys] = assign_roles([*headers, "task_id"], model=None, where=f"{place},")
    roles = known[keys]
    cells = [*row.values(), name]
    optional = {column: read_field(column, cells[at], place) for column, at in roles.optional.items()}
    collector.add(name, read_cell(cells[roles.score], f"{place},"), optional, None)


def _add_typed_score(collector: RowCollector, name: str, score: Any, place: str) -> None:
    """A result of :func:`generallevel.score`, or anything that looks like one."""
    reading = read_cell(score.value, place)
    reason, metric = getattr(score, "reason", None), getattr(score, "metric", None)
    optional = {
        "unit": read_field("unit", score.unit, place),
        "metric": metric if isinstance(metric, str) and metric.strip() else None,
        "n": read_field("n", score.n_total, place),
        # What a missing answer was counted as is in the value already; only items that were left out are not.
        "n_scored": read_field("n_scored", getattr(score, "n_counted", score.n_scored), place),
    }
    if math.isnan(reading.value) and isinstance(reason, str) and reason.strip():
        reading = Reading(reading.value, reason)
    collector.add(name, reading, optional, None)


def table_of_records(
    records: Iterable[object], *, model: str | None, source: str, shared: Mapping[str, object] | None = None
) -> ScoreTable:
    """The table of a list of rows ``{"task": ..., "score": ..., ...}``, which need not share their keys."""
    rows = list(records)
    headers: dict[str, int] = {}
    for position, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise BadTable(f"{source}, row {position}, is {shown(row)}; wanted a mapping with 'task' and 'score'.")
        for key in row:
            headers.setdefault(_header(key, f"{source}, row {position},"), len(headers))
    if not rows:
        raise no_rows(source)
    roles = assign_roles(list(headers), model=model, where=source)
    collector = RowCollector(source, model if roles.model_column is not None else None)
    for position, row in enumerate(rows, start=1):
        assert isinstance(row, Mapping)  # seen above
        collector.add_cells(f"row {position}", [row.get(header) for header in headers], roles)
    return _with_shared(collector.table(roles.model or model), shared)


def table_of_document(document: object, *, model: str | None, source: str) -> ScoreTable:
    """The table of a JSON document, or of the same thing as Python objects.

    Parameters
    ----------
    document : mapping or list
        ``{task: score}``, ``{"model": ..., "unit": ..., "split": ..., "scores": {task: score}}``, the same with
        ``"rows": [{"task": ..., "score": ...}]``, or the bare list of rows.
    model : str or None
        The model that is wanted.
    source : str
        What messages call it.

    Raises
    ------
    BadTable, DuplicateName, NotFinite, UnknownColumn
        If it is nothing of the kind, or one of its rows is not.
    """
    if isinstance(document, list | tuple):
        return table_of_records(document, model=model, source=source)
    if not isinstance(document, Mapping):
        raise BadTable(f"{source} holds {shown(document)}; wanted tasks and scores, or a list of rows.")
    holders = [key for key in ("scores", "rows") if isinstance(document.get(key), Mapping | list | tuple)]
    if not holders:
        return ScoreTable.from_mapping(document, model=model, source=source)
    for key in document:
        if key not in _ENVELOPE or (key in ("scores", "rows") and key != holders[0]):
            offer = did_you_mean(str(key), _ENVELOPE)
            raise UnknownColumn(f"{source} says {shown(key)} beside its {holders[0]}, which means nothing here.{offer}")
    own = document.get("model")
    check_model(own, source)
    name = settle_model(own, model, source)
    shared = {column: read_field(column, document.get(column), source) for column in ("unit", "split")}
    held = document[holders[0]]
    if isinstance(held, Mapping):
        return _with_shared(ScoreTable.from_mapping(held, model=name, source=source), shared)
    table = table_of_records(held, model=None if own is not None else model, source=source, shared=shared)
    if table.model is None and name is not None:
        return ScoreTable(table.names, table.scores, name, source, table.columns)
    return table


def _with_shared(table: ScoreTable, shared: Mapping[str, object] | None) -> ScoreTable:
    """The table with what its document says of every row, on the rows that do not say it themselves."""
    columns = dict(table.columns)
    for column, common in (shared or {}).items():
        if common is not None:
            written = columns.get(column, (None,) * len(table))
            columns[column] = tuple(common if value is None else value for value in written)
    return ScoreTable(table.names, table.scores, table.model, table.source, columns)


def no_rows(source: str) -> BadTable:
    """The error for a file or frame without a single row."""
    return BadTable(f"{source} has no row: a score table has one for each task.")


def _header(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise BadTable(f"{where} has the column {shown(key)}; wanted a text.")
    return key

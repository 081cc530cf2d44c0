"""A table of raw scores, column by column, as every reader leaves it and every level formula takes it.

Objects: :class:`ScoreTable` (columns) and :class:`Row` (a view of one row). Conventions: names and units stay as
written, since only a catalogue can tell what they mean; a missing score is ``nan`` and has a reason, and nothing else
is ``nan``; an infinity is a score (a perfect PSNR, the worst error).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import repeat
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import LengthMismatch
from generallevel.tables.consistency import check_model, checked_names, place_of, settled_columns

__all__ = ["Row", "ScoreTable"]


@dataclass(frozen=True, slots=True)
class Row:
    """One task's raw score and what the table says about it.

    Attributes
    ----------
    name : str
        The task, as written.
    score : float
        In the unit of the table; ``nan`` when missing, and then `reason` says why.
    unit, metric, sheet, number, short_name, n, n_scored, split, standard_error, low, high, sota, grade, reason, where
        The optional columns, as the module ``generallevel.tables.fields`` lists them; None where the table has none.
    """

    name: str
    score: float
    unit: str | None = None
    metric: str | None = None
    sheet: str | None = None
    number: int | None = None
    short_name: str | None = None
    n: int | None = None
    n_scored: int | None = None
    split: str | None = None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None
    sota: float | None = None
    grade: str | None = None
    reason: str | None = None
    where: str | None = None


_ROW_COLUMNS = tuple(item.name for item in fields(Row))[2:]
_PROVENANCE = frozenset({"where"})  # says where a row was read, not what it holds


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """The raw scores of one model, a row for each task, in the order given.

    Attributes
    ----------
    names : tuple of str
        Tasks, as written; one name stands once on a sheet.
    scores : ndarray of float64, shape (len(names),)
        Raw scores in the table's own units, in [-inf, inf]; ``nan`` marks a missing one. Read-only.
    model : str or None
        Name of the model.
    source : str
        Where the table comes from, for messages: ``"mapping"``, ``"results.csv"``.
    columns : mapping of str to tuple
        The optional columns that hold anything, each as long as `names`: ``unit``, ``metric``, ``sheet``, ``number``,
        ``short_name``, ``n``, ``n_scored``, ``split``, ``standard_error``, ``low``, ``high``, ``sota``,
        ``grade``, ``reason``, ``where``. ``reason`` is there exactly when a score is missing.

    Raises
    ------
    LengthMismatch
        If a column is not as long as `names`.
    BadTable
        For a blank name, or a value that its column cannot hold.
    DuplicateName
        If one name stands twice on one sheet.
    UnknownColumn
        For a column of another name.

    Notes
    -----
    Two tables are equal when they hold the same rows in the same order for the same model; `source` and ``where``,
    which only say where the rows were read, do not count.

    Examples
    --------
    >>> table = ScoreTable.from_mapping({"Sports Image Classification": 72.8, "Table-Sequence": "failed"}, model="mine")
    >>> table.scores
    array([72.8,  nan])
    >>> [row.reason for row in table]
    [None, 'failed']
    """

    names: tuple[str, ...]
    scores: NDArray[np.float64]
    model: str | None = None
    source: str = "mapping"
    columns: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = checked_names(self.names, self.source)
        scores = np.array(self.scores, dtype=np.float64)  # a copy: the caller's array stays writable and theirs
        if scores.shape != (len(names),):
            raise LengthMismatch(f"{self.source} has {len(names)} names but scores of shape {scores.shape}.")
        scores.setflags(write=False)
        check_model(self.model, self.source)
        columns = settled_columns(self.columns, names, scores, self.source)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "scores", scores)
        object.__setattr__(self, "columns", MappingProxyType(columns))

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Row]:
        absent = repeat(None)
        optional = [self.columns.get(column, absent) for column in _ROW_COLUMNS]
        # strict=False: an absent column is an endless run of None
        for name, score, *rest in zip(self.names, self.scores.tolist(), *optional, strict=False):
            yield Row(name, score, *rest)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScoreTable):
            return NotImplemented
        return (
            self.model == other.model
            and self.names == other.names
            and np.array_equal(self.scores, other.scores, equal_nan=True)
            and _told(self.columns) == _told(other.columns)
        )

    __hash__ = None  # type: ignore[assignment]  # it holds an array

    def __reduce__(self) -> tuple[object, ...]:
        return ScoreTable, (self.names, self.scores, self.model, self.source, dict(self.columns))

    def __repr__(self) -> str:
        missing = int(np.isnan(self.scores).sum())
        model = "" if self.model is None else f", model={self.model!r}"
        return f"<ScoreTable: {len(self)} tasks, {missing} missing{model}, source={self.source!r}>"

    def place(self, index: int) -> str:
        """Where the row stands, as the subject of a message.

        >>> ScoreTable.from_mapping({"Human Action Recognition": 61.8}).place(0)
        "mapping, task 'Human Action Recognition'"
        """
        return place_of(self.source, self.names, self.columns.get("where", ()), index)

    def with_unit(self, unit: str) -> ScoreTable:
        """The same table with `unit` on every row that names none.

        >>> ScoreTable.from_mapping({"Human Action Recognition": 0.618}).with_unit("fraction").columns["unit"]
        ('fraction',)
        """
        written = self.columns.get("unit", (None,) * len(self))
        filled = tuple(unit if value is None else value for value in written)
        return replace(self, columns={**self.columns, "unit": filled})

    @classmethod
    def from_mapping(
        cls, scores: Mapping[str, object], *, model: str | None = None, source: str = "mapping"
    ) -> ScoreTable:
        """The table of a mapping from task to score.

        Parameters
        ----------
        scores : mapping of str to object
            Each value is a number in the task's unit, None or a word for a missing score ("n/a", "failed"), a mapping
            with ``score`` and optional columns, or a typed score (anything with ``value``, ``unit``, ``n_total`` and
            ``n_scored``, such as a :class:`generallevel.Score`).
        model : str, optional
            Name of the model.
        source : str
            What messages call the table.

        Returns
        -------
        ScoreTable

        Raises
        ------
        BadTable, NotFinite, UnknownColumn
            As the cells and columns demand; a NaN is never taken for a missing score.

        Examples
        --------
        >>> ScoreTable.from_mapping({"a": {"score": 0.7, "unit": "fraction"}, "b": None}).columns
        mappingproxy({'unit': ('fraction', None), 'reason': (None, 'not given')})
        """
        values = list(scores.values())
        if set(map(type, values)) <= {float, int}:
            try:
                array = np.array(values, dtype=np.float64)
            except OverflowError:
                array = None
            if array is not None and not np.isnan(array).any():
                return cls(tuple(scores), array, model, source)
        from generallevel.tables.rows import table_of_mapping

        return table_of_mapping(scores, model=model, source=source)

    @classmethod
    def read(cls, source: object, *, model: str | None = None) -> ScoreTable:
        """The table in a file, data frame or mapping; :func:`generallevel.tables.read_table` says all."""
        from generallevel.tables.reading import read_table

        return read_table(source, model=model)

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON holds it: ``{"model": ..., "rows": [{"task": ..., "score": ..., ...}]}``.

        Returns
        -------
        dict
            An infinity is the text ``"inf"`` or ``"-inf"``, a missing score is None beside its ``reason``, and a column
            that says nothing about a row is left out of it.

        Examples
        --------
        >>> ScoreTable.from_mapping({"a": float("inf"), "b": None}).to_dict()["rows"]
        [{'task': 'a', 'score': 'inf'}, {'task': 'b', 'score': None, 'reason': 'not given'}]
        """
        told = _told(self.columns)
        rows = []
        for index, (name, score) in enumerate(zip(self.names, self.scores.tolist(), strict=True)):
            row: dict[str, Any] = {"task": name, "score": json_number(score)}
            for column, values in told.items():
                value = values[index]
                if value is not None:
                    row[column] = json_number(value) if isinstance(value, float) else value
            rows.append(row)
        return {"rows": rows} if self.model is None else {"model": self.model, "rows": rows}

    def to_json(self) -> str:
        """The table as JSON text, which :meth:`read` reads back to an equal table."""
        from generallevel.tables.text import json_text

        return json_text(self)

    def to_frame(self, backend: str = "pandas") -> Any:
        """The table as a data frame with columns ``task``, ``score`` and the optional ones.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}
            Whose frame.

        Returns
        -------
        frame
            Native to `backend`; :meth:`read` reads it back to an equal table.

        Raises
        ------
        MissingExtra
            If the backend, or narwhals, is not installed.
        """
        from generallevel.tables.frames import frame_of_table

        return frame_of_table(self, backend)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the table to a ``.csv``, ``.tsv`` or ``.json`` file, which :meth:`read` reads back to an equal table.

        Raises
        ------
        BadTable
            For another suffix. A workbook needs a layout: :func:`generallevel.tables.write_workbook`.
        OSError
            If the file cannot be written.
        """
        from generallevel.tables.text import write_text

        write_text(self, path)


def json_number(value: float) -> float | str | None:
    """A float as JSON can hold it: ``"inf"``, ``"-inf"``, None for ``nan``, otherwise itself."""
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else ("inf" if value > 0 else "-inf")


def _told(columns: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    """The columns that say something of the scores, in one order."""
    return {column: columns[column] for column in _ROW_COLUMNS if column in columns and column not in _PROVENANCE}

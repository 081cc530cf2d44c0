"""One front door for every source of scores: what kind it is decides who reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from generallevel.errors import BadTable
from generallevel.tables.rows import settle_model, table_of_document
from generallevel.tables.score_table import ScoreTable

__all__ = ["read_table"]

_SUFFIXES = (".csv", ".tsv", ".json", ".xlsx")


def read_table(source: object, *, model: str | None = None) -> ScoreTable:
    """The table of raw scores in a file, a data frame, a mapping or a list of rows.

    Parameters
    ----------
    source : path, frame, mapping, list of mappings or ScoreTable
        A path ends in ``.csv``, ``.tsv``, ``.json`` or ``.xlsx``; a text is always a path. A frame is an eager one of
        pandas, polars or pyarrow, with a column of tasks and a column of scores.
    model : str, optional
        The model that is wanted. It picks the column or rows where the source holds several, and names the model where
        the source does not. Case and outer blanks do not matter.

    Returns
    -------
    ScoreTable
        Scores in the units of the source, in [-inf, inf], ``nan`` where missing.

    Raises
    ------
    BadTable
        If the source is no score table: no such file, another format, no column of tasks or scores, a cell that is not
        a number, several models and none picked.
    UnsafeFile
        If the file is larger, or inflates to more, than a score table can be, or a workbook declares entities.
    NotFinite, DuplicateName, UnknownColumn
        For a NaN, a task given twice, a column that means nothing.

    Examples
    --------
    >>> read_table({"Human Action Recognition": 61.8518, "Weather Recognition": "n/a"})
    <ScoreTable: 2 tasks, 1 missing, source='mapping'>
    >>> read_table([{"task": "Weather Recognition", "score": 0.48, "unit": "fraction"}]).columns["unit"]
    ('fraction',)
    """
    if isinstance(source, ScoreTable):
        name = settle_model(source.model, model, source.source)
        if name == source.model:
            return source
        return ScoreTable(source.names, source.scores, name, source.source, source.columns)
    if isinstance(source, Mapping):
        return table_of_document(source, model=model, source="mapping")
    if isinstance(source, list | tuple):
        return table_of_document(source, model=model, source="rows")
    if isinstance(source, str | os.PathLike):
        return _read_file(source, model)
    from generallevel.tables.frames import table_of_frame

    return table_of_frame(source, model=model)


def _read_file(source: str | os.PathLike[str], model: str | None) -> ScoreTable:
    path = Path(source)
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise BadTable(
            f"{path.name or str(path)!r} does not end in .csv, .tsv, .json or .xlsx, the formats that are read. "
            "Save the table as one of them."
        )
    if suffix == ".xlsx":
        from generallevel.tables.workbook import read_workbook

        return read_workbook(path, model=model)
    from generallevel.tables.text import read_csv, read_json

    if suffix == ".json":
        return read_json(path, model=model)
    return read_csv(path, model=model)

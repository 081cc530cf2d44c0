"""Tables of scores as data frames, in and out, through narwhals: pandas, polars and pyarrow are never imported here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generallevel.errors import BadTable, InvalidInput, MissingExtra
from generallevel.tables.cells import shown
from generallevel.tables.fields import COLUMNS, COUNT, NUMBER, TEXT
from generallevel.tables.headers import assign_roles, is_task_header
from generallevel.tables.rows import RowCollector, no_rows
from generallevel.tables.score_table import ScoreTable

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["frame_of_table", "native_frame", "table_of_frame"]

_BACKENDS = ("pandas", "polars", "pyarrow")


def table_of_frame(frame: Any, *, model: str | None = None) -> ScoreTable:
    """The table in an eager data frame; see :func:`generallevel.tables.read_table`.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, pyarrow.Table or any eager frame that narwhals knows
        With a column of tasks and a column of scores; a row for each task, the index is not read.
    model : str, optional
        The model that is wanted.

    Returns
    -------
    ScoreTable
        A pandas NaN is pandas' own mark of a missing value, and is missing here.

    Raises
    ------
    BadTable
        If it is no such frame, or has no column of tasks or scores.
    NotFinite
        For a NaN in a polars or pyarrow frame, which mark a missing value as null.
    """
    nw = _narwhals("reading a data frame")
    try:
        eager = nw.from_native(frame, eager_only=True)
    except TypeError:
        slip = " A lazy frame is read once it is collected." if hasattr(frame, "collect") else ""
        if type(frame).__name__ == "Series":
            slip = " A series that maps tasks to scores is read from its to_dict()."
        raise BadTable(
            f"a {type(frame).__name__} is no source of scores.{slip} Wanted: a path, a mapping of tasks to scores, a "
            "list of rows, or a pandas, polars or pyarrow frame."
        ) from None
    except ValueError as error:  # two columns of one name, which pandas allows
        raise BadTable(f"the {type(frame).__name__} cannot be read: {' '.join(str(error).split())}.") from None
    return _rows_of(eager, model)


def _rows_of(eager: nw.DataFrame[Any], model: str | None) -> ScoreTable:
    source = f"{eager.implementation.name.lower()} frame"
    pandas_like = eager.implementation.is_pandas_like()
    columns = list(eager.columns)
    strange = [column for column in columns if type(column) is not str]  # pandas takes anything
    if strange:
        raise BadTable(f"the {source} has the column {shown(strange[0])}; wanted a text for the name of a column.")
    try:
        numeric = [eager.schema[column].is_numeric() for column in columns]
        roles = assign_roles(columns, model=model, where=f"the {source}", numeric=numeric)
    except BadTable as error:
        raise BadTable(f"{error}{_index_slip(eager, columns) if pandas_like else ''}") from None
    used = {roles.task, roles.score, *roles.optional.values()} | ({roles.model_column} - {None})
    held: list[list[object]] = [
        eager[column].to_list() if at in used else [None] * len(eager) for at, column in enumerate(columns)
    ]
    if not len(eager):
        raise no_rows(f"the {source}")
    collector = RowCollector(source, model if roles.model_column is not None else None)
    for number, cells in enumerate(zip(*held, strict=True), start=1):
        row = [None if pandas_like and _is_nan(cell) else cell for cell in cells]
        collector.add_cells(f"row {number}", row, roles)
    return collector.table(roles.model or model)


def _is_nan(cell: object) -> bool:
    return isinstance(cell, float) and math.isnan(cell)


def _index_slip(eager: nw.DataFrame[Any], columns: list[str]) -> str:
    """A word on tasks that stand in a pandas index, where nobody looks."""
    index = eager.to_native().index
    hidden = not any(map(is_task_header, columns)) and len(index) > 0 and isinstance(index[0], str)
    return " Its index holds texts and is not read: pass frame.reset_index(names='task')." if hidden else ""


def frame_of_table(table: ScoreTable, backend: str) -> Any:
    """The table as a native frame of `backend`; see :meth:`ScoreTable.to_frame`."""
    if backend not in _BACKENDS:
        raise BadTable(f"no data frame is called {shown(backend)}; wanted one of {', '.join(_BACKENDS)}.")
    nw = _narwhals("building a data frame")
    held: dict[str, list[object]] = {"task": list(table.names)}
    if table.model is not None:
        held["model"] = [table.model] * len(table)
    held["score"] = [None if math.isnan(score) else score for score in table.scores.tolist()]
    held |= {column: list(table.columns[column]) for column in COLUMNS if column in table.columns and column != "where"}
    schema = {column: _dtype(nw, column, values, backend) for column, values in held.items()}
    try:
        if backend != "pandas":
            return nw.from_dict(held, schema, backend=backend).to_native()
        # Texts as pandas takes them: cast to text, pandas 2 would make the word "None" of a missing one.
        numbers = [nw.col(column).cast(kind) for column, kind in schema.items() if kind != nw.String]
        return nw.from_dict(held, backend=backend).with_columns(numbers).to_native()
    except ImportError as error:
        raise MissingExtra(f"a {backend} frame needs {backend}: pip install {backend}") from error


def native_frame(columns: Mapping[str, Sequence[Any]], backend: str) -> Any:
    """Columns as a data frame.

    Parameters
    ----------
    columns : mapping of str to sequence
        Of one length.
    backend : {"pandas", "polars", "pyarrow"}
        The library of the frame; it must be installed.

    Returns
    -------
    frame
        Native to `backend`.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    InvalidInput
        If there is no such backend.
    """
    if backend not in _BACKENDS:
        raise InvalidInput(f"backend = {backend!r}: wanted one of {', '.join(_BACKENDS)}")
    try:
        return _narwhals("building a data frame").from_dict(dict(columns), backend=backend).to_native()
    except ImportError as slip:
        raise MissingExtra.of(backend, "frames", "to_frame") from slip


def _dtype(nw: Any, column: str, values: list[object], backend: str) -> Any:
    kind = NUMBER if column == "score" else COLUMNS.get(column, TEXT)
    if kind == COUNT and backend == "pandas" and None in values:
        kind = NUMBER  # NumPy's integers have no missing value; a float column of whole numbers reads back the same
    return {COUNT: nw.Int64, NUMBER: nw.Float64, TEXT: nw.String}[kind]()


def _narwhals(purpose: str) -> Any:
    try:
        import narwhals
    except ImportError as error:
        raise MissingExtra(f"{purpose} needs narwhals: pip install narwhals") from error
    return narwhals

"""What must hold of a score table as a whole, checked once, when it is made.

Names are texts and stand once on a sheet; columns are as long as the names and hold what they may; a missing score has
a reason and a present one has none; an interval is not upside down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import BadTable, DuplicateName, LengthMismatch, UnknownColumn, did_you_mean
from generallevel.tables.cells import NOT_GIVEN, shown
from generallevel.tables.fields import COLUMNS, check_column, is_unicode

__all__ = ["check_model", "checked_names", "place_of", "settled_columns"]

_Columns = Mapping[str, tuple[object, ...]]


def place_of(source: str, names: Sequence[str], told: Sequence[object], index: int) -> str:
    """Where a row stands, as the subject of a message: the source, and the place told or else the task."""
    where = told[index] if index < len(told) else None
    return f"{source}, {where or f'task {shown(names[index])}'}"


def check_model(model: object, source: str) -> None:
    """Refuse a model's name that is not one.

    Raises
    ------
    BadTable
        Unless it is None or a text that is not blank.
    """
    if model is not None and not (isinstance(model, str) and model.strip() and is_unicode(model)):
        raise BadTable(f"{source} names its model {shown(model)}; wanted a text that is not blank, or None.")


def checked_names(given: Iterable[object], source: str) -> tuple[str, ...]:
    """The names of the tasks, known to be texts that are not blank and can be written.

    Raises
    ------
    BadTable
        Naming the first that is not.
    """
    names = tuple(given)
    if not set(map(type, names)) <= {str}:
        for name in names:
            if not isinstance(name, str):
                raise _wrong_name(name, source)
        names = tuple(map(str, names))  # NumPy has a kind of text of its own
    texts = cast("tuple[str, ...]", names)
    if not _are_sound(texts):
        wrong = next((name for name in texts if not is_unicode(name)), None)
        if wrong is None:
            raise _wrong_name(next(name for name in texts if not name.strip()), source)
        raise BadTable(f"{source} has {shown(wrong)} for the name of a task, half of a surrogate pair in it.")
    return texts


@lru_cache(maxsize=16)  # a board scores a thousand models on the same tasks
def _are_sound(texts: tuple[str, ...]) -> bool:
    return all(map(str.strip, texts)) and is_unicode("".join(texts))


def _wrong_name(name: object, source: str) -> BadTable:
    return BadTable(f"{source} has {shown(name)} for the name of a task; wanted a text that is not blank.")


def settled_columns(
    columns: _Columns, names: tuple[str, ...], scores: NDArray[np.float64], source: str
) -> dict[str, tuple[object, ...]]:
    """The optional columns that hold anything, checked, with a reason beside each missing score.

    Parameters
    ----------
    columns : mapping of str to sequence
        As given.
    names : tuple of str
        Tasks.
    scores : ndarray of float64, shape (len(names),)
        ``nan`` where missing.
    source : str
        What messages call the table.

    Returns
    -------
    dict of str to tuple

    Raises
    ------
    UnknownColumn, LengthMismatch, BadTable, DuplicateName
        As :class:`generallevel.tables.ScoreTable` says.
    """
    told = tuple(columns.get("where", ()))
    settled: dict[str, tuple[object, ...]] = {}
    for column, given in columns.items():
        if column not in COLUMNS:
            raise UnknownColumn(f"{source} has no column {column!r} to keep.{did_you_mean(column, COLUMNS)}")
        values = tuple(given)
        if len(values) != len(names):
            raise LengthMismatch(f"{source} has {len(names)} names but {len(values)} values of {column}.")
        check_column(column, values, lambda index: place_of(source, names, told, index))
        if any(value is not None for value in values):
            settled[column] = values
    _refuse_duplicates(names, settled, source)
    _refuse_upside_down(names, settled, source, "low", "high")
    _refuse_upside_down(names, settled, source, "n_scored", "n")
    _settle_reasons(names, settled, scores, source)
    return settled


def _refuse_duplicates(names: tuple[str, ...], columns: _Columns, source: str) -> None:
    if len(set(names)) == len(names):
        return
    nothing = (None,) * len(names)
    places = columns.get("where", nothing)
    first: dict[tuple[str, object], int] = {}
    for index, key in enumerate(zip(names, columns.get("sheet", nothing), strict=True)):
        if key in first:
            one, other = (places[at] or f"row {at + 1}" for at in (first[key], index))
            raise DuplicateName(
                f"{source} gives the task {shown(key[0])} twice: {one} and {other}. Keep one of them; two sheets may "
                "share a name when a column 'sheet' tells them apart."
            )
        first[key] = index


def _refuse_upside_down(names: tuple[str, ...], columns: _Columns, source: str, below: str, above: str) -> None:
    if below not in columns or above not in columns:
        return
    for index, (low, high) in enumerate(zip(columns[below], columns[above], strict=True)):
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            place = place_of(source, names, columns.get("where", ()), index)
            raise BadTable(f"{place} has {below} = {low} above {above} = {high}. Are the two swapped?")


def _settle_reasons(
    names: tuple[str, ...], columns: dict[str, tuple[object, ...]], scores: NDArray[np.float64], source: str
) -> None:
    gone_somewhere = bool(np.isnan(scores).any())
    if not gone_somewhere and "reason" not in columns:
        return
    missing = np.isnan(scores).tolist()
    told = columns.pop("reason", (None,) * len(names))
    for index, (gone, reason) in enumerate(zip(missing, told, strict=True)):
        if reason is not None and not gone:
            place = place_of(source, names, columns.get("where", ()), index)
            raise BadTable(f"{place} has a score and also a reason for having none ({shown(reason)}). Drop one.")
    if gone_somewhere:
        columns["reason"] = tuple(
            (reason or NOT_GIVEN) if gone else None for gone, reason in zip(missing, told, strict=True)
        )

"""What one written cell says: a score, or that there is none and why.

Every reader of score tables (mapping, frame, CSV, JSON, workbook) passes each score through :func:`read_cell`, so
that ``"n/a"``, ``"inf"``, ``83.3`` and ``NaN`` mean the same everywhere. Nothing is guessed: what is not plainly a
number, an infinity or a word for "missing" is an error that names the cell.
"""

from __future__ import annotations

import datetime
import math
import re
import reprlib
from typing import NamedTuple, SupportsFloat, cast

import numpy as np

from generallevel.errors import BadTable, NotFinite

__all__ = ["NOT_GIVEN", "Reading", "read_cell", "shown", "too_large"]

NOT_GIVEN = "not given"  # the reason of a score that is simply absent

# Ours: the words that say "no score", and the reason that each one gives.
_MISSING_WORDS = {
    **dict.fromkeys(("", "n/a", "na", "-", "–", "—", "−", "none", "null", "missing", NOT_GIVEN), NOT_GIVEN),
    "not run": "not run",
    "failed": "failed",
    "unsupported": "unsupported",
    "not supported": "unsupported",
}
_INFINITIES = {
    **dict.fromkeys(("inf", "+inf", "infinity", "+infinity", "∞", "+∞"), math.inf),
    **dict.fromkeys(("-inf", "-infinity", "-∞"), -math.inf),
}
# Plain ASCII decimals: float() alone would also take '1_000', ' 1 ' and digits of other scripts.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")

_short_repr = reprlib.Repr()
_short_repr.maxstring = _short_repr.maxother = _short_repr.maxlong = 60


class Reading(NamedTuple):
    """One cell, read: its value, why it has none, and the unit that it carries itself.

    Attributes
    ----------
    value : float
        The number as written; ``nan`` when, and only when, the score is missing.
    reason : str or None
        Why it is missing; None for a number.
    unit : str or None
        ``"percent"`` for a cell written with a percent sign, otherwise None.
    """

    value: float
    reason: str | None = None
    unit: str | None = None


def shown(value: object) -> str:
    """The value as it appears in a message: its repr, on one line, cut to about 60 characters.

    >>> shown("x" * 500)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
    """
    try:
        text = " ".join(_short_repr.repr(value).split())
    except Exception:  # noqa: BLE001  # a foreign __repr__, or too many digits for repr, must not hide the real error
        return f"a {type(value).__name__}"
    return text if len(text) <= 200 else text[:200] + "..."


def read_cell(cell: object, where: str = "the score") -> Reading:
    """The score that a cell holds, or the reason why it holds none.

    Parameters
    ----------
    cell : object
        A number of any kind (int, float, NumPy scalar, 0-d array, Decimal, Fraction), a text, or None.
    where : str
        The cell's place, as the subject of a message: ``"results.csv, line 7"``.

    Returns
    -------
    Reading
        ``(value, reason, unit)``. The value is in whatever unit the table uses, in [-inf, inf], and ``nan`` only for a
        missing score. None, blank, ``n/a``, ``na``, ``-``, ``none``, ``null`` and ``missing`` are missing as
        "not given"; ``not run``, ``failed`` and ``unsupported`` are missing for that reason. ``inf`` and ``∞`` are
        infinities.

    Raises
    ------
    NotFinite
        For a NaN, as a number or as text: it says neither that a score exists nor that it does not.
    BadTable
        For anything else that is not a number: a truth value, a date, a spreadsheet error, a list, other text.

    Examples
    --------
    >>> read_cell("83.3%")
    Reading(value=83.3, reason=None, unit='percent')
    >>> read_cell("n/a").reason
    'not given'
    """
    if type(cell) is float and cell == cell:
        return Reading(cell)
    if cell is None:
        return Reading(math.nan, NOT_GIVEN)
    if isinstance(cell, str):
        return _read_text(cell, where)
    if cell is np.ma.masked or type(cell).__name__ in ("NAType", "NaTType"):  # pandas' own marks of a missing value
        return Reading(math.nan, NOT_GIVEN)
    if isinstance(cell, bool | np.bool_):
        raise BadTable(f"{where} is {bool(cell)}, a truth value and not a score. Write the number that is meant.")
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta | np.datetime64 | np.timedelta64):
        raise BadTable(
            f"{where} is {shown(cell)}, a date or time and not a score. "
            "A spreadsheet turns some numbers into dates: format the cell as a number and type the score again."
        )
    return Reading(_as_float(cell, where))


def _read_text(cell: str, where: str) -> Reading:
    """The score in a text."""
    text = cell.strip()
    word = text.casefold()
    if word in _MISSING_WORDS:
        return Reading(math.nan, _MISSING_WORDS[word])
    if word in _INFINITIES:
        return Reading(_INFINITIES[word])
    unit = None
    if text.endswith("%"):
        unit, text = "percent", text[:-1].rstrip()
    text = text.replace("−", "-", 1) if text.startswith("−") else text  # typeset minus sign
    if _NUMBER.fullmatch(text):
        value = float(text)
        if math.isinf(value):
            raise too_large(cell, where)
        return Reading(value, None, unit)
    if word in ("nan", "+nan", "-nan"):
        raise _nan(where)
    if text.startswith("#"):
        raise BadTable(
            f"{where} holds the spreadsheet error {shown(cell)}. "
            "Repair the formula, or empty the cell where there is no score."
        )
    slip = ""
    if _DECIMAL_COMMA.fullmatch(text):
        slip = f" Is that a decimal comma? Write {text.replace(',', '.')!r}."
    raise BadTable(
        f"{where} is {shown(cell)}, which is not a number.{slip} Wanted: a number, 'inf', or nothing where there is no "
        "score ('n/a', '-', 'not run', 'failed' and 'unsupported' say so too)."
    )


def _as_float(cell: object, where: str) -> float:
    """A number of a foreign kind as a float, exactly or rounded once."""
    if isinstance(cell, np.generic | np.ndarray):
        if cell.shape == () and cell.dtype.kind == "O":
            return read_cell(cell.item(), where).value
        if cell.shape != () or cell.dtype.kind not in "iuf":
            raise _not_a_number(cell, where)
    elif not hasattr(cell, "__float__") or getattr(cell, "shape", ()) != ():
        raise _not_a_number(cell, where)
    try:
        value = float(cast(SupportsFloat, cell))
        overflow = math.isinf(value) and cell != value
    except OverflowError:
        raise too_large(cell, where) from None
    except Exception:  # noqa: BLE001  # a foreign __float__ may raise anything
        raise _not_a_number(cell, where) from None
    if overflow:
        raise too_large(cell, where)
    if math.isnan(value):
        raise _nan(where)
    return value


def _nan(where: str) -> NotFinite:
    return NotFinite(
        f"{where} is NaN, which says neither that there is a score nor that there is none. "
        "Write None, an empty cell or 'n/a' for a score that is missing."
    )


def too_large(cell: object, where: str) -> BadTable:
    """The error for a finite number that no float can hold."""
    return BadTable(
        f"{where} holds {shown(cell)}, beyond the largest float (about 1.8e308). Write 'inf' if that is meant."
    )


def _not_a_number(cell: object, where: str) -> BadTable:
    slip = ""
    if isinstance(cell, list | tuple | np.ndarray):
        slip = " One task has one score: for columns of tasks and scores pass a data frame or a list of rows."
    return BadTable(f"{where} is {shown(cell)} ({type(cell).__name__}), which is not a number.{slip}")

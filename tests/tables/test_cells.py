"""What a cell says: numbers of every kind, words for a missing score, and clear errors for the rest."""

import datetime
import enum
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from generallevel.errors import BadTable, NotFinite
from generallevel.tables.cells import read_cell, shown


class Whole(int):
    pass


class Level(enum.IntEnum):
    THREE = 3


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (83.3, 83.3),
        (0, 0.0),
        (-0.5, -0.5),
        (Whole(3), 3.0),
        (Level.THREE, 3.0),
        (np.float64(83.3), 83.3),
        (np.float32(0.5), 0.5),
        (np.int16(7), 7.0),
        (np.array(2.5), 2.5),
        (np.array(2, dtype=object), 2.0),
        (Decimal("83.30"), 83.3),
        (Fraction(1, 3), 1 / 3),
        ("83.3", 83.3),
        (" 1e2 ", 100.0),
        ("+.5", 0.5),
        ("−3", -3.0),
        ("9.32E-05", 9.32e-05),
        (math.inf, math.inf),
        (np.float32("inf"), math.inf),
        (Decimal("Infinity"), math.inf),
        ("inf", math.inf),
        ("+Infinity", math.inf),
        ("∞", math.inf),
        ("-inf", -math.inf),
    ],
)
def test_numbers(cell: object, value: float) -> None:
    assert read_cell(cell) == (value, None, None)


@pytest.mark.parametrize(
    "cell", [None, "", "  ", "n/a", "N/A", "na", "-", "–", "—", "None", "NULL", "missing", pd.NA, pd.NaT, np.ma.masked]
)
def test_missing_marks(cell: object) -> None:
    value, reason, unit = read_cell(cell)
    assert math.isnan(value)
    assert (reason, unit) == ("not given", None)


@pytest.mark.parametrize(
    ("word", "reason"),
    [("not run", "not run"), ("FAILED", "failed"), ("unsupported", "unsupported"), ("Not supported", "unsupported")],
)
def test_words_that_give_a_reason(word: str, reason: str) -> None:
    assert read_cell(word).reason == reason


def test_a_percent_sign_is_a_unit() -> None:
    assert read_cell("83.3 %") == (83.3, None, "percent")


@pytest.mark.parametrize("cell", [math.nan, "NaN", "-nan", np.float32("nan"), Decimal("NaN"), np.array(math.nan)])
def test_nan_is_an_error_with_a_way_out(cell: object) -> None:
    with pytest.raises(NotFinite, match=r"the score is NaN, .* Write None, an empty cell or 'n/a'"):
        read_cell(cell)


@pytest.mark.parametrize("cell", [True, np.bool_(False)])
def test_a_truth_value_is_an_error(cell: object) -> None:
    with pytest.raises(BadTable, match=r"line 7 is (True|False), a truth value and not a score"):
        read_cell(cell, "line 7")


@pytest.mark.parametrize(
    "cell",
    [datetime.date(2024, 5, 1), datetime.datetime(2024, 5, 1), datetime.timedelta(1), np.datetime64("2024-05-01")],
)
def test_a_date_is_an_error_with_the_likely_slip(cell: object) -> None:
    with pytest.raises(BadTable, match=r"a date or time .* spreadsheet turns some numbers into dates"):
        read_cell(cell)


@pytest.mark.parametrize("cell", ["1e400", 10**400, Decimal("1e400"), Fraction(10**400), "-" + "9" * 400])
def test_a_number_beyond_floats_is_no_infinity(cell: object) -> None:
    with pytest.raises(BadTable, match="beyond the largest float"):
        read_cell(cell)


@pytest.mark.parametrize("cell", ["abc", "1_000", "12a", "0x10", "٣", "1 000", "1,234.5", "%", "5%%", "++1", "1e", "."])
def test_other_text_is_an_error(cell: str) -> None:
    with pytest.raises(BadTable, match="which is not a number"):
        read_cell(cell)


def test_a_decimal_comma_is_named() -> None:
    with pytest.raises(BadTable, match=r"'83,3', which is not a number\. Is that a decimal comma\? Write '83\.3'\."):
        read_cell("83,3")


def test_a_spreadsheet_error_is_named() -> None:
    with pytest.raises(BadTable, match=r"holds the spreadsheet error '#DIV/0!'\. Repair the formula"):
        read_cell("#DIV/0!")


@pytest.mark.parametrize("cell", [[1], (1, 2), np.array([1.0]), np.array([])])
def test_several_numbers_are_not_one(cell: object) -> None:
    with pytest.raises(BadTable, match=r"not a number\. One task has one score"):
        read_cell(cell)


@pytest.mark.parametrize(
    "cell", [object(), b"1", 1j, np.complex128(1), {"a": 1}, Decimal("sNaN"), np.str_("x"), np.array("x"), float]
)
def test_anything_else_is_an_error(cell: object) -> None:
    with pytest.raises(BadTable, match="not a number"):
        read_cell(cell)


def test_a_foreign_object_cannot_break_the_message() -> None:
    class Hostile:
        def __float__(self) -> float:
            raise RuntimeError

        def __repr__(self) -> str:
            raise RuntimeError

    with pytest.raises(BadTable, match=r"Hostile instance .* \(Hostile\), which is not a number"):
        read_cell(Hostile())


def test_shown_is_short_and_on_one_line() -> None:
    assert shown("a\x1b[2J\nb") == r"'a\x1b[2J\nb'"
    assert len(shown("x" * 10**6)) < 100
    assert len(shown([["x" * 100] * 100] * 100)) <= 203
    assert shown(10**5000) == "a int" or len(shown(10**5000)) < 100

"""The table itself: what it refuses, what equality means, and that nothing changes it afterwards."""

import copy
import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from generallevel.errors import BadTable, DuplicateName, LengthMismatch, UnknownColumn
from generallevel.tables import Row, ScoreTable, read_table

NAN = math.nan


def table(columns: dict[str, tuple[object, ...]], scores: tuple[float, ...] = (1.0, 2.0)) -> ScoreTable:
    return ScoreTable(("a", "b"), np.array(scores), columns=columns)


def test_rows_carry_every_column(full_table: ScoreTable) -> None:
    rows = list(full_table)
    assert len(rows) == len(full_table) == 5
    assert rows[0] == Row(
        "plain",
        1 / 3,
        "fraction",
        "Acc",
        "NLP",
        1,
        "p",
        1000,
        999,
        "full",
        0.1 + 0.2,
        -math.inf,
        math.inf,
        9.32e-05,
        where="line 2",
    )
    assert math.isnan(rows[2].score)
    assert rows[2].reason == "failed"
    assert list(ScoreTable(("x",), np.array([1.0]))) == [Row("x", 1.0)]


def test_the_callers_array_is_copied_and_ours_is_read_only() -> None:
    mine = np.array([1.0, 2.0])
    made = ScoreTable(("a", "b"), mine)
    mine[0] = 9.0
    assert made.scores[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        made.scores[0] = 3.0
    with pytest.raises(TypeError, match="does not support item assignment"):
        made.columns["unit"] = ("x", "y")  # type: ignore[index]


def test_a_missing_score_without_a_reason_was_not_given() -> None:
    made = table({"reason": (None, "failed")}, (NAN, NAN))
    assert made.columns["reason"] == ("not given", "failed")


def test_a_reason_for_a_score_that_is_there_is_refused() -> None:
    with pytest.raises(BadTable, match=r"task 'a' has a score and also a reason for having none \('failed'\)"):
        table({"reason": ("failed", None)})


def test_a_column_without_any_value_is_absent() -> None:
    assert dict(table({"unit": (None, None), "reason": (None, None)}).columns) == {}


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"unti": ("x", "y")}, UnknownColumn, "no column 'unti' to keep. Did you mean 'unit'"),
        ({"unit": ("x",)}, LengthMismatch, "2 names but 1 values of unit"),
        ({"unit": ("x", " ")}, BadTable, "task 'b', unit, is ' '; wanted a text that is not blank"),
        ({"unit": ("x", 3)}, BadTable, "task 'b', unit, is 3; wanted a text"),
        ({"unit": ("x", "\ud800")}, BadTable, r"unit, is '\\ud800'; wanted a text"),
        ({"split": ("full", "half")}, BadTable, "split, is 'half'; wanted one of full, open, closed, quick"),
        ({"n": (1, -1)}, BadTable, "n, is -1; wanted a whole number, at least 0"),
        ({"n": (True, 1)}, BadTable, "n, is True; wanted a whole number"),
        ({"n": (1.0, 1)}, BadTable, "n, is 1.0; wanted a whole number"),
        ({"n": (5, 5), "n_scored": (6, 1)}, BadTable, "task 'a' has n_scored = 6 above n = 5"),
        (
            {"low": (2.0, 1.0), "high": (1.0, 1.0)},
            BadTable,
            r"task 'a' has low = 2.0 above high = 1.0. Are the two swapped\?",
        ),
        ({"low": (NAN, None)}, BadTable, "low, is nan; wanted a float that is not NaN"),
        ({"standard_error": (-0.1, None)}, BadTable, "standard_error, is -0.1; wanted a float, at least 0"),
        ({"sota": (1, None)}, BadTable, "sota, is 1; wanted a float"),
        ({"n": (-1, 1), "where": ("line 9", None)}, BadTable, "mapping, line 9, n, is -1"),
    ],
)
def test_a_wrong_column_is_refused(
    columns: dict[str, tuple[object, ...]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        table(columns)


@pytest.mark.parametrize("name", ["", " \n", 3, None, "\udc00"])
def test_a_wrong_name_is_refused(name: object) -> None:
    with pytest.raises(BadTable, match="for the name of a task"):
        ScoreTable(("a", name), np.array([1.0, 2.0]))  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["", " ", 3, "\ud800"])
def test_a_wrong_model_is_refused(model: object) -> None:
    with pytest.raises(BadTable, match="names its model"):
        ScoreTable(("a",), np.array([1.0]), model)  # type: ignore[arg-type]


@pytest.mark.parametrize("scores", [[1.0], [[1.0, 2.0]], 1.0])
def test_scores_of_another_shape_are_refused(scores: object) -> None:
    with pytest.raises(LengthMismatch, match="2 names but scores of shape"):
        ScoreTable(("a", "b"), scores)  # type: ignore[arg-type]


def test_a_name_stands_once_on_a_sheet() -> None:
    with pytest.raises(DuplicateName, match=r"gives the task 'a' twice: row 1 and row 3\. Keep one of them"):
        ScoreTable(("a", "b", "a"), np.array([1.0, 2.0, 1.0]))
    with pytest.raises(DuplicateName, match="'a' twice: line 4 and line 9"):
        ScoreTable(("a", "a"), np.array([1.0, 2.0]), columns={"sheet": ("NLP", "NLP"), "where": ("line 4", "line 9")})
    assert len(ScoreTable(("a", "a"), np.array([1.0, 2.0]), columns={"sheet": ("NLP", None)})) == 2


def test_equality_is_of_what_the_rows_say(full_table: ScoreTable) -> None:
    made = ScoreTable(("a",), np.array([NAN]), "m", "here.csv", {"where": ("line 2",)})
    assert made == ScoreTable(("a",), np.array([NAN]), "m", "elsewhere.json")
    assert made != ScoreTable(("a",), np.array([NAN]), "other")
    assert made != ScoreTable(("a",), np.array([0.0]), "m")
    assert made != ScoreTable(("b",), np.array([NAN]), "m")
    assert made != ScoreTable(("a",), np.array([NAN]), "m", columns={"reason": ("failed",)})
    assert made != "a"
    assert full_table == copy.deepcopy(full_table) == pickle.loads(pickle.dumps(full_table))
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def test_with_unit_fills_only_what_is_unsaid() -> None:
    made = table({"unit": (None, "percent")}).with_unit("fraction")
    assert made.columns["unit"] == ("fraction", "percent")


def test_place_names_the_row_as_the_source_does() -> None:
    made = table({"where": ("sheet NLP, row 7", None)})
    assert made.place(0) == "mapping, sheet NLP, row 7"
    assert made.place(1) == "mapping, task 'b'"


def test_repr_counts() -> None:
    assert (
        repr(ScoreTable(("a", "b"), np.array([1.0, NAN]), "m"))
        == "<ScoreTable: 2 tasks, 1 missing, model='m', source='mapping'>"
    )


def test_to_dict_is_strict_json(full_table: ScoreTable) -> None:
    document = full_table.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["rows"][1]["score"] == "inf"
    assert document["rows"][2] == {
        "task": " spaces ",
        "score": None,
        "metric": "FID",
        "sheet": "3D-Generation",
        "split": "closed",
        "reason": "failed",
    }
    assert json.loads(full_table.to_json()) == document


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "CSV"])
def test_writing_and_reading_gives_the_same_table(full_table: ScoreTable, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    full_table.write(path)
    assert read_table(path) == full_table
    bare = ScoreTable(("a",), np.array([2.5]))
    bare.write(path)
    assert read_table(str(path)) == bare


def test_writing_elsewhere_is_refused(full_table: ScoreTable, tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"ends in none of \.csv, \.tsv and \.json"):
        full_table.write(tmp_path / "table.txt")
    with pytest.raises(BadTable, match="needs the layout of a benchmark to be a workbook"):
        full_table.write(tmp_path / "table.xlsx")

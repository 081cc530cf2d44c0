"""Mappings, lists of rows and typed scores: the same thing said in Python."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import pytest

from generallevel.errors import BadTable, DuplicateName, NotFinite, UnknownColumn
from generallevel.tables import ScoreTable, read_table


@dataclass
class Typed:
    value: float | None
    unit: str = "fraction"
    n_total: int = 100
    n_scored: int = 99


def test_plain_numbers() -> None:
    made = ScoreTable.from_mapping({"a": 1, "b": 2.5, "c": math.inf}, model="m")
    assert made.names == ("a", "b", "c")
    assert made.scores.tolist() == [1.0, 2.5, math.inf]
    assert (made.model, made.source, dict(made.columns)) == ("m", "mapping", {})


def test_every_kind_of_value_beside_another() -> None:
    made = read_table(
        {
            "float": 1.5,
            "numpy": np.float32(0.5),
            "decimal": Decimal("2.5"),
            "text": "3.5",
            "percent": "83.3%",
            "none": None,
            "mark": "n/a",
            "failed": "failed",
            "row": {"score": 0.7, "Unit": "fraction", "n": 10.0, "split": " Open ", "note": "read by nobody"},
            "reason": {"score": None, "reason": "out of memory"},
            "typed": Typed(0.25),
            "interval": MappingProxyType({"score": 5, "ci_low": 4, "ci_high": "inf", "se": 0.5, "SoTA": 7}),
        }
    )
    assert made.scores[[0, 1, 2, 3, 4, 8, 10, 11]].tolist() == [1.5, 0.5, 2.5, 3.5, 83.3, 0.7, 0.25, 5.0]
    rows = {row.name: row for row in made}
    assert [rows[name].reason for name in ("none", "mark", "failed", "reason")] == [
        "not given",
        "not given",
        "failed",
        "out of memory",
    ]
    assert rows["percent"].unit == "percent"
    assert (rows["row"].unit, rows["row"].n, rows["row"].split) == ("fraction", 10, "open")
    assert (rows["typed"].unit, rows["typed"].n, rows["typed"].n_scored) == ("fraction", 100, 99)
    assert (rows["interval"].low, rows["interval"].high, rows["interval"].standard_error, rows["interval"].sota) == (
        4.0,
        math.inf,
        0.5,
        7.0,
    )
    assert rows["float"].unit is None


def test_a_fast_and_a_slow_mapping_agree() -> None:
    numbers = {f"task {i}": i / 7 for i in range(50)}
    slow = {name: np.float64(value) for name, value in numbers.items()}
    assert ScoreTable.from_mapping(numbers) == ScoreTable.from_mapping(slow)
    assert read_table(OrderedDict(numbers)) == read_table(numbers)


def test_names_of_numpys_kind_are_texts() -> None:
    assert ScoreTable.from_mapping({np.str_("a"): 1.0, "b": 2.0}).names == ("a", "b")
    assert type(ScoreTable.from_mapping({np.str_("a"): 1.0}).names[0]) is str


@pytest.mark.parametrize(
    ("mapping", "error", "message"),
    [
        ({"a": 1.0, "b": math.nan}, NotFinite, "mapping, task 'b', is NaN"),
        ({"a": 1.0, "b": True}, BadTable, "mapping, task 'b', is True, a truth value"),
        ({"a": 10**400}, BadTable, "mapping, task 'a', holds .* beyond the largest float"),
        ({"a": [1, 2]}, BadTable, "One task has one score"),
        ({3: 1.0}, BadTable, "mapping has 3 for the name of a task"),
        ({3: "1"}, BadTable, "mapping has 3 for the name of a task"),
        ({" ": 1.0}, BadTable, "mapping has ' ' for the name of a task"),
        ({" ": "1"}, BadTable, "mapping has ' ' for the name of a task"),
        ({"a": {"value": 1, "unti": "percent"}}, UnknownColumn, "has a column 'unti'.* Did you mean 'unit'"),
        ({"a": {"n": 1}}, BadTable, "has no 'score' among its keys"),
        ({"GPT": {"a": 1.0}}, BadTable, "If 'GPT' is a model and not a task, pass its own mapping"),
        ({"a": {"score": 1, 3: 4}}, BadTable, "has the column 3; wanted a text"),
        ({"a": {"score": 1, "n": 1.5}}, BadTable, "task 'a', n, is 1.5; wanted a whole number"),
        ({"a": {"score": 1, "n": "5%"}}, BadTable, "Write it without the percent sign"),
        ({"a": {"score": 1, "unit": True}}, BadTable, "unit, is True; wanted a text"),
        (
            {"a": {"score": "5%", "unit": "fraction"}},
            BadTable,
            "written with a percent sign, but its unit is 'fraction'",
        ),
        ({"a": {"score": 5, "split": "half"}}, BadTable, "split, is 'half'; wanted one of"),
        ({"a": {"score": 5, "value": 5}}, BadTable, "two columns for score: 'score' and 'value'"),
        ({"a": Typed(math.nan)}, NotFinite, "task 'a', is NaN"),
        ({"a": Typed(0.5, n_total=1)}, BadTable, "n_scored = 99 above n = 1"),
    ],
)
def test_a_slip_is_named(mapping: dict[object, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_table(mapping)


def test_a_typed_score_may_be_missing() -> None:
    made = read_table({"a": Typed(None)})
    assert made.columns["reason"] == ("not given",)


def test_the_document_form() -> None:
    made = read_table(
        {"model": "m", "unit": "fraction", "split": "open", "scores": {"a": 0.5, "b": {"score": 5, "unit": "percent"}}}
    )
    assert made.model == "m"
    assert made.columns["unit"] == ("fraction", "percent")
    assert made.columns["split"] == ("open", "open")
    rows = {
        "model": "m",
        "unit": "fraction",
        "rows": [{"task": "a", "score": 0.5}, {"task": "b", "unit": "percent", "score": 5}],
    }
    assert read_table(rows).columns["unit"] == ("fraction", "percent")
    assert read_table(rows, model=" M ").model == "m"


def test_a_list_of_rows_need_not_share_keys() -> None:
    made = read_table([{"task": "a", "score": 1}, {"task": "b"}])
    assert made.names == ("a", "b")
    assert made.columns["reason"] == (None, "not given")
    assert made.columns["where"] == ("row 1", "row 2")


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ([], BadTable, "rows has no row"),
        ([1], BadTable, "row 1, is 1; wanted a mapping with 'task' and 'score'"),
        ([{"score": 1}], BadTable, "no column of task names"),
        ([{"task": "a"}], BadTable, "no column of scores"),
        ([{"task": "a", "score": 1}, {"task": "a", "score": 1}], DuplicateName, "'a' twice: row 1 and row 2"),
        ([{"task": " ", "score": 1}], BadTable, "row 1 has no task name"),
        ([{"task": True, "score": 1}], BadTable, "row 1, task, is True; wanted a text"),
        ({"model": 3, "scores": {"a": 1}}, BadTable, "names its model 3"),
        ({"modle": "m", "scores": {"a": 1}}, UnknownColumn, "says 'modle' beside its scores.* Did you mean 'model'"),
        ({"rows": [{"task": "a", "score": 1}], "scores": {"a": 1}}, UnknownColumn, "says 'rows' beside its scores"),
        (3, BadTable, "a int is no source of scores"),
        (b"x.csv", BadTable, "a bytes is no source of scores"),
    ],
)
def test_a_wrong_source_is_named(source: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_table(source)


def test_rows_of_several_models() -> None:
    rows = [
        {"model": model, "task": task, "score": score}
        for model, task, score in [("A", "x", 1), ("B", "x", 2), ("A", "y", 3)]
    ]
    assert read_table(rows, model="a").scores.tolist() == [1.0, 3.0]
    assert read_table(rows, model="a").model == "A"
    with pytest.raises(BadTable, match=r"rows of 2 models: 'A', 'B'\. Pass model= to pick one"):
        read_table(rows)
    with pytest.raises(BadTable, match="no row of the model 'C'; it has 'A', 'B'"):
        read_table(rows, model="C")
    with pytest.raises(BadTable, match="row 1, names no model in its column 'model'"):
        read_table([{"model": None, "task": "x", "score": 1}])


def test_reading_a_table_gives_it_back_and_names_its_model() -> None:
    made = ScoreTable.from_mapping({"a": 1.0})
    assert read_table(made) is made
    assert read_table(made, model="m").model == "m"
    with pytest.raises(BadTable, match="holds the scores of 'm', not of 'other'"):
        read_table(ScoreTable.from_mapping({"a": 1.0}, model="m"), model="other")


def test_an_empty_mapping_is_an_empty_table() -> None:
    assert len(ScoreTable.from_mapping({})) == 0


def test_read_is_the_same_front_door(save: Callable[[str, str], object]) -> None:
    assert ScoreTable.read(save("t.csv", "task,score\na,1\n")) == ScoreTable.from_mapping({"a": 1.0})

"""Data frames of pandas, polars and pyarrow give the table that a mapping gives."""

import math
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from generallevel.errors import BadTable, MissingExtra, NotFinite, UnknownColumn
from generallevel.tables import ScoreTable, read_table

Maker = Callable[[dict[str, list[Any]]], Any]
MAKERS: dict[str, Maker] = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.fixture(params=MAKERS)
def make(request: pytest.FixtureRequest) -> Maker:
    return MAKERS[request.param]


@pytest.mark.parametrize("backend", MAKERS)
def test_a_frame_and_back(full_table: ScoreTable, backend: str) -> None:
    frame = full_table.to_frame(backend)
    assert type(frame).__module__.partition(".")[0] == backend
    assert read_table(frame) == full_table


def test_columns_by_header_in_any_order(make: Maker) -> None:
    made = read_table(
        make({"Score": [1.5, None], "modality": ["image", "image"], "Task Name": ["a", "b"], "N": [10, 20]})
    )
    assert made == ScoreTable.from_mapping({"a": {"score": 1.5, "n": 10}, "b": {"score": None, "n": 20}})
    assert made.columns["where"] == ("row 1", "row 2")


def test_a_text_column_may_hold_scores(make: Maker) -> None:
    assert read_table(make({"task": ["a", "b"], "score": ["1.5", "failed"]})) == ScoreTable.from_mapping(
        {"a": 1.5, "b": "failed"}
    )


def test_the_model_is_a_column(make: Maker) -> None:
    frame = make({"task": ["a"], "A": [1.0], "B": [2]})
    assert read_table(frame, model="b").scores.tolist() == [2.0]
    with pytest.raises(BadTable, match=r"frame has 2 columns that could be the scores: 'A', 'B'\. Pass model="):
        read_table(frame)
    assert read_table(make({"task": ["a"], "A": [1.0]})).model == "A"
    with pytest.raises(UnknownColumn, match="column 'remark'"):
        read_table(make({"task": ["a"], "A": [1.0], "remark": ["x"]}))


def test_rows_are_named(make: Maker) -> None:
    with pytest.raises(BadTable, match="frame, row 2, 'b', is 'x', which is not a number"):
        read_table(make({"task": ["a", "b"], "score": ["1", "x"]}))
    with pytest.raises(BadTable, match="row 2 has no task name"):
        read_table(make({"task": ["a", None], "score": [1, 2]}))
    with pytest.raises(BadTable, match="frame has no row"):
        read_table(make({"task": [], "score": []}))
    with pytest.raises(BadTable, match="is True, a truth value"):
        read_table(make({"task": ["a"], "score": [True]}))


def test_infinity_is_a_score(make: Maker) -> None:
    assert read_table(make({"task": ["a"], "score": [math.inf]})).scores[0] == math.inf


def test_nan_is_pandas_null_and_nobody_elses() -> None:
    columns = {"task": ["a"], "score": [math.nan]}
    assert read_table(pd.DataFrame(columns)).columns["reason"] == ("not given",)
    for make in (pl.DataFrame, pa.table):
        with pytest.raises(NotFinite, match="frame, row 1, 'a', is NaN"):
            read_table(make(columns))


def test_pandas_nulls_of_every_kind() -> None:
    scores = {
        "nullable": pd.array([1, None], dtype="Int64"),
        "object": pd.array([1.0, None], dtype=object),
        "arrow": pd.array([1.0, None], dtype="double[pyarrow]"),
    }
    for score in scores.values():
        made = read_table(pd.DataFrame({"task": pd.array(["a", "b"], dtype="string"), "score": score}))
        assert made == ScoreTable.from_mapping({"a": 1, "b": None})


def test_tasks_in_an_index_are_pointed_out() -> None:
    frame = pd.DataFrame({"score": [1.0]}, index=["a"])
    with pytest.raises(BadTable, match=r"no column of task names: .* pass frame\.reset_index\(names='task'\)"):
        read_table(frame)
    with pytest.raises(BadTable, match=r"Series is no source of scores\. A series .* to_dict"):
        read_table(frame["score"])


def test_odd_frames_are_refused() -> None:
    with pytest.raises(BadTable, match=r"LazyFrame is no source of scores\. A lazy frame is read once it is collected"):
        read_table(pl.LazyFrame({"task": ["a"], "score": [1]}))
    with pytest.raises(BadTable, match="column 3; wanted a text"):
        read_table(pd.DataFrame({"task": ["a"], 3: [1]}))
    with pytest.raises(BadTable, match=r"DataFrame cannot be read: .* 'score' 2 times"):
        read_table(pd.DataFrame([["a", 1, 2]], columns=["task", "score", "score"]))
    with pytest.raises(BadTable, match="date or time"):
        read_table(pd.DataFrame({"task": ["a"], "score": [pd.Timestamp("2024-01-01")]}))


def test_no_such_backend(full_table: ScoreTable, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadTable, match="no data frame is called 'pnadas'; wanted one of pandas, polars, pyarrow"):
        full_table.to_frame("pnadas")
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(MissingExtra, match="building a data frame needs narwhals"):
        full_table.to_frame()

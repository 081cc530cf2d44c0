"""The released layout, read and written."""

import csv
import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from generallevel.errors import (
    BadTable,
    DuplicateName,
    LengthMismatch,
    MissingExtra,
    NotFinite,
    UnknownColumn,
    UnknownTask,
)
from generallevel.tables import SHEETS, Row, ScoreTable, read_sheets, read_table, read_workbook, write_workbook

Make = Callable[..., Path]
HEADER = ("No", "Task Name", "Task Short Name", "Metrics", "mine")


@dataclass(frozen=True)
class Record:
    sheet: str
    number: int
    name: str
    short_name: str
    label: str


LAYOUT = [
    Record("Image-Generation", 16, "Edge-to-Image Generation", "Edge-to-Image Gen", "FID"),
    Record("Image-Generation", 44, " EEG-based Image Generation", " EEG-based Image Gen", "Acc"),
    Record("NLP", 1, "Commonsense Reasoning", "Common Reason", "ACC"),
    Record("3D-Generation", 2, "=SUM(A1)", "http://nowhere", "RTE ( Relative Translation Error)"),
    Record("Audio-Comprehension", 3, "AudioCaps", "AudioCaps", "CIDEr"),
    Record("Audio-Generation", 4, "AudioCaps", "AudioCaps", "CLAP"),
]


def test_a_sheet_is_read_as_it_is_written(make_workbook: Make) -> None:
    made = read_table(make_workbook())
    assert (made.model, made.source) == ("mine", "results.xlsx")
    assert next(iter(made)) == Row(
        "Commonsense Reasoning",
        83.33,
        metric="ACC",
        sheet="NLP",
        number=1,
        short_name="Common Reason",
        where="sheet NLP, row 2",
    )
    assert made.scores[2] == 0.3
    assert made.columns["reason"] == (None, "not given", None)


def test_raw_cells_are_untouched(make_workbook: Make) -> None:
    path = make_workbook(
        {"NLP": [HEADER, (), (1, " a ", None, "ACC", "n/a")], "Level-Scores": [("x",)], "extra": [(1,)]}
    )
    assert read_sheets(path) == {
        "NLP": [list(HEADER), ["", "", "", "", ""], [1.0, " a ", "", "ACC", "n/a"]],
        "extra": [[1.0]],
    }


def test_order_of_rows_and_columns_means_nothing(make_workbook: Make) -> None:
    rows = [HEADER, (1, "a", "a.", "ACC", 1.0), (2, "b", "b.", "F1", 2.0)]
    straight = read_table(make_workbook({"NLP": rows}))
    turned = read_table(make_workbook({"NLP": [row[::-1] for row in (rows[0], *rows[:0:-1])]}))
    assert turned.names == straight.names[::-1]
    assert {row.name: row.score for row in turned} == {row.name: row.score for row in straight}


def test_headers_are_found_by_name(make_workbook: Make) -> None:
    rows = [("Results of the year",), (), (" METRICS", "task  name", "Mine", "No."), ("ACC", "a", 1.5, 7)]
    made = read_table(make_workbook({" nlp ": rows}))
    assert (made.names, made.scores.tolist(), made.columns["number"], made.model) == (("a",), [1.5], (7,), "Mine")
    assert made.columns["where"] == ("sheet NLP, row 4",)


def test_the_model_is_a_column(make_workbook: Make) -> None:
    path = make_workbook({"NLP": [(*HEADER, "Other"), (1, "a", "a", "ACC", 1.0, 2.0)]})
    assert read_workbook(path, "other").scores.tolist() == [2.0]
    assert read_workbook(path, "other").model == "Other"
    with pytest.raises(BadTable, match=r"results.xlsx has columns of 2 models: 'mine', 'Other'\. Pass model="):
        read_table(path)
    with pytest.raises(
        BadTable, match=r"sheet NLP, has no column for the model 'Othr'; it has .* Did you mean 'Other'"
    ):
        read_table(path, model="Othr")
    two = {
        "NLP": [HEADER, (1, "a", "a", "ACC", 1.0)],
        "3D-Generation": [(*HEADER[:4], "yours"), (1, "a", "a", "FID", 1)],
    }
    with pytest.raises(BadTable, match="columns of 2 models: 'mine', 'yours'"):
        read_table(make_workbook(two))
    with pytest.raises(BadTable, match="sheet 3D-Generation, has no column for the model 'mine'; it has 'yours'"):
        read_table(make_workbook(two), model="mine")


def test_level_scores_and_absent_sheets_are_passed_over(make_workbook: Make) -> None:
    sheets = {
        "NLP": [HEADER, (1, "a", "a", "ACC", 1.0)],
        "LEVEL-SCORES": [("Level-2", ("=1/0", "#DIV/0!"))],
        "3D-Generation": [],
    }
    assert read_table(make_workbook(sheets)).names == ("a",)


@pytest.mark.parametrize(
    ("sheets", "error", "message"),
    [
        ({"Sheet1": [HEADER]}, BadTable, "has a sheet 'Sheet1', which is none of the nine .* Wanted: NLP, Image-"),
        ({"Image-Comprehesion": [HEADER]}, BadTable, "Did you mean 'Image-Comprehension'"),
        ({"level-scores": [HEADER]}, BadTable, "results.xlsx has none of the nine sheets"),
        ({"NLP": []}, BadTable, "has none of the nine sheets"),
        ({"NLP": [HEADER]}, BadTable, "results.xlsx has no row"),
        ({"NLP": [HEADER], "nlp.": [HEADER]}, BadTable, "two sheets called NLP"),
        ({"NLP": [("a", 1.0)]}, BadTable, "sheet NLP, has no header 'Task Name' in its first 10 rows"),
        ({"NLP": [HEADER[:4], (1, "a", "a", "ACC")]}, BadTable, "sheet NLP, has no column of scores"),
        ({"NLP": [HEADER, (1, None, "a", "ACC", 1.0)]}, BadTable, "sheet NLP, row 2 has no task name. Name the task"),
        ({"NLP": [HEADER, (1, "a", "a", "ACC", "many")]}, BadTable, "sheet NLP, row 2, 'a', is 'many', which is not a"),
        ({"NLP": [HEADER, (1, "a", "a", "ACC", "NaN")]}, NotFinite, "sheet NLP, row 2, 'a', is NaN"),
        ({"NLP": [HEADER, (1, "a", "a", "ACC", True)]}, BadTable, "sheet NLP, row 2, 'a', is True, a truth value"),
        (
            {"NLP": [HEADER, (1, "a", "a", "ACC", datetime.date(2024, 5, 1))]},
            BadTable,
            "row 2, 'a', is .* a date or time",
        ),
        ({"NLP": [HEADER, (1.5, "a", "a", "ACC", 1)]}, BadTable, "row 2, number, is 1.5; wanted a whole number"),
        (
            {"NLP": [HEADER, (1, "a", "a", "ACC", 1), (2, "a", "a", "ACC", 2)]},
            DuplicateName,
            "'a' twice: sheet NLP, row 2",
        ),
        ({"NLP": [HEADER, (1, "a", "a", "ACC", 1, 2)]}, BadTable, "row 2, has 2.0 in a column without a header"),
        ({"NLP": [(*HEADER, "Sheet"), (1, "a", "a", "ACC", 1, "x")]}, UnknownColumn, "a column for models or sheets"),
        ({"NLP": [(*HEADER, "mine"), (1, "a", "a", "ACC", 1, 2)]}, BadTable, "two columns called 'mine'"),
    ],
)
def test_a_slip_is_named(make_workbook: Make, sheets: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_table(make_workbook(sheets))


def test_texts_in_the_score_column(make_workbook: Make) -> None:
    rows = [
        HEADER,
        *((i, f"t{i}", "", "PSNR", cell) for i, cell in enumerate(["inf", "n/a", "failed", "83.3%", "-"], 1)),
    ]
    made = read_table(make_workbook({"NLP": rows}))
    assert made.scores[[0, 3]].tolist() == [np.inf, 83.3]
    assert made.columns["reason"] == (None, "not given", "failed", None, "not given")
    assert made.columns["unit"] == (None, None, None, "percent", None)
    assert "short_name" not in made.columns


def test_optional_columns_may_stand_beside(make_workbook: Make) -> None:
    rows = [(*HEADER, "Unit", "n"), (1, "a", "a", "ACC", 0.5, "fraction", 100)]
    made = read_table(make_workbook({"NLP": rows}))
    assert (made.model, made.columns["unit"], made.columns["n"]) == ("mine", ("fraction",), (100,))


def test_a_formula_gives_its_value(make_workbook: Make) -> None:
    rows = [
        HEADER,
        (1, "a", "a", "ACC", ("=80+3", 83)),
        (2, "b", "b", "ACC", ("=80+3.5", "83.5")),
        (3, "c", "c", "ACC", ('=""', "")),
    ]
    path = make_workbook(
        {"NLP": rows}, edit={"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b'<c r="E4">', b'<c r="E4" t="str">')}
    )
    made = read_table(path)
    assert made.scores[:2].tolist() == [83.0, 83.5]
    assert made.columns["reason"] == (None, None, "not given")


@pytest.mark.parametrize("value", [b"", b"<v></v>", b"<v/>"])
def test_a_formula_without_a_value_is_not_missing(make_workbook: Make, value: bytes) -> None:
    rows = [HEADER, *((i, f"t{i}", "a", "ACC", ("=80+3", 83)) for i in range(1, 7))]
    path = make_workbook({"NLP": rows}, edit={"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"<v>83</v>", value)})
    message = (
        r"sheet NLP, has a formula without a value in E2, E3, E4, E5 and 2 more\. Open the workbook in a spreadsheet"
    )
    for read in (read_table, read_sheets):
        with pytest.raises(BadTable, match=message):
            read(path)


def test_a_prefix_hides_no_formula(make_workbook: Make) -> None:
    def prefixed(xml: bytes) -> bytes:
        for tag in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f"):
            xml = xml.replace(b"<" + tag + b" ", b"<x:" + tag + b" ").replace(b"<" + tag + b">", b"<x:" + tag + b">")
            xml = xml.replace(b"</" + tag + b">", b"</x:" + tag + b">")
        return xml.replace(b"xmlns=", b"xmlns:x=").replace(b"<x:v>83</x:v>", b"")

    path = make_workbook(
        {"NLP": [HEADER, (1, "a", "a", "ACC", ("=80+3", 83))]}, edit={"xl/worksheets/sheet1.xml": prefixed}
    )
    with pytest.raises(BadTable, match=r"(formula without a value in E2|not well-formed)"):
        read_table(path)


def test_an_error_of_a_formula_is_not_missing(make_workbook: Make) -> None:
    path = make_workbook({"NLP": [HEADER, (1, "a", "a", "ACC", ("=1/0", "#DIV/0!"))]})
    with pytest.raises(BadTable, match=r"sheet NLP, holds a spreadsheet error in E2 \(#DIV/0!\)\. Repair the formula"):
        read_table(path)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    scores = [0.1 + 0.2, np.nan, 9.32e-05, np.inf, 1e308, -5e-324]
    write_workbook(path, LAYOUT, scores, "my model")
    assert list(read_sheets(path)) == list(SHEETS)
    made = read_table(path)
    assert made.model == "my model"
    assert [(row.sheet, row.number, row.name, row.short_name, row.metric) for row in made] == [
        (record.sheet, record.number, record.name, record.short_name, record.label)
        for record in sorted(LAYOUT, key=lambda record: SHEETS.index(record.sheet))
    ]
    by_place = {(row.sheet, row.name): row.score for row in made}
    np.testing.assert_array_equal([by_place[record.sheet, record.name] for record in LAYOUT], scores)
    again = tmp_path / "again.xlsx"
    write_workbook(again, LAYOUT, made)
    assert read_table(again) == made


@pytest.mark.parametrize("engine", ["openpyxl", "calamine"])
def test_pandas_reads_what_is_written(tmp_path: Path, engine: Literal["openpyxl", "calamine"]) -> None:
    path = tmp_path / "out.xlsx"
    write_workbook(path, LAYOUT, [1 / 3, None, 83.33, np.inf, 0.0, 5.0], "my model")
    frame = pd.read_excel(path, sheet_name="Image-Generation", engine=engine)
    assert list(frame.columns) == ["No", "Task Name", "Task Short Name", "Metrics", "my model"]
    assert frame["my model"].tolist()[0] == 1 / 3
    assert frame["my model"].isna().tolist() == [False, True]
    assert frame["Task Name"].tolist() == [record.name for record in LAYOUT[:2]]
    assert pd.read_excel(path, sheet_name="Video-Generation", engine=engine).empty


def test_openpyxl_reads_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_workbook(path, LAYOUT, [1 / 3, None, 83.33, np.inf, 0.0, 5.0], "my model")
    book = load_workbook(path)
    assert book.sheetnames == list(SHEETS)
    assert [cell.value for cell in book["3D-Generation"][2]] == [
        2,
        "=SUM(A1)",
        "http://nowhere",
        LAYOUT[3].label,
        "inf",
    ]


@pytest.mark.parametrize(
    ("layout", "scores", "model", "error", "message"),
    [
        (LAYOUT, [1.0], "m", LengthMismatch, "the layout has 6 tasks but there are 1 scores"),
        (LAYOUT, [1.0] * 6, None, BadTable, "name no model, and its name heads their column. Pass model="),
        (LAYOUT, [1.0] * 6, " ", BadTable, "names its model ' '"),
        (LAYOUT, [1.0] * 6, "metrics", BadTable, "two columns called 'metrics'"),
        ([Record("Other", 1, "a", "a", "ACC")], [1.0], "m", BadTable, "has the sheet 'Other'; wanted one of NLP"),
        (
            [LAYOUT[0], LAYOUT[0]],
            ScoreTable(("a",), np.array([1.0])),
            "m",
            DuplicateName,
            "twice on the sheet Image-Gen",
        ),
        (LAYOUT, ScoreTable(("a",), np.array([1.0])), "m", UnknownTask, "task 'a' is not in the layout"),
        (LAYOUT, ScoreTable(("AudioCaps",), np.array([1.0])), "m", UnknownTask, "is on several sheets of the layout"),
    ],
)
def test_what_cannot_be_written(
    tmp_path: Path, layout: list[Record], scores: object, model: str | None, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        write_workbook(tmp_path / "out.xlsx", layout, scores, model)  # type: ignore[arg-type]
    assert not (tmp_path / "out.xlsx").exists()


def test_writing_needs_its_suffix_and_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadTable, match=r"'out\.xls' does not end in \.xlsx"):
        write_workbook(tmp_path / "out.xls", LAYOUT, [1.0] * 6, "m")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r"writing a workbook needs xlsxwriter: pip install 'generallevel\[xlsx\]'"):
        write_workbook(tmp_path / "out.xlsx", LAYOUT, [1.0] * 6, "m")


def test_reading_needs_its_library(make_workbook: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_workbook()
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match="reading a workbook needs python-calamine"):
        read_table(path)


def test_the_released_workbooks(shared: Path) -> None:
    made = read_table(shared / "released-workbook-sota.xlsx")
    with (shared / "tasks.csv").open(encoding="utf-8", newline="") as stream:
        tasks = list(csv.DictReader(stream))
    assert (len(made), made.model) == (len(tasks), "SoTA Performance")
    sheets = {
        ("language", "language"): "NLP",
        ("3d", "comprehension"): "3D-Comprehension",
        ("3d", "generation"): "3D-Generation",
    }
    expected = {
        (
            sheets.get((task["modality"], task["paradigm"]), f"{task['modality']}-{task['paradigm']}".title()),
            int(task["number"]),
        ): float(task["sota_workbook"])
        for task in tasks
    }
    assert {(row.sheet, row.number): row.score for row in made} == expected


@pytest.mark.parametrize("name", ["all-round", "partial", "strong"])
def test_the_released_runs(shared: Path, name: str) -> None:
    path = shared / "released-runs" / f"{name}.xlsx"
    made = read_table(path)
    assert made.model == name
    frames = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    np.testing.assert_array_equal(
        made.scores, np.concatenate([frame[name].to_numpy(dtype=float) for frame in frames.values()])
    )

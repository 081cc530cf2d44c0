"""Workbooks of other benchmarks, cells and columns as the released scorer takes them, and where it fails on them."""

import datetime
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generallevel import released
from generallevel.errors import AmbiguousName, BadTable, DuplicateName, UnknownColumn, UnknownTask
from generallevel.released.layouts import layout_of, packaged_layout
from generallevel.released.results import read_results

Write = Callable[..., Path]
HEAD = ["Task Name", "Metrics", "SoTA Performance"]
REFERENCES = {
    "NLP": [HEAD, ["translation", "BLEU-1", 50.0]],
    "Image-Comprehension": [HEAD, ["cats", "Acc", 80.0], ["dogs", "an odd label", 60.0]],
    "Image-Generation": [HEAD, ["paint", "fid", 25.0]],
}


@pytest.fixture
def both(write_sheets: Write, tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """A small benchmark and a result for it; sheets may be replaced, and None takes one away."""

    def write(
        results: dict[str, Any] | None = None, references: dict[str, Any] | None = None, model: object = "mine"
    ) -> tuple[Path, Path]:
        right = {
            "NLP": [["Task Name", model], ["translation", 60.0]],
            "Image-Comprehension": [["Task Name", model], ["cats", 90.0], ["dogs", 70.0]],
            "Image-Generation": [["Task Name", model], ["paint", 20.0]],
        }
        paths = []
        for name, sheets in (("results", right | (results or {})), ("references", REFERENCES | (references or {}))):
            kept = {title: rows for title, rows in sheets.items() if rows is not None}
            paths.append(write_sheets(tmp_path / f"{name}.xlsx", kept))
        return paths[0], paths[1]

    return write


def test_a_benchmark_of_its_own_is_scored_by_its_own_labels(both: Callable[..., tuple[Path, Path]]) -> None:
    report = released.compute_level(*both(), model="MINE")
    s_c, s_g = (90 + 70) / 2, 100 * math.tanh(25 / (2 * 20.0))
    assert report.level_2 == pytest.approx((s_c + s_g) / 2)  # divided by the one modality that has sheets
    assert report.level_4 == pytest.approx(2 * s_c * s_g / (s_c + s_g + 1e-6))
    assert report.level_5 == pytest.approx(report.level_4 * 60 / 100)
    assert set(report.modalities) == {"image"}
    assert [task["metric"] for task in report.tasks] == ["accuracy", "as_printed", "fid", "bleu_1"]
    assert report.references == "references.xlsx"
    assert "1 labels name no known metric" in next(f.message for f in report.findings if f.code == "label-unknown")


def test_a_modality_that_has_sheets_and_no_row_counts_0(both: Callable[..., tuple[Path, Path]]) -> None:
    empty = {"Video-Comprehension": [[*HEAD, "mine"]]}
    report = released.compute_level(*both(empty, empty))
    assert report.modalities["video"]["level_2"] == 0
    assert report.level_2 == pytest.approx(report.modalities["image"]["level_2"] / 2)


def test_sheets_of_other_modalities_and_of_levels_are_passed_over(both: Callable[..., tuple[Path, Path]]) -> None:
    others = {"Taste-Comprehension": [["nothing"]], "Level-Scores": [["x"], [1]]}
    assert released.compute_level(*both(others, others)).level_2 == released.compute_level(*both()).level_2


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        (70, 70.0),
        (True, 1.0),
        (" 70 ", 70.0),
        ("1_000", 1000.0),
        ("-inf", -math.inf),
        *[(cell, None) for cell in ("", "NA", "n/a", "null", "inf", " ∞", "70%", "-", "text", "nan", " nan ")],
        (datetime.datetime(2025, 7, 1), None),
    ],
)
def test_a_cell_is_what_float_reads(both: Callable[..., tuple[Path, Path]], cell: object, points: float | None) -> None:
    rows = [["Task Name", "mine"], ["cats", cell], ["dogs", 0.0]]
    report = released.compute_level(*both({"Image-Comprehension": rows}))
    assert next(task for task in report.tasks if task["metric"] == "accuracy")["normalised"] == points


def test_blank_rows_and_extra_rows(both: Callable[..., tuple[Path, Path]]) -> None:
    rows = [["Task Name", "mine"], [None, None], ["cats", 90.0], ["more", 99.0], [None, None]]
    report = released.compute_level(*both({"Image-Comprehension": rows}))
    assert [task["score"] for task in report.tasks[:2]] == [None, 90.0]
    with pytest.raises(UnknownTask, match="no task 'more' on sheet Image-Comprehension"):
        released.compute_level(*both({"Image-Comprehension": rows}), switches=())


def test_by_task_the_order_of_rows_means_nothing(both: Callable[..., tuple[Path, Path]]) -> None:
    rows = [["Task Name", "mine"], ["dogs", 70.0], [None, None], ["cats", 90.0]]
    report = released.compute_level(
        *both({"Image-Comprehension": rows}), switches=released.ALL - {released.Switch("rows_paired_by_position")}
    )
    assert [task["score"] for task in report.tasks[:2]] == [90.0, 70.0]
    twice = [["Task Name", "mine"], ["dogs", 70.0], ["dogs", 90.0]]
    with pytest.raises(DuplicateName, match=r"dogs is given twice: .*row 2 and .*row 3"):
        released.compute_level(*both({"Image-Comprehension": twice}), switches=["Q1"])
    nameless = [["Task Name", "mine"], [None, 70.0]]
    with pytest.raises(BadTable, match="row 2 has a score and no task"):
        released.compute_level(*both({"Image-Comprehension": nameless}), switches=["Q1"])


def test_two_rows_of_one_name_are_two_tasks(both: Callable[..., tuple[Path, Path]]) -> None:
    rows = [HEAD, ["cats", "Acc", 80.0], ["cats", "Acc", 95.0]]
    report = released.compute_level(*both(references={"Image-Comprehension": rows}))
    assert [task["won"] for task in report.tasks[:2]] == [True, False]
    assert report.tasks[1]["task"] == "image.comprehension.cats-row-2"


@pytest.mark.parametrize(
    ("results", "references", "error", "message"),
    [
        ({"NLP": None}, {}, BadTable, "no sheet NLP: the released scorer fails"),
        ({"Image-Generation": None}, {}, BadTable, r"other sheets than the references.* It lacks Image-Generation\."),
        ({"Video-Generation": [["x"]]}, {}, BadTable, r"It has Video-Generation beside them"),
        ({"Notes": [["x"]]}, {}, BadTable, r"a sheet 'Notes', which the released scorer fails on"),
        ({"NLP": [["Task Name", "other"]]}, {}, AmbiguousName, r"columns of 2 models: 'other', 'mine'. Pass model="),
        ({"NLP": [["Task Name", 7, "mine"]]}, {}, BadTable, "has the header 7.0, which is no text"),
        ({}, {"NLP": [HEAD, ["translation", None, 5.0]]}, BadTable, r"row 2, has no text in its column 'Metrics'"),
        ({}, {"NLP": [["Task Name", "Metric", "SoTA Performance"]]}, UnknownColumn, "no column 'Metrics'"),
        ({}, {"NLP": [["Task Name", "Metrics", "SOTA"]]}, UnknownColumn, "no column 'SoTA Performance'"),
    ],
)
def test_where_the_released_scorer_fails_an_error_says_so(
    both: Callable[..., tuple[Path, Path]],
    results: dict[str, Any],
    references: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        released.compute_level(*both(results, references))


def test_a_model_without_a_column_is_an_error_with_a_suggestion(both: Callable[..., tuple[Path, Path]]) -> None:
    with pytest.raises(UnknownColumn, match=r"no column of the model 'mime'. Did you mean 'mine'\? It has mine"):
        released.compute_level(*both(), model="mime")


def test_an_empty_reference_workbook_is_an_error(write_sheets: Write, tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="has no row on any of NLP"):
        layout_of(write_sheets(tmp_path / "references.xlsx", {"NLP": [HEAD]}))


def test_the_released_workbook_is_the_packaged_layout(shared: Path) -> None:
    found, packaged = layout_of(shared / "released-workbook-sota.xlsx"), packaged_layout()
    assert found.catalogue is packaged.catalogue
    assert found.references is packaged.references
    assert {sheet: places.tolist() for sheet, places in found.sheets.items()} == {
        sheet: places.tolist() for sheet, places in packaged.sheets.items()
    }


def test_the_released_example_is_scored_as_the_released_scorer_scores_it(shared: Path) -> None:
    # It has language scores alone, as fractions (Q9), which lose against percentages without a word.
    results = read_results(shared / "released-workbook-example-result.xlsx", packaged_layout())
    assert results.model == "Qwen2.5-7B-Instruct"
    report = released.compute_level(shared / "released-workbook-example-result.xlsx")
    assert report.supported > 0
    assert report.s_l == report.level_2 == 0
    assert report.wins == 5  # the blank word error rates, against references below 0 (Q3)

"""Each switch, on and off, on a case whose two numbers are worked out by hand."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel import LevelReport, compute_level, reference_set, released
from generallevel.errors import ImpossibleValue, UndefinedScore, UnknownName
from generallevel.released import ALL, Switch

CHAMFER = "3d.generation.3d-point-cloud-completion"  # reference 0.217, one of 22 tasks
FID = "image.generation.face-image-inpainting"  # one of 45 tasks
CAPTIONS = "image.comprehension.human-action-recognition"  # accuracy, reference 82.3, one of 271 tasks
TIME_SERIES = "language.time-series"  # RMSE, reference 2.31, one of 115 tasks
Level = Callable[..., LevelReport]


@pytest.fixture
def level(laid_out: Callable[..., Any], write_sheets: Callable[..., Path], tmp_path: Path) -> Level:
    def compute(scores: dict[str, Any], switches: Iterable[str]) -> LevelReport:
        path = write_sheets(tmp_path / "result.xlsx", laid_out(scores))
        return released.compute_level(path, switches=switches)

    return compute


def wer_task() -> str:
    return next(task.id for task in released_tasks() if task.label == "WER")


def released_tasks() -> Any:
    from generallevel import general_bench

    return general_bench().tasks


def row(report: LevelReport, task: str) -> dict[str, Any]:
    return next(found for found in report.tasks if found["task"] == task)


def test_every_switch_has_a_code_a_name_and_one_sentence() -> None:
    assert [switch.code for switch in Switch] == [f"Q{number}" for number in range(1, 9)]
    for switch in Switch:
        told = switch.to_dict()
        assert told == {"code": switch.code, "name": switch.value, "effect": switch.effect}
        assert told["name"].isidentifier()
        assert told["effect"].endswith(".")
        assert switch.effect.count(". ") == 0


def test_a_choice_is_made_of_members_names_or_codes() -> None:
    assert released.switches([Switch.POINTS_UNCLIPPED, "q7", "wins_on_points"]) == {
        Switch.POINTS_UNCLIPPED,
        Switch.LEVEL_4_EPSILON,
        Switch.WINS_ON_POINTS,
    }
    assert released.switches("Q1") == {Switch.LONG_LABELS_PASS_RAW}
    assert released.switches(ALL) == ALL
    assert released.rules(["Q1"]) is released.rules(["long_labels_pass_raw", "Q8"])  # Q8 is no rule


def test_an_unknown_switch_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(UnknownName, match=r"no switch 'points_uncliped'. Did you mean 'points_unclipped'\? It has Q1"):
        released.switches(["points_uncliped"])


def test_q1_a_long_label_passes_its_raw_error_and_the_worse_one_wins(level: Level) -> None:
    off, on = level({CHAMFER: 3.0}, ()), level({CHAMFER: 3.0}, ["Q1"])
    assert off.level_2 == pytest.approx(100 * math.tanh(1 / (2 * 3.0)) / 22 / 2 / 4)
    assert not row(off, CHAMFER)["won"]
    assert on.level_2 == pytest.approx(3.0 / 22 / 2 / 4)
    assert row(on, CHAMFER)["won"]


def test_q1_with_q4_adds_thousands_of_points(level: Level) -> None:
    huge = {task.id: 65400.0 for task in released_tasks() if task.metric == "chamfer_distance"}
    two = dict(list(huge.items())[:2])
    assert level(two, ["Q1", "Q4"]).modalities["3d"]["level_3"] == pytest.approx(2 * 65400 / 22 / 2)
    assert level(two, ["Q1"]).modalities["3d"]["level_3"] == pytest.approx(2 * 100 / 22 / 2)


def test_q2_a_rate_in_percent_is_read_as_a_fraction(level: Level) -> None:
    scores = {wer_task(): 5.0}
    assert row(level(scores, ()), wer_task())["normalised"] == pytest.approx(100 - 5.0)
    assert row(level(scores, ["Q2"]), wer_task())["normalised"] == 0
    assert row(level(scores, ["Q2", "Q4"]), wer_task())["normalised"] == pytest.approx(100 * (1 - 5.0))


@pytest.mark.parametrize("cell", [0.0, None, "inf", "no number"])
def test_q3_a_perfect_a_blank_and_an_infinite_score_are_all_0_points(level: Level, cell: object) -> None:
    assert row(level({FID: cell}, ["Q3"]), FID)["normalised"] == 0
    assert level({FID: cell, CAPTIONS: 100.0}, ["Q3"]).level_2 == pytest.approx(100 / 271 / 2 / 4)


def test_q3_off_a_perfect_error_is_100_points_and_a_blank_none(level: Level) -> None:
    assert row(level({FID: 0.0}, ()), FID)["normalised"] == 100
    assert row(level({FID: None}, ()), FID)["normalised"] is None


def test_q3_a_blank_wins_against_a_reference_below_0(level: Level) -> None:
    assert row(level({}, ["Q2", "Q3", "Q4", "Q5"]), wer_task())["won"]
    assert not row(level({}, ["Q2", "Q4", "Q5"]), wer_task())["won"]


def test_q3_a_blank_of_another_metric_stays_missing(level: Level) -> None:
    report = level({CAPTIONS: None}, ["Q3"])
    assert row(report, CAPTIONS)["normalised"] is None
    assert report.supported == report.wins == 0


def test_q3_an_infinity_of_another_metric_is_missing(level: Level) -> None:
    captions = next(task.id for task in released_tasks() if task.label == "CIDEr")
    assert row(level({captions: "inf"}, ["Q3"]), captions)["normalised"] is None
    assert row(level({captions: "inf"}, ()), captions)["normalised"] == 100


def test_q4_points_leave_0_to_100(level: Level) -> None:
    captions = next(task.id for task in released_tasks() if task.label == "CIDEr")
    assert row(level({captions: 250.0}, ()), captions)["normalised"] == 100
    assert row(level({captions: 250.0}, ["Q4"]), captions)["normalised"] == pytest.approx(250.0)


def test_q5_a_worse_error_ties_on_the_flat_end_of_its_curve() -> None:
    # A FID of 0.51 and one of 0.228 are both exactly 100 points.
    found = {
        code: compute_level({FID: 0.51}, references={FID: 0.228}, rules=released.rules(code)) for code in ((), ("Q5",))
    }
    assert [report.wins for report in found.values()] == [0, 1]


def test_q5_follows_the_rounding_of_the_released_curve() -> None:
    # 25 / 0.67 = 37.3: 2 / (1 + exp(-37.3)) - 1 is exactly 1, and tanh(37.3 / 2) is not.
    assert math.tanh(25 / 0.67 / 2) < 1
    report = compute_level({FID: 0.67}, references={FID: 0.5}, rules=released.rules(["Q5"]))
    assert report.wins == 1


def test_q6_the_models_rmse_alone_is_put_on_a_curve(level: Level) -> None:
    both = {FID: 0.001, CAPTIONS: 100.0}  # some Level-4
    points = 100 * math.tanh(5 / (2 * 100.0))  # an RMSE of 100 leaves 2.5 points, above the raw reference of 2.31
    off, on = level(both | {TIME_SERIES: 100.0}, ()), level(both | {TIME_SERIES: 100.0}, ["Q6"])
    assert off.level_5 == 0
    assert on.s_l == pytest.approx(points / 115)
    assert on.level_5 == pytest.approx(on.level_4 * points / 115 / 100)
    assert row(on, TIME_SERIES)["won"]
    assert level(both | {TIME_SERIES: 109.0}, ["Q6"]).level_5 == 0  # about 108 is where the curve meets 2.31
    assert level(both, ["Q6"]).level_5 == 0  # a blank is an infinite error


def test_q6_divides_by_an_error_of_0(level: Level) -> None:
    assert level({TIME_SERIES: 0.0}, ALL - {Switch.LANGUAGE_RMSE_ONE_SIDED}).s_l == 0
    with pytest.raises(UndefinedScore, match=r"RMSE of the language sheet is 0.*the released scorer fails there"):
        level({TIME_SERIES: 0.0}, ["Q6"])
    with pytest.raises(UndefinedScore, match="negative and next to 0"):
        level({TIME_SERIES: -0.001}, ["Q6"])


def test_q7_two_sides_of_50_give_a_little_less() -> None:
    sides = np.array([50.0]), np.array([50.0])
    assert released.rules(()).blend(*sides) == 50
    assert released.rules(["Q7"]).blend(*sides) == pytest.approx(2 * 50 * 50 / (100 + 1e-6), abs=1e-12)
    assert f"{released.rules(ALL).blend(*sides)[0]:.7f}" == "49.9999995"


@pytest.mark.parametrize("codes", [["Q4"], ["Q4", "Q7"]])
def test_q4_sides_below_0_blend_to_large_numbers(codes: list[str]) -> None:
    blend = released.rules(codes).blend
    assert blend(np.array([10.0]), np.array([-10.5])) == pytest.approx(2 * 10 * -10.5 / -0.5, rel=1e-5)
    assert blend(np.array([0.0]), np.array([-10.5])) == 0


def test_q7_two_sides_that_cancel_are_where_the_released_scorer_divides_by_zero() -> None:
    sides = np.array([10.0]), np.array([-10.0])
    assert released.rules(["Q4"]).blend(*sides) == 0
    assert released.rules(["Q4", "Q7"]).blend(*sides) == pytest.approx(-200 / 1e-6)
    with pytest.raises(UndefinedScore, match="exactly -1e-6"):
        released.rules(ALL).blend(np.array([1e-6]), np.array([-2e-6]))


def test_q8_rows_pair_by_position(
    laid_out: Callable[..., Any], write_sheets: Callable[..., Path], tmp_path: Path
) -> None:
    references = dict(zip(reference_set(), reference_set().values.tolist(), strict=True))
    sheets = {title: [rows[0], *reversed(rows[1:])] for title, rows in laid_out(references).items()}
    path = write_sheets(tmp_path / "reversed.xlsx", sheets)
    assert released.compute_level(path, switches=()).wins == 699
    assert released.compute_level(path, switches=["Q8"]).wins < 600


def test_q8_a_row_that_is_not_there_leaves_the_denominator_of_level_2_alone(
    laid_out: Callable[..., Any], write_sheets: Callable[..., Path], tmp_path: Path
) -> None:
    sheets = laid_out({})
    rows = sheets["Image-Comprehension"] = sheets["Image-Comprehension"][:4]
    for cells in rows[1:]:
        cells[-1] = 90.0
    path = write_sheets(tmp_path / "short.xlsx", sheets)
    on, off = (released.compute_level(path, switches=codes) for codes in (["Q8"], ()))
    assert on.modalities["image"]["level_2"] == pytest.approx(90 / 2)
    assert off.modalities["image"]["level_2"] == pytest.approx(3 * 90 / 271 / 2)
    assert on.modalities["image"]["level_3"] == off.modalities["image"]["level_3"]


def test_a_negative_normalised_figure_is_where_the_released_scorer_stops(level: Level) -> None:
    with pytest.raises(ImpossibleValue, match=rf"{FID}: fid = -3: the released scorer stops with an AssertionError"):
        level({FID: -3.0}, ALL)
    with pytest.raises(ImpossibleValue, match="AssertionError"):
        level({FID: -3.0}, ["Q3"])


def test_a_lost_row_says_why_on_the_scale_that_decided(level: Level) -> None:
    why = row(level({FID: 0.0}, ["Q3", "Q5"]), FID)["why_not"]
    assert why.startswith("0 points are below the ")

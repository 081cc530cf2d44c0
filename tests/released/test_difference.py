"""The accounting of the gap: exact sums, both ends, Shapley values of a case that can be worked out by hand."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import generallevel
from generallevel import explain_difference, general_bench, released
from generallevel.errors import ImpossibleValue, UndefinedScore
from generallevel.evaluation import LEVELS

Write = Callable[..., Path]
WER = "audio.generation.text-to-speech"  # one of 20 tasks
FID = "image.generation.face-image-inpainting"  # one of 45 tasks


def shares(found: released.Difference, level: str) -> dict[str, float]:
    return {effect.switch.code: effect.levels[level] for effect in found.effects}


def assert_adds_up(found: released.Difference) -> None:
    for level in LEVELS:
        total = sum(effect.levels[level] for effect in found.effects)
        assert total == pytest.approx(found.released[level] - found.default[level], abs=1e-9)
    for modality, default in found.default["modalities"].items():
        for level in LEVELS[:3]:
            total = sum(effect.modalities[modality][level] for effect in found.effects)
            assert total == pytest.approx(found.released["modalities"][modality][level] - default[level], abs=1e-9)


@pytest.mark.parametrize("name", ["near", "reversed"])
def test_the_ends_are_the_two_numbers_and_the_shares_add_up(
    golden_sheets: Mapping[str, Any], write_sheets: Write, tmp_path: Path, name: str
) -> None:
    path = write_sheets(tmp_path / "result.xlsx", golden_sheets[name])
    found = explain_difference(path, model="MINE")
    assert_adds_up(found)
    for end, report in (
        (found.default, generallevel.compute_level(path)),
        (found.released, released.compute_level(path)),
    ):
        assert end["level"] == report.level
        for level in LEVELS:
            assert end[level] == pytest.approx(getattr(report, level), abs=1e-9)
            for modality, numbers in end["modalities"].items():
                assert numbers == pytest.approx({key: report.modalities[modality][key] for key in numbers}, abs=1e-9)
    moved = max(abs(value) for value in shares(found, "level_3").values())
    assert (abs(shares(found, "level_3")["Q8"]) > 0.01) is (name == "reversed")
    assert moved > 1
    assert found.notes == ()


def test_the_released_runs_add_up(shared: Path) -> None:
    for path in sorted((shared / "released-runs").glob("*.xlsx")):
        assert_adds_up(explain_difference(path))


def test_a_misread_rate_and_missing_clipping_share_what_they_do_together() -> None:
    # A WER of 5 %: 95 points. Q2 alone makes it 0 (-95); Q2 and Q4 make it -400, and Q4 alone does nothing.
    found = explain_difference({WER: 5.0})
    cell = 20 * 2 * 4  # tasks of the cell, paradigms, modalities
    together = -400 - 0
    assert shares(found, "level_2") == pytest.approx(
        {
            **dict.fromkeys(("Q1", "Q3", "Q5", "Q6", "Q7", "Q8"), 0.0),
            "Q2": (-95 + together / 2) / cell,
            "Q4": together / 2 / cell,
        }
    )


def test_a_perfect_error_is_what_q3_takes_away() -> None:
    found = explain_difference({FID: 0.0})
    assert found.default["level_2"] == pytest.approx(100 / 45 / 2 / 4)
    assert found.released["level_2"] == 0
    assert shares(found, "level_2")["Q3"] == pytest.approx(-100 / 45 / 2 / 4)


def test_a_table_without_positions_says_that_q8_does_nothing() -> None:
    found = explain_difference({FID: 3.0})
    assert found.notes == (
        "mapping joins its rows by task, so the position of a row means nothing and Q8 has no effect.",
    )
    assert set(shares(found, "level_2")) == {f"Q{number}" for number in range(1, 9)}
    assert shares(found, "level_2")["Q8"] == 0


def test_a_mapping_counts_as_the_workbook_with_its_scores(
    golden_sheets: Mapping[str, Any], write_sheets: Write, tmp_path: Path
) -> None:
    path = write_sheets(tmp_path / "result.xlsx", golden_sheets["near"])
    table = generallevel.read_table(path)
    positions = general_bench().positions(table.names, table.columns["sheet"])
    ids = [general_bench().ids[position] for position in positions]
    ends = [
        explain_difference(source).released for source in (path, dict(zip(ids, table.scores.tolist(), strict=True)))
    ]
    assert ends[0] == ends[1]


def test_sheets_that_a_workbook_lacks_count_as_blank_rows(
    laid_out: Callable[..., Any], write_sheets: Write, tmp_path: Path
) -> None:
    scores = {WER: 5.0}
    sheets = {title: rows for title, rows in laid_out(scores).items() if title in ("NLP", "Audio-Generation")}
    found = explain_difference(write_sheets(tmp_path / "part.xlsx", sheets))
    assert found.released == explain_difference(scores).released


def test_a_text_that_only_we_read_as_a_number_is_q3s(
    laid_out: Callable[..., Any], write_sheets: Write, tmp_path: Path
) -> None:
    task = "image.comprehension.human-action-recognition"
    path = write_sheets(tmp_path / "result.xlsx", laid_out({task: "90.5%"}))
    found = explain_difference(path)
    assert found.default["level_2"] == pytest.approx(90.5 / 271 / 2 / 4)
    assert found.released["level_2"] == 0
    assert shares(found, "level_2")["Q3"] == pytest.approx(-found.default["level_2"])


def test_fractions_are_converted_in_both_numbers(
    laid_out: Callable[..., Any], write_sheets: Write, tmp_path: Path
) -> None:
    task = "image.comprehension.human-action-recognition"
    path = write_sheets(tmp_path / "result.xlsx", laid_out({task: 0.905}))
    for source in (path, {task: 0.905}):
        found = explain_difference(source, unit="fraction")
        assert found.default["level_2"] == pytest.approx(90.5 / 271 / 2 / 4)
        assert found.released["level_2"] == pytest.approx(90.5 / 271 / 2 / 4)
        assert "fractions in both numbers" in found.notes[-1]


def test_incomplete_items_count_by_their_share_in_both_numbers() -> None:
    row = {"score": 100.0, "n": 3000, "n_scored": 1500}
    found = explain_difference({"Human Action Recognition": row})
    assert found.default["level_2"] == found.released["level_2"] == pytest.approx(50 / 271 / 2 / 4)
    assert found.notes[-1].startswith("Scores made of a part of their items")


def test_other_references_are_named_and_used() -> None:
    paper = explain_difference({FID: 3.0}, references="paper-v1", model="mine")
    assert (paper.references, paper.model) == ("paper-v1", "mine")


def test_where_the_released_scorer_fails_there_is_no_difference() -> None:
    with pytest.raises(UndefinedScore, match="the released scorer fails there"):
        explain_difference({"Time Series": 0.0})
    task = next(task.id for task in general_bench() if task.metric == "ms_ssim")
    with pytest.raises(ImpossibleValue, match=r"ms_ssim = -0\.2: the released scorer stops"):
        explain_difference({task: -0.2})


def test_it_is_plain_data_and_prints(golden_sheets: Mapping[str, Any], write_sheets: Write, tmp_path: Path) -> None:
    found = explain_difference(write_sheets(tmp_path / "result.xlsx", golden_sheets["reversed"]))
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["gap"]["level_2"] == pytest.approx(data["released"]["level_2"] - data["default"]["level_2"])
    assert [effect["code"] for effect in data["effects"]] == [f"Q{number}" for number in range(1, 9)]
    assert data["effects"][6]["name"] == "level_4_epsilon"
    for text in (str(found), found.to_markdown()):
        assert text.splitlines()[0].removeprefix("### ").startswith("mine: Level ")
        assert "Q8 rows_paired_by_position" in text
        assert all(effect.switch.effect in text for effect in found.effects)
    assert "| released scorer | " in found.to_markdown()
    quiet = str(explain_difference({FID: 3.0}))
    assert "level_4_epsilon" not in quiet  # without a Level-4 the constant does nothing
    assert "\naudio\n" not in quiet  # a modality without a number on either side has no table

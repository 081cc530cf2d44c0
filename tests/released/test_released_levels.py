"""Released mode as a whole, against levels that the released scorer computed; all switches on, and none."""

import json
import math
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import generallevel
from generallevel import released
from generallevel.evaluation import LEVELS
from generallevel.normaliser import Normaliser

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "released-levels.json").read_text(encoding="utf-8"))
Write = Callable[..., Path]


def levels_of(report: generallevel.LevelReport) -> dict[str, Any]:
    found = report.to_dict()
    modalities = {
        name: {level: numbers[level] for level in LEVELS[:3]} for name, numbers in found["modalities"].items()
    }
    return {level: found[level] for level in LEVELS} | {"modalities": modalities}


def assert_equal(report: generallevel.LevelReport, wanted: Mapping[str, Any], within: float = 1e-9) -> None:
    found = levels_of(report)
    for level in LEVELS:
        assert found[level] == pytest.approx(wanted[level], abs=within, rel=0), level
    for modality, numbers in wanted["modalities"].items():
        assert found["modalities"][modality.lower()] == pytest.approx(numbers, abs=within, rel=0), modality


@pytest.mark.parametrize("model", ["all-round", "partial", "strong"])
def test_the_released_runs_come_out_to_1e_9(shared: Path, model: str) -> None:
    expected = json.loads((shared / "released-runs" / "expected.json").read_text(encoding="utf-8"))[model]
    result = shared / "released-runs" / f"{model}.xlsx"
    assert_equal(released.compute_level(result, shared / "released-workbook-sota.xlsx", model=model.upper()), expected)
    assert_equal(released.compute_level(result), expected)  # the packaged references are those of that workbook


@pytest.mark.parametrize("name", GOLDEN["levels"])
def test_the_golden_tables_come_out_to_1e_9(
    golden_sheets: Mapping[str, Any], write_sheets: Write, tmp_path: Path, name: str
) -> None:
    path = write_sheets(tmp_path / "result.xlsx", golden_sheets[name])
    assert_equal(released.compute_level(path, model="MINE"), GOLDEN["levels"][name])


@pytest.mark.parametrize("name", ["near", "reversed"])
def test_without_switches_the_levels_are_the_default_ones(
    golden_sheets: Mapping[str, Any], write_sheets: Write, tmp_path: Path, name: str
) -> None:
    path = write_sheets(tmp_path / "result.xlsx", golden_sheets[name])
    default = generallevel.compute_level(path)
    assert_equal(released.compute_level(path, switches=released.NONE), levels_of(default), within=1e-12)
    assert_equal(generallevel.compute_level(path, rules=released.rules(())), levels_of(default), within=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_without_switches_any_table_has_its_default_levels(seed: int) -> None:
    rng = random.Random(seed)
    bench = generallevel.general_bench()
    low, high = Normaliser.of(bench.tasks).bounds
    scores = {}
    limits = zip(bench.ids, bench.reference_set().values.tolist(), low.tolist(), high.tolist(), strict=True)
    for task_id, reference, least, most in limits:
        if rng.random() < 0.9:
            scores[task_id] = rng.choice(
                (reference, min(max(reference * rng.uniform(0.5, 2), least), most), least, most)
            )
    scores = {task_id: None if score == -math.inf else score for task_id, score in scores.items()}
    for options in ({}, {"references": "paper-v1"}, {"scope": "B:audio+3d"}, {"missing": "skip"}):
        default = generallevel.compute_level(scores, **options)
        off = generallevel.compute_level(scores, rules=released.rules(()), **options)
        for level in LEVELS:
            assert getattr(off, level) == pytest.approx(getattr(default, level), abs=1e-12, rel=0)
        assert (off.level, off.wins, off.modalities) == (default.level, default.wins, default.modalities)


def test_without_switches_blanks_words_zeros_and_infinities_are_read_as_by_default(
    laid_out: Callable[..., Any], write_sheets: Write, tmp_path: Path
) -> None:
    scores = {
        "image.generation.face-image-inpainting": 0.0,
        "image.generation.image-deraining": "inf",
        "image.comprehension.human-action-recognition": "90.5%",
        "audio.generation.audio-edit": "not run",
        "language.time-series": 0.0,
    }
    path = write_sheets(tmp_path / "result.xlsx", laid_out(scores))
    off = released.compute_level(path, switches=())
    assert levels_of(off) == levels_of(generallevel.compute_level(path))
    assert off.level_2 == pytest.approx((100 / 45 + 100 / 45 + 90.5 / 271) / 2 / 4)


def test_the_reference_column_as_a_model(
    write_sheets: Write, packaged_sheets: Callable[..., Any], tmp_path: Path
) -> None:
    references = generallevel.reference_set().values.tolist()
    path = write_sheets(tmp_path / "references.xlsx", packaged_sheets(references, "SoTA Performance"))
    report = released.compute_level(path, path, model="SoTA Performance")
    assert round(report.level_2, 2) == 112.21
    assert round(report.level_4, 2) == 156.21
    assert report.ceiling == {level: getattr(report, level) for level in LEVELS}
    assert report.references == "released-2025-07"  # the workbook holds exactly these figures
    without = released.compute_level(path, model="SoTA Performance", switches=())
    assert round(without.level_2, 2) == 62.90
    assert round(without.level_4, 2) == 61.46


def test_the_report_has_the_keys_of_the_default_one_and_says_what_it_is(
    golden_sheets: Mapping[str, Any], write_sheets: Write, tmp_path: Path
) -> None:
    path = write_sheets(tmp_path / "result.xlsx", golden_sheets["odd"])
    report = released.compute_level(path)
    assert report.model == "mine"
    assert set(report.to_dict()) == set(generallevel.compute_level({}).to_dict())
    assert json.loads(report.to_json())["level_2"] == report.level_2
    assert "|rules:released|" in report.signature
    assert "Q1 long_labels_pass_raw" in next(f.message for f in report.findings if f.code == "released-conventions")
    assert not [finding for finding in report.findings if finding.code == "clipped"]
    path = write_sheets(tmp_path / "near.xlsx", golden_sheets["near"])
    some = released.compute_level(path, switches=["Q8", "Q5", "wer_percent_read_as_fraction"])
    assert "|rules:released:Q2+Q5|" in some.signature

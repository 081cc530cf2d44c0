"""Charts as data: that each line holds the number that the report has, and intervals lie around it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generallevel import LevelReport, compute_level
from generallevel.evaluation import LEVELS
from generallevel.reports import charts
from generallevel.reports.evidence import Evidence, evidence

ACTIONS, RAIN, FACES = "Human Action Recognition", "Image Deraining", "Face Image Inpainting"


@pytest.fixture(scope="module")
def small() -> LevelReport:
    """Three tasks: a share over 100 items that is won, a PSNR that is lost, a FID with a known error."""
    scores = {
        ACTIONS: {"score": 90.0, "n": 100},
        RAIN: 20.0,
        FACES: {"score": 2.0, "standard_error": 0.5},
    }
    return compute_level(scores)


@pytest.fixture(scope="module")
def known(small: LevelReport) -> Evidence:
    return evidence(small, resamples=300)


def row(report: LevelReport, words: str) -> dict:
    return next(task for task in report.tasks if charts.task_words(task["task"]) == words)


def test_the_ladder_holds_levels_ceilings_and_intervals(small: LevelReport, known: Evidence) -> None:
    chart = charts.ladder(small, known)
    assert [line.value for line in chart.lines] == [getattr(small, name) for name in LEVELS]
    assert [line.mark for line in chart.lines] == [small.ceiling[name] for name in LEVELS]
    for line, name in zip(chart.lines, LEVELS, strict=True):
        wide, narrow = line.spans
        assert (wide.low, wide.high) == known.projection.intervals[name]
        assert (narrow.low, narrow.high) == known.bootstrap.intervals[name]
        assert wide.low <= line.value <= wide.high
    assert [line.spans for line in charts.ladder(small).lines] == [()] * 4


def test_a_level_out_of_reach_has_no_line() -> None:
    chart = charts.ladder(compute_level({RAIN: 41.2}, scope="C:image.generation"))
    assert [line.label[:7] for line in chart.lines] == ["Level-2", "Level-3"]


def test_the_profile_holds_both_sides(small: LevelReport) -> None:
    lines = charts.profile(small).lines
    assert len(lines) == 2 * 4 + 1  # two sides of four modalities, and language
    assert [line.value for line in lines[:2]] == [small.modalities["image"][side] for side in ("s_c", "s_g")]
    assert lines[-1].value == small.s_l
    assert charts.profile(compute_level({RAIN: 1.0}, scope="C:image.generation")).lines == ()


def test_margins_are_in_points_with_their_intervals(small: LevelReport, known: Evidence) -> None:
    chart = charts.forest(small, known)
    by_label = {line.label: line for line in chart.lines}
    assert set(by_label) == {"human action recognition", "image deraining", "face image inpainting"}
    for label, line in by_label.items():
        task = row(small, label)
        assert line.value == task["normalised"] - task["reference_normalised"]
        assert line.kind == ("won" if task["won"] else "lost")
    assert by_label["image deraining"].spans == ()  # nothing is known of its spread
    action = by_label["human action recognition"]
    reference = row(small, action.label)["reference_normalised"]
    # Wilson's interval of 90 of 100: (0.9 + z^2/200 -+ z sqrt(0.09/100 + z^2/40000)) / (1 + z^2/100), z = 1.959964
    z = 1.959963984540054
    centre, reach = 0.9 + z**2 / 200, z * np.sqrt(0.09 / 100 + z**2 / 40000)
    ends = [100 * (centre + sign * reach) / (1 + z**2 / 100) - reference for sign in (-1, 1)]
    assert [action.spans[0].low, action.spans[0].high] == pytest.approx(ends)
    face = by_label["face image inpainting"].spans[0]
    assert face.low <= by_label["face image inpainting"].value <= face.high  # a smaller FID is the upper end
    assert chart.low == -chart.high
    assert all(chart.low <= end <= chart.high for line in chart.lines for s in line.spans for end in (s.low, s.high))
    values = [line.value for line in chart.lines]
    assert values == sorted(values, reverse=True)


def test_the_forest_shows_the_nearest(gpt4o: LevelReport) -> None:
    known = evidence(gpt4o, intervals=False, sensitivity=False)
    margins = np.abs(charts.margins_in_points(gpt4o, known)[0])
    shown = [abs(line.value) for line in charts.forest(gpt4o, known, 10).lines]
    assert sorted(shown) == sorted(margins[~np.isnan(margins)])[:10]


def test_nothing_to_compare_is_no_chart() -> None:
    report = compute_level({})
    assert charts.forest(report, evidence(report, intervals=False, sensitivity=False)).lines == ()


def test_choices_are_ranges_around_the_level(small: LevelReport, known: Evidence) -> None:
    chart = charts.sensitivity(small, known, "level_2")
    assert {line.value for line in chart.lines} == {small.level_2}
    found = known.sensitivity
    spans = {line.label: line.spans[0] for line in chart.lines}
    skipped = spans["missing scores: zero or skipped"]
    assert (skipped.low, skipped.high) == (small.level_2, found.missing["skip"]["level_2"])
    assert spans[charts.WORST_TO_BEST].high == found.missing["best"]["level_2"] > chart.high
    assert "one line goes beyond it" in chart.caption
    assert charts.sensitivity(small, evidence(small, intervals=False, sensitivity=False)).lines == ()


def test_chances_are_those_of_the_bootstrap(small: LevelReport, known: Evidence) -> None:
    chart = charts.chances(known)
    assert sum(line.value for line in chart.lines) == pytest.approx(100)
    assert charts.chances(evidence(small, intervals=False, sensitivity=False)).lines == ()


def test_what_is_unknown_is_said(gpt4o: LevelReport) -> None:
    found = evidence(gpt4o, sensitivity=False)
    assert found.interval is None
    assert len(found.notes) == 1
    assert found.notes[0].startswith("Unknown: the table says of none of the 177 scores")


@example(100.0, 100.0)
@given(st.floats(0, 100), st.floats(0, 100))
@settings(max_examples=200)
def test_a_scale_holds_its_numbers(one: float, other: float) -> None:
    low, high = charts.scale_of(min(one, other), max(one, other))
    assert 0 <= low <= min(one, other)
    assert max(one, other) <= high <= 100
    assert low < high

"""Why two levels differ: every cause is named, effects add up exactly, and orders are averaged as they say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel import Catalogue, LevelReport, ScoreTable, compute_level, general_bench, published
from generallevel.analysis.attribution.shapley import shapley_values
from generallevel.analysis.certificates.differences import LevelDifference, diff
from generallevel.analysis.certificates.saved_reports import certificate
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS
from generallevel.rules import PAPER

SHARED = {"metric": "accuracy", "unit": "percent", "better": "higher"}
ROWS = [
    {"task": "words", "modality": "language", **SHARED, "reference": 60.0, "reference:strict": 95.0},
    {"task": "see", "modality": "image", "paradigm": "comprehension", **SHARED, "reference": 50.0},
    {
        "task": "draw",
        "modality": "image",
        "paradigm": "generation",
        **SHARED,
        "reference": 40.0,
        "reference:strict": 90.0,
    },
    {"task": "paint", "modality": "image", "paradigm": "generation", **SHARED, "reference": 30.0},
]
BENCH = Catalogue.from_rows(ROWS, name="Four")


def added_up(found: LevelDifference) -> None:
    before, after = found.levels
    for name in LEVELS:
        if before[name] is not None and after[name] is not None:
            gap = after[name] - before[name]
            assert sum(cause.effects[name] for cause in found.causes) == pytest.approx(gap, abs=1e-9)


def test_equal_levels_have_no_difference() -> None:
    report = compute_level({"see": 55.0}, catalogue=BENCH)
    found = diff(report, report)
    assert (found.causes, found.tasks, found.flips) == ((), (), ())
    assert str(found).endswith("Nothing differs.")


def test_a_worked_example() -> None:
    first = compute_level({"see": 60.0, "draw": 30.0, "paint": 20.0}, catalogue=BENCH, model="old")
    second = compute_level({"see": 60.0, "draw": 50.0, "paint": 20.0}, catalogue=BENCH, model="new")
    found = diff(first, second)
    (cause,) = found.causes
    assert (cause.kind, cause.tasks, cause.message) == ("scores", 1, "1 task has another score")
    # Level-2: (50 - 30) / 2 tasks / 2 sides = 5. Level-3: a win of 50 / 2 / 2 = 12.5. Level-4: 2*60*25/85.
    assert cause.effects["level_2"] == pytest.approx(5)
    assert cause.effects["level_3"] == pytest.approx(12.5)
    assert cause.effects["level_4"] == pytest.approx(2 * 60 * 25 / 85)
    (task,) = found.tasks
    assert (task.task, task.scores, task.won, task.flipped) == ("draw", (30.0, 50.0), (False, True), True)
    assert task.by_score == cause.effects
    assert task.by_reference == dict.fromkeys(LEVELS, 0.0)
    text = str(found)
    assert text.startswith("old to new: Level 3 to Level 4\n")
    assert "Wins: 1 gained, 0 lost" in text


def test_two_things_that_act_on_each_other_share_by_shapley() -> None:
    first = compute_level({"see": 40.0, "draw": 35.0}, catalogue=BENCH)
    second = compute_level({"see": 60.0, "draw": 50.0}, catalogue=BENCH)
    states = [{"see": a, "draw": b} for b in (35.0, 50.0) for a in (40.0, 60.0)]
    outcomes = np.array([compute_level(state, catalogue=BENCH).level_4 for state in states])
    assert outcomes[3] > 0 == outcomes[1]  # neither alone has a Level-4
    effects = [task.by_score["level_4"] for task in diff(first, second).tasks]
    assert effects == pytest.approx(shapley_values(outcomes).tolist())


def test_every_cause_is_named() -> None:
    other = replace(PAPER, name="generous", wins=lambda compared: compared.values >= compared.references - 5)
    scores = {"see": 46.0, "draw": 50.0, "words": 70.0}
    first = compute_level(scores, catalogue=BENCH)
    second = compute_level(
        {**scores, "draw": 95.0}, catalogue=BENCH, missing="skip", references="strict", rules=other, scope="B:image"
    )
    found = diff(first, second)
    assert [(cause.kind, cause.tasks) for cause in found.causes] == [
        ("scope", 0), ("rules", 0), ("missing", 0), ("references", 4), ("scores", 1),
    ]  # fmt: skip
    assert [cause.message for cause in found.causes][:3] == ["A to B:image", "paper to generous", "zero to skip"]
    assert found.causes[3].message == "reference to strict: 4 tasks have another reference"
    added_up(found)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["causes"][0]["kind"] == "scope"


def test_one_cause_alone_has_the_whole_effect() -> None:
    scores = {"see": 55.0, "draw": 50.0}
    base = compute_level(scores, catalogue=BENCH)
    for changed in ({"missing": "skip"}, {"references": "strict"}, {"scope": "B:image"}):
        other = compute_level(scores, catalogue=BENCH, **changed)
        found = diff(base, other)
        assert len(found.causes) == 1
        for name in LEVELS:
            before, after, effect = getattr(base, name), getattr(other, name), found.causes[0].effects[name]
            assert effect == pytest.approx(after - before)


def test_a_level_that_one_side_cannot_reach_has_no_effect() -> None:
    first = compute_level({"see": 55.0}, catalogue=BENCH)
    second = compute_level({"see": 55.0}, catalogue=BENCH, scope="C:image.comprehension")
    (cause,) = diff(first, second).causes
    assert cause.effects["level_4"] is None
    assert cause.effects["level_3"] == pytest.approx(55.0 - 55.0 / 2)


def test_other_tasks() -> None:
    grown = Catalogue.from_rows([*ROWS[:3], {**ROWS[3], "task": "sketch"}, {**ROWS[1], "task": "read"}], name="Five")
    first = compute_level({"see": 60.0, "draw": 50.0, "paint": 40.0}, catalogue=BENCH)
    second = compute_level({"see": 60.0, "draw": 55.0, "sketch": 40.0, "read": 90.0}, catalogue=grown)
    found = diff(first, second)
    assert found.causes[0].kind == "tasks"
    assert found.causes[0].message == "Four to Five: 2 tasks came, 1 went, 0 are defined otherwise"
    added_up(found)
    by_task = {task.task: task.won for task in found.tasks}
    assert by_task["paint"] == (True, False)
    assert by_task["read"] == (False, True)


def test_saved_reports_are_read(tmp_path) -> None:
    cell = published("GPT4o")["GPT4o", "image"]
    old, new = (compute_level(cell.scores, model=name, references=name) for name in ("paper-v1", "released-2025-07"))
    path = tmp_path / "old.json"
    path.write_text(json.dumps(certificate(old)), encoding="utf-8")
    direct, read = diff(old, new), diff(path, new.to_json())
    assert read.to_dict() == direct.to_dict()
    assert [cause.kind for cause in direct.causes] == ["references"]


def test_shares_of_items_are_scores() -> None:
    whole = ScoreTable(("see",), np.array([60.0]), columns={"n": (10,), "n_scored": (10,)})
    part = ScoreTable(("see",), np.array([60.0]), columns={"n": (10,), "n_scored": (5,)})
    found = diff(compute_level(whole, catalogue=BENCH), compute_level(part, catalogue=BENCH))
    assert [(cause.kind, cause.tasks) for cause in found.causes] == [("scores", 1)]
    assert found.causes[0].effects["level_2"] == pytest.approx(-60 * 0.5 / 2)
    assert found.causes[0].effects["level_3"] == pytest.approx(-60 / 2)  # what is incomplete cannot win


def test_an_infinite_level_is_refused() -> None:
    other = replace(PAPER, name="raw", points=lambda _, values: values, wins=lambda compared: compared.values > 0)
    rain = "image.generation.image-deraining"
    first, second = (compute_level({rain: value}, rules=other) for value in (30.0, float("inf")))
    with pytest.raises(InvalidInput, match="an infinite level cannot be compared"):
        diff(first, second)


column = st.lists(st.one_of(st.none(), st.floats(0, 100).map(lambda x: round(x, 3))), min_size=4, max_size=4)


@given(column, column, st.sampled_from(["zero", "skip"]), st.sampled_from(["zero", "skip"]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_laws(one, other, policy, second_policy, strict) -> None:
    def report(values, missing: str, references: str | None) -> LevelReport:
        scores = dict(zip(BENCH.ids, values, strict=True))
        # Percent, said: a column of ones and noughts beside larger references is refused as fractions.
        return compute_level(scores, catalogue=BENCH, missing=missing, references=references, unit="percent")

    first, second = report(one, policy, None), report(other, second_policy, "strict" if strict else None)
    there, back = diff(first, second), diff(second, first)
    added_up(there)
    for cause, opposite in zip(there.causes, back.causes, strict=True):
        for name in LEVELS:
            assert cause.effects[name] == pytest.approx(-opposite.effects[name], abs=1e-9)
    for kind, by in (("scores", "by_score"), ("references", "by_reference")):
        for cause in there.causes:
            if cause.kind == kind:
                for name in LEVELS:
                    total = sum(getattr(task, by)[name] for task in there.tasks)
                    assert total == pytest.approx(cause.effects[name], abs=1e-9)
    flipped = first.basis.won != second.basis.won
    assert [task.task for task in there.flips] == [BENCH.ids[place] for place in np.flatnonzero(flipped)]


def test_two_models_over_all_tasks_add_up() -> None:
    bench, rng = general_bench(), np.random.default_rng(3)
    values = bench.reference_set().values
    percent = np.array([task.unit == "percent" for task in bench])
    reports = []
    for references in ("paper-v1", "released-2025-07"):
        moved = np.where(percent, np.clip(values + rng.normal(0, 8, len(bench)), 0, 100), values)
        moved[rng.random(len(bench)) < 0.2] = np.nan
        reports.append(compute_level(ScoreTable(bench.ids, moved), references=references))
    found = diff(*reports)
    added_up(found)
    assert len(found.tasks) > 500

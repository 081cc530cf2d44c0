"""Saved reports and their verification: what is written reads back, and each kind of change has its effect."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generallevel import Catalogue, LevelReport, ReferenceSet, ScoreTable, compute_level, general_bench, published
from generallevel.analysis.certificates.saved_reports import certificate, restored, saved_report
from generallevel.analysis.certificates.verification import verify
from generallevel.errors import BadTable, DuplicateName, InvalidInput, UnsafeFile
from generallevel.evaluation import LEVELS
from generallevel.rules import PAPER

ACTIONS, RAIN = "image.comprehension.human-action-recognition", "image.generation.image-deraining"
SPORTS = "image.comprehension.sports-image-classification"


@pytest.fixture(scope="module")
def plain() -> LevelReport:
    return compute_level(published("GPT4o")["GPT4o", "image"].scores, model="GPT4o", references="paper-v1")


@pytest.fixture(scope="module")
def special() -> LevelReport:
    """A table with everything that a plain report leaves out: shares of items, references of its own, an infinity."""
    table = ScoreTable(
        (ACTIONS, SPORTS, RAIN),
        np.array([90.0, 60.0, np.inf]),
        "mine",
        columns={"n": (100, 200, None), "n_scored": (100, 150, None), "sota": (95.0, None, None)},
    )
    return compute_level(table, missing="skip", scope="B:image")


def levels(report: LevelReport) -> list[float | None]:
    return [getattr(report, name) for name in LEVELS]


@pytest.mark.parametrize("name", ["plain", "special"])
def test_a_certificate_reads_back_to_the_same_level(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = request.getfixturevalue(name)
    document = certificate(report)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
    for source in (document, json.dumps(document), path, str(path), report):
        saved = saved_report(source)
        again = restored(saved)
        assert saved.intact
        assert levels(again) == levels(report)
        assert (again.level, again.signature, again.tasks) == (report.level, report.signature, report.tasks)
        assert verify(source).changes == ()


def test_a_plain_report_reads_back_to_the_same_level(plain: LevelReport) -> None:
    found = verify(plain.to_json())
    assert found.holds
    assert found.changes == ()
    assert levels(found.report) == levels(plain)
    assert saved_report(plain.to_dict()).intact is None
    assert str(found).startswith("GPT4o: computed again, and the same")


def test_what_a_plain_report_does_not_hold_is_said(special: LevelReport) -> None:
    kinds = {change.kind: change.message for change in verify(special.to_json()).changes}
    assert "which a certificate holds and a plain report does not" in kinds["scores"]


def test_a_certificate_holds_what_the_table_stated(special: LevelReport) -> None:
    held = certificate(special)["certificate"]
    assert held["stated"][SPORTS] == {"n": 200, "n_scored": 150}
    assert held["share"] == {SPORTS: 0.75}  # 150 of 200
    assert held["own_references"] == [ACTIONS]


def test_own_tasks_and_references() -> None:
    shared = {"metric": "accuracy", "unit": "percent", "better": "higher"}
    rows = [
        {"task": "see", "modality": "image", "paradigm": "comprehension", **shared, "reference": 50.0},
        {"task": "draw", "modality": "image", "paradigm": "generation", **shared, "reference": 60.0},
    ]
    bench = Catalogue.from_rows(rows, name="Mine")
    report = compute_level({"see": 55.0, "draw": 70.0}, catalogue=bench)
    assert verify(report.to_json(), catalogue=bench).holds
    with pytest.raises(InvalidInput, match=r"about the benchmark Mine:.*pass catalogue= with its tasks"):
        verify(certificate(report))
    kinds = {change.kind for change in verify(certificate(report), catalogue=general_bench()).changes}
    assert "catalogue" in kinds  # General-Bench has none of these tasks
    moved = Catalogue.from_rows([rows[0], {**rows[1], "reference": 80.0}], name="Mine")
    found = verify(report.to_json(), catalogue=moved)
    assert [(change.kind, change.task) for change in found.changes] == [("references", bench.ids[1])]
    # Lost against 80: Level-3 = (55 + 0) / 2 in place of (55 + 70) / 2, and Level-4 = 0 in place of 2*55*70/125 = 61.6.
    assert found.effects["references"]["level_3"] == pytest.approx(-35.0)
    assert found.effects["references"]["level_4"] == pytest.approx(-61.6)
    assert found.level == 3
    given = compute_level({"see": 55.0}, catalogue=bench, references={"see": 10.0})
    assert verify(given.to_json(), catalogue=bench).holds


class TestChanges:
    @pytest.fixture
    def document(self, plain: LevelReport) -> dict:
        return copy.deepcopy(certificate(plain))

    def kinds(self, document: dict) -> list[str]:
        return [change.kind for change in verify(document).changes]

    def test_a_level_that_was_edited(self, document: dict, plain: LevelReport) -> None:
        document["level_3"] = 99.0
        found = verify(document)
        assert [change.kind for change in found.changes] == ["content", "formulas"]
        assert found.effects["formulas"]["level_3"] == pytest.approx(plain.level_3 - 99.0)
        assert not found.holds
        assert "not what was saved" in str(found)

    def test_a_score_that_was_edited(self, document: dict) -> None:
        row = next(row for row in document["tasks"] if row["task"] == ACTIONS)
        row["score"] = 10.0  # from a win to a loss; the saved points and wins stay
        found = verify(document)
        assert [change.kind for change in found.changes] == ["content", "scores", "curves", "gate"]
        # One of 271 tasks of image comprehension, one of 2 sides, one of 4 modalities: 80.1 points less, and 90.1 won.
        assert found.effects["curves"]["level_2"] == pytest.approx(-80.1 / 271 / 2 / 4)
        assert found.effects["curves"]["level_3"] == pytest.approx(-90.1 / 271 / 2 / 4)

    def test_a_reference_that_has_changed_since(self, document: dict, plain: LevelReport) -> None:
        row = next(row for row in document["tasks"] if row["task"] == ACTIONS)
        row["reference"], row["won"] = 95.0, False  # as if the set had said so then
        document["level_3"] = plain.level_3 - 90.1 / 271 / 2 / 4
        found = verify(document)
        assert [change.kind for change in found.changes] == ["content", "references"]
        assert found.changes[1].message == "the reference was 95 and is 82.3"
        assert found.effects["references"]["level_3"] == pytest.approx(90.1 / 271 / 2 / 4)
        assert abs(found.effects["formulas"]["level_3"]) < 1e-9

    def test_effects_add_up(self, document: dict, plain: LevelReport) -> None:
        document["level_2"] = 1.0
        document["tasks"][0]["score"] = 3.0
        document["tasks"][1]["reference"] = 99.0
        found = verify(document)
        for name in LEVELS:
            assert sum(levels[name] for levels in found.effects.values()) == pytest.approx(
                found.now[name] - found.saved[name], abs=1e-12
            )

    def test_another_version(self, document: dict) -> None:
        document["signature"] = document["signature"].rsplit("|", 1)[0] + "|v:0.0.1"
        del document["certificate"]
        found = verify(document)
        assert self.kinds(document) == ["version"]
        assert found.holds
        assert "made by generallevel 0.0.1" in str(found)

    def test_a_task_that_means_something_else(self, document: dict) -> None:
        del document["certificate"]
        document["tasks"][0]["metric"] = "bleu_1"
        assert [str(change) for change in verify(document).changes] == [
            f"catalogue: {document['tasks'][0]['task']}: metric was 'bleu_1' and is 'accuracy'"
        ]

    def test_tasks_that_came_or_went(self, document: dict) -> None:
        del document["certificate"]
        gone, document["tasks"][3]["task"] = document["tasks"][3]["task"], "image.comprehension.no-longer"
        changes = [change for change in verify(document).changes if change.kind == "catalogue"]
        assert [(change.task, change.message) for change in changes] == [
            ("image.comprehension.no-longer", "the task is no longer in the scope"),
            (gone, "the task was not in the scope"),
        ]

    def test_plain_data(self, document: dict) -> None:
        document["tasks"][0]["score"] = 3.0
        text = json.dumps(verify(document).to_dict(), allow_nan=False)
        assert json.loads(text)["holds"] is False


class TestRefused:
    def test_other_rules(self, plain: LevelReport) -> None:
        other = compute_level({RAIN: 41.2}, rules=replace(PAPER, name="mine"))
        with pytest.raises(InvalidInput, match="made under the rules 'mine', and these are 'paper': pass rules="):
            verify(other.to_json())
        assert verify(other.to_json(), rules=replace(PAPER, name="mine")).holds

    @pytest.mark.parametrize(
        ("text", "error", "match"),
        [
            ("{}", BadTable, "is no saved report: it lacks scope, references"),
            ("{", BadTable, "not JSON"),
            ('{"a": 1, "a": 2}', DuplicateName, "twice"),
            ('{"a": ' + "[" * 100_000, BadTable, "nested too deep"),
        ],
    )
    def test_texts(self, text: str, error: type[Exception], match: str) -> None:
        with pytest.raises(error, match=match):
            verify(text)

    @pytest.mark.parametrize(
        ("change", "match"),
        [
            ({"tasks": []}, "not a list of rows"),
            ({"tasks": [{"task": "a"}, {"task": "a"}]}, "a task stands twice"),
            ({"tasks": [{"task": "a", "score": "many"}]}, "a, score is 'many', which is no number"),
            ({"tasks": [{"task": "a", "score": float("nan")}]}, "no number"),
            ({"level_2": True}, "level_2 is True, which is no number"),
            ({"certificate": {"format": 2}}, "another format than 1"),
        ],
    )
    def test_documents(self, plain: LevelReport, change: dict, match: str) -> None:
        with pytest.raises(BadTable, match=match):
            saved_report(plain.to_dict() | change)

    def test_things_and_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(InvalidInput, match="int is no saved report"):
            verify(3)
        with pytest.raises(BadTable, match="there is no file"):
            verify(tmp_path / "none.json")
        path = tmp_path / "big.json"
        path.write_bytes(b"\xff\xfe{}")
        with pytest.raises(BadTable, match="not UTF-8"):
            verify(path)
        monkeypatch.setattr("generallevel.analysis.certificates.saved_reports.BIGGEST", 2)
        with pytest.raises(UnsafeFile, match="larger than"):
            verify(path)


def test_a_set_of_ones_own_with_a_packaged_ones_figures_inside_the_scope() -> None:
    bench = general_bench()
    values = bench.reference_set("paper-v1").values.copy()
    own = ReferenceSet("mine", values, bench.ids)
    report = compute_level({RAIN: 30.0}, references=own)
    again = verify(report.to_json())
    assert again.holds
    assert again.report.references == "mine"

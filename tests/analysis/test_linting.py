"""Each code of the linter fires on the table that it is about, and on no clean one."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import generallevel
from generallevel.analysis import CODES, linting
from generallevel.benchmark import general_bench

SOURCES = Path(generallevel.__file__).parent
DERAINING = "image.generation.image-deraining"
CHAMFER = "3d.generation.3d-point-cloud-completion"


def codes(scores: object, **options: object) -> set[str]:
    return {finding.code for finding in generallevel.lint(scores, **options)}


def test_a_clean_table_has_nothing_to_be_said() -> None:
    assert generallevel.lint({"Sports Image Classification": 72.8, DERAINING: 31.2}) == []


@pytest.mark.parametrize(
    ("code", "scores"),
    [
        ("item-count", {DERAINING: {"score": 30.0, "n": 7}}),
        ("item-count", {DERAINING: {"score": 30.0, "n_scored": 7}}),
        ("unknown-task", {"Image Deraning Nowhere": 1.0}),
        ("ambiguous-task", {"AudioCaps": 30.0}),
        ("duplicate-task", {DERAINING: 30.0, "Image Deraining": 31.0}),
        ("impossible-value", {"Sports Image Classification": 250.0}),
        ("not-a-number", {DERAINING: float("nan")}),
        ("unusable-table", {"": 1.0}),
        ("unit-unknown", {CHAMFER: 0.2}),
        ("unit-doubt", {CHAMFER: 217.0}),
        ("perfect-error", {"image.generation.edge-to-image-generation": 0.0}),
        ("near-saturated", {"3d.generation.text-to-3d-motion-generation": 0.2}),
        ("clipped", {"video.comprehension.video-semantic-role-labeling": 130.0}),
        ("unresolved-protocol", {CHAMFER: 0.2}),
        ("doubtful-reference", {"language.analogical-reasoning": 80.0}),
    ],
)
def test_a_code_fires_on_its_table(code: str, scores: dict[str, object]) -> None:
    assert code in codes(scores)
    assert code in CODES


def test_a_tie_at_printed_precision_says_who_won() -> None:
    reference = generallevel.reference_set()[DERAINING]
    (above,) = (f for f in generallevel.lint({DERAINING: reference + 0.001}) if f.code == "tie-at-printed-precision")
    (below,) = (f for f in generallevel.lint({DERAINING: reference - 0.001}) if f.code == "tie-at-printed-precision")
    assert above.message.startswith("won by 0.001")
    assert below.message.startswith("lost by 0.001")
    assert "tie-at-printed-precision" not in codes({DERAINING: reference})
    assert "tie-at-printed-precision" not in codes({DERAINING: reference + 0.1})


def test_a_whole_column_of_fractions_is_an_error_and_one_cell_of_them_a_warning() -> None:
    images = [task.id for task in general_bench() if task.group == "image.comprehension" and task.metric == "accuracy"]
    audio = [task.id for task in general_bench() if task.group == "audio.comprehension" and task.metric == "accuracy"]
    fractions = dict.fromkeys(images[:5], 0.5)
    (whole,) = (finding for finding in generallevel.lint(fractions) if finding.code == "unit-mismatch")
    assert whole.severity == "error"
    assert "pass unit='fraction'" in whole.message
    mixed = fractions | dict.fromkeys(audio[:5], 50.0)
    (part,) = (finding for finding in generallevel.lint(mixed) if finding.code == "unit-mismatch")
    assert part.severity == "warning"
    assert "image.comprehension" in part.message
    assert "unit-mismatch" not in codes(fractions, unit="fraction")


def test_a_number_of_items_that_is_accounted_for_is_no_finding() -> None:
    every = general_bench().resolve(DERAINING).instances or 0
    for said in ({"n": every}, {"n_scored": every}, {"n": 7, "split": "closed"}, {"n": every, "n_scored": 7}):
        assert "item-count" not in codes({DERAINING: {"score": 30.0, **said}})


@pytest.mark.parametrize(
    ("references", "code"),
    [
        ({DERAINING: 31.0, "Sports Image Classification": 250.0}, "impossible-value"),
        (dict.fromkeys([task.id for task in general_bench() if task.metric == "accuracy"][:3], 0.5), "unit-mismatch"),
    ],
)
def test_references_that_cannot_be_are_listed_once_and_raise_nothing(references: dict[str, float], code: str) -> None:
    errors = [f.code for f in generallevel.lint({DERAINING: 30.0}, references=references) if f.severity == "error"]
    assert errors == [code]


def test_findings_come_worst_first_and_as_plain_data() -> None:
    findings = generallevel.lint({"nowhere": 1.0, CHAMFER: 0.2, "language.analogical-reasoning": 80.0})
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities, key=("error", "warning", "info").index)
    assert set(findings[0].to_dict()) == {"code", "severity", "message", "task", "fix"}


def test_a_problem_does_not_hide_what_else_is_to_be_said() -> None:
    assert {"unknown-task", "unit-unknown"} <= codes({"nowhere": 1.0, CHAMFER: 0.2})


def test_tasks_outside_the_scope_are_not_spoken_of() -> None:
    assert codes({CHAMFER: 0.2}, scope="B:image") == set()


def test_every_code_in_the_sources_is_explained() -> None:
    said: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and node.args:
                assert isinstance(node.args[0], ast.Constant) or path.name in ("aligned.py", "packing.py")
                if isinstance(node.args[0], ast.Constant):
                    said.add(str(node.args[0].value))
    from generallevel.alignment.aligned import CODES as PROBLEMS

    assert said | set(PROBLEMS.values()) | {"unusable-table"} == set(CODES)
    assert inspect.getdoc(linting)


class TestCanaries:
    @pytest.mark.parametrize("scope", ["A", "B:image+video", "B:3d", "C:audio.generation", "D:#I-C-1"])
    @pytest.mark.parametrize("references", ["released-2025-07", "paper-v1"])
    def test_they_hold_on_general_bench(self, scope: str, references: str) -> None:
        assert [canary.holds for canary in generallevel.canaries(scope=scope, references=references)] == [True] * 4

    def test_the_reference_scores_what_is_known(self) -> None:
        reference = next(canary for canary in generallevel.canaries() if canary.name == "reference")
        assert round(reference.report.level_2, 2) == 62.90
        assert round(reference.report.level_4 or 0.0, 2) == 61.46

    def test_a_direction_read_the_wrong_way_round_kills_a_canary(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from generallevel.evaluation import grid

        on = grid(general_bench())
        wrong = on.normaliser.higher.copy()
        wrong[np.flatnonzero(~wrong)[0]] = True
        monkeypatch.setitem(on.normaliser.__dict__, "higher", wrong)
        failed = [finding for finding in generallevel.lint({}) if finding.code == "canary-failed"]
        assert [finding.severity for finding in failed] == ["error"] * len(failed)
        assert any("'swapped'" in finding.message for finding in failed)

"""From names to tasks, and what the optional columns of a table add."""

from __future__ import annotations

import pytest

from generallevel import Catalogue, ScoreTable, compute_level
from generallevel.alignment import align
from generallevel.errors import (
    AmbiguousName,
    DuplicateName,
    ImpossibleValue,
    NotFinite,
    UnitMismatch,
    UnknownName,
    UnknownTask,
)
from generallevel.evaluation import grid
from generallevel.level_report import LevelReport

SPORTS, ACTION = "image.comprehension.sports-image-classification", "image.comprehension.human-action-recognition"
SKETCH = "image.comprehension.sketch-to-html-code-generation"  # BLEU-1


def codes(report: LevelReport) -> list[str]:
    return [finding.code for finding in report.findings]


def row_of(report: LevelReport, task: str) -> dict[str, object]:
    return next(row for row in report.tasks if row["task"] == task)


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [SPORTS, SPORTS.upper(), "Sports Image Classification", "sports-image  CLASSIFICATION", "Sports Image Cls"],
    )
    def test_any_name_of_the_task(self, name: str) -> None:
        assert row_of(compute_level({name: 72.8}), SPORTS)["score"] == 72.8

    def test_an_unknown_name_gets_an_offer(self) -> None:
        with pytest.raises(
            UnknownTask, match=r"General-Bench has no task 'Sport Image Classificaton'\. Did you mean '"
        ):
            compute_level({"Sport Image Classificaton": 72.8})

    def test_many_unknown_names_are_counted(self) -> None:
        with pytest.raises(UnknownTask, match=r"mapping: 40 rows cannot be used:(\n.*){5}\n  and 35 more$"):
            compute_level({f"my task {number}": 1.0 for number in range(40)})

    def test_a_known_name_does_not_hide_an_unknown_one(self) -> None:
        with pytest.raises(UnknownTask, match="'nowhere'"):
            compute_level({SPORTS: 1.0, "nowhere": None})

    @pytest.mark.parametrize("name", ["AudioCaps", "Emotion Recog"])
    def test_a_shared_name_lists_every_task(self, name: str, bench: Catalogue) -> None:
        sharing = [task.id for task in bench if name in (task.name, task.short_name, task.paper_name)]
        assert len(sharing) == 2
        with pytest.raises(AmbiguousName, match=f"{name!r} is the name of 2 tasks") as caught:
            compute_level({name: 1.0})
        assert all(task in str(caught.value) for task in sharing)

    def test_a_sheet_tells_shared_names_apart(self, bench: Catalogue) -> None:
        sharing = [task for task in bench if task.short_name == "Emotion Recog"]
        assert len({task.sheet for task in sharing}) == 2
        rows = [{"task": "Emotion Recog", "score": 1.5 + n, "sheet": task.sheet} for n, task in enumerate(sharing)]
        report = compute_level(rows)
        assert [row_of(report, task.id)["score"] for task in sharing] == [1.5, 2.5]

    def test_the_wrong_sheet(self) -> None:
        with pytest.raises(UnknownTask, match=r"no task .* on sheet NLP; it has .*Is the row on the wrong sheet\?"):
            compute_level([{"task": "Sports Image Classification", "score": 1.0, "sheet": "NLP"}])
        with pytest.raises(UnknownName, match=r"no sheet 'Imag-Comprehension'\. Did you mean"):
            compute_level([{"task": "Sports Image Classification", "score": 1.0, "sheet": "Imag-Comprehension"}])

    def test_two_names_of_one_task(self) -> None:
        said = rf"task {SPORTS} is given twice: 'Sports Image Cls' and 'Sports Image Classification'\. Keep one\."
        with pytest.raises(DuplicateName, match=said):
            compute_level({"Sports Image Cls": 70.0, "Sports Image Classification": None})

    def test_the_order_of_rows_means_nothing(self, bench: Catalogue) -> None:
        scores = dict(zip(bench.ids, bench.reference_set().values.tolist(), strict=True))
        reverse = dict(reversed(scores.items()))
        assert compute_level(scores).to_dict() == compute_level(reverse).to_dict()


class TestOwnReferences:
    def test_one_stands_in_place_of_the_sets(self) -> None:
        report = compute_level({SPORTS: {"score": 45.0, "sota": 44.0}, ACTION: 80.0})
        assert (report.wins, row_of(report, SPORTS)["reference"]) == (1, 44.0)
        (found,) = report.findings
        assert (found.code, found.severity, found.task) == ("reference-overridden", "info", SPORTS)
        assert found.message == "the table's own reference 44 stands in place of 49.8"

    def test_it_is_in_the_unit_of_its_row(self) -> None:
        in_row = compute_level({SPORTS: {"score": 0.57, "sota": 0.57, "unit": "fraction"}})
        in_table = compute_level({SPORTS: {"score": 0.57, "sota": 0.57}}, unit="fraction")
        for report in (in_row, in_table):
            assert (report.wins, row_of(report, SPORTS)["reference"]) == (1, 57.0)
        lost = compute_level({SPORTS: {"score": 0.56, "sota": 0.57, "unit": "fraction"}})
        assert lost.wins == 0

    def test_it_counts_under_every_set_and_in_the_ceiling(self) -> None:
        report = compute_level({SPORTS: {"score": 45.0, "sota": 44.0}})
        assert {levels["level"] for levels in report.levels_by_reference.values()} == {3}
        plain = compute_level({SPORTS: 45.0})
        assert (report.ceiling["level_2"] or 0) - (plain.ceiling["level_2"] or 0) == pytest.approx(
            (44.0 - 49.8) / 271 / 2 / 4
        )

    def test_the_signature_tells(self) -> None:
        signatures = {
            compute_level(scores, references=references).signature
            for scores in (
                {SPORTS: 45.0},
                {SPORTS: {"score": 45.0, "sota": 44.0}},
                {SPORTS: {"score": 45.0, "sota": 46.0}},
            )
            for references in (None, {SPORTS: 40.0}, {SPORTS: 50.0}, {SPORTS: 50.0, ACTION: 20.0})
        }
        # With an own reference two mappings of this one task are the same references.
        assert len(signatures) == 4 + 3 + 3

    def test_on_a_missing_score_it_wins_nothing(self) -> None:
        report = compute_level({SPORTS: {"score": None, "sota": 0.0}})
        assert (report.wins, report.supported, row_of(report, SPORTS)["reference"]) == (0, 0, 0.0)

    def test_what_cannot_be_one(self) -> None:
        with pytest.raises(ImpossibleValue, match=rf"task {SPORTS}, its own reference: accuracy = 250 is outside"):
            compute_level({SPORTS: {"score": 45.0, "sota": 250.0}})
        with pytest.raises(NotFinite, match="its own reference is inf"):
            compute_level({"Face Image Inpainting": {"score": 45.0, "sota": "inf"}})
        with pytest.raises(UnitMismatch, match="'dB' cannot be turned into 'percent'"):
            compute_level({SPORTS: {"score": None, "sota": 4.0, "unit": "dB"}})


class TestIncompleteItems:
    def test_points_count_by_the_share_and_cannot_win(self) -> None:
        report = compute_level({SPORTS: {"score": 90.0, "n": 500, "n_scored": 125}})
        row = row_of(report, SPORTS)
        assert (row["normalised"], row["score"], row["won"]) == (90.0 * 125 / 500, 90.0, False)
        assert row["why_not"] == "scored on 25.0% of its items"
        assert report.level_2 == pytest.approx(22.5 / 271 / 2 / 4)
        assert codes(report) == ["incomplete-items"]
        assert "125 of 500 items" in report.findings[0].message

    def test_all_items_or_an_unknown_number_change_nothing(self) -> None:
        plain = compute_level({SPORTS: 90.0})
        for columns in ({"n": 500, "n_scored": 500}, {"n": 500}, {"n_scored": 125}):
            report = compute_level({SPORTS: {"score": 90.0, **columns}})
            assert (report.level_3, report.wins, report.findings) == (plain.level_3, 1, [])

    def test_no_item_at_all(self) -> None:
        report = compute_level({SPORTS: {"score": 90.0, "n": 500, "n_scored": 0}})
        assert (report.level_2, report.level) == (0.0, 1)

    def test_the_share_is_in_the_signature(self) -> None:
        half = compute_level({SPORTS: {"score": 90.0, "n": 500, "n_scored": 250}})
        assert half.signature != compute_level({SPORTS: 90.0}).signature

    def test_a_missing_score_is_made_of_nothing(self) -> None:
        assert codes(compute_level({SPORTS: {"score": None, "n": 500, "n_scored": 0}})) == []


class TestSplits:
    @pytest.mark.parametrize("split", ["open", "closed", "quick"])
    def test_another_split_than_the_references(self, split: str) -> None:
        report = compute_level({SPORTS: {"score": 90.0, "split": split}, ACTION: {"score": 1.0, "split": "full"}})
        (found,) = report.findings
        assert (found.code, found.severity, found.task) == ("split-mismatch", "warning", None)
        assert f"from the split {split}" in found.message

    def test_the_full_split_and_a_missing_score_say_nothing(self) -> None:
        rows = {SPORTS: {"score": 90.0, "split": "full"}, ACTION: {"score": None, "split": "open"}}
        assert codes(compute_level(rows)) == []


class TestMetricColumn:
    @pytest.mark.parametrize("label", ["Acc", "acc", "Accuracy", "accuracy", "ACC"])
    def test_any_spelling_of_the_tasks_metric(self, label: str) -> None:
        assert codes(compute_level({SPORTS: {"score": 1.0, "metric": label}})) == []

    @pytest.mark.parametrize("label", ["F1", "BLEU-1", "FID", "vibes"])
    def test_another_metric_is_told(self, label: str) -> None:
        report = compute_level([{"task": SPORTS, "score": 1.0, "metric": label}])
        (found,) = report.findings
        assert (found.code, found.severity, found.task) == ("metric-mismatch", "error", SPORTS)
        assert f"rows, row 1: the table says {label!r}, and the reference is accuracy ('Acc')" in found.message

    def test_the_label_of_each_task_is_its_own(self, bench: Catalogue) -> None:
        table = ScoreTable(
            bench.ids, bench.reference_set().values, columns={"metric": tuple(task.label for task in bench)}
        )
        assert "metric-mismatch" not in codes(compute_level(table))

    def test_a_label_that_metrics_share(self, bench: Catalogue) -> None:
        for task in bench:
            if task.metric in ("ap50", "mask_ap50", "keypoint_ap50"):
                assert "metric-mismatch" not in codes(compute_level({task.id: {"score": 5.0, "metric": "AP50"}}))

    def test_a_missing_score_contradicts_nothing(self) -> None:
        assert codes(compute_level({SPORTS: {"score": None, "metric": "FID"}})) == []


def test_findings_outside_the_scope_are_left_out() -> None:
    rows = {SPORTS: {"score": 1.0, "metric": "FID"}, ACTION: 5.0}
    assert codes(compute_level(rows, scope="B:audio")) == []
    assert codes(compute_level(rows, scope="B:image")) == ["metric-mismatch"]


def test_aligning_raises_nothing_that_a_row_holds(bench: Catalogue) -> None:
    rows = {
        "nowhere": 1.0, "AudioCaps": 2.0, SPORTS: 250.0, "Sports Image Cls": 3.0, ACTION: {"score": 1.0, "unit": "dB"},
        SKETCH: {"score": 1.0, "sota": 250.0},
    }  # fmt: skip
    aligned = align(ScoreTable.from_mapping(rows), bench, grid(bench).normaliser, bench.reference_set())
    found = [problem.finding() for problem in aligned.problems]
    assert {finding.severity for finding in found} == {"error"}
    assert [finding.code for finding in found] == [
        "unknown-task", "ambiguous-task", "duplicate-task", "unit-mismatch", "impossible-value", "impossible-value",
    ]  # fmt: skip

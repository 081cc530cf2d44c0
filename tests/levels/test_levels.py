"""Known answers: the reference column, the published cells, scopes, policies and references of one's own."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from generallevel import (
    Catalogue,
    ReferenceSet,
    ScoreTable,
    compute_level,
    compute_levels,
    published,
)
from generallevel.benchmark.printed import TOLERANCE
from generallevel.errors import (
    BadTable,
    DuplicateName,
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    MissingScore,
    NotFinite,
    UnknownReferenceSet,
    UnknownScope,
    UnknownTask,
)
from generallevel.evaluation import LEVELS

SPORTS, ACTION = "image.comprehension.sports-image-classification", "image.comprehension.human-action-recognition"
RAIN, INPAINT = "image.generation.image-deraining", "image.generation.face-image-inpainting"
SETS = ("released-2025-07", "paper-v1")


def column(bench: Catalogue, references: str = "released-2025-07") -> dict[str, float]:
    return dict(zip(bench.ids, bench.reference_set(references).values.tolist(), strict=True))


class TestReferenceColumn:
    def test_released(self, bench: Catalogue) -> None:
        report = compute_level(column(bench))
        assert round(report.level_2, 2) == 62.90
        assert round(report.level_4 or 0.0, 2) == 61.46
        assert report.level_3 == report.level_2
        assert (report.wins, report.supported, report.total, report.coverage) == (699, 699, 699, 1.0)
        assert report.level == 5
        assert report.ceiling == {name: getattr(report, name) for name in LEVELS}

    def test_paper(self, bench: Catalogue) -> None:
        report = compute_level(column(bench, "paper-v1"), references="paper-v1")
        assert round(report.level_2, 2) == 62.90
        assert round(report.level_4 or 0.0, 2) == 61.46
        assert (report.wins, report.level) == (699, 5)
        # Only language differs by more than rounding: means of 77.95 and 62.60.
        released = compute_level(column(bench))
        assert report.level_2 == pytest.approx(released.level_2, abs=0.01)
        assert (report.s_l or 0.0) - (released.s_l or 0.0) == pytest.approx(77.95 - 62.60, abs=2.0)

    def test_one_float_below_every_reference_wins_nothing(self, bench: Catalogue) -> None:
        signs = np.array([-np.inf if task.better == "higher" else np.inf for task in bench])
        values = np.nextafter(bench.reference_set().values, signs)
        report = compute_level(ScoreTable(bench.ids, values))
        assert (report.wins, report.level) == (0, 2)
        assert report.level_2 == pytest.approx(62.90, abs=0.01)


class TestPublishedCells:
    @pytest.mark.parametrize("references", SETS)
    @pytest.mark.parametrize("key", list(published()), ids="-".join)
    def test_levels_are_within_what_rounding_allows(self, key: tuple[str, str], references: str) -> None:
        cell = published()[key]
        report = compute_level(cell.scores, references=references)
        for name, printed in cell.levels.items():
            assert abs(report.modalities[cell.modality][name] - printed) <= TOLERANCE == 0.011, name

    @pytest.mark.parametrize("key", list(published()), ids="-".join)
    def test_the_integer_level_stands_under_both_sets(self, key: tuple[str, str]) -> None:
        cell = published()[key]
        expected = 2 if cell.levels["level_3"] == 0 else 3 if cell.levels["level_4"] == 0 else 4
        report = compute_level(cell.scores)
        assert {name: levels["level"] for name, levels in report.levels_by_reference.items()} == {
            "released-2025-07": expected,
            "paper-v1": expected,
        }
        for name in SETS:
            other = compute_level(cell.scores, references=name)
            assert report.levels_by_reference[name] == {"level": other.level} | {k: getattr(other, k) for k in LEVELS}


class TestScopes:
    def test_a_by_hand(self) -> None:
        report = compute_level({SPORTS: 72.8, ACTION: 10.0, RAIN: 0.0})
        s_c = 72.8 / 271
        assert report.modalities["image"]["s_c"] == pytest.approx(s_c, rel=1e-14)
        assert report.level_2 == pytest.approx(((72.8 + 10.0) / 271 + 0 / 45) / 2 / 4, rel=1e-14)
        assert report.level_3 == pytest.approx(s_c / 2 / 4, rel=1e-14)
        assert (report.level_4, report.level_5, report.level) == (0.0, 0.0, 3)
        assert (report.total, report.wins, report.supported) == (699, 1, 3)

    def test_b_divides_by_the_named_modalities_and_takes_language_along(self, bench: Catalogue) -> None:
        scores = column(bench)
        everything, two = compute_level(scores), compute_level(scores, scope="b: video + image")
        assert two.scope == "B:image+video"
        assert list(two.modalities) == ["image", "video"]
        for name in ("level_2", "level_3", "level_4"):
            parts = [everything.modalities[modality][name] for modality in ("image", "video")]
            assert getattr(two, name) == pytest.approx(sum(parts) / 2, rel=1e-14)
        assert two.level_5 == pytest.approx((two.level_4 or 0) * (two.s_l or 0) / 100, rel=1e-14)
        assert two.total == 271 + 45 + 126 + 46 + 115

    def test_c_and_d_take_the_plain_mean_and_reach_level_3(self) -> None:
        report = compute_level({SPORTS: 72.8, ACTION: 10.0}, scope="D:#I-C-1")
        assert report.level_2 == pytest.approx((72.8 + 10.0 + 0) / 3, rel=1e-14)
        assert report.level_3 == pytest.approx(72.8 / 3, rel=1e-14)
        assert (report.level_4, report.level_5, report.modalities, report.s_l) == (None, None, {}, None)
        assert report.ceiling["level_4"] is None
        assert report.level == 3
        one = compute_level({SPORTS: 72.8, RAIN: 30.0}, scope="C:image.comprehension")
        assert one.level_2 == pytest.approx(72.8 / 271, rel=1e-14)
        assert (one.total, one.supported) == (271, 1)
        assert {row["modality"] for row in one.tasks} == {"image"}

    def test_all_levels_by_reference_know_what_is_out_of_reach(self) -> None:
        report = compute_level({SPORTS: 72.8}, scope="C:image.comprehension")
        for levels in (*report.levels_by_reference.values(), report.levels_without_doubtful_units):
            assert (levels["level"], levels["level_4"], levels["level_5"]) == (3, None, None)

    @pytest.mark.parametrize("scope", ["Z", "B:", "B:image+taste", "C:image", "D:#X-9", "A-quick", 7, "B:language"])
    def test_what_is_no_scope(self, scope: object) -> None:
        with pytest.raises(UnknownScope, match=r"scope|task list"):
            compute_level({}, scope=scope)  # type: ignore[arg-type]


class TestMissing:
    SCORES = {SPORTS: 72.8, ACTION: None, RAIN: "failed"}  # noqa: RUF012

    def test_zero_stays_in_the_denominator(self) -> None:
        report = compute_level(self.SCORES)
        assert report.level_2 == pytest.approx(72.8 / 271 / 2 / 4, rel=1e-14)
        assert (report.supported, report.to_dict()["missing"], report.missing) == (1, 698, "zero")
        assert report.coverage == 1 / 699

    def test_skip_leaves_it(self) -> None:
        report = compute_level(self.SCORES, missing="skip")
        assert report.level_2 == pytest.approx(72.8 / 1 / 2 / 4, rel=1e-14)
        assert report.modalities["image"]["s_g"] == 0.0
        assert report.missing == "skip"

    def test_error_names_the_tasks_the_reasons_and_the_way_out(self) -> None:
        with pytest.raises(MissingScore, match=r"698 of 699 tasks have no score: .* and 693 more\. missing='zero'"):
            compute_level(self.SCORES, missing="error")
        with pytest.raises(MissingScore, match=rf"2 of 3 .*{ACTION} \(not given\).*; missing='skip'"):
            compute_level({SPORTS: 72.8, ACTION: None}, missing="error", scope="D:#I-C-1")

    def test_error_asks_only_for_the_scope(self, bench: Catalogue) -> None:
        inside = {task.id: 50.0 for task in bench if task.skill_code == "#I-C-1"}
        report = compute_level(inside, missing="error", scope="D:#I-C-1")
        assert (report.coverage, report.missing) == (1.0, "error")
        assert report.level_2 == 50.0

    def test_each_missing_task_says_why(self) -> None:
        why = {row["task"]: row["why_not"] for row in compute_level(self.SCORES).tasks}
        assert why[ACTION] == "no score: not given"
        assert why[RAIN] == "no score: failed"
        assert why[INPAINT] == "no score: not in the table"

    def test_no_such_policy(self) -> None:
        with pytest.raises(InvalidInput, match="missing = 'drop': wanted one of zero, skip, error"):
            compute_level({}, missing="drop")  # type: ignore[arg-type]

    def test_a_score_of_zero_is_not_missing(self) -> None:
        report = compute_level({SPORTS: 0.0})
        assert (report.supported, report.level_2, report.level) == (1, 0.0, 1)


class TestReferences:
    def test_no_such_set(self) -> None:
        with pytest.raises(UnknownReferenceSet, match=r"'paper'.*Did you mean 'paper-v1'\?.*released-2025-07"):
            compute_level({}, references="paper")

    @pytest.mark.parametrize("references", [["paper-v1"], 5, np.ones(699)])
    def test_what_is_no_set(self, references: object) -> None:
        with pytest.raises(InvalidInput, match="wanted the name of a set, a ReferenceSet or a mapping"):
            compute_level({}, references=references)  # type: ignore[arg-type]

    def test_a_mapping_and_a_set_of_ones_own(self, bench: Catalogue) -> None:
        given = {SPORTS: 70.0, ACTION: None}
        mine = ReferenceSet.from_mapping("mine", given, bench)
        as_mapping = compute_level({SPORTS: 70.0, ACTION: 99.0}, references=given)
        as_set = compute_level({SPORTS: 70.0, ACTION: 99.0}, references=mine)
        assert (as_mapping.references, as_set.references) == ("given", "mine")
        assert as_mapping.wins == as_set.wins == 1
        assert as_mapping.level_3 == as_set.level_3 == pytest.approx(70.0 / 271 / 2 / 4, rel=1e-14)
        assert list(as_set.levels_by_reference) == ["mine", *SETS]
        row = as_set.tasks[bench.index[ACTION]]
        assert (row["won"], row["reference"], row["margin"]) == (False, None, None)
        assert row["why_not"] == "mine has no reference for it"
        unknown = [finding for finding in as_set.findings if finding.code == "no-reference"]
        assert [finding.task for finding in unknown] == [ACTION]
        assert "cannot be won" in unknown[0].message

    def test_a_set_of_ones_own_under_a_packaged_name(self, bench: Catalogue) -> None:
        mine = ReferenceSet.from_mapping("paper-v1", {SPORTS: 70.0}, bench)
        with pytest.raises(InvalidInput, match="has a reference set 'paper-v1' already, with other values"):
            compute_level({SPORTS: 70.0}, references=mine)
        packaged = bench.reference_set("paper-v1")
        same = ReferenceSet("paper-v1", packaged.values, packaged.task_ids)
        assert (
            compute_level({SPORTS: 70.0}, references=same).signature
            == compute_level({SPORTS: 70.0}, references="paper-v1").signature
        )

    def test_a_set_of_another_catalogue(self, senses: Catalogue) -> None:
        with pytest.raises(InvalidInput, match="aligned to another catalogue than General-Bench"):
            compute_level({SPORTS: 70.0}, references=senses.reference_set())

    def test_what_cannot_be_a_reference(self) -> None:
        with pytest.raises(NotFinite, match="is nan"):
            compute_level({}, references={SPORTS: math.nan})
        with pytest.raises(BadTable, match="not a number"):
            compute_level({}, references={SPORTS: "70"})  # type: ignore[dict-item]
        with pytest.raises(UnknownTask, match="Did you mean"):
            compute_level({}, references={"Sport Image Classification": 70.0})

    def test_the_level_may_depend_on_the_set(self, bench: Catalogue) -> None:
        released, paper = (bench.reference_set(name).values for name in SETS)
        place = next(
            p
            for p, t in enumerate(bench)
            if t.modality == "language" and t.better == "higher" and released[p] < paper[p]
        )
        scores = {SPORTS: 99.0, RAIN: 60.0, bench.ids[place]: float(released[place] + paper[place]) / 2}
        report = compute_level(scores)
        assert {name: levels["level"] for name, levels in report.levels_by_reference.items()} == dict(
            zip(SETS, (5, 4), strict=True)
        )
        found = [finding for finding in report.findings if finding.code == "level-depends-on-references"]
        assert [finding.message for finding in found] == ["the level is 5 under released-2025-07, 4 under paper-v1"]
        assert found[0].severity == "warning"
        assert compute_level(scores, references="paper-v1").level == 4
        assert "level-depends-on-references" not in {f.code for f in compute_level({SPORTS: 99.0}).findings}

    def test_either_tie_counts_as_a_win(self) -> None:
        assert compute_level({SPORTS: 49.8, INPAINT: 10.0}, references={SPORTS: 49.8, INPAINT: 10.0}).wins == 2


class TestDoubtfulUnits:
    def test_rows_whose_unit_nobody_states_are_told_and_also_counted_lost(self, bench: Catalogue) -> None:
        doubtful = {task.id for task in bench if task.metric in ("epe", "chamfer_distance", "sad", "mse")}
        assert doubtful
        report = compute_level(column(bench))
        assert {finding.task for finding in report.findings if finding.code == "unit-unknown"} == doubtful
        lost = report.levels_without_doubtful_units
        assert lost["level_2"] == report.level_2
        assert lost["level_3"] < report.level_3
        by_hand = {name: value for name, value in column(bench).items() if name not in doubtful}
        other = compute_level(by_hand)
        assert lost["level_3"] == pytest.approx(other.level_3, rel=1e-13)
        assert lost["level_4"] == pytest.approx(other.level_4, rel=1e-13)

    def test_a_table_without_such_rows_loses_nothing(self) -> None:
        report = compute_level({SPORTS: 99.0, RAIN: 60.0})
        assert report.levels_without_doubtful_units == report.levels_by_reference["released-2025-07"]
        assert report.findings == []


class TestManyModels:
    def test_a_slip_names_its_model(self) -> None:
        with pytest.raises(UnknownTask, match=r"model 'second': General-Bench has no task 'nowhere'"):
            compute_levels({"first": {SPORTS: 1.0}, "second": {"nowhere": 2.0}})
        with pytest.raises(MissingScore, match=r"model 'first': 699 of 699 tasks have no score"):
            compute_levels({"first": {}}, missing="error")
        with pytest.raises(GeneralLevelError, match=f"model '{SPORTS}'"):
            compute_levels({SPORTS: 1.0})

    def test_what_is_no_mapping_of_models(self) -> None:
        with pytest.raises(InvalidInput, match="mapping of model names to scores, not a list"):
            compute_levels([{SPORTS: 1.0}])  # type: ignore[arg-type]
        assert compute_levels({}) == {}

    def test_each_has_its_own_columns(self) -> None:
        reports = compute_levels({
            "plain": {SPORTS: 70.0},
            "half": {SPORTS: {"score": 70.0, "n": 10, "n_scored": 5}},
            "own": {SPORTS: {"score": 70.0, "sota": 71.0}},
        })  # fmt: skip
        assert {name: report.wins for name, report in reports.items()} == {"plain": 1, "half": 0, "own": 0}
        assert reports["half"].level_2 == pytest.approx(reports["plain"].level_2 / 2)
        assert [report.model for report in reports.values()] == list(reports)


def test_levels_are_not_scores() -> None:
    with pytest.raises(InvalidInput, match="these are levels already"):
        compute_level(compute_level({SPORTS: 1.0}))


def test_two_names_of_one_task() -> None:
    with pytest.raises(DuplicateName, match=rf"task {SPORTS} is given twice: 'Sports Image Cls' and '{SPORTS}'"):
        compute_level({"Sports Image Cls": 70.0, SPORTS: 70.0})


class TestBoards:
    def test_the_board_names_the_model_and_not_the_table(self) -> None:
        table = ScoreTable.from_mapping({"Image Deraining": 41.2}, model="checkpoint-3")
        assert compute_levels({"mine": table})["mine"].model == "mine"

    def test_a_report_survives_a_process_boundary(self) -> None:
        report = compute_level({"Image Deraining": 41.2, "AudioEdit": 30.0})
        assert pickle.loads(pickle.dumps(report)).to_dict() == report.to_dict()

    def test_one_rounding_above_a_bound_is_no_other_unit(self) -> None:
        report = compute_level({"Sports Image Classification": 100.00000000000001})
        assert report.tasks[2]["normalised"] == 100.0
        with pytest.raises(ImpossibleValue, match=r"accuracy = 100\.001 is outside"):
            compute_level({"Sports Image Classification": 100.001})

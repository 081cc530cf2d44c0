"""Units: fractions for percentages, values that cannot be, legal ones beyond the curve, columns on the wrong scale."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import pytest

import generallevel
from generallevel import Catalogue, ScoreTable, compute_level, compute_levels
from generallevel.errors import BadTable, GeneralLevelError, ImpossibleValue, NotFinite, UnitMismatch
from generallevel.level_report import LevelReport

SPORTS, ACTION = "image.comprehension.sports-image-classification", "image.comprehension.human-action-recognition"
ATM = "image.comprehension.atm-booths-suspicious-behavior-recognition"


@dataclass(frozen=True)
class Typed:
    """What `generallevel.score` returns, as far as a table reads it."""

    value: float
    unit: str
    n_total: int = 100
    n_scored: int = 100
    metric: str | None = None


@pytest.fixture(scope="module")
def first(bench: Catalogue) -> dict[str, str]:
    """The first task of each metric."""
    tasks: dict[str, str] = {}
    for task in bench:
        tasks.setdefault(task.metric, task.id)
    return tasks


def row_of(report: LevelReport, task: str) -> dict[str, object]:
    return next(row for row in report.tasks if row["task"] == task)


class TestFractions:
    SCORES = {SPORTS: 0.57, ACTION: 0.823, ATM: 0.2}  # noqa: RUF012

    def test_one_word_for_the_table(self) -> None:
        report = compute_level(self.SCORES, unit="fraction")
        assert [row_of(report, task)["score"] for task in self.SCORES] == [57.0, 82.3, 20.0]
        assert report.signature == compute_level({SPORTS: 57.0, ACTION: 82.3, ATM: 20.0}).signature

    @pytest.mark.parametrize("word", ["fraction", "0-1", "Share"])
    def test_a_unit_column(self, word: str) -> None:
        rows = [{"task": task, "score": score, "unit": word} for task, score in self.SCORES.items()]
        assert compute_level(rows).signature == compute_level(self.SCORES, unit="fraction").signature

    def test_a_row_comes_before_the_table(self) -> None:
        mixed = {SPORTS: {"score": 57.0, "unit": "percent"}, ACTION: {"score": 0.823, "unit": "fraction"}, ATM: 0.2}
        assert compute_level(mixed, unit="fraction").signature == compute_level(self.SCORES, unit="fraction").signature

    @pytest.mark.parametrize("reference", [57.0, 57.0000000000001, 29.0, 0.07, 58.0, 100 / 3, 200 / 3, 14 / 15 * 100])
    def test_a_fraction_ties_with_the_same_percentage(self, reference: float) -> None:
        report = compute_level({SPORTS: reference / 100}, unit="fraction", references={SPORTS: reference})
        assert report.wins == 1

    @pytest.mark.parametrize(("hits", "items"), [(1, 3), (2, 3), (7, 9), (57, 100), (113, 700), (1, 999)])
    def test_hits_out_of_items_tie_however_the_reference_was_divided(self, hits: int, items: int) -> None:
        for reference in (100 * hits / items, hits / items * 100):
            report = compute_level({SPORTS: hits / items}, unit="fraction", references={SPORTS: reference})
            assert report.wins == 1

    def test_a_clear_loss_by_a_little_stays_one(self) -> None:
        assert compute_level({SPORTS: 0.5699999999}, unit="fraction", references={SPORTS: 57.0}).wins == 0

    def test_the_word_speaks_of_percentages_alone(self, first: dict[str, str], bench: Catalogue) -> None:
        metrics = ("psnr", "mos", "fid", "abs_rel", "ms_ssim", "mae", "epe")
        others = {first[metric]: 3.0 if metric == "mos" else 0.5 for metric in metrics}
        assert compute_level(others, unit="fraction").signature == compute_level(others).signature
        for metric in ("wer", "musiq", "accuracy", "clip_score"):
            report = compute_level({first[metric]: 0.5}, unit="fraction")
            assert row_of(report, first[metric])["score"] == 50.0, metric

    def test_what_is_no_unit_for_a_table(self) -> None:
        for word in ("dB", "banana", 0.01):
            with pytest.raises(UnitMismatch, match="for a whole table: wanted 'fraction' or 'percent'"):
                compute_level(self.SCORES, unit=word)  # type: ignore[arg-type]

    def test_a_unit_that_the_task_cannot_have(self, first: dict[str, str]) -> None:
        for task, word in [(SPORTS, "dB"), (first["mos"], "percent"), (first["fid"], "fraction"), (SPORTS, "banana")]:
            with pytest.raises(UnitMismatch, match=f"task {task}: a value in '{word}' cannot be turned into"):
                compute_level({task: {"score": 3.0, "unit": word}})

    def test_other_units(self, first: dict[str, str]) -> None:
        rows = {
            first["wer"]: {"score": 0.056, "unit": "fraction"},
            first["mos"]: {"score": 3.82, "unit": "1-5"},
            first["psnr"]: {"score": 34.56, "unit": "dB"},
            first["depth_rms"]: {"score": 0.364, "unit": "m"},
            first["ms_ssim"]: {"score": 90.0, "unit": "percent"},
        }
        report = compute_level(rows)
        scores = [row_of(report, task)["score"] for task in rows]
        assert scores == [5.6, 3.82, 34.56, 36.4, 0.9]
        points = [row_of(report, task)["normalised"] for task in rows]
        assert points == pytest.approx([94.4, 70.5, 93.882, 59.593, 95.0], abs=6e-4)

    def test_a_percent_sign(self, first: dict[str, str]) -> None:
        assert row_of(compute_level({SPORTS: "57%"}), SPORTS)["score"] == 57.0
        assert row_of(compute_level({SPORTS: "0.57%"}, unit="fraction"), SPORTS)["score"] == 0.57
        with pytest.raises(UnitMismatch, match="'percent' cannot be turned into"):
            compute_level({first["psnr"]: "34%"})


class TestTypedScores:
    def test_a_computed_score_arrives_in_table_units(self, first: dict[str, str]) -> None:
        answers = ["a"] * 57 + ["b"] * 43
        accuracy = generallevel.score("accuracy", answers, ["a"] * 100)
        rate = generallevel.score("wer", ["a b c d"], ["a b c e"])
        report = compute_level({SPORTS: accuracy, first["wer"]: rate}, references={SPORTS: 57.0, first["wer"]: 25.0})
        assert (row_of(report, SPORTS)["score"], row_of(report, first["wer"])["score"]) == (57.0, 25.0)
        assert report.wins == 2
        assert not [finding for finding in report.findings if finding.code != "level-depends-on-references"]

    def test_absent_answers_that_count_as_wrong_are_in_the_value_already(self) -> None:
        score = generallevel.score("accuracy", ["a", None, "a", "a"], ["a"] * 4)
        assert (score.value, score.n_scored, score.n_counted, score.n_total) == (0.75, 3, 4, 4)
        report = compute_level({SPORTS: score})
        row = row_of(report, SPORTS)
        assert (row["score"], row["normalised"], row["won"]) == (75.0, 75.0, True)
        assert "incomplete-items" not in {finding.code for finding in report.findings}

    def test_items_that_were_left_out_are_not(self, first: dict[str, str]) -> None:
        row = row_of(compute_level({first["fid"]: Typed(0.0, "distance", 100, 40)}), first["fid"])
        assert (row["normalised"], row["won"]) == (40.0, False)

    def test_a_score_of_another_metric_is_told(self, first: dict[str, str]) -> None:
        wrong = compute_level({first["bleu_1"]: generallevel.score("accuracy", ["a"], ["a"])})
        assert [(f.code, f.severity, f.task) for f in wrong.findings] == [("metric-mismatch", "error", first["bleu_1"])]
        right = compute_level({first["bleu_1"]: Typed(0.5, "fraction", metric="bleu_1")})
        assert right.findings == []


class TestImpossible:
    @pytest.mark.parametrize(
        ("metric", "value", "said"),
        [
            ("accuracy", 250, r"accuracy = 250 is outside \[0, 100\] \(percent\).*scaled twice"),
            ("accuracy", -1, r"accuracy = -1 is outside \[0, 100\].*leave it blank"),
            ("accuracy", math.inf, r"accuracy = inf is outside"),
            ("accuracy", 1e308, r"accuracy = 1e\+308 is outside"),
            ("mos", 0.5, r"mos = 0.5 is outside \[1, 5\]"),
            ("mos", 70.5, r"mos = 70.5 is outside \[1, 5\]"),
            ("fid", -3, r"fid = -3 is outside \[0, inf\]"),
            ("fid", -math.inf, r"fid = -inf is outside"),
            ("wer", -0.5, r"wer = -0.5 is outside"),
            ("cider", 1001, r"cider = 1001 is outside \[0, 1000\]"),
            ("clip_score", -101, r"clip_score = -101 is outside \[-100, 100\]"),
            ("ms_ssim", 98.0, r"ms_ssim = 98 is outside \[-1, 1\]"),
            ("epe", -0.1, r"epe = -0.1 is outside \[0, inf\] \(figure as printed\)"),
        ],
    )
    def test_a_value_that_cannot_be_names_its_task(
        self, metric: str, value: float, said: str, first: dict[str, str]
    ) -> None:
        with pytest.raises(ImpossibleValue, match=rf"task {first[metric]}: {said}"):
            compute_level({first[metric]: value, SPORTS: 50.0} if metric != "accuracy" else {first[metric]: value})

    def test_a_fraction_above_1(self) -> None:
        with pytest.raises(ImpossibleValue, match=rf"task {SPORTS}: accuracy = 5700 is outside \[0, 100\]"):
            compute_level({SPORTS: 57.0}, unit="fraction")
        with pytest.raises(ImpossibleValue, match=f"task {SPORTS}: accuracy = inf"):
            compute_level({SPORTS: 1e308}, unit="fraction")

    def test_the_row_of_a_file_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "results.csv"
        path.write_text(f"task,score\n{SPORTS},57\n{ACTION},250\n", encoding="utf-8")
        with pytest.raises(ImpossibleValue, match=rf"results\.csv, line 3: task {ACTION}: accuracy = 250"):
            compute_level(path)

    def test_several_are_told_together(self, first: dict[str, str]) -> None:
        with pytest.raises(ImpossibleValue, match=r"mapping: 2 rows cannot be used:\n.*accuracy = 250.*\n.*mos = 0.5"):
            compute_level({SPORTS: 250.0, first["mos"]: 0.5})
        with pytest.raises(GeneralLevelError, match=r"1 more of other kinds; generallevel\.lint lists them all"):
            compute_level({SPORTS: 250.0, "nowhere": 0.5})

    def test_nan_names_its_task(self, first: dict[str, str]) -> None:
        with pytest.raises(NotFinite, match=f"task '{first['fid']}', is NaN"):
            compute_level({first["fid"]: math.nan})
        with pytest.raises(NotFinite, match="is NaN"):
            compute_level({first["fid"]: "nan"})

    @pytest.mark.parametrize("value", [True, "many", [57.0], {"score": 57.0, "unti": "fraction"}])
    def test_what_is_no_number(self, value: object) -> None:
        with pytest.raises(GeneralLevelError, match=SPORTS):
            compute_level({SPORTS: value})


class TestLegalBeyondTheCurve:
    @pytest.mark.parametrize(
        ("metric", "value", "bare", "points"),
        [
            ("cider", 120.0, "120", 100.0),
            ("clip_score", -3.0, "-3", 0.0),
            ("wer", 130.0, "-30", 0.0),
            ("psnr", -5.0, "-24.49", 0.0),
        ],
    )
    def test_it_is_clipped_and_told(
        self, metric: str, value: float, bare: str, points: float, first: dict[str, str]
    ) -> None:
        report = compute_level({first[metric]: value})
        assert row_of(report, first[metric])["normalised"] == points
        (found,) = [finding for finding in report.findings if finding.code == "clipped"]
        assert (found.severity, found.task) == ("info", first[metric])
        assert found.message == f"{metric} = {value:g} would be {bare} points and counts {points:g}"

    def test_the_ends_themselves_are_not(self, first: dict[str, str]) -> None:
        ends = {first["cider"]: 100.0, first["clip_score"]: 0.0, first["wer"]: 100.0, first["psnr"]: math.inf}
        assert "clipped" not in {finding.code for finding in compute_level(ends).findings}

    def test_a_perfect_error_of_0_is_100_points(self, bench: Catalogue) -> None:
        errors = {task.id: 0.0 for task in bench if task.better == "lower"}
        report = compute_level(errors)
        rows = [row for row in report.tasks if row["score"] is not None]
        assert len(rows) == len(errors) > 50
        assert all(row["normalised"] == 100.0 and row["won"] for row in rows)

    def test_infinities(self, first: dict[str, str]) -> None:
        report = compute_level({first["psnr"]: math.inf, first["fid"]: math.inf, first["wer"]: "inf"})
        rows = {metric: row_of(report, first[metric]) for metric in ("psnr", "fid", "wer")}
        assert {metric: row["normalised"] for metric, row in rows.items()} == {"psnr": 100.0, "fid": 0.0, "wer": 0.0}
        assert {metric: row["won"] for metric, row in rows.items()} == {"psnr": True, "fid": False, "wer": False}
        assert (rows["psnr"]["margin"], rows["fid"]["margin"]) == (math.inf, -math.inf)
        assert report.supported == 3
        written = {row["task"]: row for row in json.loads(report.to_json())["tasks"]}
        assert (written[first["psnr"]]["score"], written[first["fid"]]["score"]) == ("inf", "inf")
        assert (written[first["psnr"]]["margin"], written[first["fid"]]["margin"]) == ("inf", "-inf")


class TestWholeColumn:
    FRACTIONS = {SPORTS: 0.57, ACTION: 0.82, ATM: 1.0}  # noqa: RUF012

    def test_it_is_refused_with_the_way_out(self) -> None:
        said = (
            r"mapping: all 3 scores .* at most 1, and their references go up to 82.3 .*unit='fraction'.*unit='percent'"
        )
        with pytest.raises(UnitMismatch, match=said):
            compute_level(self.FRACTIONS)
        assert compute_level(self.FRACTIONS, unit="fraction").wins == 2

    def test_other_metrics_beside_it_do_not_hide_it(self, first: dict[str, str]) -> None:
        with pytest.raises(UnitMismatch, match="look like fractions"):
            compute_level(self.FRACTIONS | {first["fid"]: 30.0, first["psnr"]: 31.0})

    def test_a_few_low_scores_are_normal(self) -> None:
        assert compute_level({SPORTS: 0.57, ACTION: 0.82}).wins == 0
        assert compute_level({SPORTS: 0.57, ACTION: 0.82, ATM: 1.01}).wins == 0

    def test_three_zeros_and_one_low_score_do_not_count(self, bench: Catalogue) -> None:
        tasks = [task.id for task in bench if task.metric == "accuracy"][:4]
        assert compute_level(dict(zip(tasks, [0.0, 0.0, 0.0, 0.4], strict=True))).supported == 4

    def test_a_stated_unit_is_believed(self) -> None:
        percent = compute_level(self.FRACTIONS, unit="percent")
        assert row_of(percent, SPORTS)["score"] == 0.57
        rows = {task: {"score": score, "unit": "percent"} for task, score in self.FRACTIONS.items()}
        assert compute_level(rows).signature == percent.signature
        assert (
            compute_level({task: f"{score}%" for task, score in self.FRACTIONS.items()}).signature == percent.signature
        )

    def test_low_references_say_nothing(self) -> None:
        low = dict.fromkeys(self.FRACTIONS, 0.9)
        assert compute_level(self.FRACTIONS, references=low).wins == 1

    def test_each_model_is_judged_alone(self) -> None:
        with pytest.raises(UnitMismatch, match=r"model 'fractions': mapping: all 3"):
            compute_levels({"percent": {SPORTS: 57.0}, "fractions": self.FRACTIONS})

    def test_the_released_example_workbook(self, shared: Path) -> None:
        path = shared / "released-workbook-example-result.xlsx"
        with pytest.raises(UnitMismatch, match=r"released-workbook-example-result\.xlsx: all .*unit='fraction'"):
            compute_level(path)
        report = compute_level(path, unit="fraction")
        assert report.supported >= 3
        assert report.model == "Qwen2.5-7B-Instruct"
        scores = [row["score"] for row in report.tasks if row["score"] is not None and row["unit"] == "percent"]
        assert max(scores) > 1

    def test_references_on_the_scale_of_fractions_are_refused_too(self) -> None:
        fractions = {SPORTS: 0.5, ACTION: 0.8, ATM: 0.2}
        with pytest.raises(
            UnitMismatch, match=r"references 'given': .* at most 1, .* up to 82\..*multiply them by 100"
        ):
            compute_level({SPORTS: 57.0, ACTION: 82.0, ATM: 30.0}, references=fractions)


def test_a_table_can_say_its_unit_once() -> None:
    table = ScoreTable.from_mapping(TestFractions.SCORES).with_unit("fraction")
    assert compute_level(table).signature == compute_level(TestFractions.SCORES, unit="fraction").signature
    with pytest.raises(BadTable, match="percent sign"):
        compute_level({SPORTS: {"score": "57%", "unit": "fraction"}})

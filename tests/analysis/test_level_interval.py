"""The interval of a level: laws, worked values, and what is said beside it."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from generallevel import Catalogue, LevelReport, ScoreTable, compute_level, general_bench
from generallevel.analysis.level_intervals import NEAR_SHARE, LevelInterval, level_interval
from generallevel.analysis.level_intervals.gates import BOUNDS, Gates
from generallevel.analysis.level_intervals.known_spread import score_sampling
from generallevel.analysis.level_intervals.projection import projected_levels
from generallevel.analysis.level_intervals.resampled_levels import BLOCK, resampled_levels
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS, Columns, grid
from generallevel.rules import PAPER, Comparison

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def random_report(seed: int, absent: float = 0.2, **options: object) -> LevelReport:
    """Scores around their references, on General-Bench."""
    bench, rng = general_bench(), np.random.default_rng(seed)
    low, high = grid(bench).normaliser.bounds
    values = np.clip(bench.reference_set().values * rng.uniform(0.6, 1.3, len(bench)), low, high)
    values[rng.random(len(bench)) < absent] = np.nan
    return compute_level(ScoreTable(bench.ids, values, "random"), unit="percent", **options)  # type: ignore[arg-type]


def cell(scores: dict[str, float], references: dict[str, float]) -> LevelReport:
    """Accuracies of one cell, where Level-3 is the plain mean of won points."""
    shared = {"metric": "accuracy", "unit": "percent", "modality": "touch", "paradigm": "comprehension"}
    tasks = Catalogue.from_rows([{"task": name, "reference": value, **shared} for name, value in references.items()])
    return compute_level(scores, catalogue=tasks, scope="C:touch.comprehension")


def ends(found: LevelInterval, name: str) -> tuple[float, float]:
    pair = found.intervals[name]
    assert pair is not None
    return pair


def width(found: LevelInterval, name: str) -> float:
    low, high = ends(found, name)
    return high - low


# ------------------------------------------------------------------------------------------------- bootstrap


def test_one_task_far_from_its_gate_has_the_interval_of_its_score() -> None:
    found = level_interval(cell({"a": 70.0}, {"a": 20.0}), n=400, resamples=20_000)
    wanted = stats.binom.ppf([0.025, 0.975], 400, 0.7) / 4  # hits out of 400, in percent
    assert ends(found, "level_3") == pytest.approx(wanted, abs=0.26)  # a hit is a quarter of a point
    assert ends(found, "level_2") == ends(found, "level_3")
    assert (found.near_gates, found.warnings, found.trusted) == (0, (), True)
    assert found.intervals["level_4"] is None


def test_one_task_at_its_gate_is_won_half_of_the_time() -> None:
    found = level_interval(cell({"a": 50.0}, {"a": 50.0}), n=1001, resamples=20_000)
    assert found.level_probabilities[3] == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 20_000))
    assert found.level_probabilities[2] == pytest.approx(1 - found.level_probabilities[3])
    assert found.near_gate_share == 1.0
    assert "projection" in found.warnings[0]


def test_the_level_is_a_distribution() -> None:
    found = level_interval(random_report(1), n=300, resamples=2000)
    assert sum(found.level_probabilities.values()) == pytest.approx(1.0)
    assert set(found.level_probabilities) == {1, 2, 3, 4, 5}
    met = [level for level, share in found.level_probabilities.items() if share]
    assert found.level_range == (min(met), max(met))


def test_resampling_tasks_has_the_standard_error_of_a_mean() -> None:
    scores = {f"t{number:02}": float(value) for number, value in enumerate(range(20, 80, 3))}
    report = cell(scores, dict.fromkeys(scores, 2.0))
    found = level_interval(report, resample="tasks", resamples=20_000)
    error = np.std(list(scores.values())) / np.sqrt(len(scores))
    assert width(found, "level_2") == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert found.warnings == ()


def test_other_tasks_and_other_items_together_are_wider_than_either() -> None:
    scores = {f"t{number:02}": 30.0 + number for number in range(40)}
    report = cell(scores, dict.fromkeys(scores, 2.0))
    items, tasks, both = (
        width(level_interval(report, resample=how, n=20, resamples=4000), "level_2")  # type: ignore[arg-type]
        for how in ("items", "tasks", "both")
    )
    assert both > max(items, tasks)
    # Each chosen task has noise of its own, and one that is chosen twice has it twice.
    assert both == pytest.approx(np.sqrt(2 * items**2 + tasks**2), rel=0.1)


def test_tasks_are_resampled_within_their_cells() -> None:
    """Two cells of one task each cannot be resampled into anything else."""
    rows = [
        {"task": "see", "paradigm": "comprehension", "modality": "image", "metric": "accuracy", "reference": 10.0},
        {"task": "draw", "paradigm": "generation", "modality": "image", "metric": "psnr", "reference": 10.0},
    ]
    report = compute_level({"see": 80.0, "draw": 30.0}, catalogue=Catalogue.from_rows(rows))
    found = level_interval(report, resample="tasks", resamples=50)
    assert ends(found, "level_4") == pytest.approx((report.level_4, report.level_4))


def test_a_skipped_task_leaves_the_denominator_of_a_resample_too() -> None:
    scores = {"a": 60.0, "b": 60.0}
    references = dict.fromkeys("abcd", 2.0)
    shared = {"metric": "accuracy", "unit": "percent", "modality": "touch", "paradigm": "comprehension"}
    tasks = Catalogue.from_rows([{"task": name, "reference": value, **shared} for name, value in references.items()])
    report = compute_level(scores, catalogue=tasks, scope="C:touch.comprehension", missing="skip")
    found = level_interval(report, resample="tasks", resamples=2000)
    assert ends(found, "level_2")[1] == 60.0  # never less, unless no scored task is drawn: (1/2)^4
    assert found.means["level_2"] == pytest.approx(60.0 * (1 - 1 / 16), abs=1.5)


@pytest.mark.parametrize("missing", ["zero", "skip"])
def test_resampled_levels_are_those_of_an_evaluation(missing: str) -> None:
    """Row by row what the library's own evaluation makes of the same draws."""
    report = random_report(6, missing=missing)
    sampling = score_sampling(report, 80, 0.1)
    found = resampled_levels(report, "items", BLOCK + 20, 3, sampling)
    rng = np.random.default_rng(3)
    rows = np.vstack([sampling.draw(rng, BLOCK), sampling.draw(rng, 20)])
    wanted = Columns(report.basis.grid, rows, missing).against(report.basis.aligned.references).levels  # type: ignore[arg-type]
    for name, column in wanted.items():
        assert found[name] == pytest.approx(column, rel=1e-12)


def test_rules_with_a_language_of_their_own_are_followed() -> None:
    def silent(compared: Comparison, won: Flags, _tasks: object) -> tuple[Floats, Flags]:
        return compared.points, np.zeros_like(won)

    table = random_report(6).basis.aligned.table
    report = compute_level(table, unit="percent", rules=replace(PAPER, name="mute", language=silent))
    assert level_interval(report, n=80, resamples=50).intervals["level_5"] == (0.0, 0.0)
    assert level_interval(report, n=80, resamples=50).means["level_4"] != 0


def test_uncertain_references_widen_the_interval() -> None:
    report = cell({"a": 60.0, "b": 55.0}, {"a": 50.0, "b": 60.0})
    fixed, drawn = (level_interval(report, n=100, reference_n=m, resamples=4000) for m in (None, 100))
    assert fixed.level_probabilities[2] < drawn.level_probabilities[2]
    assert "ref-n:100" in drawn.signature
    assert "ref-n:constant" in fixed.signature


@pytest.mark.parametrize("resample", ["items", "tasks", "both"])
def test_the_seed_decides(resample: str) -> None:
    report = random_report(3)
    first, again, other = (
        level_interval(report, resample=resample, resamples=300, n=200, seed=seed)  # type: ignore[arg-type]
        for seed in (7, 7, 8)
    )
    assert first == again
    assert first.intervals != other.intervals


@pytest.mark.parametrize("resample", ["items", "tasks", "both"])
def test_the_order_of_rows_does_not_matter(resample: str) -> None:
    table = random_report(4).basis.aligned.table
    turned = ScoreTable(
        table.names[::-1], table.scores[::-1], "random", "mapping", {"reason": table.columns["reason"][::-1]}
    )
    one, two = (
        level_interval(compute_level(t, unit="percent"), resample=resample, resamples=300, n=200)  # type: ignore[arg-type]
        for t in (table, turned)
    )
    assert one == two


@pytest.mark.parametrize("resample", ["items", "tasks", "both"])
def test_the_order_of_a_catalogue_does_not_matter(resample: str) -> None:
    scores = {f"t{number}": 30.0 + 3 * number for number in range(15)}
    references = dict.fromkeys(scores, 45.0)
    one, two = (
        level_interval(cell(scores, dict(items)), resample=resample, resamples=500, n=60)  # type: ignore[arg-type]
        for items in (references.items(), reversed(references.items()))
    )
    assert ends(one, "level_3") == pytest.approx(ends(two, "level_3"))
    assert one.level_probabilities == two.level_probabilities


def test_more_items_narrow_the_bootstrap() -> None:
    report = random_report(5)
    widths = [width(level_interval(report, n=n, resamples=1000), "level_3") for n in (50, 500, 5000)]
    assert widths == sorted(widths, reverse=True)


# ------------------------------------------------------------------------------------------------ projection


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 3000), st.sampled_from(["zero", "skip"]))
def test_a_projection_holds_the_point_and_everything_else_in_the_box(seed: int, n: int, missing: str) -> None:
    """Every level rises with each score, so that no point of the box is beyond its two corners."""
    report = random_report(seed, missing=missing)
    sampling = score_sampling(report, n, 0.1)
    corners = projected_levels(report, 0.9, sampling).levels
    uncertain = int(sampling.known.sum())
    low, high = sampling.intervals(1 - 0.1 / uncertain)
    rng = np.random.default_rng(seed)
    inside = low + (high - low) * rng.choice([0.0, 0.3, 0.5, 1.0], size=(8, len(low)))
    rows = np.vstack([report.basis.aligned.values, np.where(np.isfinite(inside), inside, low)])
    levels = Columns(report.basis.grid, rows, missing).against(report.basis.aligned.references).levels  # type: ignore[arg-type]
    for name, column in levels.items():
        assert (corners[name][0] <= column).all()
        assert (column <= corners[name][1]).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 2000), st.integers(2, 10))
def test_more_items_and_less_confidence_narrow_a_projection(seed: int, n: int, times: int) -> None:
    report = random_report(seed)
    wide = level_interval(report, "projection", n=n)
    for narrow in (
        level_interval(report, "projection", n=n * times),
        level_interval(report, "projection", n=n, level=0.5),
    ):
        for name in LEVELS:
            assert ends(wide, name)[0] <= ends(narrow, name)[0] <= ends(narrow, name)[1] <= ends(wide, name)[1]


def test_the_corners_are_worked_by_hand() -> None:
    found = level_interval(cell({"a": 50.0, "b": 20.0}, {"a": 48.0, "b": 90.0}), "projection", n=100)
    low, high = stats.beta.ppf([0.0125, 0.0125], [50, 20], [51, 81]), stats.beta.ppf([0.9875] * 2, [51, 21], [50, 80])
    assert ends(found, "level_2") == pytest.approx((100 * low.mean(), 100 * high.mean()))
    assert ends(found, "level_3") == pytest.approx((0.0, 100 * high[0] / 2))  # b never reaches 90
    assert found.level_range == (2, 3)
    assert (found.means, found.level_probabilities, found.resamples, found.seed) == ({}, {}, 0, None)


def test_uncertain_references_are_in_the_box_where_wanted() -> None:
    report = cell({"a": 60.0}, {"a": 45.0})
    fixed, both = (level_interval(report, "projection", n=200, reference_n=m) for m in (None, 200))
    assert ends(fixed, "level_3")[0] > 0
    assert ends(both, "level_3")[0] == 0
    assert "ref-n:200" in both.signature


def test_a_task_of_unknown_spread_is_held_fixed_and_said_or_may_be_anything() -> None:
    report = compute_level({"Human Action Recognition": 90.0, "Image Deraining": 41.2, "Face Image Inpainting": 3.0})
    fixed = level_interval(report, "projection", n=100)
    assert fixed.sources == {"unknown": 2, "counted": 1}
    assert fixed.unknown == 2
    assert fixed.warnings[0].startswith("nothing is known of the spread of 2 of 3 scores")
    assert "unknown:2-fixed" in fixed.signature
    wide = level_interval(report, "projection", n=100, assume="conservative")
    assert (wide.unknown, wide.warnings) == (0, ())
    assert ends(wide, "level_3")[0] < ends(fixed, "level_3")[0]
    assert ends(wide, "level_2")[1] > ends(fixed, "level_2")[1]


def test_rules_under_which_better_is_worse_have_no_corners() -> None:
    def below(compared: Comparison) -> np.ndarray:
        return np.asarray(compared.values < compared.references)

    report = compute_level({"Human Action Recognition": 82.0}, rules=replace(PAPER, name="upside down", wins=below))
    with pytest.raises(InvalidInput, match=r"'upside down' a better score of image.comprehension.human-action"):
        level_interval(report, "projection", n=100)


# ---------------------------------------------------------------------------------------------- what is said


def test_bounds_are_worked_by_hand() -> None:
    scores = {"clear": 80.0, "near": 52.0, "tie": 60.04, "lost": 47.0, "far": 10.0}
    references = {"clear": 50.0, "near": 50.0, "tie": 60.1, "lost": 50.0, "far": 50.0}
    found = level_interval(cell(scores, references), n=400, resamples=100)  # a step is 2.5 points
    assert found.near_gates == 3
    assert found.near_gate_share == pytest.approx(3 / 5)
    assert found.near_gate_weight == pytest.approx(3 / 5)
    sides = found.bounds["level_3"]
    assert list(sides) == list(BOUNDS)
    assert sides["clear_wins_only"] == pytest.approx(80 / 5)
    assert sides["ties_as_losses"] == pytest.approx((80 + 52) / 5)
    assert sides["ties_as_wins"] == pytest.approx((80 + 52) / 5)  # 60.04 is 0.06 below 60.1: no tie at one decimal
    assert sides["all_not_clearly_lost"] == pytest.approx((80 + 52 + 60.04 + 47) / 5)


def test_a_tie_at_printed_precision_may_go_either_way() -> None:
    found = level_interval(cell({"a": 60.08, "b": 50.0}, {"a": 60.1, "b": 50.0}), n=400, resamples=100)
    sides = found.bounds["level_3"]
    assert sides["ties_as_losses"] == 0.0  # also where the two are equal
    assert sides["ties_as_wins"] == pytest.approx((60.08 + 50) / 2)


def test_a_task_with_items_left_out_does_not_win_by_doubt() -> None:
    shared = {"metric": "accuracy", "unit": "percent", "modality": "touch", "paradigm": "comprehension"}
    tasks = Catalogue.from_rows([{"task": "a", "reference": 50.0, **shared}])
    scores = {"a": {"score": 51.0, "n": 100, "n_scored": 90}}
    report = compute_level(scores, catalogue=tasks, scope="C:touch.comprehension")
    found = level_interval(report, resamples=200)
    assert found.bounds["level_3"]["all_not_clearly_lost"] == 0.0
    assert found.expected_level_3 == 0.0
    assert ends(found, "level_3") == (0.0, 0.0)


def test_expected_level_3_is_points_times_the_chance_of_a_win() -> None:
    report = cell({"a": 52.0, "b": 80.0}, {"a": 50.0, "b": 20.0})
    found = level_interval(report, n=400, resamples=100)
    step = max(np.sqrt(0.25 / 400), np.sqrt(0.52 * 0.48 / 400)) * 100
    assert found.expected_level_3 == pytest.approx((52 * stats.norm.cdf(2 / step) + 80) / 2)


def test_near_gates_weigh_as_much_as_their_cell_makes_them() -> None:
    rows = [
        {"task": f"{side}{number}", "paradigm": side, "modality": "touch", "metric": "accuracy", "reference": 50.0}
        for side, count in (("comprehension", 9), ("generation", 1))
        for number in range(count)
    ]
    tasks = Catalogue.from_rows(rows)
    scores = {row["task"]: 50.0 if row["paradigm"] == "generation" else 90.0 for row in rows}
    found = level_interval(compute_level(scores, catalogue=tasks), n=400, resamples=100)
    assert found.near_gate_share == pytest.approx(1 / 10)
    assert found.near_gate_weight == pytest.approx(1 / 2)
    assert found.near_gate_share < NEAR_SHARE
    assert found.warnings[0].startswith("50% of the tasks of known spread, by weight, lie within 2 standard errors")


def test_nothing_known_is_refused_and_the_ways_out_are_named() -> None:
    report = compute_level({"Human Action Recognition": 90.0})
    with pytest.raises(InvalidInput, match=r"nothing is known of the spread of any of the scores \(1\).*n='benchmark'"):
        level_interval(report)
    assert level_interval(report, n="benchmark", resamples=100).sources == {"counted": 1}
    assert level_interval(report, resample="tasks", resamples=100).unknown == 1


def test_a_blank_table_is_at_level_1_for_certain() -> None:
    for method in ("bootstrap", "projection"):
        found = level_interval(compute_level({}), method, resamples=50)  # type: ignore[arg-type]
        assert found.level_range == (1, 1)
        assert all(ends(found, name) == (0.0, 0.0) for name in LEVELS)


def test_gates_of_references_alone_may_be_uncertain() -> None:
    report = cell({"a": 52.0}, {"a": 50.0})
    gates = Gates(report, score_sampling(report), None)
    assert not gates.near.any()
    found = level_interval(report, n=None, reference_n=100, resamples=500)
    assert found.near_gates == 1
    assert 0.2 < found.level_probabilities[2] < 0.5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"method": "jackknife"}, "method = 'jackknife'"),
        ({"resample": "models"}, "resample = 'models': wanted one of items, tasks, both"),
        ({"resamples": 0}, "resamples is a whole number"),
        ({"level": 95}, "give 0.95"),
        ({"seed": -1}, "seed is a whole number"),
        ({"assume": "conservative"}, "no distribution to draw from"),
    ],
)
def test_a_wrong_argument_is_told(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        level_interval(compute_level({"Human Action Recognition": 90.0}), n=100, **wrong)  # type: ignore[arg-type]


def test_it_prints_and_is_plain_data_and_frozen() -> None:
    report = random_report(2)
    for method in ("bootstrap", "projection"):
        found = level_interval(report, method, resamples=200, n=200)  # type: ignore[arg-type]
        text = str(found)
        for shown in (
            "Level-2",
            "Level-5",
            "Near gates",
            "clear wins only",
            "Expected Level-3",
            "unknown",
            found.signature,
        ):
            assert shown in text
        assert json.loads(json.dumps(found.to_dict()))["signature"] == found.signature
        assert found.signature.startswith(report.signature + f"|interval:{method}|")
        with pytest.raises(FrozenInstanceError):
            found.method = "other"  # type: ignore[misc]

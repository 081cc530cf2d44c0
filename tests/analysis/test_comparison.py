"""Two models compared: worked values, oracles, laws and refusals."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from generallevel import Catalogue, LevelReport, ReferenceSet, ScoreTable, compute_level, general_bench
from generallevel.analysis.boards import leaderboard
from generallevel.analysis.comparisons.by_task import midranks, task_differences
from generallevel.analysis.comparisons.compared import ModelComparison, compare
from generallevel.analysis.comparisons.like_reports import own_seed
from generallevel.analysis.comparisons.shared_draws import shared_levels, spreads
from generallevel.analysis.level_intervals import level_interval
from generallevel.analysis.level_intervals.known_spread import score_sampling
from generallevel.analysis.level_intervals.resampled_levels import resampled_levels
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS

FEW = {"resamples": 300}


def random_report(seed: int, *, absent: float = 0.2, **options: Any) -> LevelReport:
    bench, rng = general_bench(), np.random.default_rng(seed)
    references = bench.reference_set().values
    scores = np.where(rng.random(len(bench)) < absent, np.nan, references * rng.uniform(0.8, 1.0, len(bench)))
    options = {"model": f"m{seed}", **options}
    return compute_level(ScoreTable(bench.ids, scores), **options)


@pytest.fixture(scope="module")
def pair() -> tuple[LevelReport, LevelReport]:
    return random_report(1), random_report(2)


@pytest.fixture(scope="module")
def found(pair: tuple[LevelReport, LevelReport]) -> ModelComparison:
    return compare(*pair, **FEW)


def plain(comparison: ModelComparison) -> dict[str, Any]:
    return json.loads(json.dumps(comparison.to_dict()))


# ------------------------------------------------------------------------------------------- tasks

EIGHT = [{"task": f"t{n}", "modality": "image", "paradigm": "comprehension", "metric": "accuracy"} for n in range(7)]
EIGHT.append({"task": "far", "modality": "image", "paradigm": "generation", "metric": "fid"})


@pytest.fixture(scope="module")
def eight() -> Catalogue:
    return Catalogue.from_rows([{**row, "reference": 50.0} for row in EIGHT], name="Eight")


def on(catalogue: Catalogue, first: dict[str, Any], second: dict[str, Any], **options: Any) -> ModelComparison:
    return compare(first, second, catalogue=catalogue, **(FEW | options))


def test_verdicts_follow_the_direction_of_the_metric_and_the_printing(eight: Catalogue) -> None:
    first = {"t0": 60.0, "t1": 40.0, "t2": 72.8, "t3": 50.0, "t4": 10.0, "far": 29.9}
    second = {"t0": 50.0, "t1": 50.0, "t2": 72.83, "t3": 50.0, "t5": 10.0, "far": 30.1}
    got = on(eight, first, second).tasks.verdicts
    assert got == ("better", "worse", "tied", "tied", "only first", "only second", "neither", "better")


def test_a_trailing_zero_that_was_printed_is_not_lost(eight: Catalogue) -> None:
    """90.0 stands beside figures with a decimal, so that it is 90.0 and not anything from 89.5 to 90.5."""
    got = on(eight, {"t0": 90.0, "t1": 50.1}, {"t0": 90.4, "t1": 50.12}).tasks.verdicts
    assert got[:2] == ("worse", "tied")


@pytest.mark.parametrize(
    ("tie", "wanted"),
    [("printed", "tied"), (None, "worse"), (0.02, "worse"), (0.05, "tied"), (0, "worse")],
)
def test_a_tie_is_what_was_asked_for(eight: Catalogue, tie: Any, wanted: str) -> None:
    assert on(eight, {"t0": 72.8}, {"t0": 72.83}, tie=tie).tasks.verdicts[0] == wanted


@pytest.mark.parametrize("tie", ["exact", -1.0, float("inf"), True])
def test_another_tie_is_refused(eight: Catalogue, tie: Any) -> None:
    with pytest.raises(InvalidInput, match="tie = "):
        on(eight, {"t0": 1.0}, {"t0": 1.0}, tie=tie)


def test_counts_and_the_mean_difference_are_those_of_the_tasks_both_have(eight: Catalogue) -> None:
    first = {"t0": 60.0, "t1": 40.0, "t2": 70.0, "t4": 10.0}
    second = {"t0": 50.0, "t1": 50.0, "t2": 40.0, "t5": 10.0}
    whole = on(eight, first, second).overall
    assert (whole.better, whole.worse, whole.tied) == (2, 1, 0)
    assert (whole.only_first, whole.only_second, whole.neither) == (1, 1, 3)
    assert whole.difference == pytest.approx((10 - 10 + 30) / 3)
    assert whole.sign is whole.signed_rank is whole.randomisation is None  # three tasks can show nothing


def test_cells_and_modalities_add_up(found: ModelComparison) -> None:
    for parts in (found.by_cell, found.by_modality):
        for name in ("better", "worse", "tied", "only_first", "only_second", "neither"):
            assert sum(getattr(part, name) for part in parts.values()) == getattr(found.overall, name)
    assert set(found.by_modality) == {"image", "video", "audio", "3d", "language"}
    assert set(found.modalities) == {"image", "video", "audio", "3d"}


def test_level_differences_are_those_of_the_reports(
    pair: tuple[LevelReport, LevelReport], found: ModelComparison
) -> None:
    a, b = pair
    assert set(found.levels) == set(LEVELS)
    for name, one in found.levels.items():
        assert one.difference == getattr(a, name) - getattr(b, name)
        assert one.low <= one.high
    for modality, apart in found.modalities.items():
        wanted = {name: a.modalities[modality][name] - b.modalities[modality][name] for name in LEVELS[:3]}
        assert apart == pytest.approx(wanted)


def test_a_drawn_p_value_is_never_0() -> None:
    bench = general_bench()
    best = ScoreTable(bench.ids, bench.reference_set().values, "SoTA")
    found = compare(best, {"Human Action Recognition": 1.0}, **FEW)
    assert found.levels["level_2"].p_value == 1 / (1 + FEW["resamples"])


def test_the_sign_test_is_the_binomial_one(found: ModelComparison) -> None:
    whole = found.overall
    wanted = stats.binomtest(whole.better, whole.better + whole.worse).pvalue
    assert whole.sign == pytest.approx(wanted, rel=1e-9)


@pytest.mark.oracle
def test_the_signed_rank_test_is_scipys(pair: tuple[LevelReport, LevelReport]) -> None:
    tasks = task_differences(*pair)
    apart = tasks.points[(tasks.codes < 2) & (tasks.points != 0)]
    renamed = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 15)
    wanted = stats.wilcoxon(apart, method="asymptotic" if renamed else "approx").pvalue
    got = tasks.summary(resamples=20_000, seed=0).signed_rank
    assert got == pytest.approx(wanted, abs=4 * np.sqrt(wanted * (1 - wanted) / 20_000) + 1e-3)


@pytest.mark.oracle
def test_few_tasks_give_exact_p_values(eight: Catalogue) -> None:
    first = {"t0": 61.0, "t1": 48.0, "t2": 55.0, "t3": 57.0, "t4": 63.0, "t5": 51.5, "t6": 60.0}
    second = dict.fromkeys(first, 50.0)
    apart = np.array(list(first.values())) - 50.0
    got = on(eight, first, second).overall
    assert got.signed_rank == pytest.approx(stats.wilcoxon(apart, method="exact").pvalue)
    flips = ((np.arange(2**7)[:, None] >> np.arange(7)) & 1) * 2 - 1
    assert got.randomisation == pytest.approx((np.abs(flips @ apart) >= abs(apart.sum()) - 1e-9).mean())


@pytest.mark.oracle
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=20))
def test_midranks_are_scipys(values: list[int]) -> None:
    assert midranks(np.array(values, dtype=float)).tolist() == stats.rankdata(values).tolist()


# -------------------------------------------------------------------------------------------- laws


@pytest.mark.parametrize("resample", ["tasks", "items", "both"])
def test_a_model_against_itself_is_no_different(resample: Any) -> None:
    one = random_report(3)
    same = compare(one, one, resample=resample, n=400, assume=0.05, **FEW)
    for level in same.levels.values():
        assert (level.difference, level.p_value) == (0.0, 1.0)
        if resample != "both":
            assert (level.low, level.high, level.above) == (0.0, 0.0, 0.5)
    assert (same.overall.better, same.overall.worse) == (0, 0)
    assert same.overall.sign == same.overall.randomisation == same.overall.signed_rank == 1.0


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["tasks", "items", "both"]))
def test_swapping_the_models_turns_the_signs(left: int, right: int, resample: Any) -> None:
    a, b = random_report(left), random_report(right)
    options: dict[str, Any] = {"resample": resample, "n": 300, "assume": 0.05, "resamples": 100}
    forth, back = compare(a, b, **options), compare(b, a, **options)
    for name, one in forth.levels.items():
        other = back.levels[name]
        assert (one.difference, one.p_value) == (-other.difference, other.p_value)
        assert one.standard_error == pytest.approx(other.standard_error)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)
    assert (forth.overall.better, forth.overall.worse) == (back.overall.worse, back.overall.better)
    for name in ("sign", "signed_rank", "randomisation"):
        assert getattr(forth.overall, name) == getattr(back.overall, name)


def test_the_seed_decides(pair: tuple[LevelReport, LevelReport], found: ModelComparison) -> None:
    assert plain(compare(*pair, **FEW)) == plain(found)
    other = compare(*pair, seed=1, **FEW)
    assert other.levels["level_2"].low != found.levels["level_2"].low
    assert other.signature != found.signature


def test_the_order_of_rows_does_not_matter(pair: tuple[LevelReport, LevelReport], found: ModelComparison) -> None:
    table = pair[0].basis.aligned.table
    turned = ScoreTable(table.names[::-1], table.scores[::-1], table.model)
    assert plain(compare(compute_level(turned), pair[1], **FEW)) == plain(found)


def test_shared_tasks_make_a_difference_surer_than_either_level(pair: tuple[LevelReport, LevelReport]) -> None:
    drawn = shared_levels(list(pair), "tasks", 500, 0, spreads(pair, "tasks", None, None))["level_2"]
    assert (drawn[0] - drawn[1]).std() < 0.8 * np.hypot(drawn[0].std(), drawn[1].std())


@pytest.mark.parametrize("missing", ["zero", "skip"])
def test_draws_of_tasks_are_those_of_one_report_alone(missing: Any) -> None:
    pair = [random_report(seed, missing=missing) for seed in (1, 2)]
    known = spreads(pair, "tasks", None, None)
    together = shared_levels(pair, "tasks", 150, 7, known)
    for row, (report, spread) in enumerate(zip(pair, known, strict=True)):
        alone = resampled_levels(report, "tasks", 150, 7, spread)
        for name, levels in alone.items():
            assert together[name][row] == pytest.approx(levels, abs=1e-9)


def test_draws_of_items_are_a_models_own(pair: tuple[LevelReport, LevelReport]) -> None:
    known = [score_sampling(report, 400, 0.05) for report in pair]
    three = [*pair, random_report(9)]
    more = [*known, score_sampling(three[2], 400, 0.05)]
    for resample in ("items", "both"):
        two = shared_levels(pair, resample, 120, 0, known)
        assert (two["level_3"] == shared_levels(three, resample, 120, 0, more)["level_3"][:2]).all()
    assert own_seed(pair[0], 0) != own_seed(pair[1], 0)


def test_equal_scores_of_two_names_have_errors_of_their_own() -> None:
    """Two models that happen to score alike are two tests, not one."""
    scores = {"Human Action Recognition": 90.0, "Sports Image Classification": 70.0}
    pair = [compute_level(scores, model=name) for name in "ab"]
    found = compare(*pair, resample="items", n=400, **FEW).levels["level_2"]
    assert found.difference == 0.0
    assert found.low < 0 < found.high


def test_models_without_a_common_task_are_said_to_have_none() -> None:
    found = compare({"Human Action Recognition": 90.0}, {"Image Deraining": 41.0}, **FEW)
    assert found.overall.difference is None
    assert "No task has a score of both" in str(found)


def test_drawing_both_is_wider_than_either(pair: tuple[LevelReport, LevelReport]) -> None:
    errors = {
        resample: compare(*pair, resample=resample, n=50, assume=0.1, **FEW).levels["level_2"].standard_error
        for resample in ("items", "tasks", "both")
    }  # fmt: skip
    assert errors["both"] > errors["tasks"] > errors["items"]


def test_more_items_narrow_the_interval(pair: tuple[LevelReport, LevelReport]) -> None:
    few, many = (compare(*pair, resample="items", n=n, **FEW).levels["level_2"] for n in (50, 5000))
    assert many.high - many.low < few.high - few.low


def test_a_score_of_unknown_spread_is_counted_and_said() -> None:
    scores = {"Human Action Recognition": {"score": 90.0, "n": 500}, "Image Deraining": 41.0}
    found = compare(scores, scores, resample="items", **FEW)
    assert found.unknown == (1, 1)
    assert any("nothing is known of the spread" in warning for warning in found.warnings)


def test_a_model_at_the_gate_is_warned_of() -> None:
    bench = general_bench()
    at_the_gate = ScoreTable(bench.ids, bench.reference_set().values, "SoTA")
    found = compare(at_the_gate, random_report(1).basis.aligned.table, resample="items", n=465, **FEW)
    assert any("of the tasks of SoTA" in warning for warning in found.warnings)


# --------------------------------------------------------------------------------------- refusals


def test_other_options_are_refused() -> None:
    scores = {"Human Action Recognition": 90.0}
    base = compute_level(scores, model="a")
    others = {
        "scope": compute_level(scores, scope="B:image"),
        "measured against": compute_level(scores, references="paper-v1"),
        "missing scores are": compute_level(scores, missing="skip"),
    }
    for words, other in others.items():
        with pytest.raises(InvalidInput, match=f"cannot be compared: .*{words}.*same options"):
            compare(base, other)
    mine = Catalogue.from_rows([{**row, "reference": 50.0} for row in EIGHT], name="Eight")
    with pytest.raises(InvalidInput, match="catalogues General-Bench and Eight have other tasks"):
        compare(base, compute_level({"t0": 1.0}, catalogue=mine))
    with pytest.raises(InvalidInput, match=r"other references of 1 tasks, such as image\.comprehension\.human"):
        compare(base, {"Human Action Recognition": {"score": 90.0, "sota": 85.0}})


def test_options_beside_a_report_are_refused() -> None:
    base = compute_level({"Human Action Recognition": 90.0})
    with pytest.raises(InvalidInput, match="scope: a report was computed with its own options"):
        compare(base, {}, scope="B:image")


def test_scores_take_the_options_of_the_report() -> None:
    bench = general_bench()
    stricter = ReferenceSet.from_mapping("stricter", {"Human Action Recognition": 95.0}, bench)
    base = compute_level({"Human Action Recognition": 96.0}, references=stricter, scope="B:image", missing="skip")
    found = compare(base, {"Human Action Recognition": 92.0}, **FEW)
    assert found.integer_levels == (3, 2)
    assert "scope:B:image" in found.signature


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resample": "models"}, "resample = 'models'"),
        ({"resamples": 1}, "resamples is a whole number of at least 2"),
        ({"level": 95}, "level is a share"),
        ({"seed": -1}, "seed is a whole number"),
        ({"resample": "items"}, "nothing is known of the spread of any score"),
        ({"assume": "conservative"}, "no distribution to draw from"),
    ],
)
def test_unusable_arguments_are_refused(options: dict[str, Any], words: str) -> None:
    one = {"Human Action Recognition": 90.0}
    with pytest.raises(InvalidInput, match=words):
        compare(one, one, **options)


# -------------------------------------------------------------------------------------------- text


def test_the_text_says_levels_tasks_population_and_signature(found: ModelComparison) -> None:
    text = str(found)
    for words in ("m1 (Level", "Level-2", "other tasks of the same cells", "sign p = ", "resample:tasks", "seed:0"):
        assert words in text
    assert found.signature in text
    assert plain(found)["overall"]["both"] == found.overall.both


def test_a_scope_of_one_group_has_two_levels() -> None:
    pair = [random_report(seed, scope="C:audio.generation") for seed in (1, 2)]
    found = compare(*pair, **FEW)
    assert set(found.levels) == {"level_2", "level_3"}
    assert found.modalities == {}
    assert "audio" in found.by_modality
    assert str(found)


def test_one_task_in_each_cell_shows_nothing_of_other_tasks(eight: Catalogue) -> None:
    rows = [
        {"task": "see", "modality": "image", "paradigm": "comprehension", "metric": "accuracy", "reference": 50.0},
        {"task": "draw", "modality": "image", "paradigm": "generation", "metric": "accuracy", "reference": 50.0},
    ]
    two = Catalogue.from_rows(rows, name="Two")
    found = compare({"see": 60.0, "draw": 60.0}, {"see": 61.0, "draw": 60.0}, catalogue=two, **FEW)
    third = found.levels["level_3"]
    assert (third.difference, third.low, third.high, third.p_value) == (-0.5, -0.5, -0.5, None)
    assert found.levels["level_5"].p_value == 1.0  # no difference at all
    assert "unknown" in str(found)
    assert str(third).endswith("p unknown")
    assert "(image.comprehension, image.generation)" in found.warnings[0]
    board = leaderboard({"a": {"see": 60.0, "draw": 60.0}, "b": {"see": 61.0}}, catalogue=two, **FEW)
    assert "of a cell of one task no other task can be drawn" in board.warnings[0]
    report = compute_level({"see": 60.0}, catalogue=two)
    assert level_interval(report, resample="tasks", resamples=50).warnings == found.warnings
    assert not any("of a cell of one task" in one for one in level_interval(report, resamples=50, n=100).warnings)
    assert not compare({"t1": 60.0}, {"t1": 61.0}, catalogue=eight, scope="C:image.comprehension", **FEW).warnings

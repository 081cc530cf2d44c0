"""Alternative scales: points as worked by hand, wins and formulas untouched, and a name that tells."""

from __future__ import annotations

import numpy as np
import pytest

from generallevel import Catalogue, LevelReport, ReferenceSet, ScoreTable, compute_level, compute_levels, general_bench
from generallevel.analysis.sensitivities.alternative_scales import (
    chance_corrected,
    min_max,
    rank_in_pool,
    relative_to_references,
)
from generallevel.errors import InvalidInput, UnknownTask
from generallevel.evaluation import grid
from generallevel.rules import Rules

ROWS = [
    {"task": "see", "paradigm": "comprehension", "metric": "accuracy", "unit": "percent", "reference": 60.0},
    {"task": "hear", "paradigm": "comprehension", "metric": "wer", "unit": "percent", "reference": 10.0},
    {"task": "draw", "paradigm": "generation", "metric": "fid", "reference": 25.0},
    {"task": "sharp", "paradigm": "generation", "metric": "psnr", "unit": "db", "reference": 30.0},
]
OPEN = {"wer": (100.0, 0.0), "fid": (200.0, 0.0), "psnr": (10.0, 50.0)}


@pytest.fixture(scope="module")
def four() -> Catalogue:
    return Catalogue.from_rows([{**row, "modality": "m"} for row in ROWS], name="Four")


def points(report: LevelReport) -> list[float | None]:
    return [row["normalised"] for row in report.tasks]


SCORES = {"see": 45.0, "hear": 20.0, "draw": 50.0, "sharp": 30.0}


def test_min_max_is_a_line_between_declared_bounds(four: Catalogue) -> None:
    rules = min_max(OPEN, catalogue=four)
    assert points(compute_level(SCORES, catalogue=four, rules=rules)) == [45.0, 80.0, 75.0, 50.0]
    beyond = {"see": 100.0, "hear": 120.0, "draw": np.inf, "sharp": np.inf}
    assert points(compute_level(beyond, catalogue=four, rules=rules)) == [100.0, 0.0, 0.0, 100.0]


def test_a_task_comes_before_its_metric(four: Catalogue) -> None:
    rules = min_max({"draw": (100.0, 0.0), **OPEN}, catalogue=four)
    assert points(compute_level(SCORES, catalogue=four, rules=rules))[2] == 50.0


def test_chance_is_0_and_the_best_is_100(four: Catalogue) -> None:
    rules = chance_corrected({"see": 25.0}, catalogue=four)
    plain = points(compute_level(SCORES, catalogue=four))
    assert points(compute_level(SCORES, catalogue=four, rules=rules)) == [pytest.approx(100 * 20 / 75), *plain[1:]]
    assert points(compute_level({"see": 20.0}, catalogue=four, rules=rules))[0] == 0.0
    assert points(compute_level({"see": 100.0}, catalogue=four, rules=rules))[0] == 100.0
    assert rules.name.startswith("chance-corrected:1[")


def test_a_won_task_is_100_relative_to_its_reference(four: Catalogue) -> None:
    rules = relative_to_references(catalogue=four)
    report = compute_level(SCORES, catalogue=four, rules=rules)
    assert points(report) == [75.0, 50.0, 50.0, 100.0]
    assert points(compute_level({"hear": 0.0, "draw": 5.0}, catalogue=four, rules=rules))[1:3] == [100.0, 100.0]
    assert rules.name.startswith("relative-to:reference[")


def test_a_reference_of_zero_has_no_parts(four: Catalogue) -> None:
    zero = ReferenceSet("zero", np.array([0.0, 1.0, 1.0, 1.0]), four.ids)
    with pytest.raises(InvalidInput, match="the reference of see in zero is 0"):
        relative_to_references(zero, catalogue=four)


def test_a_task_without_a_reference_has_no_points_to_be_relative_to(four: Catalogue) -> None:
    some = ReferenceSet("some", np.array([60.0, np.nan, 1.0, 1.0]), four.ids)
    report = compute_level(SCORES, catalogue=four, rules=relative_to_references(some, catalogue=four), references=some)
    assert points(report)[:2] == [75.0, 0.0]


def test_a_rank_is_a_share_of_the_pool_and_another_pool_gives_another(four: Catalogue) -> None:
    tables = {"a": SCORES, "b": {**SCORES, "see": 50.0}, "c": {**SCORES, "see": 55.0, "draw": 60.0}, "d": {"see": 45.0}}
    pool = compute_levels(tables, catalogue=four)
    rules = rank_in_pool(pool)
    # see: a and d are equal below b and c; draw: lower is better, and d has none.
    by = {name: points(report) for name, report in compute_levels(tables, catalogue=four, rules=rules).items()}
    assert [by[name][0] for name in "abcd"] == [25.0, 62.5, 87.5, 25.0]
    assert [by[name][2] for name in "abcd"] == [75.0, 75.0, 37.5, None]
    smaller = rank_in_pool({name: pool[name] for name in "ab"})
    assert (
        compute_level(SCORES, catalogue=four, rules=smaller).level_2
        != compute_level(SCORES, catalogue=four, rules=rules).level_2
    )
    assert smaller.name != rules.name


def test_a_pool_is_of_two_models_over_one_catalogue(four: Catalogue) -> None:
    one = compute_level(SCORES, catalogue=four)
    with pytest.raises(InvalidInput, match="at least 2 models, not 1"):
        rank_in_pool({"a": one})
    with pytest.raises(InvalidInput, match="over one catalogue"):
        rank_in_pool({"a": one, "b": compute_level({})})


ERRORS = (
    "abs_rel", "chamfer_distance", "depth_rms", "epe", "fad", "fid", "fvd", "mae", "mcd", "motion_fid", "mse",
    "relative_translation_error", "rmse", "sad", "wer",
)  # fmt: skip


@pytest.mark.parametrize(
    "rules",
    [
        min_max(dict.fromkeys(ERRORS, (1e4, 0.0)) | {"psnr": (0.0, 50.0)}),
        relative_to_references(),
        chance_corrected({"Human Action Recognition": 10.0}),
    ],
    ids=lambda rules: rules.name,
)
def test_wins_and_bounds_stay_and_the_signature_names_the_rules(rules: Rules) -> None:
    bench, rng = general_bench(), np.random.default_rng(1)
    low, high = grid(bench).normaliser.bounds
    table = ScoreTable(bench.ids, np.clip(bench.reference_set().values * rng.uniform(0.7, 1.2, len(bench)), low, high))
    plain, other = (compute_level(table, unit="percent", rules=one) for one in (Rules("paper"), rules))
    assert (plain.basis.won == other.basis.won).all()
    assert other.level_5 is not None
    assert other.level_4 is not None
    assert 0 <= other.level_5 <= other.level_4 <= other.level_3 <= other.level_2 <= 100
    assert plain.level_2 != other.level_2
    assert f"rules:{rules.name}|" in other.signature


def test_the_same_rule_has_the_same_name_and_other_numbers_another(four: Catalogue) -> None:
    again, other = ({**OPEN, "fid": (worst, 0.0)} for worst in (200.0, 300.0))
    assert min_max(OPEN, catalogue=four).name == min_max(again, catalogue=four).name
    assert min_max(OPEN, catalogue=four).name != min_max(other, catalogue=four).name


def test_bounds_that_are_missing_or_the_wrong_way_round_are_told(four: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="fid, psnr, wer have no finite bounds"):
        min_max(catalogue=four)
    for pair in ((0.0, 200.0), (200.0, 200.0), (np.inf, 0.0)):
        with pytest.raises(InvalidInput, match=r"bounds of 'fid' are .* the worst first and the smaller one last"):
            min_max({**OPEN, "fid": pair}, catalogue=four)
    with pytest.raises(UnknownTask, match="fidd"):
        min_max({**OPEN, "fidd": (1.0, 0.0)}, catalogue=four)


def test_a_chance_is_worse_than_the_best(four: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="no chance is given"):
        chance_corrected({}, catalogue=four)
    with pytest.raises(InvalidInput, match="see has the chance 100 and the best score 100"):
        chance_corrected({"see": 100.0}, catalogue=four)
    with pytest.raises(InvalidInput, match="sharp has the chance 5 and the best score inf"):
        chance_corrected({"sharp": 5.0}, catalogue=four)


def test_a_rule_of_another_catalogue_is_told(four: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="made for the 4 tasks of one catalogue, and 699"):
        compute_level({}, rules=min_max(OPEN, catalogue=four))

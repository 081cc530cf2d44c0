"""Sensitivity to choices: the known figures, worked values, and laws."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from generallevel import Catalogue, LevelReport, ReferenceSet, ScoreTable, compute_level, compute_levels, general_bench
from generallevel.analysis.sensitivities.alternative_scales import relative_to_references
from generallevel.analysis.sensitivities.analysed import FACTORS, TOLERANCES, Sensitivity, sensitivity
from generallevel.analysis.sensitivities.constants import curved, dead_zones, lenient_levels
from generallevel.analysis.sensitivities.rank_stabilities import kendall, rank_stability
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS, Columns, Grid, grid
from generallevel.normaliser import Normaliser
from generallevel.released import conventions
from generallevel.reports.charts import WORST_TO_BEST
from generallevel.rules import PAPER
from generallevel.scales import Saturating, Tanh


@pytest.fixture(scope="module")
def specialist() -> LevelReport:
    """The reference column as a model."""
    bench = general_bench()
    return compute_level(ScoreTable(bench.ids, bench.reference_set().values, "SoTA"))


@pytest.fixture(scope="module")
def found(specialist: LevelReport) -> Sensitivity:
    return sensitivity(specialist, draws=200)


def models(count: int, seed: int = 0) -> dict[str, LevelReport]:
    bench, rng = general_bench(), np.random.default_rng(seed)
    low, high = grid(bench).normaliser.bounds
    columns = np.clip(bench.reference_set().values * rng.uniform(0.8, 1.1, (count, len(bench))), low, high)
    return compute_levels({f"m{row}": ScoreTable(bench.ids, one) for row, one in enumerate(columns)}, unit="percent")


# ------------------------------------------------------------------------------------------------- constants


@pytest.mark.parametrize(("level", "wanted"), [("level_2", (58.6, 62.9, 65.9)), ("level_4", (57.6, 61.5, 63.9))])
def test_scaling_every_constant_moves_the_specialists_levels(
    found: Sensitivity, level: str, wanted: tuple[float, float, float]
) -> None:
    one = found.models["SoTA"]
    got = (one.all_constants[0.5][level], one.levels[level], one.all_constants[2.0][level])
    assert got == pytest.approx(wanted, abs=0.05)


def test_scaling_every_constant_moves_image_most(specialist: LevelReport) -> None:
    images = compute_level(specialist.basis.aligned.table, scope="B:image")
    constants = sensitivity(images, draws=0).models["SoTA"].all_constants
    assert [constants[factor]["level_2"] for factor in FACTORS] == pytest.approx([51.1, 67.7], abs=0.05)


def test_a_constant_is_what_the_curve_says(specialist: LevelReport) -> None:
    """Against normalisers whose curves hold the other constants themselves."""
    basis = specialist.basis
    for metric, factor in (("fid", 0.5), ("psnr", 2.0), ("mae", 3.0)):
        metrics = []
        for one in basis.grid.normaliser.metrics:
            scale = one.scale
            if one.name == metric and isinstance(scale, Saturating):
                scale = Saturating(scale.T * factor)
            elif one.name == metric and isinstance(scale, Tanh):
                scale = Tanh(scale.span / factor)
            metrics.append(replace(one, scale=scale))
        other = Normaliser(metrics, basis.grid.normaliser.units)
        on = Grid(basis.grid.catalogue, basis.grid.scope, PAPER, other, basis.grid.cells)
        wanted = Columns(on, basis.aligned.values[np.newaxis]).against(basis.aligned.references).records[0]
        got = sensitivity(specialist, factors=(factor,), draws=0).models["SoTA"].constants[metric][factor]
        assert got == pytest.approx(wanted, rel=1e-12)


def test_one_curve_is_worked_by_hand() -> None:
    rows = [{"task": "draw", "modality": "m", "paradigm": "generation", "metric": "fid", "reference": 30.0}]
    report = compute_level({"draw": 50.0}, catalogue=Catalogue.from_rows(rows))
    one = sensitivity(report, factors=(1.0, 4.0), draws=0).models["model"]
    assert one.constants["fid"][4.0]["level_2"] == pytest.approx(100 * math.tanh(4 * 25 / (2 * 50)) / 2)
    assert one.constants["fid"][1.0]["level_2"] == report.level_2
    assert one.widest == "fid"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(1.0, 30.0))
def test_a_more_lenient_constant_never_lowers_a_level(seed: int, factor: float) -> None:
    report = models(1, seed)["m0"]
    levels = lenient_levels([report], np.full((1, 699), factor) ** np.array([[-1.0], [0.0], [1.0]]))
    for name in LEVELS:
        assert (np.diff(levels[name][0]) >= 0).all()
        assert levels[name][0, 1] == getattr(report, name)


def test_random_constants_have_a_seed_and_a_range(specialist: LevelReport, found: Sensitivity) -> None:
    again, other = (sensitivity(specialist, draws=200, seed=seed).models["SoTA"].random_constants for seed in (0, 1))
    first = found.models["SoTA"].random_constants
    assert first == again
    assert first != other
    for name in LEVELS:
        low, high = first[name]
        assert (
            found.models["SoTA"].all_constants[0.5][name] < low < high < found.models["SoTA"].all_constants[2.0][name]
        )
    still = sensitivity(specialist, draws=5, spread=1.0).models["SoTA"].random_constants
    assert still["level_2"] == (specialist.level_2, specialist.level_2)


def test_without_curves_there_are_no_constants() -> None:
    rows = [{"task": "see", "modality": "m", "paradigm": "comprehension", "metric": "accuracy", "reference": 30.0}]
    report = compute_level({"see": 50.0}, catalogue=Catalogue.from_rows(rows))
    one = sensitivity(report).models["model"]
    assert (one.constants, one.random_constants, one.widest, one.dead_zones) == ({}, {}, None, ())
    assert one.all_constants[2.0]["level_2"] == report.level_2


def test_the_gains_of_the_flat_curves(specialist: LevelReport) -> None:
    """A raw score better by a tenth gains 0.11-0.24 points of EPE, 0.00-0.79 of Chamfer distance, 0.03-4.55 of MAE."""
    zones = dead_zones(specialist, np.inf)
    wanted = {"epe": (3, 0.11, 0.24), "chamfer_distance": (5, 0.00, 0.79), "mae": (9, 0.03, 4.55)}
    for metric, (rows, least, most) in wanted.items():
        gains = [zone.gain for zone in zones if zone.metric == metric]
        assert (len(gains), min(gains), max(gains)) == (
            rows,
            pytest.approx(least, abs=0.005),
            pytest.approx(most, abs=0.005),
        )
    assert [zone.gain for zone in zones] == sorted(zone.gain for zone in zones)
    assert len(zones) == sum(map(len, curved(specialist.basis.grid).values())) == 83


def test_dead_zones_are_those_below_the_threshold(found: Sensitivity) -> None:
    assert {zone.metric for zone in found.models["SoTA"].dead_zones} >= {"epe", "chamfer_distance"}
    assert all(zone.gain < 1 for zone in found.models["SoTA"].dead_zones)
    perfect = compute_level({"Face Image Inpainting": 0.0})
    assert [zone.gain for zone in dead_zones(perfect, 1.0)] == [0.0]


# --------------------------------------------------------------------------------------------------- choices


def test_policies_for_missing_scores() -> None:
    report = compute_level({"Human Action Recognition": 90.0})
    missing = sensitivity(report, draws=0).models["model"].missing
    # One of 271 tasks of one of two cells of one of four modalities.
    assert missing["zero"]["level_2"] == pytest.approx(90 / 271 / 2 / 4)
    assert missing["skip"]["level_2"] == pytest.approx(90 / 2 / 4)
    # The angular error has a greatest value, 180 degrees, and that is not yet 0 points.
    assert missing["zero"]["level_2"] < missing["worst"]["level_2"] < missing["zero"]["level_2"] + 0.01
    assert missing["best"]["level_2"] == pytest.approx(100 - 10 / 271 / 2 / 4)
    assert missing["best"]["level"] == 5


def test_a_tolerance_at_the_gate_is_worked_by_hand() -> None:
    rows = [
        {"task": name, "modality": "m", "paradigm": side, "metric": "accuracy", "reference": 50.0}
        for name, side in (("see", "comprehension"), ("hear", "comprehension"), ("draw", "generation"))
    ]
    report = compute_level({"see": 49.8, "hear": 50.3, "draw": 49.0}, catalogue=Catalogue.from_rows(rows))
    gate = sensitivity(report, draws=0, gate_tolerances=(-0.5, 0.0, 0.5, 1.0)).models["model"].gate
    wanted = [0.0, 50.3 / 4, (49.8 + 50.3) / 4, (49.8 + 50.3) / 4 + 49 / 2]
    assert [gate[tolerance]["level_3"] for tolerance in (-0.5, 0.0, 0.5, 1.0)] == pytest.approx(wanted)
    assert [gate[tolerance]["level"] for tolerance in (-0.5, 0.0, 0.5, 1.0)] == [2, 3, 3, 4]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_a_wider_gate_never_lowers_a_level(seed: int) -> None:
    gate = sensitivity(models(1, seed), draws=0).models["m0"].gate
    for name in LEVELS:
        column = [gate[tolerance][name] for tolerance in TOLERANCES]
        assert column == sorted(column)  # type: ignore[type-var]


def test_reference_sets_packaged_and_own(specialist: LevelReport) -> None:
    bench = general_bench()
    harder = ReferenceSet(
        "harder", bench.reference_set().values * np.where(grid(bench).normaliser.higher, 1.01, 0.99), bench.ids
    )
    by = sensitivity(specialist, draws=0, references=[harder]).models["SoTA"].references
    assert list(by) == ["released-2025-07", "paper-v1", "harder"]
    assert by["released-2025-07"]["level_3"] == specialist.level_3
    assert by["harder"]["level_3"] < 1
    twin = ReferenceSet("harder", harder.values + 1, bench.ids)
    with pytest.raises(InvalidInput, match="'harder' in the list already"):
        sensitivity(specialist, draws=0, references=[harder, twin])


def test_other_ways_to_points_are_named(specialist: LevelReport) -> None:
    rules = relative_to_references()
    points = sensitivity(specialist, draws=0, rules=[rules]).models["SoTA"].points
    assert list(points) == ["paper", rules.name]
    assert points[rules.name]["level_4"] == pytest.approx(100.0)
    assert points["paper"]["level_4"] == specialist.level_4


# ----------------------------------------------------------------------------------------------------- ranks


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10_000))
def test_kendall_is_scipys(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    base, draws = rng.integers(0, 5, count).astype(float), rng.integers(0, 5, (count, 6)).astype(float)
    wanted = [stats.kendalltau(base, column).statistic for column in draws.T]
    assert kendall(base, draws) == pytest.approx(wanted, nan_ok=True)


def test_rank_stability_is_worked_by_hand() -> None:
    base = np.array([3.0, 2.0, 1.0])
    draws = np.array([[3.0, 1.0, 2.0, 2.0], [2.0, 2.0, 2.0, 1.0], [1.0, 0.0, 1.0, 0.0]])
    got = rank_stability("level_2", ["a", "b", "c"], base, draws)
    assert got.first == ("a",)
    assert got.first_changes == pytest.approx(2 / 4)  # b leads in the second, and ties with a in the third
    assert got.ranks == {"a": (1, 2), "b": (1, 2), "c": (3, 3)}
    assert got.tau_range == pytest.approx((1 / 3, 1.0))


def test_models_keep_or_change_their_order() -> None:
    reports = models(6)
    found = sensitivity(reports, draws=100)
    assert list(found.models) == list(reports)
    assert set(found.ranks) == set(LEVELS)
    for name, stability in found.ranks.items():
        scores = {model: getattr(report, name) for model, report in reports.items()}
        assert stability.first == (max(scores, key=scores.__getitem__),)
        assert -1 <= stability.tau_range[0] <= stability.tau <= stability.tau_range[1] <= 1
    still = sensitivity(reports, draws=10, spread=1.0).ranks["level_2"]
    assert (still.tau, still.first_changes) == (1.0, 0.0)
    assert all(best == worst for best, worst in still.ranks.values())


def test_a_model_has_the_same_sensitivity_alone_and_among_others() -> None:
    reports = models(3)
    together, alone = sensitivity(reports, draws=50), sensitivity({"m1": reports["m1"]}, draws=50)
    assert together.models["m1"] == alone.models["m1"]
    assert alone.ranks == {}


# ---------------------------------------------------------------------------------------------- what is said


def test_it_prints_and_is_plain_data_and_frozen(specialist: LevelReport) -> None:
    named = sensitivity(models(2), draws=20)
    text = str(named)
    for shown in (
        "m0",
        "psnr alone x 2",
        "missing: skip",
        "references: paper-v1",
        "gate +0.5 points",
        "Order by Level-2",
    ):
        assert shown in text
    assert json.loads(json.dumps(named.to_dict()))["models"]["m0"]["gate"]["0.5"]
    assert "sensitivity:T|factors:0.5,2|draws:20|spread:2|seed:0" in text
    with pytest.raises(FrozenInstanceError):
        named.draws = 3  # type: ignore[misc]
    group = compute_level(specialist.basis.aligned.table, scope="C:image.generation")
    assert "Level-4" not in str(sensitivity(group, draws=20))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"factors": ()}, "wanted finite numbers above 0"),
        ({"factors": (0.0,)}, "wanted finite numbers above 0"),
        ({"draws": -1}, "draws is a whole number"),
        ({"seed": -1}, "seed is a whole number"),
        ({"spread": 0.5}, "wanted a finite factor of at least 1"),
    ],
)
def test_a_wrong_argument_is_told(specialist: LevelReport, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        sensitivity(specialist, **wrong)  # type: ignore[arg-type]


def test_only_reports_over_the_same_tasks_are_set_side_by_side(specialist: LevelReport) -> None:
    with pytest.raises(InvalidInput, match="no report is given"):
        sensitivity({})
    with pytest.raises(InvalidInput, match="'a' is a dict, not a report"):
        sensitivity({"a": {"Human Action Recognition": 1.0}})  # type: ignore[dict-item]
    other = compute_level(specialist.basis.aligned.table, scope="B:image")
    with pytest.raises(InvalidInput, match="different tasks, scopes, rules or policies"):
        sensitivity({"a": specialist, "b": other})


def test_a_policy_under_which_the_rules_have_no_level_is_left_out() -> None:
    released = compute_level({"Image Deraining": 41.2}, rules=conventions.rules(), model="r")  # stops at a PSNR of -inf
    found = sensitivity(released).models["r"]
    assert list(found.missing) == ["zero", "skip", "best"]
    assert WORST_TO_BEST not in released.to_html()

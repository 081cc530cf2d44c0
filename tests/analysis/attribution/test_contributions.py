"""Contributions add up to the levels, weights are derivatives, and Shapley values are those of all orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel import Catalogue, LevelReport, compute_level, released
from generallevel.analysis.attribution.attributed import cell_shapley, contributions
from generallevel.analysis.attribution.shapley import shapley_values
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS

Draw = Callable[..., LevelReport]

seeds = st.integers(0, 2**32 - 1)
shares = st.sampled_from([0.0, 0.3, 0.9, 1.0])
policies = st.sampled_from(["zero", "skip"])
scopes = st.sampled_from(["A", "A", "B:image+3d", "C:audio.generation", "D:#I-C-1"])


def assert_adds_up(report: LevelReport) -> None:
    found, cells = contributions(report), cell_shapley(report)
    reached = {name: getattr(report, name) for name in LEVELS if getattr(report, name) is not None}
    assert dict(found.levels) == reached
    for name, level in reached.items():
        assert found.contributions[name].sum() == pytest.approx(level, abs=1e-9)
        assert sum(found.by_cell(name).values()) == pytest.approx(level, abs=1e-9)
        assert sum(cells[name].values()) == pytest.approx(level, abs=1e-9)
        assert (found.contributions[name] >= 0).all()
        if name != "level_2":
            assert (found.contributions[name][~found.won] == 0).all()
    for name, degree in {"level_4": 1, "level_5": 2}.items():
        if reached.get(name, 0) > 0:
            elasticities = found.elasticities[name].values()
            assert sum(e for e in elasticities if e is not None) == pytest.approx(degree, abs=1e-9)
        elif name in reached:
            assert set(found.elasticities[name].values()) == {None}


@settings(max_examples=60)
@given(seeds, shares, policies, scopes)
def test_they_add_up_on_general_bench(large: Draw, seed: int, absent: float, policy: str, scope: str) -> None:
    assert_adds_up(large(seed, absent=absent, missing=policy, scope=scope))


@settings(max_examples=150)
@given(seeds, st.integers(1, 4), st.integers(0, 3), policies, st.booleans())
def test_they_add_up_on_small_benchmarks(
    small: Draw, seed: int, modalities: int, language: int, policy: str, partial: bool
) -> None:
    assert_adds_up(small(seed, modalities=modalities, language=language, partial=partial, absent=0.3, missing=policy))


def test_by_hand(by_hand: LevelReport) -> None:
    found = contributions(by_hand)
    # image: S_C = 60/2 (look is lost), S_G = 90; sound: S_C = 80, S_G = 0 (sing is lost); S_L = (70 + 50)/2
    image = 2 * 30 * 90 / (30 + 90)
    assert found.levels["level_4"] == pytest.approx(image / 2)
    parts = dict(zip(found.tasks, found.contributions["level_4"], strict=True))
    assert parts["see"] == pytest.approx(image / 2 * 90 / (30 + 90))  # the weaker side gets more
    assert parts["draw"] == pytest.approx(image / 2 * 30 / (30 + 90))
    assert parts["hear"] == parts["look"] == parts["sing"] == parts["read"] == 0
    third = dict(zip(found.tasks, found.contributions["level_3"], strict=True))
    assert third["hear"] == pytest.approx(80 / 1 / 2 / 2)
    assert third["see"] == pytest.approx(60 / 2 / 2 / 2)
    fifth = found.by_cell(5)
    assert fifth["language"] == pytest.approx(found.levels["level_5"] / 2)
    assert found.largest(5, 2) == [
        ("see", pytest.approx(found.levels["level_5"] / 2 * 90 / 120)),
        ("read", pytest.approx(found.levels["level_5"] / 2 * 70 / 120)),
    ]
    assert found.elasticities["level_4"]["image.comprehension"] == pytest.approx(90 / 120)
    assert found.elasticities["level_5"]["language"] == pytest.approx(1)
    # the first point on sound's generation side would move Level-4 of sound by 2
    weights = dict(zip(found.tasks, found.weights["level_4"], strict=True))
    assert weights["sing"] == pytest.approx(2 / 2)
    assert weights["hear"] == 0


@pytest.mark.parametrize("task", ["see", "draw", "hear", "read", "write"])
def test_a_weight_is_the_derivative(
    by_hand: LevelReport, hand_catalogue: Catalogue, hand_scores: dict[str, float], task: str
) -> None:
    h = 1e-4
    up, down = (
        compute_level({**hand_scores, task: hand_scores[task] + step + h}, catalogue=hand_catalogue) for step in (h, -h)
    )
    at = compute_level({**hand_scores, task: hand_scores[task] + h}, catalogue=hand_catalogue)
    found = contributions(at)
    for name in LEVELS:
        slope = (getattr(up, name) - getattr(down, name)) / (2 * h)
        assert found.weights[name][found.tasks.index(task)] == pytest.approx(slope, abs=1e-6)


@settings(max_examples=25)
@given(seeds)
def test_shapley_values_of_cells_are_those_of_all_orders(small: Draw, seed: int) -> None:
    report = small(seed, partial=True)
    catalogue = report.basis.grid.catalogue
    cells, table = list(report.basis.grid.cells), report.basis.aligned.table
    cell_of = {catalogue.ids[p]: cell for cell, places in report.basis.grid.cells.items() for p in places.tolist()}
    values: dict[frozenset[str], dict[str, float]] = {}

    def levels(chosen: frozenset[str]) -> dict[str, float]:
        if chosen not in values:
            rows = [
                {"task": row.name, "score": row.score, "n": row.n, "n_scored": row.n_scored}
                for row in table
                if cell_of[row.name] in chosen
            ]
            one = compute_level(rows, catalogue=catalogue) if rows else compute_level({}, catalogue=catalogue)
            values[chosen] = {name: getattr(one, name) for name in LEVELS}
        return values[chosen]

    expected = {name: dict.fromkeys(cells, 0.0) for name in LEVELS}
    for order in permutations(cells):
        for place, cell in enumerate(order):
            before, after = levels(frozenset(order[:place])), levels(frozenset(order[: place + 1]))
            for name in LEVELS:
                expected[name][cell] += (after[name] - before[name]) / factorial(len(cells))
    found = cell_shapley(report)
    for name in LEVELS:
        assert found[name] == pytest.approx(expected[name], abs=1e-9)


def test_shapley_values_of_a_known_game() -> None:
    # Two players: alone 1 and 2, together 5. Orders: (1, 4) and (3, 2).
    values = shapley_values(np.array([[0.0], [1.0], [2.0], [5.0]]))
    assert values.tolist() == [[(1 + 3) / 2], [(4 + 2) / 2]]


@pytest.mark.parametrize(
    ("outcomes", "said"), [([[0.0], [-np.inf]], "infinite level"), ([0.0, 1.0, 2.0], "3 outcomes: wanted one for each")]
)
def test_what_is_no_game_is_refused(outcomes: list[float], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        shapley_values(np.array(outcomes))


def test_under_other_rules_it_works_or_says_why(large: Draw) -> None:
    clipped = large(3, rules=released.rules(["Q1", "Q2", "Q5", "Q6"]))
    assert_adds_up(clipped)
    everything = large(3, rules=released.rules())
    with pytest.raises(InvalidInput, match="blend S_C and S_G otherwise than the harmonic mean of the paper"):
        contributions(everything)
    for name, cells in cell_shapley(everything).items():
        assert sum(cells.values()) == pytest.approx(getattr(everything, name), abs=1e-9)


def test_levels_out_of_reach_and_misspelt(large: Draw) -> None:
    found = contributions(large(1, scope="C:audio.generation"))
    assert set(found.contributions) == {"level_2", "level_3"}
    with pytest.raises(InvalidInput, match="level_4 is out of reach of this scope"):
        found.by_cell(4)
    for wrong in (1, 6, "level", True):
        with pytest.raises(InvalidInput, match="wanted one of level_2"):
            found.largest(wrong)


def test_it_is_plain_data_and_prints(by_hand: LevelReport) -> None:
    found = contributions(by_hand)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert sum(task["contributions"]["level_4"] for task in data["tasks"]) == pytest.approx(data["levels"]["level_4"])
    assert data["signature"].endswith("|split:euler")
    assert "image.comprehension" in str(found)
    assert "Most of Level-4: see" in str(found)

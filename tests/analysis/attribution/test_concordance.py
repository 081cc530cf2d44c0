"""The synergy test: exact expectations, all permutations, p-values that are uniform under the null, and power."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from generallevel import Catalogue, LevelReport, compute_level, compute_levels
from generallevel.analysis.synergy_tests.concordance import synergy_test
from generallevel.errors import InvalidInput, UnknownTask

Draw = Callable[..., LevelReport]
Flags = NDArray[np.bool_]

SIDES = ("comprehension", "generation")


def benchmark(tasks: int, modalities: int = 1) -> Catalogue:
    """Accuracies, `tasks` on each side of each modality, with references that differ in difficulty."""
    return Catalogue.from_rows(
        [
            {
                "task": f"m{m} {side} {number}",
                "modality": f"m{m}",
                "paradigm": side,
                "metric": "accuracy",
                "reference": 30.0 + 40.0 * number / tasks,
                "skill": f"topic {number}",
            }
            for m in range(modalities)
            for side in SIDES
            for number in range(tasks)
        ],
        name="Sides",
    )


def scores(catalogue: Catalogue, won: Flags) -> dict[str, float]:
    references = catalogue.reference_set().values
    return dict(zip(catalogue.ids, np.where(won, references + 5.0, references - 5.0).tolist(), strict=True))


def board(catalogue: Catalogue, won: Flags) -> dict[str, LevelReport]:
    """Reports of models that win these tasks, shape (models, tasks)."""
    return compute_levels({f"model {n}": scores(catalogue, row) for n, row in enumerate(won)}, catalogue=catalogue)


def test_all_permutations_of_five_models() -> None:
    bench = benchmark(4)
    won = np.random.default_rng(3).random((5, 8)) < 0.5
    found = synergy_test(board(bench, won), permutations=4000)
    one, other = won[:, :4].mean(axis=1), won[:, 4:].mean(axis=1)
    every = np.array([(one * other[list(order)]).mean() for order in permutations(range(5))])
    assert found.observed == pytest.approx((one * other).mean())
    assert found.expected == pytest.approx(every.mean())
    assert found.excess == pytest.approx(np.cov(one, other, ddof=0)[0, 1])
    assert found.p_value == pytest.approx((every >= (one * other).mean() - 1e-12).mean(), abs=0.03)
    assert found.by_cells["m0.comprehension x m0.generation"]["units"] == 5


def test_expectation_of_pairs_with_difficulty_held() -> None:
    bench = benchmark(6)
    won = np.random.default_rng(1).random(12) < 0.5
    report = compute_level(scores(bench, won), catalogue=bench)
    pairs = [(f"m0 comprehension {n}", f"m0 generation {n}") for n in range(6)]
    found = synergy_test(report, pairs=pairs, bins=2, permutations=999)
    held = [won[start : start + 3].mean() for start in (0, 3, 6, 9)]
    assert found.observed == pytest.approx((won[:6] & won[6:]).mean())
    assert found.expected == pytest.approx((held[0] * held[2] + held[1] * held[3]) / 2)
    assert (found.units, found.count) == ("pairs", 6)
    again = synergy_test(report, groups="skill", bins=2, permutations=999)
    labels = {task.id: task.skill for task in bench}
    named = synergy_test(report, groups=labels, bins=2, permutations=999)
    assert (again.observed, again.expected, again.p_value) == (named.observed, named.expected, named.p_value)
    assert again.observed == pytest.approx(found.observed)


def test_the_seed_decides_and_more_permutations_agree() -> None:
    reports = board(benchmark(4), np.random.default_rng(5).random((12, 8)) < 0.5)
    first, again, other = (synergy_test(reports, permutations=500, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.interval != other.interval
    assert abs(synergy_test(reports, permutations=20_000).p_value - other.p_value) < 0.1
    assert first.excess == other.excess


def test_names_of_models_and_their_order_do_not_matter() -> None:
    bench = benchmark(4)
    reports = board(bench, np.random.default_rng(5).random((12, 8)) < 0.5)
    backwards = dict(reversed(reports.items()))
    one, other = synergy_test(reports, permutations=5000), synergy_test(backwards, permutations=5000)
    assert (one.observed, one.expected) == (pytest.approx(other.observed), pytest.approx(other.expected))
    assert one.p_value == pytest.approx(other.p_value, abs=0.03)


def test_models_without_a_side_are_left_out() -> None:
    bench = benchmark(3)
    won = np.random.default_rng(2).random((8, 6)) < 0.5
    tables: dict[str, Any] = {f"model {n}": scores(bench, row) for n, row in enumerate(won)}
    one_sided = {task: score for task, score in tables["model 0"].items() if "comprehension" in task}
    with_more = compute_levels(tables | {"half": one_sided}, catalogue=bench)
    found = synergy_test(with_more, permutations=999)
    assert found.left_out == ("half",)
    assert found.p_value == synergy_test(compute_levels(tables, catalogue=bench), permutations=999).p_value


def test_across_modalities() -> None:
    reports = board(benchmark(3, modalities=2), np.random.default_rng(4).random((9, 12)) < 0.5)
    found = synergy_test(reports, across="modalities", permutations=99)
    assert set(found.by_cells) == {f"m0.{one} x m1.{other}" for one in SIDES for other in SIDES}
    assert set(synergy_test(reports, permutations=99).by_cells) == {
        f"m{m}.{SIDES[0]} x m{m}.{SIDES[1]}" for m in (0, 1)
    }


def test_strata_hold_strength() -> None:
    """Strong models win everything and weak ones nothing: all excess is strength, and strata take it away."""
    bench = benchmark(5)
    rng = np.random.default_rng(0)
    strong = np.arange(40) % 2 == 0
    won = rng.random((40, 10)) < np.where(strong, 0.9, 0.1)[:, np.newaxis]
    reports = board(bench, won)
    plain = synergy_test(reports, permutations=999)
    held = synergy_test(reports, permutations=999, strata=dict(zip(reports, strong.tolist(), strict=True)))
    assert plain.p_value == pytest.approx(1 / 1000)
    assert any("stronger everywhere" in note for note in plain.notes)
    assert held.p_value > 0.05
    assert held.interval[0] < 0 < held.interval[1]
    assert held.notes == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "one model has one number of wins in each cell"),
        ({"pairs": [], "groups": {}}, "say the same thing"),
        ({"groups": 3}, "groups = 3"),
        ({"groups": {"m0 comprehension 0": "a"}}, "0 groups have both sides"),
        ({"pairs": [("m0 comprehension 0", "m0 comprehension 1")]}, "not two sides to compare"),
        ({"pairs": [("m0 comprehension 0",)]}, "is no pair of tasks"),
        ({"groups": "skill", "strata": {}}, "strata are of models"),
        ({"groups": "skill", "across": "worlds"}, "across = 'worlds'"),
        ({"groups": "skill", "across": "modalities"}, "no two cells to compare across modalities"),
        ({"groups": "skill", "permutations": 0}, "permutations is a whole number"),
        ({"groups": "skill", "confidence": 95}, "confidence"),
        ({"groups": "skill", "bins": 0}, "bins is a whole number"),
    ],
)
def test_what_cannot_be_tested_of_one_model(options: dict[str, Any], said: str) -> None:
    bench = benchmark(6)
    report = compute_level(scores(bench, np.ones(12, dtype=bool)), catalogue=bench)
    with pytest.raises(InvalidInput, match=said):
        synergy_test(report, **options)


def test_what_cannot_be_tested_of_many() -> None:
    bench = benchmark(3)
    won = np.random.default_rng(0).random((6, 6)) < 0.5
    reports = board(bench, won)
    with pytest.raises(InvalidInput, match="4 models have both sides"):
        synergy_test(dict(list(reports.items())[:4]))
    with pytest.raises(InvalidInput, match="groups and pairs are for one model"):
        synergy_test(reports, groups="skill")
    with pytest.raises(InvalidInput, match="strata leave out model 1"):
        synergy_test(reports, strata={name: 0 for name in reports if name != "model 1"})
    with pytest.raises(InvalidInput, match="wanted a LevelReport"):
        synergy_test({})
    with pytest.raises(InvalidInput, match="has other tasks than 'model 0'"):
        synergy_test(reports | {"other": compute_level({}, catalogue=benchmark(2))})
    with pytest.raises(InvalidInput, match="is one group of tasks and has no sides"):
        synergy_test({"a": compute_level({}, scope="C:audio.generation")})
    with pytest.raises(UnknownTask, match="dance"):
        synergy_test(reports["model 0"], pairs=[("dance", "m0 generation 0")])


def test_when_all_win_alike_there_is_nothing_to_see() -> None:
    found = synergy_test(board(benchmark(3), np.ones((6, 6), dtype=bool)), permutations=99)
    assert (found.excess, found.p_value) == (pytest.approx(0.0), 1.0)
    assert any("nothing to permute" in note for note in found.notes)


def test_it_is_plain_data_and_prints() -> None:
    found = synergy_test(board(benchmark(3), np.random.default_rng(0).random((6, 6)) < 0.5), permutations=99)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["interval"][0] <= data["excess"] <= data["interval"][1]
    assert "held:each task's wins|permutations:99|seed:0" in data["signature"]
    assert "Wins across paradigms, 6 models" in str(found)


def p_values(draw: Callable[[np.random.Generator], Any], times: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(2024)
    return np.array([draw(rng) for _ in range(times)])


def assert_uniform(found: NDArray[np.float64], ties: float = 0.03) -> None:
    """At most the nominal share below each level, within three standard errors, and not less than ties explain."""
    for level in (0.05, 0.2, 0.5, 0.8):
        noise = 3 * np.sqrt(level * (1 - level) / len(found))
        assert (found <= level).mean() <= level + noise
        assert (found <= level).mean() >= level - noise - ties


@pytest.mark.slow
def test_p_values_of_models_are_uniform_under_the_null() -> None:
    bench = benchmark(12)

    def one(rng: np.random.Generator) -> float:
        # Strengths on the two sides are independent of each other; tasks differ in difficulty.
        strength = rng.uniform(0.2, 0.8, (12, 2)).repeat(12, axis=1)
        ease = np.tile(rng.uniform(-0.15, 0.15, 24), (12, 1))
        return synergy_test(board(bench, rng.random((12, 24)) < strength + ease), permutations=199, seed=1).p_value

    assert_uniform(p_values(one, 500))


@pytest.mark.slow
def test_p_values_of_pairs_are_uniform_under_the_null_and_small_under_synergy() -> None:
    bench = benchmark(40)
    pairs = [(f"m0 comprehension {n}", f"m0 generation {n}") for n in range(40)]
    # Difficulty drives both sides: held by bins it must not pass for synergy.
    ease = np.repeat(np.linspace(0.8, 0.2, 4), 10)

    def one(rng: np.random.Generator, together: float = 0.0) -> float:
        topic = rng.random(40)
        shared = rng.random((2, 40)) < together
        won = np.where(shared, topic, rng.random((2, 40))) < ease
        report = compute_level(scores(bench, won.ravel()), catalogue=bench)
        return synergy_test(report, pairs=pairs, bins=4, permutations=199, seed=1).p_value

    assert_uniform(p_values(one, 500), ties=0.2)  # a number of joint wins among 40 takes few values
    assert (p_values(lambda rng: one(rng, 0.8), 100) <= 0.05).mean() > 0.8


@pytest.mark.slow
def test_power_against_models_whose_sides_go_together() -> None:
    bench = benchmark(12)

    def one(rng: np.random.Generator) -> float:
        strength = rng.uniform(0.1, 0.9, 12)[:, np.newaxis]
        return synergy_test(board(bench, rng.random((12, 24)) < strength), permutations=199, seed=1).p_value

    assert (p_values(one, 100) <= 0.05).mean() > 0.8

"""Rank sets: worked cases, a brute force, an analytic critical value, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from generallevel import Catalogue
from generallevel.analysis.boards import leaderboard
from generallevel.analysis.boards.rank_sets import anchor_groups, first_shares, point_ranks, rank_sets

LEVEL = 0.95


def normal_draws(scores: np.ndarray, errors: Any, resamples: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(*scores.shape, resamples))
    return scores[..., np.newaxis] + np.broadcast_to(np.asarray(errors), scores.shape)[..., np.newaxis] * noise


def brute_force(scores: np.ndarray, draws: np.ndarray) -> tuple[list[tuple[int, int]], float]:
    """Step-down over ordered pairs of one key, the plainest way."""
    models, steps = len(scores), range(draws.shape[1])
    left = {(i, j) for i in range(models) for j in range(models) if i != j}
    error = {(i, j): float(np.std(draws[i] - draws[j])) for i, j in left}
    beats: set[tuple[int, int]] = set()
    while left:
        greatest = sorted(
            max((draws[i, b] - draws[j, b] - scores[i] + scores[j]) / error[i, j] for i, j in left) for b in steps
        )
        critical = greatest[int(np.ceil(LEVEL * (len(greatest) - 1)))]
        new = {(i, j) for i, j in left if scores[i] - scores[j] > critical * error[i, j]}
        if not new:
            break
        beats, left = beats | new, left - new
    ends = [
        (1 + sum((j, i) in beats for j in range(models)), models - sum((i, j) in beats for j in range(models)))
        for i in range(models)
    ]
    return ends, critical


@pytest.mark.parametrize("seed", range(4))
def test_simultaneous_sets_are_those_of_the_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 12, 5)
    draws = normal_draws(scores[np.newaxis], rng.uniform(0.5, 2.0, 5), 200, seed)
    wanted, critical = brute_force(scores, draws[0])
    got = rank_sets(scores[np.newaxis], draws, LEVEL)
    assert list(zip(got.low.tolist(), got.high.tolist(), strict=True)) == wanted
    assert got.critical == pytest.approx(critical)


def test_marginal_sets_of_a_pair_are_the_simultaneous_ones() -> None:
    scores = np.array([[3.0, 0.0]])
    draws = normal_draws(scores, 1.0, 500)
    both = [rank_sets(scores, draws, LEVEL, simultaneous=at_once) for at_once in (True, False)]
    assert (both[0].beats == both[1].beats).all()


@pytest.mark.oracle
@pytest.mark.parametrize("models", [2, 5, 20])
def test_the_critical_value_is_that_of_tukeys_range(models: int) -> None:
    """Equal models of equal and independent errors: the greatest difference is a studentised range."""
    scores = np.zeros((1, models))
    got = rank_sets(scores, normal_draws(scores, 1.0, 40_000), LEVEL)
    wanted = stats.studentized_range.ppf(LEVEL, models, np.inf) / np.sqrt(2)
    assert got.critical == pytest.approx(wanted, abs=0.03)
    assert (got.low == 1).all()
    assert (got.high == models).all()


def test_two_models_are_told_apart_beyond_the_normal_quantile() -> None:
    for apart, told in ((2.6, False), (2.95, True)):  # 1.96 * sqrt(2) = 2.77
        scores = np.array([[apart, 0.0]])
        got = rank_sets(scores, normal_draws(scores, 1.0, 20_000), LEVEL)
        assert got.beats[0, 1] == told
        assert not got.beats[1, 0]


def test_step_down_finds_more_than_one_step() -> None:
    """Once all far pairs are settled, the near pair is held against fewer rivals."""
    scores = np.array([[0.0, 3.85, 100.0, 200.0, 300.0, 400.0]])
    draws = normal_draws(scores, 1.0, 20_000)
    got = rank_sets(scores, draws, LEVEL)
    one_step = stats.studentized_range.ppf(LEVEL, 6, np.inf)
    assert one_step > 3.85
    assert got.beats[1, 0]


def test_a_correlated_difference_is_surer() -> None:
    scores = np.array([[1.0, 0.0]])
    shared = np.random.default_rng(0).normal(size=1000) * 10
    draws = normal_draws(scores, 0.1, 1000) + shared
    assert rank_sets(scores, draws, LEVEL).beats[0, 1]


def test_a_difference_that_no_draw_changes_is_certain() -> None:
    scores = np.array([[2.0, 1.0, 1.0]])
    got = rank_sets(scores, np.repeat(scores[..., np.newaxis], 50, axis=2), LEVEL)
    assert got.beats.tolist() == [[False, True, True], [False] * 3, [False] * 3]
    assert np.isnan(got.critical)
    assert list(zip(got.low.tolist(), got.high.tolist(), strict=True)) == [(1, 1), (2, 3), (2, 3)]


def test_a_pair_is_compared_by_the_highest_key_that_either_reaches() -> None:
    """The second model has less of the lower key and is still ahead, as it alone reaches the upper one."""
    scores = np.array([[0.0, 5.0, 0.0], [50.0, 20.0, 10.0]])
    errors = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    got = rank_sets(scores, normal_draws(scores, errors, 2000), LEVEL)
    assert point_ranks(scores).tolist() == [2, 1, 3]
    assert got.beats.tolist() == [[False, False, True], [True, False, True], [False, False, False]]


def test_a_key_that_draws_reach_now_and_then_leaves_the_order_open() -> None:
    scores = np.array([[0.0, 0.0], [50.0, 10.0]])
    draws = normal_draws(scores, np.array([[0.0, 0.0], [1.0, 1.0]]), 1000)
    for share, told in ((0.02, True), (0.2, False)):
        reached = draws.copy()
        reached[0, 1, : int(share * 1000)] = 3.0
        assert rank_sets(scores, reached, LEVEL).beats[0, 1] == told


def test_who_leads_shares_a_draw_among_equals() -> None:
    draws = np.array([[[3.0, 1.0, 0.0, 2.0], [2.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 5.0]]])
    assert first_shares(draws) == pytest.approx([(1 + 1 / 3 + 1 / 3) / 4, (1 / 3 + 1 / 3) / 4, (1 / 3 + 1 / 3 + 1) / 4])


@pytest.mark.parametrize(("reach", "groups"), [(2, [1, 1, 2, 2, 3, 3]), (3, [1, 1, 1, 2, 2, 2])])
def test_a_fixed_anchor_does_not_chain(reach: int, groups: list[int]) -> None:
    """Of a row of neighbours of which none beats the next, the first beats the one that is `reach` further on."""
    models = 6
    beats = np.array([[j - i >= reach for j in range(models)] for i in range(models)])
    assert anchor_groups(np.arange(1, models + 1), beats).tolist() == groups


# -------------------------------------------------------------------------------------------- laws


@st.composite
def pools(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a few keys with zeros among them, and draws about them."""
    keys, models = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    seed, spread = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([0.0, 0.1, 3.0]))
    rng = np.random.default_rng(seed)
    scores = np.round(rng.uniform(0, 10, (keys, models)) * (rng.random((keys, models)) < 0.6), 1)
    draws = np.maximum(normal_draws(scores, spread, 60, seed), 0.0)
    return scores, draws


@settings(max_examples=60, deadline=None)
@given(pools(), st.booleans())
def test_a_set_holds_the_point_rank(pool: tuple[np.ndarray, np.ndarray], at_once: bool) -> None:
    scores, draws = pool
    got = rank_sets(scores, draws, LEVEL, simultaneous=at_once)
    ranks = point_ranks(scores)
    assert (got.low <= ranks).all()
    assert (ranks <= got.high).all()
    assert (got.low >= 1).all()
    assert (got.high <= len(ranks)).all()
    assert not (got.beats & got.beats.T).any()


@settings(max_examples=40, deadline=None)
@given(pools(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_models_does_not_matter(pool: Any, at_once: bool, random: Any) -> None:
    scores, draws = pool
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    first = rank_sets(scores, draws, LEVEL, simultaneous=at_once)
    other = rank_sets(scores[:, order], draws[:, order], LEVEL, simultaneous=at_once)
    assert (first.low[order] == other.low).all()
    assert (first.high[order] == other.high).all()
    assert first_shares(draws)[order] == pytest.approx(first_shares(draws[:, order]))


@settings(max_examples=40, deadline=None)
@given(pools())
def test_groups_cover_all_and_are_numbered_without_gaps(pool: tuple[np.ndarray, np.ndarray]) -> None:
    scores, draws = pool
    groups = anchor_groups(point_ranks(scores), rank_sets(scores, draws, LEVEL).beats)
    assert sorted(set(groups.tolist())) == list(range(1, groups.max() + 1))
    assert first_shares(draws).sum() == pytest.approx(1.0)


# ---------------------------------------------------------------------------------------- coverage


@pytest.mark.slow
@pytest.mark.parametrize("truth", [[0.0] * 6, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5], [0.0, 0.0, 2.0, 2.0, 8.0, 8.1]])
def test_simultaneous_sets_hold_all_true_ranks_as_often_as_they_say(truth: list[float]) -> None:
    """Normal scores of unequal errors that share a part, and draws of the same distribution about them."""
    rng, runs = np.random.default_rng(11), 400
    true, errors = np.array(truth), np.linspace(0.3, 1.0, len(truth))
    best = 1 + (true > true[:, np.newaxis]).sum(axis=1)
    worst = len(true) - (true < true[:, np.newaxis]).sum(axis=1)
    held, each, sizes = 0, np.zeros(len(true)), np.zeros(2)
    for run in range(runs):
        seen = true + errors * rng.normal(size=len(true)) + 0.5 * rng.normal()
        scores = seen[np.newaxis]
        draws = normal_draws(scores, errors, 300, seed=run) + 0.5 * rng.normal(size=300)
        together, alone = (rank_sets(scores, draws, LEVEL, simultaneous=at_once) for at_once in (True, False))
        held += bool(((together.low <= best) & (together.high >= worst)).all())
        each += (alone.low <= best) & (alone.high >= worst)
        sizes += [(one.high - one.low).sum() for one in (together, alone)]
    allowed = 3 * np.sqrt(0.05 * 0.95 / runs) + 0.01  # Monte Carlo, and quantiles of 300 draws
    assert held / runs >= LEVEL - allowed
    assert (each / runs >= LEVEL - allowed).all()
    assert sizes[0] >= sizes[1]


@pytest.mark.slow
def test_sets_of_a_board_hold_the_true_ranks_over_other_tasks() -> None:
    """Tasks drawn from a population: their difficulty is shared by all models, and each has a gift for some of them."""
    rng, runs, tasks = np.random.default_rng(5), 200, 40
    gifts = np.array([0.0, 0.0, 3.0, 6.0, 20.0])  # by how much points are higher on average
    best = 1 + (gifts > gifts[:, np.newaxis]).sum(axis=1)
    worst = len(gifts) - (gifts < gifts[:, np.newaxis]).sum(axis=1)
    names = [f"t{number}" for number in range(2 * tasks)]
    sides = ["comprehension"] * tasks + ["generation"] * tasks
    catalogue = Catalogue.from_rows(
        {"task": name, "modality": "image", "paradigm": side, "metric": "accuracy", "reference": 50.0}
        for name, side in zip(names, sides, strict=True)
    )
    held = narrow = 0
    for run in range(runs):
        scores = rng.uniform(20, 60, len(names)) + gifts[:, np.newaxis] + rng.uniform(-15, 15, (len(gifts), len(names)))
        models = {f"m{row}": dict(zip(names, own.tolist(), strict=True)) for row, own in enumerate(scores)}
        board = leaderboard(models, catalogue=catalogue, by="level_2", resamples=200, seed=run)
        sets = [board[f"m{row}"].rank_set for row in range(len(gifts))]
        held += all(low <= first and high >= last for (low, high), first, last in zip(sets, best, worst, strict=True))
        narrow += sets[4] == (1, 1)
    assert held / runs >= LEVEL - 3 * np.sqrt(0.05 * 0.95 / runs)
    assert narrow / runs > 0.99

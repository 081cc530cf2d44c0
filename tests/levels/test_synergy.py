"""The level formulas: worked values as arithmetic, broadcasting, and the order that floats must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generallevel import synergy

points = st.floats(0.0, 100.0)
TINY = 5e-324


def test_worked_values_of_one_modality() -> None:
    comprehension, generation = [80.0, 40.0, 30.0], [90.0, 50.0]
    won_c, won_g = [True, False, False], [False, True]
    s_c, s_g = synergy.cell_mean(comprehension, won_c), synergy.cell_mean(generation, won_g)
    assert float(s_c) == 80 / 3
    assert float(s_g) == 50 / 2
    assert float(synergy.level_2(np.mean(comprehension), np.mean(generation))) == (150 / 3 + 140 / 2) / 2
    assert float(synergy.level_3(s_c, s_g)) == (80 / 3 + 50 / 2) / 2
    assert float(synergy.level_4(s_c, s_g)) == pytest.approx(2 * (80 / 3) * 25 / (80 / 3 + 25), rel=1e-15)


def test_the_overall_is_divided_by_all_modalities_supported_or_not() -> None:
    assert float(synergy.overall([40.0, 0.0, 0.0, 0.0])) == 40 / 4
    assert float(synergy.overall([40.0, 10.0, 1.0, 9.0])) == 60 / 4


def test_level_5_is_level_4_times_the_language_weight() -> None:
    assert float(synergy.language_weight(24.0)) == 24 / 100
    assert float(synergy.level_5(61.0, 24.0)) == 61 * (24 / 100)
    assert float(synergy.level_5(61.0, 0.0)) == 0.0
    assert float(synergy.level_5(61.0, 100.0)) == 61.0


@pytest.mark.parametrize(("s_c", "s_g"), [(0.0, 50.0), (50.0, 0.0), (0.0, 0.0), (-0.0, 50.0)])
def test_level_4_is_0_where_a_side_is_0(s_c: float, s_g: float) -> None:
    assert float(synergy.level_4(s_c, s_g)) == 0.0


def test_level_4_of_equal_sides_is_their_value_to_the_bit() -> None:
    sides = np.concatenate([np.linspace(0.0, 100.0, 4001), [TINY, 1e-310, 1e-300, 33.3, 100.0 / 3]])
    assert np.all(synergy.level_4(sides, sides) <= sides)
    np.testing.assert_allclose(synergy.level_4(sides[:-4], sides[:-4])[1:-1], sides[1:-5], rtol=1e-15)


@given(points | st.sampled_from([0.0, TINY, 1e-310, 1e-308]), points | st.sampled_from([0.0, TINY, 1e-310]))
def test_level_4_is_at_most_level_3_symmetric_and_without_a_warning(a: float, b: float) -> None:
    level_4 = float(synergy.level_4(a, b))
    assert 0.0 <= level_4 <= float(synergy.level_3(a, b))
    assert level_4 == float(synergy.level_4(b, a))
    assert level_4 <= 2 * min(a, b) * (1 + 1e-15)


@given(points, points, points)
def test_level_4_never_falls_when_a_side_grows(a: float, b: float, more: float) -> None:
    low, high = min(a, more), max(a, more)
    assert float(synergy.level_4(low, b)) <= float(synergy.level_4(high, b))
    next_up = min(100.0, float(np.nextafter(a, np.inf)))
    assert float(synergy.level_4(a, b)) <= float(synergy.level_4(next_up, b))


def test_cell_means_are_those_of_each_cell() -> None:
    rows = np.array([[80.0, 40.0, 30.0, 0.0, 9.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    expected = [[(80 + 40) / 2, (30 + 0) / 2, 9 / 1], [(1 + 2) / 2, (3 + 4) / 2, 5 / 1]]
    assert synergy.cell_means(rows, [0, 2, 4]).tolist() == expected


def test_cell_means_over_fewer_tasks_and_over_none() -> None:
    assert synergy.cell_means([80.0, 0.0, 0.0], [0, 2], over=[1, 0]).tolist() == [80 / 1, 0.0]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (4, 1, 2)])
def test_the_formulas_broadcast_over_leading_axes(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    scores, won = rng.uniform(0, 100, (*shape, 7)), rng.random((*shape, 7)) < 0.5
    means = synergy.cell_means(np.where(won, scores, 0.0), [0, 3])
    assert means.shape == (*shape, 2)
    assert synergy.cell_mean(scores, won).shape == shape
    level_4 = synergy.level_4(means[..., 0], means[..., 1])
    assert level_4.shape == synergy.level_3(means[..., 0], means[..., 1]).shape == shape
    assert synergy.level_5(level_4, means[..., 0]).shape == shape
    assert synergy.overall(rng.uniform(0, 100, (*shape, 4))).shape == shape
    for index in np.ndindex(*shape):
        terms = [float(score) if flag else 0.0 for score, flag in zip(scores[index], won[index], strict=True)]
        np.testing.assert_allclose(means[index], [sum(terms[:3]) / 3, sum(terms[3:]) / 4], rtol=1e-14)
        assert level_4[index] == synergy.level_4(*means[index])


def test_one_side_broadcasts_against_the_other() -> None:
    assert synergy.level_4(np.array([[10.0], [20.0]]), np.array([10.0, 0.0, 20.0])).shape == (2, 3)


def test_inputs_are_left_alone() -> None:
    scores, won = np.array([1.0, 2.0]), np.array([True, False])
    synergy.cell_mean(scores, won)
    synergy.level_4(scores, scores)
    assert (scores.tolist(), won.tolist()) == ([1.0, 2.0], [True, False])

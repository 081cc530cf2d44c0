"""Tallies add, have a zero, and stack for a bootstrap."""

import math
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel.errors import NotFinite, UndefinedScore
from generallevel.tallies import Additive, Mean, Pool, Ranked, Ratio, Tally

COUNTS = st.integers(0, 10**6)
REALS = st.floats(-1e6, 1e6)


@dataclass(frozen=True, slots=True)
class RootMean(Additive):
    squares: float
    n: int

    @classmethod
    def read(cls, squares: Any, n: Any) -> Any:
        return np.sqrt(np.divide(squares, n))


@dataclass(frozen=True, slots=True)
class Diagonal(Additive):
    """Hits of each of several classes out of its items, averaged over the classes that occur."""

    hits: Any
    items: Any

    @classmethod
    def read(cls, hits: Any, items: Any) -> Any:
        items = np.asarray(items, dtype=float)
        shares = np.divide(hits, np.where(items == 0, np.nan, items))
        return np.nan if np.isnan(shares).all() else np.nanmean(shares, axis=-1)


class Middle(Pool):
    __slots__ = ()

    @property
    def value(self) -> float:
        if not self.units:
            raise UndefinedScore("the median of nothing")
        return float(np.median(self.units))


class FirstHit(Ranked):
    """1 over the rank of the first hit."""

    __slots__ = ()

    @property
    def value(self) -> float:
        hits = self.ordered()[1]
        if not hits.any():
            raise UndefinedScore("no hit")
        return 1.0 / (1 + int(np.argmax(hits)))


def first_hit(*decisions: tuple[float, bool]) -> FirstHit:
    scores, hits = zip(*decisions, strict=True)
    return FirstHit(np.array(scores, dtype=float), np.array(hits, dtype=bool), sum(hits))


TALLIES: list[list[Tally]] = [
    [Ratio(1, 1), Ratio(0, 3), Ratio(2, 2)],
    [Mean(30.5, 1), Mean(-2.25, 2), Mean(0.1, 1)],
    [RootMean(9.0, 1), RootMean(0.0, 1), RootMean(4.0, 2)],
    [Diagonal(np.array([1, 0]), np.array([1, 0])), Diagonal(np.array([0, 2]), np.array([1, 3]))] * 2,
    [Middle((3,)), Middle((1, 2)), Middle((9,))],
    [first_hit((0.9, False)), first_hit((0.8, True), (0.9, True)), first_hit((0.1, False))],
]


def close(one: Tally, other: Tally) -> bool:
    return type(one) is type(other) and math.isclose(one.value, other.value, rel_tol=1e-12)


def name(tallies: list[Tally]) -> str:
    return type(tallies[0]).__name__


@pytest.mark.parametrize("tallies", TALLIES, ids=name)
class TestEveryKind:
    def test_grouping_and_the_zero_change_nothing(self, tallies: list[Tally]) -> None:
        a, b, c = tallies[:3]
        zero = type(a).empty()
        assert close((a + b) + c, a + (b + c))
        assert close(zero + (a + b), a + b)
        assert close((a + b) + zero, a + b)

    def test_the_sum_is_what_plus_gives(self, tallies: list[Tally]) -> None:
        a, b, c = tallies[:3]
        assert close(type(a).sum([a, b, c]), a + b + c)
        assert close(type(a).sum(iter([a, b, c])), a + b + c)

    def test_the_sum_of_nothing_is_the_zero_and_has_no_value(self, tallies: list[Tally]) -> None:
        kind = type(tallies[0])
        for nothing in (kind.empty(), kind.sum([]), kind.empty() + kind.empty()):
            assert type(nothing) is kind
            with pytest.raises(UndefinedScore):
                _ = nothing.value

    def test_it_survives_pickling(self, tallies: list[Tally]) -> None:
        a, b = tallies[:2]
        assert close(pickle.loads(pickle.dumps(a)) + b, a + b)

    def test_it_is_frozen(self, tallies: list[Tally]) -> None:
        field = next(iter(tallies[0].__dataclass_fields__))
        with pytest.raises(AttributeError):
            setattr(tallies[0], field, 0)

    def test_it_does_not_add_to_another_kind(self, tallies: list[Tally]) -> None:
        class Stranger(Mean):
            pass

        with pytest.raises(TypeError, match="unsupported operand"):
            _ = tallies[0] + Stranger(1.0, 1)


class TestAdditive:
    @settings(deadline=None)
    @given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=20), st.randoms())
    def test_counts_add_exactly_in_any_order_and_grouping(self, pairs: list[tuple[int, int]], rng: Any) -> None:
        tallies = [Ratio(*pair) for pair in pairs]
        whole = Ratio(sum(count for count, _ in pairs), sum(total for _, total in pairs))
        rng.shuffle(tallies)
        cut = rng.randint(0, len(tallies))
        assert Ratio.sum(tallies[:cut]) + Ratio.sum(tallies[cut:]) == whole == Ratio.sum(tallies)

    @settings(deadline=None)
    @given(st.lists(REALS, min_size=3, max_size=20))
    def test_reals_add_to_twelve_digits(self, numbers: list[float]) -> None:
        tallies = [Mean(abs(number), 1) for number in numbers]
        chain = tallies[0]
        for tally in tallies[1:]:
            chain = chain + tally
        back = Mean.sum(tallies[::-1])
        assert math.isclose(chain.value, back.value, rel_tol=1e-12)
        assert chain.n == back.n == len(numbers)

    def test_a_truth_counts_as_a_number_also_when_it_is_numpys(self) -> None:
        yes = np.True_
        assert (Ratio(yes, 1) + Ratio(yes, 1)).value == 1.0
        assert (Ratio(True, 1) + Ratio(yes, 1) + Ratio(np.False_, 1)).count == 2
        assert Ratio.sum([Ratio(yes, 1)] * 3).count == 3

    def test_a_ratio_of_nothing_has_no_value_even_with_a_count(self) -> None:
        with pytest.raises(UndefinedScore, match=r"Ratio\(count=2, total=0\) has no value: nothing was counted"):
            _ = Ratio(2, 0).value

    @pytest.mark.parametrize("tally", [Mean(math.nan, 1), Mean(math.inf, 1) + Mean(-math.inf, 1)])
    def test_a_nan_inside_is_said_and_is_not_called_empty(self, tally: Mean) -> None:
        with pytest.raises(NotFinite, match="made of a NaN, or of infinities of both signs"):
            _ = tally.value

    def test_an_infinity_is_a_value(self) -> None:
        assert (Mean(math.inf, 1) + Mean(3.0, 1)).value == math.inf

    def test_resampled_by_a_matrix_product_and_by_adding(self) -> None:
        rng = np.random.default_rng(5)
        tallies = [RootMean(float(square), 1) for square in rng.uniform(0, 9, size=11)]
        draws = rng.integers(11, size=(7, 11))
        weights = np.stack([np.bincount(draw, minlength=11) for draw in draws])
        stacked = RootMean.read(*(weights @ column for column in RootMean.stack(tallies)))
        added = [RootMean.sum([tallies[place] for place in draw]).value for draw in draws]
        assert stacked.shape == (7,)
        np.testing.assert_allclose(stacked, added, rtol=1e-12)

    def test_resampling_arrays_keeps_their_axes(self) -> None:
        tallies = [Diagonal(np.array([1, 0]), np.array([1, 2])), Diagonal(np.array([0, 2]), np.array([1, 2]))]
        hits, items = Diagonal.stack(tallies)
        assert hits.shape == items.shape == (2, 2)
        weights = np.array([[1.0, 1.0], [2.0, 0.0]])
        np.testing.assert_allclose(
            Diagonal.read(*(np.tensordot(weights, column, 1) for column in (hits, items))),
            [(1 / 2 + 2 / 4) / 2, (2 / 2 + 0 / 4) / 2],
        )

    def test_undefined_resamples_are_nan_beside_defined_ones(self) -> None:
        np.testing.assert_array_equal(Ratio.read(np.array([1.0, 1.0]), np.array([2.0, 0.0])), [0.5, np.nan])


class TestRanked:
    def test_order_is_by_score_and_then_misses_first(self) -> None:
        scores, hits = first_hit((0.5, True), (0.9, False), (0.5, False), (0.7, True)).ordered()
        assert scores.tolist() == [0.9, 0.7, 0.5, 0.5]
        assert hits.tolist() == [False, True, False, True]

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1), st.randoms())
    def test_arrival_decides_nothing(self, decisions: list[tuple[float, bool]], rng: Any) -> None:
        turned = list(decisions)
        rng.shuffle(turned)
        assert first_hit(*decisions) == first_hit(*turned)
        assert FirstHit.sum(first_hit(one) for one in turned) == first_hit(*decisions)

    def test_unequal_ones_are_unequal(self) -> None:
        assert first_hit((0.5, True)) != first_hit((0.5, False))
        assert first_hit((0.5, False)) != FirstHit(np.array([0.5]), np.array([False]), 3)
        assert first_hit((0.5, True)) != "a text"

    def test_positives_add(self) -> None:
        assert (FirstHit(np.empty(0), np.empty(0, dtype=bool), 3) + first_hit((0.5, True))).positives == 3 + 1


class TestPool:
    def test_units_keep_the_order_of_the_operands(self) -> None:
        assert (Middle((3,)) + Middle((1, 2))).units == (3, 1, 2)

    def test_the_value_is_that_of_the_whole_set(self) -> None:
        assert (Middle((1, 1)) + Middle((9,))).value == 1.0

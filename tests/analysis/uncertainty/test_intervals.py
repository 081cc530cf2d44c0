"""The interval of one score: which method, worked values, oracles, laws and errors."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import bootstrap as scipy_bootstrap
from scipy.stats import norm

from generallevel.analysis.uncertainty.intervals import FEWEST_BOOTSTRAP, interval
from generallevel.analysis.uncertainty.resampling import bca, bootstrap, settled, weights
from generallevel.analysis.uncertainty.sampling import item_tallies, sample_of
from generallevel.errors import InvalidInput, LengthMismatch, NotFinite, UndefinedScore
from generallevel.scoring import score
from generallevel.tallies import Additive, Mean, Pool, Ranked, Ratio

ITEMS = np.random.default_rng(7).beta(2, 1, 60)


@dataclass(frozen=True, slots=True)
class Spread(Pool):
    """A score that needs its units: the greatest less the least."""

    @property
    def value(self) -> float:
        return float(max(self.units) - min(self.units))


@dataclass(frozen=True, slots=True, eq=False)
class Found(Ranked):
    """The share of positives among the hits above the median score."""

    @property
    def value(self) -> float:
        scores, hits = self.ordered()
        return float(hits[: len(hits) // 2 + 1].mean() + scores[0])


@dataclass(frozen=True, slots=True)
class Confusion(Additive):
    """Macro recall of two classes, from a table of shape (2, 2)."""

    table: NDArray[np.float64]

    @classmethod
    def read(cls, table: Any) -> NDArray[np.float64]:
        table = np.asarray(table, dtype=np.float64)
        recalls = np.diagonal(table, axis1=-2, axis2=-1) / np.where(table.sum(-1) == 0, np.nan, table.sum(-1))
        return np.asarray(recalls.mean(-1))


# ------------------------------------------------------------------------------------------------ which method, values


def test_items_that_are_right_or_wrong_take_wilson() -> None:
    found = interval([1, 0, 1, 1, 0, 1, 1, 1, 0, 1])
    z, n, p = 1.959963984540054, 10, 0.7
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.method, found.n) == ("wilson", 10)
    assert [found.low, found.high] == pytest.approx([centre - half, centre + half])
    assert found.standard_error == pytest.approx(math.sqrt(0.7 * 0.3 / 10))


def test_few_items_take_student_and_many_the_bootstrap() -> None:
    few = interval([0.2, 0.4, 0.9, 0.5, 0.5])
    spread = math.sqrt(sum((x - 0.5) ** 2 for x in (0.2, 0.4, 0.9, 0.5, 0.5)) / 4 / 5)
    assert few.method == "t"
    assert few.standard_error == pytest.approx(spread)
    assert few.high - few.value == pytest.approx(2.7764451051977934 * spread)  # t of 4 degrees at 0.975
    assert interval(ITEMS).method == "bootstrap-bca"


def test_a_score_without_items_speaks_through_its_counts() -> None:
    kept = score("accuracy", ["a"] * 9 + ["b"], ["a"] * 10)
    found = interval(kept)
    assert (found.method, found.value, found.n, found.unit) == ("wilson", 0.9, 10, "fraction")
    assert found.to_dict() == interval(Ratio(9, 10)).to_dict() | {"unit": "fraction"}
    with_items = interval(score("accuracy", ["a"] * 9 + ["b"], ["a"] * 10, keep_items=True))
    assert (with_items.low, with_items.high) == pytest.approx((found.low, found.high))


def test_a_mean_of_bounded_items_takes_the_greatest_variance() -> None:
    found = interval(Mean(7.5, 10), bounds=(0, 1))
    assert found.method == "conservative"
    assert found.standard_error == pytest.approx(math.sqrt(0.75 * 0.25 / 10))
    wide = interval(75.0, n=10, bounds=(0, 100))
    assert [wide.low, wide.high] == pytest.approx([100 * found.low, 100 * found.high])
    from_items = interval(score("rouge_l", ["a b", "a"], ["a b", "b"], keep_items=True), method="conservative")
    assert (from_items.method, from_items.n, from_items.value) == ("conservative", 2, 0.5)


def test_what_is_given_is_taken_first() -> None:
    by_error = interval(72.0, standard_error=2.0)
    assert [by_error.low, by_error.high] == pytest.approx([72 - 1.959963984540054 * 2, 72 + 1.959963984540054 * 2])
    by_ends = interval(72.0, low=70.0, high=76.0)
    assert (by_ends.low, by_ends.high, by_ends.method) == (70.0, 76.0, "given")
    assert by_ends.standard_error == pytest.approx(6 / (2 * 1.959963984540054))


def test_it_prints_and_is_plain_data() -> None:
    found = interval(ITEMS, seed=3, groups=[place // 2 for place in range(60)], resamples=500)
    assert str(found).endswith("(bootstrap-bca, 60 items in 30 groups)")
    assert found.signature.startswith("interval:bootstrap-bca|level:0.95|n:60|groups:30|resamples:500|seed:3|v:")
    assert json.loads(json.dumps(found.to_dict()))["signature"] == found.signature
    assert found.width == found.high - found.low


# ------------------------------------------------------------------------------------------------------------ oracles


@pytest.mark.oracle
@pytest.mark.parametrize(("method", "theirs"), [("bootstrap", "BCa"), ("percentile", "percentile")])
def test_the_bootstrap_is_that_of_scipy_within_its_error(method: Any, theirs: Any) -> None:
    wanted = scipy_bootstrap(
        (ITEMS,), np.mean, n_resamples=20_000, method=theirs, vectorized=True, random_state=np.random.default_rng(1)
    )
    found = interval(ITEMS, method=method, resamples=20_000)
    # The error of a quantile of 20,000 draws is about 0.02 standard errors of the score.
    slack = 0.08 * wanted.standard_error
    assert found.low == pytest.approx(wanted.confidence_interval.low, abs=slack)
    assert found.high == pytest.approx(wanted.confidence_interval.high, abs=slack)
    assert found.standard_error == pytest.approx(wanted.standard_error, rel=0.03)


@pytest.mark.oracle
def test_the_corrections_of_skewed_items_are_those_of_scipy() -> None:
    items = np.random.default_rng(3).exponential(1, 25) ** 2  # the corrections move the ends by far more than the slack
    wanted = scipy_bootstrap((items,), np.mean, n_resamples=50_000, method="BCa", random_state=np.random.default_rng(1))
    found, plain = (interval(items, method=method, resamples=50_000) for method in ("bootstrap", "percentile"))  # type: ignore[arg-type]
    slack = 0.08 * wanted.standard_error
    assert found.low == pytest.approx(wanted.confidence_interval.low, abs=slack)
    assert found.high == pytest.approx(wanted.confidence_interval.high, abs=slack)
    assert found.low - plain.low > 2 * slack
    assert found.high - plain.high > 2 * slack


def test_the_correction_for_bias_moves_both_ends_towards_it() -> None:
    draws, value = np.linspace(0, 1, 100_001), 0.6  # 60 percent lie below: z0 is the normal quantile of 0.6
    left_out = np.array([-1.0, 1.0])  # no skew: no bend
    shares = [norm.cdf(2 * norm.ppf(0.6) + norm.ppf(tail)) for tail in (0.025, 0.975)]
    assert bca(draws, value, left_out, 0.95) == pytest.approx(shares, abs=1e-4)


def test_a_pooled_ratio_has_the_error_of_the_delta_method() -> None:
    rng = np.random.default_rng(2)
    words = rng.integers(5, 30, 200)
    errors = rng.binomial(words, 0.2)
    found = interval([Ratio(int(e), int(w)) for e, w in zip(errors, words, strict=True)])
    rate = errors.sum() / words.sum()
    delta = math.sqrt(((errors - rate * words) ** 2).sum()) / words.sum()
    assert found.value == pytest.approx(rate)
    assert found.standard_error == pytest.approx(delta, rel=0.04)


def test_arrays_in_a_tally_are_resampled_too() -> None:
    rng = np.random.default_rng(3)
    tables = [np.zeros((2, 2)) for _ in range(80)]
    for table, row, column in zip(tables, rng.integers(0, 2, 80), rng.integers(0, 2, 80), strict=True):
        table[row, column] = 1
    tallies = [Confusion(table) for table in tables]
    sample = sample_of(tallies)
    block = next(weights(80, 50, 0))
    by_hand = [Confusion(np.tensordot(row, sample.rows.reshape(80, 2, 2), 1)).value for row in block[:5]]  # type: ignore[union-attr]
    assert sample.scores(block)[:5] == pytest.approx(by_hand)
    assert interval(tallies).value == pytest.approx(Confusion.sum(tallies).value)


def test_ranked_and_pooled_tallies_are_added_up_by_their_weights() -> None:
    rng = np.random.default_rng(4)
    ranked = [Found(rng.random(3), rng.random(3) < 0.5, 2) for _ in range(30)]
    pooled = [Spread((float(x),)) for x in rng.random(30)]
    for tallies in (ranked, pooled):
        kind: Any = type(tallies[0])
        sample = sample_of(tallies)
        block = next(weights(30, 40, 5))
        wanted = [kind.sum(tallies[i] for i in np.repeat(np.arange(30), row)).value for row in block]
        assert sample.scores(block).tolist() == pytest.approx(wanted)
        found = interval(tallies, resamples=200)
        assert (found.method, found.resamples) == ("bootstrap-percentile", 200)
        assert found.low <= found.high


def test_weights_are_draws_with_replacement() -> None:
    drawn = np.concatenate(list(weights(7, 20_000, 0)))
    assert drawn.shape == (20_000, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=5 * math.sqrt(6 / 7 / 20_000))
    assert drawn.var(axis=0) == pytest.approx(np.full(7, 6 / 7), rel=0.05)  # multinomial


# --------------------------------------------------------------------------------------------------------------- laws


@given(seed=st.integers(0, 50), order=st.randoms(use_true_random=False))
def test_the_seed_decides_and_the_order_of_items_does_not(seed: int, order: Any) -> None:
    places = list(range(len(ITEMS)))
    order.shuffle(places)
    groups = np.arange(len(ITEMS)) // 2
    for kept in (None, groups):
        moved = None if kept is None else kept[places]
        one = interval(ITEMS, seed=seed, resamples=100, groups=kept)
        assert interval(ITEMS[places], seed=seed, resamples=100, groups=moved) == one
    assert interval(ITEMS, seed=seed + 1, resamples=100) != interval(ITEMS, seed=seed, resamples=100)


def test_pools_with_ids_do_not_depend_on_order() -> None:
    items = {f"item {place}": Spread((place * place % 17,)) for place in range(25)}
    backwards = dict(reversed(items.items()))
    assert interval(items, resamples=50) == interval(backwards, resamples=50)


@pytest.mark.parametrize("method", ["t", "bootstrap", "percentile", "conservative"])
def test_more_items_narrow_it(method: Any) -> None:
    rng = np.random.default_rng(5)
    widths = []
    for n in (25, 100, 400):
        items = rng.beta(2, 1, n)
        found = (
            interval(float(items.mean()), method=method, n=n, bounds=(0, 1))
            if method == "conservative"
            else interval(items, method=method)
        )
        widths.append(found.width)
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.35)  # by the root of the number
    assert widths[1] / widths[2] == pytest.approx(2, rel=0.35)


@given(scale=st.floats(0.01, 100), shift=st.floats(-10, 10))
def test_a_change_of_unit_changes_the_interval_with_it(scale: float, shift: float) -> None:
    one = interval(ITEMS, resamples=200, method="percentile")
    other = interval(ITEMS * scale + shift, resamples=200, method="percentile")
    assert [other.low, other.high] == pytest.approx([one.low * scale + shift, one.high * scale + shift], abs=1e-9)


def test_copies_in_one_group_add_nothing() -> None:
    twice, groups = np.repeat(ITEMS, 2), np.repeat(np.arange(len(ITEMS)), 2)
    for method in ("t", "bootstrap"):
        alone = interval(ITEMS, method=method)
        together = interval(twice, method=method, groups=groups)
        assert (together.low, together.high) == pytest.approx((alone.low, alone.high))
        assert together.groups == len(ITEMS)


def test_items_that_are_all_equal_have_an_interval_without_width() -> None:
    found = interval([0.5] * 30)
    assert (found.low, found.high, found.standard_error) == (0.5, 0.5, 0.0)


# ------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"score": [0.1] * 30, "method": "bootstrp"}, InvalidInput, "Did you mean 'bootstrap'"),
        ({"score": [0.1] * 30, "level": 95}, InvalidInput, r"give 0\.95"),
        ({"score": [0.1, 0.3] * 5, "method": "bootstrap"}, InvalidInput, "10 items are too few .* wants 20: use 't'"),
        ({"score": [0.1, 0.2]}, InvalidInput, "2 items are too few for method 't', which wants 5"),
        ({"score": [0.1] * 30, "method": "wilson"}, InvalidInput, "right or wrong, and these are not"),
        ({"score": [1, 0] * 30, "method": "wilson", "groups": [1] * 60}, InvalidInput, "takes items as independent"),
        ({"score": [0.1] * 30, "groups": [1] * 29}, LengthMismatch, "29 groups for 30 items"),
        ({"score": [0.1] * 3, "groups": [1, 2, None]}, InvalidInput, "group of an item is None"),
        ({"score": [0.1] * 3, "groups": {0: 1, 1: 1}}, InvalidInput, "1 of 3 items have no group, the first with id 2"),
        ({"score": [0.1], "groups": {0: 1, 9: 1}}, InvalidInput, "name 1 items that were not scored, .* id 9"),
        ({"score": []}, UndefinedScore, "no item was given"),
        ({"score": [0.1, math.nan]}, NotFinite, "item 1 is nan"),
        ({"score": [[0.1], [0.2]]}, InvalidInput, r"one number each, not an array of shape \(2, 1\)"),
        ({"score": [object()]}, InvalidInput, "items are tallies or numbers, not object"),
        ({"score": [Mean(1, 1), Ratio(1, 1)]}, InvalidInput, "several kinds do not add: Mean, Ratio"),
        ({"score": [Mean(math.inf, 1)] * 30}, NotFinite, "an infinite score has no standard error"),
        ({"score": [Ratio(0, 0)] * 30}, UndefinedScore, "together have no score"),
        ({"score": 0.7}, InvalidInput, "says nothing of its error: give n, standard_error"),
        ({"score": 0.7, "n": 10}, InvalidInput, r"pass bounds=\(0, 1\)"),
        ({"score": 0.7, "n": 0, "bounds": (0, 1)}, InvalidInput, "n is a whole number"),
        ({"score": 70, "n": 10, "bounds": (0, 1)}, InvalidInput, r"70 is outside of bounds \(0, 1\)"),
        ({"score": 0.7, "n": 10, "bounds": (1, 0)}, InvalidInput, "wanted the least and the greatest"),
        ({"score": 0.7, "method": "t"}, InvalidInput, "needs items: score with keep_items=True"),
        ({"score": 0.7, "groups": [1]}, InvalidInput, "groups need items"),
        ({"score": "0.7", "n": 3}, InvalidInput, "wanted a score, tallies of items or a number"),
        ({"score": math.inf, "n": 3}, InvalidInput, "a score of inf has no interval"),
        ({"score": Confusion(np.eye(2))}, InvalidInput, "no plain mean over its items"),
        ({"score": 0.7, "method": "given"}, InvalidInput, "give standard_error, or low and high together"),
        ({"score": 0.7, "low": 0.1}, InvalidInput, "give standard_error, or low and high together"),
        ({"score": 0.7, "low": 0.8, "high": 0.9}, InvalidInput, r"outside of its interval \[0\.8, 0\.9\]"),
        ({"score": 0.7, "standard_error": -1.0}, InvalidInput, "finite number of at least 0"),
        ({"score": [0.1] * 30, "method": "t", "standard_error": 1.0}, InvalidInput, "makes its own interval"),
        ({"score": [Spread((1,))] * 9, "method": "t"}, InvalidInput, "needs an additive score"),
        ({"score": [Spread((1,))] * 9}, InvalidInput, "9 items are too few for method 'bootstrap'"),
    ],
)
def test_errors_say_what_to_do(arguments: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        interval(**arguments)


def test_a_score_that_kept_no_items_says_so() -> None:
    plain = score("wer", ["a b"], ["a c"])
    with pytest.raises(InvalidInput, match="keep_items=True"):
        interval(plain)
    with pytest.raises(InvalidInput, match=r"wer: the score did not keep its items"):
        sample_of(plain)


def test_items_that_nothing_could_stand_for_are_not_resampled() -> None:
    clouds = {name: np.eye(3) + place for place, name in enumerate("abc")}
    kept = score("chamfer_distance", clouds | {"b": None}, clouds, keep_items=True, squared=False, combine="mean")
    assert (len(sample_of(kept)), list(item_tallies(kept))) == (2, ["a", "c"])


def test_draws_without_a_score_are_left_out_and_counted() -> None:
    mixed = [Ratio(1, 1)] + [Ratio(0, 0)] * 3 + [Ratio(0, 1)] * 26
    assert interval(mixed, method="percentile").undefined == 0
    rare = [Ratio(1, 1), Ratio(1, 2), Ratio(0, 1), Ratio(0, 1)] + [Ratio(0, 0)] * 30
    found = interval(rare, method="percentile")
    assert 0 < found.undefined < 0.05 * 10_000  # (30 / 34) ** 34 = 1.4 percent
    hardly = [Ratio(1, 1)] + [Ratio(0, 0)] * FEWEST_BOOTSTRAP
    with pytest.raises(UndefinedScore, match="too few items carry what the score is read from"):
        settled(bootstrap(sample_of(hardly), 100, 0))

"""Power and the best of several: the figures that are known, and simulation."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from generallevel.analysis.distributions.proportions import wilson
from generallevel.analysis.printed_precision import half_of_last_digit
from generallevel.analysis.uncertainty.power import (
    detectable_difference,
    items_for_share,
    reach_for_power,
    winning_margin,
)
from generallevel.analysis.uncertainty.specialists import (
    chance_against_best,
    expected_maximum,
    inflation,
    spread_of_maximum,
)
from generallevel.errors import InvalidInput

# Points that a win needs at 465 and at 100 items, and those that are seen with a power of 80 percent at 465, for a
# correlation of 0, 0.5 and 0.8. Our share is 60 percent; the last digit of a figure depends on it.
MARGINS = {465: (5.3, 3.7, 2.4), 100: (11.4, 8.1, 5.1)}
DETECTABLE = (8.0, 5.7, 3.6)
CORRELATIONS = (0.0, 0.5, 0.8)


@pytest.mark.parametrize("n", MARGINS)
def test_the_margin_that_a_win_needs(n: int) -> None:
    found = [100 * winning_margin(0.6, n, correlation=rho) for rho in CORRELATIONS]
    assert [round(margin, 1) for margin in found] == list(MARGINS[n])
    assert found[0] == pytest.approx(100 * 1.6448536269514722 * math.sqrt(2 * 0.6 * 0.4 / n))


def test_the_difference_that_is_seen() -> None:
    found = [100 * detectable_difference(0.6, 465, correlation=rho) for rho in CORRELATIONS]
    assert found == pytest.approx(list(DETECTABLE), abs=0.06)  # the second is 5.65
    assert found[0] == pytest.approx(100 * (1.6448536269514722 + 0.8416212335729143) * math.sqrt(2 * 0.24 / 465))


def test_the_best_of_several_is_too_good() -> None:
    error = 100 * math.sqrt(0.7 * 0.3 / 465)
    assert [round(float(inflation(error, k)), 1) for k in (2, 5, 10)] == [1.2, 2.5, 3.3]
    assert [round(100 * float(chance_against_best(error, error, k))) for k in (2, 5, 10)] == [33, 17, 9]


@pytest.mark.parametrize("k", [1, 2, 5, 10, 1000])
def test_moments_of_the_maximum(k: int) -> None:
    def moment(power: int) -> float:
        return quad(lambda x: x**power * k * norm.pdf(x) * norm.cdf(x) ** (k - 1), -10, 10, epsabs=1e-12, limit=200)[0]

    assert expected_maximum(k) == pytest.approx(moment(1), abs=1e-9)
    assert spread_of_maximum(k) == pytest.approx(math.sqrt(moment(2) - moment(1) ** 2), abs=1e-9)
    assert float(chance_against_best(1.0, 1.0, k)) == pytest.approx(1 / (k + 1))


@pytest.mark.slow
def test_the_best_of_several_in_simulation() -> None:
    rng, draws = np.random.default_rng(11), 100_000
    for k in (2, 5, 10):
        best = rng.binomial(465, 0.7, (draws, k)).max(axis=1) / 465
        error = math.sqrt(0.7 * 0.3 / 465)
        assert best.mean() - 0.7 == pytest.approx(
            float(inflation(error, k)), abs=5 * best.std() / math.sqrt(draws) + 2e-4
        )
        own = rng.binomial(465, 0.7, draws) / 465
        won = (own > best).mean() + (own == best).mean() / 2  # half of the ties, as a continuous score has none
        assert won == pytest.approx(1 / (k + 1), abs=5 * math.sqrt(won * (1 - won) / draws) + 0.004)


def test_items_that_a_decision_needs() -> None:
    assert float(items_for_share(0.7, 0.7)) == math.inf
    by_hand = ((1.959963984540054 * math.sqrt(0.21) + 0.8416212335729143 * math.sqrt(0.1875)) / 0.05) ** 2
    assert float(items_for_share(0.75, 0.7)) == math.ceil(by_hand)
    assert reach_for_power(0.95, 0.8) == pytest.approx(1.959963984540054 + 0.8416212335729143)


@pytest.mark.slow
@pytest.mark.parametrize(("true", "reference"), [(0.75, 0.7), (0.62, 0.7), (0.97, 0.93)])
def test_that_many_items_decide_with_the_power_asked_for(true: float, reference: float) -> None:
    n, draws = int(items_for_share(true, reference)), 50_000
    low, high = wilson(np.random.default_rng(3).binomial(n, true, draws) / n, n)
    decided = float(((low > reference) | (high < reference)).mean())
    assert decided == pytest.approx(0.8, abs=0.05)  # counts come in steps, wide ones near the end


def test_half_of_the_last_digit() -> None:
    figures = np.array([[36.5, 36.52], [40.0, 1e-8], [np.nan, np.inf]])
    halves = half_of_last_digit(figures)
    assert halves.shape == figures.shape
    assert halves.ravel()[:4].tolist() == [0.05, 0.005, 0.5, 5e-9]
    assert np.isnan(halves[2]).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: winning_margin(60, 465), r"share is a share between 0 and 1.*give 0\.6"),
        (lambda: winning_margin(0.6, 0), "n is a whole number"),
        (lambda: winning_margin(0.6, 465, correlation=1.0), r"correlation = 1\.0"),
        (lambda: detectable_difference(0.6, 465, power=80), r"give 0\.8"),
        (lambda: expected_maximum(0), "k is a whole number of at least 1"),
    ],
)
def test_errors(call: object, text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        call()  # type: ignore[operator]

"""Coverage in simulation: each interval holds the truth as often as it promises, within the error of the simulation.

The table in docs/how-to/uncertainty.md is of these settings. What a method is known to miss by is allowed for: a score
interval of counts moves about its level, and a bootstrap of few skewed items stays below it.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from generallevel.analysis.distributions.proportions import clopper_pearson, guaranteed, wilson
from generallevel.analysis.uncertainty.intervals import interval
from generallevel.tallies import Ratio

pytestmark = pytest.mark.slow

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
DRAWS = 600
SETTINGS: dict[str, tuple[Draw, float]] = {
    "bounded": (lambda rng, n: rng.beta(0.5, 0.2, n), 0.5 / 0.7),
    "skewed": (lambda rng, n: rng.exponential(1.0, n), 1.0),
}


def band(draws: int, share: float = 0.95) -> float:
    """Four standard errors of a share that was simulated."""
    return 4 * math.sqrt(share * (1 - share) / draws)


@pytest.mark.parametrize("n", [20, 50, 100, 465])
@pytest.mark.parametrize("p", [0.5, 0.7, 0.9, 0.98])
def test_intervals_of_counts(n: int, p: float) -> None:
    """Exactly: the sum of the binomial probabilities of the counts whose interval holds the truth."""
    from scipy.stats import binom

    hits = np.arange(n + 1)
    chance = binom(n, p).pmf(hits)

    def coverage(method: Any) -> float:
        low, high = method(hits / n, n)
        return float(chance[(low <= p) & (p <= high)].sum())

    assert coverage(wilson) == pytest.approx(0.95, abs=0.03)
    assert coverage(clopper_pearson) >= 0.95
    assert coverage(guaranteed) >= 0.95


@pytest.mark.parametrize("n", [20, 50, 465])
def test_means_of_bounded_items_are_covered_from_their_number_alone(n: int) -> None:
    rng, draws = np.random.default_rng(n), 4000
    for draw, truth in (SETTINGS["bounded"], (lambda rng, n: rng.beta(8, 2, n), 0.8)):
        means = np.array([draw(rng, n).mean() for _ in range(draws)])
        for method, below in ((wilson, band(draws)), (guaranteed, 0.0)):
            low, high = method(means, n)
            assert ((low <= truth) & (truth <= high)).mean() >= 0.95 - below


@pytest.mark.parametrize("method", ["t", "bootstrap", "percentile"])
@pytest.mark.parametrize(
    ("setting", "n", "missed"),
    [("bounded", 20, 0.03), ("bounded", 100, 0.015), ("skewed", 20, 0.06), ("skewed", 100, 0.02)],
)
def test_intervals_of_items(method: Any, setting: str, n: int, missed: float) -> None:
    rng, (draw, truth) = np.random.default_rng(n), SETTINGS[setting]
    held = 0
    for seed in range(DRAWS):  # one seed for all would make one error of the resampling for all
        found = interval(draw(rng, n), method=method, resamples=1000, seed=seed)
        held += found.low <= truth <= found.high
    assert held / DRAWS == pytest.approx(0.95, abs=band(DRAWS) + missed)


@pytest.mark.parametrize("method", ["t", "bootstrap"])
def test_clusters(method: Any) -> None:
    """Five questions about each of 40 images; to take them as 200 items holds the truth in about 82 percent."""
    rng, held, naive = np.random.default_rng(4), 0, 0
    for seed in range(DRAWS):
        easy = rng.beta(2, 1, 40)
        items = (rng.random((40, 5)) < easy[:, None]).astype(float).ravel()
        found = interval(items, method=method, groups=np.repeat(np.arange(40), 5), resamples=1000, seed=seed)
        alone = interval(items)
        held += found.low <= 2 / 3 <= found.high
        naive += alone.low <= 2 / 3 <= alone.high
    assert held / DRAWS == pytest.approx(0.95, abs=band(DRAWS) + 0.015)
    assert naive / DRAWS < 0.87


def test_a_pooled_ratio() -> None:
    """Errors per word of texts of many lengths."""
    rng, held = np.random.default_rng(6), 0
    for seed in range(DRAWS):
        words = rng.integers(4, 40, 60)
        hard = rng.beta(2, 6, 60)
        tallies = [Ratio(int(e), int(w)) for e, w in zip(rng.binomial(words, hard), words, strict=True)]
        found = interval(tallies, resamples=1000, seed=seed)
        held += found.low <= 0.25 <= found.high
    assert held / DRAWS == pytest.approx(0.95, abs=band(DRAWS) + 0.015)

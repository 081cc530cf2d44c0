"""Many wins at once: worked values, an oracle, and what the corrections promise, in simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import combine_pvalues, false_discovery_control, norm

from generallevel import compute_level
from generallevel.analysis.uncertainty.several_wins import benjamini_hochberg, holm, multiplicity, true_at_least
from generallevel.analysis.uncertainty.win_odds import wins
from generallevel.errors import InvalidInput

P_VALUES = st.lists(st.floats(0, 1), max_size=12)


def test_holm_step_by_step() -> None:
    # 0.01 <= 0.05 / 4, 0.015 <= 0.05 / 3, 0.03 > 0.05 / 2, and then nothing more
    assert holm([0.03, 0.01, 0.015, 0.04]).tolist() == [False, True, True, False]


@pytest.mark.oracle
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_benjamini_hochberg_is_that_of_scipy(p: list[float]) -> None:
    adjusted = false_discovery_control(p)
    if np.abs(adjusted - 0.05).min() > 1e-9:
        assert benjamini_hochberg(p).tolist() == (adjusted <= 0.05).tolist()


@given(p=P_VALUES)
def test_one_correction_is_stricter_than_the_other(p: list[float]) -> None:
    strict, loose = holm(p), benjamini_hochberg(p)
    assert not (strict & ~loose).any()
    assert (
        true_at_least(p, combination="bonferroni") == strict.sum()
    )  # Bonferroni's partial conjunction is Holm's count
    assert 0 <= true_at_least(p) <= len(p)


def test_fisher_combines_all_but_the_least() -> None:
    p = [0.001, 0.02, 0.04, 0.9]
    combined = [combine_pvalues(p[first:])[1] for first in range(4)]
    assert [value <= 0.05 for value in combined] == [True, True, False, False]
    assert true_at_least(p) == 2
    assert true_at_least([0.0, 0.0]) == 2


@pytest.mark.slow
def test_what_the_corrections_promise() -> None:
    rng, draws, tasks, better = np.random.default_rng(5), 4000, 60, 15
    truth = np.r_[np.full(better, 2.5), np.zeros(tasks - better)]
    p = norm.sf(rng.standard_normal((draws, tasks)) + truth)
    any_false = np.array([holm(row)[better:].any() for row in p])
    shares = np.array([(found[better:].sum() / max(found.sum(), 1)) for found in map(benjamini_hochberg, p)])
    too_many = np.array([true_at_least(row) > better for row in p])
    slack = 4 * math.sqrt(0.05 * 0.95 / draws)
    assert any_false.mean() <= 0.05 + slack
    assert shares.mean() <= 0.05 + slack
    assert too_many.mean() <= 0.05 + slack
    assert np.mean([true_at_least(row) for row in p]) > 2  # and it finds some
    nothing = norm.sf(rng.standard_normal((draws, tasks)))
    assert np.mean([true_at_least(row) > 0 for row in nothing]) == pytest.approx(0.05, abs=slack)


def test_counts_of_a_report() -> None:
    table = {"Human Action Recognition": {"score": 95.0, "n": 465}, "Sports Image Classification": 90.0,
             "Image Deraining": 41.2}  # fmt: skip
    counted = multiplicity(wins(compute_level(table)))
    assert (counted.raw, counted.significant, counted.tested, counted.untested) == (3, 1, 1, 2)
    assert counted.tasks == ("image.comprehension.human-action-recognition",)
    assert counted.false_uncorrected == pytest.approx(0.05)
    assert 1.4 < counted.by_luck < 1.7  # two tasks at one half, and one with its ties
    assert str(counted).startswith("3 wins, 1 of them significant (holm, 0.05); ")
    assert "not tested: 2" in str(counted)
    assert counted.signature.startswith("multiplicity:holm|true:fisher|alpha:0.05|tested:1/3|v:")
    assert counted.to_dict()["tasks"] == list(counted.tasks)
    assert multiplicity(wins(compute_level(table)), method="benjamini-hochberg").significant == 1
    with pytest.raises(InvalidInput, match="wanted 'holm' or 'benjamini-hochberg'"):
        multiplicity(wins(compute_level(table)), method="bonferroni")  # type: ignore[arg-type]

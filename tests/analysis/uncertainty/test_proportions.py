"""Intervals from shares: worked values, SciPy as an oracle, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm, t

from generallevel.analysis.distributions.proportions import clopper_pearson, guaranteed, wilson
from generallevel.analysis.distributions.quantiles import (
    check_share,
    check_whole,
    normal_cdf,
    student_quantile,
    two_sided,
)
from generallevel.errors import InvalidInput

COUNTS = [(0, 1), (1, 1), (0, 10), (10, 10), (7, 10), (325, 465), (1, 465), (464, 465)]


def ends(pair: tuple[object, object]) -> list[float]:
    return [float(end) for end in pair]  # type: ignore[arg-type]


@pytest.mark.oracle
@pytest.mark.parametrize(("hits", "n"), COUNTS)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_wilson_and_clopper_pearson_are_those_of_scipy(hits: int, n: int, level: float) -> None:
    for ours, theirs in ((wilson, "wilson"), (clopper_pearson, "exact")):
        wanted = binomtest(hits, n).proportion_ci(level, method=theirs)
        assert ends(ours(hits / n, n, level)) == pytest.approx([wanted.low, wanted.high], abs=1e-10)


def test_wilson_is_where_the_score_test_stands_at_its_quantile() -> None:
    low, high = ends(wilson(0.7, 465))
    for end in (low, high):
        assert abs(0.7 - end) / math.sqrt(end * (1 - end) / 465) == pytest.approx(norm.ppf(0.975))


def test_the_guaranteed_interval_ends_where_the_bound_is_reached() -> None:
    for share, n in ((0.7, 465), (0.01, 30)):
        for end in ends(guaranteed(share, n, 0.9)):
            divergence = share * math.log(share / end) + (1 - share) * math.log((1 - share) / (1 - end))
            assert n * divergence == pytest.approx(math.log(2 / 0.1), rel=1e-9)
    # all right: q ** n = (1 - level) / 2
    assert ends(guaranteed(1.0, 30, 0.9)) == pytest.approx([0.05 ** (1 / 30), 1.0])
    assert ends(guaranteed(0.0, 30, 0.9)) == pytest.approx([0.0, 1 - 0.05 ** (1 / 30)])


@pytest.mark.parametrize("method", [wilson, clopper_pearson, guaranteed])
@given(n=st.integers(1, 10_000), part=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_laws(method: object, n: int, part: float, level: float) -> None:
    share = round(part * n) / n
    low, high = ends(method(share, n, level))  # type: ignore[operator]
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    other = ends(method(1 - share, n, level))  # type: ignore[operator]
    assert other == pytest.approx([1 - high, 1 - low], abs=1e-9)  # what is right and what is wrong
    more = ends(method(share, 4 * n, level))  # type: ignore[operator]
    assert more[1] - more[0] <= high - low + 1e-12  # more items narrow it
    surer = ends(method(share, n, (1 + level) / 2))  # type: ignore[operator]
    assert surer[1] - surer[0] >= high - low - 1e-12


@pytest.mark.parametrize("method", [wilson, clopper_pearson, guaranteed])
def test_columns_go_through_at_once_and_nan_stays(method: object) -> None:
    low, high = method(np.array([0.5, np.nan, 1.0]), np.array([10.0, 10.0, 20.0]))  # type: ignore[operator]
    assert np.isnan([low[1], high[1]]).all()
    assert [low[0], high[0]] == pytest.approx(ends(method(0.5, 10)))  # type: ignore[operator]
    assert [low[2], high[2]] == pytest.approx(ends(method(1.0, 20)))  # type: ignore[operator]


@pytest.mark.oracle
@pytest.mark.parametrize("freedom", [1, 4, 19, 464])
def test_quantiles_are_those_of_scipy(freedom: int) -> None:
    assert student_quantile(0.95, freedom) == pytest.approx(t.ppf(0.975, freedom), rel=1e-9)
    assert two_sided(0.95) == pytest.approx(norm.ppf(0.975), rel=1e-12)
    assert normal_cdf([-1.0, np.nan])[0] == pytest.approx(norm.cdf(-1.0))


@pytest.mark.parametrize("value", [0, 1, 95, True, "0.95", math.nan])
def test_a_level_is_a_share(value: object) -> None:
    with pytest.raises(InvalidInput, match="level is a share between 0 and 1"):
        check_share("level", value)


def test_a_percentage_is_recognised() -> None:
    with pytest.raises(InvalidInput, match=r"If 95 is a percentage, give 0\.95"):
        check_share("level", 95)


@pytest.mark.parametrize("value", [0, -1, 1.0, True, None])
def test_a_number_of_items_is_whole(value: object) -> None:
    with pytest.raises(InvalidInput, match="n is a whole number of at least 1"):
        check_whole("n", value)

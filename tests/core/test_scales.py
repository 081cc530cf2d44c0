"""Curves from a raw score to 0..100: values by hand, limits, monotony, clipping."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel.scales import Complement, Linear, Saturating, Scale, Tanh

RISING = [Linear(), Linear(1, 5), Linear(-1, 1), Tanh(20)]
FALLING = [Complement(), Saturating(25), Saturating(0.1)]


@pytest.mark.parametrize(
    ("scale", "raw", "points"),
    [
        (Linear(), 0.833, 83.3),
        (Linear(1, 5), 3.82, 100 * (3.82 - 1) / 4),
        (Linear(-1, 1), 0.5, 100 * (0.5 + 1) / 2),
        (Linear(0, 100), 42.0, 42.0),
        (Complement(), 0.25, 75.0),
        (Saturating(25), 25.0, 100 * math.tanh(1 / 2)),
        (Saturating(25), 12.5, 100 * math.tanh(1)),
        (Tanh(20), 20.0, 100 * math.tanh(1)),
        (Tanh(20), 34.56, 100 * math.tanh(34.56 / 20)),
    ],
)
def test_values_by_hand(scale: Scale, raw: float, points: float) -> None:
    assert math.isclose(float(scale(raw)), points, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("scale", "raw", "points"),
    [
        (Saturating(25), 0.0, 100.0),  # a perfect error, where the released scorer gives 0
        (Saturating(25), -0.0, 100.0),
        (Saturating(25), math.inf, 0.0),
        (Saturating(25), 5e-324, 100.0),
        (Tanh(20), math.inf, 100.0),
        (Tanh(20), -math.inf, 0.0),
        (Complement(), 1.7, 0.0),
        (Complement(), math.inf, 0.0),
        (Linear(), 1.2, 100.0),
        (Linear(), -0.2, 0.0),
        (Linear(), math.inf, 100.0),
    ],
)
def test_limits_and_clipping(scale: Scale, raw: float, points: float) -> None:
    assert float(scale(raw)) == points


@pytest.mark.parametrize("scale", RISING + FALLING, ids=repr)
@settings(deadline=None)
@given(values=st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=30))
def test_monotone_within_0_and_100(scale: Scale, values: list[float]) -> None:
    raw = np.sort(np.abs(values) if isinstance(scale, Saturating) else np.array(values))
    points = scale(raw)
    assert np.all((points >= 0) & (points <= 100))
    assert np.all(np.diff(points) >= 0 if scale in RISING else np.diff(points) <= 0)


@pytest.mark.parametrize("scale", RISING + FALLING, ids=repr)
def test_shapes_stay_and_nan_stays_nan(scale: Scale) -> None:
    raw = np.array([[0.25, np.nan], [0.5, 0.75]])
    points = scale(raw)
    assert points.shape == (2, 2)
    assert np.isnan(points[0, 1])
    assert np.isfinite(points).sum() == 3
    assert scale([0.25]).tolist() == [float(scale(0.25))]
    assert raw.tolist()[1] == [0.5, 0.75]


def test_the_bare_formula_tells_what_was_cut() -> None:
    assert float(Linear().unclipped(np.array(1.2))) == pytest.approx(120.0)
    assert float(Complement().unclipped(np.array(1.7))) == pytest.approx(-70.0)


@pytest.mark.parametrize(
    ("scale", "formula"),
    [
        (Linear(), "100 x"),
        (Linear(0, 100), "100 x / 100"),
        (Linear(1, 5), "100 (x - 1) / 4"),
        (Linear(-1, 1), "100 (x + 1) / 2"),
        (Complement(), "100 (1 - x)"),
        (Saturating(0.1), "100 tanh(0.1 / 2x)"),
        (Tanh(20), "100 tanh(x / 20)"),
    ],
)
def test_formulas_as_text(scale: Scale, formula: str) -> None:
    assert scale.formula == formula


@pytest.mark.parametrize("scale", RISING + FALLING, ids=repr)
def test_a_scale_is_a_value(scale: Scale) -> None:
    copy = pickle.loads(pickle.dumps(scale))
    assert copy == scale
    assert hash(copy) == hash(scale)
    assert Linear(1, 5) != Linear(1, 4)

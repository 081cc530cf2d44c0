"""Normals: angles, orientation, and the likely slips."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.three_d.normals import angular_rmse
from generallevel.scoring import score

UP, ACROSS, DOWN = [0.0, 0, 1], [1.0, 0, 0], [0.0, 0, -1]


def test_the_root_of_the_mean_square_angle() -> None:
    assert angular_rmse([UP, [0, 1, 1]], [UP, UP]).value == pytest.approx(math.sqrt((0 + 45**2) / 2), abs=1e-12)


def test_the_other_way_is_right_or_as_wrong_as_can_be() -> None:
    assert angular_rmse([DOWN], [UP]).value == 0
    assert angular_rmse([DOWN], [UP], oriented=True).value == 180


def test_shapes_or_points() -> None:
    preds, refs = [[UP], [ACROSS] * 3], [[UP], [UP] * 3]
    assert score("angular_rmse", preds, refs).value == pytest.approx((0 + 90) / 2)
    pooled = score("angular_rmse", preds, refs, variant="pooled").value
    assert pooled == pytest.approx(math.sqrt((0 + 3 * 90**2) / 4))


def test_small_angles_keep_their_digits() -> None:
    for size in (1e-3, 1e-8, 1e-12):
        assert angular_rmse([[size, 0, 1]], [UP]).value == pytest.approx(math.degrees(math.atan(size)), rel=1e-9)


@pytest.mark.parametrize("length", [1e-300, 1e-30, 5.0, 1e300])
def test_lengths_do_not_matter(length: float) -> None:
    assert angular_rmse([[length, 0, length]], [[0, 0, 1 / length]]).value == pytest.approx(45, abs=1e-9)


def test_missing_normals_are_as_wrong_as_can_be() -> None:
    assert score("angular_rmse", [None], [[UP]]).value == 90
    assert score("angular_rmse", [None, [UP]], [[UP], [UP]], oriented=True).value == 180 / 2


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ([[0, 0, 0], UP], ImpossibleValue, "pred normal 0 has length 0: it points nowhere"),
        ([UP], ShapeMismatch, "pred has 1 normals and ref 2: one for each point"),
        (np.ones((3, 2)), ShapeMismatch, "Is it transposed"),
        ([[0, math.nan, 0], UP], NotFinite, r"pred normals point 0 is \[0.0, nan, 0.0\]"),
        ([], InvalidInput, "pred normals has no point"),
    ],
)
def test_slips(pred: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        angular_rmse(pred, [UP, UP])

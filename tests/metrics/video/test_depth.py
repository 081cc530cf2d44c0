"""Depth of clips: worked errors, fits, caps, and what each slip is told."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import GeneralLevelError, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.video.depth import abs_rel
from generallevel.scoring import score

REF = np.array([[[1.0, 2.0]], [[4.0, 0.0]]])
PRED = np.array([[[2.0, 2.0]], [[2.0, 7.0]]])


def test_errors_are_shares_of_the_true_depth() -> None:
    assert abs_rel(PRED, REF, align="none").value == pytest.approx((1 / 1 + 0 + 2 / 4) / 3)
    two = score("abs_rel", [PRED, REF + 1], [REF, REF], align="none").value
    assert two == pytest.approx((1.5 / 3 + (1 + 1 / 2 + 1 / 4) / 3) / 2)  # clips count equally


def test_one_fit_serves_the_whole_clip() -> None:
    ref = np.array([[[1.0, 2.0]], [[4.0, 8.0]]])
    assert abs_rel(5 * ref - 3, ref, align="scale_and_shift").value == pytest.approx(0, abs=1e-12)
    apart = ref * np.array([1.0, 2.0])[:, None, None]
    assert abs_rel(apart, ref, align="scale").value > 0.1


def test_a_constant_prediction_becomes_the_mean() -> None:
    ref = np.array([1.0, 3.0])
    assert abs_rel([7.0, 7.0], ref, align="scale_and_shift").value == pytest.approx((1 / 1 + 1 / 3) / 2)
    assert abs_rel([0.1 + 0.2, 0.3], ref, align="scale_and_shift").value == pytest.approx((1 / 1 + 1 / 3) / 2)


def test_disparities() -> None:
    ref = np.array([1.0, 2.0, 4.0])
    assert abs_rel(1 / ref, ref, align="none", pred_holds="disparity").value == 0
    assert abs_rel(ref, 1 / ref, align="none", ref_holds="disparity").value == 0
    assert abs_rel(ref, [1.0, 0.5, 0.0], align="none", ref_holds="disparity").value == 0  # 0 is not measured
    fitted = score("abs_rel", [3 / ref + 2], [ref], variant="affine_disparity").value
    assert fitted == pytest.approx(0, abs=1e-12)
    capped = abs_rel([1.0, 0.0], [1.0, 8.0], align="none", pred_holds="disparity", max_depth=10).value
    assert capped == pytest.approx((0 + 2 / 8) / 2)
    floored = abs_rel([2.0, 0.1], [2.0, 0.2], align="none", floor=0.3).value
    assert floored == pytest.approx((0 + 0.1 / 0.2) / 2)


def test_the_released_form_caps_at_eighty() -> None:
    ref = np.array([10.0, 20.0, 90.0])
    assert score("abs_rel", [ref], [ref], variant="released").value == pytest.approx(0, abs=1e-12)
    assert abs_rel([100.0], [50.0], align="none", min_depth=1e-3, max_depth=80).value == pytest.approx(30 / 50)


def test_a_missing_clip_has_depth_0() -> None:
    assert score("abs_rel", {}, {1: REF}, align="none").value == 1
    assert score("abs_rel", {}, {1: REF}, variant="released").value == 1


@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "text"),
    [
        (PRED, REF * 0, {}, InvalidInput, "no pixel of the reference"),
        (PRED * np.nan, REF, {}, NotFinite, "a depth is a finite number"),
        (PRED[:1], REF, {}, ShapeMismatch, "shape"),
        (PRED, REF, {"align": "affine"}, InvalidInput, "align is"),
        (PRED, REF, {"fit_in": "inverse"}, InvalidInput, "fit_in is 'depth' or 'disparity'"),
        (PRED, REF, {"floor": -1}, ImpossibleValue, "floor"),
        (PRED * 0, REF, {"pred_holds": "disparity"}, ImpossibleValue, "infinitely far"),
        (-PRED, REF, {"pred_holds": "disparity"}, ImpossibleValue, "has no depth"),
        ([[["a"]]], [[[1.0]]], {}, InvalidInput, "real numbers"),
    ],
)
def test_slips(pred: Any, ref: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str) -> None:
    with pytest.raises(error, match=text):
        abs_rel(pred, ref, **{"align": "none", **params})


def test_the_alignment_is_asked_for() -> None:
    with pytest.raises(InvalidInput, match="needs align"):
        score("abs_rel", [PRED], [REF])

"""Depth of images: worked errors, units, caps, and what each slip is told."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import GeneralLevelError, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.image.depth import depth_delta, depth_rms
from generallevel.scoring import score

REF = np.array([[1.0, 2.0], [4.0, 0.0]])
PRED = np.array([[2.0, 2.0], [2.0, 7.0]])


@pytest.mark.parametrize(("unit", "factor"), [("m", 100), ("cm", 1), ("mm", 0.1)])
def test_units_come_out_as_centimetres(unit: Any, factor: float) -> None:
    assert depth_rms(PRED, REF, unit=unit).value == pytest.approx(factor * np.sqrt((1 + 0 + 4) / 3))


def test_images_or_pixels_count_equally() -> None:
    preds, refs = [np.array([[1.0, 1.0]]), np.array([[5.0]])], [np.array([[1.0, 1.0]]), np.array([[2.0]])]
    assert score("depth_rms", preds, refs, unit="cm").value == pytest.approx((0 + 3) / 2)
    assert score("depth_rms", preds, refs, unit="cm", variant="pooled").value == pytest.approx(np.sqrt(9 / 3))
    assert score("depth_delta", preds, refs).value == pytest.approx((1 + 0) / 2)
    assert score("depth_delta", preds, refs, variant="pooled").value == pytest.approx(2 / 3)


@pytest.mark.parametrize("hole", [0.0, np.nan, np.inf, -1.0])
def test_what_was_not_measured_does_not_count(hole: float) -> None:
    ref = np.where(REF == 0, hole, REF)
    assert depth_rms(PRED, ref, unit="cm").value == pytest.approx(np.sqrt(5 / 3))
    assert depth_rms(np.where(REF == 0, np.nan, PRED), ref, unit="cm").value == pytest.approx(np.sqrt(5 / 3))


def test_caps_choose_pixels_and_clip_predictions() -> None:
    assert depth_rms(PRED, REF, unit="cm", min_depth=1, max_depth=5).value == pytest.approx(np.sqrt((0 + 4) / 2))
    far = depth_rms([[9.0, 0.1]], [[2.0, 2.0]], unit="cm", min_depth=1, max_depth=3).value
    assert far == pytest.approx(np.sqrt((1 + 1) / 2))


def test_alignment_undoes_a_scale() -> None:
    ref = np.array([[1.0, 2.0, 5.0]])
    assert depth_rms(ref * 3, ref, unit="m", align="median").value == pytest.approx(0, abs=1e-12)
    assert depth_rms(ref * 3, ref, unit="m", align="scale").value == pytest.approx(0, abs=1e-12)
    assert depth_rms(ref * 3 + 1, ref, unit="m", align="scale_and_shift").value == pytest.approx(0, abs=1e-12)
    assert depth_delta(1 / ref, ref, pred_holds="disparity").value == 1
    disparity = 1 / (2 / ref + 3)
    assert depth_rms(disparity, ref, unit="m", align="scale_and_shift", fit_in="disparity").value == pytest.approx(
        0, abs=1e-9
    )


def test_delta_is_strict_and_a_depth_of_0_is_wrong() -> None:
    assert depth_delta([[1.25, 1.2, 0.8, 0.0, -1.0]], np.ones((1, 5))).value == pytest.approx(1 / 5)
    assert depth_delta([[1.25, 1.5, 1.9, 2.0]], np.ones((1, 4)), power=2).value == pytest.approx(2 / 4)
    assert depth_delta([[1.25, 1.5, 1.9, 2.0]], np.ones((1, 4)), power=3).value == pytest.approx(3 / 4)


def test_a_missing_map_has_depth_0() -> None:
    assert score("depth_rms", {}, {1: [[3.0, 0.0]]}, unit="cm").value == 3
    assert score("depth_rms", {}, {1: [[3.0, 5.0]]}, unit="cm", align="scale_and_shift").value == np.sqrt(34 / 2)
    assert score("depth_delta", {}, {1: [[3.0, 0.0]]}).value == 0


@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "text"),
    [
        (PRED, REF * 0, {}, InvalidInput, "no pixel of the reference has a measured depth"),
        (PRED, REF, {"min_depth": 5, "max_depth": 9}, InvalidInput, "above 5 and below 9"),
        (PRED * np.nan, REF, {}, NotFinite, "pred is nan in 3 of 3 pixels"),
        (PRED * np.inf, REF, {}, NotFinite, "pred is inf"),
        (PRED[:1], REF, {}, ShapeMismatch, "shape"),
        (PRED[None], REF, {}, ShapeMismatch, "channels-first"),
        (PRED > 1, REF, {}, InvalidInput, "not a mask"),
        (np.zeros((0, 2)), np.zeros((0, 2)), {}, InvalidInput, "no pixel"),
        (PRED, REF, {"unit": "km"}, InvalidInput, "unit is 'm' or 'cm' or 'mm'"),
        (PRED, REF, {"align": "shift"}, InvalidInput, "align is 'none' or"),
        (PRED, REF, {"over": "frames"}, InvalidInput, "over is"),
        (PRED, REF, {"max_depth": -1}, ImpossibleValue, "max_depth"),
        (PRED, REF, {"min_depth": 3, "max_depth": 2}, ImpossibleValue, "not below"),
        (PRED * 0, REF, {"align": "median"}, ImpossibleValue, "median of the prediction is 0"),
        (PRED * 0, REF, {"align": "scale"}, ImpossibleValue, "0 in every pixel"),
    ],
)
def test_slips(pred: Any, ref: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str) -> None:
    with pytest.raises(error, match=text):
        depth_rms(pred, ref, **{"unit": "m", **params})


def test_slips_of_single_options() -> None:
    with pytest.raises(InvalidInput, match="needs unit"):
        score("depth_rms", [PRED], [REF])
    with pytest.raises(InvalidInput, match="power is 1, 2 or 3"):
        depth_delta(PRED, REF, power=4)

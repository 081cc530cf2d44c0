"""Pitch: worked contours, pauses, and what is no contour."""

import math
from typing import Any

import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UndefinedScore
from generallevel.metrics.audio.pitch import (
    f0_frame_error,
    f0_rmse,
    f0_rmse_cents,
    gross_pitch_error,
    raw_pitch_accuracy,
    voicing_error,
)
from generallevel.scoring import score

REF = [100.0, 200.0, 0.0, 0.0, 400.0]
PRED = [103.0, 196.0, 0.0, 90.0, 0.0]


def test_only_frames_that_both_voice_have_a_deviation() -> None:
    assert f0_rmse(PRED, REF).value == math.sqrt((3**2 + 4**2) / 2)
    cents = [1200 * math.log2(103 / 100), 1200 * math.log2(196 / 200)]
    assert f0_rmse_cents(PRED, REF).value == pytest.approx(math.sqrt((cents[0] ** 2 + cents[1] ** 2) / 2), rel=1e-12)


def test_frames_pool_over_a_set() -> None:
    result = score("f0_rmse", [[103.0], [100.0, 100.0]], [[100.0], [100.0, 100.0]])
    assert result.value == math.sqrt((3**2 + 0 + 0) / 3)


def test_voicing() -> None:
    assert voicing_error(PRED, REF).value == 2 / 5
    assert f0_frame_error(PRED, REF).value == (2 + 0) / 5
    assert f0_frame_error(PRED, REF, tolerance=0.025).value == (2 + 1) / 5


def test_a_pitch_at_the_tolerance_is_not_gross_and_is_not_right() -> None:
    assert gross_pitch_error([120.0, 80.0, 121.0], [100.0, 100.0, 100.0]).value == 1 / 3
    assert raw_pitch_accuracy([200.0], [100.0], tolerance=1200).value == 0
    assert raw_pitch_accuracy([200.0], [100.0], tolerance=1201).value == 1


@pytest.mark.parametrize("octaves", [0.25, 0.5, 1, 2, 8])
def test_octaves(octaves: float) -> None:
    assert raw_pitch_accuracy([220 * octaves], [220.0]).value == (octaves == 1)
    assert raw_pitch_accuracy([220 * octaves], [220.0], octaves=False).value == 1


def test_nothing_voiced_on_both_sides_has_no_deviation() -> None:
    for metric in (f0_rmse, f0_rmse_cents, gross_pitch_error):
        with pytest.raises(UndefinedScore, match="has no value"):
            assert metric([100.0, 0.0], [0.0, 100.0]).value
    with pytest.raises(UndefinedScore, match="has no value"):
        assert raw_pitch_accuracy([100.0], [0.0]).value


def test_a_missing_contour_voices_nothing() -> None:
    assert score("voicing_error", [None], [REF]).value == 3 / 5
    assert score("raw_pitch_accuracy", [None], [REF]).value == 0
    assert score("f0_rmse", [None, PRED], [REF, REF]).n_counted == 1


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ([100.0, 200.0], ShapeMismatch, "pred has length 2 and ref has length 5.*one grid of frames"),
        ([[100.0] * 5], ShapeMismatch, "one contour"),
        ([], InvalidInput, "pred is empty"),
        ([math.nan] * 5, NotFinite, "write 0 where nothing is voiced"),
        ([math.inf, 1, 1, 1, 1], NotFinite, "holds inf at place 0"),
        ([4.6, 5.3, 0, 0, 6.0], ImpossibleValue, "holds 4.6, which is no frequency.*is it a logarithm"),
        ([-100.0, 0, 0, 0, 0], ImpossibleValue, "holds -100"),
        ("voice", InvalidInput, "of real numbers"),
    ],
)
def test_what_is_no_contour(pred: Any, error: type[Exception], message: str) -> None:
    for metric in (f0_rmse, f0_rmse_cents, gross_pitch_error, voicing_error, f0_frame_error, raw_pitch_accuracy):
        with pytest.raises(error, match=message):
            metric(pred, REF)


@pytest.mark.parametrize("tolerance", [0, -1, math.nan, math.inf])
def test_what_is_no_tolerance(tolerance: float) -> None:
    for metric in (gross_pitch_error, f0_frame_error, raw_pitch_accuracy):
        with pytest.raises(ImpossibleValue, match="tolerance is a"):
            metric(PRED, REF, tolerance=tolerance)

"""Tracks of one thing: thresholds, first frames, absent targets, the released J&F, and the likely slips."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch
from generallevel.metrics.video.tracks import (
    box_j_and_f,
    normalised_tracking_precision,
    success_auc,
    tracking_precision,
)
from generallevel.scoring import score

BOX, HALF, FAR = [0, 0, 4, 4], [0, 0, 2, 4], [50, 50, 4, 4]
NONE = [math.nan] * 4


def auc(pred: object, ref: object, **options: object) -> float:
    return success_auc(pred, ref, **{"boxes": "xywh", **options}).value


def test_a_perfect_tracker_has_20_of_21() -> None:
    assert auc([BOX] * 3, [BOX] * 3) == 20 / 21
    assert auc([BOX] * 3, [BOX] * 3, strict=False) == 1


def test_an_overlap_of_one_half_passes_ten_thresholds() -> None:
    # 0, .05, ..., .45 are exceeded; .5 is reached
    assert auc([HALF], [BOX], initial_frame="counts") == 10 / 21
    assert auc([HALF], [BOX], initial_frame="counts", strict=False) == 11 / 21


@pytest.mark.parametrize("n", range(1, 20))
def test_an_overlap_of_a_twentieth_does_not_exceed_itself(n: int) -> None:
    assert auc([[0, 0, n, 1]], [[0, 0, 20, 1]], initial_frame="counts") == n / 21
    assert auc([[0, 0, n, 1]], [[0, 0, 20, 1]], initial_frame="counts", strict=False) == (n + 1) / 21


def test_the_first_frame() -> None:
    pred, ref = [FAR, BOX], [BOX, BOX]
    assert auc(pred, ref) == 20 / 21
    assert auc(pred, ref, initial_frame="counts") == pytest.approx(20 / 42)
    assert auc(pred[::-1], ref, initial_frame="left_out") == 0


@pytest.mark.parametrize("row", [NONE, [0, 0, 0, 0], None, [3, 3, 0, 5]])
def test_a_frame_without_target(row: object) -> None:
    pred, ref = [BOX, BOX, BOX, BOX], [BOX, BOX, row, BOX]
    assert auc(pred, ref) == 20 / 21
    assert auc(pred, ref, absent_target="miss") == pytest.approx(3 * 20 / (4 * 21))


@pytest.mark.parametrize("row", [NONE, [0, 0, 0, 0], None, [3, 3, 0, 5]])
def test_a_frame_without_prediction_is_a_failure(row: object) -> None:
    pred, ref = [BOX, row], [BOX, BOX]
    assert auc(pred, ref) == pytest.approx(20 / 42)
    assert tracking_precision([BOX, None], ref, boxes="xywh").value == 0.5
    assert normalised_tracking_precision([BOX, None], ref, boxes="xywh").value == 0.5


def test_sequences_count_equally() -> None:
    preds, refs = [[BOX] * 9, [FAR]], [[BOX] * 9, [BOX]]
    assert score("success_auc", preds, refs, boxes="xywh", initial_frame="counts").value == pytest.approx(10 / 21)


def test_a_missing_prediction_is_not_given_the_first_frame() -> None:
    result = score("success_auc", {"a": [BOX, BOX]}, {"a": [BOX, BOX], "b": [BOX, BOX]}, boxes="xywh")
    assert result.value == pytest.approx(10 / 21)
    assert dict(result.reasons) == {"b": "no prediction"}


def test_formats_are_one() -> None:
    corners = [[x, y, x + w, y + h] for x, y, w, h in (HALF, BOX)]
    assert auc(corners[:1], corners[1:], boxes="xyxy", initial_frame="counts") == 10 / 21
    with pytest.raises(InvalidInput, match=r"success_auc needs boxes=\.\.\."):
        score("success_auc", [[BOX]], [[BOX]])
    with pytest.raises(InvalidInput, match="boxes is how boxes are written, one of xyxy"):
        auc([BOX], [BOX], boxes="ltwh")


@pytest.mark.parametrize(
    ("pred", "ref", "kind", "message"),
    [
        ([BOX], [BOX, BOX], LengthMismatch, "pred has 1 frames and ref has 2"),
        (BOX, [BOX], ShapeMismatch, "One box is a row too"),
        ([[0, 0, math.nan, 1]], [BOX], NotFinite, "at place 0: .* where there is no box, all four are NaN or 0"),
        ([[0, 0, math.inf, 1]], [BOX], NotFinite, "every number of a box is finite"),
        ([[5, 5, -1, 2]], [BOX], ImpossibleValue, "has a negative side. If it is two corners, pass boxes='xyxy'"),
        ([BOX], [NONE], InvalidInput, "of 1 frames none counts"),
        (np.empty((0, 4)), np.empty((0, 4)), InvalidInput, "of 0 frames none counts"),
        (np.ones((2, 4), dtype=bool), [BOX, BOX], InvalidInput, "are they masks"),
        ({"boxes": [BOX]}, [BOX], InvalidInput, "got a mapping"),
    ],
)
def test_what_is_no_track(pred: object, ref: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        auc(pred, ref)


def test_options_are_words() -> None:
    with pytest.raises(InvalidInput, match="Did you mean 'left_out'"):
        auc([BOX], [BOX], initial_frame="leftout")
    with pytest.raises(InvalidInput, match="absent_target is 'skip' or 'miss'"):
        auc([BOX], [BOX], absent_target="no")


def test_precision_counts_the_pixel_at_the_edge() -> None:
    ref, pred = [BOX] * 2, [BOX, [20, 0, 4, 4]]
    assert tracking_precision(pred, ref, boxes="xywh").value == 1
    assert tracking_precision(pred, ref, boxes="xywh", pixels=19.9).value == 0.5
    with pytest.raises(InvalidInput, match="a distance in pixels needs boxes in pixels"):
        tracking_precision(pred, ref, boxes="xywh_normalised")
    with pytest.raises(ImpossibleValue, match="pixels is a distance"):
        tracking_precision(pred, ref, boxes="xywh", pixels=-1)
    with pytest.raises(ImpossibleValue, match="at is a distance in sizes of the target"):
        normalised_tracking_precision(pred, ref, boxes="xywh", at=math.nan)


def test_the_released_j_and_f_finds_a_reference_of_another_frame() -> None:
    ref = [[0, 0, 4, 4], [100, 0, 4, 4]]
    pred = [[100, 0, 4, 4], [0, 0, 4, 4]]  # right places, wrong frames
    assert box_j_and_f(pred, ref, boxes="xywh", initial_frame="counts").value == 0
    released = score("box_j_and_f", [pred], [ref], variant="released").value
    assert released == pytest.approx((0 + 1) / 2 / 1.0001)


def test_the_released_j_and_f_finds_a_reference_twice() -> None:
    ref, pred = [[0, 0, 4, 4], [100, 0, 4, 4]], [[0, 0, 4, 4], [0, 0, 4, 4]]
    # precision 2 / 2, recall 2 / (2 + 1)
    f = 2 * 1 * (2 / 3) / (1 + 2 / 3)
    assert score("box_j_and_f", [pred], [ref], variant="released").value == pytest.approx((1 / 2 + f) / 2 / 1.0001)
    assert box_j_and_f(pred, ref, boxes="xywh").value == pytest.approx(1 / 2)


def test_many_frames_are_compared_in_blocks() -> None:
    rng = np.random.default_rng(0)
    ref = np.column_stack([rng.uniform(0, 500, (1500, 2)), np.full((1500, 2), 30.0)])
    pred = ref + rng.normal(scale=5, size=ref.shape)
    value = box_j_and_f(pred, ref, boxes="xywh", matching="independent").value
    assert 0.5 < value < 1

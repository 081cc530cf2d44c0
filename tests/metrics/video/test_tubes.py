"""Tubes: unions of frames, first frames of number 0 and 1, empty tubes, and the likely slips."""

import math

import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite
from generallevel.metrics.video.tubes import mean_tiou, mean_viou, viou_recall
from generallevel.scoring import score

BOX, HALF = [0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 2.0, 4.0]
ZERO = [0, 0, 0, 0]


def test_frames_of_either_tube_are_the_denominator() -> None:
    pred, ref = [BOX, HALF, BOX, ZERO, ZERO], [ZERO, BOX, BOX, BOX, ZERO]
    assert mean_viou(pred, ref, boxes="xyxy").value == (1 / 2 + 1) / 4
    assert mean_tiou(pred, ref).value == 2 / 4


def test_ways_to_write_a_tube_are_one() -> None:
    rows = [None, BOX, HALF]
    ref = [BOX, BOX, BOX]
    told = (0 + 1 + 1 / 2) / 3
    for tube in (rows, {1: BOX, 2: HALF}, {"1": BOX, "2": HALF}, {"frames": [2, 1], "boxes": [HALF, BOX]}):
        assert mean_viou(tube, ref, boxes="xyxy", pred_counts_from=0).value == told
    for tube in ({2: BOX, 3: HALF}, {"frames": [1, 2, 3], "boxes": [ZERO, BOX, HALF]}):
        assert mean_viou(tube, ref, boxes="xyxy", pred_counts_from=1).value == told


def test_the_first_frame_must_be_said() -> None:
    with pytest.raises(InvalidInput, match="pass ref_counts_from=0 or 1"):
        mean_viou([BOX], {1: BOX}, boxes="xyxy")
    with pytest.raises(ImpossibleValue, match="a frame of number 0, and pred_counts_from=1: does it count from 0"):
        mean_viou({0: BOX}, [BOX], boxes="xyxy", pred_counts_from=1)
    with pytest.raises(InvalidInput, match="0 or 1, not 2"):
        mean_viou({0: BOX}, [BOX], boxes="xyxy", pred_counts_from=2)


def test_two_empty_tubes() -> None:
    empty = [ZERO, ZERO]
    clips = [empty, [BOX, ZERO]]
    assert score("mean_viou", clips, clips, boxes="xyxy").value == 1
    assert score("mean_viou", clips, clips, variant="released").value == 1 / 2
    assert mean_tiou(empty, empty, both_empty="one").value == 1
    assert score("viou_recall", clips, clips, boxes="xyxy", iou=0.5).value == 1
    assert mean_viou([BOX, ZERO], empty, boxes="xyxy").value == 0
    assert mean_viou({}, [BOX], boxes="xyxy", pred_counts_from=0).value == 0


def test_a_box_without_area_is_there_and_overlaps_with_nothing() -> None:
    line = [1, 1, 1, 3]
    assert mean_viou([line], [line], boxes="xyxy").value == 0
    assert mean_tiou([line], [line]).value == 1


def test_a_missing_prediction_is_an_empty_tube() -> None:
    assert score("mean_viou", [None, [BOX]], [[BOX], [BOX]], boxes="xyxy").value == 1 / 2


def test_recall_exceeds_its_threshold() -> None:
    pred, ref = [BOX, ZERO], [BOX, BOX]
    assert viou_recall(pred, ref, boxes="xyxy", iou=0.5).value == 0
    assert viou_recall(pred, ref, boxes="xyxy", iou=0.5, strict=False).value == 1
    with pytest.raises(ImpossibleValue, match="no overlap exceeds 1"):
        viou_recall(pred, ref, boxes="xyxy", iou=1.0)
    with pytest.raises(InvalidInput, match=r"viou_recall needs iou=\.\.\."):
        score("viou_recall", [pred], [ref], boxes="xyxy")


@pytest.mark.parametrize(
    ("pred", "kind", "message"),
    [
        ([BOX], LengthMismatch, "pred has 1 frames and ref has 2"),
        ({"frames": [1, 1], "boxes": [BOX, BOX]}, InvalidInput, "pred has frame 1 twice"),
        ({"frames": [1], "boxes": [BOX, BOX]}, LengthMismatch, "pred has 1 frames and 2 boxes"),
        ({"first": BOX}, InvalidInput, "keys are numbers of frames"),
        ({1.5: BOX}, InvalidInput, "frames are whole numbers in a row"),
        ({1: [0, 0, math.nan, 1]}, NotFinite, "every number of a box is finite"),
        ({1: [4, 4, 2, 2]}, ImpossibleValue, "ends before it begins"),
    ],
)
def test_what_is_no_tube(pred: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        mean_viou(pred, [BOX, BOX], boxes="xyxy", pred_counts_from=0)


def test_an_option_is_one_of_its_words() -> None:
    with pytest.raises(InvalidInput, match="both_empty is 'skip' or 'zero' or 'one'"):
        mean_viou([BOX], [BOX], boxes="xyxy", both_empty="two")

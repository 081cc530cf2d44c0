"""Tracks of many things: worked cases, empty sequences, and the likely slips."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, UndefinedScore
from generallevel.metrics.video.multi_tracks import hota, identity_switches, idf1, mota, motp
from generallevel.scoring import score

BOX, OTHER, FAR = [0, 0, 4, 4], [20, 0, 4, 4], [80, 80, 4, 4]
EMPTY: dict[str, Any] = {"frames": [], "ids": [], "boxes": []}
ALL = (hota, mota, motp, identity_switches, idf1)


def tracks(*rows: tuple[int, Any, list[float]]) -> dict[str, Any]:
    frames, ids, boxes = zip(*rows, strict=True)
    return {"frames": list(frames), "ids": list(ids), "boxes": list(boxes)}


REF = tracks((1, 1, BOX), (2, 1, BOX), (3, 1, BOX), (1, 2, OTHER), (2, 2, OTHER), (3, 2, OTHER))


@pytest.mark.parametrize(("metric", "best"), [(hota, 1), (mota, 1), (motp, 1), (identity_switches, 0), (idf1, 1)])
def test_perfect_tracks(metric: Any, best: float) -> None:
    assert metric(REF, REF, boxes="xywh").value == best
    renamed = {**REF, "ids": ["b" if one == 1 else "a" for one in REF["ids"]]}
    assert metric(renamed, REF, boxes="xywh").value == best


def test_two_tracks_that_swap() -> None:
    pred = tracks((1, 1, BOX), (2, 1, BOX), (3, 2, BOX), (1, 2, OTHER), (2, 2, OTHER), (3, 1, OTHER))
    assert identity_switches(pred, REF, boxes="xywh").value == 2
    assert mota(pred, REF, boxes="xywh").value == pytest.approx(1 - 2 / 6)
    assert idf1(pred, REF, boxes="xywh").value == 2 * 4 / (6 + 6)
    tally = hota(pred, REF, boxes="xywh")
    # four matches whose tracks agree in 2 of 4 frames, two whose tracks agree in 1 of 5
    assert tally.ass_a == pytest.approx((4 * 2 / 4 + 2 * 1 / 5) / 6)
    assert tally.value == pytest.approx(math.sqrt(tally.ass_a))
    assert tally.by_alpha == pytest.approx(np.full(19, tally.value))


def test_hota_averages_over_thresholds() -> None:
    pred, ref = tracks((1, 1, [0, 0, 2, 4])), tracks((1, 1, BOX))
    tally = hota(pred, ref, boxes="xywh")  # overlap 1/2: ten of nineteen thresholds
    assert tally.value == pytest.approx(10 / 19)
    assert tally.loc_a == pytest.approx((10 * 0.5 + 9 * 1) / 19)
    assert tally.det_a == pytest.approx(10 / 19)


def test_a_gap_does_not_hide_a_switch() -> None:
    ref = tracks((1, 1, BOX), (2, 1, BOX), (9, 1, BOX))
    pred = tracks((1, 5, BOX), (9, 6, BOX))
    assert identity_switches(pred, ref, boxes="xywh").value == 1
    assert mota(pred, ref, boxes="xywh").value == pytest.approx(1 - (1 + 0 + 1) / 3)


def test_a_pair_is_kept_although_another_overlaps_more() -> None:
    ref = tracks((1, 1, BOX), (2, 1, BOX))
    pred = tracks((1, 5, BOX), (2, 5, [0, 0, 3, 4]), (2, 6, BOX))
    assert identity_switches(pred, ref, boxes="xywh").value == 0
    assert motp(pred, ref, boxes="xywh").value == (1 + 3 / 4) / 2


def test_false_alarms_go_below_zero() -> None:
    pred = tracks(*((1, track, FAR) for track in range(9)))
    assert mota(pred, tracks((1, 1, BOX)), boxes="xywh").value == 1 - (1 + 9) / 1


def test_counts_add_over_sequences() -> None:
    preds, refs = [REF, tracks((1, 1, FAR))], [REF, tracks((1, 1, BOX))]
    assert score("mota", preds, refs, boxes="xywh").value == pytest.approx(1 - (1 + 1) / 7)
    assert score("idf1", preds, refs, boxes="xywh").value == 2 * 6 / (7 + 7)
    assert score("hota", preds, refs, boxes="xywh").value == pytest.approx(math.sqrt(6 / 8))


def test_empty_sequences() -> None:
    for metric, value in ((hota, 0), (mota, 0), (idf1, 0), (identity_switches, 0)):
        assert metric(EMPTY, REF, boxes="xywh").value == value
    for metric in (hota, idf1):
        assert metric(REF, EMPTY, boxes="xywh").value == 0
    for metric in (hota, mota, idf1, motp):
        with pytest.raises(UndefinedScore):
            _ = metric(EMPTY, EMPTY, boxes="xywh").value
        assert score(metric, [EMPTY, REF], [EMPTY, REF], boxes="xywh").value == 1
    with pytest.raises(UndefinedScore):
        _ = motp(EMPTY, REF, boxes="xywh").value
    with pytest.raises(UndefinedScore):
        _ = mota(REF, EMPTY, boxes="xywh").value


def test_a_missing_prediction_is_no_track() -> None:
    assert score("mota", [None, REF], [REF, REF], boxes="xywh").value == 1 / 2
    assert score("identity_switches", [None, REF], [REF, REF], boxes="xywh").n_counted == 1


def test_boxes_without_area_match_nothing() -> None:
    line = tracks((1, 1, [3, 3, 0, 5]))
    assert mota(line, line, boxes="xywh").value == 1 - 2 / 1
    assert hota(line, line, boxes="xywh").value == 0


@pytest.mark.parametrize(
    ("pred", "kind", "message"),
    [
        (tracks((4, 7, BOX), (4, 7, FAR)), InvalidInput, "pred has the id 7 twice in frame 4"),
        ({**REF, "ids": REF["ids"][:-1]}, LengthMismatch, r"pred has 6 boxes and ids of shape \(5,\)"),
        ({**REF, "frames": [0.5] * 6}, InvalidInput, "frames are whole numbers"),
        ({**REF, "ids": [0.5] * 6}, InvalidInput, "ids are whole numbers or texts"),
        (tracks((1, 1, BOX), (1, "1", FAR)), InvalidInput, "not some of each"),
        ({**REF, "ids": [[1, 2], [3]]}, InvalidInput, "ids are whole numbers or texts, one for each box"),
        ({**REF, "scores": [1] * 6}, InvalidInput, "the key 'scores', which nothing reads"),
        ({"frames": [1], "boxes": [BOX]}, InvalidInput, "pred has no 'ids'"),
        ([BOX], InvalidInput, "pred is tracks, .* got list"),
        (tracks((1, 1, [0, 0, math.nan, 1])), NotFinite, "pred box 0"),
        (tracks((1, 1, [0, 0, -3, 1])), ImpossibleValue, "has a negative side"),
    ],
)
def test_what_are_no_tracks(pred: object, kind: type[Exception], message: str) -> None:
    for metric in ALL:
        with pytest.raises(kind, match=message):
            metric(pred, REF, boxes="xywh")


def test_thresholds() -> None:
    with pytest.raises(ImpossibleValue, match="a threshold of overlap"):
        mota(REF, REF, boxes="xywh", iou=0)
    with pytest.raises(ImpossibleValue, match="a threshold of overlap"):
        idf1(REF, REF, boxes="xywh", iou=50)

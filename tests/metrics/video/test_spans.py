"""Spans of time: ranks, several true spans, ends that belong to the span, and the likely slips."""

import math

import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.video.spans import temporal_ap, temporal_recall
from generallevel.scoring import score


def test_an_overlap_that_equals_the_threshold() -> None:
    assert temporal_recall([0, 5], [0, 10], iou=0.5).value == 1
    assert temporal_recall([0, 5], [0, 10], iou=0.5, strict=True).value == 0


def test_last_frames_belong_to_the_span() -> None:
    assert temporal_recall([3, 3], [3, 3], iou=1.0).value == 0  # without length
    assert temporal_recall([3, 3], [3, 3], iou=1.0, inclusive=True).value == 1
    assert temporal_recall([0, 4], [0, 9], iou=0.5, inclusive=True).value == 1  # 5 of 10 frames


def test_any_true_span_is_right() -> None:
    assert temporal_recall([6, 8], [[0, 1], [6, 8]], iou=0.9).value == 1
    assert temporal_recall([6, 8], ([0, 1], [6, 8]), iou=0.9).value == 1


def test_a_missing_prediction_is_a_miss() -> None:
    assert score("temporal_recall", [None, [1, 2]], [[1, 2], [1, 2]], iou=0.5).value == 1 / 2
    assert temporal_recall([], [1, 2], iou=0.5).value == 0
    ref = {"spans": [[1, 2]], "labels": ["run"]}
    pred = {"spans": [[1, 2]], "labels": ["run"], "scores": [0.5]}
    assert score("temporal_ap", [None, pred], [ref, ref]).value == 1 / 2


@pytest.mark.parametrize(
    ("pred", "kind", "message"),
    [
        ([5, 2], ImpossibleValue, "ends before it begins: a span is begin and end, not begin and duration"),
        ([1, 2, 3], ShapeMismatch, r"shape \(n, 2\)"),
        ([1, math.nan], NotFinite, "pred holds nan"),
        ([True, False], InvalidInput, "got truths"),
    ],
)
def test_what_is_no_span(pred: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        temporal_recall(pred, [1, 2], iou=0.5)


def test_options() -> None:
    with pytest.raises(ImpossibleValue, match="a threshold of overlap lies above 0 and at most at 1, not at 50"):
        temporal_recall([1, 2], [1, 2], iou=50)
    with pytest.raises(ImpossibleValue, match="no overlap exceeds 1"):
        temporal_recall([1, 2], [1, 2], iou=1, strict=True)
    with pytest.raises(ImpossibleValue, match="the most spans of a query"):
        temporal_recall([1, 2], [1, 2], iou=0.5, k=0)
    with pytest.raises(InvalidInput, match="ref has no span"):
        temporal_recall([1, 2], [], iou=0.5)


def test_average_precision_by_class() -> None:
    pred = {"spans": [[0, 4], [6, 9], [20, 22]], "scores": [0.9, 0.8, 0.7], "labels": ["run", "run", "jump"]}
    ref = {"spans": [[6, 10], [20, 22]], "labels": ["run", "jump"]}
    tally = temporal_ap(pred, ref, iou=0.5)
    assert tally.by_class == {"run": 1 / 2, "jump": 1}
    assert tally.value == (1 / 2 + 1) / 2
    assert temporal_ap(pred, ref, iou=(0.5, 0.8)).by_iou[0.8] == pytest.approx((0 + 1) / 2)  # 3 of 4 are too few
    with pytest.raises(InvalidInput, match="pred has the key 'segments'"):
        temporal_ap({"segments": []}, ref)

"""Frames: success, steadiness, smoothness, prompts and PSNR of the frames of a clip."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UndefinedScore
from generallevel.extractors.protocol import Wrapped
from generallevel.metrics.video.features import clip_frame_consistency
from generallevel.metrics.video.frames import (
    frame_accuracy,
    frame_psnr,
    halfway,
    l1_distance,
    motion_smoothness,
    success_rate,
)
from generallevel.metrics.video.quality import video_quality_composite
from generallevel.scoring import score
from generallevel.tallies import Ratio


def test_frames_of_all_clips_pool() -> None:
    assert score("success_rate", [[True, True, False], [False], True]).value == (2 + 0 + 1) / (3 + 1 + 1)


def test_arrays_numbers_and_booleans_are_one() -> None:
    for form in ([1, 0], np.array([True, False]), (1.0, 0.0), np.array([1, 0], dtype=np.uint8)):
        assert success_rate(form) == Ratio(1, 2)


def test_a_missing_clip_is_left_out_and_reported() -> None:
    result = score("success_rate", [[True], None])
    assert (result.value, result.n_counted, result.n_total, result.reasons) == (1, 1, 2, {1: "no prediction"})


def test_no_clip_has_no_rate() -> None:
    with pytest.raises(UndefinedScore, match="2 were given, none could be counted"):
        score("success_rate", [None, None])


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ([0.9, 0.1], InvalidInput, "0.9 is neither: compare confidences with the detector's threshold first"),
        ([2], ImpossibleValue, "finding 2 is outside 0 to 1"),
        ([], InvalidInput, "without a single finding"),
        (["yes"], InvalidInput, "an item's finding is a number"),
    ],
)
def test_what_is_no_finding(pred: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        success_rate(pred)


BLACK, WHITE = np.zeros((2, 3), np.uint8), np.full((2, 3), 255, np.uint8)


def test_steadiness_of_bytes_and_of_fractions() -> None:
    clip = np.stack([BLACK, WHITE, WHITE])
    assert l1_distance(clip).value == l1_distance(clip[::-1]).value == 1 / 2
    assert l1_distance(clip / 255, data_range=1).value == 1 / 2
    assert l1_distance(clip.astype("int64")).value == 1 / 2
    assert score("l1_distance", [None, np.stack([BLACK, BLACK])]).value == 1 / 2


@pytest.mark.parametrize(
    ("clip", "kind", "message"),
    [
        (np.zeros((3, 2, 2)), InvalidInput, r"frames of fractions need data_range=\.\.\."),
        ([[[0]]], InvalidInput, "2 frames are the least"),
        ([[0, 1], [1, 2]], ShapeMismatch, "the frames of a clip"),
        ([[[0]], [[0, 1]]], ShapeMismatch, "not of one length"),
        ([[[0]], [[4096]]], ImpossibleValue, "pass data_range=65535"),
        ([[[True]], [[False]]], InvalidInput, "got truths"),
    ],
)
def test_what_is_no_clip(clip: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        l1_distance(clip)


def test_ranges_and_numbers_of_clips() -> None:
    with pytest.raises(ImpossibleValue, match="data_range is the span of the scale"):
        l1_distance(np.stack([BLACK, WHITE]), data_range=0)
    with pytest.raises(NotFinite, match="a frame holds a NaN"):
        l1_distance([[[0.0]], [[math.nan]]], data_range=1)
    with pytest.raises(ImpossibleValue, match="more than data_range = 1"):
        l1_distance(np.stack([BLACK, WHITE]), data_range=1)


def test_every_second_frame_is_interpolated() -> None:
    clip = np.array([0, 10, 20, 35, 40, 99], dtype=np.uint8).reshape(-1, 1, 1)
    # 10 between 0 and 20, 35 between 20 and 40; the last has no successor
    assert motion_smoothness(clip, interpolator=halfway).value == pytest.approx((255 - (0 + 5) / 2) / 255)
    with pytest.raises(InvalidInput, match="3 frames are the least"):
        motion_smoothness(clip[:2], interpolator=halfway)
    with pytest.raises(ShapeMismatch, match="the interpolator made a frame of shape"):
        motion_smoothness(clip, interpolator=lambda before, after: before[0])
    with pytest.raises(NotFinite, match="the interpolator made"):
        motion_smoothness(clip, interpolator=lambda before, after: before * math.nan)
    assert motion_smoothness(clip, interpolator=lambda before, after: before * 0 - 1e9).value >= 0


def test_the_interpolator_is_in_the_signature() -> None:
    result = score("motion_smoothness", [np.stack([BLACK] * 3)], interpolator=halfway)
    assert "interpolator:halfway" in result.signature


def test_a_frame_as_near_to_both_prompts_is_not_right() -> None:
    ref = {"source": [1.0, 0.0], "target": [0.0, 1.0]}
    assert frame_accuracy([[1.0, 1.0], [1.0, 2.0]], ref).value == 1 / 2
    assert score("frame_accuracy", [[[0, 1]], [[1, 0]] * 3], [ref, ref]).value == 1 / 4
    assert dict(score("frame_accuracy", [None, [[0, 1]]], [ref, ref]).reasons) == {0: "no prediction"}


@pytest.mark.parametrize(
    ("pred", "ref", "kind", "message"),
    [
        ([[0.0, 0.0]], {"source": [1, 0], "target": [0, 1]}, ImpossibleValue, "is zero, which has no direction"),
        ([[0.0, 1.0]], {"source": [1, 0, 0], "target": [0, 1]}, ShapeMismatch, "the same model makes both"),
        ([[0.0, 1.0]], [[1, 0], [0, 1]], InvalidInput, "the embeddings of the two prompts"),
        ([[0.0, math.inf]], {"source": [1, 0], "target": [0, 1]}, NotFinite, "pred, row 0, holds a NaN"),
        ([], {"source": [1, 0], "target": [0, 1]}, ShapeMismatch, "at least one"),
    ],
)
def test_what_are_no_embeddings(pred: object, ref: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        frame_accuracy(pred, ref)


def test_consistency_pools_frames_and_knows_no_opposites() -> None:
    one, other = [[1, 0], [1, 0]], [[1, 0], [-1, 0], [-1, 0]]
    # the second clip: (0 + 0) / 2 and (0 + 1) / 2
    assert score(clip_frame_consistency, [one, other]).value == (1 + 0 + 1 / 2) / 3
    with pytest.raises(InvalidInput, match="a clip of a single frame"):
        clip_frame_consistency([[1, 0]])
    tiny = [[1e-200, 0], [1e200, 0]]
    assert clip_frame_consistency(tiny).value == 1


def test_frames_without_error_count_with_the_ceiling() -> None:
    ref = np.stack([BLACK, BLACK])
    pred = np.stack([BLACK, WHITE])
    assert frame_psnr(pred, ref, ceiling=80).value == (80 + 0) / 2
    assert frame_psnr(pred, ref, ceiling=math.inf).value == math.inf
    with pytest.raises(InvalidInput, match=r"frame_psnr needs ceiling=\.\.\."):
        score("frame_psnr", [pred], [ref])
    with pytest.raises(NotFinite, match="ceiling is NaN"):
        frame_psnr(pred, ref, ceiling=math.nan)
    with pytest.raises(ShapeMismatch, match="Nothing is cut"):
        frame_psnr(pred[:1], ref, ceiling=80)


def test_frames_or_clips() -> None:
    preds, refs = [np.stack([BLACK] * 3), np.stack([WHITE])], [np.stack([BLACK] * 3), np.stack([BLACK])]
    assert score("frame_psnr", preds, refs, ceiling=40).value == (3 * 40 + 0) / 4
    assert score("frame_psnr", preds, refs, ceiling=40, variant="over_clips").value == (40 + 0) / 2
    assert score("frame_psnr", [None], refs[:1], ceiling=40).value == 0  # white for a black reference


def test_the_composite_is_the_mean_of_four() -> None:
    parts = {"subject": 0.9, "text": 0.2, "background": 0.98, "smoothness": 0.7, "motion": 1}
    assert video_quality_composite(parts, second="text").value == pytest.approx((0.9 + 0.2 + 0.7 + 1) / 4)
    assert video_quality_composite(parts, second="background").value == pytest.approx((0.9 + 0.98 + 0.7 + 1) / 4)
    assert score("video_quality_composite", [None, parts], second="text").value == pytest.approx(2.8 / 4 / 2)


@pytest.mark.parametrize(
    ("parts", "kind", "message"),
    [
        ({"subject": 0.9, "smoothness": 0.7, "motion": 1}, InvalidInput, "the part 'text' is missing"),
        ({"subjects": 0.9}, InvalidInput, "Did you mean 'subject'"),
        ([0.1, 0.2, 0.3, 0.4], InvalidInput, "as a mapping, not list"),
        ({"subject": 95, "text": 0.2, "smoothness": 0.7, "motion": 1}, ImpossibleValue, "95 is outside 0 to 1"),
        ({"subject": [0.9, 0.8], "text": 0.2, "smoothness": 0.7, "motion": 1}, InvalidInput, "is one number"),
    ],
)
def test_what_are_no_parts(parts: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        video_quality_composite(parts, second="text")


def test_frames_and_prompts_through_an_extractor() -> None:
    words = Wrapped(lambda items: [[1.0, 0.0] if item == "cat" else [0.0, 1.0] for item in items], "words")
    result = score("frame_accuracy", [["cat", "dog", "dog"]], [{"source": "cat", "target": "dog"}], extractor=words)
    assert result.value == pytest.approx(2 / 3)
    assert "extractor:words" in result.signature

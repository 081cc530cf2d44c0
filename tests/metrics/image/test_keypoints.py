"""Keypoints: worked similarities, poses without a marked point, and every slip with its answer."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel import score
from generallevel.errors import (
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
)
from generallevel.metrics.image.keypoints import COCO_SIGMAS, keypoint_ap, keypoint_ap50

SIGMAS = [0.5, 0.5]  # then (2 sigma)^2 is 1, and a point counts exp(-d^2 / (2 area))
REF = {"keypoints": [[[0, 0, 2], [10, 0, 2]]], "areas": [50.0]}


def similarity(*distances: float) -> float:
    return sum(math.exp(-(d**2) / 100) for d in distances) / len(distances)


@pytest.mark.parametrize("distances", [(0.0, 0.0), (3.0, 0.0), (8.0, 9.0), (0.0, 30.0), (9.0, 9.0)])
def test_similarity_decides(distances: tuple[float, float]) -> None:
    pred = [[[0, distances[0]], [10, distances[1]]]]
    for threshold in (0.3, 0.5, 0.51, 0.9):
        wanted = float(similarity(*distances) >= threshold)
        assert keypoint_ap(pred, REF, sigmas=SIGMAS, iou=threshold).value == wanted


def test_points_that_are_not_marked_do_not_count() -> None:
    ref = {"keypoints": [[[0, 0, 2], [10, 0, 0]]], "areas": [50.0]}
    assert keypoint_ap50([[[0, 0], [999, 999]]], ref, sigmas=SIGMAS).value == 1


def test_the_third_number_of_a_prediction_is_disregarded() -> None:
    assert keypoint_ap50([[[0, 0, 0.03], [10, 0, 0.97]]], REF, sigmas=SIGMAS).value == 1


def test_a_pose_without_marked_points_takes_poses_near_its_box() -> None:
    hidden = [[0, 0, 0], [0, 0, 0]]
    ref = {
        "keypoints": [hidden, [[100, 100, 2], [110, 100, 2]]],
        "areas": [50.0, 50.0],
        "boxes": [[0, 0, 10, 10], [95, 95, 20, 10]],
    }
    pred = {"keypoints": [[[5, 5], [-9, 19]], [[100, 100], [110, 100]]], "scores": [0.9, 0.5]}
    assert keypoint_ap50(pred, ref, sigmas=SIGMAS, boxes="xywh").value == 1
    far = {**pred, "keypoints": [[[60, 60], [60, 60]], pred["keypoints"][1]]}
    assert keypoint_ap50(far, ref, sigmas=SIGMAS, boxes="xywh").value == 1 / 2
    with pytest.raises(InvalidInput, match='say how they are written, such as boxes="xywh"'):
        keypoint_ap50(pred, ref, sigmas=SIGMAS)
    with pytest.raises(InvalidInput, match="no marked point, and poses near it are told by its box"):
        keypoint_ap50(pred, {"keypoints": [hidden], "areas": [50.0]}, sigmas=SIGMAS)
    with pytest.raises(ShapeMismatch, match="not one box for each pose"):
        keypoint_ap50(pred, {**ref, "boxes": [[0, 0, 10, 10]]}, sigmas=SIGMAS, boxes="xywh")


def test_empty_sides() -> None:
    assert keypoint_ap50([], REF, sigmas=SIGMAS).value == 0
    assert keypoint_ap50(np.empty((0, 2, 3)), REF, sigmas=SIGMAS).value == 0
    assert score("keypoint_ap50", [None], [REF], sigmas=SIGMAS).value == 0
    with pytest.raises(UndefinedScore):
        _ = keypoint_ap50([[[0, 0], [1, 1]]], {"keypoints": [], "areas": []}, sigmas=SIGMAS).value


def test_areas_select_and_max_dets_cuts() -> None:
    pred = {"keypoints": [[[500, 500], [600, 600]], [[0, 0], [10, 0]]], "scores": [0.9, 0.8]}
    assert keypoint_ap50(pred, REF, sigmas=SIGMAS).value == 1 / 2
    assert keypoint_ap50(pred, REF, sigmas=SIGMAS, area="small").value == 1  # the other pose spans 100 x 100
    assert keypoint_ap50(pred, REF, sigmas=SIGMAS, max_dets=1).value == 0


def test_an_object_without_area_is_matched_by_the_same_points_only() -> None:
    ref = {**REF, "areas": [0.0]}
    assert keypoint_ap50([[[0, 0], [10, 0]]], ref, sigmas=SIGMAS).value == 1
    assert keypoint_ap50([[[0, 1], [10, 1]]], ref, sigmas=SIGMAS).value == 0


def test_the_sigmas_of_coco() -> None:
    assert len(COCO_SIGMAS) == 17
    assert COCO_SIGMAS[0] == 0.026
    with pytest.raises(InvalidInput, match="keypoint_ap50 needs sigmas="):
        score("keypoint_ap50", [REF["keypoints"]], [REF])


PRED = [[[0, 0], [10, 0]]]


@pytest.mark.parametrize(
    ("pred", "ref", "options", "error", "message"),
    [
        ([[[0, 0], [10, math.nan]]], REF, {}, NotFinite, "pred pose 0 holds a NaN"),
        ([[[0, 0]]], REF, {}, ShapeMismatch, r"poses of 2 points .* got shape \(1, 1, 2\)"),
        ([[0, 0, 1, 10, 0, 1]], REF, {}, ShapeMismatch, r"Reshape to \(n, K, 3\)"),
        (PRED, {"keypoints": PRED, "areas": [1]}, {}, ShapeMismatch, r"shape \(n, 2, 3\)"),
        (PRED, {"keypoints": REF["keypoints"]}, {}, InvalidInput, 'poses without "areas"'),
        (PRED, {**REF, "areas": [1, 2]}, {}, LengthMismatch, "1 objects but 2 areas"),
        (PRED, {**REF, "areas": [-1]}, {}, ImpossibleValue, "areas hold -1"),
        (PRED, {**REF, "keypoints": [[[0, 0, 0.9], [1, 1, 1]]]}, {}, ImpossibleValue, "visibility 0.9.*a confidence"),
        (PRED, REF, {"sigmas": [0.5, 0]}, ImpossibleValue, "spreads above 0"),
        (PRED, REF, {"sigmas": 0.5}, ShapeMismatch, "one spread for each keypoint"),
        (PRED, REF, {"sigmas": COCO_SIGMAS}, ShapeMismatch, "poses of 17 points"),
        ({"keypoints": PRED, "visible": [1]}, REF, {}, InvalidInput, "'visible', which nothing reads"),
        ([["a", "b"]], REF, {}, InvalidInput, "real numbers"),
    ],
)
def test_a_slip_is_named(pred: Any, ref: Any, options: Any, error: type[GeneralLevelError], message: str) -> None:
    with pytest.raises(error, match=message):
        keypoint_ap50(pred, ref, **{"sigmas": SIGMAS, **options})

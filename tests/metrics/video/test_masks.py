"""J and F of masks: objects, frames that count, contours, void, and the likely slips."""

import math

import numpy as np
import pytest

from generallevel._kernels.contours import boundary_f, contour, region_j
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch
from generallevel.metrics.image.masks import mean_iou
from generallevel.metrics.video.masks import j_and_f
from generallevel.scoring import score


def square(size: int, *corner: int, side: int = 4) -> np.ndarray:
    mask = np.zeros((size, size), dtype=bool)
    y, x = corner
    mask[y : y + side, x : x + side] = True
    return mask


def test_the_first_and_the_last_frame_do_not_count() -> None:
    good, bad = square(12, 3, 3), square(12, 8, 8, side=2)
    pred, ref = np.stack([bad, good, bad]), np.stack([good] * 3)
    assert j_and_f(pred, ref).value == 1
    tally = j_and_f(pred, ref, frames="all")
    assert tally.j == (0 + 1 + 0) / 3
    assert score("j_and_f", [pred], [ref], variant="all_frames").value == tally.value
    with pytest.raises(InvalidInput, match="of 2 frames none counts"):
        j_and_f(pred[:2], ref[:2])


def test_objects_of_all_clips_count_equally() -> None:
    two = np.zeros((3, 12, 12), dtype=np.uint8)
    two[:, 1:5, 1:5], two[:, 7:10, 7:10] = 1, 7
    one = (two == 1).astype(np.uint8)
    # of two objects one is found; the other clip has one, which is found
    assert score("j_and_f", [one, one], [two, one]).value == (1 + 0 + 1) / 3


def test_two_empty_masks_agree() -> None:
    ref = np.stack([square(9, 2, 2), np.zeros((9, 9), dtype=bool), square(9, 2, 2)])
    assert j_and_f(ref, ref).value == 1
    pred = np.stack([square(9, 2, 2)] * 3)
    assert j_and_f(pred, ref).value == 0


def test_a_missing_prediction_covers_nothing() -> None:
    ref = np.stack([square(9, 2, 2)] * 3)
    assert score("j_and_f", [None, ref], [ref, ref]).value == 1 / 2


def test_contours() -> None:
    assert contour(np.ones((4, 4), dtype=bool)).sum() == 0
    corner = np.zeros((3, 3), dtype=bool)
    corner[2, 2] = True
    assert contour(corner).astype(int).tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 0]]
    assert region_j(corner, ~corner) == 0


@pytest.mark.parametrize(("shift", "reach", "same"), [(2, 2, True), (3, 2, False), (3, 0.2, True), (3, 0.07, False)])
def test_contours_match_within_their_reach(shift: int, reach: float, same: bool) -> None:
    one, other = square(20, 2, 2, side=8), square(20, 2, 2 + shift, side=8)
    assert (boundary_f(one, other, reach) == 1) is same  # .2 of the diagonal of 28.3 is 6 pixels


def test_void_pixels_count_on_neither_side() -> None:
    ref = np.zeros((3, 10, 10), dtype=np.uint8)
    ref[:, 2:6, 2:6] = 1
    ref[:, 6:8] = 255
    pred = (ref > 0).astype(np.uint8)
    tally = j_and_f(pred, ref, ignore_index=255)
    assert (tally.j, tally.f) == (1, 1)
    assert tally.n == 1
    assert j_and_f(pred, ref).n == 2  # unless they are said to be void, they are an object


@pytest.mark.parametrize(
    ("pred", "ref", "kind", "message"),
    [
        (np.zeros((3, 4, 5), bool), np.ones((3, 5, 4), bool), ShapeMismatch, "pred"),
        (np.zeros((4, 5), bool), np.ones((4, 5), bool), ShapeMismatch, "A single frame is a clip too"),
        (np.zeros((3, 4, 5), bool), np.zeros((3, 4, 5), bool), InvalidInput, "ref has no object"),
        (np.zeros((3, 4, 5)), np.ones((3, 4, 5), bool), InvalidInput, "whole numbers"),
        (np.zeros((3, 4, 5), int), np.full((3, 4, 5), -1), ImpossibleValue, "numbered from 1"),
    ],
)
def test_what_is_no_clip_of_masks(pred: object, ref: object, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        j_and_f(pred, ref)


def test_options() -> None:
    ref = np.stack([square(9, 2, 2)] * 3)
    with pytest.raises(InvalidInput, match="frames is 'inner' or 'all'"):
        j_and_f(ref, ref, frames="some")
    with pytest.raises(ImpossibleValue, match="reach is a distance"):
        j_and_f(ref, ref, reach=math.nan)


def test_the_overlap_of_volumes_is_mean_iou() -> None:
    pred, ref = np.zeros((2, 4, 4), dtype=int), np.zeros((2, 4, 4), dtype=int)
    pred[0, :2], ref[:, :2] = 1, 1
    assert score(mean_iou, [pred], [ref], variant="released").value == 8 / 16

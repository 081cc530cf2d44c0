"""Instance masks: the forms in which they come, worked overlaps, and every slip with its answer."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel import score
from generallevel._kernels.run_lengths import checked_areas, read_masks, run_counts
from generallevel.errors import GeneralLevelError, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.image.instances import mask_ap, mask_ap50

H, W = 6, 8


def square(top: int, left: int, height: int, width: int) -> np.ndarray:
    mask = np.zeros((H, W), dtype=bool)
    mask[top : top + height, left : left + width] = True
    return mask


ONE, OTHER = square(1, 1, 3, 4), square(4, 6, 2, 2)


def encoded(mask: np.ndarray, compressed: bool) -> dict[str, Any]:
    from pycocotools import mask as coco

    if compressed:
        return coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    flat = mask.ravel(order="F").astype(int)
    counts = np.diff([0, *(np.flatnonzero(np.diff(flat)) + 1), flat.size]).tolist()
    return {"size": [H, W], "counts": [0, *counts] if flat[0] else counts}


FORMS: dict[str, Any] = {
    "truths": np.array([ONE, OTHER]),
    "0 and 1": np.array([ONE, OTHER]).astype(np.uint8),
    "list of arrays": [ONE, OTHER],
    "lists of truths": np.array([ONE, OTHER]).tolist(),
    "bytes": [encoded(ONE, True), encoded(OTHER, True)],
    "text": [{**encoded(m, True), "counts": encoded(m, True)["counts"].decode()} for m in (ONE, OTHER)],
    "plain counts": [encoded(ONE, False), encoded(OTHER, False)],
    "counts in an array": [
        {**encoded(m, False), "counts": np.array(encoded(m, False)["counts"])} for m in (ONE, OTHER)
    ],
    "polygons": [[[1, 1, 5, 1, 5, 4, 1, 4]], [[6, 4, 8, 4, 8, 6, 6, 6]]],
    "polygons of arrays": [[np.array([[1, 1], [5, 1], [5, 4], [1, 4]])], [np.array([6, 4, 8, 4, 8, 6, 6, 6])]],
    "mixed": [encoded(ONE, False), [[6, 4, 8, 4, 8, 6, 6, 6]]],
    "label image": ONE.astype(np.uint8) + 2 * OTHER,
    "16 bit": (40000 * ONE + 65535 * OTHER).astype(np.uint16),
    "32 bit in lists": (70000 * ONE + 70001 * OTHER).tolist(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_two_masks(form: str) -> None:
    masks = read_masks(FORMS[form], (H, W), "pred")
    assert checked_areas(masks, "pred").tolist() == [12, 4]
    ref = {"masks": [ONE, OTHER], "labels": ["a", "b"], "size": (H, W)}
    pred = {"masks": FORMS[form], "labels": ["a", "b"], "scores": [0.2, 0.9]}
    assert mask_ap(pred, ref, iou=1).value == 1


def test_two_thirds_of_a_mask_are_right_up_to_65_percent() -> None:
    ref, pred = [square(0, 0, 1, 6)], [square(0, 0, 1, 4)]  # 4 / 6
    assert mask_ap50(pred, ref).value == 1
    assert mask_ap(pred, ref).by_iou[0.65] == 1
    assert mask_ap(pred, ref).value == pytest.approx(4 / 10)


def test_overlap_is_of_masks_and_not_of_their_boxes() -> None:
    ring = square(0, 0, 6, 6) & ~square(1, 1, 4, 4)
    assert mask_ap([ring], [square(0, 0, 6, 6)], iou=0.6).value == 0  # 20 / 36


def test_a_crowd_is_overlapped_by_what_lies_in_it() -> None:
    ref = {"masks": [square(0, 0, 6, 5), square(0, 6, 2, 2)], "crowd": [True, False]}
    pred = {"masks": [square(0, 0, 1, 1), square(0, 6, 2, 2)], "scores": [0.9, 0.1]}
    assert mask_ap50(pred, ref).value == 1


def test_hundreds_of_masks_in_one_image() -> None:
    masks = np.zeros((300, 20, 30), dtype=bool)
    masks.reshape(300, -1)[np.arange(300), np.arange(0, 600, 2)] = True
    assert mask_ap50(masks, masks, max_dets=None).value == 1


def test_an_empty_mask_finds_nothing_and_no_mask_is_allowed() -> None:
    nothing = np.zeros((H, W), dtype=bool)
    assert mask_ap50([nothing], [ONE]).value == 0
    assert mask_ap50([], [ONE]).value == 0
    assert mask_ap50(np.zeros((0, H, W), dtype=bool), [ONE]).value == 0
    assert mask_ap50(np.zeros((H, W), dtype=np.uint8), [ONE]).value == 0
    assert score("mask_ap50", {1: None}, {1: [ONE]}).value == 0


def test_areas_are_pixels_unless_they_are_stated() -> None:
    assert mask_ap50([ONE], [ONE], area=(12, 13)).value == 1
    assert mask_ap50([ONE], {"masks": [ONE], "areas": [5000]}, area="medium").value == 1


def test_compressed_counts_are_read_as_pycocotools_writes_them() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        shape = rng.integers(1, 200, 2)
        mask = rng.random(shape) < rng.choice([0.001, 0.5, 0.999])
        if rng.random() < 0.3:
            mask = np.sort(mask, axis=0)
        flat = mask.ravel(order="F").astype(int)
        counts = np.diff([0, *(np.flatnonzero(np.diff(flat)) + 1), flat.size]).tolist()
        wanted = [0, *counts] if flat[0] else counts
        assert run_counts(encoded(mask, True)["counts"], "mask").tolist() == wanted


GOOD = [ONE]


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        (ONE, ShapeMismatch, r"one mask is \[mask\]"),
        (np.ones((1, 1, H, W), dtype=bool), ShapeMismatch, "got shape"),
        (ONE[None].astype(float), InvalidInput, "compare soft masks with a threshold first"),
        (ONE[None].astype(np.uint8) * 255, ImpossibleValue, "each pixel is 0 or 1; pass masks > 0"),
        (-ONE.astype(int), ImpossibleValue, "objects are numbered from 1"),
        (np.array([ONE.T]), ShapeMismatch, "one side is transposed"),
        ([ONE, ONE.T], ShapeMismatch, "those of one image have one size"),
        ([{"size": [H, W]}], InvalidInput, "not an encoding"),
        ([{"size": [H, W], "counts": [3, 4]}], ImpossibleValue, "runs of 7 pixels in all, and its size 6 x 8 has 48"),
        ([{"size": [H, W], "counts": [50, -2]}], ImpossibleValue, "counts from -2 to 50"),
        ([{"size": [H, W], "counts": [47.5, 0.5]}], InvalidInput, "counts are whole numbers"),
        ([{"size": [H, W], "counts": "no runs!"}], ImpossibleValue, "no compressed runs"),
        ([{"size": [H, W], "counts": b"``"}], ImpossibleValue, "no compressed runs"),
        ([{"size": [H, W], "counts": "\ud800"}], ImpossibleValue, "no compressed runs"),
        ([{"size": [H, W], "counts": "o" * 2**20}], ImpossibleValue, "no compressed runs"),
        ([{"size": [10**9, 10**9], "counts": [1]}], ImpossibleValue, "height, width"),
        ([{"size": "6x8", "counts": [48]}], ImpossibleValue, "height, width"),
        ([[[1, 1, 5, 1]]], InvalidInput, "three corners or more"),
        ([[[1, 1, 5, 1, 5, 4, 1]]], InvalidInput, "polygon of 7 numbers"),
        ([[[1, 1, 5, 1, 5, math.nan]]], NotFinite, "nan"),
        ([[[1, 1, 5, 1, 5, 1e12]]], ImpossibleValue, "far outside an image"),
        ([[]], InvalidInput, "not a list of polygons"),
        ([[1, 1, 5, 1, 5, 4]], ShapeMismatch, "If they are polygons, each mask is a list of them"),
        ("masks", InvalidInput, "masks"),
        ({"masks": GOOD, "rle": []}, InvalidInput, "'rle', which nothing reads"),
    ],
)
def test_a_slip_is_named(pred: Any, error: type[GeneralLevelError], message: str) -> None:
    with pytest.raises(error, match=message):
        mask_ap50(pred, {"masks": GOOD, "size": (H, W)})


def test_polygons_need_a_size() -> None:
    polygon = [[[1, 1, 5, 1, 5, 4, 1, 4]]]
    with pytest.raises(InvalidInput, match='give its "size"'):
        mask_ap50(polygon, {"masks": polygon})
    assert mask_ap50(polygon, {"masks": polygon, "size": (H, W)}).value == 1

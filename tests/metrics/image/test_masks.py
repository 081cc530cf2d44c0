"""Masks: worked overlaps, every way to write a mask, and what each slip is told."""

import re
from typing import Any

import numpy as np
import pytest

from generallevel.errors import (
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
)
from generallevel.metrics.image.masks import ClassOverlaps, dice, mean_iou
from generallevel.scoring import Stream, score

REF = [[0, 0, 1], [2, 2, 2]]
PRED = [[0, 1, 1], [2, 2, 0]]
THREE: dict[str, Any] = {"num_classes": 3, "background": None}
BINARY: dict[str, Any] = {"num_classes": 2, "background": 0}


def test_overlaps_of_three_classes() -> None:
    tally = mean_iou(PRED, REF, **THREE)
    assert isinstance(tally, ClassOverlaps)
    assert tally.per_class == pytest.approx([1 / 3, 1 / 2, 2 / 3])
    assert tally.value == pytest.approx((1 / 3 + 1 / 2 + 2 / 3) / 3)
    assert mean_iou(PRED, REF, num_classes=3, background=0).value == pytest.approx((1 / 2 + 2 / 3) / 2)
    pooled = score("dice", [PRED], [REF], variant="pooled", **THREE).value
    assert pooled == pytest.approx((2 / 4 + 2 / 3 + 4 / 5) / 3)


def test_the_set_is_counted_together_or_image_by_image() -> None:
    preds, refs = [np.array([1, 1, 0, 0]), np.array([1, 0])], [np.array([1, 1, 1, 1]), np.array([1, 0])]
    assert score("mean_iou", preds, refs, variant="pooled_binary").value == pytest.approx(3 / 5)
    assert score("mean_iou", preds, refs, variant="binary").value == pytest.approx((1 / 2 + 1) / 2)
    per_image = score("mean_iou", preds, refs, variant="per_image", num_classes=2, background=None)
    assert per_image.value == pytest.approx(((0 + 1 / 2) / 2 + 1) / 2)
    assert score("dice", preds, refs).value == pytest.approx((4 / 6 + 1) / 2)
    assert score("dice", preds, refs, variant="pooled").value == pytest.approx(6 / 8)


@pytest.mark.parametrize(("rule", "value"), [("skip", (1 + 1 / 2) / 2), ("zero", 3 / 2 / 4), ("one", (3 / 2 + 2) / 4)])
def test_a_class_that_neither_side_has(rule: Any, value: float) -> None:
    pred, ref = [[0, 0], [1, 0]], [[0, 0], [1, 1]]
    assert mean_iou(pred, ref, num_classes=4, background=None, absent_class=rule).value == pytest.approx(
        value - (1 - 2 / 3) / (2 if rule == "skip" else 4)
    )


def test_a_class_that_is_never_true() -> None:
    pred, ref = [0, 0, 3], [0, 0, 0]
    settings: dict[str, Any] = {"num_classes": 4, "background": None}
    assert mean_iou(pred, ref, **settings).value == pytest.approx((2 / 3 + 0) / 2)
    assert mean_iou(pred, ref, unreferenced="skip", **settings).value == pytest.approx(2 / 3)


def test_ignored_pixels_leave_both_sides_and_a_void_prediction_says_nothing() -> None:
    pred, ref = [1, 1, 255, 0], [1, 255, 1, 0]
    tally = mean_iou(pred, ref, ignore_index=255, num_classes=2, background=None)
    assert isinstance(tally, ClassOverlaps)
    assert tally.per_class == pytest.approx([1, 1 / 2])
    assert (tally.said == [1, 1]).all()
    assert (tally.wanted == [1, 2]).all()
    # A label among the classes may be the one that does not count.
    assert mean_iou([1, 2, 2], [0, 1, 2], num_classes=3, background=None, ignore_index=0).value == pytest.approx(
        (0 + 1 / 2) / 2
    )


@pytest.mark.parametrize(
    ("variant", "value"), [("binary", 1.0), ("released", 0.0), ("per_image", 1.0), ("pooled_binary", None)]
)
def test_two_empty_masks(variant: str, value: float | None) -> None:
    empty, params = [np.zeros((3, 3), dtype=bool)], {"num_classes": 2, "background": None}
    given = {} if variant != "per_image" else params
    if value is None:
        with pytest.raises(UndefinedScore):
            score("mean_iou", empty, empty, variant=variant)
    else:
        assert score("mean_iou", empty, empty, variant=variant, **given).value == value


def test_two_empty_masks_of_dice() -> None:
    empty = np.zeros((3, 3), dtype=bool)
    assert dice(empty, empty).value == 1
    assert dice(empty, empty, absent_class="zero").value == 0
    with pytest.raises(UndefinedScore):
        _ = dice(empty, empty, absent_class="skip").value
    assert dice([], [], boxes="xyxy").value == 1


def test_everything_is_void() -> None:
    void = np.full((2, 2), 255, dtype=np.uint8)
    stream = Stream("mean_iou", num_classes=2, background=None, ignore_index=255)
    stream.add(void, void)
    with pytest.raises(UndefinedScore):
        _ = stream.value
    stream.add([[0, 1]], [[0, 1]])
    assert stream.value == 1


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("mean_iou", "binary"),
        ("mean_iou", "pooled_binary"),
        ("mean_iou", "released"),
        ("dice", "standard"),
        ("dice", "pooled"),
    ],
)
def test_a_missing_mask_finds_nothing_and_never_agrees(name: str, variant: str) -> None:
    full, empty = np.ones((2, 2), dtype=bool), np.zeros((2, 2), dtype=bool)
    result = score(name, {1: full}, {1: full, 2: full}, variant=variant)
    pooled = {"mean_iou": 1 / 2, "dice": 2 / 3}[name]
    assert result.value == pytest.approx(pooled if "pooled" in variant else 1 / 2)
    assert result.reasons == {2: "no prediction"}
    if "pooled" not in variant:
        assert score(name, {1: full}, {1: full, 2: empty}, variant=variant).value == 1 / 2


def test_masks_of_every_kind_are_one() -> None:
    mask = np.zeros((4, 5), dtype=bool)
    mask[1:3, 1:4] = True
    forms: list[Any] = [
        mask,
        mask.astype(np.uint16),
        mask.tolist(),
        {"size": [4, 5], "counts": [5, 2, 2, 2, 2, 2, 5]},
        {"size": [4, 5], "counts": b"5220003"},
        {"size": (4, 5), "polygons": [[1, 1, 4, 1, 4, 3, 1, 3]]},
    ]
    for one in forms:
        for other in forms:
            assert mean_iou(one, other, **BINARY).value == 1
    assert mean_iou({"size": (4, 5), "polygons": []}, mask, **BINARY).value == 0


def test_labels_of_sixteen_bits_and_single_pixels() -> None:
    ref = np.array([[0, 65535], [40000, 40000]], dtype=np.uint16)
    pred = np.array([[0, 65535], [40000, 1]], dtype=np.uint16)
    assert mean_iou(pred, ref, num_classes=65536, background=None).value == pytest.approx((1 + 1 + 1 / 2 + 0) / 4)
    assert mean_iou([[7]], [[7]], num_classes=8, background=None).value == 1


def test_boxes_cover_their_union_once() -> None:
    twice = [[0, 0, 4, 4], [0, 0, 4, 4], [2, 0, 6, 4]]
    assert dice(twice, [[0, 0, 6, 4]], boxes="xyxy").value == 1
    assert dice([[0, 0, 4, 4]], [[2, 0, 4, 4]], boxes="xywh").value == pytest.approx(2 * 8 / 32)
    assert dice([], [[0, 0, 1, 1]], boxes="xyxy").value == 0
    assert score("dice", {}, {1: [[0, 0, 1, 1]]}, variant="boxes").value == 0
    many = score("dice", [[[0, 0, 2, 2]], []], [[[0, 0, 2, 2]], [[0, 0, 2, 2]]], boxes="xyxy", over="classes")
    assert many.value == pytest.approx(2 * 4 / (4 + 8))


FLOATS = np.full((2, 2), 0.5)
PICTURE = np.full((9, 9, 3), 128, dtype=np.uint8)


@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "text"),
    [
        ([[0, 255]], [[0, 1]], BINARY, ImpossibleValue, "pred > 127; if 255 marks pixels that do not count"),
        ([[0, 1]], [[0, 255]], THREE, ImpossibleValue, "pass ignore_index=255"),
        ([[0, 3]], [[0, 1]], THREE, ImpossibleValue, "Are the labels counted from 1?"),
        ([[0, -1]], [[0, 1]], THREE, ImpossibleValue, "label -1.*ignore_index=-1"),
        ([[0, 9]], [[0, 1]], {**THREE, "ignore_index": 255}, ImpossibleValue, "pred holds the label 9"),
        (FLOATS, [[0, 1], [1, 1]], BINARY, InvalidInput, "threshold or argmax"),
        (PICTURE, PICTURE, THREE, InvalidInput, "turn each colour into the number of its class"),
        ([[0, 1]], [[0], [1]], BINARY, ShapeMismatch, "transposed"),
        (np.zeros((3, 2, 4), int), np.zeros((2, 4), int), THREE, ShapeMismatch, "channels-first"),
        (np.zeros((2, 4, 3), int), np.zeros((2, 4), int), THREE, ShapeMismatch, "last axis of channels"),
        (np.zeros((3, 2, 4), int), np.zeros((2, 4, 3), int), THREE, ShapeMismatch, "channels-first"),
        (np.zeros((0, 4), int), np.zeros((0, 4), int), THREE, InvalidInput, "no pixel"),
        ("mask.png", [[0, 1]], BINARY, InvalidInput, "label map"),
        ([[0, 1], [0]], [[0, 1]], BINARY, ShapeMismatch, "not of one length"),
        ({"size": [5, 4], "counts": [3, 3]}, [[0, 1]], BINARY, ImpossibleValue, r"runs of 6 pixels.*\[height, width\]"),
        ({"counts": [3, 3]}, [[0, 1]], BINARY, InvalidInput, '"size"'),
        ({"size": [2, 2], "counts": "\ud800"}, [[0, 1]], BINARY, ImpossibleValue, "no compressed runs"),
        ({"size": [2, 2], "polygons": [[0, 0, np.nan, 1, 1, 1]]}, [[0, 1]], BINARY, NotFinite, "polygon"),
        ({"size": [2, 2], "polygons": [[0, 0, 1, 1]]}, [[0, 1]], BINARY, InvalidInput, "three corners"),
        ({"size": [0, 2], "counts": []}, [[0, 1]], BINARY, InvalidInput, "no pixel"),
        (REF, REF, {"num_classes": 0, "background": None}, InvalidInput, "from 1 to 65536"),
        (REF, REF, {"num_classes": 3.0, "background": None}, InvalidInput, "whole number"),
        (REF, REF, {"num_classes": 3, "background": 3}, InvalidInput, "none of the labels 0 to 2"),
        (REF, REF, {"num_classes": 1, "background": 0}, InvalidInput, "a mask has num_classes=2"),
        (REF, REF, {**THREE, "over": "image"}, InvalidInput, "Did you mean 'images'"),
        (REF, REF, {**THREE, "absent_class": 0}, InvalidInput, "absent_class is 'skip' or"),
    ],
)
def test_slips_of_mean_iou(
    pred: Any, ref: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str
) -> None:
    with pytest.raises(error, match=re.compile(text)):
        _ = mean_iou(pred, ref, **params).value


def test_what_changes_the_number_is_asked_for() -> None:
    with pytest.raises(InvalidInput, match="needs num_classes"):
        score("mean_iou", [REF], [REF])
    with pytest.raises(InvalidInput, match="needs background"):
        score("mean_iou", [REF], [REF], num_classes=3)
    with pytest.raises(InvalidInput, match="needs absent_class"):
        dice(PRED, REF, **THREE)


@pytest.mark.parametrize(
    ("pred", "params", "error", "text"),
    [
        ([[5, 5, 2, 2]], {"boxes": "xyxy"}, ImpossibleValue, "pass boxes='xywh'"),
        ([[0, 0, np.nan, 2]], {"boxes": "xyxy"}, NotFinite, "box 0"),
        ([[0, 0, -1, 2]], {"boxes": "xywh"}, ImpossibleValue, "negative side"),
        ([[0, 0, 1, 1]], {"boxes": "yxyx"}, InvalidInput, "boxes is how boxes are written"),
        ([[0, 0, 1, 1]], {"boxes": "xyxy", "ignore_index": 255}, InvalidInput, "leave num_classes, background and"),
    ],
)
def test_slips_of_boxes(pred: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str) -> None:
    with pytest.raises(error, match=text):
        dice(pred, [[0, 0, 1, 1]], **params)

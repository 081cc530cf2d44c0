"""Boxes: worked cases, the protocols, ties, and every slip with its answer."""

import math
import pickle
from typing import Any

import numpy as np
import pytest

from generallevel import Stream, score
from generallevel.errors import (
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
    UnitMismatch,
)
from generallevel.metrics.image.boxes import ap10, ap50, ap75, box_ap, grounding_precision

BOX = [0.0, 0.0, 10.0, 10.0]
AWAY = [50.0, 50.0, 60.0, 60.0]


def of(boxes: Any, scores: Any = None, labels: Any = None, **more: Any) -> dict[str, Any]:
    given = {"boxes": boxes, "scores": scores, "labels": labels, **more}
    return {key: value for key, value in given.items() if value is not None}


def value(pred: Any, ref: Any, **options: Any) -> float:
    return box_ap(pred, ref, **{"boxes": "xyxy", "iou": 0.5, **options}).value


# ------------------------------------------------------------------------------------------------------ worked cases


def test_a_miss_before_the_hit_halves_precision() -> None:
    assert value(of([AWAY, BOX], [0.9, 0.8]), of([BOX])) == 1 / 2


def test_recall_of_one_half_reaches_51_of_101_points() -> None:
    assert value(of([BOX], [0.9]), of([BOX, AWAY])) == 51 / 101


def test_overlap_equal_to_the_threshold_is_enough() -> None:
    half, ref = [0, 0, 10, 5], of([BOX])  # 50 / 100
    assert ap50(of([half]), ref, boxes="xyxy").value == 1
    assert ap50(of([[0, 0, 10, 4.99]]), ref, boxes="xyxy").value == 0
    assert ap75(of([[0, 0, 10, 7.5]]), ref, boxes="xyxy").value == 1
    assert ap10(of([[0, 0, 10, 1]]), ref, boxes="xyxy").value == 1


def test_a_threshold_of_1_is_met_by_the_same_box() -> None:
    assert value(of([BOX]), of([BOX]), iou=1) == 1


def test_a_second_box_on_one_object_is_a_false_alarm() -> None:
    pred = of([BOX, BOX, AWAY], [0.9, 0.8, 0.7])
    # hits at ranks 1 and 3: precision 1 up to recall 1/2, then 2/3
    assert value(pred, of([BOX, AWAY])) == pytest.approx((51 * 1 + 50 * 2 / 3) / 101, abs=1e-15)


def test_the_surest_box_chooses_first_and_the_other_takes_what_is_left() -> None:
    near, far = [0, 0, 10, 9], [0, 0, 10, 7]
    refs = of([BOX, [0, 0, 10, 6]])
    # 0.9 / 1 and 6/9 for `near`; the second box finds its best, BOX (7/10), taken and takes the other (6/7).
    assert value(of([near, far], [0.9, 0.8]), refs) == 1


def test_classes_are_matched_apart_and_weigh_alike() -> None:
    pred = of([BOX, BOX, AWAY], [0.9, 0.8, 0.7], ["cat", "dog", "dog"])
    ref = of([BOX, AWAY], labels=["cat", "dog"])
    tally = ap50(pred, ref, boxes="xyxy")
    assert tally.by_class == {"cat": 1.0, "dog": 0.5}
    assert tally.value == (1 + 1 / 2) / 2


def test_a_class_without_reference_is_not_in_the_mean_and_is_named() -> None:
    tally = ap50(of([BOX, BOX], [0.9, 0.8], ["cat", "ghost"]), of([BOX], labels=["cat"]), boxes="xyxy")
    assert tally.value == 1
    assert any("'ghost'" in note for note in tally.notes)


def test_thresholds_average_and_are_read_apart() -> None:
    tally = box_ap(of([[0, 0, 10, 8]]), of([BOX]), boxes="xyxy", iou=(0.5, 0.75, 0.9))
    assert tally.value == pytest.approx(2 / 3)
    assert tally.by_iou == {0.5: 1.0, 0.75: 1.0, 0.9: 0.0}


# ---------------------------------------------------------------------------------------------------- crowds, ignored


def test_a_crowd_need_not_be_found_and_takes_any_number() -> None:
    crowd = [20, 20, 100, 100]
    ref = of([BOX, crowd], crowd=[False, True])
    pred = of([[20, 20, 30, 30], [40, 40, 50, 50], BOX], [0.9, 0.8, 0.7])
    assert value(pred, ref) == 1  # inside the crowd: 100 / 100 of the box, where IoU would be 100 / 6400
    assert value(of([BOX], [0.7]), ref) == 1


def test_an_ignored_object_takes_one_box() -> None:
    ref = of([BOX, AWAY], ignore=[0, 1])
    assert value(of([AWAY, BOX], [0.9, 0.8]), ref) == 1
    assert value(of([AWAY, AWAY, BOX], [0.9, 0.85, 0.8]), ref) == 1 / 2


def test_a_real_object_is_preferred_to_a_better_ignored_one() -> None:
    ref = of([BOX, [0, 0, 10, 8]], ignore=[True, False])
    assert value(of([BOX], [0.9]), ref) == 1


def test_areas_outside_the_range_are_ignored_on_both_sides() -> None:
    small, large = [0, 0, 10, 10], [100, 100, 300, 300]
    ref = of([small, large])
    pred = of([large, [400, 400, 700, 700], small], [0.9, 0.8, 0.7])
    assert value(pred, ref, area="small") == 1
    assert value(pred, ref, area="large") == 1
    assert value(pred, ref, area=(0, 100)) == 1
    assert value(pred, of([small], areas=[5000]), area="medium") == 1  # the stated area counts
    with pytest.raises(UndefinedScore, match="no reference holds an object"):
        value(pred, ref, area="medium")


def test_max_dets_keeps_the_surest_of_each_class() -> None:
    pred, ref = of([AWAY, BOX], [0.9, 0.8]), of([BOX])
    assert value(pred, ref, max_dets=1) == 0
    assert value(pred, ref, max_dets=2) == value(pred, ref, max_dets=None) == 1 / 2


# ------------------------------------------------------------------------------------------------------------- nothing


def test_empty_predictions_score_0_and_empty_references_have_no_value() -> None:
    nothing = of(np.empty((0, 4)), [], [])
    assert value(nothing, of([BOX], labels=[3])) == value([], [BOX]) == 0
    with pytest.raises(UndefinedScore, match="no reference holds an object"):
        value([BOX], [])
    with pytest.raises(UndefinedScore):
        value([], [])
    with pytest.raises(UndefinedScore):
        value([BOX], of([BOX], crowd=[1]))


def test_an_image_without_objects_adds_its_false_alarms() -> None:
    preds, refs = [of([BOX], [0.9]), of([BOX], [0.95])], [of([BOX]), of([])]
    assert score("ap50", preds, refs, boxes="xyxy").value == 1 / 2


def test_an_absent_prediction_is_no_box() -> None:
    result = score("ap50", {1: of([BOX], [0.9])}, {1: of([BOX]), 2: of([BOX])}, boxes="xyxy")
    assert (result.value, result.n_scored, result.n_total) == (51 / 101, 1, 2)


def test_a_box_without_area_overlaps_with_nothing() -> None:
    flat = [5, 5, 5, 8]
    assert value([flat], [flat]) == 0
    assert value(of([flat, BOX], [0.9, 0.8]), of([BOX])) == 1 / 2


# ---------------------------------------------------------------------------------------------------------------- ties


def test_boxes_without_scores_are_one_block_and_the_tally_says_so() -> None:
    ways = [of([BOX, AWAY]), of([AWAY, BOX])]
    for pred in ways:
        tally = ap50(pred, of([BOX], id=3), boxes="xyxy")
        assert tally.value == 1 / 2  # precision of the whole block, whatever the order
        assert tally.unscored == 2
        assert "one block of ties" in tally.notes[0]


def test_some_scores_and_some_without_cannot_be_ranked() -> None:
    stream = Stream("ap50", boxes="xyxy")
    stream.extend([of([BOX]), of([BOX], [0.9])], [of([BOX]), of([BOX])])
    with pytest.raises(InvalidInput, match="1 of 2 objects were found without a score"):
        _ = stream.value


def test_ties_go_by_id_and_then_by_place_whatever_the_order_of_arrival() -> None:
    preds = {2: of([BOX], [0.5]), 10: of([AWAY], [0.5])}
    refs = {2: of([BOX], id=2), 10: of([BOX], id=10)}
    for order in ((2, 10), (10, 2)):
        result = score("ap50", [preds[i] for i in order], [refs[i] for i in order], boxes="xyxy")
        assert result.value == 51 / 101  # image 2 first (as a number, not as a text): precision 1 at recall 1/2
    swapped = {2: preds[10], 10: preds[2]}
    result = score("ap50", swapped, refs, boxes="xyxy")
    assert result.value == pytest.approx(51 / 101 / 2)


def test_ties_without_ids_are_one_step() -> None:
    preds, refs = [of([BOX], [0.5]), of([AWAY], [0.5])], [of([BOX]), of([BOX])]
    for way in (1, -1):
        assert score("ap50", preds[::way], refs, boxes="xyxy").value == pytest.approx(51 / 101 / 2)


def test_ids_of_two_kinds_have_an_order_too() -> None:
    preds = [of([BOX], [0.5]), of([AWAY], [0.5])]
    for first, second, wanted in (("b", 1, 1 / 2), (1, "b", 1)):
        refs = [of([BOX], id=first), of([BOX], id=second)]
        assert score("ap50", preds, refs, boxes="xyxy").value == pytest.approx(51 / 101 * wanted)


def test_an_id_that_comes_twice_is_noted() -> None:
    result = score("ap50", [of([BOX], [0.5])] * 2, [of([BOX], id=1)] * 2, boxes="xyxy")
    assert "1 images have the id of another" in result.tally.notes[0]  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------- PASCAL VOC


def test_voc_on_a_hand_worked_ranking() -> None:
    # Five boxes by falling score: hit, miss, hit, miss, hit; four objects. After the hits precision is 1, 2/3 and 3/5
    # at recall 1/4, 2/4 and 3/4.
    refs = [[0, 0, 9, 9], [100, 0, 109, 9], [200, 0, 209, 9], [300, 0, 309, 9]]
    pred = of([refs[0], [500, 0, 509, 9], refs[1], [600, 0, 609, 9], refs[2]], [0.9, 0.8, 0.7, 0.6, 0.5])
    options = {"boxes": "xyxy_inclusive", "iou": 0.5, "max_dets": None}
    eleven = (3 * 1 + 3 * 2 / 3 + 2 * 3 / 5) / 11  # recall 0, .1, .2 | .3, .4, .5 | .6, .7
    assert value(pred, of(refs), protocol="voc2007", **options) == pytest.approx(eleven, abs=1e-15)
    every = (1 + 2 / 3 + 3 / 5) / 4
    assert value(pred, of(refs), protocol="voc2010", **options) == pytest.approx(every, abs=1e-15)
    assert value(pred, of(refs), protocol="recall", **options) == 3 / 4


def test_recall_of_three_tenths_reaches_the_point_at_three_tenths() -> None:
    # 3 * 0.1 is 0.30000000000000004 and more than 3 / 10; the eleven points are plain decimals.
    refs = [[20 * i, 0, 20 * i + 10, 10] for i in range(10)]
    assert value(of(refs[:3]), of(refs), protocol="voc2007") == pytest.approx(4 / 11)


def test_voc_counts_a_box_on_a_taken_object_as_wrong_where_coco_gives_it_another() -> None:
    pred, ref = of([BOX, [0, 0, 10, 9]], [0.9, 0.8]), of([BOX, [0, 0, 10, 7]])
    # The second box overlaps BOX by 9/10 and the other object by 7/9.
    assert value(pred, ref, protocol="coco", points="all-point") == 1
    assert value(pred, ref, protocol="voc2010") == 1 / 2


def test_voc_ignores_difficult_objects_any_number_of_times() -> None:
    ref = of([BOX, AWAY], ignore=[False, True])
    assert value(of([AWAY, AWAY, BOX], [0.9, 0.8, 0.7]), ref, protocol="voc2010") == 1


def test_inclusive_boxes_hold_their_last_pixel() -> None:
    # 10 x 10 and 10 x 5 pixels
    assert value([[1, 1, 10, 5]], [[1, 1, 10, 10]], boxes="xyxy_inclusive") == 1
    assert value([[1, 1, 10, 5]], [[1, 1, 10, 10]]) == 0  # 9 * 4 / 81


def voc_by_the_book(preds: list[Any], refs: list[Any], iou: float, eleven: bool) -> float:
    """PASCAL VOC's protocol, one decision after another."""
    rows = [(-s, i, b) for i, pred in enumerate(preds) for s, b in zip(pred["scores"], pred["boxes"], strict=True)]
    taken: set[tuple[int, int]] = set()
    hits, decided, curve = 0, 0, []
    total = sum(not hard for ref in refs for hard in ref["ignore"])
    for _, image, box in sorted(rows, key=lambda row: row[0]):
        best, where = -math.inf, -1
        for place, other in enumerate(refs[image]["boxes"]):
            w = min(box[2], other[2]) - max(box[0], other[0]) + 1
            h = min(box[3], other[3]) - max(box[1], other[1]) + 1
            if w > 0 and h > 0:
                areas = [(b[2] - b[0] + 1) * (b[3] - b[1] + 1) for b in (box, other)]
                if w * h / (sum(areas) - w * h) > best:
                    best, where = w * h / (sum(areas) - w * h), place
        if best >= iou:
            if refs[image]["ignore"][where]:
                continue
            hit = (image, where) not in taken
            taken.add((image, where))
        else:
            hit = False
        hits, decided = hits + hit, decided + 1
        curve.append((hits / total, hits / decided))
    if eleven:
        return sum(max((p for r, p in curve if r >= k / 10), default=0.0) for k in range(11)) / 11
    steps = sorted({r for r, _ in curve if r > 0})
    befores = [0.0, *steps][:-1]
    return sum((r - b) * max(p for q, p in curve if q >= r) for r, b in zip(steps, befores, strict=True))


@pytest.mark.parametrize("variant", ["voc2007", "voc2010"])
def test_voc_is_the_protocol_by_the_book(variant: str) -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        preds, refs = [], []
        for _ in range(int(rng.integers(1, 5))):
            corners = rng.integers(0, 30, (int(rng.integers(1, 7)), 2))
            true = np.concatenate([corners, corners + rng.integers(3, 20, corners.shape)], axis=1)
            found = np.concatenate([true, true[: len(true) // 2]]) + rng.integers(0, 3, (len(true) + len(true) // 2, 4))
            preds.append(of(found, rng.random(len(found))))
            refs.append(of(true, ignore=rng.random(len(true)) < 0.2))
        if all(ref["ignore"].all() for ref in refs):
            continue
        wanted = voc_by_the_book(preds, refs, 0.5, variant == "voc2007")
        got = score("ap50", preds, refs, boxes="xyxy_inclusive", variant=variant).value
        assert got == pytest.approx(wanted, abs=1e-12), seed


# ------------------------------------------------------------------------------------------------------------ formats


@pytest.mark.parametrize(
    ("boxes", "pred", "ref"),
    [
        ("xyxy", [10, 20, 30, 40], [10, 20, 30, 30]),
        ("xywh", [10, 20, 20, 20], [10, 20, 20, 10]),
        ("cxcywh", [20, 30, 20, 20], [20, 25, 20, 10]),
        ("xyxy_inclusive", [10, 20, 29, 39], [10, 20, 29, 29]),
        ("xyxy_normalised", [0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.3]),
        ("xywh_normalised", [0.1, 0.2, 0.2, 0.2], [0.1, 0.2, 0.2, 0.1]),
        ("cxcywh_normalised", [0.2, 0.3, 0.2, 0.2], [0.2, 0.25, 0.2, 0.1]),
    ],
)
def test_the_same_two_boxes_in_every_format(boxes: str, pred: Any, ref: Any) -> None:
    assert value([pred], [ref], boxes=boxes, iou=0.49) == 1  # one is half of the other
    assert value([pred], [ref], boxes=boxes, iou=0.51) == 0


def test_areas_of_normalised_boxes_are_pixels_of_the_stated_size() -> None:
    ref = of([[0, 0, 0.1, 0.1]], size=(200, 400))  # 40 x 20 = 800 square pixels
    pred = [[0, 0, 0.1, 0.1]]
    assert value(pred, ref, boxes="xyxy_normalised", area="small") == 1
    with pytest.raises(UndefinedScore):
        value(pred, ref, boxes="xyxy_normalised", area=(801, 10**6))
    with pytest.raises(InvalidInput, match='give the reference its "size"'):
        value(pred, pred, boxes="xyxy_normalised", area="small")


def test_torchmetrics_spellings_and_integer_labels_are_understood() -> None:
    ref = {"boxes": [BOX, AWAY], "labels": np.array([1, 1]), "iscrowd": [0, 1], "area": [100.0, 100.0]}
    assert value(of([BOX], [0.5], np.array([1], dtype=np.uint8)), ref) == 1


# --------------------------------------------------------------------------------------------------------------- slips


@pytest.mark.parametrize(
    ("pred", "ref", "options", "error", "message"),
    [
        ([[0, 0, math.nan, 1]], [BOX], {}, NotFinite, r"pred box 0 is \[0.0, 0.0, nan, 1.0\]"),
        ([BOX], [[0, 0, math.inf, 1]], {}, NotFinite, "ref box 0"),
        ([[50, 60, 20, 10]], [BOX], {}, ImpossibleValue, "ends before it begins. .* pass boxes='xywh'"),
        ([[0, 0, -5, 5]], [BOX], {"boxes": "xywh"}, ImpossibleValue, "negative side.* pass boxes='xyxy'"),
        ([[0.2, 0.2, 0.1, 0.3]], [[0.1, 0.1, 0.2, 0.2]], {"boxes": "xyxy_normalised"}, ImpossibleValue, "xywh_norm"),
        ([BOX], [BOX], {"boxes": "xyxy_normalised"}, ImpossibleValue, "if these are pixels, pass boxes='xyxy'"),
        ([[0.1, 0.1, 0.5, 0.5]], [BOX], {}, UnitMismatch, "every box of pred lies between 0 and 1"),
        ([BOX], [[0.1, 0.1, 0.5, 0.5]], {}, UnitMismatch, "every box of ref lies between 0 and 1"),
        ([BOX], [BOX], {"boxes": "xxyy"}, InvalidInput, "boxes is how boxes are written.* Did you mean"),
        ([BOX], [BOX], {"boxes": [BOX]}, InvalidInput, "The boxes themselves go into pred and ref"),
        (BOX, [BOX], {}, ShapeMismatch, r"got shape \(4,\). One box is a row too"),
        ([[1, 2, 3]], [BOX], {}, ShapeMismatch, r"shape \(n, 4\).*got shape \(1, 3\)"),
        ([BOX, [1, 2]], [BOX], {}, ShapeMismatch, "not of one length"),
        ([[True] * 4], [BOX], {}, InvalidInput, "are they masks"),
        ([["a"] * 4], [BOX], {}, InvalidInput, "real numbers"),
        (of([BOX], [math.nan]), [BOX], {}, NotFinite, "pred scores hold nan"),
        (of([BOX], [0.1, 0.2]), [BOX], {}, LengthMismatch, "pred has 1 objects but 2 scores"),
        (of([BOX], 0.5), [BOX], {}, ShapeMismatch, "pred scores are 0.5"),
        (of([BOX], ["high"]), [BOX], {}, InvalidInput, "scores"),
        (of([BOX], labels=[1, 2]), of([BOX], labels=[1]), {}, LengthMismatch, "1 objects but 2 labels"),
        (of([BOX], labels=["cat"]), of([BOX], labels=[1]), {}, InvalidInput, "some labels are numbers and others"),
        (of([BOX], labels=[1.0]), of([BOX], labels=[1]), {}, InvalidInput, "labels are integers or texts"),
        (of([BOX], labels=[1]), of([BOX]), {}, InvalidInput, "pred has labels and ref has none"),
        ({"bboxes": [BOX]}, [BOX], {}, InvalidInput, "'bboxes', which nothing reads. Did you mean 'boxes'"),
        ({"scores": [1.0]}, [BOX], {}, InvalidInput, "pred has no 'boxes', but 'scores'"),
        ([BOX], of([BOX], scores=[1.0]), {}, InvalidInput, "ref has the key 'scores'"),
        ([BOX], None, {}, InvalidInput, "ref is None: an image without objects has an empty list"),
        ([BOX], of([BOX], crowd=[2]), {}, ImpossibleValue, "ref crowd hold 2: each is true or false"),
        ([BOX], of([BOX], areas=[-1]), {}, ImpossibleValue, "ref areas hold -1"),
        ([BOX], of([BOX], id=1.5), {}, InvalidInput, "the id of an image is an integer or a text"),
        ([BOX], of([BOX], size=(0, 5)), {}, ImpossibleValue, "ref size is"),
        ([BOX], [BOX], {"iou": 50}, ImpossibleValue, "Pass 0.5"),
        ([BOX], [BOX], {"iou": ()}, InvalidInput, "iou is empty"),
        ([BOX], [BOX], {"iou": "half"}, InvalidInput, "iou is an overlap"),
        ([BOX], [BOX], {"max_dets": 0}, ImpossibleValue, "whole number, 1 or more; got 0"),
        ([BOX], [BOX], {"area": "tiny"}, InvalidInput, "area is one of all, small"),
        ([BOX], [BOX], {"area": (5, 1)}, InvalidInput, "the least and the greatest area"),
        ([BOX], [BOX], {"points": "101"}, InvalidInput, "points is how precision is averaged"),
        ([BOX], [BOX], {"protocol": "voc"}, InvalidInput, "protocol is one of coco, voc2007"),
        (
            of([BOX], labels=["cot"]),
            of([BOX], labels=["cat"]),
            {"classes": ["cat"]},
            ImpossibleValue,
            "'cot' is not one",
        ),
    ],
)
def test_a_slip_is_named(pred: Any, ref: Any, options: Any, error: type[GeneralLevelError], message: str) -> None:
    with pytest.raises(error, match=message):
        value(pred, ref, **options)


def test_the_format_of_boxes_has_no_default() -> None:
    with pytest.raises(InvalidInput, match="ap50 needs boxes="):
        score("ap50", [[BOX]], [[BOX]])


def test_a_bad_image_is_named_and_can_count_as_missing() -> None:
    preds = {"a": of([BOX], [0.9]), "b": of([[0, 0, -1, 5]], [0.9])}
    refs = {"a": of([BOX]), "b": of([BOX])}
    with pytest.raises(ImpossibleValue, match="item 'b'"):
        score("ap50", preds, refs, boxes="xywh")
    result = score("ap50", preds, refs, boxes="xywh", errors="missing")
    assert result.value == 51 / 101
    assert "negative side" in result.reasons["b"]


def test_labels_on_some_images_only_are_an_error() -> None:
    preds, refs = [of([BOX], [1.0], ["cat"]), of([BOX], [1.0])], [of([BOX], labels=["cat"]), of([BOX])]
    with pytest.raises(InvalidInput, match="some images have labels and others have none"):
        score("ap50", preds, refs, boxes="xyxy")


def test_tallies_of_two_settings_do_not_add() -> None:
    with pytest.raises(InvalidInput, match="different settings do not add"):
        _ = ap50([BOX], [BOX], boxes="xyxy") + ap75([BOX], [BOX], boxes="xyxy")


def test_scores_may_come_in_any_order_and_on_any_scale() -> None:
    boxes, scores = [AWAY, BOX, [80, 80, 90, 90]], np.array([-3.0, 1e9, -7.5])
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        assert value(of([boxes[i] for i in order], scores[order]), of([BOX, AWAY])) == 1


def test_many_objects_are_compared_in_blocks() -> None:
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 5000, (1500, 2))
    boxes = np.concatenate([corners, corners + 3], axis=1)
    assert value(of(boxes, rng.random(1500)), of(boxes), max_dets=None) == 1


def test_a_tally_pickles() -> None:
    tally = ap50(of([BOX], [0.9], ["cat"]), of([BOX], labels=["cat"], id="x"), boxes="xyxy")
    assert pickle.loads(pickle.dumps(tally)).value == 1


# ----------------------------------------------------------------------------------------------------------- grounding


def test_grounding_counts_right_boxes() -> None:
    preds, refs = [BOX, AWAY, [0, 0, 10, 5]], [BOX, BOX, BOX]
    assert score("grounding_precision", preds, refs, boxes="xyxy").value == 2 / 3
    assert score("grounding_precision", preds, refs, boxes="xyxy", iou=0.51).value == 1 / 3


def test_a_missing_box_is_wrong_and_several_references_are_alternatives() -> None:
    assert grounding_precision([], BOX, boxes="xyxy").value == 0
    assert score("grounding_precision", [None, BOX], [BOX, (AWAY, BOX)], boxes="xyxy").value == 1 / 2


def test_grounding_with_a_tuple_of_numbers_is_one_box() -> None:
    assert grounding_precision((0, 0, 10, 10), (0, 0, 10, 10), boxes="xyxy").value == 1


def test_grounding_refuses_several_boxes_and_no_reference() -> None:
    with pytest.raises(ShapeMismatch, match="pred has 2 boxes, and one expression means one"):
        grounding_precision([BOX, AWAY], BOX, boxes="xyxy")
    with pytest.raises(InvalidInput, match="ref is empty"):
        grounding_precision(BOX, [], boxes="xyxy")
    with pytest.raises(UnitMismatch, match="shares of the image"):
        grounding_precision([0.1, 0.1, 0.2, 0.2], BOX, boxes="xyxy")


def test_the_grounding_variant_of_ap10_is_precision_and_not_average_precision() -> None:
    preds, refs = [[BOX], [AWAY], []], [[BOX], [BOX], [BOX]]
    assert score("ap10", preds, refs, boxes="xyxy", variant="grounding").value == 1 / 3
    preds_one = [BOX, AWAY, None]
    assert score("grounding_precision", preds_one, [BOX] * 3, boxes="xyxy", variant="at_10").value == 1 / 3

"""Detections in space: centre distances, ranges, instances of points, overlaps of solids, and the likely slips."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import (
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
    UnknownName,
)
from generallevel.metrics.three_d.detection import box3d_ap, map25, map50, mean_average_precision, nds
from generallevel.scoring import Stream, score

CAR: dict[str, Any] = {"classes": ["car"], "ranges": None}


def frame(centres: Any, scores: Any = None, label: str = "car", **more: Any) -> dict[str, Any]:
    boxes = {"centres": centres, "labels": [label] * len(centres), **more}
    return boxes if scores is None else {**boxes, "scores": scores}


# ---------------------------------------------------------------------------------------------------- centre distance


@pytest.mark.parametrize(("off", "steps"), [(0.0, 4), (0.49, 4), (0.5, 3), (1.0, 2), (3.9, 1), (4.0, 0)])
def test_a_distance_must_be_below(off: float, steps: int) -> None:
    value = mean_average_precision(frame([[off, 0]], [0.5]), frame([[0, 0]]), **CAR).value
    assert value == pytest.approx(steps / 4, abs=1e-12)


def test_height_does_not_matter() -> None:
    pred, ref = frame([[0, 0, 9.0]], [0.5]), frame([[0, 0, 0.0]])
    assert mean_average_precision(pred, ref, **CAR).value == pytest.approx(1, abs=1e-12)


def test_low_recall_and_precision_do_not_count() -> None:
    # One of two is found: precision is 1 up to recall .50, so 40 of the 90 points above .10 count in full.
    value = mean_average_precision(frame([[0, 0]], [0.5]), frame([[0, 0], [99, 0]]), **CAR).value
    assert value == pytest.approx(40 / 90, abs=1e-12)
    whole = mean_average_precision(frame([[0, 0]], [0.5]), frame([[0, 0], [99, 0]]), low=0.0, **CAR).value
    assert whole == pytest.approx(50 / 100, abs=1e-12)


def test_the_surest_box_chooses_first_and_the_nearest_that_is_free() -> None:
    ref = frame([[0, 0], [1.5, 0]])
    # The surer one takes the place in the middle from the other, which has to go to the far one.
    pred = frame([[0.2, 0], [0.3, 0]], [0.9, 0.8])
    tally: Any = mean_average_precision(pred, ref, distances=[2.0], **CAR)
    assert tally.hits.tolist() == [[True], [True]]
    near: Any = mean_average_precision(pred, ref, distances=[1.0], **CAR)
    assert near.hits.tolist() == [[True], [False]]


def test_classes_without_a_reference_count_as_0_or_not_at_all() -> None:
    pred, ref = frame([[0, 0]], [0.5]), frame([[0, 0]])
    two: dict[str, Any] = {"classes": ["car", "bus"], "ranges": None}
    assert mean_average_precision(pred, ref, **two).value == pytest.approx(1 / 2, abs=1e-12)
    assert mean_average_precision(pred, ref, absent_class="skip", **two).value == pytest.approx(1, abs=1e-12)
    assert mean_average_precision(pred, ref, **two).by_class == pytest.approx({"car": 1.0, "bus": 0.0})  # type: ignore[attr-defined]


def test_boxes_beyond_their_range_and_empty_ones_do_not_count() -> None:
    ref = frame([[10, 0], [60, 0], [12, 0]], points=[3, 3, 0], ego=[0, 0])
    pred = frame([[10, 0], [60, 3]], [0.5, 0.9])
    tally: Any = mean_average_precision(pred, ref, classes=["car"])
    assert tally.positives.tolist() == [1]
    assert tally.value == pytest.approx(1, abs=1e-12)
    with pytest.raises(InvalidInput, match=r'boxes count up to a distance from the vehicle .* ref has no "ego"'):
        mean_average_precision(pred, frame([[10, 0]]), classes=["car"])
    with pytest.raises(InvalidInput, match="ranges has no class 'car'"):
        mean_average_precision(pred, ref, classes=["car"], ranges={"bus": 9.0})
    with pytest.raises(InvalidInput, match="ranges are how far each class counts, 'nuscenes' or a mapping"):
        mean_average_precision(pred, ref, classes=["car"], ranges="kitti")  # type: ignore[arg-type]


def test_equal_scores_count_misses_first_in_any_order() -> None:
    pairs = [(frame([[0, 0]], [0.5]), frame([[0, 0]])), (frame([[9, 0]], [0.5]), frame([[0, 0]]))]
    values = {score("map", *zip(*turn, strict=True), **CAR).value for turn in (pairs, pairs[::-1])}
    # After the miss, precision is 1/2 at recall 1/2 and nothing lies beyond; below, the line from (0, 0) to it is read.
    assert len(values) == 1


def test_no_box_to_find_or_none_found() -> None:
    assert mean_average_precision(frame([], []), frame([[0, 0]]), **CAR).value == 0
    assert score("map", [None], [frame([[0, 0]])], **CAR).value == 0
    with pytest.raises(UndefinedScore, match="no reference holds a box that is to be found"):
        score("map", [frame([[0, 0]], [0.5])], [frame([])], **CAR)


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        (frame([[0, 0]]), InvalidInput, 'pred has no "scores"'),
        ({"centres": [[0, 0]], "scores": [1.0]}, InvalidInput, 'pred has no "labels"'),
        (frame([[0, 0]], [0.5], "cra"), UnknownName, "a box of class 'cra', .* Did you mean 'car'"),
        (frame([[0, 0]], [0.5, 0.6]), LengthMismatch, "pred has 1 boxes but 2 scores"),
        (frame([[0, 0]], [np.nan]), NotFinite, "pred scores of box 0 are nan"),
        (frame([[0, np.inf]], [0.5]), NotFinite, "pred box 0 has its centre at"),
        (
            frame(np.zeros((2, 7)), [0.5, 0.5]),
            ShapeMismatch,
            r"Whole boxes\? The centres are their first three numbers",
        ),
        ({"boxes": [[0, 0]]}, InvalidInput, "pred has the key 'boxes', which nothing reads"),
        (None, InvalidInput, "pred is None"),
    ],
)
def test_slips_of_key_frames(pred: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        mean_average_precision(pred, frame([[0, 0]]), **CAR)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": []}, "classes are the labels that count"),
        ({"classes": "car"}, "classes are the labels that count"),
        ({"classes": ["car", "car"]}, "classes holds a label twice"),
        ({"distances": []}, "distances is empty"),
        (
            {"distances": [-1]},
            "distances is the distance below which a box is right, in metres, a finite number above 0, not -1",
        ),
        ({"low": 1.0}, r"low is the recall and the precision up to which nothing counts, in \[0, 1\), not 1.0"),
        ({"absent_class": "one"}, "absent_class is 'zero' or 'skip'"),
    ],
)
def test_slips_of_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        mean_average_precision(frame([[0, 0]], [0.5]), frame([[0, 0]]), **{**CAR, **options})


def test_decisions_of_other_settings_do_not_add() -> None:
    one = mean_average_precision(frame([[0, 0]], [0.5]), frame([[0, 0]]), **CAR)
    other = mean_average_precision(frame([[0, 0]], [0.5]), frame([[0, 0]]), low=0.0, **CAR)
    with pytest.raises(InvalidInput, match="decisions of different settings do not add"):
        one + other


WHOLE: dict[str, Any] = {"sizes": [[2, 4, 1.5]], "yaws": [0.0], "velocities": [[1, 0]], "attributes": ["parked"]}


def test_errors_of_boxes_that_are_right() -> None:
    found = {"sizes": [[2, 2, 1.5]], "yaws": [0.3], "velocities": [[1, 2]], "attributes": ["moving"]}
    tally: Any = nds(frame([[0.3, 0]], [0.5], **found), frame([[0, 0]], **WHOLE), **CAR)
    errors = {"translation": 0.3, "scale": 0.5, "orientation": 0.3, "velocity": 2.0, "attribute": 1.0}
    assert tally.tp_errors == pytest.approx(errors, abs=1e-12)
    assert tally.value == pytest.approx((5 * 1 + 0.7 + 0.5 + 0.7 + 0 + 0) / 10, abs=1e-12)


def test_what_a_class_has_no_error_of() -> None:
    barrier: dict[str, Any] = {"classes": ["barrier"], "ranges": None}
    found = {**WHOLE, "yaws": [np.pi]}
    tally: Any = nds(frame([[0, 0]], [0.5], "barrier", **found), frame([[0, 0]], label="barrier", **WHOLE), **barrier)
    assert tally.tp_errors == pytest.approx({"translation": 0.0, "scale": 0.0, "orientation": 0.0}, abs=1e-12)
    car: Any = nds(frame([[0, 0]], [0.5], **found), frame([[0, 0]], **WHOLE), **CAR)
    assert car.tp_errors["orientation"] == pytest.approx(np.pi, abs=1e-12)


def test_what_is_not_known_of_a_reference_is_no_error() -> None:
    ref = {key: value * 2 for key, value in WHOLE.items()}
    ref |= {"velocities": [[np.nan, np.nan], [1, 0]], "attributes": ["", "parked"]}
    found = {key: value * 2 for key, value in WHOLE.items()}
    tally: Any = nds(frame([[0, 0], [9, 0]], [0.9, 0.5], **found), frame([[0, 0], [9, 0]], **ref), **CAR)
    assert tally.tp_errors["velocity"] == 0
    assert tally.tp_errors["attribute"] == 0


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"sizes": [[0, 4, 1]]}, ImpossibleValue, r"pred box 0 has the sides \[0.0, 4.0, 1.0\]: each is above 0"),
        ({"yaws": None}, InvalidInput, "pred has no 'yaws', of which errors are measured"),
        ({"velocities": [[np.nan, 0]]}, NotFinite, "pred velocities of box 0"),
        ({"attributes": [3]}, InvalidInput, 'pred attributes are texts, "" for a box without one'),
        ({"attributes": ["a", "b"]}, LengthMismatch, "pred has 1 boxes but 2 attributes"),
        ({"sizes": [[1, 2]]}, ShapeMismatch, r"pred sizes are numbers of boxes, shape \(n, 3\); got shape \(1, 2\)"),
    ],
)
def test_slips_of_whole_boxes(change: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        nds(frame([[0, 0]], [0.5], **{**WHOLE, **change}), frame([[0, 0]], **WHOLE), **CAR)


def test_errors_are_measured_at_two_metres() -> None:
    ref = frame([[0, 0], [20, 0]], **{key: value * 2 for key, value in WHOLE.items()})
    pred = frame([[0.5, 0], [22.5, 0]], [0.9, 0.5], **{key: value * 2 for key, value in WHOLE.items()})
    tally: Any = nds(pred, ref, **CAR)
    assert tally.tp_errors["translation"] == pytest.approx(0.5, abs=1e-12)  # the second is 2.5 m off, and right at 4
    with pytest.raises(UndefinedScore, match="these decisions were made without errors"):
        _ = mean_average_precision(frame([[0, 0]], [0.5]), frame([[0, 0]]), **CAR).tp_errors  # type: ignore[attr-defined]


# ----------------------------------------------------------------------------------------------- instances of points

ROOM = {"labels": [5] * 4 + [7] * 4 + [1] * 2, "instances": [1] * 4 + [2] * 4 + [9] * 2}


def found(*instances: tuple[int, float, str]) -> dict[str, Any]:
    return {
        "masks": [[int(one) for one in mask] for _, _, mask in instances],
        "labels": [label for label, _, _ in instances],
        "scores": [sure for _, sure, _ in instances],
    }


def test_an_overlap_must_be_above() -> None:
    half = found((5, 0.5, "1100000000"))
    assert map50(half, ROOM, least_points=1).by_class == {5: 0.0, 7: 0.0}  # type: ignore[attr-defined]
    assert map25(half, ROOM, least_points=1).by_class == {5: 1.0, 7: 0.0}  # type: ignore[attr-defined]


def test_a_second_one_is_a_false_alarm_and_the_surer_of_two_is_right() -> None:
    pred = found((5, 0.5, "1110000000"), (5, 0.9, "1111000000"))
    tally: Any = map50(pred, ROOM, least_points=1)
    assert sorted(zip(tally.scores.tolist(), tally.hits.tolist(), strict=True)) == [(0.5, False), (0.9, True)]


def test_what_lies_in_void_is_no_false_alarm() -> None:
    # Three points, two of them of a class that does not count: 2/3 is more than one half, and less than none.
    pred = found((5, 0.5, "0001000011"))
    assert len(map50(pred, ROOM, least_points=1).hits) == 0  # type: ignore[attr-defined]
    unlabelled = {**ROOM, "instances": [1] * 4 + [-1] * 4 + [9] * 2}
    assert len(map50(found((5, 0.5, "0000111100")), unlabelled, least_points=1).hits) == 0  # type: ignore[attr-defined]


def test_small_instances_need_not_be_found_and_do_not_count() -> None:
    pred = found((5, 0.5, "1111000000"), (7, 0.4, "0000110000"))
    tally: Any = map50(pred, ROOM, least_points=3)
    assert tally.positives.sum() == 2
    assert len(tally.hits) == 1
    with pytest.raises(UndefinedScore, match="no reference holds an instance that is to be found"):
        score("map50", [pred], [ROOM])  # of a hundred points at least


def test_equal_scores_are_one_point_of_the_curve() -> None:
    # One hit and one false alarm of one score: precision 1/2 at recall 1, and 1 at 0; half the sum of both, by steps.
    ref = {"labels": [5] * 4 + [1] * 6, "instances": [1] * 10}
    pred = found((5, 0.5, "1111000000"), (5, 0.5, "1000000000"))
    value = map50(pred, ref, least_points=1).value
    assert value == pytest.approx(0.5 * (1 - 0) / 2 + 1.0 * (1 - 0) / 2, abs=1e-12)


def test_absent_instances() -> None:
    assert score("map50", [None], [ROOM], least_points=1).value == 0
    assert map50(found(), ROOM, least_points=1).value == 0


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ({**found((5, 0.5, "1111000000")), "scores": None}, InvalidInput, 'pred has no "scores"'),
        (found((1, 0.5, "1111000000")), UnknownName, "a box of class 1|class 1, which is not one of the 18"),
        (found((5, 0.5, "111")), ShapeMismatch, r"shape \(n, 10\); got shape \(1, 3\)"),
        ({"masks": np.zeros((10, 2)), "labels": [5, 5], "scores": [1, 2]}, ShapeMismatch, "Are they transposed"),
        ({"masks": [1] * 10, "labels": [5], "scores": [1]}, ShapeMismatch, "One mask is a row too"),
        ({"masks": [[0.5] * 10], "labels": [5], "scores": [1]}, ImpossibleValue, "pass masks >= 0.5"),
        (found((5, np.inf, "1111000000")), NotFinite, "pred scores of box 0 are inf"),
    ],
)
def test_slips_of_instances(pred: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        map50(pred, ROOM, least_points=1)


@pytest.mark.parametrize(
    ("ref", "error", "message"),
    [
        ({"labels": [5]}, InvalidInput, 'ref has no "instances"'),
        ({"labels": [5, 5], "instances": [1]}, LengthMismatch, "ref has 2 labels but 1 instances"),
        ({"labels": [5.5], "instances": [1]}, InvalidInput, "ref labels are one integer for each point"),
        ({"labels": [], "instances": []}, InvalidInput, "ref labels are one integer for each point"),
    ],
)
def test_slips_of_rooms(ref: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        map50(found(), ref)


# -------------------------------------------------------------------------------------------------- overlap of solids


def test_a_quarter_turn_of_a_square_changes_nothing() -> None:
    ref, turned = [[0, 0, 0, 2, 2, 2, 0]], {"boxes": [[0, 0, 0, 2, 2, 2, np.pi / 2]], "scores": [1.0]}
    assert box3d_ap(turned, ref, iou=0.999999, boxes="xyzlwhy").value == 1


def test_an_eighth_of_a_turn_cuts_the_corners() -> None:
    # The octagon that two squares of side 2 share has an area of 8 (sqrt(2) - 1).
    shared = 8 * (np.sqrt(2) - 1)
    overlap = shared / (4 + 4 - shared)
    pred, ref = {"boxes": [[0, 0, 0, 2, 2, 1, np.pi / 4]], "scores": [1.0]}, [[0, 0, 0, 2, 2, 1, 0]]
    values = [box3d_ap(pred, ref, iou=overlap + step, boxes="xyzlwhy").value for step in (-1e-9, 1e-9)]
    assert values == [1.0, 0.0]


def test_the_view_from_above() -> None:
    pred, ref = {"boxes": [[0, 0, 5, 2, 2, 2]], "scores": [1.0]}, [[0, 0, 0, 2, 2, 2]]
    assert box3d_ap(pred, ref, iou=0.5, boxes="xyzlwh").value == 0
    assert box3d_ap(pred, ref, iou=0.5, boxes="xyzlwh", view="ground").value == 1


def test_a_box_without_volume_overlaps_nothing() -> None:
    flat = [[0, 0, 0, 2, 2, 0]]
    assert box3d_ap({"boxes": flat, "scores": [1.0]}, flat, iou=0.1, boxes="xyzlwh").value == 0


@pytest.mark.parametrize(
    ("boxes", "form", "error", "message"),
    [
        (
            [[0, 0, 0, -1, 1, 1]],
            "xyzlwh",
            ImpossibleValue,
            "has a negative side. If it is two corners, pass boxes='xyzxyz'",
        ),
        ([[0, 0, 0, -1, 1, 1]], "xyzxyz", ImpossibleValue, "ends before it begins. If it is a centre and sides"),
        ([[0, 0, 0, 1, 1, 1, 90.0]], "xyzlwhy", ImpossibleValue, r"turned by 90 radians: .* pass numpy.radians\(yaw\)"),
        ([[0, 0, 0, 1, 1, 1, 0]], "xyzlwh", ShapeMismatch, r"Is it boxes='xyzlwhy'\?"),
        ([[0, 0, 0, np.nan, 1, 1]], "xyzlwh", NotFinite, "pred box 0 is .*nan"),
        ([[0, 0, 0, 1, 1, 1]], "xyzwhl", InvalidInput, "one of xyzlwh, xyzlwhy, xyzxyz, not 'xyzwhl'. Did you mean"),
    ],
)
def test_slips_of_solids(boxes: Any, form: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        box3d_ap({"boxes": boxes, "scores": [1.0]}, [], iou=0.5, boxes=form)


def test_a_stream_of_key_frames_is_the_whole() -> None:
    rng = np.random.default_rng(0)
    refs = [frame(rng.uniform(-9, 9, (5, 2))) for _ in range(7)]
    preds = [frame(ref["centres"] + rng.normal(size=(5, 2)), rng.random(5)) for ref in refs]
    stream = Stream("map", **CAR)
    for pred, ref in zip(preds, refs, strict=True):
        stream.add(pred, ref)
    assert stream.value == score("map", preds, refs, **CAR).value

"""Tracks in space: sureness, gaps, switches, recalls, and the likely slips."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import (
    DuplicateName,
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
    UnknownName,
)
from generallevel.metrics.three_d.tracks import amota, amotp
from generallevel.scoring import score

CAR: dict[str, Any] = {"classes": ["car"], "ranges": None}


def track(*boxes: tuple[float, object, float], sure: Any = None, **more: Any) -> dict[str, Any]:
    """Boxes as (frame, id, x)."""
    columns = {
        "frames": [frame for frame, _, _ in boxes],
        "ids": [name for _, name, _ in boxes],
        "labels": ["car"] * len(boxes),
        "centres": [[x, 0.0] for _, _, x in boxes],
        **more,
    }
    return columns if sure is None else {**columns, "scores": np.broadcast_to(sure, len(boxes))}


FOUR = track(*((frame, "a", 0.0) for frame in range(4)))


def test_a_recall_that_is_not_reached_counts_as_0() -> None:
    pred = track((0, 1, 0.0), (1, 1, 0.0), (2, 1, 0.0), sure=0.5)
    reached = sum(recall <= 0.75 for recall in np.linspace(0.1, 1, 40).round(12))
    assert amota(pred, FOUR, **CAR).value == pytest.approx(reached / 40, abs=1e-12)
    assert amotp(pred, FOUR, **CAR).value == pytest.approx((40 - reached) * 2 / 40, abs=1e-12)


def test_a_switch_is_no_match_and_no_recall() -> None:
    pred = track((0, 1, 0.0), (1, 1, 0.0), (2, 2, 0.0), (3, 2, 0.0), sure=0.5)
    # Three of four are matches and the third frame is a switch: up to a recall of 3/4, 1 - (1 - (1 - 3/4) * 4) / 3 = 1.
    reached = sum(recall <= 0.75 for recall in np.linspace(0.1, 1, 40).round(12))
    assert amota(pred, FOUR, **CAR).value == pytest.approx(reached / 40, abs=1e-12)


def test_false_alarms_out_of_the_matches() -> None:
    alarms = [(frame, 9, 50.0) for frame in range(3)]
    pred = track(*((frame, 1, 0.0) for frame in range(4)), *alarms, sure=0.5)
    assert amota(pred, FOUR, **CAR).value == pytest.approx(1 - 3 / 4, abs=1e-12)
    assert amota(pred, FOUR, alpha=0.2, **CAR).value == pytest.approx(1 - 0.2 * 3 / 4, abs=1e-12)


def test_accuracy_is_never_below_0() -> None:
    alarms = [(frame, name, 50.0) for frame in range(4) for name in (7, 8)]
    pred = track(*((frame, 1, 0.0) for frame in range(4)), *alarms, sure=0.5)
    assert amota(pred, FOUR, **CAR).value == 0


def test_false_alarms_below_the_threshold_do_not_count() -> None:
    pred = track(*((frame, 1, 0.0) for frame in range(4)), (0, 9, 50.0), sure=[0.5] * 4 + [0.1])
    assert amota(pred, FOUR, **CAR).value == 1


def test_a_track_is_as_sure_as_its_boxes_on_average() -> None:
    # The alarm's boxes are .9 and .1, a mean of .5, which is below .6: it takes part at no threshold.
    ref = track((0, "a", 0.0), (1, "a", 0.0))
    pred = track((0, 1, 0.0), (1, 1, 0.0), (0, 9, 50.0), (1, 9, 50.0), sure=[0.6, 0.6, 0.9, 0.1])
    assert amota(pred, ref, **CAR).value == 1


def test_a_track_is_kept_while_it_is_near_though_another_is_nearer() -> None:
    ref = track((0, "a", 0.0), (1, "a", 0.0))
    pred = track((0, 1, 0.0), (1, 1, 1.9), (1, 2, 0.0), sure=0.5)
    tally: Any = amotp(pred, ref, **CAR)
    assert tally.by_class["car"] == pytest.approx((0 + 1.9) / 2, abs=1e-12)
    assert amota(pred, ref, distance=1.5, **CAR).value < 1


def test_gaps_are_filled_in() -> None:
    times = np.arange(4.0)
    ref = track(*((frame, "a", float(frame)) for frame in range(4)), times=times)
    holed = track((0, 1, 0.0), (3, 1, 3.0), sure=0.5)
    assert amota(holed, ref, gaps="linear", **CAR).value == 1
    assert amotp(holed, ref, gaps="linear", **CAR).value == pytest.approx(0, abs=1e-12)
    # The devkit's weights are swapped: frame 1 lies at 2 and frame 2 at 1.
    assert amotp(holed, ref, **CAR).value == pytest.approx((0 + 1 + 1 + 0) / 4, abs=1e-12)
    assert amota(holed, ref, gaps="none", **CAR).value < 1


def test_a_frame_without_any_box_is_a_gap_only_where_it_is_known() -> None:
    ref, pred = track((0, "a", 0.0), (2, "a", 0.0)), track((0, 1, 0.0), (2, 1, 0.0), sure=0.5)
    assert amota(pred, ref, **CAR).units[0][0].n_true == 2  # type: ignore[attr-defined]
    assert amota(pred, {**ref, "times": [0, 1, 2]}, **CAR).units[0][0].n_true == 3  # type: ignore[attr-defined]


def test_scenes_are_pooled_and_not_averaged() -> None:
    preds = [track((0, 1, 0.0), sure=0.9), track((0, 1, 50.0), sure=0.5)]
    refs = [track((0, "a", 0.0)), track((0, "a", 0.0))]
    each = [amota(pred, ref, **CAR).value for pred, ref in zip(preds, refs, strict=True)]
    assert each == [1, 0]
    # Of two objects one is found; the alarm of the other scene is less sure: recalls up to 1/2, 18 of 40, are perfect.
    assert score("amota", preds, refs, **CAR).value == pytest.approx(18 / 40, abs=1e-12)


def test_ids_of_two_scenes_are_not_one_object() -> None:
    preds = [track((0, 1, 0.0), sure=0.5), track((0, 2, 0.0), sure=0.5)]
    refs = [track((0, "a", 0.0)), track((0, "a", 0.0))]
    assert score("amota", preds, refs, **CAR).value == 1


def test_classes_are_averaged_where_they_are() -> None:
    both = {"classes": ["car", "bus", "truck"], "ranges": None}
    ref = {**track((0, "a", 0.0), (0, "b", 9.0)), "labels": ["car", "bus"]}
    pred = {**track((0, 1, 0.0), sure=0.5)}
    assert amota(pred, ref, **both).by_class == {"car": 1.0, "bus": 0.0}  # type: ignore[arg-type, attr-defined]
    assert amota(pred, ref, **both).value == 0.5  # type: ignore[arg-type]


def test_boxes_beyond_their_range_and_empty_ones_do_not_count() -> None:
    ref = track((0, "a", 0.0), (0, "b", 60.0), (0, "c", 5.0), times=[0], ego=[[0, 0]], points=[4, 4, 0])
    pred = track((0, 1, 0.0), (0, 2, 70.0), sure=0.5)
    assert amota(pred, ref, classes=["car"]).value == 1
    with pytest.raises(InvalidInput, match='ref has no "ego", the place of it'):
        amota(pred, track((0, "a", 0.0)), classes=["car"])
    with pytest.raises(ShapeMismatch, match="ref ego is the place of the vehicle"):
        amota(pred, {**ref, "ego": [[0, 0], [1, 1]]}, classes=["car"])


def test_no_prediction_and_no_reference() -> None:
    assert score("amota", [None], [FOUR], **CAR).value == 0
    assert score("amotp", [None], [FOUR], **CAR).value == 2
    empty = {"frames": [], "ids": [], "labels": [], "centres": [], "times": [0, 1]}
    with pytest.raises(UndefinedScore, match="no reference holds a box of a class that counts"):
        score("amota", [track((0, 1, 0.0), sure=0.5)], [empty], **CAR)


def test_one_frame() -> None:
    assert amota(track((0, 1, 0.5), sure=0.5), track((0, "a", 0.0)), **CAR).value == 1


def test_equal_scores_give_one_threshold() -> None:
    ref = track((0, "a", 0.0), (0, "b", 9.0))
    pred = track((0, 1, 0.0), (0, 2, 9.0), (0, 3, 30.0), sure=0.5)
    assert amota(pred, ref, **CAR).value == pytest.approx(1 - 1 / 2, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"ids": [1, 1], "frames": [0, 0]}, DuplicateName, "pred has two boxes of one track in one frame"),
        ({"ids": [1]}, LengthMismatch, "pred has 2 boxes but 1 ids"),
        ({"ids": 5}, InvalidInput, "pred ids are a column, one entry for each box, not 5"),
        ({"ids": None}, InvalidInput, 'pred has no "ids"'),
        ({"ids": [1.5, 2]}, InvalidInput, "a track is a whole number or a text"),
        ({"ids": [float("nan"), 2]}, NotFinite, "pred ids hold a NaN"),
        ({"frames": None}, InvalidInput, 'pred has no "frames"'),
        ({"frames": [0]}, LengthMismatch, "pred has 2 centres but 1 frames"),
        ({"frames": [0, np.nan]}, NotFinite, "pred frames hold a NaN or an infinity"),
        ({"frames": [0, 7]}, InvalidInput, "pred has a box at 7, which is none of the times of the scene"),
        ({"scores": None}, InvalidInput, 'pred has no "scores"'),
        ({"scores": [0.5, np.inf]}, NotFinite, "pred scores of box 1 are inf"),
        ({"labels": ["car", "van"]}, UnknownName, "a box of class 'van'"),
        ({"centres": [[0, 0], [np.nan, 0]]}, NotFinite, "pred box 1 has its centre at"),
        ({"boxes": []}, InvalidInput, "pred has the key 'boxes', which nothing reads"),
    ],
)
def test_slips_of_tracks(change: dict[str, Any], error: type[Exception], message: str) -> None:
    pred = {**track((0, 1, 0.0), (1, 1, 0.0), sure=0.5), **change}
    with pytest.raises(error, match=message):
        amota(pred, {**FOUR, "times": [0, 1, 2, 3]}, **CAR)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"times": [0, 0, 1, 2, 3]}, InvalidInput, "ref times hold a time twice"),
        ({"times": [3, 2, 1, 0]}, InvalidInput, "ref times do not rise"),
        ({"points": [1, 1, 1, -1]}, ImpossibleValue, "ref points hold -1"),
        ({"ids": ["a"] * 4, "frames": [0, 0, 1, 2]}, DuplicateName, "ref has two boxes of one track"),
    ],
)
def test_slips_of_references(change: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        amota(track((0, 1, 0.0), sure=0.5), {**FOUR, **change}, **CAR)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gaps": "spline"}, "gaps is 'nuscenes' or 'linear' or 'none'"),
        ({"distance": 0}, "distance is the distance below which two boxes may be one"),
        ({"alpha": -1}, "alpha is how much errors weigh"),
        ({"recalls": 0}, "recalls is a whole number, 1 or more, not 0"),
        ({"least_recall": 0}, r"least_recall is the lowest recall that counts, in \(0, 1\], not 0"),
        ({"classes": []}, "classes are the labels that count"),
    ],
)
def test_slips_of_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        amota(track((0, 1, 0.0), sure=0.5), FOUR, **{**CAR, **options})


def test_a_scene_is_a_mapping_of_columns() -> None:
    with pytest.raises(InvalidInput, match="pred is the tracks of one scene, a mapping of columns"):
        amota([[0, 1, 2]], FOUR, **CAR)

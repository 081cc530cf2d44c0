"""Shapes: distances both ways, shares of near points, volumes, and the likely slips."""

import math
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
)
from generallevel.metrics.three_d.shapes import (
    chamfer_distance,
    earth_movers_distance,
    normal_consistency,
    point_fscore,
    volumetric_iou,
)
from generallevel.scoring import score

# 0 and 4 on a line, against 0 and 1: 0 and 3 off one way, 0 and 1 the other.
PRED, REF = [[0.0, 0, 0], [4.0, 0, 0]], [[0.0, 0, 0], [1.0, 0, 0]]
PLAIN: dict[str, Any] = {"squared": False, "combine": "sum"}


@pytest.mark.parametrize(
    ("variant", "value"),
    [
        ("pcn_l1", ((0 + 3) / 2 + (0 + 1) / 2) / 2),
        ("pcn_l2", (0 + 9) / 2 + (0 + 1) / 2),
        ("completion3d", 1e4 * ((0 + 9) / 2 + (0 + 1) / 2)),
        ("point_sets", (0 + 9) + (0 + 1)),
    ],
)
def test_variants_of_the_chamfer_distance(variant: str, value: float) -> None:
    assert score("chamfer_distance", [PRED], [REF], variant=variant).value == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(("combine", "value"), [("sum", 2), ("mean", 1), ("max", 1.5), ("pred", 1.5), ("ref", 0.5)])
def test_what_becomes_of_the_two_ways(combine: Any, value: float) -> None:
    assert chamfer_distance(PRED, REF, squared=False, combine=combine).value == value
    assert chamfer_distance(PRED, REF, squared=False, combine=combine, factor=1000).value == 1000 * value


def test_shapes_count_alike_whatever_they_hold() -> None:
    preds, refs = [PRED, [[1.0, 0, 0]] * 100], [REF, [[1.0, 0, 0]]]
    assert score("chamfer_distance", preds, refs, **PLAIN).value == (2 + 0) / 2


def test_a_square_and_a_sum_must_be_asked_for() -> None:
    with pytest.raises(InvalidInput, match=r"chamfer_distance needs squared=\.\.\.: it changes the number"):
        score("chamfer_distance", [PRED], [REF])
    with pytest.raises(InvalidInput, match=r"chamfer_distance needs combine=\.\.\."):
        score("chamfer_distance", [PRED], [REF], squared=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"squared": "no", "combine": "sum"}, "squared is True or False, not 'no'"),
        ({"squared": True, "combine": "both"}, "combine is 'sum' or 'mean' or 'max' or 'pred' or 'ref', not 'both'"),
        ({**PLAIN, "over": "max"}, "over is 'mean' or 'sum'"),
        ({**PLAIN, "factor": 0}, "factor is what the value is multiplied by, a finite number above 0, not 0"),
        ({**PLAIN, "factor": math.inf}, "factor is .* not inf"),
    ],
)
def test_options_of_the_chamfer_distance(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        chamfer_distance(PRED, REF, **options)


EMPTY: list[Any] = [[], np.empty((0, 3)), [[]]]


@pytest.mark.parametrize("empty", EMPTY, ids=["list", "array", "row"])
def test_an_empty_cloud_is_at_no_distance(empty: Any) -> None:
    for pred, ref, name in ((empty, REF, "pred"), (PRED, empty, "ref")):
        with pytest.raises(InvalidInput, match=f"{name} has no point: an empty cloud is at no distance"):
            chamfer_distance(pred, ref, **PLAIN)
        with pytest.raises(InvalidInput, match=f"{name} has no point"):
            earth_movers_distance(pred, ref)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_point_that_is_not_finite_is_named(bad: float) -> None:
    broken = [[0, 0, 0], [0, bad, 0]]
    with pytest.raises(NotFinite, match=r"pred point 1 is \[0.0, (nan|inf|-inf), 0.0\]"):
        chamfer_distance(broken, REF, **PLAIN)
    with pytest.raises(NotFinite, match="chamfer_distance, item 0: ref point 1 is"):
        score("chamfer_distance", [PRED], [broken], **PLAIN)


@pytest.mark.parametrize(
    ("pred", "message"),
    [
        (np.zeros((2, 5, 3)), r"got shape \(2, 5, 3\). Pass the clouds of a batch one by one"),
        (np.zeros(3), r"got shape \(3,\)"),
        (np.zeros((3, 500)), "Is it transposed"),
        (np.zeros((4, 2)), "pred has points of 2 coordinates and ref of 3"),
    ],
)
def test_clouds_are_rows_of_points(pred: Any, message: str) -> None:
    with pytest.raises(ShapeMismatch, match=message):
        chamfer_distance(pred, np.zeros((7, 3)), **PLAIN)


def test_what_is_no_cloud() -> None:
    with pytest.raises(InvalidInput, match=r"pred is the points of one shape, shape .* of real numbers; got str"):
        chamfer_distance("cloud.ply", REF, **PLAIN)


def test_a_missing_cloud_is_left_out_and_reported() -> None:
    result = score("chamfer_distance", {"a": PRED}, {"a": REF, "b": REF}, **PLAIN)
    assert (result.value, result.n_scored, result.n_total, result.reasons) == (2.0, 1, 2, {"b": "no prediction"})


def test_nearness_is_strict() -> None:
    assert point_fscore([[1.0]], [[0.0]], tau=1).value == 0
    assert point_fscore([[1.0]], [[0.0]], tau=1.0000001).value == 1
    assert point_fscore(PRED, REF, tau=1.5).value == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1), abs=1e-12)


def test_a_cloud_without_a_point_has_an_f_score_of_0() -> None:
    assert point_fscore([], REF, tau=1).value == 0
    assert score("point_fscore", [None, REF], [REF, REF], tau=1).value == 0.5
    with pytest.raises(InvalidInput, match="ref has no point"):
        point_fscore(PRED, [], tau=1)
    with pytest.raises(InvalidInput, match="tau is the distance below which a point is near, a finite number above 0"):
        point_fscore(PRED, REF, tau=0)
    with pytest.raises(ShapeMismatch, match="pred has points of 2 coordinates and ref of 3"):
        point_fscore([[0, 0]], REF, tau=1)


def test_the_earth_moves_by_the_cheapest_way() -> None:
    pred, ref = [[0.0], [1.0]], [[1.0], [9.0]]
    assert earth_movers_distance(pred, ref).value == (1 + 8) / 2
    assert earth_movers_distance(pred, ref, over="sum").value == 9
    # 0 to 9 and 1 to 1 costs 81, and 0 to 1 and 1 to 9 costs 1 + 64.
    assert earth_movers_distance(pred, ref, squared=True, over="sum").value == 65


def test_the_earth_moves_point_by_point() -> None:
    with pytest.raises(LengthMismatch, match="pred has 2 points and ref 3: each point goes to one of its own"):
        earth_movers_distance(np.zeros((2, 3)), np.zeros((3, 3)))
    many = np.zeros((4097, 3))
    with pytest.raises(InvalidInput, match="4097 points are more than can be assigned exactly, 4096"):
        earth_movers_distance(many, many)


FLAT = {"points": [[0, 0, 0], [1, 0, 0]], "normals": [[0, 0, 1], [0, 0, 5]]}


def test_normals_of_nearest_points() -> None:
    turned = {**FLAT, "normals": [[0, 0, 1], [0, 1, 1]]}
    assert normal_consistency(turned, FLAT).value == pytest.approx((1 + math.sqrt(0.5)) / 2, abs=1e-12)
    flipped = {**FLAT, "normals": [[0, 0, -1], [0, 0, 1]]}
    assert normal_consistency(flipped, FLAT).value == 1
    assert normal_consistency(flipped, FLAT, oriented=True).value == 0.5
    assert score("normal_consistency", [None], [FLAT]).value == 0


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ({"points": [[0, 0, 0]]}, InvalidInput, 'pred has no "normals": one belongs to each point'),
        ({**FLAT, "normals": [[0, 0, 1]]}, LengthMismatch, "pred has 2 points but 1 normals"),
        ({**FLAT, "normals": [[0, 0, 1], [0, 0, 0]]}, ImpossibleValue, "pred normal 1 has length 0"),
        (
            {**FLAT, "normal": []},
            InvalidInput,
            "pred has the key 'normal', which nothing reads. Did you mean 'normals'",
        ),
        ([[0, 0, 0]], InvalidInput, 'pred has no "normals"'),
    ],
)
def test_slips_of_oriented_points(pred: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        normal_consistency(pred, FLAT)


def test_volumes() -> None:
    full, none = np.ones((2, 2, 2), bool), np.zeros((2, 2, 2), bool)
    assert volumetric_iou(full, full).value == 1
    assert volumetric_iou(none, none).value == 1
    assert volumetric_iou(none, full).value == 0
    assert score("volumetric_iou", [None, None], [full, none]).value == 0
    assert volumetric_iou([1, 1, 0], [1.0, 0.0, 1.0]).value == 1 / 3


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        (np.full((2, 2, 2), 0.3), ImpossibleValue, "pred holds 0.3: a cell lies inside .* pass pred >= 0.5"),
        (np.ones((2, 2)), ShapeMismatch, r"pred has shape \(2, 2\) but ref has shape \(2, 2, 2\): one grid for both"),
        ([], ShapeMismatch, "has no cell"),
        (np.full((2, 2, 2), np.nan), NotFinite, "pred holds a NaN or an infinity"),
    ],
)
def test_slips_of_volumes(pred: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        volumetric_iou(pred, np.ones((2, 2, 2), bool))


def test_nothing_has_no_score() -> None:
    with pytest.raises(UndefinedScore):
        score("chamfer_distance", [], [], **PLAIN)

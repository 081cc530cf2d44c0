"""Parts of shapes: parts that are absent, averages over shapes and categories, and the likely slips."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import DuplicateName, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.three_d.parts import SHAPENET_PARTS, instance_mean_iou
from generallevel.scoring import score


def test_shapenet_has_sixteen_categories_and_fifty_parts() -> None:
    assert len(SHAPENET_PARTS) == 16
    assert [part for parts in SHAPENET_PARTS.values() for part in parts] == list(range(50))
    known = {"Airplane": (0, 1, 2, 3), "Chair": (12, 13, 14, 15), "Motorbike": (30, 31, 32, 33, 34, 35)}
    known |= {"Mug": (36, 37), "Table": (47, 48, 49)}
    assert {name: SHAPENET_PARTS[name] for name in known} == known


def test_a_part_that_neither_side_has_counts_as_found() -> None:
    # A table of three parts: 47 is right on 1 of 2 points, 48 on 2 of 3, and 49 is nowhere.
    assert instance_mean_iou([47, 48, 48, 48], [47, 47, 48, 48]).value == pytest.approx((1 / 2 + 2 / 3 + 1) / 3)


def test_a_part_of_another_category_is_wrong_about_one_part() -> None:
    assert instance_mean_iou([47, 0, 48, 48], [47, 47, 48, 48]).value == pytest.approx((1 / 2 + 1 + 1) / 3)


def test_shapes_and_categories() -> None:
    preds, refs = [[36, 36], [36, 37], [4, 4]], [[36, 37], [36, 37], [4, 4]]
    one = (1 / 2 + 0) / 2
    assert score("instance_mean_iou", preds, refs).value == pytest.approx((one + 1 + 1) / 3)
    result = score("instance_mean_iou", preds, refs, variant="class")
    assert result.value == pytest.approx(((one + 1) / 2 + 1) / 2)
    each = result.tally.per_category  # type: ignore[attr-defined]
    assert each[list(SHAPENET_PARTS).index("Mug")] == pytest.approx((one + 1) / 2)
    assert np.isnan(each).sum() == 14


def test_a_missing_shape_scores_0_also_for_parts_that_it_lacks() -> None:
    assert score("instance_mean_iou", [None, [47]], [[47], [47]]).value == 0.5


def test_own_parts() -> None:
    parts = {"lamp": [1, 2], "cup": [3]}
    assert instance_mean_iou([1, 1], {"labels": [1, 2], "category": "lamp"}, parts=parts).value == 0.25
    with pytest.raises(DuplicateName, match="part 2 belongs to 'lamp' and to 'cup'"):
        instance_mean_iou([1], [1], parts={"lamp": [1, 2], "cup": [2]})
    with pytest.raises(InvalidInput, match="category 'cup' has no part"):
        instance_mean_iou([1], [1], parts={"lamp": [1], "cup": []})
    with pytest.raises(InvalidInput, match="parts are the part labels of each category"):
        instance_mean_iou([1], [1], parts={})
    with pytest.raises(InvalidInput, match="parts is 'shapenet', not 'partnet'"):
        instance_mean_iou([1], [1], parts="partnet")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pred", "ref", "error", "message"),
    [
        ([36], [36, 37], ShapeMismatch, "pred labels 1 points but ref 2: one label for each point"),
        ([], [], ShapeMismatch, "of one point at least"),
        ([36], [50], ImpossibleValue, "ref has label 50, which is a part of no category. Do they count from 1"),
        ([-1], [36], ImpossibleValue, "pred has label -1, which is a part of no category"),
        ([36, 4], [36, 4], ImpossibleValue, "ref has parts of 'Bag' and 'Mug', but one shape is of one category"),
        (
            [36],
            {"labels": [36], "category": "Bag"},
            ImpossibleValue,
            "parts of 'Mug', but the shape is said to be 'Bag'",
        ),
        ([36], {"labels": [36], "category": "mug"}, InvalidInput, "category 'mug' has no parts; there are Airplane"),
        ([[0.1, 0.9]], [36], InvalidInput, r"Scores of parts\? Take the greatest: argmax"),
        ([np.nan], [36], NotFinite, "pred holds a NaN or an infinity"),
        ([36], {"labels": [36], "categroy": "Mug"}, InvalidInput, "Did you mean 'category'"),
    ],
)
def test_slips(pred: Any, ref: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        instance_mean_iou(pred, ref)

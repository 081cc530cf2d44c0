"""Panoptic quality: worked segments, void and crowds, and what each slip is told."""

import re
from typing import Any

import numpy as np
import pytest

from generallevel.errors import (
    DuplicateName,
    GeneralLevelError,
    ImpossibleValue,
    InvalidInput,
    ShapeMismatch,
    UndefinedScore,
)
from generallevel.metrics.image.panoptic import panoptic_quality
from generallevel.scoring import score

CLASSES: dict[str, Any] = {"things": (1,), "stuff": (0,)}
SKY, CAR, OTHER, VOID = (0, 0), (1, 1), (1, 2), (9, 0)


def row(*pixels: tuple[int, int]) -> Any:
    return np.array([pixels])


def test_a_match_needs_more_than_one_half() -> None:
    ref = row(CAR, CAR, CAR, SKY)
    half = panoptic_quality(row(CAR, CAR, SKY, SKY), ref, **CLASSES)
    assert half.matches.tolist() == [1, 0]  # 2 / 3 of the car; of the sky 1 / 2, which is not more than one half
    assert half.iou == pytest.approx([2 / 3, 0])
    assert (half.false.tolist(), half.missed.tolist()) == ([0, 1], [0, 1])
    assert half.value == pytest.approx((2 / 3 + 0) / 2)
    assert half.means("things") == pytest.approx({"pq": 2 / 3, "sq": 2 / 3, "rq": 1})
    assert half.means("stuff") == pytest.approx({"pq": 0, "sq": 0, "rq": 0})


def test_void_leaves_the_union_and_excuses_what_lies_in_it() -> None:
    settings: dict[str, Any] = {**CLASSES, "void": 9}
    ref = row(CAR, CAR, VOID, VOID, SKY)
    tally = panoptic_quality(row(CAR, CAR, CAR, OTHER, SKY), ref, **settings)
    assert tally.value == 1
    assert tally.false.tolist() == [0, 0]
    half = panoptic_quality(row(SKY, CAR, CAR, CAR, CAR), row(VOID, VOID, VOID, SKY, SKY), **settings)
    assert half.false.tolist() == [1, 0]  # two of its four pixels in void are not more than one half
    assert half.missed.tolist() == [0, 1]


def test_void_in_the_prediction_is_missed_or_does_not_count() -> None:
    ref, pred = row(CAR, CAR, CAR, CAR, SKY), row(CAR, VOID, VOID, VOID, SKY)
    assert panoptic_quality(pred, ref, **CLASSES, void=9).missed.tolist() == [1, 0]
    assert panoptic_quality(pred, ref, **CLASSES, void=9, pred_void="ignored").value == 1


def test_a_crowd_is_never_missed_and_excuses_its_own_class() -> None:
    infos = [{"id": 7, "category_id": 1, "iscrowd": 1}, {"id": 3, "category_id": 0}]
    ref = {"ids": [[7, 7, 7, 3]], "segments_info": infos}
    cars = {"ids": [[1, 1, 2, 5]], "segments_info": [{"id": i, "category_id": i // 5 * -1 + 1} for i in (1, 2, 5)]}
    tally = panoptic_quality(cars, ref, **CLASSES)
    assert tally.value == 1  # of the sky; no car counts
    assert tally.false.tolist() == [0, 0]
    other = panoptic_quality(
        {"ids": [[1, 1, 1, 5]], "segments_info": [{"id": 1, "category_id": 0}, {"id": 5, "category_id": 1}]},
        ref,
        **CLASSES,
    )
    assert other.false.tolist() == [1, 1]
    assert other.missed.tolist() == [0, 1]


def test_instances_of_stuff_are_one_and_numbers_may_be_large() -> None:
    ref = np.array([[[0, 4], [0, 5], [1, 2**31 - 1], [1, 7]]])
    pred = np.array([[[0, 0], [0, 1], [1, 0], [1, 1]]])
    tally = panoptic_quality(pred, ref, **CLASSES)
    assert tally.matches.tolist() == [2, 1]
    assert tally.value == 1


def test_classes_that_do_not_occur_do_not_count() -> None:
    tally = panoptic_quality(row(CAR, SKY), row(CAR, SKY), things=(1, 5), stuff=(0, 3))
    assert tally.value == 1
    assert np.isnan(tally.per_class["pq"]).tolist() == [False, True, False, True]
    only_void = panoptic_quality(row(VOID), row(VOID), **CLASSES, void=9)
    with pytest.raises(UndefinedScore):
        _ = only_void.value
    assert np.isnan(only_void.means("things")["pq"])


def test_images_are_counted_together() -> None:
    preds, refs = [row(CAR, CAR, CAR), row(CAR, SKY, SKY)], [row(CAR, CAR, SKY), row(CAR, SKY, SKY)]
    result = score("panoptic_quality", preds, refs, **CLASSES)
    # Cars: (2/3 + 1) / 2. Sky: 1 found of 2.
    assert result.value == pytest.approx(((2 / 3 + 1) / 2 + 1 / (1 + 1 / 2)) / 2)


def test_a_missing_segmentation_misses_everything() -> None:
    refs = {1: row(CAR, CAR, SKY), 2: row(CAR, CAR, SKY)}
    assert score("panoptic_quality", {1: refs[1]}, refs, **CLASSES).value == pytest.approx(1 / (1 + 1 / 2))
    ignored = score("panoptic_quality", {1: refs[1]}, refs, **CLASSES, variant="torchmetrics").value
    assert ignored == pytest.approx(1 / (1 + 1 / 2))


GOOD = {"ids": [[7]], "segments_info": [{"id": 7, "category_id": 1}]}


@pytest.mark.parametrize(
    ("pred", "params", "error", "text"),
    [
        (row((4, 0)), CLASSES, ImpossibleValue, "the class 4.*pass void=4"),
        (np.zeros((2, 3, 1), int), CLASSES, ShapeMismatch, r"shape \(H, W, 2\)"),
        (np.zeros((2, 3, 4), int), CLASSES, ShapeMismatch, "channels-first"),
        (row(CAR, CAR), CLASSES, ShapeMismatch, "nothing is resized"),
        (row(CAR).astype(float), CLASSES, InvalidInput, "whole numbers"),
        (row((1, -1)), CLASSES, ImpossibleValue, "from 0 to"),
        (GOOD, {"things": (1,), "stuff": (1,)}, DuplicateName, "or is both"),
        (GOOD, {"things": (1,), "stuff": (0,), "void": 0}, DuplicateName, "void=0 is also a class"),
        (GOOD, {"things": (), "stuff": ()}, InvalidInput, "both empty"),
        (GOOD, {"things": ("car",), "stuff": (0,)}, InvalidInput, "whole number from 0 up"),
        (GOOD, {**CLASSES, "pred_void": "ignore"}, InvalidInput, "Did you mean 'ignored'"),
        ({"ids": [[7]]}, CLASSES, InvalidInput, "segments_info"),
        ({**GOOD, "ids": [[8]]}, CLASSES, InvalidInput, "segment 8, of which segments_info says nothing"),
        ({**GOOD, "ids": [[0]]}, CLASSES, InvalidInput, "no pixel of it"),
        ({**GOOD, "segments_info": [{"id": 7, "category_id": 4}]}, CLASSES, ImpossibleValue, "has the class 4"),
        ({**GOOD, "segments_info": [{"id": 7}]}, CLASSES, InvalidInput, '"category_id"'),
        ({**GOOD, "segments_info": GOOD["segments_info"] * 2}, CLASSES, DuplicateName, "segment 7 twice"),
        ({**GOOD, "segments_info": [{"id": 0, "category_id": 1}]}, CLASSES, ImpossibleValue, "0, which is void"),
        ({**GOOD, "ids": [7]}, CLASSES, ShapeMismatch, r"shape \(H, W\)"),
    ],
)
def test_slips(pred: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str) -> None:
    with pytest.raises(error, match=re.compile(text)):
        panoptic_quality(pred, row(CAR), **params)

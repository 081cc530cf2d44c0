"""Foreground maps: worked scores, hard edges, and what each slip is told."""

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
from generallevel.metrics.image.saliency import (
    enhanced_alignment,
    saliency_f_measure,
    structure_measure,
    weighted_f_measure,
)
from generallevel.scoring import score

ALL = (structure_measure, saliency_f_measure, enhanced_alignment, weighted_f_measure)
BLOCK = np.zeros((8, 8), dtype=bool)
BLOCK[2:6, 2:6] = True


def edge(place: tuple[Any, ...]) -> Any:
    mask = np.zeros((6, 7), dtype=bool)
    mask[place] = True
    return mask


@pytest.mark.parametrize("metric", ALL)
def test_a_perfect_map_is_perfect_and_its_opposite_is_not(metric: Any) -> None:
    assert metric(BLOCK.astype(float), BLOCK).value == pytest.approx(1, abs=1e-9)
    assert metric(1.0 - BLOCK, BLOCK).value < 0.5


@pytest.mark.parametrize("metric", ALL)
@pytest.mark.parametrize(
    "mask",
    [edge(np.s_[0]), edge(np.s_[:, 0]), edge(np.s_[-1]), edge(np.s_[:, -1]), edge(np.s_[0, 0]), edge(np.s_[5, 6]),
     edge(np.s_[3, 3]), np.ones((1, 1), bool), np.zeros((1, 1), bool), np.zeros((4, 5), bool), np.ones((4, 5), bool)],
)  # fmt: skip
def test_first_and_last_rows_single_pixels_and_constant_maps_have_scores(metric: Any, mask: Any) -> None:
    for pred in (mask.astype(float), np.full(mask.shape, 0.3), 1.0 - mask, np.zeros(mask.shape), np.ones(mask.shape)):
        assert 0 <= metric(pred, mask).value <= 1 + 1e-12
    perfect = metric(mask.astype(float), mask).value
    assert perfect >= metric(1.0 - mask, mask).value
    if metric is structure_measure:
        assert perfect == pytest.approx(1, abs=1e-9)


def test_masks_that_are_empty_or_full() -> None:
    grey = np.array([[0.25, 0.5]])
    assert structure_measure(grey, [[0, 0]], stretch=False).value == pytest.approx(1 - 0.375)
    assert structure_measure(grey, [[1, 1]], stretch=False).value == pytest.approx(0.375)
    assert structure_measure(grey, [[1, 1]]).value == pytest.approx(0.5)  # stretched to 0 and 1
    assert structure_measure([[0.25, 0.25]], [[1, 1]]).value == 0.25  # a constant map is not


def test_the_parts_of_the_structure_measure() -> None:
    pred, mask = np.array([[1.0, 0.5], [0.0, 0.0]]), np.array([[True, True], [False, False]])
    # Foreground: mean 3/4, sample deviation sqrt(1/8). Background: mean 1 of the complement, no deviation.
    front = 2 * 0.75 / (0.75**2 + 1 + np.sqrt(1 / 8))
    assert structure_measure(pred, mask, alpha=1).value == pytest.approx((front + 1) / 2)
    # The centre is row 0, column 0 (1/2 to even), so that the quarters are single pixels: 0 spread, alike.
    assert structure_measure(pred, mask, alpha=0).value == pytest.approx(1)


def test_the_released_form() -> None:
    assert score("structure_measure", [BLOCK.astype(float)], [BLOCK], variant="released").value == pytest.approx(
        1, abs=1e-6
    )
    for mask in (edge(np.s_[0]), edge(np.s_[:, 0])):
        with pytest.raises(UndefinedScore, match="first row or column"):
            score("structure_measure", [mask.astype(float)], [mask], variant="released")
    missing = score(
        "structure_measure", [edge(np.s_[0]) * 1.0, BLOCK * 1.0], [edge(np.s_[0]), BLOCK], variant="released",
        errors="missing",
    )  # fmt: skip
    assert list(missing.reasons) == [0]


def test_thresholds_of_the_f_measure() -> None:
    pred, mask = [[1.0, 0.4], [0.6, 0.0]], [[1, 0], [0, 0]]
    f = 1.3 * 0.5 / (0.3 * 0.5 + 1)  # at two chosen pixels, one of them right
    assert saliency_f_measure(pred, mask).value == 1
    assert saliency_f_measure(pred, mask, threshold="adaptive").value == 1  # twice the mean 1/2
    assert saliency_f_measure([[1.0, 0.2], [0.6, 0.0]], mask, threshold="adaptive").value == pytest.approx(1)
    assert saliency_f_measure([[1.0, 0.0], [0.95, 0.0]], [[0, 0], [1, 0]]).value == pytest.approx(f)
    assert saliency_f_measure(pred, [[0, 0], [0, 0]]).value == 0
    # The best threshold is one for the whole set: 0.6 for the one map and 0.2 for the other have none in common.
    preds, masks = [np.array([[0.2, 0.0, 1.0]]), np.array([[0.9, 0.6, 0.0]])], [[[1, 0, 1]], [[1, 0, 0]]]
    both = score("saliency_f_measure", preds, masks, stretch=False)
    assert both.value < np.mean([saliency_f_measure(p, m).value for p, m in zip(preds, masks, strict=True)])


def test_a_missing_map_is_the_opposite() -> None:
    for metric in ALL:
        assert score(metric, {}, {1: BLOCK}).value == pytest.approx(metric(1.0 - BLOCK, BLOCK).value)
    assert score("structure_measure", {}, {1: np.zeros((2, 2))}).value == 0
    assert score("structure_measure", {}, {1: np.ones((2, 2))}).value == 0


def test_masks_may_be_run_lengths() -> None:
    runs = {"size": [2, 2], "counts": [2, 2]}
    assert structure_measure([[0.0, 1.0], [0.0, 1.0]], runs).value == pytest.approx(1, abs=1e-9)


GREY = np.full((8, 8), 0.5)


@pytest.mark.parametrize("metric", ALL)
@pytest.mark.parametrize(
    ("pred", "ref", "error", "text"),
    [
        (GREY * 255, BLOCK, ImpossibleValue, "divided by 255"),
        ((GREY * 255).astype(np.uint8), BLOCK, ImpossibleValue, "divided by 255"),
        (GREY - 3, BLOCK, ImpossibleValue, "sigmoid"),
        (np.where(BLOCK, np.nan, 0.5), BLOCK, NotFinite, "row 2, column 2"),
        (GREY, BLOCK * 255, InvalidInput, "ref > 127"),
        (GREY, BLOCK * 0.5, InvalidInput, "threshold"),
        (GREY[None], BLOCK, ShapeMismatch, "one by one"),
        (GREY[:4], BLOCK, ShapeMismatch, "Nothing is resized"),
        (np.zeros((0, 3)), np.zeros((0, 3)), ShapeMismatch, "at least one pixel"),
    ],
)
def test_slips(metric: Any, pred: Any, ref: Any, error: type[GeneralLevelError], text: str) -> None:
    with pytest.raises(error, match=text):
        metric(pred, ref)


def test_slips_of_single_options() -> None:
    with pytest.raises(ImpossibleValue, match="alpha"):
        structure_measure(GREY, BLOCK, alpha=2)
    with pytest.raises(InvalidInput, match="form is"):
        structure_measure(GREY, BLOCK, form="paper")
    for metric in (saliency_f_measure, enhanced_alignment):
        with pytest.raises(InvalidInput, match="threshold is"):
            metric(GREY, BLOCK, threshold="best")
    for metric in (saliency_f_measure, weighted_f_measure):
        with pytest.raises(ImpossibleValue, match="beta2"):
            metric(GREY, BLOCK, beta2=0)

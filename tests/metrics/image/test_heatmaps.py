"""Scores of pixels and of single decisions: worked curves, ties, bins, and what each slip is told."""

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
from generallevel.metrics.image.heatmaps import pixel_ap
from generallevel.metrics.language.labels import roc_auc
from generallevel.scoring import Stream, score

SCORES, TRUTHS = [[0.9, 0.8], [0.3, 0.1]], [[1, 0], [1, 0]]


def test_the_curves_of_one_map() -> None:
    assert pixel_ap(SCORES, TRUTHS).value == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert roc_auc(SCORES, TRUTHS).value == pytest.approx(3 / 4)


def test_ties_are_one_threshold() -> None:
    even = np.full((2, 5), 0.5)
    truths = np.zeros((2, 5), dtype=bool)
    truths[0, :3] = True
    assert pixel_ap(even, truths).value == pytest.approx(3 / 10)
    assert roc_auc(even, truths).value == 1 / 2
    assert pixel_ap([0.5, 0.5, 0.2], [1, 0, 1]).value == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_pixels_of_a_set_are_ranked_together() -> None:
    preds, refs = [[[0.9, 0.4]], [[0.8, 0.1]]], [[[1, 1]], [[0, 0]]]
    assert score("pixel_ap", preds, refs).value == pytest.approx((1 + 2 / 3) / 2)
    assert score("roc_auc", preds, refs).value == pytest.approx(3 / 4)
    kept = score("pixel_ap", preds, refs, keep_items=True)
    assert [item.value for item in kept.items or ()] == [1.0, None]  # an image without a defect has none


def test_maps_of_several_sizes_and_single_decisions_in_one_set() -> None:
    for name, value in (("pixel_ap", 1.0), ("roc_auc", 1.0)):
        assert score(name, [[[0.9]], [[0.2, 0.1]], 0.8], [[[1]], [[0, 0]], True]).value == value


@pytest.mark.parametrize("name", ["pixel_ap", "roc_auc"])
def test_bins_lie_over_0_to_1(name: str) -> None:
    exact = score(name, [SCORES], [TRUTHS]).value
    assert score(name, [SCORES], [TRUTHS], variant="streamed").value == exact
    assert score(name, [SCORES], [TRUTHS], bins=2).value == pytest.approx({"pixel_ap": 1 / 2, "roc_auc": 1 / 2}[name])
    ends = score(name, [[0.0, 1.0]], [[0, 1]], bins=2)
    assert ends.value == 1
    one, other = Stream(name, bins=64), Stream(name, bins=64)
    one.add(SCORES[0], TRUTHS[0])
    other.add(SCORES[1], TRUTHS[1])
    assert (one + other).value == exact


@pytest.mark.parametrize("params", [{}, {"bins": 64}])
def test_a_missing_map_ranks_defects_last(params: dict[str, Any]) -> None:
    refs = {1: [[1, 0]], 2: [[1, 0]]}
    assert score("pixel_ap", {1: [[0.9, 0.1]]}, refs, **params).value == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert score("roc_auc", {1: [[0.9, 0.1]]}, refs, **params).value == pytest.approx(1 / 4)


def test_one_kind_of_truth_has_no_curve() -> None:
    with pytest.raises(UndefinedScore, match="0 positives and 2 negatives"):
        score("roc_auc", [0.1, 0.2], [0, 0])
    with pytest.raises(UndefinedScore, match="2 positives and 0 negatives"):
        score("roc_auc", [0.1, 0.2], [1, 1])
    with pytest.raises(UndefinedScore, match="looks for positives"):
        score("pixel_ap", [0.1, 0.2], [0, 0])
    for name in ("roc_auc", "pixel_ap"):
        with pytest.raises(UndefinedScore):
            score(name, [0.1, 0.2], [0, 0], bins=4)
    assert score("pixel_ap", [0.1, 0.2], [1, 1]).value == 1


def test_the_curves_are_found_by_their_other_names() -> None:
    assert score("average_precision", [0.9, 0.1], [True, False]).metric == "pixel_ap"
    assert score("AUROC", [0.9, 0.1], [True, False]).metric == "roc_auc"


@pytest.mark.parametrize("metric", [pixel_ap, roc_auc])
@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "text"),
    [
        ([[np.nan, 0.1]], [[1, 0]], {}, NotFinite, "score nan"),
        ([[np.inf, 0.1]], [[1, 0]], {}, NotFinite, "score inf"),
        ([[0.5, 0.1]], [[255, 0]], {}, InvalidInput, "ref > 127"),
        ([[0.5, 0.1]], [[1, -1]], {}, InvalidInput, "holds -1"),
        ([[0.5, 0.1]], [[1], [0]], {}, ShapeMismatch, "transposed"),
        (np.zeros((1, 2, 2)), np.zeros((2, 2)), {}, ShapeMismatch, "channels-first"),
        ([[1.5, 0.1]], [[1, 0]], {"bins": 4}, ImpossibleValue, "one rising function"),
        ([[0.5, 0.1]], [[1, 0]], {"bins": 1}, InvalidInput, "bins is a whole number"),
        ([[0.5, 0.1]], [[1, 0]], {"bins": True}, InvalidInput, "bins is a whole number"),
        (["high", "low"], [1, 0], {}, InvalidInput, "real numbers"),
    ],
)
def test_slips(
    metric: Any, pred: Any, ref: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str
) -> None:
    with pytest.raises(error, match=text):
        metric(pred, ref, **params)

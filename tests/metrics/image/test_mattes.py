"""Mattes: worked errors, regions, factors, and what each slip is told."""

from typing import Any

import numpy as np
import pytest

from generallevel.errors import GeneralLevelError, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.image.mattes import matting_connectivity, matting_gradient, mse, sad
from generallevel.scoring import score

REF = np.array([[0.0, 0.5], [1.0, 1.0]])
PRED = np.array([[0.5, 0.5], [0.75, 1.0]])
TRIMAP = {"alpha": REF, "trimap": [[0, 128], [128, 255]]}


def test_sums_and_means_over_the_image_and_over_the_unknown_region() -> None:
    assert sad(PRED, REF).value == pytest.approx((0.5 + 0.25) / 1000)
    assert mse(PRED, REF).value == pytest.approx(1000 * (0.25 + 0.0625) / 4)
    assert sad(PRED, TRIMAP, region="unknown").value == pytest.approx(0.25 / 1000)
    assert mse(PRED, TRIMAP, region="unknown").value == pytest.approx(1000 * 0.0625 / 2)
    assert sad(PRED, TRIMAP).value == sad(PRED, REF).value
    masked = {"alpha": REF, "trimap": [[False, True], [True, False]]}
    assert sad(PRED, masked, region="unknown").value == pytest.approx(0.25 / 1000)


def test_factors_are_the_caller_s() -> None:
    assert score("sad", [PRED], [REF], variant="plain").value == 0.75
    assert score("mse", [PRED], [REF], variant="plain").value == pytest.approx(0.3125 / 4)


def test_images_count_equally() -> None:
    small, large = np.zeros((1, 1)), np.zeros((10, 10))
    value = score("mse", [small + 1, large], [small, large]).value
    assert value == pytest.approx((1000 + 0) / 2)


def test_a_missing_matte_is_the_opposite() -> None:
    assert score("sad", {}, {1: np.ones((2, 2))}).value == pytest.approx(4 / 1000)
    assert score("sad", {}, {1: np.zeros((2, 2))}).value == pytest.approx(4 / 1000)
    assert score("mse", {}, {1: TRIMAP}, variant="unknown_region").value == pytest.approx(1000 * (0.25 + 1) / 2)


def test_an_even_matte_has_no_gradient() -> None:
    even = np.full((9, 8), 0.3)
    step = np.repeat([[0.0, 1.0]], 9, axis=0).repeat(4, axis=1)
    assert matting_gradient(even, even + 0.5).value == pytest.approx(0, abs=1e-15)
    assert matting_gradient(step / 2, step).value == pytest.approx(matting_gradient(step * 0, step).value / 4)
    assert matting_gradient(step / 2, step, stretch=True).value == pytest.approx(0, abs=1e-15)
    assert matting_gradient(even * 0, step, stretch=True).value > 0


def test_an_island_hangs_in_the_air() -> None:
    ref = np.array([[1.0, 1.0, 0.0, 0.0, 0.0]])
    island = np.array([[1.0, 1.0, 0.0, 0.0, 0.5]])
    joined = np.array([[1.0, 1.0, 0.5, 0.0, 0.0]])
    assert matting_connectivity(island, ref).value == pytest.approx(0.5 / 1000)
    assert matting_connectivity(joined, ref).value == pytest.approx(0.5 / 1000)
    assert matting_connectivity(np.array([[1.0, 1.0, 0.1, 0.0, 0.0]]), ref).value == 0  # less than 0.15 does not count
    assert matting_connectivity(ref * 0, ref * 0).value == 0


@pytest.mark.parametrize("metric", [sad, mse, matting_gradient, matting_connectivity])
@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "text"),
    [
        (REF * 255, REF, {}, ImpossibleValue, "divided by 255"),
        (REF, (REF * 255).astype(np.uint8), {}, ImpossibleValue, "divided by 255"),
        (REF * 65535, REF, {}, ImpossibleValue, "divided by 65535"),
        (REF - 0.5, REF, {}, ImpossibleValue, r"values in \[0, 1\]"),
        (REF * np.nan, REF, {}, NotFinite, "nan at row 0, column 0"),
        (REF[None], REF, {}, ShapeMismatch, "Take one channel"),
        (REF[:1], REF, {}, ShapeMismatch, "Nothing is resized"),
        (REF, REF, {"region": "unknown"}, InvalidInput, "needs the trimap"),
        (REF, {"alpha": REF}, {}, InvalidInput, "trimap"),
        (REF, {"alpha": REF, "trimap": [[0, 1], [1, 0]]}, {"region": "unknown"}, ImpossibleValue, "trimap == 1"),
        (REF, {"alpha": REF, "trimap": [[0, 0], [255, 0]]}, {"region": "unknown"}, InvalidInput, "no unknown pixel"),
        (REF, {"alpha": REF, "trimap": REF}, {"region": "unknown"}, InvalidInput, "whole number"),
        (REF, {"alpha": REF, "trimap": [[128]]}, {"region": "unknown"}, ShapeMismatch, "shape"),
        (REF, REF, {"region": "trimap"}, InvalidInput, "region is 'whole' or 'unknown'"),
        (REF, REF, {"factor": 0}, ImpossibleValue, "factor"),
    ],
)
def test_slips(
    metric: Any, pred: Any, ref: Any, params: dict[str, Any], error: type[GeneralLevelError], text: str
) -> None:
    with pytest.raises(error, match=text):
        metric(pred, ref, **params)


def test_slips_of_single_options() -> None:
    with pytest.raises(ImpossibleValue, match="sigma"):
        matting_gradient(PRED, REF, sigma=-1)
    with pytest.raises(ImpossibleValue, match="step"):
        matting_connectivity(PRED, REF, step=0)

"""PSNR: decibels, ranges, and the likely slips."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.image.pixels import psnr
from generallevel.scoring import score

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (6, 5, 3), dtype=np.uint8)


def test_the_mean_square_error_as_decibels() -> None:
    ref = np.zeros((2, 2))
    assert psnr([[10, 0], [0, 0]], ref, data_range=255).value == pytest.approx(
        10 * math.log10(255**2 / (100 / 4)), abs=1e-12
    )


def test_a_set_is_averaged_in_decibels() -> None:
    preds, refs = [[[1.0]], [[0.1]]], [[[0.0]], [[0.0]]]
    assert score("psnr", preds, refs, data_range=1).value == pytest.approx((0 + 20) / 2, abs=1e-12)


def test_bytes_do_not_wrap_around() -> None:
    dark, light = np.full((2, 2), 1, np.uint8), np.full((2, 2), 255, np.uint8)
    value = 10 * math.log10(255**2 / 254**2)
    assert psnr(dark, light, data_range=255).value == psnr(light, dark, data_range=255).value == pytest.approx(value)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint64", "float32", "float64"])
def test_the_type_of_the_numbers_makes_no_difference(dtype: str) -> None:
    other = np.roll(IMAGE, 1)
    assert psnr(other.astype(dtype), IMAGE, data_range=255) == psnr(other, IMAGE.tolist(), data_range=255)


def test_a_perfect_image_is_infinite_up_to_the_ceiling() -> None:
    assert psnr(IMAGE, IMAGE, data_range=255).value == math.inf
    assert psnr(IMAGE, IMAGE, data_range=255, ceiling=60).value == 60
    preds, refs = [IMAGE, np.roll(IMAGE, 1)], [IMAGE, IMAGE]
    assert score("psnr", preds, refs, data_range=255).value == math.inf
    assert score("psnr", preds, refs, data_range=255).normalised == 100
    other = psnr(preds[1], IMAGE, data_range=255).value
    assert score("psnr", preds, refs, data_range=255, ceiling=60).value == pytest.approx((60 + other) / 2, abs=1e-12)


def test_a_bad_image_falls_below_zero() -> None:
    assert psnr([[100.0]], [[0.0]], data_range=1).value == pytest.approx(-40, abs=1e-12)


@pytest.mark.parametrize("size", [1e-200, 1e-160, 1e-5, 1.0, 1e150, 1e300])
def test_differences_of_every_size_are_counted(size: float) -> None:
    assert psnr([[size]], [[0.0]], data_range=1).value == pytest.approx(-20 * math.log10(size), rel=1e-12)


def test_the_range_must_be_said() -> None:
    with pytest.raises(
        InvalidInput, match=r"psnr needs data_range=\.\.\.: it changes the number and there is no safe guess"
    ):
        score("psnr", [IMAGE], [IMAGE])


@pytest.mark.parametrize("data_range", [0, -1, math.nan, math.inf])
def test_the_range_is_positive(data_range: float) -> None:
    with pytest.raises(ImpossibleValue, match="data_range is the span of the scale, a positive number such as 255"):
        psnr(IMAGE, IMAGE, data_range=data_range)


def test_the_ceiling_is_a_number() -> None:
    with pytest.raises(NotFinite, match="ceiling is NaN"):
        psnr(IMAGE, IMAGE, data_range=255, ceiling=math.nan)


def test_a_reference_beyond_the_range_is_a_slip() -> None:
    with pytest.raises(ImpossibleValue, match=r"ref goes from 0 to 255, more than data_range = 1: .* data_range=255"):
        psnr([[0, 9]], [[0, 255]], data_range=1)
    with pytest.raises(ImpossibleValue, match="pass data_range=65535"):
        psnr([[0, 9]], [[0, 4096]], data_range=255)
    assert psnr([[-1.0, 1.0]], [[-1.0, 1.0]], data_range=2).value == math.inf
    assert psnr([[0.0, 3.0]], [[0.0, 1.0]], data_range=1).value < 0  # a prediction may go beyond it


def test_two_scales_are_a_slip() -> None:
    with pytest.raises(
        InvalidInput, match=r"pred lies in \[0, 1\] and ref goes up to 255: bring both to one scale first"
    ):
        psnr(np.array([[0.5, 1.0]]), np.array([[128, 255]], np.uint8), data_range=255)
    with pytest.raises(InvalidInput, match=r"ref lies in \[0, 1\] and pred goes up to 255"):
        psnr([[128, 255]], [[0.5, 1.0]], data_range=255)
    assert psnr([[0.0, 1.0]], [[0, 255]], data_range=255).value < 10  # an almost black image is only a bad one


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_place_of_what_is_not_finite_is_named(bad: float) -> None:
    broken = IMAGE.astype(float)
    broken[3, 4, 1] = bad
    with pytest.raises(NotFinite, match=f"pred is {bad} at row 3, column 4, channel 1, and in 1 of 90 values"):
        psnr(broken, IMAGE, data_range=255)
    with pytest.raises(NotFinite, match=f"psnr, item 0: ref is {bad} at row 3, column 4, channel 1"):
        score("psnr", [IMAGE], [broken], data_range=255)


@pytest.mark.parametrize(
    ("pred", "ref", "message"),
    [
        (np.zeros((3, 4, 5)), np.zeros((4, 5, 3)), "Same sizes in another order: is one of them channels-first"),
        (np.zeros((4, 4)), np.zeros((4, 5)), r"pred has shape \(4, 4\) but ref has shape \(4, 5\). Nothing is resized"),
        (np.zeros((1, 4, 4)), np.zeros((4, 4)), "Nothing is resized or broadcast"),
        (np.zeros((2, 4, 4, 3)), np.zeros((2, 4, 4, 3)), "Pass the images of a batch one by one"),
        (np.zeros(4), np.zeros(4), r"an image has shape \(H, W\) or \(H, W, C\), not \(4,\)"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "its rows are not of one length"),
    ],
)
def test_shapes_must_agree(pred: object, ref: object, message: str) -> None:
    with pytest.raises(ShapeMismatch, match=message):
        psnr(pred, ref, data_range=255)


@pytest.mark.parametrize("pred", ["cat.png", [["a"]], [[1j]], None, [[None]]])
def test_what_is_no_image(pred: object) -> None:
    with pytest.raises(InvalidInput, match="pred is an image, of real numbers; got"):
        psnr(pred, IMAGE, data_range=255)


def test_an_image_has_pixels() -> None:
    with pytest.raises(InvalidInput, match=r"an image of shape \(0, 3\) has no pixel"):
        psnr(np.zeros((0, 3)), np.zeros((0, 3)), data_range=255)


def test_a_missing_image_is_black_and_white_where_black_would_be_right() -> None:
    black = psnr(np.zeros_like(IMAGE), IMAGE, data_range=255).value
    assert score("psnr", [None], [IMAGE], data_range=255).value == black
    assert score("psnr", [None], [np.zeros((2, 2), np.uint8)], data_range=255).value == 0
    assert score("psnr", [None], [np.zeros((2, 2))], data_range=1).value == 0


def test_images_are_left_as_they_were() -> None:
    pred, ref = IMAGE.copy(), IMAGE.copy()
    psnr(pred, ref, data_range=255)
    assert np.array_equal(pred, IMAGE)
    assert np.array_equal(ref, IMAGE)

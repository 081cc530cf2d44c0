"""Numbers: differences, what can be read as one, and the colours of images."""

import math

import numpy as np
import pytest

from generallevel._kernels.numbers import number_in
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.metrics.language.numbers import mae, mean_squared_error, rmse
from generallevel.scoring import Stream, score


def test_differences_of_counts() -> None:
    preds, refs = [10, "12", 7.5], [13, 11, 7]
    assert score("mae", preds, refs).value == (3 + 1 + 0.5) / 3
    assert score("mean_squared_error", preds, refs).value == (9 + 1 + 0.25) / 3
    assert score("rmse", preds, refs).value == math.sqrt((9 + 1 + 0.25) / 3)


def test_series_are_pooled_or_averaged() -> None:
    preds, refs = [[1.0, 3.0], [4.0]], [[1.0, 1.0], [1.0]]
    assert score("mae", preds, refs).value == (0 + 2 + 3) / 3
    assert score("mae", preds, refs, pooled=False).value == ((0 + 2) / 2 + 3) / 2
    assert score("rmse", preds, refs).value == math.sqrt((0 + 4 + 9) / 3)
    assert score("rmse", preds, refs, variant="mean").value == (math.sqrt((0 + 4) / 2) + 3) / 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" -3.5\n", -3.5),
        ("−4", -4),
        ("+.5", 0.5),
        ("5.", 5),
        ("1,234,567.8", 1234567.8),
        ("1,23", None),
        ("12,345", 12345),
        ("1234,567", None),
        ("3e2", 300),
        ("1e999", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (".", None),
        ("-", None),
        ("1_000", None),
        ("12 birds", None),
        ("three", None),
        ("٣", 3),
        ("\ud800", None),
    ],
)
def test_a_text_that_is_a_number(text: str, number: float | None) -> None:
    assert number_in(text, find=False) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("There are 12 birds.", 12),
        ("12 birds, yes, 12.", 12),
        ("Three birds", 3),
        ("3 birds (three)", 3),
        ("I count 1,200.", 1200),
        ("-2 degrees", -2),
        ("between 3 and 5", None),
        ("one of the 3 birds", None),
        ("bird2", None),
        ("12th", None),
        ("1.2.3", None),
        ("no birds", None),
        ("", None),
        ("someone", None),
        ("twenty", 20),
        ("value=7", 7),
    ],
)
def test_a_text_that_holds_a_number(text: str, number: float | None) -> None:
    assert number_in(text, find=True) == number


def test_no_text_takes_long_to_read() -> None:
    assert number_in("1," * 50_000, find=True) is None
    assert number_in("9" * 100_000, find=False) is None


def test_an_answer_that_cannot_be_read_is_an_error_or_a_penalty() -> None:
    with pytest.raises(
        InvalidInput, match=r"mae, item 1: the answer 'many' cannot be read as one number. find=True .*"
    ):
        score("mae", [1, "many"], [1, 2])
    assert score("mae", [1, "many"], [1, 2], penalty=50).value == (0 + 50) / 2
    assert score("rmse", [1, "many"], [1, 2], penalty=50).value == math.sqrt((0 + 50**2) / 2)
    assert mae("many", [1, 2], penalty=50, pooled=True).n == 2
    result = score("mae", [1, "many"], [1, 2], errors="missing")
    assert (result.value, result.n_scored, result.n_total) == ((0 + 2) / 2, 1, 2)  # as 0, and it says so
    for penalty in (-1, math.nan, math.inf):
        with pytest.raises(ImpossibleValue, match="penalty is the error of an answer that is no number"):
            mae(1, 1, penalty=penalty)


def test_a_missing_number_is_zero_unless_zero_is_right() -> None:
    assert score("mae", [None, None], [3, 0]).value == (3 + 1) / 2
    assert score("rmse", [None], [[3.0, 4.0]]).value == math.sqrt((9 + 16) / 2)


@pytest.mark.parametrize(
    ("pred", "ref", "error", "message"),
    [
        ([1, 2], [1, 2, 3], ShapeMismatch, r"pred has shape \(2,\) but ref has shape \(3,\)"),
        (1, [1, 2], ShapeMismatch, "Nothing is broadcast"),
        (math.nan, 1, NotFinite, "pred holds nan"),
        (1, [1, math.inf], NotFinite, "ref holds inf, in 1 of 2 values"),
        (1, "two", InvalidInput, "the reference 'two' is no number"),
        ([], [], InvalidInput, "holds no number"),
        (None, 1, InvalidInput, "pred is a number or an array of numbers"),
        (b"1", 1, InvalidInput, "pred is bytes"),
        (1 + 2j, 1, InvalidInput, "of real numbers"),
        ([[1], [2, 3]], 1, ShapeMismatch, "its rows are not of one length"),
    ],
)
def test_what_is_refused(pred: object, ref: object, error: type[Exception], message: str) -> None:
    for metric in (mae, mean_squared_error, rmse):
        with pytest.raises(error, match=message):
            metric(pred, ref)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float32", "bool", "object"])
def test_the_container_makes_no_difference(dtype: str) -> None:
    preds, refs = np.random.default_rng(0).integers(0, 2, (2, 40)).astype(dtype)
    for name in ("mae", "mean_squared_error", "rmse"):
        loop = Stream(name)
        for pred, ref in zip(preds.tolist(), refs.tolist(), strict=True):
            loop.add(pred, ref)
        assert score(name, preds, refs).value == pytest.approx(loop.value, abs=1e-15)
        assert score(name, preds.tolist(), list(refs)).value == pytest.approx(loop.value, abs=1e-15)


def test_large_integers_do_not_wrap() -> None:
    assert mae(np.uint8(1), np.uint8(255)).value == 254
    assert score("mae", np.array([1], np.uint8), np.array([255], np.uint8)).value == 254


GREY, WHITE = np.full((2, 2, 3), 119), np.full((2, 2, 3), 255)


def test_grey_is_half_way_to_white_in_lab() -> None:
    lightness = 116 * (((119 / 255 + 0.055) / 1.055) ** 2.4) ** (1 / 3) - 16
    one = {"colours": "lab", "data_range": 255}
    # The matrix is rounded to six digits, so that white is not quite without colour.
    assert rmse(GREY, WHITE, measure="absolute", pooled=False, **one).value == pytest.approx(100 - lightness, abs=2e-2)
    assert rmse(GREY, WHITE, **one).value == pytest.approx((100 - lightness) / math.sqrt(3), abs=1e-2)


def test_what_shadow_removal_publishes_is_a_mean_absolute_error() -> None:
    preds, refs = [GREY, WHITE], [WHITE, WHITE]
    each = [
        rmse(p, r, colours="lab", data_range=255, measure="absolute").value for p, r in zip(preds, refs, strict=True)
    ]
    assert score("rmse", preds, refs, variant="shadow_removal", data_range=255).value == sum(each) / 2


def test_absolute_differences_add_over_channels() -> None:
    assert rmse([[[1, 2, 3]]], [[[2, 4, 6]]], measure="absolute").value == 1 + 2 + 3


def test_colours_need_their_range() -> None:
    with pytest.raises(InvalidInput, match=r'colours="lab" needs data_range=\.\.\.'):
        rmse(GREY, WHITE, colours="lab")
    with pytest.raises(InvalidInput, match='data_range=255 says nothing with colours="as_is"'):
        rmse(GREY, WHITE, data_range=255)
    with pytest.raises(ImpossibleValue, match="pred goes from 119 to 119, and sRGB from 0 to data_range = 1"):
        rmse(GREY, WHITE, colours="lab", data_range=1)
    with pytest.raises(
        ShapeMismatch, match=r"is made of colour images, shape \(H, W, 3\), not \(3, 2, 2\).*channels-first"
    ):
        rmse(np.moveaxis(GREY, -1, 0), np.moveaxis(WHITE, -1, 0), colours="lab", data_range=255)
    with pytest.raises(ShapeMismatch, match=r"pred has shape \(2, 2, 3\) but ref has shape \(1, 2, 3\)"):
        rmse(GREY, WHITE[:1], colours="lab", data_range=255)
    with pytest.raises(NotFinite, match="pred holds a NaN or an infinity"):
        rmse(GREY * math.nan, WHITE, colours="lab", data_range=255)
    with pytest.raises(InvalidInput, match="colours is 'as_is' or 'lab', not 'LAB'"):
        rmse(GREY, WHITE, colours="LAB", data_range=255)

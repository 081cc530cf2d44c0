"""Parts: items of several frames, for metrics that take one."""

import pytest

from generallevel.errors import InvalidInput, LengthMismatch, ShapeMismatch
from generallevel.scoring import Stream, score
from generallevel.tallies import Parts

BLACK, WHITE = [[0, 0]], [[255, 255]]
SETTINGS = {"data_range": 255, "ceiling": 100}


def test_every_part_counts_and_the_item_is_one() -> None:
    pred, ref = Parts((BLACK, BLACK, BLACK)), Parts((BLACK, WHITE, WHITE))
    found = score("psnr", [pred, Parts((BLACK,))], [ref, Parts((BLACK,))], keep_items=True, **SETTINGS)
    assert found.value == (100 + 0 + 0 + 100) / 4
    assert found.items is not None
    assert [item.value for item in found.items] == [pytest.approx(100 / 3), 100]
    assert (found.n_total, found.n_scored, found.n_counted) == (2, 2, 2)


def test_a_metric_of_predictions_alone_takes_parts_too() -> None:
    still, flicker = [BLACK, BLACK], [BLACK, WHITE]
    assert score("l1_distance", [Parts((still, flicker))]).value == 0.5


def test_an_absent_item_is_absent_in_each_part() -> None:
    found = score("psnr", [None], [Parts((WHITE, [[51, 51]]))], **SETTINGS)
    # A black frame stands for each: 0 dB, and 20 log10(5) dB.
    assert found.value == pytest.approx((0 + 13.979400086720377) / 2)
    assert found.n_scored == 0


@pytest.mark.parametrize(
    ("pred", "ref", "error", "message"),
    [
        (Parts((BLACK,)), Parts((BLACK, BLACK)), LengthMismatch, "the prediction has 1 images and its reference 2"),
        (BLACK, Parts((BLACK,)), InvalidInput, "the reference is given image by image, and the prediction is not"),
        (Parts(()), Parts(()), InvalidInput, "there is no image"),
        (Parts((BLACK, [[0]])), Parts((BLACK, BLACK)), ShapeMismatch, "image 1: pred has shape"),
        (Parts((BLACK,)), BLACK, InvalidInput, "pred is an image"),
    ],
)
def test_parts_that_do_not_pair(pred: object, ref: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        score("psnr", [pred], [ref], **SETTINGS)
    stream = Stream("psnr", errors="missing", **SETTINGS)
    try:
        stream.add(pred, ref)
    except InvalidInput:
        pytest.fail("an item that cannot be scored is missing")
    assert list(stream.reasons) == [0]

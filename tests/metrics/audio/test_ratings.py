"""Mean opinion score: a mean of ratings that came from elsewhere."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite
from generallevel.metrics.audio.ratings import mos
from generallevel.scoring import score


def test_each_rating_counts_once() -> None:
    result = score("mos", [[4, 5, 3], 2])
    assert result.value == (4 + 5 + 3 + 2) / 4
    assert result.normalised == 100 * (3.5 - 1) / 4


def test_arrays_and_lists_are_one() -> None:
    assert mos(np.array([4, 5], dtype=np.int8)) == mos((4.0, 5.0))


def test_a_recording_that_does_not_exist_is_rated_1() -> None:
    assert score("mos", [5, None]).value == (5 + 1) / 2


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        (0.5, ImpossibleValue, "rating 0.5 is outside 1 to 5: is it on another scale"),
        ([3, 87], ImpossibleValue, "rating 87 is outside 1 to 5"),
        (math.inf, ImpossibleValue, "rating inf is outside"),
        ([3, math.nan], NotFinite, "rating 1 of the item is NaN: leave out what was not given"),
        ("good", InvalidInput, "got str: 'good'"),
        ([], InvalidInput, "an item without a single rating has no score"),
    ],
)
def test_what_is_no_rating(pred: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        mos(pred)

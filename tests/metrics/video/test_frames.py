"""Success rate: good frames out of all frames."""

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, UndefinedScore
from generallevel.metrics.video.frames import success_rate
from generallevel.scoring import score
from generallevel.tallies import Ratio


def test_frames_of_all_clips_pool() -> None:
    assert score("success_rate", [[True, True, False], [False], True]).value == (2 + 0 + 1) / (3 + 1 + 1)


def test_arrays_numbers_and_booleans_are_one() -> None:
    for form in ([1, 0], np.array([True, False]), (1.0, 0.0), np.array([1, 0], dtype=np.uint8)):
        assert success_rate(form) == Ratio(1, 2)


def test_a_missing_clip_is_left_out_and_reported() -> None:
    result = score("success_rate", [[True], None])
    assert (result.value, result.n_counted, result.n_total, result.reasons) == (1, 1, 2, {1: "no prediction"})


def test_no_clip_has_no_rate() -> None:
    with pytest.raises(UndefinedScore, match="2 were given, none could be counted"):
        score("success_rate", [None, None])


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ([0.9, 0.1], InvalidInput, "0.9 is neither: compare confidences with the detector's threshold first"),
        ([2], ImpossibleValue, "finding 2 is outside 0 to 1"),
        ([], InvalidInput, "without a single finding"),
        (["yes"], InvalidInput, "an item's finding is a number"),
    ],
)
def test_what_is_no_finding(pred: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        success_rate(pred)

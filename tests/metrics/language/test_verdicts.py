"""GPT-Score: a mean of verdicts that came from elsewhere."""

import math

import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite
from generallevel.metrics.language.verdicts import gpt_score
from generallevel.scoring import score


def test_each_answer_counts_once() -> None:
    assert score("gpt_score", [True, False, [1, 0, 0, 1], 0.25]).value == (1 + 0 + 1 / 2 + 1 / 4) / 4


def test_a_missing_answer_is_not_accepted() -> None:
    result = score("gpt_score", {"a": 1, "b": None})
    assert (result.value, result.n_scored, result.reasons) == (1 / 2, 1, {"b": "no prediction"})


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        (7, ImpossibleValue, "verdict 7 is outside 0 to 1: is it on another scale"),
        (-0.1, ImpossibleValue, "verdict -0.1 is outside"),
        ([1, math.nan], NotFinite, "verdict 1 of the item is NaN"),
        ([], InvalidInput, "an item without a single verdict has no score"),
        ("yes", InvalidInput, "an item's verdict is a number from 0 to 1, or a sequence of them.* got str: 'yes'"),
        ([[1], [0, 1]], InvalidInput, "rows are not of one length"),
        ([[1, 0]], InvalidInput, r"not an array of shape \(1, 2\)"),
        (None, InvalidInput, "got NoneType"),
    ],
)
def test_what_is_no_verdict(pred: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        gpt_score(pred)


def test_it_takes_no_references() -> None:
    with pytest.raises(InvalidInput, match="gpt_score takes predictions alone: leave refs out"):
        score("gpt_score", [1], [1])

"""User preference: wins and half the ties, out of all comparisons."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite
from generallevel.metrics.video.preferences import user_preference_rate
from generallevel.scoring import score


def test_a_tie_counts_half() -> None:
    assert score("user_preference_rate", ["won", "tied", "lost", "lost"]).value == (1 + 1 / 2) / 4


def test_each_judgement_counts_once() -> None:
    assert score("user_preference_rate", [["won", "won", "lost"], "tied"]).value == (2 + 1 / 2) / 4


def test_two_systems_share_one() -> None:
    ours = ["won", "tied", "lost", "won"]
    other = {"won": "lost", "tied": "tied", "lost": "won"}
    assert (
        score("user_preference_rate", ours).value + score("user_preference_rate", [other[o] for o in ours]).value == 1
    )


def test_numbers_and_words_are_one() -> None:
    expected = user_preference_rate(["won", "tied", "lost"])
    for form in ([1, 0.5, 0], np.array([1, 0.5, 0]), ("won", 0.5, False), np.array(["won", "tied", "lost"])):
        assert user_preference_rate(form) == expected


def test_a_clip_that_does_not_exist_has_lost() -> None:
    assert score("user_preference_rate", ["won", None]).value == 1 / 2


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        ("win", InvalidInput, "an outcome is 'won', 'tied', 'lost', not 'win'. Did you mean 'won'"),
        ([0.7], InvalidInput, r"an outcome is 1 \(won\), 0.5 \(tied\) or 0 \(lost\), not 0.7"),
        (2, ImpossibleValue, "outcome 2 is outside 0 to 1"),
        ([1, math.nan], NotFinite, "outcome 1 of the item is NaN"),
        ([], InvalidInput, "an item without a single outcome has no score"),
        (None, InvalidInput, "got list"),
    ],
)
def test_what_is_no_outcome(pred: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        user_preference_rate(pred)

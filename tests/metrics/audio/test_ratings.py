"""Mean opinion score: a mean of ratings that came from elsewhere."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, UndefinedScore
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


# ----------------------------------------------------------------------------------------- intervals and raters


def test_one_rating_each_has_the_interval_of_a_mean() -> None:
    given = [4, 5, 3, 3, 2]
    low, high = score("mos", given).tally.interval()
    reach = 2.7764451051977987 * np.std(given, ddof=1) / math.sqrt(5)  # Student's t of 4 degrees of freedom, at 97.5 %
    assert (low, high) == pytest.approx((3.4 - reach, 3.4 + reach), rel=1e-12)


def test_more_ratings_of_the_same_items_do_not_narrow_it() -> None:
    once, twice = score("mos", [4, 5, 3]).tally, score("mos", [[4, 4], [5, 5], [3, 3]]).tally
    assert twice.interval() == pytest.approx(once.interval(), rel=1e-12)


def test_raters_are_drawn_where_they_are_named() -> None:
    table = np.array([[4, 5, 3], [3, 4, 2], [5, 5, 4], [4, 4, 4.5]])  # recordings, raters
    tally = score("mos", [dict(zip("abc", row, strict=True)) for row in table.tolist()]).tally
    assert dict(tally.rater_means) == dict(zip("abc", table.mean(axis=0), strict=True))
    means = table.mean(axis=0)
    reach = 4.302652729749464 * np.std(means, ddof=1) / math.sqrt(3)  # of 2 degrees of freedom
    assert tally.interval(over="raters") == pytest.approx((means.mean() - reach, means.mean() + reach), rel=1e-12)
    # Over items it is the same with the means of the rows.
    means = table.mean(axis=1)
    reach = 3.182446305284263 * np.std(means, ddof=1) / math.sqrt(4)  # of 3 degrees of freedom
    assert tally.interval(over="items") == pytest.approx((means.mean() - reach, means.mean() + reach), rel=1e-12)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(1000):
        tendencies = rng.normal(scale=0.4, size=8)
        rated = [
            {r: float(np.clip(3 + tendencies[r] + rng.normal(scale=0.5), 1, 5)) for r in range(8)} for _ in "abcde"
        ]
        low, high = score("mos", rated).tally.interval(0.9, over="raters")
        held += low <= 3 <= high
    assert 0.87 < held / 1000 < 0.93


def test_raters_add_up_over_shards() -> None:
    one, other = mos({"ann": 4, "bob": 2}), mos({"ann": 5})
    assert dict((one + other).rater_means) == {"ann": 4.5, "bob": 2.0}
    assert dict((one + mos(3)).rater_means) == {"ann": 4.0, "bob": 2.0}


def test_verdicts_and_preferences_have_intervals_too() -> None:
    answers = score("gpt_score", [{"judge": True, "other": False}, {"judge": True, "other": True}])
    assert answers.value == (1 / 2 + 1) / 2
    assert dict(answers.tally.rater_means) == {"judge": 1.0, "other": 0.5}
    people = score("user_preference_rate", [{"ann": "won", "bob": "tied"}, {"ann": "won", "bob": "lost"}])
    assert people.value == (1 + 0.5 + 1 + 0) / 4
    assert people.tally.interval(over="raters")[0] < 0.625 < people.tally.interval(over="raters")[1]


def test_no_interval() -> None:
    with pytest.raises(UndefinedScore, match="an interval over items needs two of them at least; there are 1"):
        score("mos", [[4, 5]]).tally.interval()
    with pytest.raises(InvalidInput, match="not every rating says who gave it"):
        score("mos", [{"ann": 4}, 5]).tally.interval(over="raters")
    with pytest.raises(InvalidInput, match="level is a share between 0 and 1"):
        score("mos", [4, 5]).tally.interval(95)
    with pytest.raises(InvalidInput, match="over is 'items' or 'raters', not 'rater'"):
        score("mos", [4, 5]).tally.interval(over="rater")
    with pytest.raises(ImpossibleValue, match="rating 9 is outside"):
        mos({"ann": 9})

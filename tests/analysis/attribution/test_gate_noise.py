"""Fragile wins and items where they decide: by hand, against trying everything, and calibrated."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from generallevel import Catalogue, LevelReport, compute_level
from generallevel.analysis.planning.gate_noise import _by_best_rate, fragile_wins, items_plan
from generallevel.errors import InvalidInput

Draw = Callable[..., LevelReport]


def test_by_hand(hand_catalogue: Catalogue) -> None:
    rows = {
        "see": {"score": 52.0, "standard_error": 2.0},  # 1 standard error beyond 50
        "draw": {"score": 51.0, "n": 400},  # of 400 items: sqrt(0.51 * 0.49 / 400) = 2.4995 points
        "hear": {"score": 90.0, "n": 400},
        "sing": {"score": 50.5},
        "read": {"score": 49.0, "standard_error": 2.0},  # lost
        "write": {"score": 50.0, "standard_error": 0.0},  # a tie is no margin, however certain
    }
    found = fragile_wins(compute_level(rows, catalogue=hand_catalogue))
    assert (found.of, found.unknown) == (5, 1)
    assert [win.task for win in found.wins] == ["write", "draw", "see"]
    write, draw, see = found.wins
    assert (write.errors, write.lost) == (0.0, 0.5)
    assert draw.errors == pytest.approx(1.0 / (100 * sqrt(0.51 * 0.49 / 400)))
    assert (see.errors, see.lost) == (pytest.approx(1.0), pytest.approx(norm.cdf(-1.0)))
    assert "3 of 5 wins within 1.96 standard errors" in str(found)
    assert "1 more win of unknown standard error" in str(found)
    assert len(json.loads(json.dumps(found.to_dict()))["wins"]) == 3


def test_a_perfect_score_is_not_taken_for_certain(hand_catalogue: Catalogue) -> None:
    report = compute_level(
        {"see": {"score": 100.0, "n": 4}, "draw": {"score": 100.0, "n": 4000}}, catalogue=hand_catalogue
    )
    (win,) = fragile_wins(
        report, confidence=0.97
    ).wins  # 4 of 4 against 50: 50 / (100 * sqrt(0.5 * 0.5 / 4)) = 2 errors
    assert (win.task, win.standard_error, win.errors) == ("see", 25.0, 2.0)
    assert items_plan(report, 10).gates == 2


def test_standard_errors_may_be_given(by_hand: LevelReport) -> None:
    by_name = fragile_wins(by_hand, standard_errors={"see": 20.0, "hear": 1.0})
    assert ([win.task for win in by_name.wins], by_name.unknown) == (["see"], 3)
    in_order = fragile_wins(by_hand, standard_errors=np.full(7, 20.0))
    assert in_order.unknown == 0
    assert {win.task for win in in_order.wins} == {"see", "hear", "read", "write"}  # draw is 40 points beyond
    for wrong, said in (([1.0], r"shape \(1,\)"), ({"see": -1.0}, "-1 is negative"), ("much", "wanted numbers")):
        with pytest.raises(InvalidInput, match=said):
            fragile_wins(by_hand, standard_errors=wrong)
    with pytest.raises(InvalidInput, match="confidence"):
        fragile_wins(by_hand, confidence=95)


def test_more_items_make_fewer_fragile_wins(large: Draw) -> None:
    report = large(3)
    counts = [len(fragile_wins(report, n=n).wins) for n in (30, 300, 3000, 300_000)]
    assert counts == sorted(counts, reverse=True)


def test_all_ways_to_give_parts() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        # Concave curves: there the best rate is the best of all.
        falling = -np.sort(-rng.random((3, 4)), axis=1)
        curves = np.concatenate([np.zeros((3, 1)), falling.cumsum(axis=1)], axis=1)
        given = _by_best_rate(curves, 4)
        value = curves[np.arange(3), given].sum()
        ways = [way for way in product(range(5), repeat=3) if sum(way) <= 4]
        assert value == pytest.approx(max(curves[np.arange(3), list(way)].sum() for way in ways))


def test_what_it_gives_is_in_the_budget_and_decides_more(large: Draw) -> None:
    report = large(4)
    before = -1.0
    for budget in (1, 37, 1000, 20_000, 1_000_000):
        found = items_plan(report, budget, n=200)
        assert sum(found.items.values()) <= budget
        assert found.decided_before <= found.decided_after <= found.gates
        assert found.decided_after >= before
        before = found.decided_after
    assert "gates decided at 95%" in str(found)
    json.dumps(found.to_dict())


def test_items_go_where_the_margin_is_small_but_there(hand_catalogue: Catalogue) -> None:
    scores = {"see": 50.0, "draw": 55.0, "hear": 95.0}  # a tie cannot be decided, and the last one is
    found = items_plan(compute_level(scores, catalogue=hand_catalogue), 400, n=200)
    assert list(found.items) == ["draw"]
    assert found.decided_after > found.decided_before
    before = (55 - 50) / (100 * sqrt(0.55 * 0.45 / 200))
    after = before * sqrt((200 + found.items["draw"]) / 200)
    gain = sum(norm.cdf(side * after - 1.959964) - norm.cdf(side * before - 1.959964) for side in (1, -1))
    assert found.decided_after - found.decided_before == pytest.approx(gain, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "said"), [({"budget": 0}, "budget is a whole number"), ({"budget": 10}, "no gate has both")]
)
def test_what_cannot_be_planned(by_hand: LevelReport, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        items_plan(by_hand, **options)


@pytest.mark.slow
def test_the_probabilities_are_calibrated(hand_catalogue: Catalogue) -> None:
    rng, n = np.random.default_rng(1), 400
    found = fragile_wins(compute_level({"see": 52.0, "draw": 54.0}, catalogue=hand_catalogue), n=n)
    for win in found.wins:
        draws = rng.binomial(n, win.score / 100, size=200_000) / n
        noise = 3 * sqrt(win.lost * (1 - win.lost) / len(draws))
        step = norm.pdf(win.errors) / (2 * n * win.standard_error / 100)  # half a hit: the count is whole
        assert abs((draws < 0.5).mean() - win.lost) < noise + step
    planned = items_plan(compute_level({"see": 54.0}, catalogue=hand_catalogue), 800, n=n)
    size = n + planned.items["see"]
    error = sqrt(0.54 * 0.46 / size)
    draws = rng.binomial(size, 0.54, size=200_000) / size
    decided = (np.abs(draws - 0.5) / error >= 1.959964).mean()
    assert decided == pytest.approx(planned.decided_after, abs=0.02)

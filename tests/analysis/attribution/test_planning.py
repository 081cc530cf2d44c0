"""A plan is the cheapest set of wins there is: against every subset, against a solver, and never worse than greedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generallevel import Catalogue, LevelReport, compute_level, general_bench, published, released
from generallevel.analysis.planning.lost_tasks import what_if_won
from generallevel.analysis.planning.planned import plan
from generallevel.errors import DuplicateName, InvalidInput, UnknownTask
from generallevel.evaluation import LEVELS, Columns

Draw = Callable[..., LevelReport]

seeds = st.integers(0, 2**32 - 1)
MOST = 9  # lost tasks of which every subset is tried


def levels_after(report: LevelReport, chosen: list[list[str]]) -> dict[str, Any]:
    """The levels once each of these sets of tasks is at its reference, by the evaluation itself."""
    basis = report.basis
    index = basis.grid.catalogue.index
    values = np.tile(basis.aligned.values, (len(chosen), 1))
    share = np.tile(1.0 if basis.aligned.share is None else basis.aligned.share, (len(chosen), 1))
    share = np.broadcast_to(share, values.shape).copy()
    for row, tasks in enumerate(chosen):
        for task in tasks:
            values[row, index[task]] = basis.aligned.references[index[task]]
            share[row, index[task]] = 1.0
    policy = "skip" if report.missing == "skip" else "zero"
    return Columns(basis.grid, values, policy, share).against(basis.aligned.references).levels


def subsets(tasks: list[str]) -> list[list[str]]:
    return [list(some) for count in range(len(tasks) + 1) for some in combinations(tasks, count)]


@settings(max_examples=120)
@given(
    seeds,
    st.integers(1, 3),
    st.integers(2, 5),
    st.sampled_from(["wins", "whole", "real", "some-free"]),
    st.one_of(st.none(), st.floats(0.01, 1.0)),
    st.sampled_from(["zero", "skip"]),
)
def test_no_subset_is_cheaper(
    small: Draw, seed: int, modalities: int, level: int, cost: str, part: float | None, policy: str
) -> None:
    report = small(seed, modalities=modalities, absent=0.1, partial=True, missing=policy)
    among = "scored" if policy == "skip" else "all"
    lost = [task.task for task in what_if_won(report, level).tasks if policy == "zero" or task.score is not None]
    assume(len(lost) <= MOST)
    rng = np.random.default_rng(seed)
    prices = {
        "wins": np.ones(len(lost)),
        "whole": rng.integers(1, 5, len(lost)).astype(float),
        "real": rng.uniform(0.1, 3.0, len(lost)),
        "some-free": np.where(rng.random(len(lost)) < 0.3, 0.0, rng.uniform(0.1, 3.0, len(lost))),
    }[cost]
    price = dict(zip(lost, prices.tolist(), strict=True))
    sets = subsets(lost)
    name = f"level_{level}"
    values = levels_after(report, sets)[name]
    target = None if part is None else max(float(values[-1]) * part, 1e-3)
    reached = values > 0 if target is None else values >= target - 1e-9
    wanted = {"level": level} if target is None else {"level": level, "score": target}
    given_cost = "wins" if cost == "wins" else price
    if not reached.any():
        with pytest.raises(InvalidInput, match=f"no set of wins takes Level-{level} to a score"):
            plan(report, wanted, cost=given_cost, among=among)
        return
    totals = np.array([sum(price[task] for task in some) for some in sets])
    found = plan(report, wanted, cost=given_cost, among=among)
    assert found.total == pytest.approx(totals[reached].min(), abs=1e-9)
    assert found.total == pytest.approx(sum(price[task.task] for task in found.wins), abs=1e-12)
    assert found.at_least == pytest.approx(found.total)
    after = levels_after(report, [[task.task for task in found.wins]])
    assert found.after == {one: pytest.approx(float(column[0]), abs=1e-12) for one, column in after.items()}
    assert found.after[name] > 0 if target is None else found.after[name] >= target - 2e-9
    if cost == "wins" and found.wins:
        sizes = np.array([len(some) for some in sets])
        best = values[sizes == len(found.wins)].max()
        assert found.after[name] == pytest.approx(best, abs=1e-9)
        assert found.curve[len(found.wins)] == pytest.approx(best, abs=1e-9)


def greedy(report: LevelReport, level: str, score: float, price: dict[str, float]) -> float:
    """Win after win, the most gain for the cost first; by cost alone where nothing gains."""
    chosen: list[str] = []
    while True:
        now = float(levels_after(report, [chosen])[level][0])
        if now >= score:
            return sum(price[task] for task in chosen)
        left = [task for task in price if task not in chosen]
        gains = levels_after(report, [[*chosen, task] for task in left])[level] - now
        rates = gains / np.array([price[task] for task in left])
        best = int(np.argmax(rates)) if rates.max() > 0 else int(np.argmin([price[task] for task in left]))
        chosen.append(left[best])


@pytest.mark.parametrize(("level", "score"), [(2, 40.0), (3, 12.0), (4, 6.0), (5, 1.0)])
@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_never_worse_than_greedy(large: Draw, level: int, score: float, seed: int) -> None:
    report = large(seed, absent=0.6, scope="B:audio+3d")
    lost = [task.task for task in what_if_won(report, level).tasks]
    rng = np.random.default_rng(seed)
    name = f"level_{level}"
    target = max(score, getattr(report, name) + 1.0)
    for cost in ("wins", {task: float(rng.uniform(1, 9)) for task in lost}):
        price = dict.fromkeys(lost, 1.0) if isinstance(cost, str) else cost
        assert (
            plan(report, {"level": level, "score": target}, cost=cost).total
            <= greedy(report, name, target, price) + 1e-9
        )


def test_level_3_by_an_integer_solver(large: Draw) -> None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    report = large(11, absent=0.5)
    lost = what_if_won(report, 3).tasks
    price = np.random.default_rng(0).uniform(1.0, 5.0, len(lost))
    gains = np.array([task.gains["level_3"] for task in lost])
    target = report.level_3 + 10.0
    answer = milp(
        price,
        integrality=np.ones(len(lost)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(gains, 10.0, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    cost = {task.task: one for task, one in zip(lost, price.tolist(), strict=True)}
    found = plan(report, {"level": 3, "score": target}, cost=cost)
    assert found.total == pytest.approx(answer.fun, abs=1e-6)


def test_costs_that_are_proportional_to_what_they_buy(large: Draw) -> None:
    """No price tells such wins from each other: the answer may not be the cheapest, and says how near it is."""
    report = large(11, absent=0.5)
    lost = what_if_won(report, 3).tasks
    cost = {task.task: task.gains["level_3"] for task in lost if task.gains["level_3"] > 0}
    found = plan(report, {"level": 3, "score": report.level_3 + 10.0}, cost=cost)
    assert found.after["level_3"] >= report.level_3 + 10.0 - 1e-9
    assert 10.0 - 1e-6 <= found.at_least <= found.total <= 10.0 + 0.02


@pytest.mark.parametrize("model", [("GPT4o", "image"), ("LM4LV", "video"), ("3D-VisTA", "3d")])
@pytest.mark.parametrize("level", [3, 4, 5])
def test_a_published_model(model: tuple[str, str], level: int) -> None:
    report = compute_level(dict(published()[model].scores))
    found = plan(report, level)
    assert found.after[f"level_{level}"] > 0
    # One win makes Level 3, one on the other side of a modality Level 4, and one in language Level 5.
    assert len(found.wins) == max(0, level - report.level)
    assert plan(report, {"level": level, "score": 1.0}).total >= found.total


def test_by_hand(by_hand: LevelReport, hand_catalogue: Catalogue, hand_scores: dict[str, float]) -> None:
    # Level-4 is (45 + 0)/2 = 22.5. sing at 50: 2*80*50/130 for sound; look at 50: S_C = (60 + 50)/2 for image.
    sing, look = 2 * 80 * 50 / 130, 2 * 55 * 90 / 145
    found = plan(by_hand, {"level": 4, "score": 50.0})
    assert [task.task for task in found.wins] == ["sing"]
    assert found.after["level_4"] == pytest.approx((45 + sing) / 2)
    both = plan(by_hand, {"level": 4, "score": 60.0})
    assert [task.task for task in both.wins] == ["sing", "look"]
    assert both.after["level_4"] == pytest.approx((look + sing) / 2)
    assert both.curve == pytest.approx((22.5, (45 + sing) / 2, (look + sing) / 2))
    with pytest.raises(
        InvalidInput, match=rf"all wins that can be chosen \(2\) take it to {(look + sing) / 2:.6g} at most"
    ):
        plan(by_hand, {"level": 4, "score": 70.0})
    again = compute_level({**hand_scores, "sing": 50.0}, catalogue=hand_catalogue)
    assert found.after == {name: getattr(again, name) for name in LEVELS}
    assert plan(by_hand, 4).wins == ()
    assert plan(by_hand, {"level": 3, "score": 1.0}).total == 0


def test_improvement_is_relative_to_the_reference(by_hand: LevelReport) -> None:
    # look needs 10 of 50, sing 40 of 50
    found = plan(by_hand, {"level": 2, "score": by_hand.level_2 + 1.0}, cost="improvement")
    assert [task.task for task in found.wins] == ["look"]
    assert found.total == pytest.approx(10 / 50)
    dear = plan(by_hand, {"level": 2, "score": by_hand.level_2 + 1.0}, cost={"look": 9.0, "sing": 2.0})
    assert [(task.task, task.improvement) for task in dear.wins] == [("sing", 40.0)]


def test_only_among_some(by_hand: LevelReport) -> None:
    found = plan(by_hand, {"level": 3, "score": by_hand.level_3 + 1.0}, among=["look"])
    assert ([task.task for task in found.wins], found.candidates, found.left_out) == (["look"], 1, 1)
    with pytest.raises(InvalidInput, match="1 more lost tasks were left out"):
        plan(by_hand, {"level": 4, "score": 60.0}, among=["look"])


@pytest.mark.parametrize(
    ("target", "options", "error", "said"),
    [
        ({"score": 5}, {}, InvalidInput, "wanted {'level': 4, 'score': 5}"),
        ({"level": 4, "points": 5}, {}, InvalidInput, "wanted {'level': 4, 'score': 5}"),
        ({"level": 6}, {}, InvalidInput, "level = 6"),
        ({"level": 4, "score": 0}, {}, InvalidInput, "target score = 0"),
        ({"level": 4, "score": 101}, {}, InvalidInput, "target score = 101"),
        (4, {"cost": "money"}, InvalidInput, "cost = 'money'"),
        (4, {"cost": {"sing": -1.0}}, InvalidInput, "cost: -1 is negative"),
        (4, {"cost": {"sing": "dear"}}, InvalidInput, "cost: wanted numbers"),
        (4, {"cost": {"dance": 1.0}}, UnknownTask, "dance"),
        (4, {"cost": {"sing": 1.0, "Sing": 1.0}}, DuplicateName, "two names are one task"),
        (4, {"among": "some"}, InvalidInput, "among = 'some'"),
        (4, {"among": 3}, InvalidInput, "among is a int"),
    ],
)
def test_what_cannot_be_planned(
    by_hand: LevelReport, target: Any, options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        plan(by_hand, target, **options)


def test_other_scopes_and_rules(large: Draw) -> None:
    cell = large(4, scope="C:audio.generation")
    assert plan(cell, {"level": 3, "score": cell.level_3 + 5.0}).after["level_3"] >= cell.level_3 + 5.0 - 1e-9
    with pytest.raises(InvalidInput, match="level_4 is out of reach"):
        plan(cell, 4)
    other = large(4, rules=released.rules())
    with pytest.raises(InvalidInput, match="otherwise than the harmonic mean"):
        plan(other, {"level": 4, "score": 90.0})
    assert plan(other, {"level": 3, "score": other.level_3 + 1.0}).wins


@settings(max_examples=60)
@given(seeds, st.integers(1, 3), st.sampled_from(["zero", "skip"]))
def test_gains_are_those_of_the_evaluation(small: Draw, seed: int, modalities: int, policy: str) -> None:
    report = small(seed, modalities=modalities, absent=0.3, partial=True, missing=policy)
    found = what_if_won(report, 2)
    after = levels_after(report, [[task.task] for task in found.tasks])
    for place, task in enumerate(found.tasks):
        for name, gain in task.gains.items():
            assert gain == pytest.approx(float(after[name][place]) - getattr(report, name), abs=1e-10)
    rows = {row["task"]: row for row in report.tasks}
    assert {task.task for task in found.tasks} | set(found.out_of_reach) == {
        t for t, row in rows.items() if not row["won"]
    }
    for task in found.tasks:
        assert (task.score, task.reference) == (rows[task.task]["score"], rows[task.task]["reference"])
        if task.score is not None:
            assert task.improvement == pytest.approx(abs(rows[task.task]["margin"]))


def test_they_are_plain_data_and_print(by_hand: LevelReport) -> None:
    lost, found = what_if_won(by_hand), plan(by_hand, {"level": 4, "score": 60.0})
    assert [task["task"] for task in json.loads(json.dumps(lost.to_dict()))["tasks"]] == ["sing", "look"]
    assert json.loads(json.dumps(found.to_dict()))["wins"][0]["relative"] == pytest.approx(40 / 50)
    assert str(found).splitlines()[0] == "2 wins take Level-4 to 60, at a cost of 2 (wins)"
    assert "sing: 10 -> 50" in str(found)
    assert "sing: 10 -> 50" in str(lost)
    assert "level_4>=60|cost:wins" in found.signature
    thinned = replace(found, total=2.0, at_least=1.9999)
    assert str(thinned).splitlines()[-1] == "  a cheaper set may exist, by at most 0.005% of the cost"
    whole = compute_level({}, catalogue=general_bench())
    assert "and 689 more" in str(what_if_won(whole))
    assert "no score, wants" in str(what_if_won(whole))

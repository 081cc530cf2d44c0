"""Two models item by item."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from generallevel import EvaluatedTable, compute_level, general_bench, score
from generallevel.analysis.comparisons.by_item import item_comparison
from generallevel.analysis.comparisons.compared import compare
from generallevel.analysis.uncertainty.paired import paired_test
from generallevel.analysis.uncertainty.several_wins import holm
from generallevel.benchmark.runs.result import TaskResult
from generallevel.errors import InvalidInput, UnknownTask
from generallevel.scoring import ItemScore

TASKS = [task.id for task in general_bench() if task.metric == "accuracy"][:4]


def right(rng: np.random.Generator, share: float, items: int = 80) -> list[int]:
    return [int(hit) for hit in rng.random(items) < share]


def drawn(seed: int = 0) -> dict[str, tuple[list[int], list[int]]]:
    rng = np.random.default_rng(seed)
    shares = ((0.9, 0.4), (0.6, 0.55), (0.5, 0.5), (0.3, 0.7))
    return {task: (right(rng, one), right(rng, other)) for task, (one, other) in zip(TASKS, shares, strict=True)}


def test_each_task_has_its_paired_test_and_holm_over_all() -> None:
    pairs = drawn()
    found = item_comparison(pairs, general_bench(), 0.05)
    p_values = []
    for task, (first, second) in pairs.items():
        wanted = paired_test(first, second, alternative="two-sided")
        assert found.tests[task].p_value == wanted.p_value
        p_values.append(wanted.p_value)
    significant = [task for task, seen in zip(pairs, holm(p_values, 0.05).tolist(), strict=True) if seen]
    assert sorted(found.significant) == sorted(significant) == sorted([TASKS[0], TASKS[3]])
    assert "1 significantly better, 1 significantly worse (Holm, 0.05)" in str(found)


def test_scores_pair_by_id() -> None:
    refs = {f"i{n}": n % 3 for n in range(40)}
    good = {name: answer if index % 10 else 9 for index, (name, answer) in enumerate(refs.items())}
    bad = dict.fromkeys(refs, 0)
    pair = (score("accuracy", good, refs, keep_items=True), score("accuracy", bad, refs, keep_items=True))
    report = compute_level({TASKS[0]: pair[0]}), compute_level({TASKS[0]: pair[1]})
    found = compare(*report, items={TASKS[0]: pair}, resamples=200)
    assert found.items is not None
    assert found.items.tests[TASKS[0]].only_second == sum(good[name] != refs[name] and not refs[name] for name in refs)
    assert found.items.significant == (TASKS[0],)
    assert "Items: 1 task tested" in str(found)


def test_lower_is_better_where_the_task_says_so() -> None:
    task = next(task.id for task in general_bench() if task.better == "lower")
    numbers = ([0.1 * n for n in range(20)], [0.1 * n + 0.5 for n in range(20)])
    assert item_comparison({task: numbers}, general_bench()).tests[task].difference == pytest.approx(0.5)


def test_what_cannot_be_tested_is_named_with_the_reason() -> None:
    pairs: dict[str, Any] = drawn()
    pairs[TASKS[0]] = ([1, 0], [0, 1])
    pairs[TASKS[1]] = ({"a": 1, "b": 0}, {"a": 1, "c": 0})
    found = item_comparison(pairs, general_bench())
    assert set(found.untested) == {TASKS[0], TASKS[1]}
    assert "2 pairs can show nothing" in found.untested[TASKS[0]]
    assert "not about the same items" in found.untested[TASKS[1]]
    assert list(found.tests) == sorted(TASKS[2:], key=general_bench().index.__getitem__)


def result(task: str, hits: list[int] | None, **more: Any) -> TaskResult:
    items = None if hits is None else tuple(ItemScore(f"i{n}", float(hit)) for n, hit in enumerate(hits))
    value = 0.5 if hits is None else float(np.mean(hits))
    known = {"value": value, "standard_error": 0.05, "n_total": 80, "n_counted": 80, "items": items} | more
    return TaskResult(task, "accuracy", "fraction", **known)


def test_two_runs_pair_their_items() -> None:
    pairs = drawn()
    rows = [[result(task, pair[side]) for task, pair in pairs.items()] for side in (0, 1)]
    rows[0][1] = result(TASKS[1], None)
    rows[1][2] = replace(rows[1][2], value=None, reason="no folder")
    rows[0][3] = replace(rows[0][3], standard_error=None)
    tables = tuple(EvaluatedTable.of(side, model=name) for side, name in zip(rows, "ab", strict=True))
    found = compare(*tables, items=tables, resamples=200)
    assert found.items is not None
    wanted = paired_test(*pairs[TASKS[0]], alternative="two-sided").p_value
    assert {task: test.p_value for task, test in found.items.tests.items()} == {TASKS[0]: wanted}
    assert found.items.untested == {
        TASKS[1]: "a run did not keep its items",
        TASKS[2]: "one of the two runs has no score",
        TASKS[3]: "the score is no mean of its items; pass both scores with their tallies",
    }
    assert found.to_dict()["items"]["significant"] == [TASKS[0]]


def test_other_items_are_refused() -> None:
    bench = general_bench()
    with pytest.raises(InvalidInput, match="wanted two evaluated tables, or a mapping"):
        item_comparison([1, 2], bench)
    with pytest.raises(InvalidInput, match="wanted a pair"):
        item_comparison({TASKS[0]: ([1], [0], [1])}, bench)
    with pytest.raises(UnknownTask, match="Human Actoin"):
        item_comparison({"Human Actoin Recognition": ([1], [0])}, bench)

"""What must hold of every table, without a tolerance: bounds, the order of levels, and that better is never worse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from generallevel import Catalogue, ScoreTable, compute_level, compute_levels
from generallevel.evaluation import LEVELS, grid
from generallevel.level_report import LevelReport

Floats = NDArray[np.float64]
RandomScores = Callable[[int, float], Floats]
TableOf = Callable[[Floats], ScoreTable]

seeds = st.integers(0, 2**32 - 1)
shares = st.sampled_from([0.0, 0.1, 0.5, 0.9, 0.99, 1.0])
# Which task gets better, and how: to the best, to the reference, by one float, half the way, any legal score from none.
improvements = st.lists(st.tuples(st.integers(0, 698), st.integers(0, 4)), min_size=1, max_size=25)


def improved(values: Floats, changes: list[tuple[int, int]], bench: Catalogue) -> Floats:
    """The column with some tasks better, in the raw score and in the metric's direction, or as they were."""
    normaliser, references = grid(bench).normaliser, bench.reference_set().values
    low, high = normaliser.bounds
    better = values.copy()
    for place, how in changes:
        up, best, value = bool(normaliser.higher[place]), float(normaliser.best[place]), float(better[place])
        worst = float(low[place] if up else high[place])
        if np.isnan(value):
            candidate = [best, float(references[place]), worst, worst, float(references[place])][how]
        else:
            halfway = value + (best - value) / 2 if np.isfinite(best) and np.isfinite(value) else best
            candidate = [best, float(references[place]), float(np.nextafter(value, best)), halfway, best][how]
            if (candidate > value) != up or candidate == value:
                continue
        better[place] = np.clip(candidate, low[place], high[place])
    return better


def assert_ordered(report: LevelReport) -> None:
    levels = [report.level_5, report.level_4, report.level_3, report.level_2]
    assert all(isinstance(level, float) for level in levels)
    assert [0.0, *levels, 100.0] == sorted([0.0, *levels, 100.0])  # type: ignore[type-var]
    for numbers in report.modalities.values():
        chain = [0.0, *(numbers[name] for name in ("level_4", "level_3", "level_2")), 100.0]
        assert chain == sorted(chain)
    assert report.level == 1 + sum(level > 0 for level in levels if level is not None)


@settings(max_examples=1000)
@given(seeds, shares, improvements, st.sampled_from(["released-2025-07", "paper-v1"]))
def test_levels_are_bounded_and_ordered_and_never_fall_when_a_task_gets_better(
    bench: Catalogue,
    random_scores: RandomScores,
    table_of: TableOf,
    seed: int,
    missing: float,
    changes: list[tuple[int, int]],
    references: str,
) -> None:
    values = random_scores(seed, missing)
    tables = {"before": table_of(values), "after": table_of(improved(values, changes, bench))}
    before, after = compute_levels(tables, references=references, unit="percent").values()
    for report in (before, after):
        assert_ordered(report)
    for name in LEVELS:
        assert getattr(before, name) <= getattr(after, name)
    for modality, numbers in before.modalities.items():
        assert all(number <= after.modalities[modality][name] for name, number in numbers.items())
    assert before.level <= after.level
    assert before.wins <= after.wins
    assert before.supported <= after.supported


@settings(max_examples=100)
@given(seeds, shares, improvements)
def test_a_score_that_gets_better_helps_where_missing_ones_are_skipped(
    bench: Catalogue,
    random_scores: RandomScores,
    table_of: TableOf,
    seed: int,
    missing: float,
    changes: list[tuple[int, int]],
) -> None:
    values = random_scores(seed, missing)
    after = improved(values, changes, bench)
    after[np.isnan(values)] = np.nan  # a score more may well lower a mean that it was not in
    one, two = (compute_level(table_of(column), missing="skip", unit="percent") for column in (values, after))
    assert_ordered(one)
    assert all(getattr(one, name) <= getattr(two, name) for name in LEVELS)


@settings(max_examples=12)
@given(st.lists(st.tuples(seeds, shares), min_size=2, max_size=9), st.sampled_from(["zero", "skip"]))
def test_a_model_gets_the_same_alone_and_on_a_board_to_the_bit(
    random_scores: RandomScores, table_of: TableOf, drawn: list[tuple[int, float]], missing: str
) -> None:
    tables = {f"model {place}": table_of(random_scores(*one)) for place, one in enumerate(drawn)}
    together = compute_levels(tables, missing=missing, unit="percent")  # type: ignore[arg-type]
    assert list(together) == list(tables)
    for name, table in tables.items():
        alone = compute_level(table, missing=missing, unit="percent", model=name)  # type: ignore[arg-type]
        assert alone.to_dict() == together[name].to_dict()


@settings(max_examples=40)
@given(seeds, shares)
def test_wins_and_counts_are_those_of_the_rows(
    random_scores: RandomScores, table_of: TableOf, seed: int, missing: float
) -> None:
    report = compute_level(table_of(random_scores(seed, missing)), unit="percent")
    assert report.wins == sum(row["won"] for row in report.tasks)
    assert report.supported == sum(row["score"] is not None for row in report.tasks)
    for row in report.tasks:
        score, reference = row["score"], row["reference"]
        as_good = score is not None and (score >= reference if row["better"] == "higher" else score <= reference)
        assert row["won"] is as_good
        assert (row["why_not"] is None) is as_good
        assert (row["normalised"] is None) is (score is None)
    for modality, numbers in report.modalities.items():
        rows = [row for row in report.tasks if row["modality"] == modality]
        assert numbers["wins"] == sum(row["won"] for row in rows)
        assert numbers["supported"] == sum(row["score"] is not None for row in rows)
        assert numbers["total"] == len(rows)


@pytest.mark.parametrize("missing", ["zero", "skip"])
def test_a_large_board_is_each_model_alone(random_scores: RandomScores, table_of: TableOf, missing: str) -> None:
    tables = {str(seed): table_of(random_scores(seed, 0.3)) for seed in range(300)}
    reports = compute_levels(tables, missing=missing, unit="percent")  # type: ignore[arg-type]
    for name in ("0", "157", "299"):
        alone = compute_level(tables[name], missing=missing, unit="percent")  # type: ignore[arg-type]
        assert [getattr(alone, level) for level in LEVELS] == [getattr(reports[name], level) for level in LEVELS]
        assert alone.modalities == reports[name].modalities


def test_no_scores_at_all(bench: Catalogue) -> None:
    for empty in ({}, dict.fromkeys(bench.ids), dict.fromkeys(bench.ids, "failed")):
        report = compute_level(empty)
        assert (report.level, report.level_2, report.level_5, report.wins, report.coverage) == (1, 0.0, 0.0, 0, 0.0)
        assert_ordered(report)

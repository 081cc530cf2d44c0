"""Leaving a task out is the level of the catalogue without it, and the jackknife is the textbook's."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generallevel import Catalogue, LevelReport, ReferenceSet, compute_level, released
from generallevel.analysis.attribution.leave_one_out import influence
from generallevel.benchmark.scopes import select
from generallevel.errors import UnknownScope

Draw = Callable[..., LevelReport]


def recomputed(report: LevelReport, without: str, policy: str) -> LevelReport | None:
    """The report of the same scores on the catalogue without one task; None where nothing is left of the scope."""
    catalogue, kept = report.basis.grid.catalogue, [t for t in report.basis.grid.catalogue if t.id != without]
    values = {t.id: v for t, v in zip(catalogue, report.basis.references.values.tolist(), strict=True)}
    smaller = Catalogue("Smaller", tuple(kept))
    chosen = ReferenceSet("r", np.array([values[task.id] for task in kept]), smaller.ids)
    rows = [
        {"task": row.name, "score": row.score, "n": row.n, "n_scored": row.n_scored}
        for row in report.basis.aligned.table
        if row.name != without
    ]
    if not kept or (report.modalities and not smaller.modalities):
        return None  # a level of nothing, or of language alone, which is another level
    try:
        select(smaller, report.scope)
    except UnknownScope:
        return None
    return compute_level(rows or {}, references=chosen, catalogue=smaller, missing=policy, scope=report.scope)


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from(["zero", "skip"]),
    st.sampled_from(["A", "A", "C:m0.comprehension"]),
)
def test_it_is_the_level_without_the_task(
    small: Draw, seed: int, modalities: int, language: int, policy: str, scope: str
) -> None:
    drawn = small(seed, modalities=modalities, language=language, absent=0.3, partial=True)
    catalogue = drawn.basis.grid.catalogue
    report = compute_level(drawn.basis.aligned.table, catalogue=catalogue, missing=policy, scope=scope)
    found = influence(report)
    for place, task in enumerate(found.tasks):
        again = recomputed(report, task, policy)
        for name in found.levels:
            level = np.nan if again is None else getattr(again, name)
            assert found.without[name][place] == pytest.approx(level, abs=1e-10, nan_ok=True)


def test_by_hand(by_hand: LevelReport) -> None:
    found = influence(by_hand)
    change = dict(zip(found.tasks, found.change(3), strict=True))
    # image: S_C = (60 + 0)/2, S_G = 90; without the lost task S_C = 60
    assert change["look"] == pytest.approx((30 / 2 - 60 / 2) / 2)
    assert change["see"] == pytest.approx((30 / 2 - 0) / 2)
    assert change["draw"] == pytest.approx(90 / 2 / 2)
    assert found.alone == ("image.generation", "sound.comprehension", "sound.generation")


def test_the_jackknife_of_a_mean_is_its_standard_error(large: Draw) -> None:
    report = large(5, absent=0.0)
    found = influence(report)
    expected, grid = 0.0, report.basis.grid
    counted = np.where(report.basis.won, report.basis.points, 0.0)
    for name, places in grid.cells.items():
        if name != "language":
            expected += (1 / 8) ** 2 * counted[places].var(ddof=1) / len(places)
    assert found.standard_error["level_3"] == pytest.approx(expected**0.5)


def test_the_order_of_tasks_does_not_matter(large: Draw) -> None:
    report = large(8)
    table = report.basis.aligned.table
    backwards = compute_level(dict(zip(table.names[::-1], table.scores[::-1].tolist(), strict=True)), unit="percent")
    forwards = compute_level(dict(zip(table.names, table.scores.tolist(), strict=True)), unit="percent")
    one, other = influence(forwards), influence(backwards)
    assert all(np.array_equal(one.without[name], other.without[name]) for name in one.levels)
    assert one.standard_error == other.standard_error


def test_under_the_released_rules(large: Draw) -> None:
    report = large(2, rules=released.rules())
    found = influence(report)
    assert found.levels["level_4"] == report.level_4
    assert np.isfinite(found.without["level_4"]).all()


def test_a_single_task_has_nothing_without_it() -> None:
    row = {"task": "a", "modality": "m", "paradigm": "generation", "metric": "accuracy", "reference": 5.0}
    found = influence(compute_level({"a": 10.0}, catalogue=Catalogue.from_rows([row])))
    assert np.isnan(found.without["level_2"]).all()
    assert found.standard_error["level_3"] is None
    assert found.to_dict()["tasks"][0]["without"]["level_2"] is None
    assert "unknown" in str(found)


def test_it_is_plain_data_and_prints(by_hand: LevelReport) -> None:
    found = influence(by_hand)
    json.dumps(found.to_dict(), allow_nan=False)
    assert "held down most by look: -7.500" in str(found)


def test_one_task_is_not_said_to_lift_and_to_hold_down() -> None:
    row = {"task": "see", "modality": "image", "paradigm": "comprehension", "metric": "accuracy", "reference": 50.0}
    own = Catalogue.from_rows([row, {**row, "task": "draw", "paradigm": "generation"}])
    said = str(influence(compute_level({"see": 60.0, "draw": 60.0}, catalogue=own)))
    assert "lifted most by see: +60.000" in said  # Level-4
    assert "held down" not in said

"""Synergy measured with single-task baselines: differences, signs and levels by hand."""

from __future__ import annotations

import json
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binomtest, t, ttest_rel

from generallevel import Catalogue, LevelReport, compute_level, released
from generallevel.analysis.synergy_tests.single_task_baselines import ablation_test
from generallevel.errors import InvalidInput, UnknownTask
from generallevel.evaluation import LEVELS


def test_by_hand(by_hand: LevelReport, hand_catalogue: Catalogue, hand_scores: dict[str, float]) -> None:
    baselines = {"see": 45.0, "look": 42.0, "draw": 90.0, "read": 55.0}
    found = ablation_test(by_hand, baselines)
    seen = found.cells["image.comprehension"]
    assert (seen.tasks, seen.better, seen.worse, seen.equal) == (2, 1, 1, 0)
    assert seen.mean == pytest.approx(((60 - 45) + (40 - 42)) / 2)
    spread = np.std([15.0, -2.0], ddof=1) / sqrt(2) * t.ppf(0.975, 1)
    assert seen.interval == pytest.approx((6.5 - spread, 6.5 + spread))
    assert found.cells["image.generation"].interval is None
    assert (found.cells["image.generation"].equal, found.cells["image.generation"].p_value) == (1, 1.0)
    assert found.cells["all"].tasks == 4
    assert (found.gained, found.lost) == (1, 0)  # see: 60 wins over 50, its baseline 45 does not
    again = compute_level(hand_scores | baselines, catalogue=hand_catalogue)
    assert found.without == {name: getattr(again, name) for name in LEVELS}


def test_against_scipy(hand_catalogue: Catalogue) -> None:
    rng = np.random.default_rng(0)
    rows = [
        {"task": f"t{n}", "modality": "m", "paradigm": "generation", "metric": "accuracy", "reference": 50.0}
        for n in range(30)
    ]
    one, other = rng.uniform(20, 80, 30), rng.uniform(20, 80, 30)
    catalogue = Catalogue.from_rows(rows)
    report = compute_level(dict(zip(catalogue.ids, one.tolist(), strict=True)), catalogue=catalogue)
    found = ablation_test(report, dict(zip(catalogue.ids, other.tolist(), strict=True)), confidence=0.9).cells["all"]
    assert found.interval == pytest.approx(tuple(ttest_rel(one, other).confidence_interval(0.9)))
    assert found.p_value == pytest.approx(binomtest(int((one > other).sum()), 30).pvalue)


def test_directions_units_and_scores_that_are_not_there() -> None:
    bench = Catalogue.from_rows([
        {"task": "a", "modality": "m", "paradigm": "generation", "metric": "fid", "reference": 20.0},
        {"task": "b", "modality": "m", "paradigm": "comprehension", "metric": "accuracy", "reference": 50.0},
        {"task": "c", "modality": "m", "paradigm": "comprehension", "metric": "accuracy", "reference": 50.0},
    ])  # fmt: skip
    report = compute_level({"a": 10.0, "b": 60.0}, catalogue=bench)
    found = ablation_test(report, {"a": 30.0, "b": 0.7, "c": 0.2}, unit="fraction")
    assert (found.cells["m.generation"].better, found.cells["m.comprehension"].worse) == (1, 1)
    assert found.cells["m.comprehension"].mean == pytest.approx(60 - 70)
    assert found.unscored == ("c",)
    with pytest.raises(InvalidInput, match="no task of scope A has both"):
        ablation_test(report, {"c": 20.0})
    with pytest.raises(UnknownTask, match="dance"):
        ablation_test(report, {"dance": 20.0})


def test_under_the_released_rules_and_in_print() -> None:
    report = compute_level({"Image Deraining": 41.2, "Human Action Recognition": 95.0}, rules=released.rules())
    found = ablation_test(report, {"Image Deraining": 30.0})
    assert found.gained == 1
    assert "wins gained 1, lost 0" in str(found)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["cells"]["all"]["tasks"] == 1

"""Synergy tests: whether wins are more concordant than chance makes them, and what single-task baselines say."""

from __future__ import annotations

from generallevel.analysis.synergy_tests.concordance import SynergyTest, synergy_test
from generallevel.analysis.synergy_tests.single_task_baselines import Ablation, ablation_test

__all__ = ["Ablation", "SynergyTest", "ablation_test", "synergy_test"]

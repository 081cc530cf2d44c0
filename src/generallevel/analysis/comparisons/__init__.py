"""Comparisons: two models on the same tasks, and on the same items."""

from __future__ import annotations

from generallevel.analysis.comparisons.compared import ModelComparison, compare

__all__ = ["ModelComparison", "compare"]

"""Level intervals: how sure a level is, by bootstrap and by projection, and how many of its gates are near."""

from __future__ import annotations

from generallevel.analysis.level_intervals.interval import GATE_VARIANCE, NEAR_SHARE, LevelInterval, level_interval

__all__ = ["GATE_VARIANCE", "NEAR_SHARE", "LevelInterval", "level_interval"]

"""Uncertainty: how sure a score is, how sure a win is, and how many wins are more than luck.

>>> print(interval([1] * 325 + [0] * 140))
0.699, 95% interval [0.656, 0.739] (wilson, 465 items)
"""

from __future__ import annotations

from generallevel.analysis.uncertainty.intervals import Interval, interval
from generallevel.analysis.uncertainty.paired import PairedTest, paired_test
from generallevel.analysis.uncertainty.power import detectable_difference, winning_margin
from generallevel.analysis.uncertainty.several_wins import Multiplicity, multiplicity
from generallevel.analysis.uncertainty.tasks import TaskUncertainty, task_uncertainty
from generallevel.analysis.uncertainty.win_odds import wins
from generallevel.analysis.uncertainty.win_table import Wins

__all__ = [
    "Interval",
    "Multiplicity",
    "PairedTest",
    "TaskUncertainty",
    "Wins",
    "detectable_difference",
    "interval",
    "multiplicity",
    "paired_test",
    "task_uncertainty",
    "winning_margin",
    "wins",
]

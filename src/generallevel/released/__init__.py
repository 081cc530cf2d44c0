"""Released mode: what the released scorer of General-Bench computes, defect by defect.

The scorer that came with the benchmark (path2generalist/General-Level, commit 420b8eb) departs from its paper in
eight ways that change a level. Each is a `Switch`; all of them together reproduce its numbers from a result workbook,
and `explain_difference` says how much of the gap to this library's level each is responsible for.

>>> [switch.code for switch in Switch]
['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6', 'Q7', 'Q8']
"""

from generallevel.released.attribution import explain_difference
from generallevel.released.conventions import rules
from generallevel.released.defects import ALL, NONE, Switch, switches
from generallevel.released.difference import Difference, Effect
from generallevel.released.scorer import compute_level

__all__ = ["ALL", "NONE", "Difference", "Effect", "Switch", "compute_level", "explain_difference", "rules", "switches"]

"""Result files of other evaluation harnesses as tables of scores, under a mapping of names that the user gives.

Harnesses name tasks and metrics in their own way, and hardly ever state a unit. Nothing of that is guessed: which
task of theirs is which of yours, which of its metrics counts, and in which unit it is printed, the mapping says; where
it does not, an error lists what there is.
"""

from __future__ import annotations

from generallevel.tables.harnesses.lm_eval import read_lm_eval, read_lmms_eval
from generallevel.tables.harnesses.vlmevalkit import read_vlmevalkit

__all__ = ["read_lm_eval", "read_lmms_eval", "read_vlmevalkit"]

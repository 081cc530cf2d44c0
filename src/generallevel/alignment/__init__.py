"""Alignment: from a score table as it was written to columns in the order of a catalogue.

Rows join by task, never by position. On the way every row is checked: an unknown or doubled task, a unit that cannot be
converted, a value that cannot be in its unit and a column on another scale than its references are *problems*. A caller
that needs a result raises them (`Aligned.require`); a linter lists them. What is merely worth knowing is a finding.
"""

from __future__ import annotations

from generallevel.alignment.aligned import Aligned, Problem
from generallevel.alignment.joining import align

__all__ = ["Aligned", "Problem", "align"]

"""Tables of raw scores, in and out: mappings, data frames, CSV, JSON and workbooks in the released layout.

:class:`ScoreTable` is what all readers return. It keeps names, units and labels as they were written; which task a name
means is for a catalogue to say.
"""

from __future__ import annotations

from generallevel.tables.reading import read_table
from generallevel.tables.score_table import Row, ScoreTable
from generallevel.tables.workbook import SHEETS, read_sheets, read_workbook
from generallevel.tables.workbook_writer import LayoutRow, write_workbook

__all__ = [
    "LayoutRow",
    "Row",
    "SHEETS",
    "ScoreTable",
    "read_sheets",
    "read_table",
    "read_workbook",
    "write_workbook",
]

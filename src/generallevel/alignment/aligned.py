"""What alignment gives: the scores of one model in the order of a catalogue, and what is wrong with its rows.

A *problem* is an error that was not raised yet. A caller that needs a result raises it (`Aligned.require`); a linter
lists it. What is merely worth knowing is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import (
    AmbiguousName,
    DuplicateName,
    GeneralLevelError,
    ImpossibleValue,
    NotFinite,
    UnitMismatch,
    UnknownName,
)
from generallevel.findings import Finding
from generallevel.tables.score_table import ScoreTable

__all__ = ["Aligned", "Problem"]

SPELLED_OUT = 5  # ours: problems that one message spells out
CODES: dict[type, str] = {
    AmbiguousName: "ambiguous-task",
    NotFinite: "not-a-number",
    DuplicateName: "duplicate-task",
    ImpossibleValue: "impossible-value",
    UnitMismatch: "unit-mismatch",
    UnknownName: "unknown-task",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What makes a table, or one row of it, unusable: an error that was not raised yet."""

    error: GeneralLevelError
    task: str | None = None

    def finding(self) -> Finding:
        """The problem as a finding of severity ``error``."""
        codes = (CODES[kind] for kind in type(self.error).__mro__ if kind in CODES)
        return Finding(next(codes, "unusable-table"), "error", str(self.error), self.task)


@dataclass(frozen=True, eq=False)
class Aligned:
    """The scores of one model in the order of a catalogue.

    Attributes
    ----------
    values : ndarray of float, shape (tasks,)
        Raw scores in table units; NaN where there is none.
    references : ndarray of float, shape (tasks,)
        The reference set, with the table's own SoTA values in place where it has some.
    share : ndarray of float, shape (tasks,), or None
        What part of a task's items the score is made of, where a table says that it is less than all.
    rows : ndarray of int, shape (tasks,)
        The row of the table that holds the task, or -1.
    problems : list of Problem
        What makes rows, or the whole table, unusable.
    findings : list of Finding
        What a reader should know.
    own_references : ndarray of float
        The table's own SoTA values, shape (tasks,), NaN where it has none; or one NaN where it has none at all.
    """

    table: ScoreTable
    values: NDArray[np.float64]
    references: NDArray[np.float64]
    share: NDArray[np.float64] | None
    rows: NDArray[np.intp]
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    own_references: NDArray[np.float64] | float = np.nan

    def require(self) -> Aligned:
        """The columns, or the error of the first kind of problem with all rows of that kind named."""
        if not self.problems:
            return self
        first = self.problems[0].error
        alike = [problem.error for problem in self.problems if type(problem.error) is type(first)]
        others = len(self.problems) - len(alike)
        rest = f"\n{others} more of other kinds; generallevel.lint lists them all." if others else ""
        if len(alike) == 1:
            raise type(first)(f"{first}{rest}") from None
        listed = "\n  ".join(str(error) for error in alike[:SPELLED_OUT])
        more = f"\n  and {len(alike) - SPELLED_OUT} more" if len(alike) > SPELLED_OUT else ""
        raise type(first)(f"{self.table.source}: {len(alike)} rows cannot be used:\n  {listed}{more}{rest}")

    def reason(self, position: int) -> str | None:
        """Why the task at a position has no score; None where it has one."""
        if not np.isnan(self.values[position]):
            return None
        if self.rows[position] < 0:
            return "not in the table"
        return cast("str | None", self.stated("reason", position)) or "not given"

    def stated(self, column: str, position: int) -> object:
        """What the table says in an optional column of the task at a position; None where it says nothing."""
        row, entries = int(self.rows[position]), self.table.columns.get(column)
        return entries[row] if entries and row >= 0 else None

    def where(self, position: int) -> str:
        """Where the row of the task at a position stands, ready to begin a message."""
        return place_of(self.table, int(self.rows[position]))


def place_of(table: ScoreTable, row: int) -> str:
    """Where a row of a table stands, ready to begin a message; nothing where the source has no places."""
    places = table.columns.get("where")
    where = places[row] if places else None
    return f"{table.source}, {where}: " if where else ""

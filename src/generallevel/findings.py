"""Findings: what a reader of a number should know, as data.

A finding never raises. What makes a table unusable is an error of its own (`generallevel.errors`); `lint` reports those
as findings of severity ``error`` too, so that one list holds everything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = ["CODES", "Finding", "Severity"]

Severity = Literal["error", "warning", "info"]

CODES: dict[str, str] = {
    "ambiguous-task": "a name that several tasks carry",
    "canary-failed": "a table with a known answer gets another one: catalogue, references or a declaration are wrong",
    "clipped": "a legal raw score lies beyond the end of its curve",
    "doubtful-reference": "something is known that speaks against the reference itself",
    "duplicate-task": "a task has two rows",
    "impossible-value": "a value that cannot be in its unit",
    "incomplete-items": "a score is made of fewer items than the task has",
    "item-count": "a score is over another number of items than its reference",
    "items-missing": "an evaluation or a submission: items count as wrong answers, for want of a prediction to score",
    "label-unknown": "released mode: a label names no known metric, and its figures are taken as printed",
    "level-depends-on-references": "another packaged reference set gives another integer level",
    "metric-mismatch": "the table names another metric than the reference is in",
    "near-saturated": "the curve is flat here, so that quality hardly moves the points",
    "no-reference": "the task has no reference and cannot be won",
    "not-a-number": "a score is NaN",
    "perfect-error": "an error of exactly 0, which published tables also print for a task that is not supported",
    "predictions-unused": "an evaluation or a submission: predictions that belong to no item, or stand twice",
    "reference-overridden": "the table brings a reference of its own",
    "released-conventions": "the number reproduces defects of the released scorer",
    "split-mismatch": "scores and references are from different splits",
    "task-failed": "an evaluation or a submission: an error has ended a task, which has no score",
    "tie-at-printed-precision": "the decision is smaller than the last printed digit of the reference",
    "unit-doubt": "a factor between score and reference that looks like a unit",
    "unit-mismatch": "scores on another scale than their references",
    "unit-unknown": "the unit of the printed figures is not stated",
    "unknown-task": "a name that no task carries",
    "unresolved-folder": "an evaluation or a submission: a folder of a task that the catalogue does not know",
    "unresolved-protocol": "how the reference was measured is not known, so that a win means little",
    "unusable-table": "the source cannot be read as a score table",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a table or a level.

    Attributes
    ----------
    code : str
        Stable and hyphenated: ``unit-unknown``, ``clipped``. `CODES` says what each means.
    severity : {"error", "warning", "info"}
        ``error``: the table or a row of it cannot be trusted. ``warning``: the level may be read wrongly. ``info``:
        good to know.
    message : str
        What, where, got and wanted, in one or two sentences.
    task : str or None
        The task's id, where it is about one.
    fix : str
        The way out, or nothing.
    """

    code: str
    severity: Severity
    message: str
    task: str | None = None
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.severity}: {self.message} [{self.code}]"

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data."""
        return asdict(self)

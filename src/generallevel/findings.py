"""Findings: what a reader of a number should know, as data.

A finding never raises. What makes a table unusable is an error of its own (`generallevel.errors`); `lint` reports those
as findings of severity ``error`` too, so that one list holds everything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = ["Finding", "Severity"]

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a table or a level.

    Attributes
    ----------
    code : str
        Stable and hyphenated: ``unit-unknown``, ``clipped``. `generallevel.lint` lists them.
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

"""The table that a run gives: scores that `compute_level` takes as they are, and what is behind each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from generallevel.benchmark.runs.result import TaskResult
from generallevel.errors import UnknownTask, did_you_mean
from generallevel.findings import Finding
from generallevel.tables.score_table import ScoreTable

__all__ = ["EvaluatedTable"]

SHOWN_REASONS = 20  # ours: of 699 tasks all may be told apart; the printed table is to be read
SHOWN_FINDINGS = 5  # of one kind


@dataclass(frozen=True, eq=False, repr=False)
class EvaluatedTable(ScoreTable):
    """A score table with the result behind each row.

    Attributes
    ----------
    results : tuple of TaskResult
        One for each row, in the same order.
    findings : tuple of Finding
        What the run found in the folders: unresolved ones, tasks that failed, items without a prediction.
    """

    results: tuple[TaskResult, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(
        cls,
        results: Iterable[TaskResult],
        findings: Iterable[Finding] = (),
        *,
        model: str | None = None,
        split: str | None = None,
        source: str = "evaluation",
    ) -> EvaluatedTable:
        """The table of results.

        Parameters
        ----------
        results : iterable of TaskResult
            One for each task.
        findings : iterable of Finding
            What the run found.
        model : str, optional
            The model's name.
        split : str, optional
            ``full``, ``open``, ``closed`` or ``quick``: which items the run was over.
        source : str
            What messages call the table.

        Returns
        -------
        EvaluatedTable
        """
        rows = tuple(results)
        scored = [row.value is not None for row in rows]
        columns: dict[str, tuple[object, ...]] = {
            "unit": tuple(row.unit if there else None for row, there in zip(rows, scored, strict=True)),
            "n": tuple(row.n_total if there else None for row, there in zip(rows, scored, strict=True)),
            "n_scored": tuple(row.n_counted if there else None for row, there in zip(rows, scored, strict=True)),
            "standard_error": tuple(row.standard_error for row in rows),
            "reason": tuple(row.reason for row in rows),
            "grade": tuple(row.grade or None for row in rows),
        }
        if split is not None:
            columns["split"] = (split,) * len(rows)
        return cls(
            names=tuple(row.task for row in rows),
            scores=np.array([np.nan if row.value is None else row.value for row in rows], dtype=np.float64),
            model=model,
            source=source,
            columns={name: column for name, column in columns.items() if any(entry is not None for entry in column)},
            results=rows,
            findings=tuple(findings),
        )

    def result(self, task: str) -> TaskResult:
        """What is behind a task's score. Raises `UnknownTask` where the run had no such task."""
        for row in self.results:
            if row.task == task:
                return row
        raise UnknownTask(f"the run has no task {task!r}.{did_you_mean(task, self.names)}")

    @property
    def failed(self) -> tuple[TaskResult, ...]:
        """The tasks that an error of their files or of their metric has ended."""
        return tuple(row for row in self.results if row.failed)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.results, self.findings, self.model, self.columns.get("split", (None,))[0], self.source)

    def __repr__(self) -> str:
        return f"<EvaluatedTable: {self.summary}>"

    @property
    def summary(self) -> str:
        """How many tasks have a score, and why the others have none."""
        scored = sum(row.value is not None for row in self.results)
        partly = sum(row.value is not None and row.n_scored < row.n_total for row in self.results)
        parts = [f"{scored} of {len(self.results)} tasks scored"]
        if partly:
            parts.append(f"{partly} of them on part of their items")
        if self.failed:
            parts.append(f"{len(self.failed)} failed")
        return ", ".join(parts)

    def __str__(self) -> str:
        reading, scoring = (sum(row.seconds.get(part, 0.0) for row in self.results) for part in ("reading", "scoring"))
        lines = [
            f"{self.summary}; {sum(row.n_scored for row in self.results):,} of "
            f"{sum(row.n_total for row in self.results):,} items; reading {reading:.1f} s, scoring {scoring:.1f} s"
        ]
        reasons = Counter(row.reason for row in self.results if row.reason is not None and not row.failed)
        told = reasons.most_common(SHOWN_REASONS)
        lines += [f"  {number} without a score: {reason}" for reason, number in told]
        left = reasons.total() - sum(number for _, number in told)
        lines += [f"  {left} without a score for {len(reasons) - len(told)} other reasons"] * bool(left)
        counts = Counter(finding.code for finding in self.findings)
        seen: Counter[str] = Counter()
        for finding in self.findings:
            seen[finding.code] += 1
            if seen[finding.code] <= SHOWN_FINDINGS:
                lines.append(f"  {finding}")
            elif seen[finding.code] == SHOWN_FINDINGS + 1:
                lines.append(f"  ... and {counts[finding.code] - SHOWN_FINDINGS:,} more [{finding.code}]")
        return "\n".join(lines)


def _again(
    results: tuple[TaskResult, ...], findings: tuple[Finding, ...], model: str | None, split: Any, source: str
) -> EvaluatedTable:
    return EvaluatedTable.of(results, findings, model=model, split=split, source=source)

"""Evidence: what a report's drawings say of how sure it is, worked out once and shown by page and plots alike.

Nothing is made up. Where no spread of a score is known there is no interval, and a note says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

if TYPE_CHECKING:
    from generallevel.analysis.level_intervals import LevelInterval
    from generallevel.analysis.sensitivities.analysed import ModelSensitivity
    from generallevel.analysis.uncertainty import TaskUncertainty, Wins

__all__ = ["RESAMPLES", "Evidence", "evidence"]

RESAMPLES = 2000  # ours: 2.5 % of them are 50, enough for an end that is drawn, in under a second


@dataclass(frozen=True, eq=False)
class Evidence:
    """How sure a report is, as far as it is known.

    Attributes
    ----------
    tasks : TaskUncertainty
        The interval of each task's score.
    wins : Wins
        How sure each win and each loss is.
    bootstrap, projection : LevelInterval or None
        The intervals of the levels; None where they were not asked for or nothing is known.
    sensitivity : ModelSensitivity or None
        How far the levels hang on choices; None where it was not asked for.
    notes : tuple of str
        Why something is not there.
    """

    tasks: TaskUncertainty
    wins: Wins
    bootstrap: LevelInterval | None = None
    projection: LevelInterval | None = None
    sensitivity: ModelSensitivity | None = None
    notes: tuple[str, ...] = ()

    @property
    def interval(self) -> LevelInterval | None:
        """The interval to name first: the bootstrap, or else the projection."""
        return self.bootstrap or self.projection


def evidence(
    report: LevelReport,
    *,
    intervals: bool = True,
    sensitivity: bool = True,
    n: Any = None,
    level: float = 0.95,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Evidence:
    """How sure a report is.

    Parameters
    ----------
    report : LevelReport
        Whose levels.
    intervals, sensitivity : bool, default True
        Whether to work out the intervals of the levels, and their sensitivity; about a second together.
    n : int, "benchmark" or mapping of task to int, optional
        Items of tasks whose row has none, as for `generallevel.analysis.level_intervals.level_interval`.
    level : float, default 0.95
        Of every interval, in (0, 1).
    seed, resamples : int
        Of the bootstrap, and of the random constants.

    Returns
    -------
    Evidence
        With a note in place of what is not known.

    Raises
    ------
    InvalidInput
        If ``level`` or ``n`` cannot be used.
    """
    from generallevel.analysis.sensitivities.analysed import sensitivity as sensitivity_of
    from generallevel.analysis.uncertainty import task_uncertainty, wins

    tasks, won = task_uncertainty(report, level, n=n), wins(report, level, n=n)
    found: dict[str, LevelInterval] = {}
    notes: list[str] = []
    if intervals:
        from generallevel.analysis.level_intervals import level_interval

        for method in ("bootstrap", "projection"):
            try:
                found[method] = level_interval(
                    report, method, resamples=resamples, level=level, seed=seed, n=n
                )  # fmt: skip
            except InvalidInput as slip:
                notes.append(f"No interval by {method}: {slip}")
                if tasks.unknown == report.supported:  # the other method has nothing to go by either
                    notes[-1] = (
                        f"Unknown: the table says of none of the {report.supported} scores over how many items it was "
                        "taken or how far it may be off. A column n or standard_error gives intervals."
                    )
                    break
    choices = None
    if sensitivity:
        choices = next(iter(sensitivity_of(report, seed=seed).models.values()))
    return Evidence(tasks, won, found.get("bootstrap"), found.get("projection"), choices, tuple(notes))

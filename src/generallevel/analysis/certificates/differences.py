"""Differences: why two levels are not the same, cause by cause and task by task.

Two reports may differ in their tasks or scope, their rules, their policy for missing scores, their references, and
their scores. All that differs is switched from the first to the second one thing at a time, in a fixed order: scope,
rules, policy, each reference, each score, tasks in the order of the catalogue. What a level gains at a switch is that
switch's effect. An effect can depend on what was switched before it, so the same is done in the opposite order, and the
mean of the two is taken. In either order the effects add up to the whole difference exactly, so their mean does, and
the effect of a cause is the sum of its tasks'. For two things that act on each other it is the Shapley value.

Source: L. S. Shapley, A value for n-person games, 1953, for the mean over orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.certificates.difference_path import DifferencePath
from generallevel.analysis.certificates.saved_reports import restored, saved_report
from generallevel.benchmark.catalogue import Catalogue
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.rules import Rules

__all__ = ["Cause", "LevelDifference", "TaskDifference", "diff"]

Floats = NDArray[np.float64]
Effects = Mapping[str, float | None]

SHOWN = 10  # tasks that a printed difference spells out


@dataclass(frozen=True)
class Cause:
    """One cause of a difference.

    Attributes
    ----------
    kind : str
        ``tasks`` (another benchmark), ``scope``, ``rules``, ``missing``, ``references`` or ``scores``.
    message : str
        What was and what is.
    effects : dict of str to float or None
        On each level, in points; None for a level that one side cannot reach.
    tasks : int
        Of how many tasks; 0 for a cause that is switched as one.
    """

    kind: str
    message: str
    effects: Effects
    tasks: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The cause as plain data."""
        return {"kind": self.kind, "message": self.message, "effects": dict(self.effects), "tasks": self.tasks}


@dataclass(frozen=True)
class TaskDifference:
    """What has changed on one task.

    Attributes
    ----------
    task : str
        Its id.
    scores, references : (float or None, float or None)
        Raw, first and second.
    won : (bool, bool)
        First and second.
    by_score, by_reference : dict of str to float or None
        The effect of the task's score, and of its reference, on each level, in points.
    """

    task: str
    scores: tuple[float | None, float | None]
    references: tuple[float | None, float | None]
    won: tuple[bool, bool]
    by_score: Effects
    by_reference: Effects

    @property
    def flipped(self) -> bool:
        """Whether a win came or went."""
        return self.won[0] != self.won[1]

    def to_dict(self) -> dict[str, Any]:
        """The task as plain data; infinities are floats."""
        return {
            "task": self.task,
            "scores": list(self.scores),
            "references": list(self.references),
            "won": list(self.won),
            "by_score": dict(self.by_score),
            "by_reference": dict(self.by_reference),
        }


@dataclass(frozen=True, eq=False)
class LevelDifference:
    """Why two levels are not the same.

    Attributes
    ----------
    models : (str or None, str or None)
        First and second.
    levels : (dict, dict)
        ``level`` and ``level_2`` to ``level_5`` of each.
    causes : tuple of Cause
        Every cause, with its effect; the effects on a level add up to its difference to 1e-9.
    tasks : tuple of TaskDifference
        Every task whose score, reference or win is another, in the order of the catalogue.
    signatures : (str, str)
        Of both levels.
    """

    models: tuple[str | None, str | None]
    levels: tuple[Effects, Effects]
    causes: tuple[Cause, ...]
    tasks: tuple[TaskDifference, ...]
    signatures: tuple[str, str]

    @property
    def flips(self) -> tuple[TaskDifference, ...]:
        """The tasks whose win came or went."""
        return tuple(task for task in self.tasks if task.flipped)

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain data; infinities are floats."""
        return {
            "models": list(self.models),
            "levels": [dict(levels) for levels in self.levels],
            "causes": [cause.to_dict() for cause in self.causes],
            "tasks": [task.to_dict() for task in self.tasks],
            "signatures": list(self.signatures),
        }

    def __str__(self) -> str:
        first, second = (name or word for name, word in zip(self.models, ("first", "second"), strict=True))
        before, after = self.levels
        lines = [f"{first} to {second}: Level {before['level']} to Level {after['level']}"]
        for name in LEVELS:
            one, other = before[name], after[name]
            if one is not None and other is not None:
                lines.append(f"  {_titled(name)}  {one:.4f} to {other:.4f} ({other - one:+.4f})")
        if not self.causes:
            return "\n".join([*lines, "Nothing differs."])
        lines.append("Causes")
        lines += [f"  {cause.kind}: {cause.message}; {_effects_said(cause.effects)}" for cause in self.causes]
        flips = self.flips
        if flips:
            gained = sum(task.won[1] for task in flips)
            lines.append(f"Wins: {gained} gained, {len(flips) - gained} lost")
            ordered = sorted(
                flips, key=lambda task: -abs(task.by_score["level_3"] or task.by_reference["level_3"] or 0.0)
            )
            for task in ordered[:SHOWN]:
                both = {name: (task.by_score[name] or 0.0) + (task.by_reference[name] or 0.0) for name in LEVELS}
                lines.append(f"  {'won' if task.won[1] else 'lost'}  {task.task}; {_effects_said(both)}")
            if len(flips) > SHOWN:
                lines.append(f"  and {len(flips) - SHOWN} more")
        return "\n".join(lines)


def diff(
    first: object, second: object, *, catalogue: Catalogue | None = None, rules: Rules | None = None
) -> LevelDifference:
    """Every cause of the difference between two levels, with its effect on each.

    Parameters
    ----------
    first, second : LevelReport, or what `generallevel.analysis.certificates.verification.verify` takes
        Two reports; saved ones are computed again from their scores, by today's library, against their own references.
    catalogue : Catalogue, optional
        The tasks of saved reports, where they are not General-Bench's.
    rules : Rules, optional
        The conventions of saved reports, where they are not the paper's.

    Returns
    -------
    LevelDifference
        Effects in points.

    Raises
    ------
    InvalidInput
        If a level is infinite, or a saved report was made under other rules.
    BadTable, UnsafeFile
        If a saved report cannot be read.

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II, 1953.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> found = diff(compute_level({"Image Deraining": 30.0}), compute_level({"Image Deraining": 41.2}))
    >>> [(cause.kind, cause.tasks) for cause in found.causes], [task.won for task in found.flips]
    ([('scores', 1)], [(False, True)])
    """
    reports = [
        one if isinstance(one, LevelReport) else restored(saved_report(one), catalogue, rules)
        for one in (first, second)
    ]
    path = DifferencePath(reports[0], reports[1])
    effects = path.effects
    if not np.isfinite(effects[~np.isnan(effects)]).all():
        raise InvalidInput("an infinite level cannot be compared: look for a score of -inf in the table")
    causes = []
    for kind, message in path.whole:
        causes.append(Cause(kind, message, _named(effects[path.rows(kind)].sum(axis=0))))
    for kind in ("references", "scores"):
        rows = path.rows(kind)
        if rows:
            causes.append(Cause(kind, path.said(kind), _named(effects[rows].sum(axis=0)), len(rows)))
    return LevelDifference(
        models=(reports[0].model, reports[1].model),
        levels=cast("tuple[Effects, Effects]", tuple(_levels(report) for report in reports)),
        causes=tuple(causes),
        tasks=tuple(_tasks(path)),
        signatures=(reports[0].signature, reports[1].signature),
    )


def _tasks(path: DifferencePath) -> list[TaskDifference]:
    """Every task that differs."""
    nothing: dict[str, float | None] = dict.fromkeys(LEVELS, 0.0)
    effects = {switch: _named(row) for switch, row in zip(path.switches, path.effects, strict=True) if switch[1] >= 0}
    won = []
    for report in path.reports:
        index = report.basis.grid.catalogue.index
        inside = set(report.basis.grid.scope.positions.tolist())
        won.append([index.get(task, -1) in inside and bool(report.basis.won[index[task]]) for task in path.ids])
    found = []
    for place, task in enumerate(path.ids):
        flipped = won[0][place] != won[1][place]
        if flipped or ("scores", place) in effects or ("references", place) in effects:
            scores, references = (
                (_plain(path.columns[0][column][place]), _plain(path.columns[1][column][place])) for column in (0, 1)
            )
            found.append(
                TaskDifference(
                    task,
                    scores,
                    references,
                    (won[0][place], won[1][place]),
                    effects.get(("scores", place), nothing),
                    effects.get(("references", place), nothing),
                )
            )
    return found


def _named(row: Floats) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in zip(LEVELS, row, strict=True)}


def _plain(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def _levels(report: LevelReport) -> dict[str, float | None]:
    return {"level": report.level} | {name: getattr(report, name) for name in LEVELS}


def _titled(name: str) -> str:
    return name.replace("_", "-").capitalize()


def _effects_said(effects: Effects) -> str:
    said = [f"{_titled(name)} {value:+.4f}" for name, value in effects.items() if value]
    return ", ".join(said) or "no effect"

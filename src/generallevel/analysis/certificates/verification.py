"""Verification: a saved level computed again, and what has changed since, with its reasons.

Four numbers tell the reasons apart. The saved level; what today's formulas make of the saved points and wins; what they
make of the saved raw scores and references; and what they make of the scores beside today's references of the same
name. The first step is the effect of the formulas (or of an edited level), the second of curves, units and gates, the
third of the references; the three add up to the whole change exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.analysis.certificates.saved_reports import SavedReport, restored, saved_report
from generallevel.benchmark.catalogue import Catalogue
from generallevel.evaluation import LEVELS, Columns, Grid
from generallevel.level_report import LevelReport
from generallevel.rules import Rules

__all__ = ["Change", "Verification", "verify"]

Levels = Mapping[str, float | None]

CLOSE = 1e-9  # points, and parts of a raw figure: what a changed order of additions can do
SHOWN = 20  # changes that a printed verification spells out


@dataclass(frozen=True)
class Change:
    """One thing that is no longer as it was saved.

    Attributes
    ----------
    kind : str
        ``content`` (a certificate was edited), ``scores`` (they are not those of the signature), ``version``,
        ``catalogue`` (tasks came, went, or mean something else), ``references``, ``curves`` (points of one raw score),
        ``gate`` (a decision) or ``formulas``.
    message : str
        What, saved and now.
    task : str or None
        Which task, where it is about one.
    """

    kind: str
    message: str
    task: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {f'{self.task}: ' if self.task else ''}{self.message}"

    def to_dict(self) -> dict[str, str | None]:
        """The change as plain data."""
        return {"kind": self.kind, "message": self.message, "task": self.task}


@dataclass(frozen=True, eq=False)
class Verification:
    """What became of a saved level.

    Attributes
    ----------
    model : str or None
        The model's name.
    saved, now : dict of str to float or None
        ``level_2`` to ``level_5`` as saved and as computed today, 0-100.
    saved_level, level : int
        The integer levels.
    effects : dict of str to (dict of str to float or None)
        Of ``formulas``, ``curves`` and ``references`` on each level, in points; each level's add up to its change.
    changes : tuple of Change
        What has changed.
    report : LevelReport
        Today's.
    """

    model: str | None
    saved: Levels
    now: Levels
    saved_level: int
    level: int
    effects: Mapping[str, Levels]
    changes: tuple[Change, ...]
    report: LevelReport

    @property
    def holds(self) -> bool:
        """Whether nothing has changed but the version of the library."""
        return all(change.kind == "version" for change in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """The verification as plain data."""
        return {
            "model": self.model,
            "holds": self.holds,
            "saved": {"level": self.saved_level, **self.saved},
            "now": {"level": self.level, **self.now},
            "effects": {cause: dict(levels) for cause, levels in self.effects.items()},
            "changes": [change.to_dict() for change in self.changes],
            "signature": self.report.signature,
        }

    def __str__(self) -> str:
        who = self.model or "the level"
        lines = [f"{who}: {'computed again, and the same' if self.holds else 'not what was saved'}"]
        for name in LEVELS:
            before, after = self.saved[name], self.now[name]
            if before is not None and after is not None:
                moved = [
                    f"{cause} {levels[name]:+.4f}"
                    for cause, levels in self.effects.items()
                    if abs(levels[name] or 0.0) > CLOSE
                ]
                why = f" ({', '.join(moved)})" if moved else ""
                lines.append(f"  {name.replace('_', '-').capitalize()}  {before:.4f} saved, {after:.4f} now{why}")
        lines += [f"  {change}" for change in self.changes[:SHOWN]]
        if len(self.changes) > SHOWN:
            lines.append(f"  and {len(self.changes) - SHOWN} more changes")
        return "\n".join([*lines, self.report.signature])


def verify(source: object, *, catalogue: Catalogue | None = None, rules: Rules | None = None) -> Verification:
    """A saved level computed again, and a list of what has changed.

    Parameters
    ----------
    source : path, str, mapping or LevelReport
        What `LevelReport.to_json` or `certificate` gave: a ``.json`` file, its text, or its content.
    catalogue : Catalogue, optional
        The tasks, where they are not General-Bench's.
    rules : Rules, optional
        The conventions, where they are not the paper's.

    Returns
    -------
    Verification
        ``holds`` where nothing but the version has changed.

    Raises
    ------
    BadTable, UnsafeFile
        If it is no saved report.
    InvalidInput
        If it was made under other rules than those given, or over tasks that are not given.
    UnknownScope
        If the catalogue has no such scope.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> text = compute_level({"Image Deraining": 41.2}).to_json()
    >>> verify(text).holds
    True
    >>> edited = text.replace('"score": 41.2', '"score": 42.0')
    >>> [change.kind for change in verify(edited).changes]
    ['scores', 'curves']
    """
    saved = saved_report(source)
    as_saved = restored(saved, catalogue, rules)
    now = restored(saved, catalogue, rules, current=True)
    steps = [saved.levels, _from_saved_points(saved, as_saved), _levels(as_saved), _levels(now)]
    effects = {
        cause: {
            name: None if (old := before[name]) is None or (new := after[name]) is None else new - old
            for name in LEVELS
        }
        for cause, before, after in zip(("formulas", "curves", "references"), steps, steps[1:], strict=False)
    }
    changes = [
        *_of_document(saved, as_saved),
        *_of_catalogue(saved, as_saved),
        *_of_references(saved, now),
        *_of_tasks(saved, as_saved),
    ]
    moved = [name for name in LEVELS if abs(effects["formulas"][name] or 0.0) > CLOSE]
    if moved:
        said = ", ".join(f"{name} {effects['formulas'][name]:+.4g}" for name in moved)
        changes.append(Change("formulas", f"the saved points and wins make other levels than the saved ones: {said}"))
    return Verification(
        model=now.model,
        saved=saved.levels,
        now=_levels(now),
        saved_level=int(saved.document["level"]),
        level=now.level,
        effects=effects,
        changes=tuple(changes),
        report=now,
    )


def _levels(report: LevelReport) -> dict[str, float | None]:
    return {name: getattr(report, name) for name in LEVELS}


def _in_catalogue(saved: SavedReport, report: LevelReport, column: NDArray[Any], empty: Any) -> NDArray[Any]:
    """A saved column in the order of the catalogue."""
    index = report.basis.grid.catalogue.index
    found = np.full(len(index), empty, dtype=column.dtype)
    for task, value in zip(saved.tasks, column.tolist(), strict=True):
        if task in index:
            found[index[task]] = value
    return found


def _from_saved_points(saved: SavedReport, report: LevelReport) -> dict[str, float | None]:
    """What today's formulas make of the points and wins as they were saved."""
    on, aligned = report.basis.grid, report.basis.aligned
    points = _in_catalogue(saved, report, saved.points, np.nan)
    won = _in_catalogue(saved, report, saved.won, False)
    fixed = replace(
        on.rules,
        points=lambda _, values: np.broadcast_to(points, values.shape),
        wins=lambda compared: np.broadcast_to(won, compared.values.shape),
        language=None,
    )
    columns = Columns(
        Grid(on.catalogue, on.scope, fixed, on.normaliser, on.cells),
        aligned.values[np.newaxis],
        "skip" if report.missing == "skip" else "zero",
    )
    record = columns.against(aligned.references).records[0]
    return {name: record[name] for name in LEVELS}


def _of_document(saved: SavedReport, report: LevelReport) -> list[Change]:
    changes = []
    if saved.intact is False:
        changes.append(Change("content", "the certificate was edited: its hash is not that of what it holds"))
    version, digest = saved.signature.get("v"), saved.signature.get("scores")
    if version != __version__:
        changes.append(Change("version", f"made by generallevel {version}, computed again by {__version__}"))
    if digest is not None and digest != report.basis.digest():
        message = f"the scores are not those of the signature: {digest} there, {report.basis.digest()} now"
        if any(finding.get("code") == "incomplete-items" for finding in saved.document.get("findings", ())) and (
            "certificate" not in saved.document
        ):
            message += "; some are made of a part of their items, which a certificate holds and a plain report does not"
        changes.append(Change("scores", message))
    return changes


def _of_catalogue(saved: SavedReport, report: LevelReport) -> list[Change]:
    on = report.basis.grid
    today = {on.catalogue.ids[place] for place in on.scope.positions.tolist()}
    changes = [
        Change("catalogue", "the task is no longer in the scope", task) for task in saved.tasks if task not in today
    ]
    changes += [Change("catalogue", "the task was not in the scope", task) for task in sorted(today - set(saved.tasks))]
    for row in saved.document["tasks"]:
        if row["task"] in today:
            task = on.catalogue.tasks[on.catalogue.index[row["task"]]]
            unit = on.normaliser.units[on.catalogue.index[row["task"]]]
            for name, value in (("metric", task.metric), ("unit", unit), ("better", task.better)):
                if row.get(name, value) != value:
                    changes.append(Change("catalogue", f"{name} was {row[name]!r} and is {value!r}", task.id))
    return changes


def _of_references(saved: SavedReport, now: LevelReport) -> list[Change]:
    index, figures = now.basis.grid.catalogue.index, now.basis.aligned.references
    return [
        Change("references", f"the reference was {_shown(old)} and is {_shown(figures[index[task]])}", task)
        for task, old in zip(saved.tasks, saved.references.tolist(), strict=True)
        if task in index and not _same(old, figures[index[task]])
    ]


def _of_tasks(saved: SavedReport, report: LevelReport) -> list[Change]:
    index, basis = report.basis.grid.catalogue.index, report.basis
    changes = []
    rows = zip(saved.tasks, saved.points.tolist(), saved.won.tolist(), strict=True)
    for task, points, won in rows:
        if task not in index:
            continue
        place = index[task]
        if not _same(points, basis.points[place]):
            said = f"the saved score made {_shown(points)} points and makes {_shown(basis.points[place])}"
            changes.append(Change("curves", said, task))
        if won != bool(basis.won[place]):
            changes.append(Change("gate", f"the task was {'won' if won else 'not won'} and is now the other", task))
    return changes


def _same(one: float, other: float) -> bool:
    return (one != one and other != other) or bool(np.isclose(one, other, rtol=CLOSE, atol=CLOSE))


def _shown(value: float) -> str:
    return "none" if value != value else f"{value:.6g}"

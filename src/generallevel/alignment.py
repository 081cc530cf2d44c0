"""Alignment: from a score table as it was written to columns in the order of a catalogue.

Rows join by task, never by position. On the way every row is checked: an unknown or doubled task, a unit that cannot be
converted, a value that cannot be in its unit and a column on another scale than its references are *problems*. A caller
that needs a result raises them (`Aligned.require`); a linter lists them. What is merely worth knowing is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.references import ReferenceSet
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
from generallevel.normaliser import DIGITS, Normaliser, canonical_unit, convert, impossible
from generallevel.registry import find, find_label
from generallevel.tables.score_table import ScoreTable

__all__ = ["Aligned", "Problem", "align"]

SPELLED_OUT = 5  # ours: problems that one message spells out
OFFERED = 20  # ours: unknown names for which the nearest ones are looked up, which is costly
ROUNDING = 1e-9  # ours: how far beyond a bound, relative to it, a value may lie by rounding
FEWEST = 3  # ours: fewer low scores than this say nothing about the scale of a column
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
        row = int(self.rows[position])
        if row < 0:
            return "not in the table"
        reasons = self.table.columns.get("reason")
        return (cast("str | None", reasons[row]) if reasons else None) or "not given"


def align(
    table: ScoreTable,
    catalogue: Catalogue,
    normaliser: Normaliser,
    references: ReferenceSet,
    *,
    unit: str | None = None,
) -> Aligned:
    """The rows of a table in the order of a catalogue, checked.

    Parameters
    ----------
    table : ScoreTable
        Rows as written.
    catalogue : Catalogue
        The tasks.
    normaliser : Normaliser
        Units and bounds of the tasks.
    references : ReferenceSet
        What the scores will be compared with.
    unit : str, optional
        ``"fraction"``: scores of all tasks that tables print in percent are fractions. A row's own unit comes first.

    Returns
    -------
    Aligned
        With the problems in it: nothing that a row holds is raised.

    Raises
    ------
    UnitMismatch
        If ``unit`` is neither percent nor fraction.
    """
    size = len(catalogue)
    values = np.full(size, np.nan)
    rows = np.full(size, -1, dtype=np.intp)
    aligned = Aligned(table, values, references.values, None, rows)
    positions = _positions(table, catalogue, aligned.problems)
    known = positions >= 0
    places, source_rows = positions[known], np.flatnonzero(known)
    if places.size and np.bincount(places).max() > 1:
        places, source_rows = _single(table, catalogue, places, source_rows, aligned.problems)
    rows[places] = source_rows
    values[places] = table.scores[source_rows]
    stated = np.zeros(size, dtype=bool)
    if unit is not None or "unit" in table.columns:
        stated = _to_table_units(aligned, catalogue, normaliser, unit)
    _refuse_impossible(aligned, catalogue, normaliser)
    _refuse_other_scale(aligned, catalogue, normaliser, stated)
    _refuse_low_references(aligned, normaliser, references)
    return _with_columns(aligned, catalogue, normaliser, unit) if table.columns else aligned


def _positions(table: ScoreTable, catalogue: Catalogue, problems: list[Problem]) -> NDArray[np.intp]:
    """The catalogue position of each row, -1 where a name leads nowhere."""
    sheets = cast("tuple[str | None, ...] | None", table.columns.get("sheet"))
    try:
        return _known_positions(catalogue, table.names, sheets)
    except UnknownName as several:
        found = np.full(len(table), -1, dtype=np.intp)
        for row, name in enumerate(table.names):
            try:
                sheet = sheets[row] if sheets else None
                found[row] = catalogue.position(name, sheet, offer=len(problems) < OFFERED)
            except UnknownName as slip:
                problems.append(Problem(type(slip)(f"{_where(table, row)}{slip}"), name))
        if not problems:
            raise several
        return found


@lru_cache(maxsize=16)  # a board scores a thousand models on the same tasks
def _known_positions(
    catalogue: Catalogue, names: tuple[str, ...], sheets: tuple[str | None, ...] | None
) -> NDArray[np.intp]:
    return np.array(catalogue.positions(names, sheets), dtype=np.intp)


def _single(
    table: ScoreTable,
    catalogue: Catalogue,
    places: NDArray[np.intp],
    source_rows: NDArray[np.intp],
    problems: list[Problem],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first row of each task; a second one is a problem, whether or not the two agree."""
    first: dict[int, int] = {}
    for place, row in zip(places.tolist(), source_rows.tolist(), strict=True):
        if first.setdefault(place, row) != row:
            task = catalogue.tasks[place]
            before = first[place]
            problems.append(
                Problem(
                    DuplicateName(
                        f"task {task.id} is given twice: {_named(table, before)} and {_named(table, row)}. Keep one."
                    ),
                    task.id,
                )
            )
    return np.array(list(first), dtype=np.intp), np.array(list(first.values()), dtype=np.intp)


def _to_table_units(
    aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, unit: str | None
) -> NDArray[np.bool_]:
    """Convert in place, and say of which tasks the unit was stated."""
    stated = np.zeros(len(catalogue), dtype=bool)
    if unit is not None and canonical_unit(str(unit)) not in ("fraction", "percent"):
        raise UnitMismatch(
            f"unit = {unit!r} for a whole table: wanted 'fraction' or 'percent'. Other units are said row by row, in a "
            "unit column."
        )
    for position in np.flatnonzero(~np.isnan(aligned.values)).tolist():
        given = _given_unit(aligned, normaliser, position, unit)
        if given is None:
            continue
        stated[position] = True
        try:
            aligned.values[position] = _converted(
                aligned.values[position], given, normaliser.units[position], aligned.references[position]
            )
        except UnitMismatch as slip:
            task = catalogue.tasks[position]
            where = _where(aligned.table, int(aligned.rows[position]))
            aligned.problems.append(Problem(UnitMismatch(f"{where}task {task.id}: {slip}"), task.id))
            aligned.values[position] = np.nan
    return stated


def _given_unit(aligned: Aligned, normaliser: Normaliser, position: int, unit: str | None) -> str | None:
    """The unit that a task's row is said to be in: by the row itself, or by one word for the whole table."""
    own = aligned.table.columns.get("unit")
    given = cast("str | None", own[aligned.rows[position]]) if own else None
    # One word for a whole table speaks of the tasks that are shares, and of no decibel, distance or mean opinion.
    return unit if given is None and normaliser.percentages[position] else given


def _converted(value: float, given: str, wanted: str, reference: float) -> float:
    """The value in the table's unit; the reference itself where all digits that a conversion keeps are the same.

    A score of 1/3 ties with the reference 100/3, which is more than the 33.3333333333 that the score becomes.
    """
    converted = float(convert(value, given, wanted))
    same = converted != value and converted == float(f"{reference:.{DIGITS}g}")
    return float(reference) if same else converted


def _refuse_impossible(aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser) -> None:
    low, high = normaliser.bounds
    # A mean of hundreds may come out one rounding above 100: that is no other unit.
    slack = ROUNDING * np.maximum(1.0, np.where(np.isfinite(high), np.abs(high), 1.0))
    outside = (aligned.values < low - slack) | (aligned.values > high + slack)
    for position in np.flatnonzero(outside).tolist():
        task = catalogue.tasks[position]
        where = _where(aligned.table, int(aligned.rows[position]))
        error = impossible(
            normaliser.metrics[position],
            float(aligned.values[position]),
            normaliser.units[position],
            f"{where}task {task.id}: ",
        )
        aligned.problems.append(Problem(error, task.id))
    aligned.values[outside] = np.nan


def _refuse_other_scale(
    aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, stated: NDArray[np.bool_]
) -> None:
    """A whole column on 0-1 beside references on 0-100; a few low scores are normal, and a stated unit is believed.

    Zeros are left out: they say nothing about a scale, and published tables print 0 for what is not supported.
    """
    scored = normaliser.percentages & ~stated & (aligned.values != 0) & ~np.isnan(aligned.values)
    if np.count_nonzero(scored) < FEWEST or np.max(np.abs(aligned.values[scored])) > 1:
        return
    references = aligned.references[scored & ~np.isnan(aligned.references)]
    if references.size == 0 or np.median(references) <= 1:
        return
    example = catalogue.tasks[int(np.flatnonzero(scored)[0])]
    value = float(aligned.values[scored][0])
    aligned.problems.append(
        Problem(
            UnitMismatch(
                f"{aligned.table.source}: all {np.count_nonzero(scored)} scores of tasks in percent that are not 0 are "
                f"at most 1, and their references go up to {np.max(references):g} (task {example.id}: {value:g}). "
                "These look like fractions: pass unit='fraction', give the table a unit column, or multiply by 100. If "
                "they are percentages, pass unit='percent'."
            )
        )
    )


@lru_cache(maxsize=64)  # a board compares a thousand models with one set
def _look_like_fractions(references: ReferenceSet, normaliser: Normaliser) -> bool:
    figures = references.values[normaliser.percentages]
    figures = figures[~np.isnan(figures) & (figures != 0)]
    return figures.size >= FEWEST and bool(np.max(np.abs(figures)) <= 1)


def _refuse_low_references(aligned: Aligned, normaliser: Normaliser, references: ReferenceSet) -> None:
    """A whole set of references on 0-1 beside scores on 0-100: every task would be won."""
    if not _look_like_fractions(references, normaliser):
        return
    scores = aligned.values[normaliser.percentages & ~np.isnan(references.values) & ~np.isnan(aligned.values)]
    if scores.size and np.median(scores) > 1:
        aligned.problems.append(
            Problem(
                UnitMismatch(
                    f"references {references.name!r}: all of tasks in percent are at most 1, and the scores go up to "
                    f"{np.max(scores):g}. References are in the unit of the tables: multiply them by 100."
                )
            )
        )


def _with_columns(aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, unit: str | None) -> Aligned:
    """What the optional columns of a table add: own references, incomplete items, another metric, another split."""
    columns, rows = aligned.table.columns, aligned.rows
    share = aligned.share
    listed = np.flatnonzero(rows >= 0).tolist()
    present = np.flatnonzero(~np.isnan(aligned.values)).tolist()

    def cells(column: str, places: Sequence[int] = present) -> list[tuple[int, object]]:
        held: Sequence[object] = columns.get(column, ())
        return [(place, held[rows[place]]) for place in places if held and held[rows[place]] is not None]

    own: NDArray[np.float64] | float = np.nan
    if overrides := cells("sota", listed):
        own = np.full(len(catalogue), np.nan)
        for place, value in overrides:
            own[place] = _own_reference(aligned, catalogue, normaliser, place, cast("float", value), unit)
    references = np.where(np.isnan(own), aligned.references, own) if overrides else aligned.references
    totals = dict(cells("n"))
    for place, scored in cells("n_scored"):
        total = cast("float", totals.get(place, scored))
        if cast("float", scored) < total:
            share = np.ones(len(catalogue)) if share is None else share
            share[place] = cast("float", scored) / total
            aligned.findings.append(
                Finding(
                    "incomplete-items",
                    "warning",
                    f"the score is made of {scored} of {total} items: its points count by that share, and it cannot "
                    "win",
                    catalogue.tasks[place].id,
                    "score the remaining items",
                )
            )
    for place, label in cells("metric"):
        _check_metric(aligned, catalogue, normaliser, place, cast("str", label))
    splits = {split for _, split in cells("split") if split != "full"}
    if splits:
        aligned.findings.append(
            Finding(
                "split-mismatch",
                "warning",
                f"scores are from the split {', '.join(sorted(map(str, splits)))}, and references were taken on the "
                "full sets",
                fix="score the full sets, or bring references of the same split",
            )
        )
    return Aligned(aligned.table, aligned.values, references, share, rows, aligned.problems, aligned.findings, own)


def _own_reference(
    aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, place: int, value: float, unit: str | None
) -> float:
    """A row's own reference in the table's unit, or NaN and a problem where it cannot be one."""
    task, where = catalogue.tasks[place], _where(aligned.table, int(aligned.rows[place]))
    given = _given_unit(aligned, normaliser, place, unit)
    try:
        own = value if given is None else float(convert(value, given, normaliser.units[place]))
    except UnitMismatch as slip:
        if np.isnan(aligned.table.scores[aligned.rows[place]]):  # otherwise the score has said so already
            aligned.problems.append(Problem(UnitMismatch(f"{where}task {task.id}: {slip}"), task.id))
        return np.nan
    low, high = normaliser.bounds
    if not low[place] <= own <= high[place]:
        at = f"{where}task {task.id}, its own reference: "
        aligned.problems.append(
            Problem(impossible(normaliser.metrics[place], own, normaliser.units[place], at), task.id)
        )
        return np.nan
    if np.isinf(own):
        aligned.problems.append(
            Problem(NotFinite(f"{where}task {task.id}: its own reference is {own}. Leave it out."), task.id)
        )
        return np.nan
    before = aligned.references[place]
    aligned.findings.append(
        Finding(
            "reference-overridden",
            "info",
            f"the table's own reference {own:g} stands in place of {'none' if np.isnan(before) else f'{before:g}'}",
            task.id,
        )
    )
    return own


def _check_metric(aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, place: int, label: str) -> None:
    task, metric = catalogue.tasks[place], normaliser.metrics[place]
    if label in (task.label, task.paper_label, metric.name):
        return
    try:
        meant = find_label(task.sheet, label).name
    except AmbiguousName as several:
        # A label that metrics share, such as AP50, is no contradiction where ours is one of them.
        meant = metric.name if metric.name in str(several) else ""
    except UnknownName:
        try:
            meant = find(label).name
        except UnknownName:
            meant = ""
    if meant != metric.name:
        aligned.findings.append(
            Finding(
                "metric-mismatch",
                "error",
                f"{_where(aligned.table, int(aligned.rows[place]))}the table says {label!r}, and the reference is "
                f"{metric.name} ({task.label!r}): two different quantities would be compared",
                task.id,
                f"score the task with {metric.name}, or leave it out",
            )
        )


def _where(table: ScoreTable, row: int) -> str:
    places = table.columns.get("where")
    where = places[row] if places else None
    return f"{table.source}, {where}: " if where else ""


def _named(table: ScoreTable, row: int) -> str:
    return f"{_where(table, row)}{table.names[row]!r}"

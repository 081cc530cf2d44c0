"""Linting: everything about a score table that a reader should know before trusting a level, as data.

`lint` never raises for what a table holds. Problems that stop `compute_level` come as findings of severity ``error``,
beside what the level report itself finds, and a few checks that only a linter makes because they point at doubt and
not at fault. `CODES` says what each code means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import SupportsFloat

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment import Aligned, Problem, align
from generallevel.alignment.values import FEWEST
from generallevel.analysis.known_answers import canaries
from generallevel.analysis.printed_precision import half_of_last_digit
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import GeneralLevelError, UnitMismatch
from generallevel.evaluation import Grid, grid
from generallevel.findings import CODES, Finding
from generallevel.levels import reference_set_of, reports_of
from generallevel.scales import Saturating, Tanh
from generallevel.tables import ScoreTable, read_table

__all__ = ["CODES", "lint"]

# Metrics whose printed unit is unknown or was inferred: tables of General-Bench print EPE and depth RMS about a hundred
# times, RTE in the paper a hundred times, and Chamfer distances by eight orders of magnitude away from the unit one
# would expect.
UNIT_PRONE = frozenset({"chamfer_distance", "depth_rms", "epe", "mse", "relative_translation_error", "sad"})
UNIT_FACTOR = 30.0  # ours: beyond it a difference is more likely a unit (10, 100, 1000) than a better model
FLAT_HIGH, FLAT_LOW = 99.9, 0.1  # ours: points beyond which a curve counts as flat


def lint(
    scores: object,
    *,
    references: str | ReferenceSet | Mapping[str, SupportsFloat | None] | None = None,
    scope: str = "A",
    unit: str | None = None,
    model: str | None = None,
    catalogue: Catalogue | None = None,
) -> list[Finding]:
    """Everything about a score table that a reader should know, worst first.

    Parameters
    ----------
    scores, references, scope, unit, model, catalogue
        As for `generallevel.compute_level`.

    Returns
    -------
    list of Finding
        Each with code, severity, task, message and the way out; ``generallevel.analysis.linting.CODES`` explains the
        codes. Empty when nothing is to be said.

    Raises
    ------
    UnknownReferenceSet, UnknownScope
        If there is no such set or scope. Nothing in ``scores`` raises.

    Examples
    --------
    >>> [finding.code for finding in lint({"Image Deraining": 41.2, "Image Dehazingg": 30.0})]
    ['unknown-task']
    """
    tasks = catalogue or general_bench()
    on = grid(tasks, scope)
    chosen = reference_set_of(references, tasks)
    # References that no table can be compared with; the canaries would only say so again.
    unusable = align(ScoreTable((), np.empty(0)), tasks, on.normaliser, chosen).problems
    findings = [problem.finding() for problem in unusable] or list(_failed_canaries(on, chosen))
    try:
        table = read_table(scores, model=model)
    except GeneralLevelError as slip:
        return [*findings, Problem(slip).finding()]
    aligned = align(table, tasks, on.normaliser, chosen, unit=unit)
    findings += [problem.finding() for problem in aligned.problems]
    report = reports_of(on, [aligned], chosen, "zero", "zero")[0]
    findings += report.findings
    inside = np.zeros(len(tasks), dtype=bool)
    inside[on.scope.positions] = True
    look_at = inside & ~np.isnan(aligned.values)
    for check in CHECKS:
        findings += check(aligned, on, look_at, chosen)
    return sorted(dict.fromkeys(findings), key=lambda finding: ("error", "warning", "info").index(finding.severity))


def _failed_canaries(on: Grid, references: ReferenceSet) -> Iterator[Finding]:
    try:
        known = canaries(references=references, scope=on.scope.text, catalogue=on.catalogue)
    except GeneralLevelError as slip:  # references on another scale than a perfect table
        yield Problem(slip).finding()
        return
    for canary in known:
        if not canary.holds:
            yield Finding(
                "canary-failed",
                "error",
                f"the table {canary.name!r} should get {canary.expected} and gets {canary.found}: do not trust any "
                "level of these tasks and references",
                fix="check direction, bounds and best value of the metrics that were declared last, and the references",
            )


def _perfect_errors(
    aligned: Aligned, on: Grid, scored: NDArray[np.bool_], _references: ReferenceSet
) -> Iterator[Finding]:
    for place in np.flatnonzero(scored & ~on.normaliser.higher & (aligned.values == 0)).tolist():
        yield Finding(
            "perfect-error",
            "warning",
            f"{on.normaliser.metrics[place].name} = 0 is a perfect score of 100 points; published tables also print 0 "
            "for a task that is not supported",
            on.catalogue.tasks[place].id,
            "if the task is not supported, leave the score out",
        )


def _unit_doubts(aligned: Aligned, on: Grid, scored: NDArray[np.bool_], _references: ReferenceSet) -> Iterator[Finding]:
    prone = np.array([metric.name in UNIT_PRONE for metric in on.normaliser.metrics], dtype=bool)
    both = scored & prone & (aligned.values > 0) & (aligned.references > 0)
    for place in np.flatnonzero(both).tolist():
        value, reference = float(aligned.values[place]), float(aligned.references[place])
        factor = max(value / reference, reference / value)
        if factor >= UNIT_FACTOR:
            yield Finding(
                "unit-doubt",
                "warning",
                f"{on.normaliser.metrics[place].name} = {value:g} is {factor:.3g} times away from the reference "
                f"{reference:g}: another unit is likelier than such a difference",
                on.catalogue.tasks[place].id,
                "convert the score to the unit of the reference",
            )


def _ties(aligned: Aligned, on: Grid, scored: NDArray[np.bool_], _references: ReferenceSet) -> Iterator[Finding]:
    apart = np.abs(aligned.values - aligned.references)
    near = scored & (apart > 0) & (apart <= 0.5)  # no figure is printed to less than a whole number
    near[near] = apart[near] < half_of_last_digit(aligned.references[near])
    for place in np.flatnonzero(near).tolist():
        reference = float(aligned.references[place])
        better = (aligned.values[place] > reference) == bool(on.normaliser.higher[place])
        yield Finding(
            "tie-at-printed-precision",
            "info",
            f"{'won' if better else 'lost'} by {apart[place]:.2g}, less than the last digit to which the "
            f"reference {reference:g} is printed",
            on.catalogue.tasks[place].id,
        )


def _flat(aligned: Aligned, on: Grid, scored: NDArray[np.bool_], _references: ReferenceSet) -> Iterator[Finding]:
    points = on.normaliser.points(aligned.values)
    for place in np.flatnonzero(scored & ((points > FLAT_HIGH) | (points < FLAT_LOW))).tolist():
        scale = on.normaliser.metrics[place].scale
        at_an_end = aligned.values[place] in (0.0, np.inf)
        if isinstance(scale, Saturating | Tanh) and not at_an_end:
            yield Finding(
                "near-saturated",
                "info",
                f"{on.normaliser.metrics[place].name} = {aligned.values[place]:g} is {points[place]:.4g} points on "
                f"{scale.formula}: better or worse quality would hardly show in Level-2",
                on.catalogue.tasks[place].id,
            )


def _doubtful_references(
    _aligned: Aligned, on: Grid, scored: NDArray[np.bool_], references: ReferenceSet
) -> Iterator[Finding]:
    for place in np.flatnonzero(scored).tolist():
        if references.notes[place]:
            yield Finding("doubtful-reference", "info", references.notes[place], on.catalogue.tasks[place].id)


def _unresolved(_aligned: Aligned, on: Grid, scored: NDArray[np.bool_], _references: ReferenceSet) -> Iterator[Finding]:
    for place in np.flatnonzero(scored).tolist():
        task = on.catalogue.tasks[place]
        if task.protocol == "unresolved":
            yield Finding(
                "unresolved-protocol",
                "info",
                f"how the reference of {task.metric} was measured is not known, so that a win or a loss here means "
                "little",
                task.id,
            )


def _other_items(aligned: Aligned, on: Grid, scored: NDArray[np.bool_], references: ReferenceSet) -> Iterator[Finding]:
    """A score over another number of items than its reference, where no split says that it is meant."""
    columns = aligned.table.columns
    nothing = (None,) * len(aligned.table)
    splits, counts, present = (columns.get(column, nothing) for column in ("split", "n", "n_scored"))
    for place in np.flatnonzero(scored).tolist():
        row = int(aligned.rows[place])
        given = present[row] if counts[row] is None else counts[row]
        whole = references.n[place] or (on.catalogue.tasks[place].instances if references.split == "full" else None)
        if None not in (given, whole) and given != whole and splits[row] in (None, references.split):
            yield Finding(
                "item-count",
                "warning",
                f"the score is over {given} items, and the reference over {whole}",
                on.catalogue.tasks[place].id,
                "say the split, or how many of the task's items were scored (n and n_scored)",
            )


def _mixed_scales(
    aligned: Aligned, on: Grid, scored: NDArray[np.bool_], _references: ReferenceSet
) -> Iterator[Finding]:
    """One cell on 0-1 within a table that is not: too weak to refuse, too odd to pass over."""
    if any(isinstance(problem.error, UnitMismatch) and problem.task is None for problem in aligned.problems):
        return
    for name, places in on.cells.items():
        chosen = places[(scored & on.normaliser.percentages & (aligned.values != 0))[places]]
        references = aligned.references[chosen]
        if len(chosen) >= FEWEST and np.abs(aligned.values[chosen]).max() <= 1 and np.nanmedian(references) > 1:
            yield Finding(
                "unit-mismatch",
                "warning",
                f"all {len(chosen)} scores of {name} in percent lie within 0 and 1, unlike the rest of the table and "
                "their references",
                fix="if they are fractions, give these rows the unit 'fraction'",
            )


CHECKS = (_perfect_errors, _unit_doubts, _ties, _flat, _doubtful_references, _unresolved, _other_items, _mixed_scales)

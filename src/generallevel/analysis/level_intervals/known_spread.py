"""Known spread: what a report's table, or its reader, says of the uncertainty of scores and references.

Everything comes out in table units, in the order of the catalogue, NaN where nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.distributions.quantiles import two_sided
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.errors import InvalidInput, UnitMismatch
from generallevel.level_report import LevelReport
from generallevel.normaliser import convert

__all__ = [
    "Assumption",
    "Items",
    "item_counts",
    "named_assumption",
    "named_items",
    "reference_sampling",
    "score_sampling",
]

Floats = NDArray[np.float64]
Items = int | Literal["benchmark"] | Mapping[str, int] | None
Assumption = Literal["conservative"] | float | None

STATED_LEVEL = 0.95  # ours: what a table's interval is taken for, as its columns do not say


def score_sampling(report: LevelReport, n: Items = None, assume: Assumption = None) -> TaskSampling:
    """The sampling of a report's scores.

    Parameters
    ----------
    report : LevelReport
        Whose table may have the columns ``standard_error``, ``low`` and ``high`` (a 95 % interval, of which half the
        width counts, wherever the score lies in it), ``n`` and ``n_scored``.
    n : int, "benchmark" or mapping of task to int, optional
        Items of the tasks whose row has none: a number for all, what the benchmark says that its tasks have, or by
        task.
    assume : "conservative" or float, optional
        Of a task of which nothing is known: any legal score is possible, or the standard error is this part of the
        score.

    Returns
    -------
    TaskSampling

    Raises
    ------
    InvalidInput
        If ``n`` or ``assume`` is of another kind or not positive.
    """
    basis = report.basis
    values = basis.aligned.values
    stated = _stated_errors(report)
    items = item_counts(report, n)
    inside = np.zeros(len(values), dtype=bool)
    inside[basis.grid.scope.positions] = True
    conservative = isinstance(assume, str)
    if conservative and assume != "conservative":
        raise InvalidInput(
            f"assume = {assume!r}: wanted 'conservative', a relative standard error such as 0.05, or None"
        )
    sampling = TaskSampling.of(
        basis.grid.normaliser, basis.grid.catalogue.ids, values, inside, items, stated, conservative=conservative
    )
    if assume is None or isinstance(assume, str):
        return sampling
    if isinstance(assume, bool) or not 0 < assume < np.inf:
        raise InvalidInput(f"assume = {assume!r}: a relative standard error is a finite number above 0, such as 0.05")
    relative = np.where(sampling.known, stated, assume * np.abs(values))
    return TaskSampling.of(basis.grid.normaliser, basis.grid.catalogue.ids, values, inside, items, relative)


def item_counts(report: LevelReport, n: Items = None) -> Floats:
    """How many items each score is made of: by the table itself, or else as passed; NaN where nothing is said.

    Parameters
    ----------
    report : LevelReport
        Whose table may have the columns ``n`` and ``n_scored``.
    n : int, "benchmark" or mapping of task to int, optional
        As for `score_sampling`.

    Returns
    -------
    ndarray of float, shape (tasks of the catalogue,)

    Raises
    ------
    InvalidInput
        If ``n`` is of another kind or not positive.
    """
    items = _stated_items(report)
    return np.where(np.isnan(items), _given_items(report, n), items)


def reference_sampling(report: LevelReport, reference_n: int | Literal["stated"]) -> TaskSampling:
    """The sampling of a report's references.

    Parameters
    ----------
    report : LevelReport
        Whose reference set may say over how many items a figure was taken.
    reference_n : int or "stated"
        Items of every figure, or of those alone that the set knows.

    Returns
    -------
    TaskSampling

    Raises
    ------
    InvalidInput
        If ``reference_n`` is of another kind or not positive.
    """
    basis = report.basis
    references = basis.aligned.references
    inside = np.zeros(len(references), dtype=bool)
    inside[basis.grid.scope.positions] = True
    if reference_n == "stated":
        n = np.array([np.nan if count is None else count for count in basis.references.n], dtype=np.float64)
    else:
        n = np.full(len(references), _positive("reference_n", reference_n))
    # The error of a reference that a row brings itself is not that of the set's figure.
    n = np.where(references == basis.references.values, n, np.nan) if reference_n == "stated" else n
    nothing = np.full(len(references), np.nan)
    return TaskSampling.of(basis.grid.normaliser, basis.grid.catalogue.ids, references, inside, n, nothing)


def named_items(n: Items) -> str:
    """How a signature calls the items that were passed."""
    return "table" if n is None else f"by-task:{len(n)}" if isinstance(n, Mapping) else str(n)


def named_assumption(assume: Assumption) -> str:
    """How a signature calls an assumption."""
    return "fixed" if assume is None else assume if isinstance(assume, str) else f"relative:{assume:g}"


def _positive(name: str, count: object) -> int:
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        words = "'stated' or " if name == "reference_n" else "'benchmark', a mapping of task to number, or "
        raise InvalidInput(f"{name} = {count!r}: wanted {words}a whole number of items, at least 1")
    return int(count)


def _given_items(report: LevelReport, n: Items) -> Floats:
    catalogue = report.basis.grid.catalogue
    if n is None:
        return np.full(len(catalogue), np.nan)
    if isinstance(n, Mapping):
        items = np.full(len(catalogue), np.nan)
        items[catalogue.positions(list(n))] = [_positive("n", count) for count in n.values()]
        return items
    if n == "benchmark":
        return np.array([task.instances or np.nan for task in catalogue.tasks], dtype=np.float64)
    return np.full(len(catalogue), float(_positive("n", n)))


def _stated_items(report: LevelReport) -> Floats:
    """Items by the table itself: those that were scored, where it says so."""
    whole, scored = _column(report, "n"), _column(report, "n_scored")
    items = np.where(np.isnan(scored), whole, scored)
    return np.where(items >= 1, items, np.nan)


def _stated_errors(report: LevelReport) -> Floats:
    """Standard errors by the table itself, in table units."""
    columns = report.basis.aligned.table.columns
    if not {"standard_error", "low"} & set(columns):
        return np.full(len(report.basis.aligned.values), np.nan)
    width = _column(report, "high") - _column(report, "low")
    errors = _column(report, "standard_error")
    errors = np.where(np.isnan(errors), width / (2 * two_sided(STATED_LEVEL)), errors)
    return np.abs(errors * _units_per_row_unit(report))


def _column(report: LevelReport, name: str) -> Floats:
    """An optional column of numbers in the order of the catalogue."""
    aligned = report.basis.aligned
    column = np.full(len(aligned.values), np.nan)
    if name in aligned.table.columns:
        cells = np.array([np.nan if cell is None else cell for cell in aligned.table.columns[name]], dtype=np.float64)
        listed = aligned.rows >= 0
        column[listed] = cells[aligned.rows[listed]]
    return column


def _units_per_row_unit(report: LevelReport) -> Floats:
    """By what the scores were multiplied on their way from the table as written, 1 where nothing tells."""
    aligned, normaliser = report.basis.aligned, report.basis.grid.normaliser
    factors = np.ones(len(aligned.values))
    listed = np.flatnonzero(aligned.rows >= 0)
    written = aligned.table.scores[aligned.rows[listed]]
    telling = np.isfinite(written) & (written != 0) & np.isfinite(aligned.values[listed])
    factors[listed[telling]] = aligned.values[listed[telling]] / written[telling]
    units = aligned.table.columns.get("unit")
    # A score of 0 is 0 in any unit: its row's unit tells, or else the other rows in percent do.
    percent = normaliser.percentages[listed] & telling
    usual = float(np.median(factors[listed[percent]])) if percent.any() else 1.0
    for place, row in zip(listed[~telling].tolist(), aligned.rows[listed[~telling]].tolist(), strict=True):
        unit = units[row] if units else None
        try:
            factors[place] = float(convert(1.0, str(unit), normaliser.units[place])) if unit else factors[place]
        except UnitMismatch:
            continue  # a row without a score may have any unit
        if unit is None and normaliser.percentages[place]:
            factors[place] = usual
    return factors

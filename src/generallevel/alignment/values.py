"""Values: each score in the unit of its table, and refused where it cannot be one.

Refused are a unit that cannot be converted, a value that cannot be in its unit, a whole column on another scale than
its references, and references that are on another scale or cannot be values of their metrics.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment.aligned import Aligned, Problem
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import UnitMismatch
from generallevel.normaliser import DIGITS, Normaliser, canonical_unit, convert, impossible

__all__ = [
    "FEWEST",
    "given_unit",
    "out_of_bounds",
    "refuse_impossible",
    "refuse_impossible_references",
    "refuse_low_references",
    "refuse_other_scale",
    "to_table_units",
]

ROUNDING = 1e-9  # ours: how far beyond a bound, relative to it, a value may lie by rounding
FEWEST = 3  # ours: fewer low scores than this say nothing about the scale of a column


def to_table_units(
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
        given = given_unit(aligned, normaliser, position, unit)
        if given is None:
            continue
        stated[position] = True
        try:
            aligned.values[position] = _converted(
                aligned.values[position], given, normaliser.units[position], aligned.references[position]
            )
        except UnitMismatch as slip:
            task = catalogue.tasks[position]
            where = aligned.where(position)
            aligned.problems.append(Problem(UnitMismatch(f"{where}task {task.id}: {slip}"), task.id))
            aligned.values[position] = np.nan
    return stated


def given_unit(aligned: Aligned, normaliser: Normaliser, position: int, unit: str | None) -> str | None:
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


def out_of_bounds(values: NDArray[np.float64], normaliser: Normaliser) -> NDArray[np.bool_]:
    """Which table values, one for each task, their metrics cannot take; NaN is none of them."""
    low, high = normaliser.bounds
    # A mean of hundreds may come out one rounding above 100: that is no other unit.
    slack = ROUNDING * np.maximum(1.0, np.where(np.isfinite(high), np.abs(high), 1.0))
    return (values < low - slack) | (values > high + slack)


def refuse_impossible(aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser) -> None:
    """Scores outside the bounds of their metrics; they count as missing from then on."""
    outside = out_of_bounds(aligned.values, normaliser)
    for position in np.flatnonzero(outside).tolist():
        task = catalogue.tasks[position]
        where = aligned.where(position)
        error = impossible(
            normaliser.metrics[position],
            float(aligned.values[position]),
            normaliser.units[position],
            f"{where}task {task.id}: ",
        )
        aligned.problems.append(Problem(error, task.id))
    aligned.values[outside] = np.nan


def refuse_other_scale(
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


@lru_cache(maxsize=64)
def _impossible_references(references: ReferenceSet, normaliser: Normaliser) -> tuple[int, ...]:
    return tuple(np.flatnonzero(out_of_bounds(references.values, normaliser)).tolist())


def refuse_impossible_references(
    aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, references: ReferenceSet
) -> None:
    """References outside the bounds of their metrics: such a task would be won by nobody, or by everybody."""
    for position in _impossible_references(references, normaliser):
        task = catalogue.tasks[position]
        error = impossible(
            normaliser.metrics[position],
            float(references.values[position]),
            normaliser.units[position],
            f"references {references.name!r}, task {task.id}: ",
        )
        aligned.problems.append(Problem(error, task.id))


def refuse_low_references(aligned: Aligned, normaliser: Normaliser, references: ReferenceSet) -> None:
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

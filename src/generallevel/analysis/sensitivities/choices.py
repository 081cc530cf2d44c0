"""Sensitivity to choices: what a level would be under another policy, another reference set, a tolerance at the gate.

Each is an evaluation of the same scores with one convention replaced, and says nothing about which of them is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import ImpossibleValue, InvalidInput, UndefinedScore
from generallevel.evaluation import Evaluation, Grid, grid
from generallevel.level_report import LevelReport
from generallevel.levels import reference_set_of
from generallevel.rules import Comparison, Rules

__all__ = ["by_gate_tolerance", "by_missing_policy", "by_references", "by_rules"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Record = dict[str, Any]


def _evaluated(
    report: LevelReport,
    *,
    on: Grid | None = None,
    values: Floats | None = None,
    missing: Literal["zero", "skip"] | None = None,
    references: Floats | None = None,
) -> Evaluation:
    columns = columns_like(report, None if values is None else values[np.newaxis], on)
    if missing is not None:
        columns = replace(columns, missing=missing)
    return columns.against(report.basis.aligned.references if references is None else references)


def by_missing_policy(report: LevelReport) -> dict[str, Record]:
    """The levels under each way to treat a missing score.

    Parameters
    ----------
    report : LevelReport
        Whose scores.

    Returns
    -------
    dict of str to dict
        ``zero`` (0 points, in the denominator), ``skip`` (out of the denominator), ``worst`` and ``best`` (the worst
        and the best legal score: what any score could lead to). The worst legal score may have a few points, and so be
        above zero, where a metric has a greatest error. A policy under which the rules have no level is left out: the
        released scorer's refuse the worst PSNR.
    """
    normaliser, values = report.basis.grid.normaliser, report.basis.aligned.values
    low, high = normaliser.bounds
    worst = np.where(normaliser.higher, low, high)
    filled = {"zero": values, "skip": values}
    filled |= {"worst": np.where(np.isnan(values), worst, values)}
    filled |= {"best": np.where(np.isnan(values), normaliser.best, values)}
    found: dict[str, Record] = {}
    for name, column in filled.items():
        try:
            found[name] = _evaluated(report, values=column, missing="skip" if name == "skip" else "zero").records[0]
        except (ImpossibleValue, UndefinedScore):
            continue
    return found


def by_references(report: LevelReport, more: Sequence[ReferenceSet]) -> dict[str, Record]:
    """The levels under the set in use, every packaged one, and sets of one's own.

    Parameters
    ----------
    report : LevelReport
        Whose scores.
    more : sequence of ReferenceSet
        Aligned to the same catalogue.

    Returns
    -------
    dict of str to dict
        By the name of the set.

    Raises
    ------
    InvalidInput
        If a set is aligned to another catalogue or has another set's name.
    """
    found = {name: dict(levels) for name, levels in report.levels_by_reference.items()}
    own = np.broadcast_to(report.basis.aligned.own_references, report.basis.aligned.values.shape)
    for one in more:
        chosen = reference_set_of(one, report.basis.grid.catalogue)
        if chosen.name in found and chosen is not report.basis.references:
            raise InvalidInput(f"there is a reference set {chosen.name!r} in the list already: give yours another name")
        values = np.where(np.isnan(own), chosen.values, own)
        found[chosen.name] = _evaluated(report, references=values).records[0]
    return found


def by_gate_tolerance(report: LevelReport, tolerances: Sequence[float]) -> dict[float, Record]:
    """The levels with a tolerance at the gate, in points.

    Parameters
    ----------
    report : LevelReport
        Whose scores.
    tolerances : sequence of float
        Above 0: a task is won also where it has at most so many points less than its reference. Below 0: only where it
        has at least so many points more.

    Returns
    -------
    dict of float to dict
        By tolerance.
    """
    on = report.basis.grid

    def gate(tolerance: float) -> Callable[[Comparison], Flags]:
        def won(compared: Comparison) -> Flags:
            wins = on.rules.wins(compared)
            if tolerance == 0:
                return wins
            enough = compared.points + tolerance >= compared.reference_points
            return wins | enough if tolerance > 0 else wins & enough

        return won

    grids = {
        float(tolerance): Grid(
            on.catalogue, on.scope, replace(on.rules, wins=gate(float(tolerance))), on.normaliser, on.cells
        )
        for tolerance in tolerances
    }
    return {tolerance: _evaluated(report, on=other).records[0] for tolerance, other in grids.items()}


def by_rules(report: LevelReport, alternatives: Sequence[Rules]) -> dict[str, Record]:
    """The levels under other rules, such as those of `generallevel.analysis.sensitivities.alternative_scales`.

    Parameters
    ----------
    report : LevelReport
        Whose scores.
    alternatives : sequence of Rules
        Each with a name of its own.

    Returns
    -------
    dict of str to dict
        By the name of the rules, the report's own first.
    """
    on = report.basis.grid
    return {
        rules.name: _evaluated(report, on=grid(on.catalogue, on.scope, rules)).records[0]
        for rules in (on.rules, *alternatives)
    }

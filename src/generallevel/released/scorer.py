"""The front door of released mode: the level that the released scorer gives a result workbook."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment import Aligned
from generallevel.basis import Basis
from generallevel.errors import UndefinedScore
from generallevel.evaluation import LEVELS, Columns, Grid, grid
from generallevel.findings import Finding
from generallevel.level_report import LevelReport
from generallevel.levels import ceiling, doubtful_units
from generallevel.released.conventions import rules
from generallevel.released.defects import ALL, Switch
from generallevel.released.defects import switches as chosen_of
from generallevel.released.layouts import Layout, layout_of, packaged_layout
from generallevel.released.results import Results, read_results
from generallevel.tables import ScoreTable

__all__ = ["compute_level", "grid_of"]


def compute_level(
    result_workbook: str | os.PathLike[str],
    reference_workbook: str | os.PathLike[str] | None = None,
    *,
    model: str | None = None,
    switches: Iterable[Switch | str] = ALL,
) -> LevelReport:
    """The General-Level that the released scorer gives the model of a result workbook.

    Parameters
    ----------
    result_workbook : path
        An ``.xlsx`` file in the released layout.
    reference_workbook : path, optional
        Labels and references, row by row; General-Bench with ``released-2025-07`` by default.
    model : str, optional
        Header of the model's column in any case; not needed where there is one.
    switches : iterable of Switch or str, optional
        The defects to reproduce, all by default: members, names or codes such as ``"Q4"``. With none of them the
        levels are those of `generallevel.compute_level`.

    Returns
    -------
    LevelReport
        As from `generallevel.compute_level`, unrounded. With Q4 on, levels and points may lie anywhere in (-inf, inf).

    Raises
    ------
    UndefinedScore, ImpossibleValue
        If the released scorer fails there: a language RMSE of 0, a negative figure of a normalised metric.
    BadTable, UnsafeFile, UnknownColumn, AmbiguousName
        If a workbook cannot be read, its sheets are not those of the references, or no column is clearly the model's.
    UnknownName
        If there is no such switch.

    References
    ----------
    .. [1] path2generalist/General-Level, commit 420b8eb, ``ranker.py`` and ``utils/special_metrix.py``.

    Examples
    --------
    >>> from generallevel.released import compute_level
    >>> compute_level("result.xlsx", model="my model").level_4  # doctest: +SKIP
    131.47583986502303
    """
    chosen = chosen_of(switches)
    layout = packaged_layout() if reference_workbook is None else layout_of(reference_workbook)
    results = read_results(result_workbook, layout, model)
    lenient = Switch.NOTHING_AND_PERFECT_BOTH_ZERO in chosen
    listed = None
    if Switch.ROWS_PAIRED_BY_POSITION in chosen:
        values, listed = results.by_position(layout, lenient=lenient)
    else:
        values = results.by_task(layout, lenient=lenient)
    return _report(layout, results, values, listed, chosen)


def grid_of(layout: Layout, chosen: frozenset[Switch]) -> Grid:
    """The grid of a layout under some switches.

    Parameters
    ----------
    layout : Layout
        Tasks; modalities that have sheets and no task count 0.
    chosen : frozenset of Switch
        The conventions.

    Returns
    -------
    Grid
        Over everything.
    """
    on = grid(layout.catalogue, "A", rules(chosen))
    if set(on.scope.modalities) == set(layout.modalities):
        return on
    return replace(on, scope=replace(on.scope, modalities=layout.modalities))


def _report(
    layout: Layout,
    results: Results,
    values: NDArray[np.float64],
    listed: NDArray[np.bool_] | None,
    chosen: frozenset[Switch],
) -> LevelReport:
    on, references = grid_of(layout, chosen), layout.references
    table = ScoreTable(layout.catalogue.ids, values, results.model, results.source)
    aligned = Aligned(table, values, references.values, None, np.arange(len(values)), [], _findings(layout, chosen))
    with np.errstate(invalid="ignore", over="ignore"):
        columns = Columns(on, values[np.newaxis], listed=None if listed is None else listed[np.newaxis])
        main = columns.against(references.values)
        without = columns.against(references.values, lost=doubtful_units(on))
        packaged = {
            name: columns.against(other.values)
            for name, other in layout.catalogue.references.items()
            if other is not references
        }
        full = _ceiling(on, layout)
    basis = Basis(on, aligned, references, "zero", main.points[0], main.won[0])
    return LevelReport.of(basis, 0, main, without, {references.name: main} | packaged, full)


def _ceiling(on: Grid, layout: Layout) -> dict[str, Any]:
    """What the reference column scores, where the released scorer can score it."""
    try:
        return ceiling(on, layout.references)
    except UndefinedScore:
        return dict.fromkeys(LEVELS)


def _findings(layout: Layout, chosen: frozenset[Switch]) -> list[Finding]:
    """What a reader of such a report should know first."""
    findings = []
    if chosen:
        codes = ", ".join(f"{switch.code} {switch.value}" for switch in Switch if switch in chosen)
        findings.append(
            Finding(
                "released-conventions",
                "warning",
                f"this reproduces defects of the released scorer: {codes}",
                fix="generallevel.compute_level gives the level without them; explain_difference accounts for the gap",
            )
        )
    guessed = sum(task.metric == "as_printed" for task in layout.catalogue)
    if guessed:
        findings.append(
            Finding(
                "label-unknown",
                "info",
                f"{guessed} labels name no known metric: their figures are taken for points as printed",
            )
        )
    return findings

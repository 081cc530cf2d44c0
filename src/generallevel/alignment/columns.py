"""Columns: what the optional columns of a table add to its scores.

A reference of the row's own stands in place of the set's. A score that is made of some of its task's items counts by
that share and cannot win. Another metric, or another split, than the reference's is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment.aligned import Aligned, Problem
from generallevel.alignment.values import given_unit
from generallevel.benchmark.catalogue import Catalogue
from generallevel.errors import AmbiguousName, NotFinite, UnitMismatch, UnknownName
from generallevel.findings import Finding
from generallevel.normaliser import Normaliser, convert, impossible
from generallevel.registry import find, find_label

__all__ = ["with_columns"]


def with_columns(
    aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, unit: str | None, reference_split: str
) -> Aligned:
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
    splits = {split for _, split in cells("split") if split != reference_split}
    if splits:
        aligned.findings.append(
            Finding(
                "split-mismatch",
                "warning",
                f"scores are from the split {', '.join(sorted(map(str, splits)))}, and references were taken on the "
                f"{reference_split} sets",
                fix=f"score the {reference_split} sets, or bring references of the same split",
            )
        )
    return Aligned(aligned.table, aligned.values, references, share, rows, aligned.problems, aligned.findings, own)


def _own_reference(
    aligned: Aligned, catalogue: Catalogue, normaliser: Normaliser, place: int, value: float, unit: str | None
) -> float:
    """A row's own reference in the table's unit, or NaN and a problem where it cannot be one."""
    task, where = catalogue.tasks[place], aligned.where(place)
    given = given_unit(aligned, normaliser, place, unit)
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
                f"{aligned.where(place)}the table says {label!r}, and the reference is "
                f"{metric.name} ({task.label!r}): two different quantities would be compared",
                task.id,
                f"score the task with {metric.name}, or leave it out",
            )
        )

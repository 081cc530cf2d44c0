"""The tasks of a reference workbook, sheet by sheet and row by row.

The default layout is General-Bench as packaged, whose rows are those of the released reference workbook. Any other
workbook brings its own labels and rows, and becomes a catalogue of its own.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import RELEASED, general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.task import Task
from generallevel.errors import BadTable, UnknownName
from generallevel.registry import find, find_label
from generallevel.released.conventions import AS_PRINTED, NORMALISED
from generallevel.released.sheets import BLANKS, LANGUAGE_SHEET, REFERENCE, group_of, number_in, tables_of
from generallevel.tables import SHEETS

__all__ = ["Layout", "layout_of", "packaged_layout"]

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Layout:
    """The tasks of a reference workbook, in the order of its rows.

    Attributes
    ----------
    catalogue : Catalogue
        The tasks.
    references : ReferenceSet
        Their reference scores; NaN where the workbook has no number.
    sheets : mapping of str to ndarray of int
        Where the rows of each sheet stand in the catalogue; an empty array for a sheet whose rows count nowhere.
    modalities : tuple of str
        Those that the overall levels divide by: all that the workbook has a sheet of.
    """

    catalogue: Catalogue
    references: ReferenceSet
    sheets: Mapping[str, Places]
    modalities: tuple[str, ...]


def packaged_layout(references: ReferenceSet | None = None) -> Layout:
    """General-Bench as packaged, whose rows are those of the released reference workbook.

    Parameters
    ----------
    references : ReferenceSet, optional
        A set for General-Bench; ``released-2025-07`` by default.

    Returns
    -------
    Layout
    """
    bench = general_bench()
    rows: dict[str, list[int]] = {}
    for place in sorted(range(len(bench)), key=lambda place: bench.tasks[place].row):
        rows.setdefault(bench.tasks[place].sheet, []).append(place)
    sheets = {sheet: np.array(places, dtype=np.intp) for sheet, places in rows.items()}
    return Layout(bench, references or bench.reference_set(RELEASED), sheets, bench.modalities)


def layout_of(path: str | os.PathLike[str]) -> Layout:
    """The layout of a reference workbook.

    Parameters
    ----------
    path : path
        A workbook with the columns ``Metrics`` and ``SoTA Performance`` on every sheet.

    Returns
    -------
    Layout
        A row whose name and label General-Bench has is that task; any other is a task of this workbook alone, with
        the metric that its label names, or with its figure taken for percentage points where the label names none.

    Raises
    ------
    BadTable, UnsafeFile, UnknownColumn
        If the workbook cannot be read, or the released scorer fails on it.
    NotFinite
        If a reference is minus infinity.
    """
    name, sheets = tables_of(path)
    bench = general_bench()
    known = {(task.sheet, spelt): task for task in bench for spelt in (task.name, task.workbook_name)}
    tasks: dict[str, Task] = {}
    values: list[float] = []
    places: dict[str, Places] = {}
    modalities: dict[str, None] = {}
    # In the catalogue's order of sheets, so that the released workbook is General-Bench, position by position.
    for title in sorted(sheets, key=lambda title: (SHEETS.index(title) or len(SHEETS)) if title in SHEETS else -1):
        sheet, group = sheets[title], group_of(title)
        places[title] = np.empty(0, dtype=np.intp)
        if group is None:
            continue
        modality, paradigm = group
        labels = [label if isinstance(label, str) and label not in BLANKS else "" for label in sheet.column("Metrics")]
        references = [number_in(cell) for cell in sheet.column(REFERENCE)]
        if title == LANGUAGE_SHEET:
            _refuse_unlabelled(labels, sheet.where)
        else:
            modalities[modality] = None
        if paradigm == "":
            continue
        first = len(tasks)
        for row, (label, task_name) in enumerate(zip(labels, sheet.names(), strict=True), start=1):
            task = known.get((title, task_name))
            if task is None or task.label != label or task.id in tasks:
                task = _task(title, modality, paradigm, row, label, task_name, tasks)
            tasks[task.id] = task
        values += [math.nan if math.isinf(value) and value > 0 else value for value in references]
        places[title] = np.arange(first, len(tasks), dtype=np.intp)
    if not tasks:
        raise BadTable(f"{name} has no row on any of {', '.join(SHEETS)}.")
    catalogue = bench if tuple(tasks.values()) == bench.tasks else Catalogue(name, tuple(tasks.values()))
    references_of = ReferenceSet(name, np.array(values), catalogue.ids, title=f"reference workbook {name}")
    packaged = bench.reference_set(RELEASED)
    if catalogue is bench and np.array_equal(references_of.values, packaged.values, equal_nan=True):
        references_of = packaged
    return Layout(catalogue, references_of, places, tuple(modalities))


def _refuse_unlabelled(labels: Sequence[str], where: str) -> None:
    for row, label in enumerate(labels, start=2):
        if label.upper() == "RMSE":
            return
        if not label:
            raise BadTable(
                f"{where}, row {row}, has no text in its column 'Metrics': the released scorer fails there. "
                "Write the label."
            )


def _task(
    sheet: str, modality: str, paradigm: str | None, row: int, label: str, name: str, taken: Mapping[str, Task]
) -> Task:
    """A task that only this workbook has."""
    metric = _metric_of(sheet, label)
    declared = AS_PRINTED if metric == AS_PRINTED.name else find(metric)
    group = modality if paradigm is None else f"{modality}.{paradigm}"
    slug = re.sub(r"\W+", "-", name.casefold()).strip("-") or f"row-{row}"
    task_id = f"{group}.{slug}"
    spelt = name or f"row {row}"
    return Task(
        id=task_id if task_id not in taken else f"{task_id}-row-{row}",
        modality=modality,
        paradigm=paradigm,
        metric=metric,
        unit="raw",
        better=declared.better,
        name=spelt,
        workbook_name=spelt,
        short_name="",
        workbook_short_name="",
        paper_name=spelt,
        skill="",
        sheet=sheet,
        row=row,
        number=row,
        label=label,
        paper_label=label,
        instances=None,
        specialist="",
        source="",
        protocol="unresolved",
        note="",
    )


def _metric_of(sheet: str, label: str) -> str:
    """The metric that a label names: the released scorer's own reading first, then ours, or none."""
    if label.upper() in NORMALISED:
        return NORMALISED[label.upper()]
    try:
        return find_label(sheet, label).name
    except UnknownName:
        pass
    try:
        return find(label).name if label else AS_PRINTED.name
    except UnknownName:
        return AS_PRINTED.name

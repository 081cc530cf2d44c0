"""Workbooks as the released scorer takes them: rows by their place, labels from the reference, cells as float() reads them.

Objects: `Layout`, the tasks of a reference workbook sheet by sheet; `Results`, one model's cells of a result workbook, which are
laid on a layout by position (Q8) or by task. The default layout is General-Bench as packaged, whose rows are those of the released
reference workbook.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import RELEASED, general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.task import PARADIGMS, Task
from generallevel.errors import AmbiguousName, BadTable, DuplicateName, UnknownColumn, UnknownName, did_you_mean
from generallevel.normaliser import convert
from generallevel.registry import find, find_label
from generallevel.released.conventions import AS_PRINTED, NORMALISED, rules
from generallevel.released.switches import NONE
from generallevel.tables import SHEETS, read_sheets
from generallevel.tables.cells import read_cell, shown

__all__ = ["Layout", "Results", "layout_of", "packaged_layout", "read_results"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

LANGUAGE_SHEET = "NLP"
MODALITIES = {"Image": "image", "Video": "video", "Audio": "audio", "3D": "3d"}
HEADERS = ("No", "Task Name", "Task Short Name", "Metrics")
REFERENCE = "SoTA Performance"
# The texts that pandas.read_excel takes for an empty cell. Source: pandas' documentation of na_values.
BLANKS = frozenset(
    (
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
    )
    + ("NaN", "None", "n/a", "nan", "null")
)


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


@dataclass(frozen=True)
class _Sheet:
    """One sheet as a table: where it is, its headers, and its rows down to the last that holds anything."""

    where: str
    headers: tuple[object, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, cells: Sequence[Sequence[Any]], where: str) -> _Sheet:
        rows = [tuple(row) for row in cells]
        while rows and all(cell in ("", None) for cell in rows[-1]):
            rows.pop()
        return cls(where, rows[0] if rows else (), tuple(rows[1:]))

    def column(self, header: str) -> list[Any]:
        """The cells below a header, which must be spelt exactly so."""
        if header not in self.headers:
            named = [title for title in self.headers if isinstance(title, str)]
            raise UnknownColumn(
                f"{self.where} has no column {header!r} in its first row, where the released scorer looks for it."
                f"{did_you_mean(header, named)}"
            )
        return self.at(self.headers.index(header))

    def at(self, place: int) -> list[Any]:
        return [row[place] for row in self.rows]

    def names(self) -> list[str]:
        """The task of each row, blank where there is none."""
        if "Task Name" not in self.headers:
            return [""] * len(self.rows)
        return [cell if isinstance(cell, str) else "" for cell in self.column("Task Name")]

    def model_column(self, model: str) -> int:
        """The place of the first header that is the model's name, whatever its case."""
        for place, title in enumerate(self.headers):
            if not isinstance(title, str):
                raise BadTable(
                    f"{self.where} has the header {shown(title)}, which is no text: the released scorer fails there."
                )
            if title.lower() == model.lower():
                return place
        others = [str(title) for title in self.headers if title and title not in HEADERS]
        raise UnknownColumn(
            f"{self.where} has no column of the model {model!r}.{did_you_mean(model, others)} It has {', '.join(others)}."
        )


def _tables(path: str | os.PathLike[str]) -> tuple[str, dict[str, _Sheet]]:
    """The file's name and its sheets; refuses titles that the released scorer fails on."""
    name = Path(path).name
    sheets = {title: _Sheet.of(cells, f"{name}, sheet {title}") for title, cells in read_sheets(path).items()}
    for title in sheets:
        if title != LANGUAGE_SHEET and title.count("-") != 1:
            raise BadTable(
                f"{name} has a sheet {shown(title)}, which the released scorer fails on: wanted {', '.join(SHEETS)}."
            )
    if LANGUAGE_SHEET not in sheets:
        raise BadTable(f"{name} has no sheet {LANGUAGE_SHEET}: the released scorer fails without one.")
    return name, sheets


def layout_of(path: str | os.PathLike[str]) -> Layout:
    """The layout of a reference workbook.

    Parameters
    ----------
    path : path
        A workbook with the columns ``Metrics`` and ``SoTA Performance`` on every sheet.

    Returns
    -------
    Layout
        A row whose name and label General-Bench has is that task; any other is a task of this workbook alone, with the metric
        that its label names, or with its figure taken for percentage points where the label names none.

    Raises
    ------
    BadTable, UnsafeFile, UnknownColumn
        If the workbook cannot be read, or the released scorer fails on it.
    NotFinite
        If a reference is minus infinity.
    """
    name, sheets = _tables(path)
    bench = general_bench()
    known = {(task.sheet, spelt): task for task in bench for spelt in (task.name, task.workbook_name)}
    tasks: dict[str, Task] = {}
    values: list[float] = []
    places: dict[str, Places] = {}
    modalities: dict[str, None] = {}
    # In the catalogue's order of sheets, so that the released workbook is General-Bench, position by position.
    for title in sorted(sheets, key=lambda title: (SHEETS.index(title) or len(SHEETS)) if title in SHEETS else -1):
        sheet, group = sheets[title], _group(title)
        places[title] = np.empty(0, dtype=np.intp)
        if group is None:
            continue
        modality, paradigm = group
        labels = [label if isinstance(label, str) and label not in BLANKS else "" for label in sheet.column("Metrics")]
        references = [_released_number(cell) for cell in sheet.column(REFERENCE)]
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


def _group(title: str) -> tuple[str, str | None] | None:
    """Modality and paradigm of a sheet: no paradigm (None) for language, an empty one that counts nowhere, None if skipped."""
    if title == LANGUAGE_SHEET:
        return "language", None
    modality, _, paradigm = title.partition("-")
    if modality not in MODALITIES:
        return None
    return MODALITIES[modality], paradigm.lower() if paradigm in map(str.capitalize, PARADIGMS) else ""


def _refuse_unlabelled(labels: Sequence[str], where: str) -> None:
    for row, label in enumerate(labels, start=2):
        if label.upper() == "RMSE":
            return
        if not label:
            raise BadTable(
                f"{where}, row {row}, has no text in its column 'Metrics': the released scorer fails there. Write the label."
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


def _released_number(cell: object) -> float:
    """A cell as pandas.read_excel and float() read it: NaN for a blank, and for what is no number."""
    if isinstance(cell, str):
        if cell in BLANKS:
            return math.nan
        if cell.strip() == "∞":
            return math.inf
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


@dataclass(frozen=True, eq=False)
class Results:
    """The cells of one model in a result workbook.

    Attributes
    ----------
    source : str
        The file's name.
    model : str
        The header of its column on the first sheet that counts.
    cells, names : mapping of str to list
        By sheet, row by row: the score's cell and the name of its task.
    """

    source: str
    model: str
    cells: Mapping[str, Sequence[object]]
    names: Mapping[str, Sequence[str]]

    def by_position(self, layout: Layout, *, lenient: bool = True) -> tuple[Floats, Flags]:
        """Each row on the task at its place of the reference workbook.

        Parameters
        ----------
        layout : Layout
            The reference workbook.
        lenient : bool, default True
            Read cells as the released scorer does; otherwise as score tables are read, with an error for what is no score.

        Returns
        -------
        values : ndarray of float, shape (tasks,)
            Raw scores, NaN where missing.
        listed : ndarray of bool, shape (tasks,)
            Which tasks the sheets reach down to.
        """
        values, listed = np.full(len(layout.catalogue), np.nan), np.zeros(len(layout.catalogue), dtype=bool)
        for sheet, cells in self.cells.items():
            places = layout.sheets[sheet][: len(cells)]
            listed[places] = True
            self._read(values, sheet, places, range(len(places)), layout, lenient)
        return values, listed

    def by_task(self, layout: Layout, *, lenient: bool = True) -> Floats:
        """Each row on the task that it names; arguments and values as for `by_position`.

        Raises `UnknownTask`, `AmbiguousName` or `DuplicateName` where a name leads to no task, several, or one that has a row
        already.
        """
        values = np.full(len(layout.catalogue), np.nan)
        seen: dict[int, str] = {}
        for sheet, cells in self.cells.items():
            rows = [row for row, name in enumerate(self.names[sheet]) if name.strip()]
            for row in sorted(set(range(len(cells))) - set(rows)):
                if not math.isnan(_released_number(cells[row])):
                    raise BadTable(f"{self._where(sheet, row)} has a score and no task.")
            if not len(layout.sheets[sheet]):
                continue  # a sheet that counts nowhere
            names = [self.names[sheet][row] for row in rows]
            places = layout.catalogue.positions(names, [sheet] * len(names))
            for place, row in zip(places, rows, strict=True):
                if place in seen:
                    task = layout.catalogue.tasks[place].id
                    raise DuplicateName(f"task {task} is given twice: {seen[place]} and {self._where(sheet, row)}.")
                seen[place] = self._where(sheet, row)
            self._read(values, sheet, places, rows, layout, lenient)
        return values

    def _read(
        self, values: Floats, sheet: str, places: Iterable[int], rows: Iterable[int], layout: Layout, lenient: bool
    ) -> None:
        for place, row in zip(places, rows, strict=True):
            cell = self.cells[sheet][row]
            if lenient:
                values[place] = _released_number(cell)
                continue
            reading = read_cell(cell, f"{self._where(sheet, row)},")
            values[place] = reading.value
            if reading.unit is not None:
                wanted = rules(NONE).resolve([layout.catalogue.tasks[place]]).units[0]
                values[place] = convert(reading.value, reading.unit, wanted)

    def _where(self, sheet: str, row: int) -> str:
        return f"{self.source}, sheet {sheet}, row {row + 2}"


def read_results(
    path: str | os.PathLike[str], layout: Layout, model: str | None = None, *, complete: bool = True
) -> Results:
    """One model's cells of a result workbook.

    Parameters
    ----------
    path : path
        The workbook.
    layout : Layout
        The reference workbook that it will be laid on.
    model : str, optional
        Header of the model's column in any case; not needed where there is one.
    complete : bool, default True
        Insist on the reference workbook's sheets, as the released scorer does; otherwise a sheet may be absent, and counts as one
        of blank rows.

    Returns
    -------
    Results

    Raises
    ------
    BadTable, UnsafeFile
        If the workbook cannot be read, has other sheets than the reference workbook, or columns of several models.
    UnknownColumn
        If a sheet has no column of the model.
    """
    name, sheets = _tables(path)
    wanted, given = set(layout.sheets), set(sheets)
    if given - wanted or (complete and wanted - given):
        lacks = f" It lacks {', '.join(sorted(wanted - given))}." if wanted - given else ""
        others = f" It has {', '.join(sorted(given - wanted))} beside them." if given - wanted else ""
        raise BadTable(
            f"{name} has other sheets than the references, and the released scorer fails on that.{lacks}{others} "
            f"Wanted: {', '.join(layout.sheets)}."
        )
    counted = {title: sheet for title, sheet in sheets.items() if _group(title) is not None}
    model = model if model is not None else _only_model(counted, name)
    cells: dict[str, Sequence[object]] = {}
    header = model
    for place_of, (title, sheet) in enumerate(counted.items()):
        place = sheet.model_column(model)
        cells[title] = sheet.at(place)
        header = str(sheet.headers[place]) if place_of == 0 else header
    for title in wanted - given:
        if _group(title) is not None:
            cells[title] = [""] * len(layout.sheets[title])
    names = {title: sheets[title].names() if title in sheets else [""] * len(cells[title]) for title in cells}
    return Results(name, header, cells, names)


def _only_model(sheets: Mapping[str, _Sheet], name: str) -> str:
    found: dict[str, str] = {}
    for sheet in sheets.values():
        for title in sheet.headers:
            if isinstance(title, str) and title.strip() and title not in (*HEADERS, REFERENCE):
                found.setdefault(title.lower(), title)
    if len(found) != 1:
        listed = ", ".join(map(shown, list(found.values())[:12])) or "none"
        raise AmbiguousName(
            f"{name} has columns of {len(found)} models: {listed}. Pass model= to name the one to score."
        )
    return next(iter(found.values()))

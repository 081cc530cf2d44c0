"""General-Bench as packaged: 699 tasks and the two reference sets, read once.

``released-2025-07`` is the reference workbook of the released scorer and the default; ``paper-v1`` is the appendix of
the paper and reproduces the published boards. ``paper-v1`` changes figures only: metric, unit and direction are the
catalogue's. What each packaged column holds, and where it comes from, stands in ``data/README.md``.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.references import Provenance, ReferenceSet
from generallevel.benchmark.task import Task

__all__ = ["PAPER", "RELEASED", "general_bench", "packaged_rows", "reference_set"]

RELEASED = "released-2025-07"
PAPER = "paper-v1"

_DATA = Path(__file__).with_name("data")


def packaged_rows(file: str) -> Iterator[list[str]]:
    """The rows of one packaged table, without its header, cells as text.

    Parameters
    ----------
    file : str
        Name of the table in ``data/``.

    Yields
    ------
    list of str
        One row.
    """
    with (_DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        yield from rows


@functools.cache
def general_bench() -> Catalogue:
    """General-Bench: 699 tasks with their reference sets.

    Returns
    -------
    Catalogue
        The same object at every call; nothing in it can be changed.

    References
    ----------
    .. [1] arXiv 2505.04620v1, appendix tables 21-37 (tasks) and 39-115 (scores).
    .. [2] path2generalist/General-Level, commit 420b8eb, ``references/sota_result.xlsx``.

    Examples
    --------
    >>> bench = general_bench()
    >>> bench.resolve("image.generation.image-deraining").metric
    'psnr'
    >>> tuple(bench.references)
    ('released-2025-07', 'paper-v1')
    """
    tasks = tuple(_task(row) for row in packaged_rows("tasks.csv"))
    return Catalogue("General-Bench", tasks, _reference_sets(tuple(task.id for task in tasks)))


def reference_set(name: str | None = None, catalogue: Catalogue | None = None) -> ReferenceSet:
    """A reference set of a catalogue, by name.

    Parameters
    ----------
    name : str, optional
        Which; the catalogue's first when left out, ``released-2025-07`` for General-Bench.
    catalogue : Catalogue, optional
        General-Bench when left out.

    Returns
    -------
    ReferenceSet
        Raw references in table units, aligned to the catalogue's tasks.

    Raises
    ------
    UnknownReferenceSet
        If the catalogue has no such set; lists those it has.

    Examples
    --------
    >>> reference_set("paper-v1")["language.time-series"], reference_set()["language.time-series"]
    (0.31, 2.31)
    """
    return (general_bench() if catalogue is None else catalogue).reference_set(name)


def _task(row: list[str]) -> Task:
    """One row of ``tasks.csv``; names are left blank there where they repeat the name before them."""
    (
        task_id, modality, paradigm, sheet, place, number, name, workbook_name, short_name, workbook_short_name,
        paper_name, skill, label, paper_label, metric, unit, better, instances, specialist, source, protocol, note,
    ) = row  # fmt: skip
    return Task(
        task_id,
        modality,
        paradigm or None,
        metric,
        unit,
        "higher" if better == "higher" else "lower",
        name,
        workbook_name or name,
        short_name,
        workbook_short_name or short_name,
        paper_name or name,
        skill,
        sheet,
        int(place),
        int(number),
        label,
        paper_label or label,
        int(instances),
        specialist,
        source,
        protocol,
        note,
    )


def _reference_sets(ids: tuple[str, ...]) -> dict[str, ReferenceSet]:
    """Both packaged sets, from the nine columns of ``references.csv``."""
    columns = list(zip(*packaged_rows("references.csv"), strict=True))
    task_ids, released, released_provenance, released_n, released_note, paper, paper_provenance, paper_n, paper_note = (
        columns
    )
    if task_ids != ids:
        raise AssertionError("references.csv is not aligned to tasks.csv")  # a broken package, never a user's input

    def built(name: str, date: str, title: str, source: str, *cells: tuple[str, ...]) -> ReferenceSet:
        values, provenance, n, notes = cells
        return ReferenceSet(
            name,
            np.array([float(cell) if cell else math.nan for cell in values]),
            ids,
            date=date,
            provenance=cast(tuple[Provenance, ...], provenance),
            n=tuple(int(cell) if cell else None for cell in n),
            notes=notes,
            title=title,
            sources=(source,),
        )

    return {
        RELEASED: built(
            RELEASED,
            "2025-07",
            "reference workbook of the released scorer, July 2025",
            "path2generalist/General-Level, commit 420b8eb, references/sota_result.xlsx",
            released,
            released_provenance,
            released_n,
            released_note,
        ),
        PAPER: built(
            PAPER,
            "2025-05",
            "appendix tables of the paper, version 1",
            "arXiv 2505.04620v1, tables 39-115",
            paper,
            paper_provenance,
            paper_n,
            paper_note,
        ),
    }

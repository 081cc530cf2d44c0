"""Saved reports: a level written down with all that decided it, and read back.

`certificate` is one JSON document of a report: scores, references, what is known of their items, policies, findings,
levels, signature, and a hash of itself. A plain `LevelReport.to_json` is read too; it lacks the shares of items and
which references came with the table.

Files come from strangers: nothing in one is executed, sizes are limited, and what cannot be read is a `BadTable`.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.alignment import Aligned
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import BadTable, InvalidInput
from generallevel.evaluation import LEVELS, grid
from generallevel.level_report import LevelReport
from generallevel.levels import reports_of
from generallevel.rules import PAPER, Rules
from generallevel.tables.files import file_bytes
from generallevel.tables.score_table import ScoreTable
from generallevel.tables.text import json_document

__all__ = ["SavedReport", "certificate", "restored", "saved_report"]

Floats = NDArray[np.float64]

FORMAT = 1
STATED = ("n", "n_scored", "standard_error", "low", "high", "metric", "split", "unit")  # columns worth keeping
NO_SCORE = "no score: "
BENCHMARK = "bench"  # what a signature calls the tasks where they are not General-Bench's
NEEDED = ("scope", "references", "missing_policy", "tasks", "signature", "level", *LEVELS)
BIGGEST = 64 * 2**20  # ours: bytes of a certificate; General-Bench takes half a megabyte


@dataclass(frozen=True, eq=False)
class SavedReport:
    """A report as it was written down.

    Attributes
    ----------
    document : dict
        All of it, as plain data.
    signature : dict of str to str
        The parts of its signature, by name: ``scope``, ``ref``, ``missing``, ``rules``, ``tasks``, ``scores``, ``v``.
    tasks : tuple of str
        Ids of the scope's tasks.
    scores, references, points, share : ndarray of float, shape (tasks,)
        Raw, in table units; points on 0-100; the share of its items that a score is made of, 1 where nothing is said.
        NaN where there is none.
    own : ndarray of bool, shape (tasks,)
        Which references came with the table.
    won : ndarray of bool, shape (tasks,)
        Which tasks were won.
    source : str
        Where it came from.
    """

    document: Mapping[str, Any]
    signature: Mapping[str, str]
    tasks: tuple[str, ...]
    scores: Floats
    references: Floats
    points: Floats
    share: Floats
    own: NDArray[np.bool_]
    won: NDArray[np.bool_]
    source: str = field(default="report")

    @property
    def levels(self) -> dict[str, float | None]:
        """``level_2`` to ``level_5`` as they were written down."""
        return {name: self.document[name] for name in LEVELS}

    @property
    def intact(self) -> bool | None:
        """Whether a certificate still has the hash that it was made with; None for a plain report, which has none."""
        held = self.document.get("certificate")
        return None if held is None else held.get("hash") == _hash(self.document)


def certificate(report: LevelReport) -> dict[str, Any]:
    """A report as one document from which its level can be computed again.

    Parameters
    ----------
    report : LevelReport
        Of `generallevel.compute_level`.

    Returns
    -------
    dict
        Ready for `json.dumps`: what `LevelReport.to_dict` holds, with an infinity as the text ``inf``, and under
        ``certificate`` the format, the library's version, the catalogue, what the table stated of each task, the shares
        of items, the table's own references, and a hash of everything else.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> document = certificate(compute_level({"Image Deraining": 41.2}))
    >>> sorted(document["certificate"])
    ['catalogue', 'format', 'hash', 'own_references', 'share', 'stated', 'version']
    """
    document: dict[str, Any] = json.loads(report.to_json(indent=None))
    aligned, on = report.basis.aligned, report.basis.grid
    own = np.broadcast_to(aligned.own_references, aligned.values.shape)
    stated: dict[str, dict[str, Any]] = {}
    share: dict[str, float] = {}
    for place in on.scope.positions.tolist():
        task = on.catalogue.ids[place]
        said = {name: aligned.stated(name, place) for name in STATED}
        if kept := {name: value for name, value in said.items() if value is not None}:
            stated[task] = kept
        if aligned.share is not None and aligned.share[place] < 1:
            share[task] = float(aligned.share[place])
    document["certificate"] = {
        "format": FORMAT,
        "version": __version__,
        "catalogue": on.catalogue.name,
        "stated": stated,
        "share": share,
        "own_references": [
            on.catalogue.ids[place] for place in on.scope.positions.tolist() if not np.isnan(own[place])
        ],
    }
    document["certificate"]["hash"] = _hash(document)
    return document


def saved_report(source: object) -> SavedReport:
    """A saved report, read and checked.

    Parameters
    ----------
    source : path, str, mapping or LevelReport
        A ``.json`` file; the JSON text itself; what it holds; or a report, as if it had been saved just now.

    Returns
    -------
    SavedReport

    Raises
    ------
    BadTable
        If there is no such file, it is not JSON, or it does not hold a report.
    UnsafeFile
        If the file is too large.
    InvalidInput
        If it is nothing of the kind.
    """
    if isinstance(source, SavedReport):
        return source
    if isinstance(source, LevelReport):
        return _read(certificate(source), "report")
    if isinstance(source, Mapping):
        return _read(source, "report")
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return _read(json_document(source, "report"), "report")
    if isinstance(source, str | os.PathLike):
        name = Path(source).name
        try:
            text = file_bytes(source, most=BIGGEST).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadTable(f"{name} is not UTF-8 text, so it is no saved report.") from None
        return _read(json_document(text, name), name)
    raise InvalidInput(
        f"{type(source).__name__} is no saved report: wanted a path, JSON text, what it holds, or a LevelReport."
    )


def restored(
    saved: SavedReport, catalogue: Catalogue | None = None, rules: Rules | None = None, *, current: bool = False
) -> LevelReport:
    """The report that today's library computes from saved scores.

    Parameters
    ----------
    saved : SavedReport
        What was saved.
    catalogue : Catalogue, optional
        Its tasks; General-Bench by default. Saved tasks that it does not have are left out.
    rules : Rules, optional
        Its conventions; those of the paper by default.
    current : bool, default False
        Compare with today's references of the saved set's name, where the catalogue has one, and not with the saved
        figures. References that came with the table stay.

    Returns
    -------
    LevelReport

    Raises
    ------
    InvalidInput
        If the report was made under rules of another name than those given, or is about a benchmark of its own and no
        catalogue is given.
    UnknownScope
        If the catalogue has no such scope.
    """
    if catalogue is None and BENCHMARK in saved.signature:
        raise InvalidInput(
            f"{saved.source} is about the benchmark {saved.signature[BENCHMARK]}, not General-Bench: pass catalogue= "
            "with its tasks."
        )
    tasks = catalogue or general_bench()
    conventions = _rules_of(saved, rules)
    on = grid(tasks, saved.document["scope"], conventions)
    known = np.array([tasks.index.get(task, -1) for task in saved.tasks], dtype=np.intp)
    there = known >= 0
    places = known[there]
    size = len(tasks)
    columns = {}
    for name, column in (("values", saved.scores), ("references", saved.references), ("share", saved.share)):
        columns[name] = np.full(size, 1.0 if name == "share" else np.nan)
        columns[name][places] = column[there]
    own = np.zeros(size, dtype=bool)
    own[places] = saved.own[there]
    named = str(saved.document["references"])
    packaged = tasks.references.get(named)
    figures = columns["references"]
    if packaged is not None:
        saved_there = np.zeros(size, dtype=bool)
        saved_there[places] = not current
        figures = np.where(own | saved_there, figures, packaged.values)
    inside = np.zeros(size, dtype=bool)
    inside[on.scope.positions] = True
    chosen = packaged
    if packaged is None or not np.array_equal(
        np.where(inside & ~own, packaged.values, np.nan), np.where(inside & ~own, figures, np.nan), equal_nan=True
    ):
        chosen = ReferenceSet(named if packaged is None else f"{named} as saved", figures, tasks.ids)
    rows = np.full(size, -1, dtype=np.intp)
    rows[places] = np.flatnonzero(there)
    model = saved.document.get("model")
    reasons = tuple(_reason(row) for row in saved.document["tasks"])
    table = ScoreTable(
        saved.tasks, saved.scores, model if isinstance(model, str) else None, saved.source, {"reason": reasons}
    )
    share = None if (columns["share"] >= 1).all() else columns["share"]
    compared = figures if own.any() or chosen is not packaged else cast("ReferenceSet", chosen).values
    aligned = Aligned(table, columns["values"], compared, share, rows, own_references=np.where(own, figures, np.nan))
    missing = str(saved.document["missing_policy"])
    policy = "skip" if missing == "skip" else "zero"
    return reports_of(on, [aligned], cast("ReferenceSet", chosen), policy, missing)[0]  # type: ignore[arg-type]


def _rules_of(saved: SavedReport, rules: Rules | None) -> Rules:
    """The rules of a saved report; an error where they are not those that are given, or known."""
    name, found = saved.signature.get("rules", PAPER.name), rules or PAPER
    if found.name != name:
        raise InvalidInput(
            f"{saved.source} was made under the rules {name!r}, and these are {found.name!r}: pass rules= with the "
            "same value that compute_level had."
        )
    return found


def _read(document: object, source: str) -> SavedReport:
    if not isinstance(document, Mapping):
        raise BadTable(
            f"{source} holds a {type(document).__name__}: wanted the mapping that LevelReport.to_json writes."
        )
    lacking = [name for name in NEEDED if name not in document]
    if lacking:
        raise BadTable(
            f"{source} is no saved report: it lacks {', '.join(lacking)}. Save one with report.to_json() or as a "
            "certificate; a table of scores goes to compute_level."
        )
    rows = document["tasks"]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) and "task" in row for row in rows):
        raise BadTable(f"{source}: tasks is not a list of rows with a task each.")
    names = tuple(str(row["task"]) for row in rows)
    if len(set(names)) < len(names):
        raise BadTable(f"{source}: a task stands twice.")
    for name in LEVELS:
        if document[name] is not None:
            _number(document[name], name, source)
    held = document.get("certificate") or {}
    if not isinstance(held, Mapping) or held.get("format", FORMAT) != FORMAT:
        raise BadTable(f"{source}: its certificate is of another format than {FORMAT}, the one that is read.")
    signature = dict(part.partition(":")[::2] for part in str(document["signature"]).split("|")[1:])
    columns = {
        key: np.array([_number(row.get(key), f"{row['task']}, {key}", source) for row in rows])
        for key in ("score", "reference", "normalised")
    }
    share = held.get("share") or {}
    own = set(held.get("own_references") or ())
    return SavedReport(
        document=document,
        signature=signature,
        tasks=names,
        scores=columns["score"],
        references=columns["reference"],
        points=columns["normalised"],
        share=np.array([_number(share.get(name, 1.0), f"{name}, share", source) for name in names]),
        own=np.array([name in own for name in names], dtype=bool),
        won=np.array([row.get("won") is True for row in rows], dtype=bool),
        source=source,
    )


def _reason(row: Mapping[str, Any]) -> str | None:
    """Why a saved task has no score; None where it has one."""
    said = row.get("why_not")
    return said.removeprefix(NO_SCORE) if isinstance(said, str) and said.startswith(NO_SCORE) else None


def _number(value: object, what: str, source: str) -> float:
    """A saved number, NaN where there is none; infinities may be texts."""
    if value is None:
        return math.nan
    if value in ("inf", "-inf"):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise BadTable(f"{source}: {what} is {value!r}, which is no number.")
    return float(value)


def _hash(document: Mapping[str, Any]) -> str:
    """A hash of everything in a certificate but the hash itself."""
    held = {key: value for key, value in document.get("certificate", {}).items() if key != "hash"}
    text = json.dumps({**document, "certificate": held}, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()

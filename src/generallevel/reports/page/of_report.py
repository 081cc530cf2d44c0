"""A level report as one HTML file: what the level is, what it is made of, how sure it is, and every task behind it."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from generallevel.evaluation import LEVELS
from generallevel.findings import Finding
from generallevel.level_report import LevelReport
from generallevel.reports import charts
from generallevel.reports.charts import level_name, task_words
from generallevel.reports.evidence import RESAMPLES, Evidence, evidence
from generallevel.reports.page.drawings import drawing
from generallevel.reports.page.shell import Cell, Column, Row, box, facts, filters, items, page, save, table
from generallevel.reports.text import NAMES, title

__all__ = ["report_page"]

POLICY = {
    "zero": "A task without a score counts as 0 and stays in the denominator.",
    "skip": "A task without a score leaves the denominator: this level is not comparable with one where it stays.",
    "error": "Every task of the scope has a score.",
}
READ = (
    "Level-2 is the mean of all points: how good the model is, wins or not. Levels 3 to 5 count only the tasks that it "
    "wins, where it is at least as good as the reference of the best specialist.",
    "Level-4 wants wins in comprehension and in generation of one modality; Level-5 wants wins on language too. The "
    "integer level is the highest one above 0, so that a single win may decide it: read it with the numbers.",
    "The ceiling is what the reference column itself would score. It is not 100, because references are not perfect.",
)


def report_page(
    report: LevelReport,
    path: str | os.PathLike[str] | None = None,
    *,
    n: Any = None,
    level: float = 0.95,
    intervals: bool = True,
    sensitivity: bool = True,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> str:
    """The report as one self-contained HTML file.

    Parameters
    ----------
    report : LevelReport
        What to show.
    path : path, optional
        Where to write it.
    n : int, "benchmark" or mapping of task to int, optional
        Items of the tasks whose row states none, for intervals. Without it, and without a column ``n`` or
        ``standard_error``, the page says that intervals are unknown.
    level : float, default 0.95
        Of the intervals, in (0, 1).
    intervals, sensitivity : bool, default True
        Whether to work out the intervals of the levels, and their sensitivity to choices; a second each at most.
    resamples, seed : int
        Of the bootstrap and of the random constants.

    Returns
    -------
    str
        A document that needs no network and reads without a script; under 2 MB for General-Bench.

    Raises
    ------
    InvalidInput
        If ``n`` or ``level`` cannot be used, or the file cannot be written.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Image Deraining": 41.2}, scope="C:image.generation")
    >>> document = report_page(report, sensitivity=False)
    >>> document[:15], "Content-Security-Policy" in document
    ('<!doctype html>', True)
    """
    known = evidence(
        report, n=n, level=level, intervals=intervals, sensitivity=sensitivity, resamples=resamples, seed=seed
    )
    sections = [
        ("The ladder", drawing(charts.ladder(report, known)) + items([*READ, POLICY[report.missing]])),
        ("How sure", _how_sure(report, known) if intervals else ""),
        ("The synergy profile", _profile(report)),
        ("Nearest to the gate", drawing(charts.forest(report, known)) + items(_wins_said(known))),
        ("What it hangs on", _sensitivity(report, known)),
        ("Findings", _findings(report.findings)),
        ("Every task", _tasks(report, known)),
        ("Signature", _signature(report, known)),
    ]
    return save(page(title(report), sections, _opening(report, known)), path)


def _opening(report: LevelReport, known: Evidence) -> str:
    reached = f"level_{report.level}"
    figures = [(f"Level {report.level}", NAMES[report.level])]
    if report.level > 1:
        found = known.interval
        ends = found.intervals[reached] if found else None
        sure = (
            f"{found.confidence:.0%} interval {ends[0]:.2f} to {ends[1]:.2f}" if found and ends else "interval unknown"
        )
        top = f"ceiling {report.ceiling[reached] or 0:.2f}"
        figures.append((f"{getattr(report, reached):.2f}", f"{level_name(reached)}; {top}; {sure}"))
    figures += [
        (f"{report.wins}", f"{'win' if report.wins == 1 else 'wins'} of {report.total} tasks"),
        (f"{report.coverage:.1%}", f"coverage: {report.supported} tasks with a score"),
        (report.references, f"reference set; scope {report.scope}"),
    ]
    return facts(figures)


def _how_sure(report: LevelReport, known: Evidence) -> str:
    found = known.interval
    if found is None:
        return box(known.notes)
    both = [one for one in (known.bootstrap, known.projection) if one]
    heads = [f"{one.method} {end}" for one in both for end in ("low", "high")]
    columns = [Column("level"), Column("score", "number"), *(Column(head, "number") for head in heads)]
    rows = []
    for name in LEVELS:
        if getattr(report, name) is not None:
            ends = [end for one in both for end in one.intervals[name] or (None, None)]
            rows.append(
                Row([Cell(level_name(name)), *(number(value, ".2f") for value in (getattr(report, name), *ends))])
            )
    warnings = list(dict.fromkeys(line for one in both for line in one.warnings))
    sides = found.bounds["level_3"]
    said = [
        f"{found.near_gates} tasks ({found.near_gate_share:.0%} of those whose spread is known) lie within two "
        "standard errors of their reference.",
        f"Level-3 would be {sides['clear_wins_only']:.2f} with the clear wins alone, and "
        f"{sides['all_not_clearly_lost']:.2f} with all that is not clearly lost.",
        f"Expected Level-3, each task's points times its chance of a win: {found.expected_level_3:.2f}.",
        f"The spread of {found.unknown} scores is unknown." if found.unknown else "The spread of every score is known.",
    ]
    if known.projection:
        said.append("By projection the integer level is {} to {}.".format(*known.projection.level_range))
    if len(both) > 1:
        said.append(
            "The bootstrap is narrow and may fail where many gates are near; the projection holds by construction and "
            "is wide."
        )
    return "".join(
        [
            box([*known.notes, *warnings]),
            drawing(charts.chances(known)),
            table("intervals", f"{found.confidence:.0%} intervals of the levels", columns, rows),
            items(said),
        ]
    )


def _profile(report: LevelReport) -> str:
    if not report.modalities:
        return ""
    heads = ("Level-2", "Level-3", "Level-4", "S_C", "S_G", "wins", "scored", "tasks")
    rows = [
        Row(
            [
                Cell(name),
                *(number(numbers[key], ".2f") for key in (*LEVELS[:3], "s_c", "s_g", "wins", "supported", "total")),
            ]
        )
        for name, numbers in report.modalities.items()
    ]
    columns = [Column("modality"), *(Column(head, "number") for head in heads)]
    return drawing(charts.profile(report)) + table("modalities", "Levels and sides of each modality", columns, rows)


def _wins_said(known: Evidence) -> list[str]:
    counts = ", ".join(f"{count} {name}" for name, count in known.wins.counts.items() if name != "no score")
    said = [f"All tasks with a score: {counts}."] if counts else []
    if known.wins.unknown:
        said.append(
            f"Of {known.wins.unknown} tasks it is unknown how sure the decision is: nothing says over how many items "
            "they were scored."
        )
    if known.wins.constant_references:
        said.append(f"{known.wins.constant_references} references count as exact, which they are not.")
    return said


def _sensitivity(report: LevelReport, known: Evidence) -> str:
    found = known.sensitivity
    if found is None:
        return ""
    reached = [name for name in LEVELS if getattr(report, name)] or ["level_2"]
    shown = dict.fromkeys(["level_2", "level_3", reached[-1]])
    cases: list[tuple[str, Any]] = [("as it stands", found.levels)]
    cases += [(f"all constants ×{factor:g}", levels) for factor, levels in found.all_constants.items()]
    cases += [(f"missing scores: {name}", levels) for name, levels in found.missing.items()]
    cases += [(f"references: {name}", levels) for name, levels in found.references.items()]
    cases += [(f"gate {tolerance:+g} points", levels) for tolerance, levels in found.gate.items() if tolerance]
    cases.append(("rows of unstated unit lost", report.levels_without_doubtful_units))
    names = [name for name in LEVELS if getattr(report, name) is not None]
    columns = [Column("choice"), *(Column(head, "number") for head in ("level", *map(level_name, names)))]
    rows = [Row([Cell(said), *(number(levels[key], ".2f") for key in ("level", *names))]) for said, levels in cases]
    return "".join(
        [
            *(drawing(charts.sensitivity(report, known, name)) for name in shown),
            table("choices", "Levels under each choice", columns, rows),
            items([f"{len(found.dead_zones)} tasks lie at the flat end of their curve, where quality hardly shows."]),
        ]
    )


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return '<p class="quiet">Nothing to say.</p>'
    counts = Counter(finding.code for finding in findings)
    parts = []
    for code, count in counts.items():
        same = [finding for finding in findings if finding.code == code]
        lines = items([f"{f'{one.task}: ' if one.task else ''}{one.message}" for one in same])
        fixes = list(dict.fromkeys(one.fix for one in same if one.fix))
        said = "".join(f"<p>What to do: {escape(fix)}.</p>" for fix in fixes)
        severity = same[0].severity
        heading = (
            f'<span class="severity severity-{severity}">{severity}</span> {escape(code)}'
            f"{f' ({count})' if count > 1 else ''}"
        )
        body = f"<details><summary>{count} of them</summary>{lines}</details>" if count > 5 else lines
        parts.append(f"<h3>{heading}</h3>{said}{body}")
    return "".join(parts)


def _tasks(report: LevelReport, known: Evidence) -> str:
    columns = [
        Column("task", "name"), Column("result"), Column("how sure"), Column("score", "number"),
        Column("reference", "number"), Column("points", "number"), Column("margin, points", "number"),
        Column("std. error", "number"), Column("group"), Column("metric (unit)"), Column("remark", "words"),
    ]  # fmt: skip
    margins = charts.margins_in_points(report, known)[0].tolist()
    errors = known.tasks.standard_errors.tolist()
    rows = []
    for task, margin, error, decision in zip(report.tasks, margins, errors, known.wins.decisions, strict=True):
        state = "won" if task["won"] else "no score" if task["score"] is None else "lost"
        sure = "" if decision == "no score" else decision
        cells = [
            Cell(task_words(task["task"])),
            Cell(state, kind=f"is-{state}" if state != "no score" else "quiet"),
            Cell(sure, kind="quiet" if sure == "unknown" else ""),
            *(number(value) for value in (task["score"], task["reference"], task["normalised"])),
            number(margin, "+.2f"),
            number(error, ".3g"),
            Cell(" ".join(filter(None, (task["modality"], task["paradigm"])))),
            Cell(f"{task['metric']} ({task['unit']})"),
            Cell(_why_not(task)),
        ]
        fields = {"Modality": task["modality"], "Paradigm": task["paradigm"] or "none", "Result": state, "Sure": sure}
        rows.append(Row(cells, fields))
    choices = {name: list(dict.fromkeys(row.fields[name] for row in rows)) for name in rows[0].fields}
    told = {name: [value for value in values if value] for name, values in choices.items() if len(values) > 1}
    return filters("tasks", told) + table(
        "tasks", "Raw scores and references in table units; points on the common scale of 0 to 100", columns, rows
    )


def _why_not(task: Mapping[str, Any]) -> str:
    """Why a task is not won, where score and reference beside each other do not say it already."""
    said = task["why_not"] or ""
    plain = task["score"] is not None and said.startswith(f"{task['score']:g} is ")
    return "" if plain else said.removeprefix("no score: ")


def _signature(report: LevelReport, known: Evidence) -> str:
    lines = [report.signature, *(one.signature for one in (known.bootstrap, known.projection) if one)]
    return "".join(f"<p><code>{escape(line)}</code></p>" for line in lines)


def number(value: float | None, shown: str = ".5g") -> Cell:
    """A number that sorts by all its digits; nothing where there is none.

    >>> number(0.123456789), number(None)
    (Cell(text='0.12346', key='0.123456789', kind=''), Cell(text='', key='', kind=''))
    """
    if value is None or math.isnan(value):
        return Cell("", "")
    if value in (float("inf"), float("-inf")):
        return Cell("∞" if value > 0 else "−∞", "Infinity" if value > 0 else "-Infinity")
    return Cell(str(value) if isinstance(value, int) else f"{value:{shown}}", repr(value))

"""A level report as plain text, as Markdown and as an HTML fragment for a notebook.

All three say the same things in the same order: the level and its model, the four levels beside their ceiling, the
modalities, coverage, the level under other reference sets, findings, and the signature. Numbers are shown to two
decimals; the report itself holds them unrounded.

Names of models, reference sets and modalities, and what a table wrote, are a user's text: what cannot be printed is
shown as a blank, and what Markdown or HTML would read as their own is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape

from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport

__all__ = ["columns", "escaped", "html", "markdown", "pipes", "plain", "title"]

NAMES = {
    1: "specialist",
    2: "generalist without synergy",
    3: "synergy within comprehension or generation",
    4: "synergy across comprehension and generation",
    5: "total synergy, with language",
}
SHOWN = 5  # findings of one code that are spelt out before the rest is counted

_SPECIAL = re.compile(r"[\\`*|\[\]~]")  # what Markdown would read as its own, beside the signs of HTML
_NUMBER_STARTS = frozenset("0123456789+-∞")

Table = tuple[list[str], list[list[str]]]


def plain(report: LevelReport) -> str:
    """The report as text for a terminal.

    Parameters
    ----------
    report : LevelReport
        What to print.

    Returns
    -------
    str
        Lines without a final newline; a finding is one line, however long.
    """
    parts = [title(report), "", *columns(*_level_table(report))]
    if report.modalities:
        parts += ["", *columns(*_modality_table(report))]
    parts += ["", *_facts(report)]
    findings = _finding_lines(report)
    if findings:
        parts += ["", "Findings", *(f"  {line}" for line in findings)]
    return "\n".join(map(_printable, [*parts, "", report.signature]))


def markdown(report: LevelReport) -> str:
    """The report as Markdown, for an issue, a model card or a README.

    Parameters
    ----------
    report : LevelReport
        What to print.

    Returns
    -------
    str
        Markdown with pipe tables.
    """
    parts = [f"### {escaped(title(report))}", "", *pipes(*_level_table(report))]
    if report.modalities:
        parts += ["", *pipes(*_modality_table(report))]
    parts += ["", *(f"- {escaped(line)}" for line in _facts(report))]
    findings = _finding_lines(report)
    if findings:
        parts += ["", "**Findings**", "", *(f"- {escaped(line)}" for line in findings)]
    signature = _printable(report.signature).replace("`", "'")  # nothing can be escaped within a span of code
    return "\n".join([*parts, "", f"`{signature}`"])


def html(report: LevelReport) -> str:
    """The report as an HTML fragment, as notebooks show it.

    Parameters
    ----------
    report : LevelReport
        What to show.

    Returns
    -------
    str
        Tables and lists without style or script.
    """
    parts = [f"<p><strong>{escape(title(report))}</strong></p>", _html_table(*_level_table(report))]
    if report.modalities:
        parts.append(_html_table(*_modality_table(report)))
    parts.append(_html_list(_facts(report)))
    findings = _finding_lines(report)
    if findings:
        parts += ["<p>Findings</p>", _html_list(findings)]
    return "\n".join([*parts, f"<p><code>{escape(report.signature)}</code></p>"])


def title(report: LevelReport) -> str:
    """One line: who, and which level."""
    who = f"{report.model}: " if report.model else ""
    return _printable(f"{who}Level {report.level} ({NAMES[report.level]})")


def _level_table(report: LevelReport) -> Table:
    rows = []
    for name in LEVELS:
        number, top = getattr(report, name), report.ceiling[name]
        if number is not None and top is not None:
            rows.append([name.replace("level_", "Level-"), f"{number:.2f}", f"{top:.2f}"])
    return ["", "score", "ceiling"], rows


def _modality_table(report: LevelReport) -> Table:
    rows = [
        [
            modality,
            *(f"{numbers[name]:.2f}" for name in (*LEVELS[:3], "s_c", "s_g")),
            str(numbers["wins"]),
            f"{numbers['supported']}/{numbers['total']}",
        ]
        for modality, numbers in report.modalities.items()
    ]
    return ["", "Level-2", "Level-3", "Level-4", "S_C", "S_G", "wins", "scored"], rows


def _facts(report: LevelReport) -> list[str]:
    wins = "1 win" if report.wins == 1 else f"{report.wins} wins"
    lines = [f"{wins} on {report.supported} of {report.total} tasks with a score ({report.coverage:.1%})"]
    if report.s_l is not None:
        lines.append(f"language: S_L {report.s_l:.2f}, the weight {report.s_l / 100:.4f} in Level-5")
    lines.append(f"scope {report.scope}, references {report.references}, missing scores: {report.missing}")
    others = [
        f"Level {levels['level']} under {name}"
        for name, levels in report.levels_by_reference.items()
        if name != report.references
    ]
    if others:
        lines.append(", ".join(others))
    return lines


def _finding_lines(report: LevelReport) -> list[str]:
    """The findings, with a count in place of what one code would repeat beyond `SHOWN`."""
    counts = Counter(finding.code for finding in report.findings)
    seen: Counter[str] = Counter()
    lines = []
    for finding in report.findings:
        seen[finding.code] += 1
        if seen[finding.code] <= SHOWN:
            where = f"{finding.task}: " if finding.task else ""
            lines.append(f"{finding.severity}: {where}{finding.message} [{finding.code}]")
        elif seen[finding.code] == SHOWN + 1:
            lines.append(f"... and {counts[finding.code] - SHOWN} more [{finding.code}]")
    return lines


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a plain table: columns of numbers to the right, all others to the left."""
    by_column = list(zip(header, *rows, strict=True))
    widths = [max(map(len, column)) for column in by_column]
    numeric = [all(cell[:1] in _NUMBER_STARTS for cell in column[1:]) for column in by_column]
    lines = []
    for cells in (header, *rows):
        padded = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def pipes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table, its cells escaped; numbers to the right of the first column."""
    rule = ["---", *["--:"] * (len(header) - 1)]
    quoted = [[escaped(cell) for cell in cells] for cells in (header, *rows)]
    return [f"| {' | '.join(cells)} |" for cells in (quoted[0], rule, *quoted[1:])]


def _printable(text: str) -> str:
    """The text on one line, with a blank for each control character that a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def escaped(text: str) -> str:
    """The text as Markdown shows it letter for letter; underscores within words need nothing."""
    return _SPECIAL.sub(r"\\\g<0>", escape(_printable(text), quote=False))


def _html_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _html_list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"

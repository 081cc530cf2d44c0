r"""A level report as LaTeX: one table of its levels and modalities, with the rules of the booktabs package.

Names are a user's text: what TeX would read as its own is escaped, so that no name can run a command.
"""

from __future__ import annotations

from collections.abc import Sequence

from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.reports.text import title

__all__ = ["escaped", "latex"]

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
}  # fmt: skip
HEADS = ("Level-2", "Level-3", "Level-4", "Level-5", "wins", "scored")


def latex(report: LevelReport, *, caption: str | None = None, label: str | None = None, digits: int = 2) -> str:
    r"""The report as a LaTeX table, to be set with ``\usepackage{booktabs}`` and ``\usepackage[T1]{fontenc}``.

    Parameters
    ----------
    report : LevelReport
        What to print.
    caption : str, optional
        Plain text; model, level and references by default. The signature always follows it.
    label : str, optional
        For ``\ref``; letters, digits and ``:.-`` alone survive.
    digits : int, default 2
        After the point.

    Returns
    -------
    str
        A ``table`` environment, one row for each modality and one for all of them, ceilings last.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> text = latex(compute_level({"Image Deraining": 41.2}, model="A_1 & B"))
    >>> text.splitlines()[0], r"A\_1 \& B" in text
    ('\\begin{table}', True)
    """

    def number(value: float | None) -> str:
        return "--" if value is None else f"{value:.{digits}f}"

    rows = [
        [
            escaped(name),
            *(number(float(numbers[key])) for key in LEVELS[:3]),
            "",
            str(numbers["wins"]),
            f"{numbers['supported']}/{numbers['total']}",
        ]
        for name, numbers in report.modalities.items()
    ]
    overall = [
        *(number(getattr(report, name)) for name in LEVELS),
        str(report.wins),
        f"{report.supported}/{report.total}",
    ]
    tops = [*(number(report.ceiling[name]) for name in LEVELS), "", ""]
    said = caption or f"{title(report)}; references {report.references}, scope {report.scope}."
    parts = [
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{escaped(said)} Signature: \texttt{{{escaped(report.signature)}}}.}}",
        *([rf"\label{{{''.join(c for c in label if c.isalnum() or c in ':.-')}}}"] if label else []),
        rf"\begin{{tabular}}{{l{'r' * len(HEADS)}}}",
        r"\toprule",
        _row(["", *HEADS]),
        r"\midrule",
        *map(_row, rows),
        *([r"\midrule"] if rows else []),
        _row(["overall", *overall]),
        _row(["ceiling", *tops]),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""The text as LaTeX prints it letter for letter, on one line.

    >>> print(escaped(r"50% of \input{a_b}"))
    50\% of \textbackslash{}input\{a\_b\}
    """
    return "".join(SPECIAL.get(sign, sign) if sign.isprintable() else " " for sign in text)


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"

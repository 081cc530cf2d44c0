"""A board of many models as one HTML file: their order, how sure it is, and every number behind it.

A board is a list of standings, so that whatever ranks models can be shown; `standings` makes those of a `Leaderboard`
or of reports.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.reports.charts import Chart, Line, Span, level_name, scale_of
from generallevel.reports.page.drawings import drawing
from generallevel.reports.page.of_report import number
from generallevel.reports.page.shell import Cell, Column, Row, box, facts, filters, items, page, save, table
from generallevel.reports.text import NAMES

if TYPE_CHECKING:
    from generallevel.analysis.boards import Leaderboard

__all__ = ["Standing", "board_page", "own_score", "standings"]

READ = (
    "Equal models share a rank. Columns with a star are decided by the pool: a third model may swap two others.",
    "A level compares a model with fixed references, so it does not change when models join or leave the board. Ranks "
    "do, and so does every number that is made of ranks or of comparisons between models.",
    "Neighbours on a board are often not told apart by its data: look at rank intervals before an order is quoted.",
)


@dataclass(frozen=True)
class Standing:
    """One model on a board.

    Attributes
    ----------
    model : str
        Its name.
    level : int
        The integer level, 1-5.
    levels : dict of str to float or None
        ``level_2`` to ``level_5``, 0-100; None for one out of the scope's reach.
    rank : int
        From 1.
    ranks : (int, int) or None
        The interval of the rank, best first; None where it is unknown.
    group : str
        The group of models that are not told apart; nothing where it is unknown.
    wins, supported, total : int or None
        Tasks won, scored, and of the scope.
    others : dict of str to float or None
        Other aggregates, by the header of their column.
    signature : str
        Of the level.
    """

    model: str
    level: int
    levels: Mapping[str, float | None]
    rank: int
    ranks: tuple[int, int] | None = None
    group: str = ""
    wins: int | None = None
    supported: int | None = None
    total: int | None = None
    others: Mapping[str, float | None] = field(default_factory=dict)
    signature: str = ""

    @property
    def score(self) -> float:
        """The score of the integer level; that of Level-2 at Level 1."""
        return float(self.levels.get(f"level_{max(self.level, 2)}") or 0.0)


def standings(board: Leaderboard | Mapping[str, LevelReport]) -> list[Standing]:
    """The standings of a board.

    Parameters
    ----------
    board : Leaderboard, or mapping of str to LevelReport
        Of `generallevel.analysis.boards.leaderboard`, with its ranks; or of `generallevel.compute_levels`, whose models
        are ordered by level and score, without intervals of their ranks.

    Returns
    -------
    list of Standing
        The best first; models of one level and one score share the better rank.

    Raises
    ------
    InvalidInput
        If there is no report.
    """
    if not isinstance(board, Mapping):
        return [
            _standing(
                board.reports[row.model],
                row.model,
                row.rank,
                row.rank_set if board.simultaneous else row.rank_set_alone,
                str(row.group),
                {"leads, %": 100 * row.first}
                | {f"{one.name}{'*' * one.pool_dependent}": one.values[row.model] for one in board.aggregators},
            )
            for row in board.rows
        ]
    if not board:
        raise InvalidInput("a board needs a model at least: pass what compute_levels returns")
    keys = {name: (report.level, own_score(report)) for name, report in board.items()}
    order = sorted(board, key=lambda name: keys[name], reverse=True)
    better = {keys[name]: place for place, name in reversed(list(enumerate(order, 1)))}
    return [_standing(board[name], name, better[keys[name]]) for name in order]


def own_score(report: LevelReport) -> float:
    """The score of a report's integer level; that of Level-2 at Level 1."""
    return float(getattr(report, f"level_{max(report.level, 2)}"))


def _standing(
    report: LevelReport,
    model: str,
    rank: int,
    ranks: tuple[int, int] | None = None,
    group: str = "",
    others: Mapping[str, float | None] | None = None,
) -> Standing:
    sides = {
        f"{modality} {level_name(level)}": float(numbers[level])
        for modality, numbers in report.modalities.items()
        for level in LEVELS[:3]
    }
    levels = {level: getattr(report, level) for level in LEVELS}
    counts = (report.wins, report.supported, report.total)
    return Standing(
        model, report.level, levels, rank, ranks, group, *counts, {**(others or {}), **sides}, report.signature
    )


def board_page(
    board: Leaderboard | Mapping[str, LevelReport] | Sequence[Standing],
    path: str | os.PathLike[str] | None = None,
    *,
    title: str = "Leaderboard",
    notes: Sequence[str] = (),
    signature: str = "",
) -> str:
    """A board as one self-contained HTML file.

    Parameters
    ----------
    board : Leaderboard, mapping of str to LevelReport, or sequence of Standing
        Of `generallevel.analysis.boards.leaderboard`, with intervals of ranks; of `generallevel.compute_levels`; or
        standings of your own.
    path : path, optional
        Where to write it.
    title : str, default "Leaderboard"
        Of the page.
    notes : sequence of str
        What a reader must know.
    signature : str
        Of the board; by default the one it has.

    Returns
    -------
    str
        A document that needs no network and reads without a script; under 5 MB for 100 models.

    Raises
    ------
    InvalidInput
        If there is no model, or the file cannot be written.

    Examples
    --------
    >>> from generallevel import compute_levels
    >>> document = board_page(compute_levels({"Mine": {"Image Deraining": 41.2}, "Theirs": {"Image Deraining": 20.0}}))
    >>> document.index("Mine") < document.index("Theirs")
    True
    """
    said = [*notes]
    if isinstance(board, Sequence):
        rows = list(board)
    else:
        rows = standings(board)
        if not isinstance(board, Mapping):
            said += board.warnings
            signature = signature or board.signature
    if not rows:
        raise InvalidInput("a board needs a row at least")
    sections = [
        ("Every number", _numbers(rows)),
        ("The order", drawing(_order(rows)) + items(READ)),
        ("Rank intervals", _ranks(rows)),
        ("Signature", _signatures(rows, signature)),
    ]
    return save(page(title, sections, _opening(rows) + box([*said, *_unlike(rows)])), path)


def _opening(rows: Sequence[Standing]) -> str:
    counts = Counter(row.level for row in rows)
    levels = [(str(counts[level]), f"at Level {level}: {NAMES[level]}") for level in sorted(counts, reverse=True)]
    return facts([(str(len(rows)), "models" if len(rows) > 1 else "model"), *levels])


def _order(rows: Sequence[Standing]) -> Chart:
    lines = tuple(
        Line(f"{row.rank}. {row.model}", row.score, f"{row.score:.2f}", group=f"Level {row.level}: {NAMES[row.level]}")
        for row in rows
    )
    high = scale_of(0.0, max(row.score for row in rows))[1]
    caption = (
        f"The score of each model's own level, on a scale of 0 to {high:g}. Scores of two levels are different "
        "quantities, so that a bar may be longer further down."
    )
    return Chart("The order", caption, lines, 0.0, high, (0.0, high / 2, high))


def _ranks(rows: Sequence[Standing]) -> str:
    known = [(row, row.ranks) for row in rows if row.ranks is not None]
    if not known:
        return box(["Unknown: no rank intervals were given, so how sure the order is cannot be told."])
    last = float(len(rows))
    lines = tuple(
        Line(
            row.model,
            float(row.rank),
            f"{row.rank} [{ends[0]}, {ends[1]}]{f', group {row.group}' if row.group else ''}",
            kind="same",
            spans=(Span(float(ends[0]), float(ends[1]), "task", "rank interval"),),
        )
        for row, ends in known
    )
    middle = (float(round((1 + last) / 2)),) if last > 2 else ()
    legend = {"same": "rank", "task": "its interval"}
    missing = f" {len(rows) - len(known)} models have none." if len(known) < len(rows) else ""
    caption = f"The interval of each rank.{missing}"
    ticks = tuple(dict.fromkeys((1.0, *middle, last)))
    return drawing(Chart("Rank intervals", caption, lines, 1.0, max(last, 2.0), ticks, "rank", False, legend))


def _numbers(rows: Sequence[Standing]) -> str:
    heads = list(dict.fromkeys(head for row in rows for head in row.others))
    shown = [name for name in LEVELS if any(row.levels.get(name) is not None for row in rows)]
    grouped = any(row.group for row in rows)
    names = ["rank", "level", *map(level_name, shown), "wins", "scored", "tasks", *heads]
    columns = [Column("model", "name"), *(Column(name, "number") for name in names)]
    columns += [Column("group")] if grouped else []
    lines = []
    for row in rows:
        own = [row.rank, row.level, *(row.levels.get(name) for name in shown), row.wins, row.supported, row.total]
        cells = [
            Cell(row.model),
            *(number(value, ".2f") for value in (*own, *(row.others.get(head) for head in heads))),
        ]
        cells += [Cell(row.group)] if grouped else []
        lines.append(Row(cells, {"Level": str(row.level)}))
    levels = sorted({row.fields["Level"] for row in lines}, reverse=True)
    caption = "Levels of every model, 0-100"
    if grouped:
        caption += "; group: models that are not told apart from the best one of it"
    return filters("board", {"Level": levels} if len(levels) > 1 else {}) + table("board", caption, columns, lines)


def _unlike(rows: Sequence[Standing]) -> list[str]:
    """What makes rows incomparable: other references, another scope, policy or library."""
    told: dict[str, set[str]] = {}
    for row in rows:
        for part in row.signature.split("|")[1:]:
            name, _, value = part.partition(":")
            if name not in ("tasks", "scores"):
                told.setdefault(name, set()).add(value)
    words = {"ref": "references", "missing": "policies for missing scores", "v": "versions of the library"}
    return [
        f"These levels are not all comparable: there are several {words.get(name, name + 's')} "
        f"({', '.join(sorted(values))})."
        for name, values in told.items()
        if len(values) > 1
    ]


def _signatures(rows: Sequence[Standing], own: str) -> str:
    lines = [f"<li>{escape(row.model)}: <code>{escape(row.signature)}</code></li>" for row in rows if row.signature]
    first = f"<p><code>{escape(own)}</code></p>" if own else ""
    listed = f"<details><summary>of each model</summary><ul>{''.join(lines)}</ul></details>" if lines else ""
    return first + listed

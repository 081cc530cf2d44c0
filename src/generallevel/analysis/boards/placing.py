"""A new model beside published ones: `place`, and what it returns.

The paper's boards are packaged as far as raw scores could be held against printed levels: two models for each of four
modalities. So a place among them is a place among those two, modality by modality, and says nothing of the models of
the paper that are not packaged, nor of a level over all modalities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from generallevel._version import __version__
from generallevel.analysis.comparisons.by_task import HeadToHead, task_differences
from generallevel.analysis.comparisons.compared import alike_parts
from generallevel.benchmark.printed import TOLERANCE, PublishedCell, published
from generallevel.errors import InvalidInput, did_you_mean
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.levels import compute_level

__all__ = ["BOARDS", "PlacedModality", "PlacedModel", "Placement", "place"]

BOARDS = ("paper",)
PRINTED = LEVELS[:3]  # what a board of one modality prints; Level-5 is over all of them
UNNAMED = "the new model"


@dataclass(frozen=True)
class PlacedModel:
    """One model on one modality.

    Attributes
    ----------
    model : str
        Its name.
    published : bool
        Whether its levels are printed ones.
    rank : int
        By the highest level above 0, and by its score among equals; from 1. Scores within 0.011 share the better rank.
    level : int
        The highest level above 0, from 1 to 4.
    level_2, level_3, level_4 : float
        Of the modality, 0-100; as printed, to two decimals, or as computed.
    supported : int
        Tasks with a score.
    tasks : HeadToHead or None
        How the new model fares against it task by task; None for the new model itself.
    """

    model: str
    published: bool
    rank: int
    level: int
    level_2: float
    level_3: float
    level_4: float
    supported: int
    tasks: HeadToHead | None


@dataclass(frozen=True)
class PlacedModality:
    """The board of one modality with the new model on it.

    Attributes
    ----------
    modality : str
        Which.
    rows : tuple of PlacedModel
        Best first.
    total : int
        Tasks of the modality.
    """

    modality: str
    rows: tuple[PlacedModel, ...]
    total: int

    @property
    def own(self) -> PlacedModel:
        """The row of the new model."""
        return next(row for row in self.rows if not row.published)


@dataclass(frozen=True)
class Placement:
    """A new model on the boards of the paper.

    Attributes
    ----------
    model : str
        Its name.
    board : str
        Whose boards.
    modalities : mapping of str to PlacedModality
        Those that the report covers and the model has a score of.
    notes : tuple of str
        What can be compared, and what cannot.
    signature : str
        What reproduces it.
    """

    model: str
    board: str
    modalities: Mapping[str, PlacedModality]
    notes: tuple[str, ...]
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """The placement as plain data."""
        return {**asdict(self), "modalities": {name: asdict(one) for name, one in self.modalities.items()}}

    def to_markdown(self) -> str:
        """The placement as Markdown."""
        from generallevel.reports.text import escaped, pipes

        parts = []
        for name, one in self.modalities.items():
            parts += [f"#### {name}", "", *pipes(*_table(one)), ""]
        return "\n".join([*parts, *(f"- {escaped(note)}" for note in self.notes), "", f"`{self.signature}`"])

    def __str__(self) -> str:
        from generallevel.reports.text import columns

        parts = []
        for name, one in self.modalities.items():
            parts += [f"{name}: {self.model} is number {one.own.rank} of {len(one.rows)}", *columns(*_table(one)), ""]
        return "\n".join([*parts, *self.notes, "", self.signature])


def _table(one: PlacedModality) -> tuple[list[str], list[list[str]]]:
    rows = [
        [
            row.model,
            str(row.rank),
            str(row.level),
            *(f"{getattr(row, name):.2f}" for name in PRINTED),
            f"{row.supported}/{one.total}",
            "computed" if row.tasks is None else f"{row.tasks.better}/{row.tasks.worse}/{row.tasks.tied}",
        ]
        for row in one.rows
    ]
    return ["", "rank", "level", "Level-2", "Level-3", "Level-4", "scored", "new model better/worse/tied"], rows


def place(
    model: object, board: str = "paper", *, name: str | None = None, **options: Any
) -> Placement:  # fmt: skip
    """A new model on the boards of the paper, modality by modality.

    Parameters
    ----------
    model : LevelReport or scores
        A report over scope A or over modalities (B), with the paper's rules, a packaged reference set, and missing
        scores at 0; or scores as for `generallevel.compute_level`.
    board : {"paper"}
        Whose boards.
    name : str, optional
        What to call the model.
    **options
        ``references``, ``scope`` and ``unit``, as for `generallevel.compute_level`; only for scores.

    Returns
    -------
    Placement
        Ranks from 1; levels in [0, 100].

    Raises
    ------
    InvalidInput
        If there is no such board, or the report's levels are no levels of the paper: another benchmark, other rules,
        other references, or missing scores that leave the denominator.

    References
    ----------
    .. [1] arXiv 2505.04620v1, tables 12, 14 and 16 and the appendix.

    Examples
    --------
    >>> placed = place({"Human Action Recognition": 90.4, "Sports Image Classification": 72.8}, name="new")
    >>> [(row.model, row.rank, row.level_2) for row in placed.modalities["image"].rows]
    [('GPT4o', 1, 19.67), ('LISA', 2, 1.27), ('new', 3, 0.3011070110701107)]
    """
    if board not in BOARDS:
        raise InvalidInput(
            f"board = {board!r}: wanted one of {', '.join(BOARDS)}.{did_you_mean(str(board), BOARDS)} "
            "generallevel.analysis.boards.leaderboard makes a board of your own models."
        )
    if isinstance(model, LevelReport):
        if options:
            raise InvalidInput(f"{', '.join(options)}: a report has its own options already")
        report = model
    else:
        report = compute_level(model, model=name, **options)
    _require_paper(report)
    called = name or report.model or UNNAMED
    cells: dict[str, list[PublishedCell]] = {}
    for (_, modality), cell in published().items():
        cells.setdefault(modality, []).append(cell)
    found = {
        modality: _placed(report, called, modality, cells[modality])
        for modality, figures in report.modalities.items()
        if figures["supported"] and modality in cells
    }
    if not found:
        raise InvalidInput(
            f"{called} has no score on any modality that both its scope {report.scope} and the board have: "
            f"{', '.join(cells)}"
        )
    return Placement(
        called,
        board,
        found,
        (
            f"Packaged are {len(published())} cells of the paper, two models a modality; its other models are not "
            "here, so that a rank is one among those shown.",
            f"Printed levels have two decimals, so that scores within {TOLERANCE} share a rank. They are recomputed to "
            "that from the printed scores under either packaged reference set.",
            "Comparable are Levels 2 to 4 of one modality; a level over all modalities, and Level-5, are not: no "
            "published model is packaged on more than one.",
            "A rank has no interval here: nothing is known of the spread of the published scores.",
        ),
        "|".join([f"place:{board}", *alike_parts(report), f"scores:{report.basis.digest()}", f"v:{__version__}"]),
    )


def _require_paper(report: LevelReport) -> None:
    """Refuse a report whose levels are not those of the paper."""
    basis = report.basis
    reason = None
    if basis.benchmark_named is not None:
        reason = f"its tasks are those of {basis.grid.catalogue.name}"
    elif not basis.grid.modalities:
        reason = f"scope {report.scope} is one group of tasks"
    elif basis.references_named not in basis.grid.catalogue.references:
        reason = f"its references are {basis.references_named}"
    elif report.missing == "skip":
        reason = "missing scores leave the denominator"
    elif basis.grid.rules.name != "paper":
        reason = f"its rules are {basis.grid.rules.name!r}"
    if reason is not None:
        raise InvalidInput(
            f"these levels cannot stand on a board of the paper: {reason}. Wanted General-Bench over scope A or over "
            "modalities such as B:image, a packaged reference set, missing='zero' and the rules of the paper."
        )


def _placed(report: LevelReport, called: str, modality: str, cells: list[PublishedCell]) -> PlacedModality:
    basis, figures = report.basis, report.modalities[modality]
    tasks = basis.grid.catalogue.tasks
    places = np.array([place for place, task in enumerate(tasks) if task.modality == modality], dtype=np.intp)
    rows = [_row(called, {name: float(figures[name]) for name in PRINTED}, int(figures["supported"]), None)]
    for cell in cells:
        other = compute_level(dict(cell.scores), scope=f"B:{modality}", references=basis.references, model=cell.model)
        against = task_differences(report, other, places=places).summary(resamples=2, seed=0, tests=False)
        rows.append(_row(cell.model, cell.levels, other.supported, against))
    ranked = [
        PlacedModel(**{**row, "rank": 1 + sum(_above(other, row) for other in rows)})
        for row in rows
    ]  # fmt: skip
    return PlacedModality(modality, tuple(sorted(ranked, key=lambda row: (row.rank, row.published))), len(places))


def _row(model: str, levels: Mapping[str, float], supported: int, tasks: HeadToHead | None) -> dict[str, Any]:
    reached = [number for number, name in enumerate(PRINTED, start=2) if levels[name] > 0]
    return {
        "model": model, "published": tasks is not None, "level": max(reached, default=1), "supported": supported,
        "tasks": tasks, **{name: levels[name] for name in PRINTED},
    }  # fmt: skip


def _above(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a model stands above another."""
    if one["level"] != other["level"]:
        return bool(one["level"] > other["level"])
    name = f"level_{max(2, one['level'])}"
    return bool(one[name] - other[name] > TOLERANCE)

"""Lost tasks: what each would take to win, and what each level would gain.

The cheapest win is a tie: the score rises to the reference itself, since ``>=`` wins. So a task is won *at the value of
its reference*, and the gain of a level is what that is worth, everything else staying as it is. A better score than
the reference would gain more, and the gains of several tasks do not add up in Levels 4 and 5: for these there is
`generallevel.analysis.planning.planned`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms, level_name
from generallevel.analysis.wording import many, titled
from generallevel.evaluation import Columns, Evaluation
from generallevel.level_report import LevelReport

__all__ = ["LostTask", "LostTasks", "Openings", "lost_tasks_of", "what_if_won"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHOWN = 10  # tasks that a printed list spells out


@dataclass(frozen=True)
class LostTask:
    """One lost task that could be won.

    Attributes
    ----------
    task, cell : str
        Its id and its cell.
    score : float or None
        In table units; None where there is none.
    reference : float
        What a win takes, in table units.
    improvement : float or None
        How far the score is from the reference, in table units, at least 0; None without a score.
    relative : float or None
        The improvement as a part of the reference, at least 0; None without a score, and where the reference is 0.
    points, points_if_won : float
        On the common scale, 0-100.
    whole : bool
        Whether the score is made of all items. Where it is not, the other items must be scored as well.
    gains : dict of str to float
        By level: how far it rises if this task alone is won, in points of the level.
    """

    task: str
    cell: str
    score: float | None
    reference: float
    improvement: float | None
    relative: float | None
    points: float
    points_if_won: float
    whole: bool
    gains: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The task as plain data."""
        return {**vars(self), "gains": dict(self.gains)}

    def __str__(self) -> str:
        if self.score is None:
            way = f"no score, wants {self.reference:g}"
        else:
            way = f"{self.score:g} -> {self.reference:g}" + ("" if self.whole else ", on all items")
        return f"{self.task}: {way}"


@dataclass(frozen=True)
class LostTasks:
    """Every lost task that could be won.

    Attributes
    ----------
    model : str or None
        The model's name.
    level : str
        The level by whose gain the tasks are ordered.
    tasks : tuple of LostTask
        The largest gain first; of equal gains the smallest relative improvement first.
    out_of_reach : tuple of str
        Tasks that no score wins: the set has no reference for them.
    signature : str
        The report's, and what was asked.
    """

    model: str | None
    level: str
    tasks: tuple[LostTask, ...] = field(repr=False)
    out_of_reach: tuple[str, ...] = field(repr=False)
    signature: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The tasks as plain data."""
        return {
            "model": self.model,
            "level": self.level,
            "tasks": [task.to_dict() for task in self.tasks],
            "out_of_reach": list(self.out_of_reach),
            "signature": self.signature,
        }

    def __str__(self) -> str:
        name = "" if self.model is None else f" by {self.model}"
        lines = [f"{many(len(self.tasks), 'task')} lost{name} that could be won, by the gain of {titled(self.level)}"]
        lines += [f"  {task.gains[self.level]:+8.4f}  {task}" for task in self.tasks[:SHOWN]]
        if len(self.tasks) > SHOWN:
            lines.append(f"  and {len(self.tasks) - SHOWN} more")
        if self.out_of_reach:
            lines.append(f"  without a reference, so that no score wins: {many(len(self.out_of_reach), 'task')}")
        return "\n".join(lines)


def what_if_won(report: LevelReport, level: int | str | None = None) -> LostTasks:
    """What each lost task would take to win, and what each level would gain.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.
    level : int or str, optional
        By whose gain the tasks are ordered; by default the next level above the model's own that the scope can reach.

    Returns
    -------
    LostTasks
        Gains in [-100, 100]. A gain of Level-4 is 0 where the other side of the modality has no win: one win is not
        enough there.

    Raises
    ------
    InvalidInput
        If there is no such level, the scope cannot reach it, or points are infinite.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Image Deraining": 31.0, "Image Dehazing": 10.0}, scope="C:image.generation")
    >>> print(next(task for task in what_if_won(report, 2).tasks if task.score is not None))
    image.generation.image-dehazing: 10 -> 31.45
    """
    terms = LevelTerms(report)
    chosen = min(report.level + 1, len(terms.levels) + 1) if level is None else level
    name = level_name(chosen, terms.levels)
    found = lost_tasks_of(Openings(terms))
    ordered = sorted(found, key=lambda task: (-task.gains[name], _or_infinite(task.relative)))
    hopeless = np.flatnonzero(~terms.won & np.isnan(report.basis.aligned.references[terms.places]))
    return LostTasks(
        report.model,
        name,
        tuple(ordered),
        tuple(terms.names[place] for place in hopeless.tolist()),
        f"{report.signature}|what-if:won at the reference",
    )


def _or_infinite(number: float | None) -> float:
    return math.inf if number is None else number


@dataclass(frozen=True, eq=False)
class Openings:
    """The lost tasks of a report that could be won, as columns in the order of the scope's tasks.

    Attributes
    ----------
    terms : LevelTerms
        The report taken apart.
    """

    terms: LevelTerms

    @cached_property
    def at_references(self) -> Evaluation:
        """The evaluation of a model that scores each task's reference, on all items."""
        basis = self.terms.report.basis
        references = basis.aligned.references
        return Columns(basis.grid, references[np.newaxis]).against(references)

    @cached_property
    def can_be_won(self) -> Flags:
        """Which tasks are lost, and won by a score that equals the reference, shape (tasks,)."""
        can: Flags = ~self.terms.won & self.at_references.won[0, self.terms.places]
        return can

    @cached_property
    def points_if_won(self) -> Floats:
        """The points of the references, shape (tasks,); NaN where there is none."""
        points: Floats = self.at_references.points[0, self.terms.places]
        return points

    def improvements(self) -> tuple[Floats, Floats]:
        """How far scores are from their references: in table units and as a part of the reference; NaN if undefined."""
        aligned, places = self.terms.report.basis.aligned, self.terms.places
        references = aligned.references[places]
        apart = np.where(self.terms.scored, np.abs(references - aligned.values[places]), np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(references == 0, np.nan, apart / np.abs(references))
        return apart, relative

    def gains(self, places: NDArray[np.intp]) -> dict[str, Floats]:
        """By level: how far it rises if one of the tasks at these places is won alone, shape (places,)."""
        terms = self.terms
        cells, rows, points = terms.cell[places], np.arange(len(places)), self.points_if_won[places]
        # Where missing scores are skipped, a task that gets a score enters the denominator.
        over = terms.over[cells] + (~terms.counts[places])
        means = []
        for number, before in enumerate((terms.points[places], np.zeros(len(places)))):
            mean = np.broadcast_to(terms.means[number], (len(places), len(terms.cells))).copy()
            mean[rows, cells] = (terms.sums[number][cells] + points - before) / over
            means.append(mean)
        levels = terms.assembled(means[0], means[1])
        return {name: level - terms.levels[name] for name, level in levels.items()}


def lost_tasks_of(openings: Openings, places: NDArray[np.intp] | None = None) -> list[LostTask]:
    """The lost tasks at these places, or all that could be won, in order."""
    terms = openings.terms
    chosen = np.flatnonzero(openings.can_be_won) if places is None else places
    gains = {name: column.tolist() for name, column in openings.gains(chosen).items()}
    apart, relative = openings.improvements()
    aligned = terms.report.basis.aligned
    found = []
    for number, place in enumerate(chosen.tolist()):
        at = int(terms.places[place])
        found.append(
            LostTask(
                task=terms.names[place],
                cell=terms.cells[terms.cell[place]],
                score=float(aligned.values[at]) if terms.scored[place] else None,
                reference=float(aligned.references[at]),
                improvement=_or_none(apart[place]),
                relative=_or_none(relative[place]),
                points=float(terms.points[place]),
                points_if_won=float(openings.points_if_won[place]),
                whole=aligned.share is None or float(aligned.share[at]) >= 1,
                gains={name: column[number] for name, column in gains.items()},
            )
        )
    return found


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else float(number)

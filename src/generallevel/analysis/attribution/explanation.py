"""A level as a tree: from the number down to the tasks it comes from, with how each node is made of those below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from generallevel.analysis.attribution.attributed import contributions
from generallevel.analysis.attribution.level_terms import LevelTerms, level_name
from generallevel.analysis.wording import many, titled
from generallevel.benchmark.task import PARADIGMS
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport

__all__ = ["Node", "explain"]

MADE = {
    "level_2": "mean of the two cell means",
    "level_3": "mean of S_C and S_G",
    "level_4": "harmonic mean of S_C and S_G",
}


@dataclass(frozen=True)
class Node:
    """One node of an explanation.

    Attributes
    ----------
    label : str
        What the node is: a level, a modality, a cell, a task.
    value : float
        Its figure, 0-100; points for a task, a sum of points for a node that stands for several tasks.
    how : str
        How the value is made of the children, or of score and reference.
    contribution : float
        How much of the explained level comes from here; the contributions of the children add up to it.
    children : tuple of Node
        What it is made of, the largest contribution first.
    """

    label: str
    value: float
    how: str
    contribution: float
    children: tuple[Node, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The tree as plain data."""
        return {
            "label": self.label,
            "value": self.value,
            "how": self.how,
            "contribution": self.contribution,
            "children": [child.to_dict() for child in self.children],
        }

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        label = titled(self.label) if self.label in LEVELS else self.label
        yield f"{label} {self.value:.3f} = {self.how} [{self.contribution:.3f}]"
        for place, child in enumerate(self.children):
            last = place == len(self.children) - 1
            branch, trunk = ("└─ ", "   ") if last else ("├─ ", "│  ")
            for number, line in enumerate(child._lines()):
                yield (branch if number == 0 else trunk) + line


def explain(report: LevelReport, level: int | str | None = None, *, most: int = 3) -> Node:
    """A level as a tree, down to the tasks with the largest contributions.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.
    level : int or str, optional
        Which level, ``4`` or ``"level_4"``; by default 4, or 3 where the scope cannot reach that.
    most : int, default 3
        How many tasks of a cell are spelt out; the others are one node.

    Returns
    -------
    Node
        The root. Contributions are those of `contributions`, so that the leaves add up to the level.

    Raises
    ------
    InvalidInput
        If there is no such level, the scope cannot reach it, ``most`` is negative, or the rules blend Level-4 otherwise
        than the paper does.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Image Deraining": 41.2, "Image Dehazing": 20.0}, scope="C:image.generation")
    >>> print(explain(report, 3))
    Level-3 2.151 = 1 of 45 tasks won: 96.8 won points / 45 [2.151]
    └─ image.generation.image-deraining 96.803 = won: 41.2 against 34.56 [2.151]
    """
    reached = LevelTerms(report).levels
    name = level_name(level if level is not None else 4 if "level_4" in reached else 3, reached)
    if most < 0:
        raise InvalidInput(f"most = {most}: wanted a number of tasks, 0 or more.")
    return _Tree(report, name, most).root()


class _Tree:
    """The nodes of one level of one report."""

    def __init__(self, report: LevelReport, level: str, most: int) -> None:
        self.terms, self.report, self.level, self.most = LevelTerms(report), report, level, most
        self.parts = contributions(report).contributions[level]
        self.means = self.terms.means[0 if level == "level_2" else 1]
        self.counted = self.terms.points if level == "level_2" else np.where(self.terms.won, self.terms.points, 0.0)

    def root(self) -> Node:
        if not self.report.basis.grid.modalities:
            cell = self.cell(self.terms.cells[0])
            return Node(self.level, self.terms.levels[self.level], cell.how, cell.contribution, cell.children)
        if self.level != "level_5":
            return self.over_modalities(self.level)
        fourth = self.over_modalities("level_4")
        spoken = self.cell("language") if self.terms.language >= 0 else Node("language", 0.0, "no language tasks", 0.0)
        how = f"{fourth.value:.3f} x {spoken.value:.3f} / 100, Level-4 carried by S_L"
        return Node(self.level, self.terms.levels[self.level], how, self.sum_of((fourth, spoken)), (fourth, spoken))

    def over_modalities(self, level: str) -> Node:
        names = self.report.basis.grid.modalities
        nodes = self.ordered([self.modality(name, level) for name in names])
        how = f"mean of {len(names)} modalities" if len(names) > 1 else "that of the one modality"
        return Node(level, self.terms.levels[level], how, self.sum_of(nodes), nodes)

    def modality(self, name: str, level: str) -> Node:
        cells = self.ordered([
            self.cell(f"{name}.{side}") for side in PARADIGMS if f"{name}.{side}" in self.terms.cells
        ])  # fmt: skip
        how = MADE[level] + ("" if len(cells) == len(PARADIGMS) else "; the cell without tasks is 0")
        return Node(name, float(self.report.modalities[name][level]), how, self.sum_of(cells), cells)

    def cell(self, name: str) -> Node:
        number = self.terms.cells.index(name)
        inside = np.flatnonzero(self.terms.cell == number)
        order = inside[np.lexsort((-self.counted[inside], -self.parts[inside]))]
        relevant = [place for place in order.tolist() if self.counted[place] != 0]
        shown, rest = relevant[: self.most], relevant[self.most :]
        nodes = [self.task(place) for place in shown]
        if rest:
            kind = "scored" if self.level == "level_2" else "won"
            total = float(self.counted[rest].sum())
            nodes.append(
                Node(many(len(rest), f"other {kind} task"), total, "sum of points", float(self.parts[rest].sum()))
            )
        over, total = int(self.terms.over[number]), float(self.counted[inside].sum())
        if self.level == "level_2":
            said = f"{int(self.terms.scored[inside].sum())} of {len(inside)} tasks scored: {total:.1f} points / {over}"
        else:
            said = f"{int(self.terms.won[inside].sum())} of {len(inside)} tasks won: {total:.1f} won points / {over}"
        return Node(name, float(self.means[number]), said, float(self.parts[inside].sum()), tuple(nodes))

    def task(self, place: int) -> Node:
        aligned = self.report.basis.aligned
        at = int(self.terms.places[place])
        value, reference = float(aligned.values[at]), float(aligned.references[at])
        against = "no reference" if np.isnan(reference) else f"against {reference:g}"
        how = f"{'won' if self.terms.won[place] else 'lost'}: {value:g} {against}"
        return Node(self.terms.names[place], float(self.counted[place]), how, float(self.parts[place]))

    @staticmethod
    def ordered(nodes: list[Node]) -> tuple[Node, ...]:
        return tuple(sorted(nodes, key=lambda node: -node.contribution))

    @staticmethod
    def sum_of(nodes: tuple[Node, ...]) -> float:
        return sum(node.contribution for node in nodes)

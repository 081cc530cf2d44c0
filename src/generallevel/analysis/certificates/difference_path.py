"""The path from one report to another: what differs, switched one thing at a time, in one order and in its opposite.

A *switch* is one thing that differs: the tasks or the scope, the rules, the policy for missing scores, one reference,
one score. Its effect in an order is what the levels gain when it is switched, all before it being switched already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.evaluation import LEVELS, Columns, Grid, grid
from generallevel.level_report import LevelReport

__all__ = ["DifferencePath"]

Floats = NDArray[np.float64]

WHOLE = ("tasks", "scope", "rules", "missing")  # causes that are switched as one
BLOCK = 256  # ours: states evaluated at a time, so that they fit a cache


class DifferencePath:
    """The switches that lead from one report to another.

    Attributes
    ----------
    ids : list of str
        The tasks of either scope.
    whole : list of (str, str)
        Causes that are switched as one, with what they say.
    switches : list of (str, int)
        All of them, in order: the cause, and the task's place in `ids` or -1.
    effects : ndarray of float, shape (switches, levels)
        What each does to each level.
    """

    def __init__(self, first: LevelReport, second: LevelReport) -> None:
        self.reports = (first, second)
        scopes = [
            [report.basis.grid.catalogue.ids[place] for place in report.basis.grid.scope.positions.tolist()]
            for report in self.reports
        ]
        self.ids = list(dict.fromkeys([*scopes[0], *scopes[1]]))
        self.columns = [self._columns(report) for report in self.reports]
        self.whole = self._whole()
        self.switches: list[tuple[str, int]] = [(kind, -1) for kind, _ in self.whole]
        (values, references, share), (others, other_references, other_share) = self.columns
        changed = {
            "references": ~_equal(references, other_references),
            "scores": ~(_equal(values, others) & (share == other_share)),
        }
        for kind, flags in changed.items():
            self.switches += [(kind, place) for place in np.flatnonzero(flags).tolist()]
        self.effects = (self._walked(forward=True) + self._walked(forward=False)) / 2

    def _columns(self, report: LevelReport) -> tuple[Floats, Floats, Floats]:
        """Scores, references and shares of items, in the order of `ids`."""
        aligned, index = report.basis.aligned, report.basis.grid.catalogue.index
        places = np.array([index.get(task, -1) for task in self.ids], dtype=np.intp)
        share = np.ones(len(aligned.values)) if aligned.share is None else aligned.share
        there = places >= 0
        return (
            np.where(there, aligned.values[places], np.nan),
            np.where(there, aligned.references[places], np.nan),
            np.where(there, share[places], 1.0),
        )

    def _whole(self) -> list[tuple[str, str]]:
        one, other = (report.basis.grid for report in self.reports)
        found = []
        if one.catalogue.tasks != other.catalogue.tasks:
            names = [{task.id: task for task in on.catalogue.tasks} for on in (one, other)]
            both = names[0].keys() & names[1].keys()
            redefined = sum(names[0][task] != names[1][task] for task in both)
            said = (
                f"{one.catalogue.name} to {other.catalogue.name}: {len(names[1]) - len(both)} tasks came, "
                f"{len(names[0]) - len(both)} went, {redefined} are defined otherwise"
            )
            scopes = "" if one.scope.text == other.scope.text else f"; scope {one.scope.text} to {other.scope.text}"
            found.append(("tasks", f"{said}{scopes}"))
        elif one.scope.text != other.scope.text:
            found.append(("scope", f"{one.scope.text} to {other.scope.text}"))
        if one.rules != other.rules:
            found.append(("rules", f"{one.rules.name} to {other.rules.name}"))
        policies = [_policy(report) for report in self.reports]
        if policies[0] != policies[1]:
            found.append(("missing", f"{policies[0]} to {policies[1]}"))
        return found

    def rows(self, kind: str) -> list[int]:
        """The switches of a cause."""
        return [row for row, (cause, _) in enumerate(self.switches) if cause == kind]

    def said(self, kind: str) -> str:
        """What there is to say of a cause that is many tasks."""
        number = len(self.rows(kind))
        changed = f"{number} {'task has another' if number == 1 else 'tasks have another'}"
        if kind == "scores":
            return f"{changed} score"
        names = [report.references for report in self.reports]
        return f"{' to '.join(dict.fromkeys(names))}: {changed} reference"

    def _walked(self, *, forward: bool) -> Floats:
        """The effect of each switch, in one order."""
        order = list(range(len(self.switches)))
        if not forward:
            order.reverse()
        effects = np.zeros((len(self.switches), len(LEVELS)))
        before = self._levels(np.zeros((1, len(self.switches)), dtype=bool))[0]
        for start in range(0, len(order), BLOCK):
            block = order[start : start + BLOCK]
            on = np.zeros((len(block), len(self.switches)), dtype=bool)
            on[:, order[:start]] = True
            for row in range(len(block)):
                on[row:, block[row]] = True
            levels = self._levels(on)
            effects[block] = np.diff(np.vstack([before, levels]), axis=0)
            before = levels[-1]
        return effects

    def _levels(self, on: NDArray[np.bool_]) -> Floats:
        """The levels of states, shape (states, levels); NaN for one out of reach. ``on`` is (states, switches)."""
        switched = {kind: on[:, rows[0]] for kind, _ in self.whole if (rows := self.rows(kind))}
        nowhere = np.zeros(len(on), dtype=bool)
        flags = np.stack([switched.get(kind, nowhere) for kind in WHOLE], axis=-1)
        columns = []
        for column, kind in enumerate(("scores", "references", "scores")):
            rows = self.rows(kind)
            mixed = np.tile(self.columns[0][column], (len(on), 1))
            places = [self.switches[row][1] for row in rows]
            mixed[:, places] = np.where(on[:, rows], self.columns[1][column][places], mixed[:, places])
            columns.append(mixed)
        found = np.full((len(on), len(LEVELS)), np.nan)
        for state in np.unique(flags, axis=0):
            rows_of = np.flatnonzero((flags == state).all(axis=1))
            tasks, scope, rules, missing = (bool(flag) for flag in state)
            grid_of = self._grid(tasks or scope, rules)
            records = self._evaluated(grid_of, missing, *(column[rows_of] for column in columns))
            for place, name in enumerate(LEVELS):
                if name in records:
                    found[rows_of, place] = records[name]
        return found

    def _grid(self, scope: bool, rules: bool) -> Grid:
        base, conventions = self.reports[scope].basis.grid, self.reports[rules].basis.grid.rules
        return base if base.rules == conventions else grid(base.catalogue, base.scope.text, conventions)

    def _evaluated(
        self, on: Grid, missing: bool, values: Floats, references: Floats, share: Floats
    ) -> Mapping[str, Floats]:
        index = on.catalogue.index
        here = [place for place, task in enumerate(self.ids) if task in index]
        there = [index[self.ids[place]] for place in here]
        spread = []
        for column, empty in ((values, np.nan), (references, np.nan), (share, 1.0)):
            full = np.full((len(column), len(index)), empty)
            full[:, there] = column[:, here]
            spread.append(full)
        known = None if (spread[2] >= 1).all() else spread[2]
        return Columns(on, spread[0], _policy(self.reports[missing]), known).against(spread[1]).levels


def _policy(report: LevelReport) -> Literal["zero", "skip"]:
    """What a report's policy does with a missing score; under ``error`` there is none."""
    return "skip" if report.missing == "skip" else "zero"


def _equal(one: Floats, other: Floats) -> NDArray[np.bool_]:
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)))

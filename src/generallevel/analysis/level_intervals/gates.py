"""Gates: how surely each task is won or lost, and what levels would be if the doubtful ones went one way.

The margin of a task is its score minus its reference, in the metric's direction, and the step by which it is measured
is the standard error that the score would have if it were at the reference, or has where it is, whichever is more. A
gate is *near* where the margin is within two steps. A tie at printed precision is a margin below half of the last digit
to which the reference is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.analysis.distributions.quantiles import normal_cdf
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.printed_precision import half_of_last_digit
from generallevel.analysis.sensitivities.other_columns import columns_like
from generallevel.evaluation import Grid
from generallevel.level_report import LevelReport
from generallevel.rules import Comparison

__all__ = ["BOUNDS", "NEAR", "Gates"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEAR = 2.0  # standard errors within which a gate counts as near
NEGLIGIBLE = 0.05  # ours: a standard deviation of so many points does not show in a level of one decimal
BOUNDS = ("clear_wins_only", "ties_as_losses", "ties_as_wins", "all_not_clearly_lost")


@dataclass(frozen=True, eq=False)
class Gates:
    """The gates of one report.

    Attributes
    ----------
    report : LevelReport
        Whose tasks.
    scores : TaskSampling
        The spread of its scores.
    references : TaskSampling or None
        The spread of its references, where they are not taken as constants.
    """

    report: LevelReport
    scores: TaskSampling
    references: TaskSampling | None = None

    @cached_property
    def margins(self) -> Floats:
        """Raw margins, above 0 where the model is better, shape (tasks,); NaN without a score or a reference."""
        aligned, higher = self.report.basis.aligned, self.report.basis.grid.normaliser.higher
        return (aligned.values - aligned.references) * np.where(higher, 1.0, -1.0)

    @cached_property
    def steps(self) -> Floats:
        """The standard error by which a margin is measured, shape (tasks,); NaN where it is not known."""
        references = self.report.basis.aligned.references
        steps = np.fmax(self.scores.standard_errors(), self.scores.standard_errors(references))
        if self.references is None:
            return steps
        others = self.references.standard_errors()
        known = self.scores.known | self.references.known
        total = np.hypot(np.where(np.isnan(steps), 0.0, steps), np.where(np.isnan(others), 0.0, others))
        return np.where(known, total, np.nan)

    @cached_property
    def known(self) -> Flags:
        """Tasks of the scope whose margin and step are known, shape (tasks,)."""
        return (self.scores.kinds > 0) & ~np.isnan(self.margins) & ~np.isnan(self.steps)

    @cached_property
    def near(self) -> Flags:
        """Tasks within two standard errors of their reference, shape (tasks,)."""
        with np.errstate(invalid="ignore"):
            return self.known & (np.abs(self.margins) <= NEAR * self.steps)

    @cached_property
    def share(self) -> float:
        """Near gates among those whose step is known, 0-1; 0 where none is."""
        return float(self.near.sum() / max(1, self.known.sum()))

    @cached_property
    def weights(self) -> Floats:
        """How many points Level-3 has for one point of each task of the scope, shape (tasks of the scope,)."""
        terms, modalities = LevelTerms(self.report), self.report.basis.grid.modalities
        each = np.where(terms.modality >= 0, 0.5 / max(1, len(modalities)), 0.0) if modalities else np.ones(1)
        weights: Floats = (each / np.maximum(terms.over, 1))[terms.cell] * terms.counts
        return weights

    @cached_property
    def weight(self) -> float:
        """What part the near gates are of those whose step is known, by weight in Level-3, 0-1."""
        places = self.report.basis.grid.scope.positions
        near, known = self.near[places], self.known[places]
        return float((self.weights * near).sum() / max((self.weights * known).sum(), np.finfo(np.float64).tiny))

    @cached_property
    def variance(self) -> float:
        """What part of the variance of Level-3 comes from gates that may go either way, 0-1.

        The rest comes from the points of won tasks. 0 where all gates together move the level by less than
        `NEGLIGIBLE` points (one standard deviation).
        """
        basis = self.report.basis
        places, weights = basis.grid.scope.positions, self.weights
        steps = np.where(self.known, self.steps, 0.0)
        rules, normaliser = basis.grid.rules, basis.grid.normaliser
        around = np.clip(basis.aligned.values + np.stack([steps, -steps]), *normaliser.bounds)
        points = rules.points(normaliser, rules.read(normaliser, around))
        moved = np.abs(points[0] - points[1])[places] / 2
        chances = self.win_probabilities[places]
        gates = np.nansum((weights * basis.points[places]) ** 2 * chances * (1 - chances))
        rest = np.nansum((weights * moved) ** 2 * chances)
        return float(gates / (gates + rest)) if gates > NEGLIGIBLE**2 else 0.0

    @cached_property
    def ties(self) -> Flags:
        """Tasks decided by less than the reference's last printed digit, shape (tasks,)."""
        references = self.report.basis.aligned.references
        apart = np.abs(self.margins)
        ties: Flags = apart == 0
        near = np.flatnonzero((apart > 0) & (apart <= 0.5))  # no reference is printed to tens
        ties[near] = apart[near] < half_of_last_digit(references[near])
        return ties

    @cached_property
    def win_probabilities(self) -> Floats:
        """The chance that another test of the same size would be won, were scores and references true; shape (tasks,).

        One half at an exact tie; 0 or 1 where nothing is known or there is no spread.
        """
        won = self.report.basis.won.astype(np.float64)
        spread = self.known & (self.steps > 0)
        chances = normal_cdf(np.divide(self.margins, self.steps, out=np.zeros_like(self.margins), where=spread))
        # A task that cannot win by its margin, as one with items left out, does not win by chance either.
        able = self.report.basis.won | ~(self.margins >= 0)
        return np.where(spread, np.where(able, chances, 0.0), won)

    @cached_property
    def expected_level_3(self) -> float:
        """Level-3 with each task's points times its chance of a win, 0-100."""
        terms = LevelTerms(self.report)
        soft = terms.by_cell(terms.points * self.win_probabilities[terms.places]) / np.maximum(terms.over, 1)
        return float(terms.assembled(terms.means[0], soft)["level_3"])

    def bounds(self) -> Mapping[str, dict[str, float]]:
        """Levels if the doubtful gates went one way.

        Returns
        -------
        dict of str to (dict of str to float)
            By level: ``clear_wins_only``, near gates and ties lost; ``ties_as_losses`` and ``ties_as_wins``, at printed
            precision; ``all_not_clearly_lost``, near gates and ties won. Gates of unknown uncertainty stay as they are.
        """
        won = self.report.basis.won
        able = won | ~(self.margins >= 0)
        doubtful = self.near | self.ties
        wins = np.stack([won & ~doubtful, won & ~self.ties, won | (self.ties & able), won | (doubtful & able)])
        levels = levels_with(self.report, wins)
        return {
            name: dict(zip(BOUNDS, column.tolist(), strict=True))
            for name, column in levels.items()
            if name != "level_2"
        }


def levels_with(report: LevelReport, wins: Flags) -> Mapping[str, Floats]:
    """The levels of a report with its wins replaced.

    Parameters
    ----------
    report : LevelReport
        Whose points count.
    wins : ndarray of bool, shape (rows, tasks)
        One choice of wins a row.

    Returns
    -------
    dict of str to ndarray of float, shape (rows,)
    """
    basis = report.basis

    def given(_compared: Comparison) -> Flags:
        return wins

    on = basis.grid
    on = Grid(on.catalogue, on.scope, replace(on.rules, wins=given), on.normaliser, on.cells)
    values = np.broadcast_to(basis.aligned.values, wins.shape)
    return columns_like(report, values, on).against(basis.aligned.references).levels

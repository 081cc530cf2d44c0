"""Prices of points: what the cheapest way to a target would pay for a point of each cell, if steps could be split.

With steps that can be taken in part, the cheapest way to a target is a convex problem: Levels 2 and 3 are linear, and
the harmonic mean, and the square root of Level-4 times language, are concave. A linear program with tangents describes
it from outside: solve, add the tangents where the answer stands, and solve again, until the answer reaches the target.
Its multipliers price the points. A step's *reduced cost* is its cost less the price of its points: below 0 where it is
worth taking. For any choice of whole steps that reaches the target,

    cost >= bound + sum of the reduced costs of steps taken that are above 0, and of steps left that are below 0,

whatever the prices, since tangents never cut off what reaches the target.

Sources: Kelley, The cutting-plane method for solving convex programs, Journal of SIAM 8, 1960; Geoffrion, Lagrangean
relaxation for integer programming, 1974; SciPy's HiGHS for the linear programs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.errors import UndefinedScore
from generallevel.scales import FULL

if TYPE_CHECKING:
    from generallevel.analysis.planning.cheapest_wins import Problem

__all__ = ["reduced_costs"]

Floats = NDArray[np.float64]

RATIOS = 12  # ours: tangents to begin with, evenly in the logarithm of S_C / S_G
ROUNDS = 30  # ours: a dozen bring the answer to the target; the bound holds after any number
NEAR = 1e-7  # ours: how near the target, relative to it, the answer in parts must come


def reduced_costs(problem: Problem, score: float) -> tuple[Floats, float]:
    """The reduced cost of each step, and a lower bound of the cost of reaching a score.

    Parameters
    ----------
    problem : Problem
        The level and its steps; all of them together reach the score.
    score : float
        Above the level as it is.

    Returns
    -------
    reduced : ndarray of float, shape (steps,)
        Below 0 for a step that is worth its cost.
    bound : float

    Raises
    ------
    UndefinedScore
        If SciPy's linear solver fails.
    """
    program = _Program(problem, score)
    for _ in range(ROUNDS):
        parts, reduced, bound = program.solve()
        means = problem.base + np.bincount(problem.cell, problem.step * parts, len(problem.base))
        if program.reached(means):
            break
        program.add_tangents_at(means)
    return reduced, bound


class _Program:
    """The linear program: a part of each step, then the harmonic mean of each modality; rows are lower bounds."""

    def __init__(self, problem: Problem, score: float) -> None:
        self.problem, self.score = problem, score
        self.steps, self.width = len(problem.step), len(problem.step) + len(problem.pairs)
        self.rows: list[Floats] = []
        self.least: list[float] = []
        if problem.kind == "sum":
            row = np.zeros(self.width)
            row[: self.steps] = problem.weights[problem.cell] * problem.step
            self.require(row, float(problem.weights @ problem.base), score)
            return
        ratios = np.geomspace(1 / FULL, FULL, RATIOS)
        for modality in range(len(problem.pairs)):
            for share in (0.0, *(ratios / (1.0 + ratios)).tolist(), 1.0):
                self.tangent(modality, share)
        if problem.kind == "blend":
            self.require(self.fourth(), 0.0, score)
        else:
            self.bound_factors()

    def mean(self, cell: int | None) -> tuple[Floats, float]:
        """A cell's mean as coefficients and a constant."""
        row = np.zeros(self.width)
        if cell is None:
            return row, 0.0
        inside = self.problem.cell == cell
        row[: self.steps][inside] = self.problem.step[inside]
        return row, float(self.problem.base[cell])

    def require(self, row: Floats, constant: float, least: float) -> None:
        """Demand that ``row . x + constant >= least``."""
        self.rows.append(row)
        self.least.append(least - constant)

    def tangent(self, modality: int, share: float) -> None:
        """Bound a harmonic mean by its tangent where ``S_C / (S_C + S_G)`` is ``share``; it has no constant."""
        (one, base), (other, further) = map(self.mean, self.problem.pairs[modality])
        on_one, on_other = 2.0 * (1.0 - share) ** 2, 2.0 * share**2
        row = on_one * one + on_other * other
        row[self.steps + modality] = -1.0
        self.require(row, on_one * base + on_other * further, 0.0)

    def fourth(self) -> Floats:
        """Level-4 as coefficients."""
        row = np.zeros(self.width)
        row[self.steps :] = 1.0 / len(self.problem.pairs)
        return row

    def product_tangent(self, ratio: float) -> None:
        """Bound the square root of Level-4 times language by its tangent where their ratio is as given."""
        spoken, base = self.mean(self.problem.language)
        root = math.sqrt(ratio)
        # sqrt(h l) <= (h / sqrt(r) + l sqrt(r)) / 2 for any r, and it must be at least sqrt(100 * score)
        self.require(self.fourth() / (2 * root) + spoken * (root / 2), base * root / 2, math.sqrt(FULL * self.score))

    def bound_factors(self) -> None:
        """Demand of Level-4, and of language, what the target needs when the other is at its most."""
        everything = self.problem.base + np.bincount(self.problem.cell, self.problem.step, len(self.problem.base))
        most, spoken = self.factors(everything)
        self.require(self.fourth(), 0.0, FULL * self.score / spoken)
        row, base = self.mean(self.problem.language)
        self.require(row, base, FULL * self.score / most)
        self.product_tangent(most / spoken)

    def factors(self, means: Floats) -> tuple[float, float]:
        """Level-4 and the language mean."""
        fourth = float(synergy.overall([self.problem.blend(means, pair) for pair in self.problem.pairs]))
        return fourth, 0.0 if self.problem.language is None else float(means[self.problem.language])

    def reached(self, means: Floats) -> bool:
        """Whether cell means reach the target, all but."""
        if self.problem.kind == "sum":
            return True
        fourth, spoken = self.factors(means)
        value = fourth if self.problem.kind == "blend" else float(synergy.level_5(fourth, spoken))
        return value >= self.score * (1.0 - NEAR)

    def add_tangents_at(self, means: Floats) -> None:
        """The tangents where an answer stands, which cut it off."""
        for modality, pair in enumerate(self.problem.pairs):
            one, other = (0.0 if cell is None else float(means[cell]) for cell in pair)
            if one + other > 0:
                self.tangent(modality, one / (one + other))
        fourth, spoken = self.factors(means)
        if self.problem.kind == "product" and fourth > 0 and spoken > 0:
            self.product_tangent(fourth / spoken)

    def solve(self) -> tuple[Floats, Floats, float]:
        """The part of each step in the cheapest answer, the reduced costs, and the least cost."""
        from scipy.optimize import linprog

        scale = float(self.problem.cost.max())
        costs = np.concatenate([self.problem.cost / scale, np.zeros(len(self.problem.pairs))])
        rows = -np.array(self.rows)
        bounds = [(0.0, 1.0)] * self.steps + [(0.0, FULL)] * len(self.problem.pairs)
        answer = linprog(costs, A_ub=rows, b_ub=-np.array(self.least), bounds=bounds, method="highs")
        if answer.x is None or answer.fun is None:
            raise UndefinedScore(f"SciPy's linear solver failed: {answer.message}")
        reduced = costs - rows.T @ answer.ineqlin.marginals
        parts: Floats = answer.x[: self.steps]
        return parts, reduced[: self.steps] * scale, float(answer.fun) * scale

"""The cheapest set of wins that takes a level to a score, exactly.

A `Problem` is a level as a function of cell means, and steps that raise them: each belongs to a cell, has a height and
a cost. Cells combine pairwise: comprehension and generation by their harmonic mean, modalities by addition, and the sum
with language by a product. Each operation rises in both its arguments, so that the best whole is made of best parts
(Bellman): of each part only its *frontier* matters, the choices that no cheaper choice beats.

*Equal costs.* The best k steps of a cell are its k highest, so that its frontier is its mean after 0, 1, 2 ... steps.

*Unequal costs.* A frontier can be long, but only a small part of it can be in the answer. That part is found with
prices, as the module `step_prices` says: at given prices each step has a *regret*, what it costs beyond the
best use of it, and the regrets of a choice add up to at most its cost less a lower bound of all costs. So choices of
little regret are tried first, and the allowance grows until the cheapest choice found lies within it. It is then the
cheapest of all. Costs that are all but proportional to what they buy leave no such small part: beyond `MOST` choices a
frontier is thinned, and the answer says that it may not be the cheapest, and how much less any other can cost.

Sources: Bellman, Dynamic Programming, 1957; Nemhauser and Ullmann, Discrete dynamic programming and capital allocation,
Management Science 15, 1969, for the frontiers; Balas and Zemel, An algorithm for large zero-one knapsack problems,
Operations Research 28, 1980, for the regrets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy

__all__ = ["TOLERANCE", "Cheapest", "Problem", "best_by_count", "cheapest"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Operation = Callable[[Floats, Floats], Floats]

TOLERANCE = 1e-9  # ours: how far below a target, in points, rounding may leave a level that reaches it
SLACK = 1e-7  # ours: relative room for the rounding of the linear program in a bound
MOST = 4000  # ours: choices of one frontier; General-Bench with random costs has needed up to 2066
THIN = 500  # ours: choices that are left of a frontier beyond that
FIRST = 1 / 16  # ours: the first allowance of regret, in mean costs; it doubles until it is enough


@dataclass(frozen=True, eq=False)
class Problem:
    """A level, and the steps that raise it.

    Attributes
    ----------
    kind : {"sum", "blend", "product"}
        Levels 2 and 3 are a weighted sum of cell means, Level-4 is the mean over modalities of harmonic means, and
        Level-5 is that times the language cell over 100.
    base : ndarray of float, shape (cells,)
        The cell means as they are.
    weights : ndarray of float, shape (cells,)
        Of a sum.
    pairs : tuple of (int or None, int or None)
        The comprehension and the generation cell of each modality; None for a cell without tasks.
    language : int or None
        The cell of the product.
    cell, step, cost : ndarray, shape (steps,)
        Which cell a step raises, by how much (above 0), and at what cost (at least 0).
    """

    kind: str
    base: Floats
    weights: Floats
    pairs: tuple[tuple[int | None, int | None], ...]
    language: int | None
    cell: Places
    step: Floats
    cost: Floats

    def value(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> float:
        """The level after some of the steps."""
        means = self.base + np.bincount(self.cell[chosen], self.step[chosen], len(self.base))
        if self.kind == "sum":
            return float(self.weights @ means)
        fourth = float(synergy.overall([self.blend(means, pair) for pair in self.pairs]))
        if self.kind == "blend":
            return fourth
        return 0.0 if self.language is None else float(synergy.level_5(fourth, means[self.language]))

    @staticmethod
    def blend(means: Floats, pair: tuple[int | None, int | None]) -> float:
        """Level-4 of one modality."""
        a, b = (0.0 if cell is None else float(means[cell]) for cell in pair)
        return float(synergy.level_4(a, b))

    @property
    def equal(self) -> bool:
        """Whether all costs are the same."""
        return len(self.cost) == 0 or bool((self.cost == self.cost[0]).all())


@dataclass(frozen=True, eq=False)
class Cheapest:
    """The cheapest steps that take a level to a score.

    Attributes
    ----------
    steps : ndarray of int
        Positions of the steps, ascending.
    bound : float
        What any other answer costs at least; the cost of this one where it is exact.
    """

    steps: Places
    bound: float


def cheapest(problem: Problem, score: float, *, above: bool) -> Cheapest:
    """The steps of the cheapest set that takes the level to a score.

    Parameters
    ----------
    problem : Problem
        The level and its steps. That all steps together reach the score is the caller's to check.
    score : float
        In [0, 100].
    above : bool
        Whether the level must be above 0, whatever the score, rather than at least the score.

    Returns
    -------
    Cheapest
        Of equal costs: the fewest steps, and among as many those that lift the level most.

    Raises
    ------
    UndefinedScore
        If SciPy's linear solver fails.
    """
    nothing = np.empty(0, dtype=np.intp)
    before = problem.value(nothing)
    if before > 0 if above else before >= score - TOLERANCE:
        return Cheapest(nothing, 0.0)
    if problem.equal:
        values, chosen = best_by_count(problem)
        reached = values > 0 if above else values >= score - TOLERANCE
        steps, bound = chosen(int(np.argmax(reached))), None
    else:
        steps, bound = (_first_steps(problem), None) if above else _by_regret(problem, score)
    return Cheapest(np.sort(steps), float(problem.cost[steps].sum()) if bound is None else bound)


def _first_steps(problem: Problem) -> Places:
    """The cheapest steps that take the level above 0: one in each cell that must not be 0 and is."""
    price = np.full(len(problem.base), np.inf)
    first = np.full(len(problem.base), -1)
    price[problem.base > 0] = 0.0
    for place in np.lexsort((-problem.step, problem.cost)).tolist():
        cell = problem.cell[place]
        if price[cell] == np.inf:
            price[cell], first[cell] = problem.cost[place], place
    if problem.kind == "sum":
        needed = [int(np.argmin(np.where(problem.weights > 0, price, np.inf)))]
    else:
        sides = [[cell for cell in pair if cell is not None] for pair in problem.pairs if None not in pair]
        needed = min(sides, key=lambda cells: price[cells].sum())
        needed += [] if problem.kind == "blend" or problem.language is None else [problem.language]
    return first[needed][first[needed] >= 0]


# ------------------------------------------------------------------------------------------------------- equal costs


def best_by_count(problem: Problem) -> tuple[Floats, Callable[[int], Places]]:
    """The highest level that 0, 1, 2 ... steps reach, and which steps those are.

    Parameters
    ----------
    problem : Problem
        The level and its steps; costs do not matter.

    Returns
    -------
    values : ndarray of float, shape (steps that matter + 1,)
        Never falling.
    chosen : callable
        From a number of steps to their positions.
    """
    if problem.kind == "sum":
        heights = problem.weights[problem.cell] * problem.step
        order = np.argsort(-heights, kind="stable")
        values = problem.weights @ problem.base + np.concatenate([[0.0], np.cumsum(heights[order])])
        return values, lambda count: order[:count]
    steps = [np.flatnonzero(problem.cell == cell) for cell in range(len(problem.base))]
    highest = [places[np.argsort(-problem.step[places], kind="stable")] for places in steps]

    def frontier(cell: int | None) -> _Frontier:
        if cell is None:
            return _Frontier(np.zeros(1), lambda _count: np.empty(0, dtype=np.intp))
        rising = problem.base[cell] + np.concatenate([[0.0], np.cumsum(problem.step[highest[cell]])])
        return _Frontier(rising, lambda count: highest[cell][:count])

    whole = frontier(None)
    for one, other in problem.pairs:
        whole = _combined(whole, _combined(frontier(one), frontier(other), synergy.level_4), np.add)
    whole = _Frontier(whole.values / len(problem.pairs), whole.chosen)
    if problem.kind == "product":
        whole = _combined(whole, frontier(problem.language), synergy.level_5)
    return whole.values, whole.chosen


@dataclass(frozen=True, eq=False)
class _Frontier:
    """The best value for each number of steps, and the steps."""

    values: Floats
    chosen: Callable[[int], Places]


def _combined(one: _Frontier, other: _Frontier, together: Operation) -> _Frontier:
    """The frontier of an operation that rises in both arguments: the best split of each number of steps."""
    size = len(one.values) + len(other.values) - 1
    best, taken = np.full(size, -np.inf), np.zeros(size, dtype=np.intp)
    # The loop runs over the shorter one; `taken` counts the steps of the first.
    swapped = len(one.values) > len(other.values)
    short, long = (other, one) if swapped else (one, other)
    for count, value in enumerate(short.values):
        reach = np.full(len(long.values), value)
        values = together(long.values, reach) if swapped else together(reach, long.values)
        window = slice(count, count + len(long.values))
        better = values > best[window]
        best[window][better] = values[better]
        taken[window][better] = (np.arange(len(long.values)) if swapped else np.full(len(long.values), count))[better]

    def chosen(count: int) -> Places:
        first = int(taken[count])
        return np.concatenate([one.chosen(first), other.chosen(count - first)])

    return _Frontier(best, chosen)


# ----------------------------------------------------------------------------------------------------- unequal costs


@dataclass(frozen=True, eq=False)
class _Choices:
    """Choices of some steps: value, cost and regret of each, and the steps."""

    values: Floats
    costs: Floats
    regrets: Floats
    chosen: Callable[[int], Places]
    thinned: bool = False

    def frontier(self, allowance: float) -> _Choices:
        """Those within an allowance of regret that no other one beats in value at the same or a lower cost."""
        within = np.flatnonzero(self.regrets <= allowance)
        order = within[np.lexsort((-self.values[within], self.costs[within]))]
        values = self.values[order]
        before = np.concatenate([[-np.inf], np.maximum.accumulate(values)[:-1]])
        kept = order[values > before]
        thinned = len(kept) > MOST
        if thinned:  # evenly by value; both ends stay, so that what reaches the target is not lost
            rising = self.values[kept]
            kept = kept[np.unique(np.searchsorted(rising, np.linspace(rising[0], rising[-1], THIN)))]
        chosen = self.chosen
        return _Choices(
            self.values[kept],
            self.costs[kept],
            self.regrets[kept],
            lambda number: chosen(int(kept[number])),
            self.thinned or thinned,
        )

    def with_all(self, other: _Choices, together: Operation) -> _Choices:
        """Every choice of the one with every choice of the other."""
        one, size = self, len(other.values)
        return _Choices(
            together(one.values[:, np.newaxis], other.values).ravel(),
            np.add.outer(one.costs, other.costs).ravel(),
            np.add.outer(one.regrets, other.regrets).ravel(),
            lambda number: np.concatenate([one.chosen(number // size), other.chosen(number % size)]),
            one.thinned or other.thinned,
        )


def _nothing(value: float) -> _Choices:
    return _Choices(np.array([value]), np.zeros(1), np.zeros(1), lambda _number: np.empty(0, dtype=np.intp))


def _by_regret(problem: Problem, score: float) -> tuple[Places, float | None]:
    """The cheapest steps of unequal costs, and a bound of their cost where they may not be the cheapest."""
    from generallevel.analysis.planning.step_prices import reduced_costs

    reduced, bound = reduced_costs(problem, score)
    slack = SLACK * (1.0 + abs(bound))
    allowance = float(problem.cost.mean()) * FIRST
    while True:
        found = _within(problem, reduced, allowance + slack)
        reached = np.flatnonzero(found.values >= score - TOLERANCE)
        if len(reached):
            best = int(reached[np.argmin(found.costs[reached])])
            needed = float(found.costs[best]) - bound
            if needed <= allowance or allowance > np.abs(reduced).sum():
                return found.chosen(best), bound if found.thinned else None
            allowance = min(needed, 2.0 * allowance)  # what was found is an answer: no more than its regret is needed
        else:
            allowance *= 2.0


def _within(problem: Problem, reduced: Floats, allowance: float) -> _Choices:
    """All choices within an allowance of regret that can be the best, by value and cost."""

    def cell(number: int | None) -> _Choices:
        if number is None:
            return _nothing(0.0)
        inside = np.flatnonzero(problem.cell == number)
        return _of_cell(problem, float(problem.base[number]), inside, reduced, allowance)

    if problem.kind == "sum":
        whole = _nothing(0.0)
        for number, weight in enumerate(problem.weights.tolist()):
            whole = whole.frontier(allowance).with_all(cell(number), partial(_weighted, weight))
        return whole
    whole = _nothing(0.0)
    for one, other in problem.pairs:
        blended = cell(one).with_all(cell(other), synergy.level_4).frontier(allowance)
        whole = whole.frontier(allowance).with_all(blended, partial(_weighted, 1.0 / len(problem.pairs)))
    if problem.kind == "product":
        whole = whole.frontier(allowance).with_all(cell(problem.language), synergy.level_5)
    return whole


def _weighted(weight: float, one: Floats, other: Floats) -> Floats:
    return one + weight * other


def _of_cell(problem: Problem, base: float, inside: Places, reduced: Floats, allowance: float) -> _Choices:
    """The frontier of a cell: steps are taken in turn, where taking or leaving them is within the allowance."""
    worth = reduced[inside] < 0
    open_to = np.abs(reduced[inside]) <= allowance
    sure, core = inside[worth & ~open_to], inside[open_to]
    core = core[np.argsort(np.abs(reduced[core]), kind="stable")]
    found = _Choices(
        np.array([base + problem.step[sure].sum()]), np.array([problem.cost[sure].sum()]), np.zeros(1), lambda _n: sure
    )
    for place in core.tolist():
        regret = float(reduced[place])
        step = _Choices(
            np.array([0.0, problem.step[place]]),
            np.array([0.0, problem.cost[place]]),
            np.array([max(0.0, -regret), max(0.0, regret)]),
            partial(_one_or_none, place),
        )
        found = found.with_all(step, np.add).frontier(allowance)
    return found


def _one_or_none(place: int, taken: int) -> Places:
    return np.array([place] * taken, dtype=np.intp)

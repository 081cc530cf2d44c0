"""What next: the cheapest set of wins that takes a level to a target.

A win is counted at its cheapest, a score equal to the reference, and all other scores stay as they are. The answer is
exact, or says how far it may be from exact (module `cheapest_wins`). Adding the best win one by one is not:
Level-4 needs wins on both sides of a modality, so that the first of them may gain nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Literal, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import NOWHERE, LevelTerms, column_of, level_name
from generallevel.analysis.planning.cheapest_wins import TOLERANCE, Problem, best_by_count, cheapest
from generallevel.analysis.planning.lost_tasks import SHOWN, LostTask, Openings, lost_tasks_of
from generallevel.analysis.wording import many, titled
from generallevel.errors import InvalidInput
from generallevel.evaluation import Columns
from generallevel.level_report import LevelReport

__all__ = ["Plan", "plan"]

Floats = NDArray[np.float64]
Cost = Literal["wins", "improvement"] | Mapping[str, SupportsFloat]

KIND = {"level_2": "sum", "level_3": "sum", "level_4": "blend", "level_5": "product"}


@dataclass(frozen=True)
class Plan:
    """The cheapest set of wins that reaches a target.

    Attributes
    ----------
    model : str or None
        The model's name.
    level : str
        The level that the target is about.
    score : float or None
        The score to reach, 0-100; None where any score above 0 will do.
    cost : str
        What was least: ``wins``, ``improvement`` or ``given``.
    total, at_least : float
        The cost of the whole set, and what any set that reaches the target costs at least. They are equal where the
        plan is exact. Only costs that are all but proportional to what they buy leave a difference, and a small one.
    wins : tuple of LostTask
        The tasks to win, the most of the level first; ``gains`` are those of a task won alone.
    costs : tuple of float
        The cost of each.
    before, after : dict of str to float
        The levels as they are, and as they are once all these are won, evaluated anew.
    candidates : int
        How many wins the plan could choose from.
    left_out : int
        How many more lost tasks could be won but have no cost, or were not asked for.
    curve : tuple of float
        Where all costs are the same: the highest score of the level that 0, 1, 2 ... wins reach. Empty elsewhere.
    signature : str
        The report's, target, cost and method.
    """

    model: str | None
    level: str
    score: float | None
    cost: str
    total: float
    at_least: float
    wins: tuple[LostTask, ...] = field(repr=False)
    costs: tuple[float, ...] = field(repr=False)
    before: dict[str, float]
    after: dict[str, float]
    candidates: int
    left_out: int
    curve: tuple[float, ...] = field(repr=False)
    signature: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain data."""
        changed = {
            "wins": [task.to_dict() for task in self.wins],
            "costs": list(self.costs),
            "before": dict(self.before),
            "after": dict(self.after),
            "curve": list(self.curve),
        }
        return {**vars(self), **changed}

    def __str__(self) -> str:
        target = "above 0" if self.score is None else f"to {self.score:g}"
        name = "" if self.model is None else f" of {self.model}"
        wins = f"{many(len(self.wins), 'win')} {'takes' if len(self.wins) == 1 else 'take'}"
        lines = [f"{wins} {titled(self.level)}{name} {target}, at a cost of {self.total:g} ({self.cost})"]
        moves = (f"{titled(level)} {before:.3f} -> {self.after[level]:.3f}" for level, before in self.before.items())
        lines.append("  " + ", ".join(moves))
        lines += [f"  {task}" for task in self.wins[:SHOWN]]
        if len(self.wins) > SHOWN:
            lines.append(f"  and {len(self.wins) - SHOWN} more")
        rest = f", {self.left_out} left out" if self.left_out else ""
        lines.append(f"  chosen from {many(self.candidates, 'lost task')}{rest}")
        if self.at_least < self.total:
            part = 1.0 - self.at_least / self.total
            lines.append(f"  a cheaper set may exist, by at most {100 * part:.2g}% of the cost")
        return "\n".join(lines)


def plan(
    report: LevelReport,
    target: Mapping[str, float] | int,
    *,
    cost: Cost = "wins",
    among: Literal["all", "scored"] | Sequence[str] = "all",
) -> Plan:
    """The cheapest set of wins that takes a level to a target.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.
    target : mapping or int
        ``{"level": 4, "score": 5}``: a Level-4 of at least 5. ``{"level": 4}``, or ``4``: a Level-4 above 0, which is
        what the integer level wants.
    cost : {"wins", "improvement"} or mapping of task to number, default "wins"
        What is made least: the number of wins; the sum of improvements, each as a part of its reference (a task without
        a score has none and is left out, as is one whose reference is 0); or the sum of your own figures, at least 0,
        where a task without a figure is left out.
    among : {"all", "scored"} or sequence of str, default "all"
        Which lost tasks may be won: all, those that have a score, or those named. Where the report skips missing scores
        it is "scored" at most, since a new score would change the denominators.

    Returns
    -------
    Plan
        No cheaper set reaches the target, or none that costs less than ``at_least``. Of equally many wins, those that
        lift the level most.

    Raises
    ------
    InvalidInput
        If the target cannot be read, a cost is no number or negative, the scope cannot reach the level, the rules blend
        Level-4 otherwise than the paper does, or all wins together do not reach the target; the message has the best
        score that they reach.
    UnknownTask, AmbiguousName, DuplicateName
        If a name is not one of the catalogue's, not clearly, or there twice.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Image Deraining": 41.2, "Sports Image Classification": 30.0})
    >>> found = plan(report, 4, among="scored")
    >>> [task.task for task in found.wins]
    ['image.comprehension.sports-image-classification']
    >>> plan(report, {"level": 4, "score": 5}).total
    10.0
    """
    terms = LevelTerms(report)
    level, score = _target(target, terms)
    if level in ("level_4", "level_5"):
        terms.require_harmonic()
    openings = Openings(terms)
    heights = _heights(openings, level)
    possible = openings.can_be_won & (heights > 0)
    price = _price(openings, cost)
    allowed = possible & ~np.isnan(price) & _allowed(terms, among)
    places = np.flatnonzero(allowed)
    problem = _problem(terms, level, places, heights[places], price[places])
    _require_reachable(problem, level, score, int(possible.sum()) - len(places))
    answer = cheapest(problem, 0.0 if score is None else score, above=score is None)
    chosen = places[answer.steps]
    wins = lost_tasks_of(openings, chosen)
    order = sorted(range(len(wins)), key=lambda number: -wins[number].gains[level])
    costs = price[chosen].tolist()
    named = cost if isinstance(cost, str) else "given"
    said = f"{level}>0" if score is None else f"{level}>={score:g}"
    return Plan(
        model=report.model,
        level=level,
        score=score,
        cost=named,
        total=float(sum(costs)),
        at_least=min(answer.bound, float(sum(costs))),
        wins=tuple(wins[number] for number in order),
        costs=tuple(costs[number] for number in order),
        before=terms.levels,
        after=_after(terms, chosen),
        candidates=len(places),
        left_out=int(possible.sum()) - len(places),
        curve=tuple(best_by_count(problem)[0].tolist()) if problem.equal else (),
        signature=f"{report.signature}|plan:{said}|cost:{named}|wins:at the reference",
    )


def _target(target: object, terms: LevelTerms) -> tuple[str, float | None]:
    """The name of the level, and the score to reach; None where it is anything above 0."""
    wanted = target if isinstance(target, Mapping) else {"level": target}
    if "level" not in wanted or not set(wanted) <= {"level", "score"}:
        raise InvalidInput(
            f"target = {target!r}: wanted {{'level': 4, 'score': 5}} for a Level-4 of at least 5, or {{'level': 4}} "
            "for one above 0."
        )
    name = level_name(wanted["level"], terms.levels)
    score = wanted.get("score")
    if score is None:
        return name, None
    if isinstance(score, bool) or not isinstance(score, Real) or not 0 < float(score) <= 100:
        raise InvalidInput(f"target score = {score!r}: wanted points above 0 and at most 100; None is any above 0.")
    return name, float(score)


def _heights(openings: Openings, level: str) -> Floats:
    """By how much winning a task raises the mean of its cell, shape (tasks,); NaN where it cannot be won."""
    terms = openings.terms
    before = terms.points if level == "level_2" else np.zeros(len(terms.names))
    return (openings.points_if_won - before) / np.maximum(terms.over, 1)[terms.cell]


def _price(openings: Openings, cost: Cost) -> Floats:
    """What winning each task costs, shape (tasks,); NaN where it has no price."""
    terms = openings.terms
    if isinstance(cost, str):
        if cost not in ("wins", "improvement"):
            raise InvalidInput(f"cost = {cost!r}: wanted 'wins', 'improvement' or a mapping of task to number.")
        return np.ones(len(terms.names)) if cost == "wins" else openings.improvements()[1]
    price = column_of(terms.report, cost, "cost")[terms.places]
    return np.where(np.isinf(price), np.nan, price)


def _allowed(terms: LevelTerms, among: object) -> NDArray[np.bool_]:
    """Which tasks the plan may choose."""
    if isinstance(among, str):
        if among not in ("all", "scored"):
            raise InvalidInput(f"among = {among!r}: wanted 'all', 'scored' or a list of tasks.")
        return terms.scored if among == "scored" else terms.counts
    if not isinstance(among, Sequence):
        raise InvalidInput(f"among is a {type(among).__name__}: wanted 'all', 'scored' or a list of tasks.")
    chosen = np.zeros(len(terms.report.basis.grid.catalogue), dtype=bool)
    chosen[terms.report.basis.grid.catalogue.positions(list(among))] = True
    return chosen[terms.places] & terms.counts


def _problem(terms: LevelTerms, level: str, places: NDArray[np.intp], heights: Floats, price: Floats) -> Problem:
    modalities = len(terms.report.basis.grid.modalities)
    cell_of = {key: cell for cell, key in enumerate(zip(terms.modality.tolist(), terms.side.tolist(), strict=True))}
    inside = terms.modality != NOWHERE
    return Problem(
        kind=KIND[level],
        base=terms.means[0 if level == "level_2" else 1],
        weights=inside / (2.0 * modalities) if modalities else np.ones(1),
        pairs=tuple((cell_of.get((m, 0)), cell_of.get((m, 1))) for m in range(modalities)),
        language=None if terms.language == NOWHERE else terms.language,
        cell=terms.cell[places],
        step=heights,
        cost=price,
    )


def _require_reachable(problem: Problem, level: str, score: float | None, left_out: int) -> None:
    best = problem.value(np.ones(len(problem.step), dtype=bool))
    if best > 0 if score is None else best >= score - TOLERANCE:
        return
    wanted = "above 0" if score is None else f"of at least {score:g}"
    more = f" {left_out} more lost tasks were left out, by `among` or for want of a cost." if left_out else ""
    raise InvalidInput(
        f"no set of wins takes {titled(level)} to a score {wanted}: all wins that can be chosen ({len(problem.step)}) "
        f"take it to {best:.6g} at most, each at its reference.{more} A higher level takes scores beyond the "
        "references."
    )


def _after(terms: LevelTerms, chosen: NDArray[np.intp]) -> dict[str, float]:
    """The levels once these tasks are won, evaluated as `generallevel.compute_level` would."""
    basis = terms.report.basis
    at, aligned = terms.places[chosen], basis.aligned
    values = aligned.values.copy()
    values[at] = aligned.references[at]
    share = None
    if aligned.share is not None:
        share = aligned.share.copy()
        share[at] = 1.0
        share = share[np.newaxis]
    columns = Columns(basis.grid, values[np.newaxis], "skip" if terms.skips else "zero", share)
    record = columns.against(aligned.references).records[0]
    return {name: float(record[name]) for name in terms.levels}

"""Gates near enough to turn: the wins that noise could take back, and where more test items would decide most gates.

Model of one gate: the score is normal around its true value with the standard error ``s``, the reference is exact, and
the true margin is the observed margin ``d``. With ``k`` times the items the standard error is ``s / sqrt(k)``. A gate
is *decided* when its observed margin is at least ``z`` standard errors, on either side; that happens with probability
``Phi(t - z) + Phi(-t - z)``, where ``t = d sqrt(k) / s``.

At the end of a scale, as at 100 of 100, a score shows no spread of its own: there ``s`` is what it would be at the
reference, so that such a win is not taken for certain.

The reference's own noise is left out here, so that what comes out is a lower bound of the doubt.

Source: standard normal theory; the allocation is by the best average rate, which is exact for the concave hull of each
gate's curve (Everett, Generalized Lagrange multiplier method, Operations Research 11, 1963).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms, column_of
from generallevel.analysis.distributions.quantiles import check_share, check_whole, normal_cdf, two_sided
from generallevel.analysis.wording import many, percent
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

if TYPE_CHECKING:
    from generallevel.analysis.level_intervals.known_spread import Items

__all__ = ["FragileWin", "FragileWins", "ItemsPlan", "fragile_wins", "items_plan"]

Floats = NDArray[np.float64]

SHOWN = 10  # tasks that a printed list spells out
PARTS = 200  # ours: into how many parts a budget is cut


@dataclass(frozen=True)
class FragileWin:
    """One win that noise could take back.

    Attributes
    ----------
    task : str
        Its id.
    score, reference : float
        In table units.
    margin : float
        How far the score is beyond the reference, in table units, at least 0.
    standard_error : float
        Of the score, in table units; what it would be at the reference, where the score shows no spread of its own.
    errors : float
        The margin in standard errors, at least 0.
    lost : float
        The probability, 0-0.5, that another test set of the size would lose it, if the true margin is the observed one.
    """

    task: str
    score: float
    reference: float
    margin: float
    standard_error: float
    errors: float
    lost: float

    def __str__(self) -> str:
        return (
            f"{self.task}: {self.score:g} against {self.reference:g}, {self.errors:.2f} standard errors, lost with "
            f"probability {self.lost:.2f}"
        )


@dataclass(frozen=True)
class FragileWins:
    """The wins that noise could take back.

    Attributes
    ----------
    wins : tuple of FragileWin
        The most fragile first.
    confidence : float
        A win counts as fragile where its margin is less than the two-sided normal quantile of this, in standard errors.
    of : int
        How many wins there are in all.
    unknown : int
        How many of them have no known standard error: they may be fragile or not.
    signature : str
        The report's, and what was assumed.
    """

    wins: tuple[FragileWin, ...] = field(repr=False)
    confidence: float
    of: int
    unknown: int
    signature: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The wins as plain data."""
        return {**vars(self), "wins": [vars(win).copy() for win in self.wins]}

    def __str__(self) -> str:
        reach = two_sided(self.confidence)
        lines = [f"{len(self.wins)} of {many(self.of, 'win')} within {reach:.2f} standard errors of the reference"]
        if self.unknown:
            lines.append(f"  {many(self.unknown, 'more win')} of unknown standard error: pass n= or standard_errors=")
        lines += [f"  {win}" for win in self.wins[:SHOWN]]
        if len(self.wins) > SHOWN:
            lines.append(f"  and {len(self.wins) - SHOWN} more")
        return "\n".join(lines)


def fragile_wins(
    report: LevelReport,
    *,
    standard_errors: ArrayLike | dict[str, float] | None = None,
    n: Items = None,
    confidence: float = 0.95,
) -> FragileWins:
    """The wins that are one step of noise from being lost.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.
    standard_errors : mapping of task to float, or array_like of float, shape (tasks,), optional
        Of the scores, in table units, in the order of the report's tasks. By default what the table itself says in its
        columns ``standard_error``, ``low`` and ``high``, or ``n``.
    n : int, "benchmark" or mapping of task to int, optional
        Items of the tasks whose row has none: one number for all, what the benchmark says, or by task. The standard
        error of a bounded score over n items is then at most that of n right or wrong answers.
    confidence : float, default 0.95
        In (0, 1): how far from its reference a win must be, two-sided, not to be fragile.

    Returns
    -------
    FragileWins

    Raises
    ------
    InvalidInput
        If a figure is no number, negative, or of another shape, or ``n`` is of another kind.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Sports Image Classification": {"score": 72.8, "n": 500}, "Image Deraining": 41.2})
    >>> found = fragile_wins(report)
    >>> found.of, found.unknown
    (2, 1)
    """
    reach = two_sided(check_share("confidence", confidence))
    terms = LevelTerms(report)
    errors = _errors(report, standard_errors, n)[terms.places]
    scores, references, margins = _margins(terms)
    steps = _in_errors(margins, errors)
    found = [
        FragileWin(
            terms.names[place],
            float(scores[place]),
            float(references[place]),
            float(margins[place]),
            float(errors[place]),
            float(steps[place]),
            float(normal_cdf(-steps[place])),
        )
        for place in np.flatnonzero(terms.won & (steps < reach)).tolist()
    ]
    return FragileWins(
        tuple(sorted(found, key=lambda win: win.errors)),
        confidence,
        int(terms.won.sum()),
        int((terms.won & np.isnan(errors)).sum()),
        f"{report.signature}|fragile:{confidence:g}|{_named(standard_errors, n)}",
    )


def _errors(report: LevelReport, given: object, n: Items) -> Floats:
    """Standard errors in table units, shape (tasks of the catalogue,); NaN where nothing is known."""
    from generallevel.analysis.level_intervals.known_spread import score_sampling

    if given is not None:
        return column_of(report, given, "standard_errors")
    sampling = score_sampling(report, n)
    own, at_reference = sampling.standard_errors(), sampling.standard_errors(report.basis.aligned.references)
    return np.where((own == 0) & (at_reference > 0), at_reference, own)


def _margins(terms: LevelTerms) -> tuple[Floats, Floats, Floats]:
    """Scores, references, and how far scores are beyond them: below 0 where they are worse."""
    aligned, places = terms.report.basis.aligned, terms.places
    scores, references = aligned.values[places], aligned.references[places]
    better = np.where(terms.report.basis.grid.normaliser.higher[places], 1.0, -1.0)
    return scores, references, (scores - references) * better


def _in_errors(margins: Floats, errors: Floats) -> Floats:
    """Margins in standard errors; NaN where either is unknown. A margin of 0 is 0 of them, whatever their size."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((margins == 0) & ~np.isnan(errors), 0.0, margins / errors)


def _named(given: object, n: Items) -> str:
    from generallevel.analysis.level_intervals.known_spread import named_items

    return f"n:{named_items(n)}" if given is None else "standard-errors:given"


@dataclass(frozen=True)
class ItemsPlan:
    """Where more test items decide most gates.

    Attributes
    ----------
    budget : int
        How many items there were to give.
    items : dict of str to int
        How many more items each task gets, the most first; tasks that get none are not there.
    decided_before, decided_after : float
        How many gates are expected to be decided, in [0, gates].
    gates : int
        How many gates have a known standard error and number of items.
    unknown : int
        How many scored tasks with a reference have not; they get nothing.
    confidence : float
        When a gate counts as decided.
    signature : str
        The report's, and the model.
    """

    budget: int
    items: dict[str, int] = field(repr=False)
    decided_before: float
    decided_after: float
    gates: int
    unknown: int
    confidence: float
    signature: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain data."""
        return {**vars(self), "items": dict(self.items)}

    def __str__(self) -> str:
        lines = [
            f"{sum(self.items.values())} more items on {many(len(self.items), 'task')}: {self.decided_before:.1f} -> "
            f"{self.decided_after:.1f} of {many(self.gates, 'gate')} decided at {percent(self.confidence)}"
        ]
        if self.unknown:
            lines.append(f"  {many(self.unknown, 'gate')} of unknown spread or number of items get nothing: pass n=")
        lines += [f"  {count:8d}  {task}" for task, count in list(self.items.items())[:SHOWN]]
        if len(self.items) > SHOWN:
            lines.append(f"  and {len(self.items) - SHOWN} more tasks")
        return "\n".join(lines)


def items_plan(
    report: LevelReport,
    budget: int,
    *,
    n: Items = None,
    standard_errors: ArrayLike | dict[str, float] | None = None,
    confidence: float = 0.95,
) -> ItemsPlan:
    """Where more test items are expected to decide most gates.

    The module `gate_noise` states the model. The first items of a gate may decide nothing, so
    that items are given by the best average rate: whole runs of items, the run with the most decisions per item first.

    Parameters
    ----------
    report : LevelReport
        What `generallevel.compute_level` returned.
    budget : int
        How many more items there are to give, at least 1; given in parts of a two-hundredth.
    n : int, "benchmark" or mapping of task to int, optional
        Items of the tasks whose row has none, as for `fragile_wins`. A gate without a number of items gets nothing,
        since nobody can say what one item more is worth.
    standard_errors : mapping of task to float, or array_like of float, shape (tasks,), optional
        Of the scores, in table units, over the items that each has. By default as for `fragile_wins`.
    confidence : float, default 0.95
        In (0, 1): a gate is decided when its margin is at least the two-sided normal quantile of this, in standard
        errors.

    Returns
    -------
    ItemsPlan

    Raises
    ------
    InvalidInput
        If the budget is not a whole number of at least 1, no gate has a known spread and number of items, or an
        argument is of another kind.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Sports Image Classification": 70.0, "Human Action Recognition": 90.1})
    >>> found = items_plan(report, 1000, n=400)
    >>> found.gates, found.decided_after > found.decided_before
    (2, True)
    """
    from generallevel.analysis.level_intervals.known_spread import item_counts

    check_whole("budget", budget)
    reach = two_sided(check_share("confidence", confidence))
    terms = LevelTerms(report)
    errors = _errors(report, standard_errors, n)[terms.places]
    items = item_counts(report, n)[terms.places]
    steps = np.abs(_in_errors(_margins(terms)[2], errors))
    gates = np.flatnonzero(np.isfinite(steps) & (errors > 0) & (items >= 1))
    asked = terms.scored & ~np.isnan(report.basis.aligned.references[terms.places])
    if not len(gates):
        raise InvalidInput(
            "no gate has both a standard error and a number of items. Give the table a column n, or pass n=: a number "
            "for all, 'benchmark', or a mapping of task to number."
        )
    part = max(1, budget // PARTS)
    amounts = np.arange(budget // part + 1) * part
    growth = np.sqrt(1.0 + amounts / items[gates, np.newaxis])
    chances = _decided(steps[gates, np.newaxis] * growth, reach)
    given = _by_best_rate(chances, budget // part)
    order = np.argsort(-given, kind="stable")
    return ItemsPlan(
        budget=budget,
        items={terms.names[gates[place]]: int(given[place] * part) for place in order.tolist() if given[place]},
        decided_before=float(chances[:, 0].sum()),
        decided_after=float(chances[np.arange(len(gates)), given].sum()),
        gates=len(gates),
        unknown=int(asked.sum()) - len(gates),
        confidence=confidence,
        signature=f"{report.signature}|items:{budget}|decided:{confidence:g}|{_named(standard_errors, n)}",
    )


def _decided(steps: Floats, reach: float) -> Floats:
    """The probability that a gate comes out decided, with its true margin in standard errors."""
    return normal_cdf(steps - reach) + normal_cdf(-steps - reach)


def _by_best_rate(chances: Floats, parts: int) -> NDArray[np.intp]:
    """How many parts each gate gets: runs of parts along the concave hull of its curve, the steepest run first.

    ``chances`` has shape (gates, parts + 1): the probability of a decision with 0, 1, 2 ... parts.
    """
    runs: list[tuple[float, int, int]] = []
    for gate, curve in enumerate(chances.tolist()):
        runs += [(-(curve[end] - curve[start]) / (end - start), gate, end) for start, end in _hull(curve)]
    given, left = np.zeros(len(chances), dtype=np.intp), parts
    for rate, gate, end in sorted(runs):
        length = end - int(given[gate])
        if 0 < length <= left and rate < 0:
            given[gate], left = end, left - length
    return given


def _hull(curve: list[float]) -> list[tuple[int, int]]:
    """The runs of the upper concave hull of a curve."""
    corners: list[int] = []
    for place, value in enumerate(curve):
        while len(corners) > 1:
            before, last = corners[-2], corners[-1]
            if (curve[last] - curve[before]) * (place - last) > (value - curve[last]) * (last - before):
                break
            corners.pop()
        corners.append(place)
    return list(pairwise(corners))

"""Is it synergy? Whether wins go together across comprehension and generation, or across modalities, beyond chance.

General-Level reads synergy from wins: it is multiplied, not tested. The test here asks the question underneath: given
how often each side is won, and how hard its tasks are, are wins on the two sides more often found *together* than
independent gates would have them?

*Together* needs units that exist on both sides, and one model has none by itself: it has one number of wins in each
cell, which no permutation within the cell changes. So there are two tests.

*Many models.* A unit is a model. The null hypothesis is that a model's row of wins in one cell is independent of its
row in the other. Rows are permuted among models, whole, in each cell by itself: each task keeps its number of wins, so
that difficulty is held exactly. Models change places only with models that have scores in the same cells, and in the
same stratum where strata are given.

*One model, and tasks that belong together.* A unit is a group of tasks, such as a comprehension and a generation task
on one topic. The null hypothesis is that wins fall on the tasks of a cell independently of the topic. Wins are permuted
among the tasks of a cell whose references are about as hard (bins of reference points).

The statistic is the same: the mean, over units and pairs of cells, of the product of the win rates on the two sides. It
is the probability that a task of the one side and a task of the other are both won, when both are drawn from one unit.
Its expectation under the null hypothesis is known exactly, and the *excess* is the difference.

An excess is not yet synergy. Models that are stronger everywhere show it too; only strata of models of like strength,
told by something else than the tested cells, speak against that. (Strata by the level itself would not do: among models
of equal sums, the one that is better on one side is worse on the other.) Single-task baselines measure synergy:
`generallevel.analysis.synergy_tests.single_task_baselines`.

Sources: Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005; Phipson and Smyth, Permutation p-values
should never be zero, Statistical Applications in Genetics and Molecular Biology 9, 2010, for the plus one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import NOWHERE, LevelTerms
from generallevel.analysis.distributions.quantiles import check_share, check_whole
from generallevel.analysis.synergy_tests.units import Units, units_of_models, units_of_tasks
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

__all__ = ["SynergyTest", "synergy_test"]

Floats = NDArray[np.float64]
Across = Literal["paradigms", "modalities"]
Groups = Mapping[str, object] | Literal["skill"]

FEWEST = 5  # ours: with fewer units the permutations are so few that no p-value means much
BLOCK = 1 << 20  # ours: figures that are permuted at a time, 8 MB
SAME = 1e-12  # ours: two statistics nearer than this are equal, and differ by the order of a sum


@dataclass(frozen=True)
class SynergyTest:
    """Whether wins go together beyond chance.

    Attributes
    ----------
    units : str
        What goes together: ``models``, ``groups`` or ``pairs``.
    count : int
        How many units have both sides of at least one pair of cells.
    across : str
        ``paradigms`` or ``modalities``.
    observed, expected : float
        The probability, 0-1, that a task of the one side and one of the other are both won, when both are drawn from
        one unit; and what independent gates with the same rates would have.
    excess : float
        ``observed - expected``, in [-1, 1]; above 0 where wins go together.
    interval : tuple of float
        The excess, less the central ``confidence`` of what chance adds to it. It leaves 0 out where the two-sided test
        rejects.
    confidence : float
        Of the interval, 0-1.
    p_value : float
        One-sided: how often chance gives as much, in (0, 1].
    by_cells : dict of str to dict
        ``observed``, ``expected`` and ``units`` of each pair of cells.
    left_out : tuple of str
        Units without both sides of any pair.
    notes : tuple of str
        What the number does not say.
    permutations, seed : int
        How many, and of what generator.
    signature : str
        All of this in one line.
    """

    units: str
    count: int
    across: str
    observed: float
    expected: float
    excess: float
    interval: tuple[float, float]
    confidence: float
    p_value: float
    by_cells: dict[str, dict[str, float]] = field(repr=False)
    left_out: tuple[str, ...] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)
    permutations: int
    seed: int
    signature: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The test as plain data."""
        changed = {
            "interval": list(self.interval),
            "by_cells": {name: dict(found) for name, found in self.by_cells.items()},
            "left_out": list(self.left_out),
            "notes": list(self.notes),
        }
        return {**vars(self), **changed}

    def __str__(self) -> str:
        low, high = self.interval
        lines = [
            f"Wins across {self.across}, {self.count} {self.units}: both won with probability {self.observed:.4f}, "
            f"{self.expected:.4f} if independent",
            f"  excess {self.excess:+.4f}, {self.confidence:.0%} interval [{low:+.4f}, {high:+.4f}], p = "
            f"{self.p_value:.4g} by {self.permutations} permutations (seed {self.seed})",
        ]
        lines += [
            f"  {name}: {found['observed']:.4f}, {found['expected']:.4f} if independent, {found['units']} {self.units}"
            for name, found in self.by_cells.items()
        ]
        if self.left_out:
            lines.append(f"  left out, without both sides: {len(self.left_out)} {self.units}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def synergy_test(
    reports: LevelReport | Mapping[str, LevelReport],
    *,
    across: Across = "paradigms",
    groups: Groups | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    strata: Mapping[str, object] | None = None,
    bins: int = 5,
    permutations: int = 10_000,
    seed: int = 0,
    confidence: float = 0.95,
) -> SynergyTest:
    """Whether wins go together across paradigms or modalities more often than independent gates would have them.

    The module `generallevel.analysis.synergy_tests.concordance` states the hypotheses and what an excess does not say.

    Parameters
    ----------
    reports : mapping of model to LevelReport, or LevelReport
        Many models on the same tasks, references, scope and rules; or one model, with ``groups`` or ``pairs``.
    across : {"paradigms", "modalities"}, default "paradigms"
        Comprehension with generation, in each modality; or all cells of one modality with all of another.
    groups : mapping of task to label, or "skill", optional
        Which tasks of one model belong together. ``"skill"`` takes the skill groups of the catalogue, which in
        General-Bench never have tasks on two sides.
    pairs : sequence of (task, task), optional
        The same as pairs of tasks, one on each side.
    strata : mapping of model to label, optional
        Models that may change places, such as those of one size. By default all.
    bins : int, default 5
        For one model: into how many bins of difficulty, by the points of the references, the tasks of a cell fall.
    permutations : int, default 10000
        How many.
    seed : int, default 0
        Of the generator.
    confidence : float, default 0.95
        Of the interval, in (0, 1).

    Returns
    -------
    SynergyTest
        Excess in [-1, 1], with p-value and interval.

    Raises
    ------
    InvalidInput
        If one model comes without groups or pairs, the reports are not of one benchmark, the scope has no modalities,
        the two of a pair are not on two sides, fewer than five units have both sides, or an argument is of another
        kind.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.

    References
    ----------
    .. [1] P. Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd edition, 2005.
    .. [2] B. Phipson, G. K. Smyth, Permutation p-values should never be zero, 2010.

    Examples
    --------
    >>> from generallevel import compute_levels
    >>> both = {"Image Deraining": 41.2, "Sports Image Classification": 72.8}
    >>> neither = {"Image Deraining": 1.2, "Sports Image Classification": 2.8}
    >>> models = {f"strong {n}": both for n in range(4)} | {f"weak {n}": neither for n in range(4)}
    >>> found = synergy_test(compute_levels(models), permutations=999)
    >>> found.observed, found.expected, found.p_value < 0.05
    (0.5, 0.25, True)
    """
    check_whole("permutations", permutations)
    check_whole("bins", bins)
    check_share("confidence", confidence)
    if across not in ("paradigms", "modalities"):
        raise InvalidInput(f"across = {across!r}: wanted 'paradigms' or 'modalities'.")
    many = isinstance(reports, Mapping)
    models = dict(reports) if isinstance(reports, Mapping) else {"": reports}
    if not models or not all(isinstance(report, LevelReport) for report in models.values()):
        raise InvalidInput("wanted a LevelReport, or a mapping of model to LevelReport that is not empty.")
    first = LevelTerms(next(iter(models.values())))
    tested = _pairs_of_cells(first, across)
    if many:
        if groups is not None or pairs is not None:
            raise InvalidInput("groups and pairs are for one model: pass its report alone.")
        units = units_of_models(models, strata)
    else:
        if strata is not None:
            raise InvalidInput("strata are of models, and this is one: bins hold the difficulty of its tasks.")
        units = units_of_tasks(first, groups, pairs, bins, {frozenset(pair) for pair in tested})
    return _tested(units, first, tested, across, permutations, seed, confidence)


def _pairs_of_cells(terms: LevelTerms, across: str) -> list[tuple[int, int]]:
    """The cells whose wins are compared."""
    if not terms.report.basis.grid.modalities:
        raise InvalidInput(
            f"scope {terms.report.scope} is one group of tasks and has no sides: take the reports over scope A or B."
        )
    inside = [cell for cell in range(len(terms.cells)) if terms.modality[cell] != NOWHERE]
    same = across == "paradigms"
    found = [pair for pair in combinations(inside, 2) if (len(set(terms.modality[list(pair)])) == 1) == same]
    if not found:
        raise InvalidInput(f"the scope {terms.report.scope} has no two cells to compare across {across}.")
    return found


def _tested(
    units: Units,
    terms: LevelTerms,
    tested: Sequence[tuple[int, int]],
    across: str,
    permutations: int,
    seed: int,
    confidence: float,
) -> SynergyTest:
    one, other = np.array(tested).T
    both = ~np.isnan(units.rates[:, one] * units.rates[:, other])
    count = int((both.any(axis=1) & units.movable).sum())
    if count < FEWEST:
        raise InvalidInput(
            f"{count} {units.kind} have both sides of a pair of cells and can change places: wanted at least {FEWEST}, "
            "or chance cannot be told from anything else."
        )
    weights = both / both.sum()

    def statistic(rates: Floats) -> Floats:
        products = np.where(both, rates[..., one] * rates[..., other], 0.0)
        return np.asarray((products * weights).sum(axis=(-2, -1)))

    observed, expected = float(statistic(units.rates)), float(statistic(units.expected))
    rng = np.random.default_rng(seed)
    drawn = np.empty(permutations)
    rows = max(1, BLOCK // max(units.size, both.size))
    for start in range(0, permutations, rows):
        drawn[start : start + rows] = statistic(units.permuted(rng, min(rows, permutations - start)))
    chance = drawn - expected
    as_much = int((chance >= observed - expected - SAME).sum())
    excess = observed - expected
    low, high = np.quantile(chance, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    with_both = np.asarray(both.any(axis=1))
    return SynergyTest(
        units=units.kind,
        count=int(with_both.sum()),
        across=across,
        observed=observed,
        expected=expected,
        excess=excess,
        interval=(excess - high, excess - low),
        confidence=confidence,
        p_value=(1 + as_much) / (1 + permutations),
        by_cells=_by_cells(units, terms, tested, both),
        left_out=tuple(units.names[place] for place in np.flatnonzero(~with_both).tolist()),
        notes=(*units.notes, *(("all wins fall alike: there is nothing to permute",) if np.ptp(drawn) <= SAME else ())),
        permutations=permutations,
        seed=seed,
        signature=(
            f"synergy|units:{units.kind}:{int(with_both.sum())}|across:{across}|{units.held}|permutations:{permutations}"
            f"|seed:{seed}|scope:{terms.report.scope}|ref:{terms.report.references}"
        ),
    )


def _by_cells(
    units: Units, terms: LevelTerms, tested: Sequence[tuple[int, int]], both: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for number, (one, other) in enumerate(tested):
        there = both[:, number]
        if there.any():
            found[f"{terms.cells[one]} x {terms.cells[other]}"] = {
                "observed": float((units.rates[there, one] * units.rates[there, other]).mean()),
                "expected": float((units.expected[there, one] * units.expected[there, other]).mean()),
                "units": int(there.sum()),
            }
    return found

"""The units of a synergy test: models, or groups of one model's tasks, and how chance would deal wins to them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.attribution.level_terms import LevelTerms
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

__all__ = ["Units", "units_of_models", "units_of_tasks"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

ONE_MODEL = (
    "one model has one number of wins in each cell, which no permutation within the cell changes: nothing in a single "
    "report says whether its wins go together. Pass the reports of several models by name; or say which tasks belong "
    "together, pairs=[(comprehension task, generation task), ...] or groups={task: topic}; or measure synergy with "
    "single-task baselines, ablation_test(report, {task: score})."
)


@dataclass(frozen=True, eq=False)
class Units:
    """What has wins on several sides.

    Attributes
    ----------
    kind : str
        ``models``, ``groups`` or ``pairs``.
    names : tuple of str
        Of the units.
    rates : ndarray of float, shape (units, cells)
        The share of gates that are won, 0-1; NaN where a unit has no gate in a cell.
    expected : ndarray of float, shape (units, cells)
        Its expectation under permutation.
    movable : ndarray of bool, shape (units,)
        Which units chance can change.
    permuted : callable
        From a generator and a number to rates of as many permutations, shape (number, units, cells).
    size : int
        How many figures one permutation moves.
    held : str
        How a signature says what permutations keep.
    notes : tuple of str
        What a reader should know.
    """

    kind: str
    names: tuple[str, ...]
    rates: Floats
    expected: Floats
    movable: Flags
    permuted: Callable[[np.random.Generator, int], Floats]
    size: int
    held: str
    notes: tuple[str, ...]


def dealt(rng: np.random.Generator, column: Floats, strata: Sequence[Places], number: int) -> Floats:
    """Permutations of a column within strata.

    Parameters
    ----------
    rng : Generator
        Where the permutations come from.
    column : ndarray of float, shape (places,)
        What is permuted.
    strata : sequence of ndarray of int
        Which places change values with each other; all others keep theirs.
    number : int
        How many permutations.

    Returns
    -------
    ndarray of float, shape (number, places)
    """
    moved = np.tile(column, (number, 1))
    for places in strata:
        if len(places) > 1:
            moved[:, places] = rng.permuted(moved[:, places], axis=1)
    return moved


def averaged(column: Floats, strata: Sequence[Places]) -> Floats:
    """The expectation of a column that is permuted within strata."""
    mean = column.copy()
    for places in strata:
        mean[places] = column[places].mean()
    return mean


def _strata(labels: Sequence[Hashable]) -> list[Places]:
    """The places of each label."""
    found: dict[Hashable, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label, []).append(place)
    return [np.array(places, dtype=np.intp) for places in found.values()]


def units_of_models(reports: Mapping[str, LevelReport], strata: Mapping[str, object] | None) -> Units:
    """Models as units.

    Parameters
    ----------
    reports : mapping of model to LevelReport
        On the same tasks, references, scope and rules.
    strata : mapping of model to label, or None
        Models that may change places.

    Returns
    -------
    Units

    Raises
    ------
    InvalidInput
        If the reports are not of one benchmark, or a model has no stratum.
    """
    names = tuple(reports)
    terms = [LevelTerms(report) for report in reports.values()]
    _require_alike(names, terms)
    if strata is not None and not set(names) <= set(strata):
        raise InvalidInput(f"strata leave out {', '.join(sorted(set(names) - set(strata)))}: each model has one.")
    rates = np.array([_rates(one) for one in terms])
    labels = [
        (None if strata is None else strata[name], tuple(row)) for name, row in zip(names, np.isnan(rates), strict=True)
    ]
    groups = _strata(labels)
    movable = np.zeros(len(names), dtype=bool)
    for places in groups:
        movable[places] = len(places) > 1

    def permuted(rng: np.random.Generator, number: int) -> Floats:
        return np.stack([dealt(rng, column, groups, number) for column in rates.T], axis=-1)

    strength = (
        "a model that is stronger everywhere wins more on every side: that shows as an excess too. Strata of models of "
        "like strength hold it."
    )
    return Units(
        "models",
        names,
        rates,
        np.stack([averaged(column, groups) for column in rates.T], axis=-1),
        movable,
        permuted,
        rates.size,
        f"held:each task's wins{'' if strata is None else ',strata'}",
        (strength,) if strata is None else (),
    )


def _require_alike(names: Sequence[str], terms: Sequence[LevelTerms]) -> None:
    first = terms[0].report
    for name, one in zip(names[1:], terms[1:], strict=True):
        other = one.report
        same = {
            "tasks": other.basis.grid.catalogue.ids == first.basis.grid.catalogue.ids,
            "scope": other.scope == first.scope,
            "references": other.references == first.references,
            "rules": other.basis.grid.rules.name == first.basis.grid.rules.name,
        }
        differing = [what for what, alike in same.items() if not alike]
        if differing:
            raise InvalidInput(
                f"{name!r} has other {' and '.join(differing)} than {names[0]!r}: compute_levels takes all models on "
                "the same."
            )


def _gates(terms: LevelTerms) -> Flags:
    """Which tasks have a score and a reference, shape (tasks,)."""
    gates: Flags = terms.scored & ~np.isnan(terms.report.basis.aligned.references[terms.places])
    return gates


def _rates(terms: LevelTerms) -> Floats:
    """The win rate of each cell over its gates, shape (cells,); NaN where it has none."""
    gates = _gates(terms)
    with np.errstate(invalid="ignore"):
        return terms.by_cell(terms.won & gates) / terms.by_cell(gates)


def units_of_tasks(
    terms: LevelTerms,
    groups: object,
    pairs: Sequence[tuple[str, str]] | None,
    bins: int,
    tested: set[frozenset[int]],
) -> Units:
    """Groups of one model's tasks as units.

    Parameters
    ----------
    terms : LevelTerms
        The model's report.
    groups : mapping of task to label, "skill" or None
        Which tasks belong together.
    pairs : sequence of (task, task) or None
        The same as pairs.
    bins : int
        Bins of difficulty in each cell.
    tested : set of frozenset of int
        The cells that a pair may join.

    Returns
    -------
    Units

    Raises
    ------
    InvalidInput
        If neither or both are given, or the two of a pair are not on two sides.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.
    """
    if groups is None and pairs is None:
        raise InvalidInput(ONE_MODEL)
    if groups is not None and pairs is not None:
        raise InvalidInput("groups and pairs say the same thing: pass one of them.")
    members = _members(terms, groups) if pairs is None else _paired(terms, pairs, tested)
    gates = _gates(terms)
    won = np.where(terms.won, 1.0, 0.0)
    strata = _bins(terms, gates, bins)
    names = tuple(members)
    # Which tasks each unit averages over in each cell, shape (tasks, units * cells).
    matrix = np.zeros((len(gates), len(names), len(terms.cells)))
    for unit, places in enumerate(members.values()):
        inside = np.array([place for place in places if gates[place]], dtype=np.intp)
        matrix[inside, unit, terms.cell[inside]] = 1.0
    counts = matrix.sum(axis=0)
    flat = (matrix / np.maximum(counts, 1.0)).reshape(len(gates), -1)
    nothing = np.where(counts == 0, np.nan, 0.0)

    def rates(wins: Floats) -> Floats:
        of: Floats = (wins @ flat).reshape(*wins.shape[:-1], *counts.shape) + nothing
        return of

    movable_task = np.zeros(len(gates), dtype=bool)
    for stratum in strata:
        movable_task[stratum] = len(stratum) > 1
    return Units(
        "groups" if pairs is None else "pairs",
        names,
        rates(won),
        rates(averaged(won, strata)),
        np.array([any(gates[place] and movable_task[place] for place in places) for places in members.values()]),
        lambda rng, number: rates(dealt(rng, won, strata, number)),
        max(len(gates), counts.size),
        f"held:wins of a cell in {bins} bins of reference points",
        ("one model: the excess speaks of the tasks that were said to belong together, and of no others.",),
    )


def _bins(terms: LevelTerms, gates: Flags, bins: int) -> list[Places]:
    """The gates of each cell by difficulty: equally many in each bin, by the points of the references."""
    points = terms.report.basis.reference_points[terms.places]
    strata: list[Places] = []
    for cell in range(len(terms.cells)):
        inside = np.flatnonzero(gates & (terms.cell == cell))
        order = inside[np.argsort(points[inside], kind="stable")]
        strata += [places for places in np.array_split(order, bins) if len(places)]
    return strata


def _places(terms: LevelTerms, names: Sequence[str]) -> list[int]:
    """Where named tasks stand among the scope's."""
    catalogue = terms.report.basis.grid.catalogue
    inside = {place: number for number, place in enumerate(terms.places.tolist())}
    found = []
    for name, place in zip(names, catalogue.positions(list(names)), strict=True):
        if place not in inside:
            raise InvalidInput(f"{name!r} is a task outside the scope {terms.report.scope}.")
        found.append(inside[place])
    return found


def _members(terms: LevelTerms, groups: object) -> dict[str, list[int]]:
    """The tasks of each group."""
    if isinstance(groups, Mapping):
        labels = dict(zip(_places(terms, list(groups)), groups.values(), strict=True))
    elif groups == "skill":
        tasks = terms.report.basis.grid.catalogue.tasks
        skills = {number: tasks[place].skill for number, place in enumerate(terms.places.tolist())}
        labels = {number: skill for number, skill in skills.items() if skill}
    else:
        raise InvalidInput(f"groups = {groups!r}: wanted a mapping of task to label, or 'skill'.")
    found: dict[str, list[int]] = {}
    for place, label in labels.items():
        found.setdefault(str(label), []).append(place)
    return found


def _paired(terms: LevelTerms, pairs: Sequence[tuple[str, str]], tested: set[frozenset[int]]) -> dict[str, list[int]]:
    """The two tasks of each pair."""
    found: dict[str, list[int]] = {}
    for pair in pairs:
        two = list(pair)
        if len(two) != 2:
            raise InvalidInput(f"pairs: {pair!r} is no pair of tasks.")
        places = _places(terms, two)
        if frozenset(terms.cell[places].tolist()) not in tested:
            sides = " and ".join(terms.cells[cell] for cell in terms.cell[places].tolist())
            raise InvalidInput(f"pairs: {pair[0]!r} and {pair[1]!r} are of {sides}: not two sides to compare.")
        found[" + ".join(terms.names[place] for place in places)] = places
    return found

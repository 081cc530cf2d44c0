"""Canaries: score tables whose levels are known beforehand.

Four models that nobody has to measure: one that is perfect, one that equals every specialist, one that says nothing,
and one that is a little worse than the specialist everywhere, so that it beats it wherever a direction is read the
wrong way round. If one of them gets another answer than the known one, the catalogue, the references or a metric's
declaration is wrong, and so is every level of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import SupportsFloat

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.task import PARADIGMS
from generallevel.evaluation import LEVELS, grid
from generallevel.level_report import LevelReport
from generallevel.levels import ceiling, compute_level, reference_set_of
from generallevel.normaliser import Normaliser
from generallevel.tables import ScoreTable

__all__ = ["Canary", "canaries"]

STEP = 0.05  # ours: how much worse than the specialist the swapped canary is, relative to the way to the worst or to 0


@dataclass(frozen=True, eq=False)
class Canary:
    """A table with a known answer, and the answer that it gets.

    Attributes
    ----------
    name : str
        ``perfect``, ``reference``, ``blank`` or ``swapped``.
    scores : ScoreTable
        The table, in table units.
    expected, found : dict
        The known answer, and the same keys of the report: ``wins``, ``level`` and levels.
    report : LevelReport
        The whole answer.
    """

    name: str
    scores: ScoreTable = field(repr=False)
    expected: Mapping[str, float | int | None]
    report: LevelReport = field(repr=False)

    @property
    def found(self) -> dict[str, float | int | None]:
        """What the report says under the keys of ``expected``."""
        return {key: getattr(self.report, key) for key in self.expected}

    @property
    def holds(self) -> bool:
        """Whether the table gets its known answer."""
        return self.found == dict(self.expected)


def canaries(
    *,
    references: str | ReferenceSet | Mapping[str, SupportsFloat | None] | None = None,
    scope: str = "A",
    catalogue: Catalogue | None = None,
) -> list[Canary]:
    """The four canaries of a catalogue and its references, evaluated.

    Parameters
    ----------
    references, scope, catalogue
        As for `generallevel.compute_level`.

    Returns
    -------
    list of Canary
        ``perfect``: every task is won and every level is 100. ``reference``: every task with a reference is won, and
        Level-3 is Level-2. ``blank``: no wins, every level 0. ``swapped``: no wins, and so no Level-3.

    Examples
    --------
    >>> {canary.name: canary.holds for canary in canaries()}
    {'perfect': True, 'reference': True, 'blank': True, 'swapped': True}
    """
    tasks = catalogue or general_bench()
    on = grid(tasks, scope)
    chosen = reference_set_of(references, tasks)
    known = ~np.isnan(chosen.values[on.scope.positions])
    every = bool(known.all())
    reach = LEVELS if on.modalities else LEVELS[:2]
    # A cell without a task cannot be won, so that a perfect model is at 100 only where all cells have some.
    full = every and all(f"{modality}.{side}" in on.cells for modality in on.modalities for side in PARADIGMS)
    full = full and (len(on.language) > 0 or not on.modalities)

    def canary(name: str, values: NDArray[np.float64], expected: dict[str, float | int | None]) -> Canary:
        table = ScoreTable(tasks.ids, values, name, f"canary {name}")
        report = compute_level(table, references=chosen, scope=scope, catalogue=tasks, unit="percent")
        return Canary(name, table, expected, report)

    blank = np.full(len(tasks), np.nan)
    wins: dict[str, float | int | None] = {"wins": int(known.sum())}
    specialist = wins | ({"level_3": ceiling(on, chosen)["level_2"]} if every else {})
    worse = _a_little_worse(chosen.values, on.normaliser)
    # A reference that is as bad as can be has nothing below it: there the canary ties, and a tie wins.
    tied = int((worse == chosen.values)[on.scope.positions].sum())
    return [
        canary("perfect", on.normaliser.best, wins | (dict.fromkeys(reach, 100.0) if full else {})),
        canary("reference", chosen.values, specialist),
        canary("blank", blank, {"wins": 0, "level": 1} | dict.fromkeys(reach, 0.0)),
        canary("swapped", worse, {"wins": tied} | ({} if tied else dict.fromkeys(reach[1:], 0.0))),
    ]


def _a_little_worse(references: NDArray[np.float64], normaliser: Normaliser) -> NDArray[np.float64]:
    """Each reference moved a little away from the best value, staying possible.

    The best value says which way is worse, and not the direction: the canary is there to catch a wrong direction.
    """
    low, high = normaliser.bounds
    floor = np.where(np.isfinite(low), low, references - 1.0)
    roof = np.where(np.isfinite(high), high, 2.0 * np.abs(references) + 1.0)
    below_best = (normaliser.best > references) | ((normaliser.best == references) & (normaliser.best > low))
    return references + STEP * (np.where(below_best, floor, roof) - references)

"""Conventions of a level, as one value with six seams.

The formulas of `generallevel.synergy` are neutral. Where conventions differ they enter here: how a sheet and a label
resolve to a metric, how a cell is read, how a raw score becomes points, what wins, how Level-4 blends its two sides,
and how language is read for Level-5. `PAPER` is the default and follows arXiv 2505.04620v1; the released scorer is
another `Rules` value, built of named switches in `generallevel.released`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.benchmark.task import Task
from generallevel.normaliser import Normaliser

__all__ = ["PAPER", "Comparison", "Rules"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Comparison:
    """What a win, and the reading of language, may look at. The last axis is tasks; leading axes are models.

    Attributes
    ----------
    values, references : ndarray of float, shape (..., tasks)
        Raw scores and references in table units; NaN where there is none.
    points : ndarray of float, shape (..., tasks)
        The scores on the common scale.
    normaliser : Normaliser
        Metrics, units and directions of the tasks.
    to_points : callable
        The rules' own way from (normaliser, values) to points.
    """

    values: Floats
    references: Floats
    points: Floats
    normaliser: Normaliser
    to_points: Callable[[Normaliser, Floats], Floats]

    @cached_property
    def reference_points(self) -> Floats:
        """The references on the common scale, shape as ``references``."""
        return self.to_points(self.normaliser, self.references)

    def of(self, places: NDArray[np.intp]) -> Comparison:
        """The comparison of some of the tasks."""
        part = Normaliser(
            [self.normaliser.metrics[place] for place in places.tolist()],
            [self.normaliser.units[place] for place in places.tolist()],
        )
        values, references = np.take(self.values, places, axis=-1), np.take(self.references, places, axis=-1)
        return Comparison(values, references, np.take(self.points, places, axis=-1), part, self.to_points)


def as_they_stand(_normaliser: Normaliser, values: Floats) -> Floats:
    """The values of a table are what its cells say."""
    return values


def at_least_as_good(compared: Comparison) -> Flags:
    """A task is won when the raw score is at least as good as the raw reference, in the metric's direction.

    Raw, because the curves saturate in floating point: a FID of 0.51 and one of 0.228 are both exactly 100.0 points. A
    missing score or reference wins nothing: no comparison with NaN holds.
    """
    higher = compared.normaliser.higher
    return np.where(higher, compared.values >= compared.references, compared.values <= compared.references)


@dataclass(frozen=True)
class Rules:
    """The six conventions of a level.

    Attributes
    ----------
    name : str
        How the signature of a report calls them.
    resolve : callable
        From a list of tasks to the `Normaliser` that holds their metrics, units and directions.
    read : callable
        From (normaliser, table values) to the values that are compared and normalised; NaN is a missing score.
    points : callable
        From (normaliser, values) to points.
    wins : callable
        From a `Comparison` to which tasks are won.
    blend : callable
        From ``S_C`` and ``S_G`` to Level-4.
    language : callable
        From (comparison, won, tasks) of the language tasks to their points and wins for Level-5. None: language tasks
        count the points and the wins they have, as all others do.
    """

    name: str
    resolve: Callable[[Sequence[Task]], Normaliser] = Normaliser.of
    read: Callable[[Normaliser, Floats], Floats] = as_they_stand
    points: Callable[[Normaliser, Floats], Floats] = Normaliser.points
    wins: Callable[[Comparison], Flags] = at_least_as_good
    blend: Callable[[Floats, Floats], Floats] = synergy.level_4
    language: Callable[[Comparison, Flags, Sequence[Task]], tuple[Floats, Flags]] | None = None


PAPER = Rules("paper")

"""The basis of a level: what a report was made of, and what can be read from it.

Rows, findings and digests cost more than the levels themselves, so they are made when somebody asks.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment import Aligned
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.evaluation import Grid
from generallevel.findings import Finding

__all__ = ["Basis"]


@dataclass(frozen=True, eq=False)
class Basis:
    """What a report was made of: grid, scores and references in the order of the catalogue, points and wins."""

    grid: Grid
    aligned: Aligned
    references: ReferenceSet
    missing: str
    points: NDArray[np.float64]
    won: NDArray[np.bool_]

    @cached_property
    def reference_points(self) -> NDArray[np.float64]:
        """The references on the common scale, shape (tasks,)."""
        rules, normaliser = self.grid.rules, self.grid.normaliser
        return rules.points(normaliser, rules.read(normaliser, self.aligned.references))

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each task of the scope, as `LevelReport.tasks` describes."""
        return [self._row(position) for position in self.grid.scope.positions.tolist()]

    def _row(self, position: int) -> dict[str, Any]:
        task, normaliser = self.grid.catalogue.tasks[position], self.grid.normaliser
        value, reference = float(self.aligned.values[position]), float(self.aligned.references[position])
        won = bool(self.won[position])
        margin = (value - reference) * (1 if normaliser.higher[position] else -1)
        return {
            "task": task.id,
            "modality": task.modality,
            "paradigm": task.paradigm,
            "skill": task.skill,
            "metric": task.metric,
            "unit": normaliser.units[position],
            "better": task.better,
            "score": None if math.isnan(value) else value,
            "reference": None if math.isnan(reference) else reference,
            "normalised": _or_none(self.points[position]),
            "reference_normalised": _or_none(self.reference_points[position]),
            "margin": None if math.isnan(margin) else margin,
            "won": won,
            "why_not": None if won else self._why_not(position, value, reference),
            "protocol": self.aligned.stated("grade", position) or task.protocol,
        }

    def _why_not(self, position: int, value: float, reference: float) -> str:
        if math.isnan(value):
            return f"no score: {self.aligned.reason(position)}"
        if math.isnan(reference):
            return f"{self.references.name} has no reference for it"
        if self.aligned.share is not None and self.aligned.share[position] < 1:
            return f"scored on {self.aligned.share[position]:.1%} of its items"
        if value >= reference if self.grid.normaliser.higher[position] else value <= reference:
            return (
                f"{self.points[position]:g} points are below the {self.reference_points[position]:g} of the reference"
            )
        side = "below" if self.grid.normaliser.higher[position] else "above"
        return f"{value:g} is {side} the reference {reference:g}"

    def findings(self) -> list[Finding]:
        """What the rows themselves give reason to say."""
        normaliser, tasks = self.grid.normaliser, self.grid.catalogue.tasks
        inside = np.zeros(len(tasks), dtype=bool)
        inside[self.grid.scope.positions] = True
        present = inside & ~np.isnan(self.aligned.values)
        findings = [
            one for one in self.aligned.findings if one.task is None or inside[self.grid.catalogue.index[one.task]]
        ]
        unstated = present & np.array([unit == "unknown" for unit in normaliser.units], dtype=bool)
        findings += [
            Finding(
                "unit-unknown",
                "warning",
                f"the unit of printed {normaliser.metrics[position].name} figures is not stated: "
                f"{self._as_printed(position)}",
                tasks[position].id,
                "make sure that the score is in the unit of the reference; levels_without_doubtful_units counts it "
                "lost",
            )
            for position in np.flatnonzero(unstated).tolist()
        ]
        bare = normaliser.points(self.aligned.values, clip=False)
        cut = ((bare < 0) | (bare > 100)) & (bare != self.points) & ~np.isnan(self.points)
        findings += [
            Finding(
                "clipped",
                "info",
                f"{normaliser.metrics[position].name} = {self.aligned.values[position]:g} would be "
                f"{bare[position]:.4g} points and counts {self.points[position]:g}",
                tasks[position].id,
            )
            for position in np.flatnonzero(present & cut).tolist()
        ]
        findings += [
            Finding(
                "no-reference",
                "warning",
                f"{self.references.name} has no reference for the task: it counts for Level-2 and cannot be won",
                tasks[position].id,
            )
            for position in np.flatnonzero(present & np.isnan(self.aligned.references)).tolist()
        ]
        return findings

    def _as_printed(self, position: int) -> str:
        value, reference = self.aligned.values[position], self.aligned.references[position]
        if np.isnan(reference):
            return f"{value:g} is taken as printed"
        return f"{value:g} and {reference:g} are compared as printed"

    def digest(self) -> str:
        """A hash of the scores and of the share of items each is made of, the same from any source."""
        values, share = self.aligned.values, self.aligned.share
        return _digest(self.grid.catalogue.ids, values, share)

    @cached_property
    def _packaged(self) -> bool:
        """Whether the tasks are those of General-Bench, also where they came from another process."""
        return self.grid.catalogue.tasks == general_bench().tasks

    @property
    def benchmark_named(self) -> str | None:
        """The catalogue's name with a hash of what its tasks mean; None for General-Bench."""
        if self._packaged:
            return None
        meanings = (f"{task.id}={task.group}/{task.metric}/{task.unit}" for task in self.grid.catalogue.tasks)
        return f"{self.grid.catalogue.name}:{_hash(meanings)}"

    @property
    def references_named(self) -> str:
        """The reference set's name, with a hash of the figures where General-Bench does not hold just these."""
        name, figures = self.references.name, self.aligned.references
        packaged = general_bench().references.get(name) if self._packaged else None
        if packaged is not None and np.array_equal(packaged.values, figures, equal_nan=True):
            return name
        return f"{name}:{_digest(self.grid.catalogue.ids, figures)}"


def _digest(ids: Sequence[str], figures: NDArray[np.float64], share: NDArray[np.float64] | None = None) -> str:
    """A hash of figures by task, and of the shares below 1 that they are scored on; NaN is a task without a figure."""
    present = np.flatnonzero(~np.isnan(figures)).tolist()
    values = (figures + 0.0).tolist()  # floats, whose repr is the same under every numpy, and no -0.0
    lines = [f"{ids[place]}={values[place]!r}" for place in present]
    if share is not None:
        lines += [f"{ids[place]}*{float(share[place])!r}" for place in present if share[place] < 1]
    return _hash(lines)


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _or_none(number: np.float64) -> float | None:
    return None if np.isnan(number) else float(number)

"""The report of a level: what `compute_level` returns.

Objects: `LevelReport`, the numbers; `Basis`, what they were made of, from which rows, findings and the signature are
read only when somebody asks.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.alignment import Aligned
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import InvalidInput, MissingExtra
from generallevel.evaluation import LEVELS, Evaluation, Grid
from generallevel.findings import Finding

__all__ = ["Basis", "LevelReport"]

BACKENDS = ("pandas", "polars", "pyarrow")

Levels = dict[str, float | None]


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
            "protocol": task.protocol,
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

    @property
    def references_named(self) -> str:
        """The reference set's name, with a hash of the figures where the catalogue does not hold just these."""
        name, figures = self.references.name, self.aligned.references
        packaged = self.grid.catalogue.references.get(name)
        if packaged is not None and np.array_equal(packaged.values, figures, equal_nan=True):
            return name
        return f"{name}:{_digest(self.grid.catalogue.ids, figures)}"


@dataclass(frozen=True, eq=False)
class LevelReport:
    """A General-Level with what it is made of. Prints in a terminal, shows as a table in a notebook.

    Attributes
    ----------
    model : str or None
        The model's name.
    level : int
        The highest level whose score is above 0; 1 where Level-2 is 0.
    level_2, level_3, level_4, level_5 : float or None
        In [0, 100], unrounded; None where the scope cannot reach the level.
    modalities : dict of str to dict
        ``level_2``, ``level_3``, ``level_4``, ``s_c``, ``s_g`` (points, 0-100) and ``wins``, ``supported``, ``total``
        (int) of each.
    s_l : float or None
        Mean of the won points of the language tasks, 0-100.
    wins, supported, total : int
        Tasks won, tasks with a score, tasks of the scope.
    coverage : float
        ``supported / total``, 0-1.
    ceiling : dict of str to float or None
        The levels that the reference column itself scores: not 100, but what a model that equals every specialist gets.
    levels_by_reference : dict of str to dict
        ``level`` and ``level_2`` to ``level_5`` under the set in use and under every packaged one.
    levels_without_doubtful_units : dict
        The same with every row whose printed unit is not stated counted as lost.
    scope, references, missing : str
        What was asked for.
    """

    model: str | None
    level: int
    level_2: float
    level_3: float
    level_4: float | None
    level_5: float | None
    modalities: dict[str, dict[str, float | int]]
    s_l: float | None
    wins: int
    supported: int
    total: int
    ceiling: Levels
    levels_by_reference: dict[str, dict[str, Any]]
    levels_without_doubtful_units: dict[str, Any]
    basis: Basis = field(repr=False)

    @classmethod
    def of(
        cls,
        basis: Basis,
        row: int,
        main: Evaluation,
        without: Evaluation,
        others: Mapping[str, Evaluation],
        ceiling: Levels,
    ) -> LevelReport:
        """The report of one row of an evaluation."""
        scope = basis.grid.scope
        return cls(
            model=basis.aligned.table.model,
            modalities={name: records[row] for name, records in main.modality_records.items()},
            s_l=None if main.s_l is None else float(main.s_l[row]),
            wins=int(basis.won[scope.positions].sum()),
            supported=int((~np.isnan(basis.aligned.values[scope.positions])).sum()),
            total=len(scope.positions),
            ceiling=dict(ceiling),
            levels_by_reference={name: other.records[row] for name, other in others.items()},
            levels_without_doubtful_units=without.records[row],
            basis=basis,
            **main.records[row],
        )

    @property
    def coverage(self) -> float:
        """Share of the scope's tasks that have a score, 0-1."""
        return self.supported / self.total

    @property
    def scope(self) -> str:
        """The scope, in its standard spelling."""
        return self.basis.grid.scope.text

    @property
    def references(self) -> str:
        """The name of the reference set."""
        return self.basis.references.name

    @property
    def missing(self) -> str:
        """The policy for missing scores."""
        return self.basis.missing

    @cached_property
    def tasks(self) -> list[dict[str, Any]]:
        """One mapping per task of the scope.

        ``task``, ``modality``, ``paradigm``, ``skill``, ``metric``, ``unit``, ``better``; ``score`` and ``reference``
        (raw, in ``unit``; None where there is none); ``normalised`` and ``reference_normalised`` (points, 0-100; None
        likewise); ``margin`` (raw, above 0 where the model is better); ``won`` and ``why_not``; ``protocol`` (how far
        the task's protocol is settled).
        """
        return self.basis.rows()

    @cached_property
    def findings(self) -> list[Finding]:
        """What a reader of the number should know, worst first."""
        findings = self.basis.findings()
        integers = {name: levels["level"] for name, levels in self.levels_by_reference.items()}
        if len(set(integers.values())) > 1:
            said = ", ".join(f"{level} under {name}" for name, level in integers.items())
            findings.append(
                Finding(
                    "level-depends-on-references",
                    "warning",
                    f"the level is {said}",
                    fix="name the reference set beside the level",
                )
            )
        return sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))

    @cached_property
    def signature(self) -> str:
        """What tells the number from others: scope, references, policy, rules, coverage, a hash of the scores, version.

        References that the catalogue does not package carry a hash of their own.
        """
        return "|".join([
            "GL",
            f"scope:{self.scope}",
            f"ref:{self.basis.references_named}",
            f"missing:{self.missing}",
            f"rules:{self.basis.grid.rules.name}",
            f"tasks:{self.supported}/{self.total}",
            f"scores:{self.basis.digest()}",
            f"v:{__version__}",
        ])  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data; infinities are floats (`to_json` writes them as the text ``inf``)."""
        return {
            "model": self.model,
            "level": self.level,
            **{name: getattr(self, name) for name in LEVELS},
            "modalities": {name: dict(numbers) for name, numbers in self.modalities.items()},
            "s_l": self.s_l,
            "wins": self.wins,
            "supported": self.supported,
            "missing": self.total - self.supported,
            "total": self.total,
            "coverage": self.coverage,
            "ceiling": dict(self.ceiling),
            "levels_by_reference": {name: dict(levels) for name, levels in self.levels_by_reference.items()},
            "levels_without_doubtful_units": dict(self.levels_without_doubtful_units),
            "scope": self.scope,
            "references": self.references,
            "missing_policy": self.missing,
            "findings": [finding.to_dict() for finding in self.findings],
            "tasks": [dict(task) for task in self.tasks],
            "signature": self.signature,
        }

    def to_json(self, *, indent: int | None = 2) -> str:
        """The report as JSON text; an infinity is the text ``inf`` or ``-inf``."""
        return json.dumps(_json_safe(self.to_dict()), indent=indent, allow_nan=False, ensure_ascii=False)

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
        """The per-task rows as a data frame.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}
            The library of the frame; it must be installed.

        Returns
        -------
        frame
            One row per task of the scope, with the keys of `tasks` as columns.

        Raises
        ------
        MissingExtra
            If the library is not installed.
        InvalidInput
            If there is no such backend.
        """
        if backend not in BACKENDS:
            raise InvalidInput(f"backend = {backend!r}: wanted one of {', '.join(BACKENDS)}")
        import narwhals

        columns = {name: [task[name] for task in self.tasks] for name in self.tasks[0]}
        try:
            return narwhals.from_dict(columns, backend=backend).to_native()
        except ImportError as slip:
            raise MissingExtra.of(backend, "frames", "to_frame") from slip

    def to_markdown(self) -> str:
        """The report as Markdown: levels, modalities and findings."""
        from generallevel.reports.text import markdown

        return markdown(self)

    def __str__(self) -> str:
        from generallevel.reports.text import plain

        return plain(self)

    def _repr_html_(self) -> str:
        from generallevel.reports.text import html

        return html(self)


def _digest(ids: Sequence[str], figures: NDArray[np.float64], share: NDArray[np.float64] | None = None) -> str:
    """A hash of figures by task, and of the shares below 1 that they are scored on; NaN is a task without a figure."""
    present = np.flatnonzero(~np.isnan(figures)).tolist()
    values = (figures + 0.0).tolist()  # floats, whose repr is the same under every numpy, and no -0.0
    lines = [f"{ids[place]}={values[place]!r}" for place in present]
    if share is not None:
        lines += [f"{ids[place]}*{float(share[place])!r}" for place in present if share[place] < 1]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _or_none(number: np.float64) -> float | None:
    return None if np.isnan(number) else float(number)


def _json_safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json_safe(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_json_safe(entry) for entry in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value

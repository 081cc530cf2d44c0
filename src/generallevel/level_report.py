"""The report of a level: what `compute_level` returns.

The numbers are there at once; rows, findings and the signature are read from what the report was made of
(`generallevel.basis`) only when somebody asks.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from generallevel._version import __version__
from generallevel.basis import Basis
from generallevel.evaluation import LEVELS, Evaluation
from generallevel.findings import Finding

if TYPE_CHECKING:
    from generallevel.analysis.attribution import Attribution, Influence, Node
    from generallevel.analysis.level_intervals import LevelInterval
    from generallevel.analysis.planning import LostTasks, Plan
    from generallevel.analysis.sensitivities import Sensitivity
    from generallevel.analysis.uncertainty import Wins

__all__ = ["LevelReport"]

Levels = dict[str, float | None]


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

        Tasks and references that are not General-Bench's own are named with a hash of what they hold.
        """
        benchmark = self.basis.benchmark_named
        return "|".join([
            "GL",
            *([f"bench:{benchmark}"] if benchmark else []),
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
        from generallevel.tables.frames import native_frame

        return native_frame({name: [task[name] for task in self.tasks] for name in self.tasks[0]}, backend)

    def interval(self, method: Literal["bootstrap", "projection"] = "bootstrap", **options: Any) -> LevelInterval:
        """How sure the levels are.

        Parameters
        ----------
        method : {"bootstrap", "projection"}
            Narrow, and not valid where many tasks are near their reference, which it says; or wide, and guaranteed.
        **options
            ``resample``, ``resamples``, ``level``, ``seed``, ``n``, ``assume``, ``reference_n``, as for
            `generallevel.analysis.level_interval`.

        Returns
        -------
        LevelInterval
            Intervals of Levels 2 to 5 in [0, 100], the probability of each integer level, near gates and warnings.

        Raises
        ------
        InvalidInput
            If nothing is known of the uncertainty of any score; the message names the ways to say it.
        """
        from generallevel.analysis import level_interval

        return level_interval(self, method, **options)

    def gates(self, level: float = 0.95, **options: Any) -> Wins:
        """How sure each win and each loss is.

        Parameters
        ----------
        level : float
            Confidence of a clear win or loss, 0-1.
        **options
            ``tie``, ``n``, ``sota_n``, ``sota_se``, ``candidates``, ``power``, as for `generallevel.analysis.wins`.

        Returns
        -------
        Wins
            For each task the margin in standard errors, the probability of a win and the decision.
        """
        from generallevel.analysis import wins

        return wins(self, level, **options)

    def sensitivity(self, **options: Any) -> Sensitivity:
        """How far the levels depend on curves, policy for missing scores, references and a tolerance at the gate.

        Parameters
        ----------
        **options
            As for `generallevel.sensitivity`.

        Returns
        -------
        Sensitivity
        """
        from generallevel.analysis import sensitivity

        return sensitivity(self, **options)

    def contributions(self) -> Attribution:
        """What each task contributes to each level; the contributions of a level add up to it.

        Returns
        -------
        Attribution
            Points of each task in each level, effective weights and elasticities.
        """
        from generallevel.analysis import contributions

        return contributions(self)

    def influence(self) -> Influence:
        """What each level would be without each of the tasks.

        Returns
        -------
        Influence
        """
        from generallevel.analysis import influence

        return influence(self)

    def explain(self, level: int | str | None = None, *, most: int = 3) -> Node:
        """A level as a tree, down to the tasks that contribute most.

        Parameters
        ----------
        level : int or str, optional
            2 to 5, or ``"level_4"``; by default 4, or 3 where the scope cannot reach that.
        most : int
            Tasks that a cell spells out.

        Returns
        -------
        Node
            Prints as a tree.
        """
        from generallevel.analysis import explain

        return explain(self, level, most=most)

    def what_if_won(self, level: int | str | None = None) -> LostTasks:
        """What each lost task would bring if it were won, and the raw improvement that it takes.

        Parameters
        ----------
        level : int or str, optional
            The level by which tasks are put in order.

        Returns
        -------
        LostTasks
        """
        from generallevel.analysis import what_if_won

        return what_if_won(self, level)

    def plan(self, target: Mapping[str, float] | int, **options: Any) -> Plan:
        """The cheapest set of wins that takes a level to a target.

        Parameters
        ----------
        target : mapping or int
            ``{"level": 4, "score": 5}``, or a level that is to be above 0.
        **options
            ``cost`` and ``among``, as for `generallevel.analysis.plan`.

        Returns
        -------
        Plan

        Raises
        ------
        InvalidInput
            If no set of wins reaches the target; the message says how far they go.
        """
        from generallevel.analysis import plan

        return plan(self, target, **options)

    def certificate(self) -> dict[str, Any]:
        """The report as data that `generallevel.verify` can recompute: scores, policies, references, hashes.

        Returns
        -------
        dict
            Fit for JSON.
        """
        from generallevel.analysis import certificate

        return certificate(self)

    def plot(self, kind: Literal["ladder", "profile", "forest", "sensitivity"] = "ladder", **options: Any) -> Any:
        """A picture of the report.

        Parameters
        ----------
        kind : {"ladder", "profile", "forest", "sensitivity"}
            Levels beside their ceiling; the sides of each modality; margins to the references; what levels depend on.
        **options
            ``ax`` and others, as for `generallevel.reports.plot`.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        MissingExtra
            If matplotlib is not installed.
        """
        from generallevel.reports import plot

        return plot(self, kind, **options)

    def to_html(self, path: str | os.PathLike[str] | None = None, **options: Any) -> str:
        """The report as one self-contained HTML file: no network, readable without a script, on a phone, on paper.

        Parameters
        ----------
        path : path, optional
            Where it is written too.
        **options
            As for `generallevel.reports.report_page`.

        Returns
        -------
        str
        """
        from generallevel.reports import report_page

        return report_page(self, path, **options)

    def to_latex(self, **options: Any) -> str:
        """The levels and modalities as a LaTeX table in the style of booktabs.

        Parameters
        ----------
        **options
            ``caption``, ``label`` and ``digits``, as for `generallevel.reports.latex`.

        Returns
        -------
        str
        """
        from generallevel.reports import latex

        return latex(self, **options)

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


def _json_safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json_safe(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_json_safe(entry) for entry in value]
    return str(value) if isinstance(value, float) and math.isinf(value) else value

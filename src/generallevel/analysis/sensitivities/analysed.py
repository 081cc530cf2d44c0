"""Sensitivity: how far a level, and the order of models, hang on choices that nobody measured.

Five questions: other constants of the curves (one metric at a time, all together, and at random), another policy for
missing scores, another reference set, a tolerance at the gate, and other ways to points altogether. None of them is
about noise: that is `generallevel.analysis.level_intervals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.distributions.quantiles import check_whole
from generallevel.analysis.sensitivities.choices import by_gate_tolerance, by_missing_policy, by_references, by_rules
from generallevel.analysis.sensitivities.constants import DeadZone, curved, dead_zones, lenient_levels, random_factors
from generallevel.analysis.sensitivities.rank_stabilities import RankStability, rank_stability
from generallevel.analysis.wording import many, titled
from generallevel.benchmark.references import ReferenceSet
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.rules import Rules

__all__ = ["FACTORS", "TOLERANCES", "ModelSensitivity", "Sensitivity", "sensitivity"]

Levels = Mapping[str, float | int | None]

FACTORS = (0.5, 2.0)  # by how much constants are multiplied where no others are asked for
TOLERANCES = (-1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0)  # points at the gate, where no others are asked for
QUANTILES = (0.025, 0.975)  # of the random constants: what 95 % of them give
UNNAMED = "model"


@dataclass(frozen=True)
class ModelSensitivity:
    """How far the levels of one model hang on choices.

    Attributes
    ----------
    levels : dict of str to float or None
        ``level_2`` to ``level_5`` as they stand, 0-100, and ``level``.
    constants : dict of str to (dict of float to (dict of str to float))
        By metric and factor: the levels where the constant of that metric alone is more lenient by the factor.
    all_constants : dict of float to (dict of str to float)
        The same for all constants together.
    random_constants : dict of str to (float, float)
        What 95 % of the random constants give, by level; empty where there are none.
    missing, references, gate, points : dict of str or float to dict
        Levels by policy for missing scores, by reference set, by tolerance at the gate in points, and by rules.
    dead_zones : tuple of DeadZone
        Tasks at the flat end of their curve.
    """

    levels: Levels
    constants: Mapping[str, Mapping[float, Levels]]
    all_constants: Mapping[float, Levels]
    random_constants: Mapping[str, tuple[float, float]]
    missing: Mapping[str, Levels]
    references: Mapping[str, Levels]
    gate: Mapping[float, Levels]
    points: Mapping[str, Levels]
    dead_zones: tuple[DeadZone, ...]

    @property
    def widest(self) -> str | None:
        """The metric whose constant moves Level-2 most, None where no curve has one."""
        base = self.levels["level_2"] or 0.0

        def reach(metric: str) -> float:
            return max(abs((levels["level_2"] or 0.0) - base) for levels in self.constants[metric].values())

        return max(self.constants, key=reach, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The sensitivity as plain data; factors and tolerances become text."""
        return {
            "levels": dict(self.levels),
            "constants": {
                metric: {f"{factor:g}": dict(levels) for factor, levels in found.items()}
                for metric, found in self.constants.items()
            },
            "all_constants": {f"{factor:g}": dict(levels) for factor, levels in self.all_constants.items()},
            "random_constants": {name: list(ends) for name, ends in self.random_constants.items()},
            "missing": {name: dict(levels) for name, levels in self.missing.items()},
            "references": {name: dict(levels) for name, levels in self.references.items()},
            "gate": {f"{tolerance:g}": dict(levels) for tolerance, levels in self.gate.items()},
            "points": {name: dict(levels) for name, levels in self.points.items()},
            "dead_zones": [zone.to_dict() for zone in self.dead_zones],
        }

    def __str__(self) -> str:
        shown = [name for name in LEVELS if self.levels[name] is not None]
        rows: list[tuple[str, Levels]] = [("as it stands", self.levels)]
        rows += [(f"all constants x {factor:g}", levels) for factor, levels in self.all_constants.items()]
        if self.widest:
            rows += [
                (f"{self.widest} alone x {factor:g}", levels)
                for factor, levels in self.constants[self.widest].items()
            ]  # fmt: skip
        rows += [(f"missing: {name}", levels) for name, levels in self.missing.items()]
        rows += [(f"references: {name}", levels) for name, levels in self.references.items()]
        rows += [
            (f"gate {tolerance:+g} {'point' if abs(tolerance) == 1 else 'points'}", levels)
            for tolerance, levels in self.gate.items()
            if tolerance
        ]
        rows += [(f"points: {name}", levels) for name, levels in list(self.points.items())[1:]]
        width = max(len(name) for name, _ in rows) + 2
        lines = ["".ljust(width) + "level" + "".join(f"{titled(name):>10}" for name in shown)]
        lines += [
            name.ljust(width) + f"{levels['level']!s:>5}" + "".join(f"{levels[level] or 0.0:10.2f}" for level in shown)
            for name, levels in rows
        ]
        for name, (low, high) in self.random_constants.items():
            lines.append(f"{name.replace('_', '-').capitalize()} under random constants: {low:.2f} to {high:.2f}")
        if self.dead_zones:
            lines.append(f"Flat: {many(len(self.dead_zones), 'task')}, the flattest {self.dead_zones[0].task}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Sensitivity:
    """How far the levels of models, and their order, hang on choices.

    Attributes
    ----------
    models : dict of str to ModelSensitivity
        By name.
    ranks : dict of str to RankStability
        By level, the stability of the order under random constants; empty for fewer than two models.
    factors : tuple of float
        What constants were multiplied with.
    draws, spread, seed : int, float, int
        How many random sets of constants, the greatest factor of the log-uniform distribution, and the seed.
    signatures : dict of str to str
        The signature of each report, with all that decided the sensitivity.
    """

    models: Mapping[str, ModelSensitivity]
    ranks: Mapping[str, RankStability]
    factors: tuple[float, ...]
    draws: int
    spread: float
    seed: int
    signatures: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """The sensitivity as plain data."""
        return {
            "models": {name: found.to_dict() for name, found in self.models.items()},
            "ranks": {level: found.to_dict() for level, found in self.ranks.items()},
            "factors": list(self.factors),
            "draws": self.draws,
            "spread": self.spread,
            "seed": self.seed,
            "signatures": dict(self.signatures),
        }

    def __str__(self) -> str:
        parts = []
        for name, found in self.models.items():
            parts += [name, str(found), self.signatures[name], ""]
        for level, stability in self.ranks.items():
            parts.append(
                f"Order by {level.replace('_', '-').capitalize()} under random constants: tau {stability.tau:.3f} "
                f"(least {stability.tau_range[0]:.3f}); another first in {stability.first_changes:.1%}"
            )
        return "\n".join(parts).rstrip("\n")


def sensitivity(
    reports: LevelReport | Mapping[str, LevelReport],
    *,
    factors: Sequence[float] = FACTORS,
    draws: int = 1000,
    spread: float = 2.0,
    seed: int = 0,
    references: Sequence[ReferenceSet] = (),
    gate_tolerances: Sequence[float] = TOLERANCES,
    rules: Sequence[Rules] = (),
    flat: float = 1.0,
) -> Sensitivity:
    """How far levels, and the order of models, hang on choices that nobody measured.

    Parameters
    ----------
    reports : LevelReport or mapping of str to LevelReport
        Of `generallevel.compute_level`, or what `generallevel.compute_levels` returns.
    factors : sequence of float, default (0.5, 2)
        How much more lenient the constants of the curves are made, one metric at a time and all together.
    draws : int, default 1000
        Random sets of constants, one factor for each metric; 0 for none.
    spread : float, default 2
        Random factors are log-uniform between ``1 / spread`` and ``spread``.
    seed : int, default 0
        Decides the random constants.
    references : sequence of ReferenceSet, optional
        Sets of your own beside the packaged ones.
    gate_tolerances : sequence of float
        Points that a task may be short of its reference and still be won; below 0, that it must have in excess.
    rules : sequence of Rules, optional
        Other ways to points, of `generallevel.analysis.sensitivities.alternative_scales`.
    flat : float, default 1
        Tasks are listed whose curve gains fewer points than this for a raw score that is better by a tenth.

    Returns
    -------
    Sensitivity
        Levels in [0, 100].

    Raises
    ------
    InvalidInput
        If there is no report, reports are not over the same tasks and rules, or an argument is out of range.

    References
    ----------
    .. [1] OECD and JRC, Handbook on Constructing Composite Indicators, 2008, step 7.
    .. [2] Saisana, Saltelli and Tarantola, JRSS A 168, 2005.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> found = sensitivity(compute_level({"Image Deraining": 30.0}), draws=0).models["model"]  # a PSNR in dB
    >>> {factor: round(levels["level_2"], 4) for factor, levels in found.constants["psnr"].items()}
    {0.5: 0.1764, 2.0: 0.2764}
    """
    named = {reports.model or UNNAMED: reports} if isinstance(reports, LevelReport) else dict(reports)
    _check(named, factors, draws, spread, seed)
    several = list(named.values())
    grid = several[0].basis.grid
    members = curved(grid)
    single = _single_constants(several, members, factors)
    random: dict[str, NDArray[np.float64]] = {}
    if draws and members:
        random = lenient_levels(several, random_factors(grid, draws, spread, np.random.default_rng(seed)))
    found = {}
    for row, (name, report) in enumerate(named.items()):
        found[name] = ModelSensitivity(
            levels={"level": report.level} | {level: getattr(report, level) for level in LEVELS},
            constants={metric: single[row][metric] for metric in members},
            all_constants=single[row][""],
            random_constants={
                level: tuple(np.quantile(drawn[row], QUANTILES).tolist()) for level, drawn in random.items()
            },
            missing=by_missing_policy(report),
            references=by_references(report, references),
            gate=by_gate_tolerance(report, gate_tolerances),
            points=by_rules(report, rules),
            dead_zones=dead_zones(report, flat),
        )
    ranks = {}
    if len(named) > 1:
        for level, drawn in random.items():
            base = np.array([getattr(report, level) for report in several])
            ranks[level] = rank_stability(level, list(named), base, drawn)
    decided = f"sensitivity:T|factors:{','.join(f'{f:g}' for f in factors)}|draws:{draws}|spread:{spread:g}|seed:{seed}"
    return Sensitivity(
        models=found,
        ranks=ranks,
        factors=tuple(map(float, factors)),
        draws=draws,
        spread=float(spread),
        seed=seed,
        signatures={name: f"{report.signature}|{decided}" for name, report in named.items()},
    )


def _single_constants(
    reports: Sequence[LevelReport], members: Mapping[str, NDArray[np.intp]], factors: Sequence[float]
) -> list[dict[str, dict[float, Levels]]]:
    """For each report, by metric and factor, the levels; under the empty name those of all constants together."""
    groups = dict(members) | {"": np.concatenate([np.empty(0, dtype=np.intp), *members.values()])}
    cases = [(metric, float(factor)) for metric in groups for factor in factors]
    columns = np.ones((len(cases), len(reports[0].basis.grid.catalogue)))
    for row, (metric, factor) in enumerate(cases):
        columns[row, groups[metric]] = factor
    levels = lenient_levels(reports, columns)
    found: list[dict[str, dict[float, Levels]]] = []
    for row in range(len(reports)):
        by_metric: dict[str, dict[float, Levels]] = {metric: {} for metric in groups}
        for place, (metric, factor) in enumerate(cases):
            one: dict[str, float | int | None] = dict.fromkeys(LEVELS)
            one |= {name: float(column[row, place]) for name, column in levels.items()}
            one["level"] = max([1, *(number for number, name in enumerate(LEVELS, 2) if one[name])])
            by_metric[metric][factor] = one
        found.append(by_metric)
    return found


def _check(named: Mapping[str, Any], factors: Sequence[float], draws: int, spread: float, seed: int) -> None:
    if not named:
        raise InvalidInput("sensitivity: no report is given. Pass what compute_level or compute_levels returns.")
    wrong = next((name for name, report in named.items() if not isinstance(report, LevelReport)), None)
    if wrong is not None:
        raise InvalidInput(
            f"sensitivity: {wrong!r} is a {type(named[wrong]).__name__}, not a report. "
            "Pass compute_levels(scores) and not the scores."
        )
    first, *others = named.values()
    if any(one.basis.grid is not first.basis.grid or one.missing != first.missing for one in others):
        raise InvalidInput(
            "sensitivity: the reports are over different tasks, scopes, rules or policies for missing scores, so their "
            "order means nothing. compute_levels evaluates many models alike."
        )
    if not factors or not all(np.isfinite(factor) and factor > 0 for factor in factors):
        raise InvalidInput(f"factors = {tuple(factors)}: wanted finite numbers above 0, such as (0.5, 2)")
    check_whole("draws", draws, 0)
    check_whole("seed", seed, 0)
    if not (np.isfinite(spread) and spread >= 1):
        raise InvalidInput(f"spread = {spread!r}: wanted a finite factor of at least 1; 2 is from half to double")

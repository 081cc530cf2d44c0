"""The interval of a level: `level_interval`, and what it returns.

Two methods. The *bootstrap* is narrow and has the usual meaning where gates are far from their references; where many
are near, it fails, and no repair is known, because a level has no slope there (Fang and Santos, Review of Economic
Studies 86, 2019). So it never comes without the share of near gates. The *projection* covers by construction and is
wide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from generallevel.analysis.distributions.quantiles import check_share, check_whole
from generallevel.analysis.level_intervals.gates import NEAR, Gates
from generallevel.analysis.level_intervals.known_spread import (
    Assumption,
    Items,
    named_assumption,
    named_items,
    reference_sampling,
    score_sampling,
)
from generallevel.analysis.level_intervals.projection import projected_levels
from generallevel.analysis.level_intervals.resampled_levels import (
    NO_OTHER_TASKS,
    RESAMPLED,
    Resample,
    lone_cells,
    resampled_levels,
)
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.wording import many, percent, titled
from generallevel.errors import InvalidInput
from generallevel.evaluation import LEVELS, integer_level
from generallevel.level_report import LevelReport

__all__ = ["GATE_VARIANCE", "NEAR_SHARE", "LevelInterval", "level_interval"]

Method = Literal["bootstrap", "projection"]

NEAR_SHARE, GATE_VARIANCE = 0.2, 0.5
"""The share of near gates, and the part of Level-3's variance that gates make, above either of which a bootstrap
interval comes with a warning. In simulation the coverage of a nominal 95 % was 91 % or more below both; above, it is
anything from 95 % where margins happen to balance to 0 % where many lean one way (docs/how-to/level-interval.md)."""


@dataclass(frozen=True)
class LevelInterval:
    """How sure a level is.

    Attributes
    ----------
    model : str or None
        The model's name.
    method : str
        ``bootstrap`` or ``projection``.
    resample : str or None
        What was drawn anew: ``items``, ``tasks`` or ``both``; None for a projection.
    resamples : int
        How many times; 0 for a projection.
    seed : int or None
        What decides the draws.
    confidence : float
        Nominal coverage, 0-1.
    point : dict of str to float or None
        ``level_2`` to ``level_5`` of the report itself, 0-100; None for a level out of the scope's reach.
    intervals : dict of str to (float, float) or None
        Of each level, 0-100.
    means : dict of str to float or None
        Of each level over the resamples: far below the point where near gates pull it down. Empty for a projection.
    level : int
        The report's integer level.
    level_range : (int, int)
        The least and the greatest integer level met.
    level_probabilities : dict of int to float
        How often each integer level from 1 to 5 was met, 0-1. Empty for a projection, which knows no probabilities.
    near_gates : int
        Tasks within two standard errors of their reference.
    near_gate_share, near_gate_weight : float
        The same as a share of the tasks of known uncertainty, by number and by their weight in Level-3; 0-1.
    gate_variance : float
        The part of the variance of Level-3 that comes from gates which may go either way, 0-1.
    bounds : dict of str to (dict of str to float)
        Levels if the doubtful gates went one way, 0-100: ``clear_wins_only``, ``ties_as_losses``, ``ties_as_wins``,
        ``all_not_clearly_lost``.
    expected_level_3 : float
        Level-3 with each task's points times its chance of a win, 0-100. Steadier than Level-3, and no less biased at
        the gate.
    sources : dict of str to int
        How many scored tasks are ``counted``, ``bounded``, ``normal``, ``unknown`` or may be ``anything``.
    unknown : int
        Scored tasks of which nothing is known, held fixed.
    warnings : tuple of str
        What speaks against the interval.
    signature : str
        The report's, with all that decided the interval.
    """

    model: str | None
    method: str
    resample: str | None
    resamples: int
    seed: int | None
    confidence: float
    point: Mapping[str, float | None]
    intervals: Mapping[str, tuple[float, float] | None]
    means: Mapping[str, float | None]
    level: int
    level_range: tuple[int, int]
    level_probabilities: Mapping[int, float]
    near_gates: int
    near_gate_share: float
    near_gate_weight: float
    gate_variance: float
    bounds: Mapping[str, Mapping[str, float]]
    expected_level_3: float
    sources: Mapping[str, int]
    unknown: int
    warnings: tuple[str, ...]
    signature: str

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against the interval."""
        return not self.warnings

    def to_dict(self) -> dict[str, Any]:
        """The interval as plain data."""
        return {
            "model": self.model,
            "method": self.method,
            "resample": self.resample,
            "resamples": self.resamples,
            "seed": self.seed,
            "confidence": self.confidence,
            "point": dict(self.point),
            "intervals": {name: None if ends is None else list(ends) for name, ends in self.intervals.items()},
            "means": dict(self.means),
            "level": self.level,
            "level_range": list(self.level_range),
            "level_probabilities": {str(level): share for level, share in self.level_probabilities.items()},
            "near_gates": self.near_gates,
            "near_gate_share": self.near_gate_share,
            "near_gate_weight": self.near_gate_weight,
            "gate_variance": self.gate_variance,
            "bounds": {name: dict(levels) for name, levels in self.bounds.items()},
            "expected_level_3": self.expected_level_3,
            "sources": dict(self.sources),
            "unknown": self.unknown,
            "warnings": list(self.warnings),
            "signature": self.signature,
        }

    def __str__(self) -> str:
        drawn = "tasks and items" if self.resample == "both" else self.resample
        how = f"bootstrap of {drawn}, {many(self.resamples, 'resample')}" if self.resample else "projection"
        who = f" of {self.model}" if self.model else ""
        lines = [f"Level {self.level}{who}: {percent(self.confidence)} interval by {how}", ""]
        for name, ends in self.intervals.items():
            if ends is not None:
                lines.append(f"  {titled(name)}  {self.point[name]:6.2f}   [{ends[0]:6.2f}, {ends[1]:6.2f}]")
        if self.level_probabilities:
            met = [f"Level {level} {share:.1%}" for level, share in self.level_probabilities.items() if share]
            lines += ["", f"  Integer level: {', '.join(met)}"]
        else:
            least, most = self.level_range
            lines += ["", f"  Integer level: {least}" + (f" to {most}" if most > least else "")]
        lines.append(
            f"  Near gates: {many(self.near_gates, 'task')} ({self.near_gate_share:.0%}; {self.near_gate_weight:.0%} "
            f"by weight); gates make {self.gate_variance:.0%} of the variance of Level-3"
        )
        sides = self.bounds["level_3"]
        lines.append(
            f"  Level-3 from {sides['clear_wins_only']:.2f} (clear wins only) to {sides['all_not_clearly_lost']:.2f} "
            f"(all not clearly lost); ties as losses {sides['ties_as_losses']:.2f}, as wins {sides['ties_as_wins']:.2f}"
        )
        lines.append(f"  Expected Level-3: {self.expected_level_3:.2f}")
        known = ", ".join(f"{number} {kind}" for kind, number in self.sources.items())
        lines.append(f"  Spread of scores: {known or 'no score'}")
        lines += [f"  Warning: {warning}" for warning in self.warnings]
        return "\n".join([*lines, "", self.signature])


def level_interval(
    report: LevelReport,
    method: Method = "bootstrap",
    resample: Resample = "items",
    resamples: int = 10_000,
    level: float = 0.95,
    seed: int = 0,
    n: Items = None,
    *,
    assume: Assumption = None,
    reference_n: int | Literal["stated"] | None = None,
) -> LevelInterval:
    """How sure the levels of a report are.

    Parameters
    ----------
    report : LevelReport
        Of `generallevel.compute_level`. Its table may have the columns ``n``, ``n_scored``, ``standard_error``, or
        ``low`` and ``high`` of a 95 % interval.
    method : {"bootstrap", "projection"}, default "bootstrap"
        Percentiles of resampled levels, with a warning where they cannot be trusted; or the least and greatest level
        over simultaneous task intervals, which covers by construction and is wide.
    resample : {"items", "tasks", "both"}, default "items"
        For the bootstrap: other items of the same tasks, other tasks of the same cells, or both.
    resamples : int, default 10000
        How many.
    level : float, default 0.95
        The nominal coverage, in (0, 1).
    seed : int, default 0
        Decides every draw.
    n : int, "benchmark" or mapping of task to int, optional
        Items of the tasks whose row states none: one number for all, what the benchmark says that its tasks have, or by
        task.
    assume : "conservative" or float, optional
        What to take for tasks of which nothing is known, which otherwise are held fixed: any legal score, for the
        projection; or a standard error that is this part of the score.
    reference_n : int or "stated", optional
        Takes the references as measured over so many items, or where the reference set states it; by default they are
        constants.

    Returns
    -------
    LevelInterval
        Levels in [0, 100].

    Raises
    ------
    InvalidInput
        If an argument is none of its choices, nothing is known of any score's spread though items are to be resampled,
        or, for the projection, the report's rules do not let a level rise with every score.

    References
    ----------
    .. [1] Fang and Santos, Inference on Directionally Differentiable Functions, Review of Economic Studies 86, 2019,
       arXiv 1404.3763: why the bootstrap fails at the gate.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Human Action Recognition": 90.0, "Sports Image Classification": 48.0})
    >>> found = level_interval(report, n=465)
    >>> [round(end, 3) for end in found.intervals["level_2"]], found.near_gates
    ([0.061, 0.066], 1)
    """
    if method not in ("bootstrap", "projection"):
        raise InvalidInput(f"method = {method!r}: wanted 'bootstrap' or 'projection'")
    if resample not in RESAMPLED:
        raise InvalidInput(f"resample = {resample!r}: wanted one of {', '.join(RESAMPLED)}")
    check_share("level", level)
    check_whole("resamples", resamples)
    check_whole("seed", seed, 0)
    if method == "bootstrap" and assume == "conservative":
        raise InvalidInput(
            "assume='conservative' lets a score be anything, which has no distribution to draw from. "
            "Use method='projection', or give a relative standard error such as assume=0.05."
        )
    scores = score_sampling(report, n, assume)
    references = None if reference_n is None else reference_sampling(report, reference_n)
    by_items = method == "projection" or resample != "tasks"
    if by_items:
        _require_spread(report, scores, references)
    gates = Gates(report, scores, references)
    found = {name: getattr(report, name) for name in LEVELS}
    if method == "projection":
        corners = projected_levels(report, level, scores, references).levels
        ends = {name: (float(column[0]), float(column[1])) for name, column in corners.items()}
        integers = integer_level(corners)
        means: dict[str, float | None] = {}
        chances: dict[int, float] = {}
    else:
        drawn = resampled_levels(report, resample, resamples, seed, scores, references)
        tails = [(1 - level) / 2, (1 + level) / 2]
        quantiles = {name: np.quantile(column, tails).tolist() for name, column in drawn.items()}
        ends = {name: (low, high) for name, (low, high) in quantiles.items()}
        integers = integer_level(drawn)
        means = {name: float(drawn[name].mean()) if name in drawn else None for name in LEVELS}
        counts = np.bincount(integers, minlength=len(LEVELS) + 2)[1:]
        chances = dict(enumerate((counts / resamples).tolist(), start=1))
    decided = [
        f"interval:{method}",
        *([f"resample:{resample}", f"resamples:{resamples}", f"seed:{seed}"] if method == "bootstrap" else []),
        f"level:{level:g}",
        f"n:{named_items(n)}",
        f"unknown:{scores.sources.get('unknown', 0)}-{named_assumption(assume)}",
        f"ref-n:{reference_n or 'constant'}",
    ]
    return LevelInterval(
        model=report.model,
        method=method,
        resample=resample if method == "bootstrap" else None,
        resamples=resamples if method == "bootstrap" else 0,
        seed=seed if method == "bootstrap" else None,
        confidence=level,
        point=found,
        intervals={name: ends.get(name) for name in LEVELS},
        means=means,
        level=report.level,
        level_range=(int(integers.min()), int(integers.max())),
        level_probabilities=chances,
        near_gates=int(gates.near.sum()),
        near_gate_share=gates.share,
        near_gate_weight=gates.weight,
        gate_variance=gates.variance,
        bounds=gates.bounds(),
        expected_level_3=gates.expected_level_3,
        sources=scores.sources,
        unknown=scores.sources.get("unknown", 0),
        warnings=_warnings(gates, method, resample if method == "bootstrap" else None, by_items),
        signature="|".join([report.signature, *decided]),
    )


def _require_spread(report: LevelReport, scores: TaskSampling, references: TaskSampling | None) -> None:
    """Refuse an interval of width 0 that only says that nobody knows."""
    if not report.supported or set(scores.sources) - {"unknown"} or (references is not None and references.known.any()):
        return
    raise InvalidInput(
        f"nothing is known of the spread of any of the scores ({report.supported}), so the interval would be a point. "
        "Give a column n or standard_error in the table; or n='benchmark' for the benchmark's own numbers of items, "
        "n=500 for a number of yours; or assume=0.05 for a relative standard error; or resample='tasks', which needs "
        "none. A number of items says nothing of a score without two finite bounds, such as PSNR or FID."
    )


def _warnings(gates: Gates, method: str, resample: str | None, by_items: bool) -> tuple[str, ...]:
    warnings = []
    nearness = max(gates.share, gates.weight)
    doubt = "the bootstrap of Levels 3 to 5 may cover far less than it says, down to nothing; method='projection' holds"
    if method == "bootstrap" and by_items and nearness > NEAR_SHARE:
        warnings.append(
            f"{nearness:.0%} of the tasks of known spread{'' if gates.share >= gates.weight else ', by weight,'} lie "
            f"within {NEAR:g} standard errors of their reference, more than {NEAR_SHARE:.0%}: {doubt}"
        )
    elif method == "bootstrap" and by_items and gates.variance > GATE_VARIANCE:
        warnings.append(
            f"{gates.variance:.0%} of the variance of Level-3 comes from gates that may go either way, more than "
            f"{GATE_VARIANCE:.0%}: {doubt}"
        )
    alone = lone_cells(gates.report) if resample in ("tasks", "both") else ()
    if alone:
        warnings.append(f"{NO_OTHER_TASKS} ({', '.join(alone)})")
    unknown = gates.scores.sources.get("unknown", 0)
    if unknown and by_items:
        warnings.append(
            f"nothing is known of the spread of {unknown} of {sum(gates.scores.sources.values())} scores: they are "
            "held fixed, so the interval is too narrow by what they would add"
        )
    return tuple(warnings)

"""Two models compared: `compare`, and what it returns.

Everything depends on the two models alone: a third one changes nothing. What is drawn anew says of what the comparison
speaks: *tasks* asks whether the difference would be seen on other tasks of the same cells, *items* whether it would be
seen on another test of the same tasks, and the first is much the wider question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.analysis.comparisons.by_item import ItemComparison, item_comparison
from generallevel.analysis.comparisons.by_task import HeadToHead, TaskDifferences, Tie, task_differences
from generallevel.analysis.comparisons.like_reports import require_alike, shared_options
from generallevel.analysis.comparisons.shared_draws import check_draws, shared_levels, spreads
from generallevel.analysis.level_intervals import NEAR_SHARE
from generallevel.analysis.level_intervals.gates import Gates
from generallevel.analysis.level_intervals.known_spread import Assumption, Items, named_assumption, named_items
from generallevel.analysis.level_intervals.resampled_levels import NO_OTHER_TASKS, Resample, lone_cells
from generallevel.analysis.level_intervals.task_sampling import TaskSampling
from generallevel.analysis.uncertainty.resampling import percentile
from generallevel.analysis.wording import many, percent
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.levels import compute_level

__all__ = ["POPULATIONS", "LevelDifference", "ModelComparison", "compare", "draw_warnings"]

POPULATIONS = {
    "tasks": "other tasks of the same cells, as if those at hand were drawn from such",
    "items": "another test of the same tasks, with as many items",
    "both": "another test, of other tasks of the same cells",
}
SLACK = 1e-9  # ours: points below which two levels differ by rounding alone


@dataclass(frozen=True)
class LevelDifference:
    """How far two models lie apart in one level.

    Attributes
    ----------
    first, second : float
        The two levels, 0-100.
    difference : float
        The first minus the second.
    low, high : float
        Percentiles of the difference over paired resamples.
    standard_error : float
        Its standard deviation over the resamples.
    p_value : float or None
        Two-sided, of no difference: how often resamples, moved to a mean of 0, are as far out; in (0, 1]. None where
        the two differ by the same in all resamples, which then tell nothing of chance.
    above : float
        The share of resamples in which the first is ahead, ties counting half; 0-1. No probability that it is better.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    standard_error: float
    p_value: float | None
    above: float

    @classmethod
    def of(cls, first: float, second: float, draws: NDArray[np.float64], level: float) -> LevelDifference:
        """The difference of two levels with its draws, shape (resamples,)."""
        apart, steady = first - second, np.where(np.abs(draws) < SLACK, 0.0, draws)
        extreme = int((np.abs(steady - steady.mean()) >= abs(apart) - SLACK).sum())
        return cls(
            first,
            second,
            apart,
            *percentile(steady, level),
            standard_error=float(steady.std(ddof=1)),
            p_value=None if np.ptp(steady) < SLACK <= abs(apart) else (1 + extreme) / (1 + len(draws)),
            above=float((steady > 0).mean() + (steady == 0).mean() / 2),
        )

    def __str__(self) -> str:
        return f"{self.difference:+.2f} [{self.low:+.2f}, {self.high:+.2f}], p {_said(self.p_value, '= ')}"


@dataclass(frozen=True)
class ModelComparison:
    """Two models side by side.

    Attributes
    ----------
    models : (str, str)
        Their names; ``first`` and ``second`` where they have none.
    integer_levels : (int, int)
        Their integer levels.
    levels : mapping of str to LevelDifference
        Those that the scope reaches.
    modalities : mapping of str to (mapping of str to float)
        By modality: how far apart the two are in ``level_2``, ``level_3`` and ``level_4`` of it.
    overall : HeadToHead
        How they fare on all tasks of the scope.
    by_modality, by_cell : mapping of str to HeadToHead
        The same on parts of it. These p-values are not corrected for their number.
    tasks : TaskDifferences
        Task by task.
    items : ItemComparison or None
        Tests over items, where items were given.
    resample : str
        What was drawn anew for ``levels``.
    population : str
        Of what the intervals of ``levels`` speak, in words.
    confidence : float
        Of the intervals, 0-1.
    resamples, seed : int
        How many draws, and what decides them.
    unknown : (int, int)
        Scores of each model of whose spread nothing is known; held fixed where items are drawn.
    warnings : tuple of str
        What speaks against the intervals.
    signature : str
        What reproduces the comparison; it names the two models and no other.
    """

    models: tuple[str, str]
    integer_levels: tuple[int, int]
    levels: Mapping[str, LevelDifference]
    modalities: Mapping[str, Mapping[str, float]]
    overall: HeadToHead
    by_modality: Mapping[str, HeadToHead]
    by_cell: Mapping[str, HeadToHead]
    tasks: TaskDifferences
    items: ItemComparison | None
    resample: str
    population: str
    confidence: float
    resamples: int
    seed: int
    unknown: tuple[int, int]
    warnings: tuple[str, ...]
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain data, with a row for each task."""
        return {
            "models": list(self.models),
            "integer_levels": list(self.integer_levels),
            "levels": {name: asdict(one) for name, one in self.levels.items()},
            "modalities": {name: dict(apart) for name, apart in self.modalities.items()},
            "overall": self.overall.to_dict(),
            "by_modality": {name: one.to_dict() for name, one in self.by_modality.items()},
            "by_cell": {name: one.to_dict() for name, one in self.by_cell.items()},
            "tasks": self.tasks.rows(),
            "items": None if self.items is None else self.items.to_dict(),
            "resample": self.resample,
            "population": self.population,
            "confidence": self.confidence,
            "resamples": self.resamples,
            "seed": self.seed,
            "unknown": list(self.unknown),
            "warnings": list(self.warnings),
            "signature": self.signature,
        }

    def __str__(self) -> str:
        # Here and not above: a comparison is worked out more often than it is printed.
        from generallevel.reports.text import columns

        first, second = self.models
        rows = [
            [name.replace("level_", "Level-"), f"{one.first:.2f}", f"{one.second:.2f}", f"{one.difference:+.2f}",
             f"{one.low:+.2f} to {one.high:+.2f}", _said(one.p_value)]
            for name, one in self.levels.items()
        ]  # fmt: skip
        header = ["", first, second, "difference", f"{percent(self.confidence)} interval", "p"]
        parts = [
            f"{first} (Level {self.integer_levels[0]}) and {second} (Level {self.integer_levels[1]})", "",
            *columns(header, rows), f"Intervals and p-values: over {self.population}.", "",
            f"Tasks: {self.overall}",
        ]  # fmt: skip
        if self.overall.difference is not None:
            tests = {"sign": self.overall.sign, "signed-rank": self.overall.signed_rank}
            tests["randomisation"] = self.overall.randomisation
            said = ", ".join(f"{name} p = {value:.3g}" for name, value in tests.items() if value is not None)
            parts.append(
                f"  {self.overall.difference:+.2f} points on average over {many(self.overall.both, 'task')} of both"
                + (f"; {said}" if said else "; too few for a test")
            )
        else:
            parts.append("  No task has a score of both: nothing but the levels can be compared.")
        if len(self.by_cell) > 1:
            parts += [f"  {name}: {one}" for name, one in self.by_cell.items() if one.neither < one.total]
        if self.items is not None:
            parts.append(f"Items: {self.items}")
        parts += [f"Warning: {warning}" for warning in self.warnings]
        return "\n".join([*parts, "", self.signature])


def compare(
    a: object,
    b: object,
    *,
    items: object = None,
    tie: Tie = "printed",
    resample: Resample = "tasks",
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
    n: Items = None,
    assume: Assumption = None,
    **options: Any,
) -> ModelComparison:
    """Two models compared, paired by task and, where items are given, by item.

    Parameters
    ----------
    a, b : LevelReport or scores
        Two reports over the same scope, references, policy and rules; or scores as for `generallevel.compute_level`,
        which are computed with ``options``, or as the other one was.
    items : (EvaluatedTable, EvaluatedTable) or mapping of task to (first, second), optional
        Items of some tasks, for paired tests of each with Holm's correction.
    tie : "printed", float or None
        When two scores of a task count as equal: where the coarser of them, as printed, could be the other (a model's
        figures of one metric count as printed to the last digit of the finest); within a distance in the task's unit;
        or only where they are equal.
    resample : {"tasks", "items", "both"}, default "tasks"
        What the intervals of level differences draw anew. Tasks: the same draws for both models, within each cell.
        Items: draws of each model's own, from the known spread of its scores.
    level : float, default 0.95
        Of the intervals, in (0, 1); tests of items allow an error of ``1 - level``.
    resamples, seed : int
        How many draws, and what decides them; tests of items draw as many as `paired_test` does by itself.
    n, assume
        Items behind scores whose table does not say, and what to take where nothing is known, as for
        `generallevel.analysis.level_intervals.level_interval`.
    **options
        ``references``, ``scope``, ``missing``, ``unit``, ``catalogue`` and ``rules``, as for
        `generallevel.compute_level`; only where both are scores.

    Returns
    -------
    ModelComparison
        Differences are those of the first minus the second, in points, [-100, 100].

    Raises
    ------
    InvalidInput
        If the two cannot be compared, an argument is none of its choices, or items are to be drawn and nothing is known
        of their spread.

    References
    ----------
    .. [1] Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 16.
    .. [2] Demsar (2006), "Statistical comparisons of classifiers over multiple data sets", JMLR 7.

    Examples
    --------
    >>> new = {"Human Action Recognition": 90.4, "Sports Image Classification": 72.8, "Image Deraining": 41.2}
    >>> old = {"Human Action Recognition": 90.0, "Sports Image Classification": 72.83}
    >>> found = compare(new, old, resamples=200)
    >>> print(found.overall)
    1 better, 0 worse, 1 tied, 1 only the first scored, 696 neither scored
    >>> found.levels["level_2"].difference > 0, found.integer_levels
    (True, (4, 3))
    """
    check_draws(resample, resamples, level, seed)
    given = shared_options((a, b), options)
    both = [one if isinstance(one, LevelReport) else compute_level(one, **given) for one in (a, b)]
    require_alike(both)
    known = spreads(both, resample, n, assume)
    drawn = shared_levels(both, resample, resamples, seed, known)
    tasks = task_differences(both[0], both[1], tie)
    settings: dict[str, Any] = {"resamples": resamples, "seed": seed}
    names = tuple(one.model or nameless for one, nameless in zip(both, ("first", "second"), strict=True))
    modalities = both[0].modalities
    return ModelComparison(
        models=(names[0], names[1]),
        integer_levels=(both[0].level, both[1].level),
        levels={
            name: LevelDifference.of(getattr(both[0], name), getattr(both[1], name), draws[0] - draws[1], level)
            for name, draws in drawn.items()
        },
        modalities={
            modality: {name: figures[name] - both[1].modalities[modality][name] for name in LEVELS[:3]}
            for modality, figures in modalities.items()
        },
        overall=tasks.summary(**settings),
        by_modality={name: tasks.summary(name, **settings) for name in dict.fromkeys(tasks.modalities)},
        by_cell={name: tasks.summary(name, **settings) for name in dict.fromkeys(tasks.cells)},
        tasks=tasks,
        items=None if items is None else item_comparison(items, both[0].basis.grid.catalogue, 1 - level, seed=seed),
        resample=resample,
        population=POPULATIONS[resample],
        confidence=float(level),
        resamples=resamples,
        seed=seed,
        unknown=(known[0].sources.get("unknown", 0), known[1].sources.get("unknown", 0)),
        warnings=draw_warnings(both, known, resample),
        signature="|".join([
            f"compare:{both[0].basis.digest()},{both[1].basis.digest()}",
            *alike_parts(both[0]),
            f"resample:{resample}", f"resamples:{resamples}", f"seed:{seed}", f"level:{level:g}", f"tie:{tie}",
            f"n:{named_items(n)}", f"unknown:{named_assumption(assume)}", f"v:{__version__}",
        ]),
    )  # fmt: skip


def alike_parts(report: LevelReport) -> list[str]:
    """What reports that can be compared have in common, for a signature."""
    basis = report.basis
    return [
        *([f"bench:{basis.benchmark_named}"] if basis.benchmark_named else []),
        f"scope:{report.scope}",
        f"ref:{basis.references_named}",
        f"missing:{report.missing}",
        f"rules:{basis.grid.rules.name}",
    ]


def draw_warnings(
    reports: list[LevelReport], known: list[TaskSampling], resample: str, most: int = 3
) -> tuple[str, ...]:
    """What speaks against intervals from draws.

    Parameters
    ----------
    reports, known : list
        The models and the spread of their scores.
    resample : str
        What is drawn.
    most : int, default 3
        How many models or cells are named.

    Returns
    -------
    tuple of str
    """
    alone = lone_cells(reports[0]) if resample != "items" else ()
    warnings = [f"{NO_OTHER_TASKS} ({_named(list(alone), most)})"] if alone else []
    if resample == "tasks":
        return tuple(warnings)
    near = [report.model or "a model" for report, one in zip(reports, known, strict=True) if _near(report, one)]
    if near:
        warnings.append(
            f"more than {NEAR_SHARE:.0%} of the tasks of {_named(near, most)} lie within two standard errors of their "
            "reference: draws of items may then miss Levels 3 to 5 altogether"
        )
    unsure = [
        f"{report.model or 'a model'} ({one.sources['unknown']})"
        for report, one in zip(reports, known, strict=True)
        if one.sources.get("unknown")
    ]
    if unsure:
        warnings.append(
            f"nothing is known of the spread of some scores of {_named(unsure, most)}: they are held fixed, so that "
            "intervals are too narrow"
        )
    return tuple(warnings)


def _said(p_value: float | None, before: str = "") -> str:
    return "unknown" if p_value is None else f"{before}{p_value:.3g}"


def _near(report: LevelReport, known: TaskSampling) -> bool:
    gates = Gates(report, known)
    return max(gates.share, gates.weight) > NEAR_SHARE


def _named(names: list[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")

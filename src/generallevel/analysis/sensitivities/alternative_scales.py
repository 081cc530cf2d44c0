"""Alternative scales: other ways from raw scores to points, as named `Rules`.

The paper's curves hold constants that nobody measured, and a level depends on them. Each rule here replaces the curves
and nothing else: formulas, gates and denominators stay, and since gates compare raw scores, wins stay too. None is ever
in use unless it is passed as ``rules=``, and the signature of a report names it with a hash of what it was made of.

========================  ===========================================================================================
`min_max`                 a straight line between two bounds that are declared
`chance_corrected`        a straight line from the score of a guess to the best score; below the guess is 0
`relative_to_references`  the score as a part of the specialist's, at most 100
`rank_in_pool`            the share of a pool of models that the score is above; another pool, other points
========================  ===========================================================================================

Sources: OECD and JRC, Handbook on Constructing Composite Indicators, 2008 (min-max, distance to a reference, ranks);
Fourrier et al., Open LLM Leaderboard v2, 2024 (chance correction).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport
from generallevel.levels import References, reference_set_of
from generallevel.normaliser import Normaliser
from generallevel.rules import PAPER, Rules
from generallevel.scales import FULL

__all__ = ["chance_corrected", "min_max", "rank_in_pool", "relative_to_references"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Points:
    """Points of whole columns, one entry for each task of a catalogue."""

    tasks: int
    formula: Callable[[Floats], Floats] = field(repr=False)

    def __call__(self, _normaliser: Normaliser, values: Floats) -> Floats:
        if values.shape[-1] != self.tasks:
            raise InvalidInput(
                f"these points are made for the {self.tasks} tasks of one catalogue, and {values.shape[-1]} are asked "
                "for. Pass the same catalogue to the rule and to compute_level."
            )
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            points = self.formula(values)
        # Where the formula has no answer, as for inf / inf, there are 0 points; only a missing score has none.
        return np.where(np.isnan(values), np.nan, np.clip(np.nan_to_num(points, nan=0.0), 0.0, FULL))


def _rules(name: str, tasks: int, formula: Callable[[Floats], Floats], *made_of: ArrayLike) -> Rules:
    held = hashlib.sha256(b"".join(np.asarray(column, dtype=np.float64).tobytes() for column in made_of))
    return replace(PAPER, name=f"{name}[{held.hexdigest()[:8]}]", points=_Points(tasks, formula))


def _line(worst: Floats, best: Floats) -> Callable[[Floats], Floats]:
    def points(values: Floats) -> Floats:
        line: Floats = FULL * ((values - worst) / (best - worst))
        return np.where(values == best, FULL, line)

    return points


def min_max(bounds: Mapping[str, tuple[float, float]] | None = None, *, catalogue: Catalogue | None = None) -> Rules:
    """A straight line from the worst to the best value of each task.

    Parameters
    ----------
    bounds : mapping of str to (worst, best), optional
        By task or, for all its tasks, by metric; a task comes before its metric. In table units, the worst value first:
        ``{"fid": (200.0, 0.0)}``. A metric of finite bounds needs none: its own are taken.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.

    Returns
    -------
    Rules
        For ``compute_level(..., rules=...)``; points in [0, 100].

    Raises
    ------
    InvalidInput
        If a metric has no finite bounds and none are declared, or bounds are not two finite numbers in the metric's
        direction.
    UnknownTask
        If a name is neither a metric of the catalogue nor a task.

    Examples
    --------
    >>> from generallevel import Catalogue, compute_level
    >>> tasks = Catalogue.from_rows([
    ...     {"task": "draw", "modality": "image", "paradigm": "generation", "metric": "fid", "reference": 40.0}
    ... ])
    >>> report = compute_level({"draw": 50.0}, catalogue=tasks, rules=min_max({"fid": (200, 0)}, catalogue=tasks))
    >>> report.tasks[0]["normalised"]  # (200 - 50) / 200
    75.0
    """
    tasks = catalogue or general_bench()
    normaliser = Normaliser.of(tasks.tasks)
    low, high = normaliser.bounds
    worst = np.where(normaliser.higher, low, high)
    best = np.where(normaliser.higher, high, low)
    metrics = np.array([metric.name for metric in normaliser.metrics])
    declared = dict(bounds or {})
    by_metric = [name for name in declared if name in metrics]
    for name in [*by_metric, *(name for name in declared if name not in by_metric)]:
        places = metrics == name if name in by_metric else np.array([tasks.position(name)])
        worst[places], best[places] = declared[name]
        up = bool(normaliser.higher[places].flat[0])
        from_worst, to_best = map(float, declared[name])
        right_way = from_worst < to_best if up else from_worst > to_best
        if not (np.isfinite([from_worst, to_best]).all() and right_way):
            raise InvalidInput(
                f"min_max: bounds of {name!r} are {tuple(declared[name])}: wanted two finite numbers, the worst first "
                f"and the {'greater' if up else 'smaller'} one last"
            )
    open_ended = ~(np.isfinite(worst) & np.isfinite(best))
    if open_ended.any():
        raise InvalidInput(
            f"min_max: {', '.join(sorted(set(metrics[open_ended].tolist())))} have no finite bounds of their own: "
            "declare (worst, best) for each, in table units, such as {'fid': (200, 0)}"
        )
    return _rules("min-max", len(tasks), _line(worst, best), worst, best)


def chance_corrected(chance: Mapping[str, float], *, catalogue: Catalogue | None = None) -> Rules:
    """A straight line from the score of a guess to the best score, for the tasks whose chance is given.

    Parameters
    ----------
    chance : mapping of str to float
        What a guess scores, by task, in table units: 25.0 for one of four choices. All other tasks keep the paper's
        points, and the name of the rules says how many are corrected.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.

    Returns
    -------
    Rules
        For ``compute_level(..., rules=...)``; points in [0, 100].

    Raises
    ------
    InvalidInput
        If no chance is given, or one is not finite, not worse than the best score, or the best score is infinite.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> rules = chance_corrected({"Human Action Recognition": 20.0})
    >>> compute_level({"Human Action Recognition": 60.0}, rules=rules).tasks[1]["normalised"]  # (60 - 20) / (100 - 20)
    50.0
    """
    tasks = catalogue or general_bench()
    normaliser = Normaliser.of(tasks.tasks)
    if not chance:
        raise InvalidInput("chance_corrected: no chance is given. Wanted {task: what a guess scores}.")
    worst = np.full(len(tasks), np.nan)
    worst[tasks.positions(list(chance))] = list(chance.values())
    corrected = np.zeros(len(tasks), dtype=bool)
    corrected[tasks.positions(list(chance))] = True
    ahead = np.where(normaliser.higher, normaliser.best - worst, worst - normaliser.best)
    wrong = corrected & ~(np.isfinite(ahead) & (ahead > 0))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise InvalidInput(
            f"chance_corrected: {tasks.ids[place]} has the chance {worst[place]:g} and the best score "
            f"{normaliser.best[place]:g}: wanted two finite numbers, the chance being worse"
        )
    line = _line(worst, normaliser.best)

    def points(values: Floats) -> Floats:
        return np.where(corrected, line(values), normaliser.points(values))

    return _rules(f"chance-corrected:{int(corrected.sum())}", len(tasks), points, np.nan_to_num(worst), corrected)


def relative_to_references(references: References | None = None, *, catalogue: Catalogue | None = None) -> Rules:
    """The score as a part of the reference, at most 100: a won task counts 100 points.

    Parameters
    ----------
    references : str, ReferenceSet or mapping, optional
        As for `generallevel.compute_level`: what the points are relative to. The gate uses the references that
        `compute_level` is given; pass the same ones.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.

    Returns
    -------
    Rules
        For ``compute_level(..., rules=...)``; points in [0, 100], ``100 x / reference`` where higher is better and
        ``100 reference / x`` where lower is. A task without a reference has 0 points.

    Raises
    ------
    InvalidInput
        If a reference is negative, or is 0 where higher is better: no score is a part of it.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Human Action Recognition": 41.15}, rules=relative_to_references())
    >>> report.tasks[1]["reference"], report.tasks[1]["normalised"]
    (82.3, 50.0)
    """
    tasks = catalogue or general_bench()
    chosen = reference_set_of(references, tasks)
    higher = Normaliser.of(tasks.tasks).higher
    wrong = (chosen.values < 0) | ((chosen.values == 0) & higher)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise InvalidInput(
            f"relative_to_references: the reference of {tasks.ids[place]} in {chosen.name} is "
            f"{chosen.values[place]:g}, and no score is a part of that. Use min_max, or references that leave the task "
            "out."
        )

    def points(values: Floats) -> Floats:
        ratio = np.where(higher, np.divide(values, chosen.values), np.divide(chosen.values, values))
        return np.where((values == chosen.values) | (~higher & (values == 0)), FULL, FULL * ratio)

    return _rules(f"relative-to:{chosen.name}", len(tasks), points, chosen.values)


def rank_in_pool(pool: Mapping[str, LevelReport]) -> Rules:
    """The share of a pool of models that a score beats, with half a share for each equal: another pool, other points.

    Parameters
    ----------
    pool : mapping of str to LevelReport
        At least two models over one catalogue, as `generallevel.compute_levels` gives them. A missing score ranks below
        all others.

    Returns
    -------
    Rules
        For ``compute_level(..., rules=...)``; points in [0, 100]. A member of a pool of k models is ranked among the
        others and itself, so that the points lie between ``50 / k`` and ``100 - 50 / k``.

    Raises
    ------
    InvalidInput
        If the pool has fewer than two models, or they are over different catalogues.

    Notes
    -----
    Whether one model is above another can depend on who else is in the pool (Benavoli et al., 2016).

    References
    ----------
    .. [1] Benavoli, Corani and Mangili, Should we really use post-hoc tests based on mean-ranks?, JMLR 17, 2016.

    Examples
    --------
    >>> from generallevel import compute_level, compute_levels
    >>> task = "Human Action Recognition"
    >>> pool = compute_levels({"a": {task: 70.0}, "b": {task: 80.0}})
    >>> compute_level({task: 75.0}, rules=rank_in_pool(pool)).tasks[1]["normalised"]
    50.0
    """
    if len(pool) < 2:
        raise InvalidInput(f"rank_in_pool: a rank needs a pool of at least 2 models, not {len(pool)}")
    first, *others = (report.basis for report in pool.values())
    if any(one.grid.catalogue is not first.grid.catalogue for one in others):
        raise InvalidInput("rank_in_pool: the models of a pool are over one catalogue; these are not")
    higher = first.grid.normaliser.higher
    upward = np.where(higher, 1.0, -1.0)
    columns = np.sort(np.stack([one.aligned.values for one in (first, *others)]) * upward, axis=0)
    columns = np.where(np.isnan(columns), -np.inf, columns)

    def points(values: Floats) -> Floats:
        signed = values * upward
        below = sum((row < signed).astype(np.float64) + 0.5 * (row == signed) for row in columns)
        return np.asarray(below) * (FULL / len(columns))

    return _rules(f"rank-in-pool:{len(pool)}", len(higher), points, columns)

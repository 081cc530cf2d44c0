"""The released scorer's conventions as a `Rules` value, built of switches.

Every switch of Q1 to Q7 enters at one seam, and no formula asks whether it is in released mode. Q8, the pairing of
rows, happens before there are columns to evaluate (`generallevel.released.results`).

Source: path2generalist/General-Level, commit 420b8eb, ``ranker.py`` and ``utils/special_metrix.py``; constants and
behaviour, not code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from generallevel import synergy
from generallevel.benchmark.task import Task
from generallevel.errors import ImpossibleValue, UndefinedScore
from generallevel.normaliser import Normaliser
from generallevel.registry import Metric
from generallevel.released.defects import ALL, Switch, switches
from generallevel.rules import Comparison, Rules, at_least_as_good
from generallevel.scales import FULL, Linear, Saturating, Scale

__all__ = ["AS_PRINTED", "NORMALISED", "rules"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Chosen = frozenset[Switch]

# The labels that the released scorer normalises, in capitals and exactly so, and our metric with the same curve.
NORMALISED = {
    "MAE": "mae", "RMS": "depth_rms", "MSE": "mse", "RMSE": "rmse", "ABSREL": "abs_rel", "EPE": "epe", "FID": "fid",
    "FVD": "fvd", "FAD": "fad", "PSNR": "psnr", "SAD": "sad", "RTE": "relative_translation_error",
    "CD": "chamfer_distance", "MCD": "mcd", "WER": "wer", "MS-SSIM": "ms_ssim", "MOS": "mos",
}  # fmt: skip
EPSILON = 1e-6  # added to the denominator of Level-4
RMSE_T = 5.0  # the curve of Level-5's RMSE row


@dataclass(frozen=True, slots=True)
class AsPrinted(Scale):
    """The figure as it stands, taken for points."""

    def unclipped(self, raw: Floats) -> Floats:
        return raw

    @property
    def formula(self) -> str:
        return "x"


@dataclass(frozen=True, slots=True)
class Sigmoid(Scale):
    """The curve of an error the way the released scorer computes it, ``100 (2 / (1 + exp(-T / x)) - 1)``.

    Equal to `Saturating` but for rounding: it reaches exactly 100 at a larger error, which decides ties once wins are
    decided on points.
    """

    T: float

    def unclipped(self, raw: Floats) -> Floats:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            return FULL * (2.0 / (1.0 + np.exp(-self.T / raw)) - 1.0)

    @property
    def formula(self) -> str:
        return f"100 (2 / (1 + exp(-{self.T:g} / x)) - 1)"


AS_PRINTED = Metric(
    name="as_printed",
    labels={},
    unit="percent",
    better="higher",
    bounds=(-np.inf, np.inf),
    best=FULL,
    scale=AsPrinted(),
    source="path2generalist/General-Level, commit 420b8eb, ranker.py",
    summary="A figure of unknown metric, taken for percentage points as it stands.",
)


@dataclass(frozen=True, eq=False)
class Curves(Normaliser):
    """A normaliser that knows which of its tasks go through a curve."""

    tasks: Sequence[Task] = ()

    @cached_property
    def normalised(self) -> Flags:
        """Which tasks the figure of is not points already, shape (tasks,)."""
        return np.array([not _is_points(metric.scale) for metric in self.metrics], dtype=bool)


def rules(chosen: Iterable[Switch | str] = ALL) -> Rules:
    """The conventions of the released scorer, or of any part of its defects.

    Parameters
    ----------
    chosen : iterable of Switch or str
        Which defects; all by default. None of them gives the levels of `generallevel.rules.PAPER`. Q8 is no rule and
        changes nothing here.

    Returns
    -------
    Rules
        For `generallevel.compute_level`; the same object for the same switches.

    Raises
    ------
    UnknownName
        If there is no such switch.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> perfect = {"Face Image Inpainting": 0.0}  # a FID
    >>> compute_level(perfect).level_2 > 0, compute_level(perfect, rules=rules(["Q3"])).level_2
    (True, 0.0)
    """
    return _rules(switches(chosen) - {Switch.ROWS_PAIRED_BY_POSITION})


@lru_cache(maxsize=256)
def _rules(chosen: Chosen) -> Rules:
    codes = "+".join(sorted(switch.code for switch in chosen))
    everything = chosen | {Switch.ROWS_PAIRED_BY_POSITION} == ALL
    unclipped = Switch.POINTS_UNCLIPPED in chosen
    zeros = Switch.NOTHING_AND_PERFECT_BOTH_ZERO in chosen
    epsilon = EPSILON if Switch.LEVEL_4_EPSILON in chosen else 0.0
    return Rules(
        name="released" if everything else f"released:{codes or 'none'}",
        resolve=partial(_resolve, chosen),
        read=_without_infinite_points if zeros else _as_given,
        points=partial(_points, zeros, unclipped),
        wins=_points_at_least_as_high if Switch.WINS_ON_POINTS in chosen else at_least_as_good,
        blend=partial(_blend, epsilon) if epsilon or unclipped else synergy.level_4,
        language=partial(_language, unclipped) if Switch.LANGUAGE_RMSE_ONE_SIDED in chosen else None,
    )


def _is_points(scale: Scale) -> bool:
    return isinstance(scale, AsPrinted) or (isinstance(scale, Linear) and scale.low == 0)


def _resolve(chosen: Chosen, tasks: Sequence[Task]) -> Curves:
    """Metrics and units: Q1, Q2, the rounding of the curves that Q5 compares, the language rows that Q6 leaves raw."""
    known = Normaliser.of([task for task in tasks if task.metric != AS_PRINTED.name])
    declared = iter(zip(known.metrics, known.units, strict=True))
    metrics, units = [], []
    for task in tasks:
        metric, unit = (AS_PRINTED, AS_PRINTED.unit) if task.metric == AS_PRINTED.name else next(declared)
        listed = task.label.upper() in NORMALISED
        one_sided = Switch.LANGUAGE_RMSE_ONE_SIDED in chosen and task.paradigm is None
        if one_sided or (Switch.LONG_LABELS_PASS_RAW in chosen and not listed):
            metric, unit = AS_PRINTED, AS_PRINTED.unit
        elif Switch.WER_PERCENT_READ_AS_FRACTION in chosen and metric.name == "wer":
            unit = "fraction"
        elif Switch.WINS_ON_POINTS in chosen and isinstance(metric.scale, Saturating):
            metric = _with_sigmoid(metric)
        metrics.append(metric)
        units.append(unit)
    return Curves(tuple(metrics), tuple(units), tuple(tasks))


@lru_cache(maxsize=64)
def _with_sigmoid(metric: Metric) -> Metric:
    assert isinstance(metric.scale, Saturating)
    return replace(metric, scale=Sigmoid(metric.scale.T))


def _as_given(_normaliser: Normaliser, values: Floats) -> Floats:
    return values


def _without_infinite_points(normaliser: Normaliser, values: Floats) -> Floats:
    """Q3, its part for figures that are points already: an infinity is a missing score."""
    assert isinstance(normaliser, Curves)
    return np.where(np.isposinf(values) & ~normaliser.normalised, np.nan, values)


def _points(zeros: bool, unclipped: bool, normaliser: Normaliser, values: Floats) -> Floats:
    """Q3, its part for normalised metrics, and Q4."""
    assert isinstance(normaliser, Curves)
    points = normaliser.points(values, clip=not unclipped)
    if unclipped and not zeros:
        # No mean can hold an infinity, and without Q3 one may stand for the worst error: it alone is confined.
        points = np.where(np.isinf(points), np.clip(points, 0.0, FULL), points)
    if zeros:
        _refuse_negative(normaliser, values)
        nothing = np.isnan(values) | np.isposinf(values) | (values == 0)
        points = np.where(normaliser.normalised & nothing, 0.0, points)
    return points


def _refuse_negative(normaliser: Curves, values: Floats) -> None:
    negative = normaliser.normalised & (values < 0)
    if negative.any():
        *_, place = (int(found[0]) for found in np.nonzero(negative))
        task = f"task {normaliser.tasks[place].id}: " if normaliser.tasks else ""
        value = float(values[negative][0])
        raise ImpossibleValue(
            f"{task}{normaliser.metrics[place].name} = {value:g}: the released scorer stops with an AssertionError, "
            "since it puts no negative figure on a curve, and gives no level. Leave the score out, or correct it."
        )


def _points_at_least_as_high(compared: Comparison) -> Flags:
    """Q5."""
    return compared.points >= compared.reference_points


def _blend(epsilon: float, s_c: Floats, s_g: Floats) -> Floats:
    """Q7, and Q4's part in Level-4.

    Unclipped sides may be negative, and two that nearly cancel each other make a large number.
    """
    denominator = s_c + s_g + epsilon
    both = (s_c != 0) & (s_g != 0)
    if epsilon and np.any(both & (denominator == 0)):
        raise _undefined("S_C + S_G is exactly -1e-6, and Level-4 divides by their sum plus 1e-6")
    with np.errstate(divide="ignore", invalid="ignore"):
        # Without the epsilon two sides that cancel have no harmonic mean: 0, as where one side is 0.
        mean: Floats = np.where(both & (denominator != 0), 2.0 * (s_c * s_g) / denominator, 0.0)
    return mean


def _language(unclipped: bool, compared: Comparison, _won: Flags, tasks: Sequence[Task]) -> tuple[Floats, Flags]:
    """Q6: rows as printed, and the model's first RMSE alone on a curve."""
    points = np.where(np.isposinf(compared.values), np.nan, compared.values)
    references = np.where(np.isposinf(compared.references), np.nan, compared.references)
    first = next((place for place, task in enumerate(tasks) if task.label.upper() == "RMSE"), None)
    if first is not None:
        points[..., first] = _rmse_points(compared.values[..., first])
    won = points >= references
    return (points if unclipped else np.clip(points, 0.0, FULL)), won


def _rmse_points(errors: Floats) -> Floats:
    """The model's RMSE on its curve; a blank counts as an infinite error, which is 0 points."""
    if np.any(errors == 0):
        raise _undefined("the first RMSE of the language sheet is 0, and Level-5 divides by it")
    with np.errstate(over="ignore"):
        if np.any(np.isinf(np.exp(-RMSE_T / errors[~np.isnan(errors)]))):
            raise _undefined("the first RMSE of the language sheet is negative and next to 0, and Level-5 overflows")
    return np.where(np.isnan(errors), 0.0, Sigmoid(RMSE_T).unclipped(errors))


def _undefined(why: str) -> UndefinedScore:
    return UndefinedScore(
        f"{why}: the released scorer fails there and gives no level. Leave that score out to see what it makes of the "
        "rest; generallevel.compute_level has a level for it."
    )

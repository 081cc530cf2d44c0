"""The normaliser: every metric onto 0..100, and the one place that converts units.

A metric's function returns native values (an accuracy of 0.833); score tables print table units (83.3). Curves, bounds
and best values are native. `convert` takes a value from one unit to another and `Normaliser` takes whole columns of
table values to points, grouped so that a table of 699 tasks costs a few array expressions, for one model or for a
thousand.

Sources: arXiv 2505.04620v1, appendix A.1, for the curves (`generallevel.scales`); units of the printed figures as
declared by the metrics' labels.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, UnitMismatch
from generallevel.registry import Metric, find
from generallevel.scales import FULL

if TYPE_CHECKING:
    from generallevel.benchmark.task import Task

__all__ = ["Normaliser", "canonical_unit", "convert", "normalise", "table_unit"]

SAME = frozenset({"native", "raw", "unknown"})  # words that say: take the figure as it stands
SPELT = {
    "%": "percent", "percentage": "percent", "points": "percent", "0-100": "percent",
    "0-1": "fraction", "share": "fraction", "proportion": "fraction",
    "decibel": "db", "1-5": "mos_1_5", "mos": "mos_1_5",
    "metre": "m", "meter": "m", "metres": "m", "meters": "m",
    "centimetre": "cm", "centimeter": "cm", "millimetre": "mm",
    "pixel": "px", "pixels": "px", "degree": "deg", "degrees": "deg", "radians": "rad",
}  # fmt: skip
# (kind of quantity, how many of the unit make the base unit)
SIZE = {
    "percent": ("share", 100.0), "fraction": ("share", 1.0),
    "m": ("length", 1.0), "cm": ("length", 100.0), "mm": ("length", 1000.0),
    "rad": ("angle", 1.0), "deg": ("angle", 180.0 / math.pi),
}  # fmt: skip
CHUNK = 1 << 14  # ours: scores at a time, 128 KB, which a cache holds with its temporaries
DIGITS = 12  # ours: a converted score keeps 12 digits, so that 0.57 is 57 percent and not 56.99999999999999


def canonical_unit(unit: str) -> str:
    """One word for each unit: ``%``, ``percentage`` and ``0-100`` are ``percent``.

    >>> canonical_unit("%"), canonical_unit("dB")
    ('percent', 'db')
    """
    word = unit.strip().casefold()
    return SPELT.get(word, word)


def convert(values: ArrayLike, given: str, wanted: str) -> NDArray[np.float64]:
    """Values in another unit.

    Parameters
    ----------
    values : array_like of float, any shape
        Values in the unit ``given``.
    given, wanted : str
        Units: percent and fraction; m, cm and mm; deg and rad; any two that are the same; ``raw`` and ``unknown`` mean
        that the figure is taken as it stands.

    Returns
    -------
    ndarray of float, the same shape
        To 12 significant digits where the unit changes; as given where it does not.

    Raises
    ------
    UnitMismatch
        If one unit cannot be turned into the other.

    Examples
    --------
    >>> float(convert(0.57, "fraction", "percent"))
    57.0
    """
    numbers = np.asarray(values, dtype=np.float64)
    from_unit, to_unit = canonical_unit(given), canonical_unit(wanted)
    if from_unit == to_unit or SAME & {from_unit, to_unit}:
        return numbers
    from_kind, from_size = SIZE.get(from_unit, (from_unit, 1.0))
    to_kind, to_size = SIZE.get(to_unit, (to_unit, 1.0))
    if from_kind != to_kind:
        raise UnitMismatch(f"a value in {given!r} cannot be turned into {wanted!r}")
    with np.errstate(over="ignore"):  # what leaves the range of floats is infinite, and bounds judge it as that
        return _rounded(numbers * (to_size / from_size) if to_size >= from_size else numbers / (from_size / to_size))


def _rounded(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The numbers to `DIGITS` significant decimal digits, each the double nearest to that decimal."""
    return np.array([float(f"{number:.{DIGITS}g}") for number in numbers.ravel()]).reshape(numbers.shape)


def table_unit(metric: Metric, sheet: str = "", label: str = "") -> str:
    """The unit in which tables print a metric: that of its label on a sheet, or else the one that all its labels share.

    >>> table_unit(find("wer"))
    'percent'
    """
    if (sheet, label) in metric.labels:
        return metric.labels[sheet, label]
    units = set(metric.labels.values())
    return units.pop() if len(units) == 1 else metric.unit


def normalise(values: ArrayLike, metric: str | Metric, *, unit: str | None = None) -> NDArray[np.float64]:
    """Raw scores of one metric on the common scale of 0 to 100.

    Parameters
    ----------
    values : array_like of float, any shape
        Raw scores. An infinity is a perfect PSNR or the worst error.
    metric : str or Metric
        Whose scores they are.
    unit : str, optional
        The unit of the values; by default the one in which score tables print the metric (percent for accuracy).

    Returns
    -------
    ndarray of float, the same shape
        Points in [0, 100]; 100 is perfect.

    Raises
    ------
    NotFinite
        If a value is NaN or None: a missing score has no points.
    InvalidInput
        If a value is no number.
    UnitMismatch
        If the unit is not one that the metric can be in.
    ImpossibleValue
        If a value lies outside the metric's bounds.
    UnknownMetric
        If no metric has the name.

    References
    ----------
    .. [1] arXiv 2505.04620v1, appendix A.1.

    Examples
    --------
    >>> float(normalise(83.3, "accuracy")), float(normalise(0.833, "accuracy", unit="fraction"))
    (83.3, 83.3)
    >>> round(float(normalise(25, "fid")), 3)
    46.212
    """
    declared = find(metric)
    given = unit or table_unit(declared)
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as slip:
        raise InvalidInput(f"{declared.name}: {reprlib.repr(values)} are not numbers that an array can hold") from slip
    if np.isnan(numbers).any():
        raise NotFinite(f"{declared.name}: a score is NaN. A missing score is left out here, since it has no points.")
    native = convert(numbers, given, declared.unit)
    low, high = declared.bounds
    outside = (native < low) | (native > high)
    if outside.any():
        raise impossible(declared, float(numbers[outside].flat[0]), given)
    return declared.scale(native)


def impossible(metric: Metric, value: float, unit: str, where: str = "") -> ImpossibleValue:
    """The error for a value that the metric cannot take in this unit."""
    low, high = convert(metric.bounds, metric.unit, unit)
    slip = ""
    if canonical_unit(unit) == "fraction" and 1 < value <= FULL:
        slip = f" If this is a percentage, pass unit='percent' (or {value / FULL:.4g})."
    elif canonical_unit(unit) == "percent" and value > FULL:
        slip = " If it is a fraction, it was scaled twice; otherwise look for a shifted column."
    elif value < low <= 0:
        slip = " A score of -1 often stands for a missing one: leave it blank or give None."
    printed = "figure as printed" if canonical_unit(unit) in SAME else unit
    return ImpossibleValue(f"{where}{metric.name} = {value:g} is outside [{low:g}, {high:g}] ({printed}).{slip}")


@dataclass(frozen=True, eq=False)
class Normaliser:
    """The curves of a list of tasks, ready for columns of scores in table units.

    Parameters
    ----------
    metrics : sequence of Metric
        The metric of each task.
    units : sequence of str
        The unit in which the table prints it, one per task.
    """

    metrics: Sequence[Metric]
    units: Sequence[str]

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> Normaliser:
        """The curves of a catalogue's tasks.

        Raises `UnitMismatch` where a task's unit is not one that its metric can be printed in, and `InvalidInput` where
        its direction is not the metric's.
        """
        metrics = [find(task.metric) for task in tasks]
        units = []
        for task, metric in zip(tasks, metrics, strict=True):
            if task.better != metric.better:
                raise InvalidInput(
                    f"task {task.id}: better is {task.better!r}, but {metric.name} is declared with {metric.better!r}. "
                    "A score that is read the other way round is another metric: declare it under a name of its own."
                )
            printed = table_unit(metric, task.sheet, task.label)
            unit = printed if canonical_unit(task.unit) in SAME else task.unit
            try:
                convert(0.0, unit, metric.unit)
            except UnitMismatch as slip:
                raise UnitMismatch(f"task {task.id}: {metric.name} is in {metric.unit}, so {slip}") from None
            units.append(unit)
        return cls(tuple(metrics), tuple(units))

    @cached_property
    def _groups(self) -> list[tuple[Metric, float, NDArray[np.intp]]]:
        """Tasks that share curve and unit: (a metric of the group, table units per native unit, positions)."""
        members: dict[tuple[object, float], list[int]] = {}
        for position, (metric, unit) in enumerate(zip(self.metrics, self.units, strict=True)):
            factor = float(convert(1.0, metric.unit, unit))
            members.setdefault((metric.scale, factor), []).append(position)
        return [(self.metrics[places[0]], factor, np.array(places)) for (_, factor), places in members.items()]

    @cached_property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the greatest possible table value of each task, shape (tasks,) each."""
        limits = np.array([
            convert(metric.bounds, metric.unit, unit) for metric, unit in zip(self.metrics, self.units, strict=True)
        ]).reshape(len(self.metrics), 2)  # fmt: skip
        return limits[:, 0], limits[:, 1]

    @cached_property
    def best(self) -> NDArray[np.float64]:
        """The table value of a perfect score of each task, shape (tasks,)."""
        pairs = zip(self.metrics, self.units, strict=True)
        return np.array([float(convert(metric.best, metric.unit, unit)) for metric, unit in pairs])

    @cached_property
    def higher(self) -> NDArray[np.bool_]:
        """Whether more is better, shape (tasks,)."""
        return np.array([metric.better == "higher" for metric in self.metrics], dtype=bool)

    @cached_property
    def percentages(self) -> NDArray[np.bool_]:
        """Which tasks the table prints in percent, whatever the native unit, shape (tasks,)."""
        return np.array([canonical_unit(unit) == "percent" for unit in self.units], dtype=bool)

    def points(
        self, values: NDArray[np.float64], *, clip: bool = True, out: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Table values on the common scale.

        Parameters
        ----------
        values : ndarray of float, shape (..., tasks)
            Scores in table units; NaN where there is none.
        clip : bool, default True
            Confine to [0, 100].
        out : ndarray of float, shape (..., tasks), optional
            Where the points go, of C order; a new array by default.

        Returns
        -------
        ndarray of float, shape (..., tasks)
            Points; NaN stays NaN.
        """
        points = np.empty(values.shape) if out is None else out
        columns, filled = values.reshape(-1, values.shape[-1]), points.reshape(-1, values.shape[-1])
        for metric, factor, places in self._groups:
            rows = max(1, CHUNK // len(places))
            for start in range(0, len(columns), rows):
                native = np.take(columns[start : start + rows], places, axis=-1) / factor
                filled[start : start + rows, places] = metric.scale(native) if clip else metric.scale.unclipped(native)
        return points

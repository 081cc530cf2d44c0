"""The uncertainty of each task's score, for all tasks of a report at once.

What is known of a task comes from its row in the table (`standard_error`, `low` and `high`, `n_scored` or `n`), or from
`n` as the caller gives it. Where nothing is known, nothing is made up: the task's method is ``unknown``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.analysis.distributions.proportions import wilson
from generallevel.analysis.distributions.quantiles import check_share, two_sided
from generallevel.analysis.level_intervals.known_spread import Items, named_items, score_sampling
from generallevel.analysis.level_intervals.task_sampling import KINDS, TaskSampling
from generallevel.analysis.wording import many, percent
from generallevel.level_report import LevelReport

__all__ = ["TaskUncertainty", "task_uncertainty"]

Floats = NDArray[np.float64]

METHODS = dict.fromkeys(KINDS, "unknown") | {
    "missing": "no score", "counted": "wilson", "bounded": "conservative", "normal": "given"
}  # fmt: skip
METHOD_OF_KIND = tuple(METHODS[kind] for kind in KINDS)


@dataclass(frozen=True, eq=False)
class TaskUncertainty:
    """The standard error and the interval of each task's score.

    Attributes
    ----------
    tasks : tuple of str
        Ids, in the order of the catalogue.
    values, standard_errors, low, high : ndarray of float, shape (tasks,)
        In the unit of the task's table; NaN where nothing is known.
    n : ndarray of float, shape (tasks,)
        Items that the error was worked out from; NaN where it was given, or is unknown.
    methods : tuple of str
        ``wilson`` (items are right or wrong), ``conservative`` (another score between two bounds, at the greatest
        variance a mean of such items can have), ``given`` (by the table), ``unknown``, ``no score``.
    units : tuple of str
        One for each task.
    level : float
        Of each interval by itself, 0-1.
    items : str
        Where numbers of items come from, for the signature.
    """

    tasks: tuple[str, ...]
    values: Floats
    standard_errors: Floats
    low: Floats
    high: Floats
    n: Floats
    methods: tuple[str, ...]
    units: tuple[str, ...]
    level: float
    items: str

    def __len__(self) -> int:
        return len(self.tasks)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many tasks there are of each method."""
        return dict(sorted(Counter(self.methods).items()))

    @property
    def unknown(self) -> int:
        """How many scored tasks nothing is known of."""
        return self.counts.get("unknown", 0)

    @property
    def signature(self) -> str:
        """What reproduces it: level, where n comes from, tasks by method, version."""
        counts = ",".join(f"{method}={count}" for method, count in self.counts.items())
        return f"tasks|level:{self.level:g}|n:{self.items}|methods:{counts}|v:{__version__}"

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each task; None where a number is not known."""
        columns = (self.values, self.standard_errors, self.low, self.high, self.n)
        numbers = [[None if number != number else number for number in column.tolist()] for column in columns]
        return [
            dict(zip(("task", "unit", "method", "score", "standard_error", "low", "high", "n"), row, strict=True))
            for row in zip(self.tasks, self.units, self.methods, *numbers, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """The table as plain data."""
        return {
            "level": self.level,
            "methods": self.counts,
            "unknown": self.unknown,
            "tasks": self.rows(),
            "signature": self.signature,
        }

    def __str__(self) -> str:
        said = ", ".join(f"{count} {method}" for method, count in self.counts.items())
        return f"uncertainty of {many(len(self), 'task')} at the {percent(self.level)} level: {said}"


def task_uncertainty(report: LevelReport, level: float = 0.95, *, n: Items = None) -> TaskUncertainty:
    """The standard error and interval of every task of a report.

    Parameters
    ----------
    report : LevelReport
        Whose scores they are. Its table may have the columns ``n``, ``n_scored``, ``standard_error``, ``low`` and
        ``high``; the last two are taken for a 95 percent interval.
    level : float, default 0.95
        Of each interval by itself, in (0, 1).
    n : int, "benchmark" or mapping of task to int, optional
        Items of tasks whose row has none: one number for all, what the benchmark says, or by task.

    Returns
    -------
    TaskUncertainty
        In the order of the catalogue, one entry for each task of the scope.

    Raises
    ------
    InvalidInput
        If ``level`` or ``n`` cannot be used.

    Notes
    -----
    A score between two bounds over n items varies at most as much as items at either bound do, if it is a mean over
    independent items. Average precision and pooled scores are no such means: for them ``conservative`` is a stand-in
    that is usually wide, and a ``standard_error`` from a bootstrap of their items is the better word.

    References
    ----------
    .. [1] Wilson (1927), JASA 22; Bhatia and Davis (2000), American Mathematical Monthly 107.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Sports Image Classification": {"score": 72.8, "n": 400}, "Image Deraining": 41.2})
    >>> known = task_uncertainty(report)
    >>> print(known)
    uncertainty of 699 tasks at the 95% level: 697 no score, 1 unknown, 1 wilson
    >>> [round(row["low"], 1) for row in known.rows() if row["method"] == "wilson"]
    [68.2]
    """
    check_share("level", level)
    sampling, inside = score_sampling(report, n), report.basis.grid.scope.positions
    errors = np.where(sampling.known, sampling.standard_errors(), np.nan)
    reach = two_sided(level) * errors
    low, high = shares_to_values(sampling, *wilson(shares(sampling, sampling.values), sampling.n, level))
    given = np.isnan(sampling.n)
    low = np.where(given, np.maximum(sampling.values - reach, sampling.low), low)
    high = np.where(given, np.minimum(sampling.values + reach, sampling.high), high)
    catalogue, normaliser = report.basis.grid.catalogue, report.basis.grid.normaliser
    return TaskUncertainty(
        tasks=tuple(catalogue.ids[place] for place in inside.tolist()),
        values=sampling.values[inside],
        standard_errors=errors[inside],
        low=low[inside],
        high=high[inside],
        n=sampling.n[inside],
        methods=tuple(METHOD_OF_KIND[kind] for kind in sampling.kinds[inside].tolist()),
        units=tuple(normaliser.units[place] for place in inside.tolist()),
        level=float(level),
        items=named_items(n),
    )


def shares(sampling: TaskSampling, values: Floats) -> Floats:
    """Where values lie between the bounds of tasks whose items are counted, 0-1; NaN elsewhere."""
    counted = ~np.isnan(sampling.n)
    low, high = np.where(counted, sampling.low, 0.0), np.where(counted, sampling.high, 1.0)
    return np.where(counted, np.clip((values - low) / (high - low), 0.0, 1.0), np.nan)


def shares_to_values(sampling: TaskSampling, *columns: Floats) -> tuple[Floats, ...]:
    """The way back from `shares`, NaN where no items are counted."""
    counted = ~np.isnan(sampling.n)
    low, high = np.where(counted, sampling.low, 0.0), np.where(counted, sampling.high, 1.0)
    return tuple(low + (high - low) * column for column in columns)

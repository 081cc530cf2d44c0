"""Two models task by task: who is better where, by how much, and whether that is more than luck.

Better and worse are decided on raw scores in the metric's direction, as the gate decides a win, because the curves
saturate. Two figures tie where the coarser of the two, as it is printed, could be the other: 72.8 and 72.83. A model's
figures of one metric count as printed to the last digit of the finest of them, because 90.40 is read as 90.4. How much
better is told in points, because units do not add.

The tests take the tasks as draws from a population of tasks: their question is whether the same would be seen on other
tasks of the kind. They say nothing of another test set for the same tasks.

Sources: Conover, Practical Nonparametric Statistics, 1999 (sign and signed-rank tests); Demsar, JMLR 7, 2006.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.printed_precision import half_of_last_digit
from generallevel.analysis.uncertainty.paired import FEWEST_PAIRS, paired_test
from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

__all__ = ["VERDICTS", "HeadToHead", "TaskDifferences", "Tie", "midranks", "task_differences"]

Floats = NDArray[np.float64]
Tie = Literal["printed"] | float | None

COUNTS = ("better", "worse", "tied", "only_first", "only_second", "neither")
VERDICTS = ("better", "worse", "tied", "only first", "only second", "neither")
BETTER, WORSE, TIED, ONLY_FIRST, ONLY_SECOND, NEITHER = range(len(VERDICTS))


@dataclass(frozen=True)
class HeadToHead:
    """How two models fare against each other on some tasks.

    Attributes
    ----------
    better, worse, tied : int
        Tasks with both scores on which the first is better, worse, or as good within the tolerance.
    only_first, only_second, neither : int
        Tasks that one model alone has a score for, or none.
    difference : float or None
        Mean points of the first minus those of the second, over the tasks with both scores; None without any.
    sign, signed_rank, randomisation : float or None
        Two-sided p-values over the tasks with both scores: of the sign test, which drops ties; of Wilcoxon's
        signed-rank test, which drops ties and equal points; of swapping the two models' points. None below 6 tasks.
    """

    better: int
    worse: int
    tied: int
    only_first: int
    only_second: int
    neither: int
    difference: float | None
    sign: float | None
    signed_rank: float | None
    randomisation: float | None

    @property
    def both(self) -> int:
        """Tasks with both scores."""
        return self.better + self.worse + self.tied

    @property
    def total(self) -> int:
        """All tasks, scored or not."""
        return self.both + self.only_first + self.only_second + self.neither

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain data."""
        return {**asdict(self), "both": self.both}

    def __str__(self) -> str:
        said = f"{self.better} better, {self.worse} worse, {self.tied} tied"
        alone = ((self.only_first, "only the first"), (self.only_second, "only the second"), (self.neither, "neither"))
        return said + "".join(f", {number} {who} scored" for number, who in alone if number)


@dataclass(frozen=True, eq=False)
class TaskDifferences:
    """Two models on the tasks of one scope, in the order of the catalogue.

    Attributes
    ----------
    tasks, modalities, cells : tuple of str
        The id, the modality and the cell of each.
    first, second : ndarray of float, shape (tasks,)
        Raw scores in table units; NaN where there is none.
    points : ndarray of float, shape (tasks,)
        Points of the first minus those of the second, -100 to 100; NaN where one is missing.
    codes : ndarray of int, shape (tasks,)
        Positions in `VERDICTS`.
    """

    tasks: tuple[str, ...]
    modalities: tuple[str, ...]
    cells: tuple[str, ...]
    first: Floats
    second: Floats
    points: Floats
    codes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tasks)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What each task says of the first model: ``better``, ``worse``, ``tied``, ``only first`` ..."""
        return tuple(VERDICTS[code] for code in self.codes.tolist())

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each task; None where there is no number."""
        numbers = (
            [None if np.isnan(number) else number for number in column.tolist()]
            for column in (self.first, self.second, self.points)
        )
        return [
            dict(zip(("task", "verdict", "first", "second", "points"), row, strict=True))
            for row in zip(self.tasks, self.verdicts, *numbers, strict=True)
        ]

    def summary(self, within: str | None = None, *, resamples: int, seed: int, tests: bool = True) -> HeadToHead:
        """How the two fare on all tasks, or on those of one modality or cell.

        Parameters
        ----------
        within : str, optional
            ``image`` or ``image.comprehension``.
        resamples, seed : int
            Of the tests that draw.
        tests : bool, default True
            Whether to test at all.

        Returns
        -------
        HeadToHead
        """
        named = zip(self.modalities, self.cells, strict=True)
        inside = np.array([within is None or within in pair for pair in named], dtype=bool)
        codes, both = self.codes[inside], inside & (self.codes <= TIED)
        counts = dict(zip(COUNTS, np.bincount(codes, minlength=len(VERDICTS)).tolist(), strict=True))
        apart = self.points[both]
        values: dict[str, Any] = dict.fromkeys(("sign", "signed_rank", "randomisation"))
        if tests and len(apart) >= FEWEST_PAIRS:
            values = _p_values(self.codes[both], apart, resamples, seed)
        return HeadToHead(**counts, difference=float(apart.mean()) if len(apart) else None, **values)


def task_differences(
    a: LevelReport, b: LevelReport, tie: Tie = "printed", places: NDArray[np.intp] | None = None
) -> TaskDifferences:
    """Two models task by task.

    Parameters
    ----------
    a, b : LevelReport
        Over one catalogue.
    tie : "printed", float or None
        What counts as a tie: figures that the printing alone sets apart, a distance in the task's unit (that distance
        included), or equal figures only.
    places : ndarray of int, optional
        Where the tasks stand in the catalogue; those of the first report's scope by default.

    Returns
    -------
    TaskDifferences

    Raises
    ------
    InvalidInput
        If ``tie`` is nothing of these.
    """
    catalogue, normaliser = a.basis.grid.catalogue, a.basis.grid.normaliser
    inside = a.basis.grid.scope.positions if places is None else places
    first, second = a.basis.aligned.values[inside], b.basis.aligned.values[inside]
    with np.errstate(invalid="ignore"):
        margin = np.where(normaliser.higher[inside], first - second, second - first)
    metrics = np.array([normaliser.metrics[place].name for place in inside.tolist()])
    tied = (first == second) | _within(tie, first, second, np.abs(margin), metrics)
    has_first, has_second = ~np.isnan(first), ~np.isnan(second)
    codes = np.select(
        [~has_first & ~has_second, ~has_second, ~has_first, tied, margin > 0],
        [NEITHER, ONLY_FIRST, ONLY_SECOND, TIED, BETTER],
        WORSE,
    )
    tasks = [catalogue.tasks[place] for place in inside.tolist()]
    return TaskDifferences(
        tuple(task.id for task in tasks),
        tuple(task.modality for task in tasks),
        tuple(task.group for task in tasks),
        first,
        second,
        a.basis.points[inside] - b.basis.points[inside],
        codes,
    )


def _within(tie: object, first: Floats, second: Floats, apart: Floats, metrics: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Which margins are too small to count."""
    if tie is None:
        return np.zeros(apart.shape, dtype=bool)
    if tie == "printed":
        coarser = np.fmax(_printed_to(first, metrics), _printed_to(second, metrics))
        with np.errstate(invalid="ignore"):
            tied: NDArray[np.bool_] = apart < coarser
        return tied
    if isinstance(tie, bool | str) or not isinstance(tie, int | float) or not 0 <= tie < np.inf:
        raise InvalidInput(f"tie = {tie!r}: wanted 'printed', a distance of at least 0 in the task's unit, or None")
    with np.errstate(invalid="ignore"):
        within: NDArray[np.bool_] = apart <= tie
    return within


def _printed_to(figures: Floats, metrics: NDArray[np.str_]) -> Floats:
    """Half of the last digit to which a model's figures of each metric are printed."""
    halves = half_of_last_digit(figures)
    for metric in np.unique(metrics):
        alike = metrics == metric
        halves[alike] = np.fmin.reduce(halves[alike])
    return halves


def _p_values(codes: NDArray[np.int64], apart: Floats, resamples: int, seed: int) -> dict[str, float | None]:
    """Two-sided p-values of three tests over tasks."""
    signs = np.where(codes == TIED, 0.0, np.sign(apart))
    signed = np.flatnonzero(signs)
    ranks = midranks(np.abs(apart[signed])) * signs[signed]
    options = {"resamples": resamples, "seed": seed}
    sign = paired_test(codes == BETTER, codes == WORSE, "mcnemar-exact", alternative="two-sided")
    return {
        "sign": sign.p_value,
        "signed_rank": _flipped(ranks, **options) if len(signed) >= FEWEST_PAIRS else None if len(signed) else 1.0,
        "randomisation": _flipped(apart, **options),
    }


def _flipped(values: Floats, resamples: int, seed: int) -> float:
    """The p-value of flipping signs; turned to one side first, so that swapping the models changes nothing."""
    turned = values if values.sum() >= 0 else -values
    nothing = np.zeros(len(turned))
    options: dict[str, Any] = {"alternative": "two-sided", "resamples": resamples, "seed": seed}
    return paired_test(turned, nothing, "randomisation", **options).p_value


def midranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Without NaN.

    Returns
    -------
    ndarray of float, shape (n,)

    Examples
    --------
    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    ascending = np.sort(values)
    below, upto = (np.searchsorted(ascending, values, side=side) for side in ("left", "right"))
    ranks: Floats = (below + upto + 1) / 2
    return ranks

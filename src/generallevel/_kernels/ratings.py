"""Ratings: numbers that people, judges or detectors gave, read and checked."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, UndefinedScore
from generallevel.tallies import Additive, Mean

__all__ = ["Opinions", "Raters", "opinions", "ratings"]


@dataclass(frozen=True, slots=True)
class Raters:
    """What each rater has given: the sum of the ratings, and their weight.

    Attributes
    ----------
    sums : mapping of rater id to (float, float)
    """

    sums: Mapping[Hashable, tuple[float, float]] = field(default_factory=dict)

    def __add__(self, other: Raters | int) -> Raters:
        if isinstance(other, int):  # the 0 that sums start from
            return self
        joined = dict(self.sums)
        for rater, (total, n) in other.sums.items():
            before = joined.get(rater, (0.0, 0.0))
            joined[rater] = (before[0] + total, before[1] + n)
        return Raters(joined)

    __radd__ = __add__

    def __reduce__(self) -> tuple[Any, ...]:
        return Raters, (dict(self.sums),)


@dataclass(frozen=True, slots=True)
class Opinions(Additive):
    """A mean of ratings with what its interval is read from.

    Attributes
    ----------
    total, n : float
        The sum of the ratings, and their weight.
    items : float
        Items that were rated.
    squares, products, sizes : float
        The sums over items of the square of an item's total, of its total times its weight, and of the square of its
        weight.
    raters : Raters
        The ratings by who gave them, as far as that was said.
    """

    total: float
    n: float
    items: float
    squares: float
    products: float
    sizes: float
    raters: Raters | int = 0

    @classmethod
    def read(cls, total: Any, n: Any, *_: Any) -> NDArray[np.float64]:
        return Mean.read(total, n)

    @classmethod
    def stack(cls, tallies: Sequence[Self]) -> tuple[NDArray[np.float64], ...]:
        # Who rated is no number to be resampled with weights.
        numbers = zip(*(tally.sums[:-1] for tally in tallies), strict=True)
        return tuple(np.asarray(column, dtype=np.float64) for column in numbers)

    @property
    def rater_means(self) -> Mapping[Hashable, float]:
        """The mean of each rater who was named."""
        raters = self.raters.sums if isinstance(self.raters, Raters) else {}
        return MappingProxyType({rater: total / n for rater, (total, n) in raters.items()})

    def interval(self, level: float = 0.95, *, over: Literal["items", "raters"] = "items") -> tuple[float, float]:
        r"""A confidence interval of the mean.

        Parameters
        ----------
        level : float, default 0.95
            How often such intervals hold the true mean.
        over : {"items", "raters"}, default "items"
            What is taken for a random draw: the items, or the people who rated them. Ratings of one item, or by one
            person, are not taken to be independent.

        Returns
        -------
        (float, float)
            Symmetric about the mean, by Student's t with one degree of freedom less than there are draws; the ends may
            lie outside the scale.

        Raises
        ------
        UndefinedScore
            If there are fewer than two draws.
        InvalidInput
            If the raters were not named, ``over`` is none of its words, or the level is not between 0 and 1.

        Notes
        -----
        The error of a ratio of two sums over draws: with one rating an item it is the standard error of a mean,
        :math:`s / \sqrt n`.

        References
        ----------
        .. [1] Cochran (1977), "Sampling techniques", 3rd edition, section 6.3
        .. [2] ITU-T Rec. P.1401 (2020), section 7.3

        Examples
        --------
        >>> all_ratings = opinions([4, 5], 1, 5, "rating") + opinions([2, 3], 1, 5, "rating")
        >>> all_ratings.value, [round(end, 3) for end in all_ratings.interval()]
        (3.5, [-9.206, 16.206])
        """
        one_of("over", over, ("items", "raters"))
        if not 0 < level < 1:
            raise InvalidInput(f"level is a share between 0 and 1, such as 0.95, not {level!r}")
        mean, draws = self.value, int(self.items)
        left = self.squares - 2 * mean * self.products + mean * mean * self.sizes
        if over == "raters":
            sums = self.raters.sums if isinstance(self.raters, Raters) else {}
            if not math.isclose(sum(n for _, n in sums.values()), self.n, rel_tol=1e-9):
                raise InvalidInput(
                    "not every rating says who gave it: pass each item's ratings as a mapping of rater id to rating"
                )
            draws, left = len(sums), sum((total - mean * n) ** 2 for total, n in sums.values())
        if draws < 2:
            raise UndefinedScore(f"an interval over {over} needs two of them at least; there are {draws}")
        from scipy.special import betaincinv

        # Student's quantile by the incomplete beta function: older SciPy's own has ten digits for a few raters.
        freedom = draws - 1
        quantile = math.sqrt(freedom * (1 / float(betaincinv(freedom / 2, 0.5, 1 - level)) - 1))
        error = math.sqrt(max(left, 0.0) * draws / freedom) / self.n
        return mean - quantile * error, mean + quantile * error


def opinions(given: Any, low: float, high: float, name: str, *, equal: bool = False) -> Opinions:
    """The tally of the ratings of one item.

    Parameters
    ----------
    given : number, bool, sequence or array of them, or mapping of rater id to one of them
        What was given, and by whom.
    low, high : float
        The ends of the scale.
    name : str
        What one of them is called, for messages: "rating".
    equal : bool, default False
        Whether items count alike, whatever the number of their ratings.

    Returns
    -------
    Opinions

    Raises
    ------
    InvalidInput, ShapeMismatch, NotFinite, ImpossibleValue
        As from `ratings`.

    Examples
    --------
    >>> dict(opinions({"ann": 4, "bob": 5}, 1, 5, "rating").rater_means)
    {'ann': 4.0, 'bob': 5.0}
    """
    values = ratings(list(given.values()) if isinstance(given, Mapping) else given, low, high, name)
    weight = 1 / len(values) if equal else 1.0
    total, n = (float(values.mean()), 1.0) if equal else (float(values.sum()), float(len(values)))
    raters: Raters | int = 0
    if isinstance(given, Mapping):
        raters = Raters({rater: (value * weight, weight) for rater, value in zip(given, values.tolist(), strict=True)})
    return Opinions(total, n, 1, total * total, total * n, n * n, raters)


def ratings(given: Any, low: float, high: float, name: str) -> NDArray[np.float64]:
    """The ratings of one item as numbers.

    Parameters
    ----------
    given : number, bool, or sequence or array of them, shape (n,)
        One rating or several.
    low, high : float
        The ends of the scale.
    name : str
        What one of them is called, for messages: "rating".

    Returns
    -------
    ndarray of float, shape (n,)
        At least one.

    Raises
    ------
    InvalidInput
        If it is something else, or there is none.
    ShapeMismatch
        If it is a nested list of rows of several lengths.
    NotFinite
        If one is NaN.
    ImpossibleValue
        If one lies outside the scale.

    Examples
    --------
    >>> ratings([4, 5], 1, 5, "rating")
    array([4., 5.])
    """
    values = real_array(given, f"an item's {name}", f"a number from {low:g} to {high:g}, or a sequence of them")
    if values.ndim > 1:
        raise InvalidInput(f"one item has one {name} or a sequence of them, not an array of shape {values.shape}")
    values = np.atleast_1d(values).astype(np.float64)
    if values.size == 0:
        raise InvalidInput(
            f"an item without a single {name} has no score: leave it out, or pass None for one that is missing"
        )
    if np.isnan(values).any():
        raise NotFinite(f"{name} {int(np.argmax(np.isnan(values)))} of the item is NaN: leave out what was not given")
    outside = (values < low) | (values > high)
    if outside.any():
        raise ImpossibleValue(
            f"{name} {values[outside][0]:g} is outside {low:g} to {high:g}: "
            "is it on another scale? Bring it to this one first"
        )
    return values

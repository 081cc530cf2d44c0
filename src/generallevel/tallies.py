"""Tallies: what one sample yields, and how samples add.

A metric is a function from one prediction and its reference to a tally; tallies add; a tally's value is the score. So a
tally is a frozen value with three things: ``+``, an identity (``empty()``), and ``value``. Folding, streaming, merging
the shards of a cluster, per-item scores and the bootstrap are all that one ``+``.

Three kinds serve every metric:

* `Additive`: named sums and a formula at reading time (`Ratio`, `Mean`). Stackable: a bootstrap is a matrix product.
* `Ranked`: scored decisions, put in an order that does not depend on the order of arrival (average precision, AUC).
* `Pool`: units kept whole, because the formula needs the set (the idf of CIDEr, the thresholds of AMOTA).

``+`` is exact for counts and agrees to 1e-12 relative for sums of floats. ``empty()`` knows no dimension, and reading
it raises `UndefinedScore`: the mean of nothing is not zero.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from operator import add
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import GeneralLevelError, InvalidInput, LengthMismatch, NotFinite, UndefinedScore

__all__ = ["Additive", "Joined", "Mean", "Parts", "Pool", "Ranked", "Ratio", "Tally"]


class Tally(ABC):
    """What a set of samples has yielded so far; adding two tallies is scoring the union of their samples."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def empty(cls) -> Self:
        """The identity of ``+``: no sample yet."""

    @abstractmethod
    def __add__(self, other: Self) -> Self: ...

    @property
    @abstractmethod
    def value(self) -> float:
        """The score of the samples, in the metric's own unit. Raises `UndefinedScore` when it has none."""

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        """The tally of all samples together; ``empty()`` for none."""
        return reduce(add, tallies, cls.empty())


class Joined(Tally):
    """A tally that joins any number of its kind at once: a subclass gives `sum`, and ``+`` is the sum of two."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        """The tally of all samples together; ``empty()`` for none."""

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self).sum((self, other))


@dataclass(frozen=True, slots=True)
class Additive(Tally):
    """Named sums with a finishing formula: every field adds, and `read` turns the sums into the score.

    A subclass is a frozen dataclass whose fields are numbers or arrays, with `read` as its formula.

    Examples
    --------
    Root mean square error is a mean with a square root at the end:

    >>> @dataclass(frozen=True, slots=True)
    ... class RootMean(Additive):
    ...     squares: float
    ...     n: int
    ...     @classmethod
    ...     def read(cls, squares, n):
    ...         return np.sqrt(np.divide(squares, n))
    >>> (RootMean(9.0, 1) + RootMean(0.0, 1)).value  # sqrt(9 / 2)
    2.1213203435596424
    """

    @classmethod
    @abstractmethod
    def read(cls, *sums: Any) -> NDArray[np.float64]:
        """The score of the sums, NaN where it has none; sums may carry leading axes, over which it broadcasts."""

    @classmethod
    def empty(cls) -> Self:
        return cls(*(0 for _ in fields(cls)))

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        # 0 + makes a number of a truth: True + True of NumPy would be True.
        return type(self)(*(0 + mine + theirs for mine, theirs in zip(self.sums, other.sums, strict=True)))

    @property
    def sums(self) -> tuple[Any, ...]:
        """The fields, in the order in which they are declared."""
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def value(self) -> float:
        with np.errstate(invalid="ignore", divide="ignore"):
            value = float(type(self).read(*self.sums))
        if math.isnan(value):
            if any(np.isnan(column).any() for column in self.sums):
                raise NotFinite(f"{self!r} is made of a NaN, or of infinities of both signs: an input was not a number")
            raise UndefinedScore(f"{self!r} has no value: nothing was counted that it could be read from")
        return value

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        columns = list(zip(*(tally.sums for tally in tallies), strict=True))
        return cls(*(sum(column) for column in columns)) if columns else cls.empty()

    @classmethod
    def stack(cls, tallies: Sequence[Self]) -> tuple[NDArray[np.float64], ...]:
        """The sums of many tallies side by side: one array per field, shape (n, ...).

        With resampling weights W of shape (B, n), ``read(*(W @ column for column in stack(tallies)))`` is B resampled
        scores.
        """
        return tuple(np.asarray(column, dtype=np.float64) for column in zip(*(t.sums for t in tallies), strict=True))


@dataclass(frozen=True, slots=True)
class Ratio(Additive):
    """A count out of a total, pooled over all samples: hits per item, errors per reference word.

    Examples
    --------
    >>> (Ratio(1, 1) + Ratio(0, 3)).value
    0.25
    >>> Ratio.empty().value
    Traceback (most recent call last):
    ...
    generallevel.errors.UndefinedScore: Ratio(count=0, total=0) has no value: ...
    """

    count: float
    total: float

    @classmethod
    def read(cls, count: Any, total: Any) -> NDArray[np.float64]:
        return _divide(count, total)


@dataclass(frozen=True, slots=True)
class Mean(Additive):
    """A mean over samples, each of which counts once (or by its weight).

    Examples
    --------
    >>> (Mean(30.0, 1) + Mean(20.0, 1)).value
    25.0
    """

    total: float
    n: float

    @classmethod
    def read(cls, total: Any, n: Any) -> NDArray[np.float64]:
        return _divide(total, n)


def _divide(numerator: Any, denominator: Any) -> NDArray[np.float64]:
    """The quotient, and NaN wherever the denominator is 0, also for a positive numerator: x / 0 is no score."""
    bottom = np.asarray(denominator, dtype=np.float64)
    quotient: NDArray[np.float64] = np.divide(numerator, np.where(bottom == 0, np.nan, bottom))
    return quotient


@dataclass(frozen=True, slots=True)
class Pool(Joined):
    """Units kept whole until the set is complete. A subclass gives `value`.

    ``+`` joins the units in the order of its operands; a subclass whose formula depends on order sorts by a key of the
    units.
    """

    units: tuple[Any, ...] = ()

    @classmethod
    def empty(cls) -> Self:
        return cls()

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        return cls(tuple(unit for tally in tallies for unit in tally.units))


@dataclass(frozen=True, slots=True)
class Ranked(Joined):
    """Scored decisions and the number of things there were to find. A subclass gives `value`.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        Confidence of each decision; higher is surer.
    hits : ndarray of bool, shape (n,)
        Whether the decision was right.
    positives : int
        How many references there were to find, found or not.

    Notes
    -----
    `ordered` ranks by falling score, and among equal scores puts misses first: the rule that depends on nothing but the
    decisions themselves, and never flatters a model that gives one confidence to everything.
    """

    scores: NDArray[np.float64]
    hits: NDArray[np.bool_]
    positives: int

    @classmethod
    def empty(cls) -> Self:
        return cls(np.empty(0), np.empty(0, dtype=bool), 0)

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        parts = list(tallies)
        if not parts:
            return cls.empty()
        scores = np.concatenate([part.scores for part in parts])
        hits = np.concatenate([part.hits for part in parts])
        return cls(scores, hits, sum(part.positives for part in parts))

    def ordered(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Scores and hits from the surest decision down, ties in an order that arrival cannot change."""
        order = np.lexsort((self.hits, -self.scores))
        return self.scores[order], self.hits[order]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.positives == other.positives and all(
            np.array_equal(mine, theirs) for mine, theirs in zip(self.ordered(), other.ordered(), strict=True)
        )

    __hash__ = None  # type: ignore[assignment]  # holds arrays


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The parts of one item that a metric takes one by one, such as the frames of a clip.

    The item's tally is the sum of those of its parts; it is one item all the same, present or absent as a whole.

    Attributes
    ----------
    parts : tuple
        Predictions or references, as the metric takes them; as many on both sides.

    Examples
    --------
    >>> from generallevel import score
    >>> pred, ref = Parts(([[255]], [[0]])), Parts(([[0]], [[0]]))
    >>> clip = score("psnr", [pred], [ref], data_range=255, ceiling=100)
    >>> clip.value, clip.n_total  # (0 dB + 100 dB) / 2
    (50.0, 1)
    """

    parts: tuple[Any, ...]

    @classmethod
    def each(cls, function: Callable[[Any], Any], item: Any) -> Any:
        """What a function makes of an item, or of each of its parts."""
        return cls(tuple(map(function, item.parts))) if isinstance(item, cls) else function(item)

    @staticmethod
    def tally(function: Callable[..., Tally], sides: Sequence[Any], options: Mapping[str, Any]) -> Tally:
        """The tally of an item, or the sum of those of its parts.

        Parameters
        ----------
        function : callable
            A metric.
        sides : sequence
            The prediction, and the reference where the metric takes one.
        options : mapping
            The metric's parameters.

        Returns
        -------
        Tally

        Raises
        ------
        LengthMismatch
            If the sides have not the same number of parts.
        InvalidInput
            If there is none, or one side alone has parts.
        GeneralLevelError
            What the metric raises, with the part named.
        """
        if not isinstance(sides[-1], Parts):
            return function(*sides, **options)
        name = getattr(function, "each", "part")
        if not all(isinstance(side, Parts) for side in sides):
            raise InvalidInput(f"the reference is given {name} by {name}, and the prediction is not")
        counts = [len(side.parts) for side in sides]
        if len(set(counts)) > 1:
            raise LengthMismatch(f"the prediction has {counts[0]} {name}s and its reference {counts[1]}")
        tallies = []
        for place, each in enumerate(zip(*(side.parts for side in sides), strict=True)):
            try:
                tallies.append(function(*each, **options))
            except GeneralLevelError as slip:
                raise type(slip)(f"{name} {place}: {slip}") from slip
        if not tallies:
            raise InvalidInput(f"there is no {name}")
        return type(tallies[0]).sum(tallies)

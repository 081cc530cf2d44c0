"""Samples: predictions with their references, perfect ones, and worse and worse ones, for the common formats.

Each yields some pairs from a generator, so that a check is repeatable; a corruption of degree k holds that of degree
k - 1, because the same draws decide both. Numbers are multiples of 1/64, which float32 holds exactly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from generallevel.errors import InvalidInput

__all__ = ["Arrays", "Drawn", "Labels", "Numbers", "Ratings", "Samples", "Texts"]

GRID = 64  # steps of one unit

WORDS = ("the", "a", "cat", "dog", "sat", "ran", "on", "under", "mat", "house", "naïve", "кошка", "don't", "42")


class Samples(ABC):
    """A source of samples for `check_metric`: override ``__call__`` and `worse`, and `perfect` where needed.

    Any object with these members will do; one that is iterated instead of called needs no generator.

    Attributes
    ----------
    levels : int
        The highest degree of corruption.
    tolerance : float
        How far apart, relative, two ways to one number may lie.
    same_shape : bool
        Whether a prediction of another shape than its reference must be refused.

    Examples
    --------
    >>> class Yes(Samples):
    ...     def __call__(self, rng):
    ...         for _ in range(6):
    ...             yield str(rng.choice(["yes", "no"])), "yes"
    ...     def worse(self, pred, k, rng):
    ...         return pred if k == 0 else "no"
    >>> from generallevel.testing import check_metric
    >>> check_metric("accuracy", Yes())
    """

    levels: int = 5
    tolerance: float = 1e-12
    same_shape: bool = False

    @abstractmethod
    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        """Pairs of a prediction and its reference; a reference of None for a metric of predictions alone."""

    def perfect(self, ref: Any) -> Any:
        """The prediction that cannot be improved: the reference, or the first of several."""
        return ref[0] if isinstance(ref, tuple) else ref

    @abstractmethod
    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        """The prediction, corrupted to degree k = 0, 1, ...; every k is given the same state of the generator."""


class Labels(Samples):
    """Class labels, right more often than not.

    Parameters
    ----------
    classes : sequence of hashable, default ("cat", "dog", "bird")
        At least two.
    n : int, default 12
        How many items.

    Examples
    --------
    >>> from generallevel.testing import check_metric
    >>> check_metric("accuracy", Labels(classes=(0, 1, 2)))
    """

    def __init__(self, classes: Sequence[Hashable] = ("cat", "dog", "bird"), n: int = 12) -> None:
        if len(set(classes)) < 2:
            raise InvalidInput(f"classes = {classes!r}: a wrong label needs two classes at least")
        self.classes = tuple(classes)
        self.n = n

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(self.n):
            ref = self.classes[rng.integers(len(self.classes))]
            pred = ref if rng.random() < 0.6 else self.classes[rng.integers(len(self.classes))]
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # Each item falls at a degree of its own, so that a set gets worse step by step.
        if k <= rng.integers(self.levels):
            return pred
        wrong = [label for label in self.classes if label != pred]
        return wrong[rng.integers(len(wrong))]


class Texts(Samples):
    """Sentences of a few words, with words exchanged, left out or added.

    Parameters
    ----------
    references : int, default 1
        How many references an item has; several are a tuple.
    words : sequence of str, optional
        What the sentences are made of.
    n : int, default 12
        How many items.
    length : (int, int), default (2, 8)
        The fewest and the most words of a reference.

    Examples
    --------
    >>> from generallevel.testing import check_metric
    >>> check_metric("wer", Texts())
    """

    def __init__(
        self, references: int = 1, words: Sequence[str] = WORDS, n: int = 12, length: tuple[int, int] = (2, 8)
    ) -> None:
        self.references = references
        self.words = tuple(words)
        self.n = n
        self.length = length

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(self.n):
            refs = tuple(" ".join(self._sentence(rng)) for _ in range(self.references))
            pred = refs[rng.integers(len(refs))].split()
            change = rng.integers(4)
            place = int(rng.integers(len(pred)))
            if change == 1:
                pred[place] = self.words[rng.integers(len(self.words))]
            elif change == 2:
                del pred[place]
            elif change == 3:
                pred.insert(place, self.words[rng.integers(len(self.words))])
            yield " ".join(pred), refs if self.references > 1 else refs[0]

    def _sentence(self, rng: np.random.Generator) -> list[str]:
        return [self.words[i] for i in rng.integers(len(self.words), size=rng.integers(*self.length, endpoint=True))]

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        words = str(pred).split()
        for place in rng.permutation(len(words))[:k]:
            words[place] = f"zz{place}"  # no word of any reference
        return " ".join(words)


class Numbers(Samples):
    """Numbers between two ends, off by a little.

    Parameters
    ----------
    low, high : float, default -10 and 10
        Between them lie the references.
    n : int, default 12
        How many items.

    Examples
    --------
    >>> from generallevel.registry import metric
    >>> from generallevel.scales import Saturating
    >>> from generallevel.tallies import Mean
    >>> from generallevel.testing import check_metric
    >>> @metric(unit="data", better="lower", bounds=(0, float("inf")), scale=Saturating(1), source="ours")
    ... def doc_absolute_error(pred: float, ref: float) -> Mean:
    ...     "Mean absolute error."
    ...     return Mean(abs(float(pred) - float(ref)), 1)
    >>> check_metric(doc_absolute_error, Numbers())
    """

    def __init__(self, low: float = -10.0, high: float = 10.0, n: int = 12) -> None:
        if not low < high:
            raise InvalidInput(f"low = {low:g} is not below high = {high:g}")
        self.low = low
        self.high = high
        self.n = n

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for ref in _on_grid(rng.uniform(self.low, self.high, size=self.n)).tolist():
            yield ref + float(_on_grid(rng.normal(scale=(self.high - self.low) / 20))), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        step = float(_on_grid(rng.uniform(0.1, 1.0) * (self.high - self.low) / 10)) + 1 / GRID
        return pred + k * step * (1 if rng.random() < 0.5 else -1)


class Arrays(Samples):
    """Images, maps and other arrays of one shape, with noise.

    Parameters
    ----------
    shape : tuple of int, default (6, 8)
        The shape of each array.
    low, high : float, default 0 and 1
        The least and the greatest value.
    dtype : dtype, default float64
        An integer type makes whole numbers.
    n : int, default 6
        How many items.

    Examples
    --------
    >>> from generallevel.testing import check_metric
    >>> check_metric("psnr", Arrays(high=255, dtype="uint8"), params={"data_range": 255})
    """

    same_shape = True

    def __init__(
        self,
        shape: tuple[int, ...] = (6, 8),
        low: float = 0.0,
        high: float = 1.0,
        dtype: DTypeLike = np.float64,
        n: int = 6,
    ) -> None:
        self.shape = shape
        self.low = low
        self.high = high
        self.dtype = np.dtype(dtype)
        self.n = n

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(self.n):
            ref = self._fitted(rng.uniform(self.low, self.high, size=self.shape))
            noise = rng.normal(scale=(self.high - self.low) / 8, size=self.shape)
            yield self._fitted(ref + noise), ref

    def _fitted(self, values: NDArray[Any]) -> NDArray[Any]:
        inside = np.clip(values, self.low, self.high)
        return (np.rint(inside) if self.dtype.kind in "iu" else _on_grid(inside)).astype(self.dtype)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # A growing share of the cells moves to the far end of the range.
        spoilt = np.array(pred)
        cells = rng.permutation(spoilt.size)[: spoilt.size * k // self.levels]
        values = spoilt.reshape(-1)
        values[cells] = np.where(values[cells] > (self.low + self.high) / 2, self.low, self.high)
        return values.reshape(spoilt.shape)


class Ratings(Samples):
    """Ratings that people or a judge model gave, for a metric of predictions alone.

    Parameters
    ----------
    low, high : float, default 1 and 5
        The worst and the best rating.
    step : float, default 0.5
        Between neighbouring ratings.
    n : int, default 12
        How many items.

    Examples
    --------
    >>> from generallevel.testing import check_metric
    >>> check_metric("mos", Ratings())
    """

    def __init__(self, low: float = 1.0, high: float = 5.0, step: float = 0.5, n: int = 12) -> None:
        self.low = low
        self.high = high
        self.step = step
        self.n = n

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        steps = round((self.high - self.low) / self.step)
        for count in rng.integers(steps, size=self.n, endpoint=True).tolist():
            yield self.low + count * self.step, None

    def perfect(self, ref: Any) -> Any:
        return self.high

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return max(self.low, pred - k * self.step)


class Drawn(Samples):
    """Samples from a hypothesis strategy of ``(pred, ref)`` pairs; what breaks a law is shrunk to the simplest items.

    Parameters
    ----------
    strategy : hypothesis strategy of (pred, ref)
        What to draw from.
    worse : callable
        As `Samples.worse`.
    perfect : callable, optional
        As `Samples.perfect`.
    tolerance : float, default 1e-12
    same_shape : bool, default False
        As in `Samples`.

    Examples
    --------
    >>> from hypothesis import strategies as st
    >>> from generallevel.testing import check_metric
    >>> labels = st.sampled_from(["yes", "no"])
    >>> samples = Drawn(st.tuples(labels, labels), worse=lambda pred, k, rng: pred if k == 0 else "wrong")
    >>> check_metric("accuracy", samples)
    """

    def __init__(
        self,
        strategy: Any,
        worse: Callable[[Any, int, np.random.Generator], Any],
        perfect: Callable[[Any], Any] | None = None,
        *,
        tolerance: float = 1e-12,
        same_shape: bool = False,
    ) -> None:
        self.strategy = strategy
        self._worse = worse
        self._perfect = perfect
        self.tolerance = tolerance
        self.same_shape = same_shape

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        raise NotImplementedError("hypothesis draws from the strategy")

    def perfect(self, ref: Any) -> Any:
        return super().perfect(ref) if self._perfect is None else self._perfect(ref)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return self._worse(pred, k, rng)


def _on_grid(values: Any) -> NDArray[np.float64]:
    return np.asarray(np.rint(np.asarray(values) * GRID) / GRID, dtype=np.float64)

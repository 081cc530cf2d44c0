"""Classified: how often each class was said, was true, and was both; and the averages that are read from it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.labels import kind, label
from generallevel.errors import InvalidInput, UndefinedScore
from generallevel.tallies import Additive, Joined

__all__ = [
    "ClassRecall",
    "ClassTally",
    "F1Counts",
    "MacroF1",
    "MicroF1",
    "NO_CLASS",
    "WeightedF1",
    "check_kinds",
    "class_label",
    "classes_of_many",
    "classified",
    "no_class",
]


class _NoClass:
    """The class that no reference has: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no class"

    def __reduce__(self) -> str:
        return "NO_CLASS"


NO_CLASS = _NoClass()


def no_class(_ref: object) -> _NoClass:
    """The class that no reference has: it finds nothing, and is no false alarm of another class.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object

    Examples
    --------
    >>> no_class("cat")
    no class
    """
    return NO_CLASS


@dataclass(frozen=True, slots=True)
class F1Counts(Additive):
    """Things found, said and to be found, and the F1 of them all together.

    Attributes
    ----------
    hits, said, wanted : float
        Right ones, all that were predicted, all references.
    """

    hits: float
    said: float
    wanted: float

    @classmethod
    def read(cls, hits: Any, said: Any, wanted: Any) -> NDArray[np.float64]:
        both = np.add(said, wanted, dtype=np.float64)
        score: NDArray[np.float64] = np.divide(np.multiply(2.0, hits), np.where(both == 0, np.nan, both))
        return score


@dataclass(frozen=True)
class ClassTally(Joined):
    """For each class: how often it was right, said, and true. A subclass gives `value`.

    Attributes
    ----------
    hits, said, wanted : mapping of class to int
        A class that does not occur is not there.
    """

    hits: Mapping[Hashable, int] = field(default_factory=dict)
    said: Mapping[Hashable, int] = field(default_factory=dict)
    wanted: Mapping[Hashable, int] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Self:
        return cls()

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        hits: Counter[Hashable] = Counter()
        said: Counter[Hashable] = Counter()
        wanted: Counter[Hashable] = Counter()
        for tally in tallies:
            hits.update(tally.hits)
            said.update(tally.said)
            wanted.update(tally.wanted)
        return cls(dict(hits), dict(said), dict(wanted))

    def f1_of(self, name: Hashable) -> float:
        """The F1 of one class that was said or true."""
        return 2 * self.hits.get(name, 0) / (self.said.get(name, 0) + self.wanted.get(name, 0))

    def _some(self) -> None:
        if not self.wanted:
            raise UndefinedScore("no item was counted: there is no class to average over")


class ClassRecall(ClassTally):
    """The mean over the reference classes of the share that was found of each."""

    @property
    def value(self) -> float:
        self._some()
        # fsum does not care for the order in which classes came.
        return math.fsum(self.hits.get(name, 0) / n for name, n in self.wanted.items()) / len(self.wanted)


class MacroF1(ClassTally):
    """The mean over all classes, said or true, of their F1."""

    @property
    def value(self) -> float:
        self._some()
        classes = self.said.keys() | self.wanted.keys()
        return math.fsum(map(self.f1_of, classes)) / len(classes)


class WeightedF1(ClassTally):
    """The mean over the reference classes of their F1, each weighing as often as it is true."""

    @property
    def value(self) -> float:
        self._some()
        return math.fsum(n * self.f1_of(name) for name, n in self.wanted.items()) / sum(self.wanted.values())


class MicroF1(ClassTally):
    """The F1 of all items together: right ones, twice, out of all said and all true."""

    @property
    def value(self) -> float:
        self._some()
        return 2 * sum(self.hits.values()) / (sum(self.said.values()) + sum(self.wanted.values()))


def class_label(given: Any, name: str) -> Hashable:
    """A class as a hashable label.

    Parameters
    ----------
    given : object
        A text, a number or another hashable value.
    name : str
        What it is, for messages: "answer".

    Returns
    -------
    hashable

    Raises
    ------
    InvalidInput
        If it is a collection, None, or cannot be hashed.
    NotFinite
        If it is NaN.

    Examples
    --------
    >>> class_label(np.int64(3), "answer")
    3
    """
    value = label(given, name)
    try:
        hash(value)
    except TypeError as slip:
        raise InvalidInput(f"the {name} is {value!r:.80} ({type(value).__name__}), not one label: {slip}") from slip
    return value  # type: ignore[no-any-return]  # hashable, as was just seen


def check_kinds(said: object, wanted: object) -> None:
    """Nothing, for two labels that can be equal.

    Parameters
    ----------
    said, wanted : object
        Labels.

    Raises
    ------
    InvalidInput
        If one is a text and the other a number, or the like.

    Examples
    --------
    >>> check_kinds("3", 3)
    Traceback (most recent call last):
    ...
    generallevel.errors.InvalidInput: the answer '3' is a text and its reference 3 is a number: the two never equal...
    """
    if kind(said) != kind(wanted):
        raise InvalidInput(
            f"the answer {said!r:.80} is {kind(said)} and its reference {wanted!r:.80} is {kind(wanted)}: the two "
            "never equal. Read both sides as one kind first."
        )


def classified(tally: type[ClassTally], pred: Any, ref: Any) -> ClassTally:
    """One item, counted by class.

    Parameters
    ----------
    tally : type of ClassTally
    pred, ref : label
        The prediction may be `NO_CLASS`.

    Returns
    -------
    ClassTally
        Of the given type.

    Raises
    ------
    InvalidInput, NotFinite
        As `class_label` and `check_kinds`.

    Examples
    --------
    >>> classified(MacroF1, "a", "b")
    MacroF1(hits={}, said={'a': 1}, wanted={'b': 1})
    """
    wanted = class_label(ref, "reference")
    if pred is NO_CLASS:
        return tally(wanted={wanted: 1})
    said = class_label(pred, "answer")
    check_kinds(said, wanted)
    return tally({wanted: 1} if said == wanted else {}, {said: 1}, {wanted: 1})


def classes_of_many(tally: type[ClassTally], preds: Any, refs: Any) -> ClassTally:
    """The tally of many items in one count.

    Parameters
    ----------
    tally : type of `ClassTally`
    preds, refs : sequence of labels, of one length

    Returns
    -------
    ClassTally
        Of the given type.

    Raises
    ------
    InvalidInput, NotFinite
        As `class_label` and `check_kinds`.

    Examples
    --------
    >>> classes_of_many(MacroF1, ["a", "b"], ["a", "a"]).value  # (2 / 3 + 0) / 2
    0.3333333333333333
    """
    if _small_integers(preds) and _small_integers(refs):
        return tally(*map(_counted, (preds[preds == refs], preds, refs)))
    sides = [side.tolist() if isinstance(side, np.ndarray) else list(side) for side in (preds, refs)]
    kinds = {*map(type, sides[0]), *map(type, sides[1])}
    if not (kinds <= {str} or kinds <= {int, bool}):
        names = ("answer", "reference")
        sides = [[class_label(one, name) for one in side] for side, name in zip(sides, names, strict=True)]
        for said, wanted in zip(*sides, strict=True):
            check_kinds(said, wanted)
    preds, refs = sides
    hits = [said for said, wanted in zip(preds, refs, strict=True) if said == wanted]
    return tally(*(dict(Counter(side)) for side in (hits, preds, refs)))


MOST_SMALL = 1 << 16  # ours: beyond it a table of all integers up to the label would be large


def _small_integers(side: Any) -> bool:
    if not (isinstance(side, np.ndarray) and side.ndim == 1 and side.dtype.kind in "iub" and side.size):
        return False
    return bool(side.dtype.kind == "b" or (side.min() >= 0 and side.max() < MOST_SMALL))


def _counted(labels: NDArray[Any]) -> dict[Hashable, int]:
    counts = np.bincount(labels)
    present = np.flatnonzero(counts)
    return dict(zip(present.tolist(), counts[present].tolist(), strict=True))

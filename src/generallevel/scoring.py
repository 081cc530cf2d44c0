"""Scoring: the fold of a metric over items, in one call or as a stream.

`score` is one call over predictions and references; `Stream` is the same fold, paused between items and merged across
workers. Both end in a `Score`: the value with its unit, its direction, how many items it is made of and why others are
not in it, and a signature that reproduces it.

Items pair by id where both sides are mappings, and by position where both are sequences. A prediction that is None or
whose id is missing is *absent*: it counts as the answer that the metric declares for it (an empty transcript, a label
that is never right), or is left out where no answer could stand for it; the score carries the reason either way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np

from generallevel._version import __version__
from generallevel.errors import (
    DuplicateName,
    GeneralLevelError,
    InvalidInput,
    LengthMismatch,
    MissingExtra,
    NotFinite,
    UndefinedScore,
)
from generallevel.registry import Metric, find
from generallevel.tallies import Additive, Parts, Tally

__all__ = ["ItemScore", "Score", "Stream", "score"]

# Tallies are added a block at a time. Its length depends on the items alone, so that the order of float additions does.
BLOCK = 1024  # tallies, and
BLOCK_BYTES = 1 << 23  # bytes of their arrays: a thousand confusion matrices must not wait side by side

OnError = Literal["raise", "missing"]


@dataclass(frozen=True, slots=True)
class ItemScore:
    """The score of one item.

    Attributes
    ----------
    id : hashable
        The item's id, or its position.
    value : float or None
        Its score in the metric's native unit; None where a single item has none.
    reason : str or None
        Why the item was not scored on a prediction of its own.
    """

    id: Any
    value: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Score:
    """A score with all that is needed to read it.

    Attributes
    ----------
    metric : str
        The metric's name.
    value : float
        The score, in ``unit``.
    unit : str
        The metric's native unit.
    better : {"higher", "lower"}
        The direction.
    n_total : int
        Items that were to be scored.
    n_scored : int
        Items with a prediction that could be scored.
    n_counted : int
        Items that the value is made of: the scored ones, and the absent ones that count as a declared answer.
    reasons : mapping of id to str
        Why an item was not scored.
    signature : str
        What reproduces the number: metric, variant, parameters, version.
    items : tuple of ItemScore or None
        The score of each item, where they were asked for.
    tally : Tally
        What the value was read from; it adds to tallies of the same metric and parameters.
    tallies : tuple of Tally or None
        The tally of each item, where they were asked for.
    """

    metric: str
    value: float
    unit: str
    better: str
    n_total: int
    n_scored: int
    n_counted: int
    reasons: Mapping[Any, str]
    signature: str
    tally: Tally = field(repr=False, compare=False)  # may hold arrays, which have no truth when compared
    items: tuple[ItemScore, ...] | None = field(default=None, repr=False)
    tallies: tuple[Tally, ...] | None = field(default=None, repr=False, compare=False)

    def __float__(self) -> float:
        return self.value

    @property
    def normalised(self) -> float:
        """The value on the metric's curve, in points from 0 to 100."""
        return float(find(self.metric).scale(self.value))

    def __str__(self) -> str:
        arrow = "higher is better" if self.better == "higher" else "lower is better"
        items = f"{self.n_scored} of {self.n_total} items" if self.n_scored < self.n_total else f"{self.n_total} items"
        return f"{self.metric} = {self.value:.6g} {self.unit} ({arrow}; {items})"

    def to_dict(self) -> dict[str, Any]:
        """The score as plain data, fit for JSON: an infinity is the text ``inf`` or ``-inf``."""
        plain: dict[str, Any] = {
            "metric": self.metric,
            "value": _plain(self.value),
            "unit": self.unit,
            "better": self.better,
            "n_total": self.n_total,
            "n_scored": self.n_scored,
            "n_counted": self.n_counted,
            "reasons": [{"id": _plain(key), "reason": reason} for key, reason in self.reasons.items()],
            "signature": self.signature,
        }
        if self.items is not None:
            plain["items"] = [{"id": _plain(i.id), "value": _plain(i.value), "reason": i.reason} for i in self.items]
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return str(value) if isinstance(value, float) and math.isinf(value) else value


class Stream:
    """A metric folded over items as they come; the memory is that of one tally, unless items are kept.

    Parameters
    ----------
    metric : str or Metric
        What to score.
    variant : str, default "standard"
        A named definition of the metric.
    keep_items : bool, default False
        Keep the tally and the score of each item.
    errors : {"raise", "missing"}, default "raise"
        What an item that cannot be scored does: raise its error with the item named, or count as absent with the error
        as reason.
    **params
        The metric's own parameters.

    Examples
    --------
    >>> stream = Stream("accuracy")
    >>> stream.add("cat", "cat")
    >>> stream.add("dog", "cat")
    >>> stream.value
    0.5

    Streams of shards merge into the stream of the whole:

    >>> other = Stream("accuracy")
    >>> other.extend(["cat", "cat"], ["cat", "cat"])
    >>> (stream + other).value
    0.75
    """

    def __init__(
        self,
        metric: str | Metric,
        *,
        variant: str = "standard",
        keep_items: bool = False,
        errors: OnError = "raise",
        **params: Any,
    ) -> None:
        self.metric = find(metric)
        if errors not in ("raise", "missing"):
            raise InvalidInput(f'errors is "raise" or "missing", not {errors!r}')
        self.variant = variant
        self.params = self.metric.parameters(variant, **params)
        self.errors = errors
        self.n_total = 0
        self.n_counted = 0
        self.reasons: dict[Any, str] = {}
        self._kept: list[tuple[Any, Tally | None]] | None = [] if keep_items else None
        self._pending: list[Tally] = []
        self._pending_bytes = 0
        # (how many blocks, their tally): a binary counter, so that pools add in n log n
        self._sums: list[tuple[int, Tally]] = []
        self._by_position = True  # no item was given an id

    def add(
        self,
        pred: Any = None,
        ref: Any = None,
        *,
        id: Any = None,  # noqa: A002 - what users call it
        reason: str | None = None,
    ) -> None:
        """Score one item.

        Parameters
        ----------
        pred, ref : object
            The prediction and its reference. A prediction of None is absent.
        id : hashable, optional
            The item's id; by default its position.
        reason : str, optional
            Why there is no prediction, where the caller knows: it could not be read.

        Raises
        ------
        GeneralLevelError
            If the item cannot be scored and ``errors="raise"``; the message names the item.
        MissingExtra
            If a library is not installed: that is nobody's wrong answer.
        """
        name = self.n_total if id is None else id
        self._by_position = self._by_position and id is None
        if pred is not None and reason is not None:
            raise InvalidInput(f"{self.metric.name}, item {name!r}: it has a prediction and a reason for having none")
        if pred is None and (self.metric.pairing != "unpaired" or ref is None):
            reason = reason or "no prediction"
        tally = None
        try:
            if reason is None:
                tally = Parts.tally(self.metric, self._arguments(pred, ref), self.params)
        except MissingExtra:
            raise
        except GeneralLevelError as slip:
            reason = self._reason(slip, name)
        if reason is not None:
            if name in self.reasons:
                raise DuplicateName(f"{self.metric.name}, item {name!r}: it was given and reported before")
            try:
                if self.metric.absent is not None:
                    answer = Parts.each(self.metric.absent, ref)
                    tally = Parts.tally(self.metric, self._arguments(answer, ref), self.params)
            except GeneralLevelError as slip:
                reason = self._reason(slip, name)
            self.reasons[name] = reason
        self.n_total += 1
        if tally is not None:
            self._take(tally)
        if self._kept is not None:
            self._kept.append((name, tally))

    def extend(
        self, preds: Iterable[Any], refs: Iterable[Any] | None = None, *, ids: Iterable[Any] | None = None
    ) -> None:
        """Score many items, in one array expression where the metric has a batch body.

        Parameters
        ----------
        preds, refs : iterable, of one length
            Predictions and their references; ``refs`` is None for a metric of predictions alone.
        ids : iterable, optional
            The items' ids; by default their positions.

        Raises
        ------
        LengthMismatch
            If the lengths differ. Nothing is cut to the shorter.
        """
        preds = _sequence(preds, "preds")
        if refs is not None:
            refs = _sequence(refs, "refs")
        if self.metric.pairing == "unpaired":
            if ids is not None:
                raise InvalidInput(
                    f"{self.metric.name} compares two sets, whose members have no ids in common: leave ids out"
                )
            for pred in preds:
                self.add(pred, None)
            for ref in refs if refs is not None else ():
                self.add(None, ref)
            return
        if self.metric.pairing == "paired":
            if refs is None:
                raise InvalidInput(
                    f"{self.metric.name} compares predictions with references: pass refs, one for each prediction"
                )
            if len(preds) != len(refs):
                raise LengthMismatch(
                    f"{len(preds)} predictions but {len(refs)} references. They pair by position; to pair by id, pass "
                    "two mappings of id to item, and absent predictions are reported."
                )
        elif refs is not None:
            raise InvalidInput(f"{self.metric.name} takes predictions alone: leave refs out")
        names = None if ids is None else _sequence(ids, "ids")
        if names is not None and len(names) != len(preds):
            raise LengthMismatch(f"{len(preds)} predictions but {len(names)} ids")
        if self.metric.batch is not None and self._kept is None and len(preds) and not _has_absent(preds):
            try:
                tally = self.metric.batch(*self._arguments(preds, refs), **self.params)
            except GeneralLevelError:
                pass  # One item is bad: the loop below names it, or counts it as absent.
            else:
                self.n_total += len(preds)
                self._take(tally, items=len(preds))
                return
        for position, pred in enumerate(preds):
            self.add(pred, None if refs is None else refs[position], id=None if names is None else names[position])

    def _reason(self, slip: GeneralLevelError, name: Any) -> str:
        """Why an item cannot be scored; raised where errors are to raise."""
        if self.errors == "raise":
            raise type(slip)(f"{self.metric.name}, item {name!r}: {slip}") from slip
        return str(slip)

    def _arguments(self, pred: Any, ref: Any) -> tuple[Any, ...]:
        return (pred,) if self.metric.pairing == "alone" else (pred, ref)

    def _take(self, tally: Tally, items: int = 1) -> None:
        self.n_counted += items
        self._pending.append(tally)
        self._pending_bytes += _array_bytes(tally)
        if len(self._pending) >= BLOCK or self._pending_bytes >= BLOCK_BYTES:
            self._settle()

    def _settle(self) -> None:
        """Add up what is pending, and then equal runs of blocks, as a binary counter carries."""
        if self._pending:
            block = type(self._pending[0]).sum(self._pending)
            self._pending, self._pending_bytes = [], 0
            self._sums.append((1, block))
            while len(self._sums) > 1 and self._sums[-1][0] >= self._sums[-2][0]:
                (n_last, last), (n_before, before) = self._sums.pop(), self._sums.pop()
                self._sums.append((n_before + n_last, before + last))

    def merge(self, other: Stream) -> Self:
        """Take in the items of another stream of the same metric, variant and parameters; returns the stream itself.

        Raises
        ------
        InvalidInput
            If the two do not score the same thing.
        DuplicateName
            If an item is reported by both.
        """
        if other is self:
            raise DuplicateName("a stream cannot take in itself: each of its items would count twice")
        if self.signature != other.signature:
            raise InvalidInput(f"these streams do not score the same thing: {self.signature} and {other.signature}")
        if (self._kept is None) != (other._kept is None):
            raise InvalidInput(
                "one stream keeps its items and the other does not: create both with the same keep_items"
            )
        # Positions go on counting; ids are the caller's and stay as they are.
        shift = self.n_total if self._by_position and other._by_position else None
        reasons = {name if shift is None else shift + name: reason for name, reason in other.reasons.items()}
        twice = self.reasons.keys() & reasons.keys()
        if twice:
            raise DuplicateName(
                f"item {next(iter(twice))!r} is reported by both streams: the same item was scored twice"
            )
        self._by_position = self._by_position and other._by_position
        self.n_total += other.n_total
        self.n_counted += other.n_counted
        self.reasons.update(reasons)
        if self._kept is not None and other._kept is not None:
            self._kept.extend((name if shift is None else shift + name, tally) for name, tally in other._kept)
        self._settle()
        self._pending.extend(tally for _, tally in other._sums)
        self._pending.extend(other._pending)
        self._settle()
        return self

    def __add__(self, other: Stream) -> Stream:
        fresh = Stream.__new__(type(self))
        fresh.__dict__.update(self.__dict__)
        fresh.reasons = dict(self.reasons)
        fresh._kept = None if self._kept is None else list(self._kept)
        fresh._pending = list(self._pending)
        fresh._sums = list(self._sums)
        return fresh.merge(other)

    @property
    def tally(self) -> Tally:
        """The tally of all items so far. Raises `UndefinedScore` before the first."""
        self._settle()
        if not self._sums:
            raise UndefinedScore(
                f"{self.metric.name} of no item has no value; {self.n_total} were given, none could be counted"
            )
        total = self._sums[0][1]
        for _, part in self._sums[1:]:
            total = total + part
        return total

    @property
    def value(self) -> float:
        """The score so far, in the metric's native unit. Raises `UndefinedScore` before the first item."""
        return self.tally.value

    @property
    def signature(self) -> str:
        """What reproduces the number: metric, variant, parameters, version."""
        settings = [f"{name}:{_spell(value)}" for name, value in self.params.items()]
        return "|".join([self.metric.name, f"variant:{self.variant}", *settings, f"v:{__version__}"])

    def score(self) -> Score:
        """The score so far, with its counts, reasons and signature.

        Raises
        ------
        UndefinedScore
            If no item could be counted, or the metric has no value on them.
        NotFinite
            If the metric's function returned a NaN.
        """
        tally = self.tally
        value = tally.value
        if math.isnan(value):
            raise NotFinite(
                f"{self.metric.name} is NaN over {self.n_counted} items: its tally must raise UndefinedScore instead"
            )
        items = tallies = None
        if self._kept is not None:
            items = tuple(ItemScore(name, self._item_value(part), self.reasons.get(name)) for name, part in self._kept)
            tallies = tuple(part for _, part in self._kept if part is not None)
        return Score(
            metric=self.metric.name,
            value=value,
            unit=self.metric.unit,
            better=self.metric.better,
            n_total=self.n_total,
            n_scored=self.n_total - len(self.reasons),
            n_counted=self.n_counted,
            reasons=dict(self.reasons),
            signature=self.signature,
            tally=tally,
            items=items,
            tallies=tallies,
        )

    def _item_value(self, tally: Tally | None) -> float | None:
        if tally is None or self.metric.item == "none":
            return None
        try:
            return tally.value
        except UndefinedScore:
            return None


def score(
    metric: str | Metric,
    preds: Iterable[Any] | Mapping[Any, Any],
    refs: Iterable[Any] | Mapping[Any, Any] | None = None,
    *,
    variant: str = "standard",
    ids: Iterable[Any] | None = None,
    keep_items: bool = False,
    errors: OnError = "raise",
    **params: Any,
) -> Score:
    """The score of a set of predictions.

    Parameters
    ----------
    metric : str or Metric
        What to score: a name, an alias or a declaration.
    preds : iterable or mapping of id to prediction
        One prediction per item. None is an absent prediction.
    refs : iterable or mapping of id to reference, optional
        One reference per item, of the same kind as ``preds``; several references of one item are a tuple. Two mappings
        pair by id: a reference without a prediction is an absent prediction, and a prediction without a reference is an
        error.
    variant : str, default "standard"
        A named definition of the metric.
    ids : iterable, optional
        Ids for two sequences, to name items in messages and item scores.
    keep_items : bool, default False
        Keep the score and the tally of each item.
    errors : {"raise", "missing"}, default "raise"
        What an item that cannot be scored does: raise, or count as absent with the error as its reason.
    **params
        The metric's own parameters; ``help(metric)`` lists them.

    Returns
    -------
    Score
        Value in the metric's native unit, counts, reasons, signature.

    Raises
    ------
    UnknownMetric, NotComputable
        If there is no such metric, or it has no function.
    LengthMismatch
        If the two sides do not pair.
    UndefinedScore
        If there is no item, or the metric has no value on the items.
    GeneralLevelError
        What the metric raises on an item, with the item named.

    Examples
    --------
    >>> result = score("accuracy", ["cat", "dog", "cat", "cat"], ["cat", "cat", "cat", "cat"])
    >>> print(result)
    accuracy = 0.75 fraction (higher is better; 4 items)
    >>> result.normalised
    75.0

    A missing prediction is a wrong answer, and is reported:

    >>> result = score("accuracy", {1: "cat"}, {1: "cat", 2: "dog"})
    >>> result.value, result.n_scored, result.n_total, result.reasons
    (0.5, 1, 2, {2: 'no prediction'})
    """
    stream = Stream(metric, variant=variant, keep_items=keep_items, errors=errors, **params)
    if isinstance(preds, Mapping) or isinstance(refs, Mapping):
        preds, refs, ids = _paired_by_id(stream.metric, preds, refs, ids)
    stream.extend(preds, refs, ids=ids)
    return stream.score()


def _paired_by_id(
    metric: Metric, preds: Any, refs: Any, ids: Any
) -> tuple[list[Any], list[Any] | None, list[Any] | None]:
    if ids is not None:
        raise InvalidInput("mappings carry their own ids: leave ids out")
    if metric.pairing == "alone" and refs is not None:
        raise InvalidInput(f"{metric.name} takes predictions alone: leave refs out")
    if metric.pairing == "alone":
        return list(preds.values()), None, list(preds)
    if not (isinstance(preds, Mapping) and isinstance(refs, Mapping)):
        raise InvalidInput(
            "pass two mappings, which pair by id, or two sequences, which pair by position; not one of each"
        )
    if metric.pairing == "unpaired":
        return list(preds.values()), list(refs.values()), None
    strangers = [key for key in preds if key not in refs]
    if strangers:
        kinds = {type(key).__name__ for key in preds} ^ {type(key).__name__ for key in refs}
        slip = f" The ids are of different types ({', '.join(sorted(kinds))})." if kinds else ""
        raise LengthMismatch(
            f"{len(strangers)} of {len(preds)} predictions have no reference, the first with id {strangers[0]!r}.{slip}"
        )
    return [preds.get(key) for key in refs], list(refs.values()), list(refs)


def _array_bytes(tally: Tally) -> int:
    """The bytes of the arrays that an additive tally adds up; a pool's units stay whole in any case."""
    return sum(getattr(part, "nbytes", 0) for part in tally.sums) if isinstance(tally, Additive) else 0


def _sequence(items: Any, name: str) -> Sequence[Any]:
    if isinstance(items, str | bytes):
        raise InvalidInput(f"{name} is one {type(items).__name__}, not a sequence of items: wrap it in a list")
    if isinstance(items, Sequence):
        return items
    if isinstance(items, Set) or (hasattr(items, "columns") and len(items.shape) == 2):
        wanted = "has no order" if isinstance(items, Set) else "is a whole table: pass one column"
        raise InvalidInput(f"{name}, a {type(items).__name__}, {wanted}")
    # A column of a data frame is read in its order: indexing it may mean something else.
    listed = getattr(items, "to_list", None) or getattr(items, "to_pylist", None)
    if listed is not None:
        return list(listed())
    if hasattr(items, "__len__") and hasattr(items, "__getitem__") and hasattr(items, "shape"):
        if not items.shape:
            raise InvalidInput(f"{name} is a single number, not a sequence of items: wrap it in a list")
        return items  # type: ignore[no-any-return]  # an array: its first axis is the items
    if not isinstance(items, Iterable):
        raise InvalidInput(f"{name} is {items!r}, not a sequence of items")
    return list(items)


def _has_absent(preds: Sequence[Any]) -> bool:
    if isinstance(preds, np.ndarray) and preds.dtype != object:
        return False
    return any(pred is None for pred in preds)


def _spell(value: Any) -> str:
    """A parameter as the signature spells it: short, stable between runs and machines."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        value = value.item()
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, str | int | bool | type(None)):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}={_spell(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, Iterator):
        raise InvalidInput("a parameter that is an iterator is used up by its first reading: pass a list or a tuple")
    if isinstance(value, Set):
        return "{" + ",".join(sorted(map(_spell, value))) + "}"
    if isinstance(value, Iterable):
        return "(" + ",".join(_spell(entry) for entry in value) + ")"
    return str(getattr(value, "fingerprint", None) or getattr(value, "__qualname__", None) or type(value).__qualname__)

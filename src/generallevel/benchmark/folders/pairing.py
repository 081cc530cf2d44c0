"""Pairing: each item of a task with what somebody answered, by id and by nothing else.

An id that is nearly right is never guessed at. What does not pair is told with what may have gone wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from generallevel.benchmark.folders.documents import Annotation, Predictions
from generallevel.benchmark.names import folded

__all__ = ["Pair", "Pairing", "pair"]

_MOST_SPELLED_OUT = 3  # ours: ids that one note spells out


class Pair(NamedTuple):
    """An item and its prediction; None where there is none that can be used."""

    id: str
    input: Any
    output: Any
    prediction: Any
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pairing:
    """The items of a task, each with its prediction.

    Attributes
    ----------
    items : tuple of Pair
        All items of the annotation file, in its order.
    reasons : dict of str to str
        Why an item's prediction cannot be used although the file has one. An item that the file says nothing of is in
        neither.
    strangers : tuple of str
        Ids of the prediction file that the task does not have.
    duplicates : tuple of str
        Ids of items that were predicted more than once.
    notes : tuple of str
        What a reader of the report should know: strangers, duplicates, entries without an id, and likely slips.
    """

    items: tuple[Pair, ...]
    reasons: dict[str, str] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def pair(annotation: Annotation, predictions: Predictions) -> Pairing:
    """The items of a task with their predictions, joined by id.

    Parameters
    ----------
    annotation : Annotation
        The task.
    predictions : Predictions
        The answers, or the ratings of answers.

    Returns
    -------
    Pairing
    """
    answers = predictions.by_id
    items = tuple(Pair(id_, given, output, answers.get(id_), extra) for id_, given, output, extra in annotation.items)
    known = {item.id for item in items}
    strangers = tuple(name for name in (*answers, *predictions.reasons) if name not in known)
    reasons = {name: reason for name, reason in predictions.reasons.items() if name in known}
    duplicates = tuple(name for name in predictions.duplicates if name in known)
    waiting = [item.id for item in items if item.id not in answers and item.id not in reasons]
    notes = [
        *_on_task(annotation, predictions),
        *_on_strangers(strangers, waiting, len(known)),
        *_on_counting(strangers, waiting, known),
        *_on_duplicates(duplicates, predictions.reasons),
        *_on_nameless(predictions.nameless),
    ]
    return Pairing(items, reasons, strangers, duplicates, tuple(notes))


def _on_task(annotation: Annotation, predictions: Predictions) -> Iterable[str]:
    """A note where the two files say that they belong to different tasks."""
    asked, answered = annotation.header.get("task"), predictions.header.get("task")
    if isinstance(asked, str) and isinstance(answered, str) and folded(asked) != folded(answered):
        yield f"the predictions are for the task {answered!r:.80}, the annotation is of {asked!r:.80}: the wrong file?"


def _on_strangers(strangers: tuple[str, ...], waiting: list[str], n: int) -> Iterable[str]:
    """A note on ids that the task does not have, with the ids that may be meant."""
    if not strangers:
        return
    near: dict[str, str] = {}
    for name in waiting:
        near.setdefault(_bare(name), name)
    meant = [(name, near[_bare(name)]) for name in strangers if _bare(name) in near]
    told = [f"{name!r:.60} (did you mean {right!r:.60}?)" for name, right in meant[:_MOST_SPELLED_OUT]]
    told += [f"{name!r:.60}" for name in strangers if _bare(name) not in near][: _MOST_SPELLED_OUT - len(told)]
    rest = f" and {len(strangers) - len(told):,} more" if len(strangers) > len(told) else ""
    ids = _counted(strangers, "id", "ids")
    yield f"the file has {ids} that the task does not have, which go unused: {', '.join(told)}{rest}"
    if len(waiting) == n and n:
        example = f"{waiting[0]!r:.60}"
        slip = "ids are spelt otherwise" if meant else "is it the file of another task, or of another split?"
        yield f"no id of the file is one of the task's {n:,} ids, such as {example}: {slip}"


def _on_counting(strangers: tuple[str, ...], waiting: list[str], known: set[str]) -> Iterable[str]:
    """A note where one side counts from 0 and the other from 1: then nearly all ids pair, and all with a neighbour."""
    if len(strangers) != 1 or len(waiting) != 1 or len(known) < 2 or not all(map(_is_number, known)):
        return
    if not _is_number(strangers[0]):
        return
    numbers = [int(name) for name in known]
    low, high = min(numbers), max(numbers)
    if high - low + 1 != len(known):
        return
    stranger, left = int(strangers[0]), int(waiting[0])
    if (stranger, left) in ((low - 1, high), (high + 1, low)):
        first = low - 1 if stranger < low else low + 1
        yield (
            f"the file counts from {first}, the task from {low}: if both mean the same items, every answer stands at "
            "its neighbour's id, and nearly all of them count as wrong"
        )


def _on_duplicates(duplicates: tuple[str, ...], reasons: Mapping[str, str]) -> Iterable[str]:
    """A note on ids that stand more than once."""
    if duplicates:
        lost = sum(name in reasons for name in duplicates)
        told = ", ".join(f"{name!r:.60}" for name in duplicates[:_MOST_SPELLED_OUT])
        more = ", ..." if len(duplicates) > _MOST_SPELLED_OUT else ""
        yield (
            f"{_counted(duplicates, 'item is', 'items are')} predicted more than once ({told}{more}): "
            f"{len(duplicates) - lost:,} with one answer, which is taken once, {lost:,} without a usable one"
        )


def _on_nameless(nameless: tuple[str, ...]) -> Iterable[str]:
    """A note on entries that name no item."""
    if nameless:
        told = "; ".join(nameless[:_MOST_SPELLED_OUT])
        more = f"; and {len(nameless) - _MOST_SPELLED_OUT:,} more" if len(nameless) > _MOST_SPELLED_OUT else ""
        yield f"{_counted(nameless, 'entry names', 'entries name')} no item: {told}{more}"


def _counted(things: Sequence[str], one: str, many: str) -> str:
    return f"{len(things):,} {one if len(things) == 1 else many}"


def _is_number(name: str) -> bool:
    return name.isdecimal() and len(name) < 19  # as many as an item can ever have, and quick to read


def _bare(name: str) -> str:
    """An id without what people write differently: case, white space, folders, a suffix, zeros in front."""
    name = PurePosixPath(name.strip().casefold().replace("\\", "/")).name or name
    stem, dot, suffix = name.rpartition(".")
    if dot and stem and suffix.isalnum() and not suffix.isdecimal():
        name = stem
    return name.lstrip("0") or "0"

"""Annotation, prediction and ratings files: what a task asks, and what somebody answered.

Layouts. An annotation file is ``{"task": ..., "type": ..., ..., "data": [{"id", "input", "output"}]}``; everything
beside ``data`` is its header. A prediction file is ``[{"id", "prediction"}]``, or ``{..., "data": [...]}`` of such
entries, or, where the ids are known beforehand, ``{id: prediction}`` with known ids alone as keys. A ratings file has
the same forms, and an entry keeps whatever it holds beside the id.

Conventions. An id is a text or a whole number; 7, 7.0 and ``"7"`` are one id, ``"07"`` is another. What is wrong inside
one entry of a prediction file costs that entry. What is wrong in an annotation file is the owner's slip: what the items
stand on (header, ids) must be sound, and a reader meets an `Unreadable` elsewhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from generallevel.benchmark.folders.ids import item_id, kind_of, plain_ids
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.strict import Unreadable, flaw, read_document, read_tree, without_collecting
from generallevel.errors import BadTable, DuplicateName, InvalidInput, UnsafeFile

__all__ = [
    "Annotation",
    "Predictions",
    "RawItem",
    "Unreadable",
    "item_id",
    "read_annotation",
    "read_document",
    "read_predictions",
    "read_ratings",
]

CONTRADICTION = "it stands twice in the file, with different contents"
_FINAL = "_final"  # math word problems: `prediction` is the way, `prediction_final` the answer
_KNOWN = frozenset({"id", "input", "output"})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class RawItem(NamedTuple):
    """One item of an annotation file.

    Attributes
    ----------
    id : str
        Its id.
    input, output : object
        The question and the reference; None where the file has none, as on a closed set.
    extra : mapping
        What else the entry holds.
    """

    id: str
    input: Any
    output: Any
    extra: Mapping[str, Any] = _NOTHING


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation file.

    Attributes
    ----------
    path : Path
        The file.
    header : dict
        Everything beside the items: ``task``, ``type``, classes, units.
    items : tuple of RawItem
        The items, in the order of the file.
    """

    path: Path
    header: dict[str, Any]
    items: tuple[RawItem, ...]


@dataclass(frozen=True, slots=True)
class Predictions:
    """A prediction or ratings file.

    Attributes
    ----------
    path : Path
        The file.
    header : dict
        Everything beside the entries; empty for a bare list.
    by_id : dict of str to object
        What it says of each id, in the order of the file, where that can be used.
    reasons : dict of str to str
        Why it cannot, for the other ids of the file.
    duplicates : tuple of str
        Ids that stand more than once, whether they say the same each time or not.
    nameless : tuple of str
        Entries that name no item, each with its place: "entry 3 is a list, not an object".
    """

    path: Path
    header: dict[str, Any]
    by_id: dict[str, Any]
    reasons: dict[str, str] = field(default_factory=dict)
    duplicates: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()


def read_annotation(path: str | os.PathLike[str], limits: Limits = LIMITS) -> Annotation:
    """The header and the items of an annotation file.

    Parameters
    ----------
    path : path
        The file; see the module for its layouts. A bare list of items is one without a header.
    limits : Limits
        How much it may hold.

    Returns
    -------
    Annotation

    Raises
    ------
    BadTable
        If it cannot be read, has no list of items, or an entry is no item with an id.
    DuplicateName
        If two items have one id.
    UnsafeFile
        If it is larger than the limits allow.
    """
    path = Path(path)
    tree = read_tree(path, limits)
    header, entries = _parts(tree.value, path.name)
    if entries is None:
        raise _no_items(path.name, header, "'id', 'input' and 'output'")
    _refuse_unsound(header, path.name)
    _refuse_too_many(entries, limits, path.name)
    with without_collecting():
        ids = plain_ids(entries) or _ids_one_by_one(entries, path.name)
        if len(set(ids)) < len(ids):
            raise _twins(ids, path.name)
        items = tuple(
            RawItem(name, entry.get("input"), entry.get("output"), _extra(entry))
            for name, entry in zip(ids, entries, strict=True)
        )
    return Annotation(path, header, items)


def read_predictions(
    path: str | os.PathLike[str],
    limits: Limits = LIMITS,
    *,
    key: str = "prediction",
    ids: Collection[str] = (),
) -> Predictions:
    """What a prediction file says of each item.

    Parameters
    ----------
    path : path
        The file; see the module for its layouts.
    limits : Limits
        How much it may hold.
    key : str, default "prediction"
        Where an entry has its answer. An entry that also has ``key + "_final"``, as math word problems do, means that.
    ids : collection of str, optional
        The ids of the task. With them, ``{id: prediction}`` is read too, where every key is one of them.

    Returns
    -------
    Predictions

    Raises
    ------
    BadTable
        If the file as a whole cannot be read, or its header holds what cannot.
    UnsafeFile
        If it is larger than the limits allow.
    """
    path = Path(path)
    tree = read_tree(path, limits)
    value = tree.value
    if value.__class__ is dict and "data" not in value and value and ids:
        known = ids if isinstance(ids, set | frozenset | dict) else set(ids)
        if all(name in known for name in value):
            value = [{"id": name, key: answer} for name, answer in value.items()]
    header, entries = _parts(value, path.name)
    if entries is None:
        raise _no_items(path.name, header, f"'id' and {key!r}")
    final = key + _FINAL

    def answer_of(entry: dict[str, Any]) -> Any:
        return entry[final] if final in entry else entry.get(key, _ABSENT)

    missing = f"its entry has no {key!r}"
    with without_collecting():
        return _collected(path, header, entries, answer_of, missing, tree.clean, limits)


def read_ratings(path: str | os.PathLike[str], limits: Limits = LIMITS) -> Predictions:
    """What a ratings file says of each item: the entry without its id; otherwise as `read_predictions`.

    Parameters
    ----------
    path : path
        The file.
    limits : Limits
        How much it may hold.

    Returns
    -------
    Predictions
        Whose `by_id` holds a dict for each item.

    Raises
    ------
    BadTable
        If the file as a whole cannot be read.
    UnsafeFile
        If it is larger than the limits allow.
    """
    path = Path(path)
    tree = read_tree(path, limits)
    header, entries = _parts(tree.value, path.name)
    if entries is None:
        raise _no_items(path.name, header, "'id' and 'ratings'")

    def rest_of(entry: dict[str, Any]) -> Any:
        return {key: value for key, value in entry.items() if key != "id"} or _ABSENT

    with without_collecting():
        return _collected(path, header, entries, rest_of, "its entry holds nothing but the id", tree.clean, limits)


# -------------------------------------------------------------------------------------------------------- the parts

_ABSENT = object()


def _collected(
    path: Path,
    header: dict[str, Any],
    entries: list[Any],
    answer_of: Any,
    missing: str,
    clean: bool,
    limits: Limits,
) -> Predictions:
    """The entries by id, with reasons for those that say nothing that can be used."""
    _refuse_unsound(header, path.name)
    _refuse_too_many(entries, limits, path.name)
    ids = plain_ids(entries) if clean else []
    if ids:
        answers = list(map(answer_of, entries))
        found = dict(zip(ids, answers, strict=True))
        if len(found) == len(entries) and None not in answers and _ABSENT not in answers:
            return Predictions(path, header, found)
    by_id: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    duplicates: dict[str, None] = {}
    nameless: list[str] = []
    for place, entry in enumerate(entries, start=1):
        if entry.__class__ is not dict or "id" not in entry:
            nameless.append(_nameless(place, entry))
            continue
        try:
            name = item_id(entry["id"])
        except InvalidInput as slip:
            nameless.append(f"entry {place} names no item: {slip}")
            continue
        answer = answer_of(entry)
        reason = missing if answer is _ABSENT else "it is null" if answer is None else None
        if reason is None and not clean:
            reason = flaw(answer)
        if name in by_id or name in reasons:
            duplicates[name] = None
            if reason is None and name in by_id and _same(by_id[name], answer):
                continue
            if reason is not None and reasons.get(name) == reason:
                continue
            by_id.pop(name, None)
            reasons[name] = CONTRADICTION
        elif reason is None:
            by_id[name] = answer
        else:
            reasons[name] = reason
    return Predictions(path, header, by_id, reasons, tuple(duplicates), tuple(nameless))


def _parts(value: Any, name: str) -> tuple[dict[str, Any], list[Any] | None]:
    """The header and the entries of a document; None for entries that are not where they should be."""
    if value.__class__ is list:
        return {}, value
    if value.__class__ is not dict:
        raise BadTable(f"{name!r:.120} holds {kind_of(value)}; wanted a list of entries, or an object with 'data'")
    header = {key: part for key, part in value.items() if key != "data"}
    entries = value.get("data")
    if entries.__class__ is Unreadable:
        raise BadTable(f"{name!r:.120} cannot be read: {entries.reason}")
    return header, entries if entries.__class__ is list else None


def _no_items(name: str, header: Iterable[str], keys: str) -> BadTable:
    listed = ", ".join(f"{key!r:.40}" for key in list(header)[:6]) or "nothing"
    return BadTable(
        f"{name!r:.120} has no list under 'data'; beside it stands {listed}. "
        f"Wanted a list of entries with {keys}, or {{'data': [...]}} of them."
    )


def _nameless(place: int, entry: Any) -> str:
    """What is wrong with an entry that names no item."""
    if entry.__class__ is not dict:
        return f"entry {place} is {kind_of(entry)}, not an object with an 'id'"
    listed = ", ".join(f"{key!r:.40}" for key in list(entry)[:4])
    return f"entry {place} has no 'id'; it has {listed or 'nothing at all'}"


def _refuse_unsound(header: Mapping[str, Any], name: str) -> None:
    for key, part in header.items():
        slip = flaw(part, half_characters=False)
        if slip is not None:
            raise BadTable(f"{name!r:.120} cannot be read at {key!r:.60}: {slip}")


def _refuse_too_many(entries: list[Any], limits: Limits, name: str) -> None:
    if len(entries) > limits.items:
        raise UnsafeFile(
            f"{name!r:.120} has {len(entries):,} entries; at most {limits.items:,} are read. "
            "Limits(items=...) raises that for files that you trust."
        )


def _ids_one_by_one(entries: list[Any], name: str) -> list[str]:
    ids = []
    for place, entry in enumerate(entries, start=1):
        if entry.__class__ is not dict or "id" not in entry:
            raise BadTable(f"{name!r:.120}: {_nameless(place, entry)}")
        try:
            ids.append(item_id(entry["id"]))
        except InvalidInput as slip:
            raise BadTable(f"{name!r:.120}: entry {place} names no item: {slip}") from None
    return ids


def _extra(entry: dict[str, Any]) -> Mapping[str, Any]:
    """What an entry of an annotation file holds beside the three known keys."""
    if len(entry) == 1 + ("input" in entry) + ("output" in entry):
        return _NOTHING
    return {key: value for key, value in entry.items() if key not in _KNOWN}


def _twins(ids: list[str], name: str) -> DuplicateName:
    first: dict[str, int] = {}
    for place, one in enumerate(ids, start=1):
        before = first.setdefault(one, place)
        if before != place:
            break
    return DuplicateName(
        f"{name!r:.120}: entries {before} and {place} have one id, {one!r:.80}. "
        "Predictions are joined by id, so each item needs its own."
    )


def _same(one: Any, other: Any) -> bool:
    """Whether two answers are the same JSON, true and 1 apart."""
    if one.__class__ is str and other.__class__ is str:
        return bool(one == other)
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

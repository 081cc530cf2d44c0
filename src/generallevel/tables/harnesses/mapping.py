"""The mapping from a harness's results to tasks, and the table that it makes of them."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from generallevel.errors import (
    AmbiguousName,
    BadTable,
    DuplicateName,
    InvalidInput,
    UnitMismatch,
    UnknownName,
    did_you_mean,
)
from generallevel.tables.cells import Reading, read_cell, shown
from generallevel.tables.score_table import ScoreTable

__all__ = [
    "Choice",
    "Found",
    "Source",
    "TaskMapping",
    "Unmapped",
    "choices",
    "chosen",
    "listed",
    "no_such_source",
    "reading",
    "refuse_unmapped",
    "settled_unit",
    "table_of",
]

Source = str | os.PathLike[str]
Unmapped = Literal["error", "ignore"]
TaskMapping = Mapping[str, str | tuple[str, str] | tuple[str, str, str]]

MOST_SHOWN = 20  # ours: names that a message lists
_LARGEST = {"fraction": 1.0, "percent": 100.0}
_NO_NUMBER = frozenset({"", "n/a", "nan", "none", "null"})  # how harnesses write that there is none


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants of one task of a harness: its own task, the metric, the unit; None where left open."""

    source: str
    task: str
    metric: str | None = None
    unit: str | None = None


class Found(NamedTuple):
    """What a result file says of one choice."""

    choice: Choice
    reading: Reading
    unit: str
    n: int | None
    n_scored: int | None
    standard_error: float | None
    where: str


def choices(tasks: object) -> tuple[Choice, ...]:
    """The mapping that a user gives, checked.

    Parameters
    ----------
    tasks : mapping
        From the harness's name to yours, to ``(yours, metric)`` or to ``(yours, metric, unit)``.

    Returns
    -------
    tuple of Choice

    Raises
    ------
    InvalidInput
        If it is nothing of the kind, or empty.
    DuplicateName
        If two results are meant for one task.
    """
    if not isinstance(tasks, Mapping) or not tasks:
        raise InvalidInput(
            f"tasks= is {shown(tasks)}; wanted a mapping such as {{'gsm8k': ('Math Word Problems', 'exact_match')}}"
        )
    found = []
    first: dict[str, str] = {}
    for source, meant in tasks.items():
        parts = (meant,) if isinstance(meant, str) else meant
        if not isinstance(source, str) or not isinstance(parts, tuple | list) or not 1 <= len(parts) <= 3:
            raise _no_mapping(source, meant)
        if not all(isinstance(part, str) and part.strip() for part in parts):
            raise _no_mapping(source, meant)
        before = first.setdefault(parts[0], source)
        if before != source:
            raise DuplicateName(f"tasks= maps {before!r:.60} and {source!r:.60} to one task, {parts[0]!r:.80}")
        found.append(Choice(source, *parts))
    return tuple(found)


def _no_mapping(source: object, meant: object) -> InvalidInput:
    return InvalidInput(
        f"tasks= maps {shown(source)} to {shown(meant)}; wanted the name of a task, (task, metric) or "
        "(task, metric, unit)"
    )


def chosen(choice: Choice, names: Sequence[str], where: str, *, alike: Callable[[str], str] = str) -> str:
    """The metric that a choice means, of those that there are.

    Parameters
    ----------
    choice : Choice
        With a metric, or without where there is but one.
    names : sequence of str
        What there is.
    where : str
        The place, as the subject of a message.
    alike : callable
        From a name to what may stand for it where that is clear, such as the metric without its filter.

    Returns
    -------
    str

    Raises
    ------
    AmbiguousName
        If it may mean several.
    UnknownName
        If it means none.
    """
    if choice.metric in names:
        return str(choice.metric)
    meant = [name for name in names if choice.metric is None or alike(name) == choice.metric]
    if len(meant) == 1:
        return meant[0]
    there = listed(names) or "no number at all"
    if meant:
        said = "no metric is chosen" if choice.metric is None else f"{choice.metric!r:.60} may mean several"
        raise AmbiguousName(
            f"{where}: {said}, and it has {there}. Say which: tasks={{{choice.source!r:.60}: "
            f"({choice.task!r:.60}, {meant[0]!r:.60})}}"
        )
    if choice.metric is None:
        raise UnknownName(f"{where} has no metric; it has {there}.")
    raise UnknownName(
        f"{where} has no metric {choice.metric!r:.80}; it has {there}.{did_you_mean(choice.metric, names)}"
    )


def reading(cell: object, where: str) -> Reading:
    """What a harness writes for a score: a number, or that it has none, which is a missing score with that reason.

    Raises
    ------
    BadTable
        If it is neither: a list, a truth value, other text.
    """
    is_nan = isinstance(cell, float) and math.isnan(cell)
    if cell is None or is_nan or (isinstance(cell, str) and cell.strip().casefold() in _NO_NUMBER):
        return Reading(math.nan, f"the harness gives no number ({'NaN' if is_nan else shown(cell)})")
    return read_cell(cell, where)


def settled_unit(choice: Choice, read: Reading, unit: str | None, known: str | None, where: str) -> str:
    """The unit of a score: the cell's own, the mapping's, the caller's for all, or what is known of the metric.

    Raises
    ------
    InvalidInput
        If nothing says it.
    UnitMismatch
        If the number cannot be in it.
    """
    settled = read.unit or choice.unit or unit or known
    if settled is None:
        raise InvalidInput(
            f"{where} is {shown(read.value)}, in a unit that the file does not state. Say it in the mapping, as in "
            f"{{{choice.source!r:.60}: ({choice.task!r:.60}, {choice.metric or '...'!r:.60}, 'percent')}}, or by unit=."
        )
    if read.unit is not None and choice.unit not in (None, read.unit):
        raise UnitMismatch(f"{where} is written in {read.unit}, and the mapping says {choice.unit!r:.40}")
    if abs(read.value) > _LARGEST.get(settled, math.inf):
        raise UnitMismatch(
            f"{where} is {read.value:g}, which is no {settled}. Say its unit in the mapping: (task, metric, 'percent')."
        )
    return settled


def refuse_unmapped(left: Iterable[str], unmapped: str, source: str, what: str = "tasks") -> None:
    """Refuse to leave results out in silence.

    Raises
    ------
    InvalidInput
        If there are some and they are not to be ignored, or `unmapped` is another word.
    """
    if unmapped not in ("error", "ignore"):
        raise InvalidInput(f"unmapped= is {shown(unmapped)}; wanted 'error' or 'ignore'")
    names = list(left)
    if names and unmapped == "error":
        raise InvalidInput(
            f"{source} has {len(names)} {what} that tasks= does not map: {listed(names)}. "
            "Map them, or leave them out on purpose: unmapped='ignore'."
        )


def no_such_source(choice: Choice, names: Iterable[str], source: str) -> UnknownName:
    """The error for a task that the file does not have."""
    known = list(names)
    return UnknownName(
        f"{source} has no result {choice.source!r:.80}; it has {listed(known)}.{did_you_mean(choice.source, known)}"
    )


def listed(names: Sequence[str]) -> str:
    """Names as a message shows them."""
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(f"{name!r:.80}" for name in names[:MOST_SHOWN]) + more


def table_of(found: Sequence[Found], model: object, source: str) -> ScoreTable:
    """The table of what was found, in the order of the mapping.

    Raises
    ------
    BadTable
        If a column holds what it cannot.
    """
    if isinstance(model, str) and not model.strip():
        model = None
    if not isinstance(model, str | None):
        raise BadTable(f"{source} has {shown(model)} for the model's name; pass model= with a text")
    there = [not math.isnan(one.reading.value) for one in found]
    columns: dict[str, tuple[Any, ...]] = {
        "unit": tuple(one.unit if scored else None for one, scored in zip(found, there, strict=True)),
        "n": tuple(one.n for one in found),
        "n_scored": tuple(one.n_scored for one in found),
        "standard_error": tuple(
            one.standard_error if scored else None for one, scored in zip(found, there, strict=True)
        ),
        "reason": tuple(one.reading.reason for one in found),
        "where": tuple(one.where for one in found),
    }
    return ScoreTable(
        names=tuple(one.choice.task for one in found),
        scores=np.array([one.reading.value for one in found], dtype=np.float64),
        model=model,
        source=source,
        columns={name: column for name, column in columns.items() if any(entry is not None for entry in column)},
    )

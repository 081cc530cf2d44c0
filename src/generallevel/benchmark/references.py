"""A reference set: for each task of a catalogue, the score of its state-of-the-art specialist.

Conventions: values are raw, in the task's table unit and aligned to the catalogue's task order; ``nan`` means that the
set has no reference for the task, and only that. Provenance says how a figure came about, as far as it can be told:

``measured``
    The figure is a whole number of hits out of the task's own items, or repeats a row that was measured on them.
``publication``
    The figure is that of a publication, taken on other items than the task's.
``unknown``
    Neither can be shown.

Sets are never mixed: a report names the one in use.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Literal, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import BadTable, DuplicateName, LengthMismatch, NotFinite, UnknownTask, did_you_mean
from generallevel.tables.fields import SPLITS

if TYPE_CHECKING:
    from generallevel.benchmark.catalogue import Catalogue

__all__ = ["Provenance", "ReferenceSet"]

Provenance = Literal["measured", "publication", "unknown"]


@dataclass(frozen=True, eq=False)
class ReferenceSet:
    """One column of reference scores over the tasks of one catalogue.

    Attributes
    ----------
    name : str
        What the set is called, such as ``released-2025-07``.
    values : ndarray of float64, shape (tasks,)
        Raw references in the table unit of each task, read-only; nan where the set has none.
    task_ids : tuple of str
        The tasks that the values stand for, in order.
    date : str or None
        When the figures were made public, ``YYYY-MM``.
    provenance : tuple of str or None
        ``measured``, ``publication``, ``unknown`` or None (not stated), one per task.
    n : tuple of int or None
        How many items a figure was taken over, where that is known; one per task.
    notes : tuple of str
        Why a figure is doubtful, one per task; empty where nothing speaks against it.
    title : str
        One line for a report.
    sources : tuple of str
        Where the figures stand.
    split : str
        The part of the test sets that the figures were taken on: ``full``, ``open``, ``closed`` or ``quick``.

    Raises
    ------
    LengthMismatch
        If the columns are not of one length.
    NotFinite
        If a value is infinite.
    BadTable
        If there is no such split.
    """

    name: str
    values: NDArray[np.float64] = field(repr=False)
    task_ids: tuple[str, ...] = field(repr=False)
    date: str | None = None
    provenance: tuple[Provenance | None, ...] = field(default=(), repr=False)
    n: tuple[int | None, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    title: str = field(default="", repr=False)
    sources: tuple[str, ...] = field(default=(), repr=False)
    split: str = field(default="full", repr=False)

    def __post_init__(self) -> None:
        size = len(self.task_ids)
        values = np.array(self.values, dtype=np.float64)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "provenance", self.provenance or (None,) * size)
        object.__setattr__(self, "n", self.n or (None,) * size)
        object.__setattr__(self, "notes", self.notes or ("",) * size)
        for column in ("values", "provenance", "n", "notes"):
            found = len(getattr(self, column))
            if found != size:
                raise LengthMismatch(
                    f"reference set {self.name!r}: {column} has {found} entries for {size} tasks. "
                    "ReferenceSet.from_mapping joins values to tasks by name."
                )
        if self.split not in SPLITS:
            raise BadTable(
                f"reference set {self.name!r}: split is {self.split!r}.{did_you_mean(str(self.split), SPLITS)} "
                f"Wanted: {', '.join(SPLITS)}."
            )
        if np.isinf(values).any():
            where = self.task_ids[int(np.flatnonzero(np.isinf(values))[0])]
            raise NotFinite(f"reference set {self.name!r}: the reference of {where!r} is infinite. Leave the task out.")

    def __len__(self) -> int:
        return len(self.task_ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.task_ids)

    def __getitem__(self, task_id: str) -> float:
        """The reference of one task, by exact id; nan where the set has none."""
        try:
            return float(self.values[self.task_ids.index(task_id)])
        except ValueError:
            raise UnknownTask(
                f"reference set {self.name!r} has no task {task_id!r}.{did_you_mean(task_id, self.task_ids)}"
            ) from None

    @property
    def covered(self) -> int:
        """How many tasks have a reference."""
        return int(np.count_nonzero(~np.isnan(self.values)))

    @classmethod
    def from_mapping(
        cls,
        name: str,
        references: Mapping[str, SupportsFloat | None],
        catalogue: Catalogue,
        *,
        date: str | None = None,
        title: str = "",
        sources: tuple[str, ...] = (),
        split: str = "full",
    ) -> ReferenceSet:
        """A reference set of the user's own, joined to a catalogue by task name.

        Parameters
        ----------
        name : str
            What to call it in reports.
        references : mapping of str to number or None
            Task id, or any name the catalogue resolves, to raw reference in the task's table unit. None, and a task
            that is not named, mean that the set has no reference for it.
        catalogue : Catalogue
            Whose tasks these are.
        date : str, optional
            When the figures were taken, ``YYYY-MM``.
        title : str, optional
            One line for a report.
        sources : tuple of str, optional
            Where the figures stand.
        split : {"full", "open", "closed", "quick"}
            The part of the test sets that the figures were taken on.

        Returns
        -------
        ReferenceSet
            Aligned to the catalogue; provenance and n not stated.

        Raises
        ------
        UnknownTask, AmbiguousName
            If a name is not, or not clearly, one of the catalogue's.
        DuplicateName
            If two names are one task.
        NotFinite
            If a value is nan or infinite.
        BadTable
            If a value is not a number, no value is given, or there is no such split.

        Examples
        --------
        >>> from generallevel.benchmark import general_bench
        >>> mine = ReferenceSet.from_mapping("mine", {"Human Action Recognition": 91.5}, general_bench())
        >>> mine["image.comprehension.human-action-recognition"], mine.covered
        (91.5, 1)
        """
        values = np.full(len(catalogue), np.nan)
        given: dict[int, str] = {}
        for key, position in zip(references, catalogue.positions(list(references)), strict=True):
            if position in given:
                raise DuplicateName(
                    f"reference set {name!r}: {given[position]!r} and {key!r} are one task, "
                    f"{catalogue.tasks[position].id!r}. Keep one of them."
                )
            given[position] = key
            values[position] = _reference(references[key], key, name)
        if np.isnan(values).all():
            raise BadTable(f"reference set {name!r} has no value at all. Wanted: {{task: number}}.")
        return cls(name, values, catalogue.ids, date=date, title=title, sources=sources, split=split)


def _reference(value: object, task: str, name: str) -> float:
    """One reference as a float, nan for None."""
    if value is None:
        return math.nan
    # float() would read a bool and a text, and both are slips here.
    number = isinstance(value, Real) or (hasattr(value, "__float__") and not isinstance(value, str | bytes))
    if not number or isinstance(value, bool | np.bool_):
        raise BadTable(f"reference set {name!r}: the reference of {task!r} is {value!r}, not a number.")
    found = float(value)  # type: ignore[arg-type]
    if not math.isfinite(found):
        raise NotFinite(
            f"reference set {name!r}: the reference of {task!r} is {found}. "
            "A reference is a finite number; use None, or leave the task out, where there is none."
        )
    return found

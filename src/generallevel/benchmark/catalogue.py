"""The task catalogue: which tasks a benchmark has, and how each is named, measured and compared.

Objects: ``Catalogue``, the tasks of one benchmark in a fixed order, with its reference sets. Everything else in the
library addresses a task by its position in a catalogue; position, not row or number, is what arrays are aligned to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, SupportsFloat

from generallevel.benchmark.names import NameIndex, folded
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.task import Task
from generallevel.errors import (
    AmbiguousName,
    DuplicateName,
    LengthMismatch,
    UnknownName,
    UnknownReferenceSet,
    UnknownTask,
    did_you_mean,
)

__all__ = ["Catalogue"]

_MOST_SPELLED_OUT = 5  # ours: unknown names that one message spells out
_ELSEWHERE = -1  # marks a candidate that lives on another sheet than the one asked for


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The tasks of one benchmark, in a fixed order, with their reference sets.

    Attributes
    ----------
    name : str
        What the benchmark is called in messages and reports.
    tasks : tuple of Task
        Every task; its place here is its position everywhere.
    references : mapping of str to ReferenceSet
        The reference sets, each aligned to ``tasks``; the first is the default.
    index : mapping of str to int
        Exact id to position.

    Raises
    ------
    DuplicateName
        If two tasks have one id, or ids that differ only in case or punctuation.
    LengthMismatch
        If a reference set is not aligned to the tasks.

    Examples
    --------
    >>> from generallevel.benchmark import general_bench
    >>> bench = general_bench()
    >>> len(bench), bench.resolve("human action recognition").id
    (699, 'image.comprehension.human-action-recognition')
    """

    name: str
    tasks: tuple[Task, ...] = field(repr=False)
    references: Mapping[str, ReferenceSet] = field(default_factory=dict, repr=False)
    index: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        for position, task in enumerate(self.tasks):
            if index.setdefault(task.id, position) != position:
                raise DuplicateName(
                    f"{self.name}: task {task.id!r} stands at places {index[task.id] + 1} and {position + 1}. "
                    "An id names one task."
                )
        object.__setattr__(self, "index", index)  # a plain dict: 699 look-ups through a proxy cost twice as much
        for name, reference in self.references.items():
            if reference.task_ids != self.ids:
                raise LengthMismatch(
                    f"reference set {name!r} is not aligned to the {len(self.tasks)} tasks of {self.name}. "
                    "ReferenceSet.from_mapping joins values to tasks by name."
                )
        object.__setattr__(self, "references", MappingProxyType(dict(self.references)))

    def __reduce__(self) -> tuple[object, ...]:
        # The mapping that guards the references cannot be pickled.
        return Catalogue, (self.name, self.tasks, dict(self.references))

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Mapping[str, Any]],
        *,
        references: Mapping[str, Mapping[str, SupportsFloat | None]] | None = None,
        name: str = "my benchmark",
    ) -> Catalogue:
        """The catalogue of a benchmark of the user's own.

        Parameters
        ----------
        rows : iterable of mapping
            One for each task: ``task``, ``modality`` and ``metric``; ``unit`` (one of ``UNITS``) and ``better``
            (``higher`` or ``lower``), by default those of the registered metric; ``paradigm`` (``comprehension`` or
            ``generation``; none for the group that Level-5 reads); any other field of ``Task``; ``reference`` or
            ``reference:NAME`` for reference scores.
        references : mapping of str to mapping, optional
            Set name to ``{task: raw reference in the task's unit, or None}``.
        name : str, default "my benchmark"
            What the benchmark is called.

        Returns
        -------
        Catalogue
            Tasks in the order of the rows; reference columns go before ``references``.

        Raises
        ------
        BadTable
            If a row lacks a required field, or a value is not one of those wanted.
        UnknownMetric
            If a row leaves out unit or direction and its metric is not registered.
        UnknownColumn
            If a row has a field that means nothing here.
        DuplicateName
            If two rows are one task, or a reference set is given twice.

        Examples
        --------
        >>> row = {"task": "digits", "modality": "image", "paradigm": "comprehension", "metric": "accuracy"}
        >>> mine = Catalogue.from_rows([{**row, "reference": 99.2}])
        >>> mine.tasks[0].unit, mine.tasks[0].better, mine.reference_set()["digits"]
        ('percent', 'higher', 99.2)
        """
        from generallevel.benchmark.own import catalogue_from_rows

        return catalogue_from_rows(rows, references, name)

    @classmethod
    def read(
        cls,
        path: str | Path,
        *,
        references: Mapping[str, Mapping[str, SupportsFloat | None]] | None = None,
        name: str | None = None,
    ) -> Catalogue:
        """The catalogue in a CSV or JSON file.

        Parameters
        ----------
        path : str or Path
            CSV with the fields of ``from_rows`` as columns (comma, semicolon or tab), or JSON: a list of rows, or
            ``{"name": ..., "tasks": [rows], "references": {set: {task: value}}}``. UTF-8.
        references : mapping of str to mapping, optional
            As for ``from_rows``, beside those of the file.
        name : str, optional
            What the benchmark is called; the file's name when neither this nor the file says it.

        Returns
        -------
        Catalogue
            Tasks in the order of the file.

        Raises
        ------
        BadTable, UnknownMetric, UnknownColumn, DuplicateName
            As for ``from_rows``, and if the file cannot be read; says on which line.
        UnsafeFile
            If the file is larger than any task list.
        """
        from generallevel.benchmark.own import read_catalogue

        return read_catalogue(path, references, name)

    def __len__(self) -> int:
        return len(self.tasks)

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids, in order."""
        return tuple(task.id for task in self.tasks)

    @cached_property
    def modalities(self) -> tuple[str, ...]:
        """The modalities that Levels 2 to 4 average over: those with paradigms, in order of first appearance."""
        return tuple(dict.fromkeys(task.modality for task in self.tasks if task.paradigm is not None))

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The sheets, in order of first appearance."""
        return tuple(dict.fromkeys(task.sheet for task in self.tasks))

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """The skill groups, in order of first appearance."""
        return tuple(dict.fromkeys(task.skill for task in self.tasks if task.skill))

    @cached_property
    def _names(self) -> NameIndex:
        return NameIndex.over(self.tasks)

    @cached_property
    def _sheets(self) -> dict[str, str]:
        return {folded(sheet): sheet for sheet in self.sheets}

    def reference_set(self, name: str | None = None) -> ReferenceSet:
        """One reference set of this catalogue.

        Parameters
        ----------
        name : str, optional
            Which; the first when left out.

        Returns
        -------
        ReferenceSet
            Aligned to ``tasks``.

        Raises
        ------
        UnknownReferenceSet
            If there is none of this name, or none at all; the message lists those there are.
        """
        if name is None and self.references:
            return next(iter(self.references.values()))
        if name is not None and name in self.references:
            return self.references[name]
        if not self.references:
            raise UnknownReferenceSet(
                f"{self.name} has no reference set. "
                "ReferenceSet.from_mapping(name, {task: value}, catalogue) makes one."
            )
        raise UnknownReferenceSet(
            f"{self.name} has no reference set {name!r}.{did_you_mean(str(name), self.references)} "
            f"It has {', '.join(self.references)}; ReferenceSet.from_mapping makes one of your own."
        )

    def resolve(self, name: str, sheet: str | None = None) -> Task:
        """The task that a name stands for.

        Parameters
        ----------
        name : str
            Id, full, short or paper name; case, white space and punctuation do not matter.
        sheet : str, optional
            Sheet that the name stands on. There a full name goes before a short one.

        Returns
        -------
        Task
            The one task of that name.

        Raises
        ------
        UnknownTask
            If no task has the name, or only one on another sheet; offers the nearest.
        AmbiguousName
            If several tasks share it; lists them.
        UnknownName
            If there is no such sheet.
        """
        return self.tasks[self.position(name, sheet)]

    def position(self, name: str, sheet: str | None = None, *, offer: bool = True) -> int:
        """The position of the task that a name stands for; errors as in ``resolve``, on wish with the nearest names."""
        found = self._find(name, sheet)
        if len(found) == 1:
            return found[0]
        raise self._refusal(name, sheet, found, offer)

    def positions(self, names: Sequence[str], sheets: Sequence[str | None] | None = None) -> list[int]:
        """The positions of many tasks at once.

        Parameters
        ----------
        names : sequence of str
            Ids or names, as for ``resolve``. Exact ids cost one dictionary access each.
        sheets : sequence of (str or None), optional
            The sheet of each name, as long as ``names``.

        Returns
        -------
        list of int
            One position for each name, in order. The same task twice gives the same position twice.

        Raises
        ------
        UnknownTask
            If names are not in the catalogue; says how many and spells out the first of them.
        AmbiguousName
            If a name is shared by several tasks.
        UnknownName
            If there is no such sheet.
        LengthMismatch
            If ``sheets`` is not as long as ``names``.
        """
        if sheets is None:
            try:
                index = self.index
                return [index[name] for name in names]
            except (KeyError, TypeError):
                sheets = [None] * len(names)
        if len(sheets) != len(names):
            raise LengthMismatch(f"{len(names)} names but {len(sheets)} sheets: one sheet, or None, for each name.")
        found: list[int] = []
        refused: list[UnknownName] = []
        count = 0
        for name, sheet in zip(names, sheets, strict=True):
            candidates = self._find(name, sheet)
            if len(candidates) == 1:
                found.append(candidates[0])
                continue
            count += 1
            # The nearest names are costly to find, so only those that are printed are looked for.
            if count <= _MOST_SPELLED_OUT:
                refused.append(self._refusal(name, sheet, candidates))
        if count == 0:
            return found
        if count == 1:
            raise refused[0]
        rest = f" (and {count - len(refused)} more)" if count > len(refused) else ""
        listed = "\n  ".join(str(error) for error in refused)
        raise type(refused[0])(f"{count} of {len(names)} names are not tasks of {self.name}{rest}:\n  {listed}")

    def _find(self, name: str, sheet: str | None) -> tuple[int, ...]:
        """Where a name may lead: one position when it is clear, marked when that is on another sheet."""
        if not isinstance(name, str):
            raise UnknownTask(f"{name!r} is not a task name: wanted text, such as {self.tasks[0].id!r}.")
        exact = self._sheet(sheet)
        position = self.index.get(name)
        found = (position,) if position is not None else self._names.candidates(name, exact)
        if exact is not None and len(found) == 1 and self.tasks[found[0]].sheet != exact:
            return (*found, _ELSEWHERE)
        return found

    def _refusal(self, name: str, sheet: str | None, found: tuple[int, ...], offer: bool = True) -> UnknownName:
        """The error for a name that leads nowhere, elsewhere or to several tasks."""
        exact = self._sheet(sheet)
        tasks = [self.tasks[position] for position in found if position != _ELSEWHERE]
        if not tasks:
            where = "" if exact is None else f" on sheet {exact}"
            near = did_you_mean(name, self._spellings(exact)) if offer else ""
            return UnknownTask(f"{self.name} has no task {name!r}{where}.{near}")
        if exact is not None and all(task.sheet != exact for task in tasks):
            homes = " and ".join(f"{task.id!r} on sheet {task.sheet}" for task in tasks)
            return UnknownTask(
                f"{self.name} has no task {name!r} on sheet {exact}; it has {homes}. Is the row on the wrong sheet?"
            )
        ids = " and ".join(repr(task.id) for task in tasks)
        return AmbiguousName(f"{name!r} is the name of {len(tasks)} tasks: {ids}. Write the id of the one you mean.")

    def _spellings(self, sheet: str | None) -> dict[str, None]:
        """Ids, then names, that a message may offer."""
        tasks = [task for task in self.tasks if sheet is None or task.sheet == sheet]
        return dict.fromkeys([*(task.id for task in tasks), *(task.name for task in tasks)])

    def _sheet(self, sheet: str | None) -> str | None:
        """The exact name of a sheet written in any case."""
        if sheet is None:
            return None
        if sheet in self._sheets.values():
            return sheet
        try:
            return self._sheets[folded(sheet)]
        except KeyError:
            raise UnknownName(
                f"{self.name} has no sheet {sheet!r}.{did_you_mean(sheet, self.sheets)} "
                f"It has {', '.join(self.sheets)}."
            ) from None

"""Folder names: which task a folder means, by its own name and by the folders around it.

A folder may carry any name of its task (the full one, the workbook's, the short one, the paper's, the id or its last
part) in any spelling that has the same letters and digits: ``HumanActionRecognition``, ``human_action_recognition``;
``&`` is ``and``, and a part in brackets may be left out where that is clear. The folders above say modality and
paradigm, which decide between tasks of one name. Nothing misspelt is guessed at.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.names import folded
from generallevel.benchmark.task import Task

__all__ = ["FolderNames", "folder_names", "spelling"]

# How folders of the wild call a modality of General-Bench beside its own name.
_ALSO_CALLED = {"nlp": "language", "text": "language", "threed": "3d"}
_IN_BRACKETS = re.compile(r"[(\[\uff08][^)\]\uff09]*[)\]\uff09]")
_SIGNS = {ord("&"): " and ", ord("\uff06"): " and "}


def spelling(name: str) -> str:
    """The letters and digits of a folder name, as `folded`, with ``&`` as ``and``.

    Examples
    --------
    >>> spelling("Arts&Crafts_Video-Captioning") == spelling("artsAndCrafts videoCaptioning")
    True
    """
    return folded(name.translate(_SIGNS))


@lru_cache(maxsize=4)
def folder_names(catalogue: Catalogue) -> FolderNames:
    """The names that the tasks of a catalogue may have, made once: a run looks through several trees."""
    return FolderNames(catalogue)


class FolderNames:
    """The names that the tasks of a catalogue may have as folders.

    Parameters
    ----------
    catalogue : Catalogue
        General-Bench or any other.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._full: dict[str, set[int]] = {}
        self._other: dict[str, set[int]] = {}
        self._shortened: dict[str, set[int]] = {}
        self._groups: dict[tuple[str | None, str | None], frozenset[int]] = {}  # each of some hundred folders asks
        for position, task in enumerate(catalogue.tasks):
            full = {task.id, task.id.rsplit(".", 1)[-1], task.name, task.workbook_name}
            other = {task.short_name, task.workbook_short_name, task.paper_name}
            self._add(self._full, full, position)
            self._add(self._other, other, position)
            self._add(self._shortened, {_IN_BRACKETS.sub(" ", name) for name in full | other if name}, position)

    @staticmethod
    def _add(drawer: dict[str, set[int]], names: Iterable[str], position: int) -> None:
        for key in {spelling(name) for name in names if name}:
            if key:
                drawer.setdefault(key, set()).add(position)

    def named(self, name: str, within: frozenset[int] | None = None) -> tuple[Task, ...]:
        """The tasks that a name may mean.

        Parameters
        ----------
        name : str
            Of a folder, or under the key ``task`` of a file.
        within : frozenset of int, optional
            Positions that the folders around leave; all by default.

        Returns
        -------
        tuple of Task
            In the order of the catalogue. On one sheet a full name goes before another, and both before one without
            its brackets.
        """
        key = spelling(name)
        found: set[int] = set()
        full, other = (self._narrowed(drawer, key, within) for drawer in (self._full, self._other))
        sheets = {self.catalogue.tasks[position].sheet for position in full}
        found = full | {position for position in other if self.catalogue.tasks[position].sheet not in sheets}
        found = found or self._narrowed(self._shortened, key, within)
        return tuple(self.catalogue.tasks[position] for position in sorted(found))

    def group(self, around: Sequence[str]) -> frozenset[int] | None:
        """The positions of the tasks that may lie in a folder.

        Parameters
        ----------
        around : sequence of str
            Names of the folders above it, the innermost last.

        Returns
        -------
        frozenset of int or None
            None where they say nothing of modality, paradigm or sheet.
        """
        modality = paradigm = None
        for name in reversed(around):
            key = folded(name)
            if key in self._sheets:
                return self._sheets[key]
            modality = modality or self._modalities.get(key)
            paradigm = paradigm or (key if key in self._paradigms else None)
        if modality is None and paradigm is None:
            return None
        if (modality, paradigm) not in self._groups:
            self._groups[modality, paradigm] = frozenset(
                position
                for position, task in enumerate(self.catalogue.tasks)
                if (modality is None or task.modality == modality)
                and (paradigm is None or task.paradigm is None or task.paradigm == paradigm)
            )
        return self._groups[modality, paradigm] or None

    def nearest(self, name: str, within: frozenset[int] | None = None) -> str:
        """A sentence with the ids of the tasks whose names are nearest, or nothing."""
        keys: dict[str, str] = {}
        for drawer in (self._full, self._other):
            for key, positions in drawer.items():
                for position in positions if within is None else positions & within:
                    keys.setdefault(key, self.catalogue.tasks[position].id)
        near = difflib.get_close_matches(spelling(name), keys, n=3, cutoff=0.75)
        ids = dict.fromkeys(keys[key] for key in near)
        return f" Did you mean {' or '.join(map(repr, ids))}?" if ids else ""

    @staticmethod
    def _narrowed(drawer: dict[str, set[int]], key: str, within: frozenset[int] | None) -> set[int]:
        found = drawer.get(key, set())
        return set(found) if within is None else found & within

    @cached_property
    def _sheets(self) -> dict[str, frozenset[int]]:
        """Folded sheet name to the positions on it."""
        tasks = self.catalogue.tasks
        return {
            folded(sheet): frozenset(place for place, task in enumerate(tasks) if task.sheet == sheet)
            for sheet in self.catalogue.sheets
            if sheet
        }

    @cached_property
    def _modalities(self) -> dict[str, str]:
        """What a folder may be called to what the catalogue calls the modality."""
        own = {folded(task.modality): task.modality for task in self.catalogue.tasks}
        also = {word: own[meant] for word, meant in _ALSO_CALLED.items() if meant in own and word not in own}
        return {**also, **own}

    @cached_property
    def _paradigms(self) -> set[str]:
        return {task.paradigm for task in self.catalogue.tasks if task.paradigm is not None}

"""Discovery: the task folders of a tree, each with the task of the catalogue that it is.

A task folder holds an annotation file. Which task it is, its name says, with the names of the folders around it, and
the key ``task`` inside the file. Where the two mean different tasks, where nothing is clear, and where several folders
claim one task, nothing is chosen: the report says so.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.folders.answers import AnswerFile, AnswerTree, answer_files
from generallevel.benchmark.folders.documents import read_document
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.naming import folder_names
from generallevel.benchmark.folders.shape import shape_of
from generallevel.benchmark.folders.stored import stored_bytes
from generallevel.benchmark.folders.walking import Place, existing_root, walk
from generallevel.benchmark.task import Task
from generallevel.errors import GeneralLevelError, InvalidInput

__all__ = [
    "AnswerFile",
    "AnswerTree",
    "Discovery",
    "TaskFolder",
    "Unresolved",
    "answer_files",
    "find_answers",
    "find_task_folders",
    "task_in_header",
]

ANNOTATIONS = ("annotation.json", "annotation.json.gz")
_HEAD_BYTES = 2**16  # ours: a header is some hundred bytes
_SPACE = re.compile(r"[ \t\n\r]*")
_MOST_NEAREST = 50  # ours: unresolved folders whose nearest names are looked for, at 5 ms each


@dataclass(frozen=True, slots=True)
class TaskFolder:
    """A folder with an annotation file, and the task that it is.

    Attributes
    ----------
    path : Path
        The folder.
    relative : str
        The way to it from the root, with ``/``; ``"."`` for the root itself.
    task : Task
        Its task.
    annotation : Path
        Its annotation file, at or below the root.
    parts : tuple of str
        The names of the folders on the way, as the disk has them.
    """

    path: Path
    relative: str
    task: Task
    annotation: Path
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A folder that is not evaluated, and why."""

    relative: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a tree holds.

    Attributes
    ----------
    folders : tuple of TaskFolder
        One for each task that is there, in the order of the walk.
    unresolved : tuple of Unresolved
        Folders of which the task is not clear, and those that could not be entered.
    duplicates : dict of str to tuple of str
        Ids of tasks that several folders claim, with these folders; none of them is among `folders`.
    """

    folders: tuple[TaskFolder, ...]
    unresolved: tuple[Unresolved, ...] = ()
    duplicates: dict[str, tuple[str, ...]] = field(default_factory=dict)


def find_task_folders(root: str | os.PathLike[str], catalogue: Catalogue, *, limits: Limits = LIMITS) -> Discovery:
    """The task folders of a tree.

    Parameters
    ----------
    root : path
        A folder of task folders at any depth, or a task folder itself.
    catalogue : Catalogue
        The tasks that they may be.
    limits : Limits
        How much one annotation file may hold.

    Returns
    -------
    Discovery

    Raises
    ------
    InvalidInput
        If there is no such folder.
    """
    top = existing_root(Path(root), "the folder that holds the task folders")
    resolver = _Resolver(top, catalogue, limits, ANNOTATIONS)
    return _discovered(resolver)


def find_answers(
    tree: str | os.PathLike[str],
    catalogue: Catalogue,
    *,
    name: str = "prediction.json",
    limits: Limits = LIMITS,
    mirrored: Iterable[tuple[str, ...]] = (),
) -> AnswerTree:
    """The prediction files of a tree of their own, by task, for `answer_files`.

    Parameters
    ----------
    tree : path
        A folder that mirrors the task folders, in the same or in another spelling.
    catalogue : Catalogue
        The tasks.
    name : str, default "prediction.json"
        What the files are called.
    limits : Limits
        How much one file may hold.
    mirrored : iterable of tuple of str
        The `parts` of task folders. What lies at the same place belongs to that task, whatever it says of itself, and
        is not looked into.

    Returns
    -------
    AnswerTree

    Raises
    ------
    InvalidInput
        If there is no such folder.
    """
    top = existing_root(Path(tree), "the folder that holds the predictions")
    found = _discovered(_Resolver(top, catalogue, limits, (name.casefold(), f"{name.casefold()}.gz")), set(mirrored))
    by_task = {folder.task.id: folder.annotation for folder in found.folders}
    unresolved = {one.relative: one.reason for one in found.unresolved}
    return AnswerTree(top, name, by_task, dict(found.duplicates), unresolved)


def _discovered(resolver: _Resolver, settled: Container[tuple[str, ...]] = ()) -> Discovery:
    folders: dict[str, list[TaskFolder]] = {}
    unresolved: list[Unresolved] = []
    resolved: set[Path] = set()
    for place in walk(resolver.root, lambda name: name.casefold() in resolver.wanted, lambda at: at.path in resolved):
        if place.files and place.parts in settled:
            resolved.add(place.path)
            continue
        outcome = resolver.outcome(place)
        if isinstance(outcome, Unresolved):
            unresolved.append(outcome)
        else:
            folders.setdefault(outcome.task.id, []).append(outcome)
            resolved.add(place.path)  # below lie its media
    return Discovery(
        folders=tuple(claims[0] for claims in folders.values() if len(claims) == 1),
        unresolved=tuple(unresolved),
        duplicates={name: tuple(one.relative for one in claims) for name, claims in folders.items() if len(claims) > 1},
    )


class _Resolver:
    """From a folder to its task, or to the reason for having none."""

    def __init__(self, root: Path, catalogue: Catalogue, limits: Limits, wanted: Sequence[str]) -> None:
        self.root, self.limits, self.wanted = root, limits, tuple(wanted)
        self.names = folder_names(catalogue)
        self.catalogue = catalogue
        above = root.resolve().parts[1:]
        self.own_name, self.above_root = (above[-1] if above else ""), above[:-1]
        self.nearest_left = _MOST_NEAREST

    def outcome(self, place: Place) -> TaskFolder | Unresolved:
        """The task folder of a place, or why it is none."""
        if place.trouble:
            return Unresolved(place.relative, place.trouble)
        if len(place.files) > 1:
            listed = " and ".join(repr(name) for name in place.files)
            return Unresolved(place.relative, f"it holds {listed}: keep the one that counts")
        try:
            file = Files(self.root, place.path, self.limits).path(place.files[0])
        except InvalidInput as slip:
            return Unresolved(place.relative, str(slip))
        try:
            key = task_in_header(file, self.limits)
        except GeneralLevelError as slip:
            # What is wrong with the file is told where it is read, if its folder says which task fails.
            key, trouble = None, f"; and its file cannot be read: {slip}"
        else:
            trouble = ""
        task = self._task(place, file, key)
        if isinstance(task, str):
            return Unresolved(place.relative, task + trouble)
        return TaskFolder(place.path, place.relative, task, file, place.parts)

    def _task(self, place: Place, file: Path, key: str | None) -> Task | str:
        """The task, or the reason for having none."""
        name = place.parts[-1] if place.parts else self.own_name
        # What the tree says is binding; what stands above its root only decides between tasks of one name.
        within = self.names.group(place.parts[:-1])
        by_folder = self._decided(self.names.named(name, within), name, place)
        if key is None and not by_folder:
            key = self._task_anywhere(file)
        by_key: tuple[Task, ...] = ()
        if key is not None:
            by_key = self._decided(self.names.named(key, within) or self.names.named(key), key, place)
        both = [task for task in by_folder if task in by_key]
        if len(both) == 1:
            return both[0]
        if len(by_folder) == 1 and not by_key:
            return by_folder[0]
        if len(by_key) == 1 and not by_folder and self._may_lie(by_key[0], within):
            return by_key[0]
        return self._reason(name, key, by_folder, by_key, within)

    def _decided(self, found: tuple[Task, ...], name: str, place: Place) -> tuple[Task, ...]:
        """The candidates, narrowed by the folders above the root where they are several."""
        if len(found) < 2:
            return found
        around = (*self.above_root[-2:], *([self.own_name] if place.parts else []), *place.parts[:-1])
        narrowed = self.names.named(name, self.names.group(around))
        return tuple(task for task in narrowed if task in found) or found

    def _may_lie(self, task: Task, within: frozenset[int] | None) -> bool:
        return within is None or self.catalogue.index[task.id] in within

    def _task_anywhere(self, file: Path) -> str | None:
        """The task key of a file that has it behind its items."""
        try:
            value = read_document(file, self.limits)
        except GeneralLevelError:
            return None
        task = value.get("task") if isinstance(value, dict) else None
        return task if isinstance(task, str) else None

    def _reason(
        self,
        name: str,
        key: str | None,
        by_folder: tuple[Task, ...],
        by_key: tuple[Task, ...],
        within: frozenset[int] | None,
    ) -> str:
        if by_folder and by_key:
            return (
                f"its name means {_listed(by_folder)}, the key 'task' of its file ({key!r:.80}) {_listed(by_key)}. "
                "Rename the folder to the id of the task, or put the key right."
            )
        if by_folder or by_key:
            found, what = (by_folder, "name") if by_folder else (by_key, "key 'task'")
            if len(found) == 1:
                return f"its key 'task' means {_listed(found)}, which does not belong where the folder lies"
            return f"its {what} means several tasks: {_listed(found)}. Give the folder the id of the one you mean."
        elsewhere = self.names.named(name)
        if elsewhere:
            return f"its name means {_listed(elsewhere)}, which does not belong where the folder lies"
        near = ""
        if self.nearest_left:
            self.nearest_left -= 1
            near = self.names.nearest(name, within) or (self.names.nearest(key, within) if key else "")
        said = f", nor the key 'task' of its file ({key!r:.80})" if key else ", and its file has no key 'task'"
        return f"no task of {self.catalogue.name} is called {name!r:.120}{said}.{near}"


def _listed(tasks: Sequence[Task]) -> str:
    return " and ".join(repr(task.id) for task in tasks)


def task_in_header(path: str | os.PathLike[str], limits: Limits = LIMITS) -> str | None:
    """What an annotation file calls its task, as far as its first 64 KiB tell.

    Parameters
    ----------
    path : path
        The file. Of a large one only the first bytes are read.
    limits : Limits
        How deep it may be nested.

    Returns
    -------
    str or None
        None where the key ``task`` does not stand before the items, or is no text.

    Raises
    ------
    BadTable
        If there is no such file, or it is empty.
    """
    head = stored_bytes(path, limits, most=_HEAD_BYTES)
    if shape_of(head).depth > limits.depth:
        return None
    text = head.decode("utf-8-sig", "replace")
    decoder = json.JSONDecoder()
    place = _after_space(text, 0)
    if text[place : place + 1] != "{":
        return None
    try:
        while text[place : place + 1] in ("{", ","):
            key, place = decoder.raw_decode(text, _after_space(text, place + 1))
            place = _after_space(text, place)
            if key == "data" or text[place : place + 1] != ":":
                return None
            value, place = decoder.raw_decode(text, _after_space(text, place + 1))
            if key == "task":
                return value.strip() or None if isinstance(value, str) else None
            place = _after_space(text, place)
    except (ValueError, RecursionError):  # the head ends here, or it is no JSON, which its reader tells
        return None
    return None


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place

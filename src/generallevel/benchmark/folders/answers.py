"""Answer files: where the predictions or the ratings of a task lie, beside its annotation file or in another tree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Protocol

from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.naming import spelling
from generallevel.benchmark.folders.walking import existing_root, shown
from generallevel.benchmark.task import Task
from generallevel.errors import InvalidInput

__all__ = ["AnswerFile", "AnswerTree", "answer_files"]

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".gz")


class _Folder(Protocol):
    """What of a `TaskFolder` is needed here."""

    @property
    def path(self) -> Path: ...
    @property
    def parts(self) -> tuple[str, ...]: ...
    @property
    def task(self) -> Task: ...


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """Where the answers to a task are.

    Attributes
    ----------
    path : Path or None
        The file; None where there is none that may be opened.
    files : Files
        From where the media that it names are opened.
    reason : str
        Why there is none.
    """

    path: Path | None
    files: Files
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AnswerTree:
    """A tree of answers, with the task of each of its folders.

    Attributes
    ----------
    root : Path
        The tree.
    name : str
        What the files are called.
    by_task : mapping of str to Path
        Task id to its file.
    duplicates : mapping of str to tuple of str
        Ids of tasks with several folders.
    unresolved : mapping of str to str
        Folders whose task is not clear, with the reason.
    """

    root: Path
    name: str
    by_task: Mapping[str, Path] = field(default_factory=dict)
    duplicates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unresolved: Mapping[str, str] = field(default_factory=dict)


def answer_files(
    folder: _Folder,
    root: str | os.PathLike[str],
    predictions: str | os.PathLike[str] | AnswerTree,
    limits: Limits = LIMITS,
    *,
    name: str = "prediction.json",
) -> AnswerFile:
    """Where the answers to one task are.

    Parameters
    ----------
    folder : TaskFolder
        The task's folder.
    root : path
        The root of the task folders.
    predictions : str, path or AnswerTree
        The name of a file beside the annotation file, ``"prediction.json"``; or another folder, which mirrors `root`;
        or such a tree with its tasks from `find_answers`, where the folders may also have other names.
    limits : Limits
        How much one file may ask for.
    name : str, default "prediction.json"
        What the file is called in another folder.

    Returns
    -------
    AnswerFile
        A name may differ in case, and end in ``.gz``.

    Raises
    ------
    InvalidInput
        If `predictions` is neither a file name nor a folder that is there.
    UnsafeFile
        If it is a name that leads elsewhere.
    """
    if isinstance(predictions, AnswerTree):
        return _in_tree(folder, predictions, limits)
    given = os.fspath(predictions)
    if os.path.isdir(given):  # noqa: PTH112 - a Path would lose a trailing slash, and with a zero byte raise
        return _in_tree(folder, AnswerTree(Path(given), name), limits)
    if PurePath(given).is_absolute() or not given.lower().endswith(_SUFFIXES):
        existing_root(Path(given), "a folder that mirrors the task folders, or the name of a file in each of them")
    return _beside(Files(Path(root), folder.path, limits), given)


def _in_tree(folder: _Folder, tree: AnswerTree, limits: Limits) -> AnswerFile:
    """The answers in a tree: at the same place, at the same place in another spelling, else by task."""
    same = tree.root.joinpath(*folder.parts)
    exact = same if same.is_dir() else _respelt(tree.root, folder.parts)
    if exact is not None:
        found = _beside(Files(tree.root, exact, limits), tree.name)
        if found.path is not None or found.reason:
            return found
    elsewhere = Files(tree.root, same, limits)
    claims = tree.duplicates.get(folder.task.id)
    if claims:
        return AnswerFile(None, elsewhere, f"{len(claims)} folders claim the task: {', '.join(claims)}")
    path = tree.by_task.get(folder.task.id)
    if path is None:
        return AnswerFile(None, elsewhere)
    return AnswerFile(path, Files(tree.root, path.parent, limits))


def _respelt(root: Path, parts: tuple[str, ...]) -> Path | None:
    """The folder at the same place under names with the same letters; None where there is none or several."""
    place = root
    for part in parts:
        try:
            with os.scandir(place) as listing:
                same = [entry.name for entry in listing if spelling(entry.name) == spelling(part) and entry.is_dir()]
        except OSError:
            return None
        if part in same:
            same = [part]
        if len(same) != 1:
            return None
        place = place / same[0]
    return place


def _beside(files: Files, name: str) -> AnswerFile:
    """The file of a name in a folder, in any case and with ``.gz``."""
    files.check(name)
    there = _spelt_there(files.folder, name)
    if not there:
        return AnswerFile(None, files)
    if len(there) > 1:
        listed = " and ".join(repr(shown(one)) for one in there)
        return AnswerFile(None, files, f"{listed} lie side by side: keep the one that counts")
    try:
        path = files.path(there[0])
    except InvalidInput as slip:
        return AnswerFile(None, files, str(slip))
    return AnswerFile(path, replace(files, folder=files.folder.joinpath(there[0]).parent))


def _spelt_there(folder: Path, name: str) -> list[str]:
    """The names in a folder that a name may mean: itself, or else those that differ in case or by ``.gz``."""
    if (folder / name).is_symlink() or (folder / name).exists():
        return [name]
    above, _, last = name.rpartition("/")
    meant = {last.casefold(), f"{last.casefold()}.gz"}
    try:
        with os.scandir(folder / above) as listing:
            return sorted(f"{above}/{entry.name}".lstrip("/") for entry in listing if entry.name.casefold() in meant)
    except OSError:
        return []

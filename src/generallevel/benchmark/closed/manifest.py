"""The manifest of a submission: which task lies in which folder of the archive, and the hash of every file.

Layout: ``{"format": "generallevel-submission", "format_version": 1, "library", "model", "catalogue", "tasks": [{"task",
"folder", "items", "answered", "members": {name: {"bytes", "sha256"}}}]}``, names from the task's folder. The counts are
the submitter's word; the hashes are checked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generallevel._version import __version__
from generallevel.benchmark.closed.entries import (
    ARCHIVE_LIMITS,
    MANIFEST,
    PREDICTIONS,
    RESERVED,
    ArchiveLimits,
    flaw_of_name,
    same_on_any_disk,
)
from generallevel.benchmark.folders.documents import read_document
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.strict import flaw
from generallevel.errors import InvalidInput

__all__ = ["Manifest", "PackedFile", "PackedTask", "is_a_name"]

FORMAT, FORMAT_VERSION = "generallevel-submission", 1
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST = 200  # ours: characters of a name of a model, a catalogue, a task
_MOST_ITEMS = 10**9


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a task: its name from the task's folder, how long it is, and its hash."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackedTask:
    """One task of a submission.

    Attributes
    ----------
    task : str
        Its id in the catalogue.
    folder : str
        Its folder in the archive.
    n_items, n_answered : int
        How many items it has, and how many of them have a prediction.
    files : tuple of PackedFile
        Its prediction file and the media that it names, by name.
    """

    task: str
    folder: str
    n_items: int
    n_answered: int
    files: tuple[PackedFile, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    Attributes
    ----------
    model : str or None
        The model's name.
    catalogue : str
        Whose tasks they are.
    tasks : tuple of PackedTask
        One for each task that has a prediction file, by folder.
    library : str
        The version that packed it.
    """

    model: str | None
    catalogue: str
    tasks: tuple[PackedTask, ...]
    library: str = __version__

    @property
    def members(self) -> Iterator[tuple[str, PackedTask, PackedFile]]:
        """Every member of the archive beside the manifest: its name, its task, its file."""
        for task in self.tasks:
            for file in task.files:
                yield f"{task.folder}/{file.name}", task, file

    def to_bytes(self) -> bytes:
        """The manifest as it stands in the archive."""
        tasks = [
            {
                "task": task.task,
                "folder": task.folder,
                "items": task.n_items,
                "answered": task.n_answered,
                "members": {file.name: {"bytes": file.size, "sha256": file.sha256} for file in task.files},
            }
            for task in self.tasks
        ]
        plain = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "library": self.library,
            "model": self.model,
            "catalogue": self.catalogue,
            "tasks": tasks,
        }
        return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False).encode()

    @property
    def sha256(self) -> str:
        """The hash of the manifest, and so of every file: the same wherever and however the archive was deflated."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def read(cls, path: Path, limits: Limits = LIMITS, archive_limits: ArchiveLimits = ARCHIVE_LIMITS) -> Manifest:
        """The manifest in a file.

        Parameters
        ----------
        path : Path
            The file.
        limits, archive_limits : Limits, ArchiveLimits
            How much it may hold, and what names may be.

        Returns
        -------
        Manifest

        Raises
        ------
        InvalidInput
            If it is no manifest, is of a newer version, or two of its files would be one.
        """
        plain = read_document(path, limits)
        slip = flaw(plain)
        if slip is not None:
            raise _bad(slip)
        if not isinstance(plain, dict) or plain.get("format") != FORMAT:
            raise _bad(f"it does not say 'format': {FORMAT!r}")
        version = plain.get("format_version")
        if version != FORMAT_VERSION or isinstance(version, bool):
            raise _bad(f"its format_version is {version!r:.40}, and this version reads {FORMAT_VERSION}. Is one older?")
        tasks = tuple(_task(entry, archive_limits) for entry in _of(plain, "tasks", list))
        _refuse_twins(tasks)
        model = plain.get("model")
        named = None if model is None else _text(plain, "model")
        return cls(named, _text(plain, "catalogue"), tasks, _text(plain, "library"))


def _task(entry: Any, limits: ArchiveLimits) -> PackedTask:
    if not isinstance(entry, dict):
        raise _bad("an entry of its 'tasks' is no object")
    folder = _text(entry, "folder")
    slip = "it has several parts" if "/" in folder else flaw_of_name(folder, limits)
    if slip is not None:
        raise _bad(f"the folder {folder!r:.80} cannot be one: {slip}")
    files = tuple(_file(name, said, limits) for name, said in sorted(_of(entry, "members", dict).items()))
    if PREDICTIONS not in (file.name for file in files):
        raise _bad(f"the folder {folder!r:.80} has no {PREDICTIONS}")
    return PackedTask(_text(entry, "task"), folder, _count(entry, "items"), _count(entry, "answered"), files)


def _file(name: str, said: Any, limits: ArchiveLimits) -> PackedFile:
    slip = flaw_of_name(name, limits)
    if slip is None and name != PREDICTIONS and name.rpartition("/")[2].casefold() in RESERVED:
        slip = "files of that name are the owner's, or stand once for each task"
    if slip is not None:
        raise _bad(f"the member {name!r:.80} cannot be one: {slip}")
    if not isinstance(said, dict):
        raise _bad(f"the member {name!r:.80} has no 'bytes' and 'sha256'")
    digest = _text(said, "sha256")
    if not _HASH.fullmatch(digest):
        raise _bad(f"the sha256 of {name!r:.80} is {digest!r:.80}; wanted 64 hexadecimal digits")
    return PackedFile(name, _count(said, "bytes", most=2**63), digest)


def _refuse_twins(tasks: tuple[PackedTask, ...]) -> None:
    for what, names in (("task", [one.task for one in tasks]), ("folder", [one.folder for one in tasks])):
        seen: set[str] = set()
        for name in names:
            if same_on_any_disk(name) in seen:
                raise _bad(f"the {what} {name!r:.80} stands twice")
            seen.add(same_on_any_disk(name))


def _of(plain: Mapping[str, Any], key: str, kind: type) -> Any:
    value = plain.get(key)
    if not isinstance(value, kind):
        raise _bad(f"its {key!r} is {'not there' if value is None else f'no {kind.__name__}'}")
    return value


def _text(plain: Mapping[str, Any], key: str) -> str:
    value: str = _of(plain, key, str)
    if not is_a_name(value):
        raise _bad(f"its {key!r} is {value!r:.80}; wanted a text of at most {_LONGEST} printable characters")
    return value


def is_a_name(text: str) -> bool:
    """Whether a text may be the name of a model, a catalogue or a task: short, printable, not blank."""
    return bool(text.strip()) and len(text) <= _LONGEST and text.isprintable()


def _count(plain: Mapping[str, Any], key: str, most: int = _MOST_ITEMS) -> int:
    value: int = _of(plain, key, int)
    if isinstance(value, bool) or not 0 <= value <= most:
        raise _bad(f"its {key!r} is {value!r:.40}; wanted a count")
    return value


def _bad(slip: str) -> InvalidInput:
    return InvalidInput(f"{MANIFEST} is no manifest of a submission: {slip}. make_submission writes one.")

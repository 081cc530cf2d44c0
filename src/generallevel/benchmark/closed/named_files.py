"""Named files: which files beside a prediction file its predictions name, and so must travel with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from generallevel.benchmark.closed.entries import RESERVED, ArchiveLimits, flaw_of_name
from generallevel.benchmark.folders.files import Files
from generallevel.errors import InvalidInput

__all__ = ["NamedFiles"]

_LONGEST = 1024  # ours: characters of a text that may be a path


class NamedFiles:
    """The files that the predictions of one task name, collected prediction by prediction.

    Parameters
    ----------
    files : Files
        From where names are opened.
    own : str
        What the prediction file is called; it never counts as a medium.
    folders : bool
        Whether a name may be that of a folder, which stands for every file below it. Where predictions are plain text,
        an answer such as "images" is no name of a folder.
    archive_limits : ArchiveLimits
        What a member may be called.
    """

    def __init__(self, files: Files, own: str, *, folders: bool, archive_limits: ArchiveLimits) -> None:
        self.files, self.folders, self.limits = files, folders, archive_limits
        self.reserved = RESERVED | {own.casefold()}
        self.found: dict[str, Path] = {}
        self.refused: dict[str, str] = {}
        self._beside = _names_in(files.folder)

    def add(self, prediction: Any) -> None:
        """Take in what one prediction names."""
        for text in _texts(prediction):
            parts = PurePosixPath(text.replace("\\", "/")).parts
            if parts and parts[0] in self._beside and len(text) <= _LONGEST and ".." not in parts:
                self._named(text, "/".join(parts))

    def _named(self, text: str, member: str) -> None:
        if member in self.found or member in self.refused:
            return
        try:
            self._take(member, self.files.path(text))
        except InvalidInput:  # no file: a folder of frames, or a text that names nothing
            if not self.folders:
                return
            try:
                path = self.files.path(text, folder=True)
            except InvalidInput:
                return
            self._take_all(member, path)

    def _take_all(self, member: str, folder: Path) -> None:
        for where, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(names):
                below = "/".join((member, *Path(where, name).relative_to(folder).parts))
                if name.startswith(".") or below in self.found:
                    continue
                try:
                    self._take(below, self.files.path(below))
                except InvalidInput as slip:
                    self.refused[below] = str(slip)

    def _take(self, member: str, path: Path) -> None:
        slip = flaw_of_name(member, self.limits)
        if member.rpartition("/")[2].casefold() in self.reserved:
            slip = "files of that name are never packed as media"
        elif slip is None and path.stat().st_size > self.files.limits.file_bytes:
            slip = f"it is larger than {self.files.limits.file_bytes:,} bytes"
        if slip is None:
            self.found[member] = path
        else:
            self.refused[member] = slip


def _names_in(folder: Path) -> frozenset[str]:
    try:
        with os.scandir(folder) as listing:
            return frozenset(entry.name for entry in listing)
    except OSError:
        return frozenset()


def _texts(value: Any) -> Iterator[str]:
    """Every text of a JSON tree, keys apart."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one

"""The journal of a run: results as they come, one JSON line for each task, so that a run can be stopped and continued.

A line is written by one call and reaches the disk before the next; a line that a killed run left unfinished is cut off
when the journal is opened again. A result counts again only under the same fingerprint: a hash of the files of its
task, of the recipe and of the version that scored it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generallevel.benchmark.runs.result import TaskResult
from generallevel.errors import InvalidInput

__all__ = ["Journal", "fingerprint_of"]

NAME = "results.jsonl"


class Journal:
    """The results of a run on disk.

    Parameters
    ----------
    folder : Path
        The run folder; it is made where it is not there.

    Raises
    ------
    InvalidInput
        If the folder cannot be made, or its journal is of something else.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as slip:
            raise InvalidInput(f"the run folder {folder.name!r} cannot be made: {slip.strerror}") from None
        self._results = self._opened()

    def _opened(self) -> dict[str, TaskResult]:
        """What an earlier run has written; the unfinished line of a killed one is cut off."""
        content = self.path.read_bytes() if self.path.exists() else b""
        whole, found = 0, {}
        for line in content.splitlines(keepends=True):
            try:
                if not line.endswith(b"\n"):
                    break
                result = TaskResult.from_dict(json.loads(line))
            except (ValueError, KeyError, TypeError):
                raise InvalidInput(
                    f"{self.path.name} has a line that is no result of this version: the folder holds another run. "
                    "Name another run folder, or remove the file."
                ) from None
            found[result.task] = result
            whole += len(line)
        if whole < len(content):
            with self.path.open("r+b") as journal:
                journal.truncate(whole)
        return found

    def known(self, task: str, fingerprint: str) -> TaskResult | None:
        """The result of a task, where it was written under the same fingerprint."""
        result = self._results.get(task)
        return result if result is not None and result.fingerprint == fingerprint else None

    def write(self, result: TaskResult) -> None:
        """Keep a result: one line, on the disk when this returns."""
        line = json.dumps(result.to_dict(), allow_nan=False).encode() + b"\n"
        journal = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(journal, line)
            os.fsync(journal)
        finally:
            os.close(journal)


def fingerprint_of(
    documents: Iterable[Path | None], folders: Iterable[tuple[Path, Path]], settings: Mapping[str, Any]
) -> str:
    """A hash of everything that one task's result depends on.

    Parameters
    ----------
    documents : iterable of Path or None
        The JSON files, which are hashed by content; None for one that is not there.
    folders : iterable of (Path, Path)
        A folder of media and what it is relative to. Media are told apart by name, size and time of change: to hash
        their content would take as long as to score them.
    settings : mapping
        What else the result depends on, as text.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    hashed = [*documents]
    for document in hashed:
        digest.update(b"\0none" if document is None else b"\0" + hashlib.sha256(document.read_bytes()).digest())
    for folder, root in sorted(set(folders)):
        for where, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                path = Path(where, name)
                if path in hashed:
                    continue
                stat = path.lstat()
                digest.update(
                    f"\0{path.relative_to(root)}\0{stat.st_size}\0{stat.st_mtime_ns}".encode(errors="replace")
                )
    return digest.hexdigest()[:32]

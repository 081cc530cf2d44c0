"""The journal of a run: results as they come, one JSON line for each task, so that a run can be stopped and continued.

A line reaches the disk before the next; one that a killed run left unfinished is cut off when the journal is opened
again. A result counts again only under the same fingerprint: a hash of the files of its task, of the recipe and of the
version that scored it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from generallevel.benchmark.folders.limits import LIMITS
from generallevel.benchmark.runs.result import TaskResult
from generallevel.errors import InvalidInput

__all__ = ["Journal", "fingerprint_of"]

NAME = "results.jsonl"
_BINARY = getattr(os, "O_BINARY", 0)


class Journal:
    """The results of a run on disk, as a context that keeps other processes out of the folder.

    Parameters
    ----------
    folder : Path
        The run folder; it is made where it is not there.

    Raises
    ------
    InvalidInput
        If the folder cannot be made or read, another process writes into it, or its journal is of something else.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._journal = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _BINARY, 0o644)
        except OSError as slip:
            raise InvalidInput(f"the run folder {folder.name!r} cannot be made: {slip.strerror}") from None
        try:
            _keep_others_out(self._journal, folder)
            self._results = self._found()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *slip: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others in."""
        os.close(self._journal)

    def _found(self) -> dict[str, TaskResult]:
        """What an earlier run has written; the unfinished line of a killed one is cut off."""
        content = self.path.read_bytes()
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
            os.ftruncate(self._journal, whole)
        return found

    def known(self, task: str, fingerprint: str) -> TaskResult | None:
        """The result of a task, where it was written under the same fingerprint."""
        result = self._results.get(task)
        return result if result is not None and result.fingerprint == fingerprint else None

    def write(self, result: TaskResult) -> None:
        """Keep a result: one line, on the disk when this returns.

        Raises
        ------
        InvalidInput
            If it cannot be written: the disk is full. What was written before stays.
        """
        line = json.dumps(result.to_dict(), allow_nan=False).encode() + b"\n"
        before = os.fstat(self._journal).st_size
        try:
            left = line
            while left:  # a disk that is nearly full takes a part, and says so without an error
                left = left[os.write(self._journal, left) :]
            os.fsync(self._journal)
        except OSError as slip:
            with suppress(OSError):
                os.ftruncate(self._journal, before)
            raise InvalidInput(
                f"the journal of the run, {self.path}, cannot be written: {slip.strerror}. What it holds so far "
                "counts: make room, and start the run again"
            ) from None


def _keep_others_out(journal: int, folder: Path) -> None:
    """A lock that ends with its process, however that ends; none where the system has none."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InvalidInput(
            f"another process writes into the run folder {folder.name!r}: wait for it, or name a folder of its own"
        ) from None
    except OSError:  # a file system without locks
        return


def fingerprint_of(
    documents: Iterable[Path | None],
    folders: Iterable[tuple[Path, Path]],
    settings: Mapping[str, Any],
    *,
    most: int = LIMITS.json_bytes,
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
    most : int
        Bytes of a JSON file from which it is told apart as media are: its reader refuses it.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    hashed = [*documents]
    for document in hashed:
        digest.update(b"\0none" if document is None else _of_document(document, most))
    for folder, root in sorted(set(folders)):
        for where, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                path = Path(where, name)
                if path not in hashed and name != NAME:
                    digest.update(f"\0{path.relative_to(root)}".encode(errors="replace") + _of_media(path))
    return digest.hexdigest()[:32]


def _of_document(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            return _of_media(path)
        with path.open("rb") as stream:
            return b"\0" + hashlib.file_digest(stream, "sha256").digest()
    except OSError as slip:  # its reader tells
        return f"\0{slip.errno}".encode()


def _of_media(path: Path) -> bytes:
    try:
        stat = path.stat()
    except OSError:  # a link to nothing, or gone meanwhile
        return b"\0none"
    return f"\0{stat.st_size}\0{stat.st_mtime_ns}".encode()

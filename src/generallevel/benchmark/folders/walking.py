"""The walk through a tree of task folders: in a fixed order, never out of the root, never in a circle.

Hidden folders and what archives leave behind are passed over. A folder behind a symbolic link is entered where it lies
under the root, after all plain ones, and only if no path has led there yet.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generallevel.errors import InvalidInput

__all__ = ["Place", "existing_root", "shown", "walk"]

_LEFT_BEHIND = {"__macosx", "__pycache__", "$recycle.bin", "system volume information"}


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on the way.

    Attributes
    ----------
    path : Path
        The folder.
    parts : tuple of str
        Names of the folders from the root to it; empty for the root.
    files : tuple of str
        Names of the entries that were looked for, sorted; whatever they are.
    trouble : str
        Why it cannot be entered; empty mostly.
    """

    path: Path
    parts: tuple[str, ...]
    files: tuple[str, ...]
    trouble: str = ""

    @property
    def relative(self) -> str:
        """The way from the root for messages, ``"."`` for the root itself."""
        return shown("/".join(self.parts) or ".")


def shown(name: str) -> str:
    """A file name that can be written anywhere: bytes of it that are no text are spelt out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def existing_root(root: Path, what: str) -> Path:
    """A folder that is there.

    Raises
    ------
    InvalidInput
        If there is no such folder.
    """
    try:
        if root.is_dir():
            return root
        kind = "is a file" if root.exists() else "does not exist"
    except (OSError, ValueError) as slip:
        kind = f"cannot be opened ({slip})"
    raise InvalidInput(f"{str(root)!r:.200} {kind}; wanted {what}")


def walk(root: Path, wanted: Callable[[str], bool], is_done: Callable[[Place], bool]) -> Iterator[Place]:
    """The folders of a tree that hold a wanted entry, and those that cannot be entered.

    Parameters
    ----------
    root : Path
        An existing folder.
    wanted : callable
        Whether the name of an entry is one that is looked for.
    is_done : callable
        Whether a folder with wanted entries needs no look further down: it is asked once each was yielded.

    Yields
    ------
    Place
        Parents before children, children by name, what lies behind links at the end.
    """
    base = root.resolve()
    seen: set[tuple[int, int]] = set()
    linked: list[tuple[Path, tuple[str, ...]]] = []
    waiting: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    while waiting or linked:
        path, parts = waiting.pop() if waiting else linked.pop(0)
        try:
            status = path.stat()
            key = (status.st_dev, status.st_ino)
            if key in seen:
                continue
            seen.add(key)
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as slip:
            yield Place(path, parts, (), f"it cannot be entered: {slip.strerror or slip}")
            continue
        files = tuple(entry.name for entry in entries if wanted(entry.name))
        if files:
            place = Place(path, parts, files)
            yield place
            if parts and is_done(place):
                continue
        below: list[tuple[Path, tuple[str, ...]]] = []
        for entry in entries:
            if entry.name.startswith(".") or entry.name.casefold() in _LEFT_BEHIND:
                continue
            way = (path / entry.name, (*parts, entry.name))
            if entry.is_symlink():
                trouble = _beyond(way[0], base)
                if trouble:
                    yield Place(*way, (), trouble)
                elif trouble is not None:
                    linked.append(way)
            elif entry.is_dir(follow_symlinks=False):
                below.append(way)
        waiting += reversed(below)


def _beyond(link: Path, base: Path) -> str | None:
    """Why a link to a folder is not followed; empty where it may be, None where it leads to no folder."""
    try:
        target = link.resolve()
        if not target.is_dir():
            return None
    except (OSError, RuntimeError):  # a circle of links
        return None
    return "" if target.is_relative_to(base) else "it is a symbolic link that leaves the root, and is not followed"

"""Files: the way from a name in a JSON file to a path that may be opened.

Names come from strangers, so a name must be relative, must stay under the root after symbolic links are followed, and
must be a plain file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.errors import InvalidInput, UnsafeFile

__all__ = ["Files"]


@dataclass(frozen=True, slots=True)
class Files:
    """A folder whose files may be opened by the names that a JSON file gives.

    Attributes
    ----------
    root : Path
        What no name may leave.
    folder : Path
        Where relative names start: the folder of the JSON file, at or below `root`.
    limits : Limits
        How much one file may ask for.
    """

    root: Path
    folder: Path
    limits: Limits = LIMITS

    def path(self, name: Any, *, folder: bool = False) -> Path:
        """The path of a file that the JSON names.

        Parameters
        ----------
        name : str
            A relative path with ``/``, from the folder of the JSON file.
        folder : bool, default False
            Whether a folder is wanted (of frames), not a file.

        Returns
        -------
        Path
            Existing, resolved, at or below `root`.

        Raises
        ------
        InvalidInput
            If the name is no text, or nothing of the kind is there.
        UnsafeFile
            If it is absolute, has a ``..`` or a NUL, leaves the root through a symbolic link, or is no plain file.
        """
        kind = "folder" if folder else "file"
        self.check(name, folder=folder)
        try:
            path: Path = (self.folder / name.replace("\\", "/")).resolve()
            found = path.is_dir() if folder else path.is_file()
            there = path.exists()
        except (OSError, RuntimeError) as slip:  # a name that is too long, a loop of links, no permission
            raise InvalidInput(f"{name!r:.80} cannot be opened: {slip.__class__.__name__}") from None
        if not path.is_relative_to(_resolved(self.root)):
            raise UnsafeFile(f"{name!r:.80} leaves {self.root.name}/ through a symbolic link")
        if not found:
            if there:
                raise UnsafeFile(f"{name!r:.80} is no plain {kind}")
            raise InvalidInput(f"there is no {kind} {name!r:.80} in {self.folder.name}/")
        return path

    def check(self, name: Any, *, folder: bool = False) -> None:
        """Nothing, where a name is one that may be looked for at all; the disk is not asked.

        Parameters
        ----------
        name : object
            What the JSON says.
        folder : bool, default False
            Whether a folder is meant, for messages.

        Raises
        ------
        InvalidInput
            If it is no text, or a blank one.
        UnsafeFile
            If it is absolute, has a ``..``, or characters that no name has.
        """
        kind = "folder" if folder else "file"
        if not isinstance(name, str) or not name.strip():
            raise InvalidInput(f"{name!r:.80} is no name of a {kind}; wanted a relative path such as 'images/1.png'")
        if "\0" in name or not _encodable(name):
            raise UnsafeFile(f"{name!r:.80} holds characters that no name of a {kind} can have")
        windows = PureWindowsPath(name)
        if PurePosixPath(name).is_absolute() or windows.drive or windows.root:
            raise UnsafeFile(f"{name!r:.80} is an absolute path; wanted one relative to {self.folder.name}/")
        if ".." in PurePosixPath(name).parts or ".." in windows.parts:
            raise UnsafeFile(f"{name!r:.80} goes up by '..'; wanted a path below {self.folder.name}/")


@lru_cache(maxsize=64)
def _resolved(root: Path) -> Path:
    return root.resolve()


def _encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True

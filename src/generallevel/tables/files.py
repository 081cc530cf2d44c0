"""The bytes of a file that someone else made: bounded, and every slip in its path an error that says so."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from generallevel.errors import BadTable, UnsafeFile

__all__ = ["MAX_FILE_BYTES", "file_bytes"]

MAX_FILE_BYTES = 8 * 2**20  # ours: all of General-Bench is 50 kB as CSV, 100 models side by side 2 MB


def file_bytes(path: str | os.PathLike[str], *, most: int = MAX_FILE_BYTES) -> bytes:
    """The whole content of a regular file.

    Parameters
    ----------
    path : path
        The file.
    most : int
        Bytes that it may hold.

    Returns
    -------
    bytes

    Raises
    ------
    BadTable
        If there is no such file, it is a directory or a device, it cannot be read, or it is empty.
    UnsafeFile
        If it is larger than `most`.
    """
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            kind = "a directory" if Path(path).is_dir() else "not a regular file"
            raise BadTable(f"{os.fspath(path)!r} is {kind}; wanted a file with a table of scores.")
        with Path(path).open("rb") as stream:
            content = stream.read(most + 1)  # counted while reading: a size told beforehand may change
    except FileNotFoundError as error:
        raise BadTable(f"there is no file {os.fspath(path)!r}.") from error
    except (OSError, ValueError) as error:  # no permission, a name too long, a zero byte in it
        raise BadTable(f"{os.fspath(path)!r} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(content) > most:
        raise UnsafeFile(
            f"{os.fspath(path)!r} is larger than {most / 2**20:g} MiB, more than a table of scores can be. "
            "Is it a file of predictions? If it is a table, split it by model."
        )
    if not content:
        raise BadTable(f"{os.fspath(path)!r} is empty.")
    return content

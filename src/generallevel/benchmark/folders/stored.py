"""The bytes of a JSON file that a stranger made: a plain file, gzip or not, counted while it is read and inflated."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.errors import BadTable, UnsafeFile

__all__ = ["stored_bytes"]

_CHUNK = 2**16
_MOST_MEMBERS = 20_000  # ours: block gzip has one for each 64 kB, so 4,096 in 256 MB
_GZIP = b"\x1f\x8b"  # RFC 1952, 2.3.1
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS
_RATIO_FROM = 2**20  # what inflates to less than a megabyte may do so as well as it likes
_NOT_BLOCKING = getattr(os, "O_NONBLOCK", 0)  # a pipe without a writer must not hold the run up
_BINARY = getattr(os, "O_BINARY", 0)


def stored_bytes(path: str | os.PathLike[str], limits: Limits = LIMITS, *, most: int | None = None) -> bytes:
    """The content of a plain file, inflated where it is gzip.

    Parameters
    ----------
    path : path
        The file; whether it is gzip is told by its first bytes.
    limits : Limits
        How much it may hold.
    most : int, optional
        Bytes that are enough: no more than these are read or inflated, and what follows is not looked at.

    Returns
    -------
    bytes

    Raises
    ------
    BadTable
        If there is no such file, it is no plain file, it cannot be read, it is empty, or its gzip stream is damaged or
        cut short.
    UnsafeFile
        If it holds or inflates to more than the limits allow.
    """
    name = Path(path).name
    descriptor = _opened(path, name)
    with os.fdopen(descriptor, "rb") as stream:
        try:
            head = stream.read(_CHUNK if most is None else min(most, _CHUNK))
            if not head:
                raise BadTable(f"{name!r:.120} is empty: was it cut short while it was written?")
            if head.startswith(_GZIP):
                return _inflated(stream, head, name, limits, most)
            if Path(path).suffix.lower() == ".gz":
                raise BadTable(f"{name!r:.120} is not gzip, as its suffix says: wanted .json for plain JSON")
            if most is not None:
                return head + stream.read(max(0, most - len(head)))
            content = head + stream.read(limits.json_bytes + 1 - len(head)) if len(head) <= limits.json_bytes else head
        except OSError as slip:
            raise BadTable(f"{name!r:.120} cannot be read: {slip.strerror or slip}") from None
    if len(content) > limits.json_bytes:
        raise _too_large(name, "holds", limits)
    return content


def _opened(path: str | os.PathLike[str], name: str) -> int:
    """The descriptor of a plain file; what it is, is asked of the open file, so that nothing can be swapped between."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOT_BLOCKING | _BINARY)
    except FileNotFoundError:
        raise BadTable(f"there is no file {name!r:.120} in {str(Path(path).parent)!r:.200}") from None
    except (OSError, ValueError) as slip:  # no permission, a name too long, a zero byte in it
        raise BadTable(f"{name!r:.120} cannot be opened: {getattr(slip, 'strerror', None) or slip}") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        raise BadTable(f"{name!r:.120} is {kind}; wanted a file of JSON")
    return descriptor


def _inflated(stream: BinaryIO, head: bytes, name: str, limits: Limits, most: int | None) -> bytes:
    """What a gzip file holds: one member after the other, counted as it grows; of `most` bytes the first."""
    allowed = limits.json_bytes if most is None else most
    parts: list[bytes] = []
    size = stored = 0
    members = 1
    inflater = zlib.decompressobj(_WITH_GZIP_HEADER)
    waiting = head
    try:
        while waiting and size <= allowed:
            stored += len(waiting)
            while waiting and size <= allowed:
                if inflater.eof:
                    inflater = zlib.decompressobj(_WITH_GZIP_HEADER)
                    members += 1
                parts.append(inflater.decompress(waiting, allowed + 1 - size))
                size += len(parts[-1])
                if size > max(_RATIO_FROM, limits.ratio * stored):
                    raise UnsafeFile(f"{name!r:.120} inflates more than {limits.ratio} times: no file of answers does")
                waiting = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
                waiting = waiting.lstrip(b"\0") if inflater.eof else waiting  # padding, as tapes add
            if members > _MOST_MEMBERS or stored > limits.json_bytes:
                raise _too_large(name, "holds", limits)
            waiting = stream.read(_CHUNK)
    except zlib.error as slip:
        if most is None or not size:
            raise BadTable(f"{name!r:.120} is no whole gzip file ({slip}): was it damaged while copying?") from None
    content = b"".join(parts)
    if most is not None:
        return content[:most]
    if size > allowed:
        raise _too_large(name, "inflates to", limits)
    if not inflater.eof:
        raise BadTable(f"{name!r:.120} ends in the middle of its gzip stream: was it cut short while copying?")
    if not content:
        raise BadTable(f"{name!r:.120} is gzip of nothing: was it cut short while it was written?")
    return content


def _too_large(name: str, verb: str, limits: Limits) -> UnsafeFile:
    return UnsafeFile(
        f"{name!r:.120} {verb} more than {limits.json_bytes / 2**20:.4g} MiB of JSON. "
        "Limits(json_bytes=...) raises that for files that you trust."
    )

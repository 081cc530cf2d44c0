"""Unpacking: from the archive of a stranger to a folder of files that are what its manifest says.

Everything is checked on the directory of the archive before a byte is inflated, and counted again while it is: what the
directory says is the stranger's word. Nothing that an archive can hold is ever followed or executed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from generallevel.benchmark.closed.entries import (
    ARCHIVE_LIMITS,
    MANIFEST,
    ArchiveLimits,
    flaw_of_name,
    same_on_any_disk,
)
from generallevel.benchmark.closed.manifest import Manifest
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.errors import InvalidInput, UnsafeFile

__all__ = ["file_hash", "unpack_submission"]

_CHUNK = 2**20
_RATIO_FROM = 2**20  # what inflates to less than a megabyte may do so as well as it likes
_ENTRY = b"PK\x01\x02"  # APPNOTE 4.3.12: the signature of each entry of the directory
_END = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16: the end of the directory
_LOCATOR = b"PK\x06\x07"  # APPNOTE 4.3.15: it says that a longer end stands before
_LOCATOR_BYTES = 20
_LONG_END = struct.Struct("<4sQ2H2L4Q")  # APPNOTE 4.3.14
_LOCAL_HEADER_BYTES = 30  # APPNOTE 4.3.7, without the name
_SECRET = 0x1 | 0x40 | 0x2000  # APPNOTE 4.4.4: encrypted, strongly encrypted, masked
_UTF8 = 0x800  # APPNOTE 4.4.4: the name is UTF-8
_ENTRY_BYTES = 1024  # ours: of one entry of the directory, its name of at most 512 bytes included

# What zipfile and zlib raise on archives that are damaged or crafted.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


def unpack_submission(
    archive: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    places: Mapping[str, tuple[str, ...]] | None = None,
    limits: Limits = LIMITS,
    archive_limits: ArchiveLimits = ARCHIVE_LIMITS,
) -> Manifest:
    """The manifest of an archive whose files now lie in a folder, each checked against it.

    Parameters
    ----------
    archive : path
        What `make_submission` wrote, or what a stranger says it did.
    folder : path
        An empty folder, or one that is to be made.
    places : mapping of task id to parts, optional
        The folder of each task, from `folder`; files of other tasks are checked and left out. By default each task lies
        in the folder of its name in the archive.
    limits : Limits
        How much one file may hold.
    archive_limits : ArchiveLimits
        How much the archive may.

    Returns
    -------
    Manifest

    Raises
    ------
    UnsafeFile
        If it holds what no submission holds: a path that leads elsewhere, a link, a folder, two files that are one on
        some disk, an encrypted member, more or larger files than the limits allow, sizes that lie, a file that is not
        what the manifest says.
    InvalidInput
        If it is no archive, a damaged one, or one without a manifest; if the folder is not empty, or the disk is full.

    Notes
    -----
    After an error the folder may hold some of the files; none of them should be used.
    """
    path, into = Path(archive), Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise InvalidInput(f"the folder {into.name!r:.80} is not empty: files of two submissions would be mixed")
    with _opened(path, archive_limits) as stream:
        try:
            unpacked = zipfile.ZipFile(stream)
        except _DAMAGE as slip:
            raise _damaged(path.name, str(slip)) from None
        with unpacked:
            entries = _checked(unpacked.infolist(), path.name, limits, archive_limits)
            if MANIFEST not in entries:
                raise InvalidInput(f"{path.name!r:.80} has no {MANIFEST}: wanted an archive that make_submission wrote")
            free, needed = shutil.disk_usage(into).free, sum(entry.file_size for entry in entries.values())
            if needed > free:
                raise InvalidInput(f"{path.name!r:.80} inflates to {needed:,} bytes, and the disk has {free:,} left")
            _inflate(unpacked, entries.pop(MANIFEST), into / MANIFEST, path.name)
            manifest = Manifest.read(into / MANIFEST, limits, archive_limits)
            (into / MANIFEST).unlink()
            _refuse_other_members(entries, manifest, path.name)
            for name, task, file in manifest.members:
                parts = (task.folder,) if places is None else places.get(task.task)
                target = None if parts is None else into.joinpath(*parts, *file.name.split("/"))
                if _inflate(unpacked, entries[name], target, path.name) != file.sha256:
                    raise UnsafeFile(f"{path.name!r:.80}: {name!r:.120} is not the file whose hash the manifest has")
    return manifest


def _opened(path: Path, limits: ArchiveLimits) -> BinaryIO:
    """The archive, open, after a look at the end of its directory."""
    try:
        stream = path.open("rb")
    except (OSError, ValueError) as slip:
        raise InvalidInput(f"{path.name!r:.80} cannot be opened: {getattr(slip, 'strerror', None) or slip}") from None
    try:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise InvalidInput(f"{path.name!r:.80} is no plain file; wanted an archive that make_submission wrote")
        if status.st_size > limits.archive_bytes:
            raise UnsafeFile(
                f"{path.name!r:.80} has {status.st_size:,} bytes; at most {limits.archive_bytes:,} are read"
            )
        _check_end(stream, status.st_size, path.name, limits)
    except BaseException:
        stream.close()
        raise
    return stream


def _check_end(stream: BinaryIO, size: int, name: str, limits: ArchiveLimits) -> None:
    """Refuse a directory that is too large before anything is made of its entries, which are counted, not believed."""
    before = min(size, _END.size + _LOCATOR_BYTES + _LONG_END.size)
    stream.seek(size - before)
    tail = stream.read(before)
    end = tail[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06") or not end.endswith(b"\0\0"):
        raise InvalidInput(
            f"{name!r:.80} does not end as a zip archive without a comment does: cut short, or another file?"
        )
    directory = _END.unpack(end)[5]
    if tail[-_END.size - _LOCATOR_BYTES :].startswith(_LOCATOR) and len(tail) == before:
        long_end = tail[: _LONG_END.size]
        if len(long_end) == _LONG_END.size and long_end.startswith(b"PK\x06\x06"):
            directory = max(0 if directory == 2**32 - 1 else directory, _LONG_END.unpack(long_end)[8])
    if directory > min(size, limits.members * _ENTRY_BYTES):
        raise UnsafeFile(
            f"{name!r:.80} has a directory of {directory:,} bytes, more than {limits.members:,} files need"
        )
    start = max(0, size - before - directory)
    stream.seek(start)
    if stream.read(size - start).count(_ENTRY) > limits.members + 1:
        raise UnsafeFile(f"{name!r:.80} holds more than {limits.members:,} files")
    stream.seek(0)


def _checked(
    listed: list[zipfile.ZipInfo], name: str, limits: Limits, archive_limits: ArchiveLimits
) -> dict[str, zipfile.ZipInfo]:
    """The entries by name, where each of them is one that a submission may have."""
    entries: dict[str, zipfile.ZipInfo] = {}
    seen: dict[str, str] = {}
    total = 0
    for entry in listed:
        member = entry.orig_filename
        slip = flaw_of_name(member, archive_limits) or _flaw_of_entry(entry, limits)
        if slip is not None:
            raise UnsafeFile(f"{name!r:.80} holds {member!r:.80}, which no submission does: {slip}")
        key = same_on_any_disk(member)
        if key in seen:
            raise UnsafeFile(
                f"{name!r:.80} holds {seen[key]!r:.80} and {member!r:.80}, which are one file on some disk"
            )
        seen[key] = member
        entries[member] = entry
        total += entry.file_size
    if total > archive_limits.total_bytes:
        raise UnsafeFile(f"{name!r:.80} inflates to {total:,} bytes; at most {archive_limits.total_bytes:,} are taken")
    for key, member in seen.items():
        above = key.rpartition("/")[0]
        while above:
            if above in seen:
                raise UnsafeFile(f"{name!r:.80} holds {seen[above]!r:.80} as a file, and {member!r:.80} below it")
            above = above.rpartition("/")[0]
    _refuse_overlaps(listed, name)
    return entries


def _flaw_of_entry(entry: zipfile.ZipInfo, limits: Limits) -> str | None:
    """Why an entry cannot be a file of predictions, by what the directory says of it."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a symbolic link" if kind == stat.S_IFLNK else "it is no plain file"
    if entry.flag_bits & _SECRET:
        return "it is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"it is packed by method {entry.compress_type}; wanted stored or deflated"
    if not entry.flag_bits & _UTF8 and not entry.orig_filename.isascii():
        return "its name is not marked as UTF-8"
    if entry.file_size > limits.file_bytes:
        return f"it inflates to {entry.file_size:,} bytes; at most {limits.file_bytes:,} are taken"
    if entry.file_size > max(_RATIO_FROM, limits.ratio * entry.compress_size):
        return f"it inflates more than {limits.ratio} times"
    return None


def _refuse_overlaps(listed: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse members that share bytes: a few of them can stand for a thousand times as many."""
    end = 0
    for entry in sorted(listed, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise UnsafeFile(f"{name!r:.80} holds members that share bytes, such as {entry.orig_filename!r:.80}")
        end = entry.header_offset + _LOCAL_HEADER_BYTES + len(entry.orig_filename.encode()) + entry.compress_size


def _refuse_other_members(entries: Mapping[str, zipfile.ZipInfo], manifest: Manifest, name: str) -> None:
    """Refuse an archive that holds another set of files, or other sizes, than its manifest says."""
    said = {member: file.size for member, _, file in manifest.members}
    for kind, members in (("holds", entries.keys() - said.keys()), ("lacks", said.keys() - entries.keys())):
        if members:
            which = "its manifest does not name" if kind == "holds" else "its manifest names"
            raise UnsafeFile(f"{name!r:.80} {kind} {min(members)!r:.120}, which {which}: {len(members)} such files")
    for member, size in said.items():
        if entries[member].file_size != size:
            raise UnsafeFile(f"{name!r:.80}: {member!r:.120} has not the {size:,} bytes that the manifest says")


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path | None, name: str) -> str:
    """Write a member to a file that is not there yet, or to none, and return its hash."""
    digest, size = hashlib.sha256(), 0
    try:
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, Path(target or os.devnull).open("wb" if target is None else "xb") as out:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > entry.file_size:
                    raise UnsafeFile(f"{name!r:.80}: {entry.orig_filename!r:.120} is larger than the directory says")
                digest.update(chunk)
                out.write(chunk)
    except UnsafeFile:
        raise
    except _DAMAGE as slip:
        raise _damaged(name, f"{entry.orig_filename!r:.120}: {slip}") from None
    if size != entry.file_size:
        raise _damaged(name, f"{entry.orig_filename!r:.120} is smaller than the directory says")
    return digest.hexdigest()


def file_hash(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _damaged(name: str, detail: str) -> InvalidInput:
    return InvalidInput(f"{name!r:.80} is no whole archive ({detail}). Was it cut short while copying? Send it again.")

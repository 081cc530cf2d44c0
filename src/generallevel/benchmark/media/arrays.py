"""Arrays from .npy and .npz files, plain or in gzip; nothing is ever unpickled.

What a header says is checked before memory is taken for it: against the limits, and against the bytes that are there.

Source: NEP 1, "A simple file format for NumPy arrays"; APPNOTE 6.3.10 for the directory of a zip archive.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.stored import (
    HEAD,
    bounded,
    content,
    decoding,
    head_of,
    mebibytes,
    stored_bytes,
    unfit,
)
from generallevel.errors import InvalidInput, UnknownName, UnsafeFile, did_you_mean

__all__ = ["array_names", "doubles", "gunzipped", "read_array", "read_arrays"]

WANTED = "an array of real numbers (.npy, .npz, or .gz of one)"
NPY, ZIP, GZIP = b"\x93NUMPY", (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
MOST_HEADER = 10_000  # bytes, as NumPy itself has it
MOST_MEMBERS = 1_024  # ours: arrays in one .npz
MOST_DIRECTORY = 2**20  # ours: bytes of a zip directory
KINDS = "buif"  # of dtypes: truths, whole numbers, real numbers
ENCRYPTED = 1  # bit 0 of a member's flags, APPNOTE 4.4.4
END, END64 = b"PK\x05\x06", b"PK\x06\x07"  # APPNOTE 4.3.16 and 4.3.15
END_SIZE, END64_SIZE, MOST_COMMENT = 22, 20, 2**16 - 1
FREE_BYTES = 2**20  # a compressed file below a megabyte may inflate as if it had one
GZIP_MEMBER = 16 + zlib.MAX_WBITS  # what zlib takes a gzip member with its checksum for
MOST_GZIP_MEMBERS = 100_000  # ours: block gzip has one for each 64 kB, so 33,000 in 2 GB
CHUNK = 2**16  # bytes that are inflated or copied at once


def read_array(path: Path, key: str | None = None, *, limits: Limits = LIMITS) -> NDArray[Any]:
    """An array of real numbers from a file.

    Parameters
    ----------
    path : Path
        A ``.npy`` or ``.npz`` file, or a ``.gz`` of one; which it is, its first bytes say.
    key : str, optional
        Which array of an ``.npz``; not needed where there is one.
    limits : Limits
        How much may be stored, and inflated.

    Returns
    -------
    ndarray
        Boolean, integer or floating as stored, in the machine's byte order, of any shape; NaN and infinities are kept,
        since what they mean is the metric's to say.

    Raises
    ------
    UnsafeFile
        If it is too large, stored or inflated, or its directory is not that of a file of arrays.
    UnknownName
        If `key` names no array, or names none of several.
    InvalidInput
        If it is another file, is damaged, or holds objects, text, complex numbers or records.
    """
    head = head_of(path, limits, WANTED)
    if head.startswith(NPY):
        return _stored_array(path, limits)
    if head.startswith(ZIP):
        with path.open("rb") as file:
            return _from_archive(file, path, key, limits)
    if head.startswith(GZIP):
        inflated = gunzipped(path, limits, WANTED)
        if inflated.startswith(NPY):
            return _streamed(io.BytesIO(inflated), len(inflated), path.name, limits)
        if inflated.startswith(ZIP):
            return _from_archive(io.BytesIO(inflated), path, key, limits)
        raise unfit(path, inflated[:HEAD], f"{WANTED}; this is what the gzip file holds")
    raise unfit(path, head, WANTED, "Save it with numpy.save or numpy.savez.")


def array_names(path: Path, *, limits: Limits = LIMITS) -> tuple[str, ...]:
    """The names of the arrays in an ``.npz``; none for another file. Raises as `read_array` does."""
    if not head_of(path, limits, WANTED).startswith(ZIP):
        return ()
    with path.open("rb") as file:
        return tuple(_members(file, path)[1])


def read_arrays(path: Path, keys: tuple[str, ...], *, limits: Limits = LIMITS) -> tuple[NDArray[Any], ...]:
    """Several arrays of one ``.npz``, in the order of their names. Raises as `read_array` does."""
    return tuple(read_array(path, key, limits=limits) for key in keys)


def doubles(array: NDArray[Any]) -> NDArray[np.float64]:
    """The numbers in double precision; NaN of a signalling kind, which damaged files hold, becomes one without a word.

    >>> doubles(np.array([0x7FA00000], dtype=np.uint32).view(np.float32))
    array([nan])
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(array, dtype=np.float64)


def gunzipped(path: Path, limits: Limits, wanted: str) -> bytes:
    """What a gzip file holds, inflated under the limits.

    Parameters
    ----------
    path : Path
        A gzip file, of one member or several.
    limits : Limits
        Of which `array_bytes` and `ratio` bound what it inflates to.
    wanted : str
        What it should hold, for messages.

    Returns
    -------
    bytes

    Raises
    ------
    UnsafeFile
        If it inflates to more.
    InvalidInput
        If it is damaged or cut short.
    """
    data = memoryview(content(path, limits, wanted))
    most = min(limits.array_bytes, limits.ratio * max(len(data), FREE_BYTES))
    parts: list[bytes] = []
    place = total = members = 0
    inflater = None
    while place < len(data):
        if inflater is None or inflater.eof:
            inflater, members = zlib.decompressobj(wbits=GZIP_MEMBER), members + 1
        chunk = data[place : place + CHUNK]
        with decoding(path, wanted):
            parts.append(inflater.decompress(chunk, most - total + 1))
        total += len(parts[-1])
        place += len(chunk) - len(inflater.unused_data) - len(inflater.unconsumed_tail)
        if total > most or members > MOST_GZIP_MEMBERS:
            raise UnsafeFile(
                f"{path.name} has {len(data):,} bytes and inflates to more than {mebibytes(most)}, or is of more than "
                f"{MOST_GZIP_MEMBERS:,} parts; wanted {wanted}. If you trust the file, raise Limits.array_bytes."
            )
        while inflater.eof and place < len(data) and not data[place]:
            place += 1  # padding with zeros is allowed
    if inflater is None or not inflater.eof:
        raise InvalidInput(f"{path.name} is a gzip file that is cut short; wanted {wanted}. Write it again.")
    return b"".join(parts)


def _stored_array(path: Path, limits: Limits) -> NDArray[Any]:
    size = stored_bytes(path, limits, WANTED)
    with path.open("rb") as file:
        dtype, fortran, shape = _header(file, path.name)
        _fits(dtype, shape, size - file.tell(), path.name, limits)
        with decoding(path, WANTED):
            flat = np.fromfile(file, dtype=dtype, count=math.prod(shape))
    return _shaped(flat, dtype, fortran, shape, path.name)


def _streamed(file: IO[bytes], size: int, name: str, limits: Limits) -> NDArray[Any]:
    """The array of a stream of so many bytes."""
    dtype, fortran, shape = _header(file, name)
    _fits(dtype, shape, size - file.tell(), name, limits)
    flat = np.empty(math.prod(shape), dtype=dtype)
    room = flat.view(np.uint8).data
    place = 0
    while part := file.read(CHUNK):
        if place + len(part) > len(room):
            break
        room[place : place + len(part)] = part
        place += len(part)
    if place != len(room) or part:
        raise InvalidInput(f"{name} is not as long as is said of it: it is damaged; wanted {WANTED}")
    return _shaped(flat, dtype, fortran, shape, name)


def _header(file: IO[bytes], name: str) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    """What the header of an array says; the file then stands at the first number."""
    from numpy.lib import format as npy

    with decoding(Path(name), WANTED):
        version = npy.read_magic(file)
        if version == (1, 0):
            shape, fortran, dtype = npy.read_array_header_1_0(file, max_header_size=MOST_HEADER)
        elif version == (2, 0):
            shape, fortran, dtype = npy.read_array_header_2_0(file, max_header_size=MOST_HEADER)
        else:
            raise InvalidInput(f"{name} is of .npy version {version[0]}.{version[1]}, which only records need")
    if dtype.hasobject:
        raise InvalidInput(
            f"{name} holds Python objects, which could run code when they are read; wanted real numbers. Rows of "
            "several lengths make such an array: store each row as an array of its own."
        )
    if dtype.kind not in KINDS or dtype.itemsize == 0:
        raise InvalidInput(f"{name} holds {dtype}; wanted {WANTED}")
    if any(isinstance(side, bool) or side < 0 for side in shape):
        raise InvalidInput(f"{name} says that its shape is {shape}; no side can be negative")
    return dtype, fortran, shape


def _fits(dtype: np.dtype[Any], shape: tuple[int, ...], there: int, name: str, limits: Limits) -> None:
    needed = dtype.itemsize * math.prod(shape)
    bounded(needed, limits.array_bytes, f"{name} says that it holds", "bytes", "Limits.array_bytes")
    if needed != there:
        more = "ends too early" if there < needed else "holds more than its array"
        raise InvalidInput(
            f"{name} {more}: shape {shape} of {dtype} takes {needed:,} bytes, and {there:,} are there; wanted {WANTED}"
        )


def _shaped(flat: NDArray[Any], dtype: np.dtype[Any], fortran: bool, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    if len(flat) != math.prod(shape):
        raise InvalidInput(f"{name} ends too early: wanted {WANTED}")
    if dtype.kind == "b" and flat.size and flat.view(np.uint8).max() > 1:
        raise InvalidInput(f"{name} holds truths that are neither 0 nor 1: it is damaged")
    if not dtype.isnative:
        flat = flat.astype(dtype.newbyteorder("="))
    return flat.reshape(shape, order="F" if fortran else "C")


def _from_archive(file: BinaryIO, path: Path, key: str | None, limits: Limits) -> NDArray[Any]:
    archive, members = _members(file, path)
    entry = members[_chosen(members, key, path)]
    name = f"{path.name}[{entry.filename.removesuffix('.npy')!r}]"
    most = min(limits.array_bytes, limits.ratio * max(entry.compress_size, FREE_BYTES))
    bounded(entry.file_size, most, f"{name} inflates to", "bytes", "Limits.array_bytes or Limits.ratio")
    # The stream ends where the directory says, and then the checksum is compared.
    with decoding(path, WANTED), archive.open(entry) as member:
        assert isinstance(member, zipfile.ZipExtFile)
        head = member.peek(HEAD)[:HEAD]
        if not head.startswith(NPY):
            raise unfit(Path(name), head, WANTED)
        return _streamed(member, entry.file_size, name, limits)


def _members(file: BinaryIO, path: Path) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """The archive, and its members by the names of their arrays."""
    _small_directory(file, path)
    with decoding(path, WANTED):
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = entry.filename.removesuffix(".npy")
        if name in members:
            raise UnsafeFile(f"{path.name} has two arrays called {name!r:.80}: which one counts is not told")
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InvalidInput(
                f"{path.name} has {name!r:.80} encrypted or packed by method {entry.compress_type}; wanted an archive "
                "as numpy.savez and numpy.savez_compressed write it"
            )
        members[name] = entry
    if not members:
        raise InvalidInput(f"{path.name} is an archive without any array; wanted {WANTED}")
    return archive, members


def _small_directory(file: BinaryIO, path: Path) -> None:
    """Refuse a directory of millions of members before it is read: zipfile makes an object of each."""
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - END_SIZE - MOST_COMMENT - END64_SIZE)
    file.seek(start)
    tail = file.read()
    # As zipfile looks: at the very end, and only then before a comment.
    place = len(tail) - END_SIZE if tail[-END_SIZE:].startswith(END) and tail.endswith(b"\0\0") else tail.rfind(END)
    if place < 0 or len(tail) - place < END_SIZE:
        raise InvalidInput(f"{path.name} is a zip archive without its directory: it is cut short; wanted {WANTED}")
    members, directory = struct.unpack_from("<HL", tail, place + 10)
    if place >= END64_SIZE and tail[place - END64_SIZE :].startswith(END64):
        raise UnsafeFile(f"{path.name} has the directory of an archive beyond 4 GiB (zip64); wanted {WANTED}")
    if members > MOST_MEMBERS or directory > MOST_DIRECTORY:
        raise UnsafeFile(f"{path.name} has {members:,} members; at most {MOST_MEMBERS:,} arrays are read from one file")
    file.seek(0)


def _chosen(members: dict[str, zipfile.ZipInfo], key: str | None, path: Path) -> str:
    if key is None and len(members) == 1:
        return next(iter(members))
    if key is None:
        raise UnknownName(f"{path.name} holds {len(members)} arrays ({_listed(members)}): name one of them")
    wanted = key.removesuffix(".npy")
    if wanted not in members:
        raise UnknownName(
            f"{path.name} has no array {wanted!r:.80}; it has {_listed(members)}.{did_you_mean(wanted, members)}"
        )
    return wanted


def _listed(members: dict[str, zipfile.ZipInfo], most: int = 8) -> str:
    names = [f"{name!r:.40}" for name in members]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")

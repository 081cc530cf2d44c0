"""What a workbook's zip archive holds, inflated under a limit before any reader sees it.

A zip can promise little and inflate to much: 0.8 MB to 300 MB with honest headers, more with lying ones. So each part
that matters is inflated here, counted as it grows and checked against what the directory says of it, and the reader of
workbooks gets a fresh archive of exactly these bytes. Parts that no score stands in (pictures, themes, macros) are left
behind.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

from generallevel.errors import BadTable, UnsafeFile
from generallevel.tables.files import file_bytes

__all__ = ["inflated_parts", "packed"]

# Ours. The released workbooks have 18 parts, 204 kB in all and at most 52 kB each, deflated to between 1/3 and 1/6.
MAX_PARTS = 256
MAX_PART_BYTES = 8 * 2**20
MAX_TOTAL_BYTES = 16 * 2**20
MAX_RATIO = 200  # of inflated to deflated bytes; deflate itself ends at 1,032
_RATIO_FROM = 2**20  # a part below a megabyte may deflate as well as it likes

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB 2.2, the signature of compound files
_ENTRY = b"PK\x01\x02"  # APPNOTE 4.3.12, the signature of each entry of a zip directory
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # APPNOTE 4.3.7
_ENCRYPTED = 1  # bit 0 of the flags, APPNOTE 4.4.4
_NEEDED = ("[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/sharedstrings.xml", "xl/styles.xml")
_NEEDED_FOLDERS = ("xl/_rels/", "xl/worksheets/")


def inflated_parts(path: str | os.PathLike[str]) -> dict[str, bytes]:
    """The parts of a workbook that its cells need, by name.

    Parameters
    ----------
    path : path
        An ``.xlsx`` file.

    Returns
    -------
    dict of str to bytes
        At most 8 MiB each and 16 MiB together.

    Raises
    ------
    BadTable
        If the file is no zip archive or a damaged one, or an older or encrypted kind of workbook.
    UnsafeFile
        If it has too many parts, two of one name, or parts that inflate to more than the limits, whatever its headers
        say.
    """
    name = Path(path).name
    content = file_bytes(path)
    if content.startswith(_OLE):
        raise BadTable(f"{name} is an old .xls workbook or one with a password. Save it as .xlsx, without a password.")
    if not content.startswith(b"PK"):
        raise BadTable(f"{name} is not an .xlsx workbook, which is a zip archive. Is it a CSV file of another name?")
    if content.count(_ENTRY) > MAX_PARTS:
        raise UnsafeFile(f"{name} has more than {MAX_PARTS} parts, more than a workbook of scores can have.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise _damaged(name, str(error)) from None
    parts: dict[str, bytes] = {}
    seen: set[str] = set()
    total = 0
    for entry in entries:
        key = entry.filename.lower()
        if key in seen:
            raise UnsafeFile(f"{name} has two parts called {entry.filename!r}: which one counts is not told.")
        seen.add(key)
        if key not in _NEEDED and not (key.startswith(_NEEDED_FOLDERS) and key.endswith((".xml", ".rels"))):
            continue
        parts[entry.filename] = _inflated(content, entry, name, min(MAX_PART_BYTES, MAX_TOTAL_BYTES - total))
        total += len(parts[entry.filename])
    return parts


def _inflated(content: bytes, entry: zipfile.ZipInfo, name: str, most: int) -> bytes:
    """One part, inflated to at most `most` bytes and to exactly what its entry says."""
    if entry.flag_bits & _ENCRYPTED:
        raise BadTable(f"{name} is encrypted. Save it without a password.")
    start = entry.header_offset
    header = content[start : start + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise _damaged(name, f"no part where {entry.filename!r} should start")
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start += _LOCAL_HEADER.size + name_length + extra_length
    packed_bytes = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        inflated, ended = packed_bytes[: most + 1], True
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            inflated = inflater.decompress(packed_bytes, most + 1)
        except zlib.error as error:
            raise _damaged(name, f"{entry.filename!r}: {error}") from None
        ended = inflater.eof
    else:
        raise BadTable(f"{name} is packed by method {entry.compress_type}; wanted a plain .xlsx (stored or deflated).")
    if len(inflated) > most:
        raise UnsafeFile(
            f"{name} holds {entry.filename!r}, which inflates to more than {most / 2**20:.3g} MiB: no table of scores "
            "needs that. If it is one, save only the sheets of scores."
        )
    if len(inflated) > max(_RATIO_FROM, MAX_RATIO * len(packed_bytes)):
        raise UnsafeFile(f"{name} holds {entry.filename!r}, which inflates more than {MAX_RATIO} times.")
    if not ended or len(inflated) != entry.file_size or zlib.crc32(inflated) != entry.CRC:
        raise _damaged(name, f"{entry.filename!r} is not what the directory says of it")
    return inflated


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    """A fresh archive of the parts, stored and not deflated."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content)
    stream.seek(0)
    return stream


def _damaged(name: str, detail: str) -> BadTable:
    return BadTable(f"{name} is not a whole .xlsx workbook ({detail}). Was it cut short while copying? Save it again.")

"""Files as they are stored: their bytes under a limit, what they really are, and the errors of decoders as ours.

A reader names three things in an error: the file, what was found in it, and what was wanted. What a file is, its first
bytes say; its suffix is what a submitter wrote.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generallevel.benchmark.folders.limits import Limits
from generallevel.errors import GeneralLevelError, InvalidInput, UnsafeFile

__all__ = ["bounded", "content", "decoding", "found_in", "head_of", "mebibytes", "stored_bytes", "unfit"]

HEAD = 64  # bytes that tell what a file is
WAVE, AVI, WEBP = b"WAVE", b"AVI ", b"WEBP"

# The signatures that files of these kinds open with, each from the specification of its format.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"BM", "a BMP image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"PK\x03\x04", "a zip archive (.npz, perhaps)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"PIEH", "an optical flow (.flo)"),
    (b"MThd", "a MIDI file"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg stream"),
    (b"ID3", "an MP3 recording"),
    (b"\xff\xfb", "an MP3 recording"),
    (b"ply\n", "a PLY file"),
    (b"ply\r", "a PLY file"),
    (b"glTF", "a binary glTF file"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (b"%PDF", "a PDF document"),
    *((bytes([0x80, protocol]), "a Python pickle, which is never opened") for protocol in range(2, 6)),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"version https://git-lfs", "a pointer to a file that Git LFS holds (the file itself was not fetched)"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
)
RIFF = {WAVE: "a WAV recording", AVI: "an AVI video", WEBP: "a WebP image", b"RMID": "a MIDI file in a RIFF wrapper"}


def stored_bytes(path: Path, limits: Limits, wanted: str) -> int:
    """The size of a file in bytes, at most the limit.

    Parameters
    ----------
    path : Path
        A file.
    limits : Limits
        Of which `file_bytes` counts.
    wanted : str
        What it should be, for messages: "a PNG image".

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    UnsafeFile
        If it is larger.
    InvalidInput
        If it is no file, or empty.
    """
    try:
        size = path.stat().st_size
        plain = path.is_file()
    except OSError as slip:
        raise InvalidInput(f"{path.name} cannot be opened ({slip.__class__.__name__}); wanted {wanted}") from None
    if not plain:
        raise InvalidInput(f"{path.name} is a {'folder' if path.is_dir() else 'special file'}; wanted {wanted}")
    if not size:
        raise InvalidInput(f"{path.name} is an empty file; wanted {wanted}. Was it cut short while writing?")
    bounded(size, limits.file_bytes, f"{path.name} has", "bytes", "Limits.file_bytes")
    return size


def head_of(path: Path, limits: Limits, wanted: str) -> bytes:
    """The first 64 bytes of a file, which tell what it is. Raises as `stored_bytes` does."""
    stored_bytes(path, limits, wanted)
    with decoding(path, wanted), path.open("rb") as file:
        return file.read(HEAD)


def content(path: Path, limits: Limits, wanted: str) -> bytes:
    """All bytes of a file. Raises as `stored_bytes` does."""
    size = stored_bytes(path, limits, wanted)
    with decoding(path, wanted), path.open("rb") as file:
        data = file.read(size + 1)
    if len(data) != size:
        raise InvalidInput(f"{path.name} changed while it was read; wanted {wanted}")
    return data


def bounded(amount: float, most: float, subject: str, unit: str, limit: str) -> None:
    """Nothing, where an amount is within its limit.

    Raises
    ------
    UnsafeFile
        If it is not: "a.png says that it has 10,000,000,000 pixels; at most 67,108,864 are read ...".
    """
    if amount > most:
        raise UnsafeFile(
            f"{subject} {_plain(amount)} {unit}; at most {_plain(most)} are read. If you trust the file, raise {limit}."
        )


def mebibytes(size: float) -> str:
    """A size for a message: ``"12.5 MiB"``."""
    return f"{size / 2**20:,.4g} MiB"


def found_in(head: bytes) -> str:
    """What a file is, by its first bytes.

    Examples
    --------
    >>> found_in(b"RIFF....WAVEfmt ")
    'a WAV recording'
    >>> found_in(b"hello")
    "text that opens with 'hello'"
    """
    if not head:
        return "an empty file"
    if head[:4] in (b"RIFF", b"RF64", b"RIFX"):
        return RIFF.get(head[8:12], "a RIFF file")
    if head[4:8] == b"ftyp":
        return "an MP4 or QuickTime file"
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    opening = head[:24]
    if all(byte in b"\t\r\n" or 0x20 <= byte < 0x7F for byte in head):
        return f"text that opens with {opening.decode('ascii')!r}"
    return f"something that opens with the bytes {opening[:8].hex(' ')}"


def unfit(path: Path, head: bytes, wanted: str, way_out: str = "") -> InvalidInput:
    """The error for a file that is another kind of file than is wanted."""
    return InvalidInput(f"{path.name} is {found_in(head)}; wanted {wanted}.{way_out and ' ' + way_out}")


@contextmanager
def decoding(path: Path, wanted: str) -> Iterator[None]:
    """A block in which a library decodes a stranger's file: whatever it raises becomes `InvalidInput`.

    Libraries raise a dozen types of errors for damaged files, and warn; a warning is not for the user here, because
    what it is about is checked by us or costs the item anyway. Nothing but the call of the library should stand within.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except GeneralLevelError:
        raise
    except MemoryError as slip:
        raise UnsafeFile(f"{path.name} asks for more memory than there is; wanted {wanted}") from slip
    except Exception as slip:
        detail = " ".join(str(slip).split()) or slip.__class__.__name__
        raise InvalidInput(
            f"{path.name} is damaged, and no {wanted.partition(' ')[2] or wanted} can be read from it "
            f"({detail:.160}). Was it cut short while copying? Write it again."
        ) from slip


def _plain(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.6g}"

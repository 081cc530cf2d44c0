"""Pixels of one image as they are stored, decoded by Pillow after a look at the header.

Pillow opens 16-bit PNG of several channels as 8 bits without a word, and stretches grey of 2 and 4 bits; both are put
right here. The lanes of bytes of a PNG are filtered apart from each other, so one of 16 bits is two of 8 bits: that of
the high bytes and that of the low ones, which Pillow decodes as fast as any.

Source: W3C, "Portable Network Graphics (PNG) Specification", third edition.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media.stored import bounded, content, decoding, unfit
from generallevel.errors import InvalidInput, MissingExtra, UnsafeFile

__all__ = ["Picture", "is_picture", "read_picture"]

WANTED = "a PNG, JPEG, BMP or WebP image"
PNG = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # colour types of PNG, table 8 of the specification
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
MOST_TEXT = 2**20  # bytes that a note or colour profile may inflate to: what Pillow allows for one
CHUNK_HEADER = struct.Struct(">L4s")
HEADER = struct.Struct(">LLBBBBB")
STRETCHED = {2: 85, 4: 17}  # what Pillow multiplies grey of few bits by
KEPT_MODES = ("1", "L", "P", "RGB", "LA", "RGBA", "I;16")


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """The stored pixels of an image.

    Attributes
    ----------
    pixels : ndarray of uint8, uint16 or bool, shape (H, W) or (H, W, channels)
        Truths for 1-bit grey, numbers of colours for a palette, else grey, grey and alpha, RGB, or RGBA.
    palette : ndarray of uint8, shape (k, 4), or None
        The RGBA of each number, for a palette.
    top : int
        The greatest value that a pixel could have: 1, 3, 15, 255 or 65535.
    kind : str
        What the file is: ``PNG``, ``JPEG``, ``BMP`` or ``WEBP``.
    keyed : bool
        Whether one grey or colour is declared to be transparent.
    """

    pixels: NDArray[Any]
    palette: NDArray[np.uint8] | None
    top: int
    kind: str
    keyed: bool = False


def is_picture(head: bytes) -> str | None:
    """The name that Pillow has for the format of these first bytes, or None where it is none that is read."""
    if head.startswith(PNG):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return "BMP" if head.startswith(b"BM") else None


def read_picture(path: Path, limits: Limits, wanted: str = WANTED) -> Picture:
    """The pixels of an image as stored.

    Parameters
    ----------
    path : Path
        A PNG, JPEG, BMP or WebP file; which it is, its first bytes say.
    limits : Limits
        Of which `file_bytes`, `pixels` and `array_bytes` count.
    wanted : str
        What it should be, for messages.

    Returns
    -------
    Picture

    Raises
    ------
    UnsafeFile
        If it is too large, says that it has too many pixels, or a note in it inflates to more than a megabyte.
    InvalidInput
        If it is another file, damaged, animated, or in colours of print.
    MissingExtra
        If Pillow is not installed.
    """
    data = content(path, limits, wanted)
    kind = is_picture(data[:16])
    if kind is None:
        raise unfit(path, data[:64], wanted)
    if kind == "PNG":
        return _png(data, path, limits, wanted)
    return _by_pillow(data, kind, path, limits, wanted)


def _png(data: bytes, path: Path, limits: Limits, wanted: str) -> Picture:
    chunks = _checked_chunks(data, path, wanted)
    with decoding(path, wanted):
        width, height, bits, colour, _, _, interlaced = HEADER.unpack(chunks[0][1])
    _small_enough(width, height, CHANNELS.get(colour, 4) * max(1, bits // 8), path, limits)
    keyed = any(kind == b"tRNS" for kind, _ in chunks) and colour in (GREY, RGB)
    if bits == 16 and colour != GREY:
        if colour not in CHANNELS or interlaced:
            raise InvalidInput(f"{path.name} is a PNG of 16 bits that is interlaced, or damaged; save it without that")
        return Picture(_wide_png(chunks, (height, width), colour, path, wanted), None, 2**16 - 1, "PNG", keyed)
    picture = _by_pillow(data, "PNG", path, limits, wanted)
    pixels, top = picture.pixels, picture.top
    if colour == GREY and bits in STRETCHED:
        pixels, top = pixels // np.uint8(STRETCHED[bits]), 2**bits - 1
    elif colour == GREY and bits == 16:
        pixels, top = pixels.astype(np.uint16, copy=False), 2**16 - 1
    return Picture(pixels, picture.palette, top, "PNG", keyed)


def _checked_chunks(data: bytes, path: Path, wanted: str) -> list[tuple[bytes, memoryview]]:
    """The chunks of a PNG, whose notes and profiles inflate to little."""
    view = memoryview(data)
    place, chunks = len(PNG), []
    while place + CHUNK_HEADER.size <= len(data):
        length, kind = CHUNK_HEADER.unpack_from(data, place)
        body = view[place + CHUNK_HEADER.size : place + CHUNK_HEADER.size + length]
        if kind in (b"zTXt", b"iTXt", b"iCCP"):
            _harmless(bytes(body), kind, path)
        if kind == b"acTL":
            raise InvalidInput(f"{path.name} is an animated PNG; wanted {wanted}, or a folder of frames")
        chunks.append((kind, body))
        place += CHUNK_HEADER.size + length + 4  # and the checksum
        if kind == b"IEND":
            break
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or place > len(data):
        raise InvalidInput(
            f"{path.name} opens as a PNG image and has no whole first or last chunk: it was cut short; wanted {wanted}"
        )
    return chunks


def _harmless(body: bytes, kind: bytes, path: Path) -> None:
    """Refuse a note that inflates to more than a megabyte. Notes are never used."""
    after_name = body.partition(b"\0")[2]
    if kind == b"iTXt":  # a flag, a method, a language, and a translation come before the text
        if after_name[:1] != b"\1":
            return
        packed = after_name[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        packed = after_name[1:]
    with decoding(path, WANTED):
        inflated = zlib.decompressobj().decompress(packed, MOST_TEXT + 1)
    if len(inflated) > MOST_TEXT:
        raise UnsafeFile(
            f"{path.name} has a note or colour profile ({kind.decode()}) of {len(packed):,} bytes that inflates to "
            "more than 1 MiB, as no image needs: save the pixels alone"
        )


def _small_enough(width: int, height: int, bytes_each: int, path: Path, limits: Limits) -> None:
    subject = f"{path.name} says that it is {width} x {height} pixels,"
    if width < 1 or height < 1:
        raise InvalidInput(f"{subject} which is no image: it is damaged")
    bounded(width * height, limits.pixels, subject, "in all", "Limits.pixels")
    bounded(width * height * bytes_each, limits.array_bytes, subject, "bytes", "Limits.array_bytes")


def _wide_png(
    chunks: list[tuple[bytes, memoryview]], shape: tuple[int, int], colour: int, path: Path, wanted: str
) -> NDArray[np.uint16]:
    """The pixels of a 16-bit PNG of several channels."""
    height, width = shape
    channels = CHANNELS[colour]
    row = 1 + 2 * channels * width
    inflater = zlib.decompressobj()
    with decoding(path, wanted):
        packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
        rows = inflater.decompress(packed, row * height)
    if len(rows) != row * height:
        raise InvalidInput(f"{path.name} ends after {len(rows) // row} of {height} rows: it was cut short")
    lines = np.frombuffer(rows, dtype=np.uint8).reshape(height, row)
    lanes = lines[:, 1:].reshape(height, width * channels, 2)
    wide = np.zeros((height, width, channels), dtype=np.uint16)
    for lane, places in ((0, 8), (1, 0)):
        half = np.empty((height, 1 + width * channels), dtype=np.uint8)
        half[:, 0], half[:, 1:] = lines[:, 0], lanes[:, :, lane]
        image = _opened(_narrow_png(half.tobytes(), shape, colour), "PNG", path, wanted)
        with decoding(path, wanted):
            wide |= np.asarray(image).reshape(wide.shape).astype(np.uint16) << places
    return wide


def _narrow_png(rows: bytes, shape: tuple[int, int], colour: int) -> bytes:
    """An 8-bit PNG of rows that are filtered already, stored without packing."""
    height, width = shape
    header = HEADER.pack(width, height, 8, colour, 0, 0, 0)
    parts = [PNG]
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b"")):
        parts += [CHUNK_HEADER.pack(len(body), kind), body, struct.pack(">L", zlib.crc32(body, zlib.crc32(kind)))]
    return b"".join(parts)


def _opened(data: bytes, kind: str, path: Path, wanted: str) -> Any:
    """An image of Pillow whose header is read."""
    try:
        from PIL import Image
    except ImportError:
        raise MissingExtra.of("pillow", "image", f"reading {path.name}") from None
    with decoding(path, wanted):
        try:
            return Image.open(io.BytesIO(data), formats=(kind,))
        except Image.DecompressionBombError as slip:
            raise UnsafeFile(f"{path.name} says that it has more pixels than Pillow reads ({slip})") from None


def _by_pillow(data: bytes, kind: str, path: Path, limits: Limits, wanted: str) -> Picture:
    image = _opened(data, kind, path, wanted)
    width, height = image.size
    _small_enough(width, height, len(image.getbands()), path, limits)
    if getattr(image, "is_animated", False) and kind != "JPEG":
        raise InvalidInput(f"{path.name} is an animated {kind} image; wanted {wanted}, or a folder of frames")
    palette = None
    with decoding(path, wanted):
        image.load()
        if image.mode == "P":
            palette = _palette(image)
        pixels = np.array(image)
    mode = (
        "I;16" if image.mode in ("I", "I;16B", "I;16L") else image.mode
    )  # what Pillow calls 16 bits depends on its age
    if mode not in KEPT_MODES:
        raise InvalidInput(
            f"{path.name} is a {kind} image of mode {image.mode}{' (inks of print)' * (mode == 'CMYK')}; wanted "
            f"{wanted} of grey levels, a palette or RGB. Save it as RGB."
        )
    return Picture(pixels, palette, 1 if mode == "1" else 255, kind)


def _palette(image: Any) -> NDArray[np.uint8]:
    """The colours of a palette as RGBA."""
    colours = np.array(image.getpalette("RGB"), dtype=np.uint8).reshape(-1, 3)
    alpha = np.full((len(colours), 1), 255, dtype=np.uint8)
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        alpha[clear] = 0
    elif clear is not None:
        alpha[: len(clear), 0] = np.frombuffer(clear, dtype=np.uint8)[: len(colours)]
    return np.hstack([colours, alpha])

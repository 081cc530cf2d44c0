"""WAV recordings, read with the standard library and NumPy alone.

Source: Microsoft & IBM (1991), "Multimedia Programming Interface and Data Specifications 1.0", and Microsoft,
"Multiple Channel Audio Data and WAVE Files" for the extensible header.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media.arrays import doubles
from generallevel.benchmark.media.stored import bounded, decoding, stored_bytes
from generallevel.errors import InvalidInput

__all__ = ["check_duration", "read_wave"]

WANTED = "a WAV recording"
CHUNK = struct.Struct("<4sL")
FORMAT = struct.Struct("<HHLLHH")  # code, channels, rate, bytes a second, bytes a frame, bits a sample
INTEGERS, FLOATS, EXTENSIBLE = 1, 3, 0xFFFE
CODE_PLACE = 24  # where an extensible header says the code, as the first two bytes of a GUID
UNTOLD = (0xFFFFFFFF, 0xFFFFFFFF - 36)  # the size that programs write which cannot go back to say it
MOST_CHUNKS = 10_000  # ours
TYPES = {(INTEGERS, 1): "u1", (INTEGERS, 2): "<i2", (INTEGERS, 4): "<i4", (FLOATS, 4): "<f4", (FLOATS, 8): "<f8"}


@dataclass(frozen=True, slots=True)
class _Form:
    code: int
    channels: int
    rate: int
    width: int  # bytes of a sample


def read_wave(path: Path, limits: Limits) -> tuple[NDArray[np.float64], int] | None:
    """The samples of a WAV file, as stored.

    Parameters
    ----------
    path : Path
        A file that opens with ``RIFF....WAVE``.
    limits : Limits
        Of which `file_bytes`, `seconds` and `array_bytes` count.

    Returns
    -------
    (samples, rate) or None
        Samples of shape (frames, channels): whole numbers over 2^(bits-1), floating ones as they are. None where they
        are packed in a way that is not read here (A-law, ADPCM ...).

    Raises
    ------
    UnsafeFile
        If it is too long.
    InvalidInput
        If it is damaged or cut short.
    """
    size = stored_bytes(path, limits, WANTED)
    with path.open("rb") as file:
        place, form = 12, None
        for _ in range(MOST_CHUNKS):
            file.seek(place)
            header = file.read(CHUNK.size)
            if len(header) < CHUNK.size:
                break
            kind, length = CHUNK.unpack(header)
            place += CHUNK.size
            if kind == b"fmt ":
                form = _form(file.read(min(length, 64)), path)
                if form is None:
                    return None
            elif kind == b"data":
                there = size - place
                length = there if length in UNTOLD else length
                if form is None:
                    break
                if length > there:
                    raise InvalidInput(
                        f"{path.name} says that it has {length:,} bytes of samples, and {there:,} are there: it was "
                        f"cut short; wanted {WANTED}"
                    )
                frames = length // (form.width * form.channels)
                check_duration(frames, form.channels, form.rate, path, limits)
                with decoding(path, WANTED):
                    raw = np.fromfile(file, dtype=np.uint8, count=frames * form.width * form.channels)
                return _samples(raw, form).reshape(frames, form.channels), form.rate
            place += length + length % 2  # chunks begin at even places
    raise InvalidInput(f"{path.name} is a WAV recording without its header or its samples: damaged; wanted {WANTED}")


def check_duration(frames: int, channels: int, rate: int, path: Path, limits: Limits) -> None:
    """Nothing, for a recording that says to be of a length that is read.

    Raises
    ------
    InvalidInput
        If it has no sample, no channel or no rate.
    UnsafeFile
        If it is too long.
    """
    if frames < 1 or channels < 1 or rate < 1:
        raise InvalidInput(
            f"{path.name} says that it has {frames} samples of {channels} channels at {rate} a second: nothing to hear"
        )
    bounded(frames / rate, limits.seconds, f"{path.name} says that it lasts", "seconds", "Limits.seconds")
    subject = f"{path.name} says that it has samples of"
    bounded(8 * frames * channels, limits.array_bytes, subject, "bytes in double precision", "Limits.array_bytes")


def _form(header: bytes, path: Path) -> _Form | None:
    if len(header) < FORMAT.size:
        raise InvalidInput(f"{path.name} has a header of {len(header)} bytes: it is damaged; wanted {WANTED}")
    code, channels, rate, _, block, bits = FORMAT.unpack_from(header)
    if code == EXTENSIBLE and len(header) >= CODE_PLACE + 2:
        (code,) = struct.unpack_from("<H", header, CODE_PLACE)
    if code not in (INTEGERS, FLOATS):
        return None
    width = block // channels if channels else 0
    if not channels or not rate or width * channels != block or (bits + 7) // 8 != width:
        raise InvalidInput(
            f"{path.name} says that it has {channels} channels of {bits} bits in {block} bytes at {rate} a second, "
            f"which cannot be; it is damaged; wanted {WANTED}"
        )
    return _Form(code, channels, rate, width) if (code, width) in TYPES or (code, width) == (INTEGERS, 3) else None


def _samples(raw: NDArray[np.uint8], form: _Form) -> NDArray[np.float64]:
    if form.code == INTEGERS and form.width == 3:
        wide = np.zeros((len(raw) // 3, 4), dtype=np.uint8)
        wide[:, 1:] = raw.reshape(-1, 3)  # the upper three bytes of four, so that the sign is in its place
        return wide.view("<i4").ravel() / 2.0**31
    stored = raw.view(TYPES[form.code, form.width])
    if form.code == FLOATS:
        return doubles(stored)
    if form.width == 1:
        return (stored.astype(np.float64) - 128.0) / 128.0
    return stored / 2.0 ** (8 * form.width - 1)

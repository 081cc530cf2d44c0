"""Recordings: WAV without any library, everything else through soundfile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.stored import decoding, head_of, unfit
from generallevel.benchmark.media.wave_files import check_duration, read_wave
from generallevel.errors import MissingExtra, NotFinite

__all__ = ["read_audio"]

WANTED = "a recording (WAV, FLAC, Ogg Vorbis or Opus, MP3, AIFF, AU)"
SOUNDS = (b"RIFF", b"RIFX", b"RF64", b"fLaC", b"OggS", b"ID3", b"FORM", b".snd")
FRAME_SYNC, SYNC_BITS, LAYER_BITS = 0xFF, 0xE0, 0x06  # of an MPEG frame: eleven ones, then a version and a layer


def read_audio(path: Path, *, limits: Limits = LIMITS) -> tuple[NDArray[np.float64], int]:
    """The samples of a recording.

    Parameters
    ----------
    path : Path
        A WAV file (whole numbers of 8 to 32 bits, or floating), or one that soundfile reads; which it is, its first
        bytes say.
    limits : Limits
        How much may be stored, and how long it may last.

    Returns
    -------
    samples : ndarray of float, shape (n,) or (n, channels)
        In [-1, 1] where whole numbers are stored, n over 2^(bits - 1); floating ones as they are. One channel has
        shape (n,). Nothing is resampled or mixed.
    rate : int
        Samples a second.

    Raises
    ------
    UnsafeFile
        If it is too large, or says that it lasts too long.
    NotFinite
        If a sample is NaN or infinite.
    InvalidInput
        If it is another file, damaged, cut short, or without a sample.
    MissingExtra
        If it is not WAV and soundfile is not installed.
    """
    head = head_of(path, limits, WANTED)
    plain = read_wave(path, limits) if head.startswith(b"RIFF") and head[8:12] == b"WAVE" else None
    if plain is None and not _is_sound(head):
        raise unfit(path, head, WANTED)
    samples, rate = plain or _by_soundfile(path, limits)
    if not np.isfinite(samples).all():
        place = int(np.argmax(~np.isfinite(samples).all(axis=1)))
        raise NotFinite(f"{path.name} has a sample at {place / rate:.3f} s that is NaN or infinite; wanted {WANTED}")
    return (samples[:, 0] if samples.shape[1] == 1 else samples), rate


def _is_sound(head: bytes) -> bool:
    mpeg = len(head) > 1 and head[0] == FRAME_SYNC and head[1] & SYNC_BITS == SYNC_BITS and head[1] & LAYER_BITS != 0
    return mpeg or (head.startswith(SOUNDS) and head[8:12] not in (b"AVI ", b"WEBP"))


def _by_soundfile(path: Path, limits: Limits) -> tuple[NDArray[np.float64], int]:
    try:
        import soundfile
    except ImportError:
        raise MissingExtra.of("soundfile", "audio", f"reading {path.name}") from None
    with decoding(path, WANTED), soundfile.SoundFile(path) as file:
        frames, rate = int(file.frames), int(file.samplerate)
        check_duration(frames, file.channels, rate, path, limits)
        samples: NDArray[np.float64] = file.read(frames, dtype="float64", always_2d=True)
    # A codec may hold a little less than its header says (an encoder's padding), and nothing at all when it is damaged.
    check_duration(len(samples), samples.shape[1], rate, path, limits)
    return samples, rate

"""Frames of a clip: a folder of images in their natural order, or a video file through PyAV.

Frames come one at a time where they are asked for one at a time. A turn that a video file asks for is not made: frames
are as they are stored, as for images.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.image import read_image
from generallevel.benchmark.media.stored import bounded, decoding, head_of, unfit
from generallevel.errors import InvalidInput, MissingExtra, ShapeMismatch, UnsafeFile

__all__ = ["frame_files", "iter_frames", "natural_order", "read_frames"]

WANTED = "a clip: a folder of images, or a video file (MP4, MOV, MKV, WebM, AVI, GIF)"
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
LITTER = ("thumbs.db", "desktop.ini")  # what systems leave in folders, beside files that open with a dot
CHANNELS = 3
FIRST_ROOM = 16  # frames for which room is made where the file does not say how many there are


def read_frames(path: Path, *, limits: Limits = LIMITS) -> NDArray[np.uint8]:
    """All frames of a clip.

    Parameters
    ----------
    path : Path
        A folder of images, or a video file; see `iter_frames`.
    limits : Limits
        How much may be stored, and how many frames, pixels and bytes decoded.

    Returns
    -------
    ndarray of uint8, shape (T, H, W, 3)
        RGB; grey frames have three equal channels.

    Raises
    ------
    UnsafeFile, ShapeMismatch, InvalidInput, MissingExtra
        As for `iter_frames`; also `UnsafeFile` if all frames together take more than the limit.
    """
    most = len(frame_files(path, limits=limits)) if path.is_dir() else 0
    clip: NDArray[np.uint8] | None = None
    n = 0
    for frame in iter_frames(path, limits=limits):
        if clip is None:
            room = max(n + 1, most or min(FIRST_ROOM, max(1, limits.array_bytes // frame.nbytes)))
            _fits(room, frame, path, limits)
            clip = np.empty((room, *frame.shape), dtype=np.uint8)
        elif n == len(clip):
            _fits(n + 1, frame, path, limits)
            room = min(2 * n, max(n + 1, limits.array_bytes // frame.nbytes))
            # In place: the memory grows where it is, or is moved once, and there are never two whole copies to keep.
            clip.resize((room, *frame.shape), refcheck=False)
        clip[n] = frame
        n += 1
    assert clip is not None  # a clip without a frame is an error of iter_frames
    if n < len(clip):
        clip.resize((n, *clip.shape[1:]), refcheck=False)
    return clip


def iter_frames(path: Path, *, limits: Limits = LIMITS) -> Iterator[NDArray[np.uint8]]:
    """The frames of a clip, one at a time.

    Parameters
    ----------
    path : Path
        A folder of PNG, JPEG, BMP or WebP images of 8 bits in their natural order (2 before 10), with nothing else in
        it but files that open with a dot; or a video file (MP4, MOV, MKV, WebM, AVI, GIF), whose first video stream is
        read. A video file is known by its first bytes.
    limits : Limits
        How much may be stored, how many frames and pixels decoded, and how long a video file may last.

    Yields
    ------
    ndarray of uint8, shape (H, W, 3)
        RGB, of one size in all frames.

    Raises
    ------
    UnsafeFile
        If there are too many frames or pixels, or a frame is a link that leaves the folder.
    ShapeMismatch
        If frames are of several sizes.
    InvalidInput
        If a file is another file, damaged or cut short, or there is no frame.
    MissingExtra
        If Pillow, for images, or PyAV, for video files, is not installed.
    """
    frames = _from_folder(path, limits) if path.is_dir() else _from_file(path, limits)
    size: tuple[int, ...] | None = None
    for place, frame in enumerate(frames):
        if size is not None and frame.shape != size:
            raise ShapeMismatch(
                f"{path.name} has frames of {size[1]} x {size[0]} pixels, and frame {place} (from 0) has "
                f"{frame.shape[1]} x {frame.shape[0]}; wanted {WANTED} of one size"
            )
        size = frame.shape
        yield frame
    if size is None:
        raise InvalidInput(f"{path.name} has no frame; wanted {WANTED}")


def frame_files(path: Path, *, limits: Limits = LIMITS) -> list[Path]:
    """The images of a folder in their natural order.

    Parameters
    ----------
    path : Path
        A folder of frames.
    limits : Limits
        Of which `frames` counts.

    Returns
    -------
    list of Path

    Raises
    ------
    UnsafeFile
        If there are too many, or one is a link that leaves the folder.
    InvalidInput
        If there is none, something else lies among them, or two frames differ in their suffix alone.
    """
    found: dict[str, Path] = {}
    home = path.resolve()
    for file in path.iterdir():
        if file.name.startswith(".") or file.name.lower() in LITTER:
            continue
        if file.suffix.lower() not in SUFFIXES:
            raise InvalidInput(f"{path.name}/ has {file.name!r:.80} among its frames; wanted {WANTED}, nothing else")
        if file.is_symlink() and not file.resolve().is_relative_to(home):
            raise UnsafeFile(f"{path.name}/ has the frame {file.name!r:.80}, a link that leaves the folder")
        if file.stem in found:
            raise InvalidInput(f"{path.name}/ has two frames {file.stem!r:.80}: which one counts is not told")
        found[file.stem] = file
        bounded(len(found), limits.frames, f"{path.name}/ has", "frames or more", "Limits.frames")
    if not found:
        raise InvalidInput(f"{path.name}/ is a folder without a frame; wanted {WANTED}")
    return sorted(found.values(), key=lambda file: natural_order(file.name))


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """The key that sorts names as people count: by their numbers, and else by their letters.

    Parameters
    ----------
    name : str
        Name of a file.

    Returns
    -------
    tuple

    Examples
    --------
    >>> sorted(["10.png", "2.png", "1.png"], key=natural_order)
    ['1.png', '2.png', '10.png']
    """
    parts = re.split(r"([0-9]+)", name)
    key = [(1, _number(part), part) if place % 2 else (0, 0, part.lower()) for place, part in enumerate(parts)]
    return (*key, (2, 0, name))


def _number(digits: str) -> int:
    return int(digits[:4_000])  # Python itself refuses to read more


def _fits(n: int, frame: NDArray[np.uint8], path: Path, limits: Limits) -> None:
    subject = f"{path.name} has frames of"
    bounded(n * frame.nbytes, limits.array_bytes, subject, f"bytes in all, {n:,} or more of them", "Limits.array_bytes")


def _from_folder(path: Path, limits: Limits) -> Iterator[NDArray[np.uint8]]:
    for file in frame_files(path, limits=limits):
        frame = read_image(file, limits=limits)
        if frame.dtype != np.uint8:
            raise InvalidInput(f"{path.name}/{file.name} has 16 bits; wanted {WANTED} of 8 bits")
        yield frame if frame.ndim == 3 else np.repeat(frame[..., None], CHANNELS, axis=-1)


def _container_format(head: bytes) -> str | None:
    """What FFmpeg calls the format of these first bytes; playlists and scripts, which open other files, are none."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    return "gif" if head.startswith(b"GIF8") else None


def _from_file(path: Path, limits: Limits) -> Iterator[NDArray[np.uint8]]:
    head = head_of(path, limits, WANTED)
    form = _container_format(head)
    if form is None:
        raise unfit(path, head, WANTED)
    with path.open("rb") as file:
        yield from _decoded(file, form, path, limits)


def _decoded(file: BinaryIO, form: str, path: Path, limits: Limits) -> Iterator[NDArray[np.uint8]]:
    try:
        import av
    except ImportError:
        raise MissingExtra.of("av", "video", f"reading {path.name}") from None
    with decoding(path, WANTED):
        # The format is fixed and the bytes are handed over, so that no playlist in disguise opens other files.
        container: Any = av.open(file, format=form, options={"protocol_whitelist": ""})
    try:
        if not container.streams.video:
            raise InvalidInput(f"{path.name} has no video stream; wanted {WANTED}")
        stream = container.streams.video[0]
        _says_little(stream, container, path, limits)
        said, packets, n = int(stream.frames or 0), 0, 0
        demuxed = container.demux(stream)
        while True:
            with decoding(path, WANTED):
                packet = next(demuxed, None)
                # The last packet is empty, and asks the decoder for the frames that it holds back.
                frames = [] if packet is None else packet.decode()
            if packet is None:
                break
            packets += bool(packet.size)
            for frame in frames:
                n += 1
                bounded(n, limits.frames, f"{path.name} has", "frames or more", "Limits.frames")
                _small_frame(frame.width, frame.height, path, limits)
                with decoding(path, WANTED):
                    pixels: NDArray[np.uint8] = frame.to_ndarray(format="rgb24")
                yield pixels
        if packets < said:
            raise InvalidInput(f"{path.name} says that it has {said:,} frames, and has {packets:,}: it was cut short")
    finally:
        container.close()


def _says_little(stream: Any, container: Any, path: Path, limits: Limits) -> None:
    subject = f"{path.name} says that it"
    if stream.codec_context is None:
        raise InvalidInput(f"{path.name} has a video stream of a codec that PyAV does not know; wanted {WANTED}")
    bounded(int(stream.frames or 0), limits.frames, f"{subject} has", "frames", "Limits.frames")
    _small_frame(int(stream.width or 0), int(stream.height or 0), path, limits)
    if stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    else:
        seconds = (container.duration or 0) / 1e6  # FFmpeg counts microseconds here
    bounded(seconds, limits.seconds, f"{subject} lasts", "seconds", "Limits.seconds")


def _small_frame(width: int, height: int, path: Path, limits: Limits) -> None:
    subject = f"{path.name} has frames of {width} x {height} pixels,"
    bounded(width * height, limits.pixels, subject, "in all", "Limits.pixels")
    bounded(width * height * CHANNELS, limits.array_bytes, subject, "bytes", "Limits.array_bytes")

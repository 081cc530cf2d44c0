"""Optical flow: Middlebury's .flo and KITTI's PNG of 16 bits.

Sources: Baker et al. (2011), doi:10.1007/s11263-010-0390-2, and the file format of the Middlebury flow benchmark; Menze
& Geiger (2015), doi:10.1109/CVPR.2015.7298925, and the development kit of KITTI 2015.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.arrays import doubles
from generallevel.benchmark.media.pixels import read_picture
from generallevel.benchmark.media.stored import bounded, decoding, head_of, stored_bytes, unfit
from generallevel.errors import InvalidInput, ShapeMismatch

__all__ = ["read_flow", "write_flo"]

WANTED = "an optical flow (.flo, or KITTI's PNG of 16 bits and three channels)"
MAGIC = struct.pack("<f", 202021.25)  # Middlebury: these four bytes read "PIEH"
HEADER = struct.Struct("<4sii")  # magic, width, height
UNKNOWN = 1e9  # Middlebury: a component beyond it is unknown
ZERO, STEPS = 2**15, 64.0  # KITTI: a stored number less 2^15, over 64, is pixels
PNG = b"\x89PNG"


def read_flow(path: Path, *, limits: Limits = LIMITS) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """The flow from one frame to the next.

    Parameters
    ----------
    path : Path
        A ``.flo`` file or a PNG of three channels of 16 bits; which it is, its first bytes say.
    limits : Limits
        How much may be stored, and how many pixels decoded.

    Returns
    -------
    flow : ndarray of float, shape (H, W, 2)
        Pixels, right and down. Unknown vectors of a ``.flo`` are as stored (beyond 1e9, or NaN), those of KITTI NaN.
    valid : ndarray of bool, shape (H, W), or None
        Where the flow is known; None where it is everywhere.

    Raises
    ------
    UnsafeFile
        If it is too large, or says that it has too many pixels.
    InvalidInput
        If it is another file, cut short, or a PNG of another kind (one of 8 bits has lost its flow).
    MissingExtra
        If a PNG is read and Pillow is not installed.
    """
    head = head_of(path, limits, WANTED)
    if head.startswith(MAGIC):
        flow = _middlebury(path, head, limits)
        with np.errstate(invalid="ignore"):
            valid: NDArray[np.bool_] = (np.abs(flow) <= UNKNOWN).min(axis=-1)
    elif head.startswith(PNG):
        flow, valid = _kitti(path, limits)
    else:
        raise unfit(path, head, WANTED)
    return flow, None if valid.all() else valid


def write_flo(path: Path, flow: Any) -> None:
    """Write a Middlebury ``.flo`` file.

    Parameters
    ----------
    path : Path
        Where to.
    flow : array_like, shape (H, W, 2)
        Pixels, right and down; stored in single precision.

    Raises
    ------
    ShapeMismatch
        If it is of another shape.
    """
    array = real_array(flow, "flow", "optical flow, shape (H, W, 2)")
    if array.ndim != 3 or array.shape[-1] != 2 or not array.size:
        raise ShapeMismatch(f"flow is of shape {array.shape}; wanted (H, W, 2)")
    height, width, _ = array.shape
    path.write_bytes(HEADER.pack(MAGIC, width, height) + array.astype("<f4").tobytes())


def _middlebury(path: Path, head: bytes, limits: Limits) -> NDArray[np.float64]:
    size = stored_bytes(path, limits, WANTED)
    if size < HEADER.size:
        raise InvalidInput(f"{path.name} has {size} bytes, less than the header of a .flo: it is cut short")
    _, width, height = HEADER.unpack(head[: HEADER.size])
    subject = f"{path.name} says that it is {width} x {height} pixels,"
    if width < 1 or height < 1:
        raise InvalidInput(f"{subject} which is no flow: it is damaged; wanted {WANTED}")
    bounded(width * height, limits.pixels, subject, "in all", "Limits.pixels")
    bounded(16 * width * height, limits.array_bytes, subject, "bytes", "Limits.array_bytes")
    needed = HEADER.size + 8 * width * height
    if size != needed:
        raise InvalidInput(
            f"{subject} which take {needed:,} bytes, and it has {size:,}: it is cut short or damaged; wanted {WANTED}"
        )
    with decoding(path, WANTED):
        stored = np.fromfile(path, dtype="<f4", offset=HEADER.size)
    return doubles(stored).reshape(height, width, 2)


def _kitti(path: Path, limits: Limits) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    pixels = read_picture(path, limits, WANTED).pixels
    if pixels.ndim != 3 or pixels.shape[-1] != 3 or pixels.dtype != np.uint16:
        channels = 1 if pixels.ndim == 2 else pixels.shape[-1]
        bits = 8 * pixels.dtype.itemsize
        lost = " Was it read and saved again by a program that keeps 8 bits?" if bits == 8 else ""
        raise InvalidInput(f"{path.name} is a PNG of {channels} channels of {bits} bits; wanted {WANTED}.{lost}")
    valid = pixels[..., 2] != 0
    flow = (pixels[..., :2].astype(np.float64) - ZERO) / STEPS
    flow[~valid] = np.nan
    return flow, valid

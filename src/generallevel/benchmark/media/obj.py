"""Wavefront OBJ files: vertices and polygons; normals, textures, groups and materials are passed over.

Source: Wavefront Technologies, "Advanced Visualizer Manual", appendix B1.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media.rows import numbers_in
from generallevel.benchmark.media.stored import bounded, content, found_in
from generallevel.errors import InvalidInput

__all__ = ["read_obj"]

WANTED = "a Wavefront OBJ file"
VERTEX = re.compile(rb"^[ \t]*v[ \t]+([^\r\n#]*)", re.MULTILINE)
FACE = re.compile(rb"^[ \t]*f[ \t]+([^\r\n#]*)", re.MULTILINE)
CONTINUED = re.compile(rb"\\\r?\n")
BESIDE = re.compile(rb"/[^ \t]*")  # texture and normal of a corner
WIDTHS = (3, 4, 6, 7)  # of a vertex: x y z, with a weight, with a colour, with both
LEAST_LINE = 7  # bytes of "v 0 0 0", and of "f 1 2 3"


def read_obj(
    path: Path, limits: Limits, *, faces: bool
) -> tuple[NDArray[np.float64], tuple[NDArray[np.int64], NDArray[np.int64]] | None]:
    """The vertices of an OBJ file and, where they are asked for, its polygons.

    Parameters
    ----------
    path : Path
        Text.
    limits : Limits
        Of which `file_bytes` and `points` count.
    faces : bool
        Whether polygons are read.

    Returns
    -------
    vertices : ndarray of float, shape (n, 3)
        As stored.
    polygons : (lengths, corners) or None
        How many corners each has, and the numbers of all corners, from 0, in a row.

    Raises
    ------
    UnsafeFile
        If it has too many vertices or faces.
    InvalidInput
        If it is no OBJ file, or damaged.
    """
    data = content(path, limits, WANTED)
    if b"\0" in data:
        raise InvalidInput(f"{path.name} is {found_in(data[:64])}; wanted {WANTED}, which is text")
    if b"\\" in data:
        data = CONTINUED.sub(b" ", data)
    text = VERTEX.findall(data)
    bounded(len(text), limits.points, f"{path.name} has", "vertices", "Limits.points")
    if not text:
        raise InvalidInput(f"{path.name} is {found_in(data[:64])} and has no line 'v x y z'; wanted {WANTED}")
    return _vertices(text, path), _polygons(data, len(text), path, limits) if faces else None


def _vertices(text: list[bytes], path: Path) -> NDArray[np.float64]:
    values = numbers_in(b"\n".join(text))
    width = len(text[0].split())
    even = values is not None and width in WIDTHS and values.size == width * len(text)
    if values is None or not even or (len(text) > 1 and {len(line.split()) for line in text} != {width}):
        nth, line = next(
            (nth, line)
            for nth, line in enumerate(text, start=1)
            if (found := numbers_in(line)) is None or found.size not in WIDTHS or found.size != width
        )
        raise InvalidInput(f"{path.name} has {line.decode('latin-1')!r:.60} as vertex {nth}; wanted {WANTED}: x y z")
    return values.reshape(-1, width)[:, :3]


def _polygons(
    data: bytes, n_vertices: int, path: Path, limits: Limits
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    text = FACE.findall(data)
    bounded(len(text), limits.points, f"{path.name} has", "faces", "Limits.points")
    if not text:
        return None
    plain = b"\n".join(text)
    if b"/" in plain:
        plain = BESIDE.sub(b"", plain.replace(b"\n", b" \n"))
    lengths = np.array([len(line.split()) for line in text], dtype=np.int64)
    numbers = numbers_in(plain)
    if numbers is None or numbers.size != lengths.sum() or (numbers % 1 != 0).any() or (numbers == 0).any():
        raise InvalidInput(
            f"{path.name} has a face with a corner that is no number of a vertex, from 1 or back from -1"
            f"; wanted {WANTED}"
        )
    corners = np.clip(numbers, -limits.points - 1, limits.points + 1).astype(np.int64)
    back = corners < 0
    if back.any():
        # A negative number counts back from the last vertex before the face.
        vertices = np.array([match.start() for match in VERTEX.finditer(data)])
        before = np.searchsorted(vertices, [match.start() for match in FACE.finditer(data)])
        corners = np.where(back, corners + np.repeat(before, lengths), corners - 1)
        if (corners < 0).any():
            raise InvalidInput(f"{path.name} has a face that counts back beyond the first vertex: it is damaged")
        return lengths, corners
    return lengths, corners - 1

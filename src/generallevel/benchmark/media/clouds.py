"""Point clouds and meshes from PLY, OBJ, NPY, NPZ and lines of numbers; from other files through trimesh.

A coordinate that is NaN or infinite is an error: no distance to it is defined. A mesh is triangles; polygons are cut
into fans from their first corner. Normals, colours and other columns are passed over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.arrays import GZIP, NPY, ZIP, array_names, doubles, read_array
from generallevel.benchmark.media.obj import read_obj
from generallevel.benchmark.media.ply import read_ply
from generallevel.benchmark.media.rows import number_rows
from generallevel.benchmark.media.stored import bounded, decoding, head_of, stored_bytes, unfit
from generallevel.errors import InvalidInput, MissingExtra, NotFinite, ShapeMismatch

__all__ = ["read_mesh", "read_points"]

POINTS = "a point cloud (PLY, OBJ, NPY, NPZ, or lines of x y z)"
MESH = "a mesh (PLY, OBJ, or NPZ of 'vertices' and 'faces')"
PLY = (b"ply\n", b"ply\r")
LINES = (".xyz", ".txt", ".pts", ".csv", ".xyzn", ".xyzrgb", "")
OTHERS = (".stl", ".off")  # whole in one file, whose numbers all stand in it: neither can ask for more than it is
STL_HEADER, STL_FACE = 84, 50  # bytes of a binary STL: its header with the number of faces, and of each face
OFF = (b"OFF", b"COFF", b"NOFF", b"CNOFF")
POINT_KEYS = ("points", "xyz", "vertices")  # ours
MOST_COLUMNS = 64  # ours: of a line of a cloud
TRIANGLE = 3


def read_points(path: Path, *, limits: Limits = LIMITS) -> NDArray[np.float64]:
    """The points of a cloud, or the vertices of a mesh.

    Parameters
    ----------
    path : Path
        PLY (text, or bytes of either order), NPY or NPZ (or a gzip file of them) by its first bytes; OBJ, or lines of
        numbers (``.xyz``, ``.txt``, ``.pts``, ``.csv``), by its suffix; ``.stl`` and ``.off`` through
        trimesh. The first three columns are x, y and z. An NPZ of several arrays has ``points``, ``xyz`` or
        ``vertices``. A ``.pts`` file may open with the number of its lines.
    limits : Limits
        How much may be stored, and how many points.

    Returns
    -------
    ndarray of float, shape (n, 3)
        In the unit of the file; n is at least 1.

    Raises
    ------
    UnsafeFile
        If it is too large, or says that it has too many points.
    NotFinite
        If a coordinate is NaN or infinite.
    ShapeMismatch
        If an array is not of shape (n, 3) or wider.
    InvalidInput
        If it is another file, damaged, cut short, or without points.
    MissingExtra
        If trimesh is needed and not installed.
    """
    head, suffix = head_of(path, limits, POINTS), path.suffix.lower()
    if head.startswith(PLY):
        points = read_ply(path, limits, faces=False)[0]
    elif head.startswith((NPY, *ZIP, GZIP)):
        points = _array_points(path, limits)
    elif suffix == ".obj":
        points = read_obj(path, limits, faces=False)[0]
    elif suffix in LINES:
        points = _lines(path, limits)
    elif suffix in OTHERS:
        points = _by_trimesh(path, head, limits)[0]
    else:
        raise unfit(path, head, POINTS)
    return _checked(points, path, limits, POINTS)


def read_mesh(path: Path, *, limits: Limits = LIMITS) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The surface of a mesh.

    Parameters
    ----------
    path : Path
        PLY or NPZ (arrays ``vertices`` and ``faces``) by its first bytes; OBJ by its suffix; ``.stl`` and ``.off``
        through trimesh.
    limits : Limits
        How much may be stored, and how many vertices and faces.

    Returns
    -------
    vertices : ndarray of float, shape (n, 3)
        In the unit of the file.
    faces : ndarray of int, shape (m, 3)
        Triangles, as places in `vertices`; m is at least 1.

    Raises
    ------
    UnsafeFile, NotFinite, MissingExtra
        As for `read_points`.
    InvalidInput
        If it is another file, damaged, has no face, or one of fewer than three corners or of a vertex that is not
        there.
    """
    head, suffix = head_of(path, limits, MESH), path.suffix.lower()
    polygons: tuple[Any, Any] | None
    if head.startswith(PLY):
        vertices, polygons = read_ply(path, limits, faces=True)
    elif head.startswith(ZIP):
        vertices = read_array(path, "vertices", limits=limits)
        polygons = _array_faces(read_array(path, "faces", limits=limits), path)
    elif suffix == ".obj":
        vertices, polygons = read_obj(path, limits, faces=True)
    elif suffix in OTHERS:
        vertices, triangles = _by_trimesh(path, head, limits)
        polygons = None if triangles is None else _array_faces(triangles, path)
    else:
        raise unfit(path, head, MESH)
    vertices = _checked(vertices, path, limits, MESH)
    if polygons is None or not len(polygons[0]):
        raise InvalidInput(f"{path.name} has {len(vertices):,} vertices and no face; wanted {MESH}")
    lengths, corners = polygons
    return vertices, _triangles(lengths, corners, len(vertices), path, limits)


def _checked(points: NDArray[Any], path: Path, limits: Limits, wanted: str) -> NDArray[np.float64]:
    if points.ndim != 2 or points.shape[1] < 3 or points.dtype.kind == "b":
        raise ShapeMismatch(f"{path.name} holds {points.dtype} of shape {points.shape}; wanted {wanted}, shape (n, 3)")
    if not len(points):
        raise InvalidInput(f"{path.name} has no point; wanted {wanted}")
    bounded(len(points), limits.points, f"{path.name} has", "points", "Limits.points")
    places = np.ascontiguousarray(doubles(points[:, :3]))
    if not np.isfinite(places).all():
        place = int(np.argmax(~np.isfinite(places).all(axis=1)))
        raise NotFinite(f"{path.name} has {places[place].tolist()} as point {place + 1}; wanted {wanted}, all finite")
    return places


def _array_points(path: Path, limits: Limits) -> NDArray[Any]:
    names = array_names(path, limits=limits)
    key = next((name for name in POINT_KEYS if len(names) > 1 and name in names), None)
    return read_array(path, key, limits=limits)


def _lines(path: Path, limits: Limits) -> NDArray[np.float64]:
    skipped, first = False, list[bytes]()
    if path.suffix.lower() == ".pts":
        with path.open("rb") as file:
            first = file.readline(64).split()
        skipped = len(first) == 1 and first[0].isdigit()  # the number of lines that follow
    rows = number_rows(path, limits, POINTS, (3, MOST_COLUMNS), skip=skipped)
    if skipped and int(first[0]) != len(rows):
        raise InvalidInput(
            f"{path.name} says that it has {int(first[0]):,} points and has {len(rows):,}: it was cut short"
        )
    return rows


def _array_faces(faces: NDArray[Any], path: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    if faces.ndim != 2 or faces.dtype.kind not in "iu" or faces.shape[1] < TRIANGLE:
        raise ShapeMismatch(
            f"{path.name} holds faces of {faces.dtype}, shape {faces.shape}; wanted whole numbers of shape (m, 3)"
        )
    return np.full(len(faces), faces.shape[1]), faces.ravel()


def _triangles(
    lengths: NDArray[Any], corners: NDArray[Any], n_vertices: int, path: Path, limits: Limits
) -> NDArray[np.int64]:
    """Polygons cut into fans from their first corner."""
    if lengths.min() < TRIANGLE:
        raise InvalidInput(f"{path.name} has a face of {lengths.min()} corners; wanted {MESH}")
    if corners.min() < 0 or corners.max() >= n_vertices or (corners.dtype.kind == "f" and (corners % 1 != 0).any()):
        raise InvalidInput(
            f"{path.name} has faces of the vertices {corners.min()} to {corners.max()}, and {n_vertices:,} vertices, "
            f"from 0; wanted {MESH}"
        )
    corners = corners.astype(np.int64)
    if (lengths == TRIANGLE).all():
        return corners.reshape(-1, TRIANGLE)
    fans = lengths.astype(np.int64) - 2
    bounded(int(fans.sum()), limits.points, f"{path.name} has", "triangles", "Limits.points")
    firsts = np.repeat(np.cumsum(lengths) - lengths, fans).astype(np.int64)
    steps = np.arange(fans.sum()) - np.repeat(np.cumsum(fans) - fans, fans)
    return np.stack([corners[firsts], corners[firsts + steps + 1], corners[firsts + steps + 2]], axis=1)


def _by_trimesh(path: Path, head: bytes, limits: Limits) -> tuple[NDArray[Any], NDArray[Any] | None]:
    size = stored_bytes(path, limits, MESH)
    stl = path.suffix.lower() == ".stl"
    if stl and not head.startswith(b"solid"):
        with path.open("rb") as file:
            start = file.read(STL_HEADER)
        fits = len(start) == STL_HEADER and size == STL_HEADER + STL_FACE * int.from_bytes(start[-4:], "little")
    else:
        fits = stl or head.startswith(OFF)
    if not fits:
        raise unfit(path, head, f"{MESH}; as {path.suffix} it is another file, or cut short")
    try:
        import trimesh
    except ImportError:
        raise MissingExtra.of("trimesh", "mesh", f"reading {path.name}") from None
    with decoding(path, MESH), path.open("rb") as file:
        # Of a stream, so that nothing beside the file can be opened; as stored, without joining vertices.
        loaded: Any = trimesh.load(
            file, file_type=path.suffix.lower()[1:], process=False, force="mesh", skip_materials=True
        )
        return np.asarray(loaded.vertices), np.asarray(getattr(loaded, "faces", None))

"""Points and meshes: against trimesh's writer and reader, and files made by hand."""

import runpy
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import read_mesh, read_points
from generallevel.errors import InvalidInput, MissingExtra, NotFinite, ShapeMismatch, UnsafeFile

MADE = runpy.run_path(str(Path(__file__).with_name("whole_files.py")))
FACES, OBJ, POINTS, npy, npz, ply = (MADE[name] for name in ("FACES", "OBJ", "POINTS", "npy", "npz", "ply"))
Put = Callable[..., Path]
ORDERS = ("ascii", "binary_little_endian", "binary_big_endian")


@pytest.mark.parametrize("order", ORDERS)
def test_a_ply_made_by_hand_comes_back(put: Put, order: str) -> None:
    path = put(ply(order), "it.ply")
    assert (read_points(path) == POINTS).all()
    vertices, faces = read_mesh(path)
    assert (vertices == POINTS).all()
    assert faces.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("order", ORDERS)
def test_polygons_of_several_lengths_are_cut_into_fans(put: Put, order: str) -> None:
    _, faces = read_mesh(put(ply(order, [[0, 1, 2], [3, 4, 5, 6, 7], [8, 9, 10]]), "it.ply"))
    assert faces.tolist() == [[0, 1, 2], [3, 4, 5], [3, 5, 6], [3, 6, 7], [8, 9, 10]]


@pytest.mark.parametrize("order", ORDERS)
def test_other_elements_and_lists_are_passed_over(put: Put, order: str) -> None:
    head = f"ply\nformat {order} 1.0\nelement camera 2\nproperty list uint short view\nproperty uchar on\n"
    head += "element vertex 3\nproperty uchar red\nproperty float z\nproperty float y\nproperty float x\n"
    head += (
        "element face 1\nproperty uchar flag\nproperty list ushort uint vertex_index\nproperty list uchar float uv\n"
    )
    head += "element edge 1\nproperty int a\nend_header\n"
    mark = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}[order]
    if mark:
        body = struct.pack(f"{mark}IhhB", 2, 5, 6, 1) + struct.pack(f"{mark}IhB", 1, 5, 1)
        body += b"".join(struct.pack(f"{mark}B3f", 9, n, n + 1, n + 2) for n in range(3))
        body += struct.pack(f"{mark}BH3IB2f", 1, 3, 0, 1, 2, 2, 0.5, 0.5) + struct.pack(f"{mark}i", 7)
    else:
        body = b"2 5 6 1\n1 5 1\n9 0 1 2\n9 1 2 3\n9 2 3 4\n1 3 0 1 2 2 0.5 0.5\n7\n"
    vertices, faces = read_mesh(put(head.encode() + body, "it.ply"))
    assert vertices.tolist() == [[2, 1, 0], [3, 2, 1], [4, 3, 2]]
    assert faces.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("form", ["ply", "stl", "off", "obj"])
@pytest.mark.parametrize("encoding", ["binary", "ascii"])
def test_what_trimesh_writes_comes_back(put: Put, form: str, encoding: str) -> None:
    trimesh = pytest.importorskip("trimesh")
    mesh = trimesh.creation.icosphere(subdivisions=1)
    form_of = "stl_ascii" if (form, encoding) == ("stl", "ascii") else form
    options = {"encoding": encoding} if form == "ply" else {}
    data = mesh.export(file_type=form_of, **options)
    path = put(data if isinstance(data, bytes) else data.encode(), f"it.{form}")
    vertices, faces = read_mesh(path)
    np.testing.assert_allclose(vertices[faces], mesh.triangles, atol=1e-6)
    assert (read_points(path) == vertices).all()


def test_an_obj_made_by_hand_comes_back(put: Put) -> None:
    vertices, faces = read_mesh(put(OBJ, "it.obj"))
    assert vertices.tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    # The second is a square, cut in two; its last corner, and those of the third, count back from the fourth vertex.
    assert faces.tolist() == FACES


@pytest.mark.parametrize(
    ("line", "match"),
    [
        (b"f 1 2 9", "faces of the vertices 0 to 8, and 3 vertices"),
        (b"f 1 2 -4", "counts back beyond the first vertex"),
        (b"f 1 2 0", "no number of a vertex"),
        (b"f 1 2 x", "no number of a vertex"),
        (b"f 1 2 1.5", "no number of a vertex"),
        (b"f 1 2", "a face of 2 corners"),
        (b"", "3 vertices and no face"),
        (b"v 1 2", "as vertex 4"),
        (b"v 1 2 x", "as vertex 4"),
        (b"v 1 2 3 4", "as vertex 4"),
    ],
)
def test_a_damaged_obj_is_named(put: Put, line: bytes, match: str) -> None:
    with pytest.raises(InvalidInput, match=match):
        read_mesh(put(b"v 0 0 0\nv 1 0 0\nv 0 1 0\n" + line + b"\n", "it.obj"))


def test_vertices_with_colours_are_their_places(put: Put) -> None:
    assert read_points(put(b"v 0 0 0 .1 .2 .3\nv 1 2 3 .1 .2 .3\n", "it.obj")).tolist() == [[0, 0, 0], [1, 2, 3]]


@pytest.mark.parametrize(
    ("head", "match"),
    [
        ("element vertex 99999999999\nproperty float x\n", "99,999,999,999 of 'vertex'; at most 20,000,000"),
        ("element vertex 9000000\nproperty float x\nproperty float y\nproperty float z\n", "and 0 are there"),
        ("element camera 20000000\nproperty list uchar int n\n", "which take [0-9,]+ bytes or more"),
        ("element vertex -1\nproperty float x\n", "the line 'element vertex -1' in its header"),
        ("element vertex 1\nproperty quad x\n", "the line 'property quad x'"),
        ("element vertex 1\nproperty float x\nproperty float x\n", "says something twice"),
        ("element vertex 1\n", "without a format or a property"),
        ("element vertex 0\nproperty float x\n", r"vertices with \['x'\], not with x, y and z"),
        ("element face 0\nproperty float x\n", r"vertices with \[\], not with x, y and z"),
    ],
)
def test_a_ply_header_that_lies_is_seen(put: Put, head: str, match: str) -> None:
    for order in ORDERS:
        with pytest.raises(InvalidInput, match=match):
            read_points(put(f"ply\nformat {order} 1.0\n{head}end_header\n".encode(), "it.ply"))


def test_a_list_that_lies_is_seen(put: Put) -> None:
    head = b"ply\nformat binary_little_endian 1.0\nelement face 2\nproperty list uint int vertex_indices\nend_header\n"
    for length in (2**32 - 1, 2**30, 4):
        with pytest.raises(InvalidInput, match="cut short"):
            read_mesh(put(head + struct.pack("<I", length) + bytes(12), "it.ply"))
    text = b"ply\nformat ascii 1.0\nelement face 2\nproperty list uchar int vertex_indices\nend_header\n"
    for rows in (b"3 0 1 2\n9 1 2 3\n", b"-1 0\n3 1 2 3\n", b"1.5 0 0\n3 1 2 3\n"):
        with pytest.raises(InvalidInput, match="lists in 'face' that do not fit"):
            read_mesh(put(text + rows, "it.ply"))


def test_points_come_from_arrays(put: Put) -> None:
    wide = np.hstack([POINTS, POINTS]).astype(np.float32)
    assert (read_points(put(npy(POINTS), "it.npy")) == POINTS).all()
    assert (read_points(put(npy(wide), "it.npy")) == wide[:, :3]).all()
    assert (read_points(put(npz(points=POINTS, colours=-POINTS), "it.npz")) == POINTS).all()
    assert (read_points(put(npz(anything=POINTS), "it.npz")) == POINTS).all()
    with pytest.raises(ShapeMismatch, match=r"shape \(40, 2\); wanted a point cloud"):
        read_points(put(npy(POINTS[:, :2]), "it.npy"))


def test_a_mesh_comes_from_arrays(put: Put) -> None:
    vertices, faces = read_mesh(put(npz(vertices=POINTS, faces=np.array([[0, 1, 2, 3]])), "it.npz"))
    assert (vertices == POINTS).all()
    assert faces.tolist() == [[0, 1, 2], [0, 2, 3]]
    with pytest.raises(InvalidInput, match="the vertices 0 to 40, and 40 vertices"):
        read_mesh(put(npz(vertices=POINTS, faces=np.array([[0, 1, 40]])), "it.npz"))
    with pytest.raises(ShapeMismatch, match="faces of float64"):
        read_mesh(put(npz(vertices=POINTS, faces=np.ones((2, 3))), "it.npz"))
    with pytest.raises(InvalidInput, match=r"is a NumPy array \(.npy\); wanted a mesh"):
        read_mesh(put(npy(POINTS), "it.npy"))


def test_points_come_from_lines(put: Put) -> None:
    text = "// by hand\n" + "\n".join(", ".join(map(repr, map(float, point))) + ";255" for point in POINTS)
    assert (read_points(put(text.encode(), "it.xyz")) == POINTS).all()
    assert read_points(put(b"\xef\xbb\xbf1 2 3\r\n4 5 6", "it.txt")).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert read_points(put(b"2\n1 2 3\n4 5 6\n", "it.pts")).tolist() == [[1, 2, 3], [4, 5, 6]]
    with pytest.raises(InvalidInput, match="says that it has 3 points and has 2"):
        read_points(put(b"3\n1 2 3\n4 5 6\n", "it.pts"))
    with pytest.raises(InvalidInput, match=r"it.xyz, line 3 has 2 numbers"):
        read_points(put(b"1 2 3\n\n4 5\n", "it.xyz"))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_place_that_is_no_number_is_named(put: Put, bad: float) -> None:
    points = POINTS.copy()
    points[4, 1] = bad
    line = b"1 2 " + str(bad).encode()
    for data, name in ((npy(points), "it.npy"), (line, "it.xyz"), (b"v " + line, "it.obj")):
        with pytest.raises(NotFinite, match=r"as point \d; wanted a point cloud.*all finite"):
            read_points(put(data, name))


def test_too_many_points_are_refused(put: Put) -> None:
    for data, name in ((npy(POINTS), "it.npy"), (ply("ascii"), "it.ply"), (b"1 2 3\n" * 40, "it.xyz"), (OBJ, "it.obj")):
        with pytest.raises(UnsafeFile, match=r"at most 3 are read.*Limits.points"):
            read_points(put(data, name), limits=Limits(points=3))


def test_other_files_need_trimesh(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n", "it.off")
    assert read_mesh(path)[1].tolist() == [[0, 1, 2]]
    monkeypatch.setitem(sys.modules, "trimesh", None)
    with pytest.raises(MissingExtra, match=r"needs trimesh: pip install 'generallevel\[mesh\]'"):
        read_mesh(path)
    with pytest.raises(InvalidInput, match="is a binary glTF file; wanted a point cloud"):
        read_points(put(b"glTF\2\0\0\0", "it.glb"))

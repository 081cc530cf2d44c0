"""One whole file of each kind, written by another library or by hand, with the reader that takes it."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark import media

Reader = Callable[..., Any]

RNG = np.random.default_rng(5)
PHOTO = RNG.integers(0, 256, (12, 16, 3), dtype=np.uint8)
WIDE = RNG.integers(0, 2**16, (9, 7, 3), dtype=np.uint16)
POINTS = RNG.normal(size=(40, 3))
PIECE = bytes.fromhex(
    "4d546864 00000006 0000 0001 0060 4d54726b 0000000c 00 903c40 60 803c40 00 ff2f00".replace(" ", "")
)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in chunks:
        parts += [struct.pack(">L4s", len(body), kind), body, struct.pack(">L", zlib.crc32(kind + body))]
    return b"".join(parts)


def header(width: int, height: int, bits: int = 8, colour: int = 2, interlaced: int = 0) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">LLBBBBB", width, height, bits, colour, 0, 0, interlaced)


END = (b"IEND", b"")


def filtered(rows: np.ndarray, step: int) -> bytes:
    """The rows of a PNG, bytes of shape (height, width in bytes), filtered by each method in turn."""
    out, above = b"", np.zeros(rows.shape[1], dtype=np.int64)
    for place, row in enumerate(rows.astype(np.int64)):
        left = np.concatenate([np.zeros(step, dtype=np.int64), row[:-step]])
        corner = np.concatenate([np.zeros(step, dtype=np.int64), above[:-step]])
        guess = left + above - corner
        nearest = np.argmin(np.abs(np.stack([guess - left, guess - above, guess - corner])), axis=0)
        paeth = np.choose(nearest, [left, above, corner])
        method = place % 5
        less = [0, left, above, (left + above) // 2, paeth][method]
        out += bytes([method]) + ((row - less) % 256).astype(np.uint8).tobytes()
        above = row
    return out


def wide_png(pixels: np.ndarray, colour: int) -> bytes:
    """A 16-bit PNG of several channels, each row filtered by another method."""
    height, width, channels = pixels.shape
    rows = np.frombuffer(pixels.astype(">u2").tobytes(), dtype=np.uint8).reshape(height, -1)
    packed = zlib.compress(filtered(rows, 2 * channels))
    half = len(packed) // 2
    return png(header(width, height, 16, colour), (b"IDAT", packed[:half]), (b"IDAT", packed[half:]), END)


def saved(image: Any, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def wave(samples: bytes, *, channels: int = 1, bits: int = 16, code: int = 1, rate: int = 8_000) -> bytes:
    block = channels * bits // 8
    form = struct.pack("<HHLLHH", code, channels, rate, rate * block, block, bits)
    body = b"WAVEfmt " + struct.pack("<L", len(form)) + form + b"data" + struct.pack("<L", len(samples)) + samples
    return b"RIFF" + struct.pack("<L", len(body)) + body


def ply(order: str, faces: list[list[int]] | None = None) -> bytes:
    head = f"ply\nformat {order} 1.0\ncomment made by hand\nelement vertex {len(POINTS)}\n"
    head += "property double x\nproperty double y\nproperty double z\nproperty uchar red\n"
    rows = [[0, 1, 2], [3, 4, 5]] if faces is None else faces
    head += f"element face {len(rows)}\nproperty list uchar int vertex_indices\nend_header\n"
    if order == "ascii":
        lines = ["{!r} {!r} {!r} 7".format(*map(float, point)) for point in POINTS]
        lines += [" ".join(map(str, [len(row), *row])) for row in rows]
        return (head + "\n".join(lines) + "\n").encode()
    mark = "<" if "little" in order else ">"
    body = b"".join(struct.pack(mark + "dddB", *point, 7) for point in POINTS)
    body += b"".join(struct.pack(f"{mark}B{len(row)}i", len(row), *row) for row in rows)
    return head.encode() + body


OBJ = b"""# by hand
v 0 0 0
v 1 0 0 1.0
v 0 1 0
vt 0 0
vn 0 0 1
f 1/1/1 2/1/1 3/1/1
v 0 0 1
f 1//1 2//1 3 -1
f -4/1 -3 \\
 -1
""".replace(b" 1.0\n", b"\n")
FACES = [[0, 1, 2], [0, 1, 2], [0, 2, 3], [0, 1, 3]]
COCO = {
    "images": [{"id": 1, "width": 4, "height": 4}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 2, "bbox": [0, 0, 2.5, 2]}],
    "categories": [{"id": 2, "name": "dog"}],
}
SOLID = {"translation": [1, 2, 3.5], "size": [1, 2, 3], "rotation": [1, 0, 0, 0], "detection_name": "car"}
NUSCENES = {"meta": {"use_lidar": True}, "results": {"abc": [SOLID | {"detection_score": 0.5}], "def": []}}
FLOW = RNG.normal(scale=9, size=(5, 6, 2)).astype(np.float32)


def flac() -> bytes:
    soundfile = pytest.importorskip("soundfile")
    stream = io.BytesIO()
    soundfile.write(stream, np.sin(np.arange(4_000) / 9) / 2, 8_000, format="FLAC")
    return stream.getvalue()


def video() -> bytes:
    av = pytest.importorskip("av")
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as out:
        track = out.add_stream("mpeg4", rate=10)
        track.width, track.height, track.pix_fmt = 32, 16, "yuv420p"
        for level in (20, 100, 180):
            frame = av.VideoFrame.from_ndarray(np.full((16, 32, 3), level, dtype=np.uint8), format="rgb24")
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    return stream.getvalue()


def picture(form: str, **options: Any) -> bytes:
    image = pytest.importorskip("PIL.Image")
    return saved(image.fromarray(PHOTO), form, **options)


def stl() -> bytes:
    trimesh = pytest.importorskip("trimesh")
    return bytes(trimesh.creation.box().export(file_type="stl"))


WHOLE: dict[str, tuple[Reader, Callable[[], bytes]]] = {
    "photo.png": (media.read_image, lambda: picture("PNG")),
    "photo.jpg": (media.read_image, lambda: picture("JPEG")),
    "photo.bmp": (media.read_image, lambda: picture("BMP")),
    "photo.webp": (media.read_image, lambda: picture("WEBP", lossless=True)),
    "wide.png": (media.read_image, lambda: wide_png(WIDE, 2)),
    "labels.png": (media.read_labels, lambda: png(header(2, 2, 8, 0), (b"IDAT", zlib.compress(b"\0\1\2\0\3\4")), END)),
    "segments.png": (media.read_panoptic, lambda: picture("PNG")),
    "mask.png": (media.read_mask, lambda: png(header(2, 2, 1, 0), (b"IDAT", zlib.compress(b"\0\x40\0\x80")), END)),
    "depth.npz": (media.read_depth, lambda: npz(disparity=np.linspace(0, 9, 24).reshape(2, 1, 3, 4), other=np.ones(3))),
    "array.npy": (media.read_array, lambda: npy(np.arange(24.0).reshape(2, 3, 4))),
    "array.npy.gz": (media.read_array, lambda: zlib.compress(npy(np.arange(24)), wbits=31)),
    "flow.flo": (media.read_flow, lambda: struct.pack("<fii", 202021.25, 6, 5) + FLOW.tobytes()),
    "flow.png": (media.read_flow, lambda: wide_png(WIDE, 2)),
    "clip.mp4": (media.read_frames, video),
    "sound.wav": (media.read_audio, lambda: wave(np.arange(-50, 50, dtype="<i2").tobytes())),
    "sound.flac": (media.read_audio, flac),
    "text.ply": (media.read_mesh, lambda: ply("ascii")),
    "little.ply": (media.read_mesh, lambda: ply("binary_little_endian")),
    "big.ply": (media.read_mesh, lambda: ply("binary_big_endian", [[0, 1, 2], [0, 1, 2, 3]])),
    "mesh.obj": (media.read_mesh, lambda: OBJ),
    "mesh.stl": (media.read_mesh, stl),
    "mesh.npz": (media.read_mesh, lambda: npz(vertices=POINTS, faces=np.array([[0, 1, 2]]))),
    "cloud.npy": (media.read_points, lambda: npy(POINTS)),
    "cloud.xyz": (media.read_points, lambda: b"# x y z\n0 0 1\n1 0 1\n0.5 0.5 1e-3\n"),
    "tracks.txt": (media.read_mot, lambda: b"1,1,10,20,30,40,1,-1,-1,-1\n2,1,11,20,30,40,1,-1,-1,-1\n"),
    "poses.txt": (media.read_poses, lambda: b"1 0 0 0 0 1 0 0 0 0 1 0\n1 0 0 1.5 0 1 0 0 0 0 1 2\n"),
    "boxes.txt": (media.read_boxes_text, lambda: b"1,2,3,4\nnan,nan,nan,nan\n5\t6\t7\t8\n"),
    "coco.json": (media.read_coco, lambda: json.dumps(COCO).encode()),
    "nuscenes.json": (media.read_nuscenes, lambda: json.dumps(NUSCENES).encode()),
    "piece.mid": (media.read_midi, lambda: PIECE),
    "text.txt": (media.read_text, lambda: "Grüße\r\nan alle\n".encode()),
}


def zipped(names: list[str], content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return stream.getvalue()

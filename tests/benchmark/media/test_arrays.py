"""Arrays, depth and flow: against NumPy's own writer, bytes made by hand, headers that lie and files that inflate."""

import gzip
import io
import pickle
import runpy
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import read_array, read_depth, read_flow, write_flo
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch, UnknownName, UnsafeFile

MADE = runpy.run_path(str(Path(__file__).with_name("whole_files.py")))
FLOW, npy, npz, saved, wide_png, zipped = (MADE[name] for name in ["FLOW", "npy", "npz", "saved", "wide_png", "zipped"])


ARRAYS = [
    np.arange(24.0).reshape(2, 3, 4),
    np.asfortranarray(np.arange(12, dtype=">i2").reshape(3, 4)),
    np.array([[True, False]]),
    np.array(3.5, dtype=np.float16),
    np.zeros((0, 3), dtype=np.uint8),
    np.array([np.nan, np.inf, -0.0]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype.str}{array.shape}")
def test_arrays_come_back_from_every_wrapping(put: Any, array: np.ndarray) -> None:
    plain = io.BytesIO()
    np.savez(plain, one=array)
    for data in (
        npy(array),
        npz(one=array),
        plain.getvalue(),
        gzip.compress(npy(array)),
        gzip.compress(npz(one=array)),
    ):
        found = read_array(put(data))
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype.newbyteorder("=")
        assert found.flags.writeable


def test_one_of_several_arrays_is_named(put: Any) -> None:
    path = put(npz(first=np.ones(2), second=np.zeros(3)), "it.npz")
    assert read_array(path, "second").shape == (3,)
    assert read_array(path, "second.npy").shape == (3,)
    with pytest.raises(UnknownName, match=r"holds 2 arrays \('first', 'second'\): name one"):
        read_array(path)
    with pytest.raises(UnknownName, match=r"has no array 'secnd'.*Did you mean 'second'\?"):
        read_array(path, "secnd")


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was opened",))


def test_nothing_is_unpickled(put: Any) -> None:
    objects = npy(np.array([Trap()], dtype=object))
    for data in (objects, zipped(["one.npy"], objects), gzip.compress(objects)):
        with pytest.raises(InvalidInput, match="holds Python objects, which could run code"):
            read_array(put(data))
    with pytest.raises(InvalidInput, match="is a Python pickle, which is never opened; wanted"):
        read_array(put(pickle.dumps(Trap())))
    with pytest.raises(InvalidInput, match=r"\['one'\] is a Python pickle"):
        read_array(put(zipped(["one.npy"], pickle.dumps(Trap()))))


@pytest.mark.parametrize("array", [np.array(["text"]), np.array([1j]), np.zeros(2, dtype=[("a", float)])], ids=str)
def test_what_is_no_number_is_refused(put: Any, array: np.ndarray) -> None:
    with pytest.raises(InvalidInput, match="wanted an array of real numbers"):
        read_array(put(npy(array)))


def lying(shape: str, there: int = 16) -> bytes:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(118) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + bytes(there)


@pytest.mark.parametrize("wrap", [bytes, lambda data: zipped(["a.npy"], data), gzip.compress])
def test_a_header_that_lies_is_seen_before_memory_is_taken(put: Any, wrap: Any) -> None:
    for shape in ("(10000000000000,)", f"({2**40}, {2**40})", "(70000, 70000)"):
        with pytest.raises(UnsafeFile, match=r"says that it holds [\d,]+ bytes; at most 2,147,483,648"):
            read_array(put(wrap(lying(shape))))
    with pytest.raises(InvalidInput, match=r"ends too early: shape \(9,\) of float64 takes 72 bytes, and 16 are there"):
        read_array(put(wrap(lying("(9,)"))))
    with pytest.raises(InvalidInput, match="holds more than its array"):
        read_array(put(wrap(lying("(1,)"))))
    for shape in ("(-2,)", "(True,)", "(2.0,)", "3", "(10**9,)", "('a',)"):
        with pytest.raises(InvalidInput, match=r"damaged|no side can be negative"):
            read_array(put(wrap(lying(shape))))


def test_an_honest_archive_that_inflates_too_far_is_refused(put: Any) -> None:
    data = npz(one=np.zeros(2**20))  # 8 MiB in 8 kB
    assert len(data) < 10_000
    limits = Limits(array_bytes=2**22)
    for bomb in (data, gzip.compress(npy(np.zeros(2**20))), gzip.compress(data)):
        with pytest.raises(UnsafeFile, match=r"inflates to.*Limits.array_bytes"):
            read_array(put(bomb), limits=limits)
    with pytest.raises(UnsafeFile, match="inflates to"):
        read_array(put(data), limits=Limits(ratio=7))
    assert read_array(put(data)).shape == (2**20,)


def test_a_directory_that_lies_is_seen(put: Any) -> None:
    data = npz(one=np.arange(1_000.0))
    place = data.index(b"PK\x01\x02") + 24  # the inflated size of the first member
    (true,) = struct.unpack_from("<L", data, place)
    for said in (true - 8, true + 8, 200):
        changed = bytearray(data)
        struct.pack_into("<L", changed, place, said)
        with pytest.raises(InvalidInput, match=r"damaged|ends too early|holds more than its array"):
            read_array(put(changed))
    struct.pack_into("<L", changed, place, 2**32 - 2)
    with pytest.raises(UnsafeFile, match="inflates to 4,294,967,294 bytes"):
        read_array(put(changed))


def test_a_directory_of_very_many_members_is_not_read(put: Any) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for place in range(1_025):
            archive.writestr(f"{place}.npy", b"")
    with pytest.raises(UnsafeFile, match="has 1,025 members; at most 1,024"):
        read_array(put(stream.getvalue()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"PK\x05\x06" * 9
    with pytest.raises((UnsafeFile, InvalidInput), match=r"members|cut short|damaged"):
        read_array(put(stream.getvalue()))


def test_strange_archives_are_refused(put: Any) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(["a.npy", "a.npy"], npy(np.ones(2)))
    with pytest.raises(UnsafeFile, match="two arrays called 'a'"):
        read_array(put(twice))
    with pytest.raises(InvalidInput, match="packed by method 14"):
        read_array(put(zipped(["a.npy"], npy(np.ones(2)), zipfile.ZIP_LZMA)))
    with pytest.raises(InvalidInput, match="archive without any array"):
        read_array(put(zipped([], b"")))


def test_gzip_of_several_members_is_read_and_a_cut_one_is_seen(put: Any) -> None:
    data = npy(np.arange(9.0))
    assert read_array(put(gzip.compress(data[:50]) + gzip.compress(data[50:]) + bytes(9))).tolist() == list(range(9))
    with pytest.raises(InvalidInput, match="gzip file that is cut short"):
        read_array(put(gzip.compress(data)[:-9]))
    with pytest.raises(InvalidInput, match=r"is text that opens with 'hello'.*what the gzip file holds"):
        read_array(put(gzip.compress(b"hello")))
    with pytest.raises(UnsafeFile, match="more than 100,000 parts"):
        read_array(put(gzip.compress(b"") * 100_001))


def test_truths_that_are_neither_are_damage(put: Any) -> None:
    with pytest.raises(InvalidInput, match="truths that are neither 0 nor 1"):
        read_array(put(npy(np.array([True, True])).replace(b"\1\1", b"\1\2")))


def test_depth_of_a_clip_is_its_disparity(put: Any) -> None:
    clip = np.linspace(0.1, 9, 24, dtype=np.float32).reshape(2, 1, 3, 4)
    for arrays in (
        {"disparity": clip},
        {"disparity": clip, "depth": -clip},
        {"depth": clip, "mask": clip},
        {"any": clip},
    ):
        found = read_depth(put(npz(**arrays), "it.npz"))
        assert found.dtype == np.float64
        assert (found == clip).all()
    assert (read_depth(put(npz(a=clip, b=-clip), "it.npz"), "b") == -clip).all()
    with pytest.raises(UnknownName, match="name one of them"):
        read_depth(put(npz(a=clip, b=clip), "it.npz"))
    with pytest.raises(ShapeMismatch, match=r"shape \(5,\)"):
        read_depth(put(npy(np.ones(5))))


def test_depth_keeps_what_is_no_number(put: Any) -> None:
    bare = np.array([[np.nan, np.inf], [0.0, -1.0]])
    np.testing.assert_array_equal(read_depth(put(npy(bare))), bare)


def test_depth_of_a_png_is_over_its_scale(put: Any) -> None:
    image = pytest.importorskip("PIL.Image")
    stored = np.array([[0, 256], [65535, 1]], dtype=np.uint16)
    path = put(saved(image.fromarray(stored), "PNG"), "it.png")
    assert read_depth(path).tolist() == [[0, 256], [65535, 1]]
    assert read_depth(path, scale=256.0).tolist() == [[0, 1], [65535 / 256, 1 / 256]]
    for scale in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ImpossibleValue, match="scale is"):
            read_depth(path, scale=scale)


def test_flow_of_middlebury_is_made_by_hand(put: Any) -> None:
    data = b"PIEH" + struct.pack("<ii4f", 1, 2, 1.5, -2.0, 0.25, 1e10)  # one column, two rows
    flow, valid = read_flow(put(data, "it.flo"))
    assert flow.tolist() == [[[1.5, -2.0]], [[0.25, float(np.float32(1e10))]]]
    assert valid is not None
    assert valid.tolist() == [[True], [False]]


def test_flow_is_written_and_read(tmp_path: Path) -> None:
    write_flo(tmp_path / "it.flo", FLOW)
    flow, valid = read_flow(tmp_path / "it.flo")
    assert (flow == FLOW).all()
    assert valid is None
    with pytest.raises(ShapeMismatch, match=r"shape \(5, 6\)"):
        write_flo(tmp_path / "it.flo", FLOW[..., 0])


def test_flow_that_is_nan_is_unknown(put: Any) -> None:
    _, valid = read_flow(put(b"PIEH" + struct.pack("<ii4f", 2, 1, 1, 1, np.nan, 1), "it.flo"))
    assert valid is not None
    assert valid.tolist() == [[True, False]]


def test_flow_of_kitti_is_64ths_from_32768(put: Any) -> None:
    stored = np.array([[[2**15 + 64, 2**15 - 32, 1], [0, 0, 0]]], dtype=np.uint16)
    flow, valid = read_flow(put(wide_png(stored, 2), "it.png"))
    assert flow[0, 0].tolist() == [1.0, -0.5]
    assert np.isnan(flow[0, 1]).all()
    assert valid is not None
    assert valid.tolist() == [[True, False]]


def test_a_png_that_lost_its_flow_says_so(put: Any) -> None:
    image = pytest.importorskip("PIL.Image")
    path = put(saved(image.fromarray(np.zeros((2, 2, 3), dtype=np.uint8)), "PNG"), "it.png")
    with pytest.raises(InvalidInput, match=r"3 channels of 8 bits.*saved again by a program that keeps 8 bits"):
        read_flow(path)


def test_a_flow_that_lies_about_its_size_is_refused(put: Any) -> None:
    for sides in ((2**31 - 1, 2**31 - 1), (2**16, 2**16)):
        with pytest.raises(UnsafeFile, match=r"pixels,.*at most 67,108,864"):
            read_flow(put(b"PIEH" + struct.pack("<ii", *sides), "it.flo"))
    with pytest.raises(InvalidInput, match=r"4 x 4 pixels, which take 140 bytes, and it has 20"):
        read_flow(put(b"PIEH" + struct.pack("<ii", 4, 4) + bytes(8), "it.flo"))
    with pytest.raises(InvalidInput, match="-1 x 4 pixels, which is no flow"):
        read_flow(put(b"PIEH" + struct.pack("<ii", -1, 4) + bytes(8), "it.flo"))
    with pytest.raises(InvalidInput, match="6 bytes, less than the header"):
        read_flow(put(b"PIEH\0\0", "it.flo"))


def test_zlib_is_not_gzip(put: Any) -> None:
    with pytest.raises(InvalidInput, match="wanted an array"):
        read_array(put(zlib.compress(npy(np.ones(2)))))

"""Clips: folders against the images in them, video files against what PyAV wrote."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import iter_frames, read_frames
from generallevel.errors import InvalidInput, MissingExtra, ShapeMismatch, UnsafeFile

Image = pytest.importorskip("PIL.Image")
Put = Callable[..., Path]
CLIP = np.random.default_rng(4).integers(0, 256, (12, 6, 8, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Frames 0 to 11, without leading zeros."""
    path = tmp_path / "clip"
    path.mkdir()
    for place, frame in enumerate(CLIP):
        Image.fromarray(frame).save(path / f"frame{place}.png")
    return path


def encoded(clip: np.ndarray, form: str, codec: str, pixels: str) -> bytes:
    av = pytest.importorskip("av")
    stream = io.BytesIO()
    with av.open(stream, "w", format=form) as out:
        track = out.add_stream(codec, rate=10)
        track.height, track.width, track.pix_fmt = *clip.shape[1:3], pixels
        for frame in clip:
            out.mux(track.encode(av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format=pixels)))
        out.mux(track.encode(None))
    return stream.getvalue()


def test_frames_of_a_folder_come_in_natural_order(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "Thumbs.db").write_bytes(b"\0")
    assert (read_frames(folder) == CLIP).all()
    assert all((frame == wanted).all() for frame, wanted in zip(iter_frames(folder), CLIP, strict=True))


def test_frames_are_read_one_at_a_time(folder: Path) -> None:
    frames = iter_frames(folder)
    assert (next(frames) == CLIP[0]).all()
    (folder / "frame1.png").write_bytes(b"no image")
    with pytest.raises(InvalidInput, match=r"frame1.png is text that opens with 'no image'"):
        next(frames)


def test_grey_frames_have_three_equal_channels(tmp_path: Path) -> None:
    Image.fromarray(CLIP[0, ..., 0]).save(tmp_path / "1.png")
    assert (read_frames(tmp_path) == CLIP[:1, ..., :1]).all()


def test_what_else_lies_in_a_folder_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.json").write_text("{}")
    with pytest.raises(InvalidInput, match=r"clip/ has 'notes.json' among its frames"):
        read_frames(folder)
    (folder / "notes.json").unlink()
    Image.fromarray(CLIP[0]).save(folder / "frame3.jpg")
    with pytest.raises(InvalidInput, match="two frames 'frame3'"):
        read_frames(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="empty/ is a folder without a frame"):
        list(iter_frames(tmp_path / "empty"))


def test_frames_of_several_sizes_or_of_sixteen_bits_are_named(folder: Path) -> None:
    Image.fromarray(CLIP[0, :5]).save(folder / "frame7.png")
    with pytest.raises(ShapeMismatch, match=r"frames of 8 x 6 pixels, and frame 7 \(from 0\) has 8 x 5"):
        read_frames(folder)
    Image.fromarray(CLIP[0, ..., 0].astype(np.uint16)).save(folder / "frame0.png")
    with pytest.raises(InvalidInput, match=r"frame0.png has 16 bits"):
        read_frames(folder)


def test_a_link_that_leaves_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.fromarray(CLIP[0]).save(secret)
    (folder / "frame12.png").symlink_to(secret)
    with pytest.raises(UnsafeFile, match=r"'frame12.png', a link that leaves the folder"):
        read_frames(folder)
    (folder / "frame12.png").unlink()
    (folder / "frame12.png").symlink_to(folder / "frame0.png")
    assert len(read_frames(folder)) == 13


def test_a_clip_beyond_the_limits_is_refused(folder: Path) -> None:
    with pytest.raises(UnsafeFile, match="frames or more; at most 11"):
        read_frames(folder, limits=Limits(frames=11))
    with pytest.raises(UnsafeFile, match=r"1,728 bytes in all.*at most 1,727"):  # 12 frames of 6 x 8 x 3
        read_frames(folder, limits=Limits(array_bytes=1_727))
    assert len(list(iter_frames(folder, limits=Limits(array_bytes=1_727)))) == 12  # one at a time is another matter


LOSSLESS = [("matroska", "ffv1", "bgr0"), ("avi", "ffv1", "bgr0"), ("mov", "png", "rgb24")]


@pytest.mark.parametrize(("form", "codec", "pixels"), LOSSLESS)
def test_a_lossless_video_comes_back(put: Put, form: str, codec: str, pixels: str) -> None:
    clip = CLIP.repeat(4, axis=1).repeat(4, axis=2)
    found = read_frames(put(encoded(clip, form, codec, pixels)))
    assert found.dtype == np.uint8
    assert (found == clip).all()


def test_all_frames_of_a_coded_video_are_there(put: Put) -> None:
    levels = np.linspace(20, 240, 12).astype(np.uint8)
    clip = np.broadcast_to(levels[:, None, None, None], (12, 32, 48, 3))
    found = read_frames(put(encoded(np.ascontiguousarray(clip), "mp4", "mpeg4", "yuv420p")))
    assert found.shape == clip.shape
    assert np.abs(found.mean(axis=(1, 2, 3)) - levels).max() < 8


def test_a_video_beyond_the_limits_is_refused_by_its_header(put: Put) -> None:
    path = put(encoded(CLIP.repeat(4, axis=1).repeat(4, axis=2), "mp4", "mpeg4", "yuv420p"))
    with pytest.raises(UnsafeFile, match="says that it has 12 frames; at most 11"):
        read_frames(path, limits=Limits(frames=11))
    with pytest.raises(UnsafeFile, match=r"lasts 1.2 seconds; at most 1"):
        read_frames(path, limits=Limits(seconds=1))
    with pytest.raises(UnsafeFile, match="32 x 24 pixels, 768 in all; at most 767"):
        read_frames(path, limits=Limits(pixels=767))
    with pytest.raises(UnsafeFile, match="bytes in all"):
        read_frames(path, limits=Limits(array_bytes=32 * 24 * 3 * 12 - 1))


def test_a_video_without_a_count_is_bounded_as_it_is_decoded(put: Put) -> None:
    path = put(encoded(CLIP.repeat(4, axis=1).repeat(4, axis=2), "matroska", "ffv1", "bgr0"))
    with pytest.raises(UnsafeFile, match="has 5 frames or more; at most 4"):
        read_frames(path, limits=Limits(frames=4))
    with pytest.raises(UnsafeFile, match="bytes in all"):
        read_frames(path, limits=Limits(array_bytes=32 * 24 * 3 * 7))


def test_a_gif_that_pillow_wrote_comes_back(put: Put) -> None:
    pytest.importorskip("av")
    clip = np.where(CLIP.repeat(4, axis=1).repeat(4, axis=2) > 127, 255, 0).astype(np.uint8)
    frames = [Image.fromarray(frame) for frame in clip]
    path = put(b"", "clip.gif")
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    assert (read_frames(path) == clip).all()


def test_a_cut_video_is_no_shorter_clip(put: Put, tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "whole.mp4"), "w", format="mp4", options={"movflags": "faststart"}) as out:
        track = out.add_stream("mpeg4", rate=10)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
        for frame in np.random.default_rng(1).integers(0, 256, (9, 48, 64, 3), dtype=np.uint8):
            out.mux(track.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(track.encode(None))
    data = (tmp_path / "whole.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert len(read_frames(put(data))) == 9
    with pytest.raises(InvalidInput, match="cut short"):
        read_frames(put(data[: len(data) * 2 // 3]))


@pytest.mark.parametrize(
    "data",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"<?xml version='1.0'?><MPD></MPD>",
    ],
)
def test_a_playlist_that_opens_other_files_is_no_video(put: Put, data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"wanted a clip: a folder of images, or a video file"):
        read_frames(put(data, "clip.mp4"))


def test_a_sound_is_no_clip(put: Put) -> None:
    av = pytest.importorskip("av")
    stream = io.BytesIO()
    with av.open(stream, "w", format="matroska") as out:
        track = out.add_stream("pcm_s16le", rate=8_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), dtype=np.int16), format="s16", layout="mono")
        frame.sample_rate = 8_000
        out.mux(track.encode(frame))
        out.mux(track.encode(None))
    with pytest.raises(InvalidInput, match="has no video stream"):
        read_frames(put(stream.getvalue()))


def test_without_pyav_the_extra_is_named(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    path: Any = put(b"\x1a\x45\xdf\xa3" + bytes(64))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtra, match=r"needs av: pip install 'generallevel\[video\]'"):
        read_frames(path)

"""Recordings: WAV of each kind against soundfile's reader and writer, and headers that lie."""

import io
import math
import runpy
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import read_audio
from generallevel.errors import InvalidInput, MissingExtra, NotFinite, UnsafeFile

soundfile = pytest.importorskip("soundfile")
wave = runpy.run_path(str(Path(__file__).with_name("whole_files.py")))["wave"]
Put = Callable[..., Path]
SOUND = np.random.default_rng(2).uniform(-1, 1, (500, 2))


def written(samples: np.ndarray, form: str, subtype: str | None = None, rate: int = 16_000) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate, format=form, subtype=subtype)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_wav_is_what_soundfile_reads(put: Put, monkeypatch: pytest.MonkeyPatch, form: str, subtype: str) -> None:
    data = written(SOUND, form, subtype)
    wanted, rate = soundfile.read(io.BytesIO(data))
    monkeypatch.setitem(sys.modules, "soundfile", None)  # no library is needed
    samples, found = read_audio(put(data))
    assert found == rate == 16_000
    assert samples.shape == (500, 2)
    assert (samples == wanted).all()


@pytest.mark.parametrize(
    ("form", "subtype"),
    [("WAV", "ULAW"), ("WAV", "IMA_ADPCM"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("AIFF", "PCM_16")],
)
def test_other_files_go_through_soundfile(put: Put, monkeypatch: pytest.MonkeyPatch, form: str, subtype: str) -> None:
    data = written(SOUND[:, 0], form, subtype, 8_000)
    wanted, _ = soundfile.read(io.BytesIO(data))
    samples, rate = read_audio(put(data))
    assert rate == 8_000
    assert samples.shape == wanted.shape == (len(wanted),)
    assert (samples == wanted).all()
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtra, match=r"reading it.png needs soundfile: pip install 'generallevel\[audio\]'"):
        read_audio(put(data))


def test_mp3_goes_through_soundfile(put: Put) -> None:
    if "MP3" not in soundfile.available_formats():
        pytest.skip("this libsndfile has no MP3")
    samples, rate = read_audio(put(written(SOUND[:, 0], "MP3", rate=16_000)))
    assert rate == 16_000
    assert len(samples) >= 500


def test_levels_are_worked_by_hand(put: Put) -> None:
    samples, rate = read_audio(put(wave(struct.pack("<4h", -(2**15), 0, 2**14, 2**15 - 1), rate=4)))
    assert samples.tolist() == [-1.0, 0.0, 0.5, 1 - 2**-15]
    assert rate == 4
    assert read_audio(put(wave(bytes([0, 128, 192]), bits=8)))[0].tolist() == [-1.0, 0.0, 0.5]
    assert read_audio(put(wave(b"\0\0\x80\0\0\x40", bits=24)))[0].tolist() == [-1.0, 0.5]


def test_chunks_before_the_samples_are_passed_over(put: Put) -> None:
    data = wave(struct.pack("<2h", 1, 2))
    place = data.index(b"data")
    note = b"LIST" + struct.pack("<L", 3) + b"abc\0"  # an odd length is padded
    assert len(read_audio(put(data[:place] + note + data[place:]))[0]) == 2


def test_a_length_that_a_pipe_could_not_say_is_to_the_end(put: Put) -> None:
    data = wave(struct.pack("<2h", 1, 2)).replace(b"data\4\0\0\0", b"data\xff\xff\xff\xff")
    assert len(read_audio(put(data))[0]) == 2


def test_headers_that_lie_are_seen(put: Put) -> None:
    whole = wave(bytes(100))
    with pytest.raises(InvalidInput, match="says that it has 100 bytes of samples, and 90 are there"):
        read_audio(put(whole[:-10]))
    with pytest.raises(InvalidInput, match="0 samples of 1 channels"):
        read_audio(put(wave(b"")))
    for changes in ({"channels": 0}, {"bits": 13}, {"rate": 0}):
        with pytest.raises(InvalidInput, match="which cannot be"):
            read_audio(put(wave(bytes(100), **changes)))
    with pytest.raises(InvalidInput, match="without its header or its samples"):
        read_audio(put(whole.replace(b"fmt ", b"fmtX")))


def test_a_recording_beyond_the_limits_is_refused(put: Put) -> None:
    whole = wave(bytes(2 * 8_000))  # one second
    assert len(read_audio(put(whole), limits=Limits(seconds=1.0))[0]) == 8_000
    with pytest.raises(UnsafeFile, match=r"lasts 1 seconds; at most 0.99 are read.*Limits.seconds"):
        read_audio(put(whole), limits=Limits(seconds=0.99))
    with pytest.raises(UnsafeFile, match="64,000 bytes in double precision"):
        read_audio(put(whole), limits=Limits(array_bytes=2**15))
    flac = written(np.zeros(16_000), "FLAC")
    with pytest.raises(UnsafeFile, match="lasts 1 seconds"):
        read_audio(put(flac), limits=Limits(seconds=0.5))
    place = flac.index(b"fLaC") + 4 + 4 + 13  # the low 36 bits of bytes 13 to 17 count the samples
    lying = flac[: place + 1] + b"\xff\xff\xff\xff" + flac[place + 5 :]
    with pytest.raises(UnsafeFile, match="says that it lasts"):
        read_audio(put(lying))


def test_samples_that_are_no_number_are_named(put: Put) -> None:
    for bad in (math.nan, math.inf):
        data = wave(struct.pack("<4f", 0, 0, bad, 0), bits=32, code=3, rate=4)
        with pytest.raises(NotFinite, match=r"a sample at 0.500 s that is NaN or infinite"):
            read_audio(put(data))


def test_other_riff_files_are_called_what_they_are(put: Put) -> None:
    with pytest.raises(InvalidInput, match="is an AVI video; wanted a recording"):
        read_audio(put(b"RIFF\0\0\0\0AVI LIST"))
    with pytest.raises(InvalidInput, match="is an MP4 or QuickTime file; wanted a recording"):
        read_audio(put(b"\0\0\0\x18ftypM4A "))

"""Recordings, WORLD's cepstra and transcribers."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch
from generallevel.extractors import Extractor, Recording, Transcriber, WorldCepstra, Wrapped
from generallevel.extractors.transcribers import heard
from generallevel.metrics.audio.speech import mcd
from generallevel.scoring import score


def test_pcm_is_brought_to_full_scale() -> None:
    for kind in (np.int16, np.int32):
        recording = Recording(np.array([np.iinfo(kind).min, 0], dtype=kind), 8000)
        assert recording.samples.tolist() == [-1.0, 0.0]
    assert Recording([0.5, 0.25], np.int64(8000)).seconds == 2 / 8000


def test_resampling_keeps_time_and_pitch() -> None:
    times = np.arange(24000) / 24000
    tone = Recording(np.sin(2 * np.pi * 440 * times), 24000).resampled(22050)
    assert (tone.rate, len(tone.samples)) == (22050, 22050)
    inner = slice(200, -200)
    wanted = np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)
    assert np.abs(tone.samples[inner] - wanted[inner]).max() < 1e-2
    assert tone.resampled(22050) is tone


@pytest.mark.parametrize(
    ("samples", "rate", "error", "message"),
    [
        ([], 8000, InvalidInput, "the recording has no sample"),
        ([[0.1, 0.2]], 8000, ShapeMismatch, "Mix its channels first"),
        ([0.1, math.nan], 8000, NotFinite, "sample 1 of the recording is NaN"),
        (np.array([128], dtype=np.uint8), 8000, InvalidInput, "got uint8: of what full scale"),
        ([1, 2], 8000, InvalidInput, "got int64"),
        ([0.1], 0, ImpossibleValue, "rate is the number of samples in a second"),
        ([0.1], 22.05, ImpossibleValue, r"not 22\.05"),
        ("a.wav", 8000, InvalidInput, "of real numbers"),
    ],
)
def test_what_is_no_recording(samples: Any, rate: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Recording(samples, rate)


# ------------------------------------------------------------------------------------------------------- WORLD

GOOD: dict[str, Any] = {"rate": 16000, "order": 24, "alpha": 0.42}


def test_each_setting_is_another_extractor() -> None:
    others = [
        {"rate": 22050},
        {"order": 25},
        {"alpha": 0.455},
        {"frame_period": 10.0},
        {"fft_size": 1024},
        {"power_as_amplitude": True},
    ]
    prints = {WorldCepstra(**{**GOOD, **change}).fingerprint for change in [{}, *others]}
    assert len(prints) == len(others) + 1
    assert WorldCepstra(**GOOD).fingerprint == WorldCepstra(**GOOD).fingerprint
    assert isinstance(WorldCepstra(**GOOD), Extractor)
    assert repr(WorldCepstra.released()).startswith("<extractor WORLD mel-cepstra 22050 Hz, order 13, alpha 0.65@")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"rate": 0}, InvalidInput, "rate is a whole number"),
        ({"rate": 10**9}, ImpossibleValue, "rate is the number of samples in a second"),
        ({"order": 0}, InvalidInput, "order is a whole number"),
        ({"alpha": 1.0}, ImpossibleValue, "alpha is the constant of an all-pass filter"),
        ({"frame_period": 0}, ImpossibleValue, "frame_period is a number of milliseconds"),
        ({"fft_size": 513}, InvalidInput, "fft_size is an even number"),
    ],
)
def test_what_no_setting_can_be(change: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        WorldCepstra(**{**GOOD, **change})


def test_bare_samples_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"extractors.Recording\(samples, rate\), not ndarray"):
        mcd(np.zeros(100), np.zeros(100), extractor=WorldCepstra(**GOOD))


def voice(rate: int, seconds: float, pitch: float = 150.0) -> Recording:
    times = np.arange(int(rate * seconds)) / rate
    tones = sum(np.sin(2 * np.pi * pitch * k * times) / k for k in range(1, 20))
    return Recording(0.1 * np.asarray(tones) + 1e-4 * np.random.default_rng(0).normal(size=len(times)), rate)


def test_a_voice_is_near_itself_at_another_rate_and_far_from_another() -> None:
    pytest.importorskip("pyworld")
    extractor = WorldCepstra(**GOOD)
    same = score("mcd", [voice(24000, 0.4)], [voice(16000, 0.5)], extractor=extractor).value
    other = score("mcd", [voice(16000, 0.4, pitch=240.0)], [voice(16000, 0.5)], extractor=extractor).value
    assert 0 < same < other
    assert mcd(voice(16000, 0.3), voice(16000, 0.3), extractor=extractor).value == 0
    louder = Recording(4 * voice(16000, 0.3).samples, 16000)
    assert mcd(louder, voice(16000, 0.3), extractor=extractor).value < 0.2  # the energy does not count


def test_silence_has_cepstra() -> None:
    pytest.importorskip("pyworld")
    silence = Recording(np.zeros(3200), 16000)
    value = mcd(silence, voice(16000, 0.2), extractor=WorldCepstra(**GOOD)).value
    assert math.isfinite(value)


# ------------------------------------------------------------------------------------------------- transcribers


class Model:
    """A speech recogniser that has learned two recordings by heart, and counts how often it is asked."""

    name = "by heart"
    fingerprint = "by heart@2"

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, items: Any, /) -> list[str]:
        self.calls += 1
        return ["the cat sat" if item.mean() > 0 else "a dog" for item in items]


LOUD, QUIET = np.ones(4), -np.ones(4)


def test_generated_speech_is_heard_and_then_scored() -> None:
    model = Model()
    assert isinstance(model, Transcriber)
    result = score("wer", [LOUD, QUIET], ["the cat sat down", "a dog"], transcriber=model)
    assert result.value == 1 / (4 + 2)
    assert "transcriber:by heart@2" in result.signature
    assert model.calls == 1
    assert score("cer", [LOUD], ["the cat"], transcriber=model).value == 4 / 7


def test_cider_of_generated_speech() -> None:
    refs = ["the cat sat", "a dog"]
    heard_score = score("cider", [LOUD, QUIET], refs, transcriber=Model())
    assert heard_score.value == score("cider", refs, refs).value
    assert "by heart@2" in heard_score.signature


def test_a_missing_recording_says_nothing() -> None:
    result = score("wer", [None, QUIET], ["the cat sat", "a dog"], transcriber=Model())
    assert result.value == 3 / 5
    assert dict(result.reasons) == {0: "no prediction"}


def test_texts_need_nobody_and_leave_no_trace() -> None:
    assert "transcriber:None" in score("wer", ["a"], ["a"]).signature


@pytest.mark.parametrize(
    ("transcriber", "error", "message"),
    [
        ("whisper", InvalidInput, "transcriber is what turns recordings into texts, or None, not str"),
        (lambda items: [""] * len(items), InvalidInput, "has no name and fingerprint.*Wrapped"),
        (Wrapped(lambda items: "the cat", "one text"), LengthMismatch, "one text gave str for 1 recordings"),
        (Wrapped(lambda items: [], "mute"), LengthMismatch, "mute gave 0 for 1 recordings"),
        (Wrapped(lambda items: [{"text": "a"}], "rich"), InvalidInput, "rich gave dict, not a text"),
    ],
)
def test_who_is_no_transcriber(transcriber: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        heard([LOUD], transcriber)


def test_events_of_speech_are_sets_of_spans() -> None:
    said = {("Attack", 3, 5), ("Patch", 9, 10)}
    wanted = {("Attack", 3, 5), ("Patch", 9, 11), ("Leak", 1, 2)}
    assert score("f1", [said], [wanted], variant="entities").value == pytest.approx(2 * 1 / (2 + 3), rel=1e-12)

"""Distortion of a voice: worked cases, what is refused, and what the signature says."""

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, MissingExtra, NotFinite, ShapeMismatch, UnitMismatch
from generallevel.extractors import Recording, WorldCepstra, Wrapped
from generallevel.metrics.audio.speech import DECIBELS, log_spectral_distance, mcd
from generallevel.scoring import score
from generallevel.tallies import Mean

REF = [[9.0, 0.0, 0.0], [9.0, 3.0, 4.0]]


def test_the_constant_turns_cepstra_into_decibels() -> None:
    assert math.isclose(DECIBELS, 6.141851463713754, rel_tol=1e-15)


def test_one_frame_beside_another() -> None:
    # 5 = the root of 3 ** 2 + 4 ** 2; the energies do not count
    assert mcd([[0.0, 0.0, 0.0]], [[7.0, 3.0, 4.0]]).value == pytest.approx(DECIBELS * 5, rel=1e-12)
    assert mcd([[0.0, 0.0, 0.0]], [[12.0, 3.0, 4.0]], c0=True).value == pytest.approx(DECIBELS * 13, rel=1e-12)


def test_warping_takes_up_what_is_slower() -> None:
    slow = np.repeat(REF, 3, axis=0)
    assert mcd(slow, REF).value == 0.0
    assert mcd(REF, slow).value == 0.0


def test_the_mean_is_over_the_pairs_of_the_path() -> None:
    # (0, 0), (1, 0) and (2, 1): distances 0, 1 and 0
    tally = mcd([[0.0, 0.0], [0.0, 1.0], [0.0, 5.0]], [[0.0, 0.0], [0.0, 5.0]], pooled=True)
    assert tally.n == 3
    assert tally.value == pytest.approx(DECIBELS / 3, rel=1e-12)


def test_utterances_or_frames_count_alike() -> None:
    preds, refs = [[[0, 1.0]], [[0, 0.0]] * 3], [[[0, 0.0]], [[0, 0.0]] * 3]
    assert score("mcd", preds, refs).value == pytest.approx(DECIBELS * (1 + 0) / 2, rel=1e-12)
    assert score("mcd", preds, refs, variant="pooled").value == pytest.approx(DECIBELS * (1 + 0 + 0 + 0) / 4, rel=1e-12)


def test_a_missing_utterance_is_left_out_and_reported() -> None:
    result = score("mcd", [REF, None], [REF, REF])
    assert (result.value, result.n_scored, result.n_counted, dict(result.reasons)) == (0.0, 1, 1, {1: "no prediction"})


@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "message"),
    [
        ([[0.0, 1.0]], [[0.0, 1.0, 2.0]], {}, ShapeMismatch, "pred has 2 coefficients in a frame and ref 3"),
        (np.zeros((25, 600)), np.zeros((25, 580)), {}, ShapeMismatch, "coefficients-first"),
        (np.zeros((25, 600)), np.zeros((25, 600)), {}, ShapeMismatch, "coefficients-first"),
        ([0.0, 1.0], REF, {}, ShapeMismatch, "Are these samples"),
        (np.empty((0, 3)), REF, {}, InvalidInput, "an utterance of length zero"),
        (REF, [[9.0, np.nan, 0.0]], {}, NotFinite, "ref holds NaN or an infinity in frame 0: a silent frame"),
        (REF, [[9.0, 1.0, 0.0], [-np.inf, 1.0, 0.0]], {}, NotFinite, "in frame 1"),
        ([[1.0]], [[1.0]], {}, InvalidInput, "counts with c0=True only"),
        (REF, REF[:1], {"alignment": "frames"}, ShapeMismatch, "pred has 2 frames and ref 1"),
        (REF, REF, {"alignment": "DTW"}, InvalidInput, "alignment is 'dtw' or 'frames', not 'DTW'"),
        (Recording([0.1] * 9, 8000), REF, {}, InvalidInput, "recordings become mel-cepstra through extractor="),
        ([["a", "b"]], REF, {}, InvalidInput, "of real numbers"),
    ],
)
def test_what_mcd_refuses(pred: Any, ref: Any, params: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        mcd(pred, ref, **params)


class Energies:
    """An extractor of two coefficients for each two samples, which says what it was given."""

    name = fingerprint = "energies"
    rate = 100

    def __init__(self) -> None:
        self.seen: list[Recording] = []

    def __call__(self, items: Sequence[Any], /) -> Any:
        self.seen += items
        return [np.pad(item.samples[::2, None], ((0, 0), (1, 0))) for item in items]


def test_frame_by_frame_the_shorter_recording_is_filled_up_with_silence() -> None:
    tally = mcd(Recording([1.0] * 4, 100), Recording([1.0] * 8, 100), alignment="frames", extractor=Energies())
    assert tally.value == pytest.approx(DECIBELS * (0 + 0 + 1 + 1) / 4, rel=1e-12)


def test_recordings_of_other_rates_are_brought_to_that_of_the_extractor_before_they_are_filled_up() -> None:
    extractor = Energies()
    mcd(Recording(np.ones(40), 200), Recording(np.ones(10), 100), alignment="frames", extractor=extractor)
    assert [(item.rate, len(item.samples)) for item in extractor.seen] == [(100, 20), (100, 20)]


def test_what_made_the_cepstra_stands_in_the_signature() -> None:
    assert "extractor:mgc, order 24" in score("mcd", [REF], [REF], extractor="mgc, order 24").signature
    extractor = Wrapped(lambda items: items, "as they are", "2")
    assert "as they are@2" in score("mcd", [REF], [REF], extractor=extractor).signature


def test_world_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pyworld":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    voice = Recording(np.zeros(4000), 16000)
    with pytest.raises(MissingExtra, match=r"pyworld: pip install 'generallevel\[mcd\]'"):
        mcd(voice, voice, extractor=WorldCepstra(rate=16000, order=24, alpha=0.42))


# ------------------------------------------------------------------------------------------- log-spectral distance


def test_decibels_between_powers() -> None:
    # 10 dB and 0 dB in the first frame, 20 dB in both bins of the second
    value = log_spectral_distance([[10.0, 1.0], [100.0, 1.0]], [[1.0, 1.0], [1.0, 100.0]], floor=1e-9).value
    assert value == pytest.approx((math.sqrt((10**2 + 0) / 2) + 20) / 2, rel=1e-12)


def test_silence_counts_as_the_floor() -> None:
    assert log_spectral_distance([[0.0]], [[1.0]], floor=1e-3).value == pytest.approx(30, rel=1e-12)
    assert log_spectral_distance([[0.0]], [[1e-9]], floor=1e-3).value == 0.0


def test_twice_as_loud_is_six_decibels_in_every_frame() -> None:
    rng = np.random.default_rng(0)
    voice = rng.normal(size=3000)
    tally = log_spectral_distance(2 * voice, voice, floor=1e-30, frame=256, hop=64, pooled=True)
    assert tally.value == pytest.approx(20 * math.log10(2), rel=1e-9)
    assert tally.n == math.ceil((3000 - 256) / 64) + 1


def test_a_signal_shorter_than_a_frame_is_one_frame() -> None:
    assert isinstance(tally := log_spectral_distance([1.0], [0.5], floor=1e-9, frame=8, hop=4, pooled=True), Mean)
    assert tally.n == 1


@pytest.mark.parametrize(
    ("pred", "ref", "params", "error", "message"),
    [
        ([[1.0]], [[1.0]], {"floor": 0}, ImpossibleValue, "floor is a power above 0"),
        ([[1.0]], [[1.0, 2.0]], {}, ShapeMismatch, "frames pair one by one"),
        ([[1.0], [2.0]], [[1.0, 2.0]], {}, ShapeMismatch, "bins-first"),
        ([[-40.0]], [[1.0]], {}, ImpossibleValue, "is it in decibels already"),
        ([[math.nan]], [[1.0]], {}, NotFinite, "pred holds NaN"),
        ([0.1, 0.2], [0.1, 0.2], {}, InvalidInput, "of samples pass frame=... and hop=..."),
        ([0.1, 0.2], [0.1, 0.2], {"frame": 4}, InvalidInput, "go together"),
        ([0.1, 0.2], [0.1, 0.2], {"frame": 0, "hop": 1}, InvalidInput, "frame is a whole number, 1 or more"),
        ([0.1, 0.2], [0.1], {"frame": 4, "hop": 2}, ShapeMismatch, "run side by side"),
        ([], [], {"frame": 4, "hop": 2}, InvalidInput, "of length zero"),
        (
            Recording([0.1], 8000),
            Recording([0.1], 16000),
            {"frame": 4, "hop": 2},
            UnitMismatch,
            "8000 .* and ref 16000",
        ),
        (Recording([0.1], 8000), [0.1], {"frame": 4, "hop": 2}, InvalidInput, "whether their rates agree"),
    ],
)
def test_what_the_spectral_distance_refuses(
    pred: Any, ref: Any, params: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        log_spectral_distance(pred, ref, **{"floor": 1e-9, **params})


def test_the_floor_must_be_said() -> None:
    with pytest.raises(InvalidInput, match=r"log_spectral_distance needs floor=\.\.\."):
        score("log_spectral_distance", [[[1.0]]], [[[1.0]]])

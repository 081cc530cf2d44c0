"""Sound against implementations that we did not write, and against formulas in plain Python."""

import importlib.util
import itertools
import json
import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel._kernels.cepstra import mel_cepstra
from generallevel._kernels.dtw import warping_path
from generallevel._kernels.midi import read_midi
from generallevel.extractors import DnsMos, Recording, WorldCepstra
from generallevel.metrics.audio.music import pitch_class_consistency
from generallevel.metrics.audio.pitch import (
    f0_frame_error,
    f0_rmse,
    f0_rmse_cents,
    gross_pitch_error,
    raw_pitch_accuracy,
    voicing_error,
)
from generallevel.metrics.audio.separation import si_sdr
from generallevel.metrics.audio.speech import log_spectral_distance, mcd
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = runpy.run_path(str(GOLDEN / "makers" / "audio_cases.py"))
THEIRS = json.loads((GOLDEN / "audio.json").read_text(encoding="utf-8"))


def test_mcd_over_the_cheapest_warping_is_that_of_librosa() -> None:
    assert len(THEIRS["warped"]) == CASES["WARPED"] == 200
    for seed, (value, pairs) in enumerate(THEIRS["warped"]):
        pred, ref = CASES["cepstra"](seed)
        assert mcd(pred, ref).value == pytest.approx(value, rel=1e-9, abs=1e-12), seed
        assert mcd(pred, ref, pooled=True).n == pairs, seed


def test_the_path_is_the_cheapest_of_all() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        n, m = rng.integers(1, 9, size=2)
        costs = np.round(rng.random((n, m)), int(rng.integers(1, 9)))
        cheapest = np.full((n + 1, m + 1), np.inf)
        cheapest[0, 0] = 0
        for i, j in itertools.product(range(n), range(m)):
            before = min(cheapest[i, j], cheapest[i + 1, j], cheapest[i, j + 1])
            cheapest[i + 1, j + 1] = before + costs[i, j]
        ones, others = warping_path(costs)
        assert costs[ones, others].sum() == pytest.approx(cheapest[n, m], rel=1e-12)
        assert {(a, b) for a, b in zip(np.diff(ones), np.diff(others), strict=True)} <= {(1, 1), (0, 1), (1, 0)}
        assert (ones[0], others[0], ones[-1], others[-1]) == (0, 0, n - 1, m - 1)


def test_mel_cepstra_are_those_of_pysptk() -> None:
    for seed, (textbook, taken) in enumerate(THEIRS["envelopes"]):
        power, order, alpha = CASES["envelope"](seed)
        # pysptk's sp2mc takes in the mirrored half of the cepstrum, which for high orders of few bins is not quite 0.
        assert np.allclose(mel_cepstra(np.log(power), order, alpha), textbook, rtol=1e-9, atol=1e-7), seed
        assert np.allclose(mel_cepstra(np.log(power**2 + 1e-8), order, alpha), taken, rtol=1e-9, atol=1e-9), seed


def test_the_released_form_of_mcd_is_pymcds_plain_mode() -> None:
    for voice in THEIRS["voices"]:
        pred, ref = voice["cepstra"]
        assert score("mcd", [pred], [ref], variant="released").value == pytest.approx(voice["value"], rel=1e-8)


def test_from_audio_too() -> None:
    pytest.importorskip("pyworld")
    released = WorldCepstra.released()
    for seed, voice in enumerate(THEIRS["voices"]):
        pred, ref = (Recording(side, CASES["RATE"]) for side in CASES["voice"](seed))
        result = score("mcd", [pred], [ref], variant="released", extractor=released)
        assert result.value == pytest.approx(voice["value"], rel=1e-9), seed
        assert released.fingerprint in result.signature


@pytest.mark.parametrize(("rating", "place"), [("signal", 0), ("background", 1), ("overall", 2), ("p808", 3)])
def test_dnsmos_rates_as_speechmos_does(rating: Any, place: int) -> None:
    for library in ("onnxruntime", "speechmos"):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    seeds = range(CASES["RATED"] if rating in ("overall", "p808") else 1)  # half a second a window
    recordings = [Recording(CASES["noisy"](seed), CASES["SPEECH_RATE"]) for seed in seeds]
    result = score("predicted_mos", recordings, extractor=DnsMos(rating), keep_items=True)
    assert result.items is not None
    assert [item.value for item in result.items] == pytest.approx(
        [THEIRS["noisy"][seed][place] for seed in seeds], abs=1e-5
    )
    assert f"extractor:DNSMOS {rating}@" in result.signature


def test_contours_are_judged_as_mir_eval_judges_them() -> None:
    assert len(THEIRS["melodies"]) == CASES["MELODIES"] >= 200
    for seed, (pitch, chroma, recall, false_alarm) in enumerate(THEIRS["melodies"]):
        pred, ref = CASES["contours"](seed)
        assert raw_pitch_accuracy(pred, ref).value == pytest.approx(pitch, abs=1e-12), seed
        assert raw_pitch_accuracy(pred, ref, octaves=False).value == pytest.approx(chroma, abs=1e-12), seed
        voiced = np.count_nonzero(ref)
        wrong = (1 - recall) * voiced + false_alarm * (len(ref) - voiced)
        assert voicing_error(pred, ref).value == pytest.approx(wrong / len(ref), abs=1e-12), seed


def test_midi_files_are_read_as_pretty_midi_reads_them() -> None:
    assert len(THEIRS["midi"]) == CASES["FILES"] >= 200
    for seed, sums in enumerate(THEIRS["midi"]):
        data = CASES["midi"](seed)
        division = int.from_bytes(data[12:14], "big")
        rows = read_midi(data).notes
        start, end = rows[:, 0] * division, (rows[:, 0] + rows[:, 1]) * division
        columns = [np.ones(len(rows)), start, end, rows[:, 2], start * end, start * rows[:, 2], end * rows[:, 2]]
        assert [round(float(column.sum())) for column in columns] == (sums or [0] * 7), seed


def plain_contours(pred: list[float], ref: list[float]) -> dict[str, float | None]:
    both = [(p, r) for p, r in zip(pred, ref, strict=True) if p and r]
    gross = sum(abs(p / r - 1) > 0.2 for p, r in both)
    odd = sum(bool(p) != bool(r) for p, r in zip(pred, ref, strict=True))
    return {
        "f0_rmse": math.sqrt(math.fsum((p - r) ** 2 for p, r in both) / len(both)) if both else None,
        "f0_rmse_cents": (
            math.sqrt(math.fsum((1200 * math.log2(p / r)) ** 2 for p, r in both) / len(both)) if both else None
        ),
        "gross_pitch_error": gross / len(both) if both else None,
        "f0_frame_error": (gross + odd) / len(ref),
    }


def test_errors_of_contours_are_their_formulas() -> None:
    metrics = (f0_rmse, f0_rmse_cents, gross_pitch_error, f0_frame_error)
    for seed in range(CASES["MELODIES"]):
        pred, ref = CASES["contours"](seed)
        wanted = plain_contours(pred.tolist(), ref.tolist())
        for metric in metrics:
            tally = metric(pred, ref)
            assert (tally.value if tally.sums[-1] else None) == pytest.approx(wanted[metric.name], rel=1e-9), seed


def test_si_sdr_is_its_formula() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        n = int(rng.integers(2, 60))
        ref = rng.normal(size=n) * 10.0 ** rng.integers(-6, 7) + rng.normal()
        pred = ref * rng.normal() + rng.normal(size=n) * 10.0 ** rng.integers(-8, 3) * np.abs(ref).max()
        for zero_mean in (True, False):
            p, r = ([x - math.fsum(side) / n * zero_mean for x in side] for side in (pred.tolist(), ref.tolist()))
            alpha = math.fsum(a * b for a, b in zip(p, r, strict=True)) / math.fsum(b * b for b in r)
            error = math.fsum((alpha * b - a) ** 2 for a, b in zip(p, r, strict=True))
            wanted = 10 * math.log10(math.fsum((alpha * b) ** 2 for b in r) / error)
            if abs(wanted) < 150:  # beyond it the differences are rounding
                assert si_sdr(pred, ref, zero_mean=zero_mean).value == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_log_spectral_distance_is_its_formula() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        n, frame = int(rng.integers(1, 40)), int(rng.integers(1, 7)) * 2
        hop, floor = int(rng.integers((frame + 1) // 2, frame + 1)), 10.0 ** rng.uniform(-12, -1)
        pred, ref = rng.normal(size=(2, n)) * (rng.random((2, n)) < 0.8)
        distances, start = [], 0
        while not distances or start + frame - hop < n:
            powers = []
            for side in (pred, ref):
                cut = [side[k] if k < n else 0.0 for k in range(start, start + frame)]
                windowed = [x * (0.5 - 0.5 * math.cos(2 * math.pi * k / frame)) for k, x in enumerate(cut)]
                turns = range(frame // 2 + 1)
                real = [sum(x * math.cos(2 * math.pi * f * k / frame) for k, x in enumerate(windowed)) for f in turns]
                imag = [sum(x * math.sin(2 * math.pi * f * k / frame) for k, x in enumerate(windowed)) for f in turns]
                powers.append([max(a * a + b * b, floor) for a, b in zip(real, imag, strict=True)])
            squares = [(10 * math.log10(p / r)) ** 2 for p, r in zip(*powers, strict=True)]
            distances.append(math.sqrt(sum(squares) / len(squares)))
            start += hop
        ours = log_spectral_distance(pred, ref, floor=floor, frame=frame, hop=hop).value
        assert ours == pytest.approx(sum(distances) / len(distances), rel=1e-7, abs=1e-7)


def plain_consistency(notes: list[list[int]], bar: int, pairs: str, weight: str, empty: str) -> float | None:
    """Bar by bar, note by note, pair by pair."""
    found: dict[int, list[int]] = {}
    for onset, duration, pitch in notes:
        if weight == "onsets":
            found.setdefault(onset // bar, [0] * 12)[pitch % 12] += 1
            continue
        for tick in range(onset, onset + duration):
            found.setdefault(tick // bar, [0] * 12)[pitch % 12] += 1
    shares = [[x / sum(found[b]) for x in found[b]] if b in found else None for b in range(max(found, default=-1) + 1)]
    places = itertools.combinations(range(len(shares)), 2) if pairs == "all" else itertools.pairwise(range(len(shares)))
    overlaps = []
    for a, b in places:
        one, other = shares[a], shares[b]
        if one and other:
            overlaps.append(sum(map(min, one, other)))
        elif empty == "differ":
            overlaps.append(0.0)
    return math.fsum(overlaps) / len(overlaps) if overlaps else None


def test_pitch_class_consistency_is_its_definition() -> None:
    rng = np.random.default_rng(4)
    for _ in range(250):
        n, bar = int(rng.integers(1, 30)), int(rng.integers(1, 9))
        notes = np.column_stack([rng.integers(0, 60, n), rng.integers(1, 12, n), rng.integers(30, 60, n)]).tolist()
        for pairs, weight, empty in itertools.product(("adjacent", "all"), ("onsets", "duration"), ("skip", "differ")):
            wanted = plain_consistency(notes, bar, pairs, weight, empty)
            result = score(
                "pitch_class_consistency",
                [notes, []],  # the second counts as 0, so that there is a value
                errors="missing",
                pairs=pairs,
                weight=weight,
                empty=empty,
                bars=bar,
            )
            assert result.value == pytest.approx((wanted or 0) / 2, abs=1e-12)
            assert (0 in result.reasons) is (wanted is None)


def test_a_file_is_the_same_piece_as_its_notes() -> None:
    compared = 0
    for seed in range(CASES["FILES"]):
        data = CASES["midi"](seed)
        piece = read_midi(data)
        if len(piece.bars) > 3 and len(piece.notes) > 20:
            ways = {"pairs": "all", "weight": "duration", "empty": "differ"}
            one, other = (
                pitch_class_consistency(data, **ways),
                pitch_class_consistency(piece.notes, bars=piece.bars, **ways),
            )
            assert one == other
            compared += 1
    assert compared > 50

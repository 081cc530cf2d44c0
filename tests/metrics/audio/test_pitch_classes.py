"""Pitch-class consistency: bars by hand, empty ones, MIDI files, and bytes that mean harm."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel._kernels.midi import read_midi
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UndefinedScore
from generallevel.metrics.audio.music import pitch_class_consistency
from generallevel.scoring import score

CASES = runpy.run_path(str(Path(__file__).parents[2] / "golden" / "makers" / "audio_cases.py"))

# Bars of 4: C and E; C and G; nothing; an F that sounds on into the next bar, with half a bar of A.
PIECE = [[0, 2, 60], [2, 2, 64], [4, 2, 72], [6, 2, 55], [12, 6, 65], [18, 2, 69]]


@pytest.mark.parametrize(
    ("pairs", "weight", "empty", "wanted"),
    [
        ("adjacent", "onsets", "skip", (1 / 2 + 0) / 2),  # bars 0-1 and 3-4
        ("adjacent", "onsets", "differ", (1 / 2 + 0 + 0 + 0) / 4),
        ("all", "onsets", "skip", (1 / 2) / 6),  # of four bars that sound
        ("all", "onsets", "differ", (1 / 2) / 10),
        ("adjacent", "duration", "skip", (1 / 2 + 1 / 2) / 2),
        ("all", "duration", "differ", (1 / 2 + 1 / 2) / 10),
    ],
)
def test_bars_by_hand(pairs: Any, weight: Any, empty: Any, wanted: float) -> None:
    value = pitch_class_consistency(PIECE, pairs=pairs, weight=weight, empty=empty, bars=4).value
    assert value == pytest.approx(wanted, abs=1e-12)


def test_bars_may_be_given_one_by_one() -> None:
    same = [pitch_class_consistency(PIECE, pairs="all", bars=bars) for bars in (4, [0, 4, 8, 12, 16, 20])]
    assert same[0] == same[1]


def test_which_bars_are_paired_must_be_said() -> None:
    with pytest.raises(InvalidInput, match=r"pitch_class_consistency needs pairs=\.\.\."):
        score("pitch_class_consistency", [PIECE], bars=4)
    assert score("pitch_class_consistency", [PIECE], bars=4, variant="adjacent").value == 1 / 4


def test_one_bar_over_and_over_is_perfect() -> None:
    piece = [[4 * bar + beat, 1, 60 + beat] for bar in range(5) for beat in range(4)]
    for pairs in ("adjacent", "all"):
        assert pitch_class_consistency(piece, pairs=pairs, bars=4).value == 1


def test_pieces_count_alike_and_a_missing_one_is_the_worst() -> None:
    result = score("pitch_class_consistency", [[[0, 1, 60], [4, 1, 60]], None, []], pairs="all", bars=4)
    assert result.value == (1 + 0 + 0) / 3
    assert dict(result.reasons) == {1: "no prediction"}


@pytest.mark.parametrize("piece", [[[0, 1, 60]], [[0, 1, 60], [2, 1, 64]]])
def test_a_piece_of_one_bar_has_no_consistency(piece: Any) -> None:
    with pytest.raises(UndefinedScore, match="no two bars to compare"):
        pitch_class_consistency(piece, pairs="all", bars=4)


def test_notes_without_length_sound_for_no_time() -> None:
    piece = [[0, 0, 60], [4, 0, 60]]
    assert pitch_class_consistency(piece, pairs="all", bars=4).value == 1
    with pytest.raises(UndefinedScore, match="no two bars"):
        pitch_class_consistency(piece, pairs="all", weight="duration", bars=4)


@pytest.mark.parametrize(
    ("piece", "params", "error", "message"),
    [
        ([[0, 1]], {}, ShapeMismatch, r"onset, duration and pitch; got shape \(1, 2\)"),
        (np.zeros((64, 128)), {}, ShapeMismatch, "A piano roll"),
        ([[0, 1, 261.6]], {}, ImpossibleValue, "no whole number from 0 to 127.*not frequencies"),
        ([[0, 1, 128]], {}, ImpossibleValue, "no whole number from 0 to 127"),
        ([[-1, 1, 60]], {}, ImpossibleValue, "begins before 0"),
        ([[1, -1, 60]], {}, ImpossibleValue, "negative duration"),
        ([[np.nan, 1, 60]], {}, NotFinite, "note 0 of pred holds NaN"),
        ([[0, 1, 60]], {"bars": None}, InvalidInput, "bars=... is needed"),
        ([[0, 1, 60]], {"bars": 0}, ImpossibleValue, "the length of one bar"),
        ([[0, 1, 60]], {"bars": 1e-9}, ImpossibleValue, "more than 100000 bars"),
        ([[0, 1, 60]], {"bars": [0, 0, 1]}, InvalidInput, "rising"),
        ([[0, 9, 60]], {"bars": [0, 4, 8]}, ImpossibleValue, "notes outside its bars, which run from 0 to 8"),
        ([[0, 1, 60]], {"pairs": "both"}, InvalidInput, "pairs is 'adjacent' or 'all'"),
        ("a piece", {}, InvalidInput, "of real numbers"),
    ],
)
def test_what_is_no_piece(piece: Any, params: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pitch_class_consistency(piece, **{"pairs": "all", "bars": 4, **params})


# ---------------------------------------------------------------------------------------------------- MIDI files


def midi(*events: tuple[int, bytes], division: bytes = b"\x00\x04", form: int = 0) -> bytes:
    """A file of one track, of 4 ticks to the quarter note; its delta times are below 128."""
    body = b"".join(bytes([delta]) + event for delta, event in events)
    header = b"MThd\0\0\0\6" + bytes([0, form, 0, 1]) + division
    return header + b"MTrk" + len(body).to_bytes(4, "big") + body


def test_bars_follow_the_metre() -> None:
    three, four = b"\xff\x58\x04\x03\x02\x18\x08", b"\xff\x58\x04\x04\x02\x18\x08"
    # A bar of three quarters is broken off after one, by a change at quarter 4; then bars of four.
    data = midi((0, three), (16, four), (0, b"\x90\x3c\x40"), (32, b"\x80\x3c\x40"))
    piece = read_midi(data)
    assert piece.notes.tolist() == [[4, 8, 60]]
    assert piece.bars.tolist() == [0, 3, 4, 8, 12]
    assert pitch_class_consistency(data, pairs="adjacent", weight="duration", empty="skip").value == 1
    assert pitch_class_consistency(data, pairs="adjacent", weight="duration", empty="differ").value == 1 / 3


def test_without_a_metre_a_bar_has_four_quarters() -> None:
    assert read_midi(midi((0, b"\x90\x3c\x40"), (20, b"\x90\x3c\x00"))).bars.tolist() == [0, 4, 8]


def test_percussion_has_no_pitch() -> None:
    assert not len(read_midi(midi((0, b"\x99\x3c\x40"), (4, b"\x99\x3c\x00"))).notes)


def test_a_note_that_is_never_let_go_ends_with_its_track() -> None:
    assert read_midi(midi((0, b"\x90\x3c\x40"), (8, b"\xff\x2f\x00"))).notes.tolist() == [[0, 2, 60]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no MIDI file: they open with b''"),
        (b"RIFF\0\0\0\0RMID", "Unwrap|unwrap"),
        (b"MThd\0\0\0\2\0\0", "a header of 2 bytes|no track"),
        (midi(form=2), "format 2, several pieces"),
        (midi(division=b"\xe7\x28"), "frames of film"),
        (midi(division=b"\0\0"), "frames of film"),
        (midi((0, b"\x3c\x40")), "data without a status"),
        (midi((0, b"\x90\x3c")), "ends inside an event"),
        (midi((0, b"\x90\x3c\x90")), "breaks off inside an event"),
        (midi((0, b"\xf1\x00")), "the status 0xf1"),
        (midi((0, b"\xff\x58\x7f\x04")), "ends inside an event of 127 bytes"),
        (midi((0, b"\xff\x58\x04\x00\x02\x18\x08")), "a time signature of 0/4"),
        (midi((0, b"\xff\x58\x04\x04\xff\x18\x08")), "a time signature"),
        (midi((0, b"\xff\x01\xff\xff\xff\xff\x7f")), "a number of more than four bytes"),
        (midi((0, b"\x90\x3c\x40"))[:-2], "cut short: a chunk of 4 bytes has 2"),
        # A delta time of 2 ** 28 - 1 ticks, of one to the quarter note: 67 million bars.
        (midi((0, b"\x90\x3c\x40\xff\xff\xff\x7f\x80\x3c\x40"), division=b"\0\1"), "more than 100000 bars"),
    ],
)
def test_damaged_files_are_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        pitch_class_consistency(data, pairs="all")


def test_a_large_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidInput, match="at most 16777216 are read"):
        read_midi(bytes(2**24 + 1))


def test_no_damage_leads_to_another_error() -> None:
    rng = np.random.default_rng(0)
    read = 0
    for seed in range(300):
        data = bytearray(CASES["midi"](seed % CASES["FILES"]))
        for place in rng.integers(14, len(data), size=int(rng.integers(1, 4))):
            data[place] = int(rng.integers(256))
        cut = len(data) if seed % 3 else int(rng.integers(len(data)))
        try:
            piece = read_midi(bytes(data[:cut]))
        except InvalidInput:
            continue
        read += 1
        assert np.isfinite(piece.notes).all()
        assert (piece.notes[:, 1] > 0).all()
    assert read > 50

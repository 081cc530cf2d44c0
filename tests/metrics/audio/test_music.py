"""Music: the notes at the events of a score."""

import math

import numpy as np
import pytest

from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UndefinedScore
from generallevel.metrics.audio.music import event_accuracy
from generallevel.scoring import score

# Frames 0, 2 and 4 are events: a chord, another, and silence.
SCORE = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 0]])


def test_only_events_count() -> None:
    pred = np.zeros_like(SCORE)
    pred[0] = [1, 0, 0]  # one of two
    pred[2] = [1, 0, 1]  # one right, one too many
    pred[1] = pred[3] = [1, 1, 1]  # between events nothing counts
    assert event_accuracy(pred, SCORE).value == pytest.approx((1 / 2 + 1 / 2 + 1) / 3, abs=1e-15)
    assert event_accuracy(pred, SCORE, silent=0).value == pytest.approx((1 / 2 + 1 / 2 + 0) / 3, abs=1e-15)
    assert event_accuracy(pred, SCORE, pooled=True).value == (1 + 1 + 0) / (2 + 2 + 0)


def test_repeating_the_last_frame_earns_nothing() -> None:
    late = np.vstack([np.zeros((1, 3)), SCORE[:-1]])
    assert event_accuracy(late, SCORE).value == 0


def test_a_note_in_silence_is_wrong() -> None:
    pred = SCORE.copy()
    pred[4, 0] = 1
    assert event_accuracy(pred, SCORE).value == pytest.approx((1 + 1 + 0) / 3, abs=1e-15)


def test_events_of_all_pieces_count_alike() -> None:
    other = np.array([[0, 1, 0]])  # one event
    preds = [SCORE, np.zeros_like(other)]
    assert score("event_accuracy", preds, [SCORE, other]).value == pytest.approx((3 + 0) / (3 + 1), abs=1e-15)


def test_loudness_is_no_event() -> None:
    loud = SCORE * np.array([[10], [90], [7], [3], [1]])
    assert event_accuracy(loud, SCORE).value == event_accuracy(SCORE, loud).value == 1


def test_a_missing_piece_is_silence() -> None:
    assert score("event_accuracy", [None], [SCORE]).value == pytest.approx((0 + 0 + 1) / 3, abs=1e-15)
    assert score("event_accuracy", [None], [SCORE], variant="specialist").value == 0


def test_a_piece_in_which_nothing_happens_adds_nothing() -> None:
    silence = np.zeros((4, 3))
    assert score("event_accuracy", [silence, SCORE], [silence, SCORE]).value == 1
    with pytest.raises(UndefinedScore, match="nothing was counted"):
        event_accuracy(silence, silence).value  # noqa: B018 - reading raises


@pytest.mark.parametrize(
    ("pred", "ref", "error", "message"),
    [
        (SCORE.T, SCORE, ShapeMismatch, r"pred has shape \(3, 5\) but ref has shape \(5, 3\).*notes-first"),
        (SCORE[:2], SCORE, ShapeMismatch, r"pred has shape \(2, 3\)"),
        (SCORE[0], SCORE[0], ShapeMismatch, r"a piano roll, shape \(frames, notes\), not \(3,\)"),
        (SCORE * math.nan, SCORE, NotFinite, "pred holds nan"),
        (SCORE, -SCORE, ImpossibleValue, "ref holds -1: an intensity is 0 where nothing sounds"),
        ([["C4"]], [["C4"]], InvalidInput, "of real numbers"),
    ],
)
def test_what_is_no_piano_roll(pred: object, ref: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        event_accuracy(pred, ref)


def test_silence_scores_a_share() -> None:
    with pytest.raises(ImpossibleValue, match="silent is what a right silence scores, from 0 to 1, not 2"):
        event_accuracy(SCORE, SCORE, silent=2)

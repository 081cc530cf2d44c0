"""Odometry: sub-sequences, averages, alignments, and the likely slips."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel.errors import (
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UndefinedScore,
)
from generallevel.metrics.three_d.odometry import (
    absolute_trajectory_error,
    relative_pose_error,
    relative_rotation_error,
    relative_translation_error,
)
from generallevel.scoring import score


def way(n: int, pace: float = 1.0) -> Any:
    poses = np.tile(np.eye(4), (n, 1, 1))
    poses[:, 2, 3] = pace * np.arange(n)
    return poses


def turned(angle: float) -> Any:
    pose = np.eye(4)
    pose[0, 0] = pose[2, 2] = math.cos(angle)
    pose[0, 2], pose[2, 0] = math.sin(angle), -math.sin(angle)
    return pose


def test_drift_is_read_at_the_first_frame_beyond_the_length() -> None:
    # 1.5 m a frame: the part of 100 m ends after 67 frames and 100.5 m; 1 % of that, on the nominal 100 m.
    ref, pred = way(80, 1.5), way(80, 1.5 * 1.01)
    result = score("relative_translation_error", [pred], [ref])
    assert result.value == pytest.approx(0.01 * 100.5 / 100 * 100, abs=1e-9)
    assert result.tally.n == 2  # type: ignore[attr-defined]  # from the frames 0 and 10; 20 + 67 is beyond the end


def test_a_part_of_exactly_the_length_is_too_short() -> None:
    with pytest.raises(UndefinedScore, match="the reference goes 100 m in 101 frames, and no sub-sequence is longer"):
        relative_translation_error(way(101), way(101))
    assert relative_translation_error(way(102), way(102)).value == pytest.approx(0, abs=1e-12)


def test_where_the_ways_begin_makes_no_difference() -> None:
    ref, pred = way(300), way(300, 1.02)
    moved = turned(1.0) @ pred
    value = relative_translation_error(pred, ref).value
    assert relative_translation_error(moved, ref).value == pytest.approx(value, abs=1e-9)


def test_parts_are_pooled_or_averaged_by_sequence() -> None:
    refs, preds = [way(120), way(320)], [way(120, 1.01), way(320, 1.03)]
    each = [relative_translation_error(pred, ref, lengths=[100]) for pred, ref in zip(preds, refs, strict=True)]
    n = [tally.n for tally in each]
    assert n == [2, 22]
    pooled = (each[0].value * n[0] + each[1].value * n[1]) / sum(n)
    assert score("relative_translation_error", preds, refs, lengths=[100]).value == pytest.approx(pooled, abs=1e-12)
    apart = score("relative_translation_error", preds, refs, variant="sequences", lengths=[100]).value
    assert apart == pytest.approx((each[0].value + each[1].value) / 2, abs=1e-12)


def test_a_short_sequence_is_never_left_out_in_silence() -> None:
    with pytest.raises(UndefinedScore, match="item 1: the reference goes 49 m in 50 frames"):
        score("relative_translation_error", [way(120), way(50)], [way(120), way(50)])
    kept = score("relative_translation_error", [way(120), way(50)], [way(120), way(50)], errors="missing")
    assert (kept.n_scored, kept.n_total, list(kept.reasons)) == (1, 2, [1])


def test_a_way_of_one_frame_has_no_part() -> None:
    with pytest.raises(UndefinedScore, match="the reference goes 0 m in 1 frames"):
        relative_translation_error(way(1), way(1))
    with pytest.raises(UndefinedScore, match="a sequence of 1 frames has none that are delta = 1 apart"):
        relative_pose_error(way(1), way(1))
    assert absolute_trajectory_error(way(1), way(1), alignment="none").value == 0


def test_turning_away() -> None:
    ref = way(102)
    pred = ref.copy()
    pred[-1] = pred[-1] @ turned(math.radians(30))
    assert relative_rotation_error(pred, ref, lengths=[100]).value == pytest.approx(30 / 100, abs=1e-9)


def test_errors_from_frame_to_frame() -> None:
    ref, pred = way(4), way(4)
    pred[2:, 2, 3] += 2  # one step of three is 2 too long
    assert relative_pose_error(pred, ref).value == pytest.approx(math.sqrt(4 / 3), abs=1e-12)
    assert relative_pose_error(pred, ref, average="mean").value == pytest.approx(2 / 3, abs=1e-12)
    assert relative_pose_error(pred, ref, delta=2).value == pytest.approx(2, abs=1e-12)
    pred[3] = pred[3] @ turned(math.radians(60))
    assert relative_pose_error(pred, ref, part="rotation", average="mean").value == pytest.approx(20, abs=1e-6)


def test_alignments() -> None:
    rng = np.random.default_rng(0)
    ref = way(20)
    ref[:, :2, 3] = rng.normal(size=(20, 2))
    motion = turned(0.7)
    motion[:3, 3] = [3, -2, 9]
    moved = motion @ ref
    small = moved.copy()
    small[:, :3, 3] /= 4
    error = {how: absolute_trajectory_error(moved, ref, alignment=how).value for how in ("none", "first", "rigid")}  # type: ignore[arg-type]
    assert error["none"] > 1
    assert error["first"] == pytest.approx(0, abs=1e-9)
    assert error["rigid"] == pytest.approx(0, abs=1e-9)
    assert absolute_trajectory_error(small, ref, alignment="rigid").value > 1
    assert absolute_trajectory_error(small, ref, alignment="similarity").value == pytest.approx(0, abs=1e-9)
    assert absolute_trajectory_error(small, ref, alignment="scale").value == pytest.approx(0, abs=1e-9)


def test_a_mirrored_way_is_not_turned_into_its_image() -> None:
    rng = np.random.default_rng(1)
    ref = way(30)
    ref[:, :3, 3] = rng.normal(size=(30, 3))
    pred = ref.copy()
    pred[:, 0, 3] *= -1
    assert absolute_trajectory_error(pred, ref, alignment="rigid").value > 0.1


def test_what_stands_still_has_no_scale() -> None:
    for how in ("scale", "similarity"):
        with pytest.raises(ImpossibleValue, match="pred stays in one place: there is no scale"):
            absolute_trajectory_error(way(5, 0.0), way(5), alignment=how)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"absolute_trajectory_error needs alignment=\.\.\."):
        score("absolute_trajectory_error", [way(5)], [way(5)])


@pytest.mark.parametrize("shape", [(-1, 3, 4), (-1, 12)])
def test_poses_without_their_last_row(shape: tuple[int, ...]) -> None:
    short = way(150)[:, :3].reshape(shape)
    assert relative_translation_error(short, way(150)).value == pytest.approx(0, abs=1e-12)


TRANSPOSED = turned(0.3).T + np.array([[0] * 4] * 3 + [[1, 2, 3, 0]])


@pytest.mark.parametrize(
    ("pred", "error", "message"),
    [
        (way(149), LengthMismatch, "pred has 149 poses and ref 150: one for each frame"),
        (np.zeros((150, 13)), ShapeMismatch, r"number of its frame\? Leave it out: pass \[:, 1:\]"),
        (np.zeros((150, 7)), ShapeMismatch, r"Positions and quaternions\? Make matrices of them first"),
        (np.eye(4), ShapeMismatch, r"One pose is a sequence too: \[pose\]"),
        ([], ShapeMismatch, "of one pose at least"),
        (np.full((150, 4, 4), np.nan), NotFinite, "pred pose 0 holds a NaN or an infinity"),
        (np.tile(TRANSPOSED, (150, 1, 1)), ImpossibleValue, r"pred pose 0 ends in the row .* Is it transposed\?"),
        (np.tile(2 * np.eye(4)[:3], (150, 1, 1)), ImpossibleValue, "pred pose 0 is no rotation with a position"),
        (np.tile(np.diag([-1.0, 1, 1, 1]), (150, 1, 1)), ImpossibleValue, "or it mirrors"),
    ],
)
def test_slips_of_poses(pred: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        relative_translation_error(pred, way(150))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lengths": []}, "lengths is empty"),
        ({"lengths": [100, -1]}, "lengths is the length of sub-sequences in metres, a finite number above 0, not -1"),
        ({"step": 0}, "step is a whole number, 1 or more, not 0"),
        ({"over": "frames"}, "over is 'segments' or 'sequences'"),
    ],
)
def test_slips_of_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        relative_translation_error(way(150), way(150), **options)

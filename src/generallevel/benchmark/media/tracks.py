"""Tracks, camera paths and boxes from lines of numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.rows import line_of, number_rows
from generallevel.errors import ImpossibleValue, NotFinite

__all__ = ["read_boxes_text", "read_mot", "read_poses"]

MOT = "MOTChallenge rows: frame, id, x, y, width, height, confidence and up to three more"
POSES = "KITTI poses: the first three rows of a 4 x 4 matrix"
BOXES = "boxes: x, y, width, height"
MOT_COLUMNS, POSE_NUMBERS, BOX_NUMBERS = 10, 12, 4
ABSENT = -1.0  # what MOTChallenge writes where there is nothing to say
ROTATION = 1e-2  # ours: how far a rotation may be from one; poses are often written with four digits


def read_mot(path: Path, *, limits: Limits = LIMITS) -> NDArray[np.float64]:
    """The boxes of a MOTChallenge file.

    Parameters
    ----------
    path : Path
        Text, a line for each box: frame (from 1), id, left, top, width, height, and as many of confidence, class or x,
        visibility or y, and z as there are.
    limits : Limits
        How much may be stored, and how many lines.

    Returns
    -------
    ndarray of float, shape (n, 10)
        In the order of the file, in pixels; columns that the file does not have are -1.

    Raises
    ------
    UnsafeFile
        If it has too many lines.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If a frame or an id is no whole number, a frame is below 1, or a box has a negative side.
    InvalidInput
        If a line has something else than 6 to 10 numbers. Every error names the line.
    """
    rows = number_rows(path, limits, MOT, (6, MOT_COLUMNS))
    _finite(rows, path, MOT)
    for slip, wrong in (
        ("its frame or id is no whole number", (rows[:, :2] != np.floor(rows[:, :2])).any(axis=1)),
        ("its frame is below 1", rows[:, 0] < 1),
        ("its width or height is negative", (rows[:, 4:6] < 0).any(axis=1)),
    ):
        if wrong.any():
            place = int(np.argmax(wrong))
            raise ImpossibleValue(f"{_where(path, place)} is {rows[place].tolist()}: {slip}; wanted {MOT}")
    missing = MOT_COLUMNS - rows.shape[1]
    return np.pad(rows, ((0, 0), (0, missing)), constant_values=ABSENT)


def read_poses(path: Path, *, limits: Limits = LIMITS) -> NDArray[np.float64]:
    """The poses of a camera along its way, as KITTI writes them.

    Parameters
    ----------
    path : Path
        Text, a line for each frame: twelve numbers, the first three rows of its matrix.
    limits : Limits
        How much may be stored, and how many lines.

    Returns
    -------
    ndarray of float, shape (n, 4, 4)
        From the camera of a frame to that of the first, in the unit of the file (metres, for KITTI).

    Raises
    ------
    UnsafeFile
        If it has too many lines.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If the first three columns of a pose are not a rotation.
    InvalidInput
        If a line has something else than twelve numbers. Every error names the line.
    """
    rows = number_rows(path, limits, POSES, (POSE_NUMBERS, POSE_NUMBERS))
    _finite(rows, path, POSES)
    poses = np.zeros((len(rows), 4, 4))
    poses[:, :3], poses[:, 3, 3] = rows.reshape(-1, 3, 4), 1.0
    turns = poses[:, :3, :3]
    with np.errstate(over="ignore", invalid="ignore"):
        off = np.abs(turns @ turns.transpose(0, 2, 1) - np.eye(3)).max(axis=(1, 2))
        wrong = ~((off <= ROTATION) & (np.linalg.det(turns) > 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ImpossibleValue(
            f"{_where(path, place)} holds {turns[place].tolist()!r:.120} where a rotation stands; wanted {POSES}. Are "
            "the numbers in the order of columns, or is it a quaternion?"
        )
    return poses


def read_boxes_text(path: Path, *, limits: Limits = LIMITS) -> NDArray[np.float64]:
    """A box for each frame.

    Parameters
    ----------
    path : Path
        Text, a line for each frame: four numbers. Four ``nan`` are a frame without the target. What the numbers mean,
        left, top, width and height or another convention, is the recipe's to say.
    limits : Limits
        How much may be stored, and how many lines.

    Returns
    -------
    ndarray of float, shape (n, 4)
        In the unit of the file; NaN in a row without a box.

    Raises
    ------
    UnsafeFile
        If it has too many lines.
    NotFinite
        If a number is infinite, or a line is NaN in part.
    InvalidInput
        If a line has something else than four numbers. Every error names the line.
    """
    rows = number_rows(path, limits, BOXES, (BOX_NUMBERS, BOX_NUMBERS))
    absent: NDArray[np.bool_] = np.isnan(rows).min(axis=1)
    _finite(np.where(absent[:, None], 0.0, rows), path, BOXES)
    return rows


def _finite(rows: NDArray[np.float64], path: Path, wanted: str) -> None:
    wrong = ~np.isfinite(rows).all(axis=1)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise NotFinite(f"{_where(path, place)} is {rows[place].tolist()!r:.120}; wanted {wanted}, all finite")


def _where(path: Path, row: int) -> str:
    return f"{path.name}, line {line_of(path, row)}"

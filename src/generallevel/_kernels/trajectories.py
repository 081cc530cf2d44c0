"""Trajectories: poses of a sensor, their differences, and what brings two of them together.

A pose is the 4 by 4 matrix that takes points of the sensor to points of the world: a rotation and a position.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, LengthMismatch, NotFinite, ShapeMismatch

__all__ = ["aligned", "differences", "poses_of", "read_trajectories", "rotation_angles", "segments", "travelled"]

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

SQUARE = 1e-2  # ours: how far from orthonormal a rotation may be; poses are printed with as few as three digits
LAST_ROW = (0.0, 0.0, 0.0, 1.0)


def poses_of(given: Any, name: str) -> Floats:
    """The poses of one sequence, checked.

    Parameters
    ----------
    given : array_like, shape (n, 4, 4), (n, 3, 4) or (n, 12)
        Matrices, without their last row, or KITTI's lines of twelve numbers.
    name : str
        Whose they are, for messages: "pred".

    Returns
    -------
    ndarray of float, shape (n, 4, 4)

    Raises
    ------
    ShapeMismatch
        If they are no poses, or there is none.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If a matrix is no rotation with a position.
    """
    wanted = "the poses of one sequence, shape (n, 4, 4), (n, 3, 4) or (n, 12)"
    array = real_array(given, name, wanted)
    shape = array.shape
    if len(shape) == 2 and shape[1] == 12:
        array = array.reshape(-1, 3, 4)
    if array.ndim != 3 or array.shape[1:] not in ((3, 4), (4, 4)) or not len(array):
        slip = ""
        if shape == (4, 4):
            slip = " One pose is a sequence too: [pose]."
        elif len(shape) == 2 and shape[1] == 13:
            slip = " Does each line open with the number of its frame? Leave it out: pass [:, 1:]."
        elif len(shape) == 2 and shape[1] in (7, 8):
            slip = " Positions and quaternions? Make matrices of them first."
        raise ShapeMismatch(f"{name} is {wanted}, of one pose at least; got shape {shape}.{slip}")
    array = array.astype(np.float64)
    finite = np.isfinite(array).all(axis=(1, 2))
    if not finite.all():
        raise NotFinite(f"{name} pose {int(np.argmin(finite))} holds a NaN or an infinity")
    if array.shape[1] == 3:
        row = np.broadcast_to(np.array(LAST_ROW), (len(array), 1, 4))
        array = np.concatenate([array, row], axis=1)
    ends = np.abs(array[:, 3] - LAST_ROW).max(axis=1) > 0
    if ends.any():
        place = int(np.argmax(ends))
        slip = " Is it transposed?" if np.abs(array[place, :3, 3]).max() == 0 else ""
        raise ImpossibleValue(f"{name} pose {place} ends in the row {array[place, 3].tolist()}, not 0, 0, 0, 1.{slip}")
    rotations = array[:, :3, :3]
    with np.errstate(over="ignore", invalid="ignore"):
        skew = np.abs(rotations @ rotations.transpose(0, 2, 1) - np.eye(3)).max(axis=(1, 2))
        mirrored = np.linalg.det(rotations) < 0
    bad = ~(skew <= SQUARE) | mirrored
    if bad.any():
        raise ImpossibleValue(
            f"{name} pose {int(np.argmax(bad))} is no rotation with a position: its columns are not of length 1 and at "
            "right angles, or it mirrors"
        )
    return array


def read_trajectories(pred: Any, ref: Any) -> tuple[Floats, Floats]:
    """The poses of both sides, one for one.

    Raises
    ------
    LengthMismatch
        If there are not as many.
    ShapeMismatch, NotFinite, ImpossibleValue
        As `poses_of`.
    """
    said, wanted = poses_of(pred, "pred"), poses_of(ref, "ref")
    if len(said) != len(wanted):
        raise LengthMismatch(
            f"pred has {len(said)} poses and ref {len(wanted)}: one for each frame. Leave frames that have no pose out "
            "on both sides, or fill them in"
        )
    return said, wanted


def inverses(poses: Floats) -> Floats:
    """The inverse of each pose."""
    turned: Floats = np.linalg.inv(poses).astype(np.float64, copy=False)
    return turned


def differences(poses: Floats, first: Places, last: Places) -> Floats:
    """The last pose of each pair as seen from its first.

    Parameters
    ----------
    poses : ndarray of float, shape (n, 4, 4)
    first, last : ndarray of int, shape (m,)

    Returns
    -------
    ndarray of float, shape (m, 4, 4)
    """
    apart: Floats = inverses(poses[first]) @ poses[last]
    return apart


def rotation_angles(poses: Floats) -> Floats:
    """How far each pose turns.

    Parameters
    ----------
    poses : ndarray of float, shape (n, 4, 4)

    Returns
    -------
    ndarray of float, shape (n,)
        In radians, in [0, pi].

    Notes
    -----
    By the arc cosine of the trace, as KITTI's program has it: of angles below 1e-8 nothing is left.
    """
    cosines = (np.trace(poses[:, :3, :3], axis1=1, axis2=2) - 1) / 2
    angles: Floats = np.arccos(np.clip(cosines, -1.0, 1.0))
    return angles


def travelled(poses: Floats) -> Floats:
    """How far the sensor has come at each pose, shape (n,), in the unit of the positions."""
    steps = np.linalg.norm(np.diff(poses[:, :3, 3], axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def segments(distances: Floats, lengths: Floats, step: int) -> tuple[Places, Places, Floats]:
    """The parts of a way that are just longer than some lengths.

    Parameters
    ----------
    distances : ndarray of float, shape (n,)
        How far the way has come at each frame.
    lengths : ndarray of float, shape (k,)
    step : int
        Every how many frames a part begins.

    Returns
    -------
    (ndarray of int, ndarray of int, ndarray of float), each of shape (m,)
        First and last frame of each part, and its nominal length.

    Examples
    --------
    Four frames, one metre apart; no part is longer than 2 m from the third on.

    >>> [part.tolist() for part in segments(np.arange(4.0), np.array([1.0, 2.0]), 2)]
    [[0, 0], [2, 3], [1.0, 2.0]]
    """
    starts = np.arange(0, len(distances), step)
    first = np.repeat(starts, len(lengths))
    nominal = np.tile(lengths, len(starts))
    last = np.searchsorted(distances, distances[first] + nominal, side="right")
    inside = last < len(distances)
    return first[inside], last[inside], nominal[inside]


def aligned(said: Floats, wanted: Floats, how: str) -> Floats:
    """Poses after the motion that brings their positions nearest to others.

    Parameters
    ----------
    said, wanted : ndarray of float, shape (n, 4, 4)
    how : {"none", "first", "scale", "rigid", "similarity"}
        Nothing; the first pose on the first; the first pose, and then the best scale; the best rotation and shift; the
        best rotation, shift and scale.

    Returns
    -------
    ndarray of float, shape (n, 4, 4)

    Raises
    ------
    ImpossibleValue
        If the positions are all in one place, and a scale was asked for.

    Notes
    -----
    Source: Umeyama (1991), doi:10.1109/34.88573, for the last two.
    """
    if how == "none":
        return said
    if how in ("first", "scale"):
        moved = wanted[:1] @ inverses(said[:1]) @ said
        if how == "first":
            return moved
        start = wanted[0, :3, 3]
        one, other = moved[:, :3, 3] - start, wanted[:, :3, 3] - start
        moved = moved.copy()
        moved[:, :3, 3] = start + one * _share(float((one * other).sum()), float((one**2).sum()))
        return moved
    one, other = said[:, :3, 3], wanted[:, :3, 3]
    centre, goal = one.mean(axis=0), other.mean(axis=0)
    left, strengths, right = np.linalg.svd((other - goal).T @ (one - centre) / len(one))
    signs = np.array([1.0, 1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    turn = left @ np.diag(signs) @ right
    scale = 1.0
    if how == "similarity":
        scale = _share(float((strengths * signs).sum()), float(((one - centre) ** 2).sum() / len(one)))
    moved = said.copy()
    moved[:, :3, :3] = turn @ said[:, :3, :3]
    moved[:, :3, 3] = scale * (one - centre) @ turn.T + goal
    return moved


def _share(top: float, bottom: float) -> float:
    if bottom == 0:
        raise ImpossibleValue("pred stays in one place: there is no scale that brings it to ref. Use another alignment")
    return top / bottom

"""Odometry: where a sensor was.

Objects: a prediction is the poses of one sequence, one for each frame, shape (n, 4, 4), (n, 3, 4) or (n, 12), and so is
its reference. A pose takes points of the sensor to points of the world; positions are in metres where lengths are said.
Errors are in [0, inf); lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import check_count, one_of
from generallevel._kernels.nearest import positives
from generallevel._kernels.trajectories import (
    aligned,
    differences,
    read_trajectories,
    rotation_angles,
    segments,
    travelled,
)
from generallevel.errors import UndefinedScore
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Mean

__all__ = [
    "KITTI_LENGTHS",
    "absolute_trajectory_error",
    "relative_pose_error",
    "relative_rotation_error",
    "relative_translation_error",
]

KITTI_LENGTHS: tuple[float, ...] = (100, 200, 300, 400, 500, 600, 700, 800)  # metres; Geiger et al. (2012)
KITTI_STEP = 10  # frames between the beginnings of sub-sequences

Over = Literal["segments", "sequences"]
Alignment = Literal["none", "first", "scale", "rigid", "similarity"]

PER_SEQUENCE = {"sequences": Variant({"over": "sequences"}, note="each sequence has a mean of its own, all alike")}


def _drifts(
    pred: Any, ref: Any, lengths: Sequence[float], step: int, over: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The difference of both sides over each sub-sequence, and its length in metres."""
    one_of("over", over, ("segments", "sequences"))
    check_count("step", step)
    metres = positives(lengths, "lengths", "the length of sub-sequences in metres")
    said, wanted = read_trajectories(pred, ref)
    distances = travelled(wanted)
    first, last, nominal = segments(distances, np.array(metres), min(int(step), len(wanted)))
    if not len(first):
        raise UndefinedScore(
            f"the reference goes {distances[-1]:.6g} m in {len(wanted)} frames, and no sub-sequence is longer than "
            f"{min(metres):g} m: leave the sequence out, or pass shorter lengths"
        )
    apart = np.linalg.inv(differences(said, first, last)) @ differences(wanted, first, last)
    return apart, nominal


def _mean(errors: NDArray[np.float64], over: str) -> Mean:
    return Mean(float(errors.mean()), 1) if over == "sequences" else Mean(float(errors.sum()), len(errors))


@metric(
    labels={
        ("3D-Comprehension", "RTE ( Relative Translation Error)"): "percent of distance",
        ("3D-Comprehension", "RTE"): "percent of distance",
    },
    unit="percent of distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.5),
    source="arXiv 2505.04620v1, Table 17 row 42 and A.1 (T = 0.5); Geiger et al. (2012), doi:10.1109/CVPR.2012.6248074",
    variants=PER_SEQUENCE,
    each="sequence",
    aliases=("rte",),
    caution="The workbook prints 0.55 and the paper 55.00 for one result; T = 0.5 is made for the first.",
)
def relative_translation_error(
    pred: Any,
    ref: Any,
    *,
    lengths: Sequence[float] = KITTI_LENGTHS,
    step: int = KITTI_STEP,
    over: Over = "segments",
) -> Mean:
    r"""Drift in metres per hundred metres travelled, averaged over sub-sequences.

    .. math:: \frac{100}{|S|} \sum_{(i, j, \ell) \in S} \frac{1}{\ell}
              \left\lVert \mathrm{trans} \left( (\hat T_i^{-1} \hat T_j)^{-1} (T_i^{-1} T_j) \right) \right\rVert

    Parameters
    ----------
    pred, ref : array_like of float, shape (n, 4, 4), (n, 3, 4) or (n, 12)
        The poses of one sequence, a pose for each frame of the reference, positions in metres. The two may begin in
        different places: only differences count.
    lengths : sequence of float, default 100, 200, ..., 800
        The lengths of sub-sequences, in metres along the reference.
    step : int, default 10
        A sub-sequence of every length begins at every so many frames.
    over : {"segments", "sequences"}, default "segments"
        Whether all sub-sequences of all sequences count alike, or each sequence has a mean of its own.

    Returns
    -------
    Mean
        Percent of the distance travelled, in [0, inf); lower is better.

    Raises
    ------
    UndefinedScore
        If the reference is not longer than the shortest length.
    LengthMismatch
        If there is not one pose for each frame.
    ShapeMismatch, NotFinite, ImpossibleValue
        If something is no pose.
    InvalidInput
        If a length is not above 0, or step no whole number from 1.

    Notes
    -----
    A sub-sequence ends at the first frame that is farther than its length from its beginning, and its error is divided
    by the nominal length. A sequence that is too short for any is an error and never left out in silence; so is a
    missing prediction, of which the score says that it is not in it.

    To match KITTI's devkit, set nothing (it sums the way in single precision, which may move the end of a sub-sequence
    by one frame). To match tables that average the figures of sequences, use the variant ``sequences``.

    References
    ----------
    .. [1] Geiger et al. (2012), "Are we ready for Autonomous Driving? The KITTI Vision Benchmark Suite",
       doi:10.1109/CVPR.2012.6248074
    .. [2] arXiv 2505.04620v1, Table 17 row 42

    Examples
    --------
    A straight way, measured 2 % too long:

    >>> import numpy as np
    >>> ref = np.tile(np.eye(4), (300, 1, 1))
    >>> ref[:, 2, 3] = np.arange(300)
    >>> pred = ref.copy()
    >>> pred[:, 2, 3] *= 1.02
    >>> round(relative_translation_error(pred, ref, lengths=[100]).value, 6)  # 2.02 m after 101 m, per 100 m
    2.02
    """
    apart, nominal = _drifts(pred, ref, lengths, step, over)
    return _mean(100 * np.linalg.norm(apart[:, :3, 3], axis=1) / nominal, over)


# ----------------------------------------------------------------------------------------- beyond General-Bench


@metric(
    unit="degrees per metre",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.005),
    source="Geiger et al. (2012), doi:10.1109/CVPR.2012.6248074",
    variants=PER_SEQUENCE,
    each="sequence",
    aliases=("rre",),
)
def relative_rotation_error(
    pred: Any,
    ref: Any,
    *,
    over: Over = "segments",
    lengths: Sequence[float] = KITTI_LENGTHS,
    step: int = KITTI_STEP,
) -> Mean:
    """Turning away in degrees per metre travelled, averaged over sub-sequences.

    Parameters
    ----------
    pred, ref, over, lengths, step
        As for `relative_translation_error`.

    Returns
    -------
    Mean
        Degrees per metre, in [0, inf); lower is better. Tables also print it per 100 m.

    Raises
    ------
    UndefinedScore, LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `relative_translation_error`.

    Notes
    -----
    The curve to 0..100 is ours. An angle is read from the trace of a matrix, as in KITTI's devkit: below 1e-6 degrees
    it is noise.

    References
    ----------
    .. [1] Geiger et al. (2012), doi:10.1109/CVPR.2012.6248074

    Examples
    --------
    >>> import numpy as np
    >>> ref = np.tile(np.eye(4), (103, 1, 1))
    >>> ref[:, 2, 3] = np.arange(103)
    >>> pred = ref.copy()
    >>> pred[102, :2, :2] = [[0, -1], [1, 0]]  # a quarter turn in the last frame, which ends no sub-sequence
    >>> relative_rotation_error(pred, ref).value
    0.0
    >>> relative_rotation_error(pred, ref, lengths=[101]).value  # 90 degrees on 101 m
    0.8910891089108911
    """
    apart, nominal = _drifts(pred, ref, lengths, step, over)
    return _mean(np.degrees(rotation_angles(apart)) / nominal, over)


@metric(
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="Sturm et al. (2012), doi:10.1109/IROS.2012.6385773",
    variants={
        "rotation": Variant({"part": "rotation"}, note="the same for the angle, in degrees"),
        "mean": Variant({"average": "mean"}, note="the mean of the errors in place of the root of the mean square"),
    },
    each="sequence",
    aliases=("rpe",),
)
def relative_pose_error(
    pred: Any,
    ref: Any,
    *,
    delta: int = 1,
    part: Literal["translation", "rotation"] = "translation",
    average: Literal["rmse", "mean"] = "rmse",
) -> Mean:
    """Relative pose error: how wrong the motion between neighbouring frames is.

    Parameters
    ----------
    pred, ref : array_like of float
        The poses of one sequence, as for `relative_translation_error`, at least ``delta + 1``.
    delta : int, default 1
        How many frames apart neighbours are.
    part : {"translation", "rotation"}, default "translation"
        Whether the shift is measured or the angle.
    average : {"rmse", "mean"}, default "rmse"
        What becomes of the errors of a sequence.

    Returns
    -------
    Mean
        In the unit of the positions, or in degrees for ``part="rotation"``, in [0, inf); lower is better. Sets average
        over sequences.

    Raises
    ------
    UndefinedScore
        If the sequence has not more than ``delta`` frames.
    InvalidInput, LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue
        As for `relative_translation_error`.

    References
    ----------
    .. [1] Sturm et al. (2012), "A benchmark for the evaluation of RGB-D SLAM systems", doi:10.1109/IROS.2012.6385773

    Examples
    --------
    Of two steps of 1, one is measured as 3, the square root of (2^2 + 0) / 2:

    >>> import numpy as np
    >>> ref, pred = np.tile(np.eye(4), (3, 1, 1)), np.tile(np.eye(4), (3, 1, 1))
    >>> ref[:, 0, 3], pred[:, 0, 3] = [0, 1, 2], [0, 3, 4]
    >>> round(relative_pose_error(pred, ref).value, 4)
    1.4142
    """
    one_of("part", part, ("translation", "rotation"))
    one_of("average", average, ("rmse", "mean"))
    check_count("delta", delta)
    said, wanted = read_trajectories(pred, ref)
    if len(wanted) <= delta:
        raise UndefinedScore(f"a sequence of {len(wanted)} frames has none that are delta = {delta} apart")
    first = np.arange(len(wanted) - delta)
    apart = np.linalg.inv(differences(wanted, first, first + delta)) @ differences(said, first, first + delta)
    errors = np.linalg.norm(apart[:, :3, 3], axis=1) if part == "translation" else np.degrees(rotation_angles(apart))
    return Mean(float(np.sqrt(np.mean(errors**2)) if average == "rmse" else errors.mean()), 1)


@metric(
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="Sturm et al. (2012), doi:10.1109/IROS.2012.6385773; Umeyama (1991), doi:10.1109/34.88573 (alignment)",
    each="sequence",
    aliases=("ate",),
)
def absolute_trajectory_error(pred: Any, ref: Any, *, alignment: Alignment) -> Mean:
    """Absolute trajectory error: the root mean square distance between positions, once the trajectories are aligned.

    Parameters
    ----------
    pred, ref : array_like of float
        The poses of one sequence, as for `relative_translation_error`.
    alignment : {"none", "first", "scale", "rigid", "similarity"}
        What is done before: nothing; the first pose is laid on the first; that, and then the best scale; the best
        rotation and shift (6 degrees of freedom); these and the best scale (7). Required: each is called ATE.

    Returns
    -------
    Mean
        In the unit of the positions, in [0, inf); lower is better. Sets average over sequences.

    Raises
    ------
    ImpossibleValue
        If a scale is asked for and all positions are one, or something is no pose.
    InvalidInput, LengthMismatch, ShapeMismatch, NotFinite
        As for `relative_translation_error`.

    Notes
    -----
    To match evo, ``rigid`` is ``--align`` and ``similarity`` is ``--align --correct_scale``.

    References
    ----------
    .. [1] Sturm et al. (2012), doi:10.1109/IROS.2012.6385773

    Examples
    --------
    >>> import numpy as np
    >>> ref = np.tile(np.eye(4), (2, 1, 1))
    >>> ref[1, 0, 3] = 2.0
    >>> pred = ref.copy()
    >>> pred[:, 0, 3] = [1, 4]  # 1 and 2 off; the square root of (1 + 4) / 2
    >>> round(absolute_trajectory_error(pred, ref, alignment="none").value, 4)
    1.5811
    >>> absolute_trajectory_error(pred, ref, alignment="rigid").value  # half a metre off at each end
    0.5
    """
    one_of("alignment", alignment, ("none", "first", "scale", "rigid", "similarity"))
    said, wanted = read_trajectories(pred, ref)
    apart = aligned(said, wanted, alignment)[:, :3, 3] - wanted[:, :3, 3]
    return Mean(float(np.sqrt((apart**2).sum(axis=1).mean())), 1)

"""Tracks: where one thing is in each frame of a clip, as a box.

Objects: a prediction is a box for each frame of one sequence, shape (frames, 4), and so is its reference; ``boxes=``
says how a box is written. A row of NaN or of zeros, or None in a list, says that there is no box in the frame. Scores
are fractions in [0, 1]; higher is better. Sequences count equally, however long they are.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.overlap import Boxes, BoxFormat, box_overlaps, check_overlap, is_normalised
from generallevel._kernels.paths import AbsentTarget, Frames, InitialFrame, frame_overlaps, no_path, target_frames
from generallevel._kernels.softened import SoftenedMean
from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["box_j_and_f", "no_path", "normalised_tracking_precision", "success_auc", "tracking_precision"]

THRESHOLDS = np.arange(21) / 20  # OTB: 0, .05, ..., 1
ALMOST = 1 - 1e-10  # ours: the overlap of two equal boxes, of which rounding may have taken a little
DISTANCES = np.arange(51) / 100  # LaSOT: 0, .01, ..., .5 of the size of the target
BLOCK = 2**20  # ours: pairs of boxes that are compared at once

Independent = Literal["frame", "independent"]


@metric(
    labels={("Video-Comprehension", "AUC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 25 #V-C-15 to 18; Wu et al. (2013), doi:10.1109/CVPR.2013.312",
    caution="The paper defines AUC for the ROC curve only; the success curve is read from the trackers, "
    "and the released code computes another measure.",
    variants={
        "standard": Variant(best=20 / 21, note="OTB: an overlap must exceed the threshold, which at 1 none does"),
        "lasot": Variant(
            {"absent_target": "miss"},
            best=20 / 21,
            note="LaSOT and UAV123 as PyTracking reads them: a frame without target counts as a failure, for everyone",
        ),
        "at_least": Variant({"strict": False}, note="an overlap that equals the threshold passes"),
    },
    absent=no_path,
    each="sequence",
)
def success_auc(
    pred: Any,
    ref: Any,
    *,
    boxes: BoxFormat,
    strict: bool = True,
    initial_frame: InitialFrame = "given",
    absent_target: AbsentTarget = "skip",
) -> Mean:
    r"""Share of frames whose box overlaps the true one by more than a threshold, averaged over 21 thresholds.

    .. math:: \frac{1}{21} \sum_{t = 0, .05, \ldots, 1} \frac1n \sum_i [\mathrm{IoU}(p_i, r_i) > t]

    Parameters
    ----------
    pred, ref : array_like of real numbers, shape (frames, 4)
        The box of each frame. A row of NaN or of zeros, or None in a list, is none; in a reference neither is a box
        without area.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written. Required: there is no safe guess.
    strict : bool, default True
        Whether an overlap must exceed the threshold. Then a perfect tracker reaches 20/21; else every tracker has 1/21.
    initial_frame : {"given", "counts", "left_out"}, default "given"
        The first frame, whose box a tracker is told: it is right by definition, as in OTB and LaSOT; it counts as it
        was predicted; or it does not count, as in GOT-10k.
    absent_target : {"skip", "miss"}, default "skip"
        Whether a frame without target does not count, or counts as a failure.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Sequences count equally.

    Raises
    ------
    LengthMismatch
        If the two have not the same number of frames.
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        If boxes are no rows of four finite numbers, end before they begin, or no frame counts.

    Notes
    -----
    A frame without predicted box, and one whose box has no area, is a failure; so is every frame of a missing
    prediction, the first one included. OTB's own programs put the box of the frame before in its place; do that first
    to match them. PyTracking counts the frames without target as failures in LaSOT and UAV123 (variant ``lasot``); the
    LaSOT authors' program leaves them out.

    References
    ----------
    .. [1] Wu, Lim & Yang (2013), "Online Object Tracking: A Benchmark", doi:10.1109/CVPR.2013.312
    .. [2] Fan et al. (2019), "LaSOT", arXiv 1809.07845
    .. [3] Huang, Zhao & Huang (2019), "GOT-10k", arXiv 1810.11981

    Examples
    --------
    The first of two frames is given; the second overlaps by 1/3, which exceeds 0, .05, ..., .3:

    >>> pred, ref = [[0, 0, 2, 2], [0, 0, 2, 2]], [[0, 0, 2, 2], [1, 0, 3, 2]]
    >>> round(success_auc(pred, ref, boxes="xyxy").value, 6)  # (20 + 7) / (2 * 21)
    0.642857
    >>> round(success_auc(ref, ref, boxes="xyxy").value, 6)  # 20 / 21
    0.952381
    """
    frames = target_frames(pred, ref, boxes, absent_target=absent_target, initial_frame=initial_frame)
    overlaps = _overlaps(frames)
    if strict:
        passed = int((overlaps[:, None] > THRESHOLDS).sum())
    else:
        passed = int((overlaps[:, None] >= np.minimum(THRESHOLDS, ALMOST)).sum()) + frames.total - len(overlaps)
    return Mean(passed / (len(THRESHOLDS) * frames.total), 1)


def _overlaps(frames: Frames) -> NDArray[np.float64]:
    return np.where(frames.tracked, frame_overlaps(frames.said, frames.wanted), 0.0)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Wu et al. (2013), doi:10.1109/CVPR.2013.312",
    absent=no_path,
    each="sequence",
)
def tracking_precision(
    pred: Any,
    ref: Any,
    *,
    boxes: BoxFormat,
    pixels: float = 20.0,
    initial_frame: InitialFrame = "given",
    absent_target: AbsentTarget = "skip",
) -> Mean:
    """Share of frames whose box has its centre within 20 pixels of the true one.

    Parameters
    ----------
    pred, ref : array_like of real numbers, shape (frames, 4)
        As for `success_auc`, in pixels.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"}
        How a box is written.
    pixels : float, default 20
        The distance, which is itself near enough.
    initial_frame : {"given", "counts", "left_out"}, default "given"
    absent_target : {"skip", "miss"}, default "skip"
        As for `success_auc`.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Sequences count equally.

    Raises
    ------
    LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `success_auc`; also if boxes are normalised, or ``pixels`` is negative.

    Notes
    -----
    Depends on the resolution: videos of another size are on another scale.

    References
    ----------
    .. [1] Wu, Lim & Yang (2013), "Online Object Tracking: A Benchmark", doi:10.1109/CVPR.2013.312

    Examples
    --------
    >>> pred, ref = [[0, 0, 4, 4], [12, 16, 4, 4], [13, 16, 4, 4]], [[0, 0, 4, 4]] * 3
    >>> round(tracking_precision(pred, ref, boxes="xywh").value, 4)  # distances 0, 20 and 20.6
    0.6667
    """
    if is_normalised(str(boxes)):
        raise InvalidInput(
            f"a distance in pixels needs boxes in pixels, not boxes={boxes!r}: multiply x by the width and y by the "
            "height, or use normalised_tracking_precision"
        )
    if not 0 <= pixels < np.inf:
        raise ImpossibleValue(f"pixels is a distance, 0 or more, not {pixels!r}")
    frames = target_frames(pred, ref, boxes, absent_target=absent_target, initial_frame=initial_frame)
    near = np.hypot(*_offsets(frames).T) <= pixels
    return Mean(int((near & frames.tracked).sum()) / frames.total, 1)


def _offsets(frames: Frames) -> NDArray[np.float64]:
    """From the true centres to the predicted ones, shape (frames, 2)."""
    difference = frames.said.corners - frames.wanted.corners
    return (difference[:, :2] + difference[:, 2:]) / 2


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Mueller et al. (2018), arXiv 1803.10794; Fan et al. (2019), arXiv 1809.07845",
    variants={"at_0.2": Variant({"at": 0.2}, note="the point of the curve that is printed for LaSOT and TrackingNet")},
    absent=no_path,
    each="sequence",
)
def normalised_tracking_precision(
    pred: Any,
    ref: Any,
    *,
    boxes: BoxFormat,
    at: float | None = None,
    initial_frame: InitialFrame = "given",
    absent_target: AbsentTarget = "skip",
) -> Mean:
    """Share of frames whose centre is near the true one, in sizes of the target, averaged over 51 distances.

    Parameters
    ----------
    pred, ref : array_like of real numbers, shape (frames, 4)
        As for `success_auc`.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written.
    at : float, optional
        One distance instead of the mean over 0, .01, ..., .5: the share of frames at most so far away.
    initial_frame : {"given", "counts", "left_out"}, default "given"
    absent_target : {"skip", "miss"}, default "skip"
        As for `success_auc`.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Sequences count equally.

    Raises
    ------
    LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `success_auc`; also if ``at`` is negative.

    Notes
    -----
    The horizontal distance is divided by the width of the true box and the vertical one by its height. The GOT-10k
    toolkit divides by 1 where a side is shorter than a pixel.

    References
    ----------
    .. [1] Mueller et al. (2018), "TrackingNet", arXiv 1803.10794
    .. [2] Fan et al. (2019), "LaSOT", arXiv 1809.07845

    Examples
    --------
    >>> pred, ref = [[0, 0, 10, 20], [2, 3, 10, 20]], [[0, 0, 10, 20], [0, 0, 10, 20]]
    >>> round(normalised_tracking_precision(pred, ref, boxes="xywh").value, 4)  # .25 away: (51 + 26) / (2 * 51)
    0.7549
    >>> normalised_tracking_precision(pred, ref, boxes="xywh", at=0.2).value
    0.5
    """
    if at is not None and not 0 <= at < np.inf:
        raise ImpossibleValue(f"at is a distance in sizes of the target, 0 or more, not {at!r}")
    frames = target_frames(pred, ref, boxes, absent_target=absent_target, initial_frame=initial_frame)
    corners = frames.wanted.corners
    distances = np.hypot(*(_offsets(frames) / (corners[:, 2:] - corners[:, :2])).T)
    limits = DISTANCES if at is None else np.array([at])
    near = (distances[:, None] <= limits) & frames.tracked[:, None]
    return Mean(int(near.sum()) / (len(limits) * frames.total), 1)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released code of General-Bench (tracking); Perazzi et al. (2016), doi:10.1109/CVPR.2016.85, for J",
    variants={
        "released": Variant(
            {
                "matching": "independent",
                "initial_frame": "counts",
                "absent_target": "miss",
                "softened": True,
                "boxes": "xywh",
            },
            note="the released code: a box is compared with the references of all frames, which may be found twice, "
            "and the sum over sequences is divided by their number and 0.0001",
        )
    },
    absent=no_path,
    each="sequence",
    caution="Not the J&F of DAVIS, which compares masks and their contours.",
)
def box_j_and_f(
    pred: Any,
    ref: Any,
    *,
    boxes: BoxFormat,
    iou: float = 0.5,
    matching: Independent = "frame",
    initial_frame: InitialFrame = "given",
    absent_target: AbsentTarget = "skip",
    softened: bool = False,
) -> Mean | SoftenedMean:
    """Mean of two readings of a track's boxes: their mean overlap J, and the F-measure F of those that overlap by half.

    Parameters
    ----------
    pred, ref : array_like of real numbers, shape (frames, 4)
        As for `success_auc`.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written; the variant ``released`` sets "xywh".
    iou : float, default 0.5
        The overlap from which a box is found.
    matching : {"frame", "independent"}, default "frame"
        Whether a box can find the reference of its own frame, or that of any frame, however often it was found.
    initial_frame : {"given", "counts", "left_out"}, default "given"
    absent_target : {"skip", "miss"}, default "skip"
        As for `success_auc`. With ``miss`` an absent target is a box that nothing overlaps, and so is an absent
        prediction.
    softened : bool, default False
        Whether the sum over sequences is divided by their number and 0.0001.

    Returns
    -------
    Mean or SoftenedMean
        A fraction in [0, 1]; higher is better. Sequences count equally.

    Raises
    ------
    LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `success_auc`.

    Notes
    -----
    The released code prints this for the tracking tasks whose tables say AUC. Its defects have names here:
    ``matching="independent"`` lets a box count as right that lies where the target was in another frame, so that a
    tracker that never moves can be perfect in F; ``softened`` keeps a perfect tracker from 1.

    References
    ----------
    .. [1] the released code of General-Bench, video_comprehension_flow_matching_tracking.py
    .. [2] Perazzi et al. (2016), doi:10.1109/CVPR.2016.85

    Examples
    --------
    >>> pred, ref = [[0, 0, 2, 2], [0, 0, 2, 2]], [[0, 0, 2, 2], [1, 0, 2, 2]]
    >>> round(box_j_and_f(pred, ref, boxes="xywh").value, 6)  # ((1 + 1/3) / 2 + 1/2) / 2
    0.583333
    >>> round(box_j_and_f(pred, ref, boxes="xywh", matching="independent").value, 6)  # F = 2 * 1 * 2/3 / (1 + 2/3)
    0.733333
    """
    one_of("matching", matching, ("frame", "independent"))
    check_overlap(iou)
    frames = target_frames(pred, ref, boxes, absent_target=absent_target, initial_frame=initial_frame)
    overlaps = _overlaps(frames)
    j = float(overlaps.sum()) / frames.total
    absent = frames.total - len(overlaps)
    said = frames.total if absent_target == "miss" else len(frames.given)
    if matching == "frame":
        right = found = int((overlaps >= iou).sum())
    else:
        right, found = _independent(frames, iou)
    missed = len(overlaps) - found + absent
    precision = right / said if said else 0.0
    recall = right / (right + missed)
    f = 2 * precision * recall / (precision + recall) if right else 0.0
    return (SoftenedMean if softened else Mean)((j + f) / 2, 1)


def _independent(frames: Frames, iou: float) -> tuple[int, int]:
    """How many boxes overlap some reference enough, and how many references are the most overlapped one of these."""
    right, found = 0, np.zeros(len(frames.wanted), dtype=bool)
    if not len(found):
        return 0, 0
    step = max(1, BLOCK // len(found))
    for start in range(0, len(frames.given), step):
        some = slice(start, start + step)
        overlaps = box_overlaps(Boxes(frames.given.corners[some], frames.given.areas[some]), frames.wanted)
        best = overlaps.argmax(axis=1)
        enough = overlaps.max(axis=1) >= iou
        right += int(enough.sum())
        found[best[enough]] = True
    return right, int(found.sum())

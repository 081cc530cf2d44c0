"""Tubes: a span of frames with a box in each.

Objects: a prediction is one tube of one clip, and so is its reference. A tube is a row of four numbers for every frame
of the clip, of NaN or of zeros where there is no box; or a mapping of frame numbers to boxes; or a mapping of
``frames`` (n,) and ``boxes`` (n, 4). Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.overlap import BoxFormat, check_format, check_overlap, read_boxes
from generallevel._kernels.paths import frame_overlaps, no_path, tube_rows
from generallevel.errors import ImpossibleValue, LengthMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean, Ratio

__all__ = ["mean_tiou", "mean_viou", "viou_recall"]

BothEmpty: TypeAlias = Literal["skip", "zero", "one"]
CountsFrom: TypeAlias = Literal[0, 1]
Floats: TypeAlias = NDArray[np.float64]

EMPTY = {"skip": (0.0, 0), "zero": (0.0, 1), "one": (1.0, 1)}


@metric(
    labels={("Video-Comprehension", "m_vIoU"): "percent", ("Video-Comprehension", "m vIoU"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 45; Zhang et al. (2020), arXiv 2001.06891",
    variants={
        "released": Variant(
            {"boxes": "xyxy", "both_empty": "zero"},
            note="the released code: a row of zeros is no box, and two empty tubes score 0",
        )
    },
    absent=no_path,
    each="clip",
)
def mean_viou(
    pred: Any,
    ref: Any,
    *,
    boxes: BoxFormat,
    pred_counts_from: CountsFrom | None = None,
    ref_counts_from: CountsFrom | None = None,
    both_empty: BothEmpty = "skip",
) -> Mean:
    r"""Box overlap summed over the frames of both tubes, per frame of either, averaged over clips.

    .. math:: \mathrm{vIoU} = \frac{1}{|S_p \cup S_r|} \sum_{t \in S_p \cap S_r} \mathrm{IoU}(p_t, r_t)

    Parameters
    ----------
    pred, ref : array_like of shape (frames, 4), mapping of frame to box, or mapping of "frames" and "boxes"
        The tubes. Rows that stand for the frames of a clip in turn need no numbers; a row of NaN or of zeros, or None
        in a list, is no box. Keys of a mapping may be texts, as in JSON.
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        How a box is written; the variant ``released`` sets "xyxy".
    pred_counts_from, ref_counts_from : {0, 1}, optional
        The number of a clip's first frame. Required for a tube whose frames have numbers: HC-STVG counts from 1 and
        VidSTG from 0, and a slip moves the tube by a frame.
    both_empty : {"skip", "zero", "one"}, default "skip"
        What a clip counts as in which neither tube has a box: nothing, a failure, or full agreement.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Clips count equally.

    Raises
    ------
    LengthMismatch
        If both sides have a row for every frame and not the same number of them.
    InvalidInput
        If numbers of frames are given and the first is not said, or a frame stands twice.
    ShapeMismatch, NotFinite, ImpossibleValue
        If boxes are no rows of four finite numbers, or end before they begin.

    Notes
    -----
    Boxes without area overlap with nothing. A missing prediction is an empty tube. In the released code the annotations
    of the two tasks of HC-STVG count from 1 and those of the other three from 0.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 45
    .. [2] Zhang et al. (2020), "Where Does It Exist: Spatio-Temporal Video Grounding for Multi-Form Sentences",
       arXiv 2001.06891

    Examples
    --------
    Three frames have a box on some side; in one the boxes are equal, and in the others only one side has one:

    >>> pred, ref = {0: [0, 0, 2, 2], 1: [0, 0, 2, 2]}, {2: [0, 0, 2, 2], 3: [0, 0, 2, 2]}
    >>> round(mean_viou(pred, ref, boxes="xyxy", pred_counts_from=0, ref_counts_from=1).value, 4)  # 1 / 3
    0.3333
    """
    overlaps, union = _tube_overlaps(pred, ref, boxes, pred_counts_from, ref_counts_from)
    one_of("both_empty", both_empty, EMPTY)
    return Mean(float(overlaps.sum()) / union, 1) if union else Mean(*EMPTY[both_empty])


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Zhang et al. (2020), arXiv 2001.06891",
    absent=no_path,
    each="clip",
)
def mean_tiou(
    pred: Any,
    ref: Any,
    *,
    pred_counts_from: CountsFrom | None = None,
    ref_counts_from: CountsFrom | None = None,
    both_empty: BothEmpty = "skip",
) -> Mean:
    r"""Frames that both tubes have, per frame that either has, averaged over clips: m_tIoU.

    .. math:: \frac{|S_p \cap S_r|}{|S_p \cup S_r|}

    Parameters
    ----------
    pred, ref : array_like of shape (frames, 4), mapping of frame to box, or mapping of "frames" and "boxes"
        As for `mean_viou`; where the boxes are does not matter.
    pred_counts_from, ref_counts_from : {0, 1}, optional
    both_empty : {"skip", "zero", "one"}, default "skip"
        As for `mean_viou`.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Clips count equally.

    Raises
    ------
    LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `mean_viou`.

    References
    ----------
    .. [1] Zhang et al. (2020), arXiv 2001.06891

    Examples
    --------
    >>> box = [0, 0, 1, 1]
    >>> mean_tiou([box, box, None, None], [None, box, box, box]).value  # 1 / 4
    0.25
    """
    shared, union, _ = _tube_frames(pred, ref, pred_counts_from, ref_counts_from)
    one_of("both_empty", both_empty, EMPTY)
    return Mean(len(shared[0]) / union, 1) if union else Mean(*EMPTY[both_empty])


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Zhang et al. (2020), arXiv 2001.06891",
    absent=no_path,
    each="clip",
)
def viou_recall(
    pred: Any,
    ref: Any,
    *,
    boxes: BoxFormat,
    iou: float,
    strict: bool = True,
    pred_counts_from: CountsFrom | None = None,
    ref_counts_from: CountsFrom | None = None,
) -> Ratio:
    """Share of clips whose tube overlaps the true one by more than a threshold: vIoU@0.3, vIoU@0.5.

    Parameters
    ----------
    pred, ref : array_like of shape (frames, 4), mapping of frame to box, or mapping of "frames" and "boxes"
    boxes : {"xyxy", "xywh", "cxcywh", "xyxy_inclusive"} or one of the first three with "_normalised"
        As for `mean_viou`.
    iou : float
        The threshold: 0.3 and 0.5 are usual.
    strict : bool, default True
        Whether an overlap must exceed the threshold.
    pred_counts_from, ref_counts_from : {0, 1}, optional
        As for `mean_viou`.

    Returns
    -------
    Ratio
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    LengthMismatch, ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `mean_viou`; also if ``iou`` is no overlap, or a strict threshold is 1.

    Notes
    -----
    A clip in which neither tube has a box does not count.

    References
    ----------
    .. [1] Zhang et al. (2020), arXiv 2001.06891

    Examples
    --------
    >>> box = [0, 0, 1, 1]
    >>> viou_recall([box, box, None], [None, box, None], boxes="xyxy", iou=0.3).value  # 1 / 2 > .3
    1.0
    """
    check_overlap(iou)
    if strict and iou == 1:
        raise ImpossibleValue("no overlap exceeds 1: pass strict=False, or a lower iou")
    overlaps, union = _tube_overlaps(pred, ref, boxes, pred_counts_from, ref_counts_from)
    if not union:
        return Ratio(0, 0)
    value = float(overlaps.sum()) / union
    return Ratio(int(value > iou if strict else value >= iou), 1)


def _tube_frames(
    pred: Any, ref: Any, pred_from: int | None, ref_from: int | None
) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], int, tuple[Floats, Floats]]:
    """Where the shared frames stand in each tube, how many frames either has, and the rows of both."""
    said, said_rows, said_length = tube_rows(pred, pred_from, "pred")
    wanted, wanted_rows, wanted_length = tube_rows(ref, ref_from, "ref")
    if None not in (said_length, wanted_length) and said_length != wanted_length:
        raise LengthMismatch(
            f"pred has {said_length} frames and ref has {wanted_length}: a tube in rows has one for every frame of the "
            "clip"
        )
    _, at, to = np.intersect1d(said, wanted, assume_unique=True, return_indices=True)
    return (at, to), len(said) + len(wanted) - len(at), (said_rows, wanted_rows)


def _tube_overlaps(pred: Any, ref: Any, boxes: str, pred_from: int | None, ref_from: int | None) -> tuple[Floats, int]:
    """The overlap in each shared frame, and how many frames either tube has."""
    check_format(boxes)
    (at, to), union, (said, wanted) = _tube_frames(pred, ref, pred_from, ref_from)
    read_boxes(said, boxes, "pred"), read_boxes(wanted, boxes, "ref")  # all of them, to refuse what is none
    return frame_overlaps(read_boxes(said[at], boxes, "pred"), read_boxes(wanted[to], boxes, "ref")), union

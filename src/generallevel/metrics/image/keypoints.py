"""Keypoints: poses as named points.

Objects: a prediction is the scored poses of one image, a mapping of ``keypoints`` (n, K, 2) or (n, K, 3), ``scores``
(n,) and ``labels`` (n,); a reference is the true poses, ``keypoints`` (m, K, 3) in x, y, visibility and ``areas`` (m,)
in square pixels. Coordinates are pixels. Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.detections import COCO_OVERLAPS, Area, Detections, Protocol, decide
from generallevel._kernels.objects import as_mappings, two_sides
from generallevel._kernels.overlap import BoxFormat
from generallevel._kernels.poses import pose_similarities, poses_of, read_sigmas, surroundings
from generallevel._kernels.ranking import Points
from generallevel.errors import InvalidInput
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = ["COCO_SIGMAS", "keypoint_ap", "keypoint_ap50", "no_poses"]

PRED_KEYS = frozenset({"keypoints", "scores", "labels"})
REF_KEYS = frozenset({"keypoints", "labels", "crowd", "ignore", "areas", "boxes", "id", "size"})

# How far people mark the 17 points of COCO from each other, out of the root of the area: nose, eyes, ears, shoulders,
# elbows, wrists, hips, knees, ankles. Source: the COCO keypoint challenge (cocodataset.org, keypoints evaluation).
COCO_SIGMAS: tuple[float, ...] = (
    *(0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072),
    *(0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089),
)
COCO_MOST = 20  # poses of an image that count, as COCO has it


def no_poses(_ref: object) -> dict[str, Any]:
    """No pose at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"keypoints": [], "scores": np.empty(0)}


def _pose_decisions(
    preds: Sequence[Any],
    refs: Sequence[Any],
    *,
    sigmas: ArrayLike,
    iou: float | Sequence[float],
    boxes: BoxFormat | None = None,
    points: Points | None = None,
    **options: Any,
) -> Detections:
    """The decisions about the poses of many images, in one pass."""
    spread = read_sigmas(sigmas)
    said, wanted = as_mappings(preds, "pred", "keypoints", PRED_KEYS), as_mappings(refs, "ref", "keypoints", REF_KEYS)
    n_pred, found = poses_of(said, "pred", len(spread))
    n_ref, true = poses_of(wanted, "ref", len(spread))
    hidden: NDArray[np.bool_] = ~np.any(true[:, :, 2] > 0, axis=1)
    around = surroundings(wanted, n_ref, hidden, boxes)
    extents = np.ptp(found[:, :, :2], axis=1) if len(found) else np.empty((0, 2))
    areas = (extents[:, 0] * extents[:, 1], np.full(len(true), np.nan))
    dets, there, names = two_sides(said, wanted, (n_pred, n_ref), areas, None, hidden)

    if np.isnan(there.areas).any():
        raise InvalidInput('ref has poses without "areas": similarity is told by the square pixels of the whole object')

    def overlap(at: Any, to: Any) -> Any:
        return pose_similarities(found, true, at, to, spread, there.areas, around)

    return decide(dets, there, names, overlap, iou=iou, points=points, **options)


@metric(
    labels={("Image-Comprehension", "AP50"): "percent", ("Image-Comprehension", "mAP@0.5"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source=(
        "arXiv 2505.04620v1, Table 21 #I-C-20; Zhang et al. (2019), arXiv 1803.10683 (object keypoint similarity "
        "on OCHuman)"
    ),
    batch=partial(_pose_decisions, iou=0.5),
    absent=no_poses,
    item="context",
    each="image",
    caution=(
        "That poses are matched by object keypoint similarity follows from the data set; the paper speaks of "
        "overlap only."
    ),
)
def keypoint_ap50(
    pred: Any,
    ref: Any,
    *,
    sigmas: ArrayLike,
    area: Area = "all",
    max_dets: int | None = COCO_MOST,
    boxes: BoxFormat | None = None,
    protocol: Protocol = "coco",
) -> Detections:
    r"""Average precision of poses that count as right from a keypoint similarity of 0.50.

    The similarity of two poses is a mean over the points that are marked in the reference, of which each counts by its
    distance d, the area s\ :sup:`2` of the object and the spread of the point:

    .. math:: \frac{1}{n} \sum_{i \text{ marked}} \exp \frac{-d_i^2}{2 \, s^2 (2 \sigma_i)^2}

    Parameters
    ----------
    pred : mapping, or array_like of shape (n, K, 2) or (n, K, 3)
        The poses found in one image: ``keypoints`` in pixels, a third number of each being disregarded; ``scores`` (n,)
        of any scale; ``labels`` (n,), where there are classes.
    ref : mapping
        The poses that are there: ``keypoints`` (m, K, 3), x, y and visibility (0 for a point that is not marked);
        ``areas`` (m,) of the objects in square pixels, which are required; ``labels``; ``crowd``, ``ignore`` (m,);
        ``boxes`` (m, 4), which poses without a marked point need; ``id``, by which ties are ordered.
    sigmas : array_like, shape (K,)
        The spread of each point, out of the root of the object's area: how far people who mark it differ. Required, as
        it belongs to the data set; `COCO_SIGMAS` are those of the 17 points of COCO.
    area : {"all", "small", "medium", "large"} or (float, float), default "all"
        Which objects count, by ``areas``; a found pose by the extent of its points.
    max_dets : int or None, default 20
        The most poses that count in an image, the surest ones.
    boxes : str, optional
        How the references' ``boxes`` are written, as for `ap50`; required where they are needed.
    protocol : {"coco", "voc2007", "voc2010", "recall"}, default "coco"
        As for `ap50`.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better. ``by_class``, ``recall`` and ``notes`` are read from it as well.

    Raises
    ------
    ShapeMismatch
        If poses have not as many points as there are sigmas.
    NotFinite
        If a number is NaN or infinite.
    ImpossibleValue
        If a sigma is not above 0, or a visibility is not 0, 1 or 2.
    LengthMismatch, InvalidInput
        If scores or areas are not one for each pose, areas are missing, or boxes are and would be needed.

    Notes
    -----
    * A pose without a marked point need not be found; poses inside its box, or near it, are neither right nor wrong.
    * Ties, missing scores and empty images are as in `ap50`. To match pycocotools, pass ``boxes="xywh"`` with the
      annotations' boxes and areas; it takes the number of points from ``num_keypoints``, here they are counted.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312, and its keypoint challenge
    .. [2] Zhang et al. (2019), "Pose2Seg: Detection free human instance segmentation", arXiv 1803.10683
    .. [3] arXiv 2505.04620v1, Table 21 #I-C-20

    Examples
    --------
    One point, 10 px off on an object of 100 square pixels with a sigma of one half: exp(-100 / (2 * 100 * 1)) = 0.607.

    >>> ref = {"keypoints": [[[50, 50, 2]]], "areas": [100]}
    >>> keypoint_ap50([[[60, 50]]], ref, sigmas=[0.5]).value
    1.0
    >>> keypoint_ap50([[[62, 50]]], ref, sigmas=[0.5]).value  # exp(-144 / 200) = 0.487
    0.0
    """
    chosen = {"area": area, "max_dets": max_dets, "boxes": boxes, "protocol": protocol}
    return _pose_decisions([pred], [ref], iou=0.5, sigmas=sigmas, **chosen)  # type: ignore[arg-type]  # their types are the signature's


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Lin et al. (2014), arXiv 1405.0312, and its keypoint challenge",
    batch=_pose_decisions,
    absent=no_poses,
    item="context",
    each="image",
)
def keypoint_ap(
    pred: Any,
    ref: Any,
    *,
    sigmas: ArrayLike,
    iou: float | Sequence[float] = COCO_OVERLAPS,
    area: Area = "all",
    max_dets: int | None = COCO_MOST,
    boxes: BoxFormat | None = None,
    protocol: Protocol = "coco",
    points: Points | None = None,
) -> Detections:
    """Average precision of poses, averaged over the keypoint similarities .50, .55, ..., .95: COCO's keypoint AP.

    Parameters
    ----------
    pred, ref : mapping
        As for `keypoint_ap50`.
    sigmas : array_like, shape (K,)
        The spread of each point, as for `keypoint_ap50`. Required.
    iou : float or sequence of float, default .50, .55, ..., .95
        The similarities from which a pose counts as right, each in (0, 1].
    area, max_dets, boxes, protocol
        As for `keypoint_ap50`.
    points : {"101-point", "11-point", "all-point", "step", "recall"}, optional
        How precision is averaged over recall, by default as the protocol has it.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, LengthMismatch, InvalidInput
        As for `keypoint_ap50`.

    References
    ----------
    .. [1] Lin et al. (2014), "Microsoft COCO: Common objects in context", arXiv 1405.0312, and its keypoint challenge

    Examples
    --------
    A similarity of exp(-100 / 200) = 0.607 is right at .50, .55 and .60:

    >>> ref = {"keypoints": [[[50, 50, 2]]], "areas": [100]}
    >>> round(keypoint_ap([[[60, 50]]], ref, sigmas=[0.5]).value, 12)
    0.3
    """
    chosen = {"area": area, "max_dets": max_dets, "boxes": boxes, "protocol": protocol, "points": points}
    return _pose_decisions([pred], [ref], iou=iou, sigmas=sigmas, **chosen)  # type: ignore[arg-type]  # their types are the signature's

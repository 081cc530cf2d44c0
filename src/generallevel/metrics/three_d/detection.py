"""Detections in space: boxes and instance masks of point clouds.

Objects: a prediction is the scored boxes or masks of one scene; a reference is the true ones. Scores are fractions in
[0, 1]; higher is better. Lengths are in metres and angles in radians.

Boxes of driving scenes are matched by the distance of their ``centres`` on the ground, x and y; those of rooms by the
overlap of ``boxes``; instances by the points that they have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from generallevel._kernels.centre_detections import CentreDetections, NuscenesScore
from generallevel._kernels.choices import one_of
from generallevel._kernels.detections import Detections, decide
from generallevel._kernels.driving import NUSCENES_CLASSES, NUSCENES_RANGES, Ranges, centre_decisions
from generallevel._kernels.objects import as_mappings, two_sides
from generallevel._kernels.point_instances import PointInstances
from generallevel._kernels.ranking import Points
from generallevel._kernels.rooms import SCANNET_CLASSES, instance_decisions
from generallevel._kernels.solids import SolidFormat, read_solids, solid_overlaps
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = [
    "NUSCENES_CLASSES",
    "NUSCENES_RANGES",
    "SCANNET_CLASSES",
    "box3d_ap",
    "map25",
    "map50",
    "mean_average_precision",
    "nds",
    "no_centres",
    "no_instances",
    "no_solids",
]

SOLID_PRED_KEYS = frozenset({"boxes", "scores", "labels"})
SOLID_REF_KEYS = frozenset({"boxes", "labels", "crowd", "ignore", "areas", "id"})

DISTANCES = (0.5, 1.0, 2.0, 4.0)  # metres; Caesar et al. (2020)
ERRORS_AT = 2.0  # metres
LOW = 0.1  # recall and precision up to which nothing counts; Caesar et al. (2020)

AbsentClass = Literal["zero", "skip"]


def no_centres(_ref: object) -> dict[str, Any]:
    """No box at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    none: dict[str, Any] = {"centres": np.empty((0, 2)), "labels": [], "scores": np.empty(0), "attributes": []}
    return none | {"sizes": np.empty((0, 3)), "yaws": np.empty(0), "velocities": np.empty((0, 2))}


def no_instances(_ref: object) -> dict[str, Any]:
    """No instance at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"masks": [], "labels": [], "scores": []}


def no_solids(_ref: object) -> dict[str, Any]:
    """No box with a volume: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"boxes": [], "scores": np.empty(0)}


# Not bound to its id, which is a builtin of Python.
@metric(
    name="map",
    labels={("3D-Comprehension", "mAP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 5; Caesar et al. (2020), arXiv 1903.11027 (matching by centre distance)",
    batch=partial(centre_decisions, CentreDetections),
    absent=no_centres,
    item="context",
    each="key frame",
    aliases=("mean_average_precision",),
    caution="That boxes are matched by the distance of their centres follows from the data set, not from the paper.",
)
def mean_average_precision(
    pred: Any,
    ref: Any,
    *,
    classes: Sequence[Any] = NUSCENES_CLASSES,
    ranges: Ranges = "nuscenes",
    distances: Sequence[float] = DISTANCES,
    low: float = LOW,
    absent_class: AbsentClass = "zero",
) -> CentreDetections:
    r"""Mean over classes and centre distances of the average precision of 3D boxes.

    Parameters
    ----------
    pred : mapping
        The boxes found in one key frame: ``centres`` (n, 2) or (n, 3) in metres, of which x and y on the ground count;
        ``labels`` (n,); ``scores`` (n,).
    ref : mapping
        The boxes that are there: ``centres`` and ``labels``; ``ego``, the place of the vehicle in the same frame, where
        classes have ranges; ``points`` (m,), how many points were measured in each: a box with 0 does not count.
    classes : sequence, default the ten of nuScenes
        The labels that count. A box of another one is an error, on either side.
    ranges : "nuscenes", mapping of class to float, or None, default "nuscenes"
        Up to which distance from the vehicle boxes of each class count, on either side, in metres: those of nuScenes,
        `NUSCENES_RANGES`; others; or any, where boxes that are too far have been left out.
    distances : sequence of float, default 0.5, 1, 2, 4
        Below which distance of the centres a box is right, in metres.
    low : float, default 0.1
        The recall and the precision up to which nothing counts, in [0, 1).
    absent_class : {"zero", "skip"}, default "zero"
        Whether a class without any reference counts as 0 in the mean, as in nuScenes' devkit, or not at all.

    Returns
    -------
    CentreDetections
        A fraction in [0, 1]; higher is better. ``by_class`` and ``by_distance`` are read from it as well.

    Raises
    ------
    UnknownName
        If a label is none of ``classes``.
    InvalidInput
        If scores, labels or the place of the vehicle are missing, or an option is none.
    LengthMismatch, ShapeMismatch
        If there is not one of them for each box.
    NotFinite
        If a number is NaN or infinite.

    Notes
    -----
    Precision at 101 points of recall is interpolated on a line, without an envelope; of the points above recall 0.1
    what lies above precision 0.1 is averaged, and stretched to [0, 1]. Average precision is averaged over distances,
    and then over classes.

    To match nuscenes-devkit, set nothing. It also leaves out bicycles and motorcycles whose centres lie in a bicycle
    rack: leave them out before. Of equal scores misses come first here, and what stands last in the file there. At most
    500 boxes of a key frame are allowed there; here there is no limit.

    References
    ----------
    .. [1] Caesar et al. (2020), "nuScenes: A multimodal dataset for autonomous driving", arXiv 1903.11027
    .. [2] arXiv 2505.04620v1, Table 17 row 5

    Examples
    --------
    A car found 0.7 m off is right at three of four distances:

    >>> ref = {"centres": [[10, 0]], "labels": ["car"]}
    >>> pred = {"centres": [[10.7, 0]], "labels": ["car"], "scores": [0.9]}
    >>> round(mean_average_precision(pred, ref, classes=["car"], ranges=None).value, 12)
    0.75
    """
    chosen: dict[str, Any] = {"classes": classes, "ranges": ranges, "distances": distances}
    chosen |= {"low": low, "absent_class": absent_class}
    return centre_decisions(CentreDetections, [pred], [ref], **chosen)


@metric(
    labels={("3D-Comprehension", "mAP@50"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); Dai et al. (2017), arXiv 1702.04405 (the data set's protocol)",
    absent=no_instances,
    item="context",
    each="scene",
    caution="The paper prints mIoU for the same figure, whose size is that of an average precision.",
)
def map50(pred: Any, ref: Any, *, classes: Sequence[Any] = SCANNET_CLASSES, least_points: int = 100) -> PointInstances:
    """Mean over classes of the average precision of 3D instance masks, right from a point overlap of 0.50.

    Parameters
    ----------
    pred : mapping
        The instances found in one scene of P points: ``masks`` (n, P), true or not 0 where a point belongs to it;
        ``labels`` (n,); ``scores`` (n,).
    ref : mapping
        ``labels`` (P,), the class of each point, and ``instances`` (P,), a number that tells instances of a class
        apart. Points of a class that does not count, or with a negative number, are void.
    classes : sequence of int, default the 18 of ScanNet
        The labels that count. A prediction of another one is an error.
    least_points : int, default 100
        How many points an instance has at least, on both sides: smaller predictions are left out, and smaller
        references need not be found.

    Returns
    -------
    PointInstances
        A fraction in [0, 1]; higher is better. ``by_class`` is read from it as well.

    Raises
    ------
    UnknownName
        If a prediction is of a class that does not count.
    ShapeMismatch, LengthMismatch
        If masks, labels and scores do not fit each other or the points of the scene.
    ImpossibleValue, NotFinite, InvalidInput
        If something is no mask, no score or no label.

    Notes
    -----
    The rules are the ScanNet benchmark's: an overlap must be *above* 0.5; each reference takes the first prediction
    that overlaps it enough, further ones are false alarms, and the surest of them is the one that is right; what
    overlaps nothing enough is no false alarm where more than half of it is void. The curve is integrated by trapezoids.

    To match ScanNet's evaluate_semantic_instance.py, set nothing and give ``ids // 1000`` and ``ids % 1000`` as labels
    and instances; it passes over predictions of other classes in silence, which are an error here.

    References
    ----------
    .. [1] Dai et al. (2017), "ScanNet: Richly-annotated 3D Reconstructions of Indoor Scenes", arXiv 1702.04405

    Examples
    --------
    Of a chair (5) of four points three are found, and a table (7) is missed:

    >>> ref = {"labels": [5, 5, 5, 5, 7, 7], "instances": [1, 1, 1, 1, 1, 1]}
    >>> pred = {"masks": [[1, 1, 1, 0, 0, 0]], "labels": [5], "scores": [0.9]}
    >>> map50(pred, ref, least_points=1).by_class
    {5: 1.0, 7: 0.0}
    """
    return instance_decisions(pred, ref, classes, least_points, (0.5,))


# ----------------------------------------------------------------------------------------- beyond General-Bench


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Dai et al. (2017), arXiv 1702.04405",
    absent=no_instances,
    item="context",
    each="scene",
)
def map25(pred: Any, ref: Any, *, classes: Sequence[Any] = SCANNET_CLASSES, least_points: int = 100) -> PointInstances:
    """Mean over classes of the average precision of 3D instance masks, right from a point overlap of 0.25.

    Parameters
    ----------
    pred, ref, classes, least_points
        As for `map50`.

    Returns
    -------
    PointInstances
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    UnknownName, ShapeMismatch, LengthMismatch, ImpossibleValue, NotFinite, InvalidInput
        As for `map50`.

    Notes
    -----
    At 0.25 one prediction may overlap several references enough; that of the lowest number takes it, and the order in
    which predictions are given decides which of several a reference takes. So it is in ScanNet's own program.

    References
    ----------
    .. [1] Dai et al. (2017), arXiv 1702.04405

    Examples
    --------
    >>> ref = {"labels": [5, 5, 5, 5], "instances": [1, 1, 1, 1]}
    >>> pred = {"masks": [[1, 1, 0, 0]], "labels": [5], "scores": [0.9]}
    >>> map25(pred, ref, least_points=1).value, map50(pred, ref, least_points=1).value
    (1.0, 0.0)
    """
    return instance_decisions(pred, ref, classes, least_points, (0.25,))


_nds_decisions = partial(centre_decisions, NuscenesScore, distances=DISTANCES, low=LOW, errors_at=ERRORS_AT)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Caesar et al. (2020), arXiv 1903.11027, equation 3",
    batch=_nds_decisions,
    absent=no_centres,
    item="context",
    each="key frame",
    aliases=("nuscenes_detection_score",),
)
def nds(
    pred: Any,
    ref: Any,
    *,
    classes: Sequence[Any] = NUSCENES_CLASSES,
    ranges: Ranges = "nuscenes",
    absent_class: AbsentClass = "zero",
) -> CentreDetections:
    r"""NuScenes detection score: average precision, and how right the boxes are that are found.

    .. math:: \frac{1}{10} \left( 5 \, \mathrm{mAP} + \sum_{k=1}^{5} \max(0, 1 - \mathrm{error}_k) \right)

    Parameters
    ----------
    pred, ref : mapping
        As for `mean_average_precision`, and on both sides ``sizes`` (n, 3) in metres, in one order; ``yaws`` (n,) in
        radians; ``velocities`` (n, 2) in metres per second, NaN in references where it is not known; ``attributes``
        (n,), texts, "" in references without one.
    classes, ranges, absent_class
        As for `mean_average_precision`.

    Returns
    -------
    NuscenesScore
        A fraction in [0, 1]; higher is better. ``mean_average_precision`` and ``tp_errors`` are read from it as well:
        translation in metres, scale as 1 - overlap, orientation in radians, velocity in metres per second, attribute
        as 1 - accuracy.

    Raises
    ------
    ImpossibleValue
        If a side is not above 0.
    UnknownName, InvalidInput, LengthMismatch, ShapeMismatch, NotFinite
        As for `mean_average_precision`.

    Notes
    -----
    Errors are measured at 2 m, and precision at all four distances. An error is averaged over the points of recall from
    0.11 to what was reached, at each of which it is the mean over the boxes that are as sure; a class that reaches no
    such point has an error of 1. Traffic cones have neither orientation, velocity nor attribute, barriers neither
    velocity nor attribute, and barriers look the same after half a turn.

    To match nuscenes-devkit, set nothing; see `mean_average_precision`.

    References
    ----------
    .. [1] Caesar et al. (2020), "nuScenes: A multimodal dataset for autonomous driving", arXiv 1903.11027

    Examples
    --------
    A car that is right but for its place, half a metre off: found at three of four distances, (5 * 0.75 + 4.5) / 10.

    >>> car = {"sizes": [[2, 4, 1.5]], "yaws": [0.0], "velocities": [[0, 0]], "attributes": ["vehicle.parked"]}
    >>> ref = {"centres": [[10, 0]], "labels": ["car"], **car}
    >>> pred = {"centres": [[10.5, 0]], "labels": ["car"], "scores": [0.9], **car}
    >>> round(nds(pred, ref, classes=["car"], ranges=None).value, 12)
    0.825
    """
    return _nds_decisions([pred], [ref], classes=classes, ranges=ranges, absent_class=absent_class)


def _solid_decisions(
    preds: Sequence[Any],
    refs: Sequence[Any],
    *,
    iou: float | Sequence[float],
    boxes: SolidFormat,
    view: Literal["space", "ground"],
    points: Points,
    classes: Sequence[Any] | None,
) -> Detections:
    """The decisions about the boxes of many scenes, in one pass."""
    one_of("view", view, ("space", "ground"))
    said = as_mappings(preds, "pred", "boxes", SOLID_PRED_KEYS)
    wanted = as_mappings(refs, "ref", "boxes", SOLID_REF_KEYS)
    found = [read_solids(item["boxes"], boxes, "pred") for item in said]
    true = [read_solids(item["boxes"], boxes, "ref") for item in wanted]
    counts = (np.array([len(box) for box in found], dtype=np.intp), np.array([len(box) for box in true], dtype=np.intp))
    dets, boxes_there = np.concatenate([np.empty((0, 7)), *found]), np.concatenate([np.empty((0, 7)), *true])
    sides = two_sides(said, wanted, counts, (np.zeros(len(dets)), np.zeros(len(boxes_there))), classes)

    def overlap(at: Any, to: Any) -> Any:
        return solid_overlaps(dets, boxes_there, at, to, ground=view == "ground")

    return decide(*sides, overlap, iou=iou, protocol="coco", points=points, max_dets=None, area="all")


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Song et al. (2015), doi:10.1109/CVPR.2015.7298655 (overlap of volumes); Geiger et al. (2012)",
    batch=_solid_decisions,
    absent=no_solids,
    item="context",
    each="scene",
)
def box3d_ap(
    pred: Any,
    ref: Any,
    *,
    iou: float | Sequence[float],
    boxes: SolidFormat,
    view: Literal["space", "ground"] = "space",
    points: Points = "all-point",
    classes: Sequence[Any] | None = None,
) -> Detections:
    """Average precision of boxes in space that are right from an overlap of volumes.

    Parameters
    ----------
    pred : mapping
        The boxes found in one scene: ``boxes`` (n, 6) or (n, 7), ``scores`` (n,), and ``labels`` (n,) where there are
        classes.
    ref : mapping
        The boxes that are there: ``boxes``, ``labels``; ``crowd``, ``ignore``, ``id`` as for `ap50`.
    iou : float or sequence of float
        The overlaps from which a box is right, each in (0, 1]. Required: 0.25 and 0.5 in rooms, 0.5 and 0.7 on roads.
    boxes : {"xyzlwh", "xyzlwhy", "xyzxyz"}
        How a box is written: centre, length, width, height; the same and yaw, in radians; lowest and highest corner.
        Length lies along the direction into which yaw turns the x axis. Required.
    view : {"space", "ground"}, default "space"
        Whether volumes are compared, or areas seen from above.
    points : {"all-point", "11-point", "101-point", "step", "recall"}, default "all-point"
        How precision is averaged over recall.
    classes : sequence, optional
        The labels that there may be.

    Returns
    -------
    Detections
        A fraction in [0, 1]; higher is better. ``by_class``, ``by_iou`` and ``recall`` are read from it as well.

    Raises
    ------
    ImpossibleValue
        If a side is negative, or an angle is in degrees.
    ShapeMismatch, NotFinite, LengthMismatch, InvalidInput
        If something is no box, or there is not a score or label for each.

    Notes
    -----
    Matching is COCO's: the surest box chooses first, and takes the best reference that is free. The programs of VoteNet
    and its successors compare a box with its best reference alone, and give less where boxes lie close together. A box
    without volume overlaps nothing.

    References
    ----------
    .. [1] Song et al. (2015), "SUN RGB-D", doi:10.1109/CVPR.2015.7298655
    .. [2] Geiger et al. (2012), doi:10.1109/CVPR.2012.6248074

    Examples
    --------
    Two cubes that share half of each overlap by 1/3:

    >>> ref, pred = [[0, 0, 0, 2, 2, 2]], {"boxes": [[1, 0, 0, 2, 2, 2]], "scores": [0.9]}
    >>> [box3d_ap(pred, ref, iou=iou, boxes="xyzlwh").value for iou in (0.25, 0.5)]
    [1.0, 0.0]
    """
    chosen: dict[str, Any] = {"boxes": boxes, "view": view, "points": points, "classes": classes}
    return _solid_decisions([pred], [ref], iou=iou, **chosen)

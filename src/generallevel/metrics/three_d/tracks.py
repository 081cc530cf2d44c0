"""Tracks in space: boxes with identities over the frames of a scene.

Objects: a prediction is the scored tracks of one scene, a mapping of columns that stand side by side, one entry for
each box: ``frames``, ``ids``, ``labels``, ``scores`` and ``centres``; a reference is the true ones. Scores are
fractions in [0, 1]; higher is better. Lengths are in metres.

The protocol is that of nuScenes (its devkit 1.2): the sureness of a track is the mean of its boxes', gaps are filled
in, and tracking accuracy is taken at the sureness that gives each of 40 recalls.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from generallevel._kernels.choices import check_count, one_of
from generallevel._kernels.driving import Ranges
from generallevel._kernels.nearest import check_positive
from generallevel._kernels.scene_boxes import check_classes, check_ranges
from generallevel._kernels.scene_tracks import TrackPool, TrackSettings, near_pairs
from generallevel._kernels.track_columns import read_tracks, scene_times
from generallevel.errors import InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Saturating

__all__ = ["NUSCENES_TRACKING_RANGES", "PrecisionPool", "amota", "amotp", "no_tracks"]

# The seven classes that are tracked, and up to which distance from the vehicle they count, in metres. Source: Caesar et
# al. (2020), arXiv 1903.11027, and the tracking task's settings.
NUSCENES_TRACKING_RANGES: Mapping[str, float] = MappingProxyType(
    {
        "bicycle": 40.0,
        "bus": 50.0,
        "car": 50.0,
        "motorcycle": 40.0,
        "pedestrian": 40.0,
        "trailer": 50.0,
        "truck": 50.0,
    }
)
TRACKING_CLASSES: tuple[str, ...] = tuple(NUSCENES_TRACKING_RANGES)

DISTANCE = 2.0  # metres; Caesar et al. (2020)
RECALLS = 40  # how many; the devkit's settings
LEAST_RECALL = 0.1
MOST_RECALLS = 10_000  # ours: each costs a way through all scenes
DECIMALS = 12  # to which the devkit rounds the recalls

Gaps = Literal["nuscenes", "linear", "none"]
VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {"linear_gaps": Variant({"gaps": "linear"}, note="missing boxes lie between their neighbours by time")}
)


def no_tracks(_ref: object) -> dict[str, Any]:
    """No track at all: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    dict
    """
    return {"frames": [], "ids": [], "labels": [], "scores": [], "centres": []}


@dataclass(frozen=True, slots=True, eq=False)
class PrecisionPool(TrackPool):
    """The same scenes, read as the mean distance of pairs."""

    @property
    def by_class(self) -> dict[Any, float]:
        """The mean distance of each class that is there, averaged over the recalls, in metres."""
        return {label: float(np.mean(apart)) for label, (_, apart) in self.curves.items()}


def _scene(
    pred: Any,
    ref: Any,
    classes: Sequence[Any],
    ranges: Ranges,
    distance: float,
    alpha: float,
    gaps: str,
    recalls: int,
    least_recall: Any,
) -> tuple[Any, ...]:
    """One scene, ready to be followed."""
    check_positive(distance, "distance", "the distance below which two boxes may be one, in metres")
    check_positive(alpha, "alpha", "how much errors weigh")
    check_count("recalls", recalls)
    if recalls > MOST_RECALLS:
        raise InvalidInput(f"recalls is how many recalls are averaged over, at most {MOST_RECALLS:,}; got more")
    one_of("gaps", gaps, ("nuscenes", "linear", "none"))
    if isinstance(least_recall, bool) or not isinstance(least_recall, int | float) or not 0 < least_recall <= 1:
        raise InvalidInput(f"least_recall is the lowest recall that counts, in (0, 1], not {least_recall!r:.40}")
    labels = check_classes(classes)
    reach = check_ranges(ranges, labels, NUSCENES_TRACKING_RANGES)
    grid = np.linspace(least_recall, 1, recalls).round(DECIMALS)
    settings = TrackSettings(labels, float(distance), float(alpha), tuple(grid.tolist()))
    times = scene_times(pred, ref)
    there = read_tracks(ref, ref, "ref", labels, reach, times, gaps)
    found = read_tracks(pred, ref, "pred", labels, reach, times, gaps)
    return near_pairs(found, there, settings)


@metric(
    labels={
        ("3D-Comprehension", "AMOTA (Average Multi-Object Tracking Accuracy)"): "percent",
        ("3D-Comprehension", "AMOTA"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 41; Weng et al. (2020), arXiv 2008.08063",
    variants=VARIANTS,
    absent=no_tracks,
    item="context",
    each="scene",
    caution="The paper speaks of matching thresholds; the data set's protocol, which averages over recall, is meant.",
)
def amota(
    pred: Any,
    ref: Any,
    *,
    classes: Sequence[Any] = TRACKING_CLASSES,
    ranges: Ranges = "nuscenes",
    distance: float = DISTANCE,
    alpha: float = 1.0,
    gaps: Gaps = "nuscenes",
    recalls: int = RECALLS,
    least_recall: float = LEAST_RECALL,
) -> TrackPool:
    r"""Tracking accuracy averaged over recall thresholds, none of them below zero.

    .. math:: \frac1n \sum_{r} \max \left( 0, 1 - \alpha \frac{\mathrm{IDS}_r + \mathrm{FP}_r + \mathrm{FN}_r
              - (1 - \hat r) P}{\hat r P} \right), \quad \hat r = \frac{\mathrm{TP}_r}{P}

    Parameters
    ----------
    pred : mapping
        The boxes of all tracks of one scene: ``frames`` (n,), the time of each; ``ids`` (n,), whole numbers or texts;
        ``labels`` (n,); ``scores`` (n,); ``centres`` (n, 2) or (n, 3) in metres, of which x and y on the ground count.
    ref : mapping
        The boxes that are there: ``frames``, ``ids``, ``labels`` and ``centres``; ``times`` (T,), all times of the
        scene, which are needed where a frame may hold no box at all; ``ego`` (T, 2) or (T, 3), the place of the vehicle
        at each, where classes have ranges; ``points`` (m,), how many points were measured in each box: one with 0 does
        not count.
    classes : sequence, default the seven that nuScenes tracks
        The labels that count. A box of another one is an error, on either side.
    ranges : "nuscenes", mapping of class to float, or None, default "nuscenes"
        Up to which distance from the vehicle boxes of each class count, on either side, in metres: those of nuScenes,
        `NUSCENES_TRACKING_RANGES`; others; or any, where boxes that are too far have been left out.
    distance : float, default 2
        Below which distance of the centres two boxes may be one, in metres.
    alpha : float, default 1
        How much errors weigh. Older versions of the devkit have 0.2.
    gaps : {"nuscenes", "linear", "none"}, default "nuscenes"
        What lies between two boxes of a track with frames between them: boxes on a line with the weights of the two
        swapped, as nuScenes' devkit has it (the same in gaps of one frame); boxes on a line by time; or nothing.
    recalls : int, default 40
        How many recalls are averaged over, evenly spaced.
    least_recall : float, default 0.1
        The lowest of them; the highest is 1.

    Returns
    -------
    TrackPool
        A fraction in [0, 1]; higher is better. ``by_class`` and ``curves`` are read from it as well.

    Raises
    ------
    DuplicateName
        If an id stands twice in one frame of a side.
    UnknownName
        If a label is none of ``classes``.
    InvalidInput
        If a column or the place of the vehicle is missing, a frame is none of ``times``, or an option is none.
    LengthMismatch, ShapeMismatch
        If there is not one entry for each box.
    NotFinite
        If a number is NaN or infinite.

    Notes
    -----
    A recall that is not reached counts as 0, and so does one without a match; classes that no reference has are not in
    the mean. Recall is that over all scenes: scenes are pooled, and the mean of their figures is another number.

    To match nuscenes-devkit 1.2, set nothing, and give all times of a scene. It also leaves out bicycles and
    motorcycles whose centres lie in a bicycle rack: leave them out before. The track of an object counts as kept over
    any gap. Where two ways of pairing boxes are equally near, either may be taken.

    References
    ----------
    .. [1] Weng et al. (2020), "A Baseline for 3D Multi-Object Tracking and New Evaluation Metrics", arXiv 2008.08063
    .. [2] Caesar et al. (2020), "nuScenes: A multimodal dataset for autonomous driving", arXiv 1903.11027
    .. [3] arXiv 2505.04620v1, Table 17 row 41

    Examples
    --------
    One of two boxes of a car is found: recalls up to 0.5, 18 of 40, have an accuracy of 1.

    >>> ref = {"frames": [0, 1], "ids": ["a", "a"], "labels": ["car", "car"], "centres": [[0, 0], [1, 0]]}
    >>> pred = {"frames": [0], "ids": [7], "labels": ["car"], "scores": [0.8], "centres": [[0, 0.5]]}
    >>> amota(pred, ref, ranges=None).value
    0.45
    """
    return TrackPool((_scene(pred, ref, classes, ranges, distance, alpha, gaps, recalls, least_recall),))


# ----------------------------------------------------------------------------------------- beyond General-Bench


@metric(
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.5),
    source="Weng et al. (2020), arXiv 2008.08063; Caesar et al. (2020), arXiv 1903.11027",
    variants=VARIANTS,
    absent=no_tracks,
    item="context",
    each="scene",
)
def amotp(
    pred: Any,
    ref: Any,
    *,
    classes: Sequence[Any] = TRACKING_CLASSES,
    ranges: Ranges = "nuscenes",
    distance: float = DISTANCE,
    gaps: Gaps = "nuscenes",
    recalls: int = RECALLS,
    least_recall: float = LEAST_RECALL,
) -> TrackPool:
    """Tracking precision averaged over recall thresholds: the mean distance of boxes that are paired.

    Parameters
    ----------
    pred, ref, classes, ranges, distance, gaps, recalls, least_recall
        As for `amota`.

    Returns
    -------
    PrecisionPool
        Metres in [0, inf), at most ``distance``; lower is better. A recall that is not reached counts as ``distance``.

    Raises
    ------
    DuplicateName, UnknownName, InvalidInput, LengthMismatch, ShapeMismatch, NotFinite
        As for `amota`.

    Notes
    -----
    The curve to 0..100 is ours.

    References
    ----------
    .. [1] Weng et al. (2020), arXiv 2008.08063

    Examples
    --------
    Half a metre at 18 of 40 recalls, and 2 m at the others: 0.45 * 0.5 + 0.55 * 2.

    >>> ref = {"frames": [0, 1], "ids": ["a", "a"], "labels": ["car", "car"], "centres": [[0, 0], [1, 0]]}
    >>> pred = {"frames": [0], "ids": [7], "labels": ["car"], "scores": [0.8], "centres": [[0, 0.5]]}
    >>> round(amotp(pred, ref, ranges=None).value, 12)
    1.325
    """
    return PrecisionPool((_scene(pred, ref, classes, ranges, distance, 1.0, gaps, recalls, least_recall),))

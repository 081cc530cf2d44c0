"""Scenes of labelled points: instances read from both sides, as ScanNet's benchmark has them.

Source: Dai et al. (2017), arXiv 1702.04405.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import check_count
from generallevel._kernels.objects import as_mappings
from generallevel._kernels.point_instances import Found, InstanceSettings, PointInstances, There, match_instances
from generallevel._kernels.scene_boxes import check_classes, class_places, numbers_of
from generallevel.errors import ImpossibleValue, InvalidInput, LengthMismatch, NotFinite, ShapeMismatch

__all__ = ["SCANNET_CLASSES", "instance_decisions"]

Whole: TypeAlias = NDArray[np.int64]

# The labels of NYU40 that the benchmark of 18 classes counts: cabinet, bed, chair, sofa, table, door, window,
# bookshelf, picture, counter, desk, curtain, refrigerator, shower curtain, toilet, sink, bathtub, other furniture.
SCANNET_CLASSES: tuple[int, ...] = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 24, 28, 33, 34, 36, 39)

PRED_KEYS = frozenset({"masks", "labels", "scores"})
REF_KEYS = frozenset({"labels", "instances", "id"})


def instance_decisions(
    pred: Any, ref: Any, classes: Sequence[Any], least_points: int, iou: tuple[float, ...]
) -> PointInstances:
    """The decisions about the instances of one scene.

    Parameters
    ----------
    pred, ref, classes, least_points
        As for `map50`.
    iou : tuple of float
        Above which overlaps a prediction is right.

    Returns
    -------
    PointInstances

    Raises
    ------
    ShapeMismatch, LengthMismatch, ImpossibleValue, NotFinite, InvalidInput
        As for `map50`.
    """
    known = check_classes(classes)
    if not all(isinstance(label, int) for label in known):
        raise InvalidInput("classes are the labels of points that count, integers")
    check_count("least_points", least_points)
    said = as_mappings([pred], "pred", "masks", PRED_KEYS)[0]
    wanted = as_mappings([ref], "ref", "labels", REF_KEYS)[0]
    if wanted.get("instances") is None:
        raise InvalidInput('ref has no "instances": a number for each point that tells instances of a class apart')
    labels = _whole(wanted["labels"], "labels")
    instances = _whole(wanted["instances"], "instances")
    if len(labels) != len(instances):
        raise LengthMismatch(f"ref has {len(labels)} labels but {len(instances)} instances: one of each for a point")
    masks = _masks(said["masks"], len(labels))
    scores = numbers_of(said, "scores", len(masks), "pred")
    if scores is None:
        if len(masks):
            raise InvalidInput('pred has no "scores": precision is read from the surest instance down')
        scores = np.empty(0)
    found = Found(class_places(said, len(masks), known, "pred"), scores, masks)
    settings = InstanceSettings(known, iou, int(least_points))
    return match_instances(found, _there(labels, instances, known), settings)


def _there(labels: Whole, instances: Whole, classes: tuple[int, ...]) -> There:
    """The instances of the classes that count, by class and number in rising order."""
    owned = np.isin(labels, classes) & (instances >= 0)
    pairs, places = np.unique(np.stack([labels[owned], instances[owned]], axis=1), axis=0, return_inverse=True)
    owners = np.full(len(labels), -1, dtype=np.intp)
    owners[owned] = places.reshape(-1)
    known = {label: place for place, label in enumerate(classes)}
    return There(np.array([known[label] for label in pairs[:, 0].tolist()], dtype=np.intp), owners, ~owned)


def _whole(given: Any, key: str) -> Whole:
    wanted = "one integer for each point, shape (P,)"
    array = real_array(given, f"ref {key}", wanted)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise NotFinite(f"ref {key} hold a NaN or an infinity: they are {wanted}")
    if array.dtype.kind not in "iu":
        raise InvalidInput(f"ref {key} are {wanted}; got {array.dtype}")
    if array.ndim != 1 or not array.size:
        raise ShapeMismatch(f"ref {key} are {wanted}, of one point at least; got shape {array.shape}")
    return array.astype(np.int64)


def _masks(given: Any, n_points: int) -> NDArray[np.bool_]:
    wanted = f"one row for each instance and a column for each of the {n_points} points, shape (n, {n_points})"
    array = real_array(given, "pred masks", wanted)
    if array.size == 0 and array.ndim <= 2:
        return np.empty((0, n_points), dtype=bool)
    if array.ndim != 2 or array.shape[1] != n_points:
        slip = ""
        if array.ndim == 2 and array.shape[0] == n_points:
            slip = " Are they transposed?"
        elif array.ndim == 1 and len(array) == n_points:
            slip = " One mask is a row too: [mask]. If it numbers the instances, compare it with each number first."
        raise ShapeMismatch(f"pred masks are {wanted}; got shape {array.shape}.{slip}")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise NotFinite("pred masks hold a NaN or an infinity: a point belongs to an instance or not")
        if ((array != 0) & (array != 1)).any():
            raise ImpossibleValue("pred masks hold fractions: of probabilities, pass masks >= 0.5")
    return np.asarray(array != 0)

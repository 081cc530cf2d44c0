"""Poses: points of one object, and how alike two sets of them are.

Source: Lin et al. (2014), arXiv 1405.0312, and its keypoint challenge (object keypoint similarity).
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.objects import boxes_of
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["pose_similarities", "poses_of", "read_sigmas", "surroundings"]

Places: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]

BLOCK = 2**15  # pairs of poses that are compared at once: bounds the memory
VISIBILITIES = (0, 1, 2)  # COCO's: not marked, marked but hidden, visible


def read_sigmas(sigmas: Any) -> Floats:
    """The spreads of the points, checked.

    Parameters
    ----------
    sigmas : array_like, shape (K,)

    Returns
    -------
    ndarray of float, shape (K,)

    Raises
    ------
    ImpossibleValue
        If one is not a finite number above 0.
    ShapeMismatch
        If they are not a sequence.
    """
    spread = real_array(sigmas, "sigmas", "one spread for each keypoint, shape (K,)").astype(np.float64)
    if spread.ndim != 1 or not spread.size:
        raise ShapeMismatch(f"sigmas are one spread for each keypoint, shape (K,); got shape {spread.shape}")
    if not (np.isfinite(spread) & (spread > 0)).all():
        raise ImpossibleValue(f"sigmas are spreads above 0, out of the root of the object's area; got {sigmas!r:.80}")
    return spread


def poses_of(items: Any, name: str, n_points: int) -> tuple[Places, Floats]:
    """The poses of all images one after another, and how many each image has.

    Parameters
    ----------
    items : sequence of mapping
        With the key ``keypoints``.
    name : str
        The side: on that of the references a point has a visibility.
    n_points : int
        How many points a pose has.

    Returns
    -------
    (ndarray of int, ndarray of float of shape (n, K, 3))
        The third number is 0 where none was given.

    Raises
    ------
    ShapeMismatch
        If a pose is not of ``n_points`` points.
    NotFinite, ImpossibleValue
        If a number is not finite, or a visibility is none.
    """
    widths = (3,) if name == "ref" else (2, 3)
    wanted = (
        f"poses of {n_points} points (there are as many sigmas), shape (n, {n_points}, {' or '.join(map(str, widths))})"
    )
    poses = []
    for item in items:
        array = real_array(item["keypoints"], f"{name} keypoints", wanted).astype(np.float64)
        if array.size == 0 and array.shape[:1] in ((), (0,)):
            array = np.empty((0, n_points, widths[0]))
        if array.ndim != 3 or array.shape[1] != n_points or array.shape[2] not in widths:
            slip = " Flat as in COCO's files? Reshape to (n, K, 3)." if array.ndim == 2 else ""
            raise ShapeMismatch(f"{name} keypoints are {wanted}; got shape {array.shape}.{slip}")
        poses.append(array if array.shape[2] == 3 else np.concatenate([array, np.zeros((*array.shape[:2], 1))], axis=2))
    counts = np.array([len(array) for array in poses], dtype=np.intp)
    together = np.concatenate(poses) if poses else np.empty((0, n_points, 3))
    if not np.isfinite(together).all():
        place = int(np.argmin(np.isfinite(together).all(axis=(1, 2))))
        raise NotFinite(f"{name} pose {place} holds a NaN or an infinity: a point that is not there has visibility 0")
    if name == "ref" and not np.isin(together[:, :, 2], VISIBILITIES).all():
        strange = together[:, :, 2][~np.isin(together[:, :, 2], VISIBILITIES)][0]
        raise ImpossibleValue(
            f"a reference point has visibility {strange:g}: it is 0 (not marked), 1 (marked, hidden) or 2 (visible). "
            "Is the third number a confidence, or the order not x, y, visibility?"
        )
    return counts, together


def surroundings(refs: Any, counts: Places, hidden: NDArray[np.bool_], boxes: str | None) -> Floats:
    """The boxes around poses without a marked point, grown by their own size on each side; others are NaN.

    Raises
    ------
    InvalidInput
        If a pose has no marked point and no box, or boxes come without their format.
    """
    around = np.full((len(hidden), 4), np.nan)
    has_boxes = any(ref.get("boxes") is not None for ref in refs)
    if has_boxes and boxes is None:
        raise InvalidInput('the references have "boxes": say how they are written, such as boxes="xywh"')
    owners = np.repeat(np.arange(len(refs)), counts)
    lacking = [image for image in np.unique(owners[hidden]).tolist() if refs[image].get("boxes") is None]
    if lacking:
        raise InvalidInput(
            "a reference pose has no marked point, and poses near it are told by its box: give the references "
            '"boxes" and boxes=..., or leave such poses out'
        )
    if boxes is not None and has_boxes:
        some = [image for image, ref in enumerate(refs) if ref.get("boxes") is not None]
        n_boxes, read = boxes_of([refs[image] for image in some], boxes, "ref")
        if not np.array_equal(n_boxes, counts[some]):
            raise ShapeMismatch("the references have not one box for each pose")
        sides = read.corners[:, 2:] - read.corners[:, :2]
        grown = np.concatenate([read.corners[:, :2] - sides, read.corners[:, 2:] + sides], axis=1)
        around[np.isin(owners, some)] = grown
    return around


def pose_similarities(
    dets: Floats, refs: Floats, at: Places, to: Places, sigmas: Floats, areas: Floats, around: Floats
) -> Floats:
    """Object keypoint similarity of chosen pairs of poses.

    Parameters
    ----------
    dets, refs : ndarray of float, shape (n, K, 3)
        x, y and, of the references, visibility.
    at, to : ndarray of int, shape (m,)
        Which pose of each side a pair has.
    sigmas : ndarray of float, shape (K,)
    areas : ndarray of float, shape (len(refs),)
        In square pixels.
    around : ndarray of float, shape (len(refs), 4)
        Where to look for a reference without a marked point: distances are to this box, and all points count.

    Returns
    -------
    ndarray of float, shape (m,)
        In [0, 1].
    """
    scales = (2 * sigmas) ** 2 * 2
    similarities = np.empty(len(at))
    for start in range(0, len(at), BLOCK):
        some, others = at[start : start + BLOCK], to[start : start + BLOCK]
        found, true, box = dets[some, :, :2], refs[others, :, :2], around[others]
        marked = refs[others, :, 2] > 0
        hidden: NDArray[np.bool_] = ~np.any(marked, axis=1)
        apart = found - true
        outside = np.maximum(box[:, None, :2] - found, 0) + np.maximum(found - box[:, None, 2:], 0)
        apart = np.where(hidden[:, None, None], outside, apart)
        counts = marked | hidden[:, None]
        # The least float keeps an object without area from a division by 0, as in pycocotools.
        nearness = np.exp(-(apart**2).sum(axis=2) / scales / (areas[others] + np.spacing(1))[:, None])
        similarities[start : start + BLOCK] = np.where(counts, nearness, 0).sum(axis=1) / counts.sum(axis=1)
    return similarities

"""Detections: scored decisions of many images and classes, and their average precision.

`decide` matches the objects that were found with those that are there, image by image and class by class, and gives a
tally of hits and false alarms, which add up over images and are read as average precision (`ranked_decisions`).

Source: Lin et al. (2014), arXiv 1405.0312.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.matching import match, runs
from generallevel._kernels.overlap import check_overlap
from generallevel._kernels.ranked_decisions import IGNORED, NO_ID, Detections, Settings
from generallevel._kernels.ranking import check_points
from generallevel.errors import ImpossibleValue, InvalidInput, did_you_mean

__all__ = [
    "AREAS",
    "COCO_OVERLAPS",
    "Area",
    "Detections",
    "Found",
    "Overlap",
    "Protocol",
    "Settings",
    "There",
    "check_most",
    "decide",
]

Area: TypeAlias = Literal["all", "small", "medium", "large"] | tuple[float, float]

Protocol: TypeAlias = Literal["coco", "voc2007", "voc2010", "recall"]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
Overlap: TypeAlias = Callable[[Places, Places], Floats]  # of pairs, given by the place of each side's object

AREAS: dict[str, tuple[float, float]] = {  # COCO's, in square pixels; both ends belong to the range
    "all": (0.0, float("inf")),
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, float("inf")),
}
PROTOCOLS = {  # which matching and which average belong together
    "coco": ("coco", "101-point"),
    "voc2007": ("voc", "11-point"),
    "voc2010": ("voc", "all-point"),
    "recall": ("coco", "recall"),
}
COCO_OVERLAPS: tuple[float, ...] = tuple(np.linspace(0.5, 0.95, 10).tolist())  # COCO's, rounding errors included
BLOCK = 2**20  # pairs that are compared at once: bounds the memory


@dataclass(frozen=True, slots=True)
class Found:
    """The objects that were found, image after image.

    Attributes
    ----------
    counts : ndarray of int, shape (images,)
    labels : ndarray of int, shape (n,)
        The place of each one's class among the classes.
    scores : ndarray of float, shape (n,)
    scored : ndarray of bool, shape (n,)
        Whether a score was given at all.
    areas : ndarray of float, shape (n,)
    """

    counts: Places
    labels: Places
    scores: Floats
    scored: Flags
    areas: Floats


@dataclass(frozen=True, slots=True)
class There:
    """The objects that are there, image after image.

    Attributes
    ----------
    counts : ndarray of int, shape (images,)
    labels : ndarray of int, shape (m,)
    areas : ndarray of float, shape (m,)
    crowd : ndarray of bool, shape (m,)
        Regions of many objects, any number of which may be found, and none need be.
    ignored : ndarray of bool, shape (m,)
        Objects that need not be found, crowds among them.
    ids : sequence, of length images
        The id of each image, None for one without.
    """

    counts: Places
    labels: Places
    areas: Floats
    crowd: Flags
    ignored: Flags
    ids: Sequence[Any]


def decide(
    found: Found,
    there: There,
    classes: Sequence[Any],
    overlap: Overlap,
    *,
    iou: float | Sequence[float],
    protocol: str,
    points: str | None,
    max_dets: int | None,
    area: Area,
) -> Detections:
    """The decisions about many images at once.

    Parameters
    ----------
    found, there : Found, There
        The two sides, of the same images.
    classes : sequence
        The labels.
    overlap : callable
        From the places of pairs in the two sides to how much they overlap; all pairs of one found object stand
        together.
    iou : float or sequence of float
        The thresholds of overlap, each in (0, 1].
    protocol : str
        Which matching and which average belong together.
    points : str or None
        Another average than the protocol's.
    max_dets : int or None
        The most objects of a class that count in an image, the surest ones; None for all.
    area : str or (float, float)
        The areas that count: objects outside of them are ignored.

    Returns
    -------
    Detections

    Raises
    ------
    InvalidInput, ImpossibleValue
        If a setting is none.
    """
    thresholds = _thresholds(iou)
    if protocol not in PROTOCOLS:
        hint = did_you_mean(str(protocol), PROTOCOLS)
        raise InvalidInput(f"protocol is one of {', '.join(PROTOCOLS)}, not {protocol!r}.{hint}")
    matching, own_points = PROTOCOLS[protocol]
    points = own_points if points is None else points
    check_points(points)
    low, high = _area_range(area)
    if max_dets is not None:
        check_most(max_dets, "objects of an image (max_dets)")
    n_classes = max(len(classes), 1)
    images = np.arange(len(found.counts))
    groups = np.repeat(images, found.counts) * n_classes + found.labels
    order = np.lexsort((-found.scores, groups))
    groups = groups[order]
    if max_dets is not None:
        kept = np.flatnonzero(runs(np.unique(groups, return_counts=True)[1]) < max_dets)
        order, groups = order[kept], groups[kept]

    homes = np.repeat(images, there.counts) * n_classes + there.labels
    by_home = np.argsort(homes, kind="stable")
    homes = homes[by_home]
    ignored = (there.ignored | there.crowd | (there.areas < low) | (there.areas > high))[by_home]
    at, to, overlaps = _near_pairs(order, groups, by_home, homes, overlap, min(thresholds))
    taken = match(
        at,
        to,
        overlaps,
        thresholds=thresholds,
        ignored=ignored,
        crowd=there.crowd[by_home],
        n_dets=len(order),
        matching=matching,
    )
    outside = (found.areas[order] < low) | (found.areas[order] > high)
    verdicts = np.where(taken >= 0, np.append(ignored, False)[taken], outside)
    verdicts = np.where(verdicts, IGNORED, taken >= 0).astype(np.int8).T
    counts = ~(verdicts == IGNORED).all(axis=1)
    order, verdicts = order[counts], verdicts[counts]

    named = np.array([name is not None for name in there.ids], dtype=bool)
    units = np.where(named, np.cumsum(named) - 1, NO_ID)
    held = np.where(found.scored[order], np.repeat(units, found.counts)[order], NO_ID)
    return Detections(
        Settings(thresholds, points),
        tuple(classes),
        np.bincount(there.labels[by_home][~ignored], minlength=len(classes)),
        found.labels[order].astype(np.int32),
        found.scores[order],
        verdicts,
        held.astype(np.int32),
        np.where(held == NO_ID, 0, runs(found.counts)[order]).astype(np.int32),
        tuple(name for name in there.ids if name is not None),
        int(np.count_nonzero(found.scored)),
        int(np.count_nonzero(~found.scored)),
    )


def _near_pairs(
    order: Places, groups: Places, by_home: Places, homes: Places, overlap: Overlap, least: float
) -> tuple[Places, Places, Floats]:
    """The pairs of one image and class that overlap enough to matter, as places in the two orders."""
    first = np.searchsorted(homes, groups)
    counts = np.searchsorted(homes, groups, side="right") - first
    rows = np.flatnonzero(counts)
    cuts = np.flatnonzero(np.diff(np.cumsum(counts[rows]) // BLOCK)) + 1
    pairs: list[tuple[Places, Places, Floats]] = [
        (np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)),
    ]
    for some in np.split(rows, cuts):
        at = np.repeat(some, counts[some])
        to = np.repeat(first[some], counts[some]) + runs(counts[some])
        shared = overlap(order[at], by_home[to])
        near = shared >= min(least, 1 - 1e-6)
        pairs.append((at[near], to[near], shared[near]))
    at, to, overlaps = (np.concatenate(column) for column in zip(*pairs, strict=True))
    return at, to, overlaps


def _area_range(area: Any) -> tuple[float, float]:
    if isinstance(area, str):
        if area not in AREAS:
            raise InvalidInput(f"area is one of {', '.join(AREAS)}, or the least and the greatest area, not {area!r}")
        return AREAS[area]
    try:
        low, high = map(float, area)
    except (TypeError, ValueError):
        low, high = 1.0, 0.0
    if not 0 <= low < high:
        raise InvalidInput(f"area is one of {', '.join(AREAS)}, or the least and the greatest area, not {area!r}")
    return low, high


def _thresholds(iou: Any) -> tuple[float, ...]:
    try:
        thresholds = tuple(float(one) for one in np.atleast_1d(iou).tolist())
    except (TypeError, ValueError) as slip:
        raise InvalidInput(f"iou is an overlap in (0, 1], or a sequence of them, not {iou!r:.80}") from slip
    if not thresholds:
        raise InvalidInput("iou is empty: name one overlap at least from which an object is right")
    for threshold in thresholds:
        check_overlap(threshold)
    return thresholds


def check_most(most: Any, what: str) -> None:
    """Refuse what is no number of things to look at.

    Parameters
    ----------
    most : object
        The number.
    what : str
        The things, for messages.

    Raises
    ------
    ImpossibleValue
        If it is not a whole number from 1.
    """
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        raise ImpossibleValue(f"the most {what} that count are a whole number, 1 or more; got {most!r:.60}")

"""Panoptic segmentation: segments that cover an image, each with a class.

Objects: a prediction is the class and the instance of each pixel of one image, and so is its reference. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.segments import Segments, compact, matched
from generallevel.errors import DuplicateName, ImpossibleValue, InvalidInput, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive

__all__ = ["PanopticCounts", "no_segments", "panoptic_quality"]

BYTE = 256  # COCO writes the id of a segment as a colour: red + 256 green + 256^2 blue
MOST = 1 << 31  # ours: ids and instances below it multiply without overflow


class _NoSegments:
    """The segmentation without a segment: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no segments"


NO_SEGMENTS = _NoSegments()


def no_segments(_ref: object) -> _NoSegments:
    """The segmentation that leaves every pixel void: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_SEGMENTS


@dataclass(frozen=True, slots=True)
class PanopticCounts(Additive):
    """Matches of segments by class; panoptic quality and its parts are read from the sums.

    Attributes
    ----------
    iou : ndarray of float, shape (classes,)
        Overlap of the matched segments, summed. Classes are the things in rising order, then the stuff in rising order.
    matches, false, missed : ndarray of int, shape (classes,)
        Matched segments, predicted ones without a match, and true ones without a match.
    things : ndarray of int, shape (classes,)
        Images, for classes that are things; 0 for stuff.
    """

    iou: Any
    matches: Any
    false: Any
    missed: Any
    things: Any

    @classmethod
    def read(cls, iou: Any, matches: Any, false: Any, missed: Any, things: Any) -> NDArray[np.float64]:
        return _mean_of(_parts(iou, matches, false, missed)[0])

    @property
    def per_class(self) -> dict[str, NDArray[np.float64]]:
        """``pq``, ``sq`` and ``rq`` of each class, each of shape (classes,); NaN where a class does not occur.

        ``sq``, the mean overlap of matches, is 0 where a class occurs and nothing of it is matched.
        """
        pq, sq, rq = _parts(self.iou, self.matches, self.false, self.missed)
        return {"pq": pq, "sq": sq, "rq": rq}

    def means(self, of: Literal["all", "things", "stuff"] = "all") -> dict[str, float]:
        """The means of ``pq``, ``sq`` and ``rq`` over classes; NaN where none of them occurs.

        Parameters
        ----------
        of : {"all", "things", "stuff"}
            Over which classes.

        Returns
        -------
        dict of str to float
            Fractions in [0, 1].
        """
        one_of("of", of, ("all", "things", "stuff"))
        thing = np.atleast_1d(self.things) > 0
        chosen = {"all": np.ones_like(thing), "things": thing, "stuff": ~thing}[of]
        return {name: float(_mean_of(values[chosen])) for name, values in self.per_class.items()}


def _parts(
    iou: Any, matches: Any, false: Any, missed: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """PQ, SQ and RQ of each class."""
    overlap, hits = (np.atleast_1d(np.asarray(side, dtype=np.float64)) for side in (iou, matches))
    segments = hits + np.add(false, missed, dtype=np.float64) / 2
    there = segments != 0

    def per(top: NDArray[np.float64], bottom: NDArray[np.float64], empty: float) -> NDArray[np.float64]:
        share: NDArray[np.float64] = np.divide(top, bottom, out=np.full(bottom.shape, empty), where=bottom != 0)
        return np.where(there, share, np.nan)

    return per(overlap, segments, np.nan), per(overlap, hits, 0.0), per(hits, segments, np.nan)


def _mean_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    there = ~np.isnan(values)
    n = there.sum(axis=-1)
    return np.where(n == 0, np.nan, np.where(there, values, 0.0).sum(axis=-1) / np.maximum(n, 1))


@metric(
    labels={("Image-Comprehension", "PQ"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 47; Kirillov et al. (2019), arXiv 1801.00868",
    variants={
        "torchmetrics": Variant(
            {"pred_void": "ignored"}, note="torchmetrics: pixels that the prediction leaves void do not count either"
        )
    },
    absent=no_segments,
    item="context",
    each="image",
    aliases=("pq",),
)
def panoptic_quality(
    pred: Any,
    ref: Any,
    *,
    things: Collection[int],
    stuff: Collection[int],
    void: int | None = None,
    pred_void: Literal["missed", "ignored"] = "missed",
) -> PanopticCounts:
    r"""Panoptic quality: the overlap of matched segments, per match and half a miss or false alarm, over classes.

    .. math:: \frac1K \sum_k \frac{\sum_{(p, r) \in M_k} \mathrm{IoU}(p, r)}{|M_k| + \frac12 |F_k| + \frac12 |N_k|}

    A predicted and a true segment of one class match where they overlap by more than one half.

    Parameters
    ----------
    pred, ref : array_like of int, shape (H, W, 2), or mapping
        The class and the instance of each pixel; instances of stuff are one. Or a COCO annotation with its picture,
        ``{"ids": ..., "segments_info": [{"id": 7, "category_id": 3, "iscrowd": 0}, ...]}``, where ``ids`` is the id of
        each pixel, shape (H, W), or COCO's picture of it in colours, shape (H, W, 3), and 0 is void.
    things, stuff : collection of int
        The classes with and without instances. Classes that never occur do not count in the mean.
    void : int, optional
        In arrays, the class of pixels that belong to no segment.
    pred_void : {"missed", "ignored"}, default "missed"
        Whether a pixel that the prediction leaves void is missed, or does not count.

    Returns
    -------
    PanopticCounts
        A fraction in [0, 1]; higher is better. ``tally.means("things")`` and ``tally.per_class`` give SQ and RQ too.

    Raises
    ------
    ImpossibleValue
        If a class is unknown, or a number negative.
    ShapeMismatch
        If the shapes differ, or are not those of segments.
    DuplicateName
        If two segments have one id, or a class is both a thing and stuff.
    InvalidInput
        If ids and ``segments_info`` do not fit each other, or something is no whole number.

    Notes
    -----
    Pixels that are void in the reference leave every union, and a predicted segment that lies in void, or in a crowd of
    its class, to more than one half is no false alarm. A missing prediction leaves everything void.

    To match panopticapi, set nothing; of several crowds of one class in one image it looks at the last one, and here at
    all of them. To match torchmetrics, use the variant of that name; what it calls unknown categories is one ``void``
    here, and its mean over classes is this one's.

    References
    ----------
    .. [1] Kirillov et al. (2019), "Panoptic Segmentation", arXiv 1801.00868
    .. [2] arXiv 2505.04620v1, Table 17 row 47

    Examples
    --------
    Sky (class 0, stuff) is found whole; of two cars (class 1) one is found, with 2 of its 3 pixels:

    >>> ref = [[[0, 0], [0, 0], [0, 0]], [[1, 1], [1, 1], [1, 1]], [[1, 2], [1, 2], [1, 2]]]
    >>> pred = [[[0, 0], [0, 0], [0, 0]], [[1, 5], [1, 5], [9, 0]], [[9, 0], [9, 0], [9, 0]]]
    >>> tally = panoptic_quality(pred, ref, things=[1], stuff=[0], void=9)
    >>> round(tally.value, 4), round(tally.means("things")["pq"], 4)  # (1 + (2/3) / 1.5) / 2
    (0.7222, 0.4444)
    """
    one_of("pred_void", pred_void, ("missed", "ignored"))
    classes = _classes(things, stuff, void)
    wanted, shape = _read(ref, "ref", classes, len(things), void)
    if pred is NO_SEGMENTS:
        said, said_shape = Segments(np.zeros_like(wanted.numbers), np.array([-1]), np.array([False])), shape
    else:
        said, said_shape = _read(pred, "pred", classes, len(things), void)
    if shape != said_shape:
        raise ShapeMismatch(f"pred covers {said_shape} pixels but ref covers {shape}: nothing is resized")
    counts = matched(said, wanted, len(classes), pred_void_counts=pred_void == "missed" or pred is NO_SEGMENTS)
    return PanopticCounts(*counts, (np.arange(len(classes)) < len(things)).astype(np.int64))


def _classes(things: Collection[int], stuff: Collection[int], void: int | None) -> dict[int, int]:
    """The place of each class in the tally: things, then stuff."""
    names = [*sorted(things), *sorted(stuff)]
    if not names:
        raise InvalidInput("things and stuff are both empty: at least one class is needed")
    odd = [name for name in names if not (type(name) is int or isinstance(name, np.integer)) or name < 0]
    if odd:
        raise InvalidInput(f"a class is a whole number from 0 up, not {odd[0]!r}")
    if len(set(names)) < len(names):
        raise DuplicateName("a class is named twice in things and stuff, or is both")
    if void in names:
        raise DuplicateName(f"void={void} is also a class")
    return {int(name): place for place, name in enumerate(names)}


def _read(
    given: Any, name: str, classes: dict[int, int], n_things: int, void: int | None
) -> tuple[Segments, tuple[int, ...]]:
    if isinstance(given, Mapping):
        return _annotated(given, name, classes)
    wanted = "the class and the instance of each pixel, whole numbers of shape (H, W, 2)"
    array = real_array(given, name, wanted)
    if array.ndim < 2 or array.shape[-1] != 2 or array.size == 0:
        slip = " Is it channels-first?" if array.ndim == 3 and array.shape[0] == 2 else ""
        raise ShapeMismatch(f"{name} is {wanted}, not of shape {array.shape}.{slip}")
    categories, instances = _whole(array[..., 0], name), _whole(array[..., 1], name)
    present, places = compact(categories)
    place_of = np.array([classes.get(int(label), 0 if label == void else -1) for label in present])
    if (place_of < 0).any():
        odd = int(present[int(np.argmax(place_of < 0))])
        raise ImpossibleValue(
            f"{name} holds the class {odd}, which is neither of things nor of stuff; if it marks pixels of no "
            f"segment, pass void={odd}"
        )
    width = int(instances.max()) + 1
    is_thing = np.array([int(classes.get(int(label), len(classes)) < n_things) for label in present])
    segment = (place_of + np.array([int(label != void) for label in present]))[places] * width
    segment += instances * is_thing[places]  # instances of stuff are one
    # Void is key 0, because its place is 0 and it has no instance; the classes follow.
    found, numbers = compact(segment)
    if found[0] != 0:
        found, numbers = np.concatenate(([0], found)), numbers + 1
    return Segments(numbers, found // width - 1, np.zeros(len(found), dtype=bool)), array.shape[:-1]


def _whole(numbers: NDArray[Any], name: str) -> NDArray[np.int64]:
    if numbers.dtype.kind == "f":
        raise InvalidInput(f"{name} holds {numbers.dtype} numbers: classes and instances are whole numbers")
    if numbers.min() < 0 or numbers.max() >= MOST:
        raise ImpossibleValue(
            f"{name} holds numbers from {numbers.min()} to {numbers.max()}: they go from 0 to 2^31 - 1"
        )
    return np.ravel(numbers).astype(np.int64)


def _annotated(given: Mapping[str, Any], name: str, classes: dict[int, int]) -> tuple[Segments, tuple[int, ...]]:
    """Segments as COCO annotates them."""
    missing = {"ids", "segments_info"} - set(given)
    if missing:
        raise InvalidInput(f'{name} is a mapping without {sorted(missing)}; it needs "ids" and "segments_info"')
    ids = real_array(given["ids"], f"{name}['ids']", "the segment of each pixel, shape (H, W)")
    if ids.ndim == 3 and ids.shape[-1] == 3:
        colours = ids.astype(np.int64)
        ids = colours[..., 0] + BYTE * (colours[..., 1] + BYTE * colours[..., 2])
    if ids.ndim != 2 or ids.size == 0:
        raise ShapeMismatch(f"{name}['ids'] is the segment of each pixel, shape (H, W) or (H, W, 3), not {ids.shape}")
    present, places = compact(_whole(ids, name))
    infos = _infos(given["segments_info"], name, classes)
    strange = sorted(set(present.tolist()) - set(infos) - {0})
    if strange:
        raise InvalidInput(f"{name} has pixels of segment {strange[0]}, of which segments_info says nothing")
    unseen = sorted(set(infos) - set(present.tolist()))
    if unseen:
        raise InvalidInput(f"{name} has segment {unseen[0]} in segments_info, and no pixel of it")
    kinds, crowds = [-1], [False]
    for label in present[present != 0].tolist():
        kinds.append(infos[label][0])
        crowds.append(infos[label][1])
    numbers = places if present[0] == 0 else places + 1
    return Segments(numbers, np.array(kinds), np.array(crowds)), ids.shape


def _infos(infos: Sequence[Mapping[str, Any]], name: str, classes: dict[int, int]) -> dict[int, tuple[int, bool]]:
    found: dict[int, tuple[int, bool]] = {}
    for place, info in enumerate(infos):
        if not {"id", "category_id"} <= set(info):
            raise InvalidInput(f'{name}: entry {place} of segments_info needs "id" and "category_id", got {info!r:.80}')
        label, category = int(info["id"]), int(info["category_id"])
        if label in found:
            raise DuplicateName(f"{name}: segments_info has segment {label} twice")
        if label == 0:
            raise ImpossibleValue(f"{name}: segments_info names segment 0, which is void")
        if category not in classes:
            raise ImpossibleValue(f"{name}: segment {label} has the class {category}, neither of things nor of stuff")
        found[label] = (classes[category], bool(info.get("iscrowd", 0)))
    return found

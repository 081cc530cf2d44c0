"""Parts: which part of a shape each point belongs to.

Objects: a prediction is the part label of each point of one shape, and so is its reference. Scores are fractions in [0,
1]; higher is better. Semantic labels of the points of a scene are label maps of another shape: ``mean_iou`` takes them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.objects import as_mappings
from generallevel.errors import DuplicateName, ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive

__all__ = ["SHAPENET_PARTS", "CategoryMean", "ShapeMean", "instance_mean_iou", "no_parts"]

REF_KEYS = frozenset({"labels", "category"})

# The labels of the parts of each category, as the data set's own splits number them. Source: Yi et al. (2016),
# doi:10.1145/2980179.2980238, and the ShapeNet part annotation.
_SIZES = {
    "Airplane": 4,
    "Bag": 2,
    "Cap": 2,
    "Car": 4,
    "Chair": 4,
    "Earphone": 3,
    "Guitar": 3,
    "Knife": 2,
    "Lamp": 4,
    "Laptop": 2,
    "Motorbike": 6,
    "Mug": 2,
    "Pistol": 3,
    "Rocket": 3,
    "Skateboard": 3,
    "Table": 3,
}
_ENDS = np.cumsum(list(_SIZES.values())).tolist()
SHAPENET_PARTS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {name: tuple(range(end - size, end)) for (name, size), end in zip(_SIZES.items(), _ENDS, strict=True)}
)


class _NoParts:
    """The labels of no point: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no parts"


NO_PARTS = _NoParts()


def no_parts(_ref: object) -> _NoParts:
    """The prediction that is wrong about every part: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_PARTS


@dataclass(frozen=True, slots=True)
class ShapeMean(Additive):
    """Overlaps of shapes by category, read as their mean over shapes.

    Attributes
    ----------
    totals : ndarray of float, shape (categories,)
        Sum of the overlaps of the shapes of each category, in the order of ``parts``.
    counts : ndarray of int, shape (categories,)
        How many shapes each category has.
    """

    totals: Any
    counts: Any

    @classmethod
    def read(cls, totals: Any, counts: Any) -> NDArray[np.float64]:
        n = np.atleast_1d(counts).sum(axis=-1, dtype=np.float64)
        mean: NDArray[np.float64] = np.atleast_1d(totals).sum(axis=-1) / np.where(n == 0, np.nan, n)
        return mean

    @property
    def per_category(self) -> NDArray[np.float64]:
        """The mean overlap of each category, NaN where a category has no shape."""
        counts = np.atleast_1d(np.asarray(self.counts, dtype=np.float64))
        return np.atleast_1d(self.totals) / np.where(counts == 0, np.nan, counts)


@dataclass(frozen=True, slots=True)
class CategoryMean(ShapeMean):
    """The same, read as the mean over categories of their means over shapes."""

    @classmethod
    def read(cls, totals: Any, counts: Any) -> NDArray[np.float64]:
        n = np.atleast_1d(np.asarray(counts, dtype=np.float64))
        there = n > 0
        means = np.where(there, np.atleast_1d(totals) / np.where(there, n, 1.0), 0.0)
        categories = there.sum(axis=-1)
        mean: NDArray[np.float64] = means.sum(axis=-1) / np.where(categories == 0, np.nan, categories)
        return mean


@metric(
    labels={("3D-Comprehension", "Instance mIoU"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 46; Yi et al. (2016), doi:10.1145/2980179.2980238",
    variants={
        "class": Variant({"over": "categories"}, note="class mIoU of the same tables: categories count alike"),
    },
    absent=no_parts,
    each="shape",
)
def instance_mean_iou(
    pred: Any,
    ref: Any,
    *,
    parts: Literal["shapenet"] | Mapping[str, Collection[int]] = "shapenet",
    over: Literal["shapes", "categories"] = "shapes",
) -> ShapeMean:
    r"""Intersection over union of the parts of a shape, averaged over its parts and then over shapes.

    .. math:: \frac1S \sum_s \frac{1}{|K_{c(s)}|} \sum_{k \in K_{c(s)}}
              \frac{|P_{s,k} \cap R_{s,k}|}{|P_{s,k} \cup R_{s,k}|}

    Parameters
    ----------
    pred : array_like of int, shape (n,)
        The part label of each point of one shape.
    ref : array_like of int, shape (n,), or mapping
        The true labels; as a mapping ``labels`` and ``category``, the name of the shape's category. Without a name it
        is the category that has the labels.
    parts : "shapenet" or mapping of str to collection of int, default "shapenet"
        The part labels of each category, of which no two have one: those of ShapeNet, `SHAPENET_PARTS`, or others.
    over : {"shapes", "categories"}, default "shapes"
        Whether all shapes count alike, or all categories that occur.

    Returns
    -------
    ShapeMean
        A fraction in [0, 1]; higher is better. ``tally.per_category`` has the mean of each category.

    Raises
    ------
    ShapeMismatch
        If there is not one label for each point, or no point.
    ImpossibleValue
        If a label is no part, or those of a reference belong to several categories.
    DuplicateName
        If two categories have one label.
    InvalidInput
        If labels are no integers, or the category is unknown.

    Notes
    -----
    A part of the category that neither side has counts as 1. A point that is given a part of another category is wrong
    about its own part, and about no other: programs that choose among the category's parts alone never get there, so
    choose as they do, or score lower. A missing prediction scores 0, also for parts that the shape lacks.

    To match PointNet++ and its successors, set nothing; they call the variant ``class`` "class avg mIoU".

    References
    ----------
    .. [1] Yi et al. (2016), "A scalable active framework for region annotation in 3D shape collections",
       doi:10.1145/2980179.2980238
    .. [2] Qi et al. (2017), "PointNet++", arXiv 1706.02413
    .. [3] arXiv 2505.04620v1, Table 17 row 46

    Examples
    --------
    A mug (parts 36 and 37) of four points, one of them wrong: (1/2 + 2/3) / 2.

    >>> round(instance_mean_iou([36, 37, 37, 37], [36, 36, 37, 37]).value, 4)
    0.5833

    A bag (4 and 5) without a handle on either side:

    >>> instance_mean_iou([5, 5], [5, 5]).value
    1.0
    """
    one_of("over", over, ("shapes", "categories"))
    if isinstance(parts, str):
        one_of("parts", parts, ("shapenet",))
        parts = SHAPENET_PARTS
    owners = _owners(parts)
    item = as_mappings([ref], "ref", "labels", REF_KEYS)[0]
    wanted = _labels(item["labels"], "ref", owners)
    category = _category(item.get("category"), wanted, parts, owners)
    totals, counts = np.zeros(len(parts)), np.zeros(len(parts), dtype=np.int64)
    place = list(parts).index(category)
    counts[place] = 1
    if pred is not NO_PARTS:
        said = _labels(pred, "pred", owners)
        if said.shape != wanted.shape:
            raise ShapeMismatch(f"pred labels {len(said)} points but ref {len(wanted)}: one label for each point")
        totals[place] = np.mean([_overlap(said == part, wanted == part) for part in parts[category]])
    return (ShapeMean if over == "shapes" else CategoryMean)(totals, counts)


def _overlap(said: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    union = int(np.count_nonzero(said | wanted))
    return int(np.count_nonzero(said & wanted)) / union if union else 1.0


def _owners(parts: Any) -> dict[int, str]:
    """The category of each part label."""
    if not isinstance(parts, Mapping) or not parts:
        raise InvalidInput(f"parts are the part labels of each category, a mapping, not {parts!r:.60}")
    owners: dict[int, str] = {}
    for category, labels in parts.items():
        if isinstance(labels, str) or not isinstance(labels, Collection) or not len(labels):
            raise InvalidInput(f"category {category!r} has no part: a list of its labels is wanted, not {labels!r:.40}")
        for label in labels:
            if owners.setdefault(label, category) != category:
                raise DuplicateName(f"part {label} belongs to {owners[label]!r} and to {category!r}")
    return owners


def _labels(given: Any, name: str, owners: Mapping[int, str]) -> NDArray[Any]:
    wanted = "the part label of each point, shape (n,)"
    array = real_array(given, name, wanted)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise NotFinite(f"{name} holds a NaN or an infinity: it is {wanted}")
    if array.dtype.kind not in "iu" and array.size:
        slip = " Scores of parts? Take the greatest: argmax(axis=1)." if array.ndim == 2 else ""
        raise InvalidInput(f"{name} is {wanted}, of integers; got {array.dtype}, shape {array.shape}.{slip}")
    if array.ndim != 1 or not array.size:
        raise ShapeMismatch(f"{name} is {wanted}, of one point at least; got shape {array.shape}")
    strangers = [label for label in np.unique(array).tolist() if label not in owners]
    if strangers:
        slip = " Do they count from 1, or within the category?" if strangers[0] == max(owners) + 1 else ""
        raise ImpossibleValue(f"{name} has label {strangers[0]}, which is a part of no category.{slip}")
    return array


def _category(named: Any, labels: NDArray[Any], parts: Mapping[str, Collection[int]], owners: Mapping[int, str]) -> str:
    """The category of a shape, by its name or by its labels."""
    found = list(dict.fromkeys(owners[label] for label in np.unique(labels).tolist()))
    if named is not None and (not isinstance(named, Hashable) or named not in parts):
        raise InvalidInput(f"category {named!r} has no parts; there are {', '.join(map(str, parts))}")
    if len(found) > 1 or (named is not None and found != [named]):
        wanted = "one shape is of one category" if named is None else f"the shape is said to be {named!r}"
        raise ImpossibleValue(f"ref has parts of {' and '.join(map(repr, found))}, but {wanted}")
    return found[0]

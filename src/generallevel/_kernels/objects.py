"""Objects of images: mappings with boxes, masks or poses, their scores and labels, read into columns.

An image's objects come as a mapping of arrays that stand side by side, one entry for each object: on the side of the
predictions its shapes, ``scores`` and ``labels``; on that of the references its shapes, ``labels``, ``crowd``,
``ignore`` and ``areas``, and the image's ``id`` and ``size``. Shapes without a mapping around them are objects of one
class without scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.detections import Found, There
from generallevel._kernels.overlap import FAR, Boxes, check_format, is_normalised, read_boxes
from generallevel.errors import (
    ImpossibleValue,
    InvalidInput,
    LengthMismatch,
    NotFinite,
    ShapeMismatch,
    UnitMismatch,
    did_you_mean,
)

__all__ = [
    "areas_of",
    "as_mappings",
    "boxes_of",
    "check_one_unit",
    "flags_of",
    "id_of",
    "labels_of",
    "scores_of",
    "size_of",
    "two_sides",
]

Item: TypeAlias = Mapping[str, Any]
Places: TypeAlias = NDArray[np.intp]

ALIASES = {"iscrowd": "crowd", "area": "areas"}  # as torchmetrics spells them


def as_mappings(items: Sequence[Any], name: str, shapes: str, known: frozenset[str]) -> list[Item]:
    """The objects of each image as a mapping with known keys.

    Parameters
    ----------
    items : sequence
        A mapping for each image, or its bare shapes.
    name : str
        The side, for messages: "pred".
    shapes : str
        The key of the shapes, which must be there: "boxes".
    known : frozenset of str
        Every key that may be there.

    Returns
    -------
    list of mapping

    Raises
    ------
    InvalidInput
        If a key is unknown, or the shapes are missing.
    """
    read: list[Item] = []
    for item in items:
        if not isinstance(item, Mapping):
            if item is None:
                raise InvalidInput(f"{name} is None: an image without objects has an empty list of them")
            read.append({shapes: item})
            continue
        if not item.keys() <= known:
            item = {ALIASES.get(key, key) if isinstance(key, str) else key: entry for key, entry in item.items()}
            strangers = [key for key in item if key not in known]
            if strangers:
                hint = did_you_mean(str(strangers[0]), known)
                raise InvalidInput(
                    f"{name} has the key {strangers[0]!r}, which nothing reads.{hint} It may have "
                    f"{', '.join(sorted(known))}."
                )
        if item.get(shapes) is None:
            raise InvalidInput(f"{name} has no {shapes!r}, but {', '.join(map(repr, item)) or 'nothing at all'}")
        read.append(item)
    return read


def _column(items: Sequence[Item], key: str, counts: Places, name: str) -> list[tuple[int, Any]]:
    """The arrays under a key, with the image of each; images without it, and empty ones, are left out."""
    column = []
    for image, (item, count) in enumerate(zip(items, counts.tolist(), strict=True)):
        given = item.get(key)
        if given is None:
            continue
        try:
            length = len(given)
        except TypeError as slip:
            raise ShapeMismatch(f"{name} {key} are {given!r:.80}, not one for each of {count} objects") from slip
        if length != count:
            raise LengthMismatch(f"{name} has {count} objects but {length} {key}: one belongs to each object")
        if length:
            column.append((image, given))
    return column


def _numbers(
    items: Sequence[Item], key: str, counts: Places, name: str, kinds: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The numbers under a key, 0 where there are none, and where there are some."""
    numbers, given = np.zeros(int(counts.sum())), np.zeros(len(items), dtype=bool)
    starts = (np.cumsum(counts) - counts).tolist()
    for image, entry in _column(items, key, counts, name):
        array = real_array(entry, f"{name} {key}", "one number for each object, shape (n,)")
        if array.dtype.kind not in kinds or array.ndim != 1:
            raise InvalidInput(
                f"{name} {key} are one number for each object, shape (n,); got shape {array.shape}, {array.dtype}"
            )
        numbers[starts[image] : starts[image] + len(array)] = array
        given[image] = True
    if not np.isfinite(numbers).all():
        place = int(np.argmin(np.isfinite(numbers)))
        raise NotFinite(f"{name} {key} hold {numbers[place]} (object {place}): every one of them is a finite number")
    return numbers, np.repeat(given, counts)


def scores_of(items: Sequence[Item], counts: Places, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The scores of all objects, and which of them have one.

    Raises
    ------
    NotFinite, LengthMismatch, InvalidInput
        If a score is no finite number, or there is not one for each object.
    """
    return _numbers(items, "scores", counts, name, "iuf")


def areas_of(items: Sequence[Item], counts: Places, name: str, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """The areas of all objects: the given ones, and their own where none are given.

    Raises
    ------
    ImpossibleValue
        If an area is negative.
    """
    areas, given = _numbers(items, "areas", counts, name, "iuf")
    if (areas < 0).any():
        raise ImpossibleValue(f"{name} areas hold {areas.min():g}: an area is 0 or more")
    return np.where(given, areas, own)


def flags_of(items: Sequence[Item], key: str, counts: Places, name: str) -> NDArray[np.bool_]:
    """Truths about all objects; false where none are given.

    Raises
    ------
    ImpossibleValue
        If one is neither 0 nor 1.
    """
    flags, _ = _numbers(items, key, counts, name, "biu")
    if ((flags != 0) & (flags != 1)).any():
        raise ImpossibleValue(f"{name} {key} hold {flags[(flags != 0) & (flags != 1)][0]:g}: each is true or false")
    return flags.astype(bool)


def labels_of(
    sides: Mapping[str, tuple[Sequence[Item], Places]], classes: Sequence[Any] | None
) -> tuple[tuple[Any, ...], list[Places]]:
    """The classes of the objects of both sides, and for each object the place of its class.

    Parameters
    ----------
    sides : mapping of str to (items, counts)
        The sides by their names.
    classes : sequence or None
        The labels that there may be; None for any.

    Returns
    -------
    (tuple, list of ndarray of int)
        Labels, and their places for each side. A side without labels has the class None.

    Raises
    ------
    InvalidInput
        If labels are neither integers nor texts, are both, or are on one side alone.
    ImpossibleValue
        If one is not among ``classes``.
    """
    columns = {name: _column(items, "labels", counts, name) for name, (items, counts) in sides.items()}
    arrays = [_label_array(given, name) for name, column in columns.items() for _, given in column]
    kinds = {array.dtype.kind for array in arrays}
    if len(kinds) > 1:
        raise InvalidInput(
            "some labels are numbers and others texts, and the two are never the same class: use one kind"
        )
    table, codes = np.unique(np.concatenate(arrays), return_inverse=True) if arrays else (np.empty(0), np.empty(0, int))
    known: tuple[Any, ...] = tuple(table.tolist())
    if classes is not None:
        _check_classes(known, classes)
    labelled = [_has_labels(items, counts) for items, counts in sides.values()]
    for image, (one, other) in enumerate(zip(*labelled, strict=True)):
        if None not in (one, other) and one != other:
            have, lack = list(sides) if one else list(sides)[::-1]
            raise InvalidInput(f"{have} has labels and {lack} has none (image {image} of these): label both or neither")
    plain = any(False in side for side in labelled)
    out, start = [], 0
    for (items, counts), column in zip(sides.values(), columns.values(), strict=True):
        places = np.full(int(counts.sum()), len(known), dtype=np.intp)
        count = sum(len(given) for _, given in column)
        mine = np.zeros(len(items), dtype=bool)
        mine[[image for image, _ in column]] = True
        places[np.repeat(mine, counts)] = codes[start : start + count]
        start += count
        out.append(places)
    return (*known, None) if plain else known, out


def _has_labels(items: Sequence[Item], counts: Places) -> list[bool | None]:
    """Whether each image's objects have labels; None where it has no object."""
    return [
        (item.get("labels") is not None) if count else None for item, count in zip(items, counts.tolist(), strict=True)
    ]


def _label_array(given: Any, name: str) -> NDArray[Any]:
    array = np.asarray(given)
    if array.dtype.kind in "iu" and array.ndim == 1:
        return array.astype(np.int64)
    if array.dtype.kind == "O" and all(isinstance(one, str) for one in array.ravel().tolist()):
        array = array.astype(str)
    if array.dtype.kind != "U" or array.ndim != 1:
        slip = " Round them first?" if array.dtype.kind == "f" else ""
        raise InvalidInput(
            f"{name} labels are integers or texts, one for each object, shape (n,); got shape {array.shape}, "
            f"{array.dtype}.{slip}"
        )
    return array


def _check_classes(known: tuple[Any, ...], classes: Sequence[Any]) -> None:
    strangers = [label for label in known if label not in set(classes)]
    if strangers:
        hint = did_you_mean(str(strangers[0]), map(str, classes))
        raise ImpossibleValue(f"label {strangers[0]!r} is not one of the {len(classes)} classes.{hint}")


def id_of(item: Item) -> Any:
    """The id of an image, as a plain number or text; None where it has none.

    Raises
    ------
    InvalidInput
        If it is something else.
    """
    given = item.get("id")
    if isinstance(given, np.generic):
        given = given.item()
    if given is None or (isinstance(given, int | str) and not isinstance(given, bool)):
        return given
    raise InvalidInput(f"the id of an image is an integer or a text, by which ties are ordered, not {given!r:.80}")


def size_of(item: Item, name: str) -> tuple[int, int] | None:
    """The height and width of an image; None where they are not given.

    Raises
    ------
    ImpossibleValue
        If they are not two positive whole numbers.
    """
    given = item.get("size")
    if given is None:
        return None
    try:
        height, width = (int(side) if side == int(side) else 0 for side in given)
    except (TypeError, ValueError, OverflowError):
        height = width = 0
    if height <= 0 or width <= 0:
        raise ImpossibleValue(f"{name} size is (height, width) in pixels, two whole numbers above 0, not {given!r:.80}")
    return height, width


def boxes_of(items: Sequence[Item], boxes: str, name: str) -> tuple[Places, Boxes]:
    """The boxes of all images one after another, and how many each image has.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As `overlap.read_boxes`; rows are counted over all images.
    """
    check_format(boxes)
    arrays = []
    for item in items:
        array = real_array(item["boxes"], f"{name} boxes", f"rows of four numbers, shape (n, 4), as boxes={boxes!r}")
        if array.dtype.kind == "b" or array.ndim != 2 or array.shape[1] != 4:
            array = read_boxes(array, boxes, name).corners  # which is empty, or refuses it and says why
        arrays.append(array)
    counts = np.array([len(array) for array in arrays], dtype=np.intp)
    return counts, read_boxes(np.concatenate(arrays) if arrays else np.empty((0, 4)), boxes, name)


def check_one_unit(boxes: str, pred: tuple[Places, Boxes], ref: tuple[Places, Boxes]) -> None:
    """Refuse pixels on one side of an image and shares of the image on the other.

    Raises
    ------
    UnitMismatch
        If all boxes of one side lie inside the first pixel, with fractions, and the other side's reach far beyond it.
    """
    if is_normalised(boxes):
        return  # what is in pixels was refused when it was read
    reach = {}
    for name, (counts, read) in {"pred": pred, "ref": ref}.items():
        full = np.flatnonzero(counts)
        if not full.size:
            return
        starts = (np.cumsum(counts) - counts)[full]
        highest, lowest = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
        fraction = np.zeros(len(counts), dtype=bool)
        highest[full] = np.maximum.reduceat(read.corners.max(axis=1), starts)
        lowest[full] = np.minimum.reduceat(read.corners.min(axis=1), starts)
        fraction[full] = np.logical_or.reduceat((read.corners % 1 != 0).any(axis=1), starts)
        reach[name] = (highest > FAR, (highest <= 1) & (lowest >= 0) & fraction)
    for here, there in (("pred", "ref"), ("ref", "pred")):
        if (reach[here][1] & reach[there][0]).any():
            raise UnitMismatch(
                f"every box of {here} lies between 0 and 1, and those of {there} go far beyond: {here} is written in "
                f"shares of the image and {there} in pixels (boxes={boxes!r}). Multiply x by the width and y by the "
                "height"
            )


def two_sides(
    preds: Sequence[Item],
    refs: Sequence[Item],
    counts: tuple[Places, Places],
    areas: tuple[NDArray[np.float64], NDArray[np.float64]],
    classes: Sequence[Any] | None,
    ignored: NDArray[np.bool_] | None = None,
) -> tuple[Found, There, tuple[Any, ...]]:
    """Both sides without their shapes, and the labels.

    Parameters
    ----------
    preds, refs : sequence of mapping
        The objects of each image, as `as_mappings` gives them.
    counts : (ndarray of int, ndarray of int)
        How many objects each image has on each side.
    areas : (ndarray of float, ndarray of float)
        The areas of the shapes; a reference may say another.
    classes : sequence or None
        The labels that there may be.
    ignored : ndarray of bool, optional
        References that need not be found, beside those that say so.

    Returns
    -------
    (Found, There, tuple)
    """
    n_pred, n_ref = counts
    names, (found_labels, true_labels) = labels_of({"pred": (preds, n_pred), "ref": (refs, n_ref)}, classes)
    scores, scored = scores_of(preds, n_pred, "pred")
    said = flags_of(refs, "ignore", n_ref, "ref")
    there = There(
        n_ref,
        true_labels,
        areas_of(refs, n_ref, "ref", areas[1]),
        flags_of(refs, "crowd", n_ref, "ref"),
        said if ignored is None else said | ignored,
        [id_of(item) for item in refs],
    )
    return Found(n_pred, found_labels, scores, scored, areas[0]), there, names

"""Boxes of scenes: columns that stand side by side, by item, and which of them count.

The centre of a box is what it is matched by; its two first coordinates are those of the ground. Whether a box counts
is told by its class and its distance from the vehicle, and of a reference also by the points that were measured in it.

Source: Caesar et al. (2020), arXiv 1903.11027.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.nearest import check_positive
from generallevel.errors import InvalidInput, LengthMismatch, NotFinite, ShapeMismatch, UnknownName, did_you_mean

__all__ = ["centres_of", "check_classes", "check_ranges", "class_places", "ground", "in_range", "listed", "numbers_of"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
Item: TypeAlias = Mapping[str, Any]


def centres_of(item: Item, name: str) -> Floats:
    """The centres of the boxes of one item on the ground, shape (n, 2).

    Raises
    ------
    ShapeMismatch
        If they are no rows of two or three coordinates.
    NotFinite
        If a coordinate is NaN or infinite.
    """
    wanted = "the centres of boxes, shape (n, 2) or (n, 3)"
    array = real_array(item["centres"], f"{name} centres", wanted)
    if array.size == 0 and array.ndim <= 2:
        return np.empty((0, 2))
    if array.ndim != 2 or array.shape[1] not in (2, 3):
        slip = " Whole boxes? The centres are their first three numbers: [:, :3]." if array.ndim == 2 else ""
        raise ShapeMismatch(f"{name} centres are {wanted}; got shape {array.shape}.{slip}")
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        place = int(np.argmin(finite))
        raise NotFinite(f"{name} box {place} has its centre at {array[place].tolist()}: every number is finite")
    return array[:, :2].astype(np.float64)


def numbers_of(
    item: Item, key: str, n: int, name: str, *, width: int | None = None, unknown: bool = False
) -> Floats | None:
    """The numbers under a key, one or one row for each of n boxes; None where there are none.

    Parameters
    ----------
    item : mapping
    key, name : str
        What they are called, and whose they are, for messages.
    n : int
        How many boxes there are.
    width : int, optional
        How many numbers a box has; one without a row of its own where None.
    unknown : bool, default False
        Whether a NaN stands for a number that is not known.

    Returns
    -------
    ndarray of float, shape (n,) or (n, width), or None

    Raises
    ------
    LengthMismatch
        If there is not one for each box.
    ShapeMismatch, NotFinite
        If they are of another shape, or not finite.
    """
    given = item.get(key)
    if given is None:
        return None
    shape = "(n,)" if width is None else f"(n, {width})"
    array = real_array(given, f"{name} {key}", f"numbers of boxes, shape {shape}")
    if array.ndim and array.shape[0] != n:
        raise LengthMismatch(f"{name} has {n} boxes but {len(array)} {key}: one belongs to each box")
    if array.size == 0 and n == 0:
        return np.empty((0,) if width is None else (0, width))
    if array.shape != ((n,) if width is None else (n, width)):
        raise ShapeMismatch(f"{name} {key} are numbers of boxes, shape {shape}; got shape {array.shape}")
    numbers = array.astype(np.float64)
    bad = np.isinf(numbers) if unknown else ~np.isfinite(numbers)
    if bad.any():
        place = int(np.argwhere(bad)[0, 0])
        raise NotFinite(f"{name} {key} of box {place} are {numbers[place].tolist()}: every number is finite")
    return numbers


def check_classes(classes: Any) -> tuple[Any, ...]:
    """The classes that count, once each.

    Raises
    ------
    InvalidInput
        If there are none, one stands twice, or they are no texts or integers.
    """
    if isinstance(classes, str) or not isinstance(classes, Sequence) or not classes:
        raise InvalidInput(f"classes are the labels that count, a list such as ['car', 'bus'], not {classes!r:.60}")
    for label in classes:
        if isinstance(label, bool) or not isinstance(label, str | int | np.integer):
            raise InvalidInput(f"classes holds {label!r:.40}: a label is a text or an integer")
    if len(set(classes)) < len(classes):
        raise InvalidInput("classes holds a label twice")
    return tuple(label.item() if isinstance(label, np.integer) else label for label in classes)


def listed(given: Any, key: str, n: int, name: str) -> list[Any]:
    """The entries of a column of texts or numbers, one for each box.

    Raises
    ------
    LengthMismatch
        If there is not one for each of n boxes.
    InvalidInput
        If it is no column at all.
    """
    entries = given.tolist() if isinstance(given, np.ndarray) else given
    if isinstance(entries, str | Mapping) or not isinstance(entries, Iterable):
        raise InvalidInput(f"{name} {key} are a column, one entry for each box, not {given!r:.60}")
    entries = list(entries)
    if len(entries) != n:
        raise LengthMismatch(f"{name} has {n} boxes but {len(entries)} {key}: one belongs to each box")
    return entries


def class_places(item: Item, n: int, classes: tuple[Any, ...], name: str) -> Places:
    """For each box of an item, where its label stands among the classes.

    Raises
    ------
    InvalidInput
        If there are no labels.
    LengthMismatch
        If there is not one for each box.
    UnknownName
        If a label is no class.
    """
    given = item.get("labels")
    if given is None:
        if n == 0:
            return np.empty(0, dtype=np.intp)
        raise InvalidInput(f'{name} has no "labels": every box is of a class')
    labels = listed(given, "labels", n, name)
    known = {label: place for place, label in enumerate(classes)}
    try:
        return np.array([known[label] for label in labels], dtype=np.intp)
    except (KeyError, TypeError):
        stranger = next(label for label in labels if not isinstance(label, Hashable) or label not in known)
        hint = did_you_mean(str(stranger), map(str, classes))
        raise UnknownName(
            f"{name} has a box of class {stranger!r}, which is not one of the {len(classes)} that count.{hint} Leave "
            "boxes of other classes out, or pass classes=..."
        ) from None


def check_ranges(ranges: Any, classes: tuple[Any, ...], known: Mapping[str, float]) -> Floats | None:
    """How far from the vehicle boxes of each class count, shape (classes,); None for any distance.

    Parameters
    ----------
    ranges : {"nuscenes"}, mapping of class to float, or None
    classes : tuple
        The labels that count.
    known : mapping of str to float
        What "nuscenes" stands for.

    Raises
    ------
    InvalidInput
        If a class has no range, or one that is not above 0.
    """
    if ranges is None:
        return None
    if isinstance(ranges, str) and ranges == "nuscenes":
        ranges = known
    if not isinstance(ranges, Mapping):
        raise InvalidInput(
            f"ranges are how far each class counts, 'nuscenes' or a mapping of class to metres, not {ranges!r:.60}"
        )
    for label in classes:
        if label not in ranges:
            raise InvalidInput(f"ranges has no class {label!r}: give all of them one, or pass ranges=None")
        check_positive(ranges[label], f"ranges[{label!r}]", "how far the class counts, in metres")
    return np.array([float(ranges[label]) for label in classes])


def ground(given: Any, n: int, name: str) -> Floats:
    """Places of the vehicle on the ground, shape (n, 2).

    Raises
    ------
    InvalidInput
        If there is none.
    ShapeMismatch, NotFinite
        If they are no such places.
    """
    if given is None:
        raise InvalidInput(
            f'boxes count up to a distance from the vehicle (ranges), and {name} has no "ego", the place of it: give '
            "it, in the frame of the centres, or pass ranges=None if boxes that are too far were left out before"
        )
    wanted = "the place of the vehicle, two or three coordinates"
    array = np.atleast_2d(real_array(given, f"{name} ego", wanted))
    if array.shape not in ((n, 2), (n, 3)):
        raise ShapeMismatch(f"{name} ego is {wanted}, shape {(n, 2) if n > 1 else (2,)}; got {np.shape(given)}")
    if not np.isfinite(array).all():
        raise NotFinite(f"{name} ego holds a NaN or an infinity: it is {wanted}")
    return array[:, :2].astype(np.float64)


def in_range(centres: Floats, vehicle: Floats, labels: Places, reach: Floats) -> Flags:
    """Which boxes lie nearer to the vehicle than their class counts.

    Parameters
    ----------
    centres, vehicle : ndarray of float, shape (n, 2)
    labels : ndarray of int, shape (n,)
    reach : ndarray of float, shape (classes,)

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    return np.asarray(np.sqrt(((centres - vehicle) ** 2).sum(axis=1)) < reach[labels])

"""Run lengths: masks as COCO stores them, from whatever a mask is given as.

A run-length encoding counts, down the columns of a mask, the pixels that are off, then on, then off ... pycocotools
does the encoding and the overlap; what it is handed was checked here, since it trusts the counts that it reads.

Source: Lin et al. (2014), arXiv 1405.0312; the format is that of pycocotools.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.matching import runs
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["Runs", "checked_areas", "mask_overlaps", "read_masks", "run_counts"]

Runs: TypeAlias = dict[str, Any]  # {"size": [height, width], "counts": bytes}, as pycocotools takes it
Places: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]

DIGIT, MORE, SIGN, BITS, ZERO = 0x1F, 0x20, 0x10, 5, 48  # of one character of compressed counts
MOST_DIGITS = 7  # of five bits: what a 32-bit count needs
MOST_PIXELS = 2**31
MOST_TEXT = 2**20  # characters of compressed counts that are read at once: bounds the memory
FAR = 10.0  # ours: how many image sizes a corner of a polygon may lie outside; pycocotools draws every step of the way
CORNERS = 3  # of a polygon, at least
WANTED = (
    "a list of run-length encodings, of polygons, or of masks of shape (H, W); an array of truths, shape (n, H, W); or "
    "a label image, integers of shape (H, W) with 0 for no object"
)


def read_masks(given: Any, size: tuple[int, int] | None, name: str, *, check: bool = True) -> list[Runs]:
    """The masks of one image as run lengths.

    Parameters
    ----------
    given : list or array_like
        Encodings (``{"size": [H, W], "counts": bytes, str or list of int}``), polygons (each mask a list of polygons,
        ``[x, y, x, y, ...]``), truths of shape (n, H, W), or a label image of shape (H, W) whose objects are in the
        order of their numbers.
    size : (int, int) or None
        Height and width of the image, which polygons need.
    name : str
        Whose they are, for messages.
    check : bool, default True
        Whether counts are held against the size; if not, `checked_areas` must see them before pycocotools does.

    Returns
    -------
    list of dict
        Compressed, of one size.

    Raises
    ------
    ShapeMismatch
        If masks are of several sizes, or of no mask's shape.
    ImpossibleValue, NotFinite, InvalidInput
        If counts do not cover the image, a polygon has no area to draw, or nothing is recognised.

    Examples
    --------
    >>> labels = np.array([[0, 7], [2, 7]])
    >>> checked_areas(read_masks(labels, None, "pred"), "pred")
    array([1., 2.])
    """
    if isinstance(given, list | tuple):
        masks = _from_list(given, size, name)
    else:
        masks = _from_array(real_array(given, f"{name} masks", WANTED), name)
    sizes = {tuple(mask["size"]) for mask in masks} | ({size} if size is not None else set())
    if len(sizes) > 1:
        raise ShapeMismatch(
            f"{name} masks and their image are of sizes {sorted(sizes)} (height, width): those of one image have one "
            "size, and nothing is resized; if the numbers are swapped, one side is transposed"
        )
    if check:
        checked_areas(masks, name)
    return masks


def _from_list(given: Sequence[Any], size: tuple[int, int] | None, name: str) -> list[Runs]:
    if _depth(given) == 2 and not _is_mask(given[0]):
        array = real_array(given, f"{name} masks", WANTED)
        if size is not None and array.shape != size:
            raise ShapeMismatch(
                f"{name} masks are rows of numbers, as a label image has them, of shape {array.shape} where the image "
                f"is {size}. If they are polygons, each mask is a list of them: [[x, y, x, y, ...]]"
            )
        return _from_array(array, name)
    # COCO's own files mix the forms: crowds are run lengths, and the other objects of the image polygons.
    return [_from_entry(entry, size, f"{name} mask {place}") for place, entry in enumerate(given)]


def _from_entry(entry: Any, size: tuple[int, int] | None, name: str) -> Runs:
    if isinstance(entry, Mapping):
        return _checked(entry, name)
    if _is_mask(entry) or isinstance(_first_scalar(entry), bool | np.bool_):
        mask = real_array(entry, name, "a mask of shape (H, W)")
        if mask.ndim != 2 or not mask.size:
            raise ShapeMismatch(f"{name} is of shape {mask.shape}; wanted (H, W)")
        return _from_array(mask[None], name)[0]
    if size is None:
        raise InvalidInput(
            f'{name} is a polygon, which is drawn into an image: give its "size", (height, width). '
            f"If it is none, masks are {WANTED}"
        )
    return _drawn(entry, size, name)


def _first_scalar(given: Any) -> Any:
    while isinstance(given, list | tuple) and given:
        given = given[0]
    return given


def _depth(given: Any) -> int:
    """How many lists lie in each other."""
    depth = 0
    while isinstance(given, list | tuple) and given:
        given, depth = given[0], depth + 1
    return depth + (given.ndim if isinstance(given, np.ndarray) else 0)


def _is_mask(given: Any) -> bool:
    return isinstance(given, np.ndarray) and given.ndim == 2


def _from_array(array: NDArray[Any], name: str) -> list[Runs]:
    if array.size == 0:
        return []
    if array.dtype.kind == "f":
        raise InvalidInput(f"{name} masks are {WANTED}; got {array.dtype}: compare soft masks with a threshold first")
    if array.ndim == 2:
        if array.dtype.kind == "b":
            raise ShapeMismatch(f"{name} masks are {WANTED}; got truths of shape {array.shape}: one mask is [mask]")
        if array.min() < 0:
            raise ImpossibleValue(f"{name} label image holds {array.min()}: objects are numbered from 1, and 0 is none")
        array = array == np.unique(array[array != 0])[:, None, None]
    if array.ndim != 3:
        raise ShapeMismatch(f"{name} masks are {WANTED}; got shape {array.shape}")
    if array.dtype.kind != "b" and not ((array == 0) | (array == 1)).all():
        raise ImpossibleValue(f"{name} masks hold {array.max()}: each pixel is 0 or 1; pass masks > 0")
    if not len(array):
        return []
    from pycocotools import mask as coco

    encoded: list[Runs] = coco.encode(np.asfortranarray(np.moveaxis(array, 0, -1), dtype=np.uint8))
    return encoded


def _drawn(polygons: Any, size: tuple[int, int], name: str) -> Runs:
    corners = []
    if not isinstance(polygons, list | tuple) or not polygons:
        raise InvalidInput(f"{name} is {polygons!r:.80}, not a list of polygons [x, y, x, y, ...]")
    for polygon in polygons:
        points = real_array(polygon, name, "a list of polygons [x, y, x, y, ...]").astype(np.float64).ravel()
        if len(points) < 2 * CORNERS or len(points) % 2:
            raise InvalidInput(
                f"{name} has a polygon of {len(points)} numbers; wanted x and y of three corners or more"
            )
        if not np.isfinite(points).all():
            raise NotFinite(f"{name} has a polygon with {points[~np.isfinite(points)][0]} in it")
        if np.abs(points).max() > FAR * max(size):
            raise ImpossibleValue(
                f"{name} has a corner at {np.abs(points).max():g}, far outside an image of size {size} (height, width)"
            )
        corners.append(points.tolist())
    from pycocotools import mask as coco

    drawn: Runs = coco.merge(coco.frPyObjects(corners, *size))
    return drawn


def _checked(mask: Any, name: str) -> Runs:
    """An encoding, compressed; what its counts are is seen when all are there."""
    if not isinstance(mask, Mapping) or not mask.keys() >= {"size", "counts"}:
        raise InvalidInput(f'{name} is {mask!r:.80}, not an encoding {{"size": [H, W], "counts": ...}}')
    try:
        height, width = (int(side) if side == int(side) else -1 for side in mask["size"])
    except (TypeError, ValueError, OverflowError):
        height = width = -1
    if height < 0 or width < 0 or height * width > MOST_PIXELS:
        raise ImpossibleValue(f"{name} has the size {mask['size']!r:.80}: it is [height, width] in pixels")
    counts = mask["counts"]
    if isinstance(counts, bytes | str):
        return {"size": [height, width], "counts": _raw(counts)}
    lengths = _plain_counts(counts, name)
    if (lengths < 0).any() or lengths.sum() > MOST_PIXELS:
        raise ImpossibleValue(f"{name} has counts from {lengths.min()} to {lengths.max()}: they are pixels, off and on")
    from pycocotools import mask as coco

    compressed: Runs = coco.frPyObjects({"size": [height, width], "counts": lengths.tolist()}, height, width)
    return compressed


def _plain_counts(counts: Any, name: str) -> NDArray[np.int64]:
    array = real_array(counts, f"{name} counts", "whole numbers, pixels off and on in turn")
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise InvalidInput(f"{name} counts are whole numbers, pixels off and on in turn; got {array.dtype}")
    return array.astype(np.int64)


def run_counts(text: bytes | str, name: str) -> NDArray[np.int64]:
    """The counts that a compressed encoding holds.

    Parameters
    ----------
    text : bytes or str
        Digits of five bits, least first, of differences to the run before last.
    name : str
        Whose they are, for messages.

    Returns
    -------
    ndarray of int
        Pixels off and on in turn.

    Raises
    ------
    ImpossibleValue
        If a character is none of the code, or the text breaks off.

    Examples
    --------
    >>> run_counts("213", "mask").tolist()
    [2, 1, 3]
    """
    counts, _ = _all_counts([_raw(text)], [name])
    return counts


def _raw(text: bytes | str) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _all_counts(texts: Sequence[bytes], names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The counts of many compressed encodings one after another, and how many each has."""
    codes = np.frombuffer(b"".join(texts), dtype=np.uint8).astype(np.int64) - ZERO
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    stops = np.cumsum(sizes)
    if not len(codes):
        return np.zeros(0, dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    last = (codes & MORE) == 0
    ends = np.flatnonzero(last)
    digits = np.diff(ends, prepend=-1)
    broken = (codes < 0) | (codes > DIGIT + MORE)
    full = sizes > 0
    broken[stops[full] - 1] |= ~last[stops[full] - 1]
    broken[ends[digits > MOST_DIGITS]] = True
    if broken.any():
        place = int(np.searchsorted(stops, np.argmax(broken), side="right"))
        raise ImpossibleValue(f"{names[place]} has counts that are no compressed runs: {texts[place]!r:.60}")
    shifts = BITS * (np.arange(len(codes)) - np.repeat(ends - digits + 1, digits))
    values = np.add.reduceat((codes & DIGIT) << shifts, ends - digits + 1)
    values -= np.where(codes[ends] & SIGN, 1 << (BITS * digits), 0)
    lengths = np.diff(np.searchsorted(ends, stops), prepend=0)
    # A count is the difference to the one before last, except for the first three: two chains of sums in each mask.
    places = runs(lengths)
    chains = 3 * np.repeat(np.arange(len(texts)), lengths) + np.where(places == 0, 0, 1 + places % 2)
    order = np.argsort(chains, kind="stable")
    sums = np.cumsum(values[order])
    new = np.flatnonzero(np.diff(chains[order], prepend=-1))
    before = np.concatenate([[0], sums[new[1:] - 1]])
    values[order] = sums - np.repeat(before, np.diff(np.append(new, len(sums))))
    return values, lengths


def checked_areas(masks: Sequence[Runs], name: str) -> Floats:
    """The pixels of each mask, all of whose runs are found to cover its size.

    Parameters
    ----------
    masks : sequence of dict
        Run lengths, as `read_masks` gives them.
    name : str
        Whose they are, for messages.

    Returns
    -------
    ndarray of float, shape (n,)

    Raises
    ------
    ImpossibleValue
        If the runs of a mask are none, or do not cover it.
    """
    areas = np.zeros(len(masks))
    ends = np.cumsum([len(mask["counts"]) for mask in masks], dtype=np.int64)
    cuts = np.flatnonzero(np.diff(ends // MOST_TEXT)) + 1
    for some in np.split(np.arange(len(masks)), cuts):
        chosen = [masks[place] for place in some.tolist()]
        names = [f"{name} mask {place}" for place in some.tolist()]
        counts, lengths = _all_counts([mask["counts"] for mask in chosen], names)
        owners = np.repeat(np.arange(len(chosen)), lengths)
        totals = np.bincount(owners, counts, minlength=len(chosen))
        wanted = np.array([mask["size"][0] * mask["size"][1] for mask in chosen])
        wrong = totals != wanted
        wrong[owners[counts < 0]] = True
        if wrong.any():
            place = int(np.argmax(wrong))
            height, width = chosen[place]["size"]
            raise ImpossibleValue(
                f"{names[place]} has runs of {totals[place]:g} pixels in all, and its size {height} x {width} has "
                f"{wanted[place]}: is the size [height, width]?"
            )
        areas[some] = np.bincount(owners, counts * (runs(lengths) % 2), minlength=len(chosen))
    return areas


def mask_overlaps(
    dets: Sequence[Runs], refs: Sequence[Runs], at: Places, to: Places, crowd: NDArray[np.bool_]
) -> Floats:
    """The overlap of chosen pairs of masks.

    Parameters
    ----------
    dets, refs : sequence of dict
        Run lengths.
    at, to : ndarray of int, shape (m,)
        Which mask of each side a pair has. The pairs of one detection stand together, and detections that are compared
        with the same references one after another.
    crowd : ndarray of bool, shape (len(refs),)
        Whether a reference is a region of many objects: overlap is then out of the other mask alone.

    Returns
    -------
    ndarray of float, shape (m,)
        In [0, 1].
    """
    overlaps = np.zeros(len(at))
    if not len(at):
        return overlaps
    from pycocotools import mask as coco

    starts = np.flatnonzero(np.diff(at, prepend=-1))
    lengths = np.diff(np.append(starts, len(at)))
    blocks = np.flatnonzero(np.diff(to[starts], prepend=-1))
    for block, end in zip(blocks, np.append(blocks[1:], len(starts)), strict=True):
        first, n_refs = starts[block], lengths[block]
        mine, theirs = at[starts[block:end]], to[first : first + n_refs]
        shared = coco.iou([dets[i] for i in mine], [refs[j] for j in theirs], crowd[theirs].astype(np.uint8).tolist())
        overlaps[first : first + len(mine) * n_refs] = np.asarray(shared).ravel()
    return overlaps

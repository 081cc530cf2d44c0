"""COCO and nuScenes JSON: parsed strictly, and checked before anything relies on them.

Sources: https://cocodataset.org/#format-data and #format-results; https://www.nuscenes.org, "detection task" and
"tracking task". A number that is NaN or infinite cannot stand in JSON and is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.strict import flaw, read_tree
from generallevel.benchmark.media.stored import bounded, stored_bytes
from generallevel.errors import DuplicateName, ImpossibleValue, InvalidInput

__all__ = ["read_coco", "read_nuscenes"]

COCO = "COCO JSON: {'images': [...], 'annotations': [...], 'categories': [...]}, or a list of results"
NUSCENES = "nuScenes JSON: {'meta': {...}, 'results': {sample token: [box, ...]}}"
PARTS = ("images", "annotations", "categories")
BOX_NUMBERS = 4
VECTORS = {"translation": 3, "size": 3, "rotation": 4}  # of a box of nuScenes, each needed
NAMES = ("detection_name", "tracking_name")
SCORES = ("detection_score", "tracking_score")


def read_coco(path: Path, *, limits: Limits = LIMITS) -> dict[str, Any]:
    """What a COCO file says.

    Parameters
    ----------
    path : Path
        JSON: a data set with ``annotations`` and, as a rule, ``images`` and ``categories``; or a list of results, each
        with its ``image_id``.
    limits : Limits
        How much may be stored.

    Returns
    -------
    dict
        ``images``, ``annotations`` and ``categories``, each a list of dicts as they stand in the file; empty where the
        file has none. Other keys are left out.

    Raises
    ------
    UnsafeFile
        If it is larger or deeper than the limits.
    DuplicateName
        If two images, annotations or categories have one id.
    ImpossibleValue
        If a box is not four numbers with sides of at least 0, or a score is no number.
    InvalidInput
        If it is no such file, or names an image or a category that it does not have.
    """
    value = _sound(path, limits, COCO)
    found = {"annotations": value} if isinstance(value, list) else value
    if not isinstance(found, Mapping) or "annotations" not in found:
        raise InvalidInput(f"{path.name} holds {_shown(value)}; wanted {COCO}")
    parts: dict[str, Any] = {}
    for name in PARTS:
        entries = found.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise InvalidInput(f"{path.name} has {_shown(entries)} as {name!r}; wanted a list of objects: {COCO}")
        bounded(len(entries), limits.points, f"{path.name} has", name, "Limits.points")
        # A result has no id of its own.
        _once((entry["id"] for entry in entries if name != "annotations" or "id" in entry), f"{path.name}, {name}")
        parts[name] = entries
    known = {name: {entry["id"] for entry in parts[name]} for name in ("images", "categories")}
    for place, entry in enumerate(parts["annotations"]):
        where = f"{path.name}, annotation {place}"
        if "image_id" not in entry:
            raise InvalidInput(f"{where} has no 'image_id' but {sorted(entry)!r:.80}; wanted {COCO}")
        for key, name in (("image_id", "images"), ("category_id", "categories")):
            if known[name] and key in entry and not _is_among(entry[key], known[name]):
                raise InvalidInput(f"{where} is of {key} {entry[key]!r:.60}, which {name!r} does not have")
        if "bbox" in entry:
            _numbers(entry["bbox"], BOX_NUMBERS, f"{where}: 'bbox'", sides=slice(2, 4))
        if "score" in entry and not _is_number(entry["score"]):
            raise ImpossibleValue(f"{where} has the score {entry['score']!r:.60}; wanted a number")
    return parts


def read_nuscenes(path: Path, *, limits: Limits = LIMITS) -> dict[str, Any]:
    """What a submission to nuScenes says.

    Parameters
    ----------
    path : Path
        JSON of detections or tracks.
    limits : Limits
        How much may be stored.

    Returns
    -------
    dict
        ``meta`` (a dict, empty where there is none) and ``results``: for each sample token a list of boxes, dicts with
        ``translation`` (x, y, z in metres), ``size`` (width, length, height in metres), ``rotation`` (a quaternion
        w, x, y, z), a name and, as a rule, a score, as they stand in the file.

    Raises
    ------
    UnsafeFile
        If it is larger or deeper than the limits.
    ImpossibleValue
        If a vector has another length, a side is not above 0, a rotation is zero, or a score is no number.
    InvalidInput
        If it is no such file, or a box lacks what it must say.
    """
    value = _sound(path, limits, NUSCENES)
    results = value.get("results") if isinstance(value, Mapping) else None
    meta = value.get("meta", {}) if isinstance(value, Mapping) else None
    if not isinstance(results, Mapping) or not isinstance(meta, Mapping):
        raise InvalidInput(f"{path.name} holds {_shown(value)}; wanted {NUSCENES}")
    for token, boxes in results.items():
        if not isinstance(boxes, list):
            raise InvalidInput(f"{path.name} has {_shown(boxes)} for sample {token!r:.60}; wanted {NUSCENES}")
        for place, box in enumerate(boxes):
            _check_solid(box, f"{path.name}, sample {token!r:.60}, box {place}")
    return {"meta": dict(meta), "results": dict(results)}


def _check_solid(box: Any, where: str) -> None:
    if not isinstance(box, Mapping):
        raise InvalidInput(f"{where} is {_shown(box)}; wanted an object with {', '.join(VECTORS)}")
    for key, length in VECTORS.items():
        if key not in box:
            raise InvalidInput(f"{where} has no {key!r} but {sorted(box)!r:.80}; wanted {NUSCENES}")
        _numbers(box[key], length, f"{where}: {key!r}", sides=slice(0, 0))
    if min(box["size"]) <= 0:
        raise ImpossibleValue(f"{where} has the size {box['size']!r:.60}; wanted width, length and height above 0")
    if not any(box["rotation"]):
        raise ImpossibleValue(f"{where} has the rotation {box['rotation']!r:.60}; wanted a quaternion w, x, y, z")
    if not any(isinstance(box.get(name), str) for name in NAMES):
        raise InvalidInput(f"{where} has no name; wanted {' or '.join(map(repr, NAMES))}")
    for name in SCORES:
        if name in box and not _is_number(box[name]):
            raise ImpossibleValue(f"{where} has the {name} {box[name]!r:.60}; wanted a number")


def _sound(path: Path, limits: Limits, wanted: str) -> Any:
    stored_bytes(path, limits, wanted)
    tree = read_tree(path, limits)
    slip = None if tree.clean else flaw(tree.value)
    if slip is not None:
        raise InvalidInput(f"{path.name} cannot be used: {slip}; wanted {wanted}")
    return tree.value


def _once(ids: Iterable[Any], where: str) -> None:
    seen = set()
    try:
        for one in ids:
            if one in seen:
                raise DuplicateName(f"{where}: the id {one!r:.60} stands twice")
            seen.add(one)
    except (KeyError, TypeError):  # no id, or a list as one
        raise InvalidInput(
            f"{where}: an entry has no id, or one that is no number and no text; wanted {COCO}"
        ) from None


def _is_among(one: Any, known: set[Any]) -> bool:
    return isinstance(one, int | str | float) and one in known


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _numbers(value: Any, length: int, where: str, *, sides: slice) -> None:
    """Nothing, for a list of so many numbers, of which some are sides."""
    if not isinstance(value, list) or len(value) != length or not all(map(_is_number, value)):
        raise ImpossibleValue(f"{where} is {value!r:.60}; wanted {length} numbers")
    if any(side < 0 for side in value[sides]):
        raise ImpossibleValue(f"{where} is {value!r:.60}, with a negative side; wanted x, y, width, height")


def _shown(value: Any) -> str:
    """What a value is, for a message, in a few words."""
    if isinstance(value, Mapping):
        return f"an object with the keys {sorted(map(str, value))[:8]!r:.80}"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    return f"{type(value).__name__} {value!r:.40}"

"""Things in clips: formats of masks, tubes and boxes over the frames of a clip.

The layouts are those that the released code reads; what stands in a prediction file is ours where it keeps predictions
in memory only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.masks import decode_mask
from generallevel.benchmark.media.tracks import read_boxes_text
from generallevel.benchmark.recipes.image_fields import Given, described
from generallevel.benchmark.recipes.video_fields import documented
from generallevel.errors import InvalidInput, LengthMismatch

__all__ = ["CLIP_MASKS", "FORMATS", "TRACK", "TUBE"]

TRACK_KEYS = ("answer", "boxes", "bboxes", "track", "file", "path")


def _coded(value: Any, name: str, side: str) -> list[Any]:
    """The coded masks of one object, one a frame; a single mask is that of one frame."""
    if isinstance(value, Mapping) and "mask" in value:
        value = value["mask"]
    if isinstance(value, Mapping):
        return [value]
    if not isinstance(value, list) or not value:
        raise InvalidInput(
            f"object {name!r:.40} of the {side} is {described(value)}; wanted COCO run lengths, or a list of them, one "
            "for each frame"
        )
    return value


def _objects(value: Any, side: str) -> dict[str, list[Any]]:
    """The coded masks of each object of a clip."""
    if isinstance(value, Mapping) and isinstance(value.get("objects"), Mapping | list):
        value = value["objects"]
    named: Iterable[tuple[Any, Any]]
    if isinstance(value, list):
        named = enumerate(value)
    elif isinstance(value, Mapping):
        named = value.items()
    else:
        raise InvalidInput(
            f"the {side} is {described(value)}; wanted the masks of a clip by object: "
            '{"1": {"mask": [{"size": [H, W], "counts": "..."}, ...]}}'
        )
    found = {str(name): _coded(masks, str(name), side) for name, masks in named if masks is not None}
    if not found and side == "reference":
        raise InvalidInput("the reference has no object")
    return found


def _true_volume(given: Given) -> NDArray[np.bool_]:
    volumes = []
    for name, masks in _objects(given.value, "reference").items():
        if any(mask is None for mask in masks):
            raise InvalidInput(f"object {name!r:.40} of the reference has a frame without a mask: write an empty one")
        volumes += [decode_mask(mask, limits=given.files.limits).ravel() for mask in masks]
    return np.concatenate(volumes)


def _volume(given: Given) -> NDArray[np.bool_]:
    wanted = _objects(given.item.output, "reference")
    found = _objects(given.value, "prediction")
    if isinstance(given.value, list) and len(found) == len(given.value) == len(wanted):
        found = dict(zip(wanted, found.values(), strict=True))
    strange = sorted(found.keys() - wanted.keys())
    if strange:
        raise InvalidInput(
            f"the prediction has object {strange[0]!r:.40}, which the reference has not; it has {', '.join(wanted)}"[
                :300
            ]
        )
    volumes: list[NDArray[np.bool_]] = []
    for name, masks in wanted.items():
        said = found.get(name, [None] * len(masks))
        if len(said) != len(masks):
            raise LengthMismatch(
                f"object {name!r:.40} has masks for {len(said)} frames in the prediction and {len(masks)} in the "
                "reference; write null for a frame without it"
            )
        for frame, (mask, true) in enumerate(zip(said, masks, strict=True)):
            shape = tuple(true["size"]) if isinstance(true, Mapping) and "size" in true else None
            if mask is not None:
                volumes.append(decode_mask(mask, shape, limits=given.files.limits).ravel())
            elif shape is not None:
                volumes.append(np.zeros(shape, dtype=bool).ravel())
            else:
                raise InvalidInput(f"object {name!r:.40}, frame {frame}: null needs a reference that says its size")
    return np.concatenate(volumes)


def _whole(value: Any, key: str, side: str) -> int:
    if type(value) is not int:
        raise InvalidInput(f"{key} of the {side} is {described(value)}; wanted the number of a frame")
    return value


def _tube(given: Given) -> Any:
    """A tube with numbered frames, or a row for each frame of the clip."""
    value = given.value
    if given.side == "reference" and not (isinstance(value, Mapping) and "trajectory" in value):
        # In HC-STVG and VidSTG the tube stands in the entry itself.
        wild = (part for part in (given.item.extra, given.item.input) if isinstance(part, Mapping))
        value = next((part for part in wild if "trajectory" in part), value)
    if isinstance(value, Mapping) and isinstance(value.get("boxes"), list) and "trajectory" not in value:
        value = value["boxes"]
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping) or not isinstance(value.get("trajectory"), Mapping | list):
        raise InvalidInput(
            f"the {given.side} is {described(value)}; wanted a tube: "
            '{"tube_start_frame": 3, "tube_end_frame": 5, "trajectory": [[x, y, w, h], [x, y, w, h]]}, or a list with '
            "a box for each frame of the clip"
        )
    trajectory = value["trajectory"]
    if isinstance(trajectory, Mapping):
        return _numbered(trajectory, value, given.side)
    start = _whole(value.get("tube_start_frame"), "tube_start_frame", given.side)
    if "tube_end_frame" in value:
        end = _whole(value["tube_end_frame"], "tube_end_frame", given.side)
        if len(trajectory) not in (end - start, end - start + 1):
            raise LengthMismatch(
                f"the {given.side} has {len(trajectory)} boxes for a tube from frame {start} to {end}; wanted "
                f"{end - start}, without the last frame, or {end - start + 1}, with it"
            )
    return {"frames": list(range(start, start + len(trajectory))), "boxes": trajectory}


def _numbered(trajectory: Mapping[str, Any], tube: Mapping[str, Any], side: str) -> dict[str, Any]:
    """A trajectory by frame number, cut to the tube where its ends are said."""
    frames, boxes = [], []
    for name, entry in trajectory.items():
        try:
            frames.append(int(name))
        except ValueError:
            raise InvalidInput(f"the trajectory of the {side} has a frame {name!r:.40}; wanted a number") from None
        boxes.append(entry.get("bbox") if isinstance(entry, Mapping) else entry)
    if set(tube) >= {"tube_start_frame", "tube_end_frame"}:
        start, end = (_whole(tube[key], key, side) for key in ("tube_start_frame", "tube_end_frame"))
        kept = [place for place, frame in enumerate(frames) if start <= frame < end]
        frames, boxes = [frames[place] for place in kept], [boxes[place] for place in kept]
    return {"frames": frames, "boxes": boxes}


def _track(given: Given) -> Any:
    place = given.under(TRACK_KEYS, "a box for each frame")
    if isinstance(place.value, str):
        return read_boxes_text(place.path("a box for each frame"), limits=place.files.limits)
    if not isinstance(place.value, list):
        raise InvalidInput(
            f"the {given.side} is {described(place.value)}; wanted a box for each frame: [[x, y, w, h], ...], or a "
            "text file with a line for each"
        )
    return place.value


CLIP_MASKS = documented(
    "clip masks",
    _volume,
    _true_volume,
    description="COCO run lengths by object (or by frame): `{name: {mask: ...}}`, where a mask is one or a list with "
    "one for each frame. A prediction has the same names, or a list in the same order; an object or a frame that it "
    "does not have, or that is null, is nowhere.",
)
TUBE = documented(
    "tube",
    _tube,
    description="`tube_start_frame`, `tube_end_frame` and `trajectory`, a list of [x, y, w, h] or a mapping of frame "
    "numbers to boxes; a prediction may also be a list with a box for each frame of the clip, zeros or null where "
    "there is none. The header may say `counts_from`, 0 or 1, and `prediction_counts_from`.",
    media=False,
)
TRACK = documented(
    "track",
    _track,
    description="A list of [x, y, w, h], one for each frame, under `answer` in the reference; null or NaN where there "
    "is none. Either side may be a text file with a line for each. The header may name another form of `boxes`.",
    media=False,
)
FORMATS = (CLIP_MASKS, TUBE, TRACK)

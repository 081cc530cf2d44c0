"""Boxes and other shapes of objects: formats of detection, grounding, instances and keypoints.

Boxes are rows of four numbers, which the header's ``box_format`` explains; where it is silent they are COCO's
corner and sides, which is ours, and what General-Bench writes for video. Boxes in free text are pairs of corners, and
the scale of their numbers must be declared: ``box_scale`` is 1, 1000 or ``"pixels"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from generallevel.benchmark.recipes.image_fields import Given, described, two_sided
from generallevel.benchmark.recipes.image_maps import mask_of
from generallevel.benchmark.recipes.image_objects import columns, numbers_of, objects_of
from generallevel.benchmark.recipes.recipe import FromHeader
from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = [
    "BOX",
    "BOXES",
    "BOXES_TEXT",
    "BOX_FORMAT",
    "BOX_UNION",
    "INSTANCES",
    "KEYPOINTS",
    "box_columns",
]

BOX_FORMAT = FromHeader("box_format", "xywh")
BOX_KEYS = ("bbox", "box", "bbox_2d")
MASK_KEYS = ("segmentation", "mask", "rle", "polygons", "file")
TEXT_KEYS = ("text", "answer")
SCALES = (1, 1000, "pixels")

NUMBER = r"[-+]?(?:\d{1,9}(?:\.\d{0,15})?|\.\d{1,15})"
GROUP = re.compile(rf"[\[(]\s*({NUMBER}(?:\s*,\s*{NUMBER})*)\s*[\])]")
FENCE = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)
MOST_TEXT = 1 << 16  # ours: characters of an answer that is searched for boxes
MOST_LABEL = 100


def _in_text(given: Given) -> list[Mapping[str, Any]]:
    """The boxes of an answer in words or of one in JSON, as the header's format writes them."""
    value = given.value
    said = value.get("box_scale") if isinstance(value, Mapping) else None
    scale = given.item.header.get("box_scale") if said is None else said
    text = given.under(TEXT_KEYS, "an answer in words").value
    if not isinstance(text, str):
        raise InvalidInput(
            f"the {given.side} is {described(text)}; wanted an answer in words with boxes [x1, y1, x2, y2]"
        )
    if len(text) > MOST_TEXT:
        raise ImpossibleValue(f"the {given.side} is a text of {len(text)} characters; {MOST_TEXT} are read at most")
    if scale is None or isinstance(scale, bool) or scale not in SCALES:
        raise InvalidInput(
            f"the {given.side} holds boxes in words, and box_scale is {scale!r:.40}: say what their numbers are, in "
            'the header or as {"text": ..., "box_scale": ...}: 1 or 1000 for shares or thousandths of the image, or '
            '"pixels"'
        )
    listed = _json_in(text)
    found = _groups_in(text, given.side) if listed is None else _checked(given.but(listed))
    return [{**one, "bbox": _in_header_format(one["bbox"], scale, given)} for one in found]


def _json_in(text: str) -> list[Any] | None:
    """What an answer lists that is JSON and nothing else, in a fence or not; None for any other."""
    fenced = FENCE.fullmatch(text.strip())
    try:
        read = json.loads(fenced[1] if fenced else text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, list) else [read] if isinstance(read, dict) else None


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and infinities are no JSON


def _groups_in(text: str, side: str) -> list[Mapping[str, Any]]:
    """Every group of four numbers of a text, with what stands before it and a colon as its label."""
    found: list[Mapping[str, Any]] = []
    for line in text.splitlines():
        label, end = "", 0
        for group in GROUP.finditer(line):
            numbers = [float(number) for number in group[1].split(",")]
            if len(numbers) != 4:
                raise InvalidInput(f"{group[0]!r:.60} in the {side} is no box: wanted [x1, y1, x2, y2]")
            before, colon, rest = line[end : group.start()].rpartition(":")
            if colon and not rest.strip():
                label = before.strip(" \t-*,;\"'")[:MOST_LABEL]
            end = group.end()
            found.append({"bbox": numbers, "label": label} if label else {"bbox": numbers})
    return found


def _in_header_format(corners: list[float], scale: Any, given: Given) -> list[float]:
    """Two corners of a declared scale, as the header's format writes a box."""
    form = str(BOX_FORMAT.value(given.item.header))
    left, top, right, bottom = corners
    if right < left or bottom < top:
        raise ImpossibleValue(f"the box {corners} ends before it begins; wanted [x1, y1, x2, y2]")
    wide, high = 1.0, 1.0
    if form.endswith("_normalised") != (scale != "pixels"):
        size = given.size()
        if size is None:
            raise InvalidInput(
                f"boxes of box_scale {scale!r} become {form!r} by the size of the image, which nobody says: give the "
                'item or the header "size": [height, width]'
            )
        high, wide = size if scale != "pixels" else (1 / size[0], 1 / size[1])
    if scale != "pixels":
        wide, high = wide / scale, high / scale
    left, right, top, bottom = left * wide, right * wide, top * high, bottom * high
    if form.startswith("xywh"):
        return [left, top, right - left, bottom - top]
    if form.startswith("cxcywh"):
        return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]
    return [left, top, right, bottom]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, Mapping) and any(isinstance(value.get(key), str) for key in TEXT_KEYS)
    )


def _objects(given: Given) -> list[Mapping[str, Any]]:
    if given.side == "prediction" and _is_text(given.value):
        return _in_text(given)
    return _checked(given)


def _checked(given: Given) -> list[Mapping[str, Any]]:
    """Listed objects, each with four numbers as its box."""
    value = given.value
    if isinstance(value, list) and len(value) == 4 and not any(isinstance(one, list | dict) for one in value):
        value = [value]
    found = objects_of(given.but(value), "boxes", BOX_KEYS, "boxes")
    for place, one in enumerate(found):
        box = one["bbox"]
        if len(numbers_of(given, box, f"box {place}")) != 4:
            raise InvalidInput(f"box {place} of the {given.side} is {described(box)}; wanted four numbers")
    return found


def _rows(objects: list[Mapping[str, Any]]) -> list[Any]:
    return [one["bbox"] for one in objects]


def box_columns(given: Given) -> dict[str, Any]:
    """Boxes with labels and, in a prediction, scores, as the metrics of detection take them.

    Raises
    ------
    InvalidInput
        If they are no boxes.
    """
    objects = _objects(given)
    return {"boxes": _rows(objects), **columns(given, objects)}


def _text_columns(given: Given) -> dict[str, Any]:
    objects = _in_text(given)
    return {"boxes": _rows(objects), **columns(given, objects)}


def _one_box(given: Given) -> dict[str, Any]:
    objects = _objects(given)
    beside = columns(given, objects, labelled=False)
    if len(objects) > 1 and (given.side == "reference" or "scores" not in beside):
        raise InvalidInput(f"the {given.side} has {len(objects)} boxes; an expression has one")
    if given.side == "reference" and not objects:
        raise InvalidInput("the reference has no box; an expression has one")
    return {"boxes": _rows(objects), **beside}


def _union(given: Given) -> list[Any]:
    return _rows(_objects(given))


def _instances(given: Given) -> dict[str, Any]:
    objects = objects_of(given, "masks", MASK_KEYS, "masks")
    size = given.size()
    masks = [mask_of(given.but(_coded(one["segmentation"], size)), size) for one in objects]
    beside = columns(given, objects)
    return {"masks": masks, **beside, **({"size": size} if size else {})}


def _coded(mask: Any, size: tuple[int, int] | None) -> Any:
    """Run lengths without a size get that of the image."""
    if isinstance(mask, Mapping) and "counts" in mask and "size" not in mask and size:
        return {**mask, "size": list(size)}
    return mask


def _poses(given: Given) -> dict[str, Any]:
    objects = objects_of(given, "keypoints", ("keypoints",), "poses")
    poses = []
    for place, one in enumerate(objects):
        points = one["keypoints"]
        if not isinstance(points, list) or not points:
            raise InvalidInput(
                f"pose {place} of the {given.side} is {described(points)}; wanted [x, y, v, x, y, v, ...]"
            )
        if not isinstance(points[0], list):
            if len(points) % 3:
                raise InvalidInput(
                    f"pose {place} of the {given.side} has {len(points)} numbers; wanted x, y and visibility of each "
                    "point, or a list for each point"
                )
            points = [points[start : start + 3] for start in range(0, len(points), 3)]
        poses.append([numbers_of(given, point, f"a point of pose {place}") for point in points])
    found = {"keypoints": poses, **columns(given, objects)}
    if given.side == "reference" and objects and all(one.get("bbox") is not None for one in objects):
        found["boxes"] = _rows(objects)
    return found


BOXES = two_sided(
    "boxes",
    box_columns,
    description="The objects of an image, each with `bbox`, `label` and, in a prediction, `score`; or columns `boxes`, "
    "`labels`, `scores`. The header's `box_format` explains the numbers (`xywh`). A prediction in words needs "
    "`box_scale`.",
)
BOXES_TEXT = two_sided(
    "boxes in words",
    _text_columns,
    box_columns,
    description="An answer in words: every group `[x1, y1, x2, y2]` is a box, and `name:` before it its label; or a "
    "JSON list of `bbox_2d` (or `bbox`, two corners) and `label`. `box_scale`, in the header or beside `text`, says "
    "whether the numbers are shares (1), thousandths (1000) or `pixels`. The reference as in `boxes`.",
)
BOX = two_sided(
    "box of an expression",
    _one_box,
    description="One box on either side, as in `boxes` or as four bare numbers; labels are passed over.",
)
BOX_UNION = two_sided(
    "area of boxes",
    _union,
    description="What the boxes of an image cover together, as in `boxes`; labels and scores are passed over.",
)
INSTANCES = two_sided(
    "instances",
    _instances,
    description="The objects of an image, each with `segmentation` (run lengths, polygons, or the path of a mask), "
    "`label` and, in a prediction, `score`; `size` of the image for polygons.",
    media=True,
)
KEYPOINTS = two_sided(
    "keypoints",
    _poses,
    description="The people of an image, each with `keypoints` (x, y, visibility of each point in turn), in a "
    "prediction `score`, and in the reference `area` and `bbox`. The header's `sigmas` are those of COCO where it is "
    "silent.",
)

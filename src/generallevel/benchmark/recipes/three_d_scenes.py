"""Scenes and renders: formats of 3D tasks whose items are boxes of driving scenes, or pictures of generated shapes.

Boxes are written as nuScenes writes them, with the names of its fields. The layouts are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.coco import read_nuscenes
from generallevel.benchmark.recipes.image_fields import Given, described, two_sided
from generallevel.benchmark.recipes.recipe import Format
from generallevel.benchmark.recipes.video_fields import CLIP_KEYS, Prompt, alone, clip_of, image_of, members_of
from generallevel.errors import InvalidInput, LengthMismatch

__all__ = ["FORMATS", "PICTURED_SHAPE", "PROMPTED_SHAPE", "SCENE_BOXES", "SCENE_TRACKS"]

RENDER_KEYS = ("renders", "views", *CLIP_KEYS)
PICTURE_KEYS = ("image", "images", "reference", "views", "file", "path")
EXAMPLE = '{"translation": [x, y, z], "detection_name": "car", "detection_score": 0.9}'
TRACKED = '{"translation": [x, y, z], "tracking_name": "car", "tracking_id": "7", "tracking_score": 0.9}'


def _boxes(value: Any, side: str, wanted: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(box, Mapping) for box in value):
        raise InvalidInput(f"the {side} has boxes {described(value)}; wanted a list of boxes such as {wanted}")
    return value


def _column(boxes: Sequence[Mapping[str, Any]], key: str, side: str, wanted: str) -> list[Any]:
    for place, box in enumerate(boxes):
        if box.get(key) is None:
            raise InvalidInput(f"box {place} of the {side} has no {key!r}; wanted boxes such as {wanted}")
    return [box[key] for box in boxes]


def _points(boxes: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """How many points were measured in each box, where all of them say it."""
    if not boxes or not all("num_pts" in box or "num_lidar_pts" in box for box in boxes):
        return {}
    return {
        "points": [
            box["num_pts"] if "num_pts" in box else box["num_lidar_pts"] + box.get("num_radar_pts", 0) for box in boxes
        ]
    }


def _results(given: Given) -> Mapping[str, Any]:
    """The boxes of each sample, from a file or from the JSON itself."""
    place = given
    if isinstance(given.value, str) or (isinstance(given.value, Mapping) and "results" not in given.value):
        place = given.under(("file", "path"), "the boxes of samples")
    value = place.value
    if isinstance(value, str):
        value = read_nuscenes(place.path("a nuScenes file"), limits=given.files.limits)
    if not isinstance(value, Mapping) or not isinstance(value.get("results"), Mapping):
        raise InvalidInput(
            f"the {given.side} is {described(value)}; wanted boxes by sample, as nuScenes has them: "
            '{"results": {"sample token": [...]}}'
        )
    results: Mapping[str, Any] = value["results"]
    return results


def _said_boxes(given: Given) -> dict[str, Any]:
    value = given.value
    if isinstance(value, Mapping) and "boxes" in value:
        value = value["boxes"]
    if not isinstance(value, list):
        results = _results(given)
        if len(results) != 1:
            raise LengthMismatch(f"the {given.side} has {len(results)} samples; wanted the boxes of one key frame")
        (value,) = results.values()
    boxes = _boxes(value, given.side, EXAMPLE)
    return {
        "centres": _centres(boxes, given.side, EXAMPLE),
        "labels": _column(boxes, "detection_name", given.side, EXAMPLE),
        "scores": _column(boxes, "detection_score", given.side, EXAMPLE),
    }


def _true_boxes(given: Given) -> dict[str, Any]:
    value = given.value
    if not isinstance(value, Mapping) or "boxes" not in value:
        raise InvalidInput(
            f"the {given.side} is {described(value)}; wanted the boxes of a key frame and the place of the vehicle: "
            '{"boxes": [...], "ego_translation": [x, y, z]}'
        )
    boxes = _boxes(value["boxes"], given.side, EXAMPLE)
    found: dict[str, Any] = {
        "centres": _centres(boxes, given.side, EXAMPLE),
        "labels": _column(boxes, "detection_name", given.side, EXAMPLE),
        **_points(boxes),
    }
    if value.get("ego_translation") is not None:
        found["ego"] = value["ego_translation"]
    return found


def _centres(boxes: Sequence[Mapping[str, Any]], side: str, wanted: str) -> Any:
    return _column(boxes, "translation", side, wanted) or np.empty((0, 3))


def _samples(given: Given) -> tuple[list[str], list[float], list[Any]]:
    """Token, time and place of the vehicle of each sample of a scene, from its reference."""
    output = given.item.output
    samples = output.get("samples") if isinstance(output, Mapping) else None
    if not isinstance(samples, list) or not samples or not all(isinstance(one, Mapping) for one in samples):
        raise InvalidInput(
            f"the reference is {described(output)}; wanted the samples of a scene in their order: "
            '{"samples": [{"token": "...", "timestamp": 0, "ego_translation": [x, y, z]}], "results": {...}}'
        )
    tokens = [str(one.get("token", place)) for place, one in enumerate(samples)]
    if len(set(tokens)) < len(tokens):
        raise InvalidInput("the reference has two samples of one token")
    times = [one.get("timestamp", place) for place, one in enumerate(samples)]
    return tokens, times, [one.get("ego_translation") for one in samples]


def _tracks(given: Given) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    tokens, times, _ = _samples(given)
    when = dict(zip(tokens, times, strict=True))
    frames: list[float] = []
    boxes: list[Mapping[str, Any]] = []
    for token, found in _results(given).items():
        if str(token) not in when:
            raise InvalidInput(
                f"the {given.side} has boxes of sample {token!r:.60}, which is none of the scene's samples"
            )
        boxes += _boxes(found, given.side, TRACKED)
        frames += [when[str(token)]] * len(found)
    columns = {
        "frames": frames,
        "centres": _centres(boxes, given.side, TRACKED),
        "labels": _column(boxes, "tracking_name", given.side, TRACKED),
        "ids": _column(boxes, "tracking_id", given.side, TRACKED),
    }
    return columns, boxes


def _said_tracks(given: Given) -> dict[str, Any]:
    columns, boxes = _tracks(given)
    return {**columns, "scores": _column(boxes, "tracking_score", given.side, TRACKED)}


def _true_tracks(given: Given) -> dict[str, Any]:
    columns, boxes = _tracks(given)
    _, times, places = _samples(given)
    ego = {"ego": places} if all(place is not None for place in places) else {}
    return {**columns, "times": times, **ego, **_points(boxes)}


def _views(given: Given) -> list[NDArray[Any]]:
    return list(clip_of(given.under(RENDER_KEYS, "renders of a shape")))


def _pictures(given: Given) -> Any:
    """The picture that a shape was made from: in the output, or else in the input."""
    value = given.value if given.value else given.item.input
    return members_of(given.but(value), PICTURE_KEYS, image_of)


SCENE_BOXES = two_sided(
    "scene boxes",
    _said_boxes,
    _true_boxes,
    description="The boxes of one key frame with the field names of nuScenes: a list with `translation`, "
    "`detection_name` and `detection_score`, or a submission file of one sample; the reference is `boxes` and "
    "`ego_translation`, and a box may say `num_pts`.",
)
SCENE_TRACKS = two_sided(
    "scene tracks",
    _said_tracks,
    _true_tracks,
    description="The tracks of one scene with the field names of nuScenes: `results`, the boxes of each sample token "
    "with `translation`, `tracking_id`, `tracking_name` and `tracking_score`, or a submission file; the reference has "
    "`samples` as well, each with `token`, `timestamp` and `ego_translation`.",
)
PROMPTED_SHAPE = Format(
    "renders with prompt",
    alone("", _views, description="").prediction,
    Prompt(),
    "Renders of a generated shape, a folder or a list of pictures, against the text in the input, under `prompt`.",
    media=True,
)
PICTURED_SHAPE = two_sided(
    "renders with picture",
    _views,
    _pictures,
    description="Renders of a generated shape, a folder or a list of pictures, against the picture that it was made "
    "from, under `image` in the output or in the input.",
    media=True,
)
FORMATS = (SCENE_BOXES, SCENE_TRACKS, PROMPTED_SHAPE, PICTURED_SHAPE)

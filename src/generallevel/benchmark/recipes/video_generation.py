"""Generated clips: formats of video tasks that a network, a detector or people judge.

Features come out of the clip by an extractor of the user's, or values that were computed elsewhere come in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.arrays import read_array
from generallevel.benchmark.media.flow import read_flow
from generallevel.benchmark.recipes.answer_fields import kept
from generallevel.benchmark.recipes.image_fields import ARRAYS, Given, described, two_sided
from generallevel.benchmark.recipes.recipe import Format, Item
from generallevel.benchmark.recipes.video_fields import Prompt, alone, clip_of, image_of, members_of
from generallevel.benchmark.recipes.video_frames import FLOW_KEYS
from generallevel.errors import InvalidInput, ShapeMismatch

__all__ = [
    "CLIP",
    "CLIP_FLOW",
    "CLIP_SET",
    "FORMATS",
    "OUTCOMES",
    "PARTS_OF_QUALITY",
    "PROMPTED_CLIP",
    "STYLED_CLIP",
    "TRANSLATED_CLIP",
    "VERDICTS",
    "frame_ratings",
    "outcomes",
    "parts_of_quality",
    "verdicts",
]

RATING_KEYS = ("ratings", "values", "scores", "frames")
STYLE_KEYS = ("style_images", "style_image", "style", "reference", "image", "images", "file", "path")
OUTCOME_KEYS = ("ratings", "rating", "outcome", "outcomes")


def _views(given: Given) -> list[NDArray[Any]]:
    return list(clip_of(given))


def _clips(given: Given) -> Any:
    return members_of(given, ("videos", "clips", "video", "frame_dir", "folder", "file", "path"), clip_of)


def _styles(given: Given) -> Any:
    """The images whose style was asked for, from the output, or from the input where the output has none."""
    for value in (given.value, given.item.input):
        if isinstance(value, Mapping) and not set(STYLE_KEYS) & set(value):
            continue
        if value:
            return members_of(given.but(value), STYLE_KEYS, image_of)
    raise InvalidInput(f"neither output nor input has an image of the style; wanted a file under {STYLE_KEYS[1]!r}")


def _prompts(item: Item) -> dict[str, str]:
    return {name: Prompt((f"{name}_prompt", name))(_texts(item)) for name in ("source", "target")}


def _texts(item: Item) -> Item:
    if not isinstance(item.input, Mapping) and not isinstance(item.output, Mapping):
        raise InvalidInput(
            f"the input is {described(item.input)}; wanted {{'source_prompt': text, 'target_prompt': text}}"
        )
    return item


def _flows(given: Given) -> NDArray[Any]:
    place = given.under(FLOW_KEYS, "the flow of a clip")
    limits = place.files.limits
    if not isinstance(place.value, list):
        path = place.path("the flow of a clip")
        array = path.suffix.lower() in ARRAYS
        return read_array(path, limits=limits) if array else read_flow(path, limits=limits)[0][None]
    if not 0 < len(place.value) <= limits.frames:
        raise InvalidInput(f"the {given.side} is a list of {len(place.value)} fields of flow; wanted one at least")
    fields = [read_flow(place.but(name).path("a field of flow"), limits=limits)[0] for name in place.value]
    if len({field.shape for field in fields}) > 1:
        raise ShapeMismatch(f"the {given.side} has fields of flow of several sizes: they are of one clip")
    return np.stack(fields)


def frame_ratings(item: Item) -> list[float]:
    """The rating of each frame of one clip, as a network gave them elsewhere; one number is that of one frame.

    Raises
    ------
    InvalidInput
        If they are no numbers.
    """
    value = kept(item.prediction, RATING_KEYS, "the rating")
    ratings = value if isinstance(value, list) else [value]
    for one in ratings:
        if isinstance(one, bool) or not isinstance(one, int | float):
            raise InvalidInput(f"a rating is {described(one)}; wanted a number for each frame")
    return [float(one) for one in ratings]


def verdicts(item: Item) -> list[bool]:
    """For each frame of one clip, whether it shows all that was asked for.

    Raises
    ------
    InvalidInput
        If one is neither true nor false, nor 1 or 0.
    """
    value = kept(item.prediction, RATING_KEYS, "the verdict")
    found = value if isinstance(value, list) else [value]
    for one in found:
        if not isinstance(one, bool | int) or one not in (0, 1):
            raise InvalidInput(f"a verdict is {described(one)}; wanted true or false for each frame")
    return [bool(one) for one in found]


def outcomes(item: Item) -> Any:
    """What people said of one comparison: won, tied or lost; one, several, or by person."""
    if isinstance(item.prediction, Mapping) and set(OUTCOME_KEYS).isdisjoint(item.prediction):
        return dict(item.prediction)
    return kept(item.prediction, OUTCOME_KEYS, "the outcome")


def parts_of_quality(item: Item) -> dict[str, Any]:
    """The parts of the quality of one clip, each a fraction: subject, text or background, smoothness and motion.

    Raises
    ------
    InvalidInput
        If it is no mapping.
    """
    value = item.prediction
    if isinstance(value, Mapping) and isinstance(value.get("ratings"), Mapping):
        value = value["ratings"]
    if not isinstance(value, Mapping):
        raise InvalidInput(
            f"the prediction is {described(value)}; wanted the four parts as fractions: "
            '{"subject": 0.95, "text": 0.25, "smoothness": 0.98, "motion": 0.22}'
        )
    return dict(value)


CLIP = alone(
    "clip",
    clip_of,
    description="A generated clip: a folder of frames, a video file, or a list of frame files; alone, or under "
    "`video`, `frames` or `frame_dir`. Nothing it could be compared with.",
)
PROMPTED_CLIP = Format(
    "prompted clip",
    alone("", _views, description="").prediction,
    Prompt(("style_prompt", "prompt", "text", "caption")),
    "A generated clip, as in `clip`, against the text that was asked for: `prompt` in the input, or `style_prompt` "
    "where the style alone counts.",
    media=True,
)
STYLED_CLIP = two_sided(
    "styled clip",
    _views,
    _styles,
    description="A generated clip, as in `clip`, against one image of the style that was asked for or several, under "
    "`style_image` or `style_images` in the output or in the input.",
    media=True,
)
TRANSLATED_CLIP = Format(
    "translated clip",
    alone("", clip_of, description="").prediction,
    _prompts,
    "A clip, as in `clip`, against `source_prompt` and `target_prompt` in the input.",
    documented=True,
    media=True,
)
CLIP_SET = two_sided(
    "set of clips",
    _clips,
    description="Members of two sets: a generated clip or a list of several in the prediction, and a real one or "
    "several in the output; a clip is a folder of frames or a video file. The two sets need not be equally large.",
    media=True,
)
CLIP_FLOW = alone(
    "flow of a clip",
    _flows,
    description="The flow between neighbouring frames of a generated clip, estimated elsewhere: a list of `.flo` files "
    "in order, or one `.npy` file of shape (pairs, H, W, 2).",
)
VERDICTS = Format(
    "verdicts on frames",
    verdicts,
    None,
    "Under `ratings`, for each frame of a clip whether it shows all that was asked for: true or false.",
)
OUTCOMES = Format(
    "outcomes of comparisons",
    outcomes,
    None,
    "Under `ratings`, what people said of one comparison: `won`, `tied` or `lost`; a list, or by person.",
)
PARTS_OF_QUALITY = Format(
    "parts of quality",
    parts_of_quality,
    None,
    "The parts of the quality of one clip, measured elsewhere, each a fraction: `subject`, `text` or `background`, "
    "`smoothness` and `motion`.",
)
FORMATS = (
    *(CLIP, PROMPTED_CLIP, STYLED_CLIP, TRANSLATED_CLIP, CLIP_SET, CLIP_FLOW),
    *(VERDICTS, OUTCOMES, PARTS_OF_QUALITY),
)

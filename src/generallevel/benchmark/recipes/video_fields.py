"""Fields of clips: where frames, images, fields of flow and prompts stand in the JSON of an item.

A clip is a folder of frames, in the natural order of their names; a video file; or a list of frame files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.image import read_image
from generallevel.benchmark.media.video import read_frames
from generallevel.benchmark.recipes.image_fields import Given, Side, described, two_sided
from generallevel.benchmark.recipes.recipe import Format, Item
from generallevel.errors import InvalidInput, ShapeMismatch, UnsafeFile

__all__ = ["CLIP_KEYS", "Prompt", "alone", "clip_of", "documented", "image_of", "members_of", "named_place"]

CLIP_KEYS = ("frames", "video", "frame_dir", "pred_dir", "gt_dir", "video_folder", "folder", "file", "path")
PROMPT_KEYS = ("prompt", "text", "caption", "instruction")
WANTED = "a clip, which is a folder of frames, a video file or a list of frame files"


def documented(
    name: str,
    prediction: Callable[[Given], Any],
    reference: Callable[[Given], Any] | None = None,
    *,
    description: str,
    media: bool = True,
) -> Format:
    """A format whose reference side is laid out as the released code reads it; see `two_sided`."""
    return replace(two_sided(name, prediction, reference, description=description, media=media), documented=True)


def alone(name: str, prediction: Callable[[Given], Any], *, description: str, media: bool = True) -> Format:
    """A format of predictions without references."""
    return Format(name, Side(prediction, "prediction"), None, description, media=media)


def named_place(given: Given, what: str) -> Path:
    """The file or the folder that a value names.

    Raises
    ------
    InvalidInput, UnsafeFile
        If it names neither, or one that may not be opened.
    """
    if not isinstance(given.value, str):
        raise InvalidInput(f"the {given.side} is {described(given.value)}; wanted {what}: a relative path")
    try:
        return given.files.path(given.value, folder=True)
    except UnsafeFile:  # a file, or a name that is refused as a file too
        return given.files.path(given.value)


def image_of(given: Given) -> NDArray[Any]:
    """One image, shape (H, W) or (H, W, 3)."""
    place = given.under(("image", "file", "path"), "an image")
    return read_image(place.path("an image"), drop_alpha=True, limits=given.files.limits)


def clip_of(given: Given) -> NDArray[np.uint8]:
    """The frames of a clip, uint8, shape (frames, H, W, 3).

    Raises
    ------
    InvalidInput
        If the value is no clip, or one without a frame.
    ShapeMismatch
        If its frames differ in size or depth.
    UnsafeFile
        If they take more memory than the limits allow.
    """
    place = given.under(CLIP_KEYS, WANTED)
    limits = place.files.limits
    if not isinstance(place.value, list):
        return read_frames(named_place(place, WANTED), limits=limits)
    if not 0 < len(place.value) <= limits.frames:
        raise InvalidInput(f"the {given.side} is a list of {len(place.value)} frames; wanted 1 to {limits.frames:,}")
    frames: list[NDArray[Any]] = []
    for name in place.value:
        frame = image_of(place.but(name))
        frames.append(frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, axis=2))
        if frames[-1].shape != frames[0].shape or frame.dtype != np.uint8:
            raise ShapeMismatch(
                f"frame {name!r:.60} of the {given.side} is {frame.dtype} of shape {frames[-1].shape}; wanted uint8 of "
                f"shape {frames[0].shape}, as the first has"
            )
        if len(frames) * frames[0].nbytes > limits.array_bytes:
            raise UnsafeFile(f"the {given.side} has more than {limits.array_bytes:,} bytes of frames")
    return np.stack(frames)


def members_of(given: Given, keys: tuple[str, ...], read: Callable[[Given], Any]) -> Any:
    """One member of a set, or a list of several that stand under one id.

    Parameters
    ----------
    given : Given
        A value, a list of values, or a mapping that holds either under a key.
    keys : tuple of str
        The keys.
    read : callable
        From a `Given` to a member.

    Raises
    ------
    InvalidInput
        If there is none.
    """
    place = given.under(keys, "a file, or a list of files")
    if not isinstance(place.value, list):
        return read(place)
    if not place.value:
        raise InvalidInput(f"the {given.side} is an empty list; wanted one file at least")
    return [read(place.but(one)) for one in place.value]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text that was asked for, in the input of an item, or in its output.

    Attributes
    ----------
    keys : tuple of str
        Where it may stand; the first one there counts.
    """

    keys: tuple[str, ...] = PROMPT_KEYS

    def __call__(self, item: Item) -> str:
        """The text. Raises `InvalidInput` where there is none."""
        for part in (item.input, item.output):
            found = part
            if isinstance(part, Mapping):
                found = next((part[key] for key in self.keys if part.get(key) is not None), None)
            if isinstance(found, str) and found.strip():
                return found
        raise InvalidInput(
            f"neither input nor output says what was asked for; wanted a text, alone or under {', '.join(self.keys)}"
        )

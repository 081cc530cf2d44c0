"""Frames against frames: formats of video tasks whose items are clips, fields of flow or maps of depth.

Where a metric takes one frame, both sides of an item are the `Parts` of a clip, which pair in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.depth import read_depth
from generallevel.benchmark.media.flow import read_flow
from generallevel.benchmark.recipes.image_fields import Given
from generallevel.benchmark.recipes.video_fields import clip_of, documented
from generallevel.errors import InvalidInput, ShapeMismatch, UnsafeFile
from generallevel.tallies import Parts

__all__ = ["CLIP_DEPTH", "FLOW", "FLOW_KEYS", "FORMATS", "GREY_CLIPS", "PAIRED_CLIPS"]

FLOW_KEYS = ("flow", "flows", "file", "path")
DEPTH_KEYS = ("depth", "disparity", "file", "path")
DEPTH_FOLDER = "depth"  # beside the annotation file, where the released code looks
ON_ABOVE = 128  # the grey level above which the released code takes a pixel of a mask for foreground
BYTE = 255


def _reference_clip(given: Given) -> Given:
    """Where the reference clip stands: in the output, or as ``gt_dir`` in the input, as the released code has it."""
    if not given.value and isinstance(given.item.input, Mapping) and "gt_dir" in given.item.input:
        return given.but(given.item.input["gt_dir"])
    return given


def _frames(given: Given) -> Parts:
    return Parts(tuple(clip_of(given)))


def _true_frames(given: Given) -> Parts:
    return _frames(_reference_clip(given))


def _grey(given: Given) -> NDArray[np.uint8]:
    clip = clip_of(given)
    if (clip != clip[..., :1]).any():
        raise InvalidInput(f"the {given.side} holds frames in colour; wanted grey maps")
    return clip[..., 0]


def _maps(given: Given) -> Parts:
    return Parts(tuple(frame / float(BYTE) for frame in _grey(given)))


def _foregrounds(given: Given) -> Parts:
    clip = _grey(_reference_clip(given))
    return Parts(tuple(clip > (0 if clip.max() <= 1 else ON_ABOVE)))


def _field(given: Given) -> NDArray[Any]:
    place = given.under(FLOW_KEYS, "a field of flow")
    return read_flow(place.path("a field of flow"), limits=place.files.limits)[0]


def _true_field(given: Given) -> Any:
    place = given.under(FLOW_KEYS, "a field of flow")
    flow, valid = read_flow(place.path("a field of flow"), limits=place.files.limits)
    return flow if valid is None else {"flow": flow, "valid": valid}


def _depth(given: Given) -> NDArray[np.float64]:
    place = given.under(DEPTH_KEYS, "the depth of a clip")
    try:
        path = place.path("the depth of a clip")
    except InvalidInput as slip:
        if isinstance(slip, UnsafeFile) or not isinstance(place.value, str):
            raise
        path = place.but(f"{DEPTH_FOLDER}/{place.value}").path("the depth of a clip")
    depth = read_depth(path, place.item.header.get("depth_key"), limits=place.files.limits)
    flat = depth[:, 0] if depth.ndim == 4 and depth.shape[1] == 1 else depth
    if flat.ndim != 3:
        raise ShapeMismatch(
            f"the {given.side} has shape {depth.shape}; wanted the depth of a clip, (frames, 1, H, W) or (frames, H, W)"
        )
    return flat


PAIRED_CLIPS = documented(
    "paired clips",
    _frames,
    _true_frames,
    description="Two clips of the same frames in the same order: on either side a folder of frames, a video file, or a "
    "list of frame files; alone, or under `frames`, `video`, `frame_dir`, `pred_dir` or `gt_dir`. Frames pair in the "
    "natural order of their names.",
)
GREY_CLIPS = documented(
    "grey clips",
    _maps,
    _foregrounds,
    description="A clip of grey maps, whose levels 0 to 255 are 0 to 1, against a clip of masks, in which a level "
    "above 128 is foreground (or 1, in masks of 0 and 1). Laid out as `paired clips`.",
)
FLOW = documented(
    "flow",
    _field,
    _true_field,
    description="The flow from one frame to the next: a Middlebury `.flo` file or a KITTI PNG of 16 bits, alone or "
    "under `flow`. Vectors that a KITTI reference marks as unknown do not count.",
)
CLIP_DEPTH = documented(
    "clip depth",
    _depth,
    description="The depth of each frame: an `.npz` file whose key `disparity` holds (frames, 1, H, W), or an `.npy` "
    "file. A name that is not there is looked for in `depth/`. The header may name another `depth_key`.",
)
FORMATS = (PAIRED_CLIPS, GREY_CLIPS, FLOW, CLIP_DEPTH)

"""Maps of an image: formats in which every pixel has a value.

Objects: masks, label maps, heat maps, alpha mattes, depth maps and panoptic segmentations. All of these layouts are
ours: General-Bench documents none for images.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.arrays import read_array
from generallevel.benchmark.media.depth import read_depth
from generallevel.benchmark.media.image import read_grey, read_labels, read_mask, read_panoptic
from generallevel.benchmark.media.masks import decode_mask
from generallevel.benchmark.recipes.image_fields import ARRAYS, FILE_KEYS, Given, described, two_sided
from generallevel.errors import InvalidInput, ShapeMismatch

__all__ = ["DEPTH", "HEAT_MAP", "LABEL_MAP", "MASK", "MATTE", "PANOPTIC", "STEPS", "mask_of"]

STEPS = 1 << 16
"""Bins over [0, 1] that keep every value of 8-bit and 16-bit maps apart."""

MASK_KEYS = ("mask", "segmentation", "rle", "polygons", *FILE_KEYS)


def mask_of(given: Given, size: tuple[int, int] | None) -> NDArray[np.bool_]:
    """A mask, bool of shape (H, W), from an image or array file, COCO run lengths or polygons.

    Parameters
    ----------
    given : Given
        The mask itself.
    size : (int, int) or None
        Height and width of its image, where they are known; polygons need them.

    Raises
    ------
    InvalidInput
        If it is none of these.
    """
    value = given.value
    if isinstance(value, str):
        cut = given.item.header.get("mask_threshold")
        return read_mask(given.path("a mask"), size, threshold=cut, limits=given.files.limits)
    if not isinstance(value, Mapping | list):
        raise InvalidInput(
            f"the {given.side} is {described(value)}; wanted a mask: the path of an image, COCO run lengths "
            '{"size": [H, W], "counts": ...}, or polygons [[x, y, x, y, ...], ...]'
        )
    return decode_mask(value, size, limits=given.files.limits)


def _mask(given: Given) -> NDArray[np.bool_]:
    coded = isinstance(given.value, Mapping) and "counts" in given.value
    return mask_of(given if coded else given.under(MASK_KEYS, "a mask"), given.size())


def _labels(given: Given) -> NDArray[Any]:
    header = given.item.header
    if header.get("num_classes", 2) == 2 and header.get("ignore_index") is None:
        return _mask(given)
    place = given.under(("labels", "label_map", *MASK_KEYS), "a label map")
    return read_labels(place.path("a label map"), colours=header.get("colours"), limits=given.files.limits)


def _unit(path: Path, given: Given) -> NDArray[np.float64]:
    """A grey map with its full range brought to [0, 1]; an array as it is."""
    if path.suffix.lower() in ARRAYS:
        return np.asarray(read_array(path, limits=given.files.limits))
    grey = read_grey(path, limits=given.files.limits)
    return grey / float(np.iinfo(grey.dtype).max)


def _heat(given: Given) -> NDArray[np.float64]:
    place = given.under(("heat_map", "score_map", "anomaly_map", "map", *FILE_KEYS), "a map of scores")
    return _unit(place.path("a map of scores"), given)


def _matte(given: Given) -> NDArray[np.float64]:
    place = given.under(("alpha", "matte", *FILE_KEYS), "an alpha matte")
    return _unit(place.path("an alpha matte"), given)


def _true_matte(given: Given) -> Any:
    alpha = _matte(given)
    if not isinstance(given.value, Mapping) or given.value.get("trimap") is None:
        return alpha
    trimap = given.but(given.value["trimap"]).path("a trimap")
    return {"alpha": alpha, "trimap": read_grey(trimap, limits=given.files.limits)}


def _depth(given: Given) -> NDArray[np.float64]:
    path = given.under(("depth", *FILE_KEYS), "a depth map").path("a depth map")
    header = given.item.header
    depth = read_depth(path, header.get("depth_key"), scale=header.get("depth_scale", 1.0), limits=given.files.limits)
    flat = depth.reshape(depth.shape[-2:]) if depth.ndim > 2 and depth.size == np.prod(depth.shape[-2:]) else depth
    if flat.ndim != 2:
        raise ShapeMismatch(f"the {given.side} has shape {depth.shape}; wanted one depth map, shape (H, W)")
    return flat


def _panoptic(given: Given) -> dict[str, Any]:
    value = given.value
    if not isinstance(value, Mapping) or not isinstance(value.get("segments_info"), list):
        raise InvalidInput(
            f"the {given.side} is {described(value)}; wanted a COCO panoptic annotation: "
            '{"file_name": "1.png", "segments_info": [{"id": 7, "category_id": 3}, ...]}'
        )
    infos = value["segments_info"]
    for info in infos:
        whole = isinstance(info, Mapping) and all(type(info.get(key)) is int for key in ("id", "category_id"))
        if not whole:
            raise InvalidInput(
                f"an entry of segments_info is {described(info)}; wanted "
                '{"id": 7, "category_id": 3}, whole numbers, with "iscrowd" where it is a crowd'
            )
    path = given.under(FILE_KEYS, "the picture of its segments").path("the picture of its segments")
    return {"ids": read_panoptic(path, limits=given.files.limits), "segments_info": infos}


MASK = two_sided(
    "mask",
    _mask,
    description="One foreground: a PNG of 0 and one other value, or an array file, COCO run lengths or polygons on "
    "either side, alone or under `mask`. Soft masks need `mask_threshold` in the header, a share of full range.",
    media=True,
)
LABEL_MAP = two_sided(
    "label map",
    _labels,
    description="The class of each pixel: an 8-bit or 16-bit grey or palette PNG, or an array file, alone or under "
    "`labels`. The header says `num_classes`, `background` and `ignore_index`; with two classes and nothing to ignore "
    "it is read as a mask.",
    media=True,
)
HEAT_MAP = two_sided(
    "heat map",
    _heat,
    _mask,
    description="The score of each pixel against a mask: a grey PNG of 8 or 16 bits, whose full range is 0 to 1, or an "
    "array file, under `heat_map`; the reference as in `mask`.",
    media=True,
)
MATTE = two_sided(
    "matte",
    _matte,
    _true_matte,
    description="Alpha: a grey PNG of 8 or 16 bits, whose full range is 0 to 1, or an array file, under `alpha`; the "
    "reference may have a `trimap` beside it, which counts where the header says `region`: `unknown`.",
    media=True,
)
DEPTH = two_sided(
    "depth map",
    _depth,
    description="The distance of each pixel: a 16-bit PNG or an array file, both sides in the header's `unit`, of "
    "which the numbers of a PNG hold `depth_scale` (1); pixels of 0 in the reference are not measured.",
    media=True,
)
PANOPTIC = two_sided(
    "panoptic",
    _panoptic,
    description="A COCO panoptic annotation on either side: `file_name`, a PNG whose colours are the segments' ids, "
    "and `segments_info`, their classes.",
    media=True,
)

"""Synthetic tasks whose answers are maps: masks, label maps, heat maps, mattes, depth and panoptic segmentations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.masks import encode_mask
from generallevel.testing.synthetic.image_files import Parts, listed, saved, side_of
from generallevel.testing.synthetic.sample import Maker, Order, Sample

__all__ = ["MAKERS"]

WHITE = 255
QUESTION = {"question": "What is where in the image?"}


def _mask(order: Order) -> Sample:
    """Of a rectangle the left half is found: every overlap is 1/2."""
    side = side_of(order)

    def item(place: int) -> Parts:
        top, left = order.rng.integers(0, side // 2, 2)
        width = 2 * int(order.rng.integers(1, side // 4 + 1))
        there = np.zeros((side, side), dtype=np.uint8)
        there[top : top + side // 2, left : left + width] = WHITE
        found = there.copy()
        found[:, left + width // 2 :] = 0
        output = {"mask": saved(order.folder, f"masks/{place}.png", there)}
        perfect = saved(order.perfect, f"masks/{place}.png", there) if place % 2 else encode_mask(there > 0)
        return QUESTION, output, perfect, saved(order.corrupted, f"masks/{place}.png", found)

    return listed(order, item, 1 / 2, kind="segmentation")


def _label_map(order: Order) -> Sample:
    """Four quarters of one class each; of the last one half is taken for the background, class 0."""
    side = side_of(order)
    middle = side // 2
    there = np.zeros((side, side), dtype=np.uint8)
    there[:middle, middle:], there[middle:, :middle], there[middle:, middle:] = 1, 2, 3
    found = there.copy()
    found[side - side // 4 :, middle:] = 0
    there[0] = WHITE  # which does not count

    def item(place: int) -> Parts:
        output = {"labels": saved(order.folder, f"labels/{place}.png", there)}
        perfect = saved(order.perfect, f"labels/{place}.png", there)
        return QUESTION, output, perfect, saved(order.corrupted, f"labels/{place}.png", found)

    header = {"num_classes": 4, "background": 0, "ignore_index": WHITE}
    return listed(order, item, (1 + 1 + 1 / 2) / 3, kind="semantic segmentation", **header)


def _heat_maps(order: Order, corrupted_value: float) -> Sample:
    """A quarter of the pixels is defective; half of them are found, and the others rank with everything else."""
    side = side_of(order)
    defect = np.zeros((side, side), dtype=np.uint8)
    defect[:, : side // 4] = WHITE
    found = np.full((side, side), 40, dtype=np.uint16)
    found[: side // 2, : side // 4] = 60_000

    def item(place: int) -> Parts:
        scores = order.rng.integers(0, 120, defect.shape, dtype=np.uint8) + (defect > 0) * np.uint8(130)
        output = {"mask": saved(order.folder, f"defects/{place}.png", defect)}
        perfect = saved(order.perfect, f"maps/{place}.png", scores)
        return QUESTION, output, perfect, {"heat_map": saved(order.corrupted, f"maps/{place}.png", found)}

    return listed(order, item, corrupted_value, kind="anomaly detection")


def _precision(order: Order) -> Sample:
    """Half of the recall comes at precision 1, and half at the share of defects, 1/4."""
    return _heat_maps(order, 1 / 2 * 1 + 1 / 2 * 1 / 4)


def _roc(order: Order) -> Sample:
    """Half of the positives beat every negative, and half are level with all of them."""
    return _heat_maps(order, 1 / 2 * 1 + 1 / 2 * 1 / 2)


OFFSET = 51  # grey levels: 51 / 255 = 1 / 5


def _mattes(order: Order, corrupted_value: float) -> Sample:
    """Every alpha is 1/5 too high."""
    side = side_of(order)

    def item(place: int) -> Parts:
        alpha = order.rng.integers(0, WHITE - OFFSET + 1, (side, side), dtype=np.uint8)
        output = {"alpha": saved(order.folder, f"mattes/{place}.png", alpha)}
        perfect = saved(order.perfect, f"mattes/{place}.png", alpha)
        return QUESTION, output, perfect, saved(order.corrupted, f"mattes/{place}.png", alpha + np.uint8(OFFSET))

    return listed(order, item, corrupted_value, kind="matting")


def _sad(order: Order) -> Sample:
    """In thousands of pixels."""
    return _mattes(order, side_of(order) ** 2 * (1 / 5) / 1000)


def _mse(order: Order) -> Sample:
    """In thousandths."""
    return _mattes(order, (1 / 5) ** 2 * 1000)


def _depth(order: Order) -> Sample:
    """Every depth is 1/4 metre too far, and the score is in centimetres; one pixel has no depth."""
    side = side_of(order)

    def item(place: int) -> Parts:
        depth = order.rng.integers(1000, 8000, (side, side)).astype(np.uint16)
        depth[0, 0] = 0
        output = {"depth": saved(order.folder, f"depth/{place}.png", depth)}
        perfect = saved(order.perfect, f"depth/{place}.png", depth)
        metres = depth / 1000 + 1 / 4
        (order.corrupted / "depth").mkdir(parents=True, exist_ok=True)
        np.savez(order.corrupted / f"depth/{place}.npz", depth=metres)
        return QUESTION, output, perfect, f"depth/{place}.npz"

    return listed(order, item, 100 / 4, kind="depth estimation", unit="m", depth_scale=1000)


ROAD, CAR = 7, 26  # of Cityscapes, whose classes the recipe takes where the header says none
CARS = (CAR * 1000, CAR * 1000 + 1)


def _panoptic(order: Order) -> Sample:
    """The road is found and one of two cars: (1 + 1 / (1 + 1/2)) / 2."""
    side = side_of(order)
    middle = side // 2
    ids = np.full((side, side), ROAD)
    ids[middle:, :middle], ids[middle:, middle:] = CARS
    found = np.where(ids == CARS[1], 0, ids)
    infos = [{"id": ROAD, "category_id": ROAD}, *({"id": one, "category_id": CAR} for one in CARS)]

    def item(place: int) -> Parts:
        name = f"panoptic/{place}.png"
        output = {"file_name": saved(order.folder, name, _coloured(ids)), "segments_info": infos}
        perfect = {"file_name": saved(order.perfect, name, _coloured(ids)), "segments_info": infos}
        corrupted = {"file_name": saved(order.corrupted, name, _coloured(found)), "segments_info": infos[:2]}
        return QUESTION, output, perfect, corrupted

    return listed(order, item, (1 + 1 / (1 + 1 / 2)) / 2, kind="panoptic segmentation")


def _coloured(ids: NDArray[Any]) -> NDArray[np.uint8]:
    """Ids as COCO's pictures have them: red + 256 green + 65536 blue."""
    return np.stack([ids % 256, ids // 256 % 256, ids // 65536], axis=-1).astype(np.uint8)


MAKERS: dict[Any, Maker] = {
    "mask": _mask,
    "label map": _label_map,
    "heat map": _precision,
    ("heat map", "roc_auc"): _roc,
    "matte": _sad,
    ("matte", "mse"): _mse,
    "depth map": _depth,
    "panoptic": _panoptic,
}

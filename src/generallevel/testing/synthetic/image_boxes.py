"""Synthetic tasks whose answers are objects: boxes, instances and poses."""

from __future__ import annotations

from typing import Any

import numpy as np

from generallevel.benchmark.media.masks import encode_mask
from generallevel.testing.synthetic.image_files import Parts, half, listed, saved, side_of
from generallevel.testing.synthetic.sample import Maker, Order, Sample

__all__ = ["MAKERS"]

QUESTION = {"question": "Where are the objects?"}
SHARE = 8  # of 10 rows: an overlap of 0.8


def _boxes(order: Order) -> Sample:
    """Three classes. Cars overlap by 0.8; dogs are missed; each cat is found below a surer false alarm."""

    def item(_place: int) -> Parts:
        x, y = order.rng.integers(0, 200, 2).tolist()
        car, dog, cat = [x, y, 10, 10], [x + 20, y, 10, 20], [x, y + 30, 30, 10]
        output = [{"bbox": box, "label": label} for box, label in ((car, "Car"), (dog, "Dog"), (cat, "Cat"))]
        perfect = {"boxes": [car, dog, cat], "labels": ["car", "dog", "cat"], "scores": [0.9, 0.8, 0.7]}
        corrupted = [
            {"bbox": [x, y, 10, SHARE], "label": "car", "score": 0.9},
            {"bbox": [x + 500, y, 30, 10], "label": "cat", "score": 0.8},
            {"bbox": cat, "label": "cat", "score": 0.5},
        ]
        return QUESTION, output, perfect, corrupted

    return listed(order, item, (1 + 0 + 1 / 2) / 3, kind="object detection")


def _boxes_in_words(order: Order) -> Sample:
    """Every answer has the right box and a wrong one, and none is surer: precision is 1/2 at every recall."""

    def item(_place: int) -> Parts:
        left, top = (2 * order.rng.integers(0, 200, 2)).tolist()
        right, bottom = left + 100, top + 100  # thousandths of an image of 1000 x 500 pixels
        output = {"objects": [{"bbox": [left, top / 2, 100, 50]}]}
        box, wrong = [left, top, right, bottom], [left + 400, top, right + 400, bottom]
        return QUESTION, output, f"There is one: {box}.", f"There are two.\n- gun: {box}\n- gun: {wrong}"

    header: dict[str, Any] = {"classes": ["gun"], "box_scale": 1000, "size": [500, 1000]}
    return listed(order, item, 1 / 2, kind="object detection", **header)


def _box(order: Order) -> Sample:
    """In half of the images another place is shown."""
    wrong = half(order.n)

    def item(place: int) -> Parts:
        box = [*order.rng.integers(0, 200, 2).tolist(), 40, 20]
        corners = [box[0], box[1], box[0] + 40, box[1] + 20]
        said = {"text": f"It is at {corners}.", "box_scale": "pixels"}
        elsewhere = [box[0] + 300, *box[1:]]
        return {"expression": "the one on the left"}, {"bbox": box}, said, elsewhere if place < wrong else box

    return listed(order, item, (order.n - wrong) / order.n, kind="visual grounding")


def _area(order: Order) -> Sample:
    """Of two boxes of one size one is found: 2 * 1 / (1 + 2)."""

    def item(_place: int) -> Parts:
        x, y = order.rng.integers(0, 200, 2).tolist()
        boxes = [[x, y, 12, 8], [x + 50, y, 8, 12]]
        return QUESTION, {"boxes": boxes}, {"boxes": boxes}, boxes[:1]

    return listed(order, item, 2 * 1 / (1 + 2), kind="object detection")


def _instances(order: Order) -> Sample:
    """Two classes. People are found; of each car a quarter is, which is too little."""
    side = side_of(order)
    middle = side // 2

    def item(place: int) -> Parts:
        person, car, part = (np.zeros((side, side), dtype=bool) for _ in range(3))
        top = int(order.rng.integers(0, middle))
        person[top : top + middle, : side // 4] = True
        car[top : top + middle, middle:] = True
        part[top : top + middle, middle : middle + side // 8] = True
        drawn = saved(order.folder, f"instances/{place}.png", person.astype(np.uint8) * np.uint8(255))
        output = [{"segmentation": drawn, "label": "person"}, {"segmentation": encode_mask(car), "label": "car"}]
        perfect, corrupted = (
            [
                {"segmentation": encode_mask(person), "label": "person", "score": 0.9},
                {"segmentation": encode_mask(second), "label": "car", "score": 0.8},
            ]
            for second in (car, part)
        )
        return QUESTION, output, perfect, corrupted

    return listed(order, item, (1 + 0) / 2, kind="instance segmentation")


POINTS = 17  # of COCO


def _keypoints(order: Order) -> Sample:
    """Each pose is found below a surer one where nobody is: precision is 1/2 at every recall."""

    def item(_place: int) -> Parts:
        points = order.rng.integers(0, 100, (POINTS, 2))
        marked = np.column_stack([points, np.full(POINTS, 2)])
        away = np.column_stack([points + 1000, np.full(POINTS, 2)])
        output = [{"keypoints": marked.ravel().tolist(), "area": 10_000, "bbox": [0, 0, 100, 100]}]
        found = {"keypoints": marked.ravel().tolist(), "score": 0.5}
        return QUESTION, output, [found], [found, {"keypoints": away.tolist(), "score": 0.9}]

    return listed(order, item, 1 / 2, kind="keypoint detection")


MAKERS: dict[Any, Maker] = {
    "boxes": _boxes,
    "boxes in words": _boxes_in_words,
    "box of an expression": _box,
    "area of boxes": _area,
    "instances": _instances,
    "keypoints": _keypoints,
}

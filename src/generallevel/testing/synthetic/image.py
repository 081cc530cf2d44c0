"""Makers of synthetic image tasks, by format, or by format and metric where a metric needs a corruption of its own."""

from __future__ import annotations

from typing import Any

from generallevel.testing.synthetic import image_boxes, image_generation, image_maps, image_relations
from generallevel.testing.synthetic.sample import Maker

__all__ = ["MAKERS"]

MAKERS: dict[Any, Maker] = {
    **image_maps.MAKERS,
    **image_boxes.MAKERS,
    **image_relations.MAKERS,
    **image_generation.MAKERS,
}

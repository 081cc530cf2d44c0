"""Recipes of the image tasks: their rules, and the formats that they add to those of answers."""

from __future__ import annotations

from generallevel.benchmark.recipes import image_comprehension, image_generation
from generallevel.benchmark.recipes.image_boxes import BOX, BOX_UNION, BOXES, BOXES_TEXT, INSTANCES, KEYPOINTS
from generallevel.benchmark.recipes.image_maps import DEPTH, HEAT_MAP, LABEL_MAP, MASK, MATTE, PANOPTIC
from generallevel.benchmark.recipes.image_relations import CLASS, ENTITIES, RELATION_OF_TWO, SCENE_GRAPH

__all__ = ["FORMATS", "RULES"]

RULES = (*image_comprehension.RULES, *image_generation.RULES)

FORMATS = (
    *(BOX, BOXES, BOXES_TEXT, BOX_UNION, INSTANCES, KEYPOINTS),
    *(MASK, LABEL_MAP, HEAT_MAP, MATTE, DEPTH, PANOPTIC),
    *(CLASS, ENTITIES, RELATION_OF_TWO, SCENE_GRAPH),
    *image_generation.FORMATS,
)

"""Recipes of the 271 tasks that understand images.

General-Bench documents text answers scored by accuracy for image questions and nothing else for images, so that the
layouts of all other tasks are ours, and what is averaged over what follows from the data set where a grade says
``inferred``.
"""

from __future__ import annotations

from generallevel.benchmark.recipes.answers import CAPTION, CHOICE, LABEL, NUMBER, TEXT
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.image_boxes import BOX, BOX_FORMAT, BOX_UNION, BOXES, INSTANCES, KEYPOINTS
from generallevel.benchmark.recipes.image_maps import DEPTH, HEAT_MAP, LABEL_MAP, MASK, MATTE, PANOPTIC, STEPS
from generallevel.benchmark.recipes.image_relations import CLASS, ENTITIES, RELATION_OF_TWO, SCENE_GRAPH
from generallevel.benchmark.recipes.recipe import FromHeader, Recipe
from generallevel.metrics.image.keypoints import COCO_SIGMAS

__all__ = ["RULES"]

GROUP = "image.comprehension"

# Cityscapes by the ids of its own label files, which its panoptic annotations carry: the classes that its evaluation
# counts (github.com/mcordts/cityscapesScripts, labels.py).
CITYSCAPES_THINGS = (24, 25, 26, 27, 28, 31, 32, 33)
CITYSCAPES_STUFF = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23)


def _task(slug: str) -> str:
    return f"{GROUP}.{slug}"


ANSWERS = (
    Rule(
        Recipe("accuracy", CHOICE, params={"fold_case": True, "space": "fold"}, grade="official"),
        metric="accuracy",
        group=GROUP,
    ),
    Rule(Recipe("anls", TEXT, grade="inferred"), metric="anls", group=GROUP),
    Rule(Recipe("bleu_1", CAPTION, grade="inferred"), metric="bleu_1", group=GROUP),
    Rule(Recipe("rouge_l", CAPTION, grade="inferred"), metric="rouge_l", group=GROUP),
    Rule(
        Recipe(
            "mae",
            NUMBER,
            params={"find": True},
            grade="inferred",
            note="a count that cannot be read is a missing one and counts as 0",
        ),
        metric="mae",
        group=GROUP,
    ),
    Rule(
        Recipe("f1", ENTITIES, variant="entities", grade="inferred"),
        tasks=(_task("multimodal-named-entity-recognition"),),
    ),
    Rule(
        Recipe(
            "f1",
            LABEL,
            variant="entities",
            params={"fold_case": True, "ignore": ("none",)},
            note="micro-averaged over relations; 'none' counts on neither side",
        ),
        tasks=(_task("multimodal-relation-extraction"),),
    ),
    Rule(
        Recipe("f1", CLASS, variant="macro", note="every sign alike"),
        tasks=(_task("american-sign-language-recognition"),),
    ),
)

BOX_PARAMS = {"boxes": BOX_FORMAT}
OBJECTS = (
    *(
        Rule(Recipe(metric, BOXES, params=BOX_PARAMS, grade="inferred"), metric=metric, group=GROUP)
        for metric in ("ap50", "ap75")
    ),
    Rule(
        Recipe(
            "ap10",
            BOX,
            variant="grounding",
            params=BOX_PARAMS,
            grade="unresolved",
            note="share of expressions whose box overlaps by 0.10; the paper says 0.50, and the figures fit it",
        ),
        metric="ap10",
        group=GROUP,
    ),
    Rule(
        Recipe("dice", BOX_UNION, variant="boxes", params=BOX_PARAMS, note="the union of an image's boxes as its mask"),
        metric="dice",
        group=GROUP,
    ),
    Rule(Recipe("mask_ap50", INSTANCES, grade="inferred"), metric="mask_ap50", group=GROUP),
    Rule(
        Recipe(
            "keypoint_ap50",
            KEYPOINTS,
            params={"sigmas": FromHeader("sigmas", COCO_SIGMAS, tuple), **BOX_PARAMS},
            grade="inferred",
        ),
        metric="keypoint_ap50",
        group=GROUP,
    ),
    Rule(
        Recipe(
            "recall_at_50",
            SCENE_GRAPH,
            params={"mode": FromHeader("mode", "sgdet"), **BOX_PARAMS},
            note="the model is given the image alone",
        ),
        tasks=(_task("image-scene-graph-parsing"),),
    ),
    Rule(
        Recipe(
            "recall_at_50",
            RELATION_OF_TWO,
            params={"mode": "predcls", "boxes": "xyxy", "graph_constraint": False},
            grade="unresolved",
            note="R@50 is not defined for these answers; here: the share of items with a right one among the first 50",
        ),
        skills=("#I-C-31",),
        metric="recall_at_50",
        group=GROUP,
    ),
)

CLASSES_PARAMS = {
    "num_classes": FromHeader("num_classes"),
    "background": FromHeader("background"),
    "ignore_index": FromHeader("ignore_index", None),
}
MAPS = (
    Rule(
        Recipe("mean_iou", MASK, variant="binary", note="one foreground, mean over images; two empty masks agree"),
        metric="mean_iou",
        group=GROUP,
    ),
    Rule(
        Recipe(
            "mean_iou",
            LABEL_MAP,
            params={
                **CLASSES_PARAMS,
                "num_classes": FromHeader("num_classes", 2),
                "background": FromHeader("background", 0),
            },
            grade="inferred",
            note="as Cityscapes counts: the pixels of the whole set, class by class",
        ),
        tasks=tuple(_task(f"{kind}-semantic-segmentation") for kind in ("pedestrian", "road", "vehicle")),
    ),
    Rule(
        Recipe(
            "mean_iou",
            LABEL_MAP,
            params=CLASSES_PARAMS,
            grade="inferred",
            note="the pixels of the whole set, class by class, then the mean over classes",
        ),
        tasks=tuple(
            _task(slug)
            for slug in (
                "indoor-semantic-segmentation",
                "rgbd-semantic-segmentation",
                "bobross-painting-segmentation",
                "people-clothing-segmentation",
            )
        ),
    ),
    Rule(
        Recipe(
            "pixel_ap",
            HEAT_MAP,
            params={"bins": FromHeader("bins", STEPS)},
            grade="inferred",
            note="pixels of all images ranked together; scores in [0, 1] in 65536 steps",
        ),
        metric="pixel_ap",
        group=GROUP,
    ),
    *(
        Rule(
            Recipe(metric, MATTE, params={"region": FromHeader("region", "whole")}, grade="unresolved"),
            metric=metric,
            group=GROUP,
        )
        for metric in ("sad", "mse")
    ),
    Rule(
        Recipe(
            "depth_rms",
            DEPTH,
            params={
                "unit": FromHeader("unit"),
                "min_depth": FromHeader("min_depth", None),
                "max_depth": FromHeader("max_depth", None),
            },
            grade="inferred",
        ),
        metric="depth_rms",
        group=GROUP,
    ),
    Rule(
        Recipe(
            "panoptic_quality",
            PANOPTIC,
            params={
                "things": FromHeader("things", CITYSCAPES_THINGS, tuple),
                "stuff": FromHeader("stuff", CITYSCAPES_STUFF, tuple),
            },
            grade="inferred",
        ),
        metric="panoptic_quality",
        group=GROUP,
    ),
)

RULES = (*ANSWERS, *OBJECTS, *MAPS)

"""Recipes of the 3D tasks: which format, metric, variant and parameters score them, and who settled that.

Choices that change numbers:

* The protocols are those of the data sets behind the tasks: ScanNet, SemanticKITTI, ShapeNet parts, KITTI, nuScenes.
* BLEU-4 is that of a corpus, as ScanQA and motion captioning report it; answers match if they are identical.
* A Chamfer distance is squared or not, and a mean or a sum, as the annotation file says: there is no safe guess.
* A generated mesh or cloud is judged by its renders.
"""

from __future__ import annotations

from generallevel.benchmark.recipes import three_d_points, three_d_scenes
from generallevel.benchmark.recipes.answers import CAPTION, TEXT
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.recipe import FromHeader, Needs, Recipe
from generallevel.benchmark.recipes.three_d_points import (
    CLOUD,
    MOTION_SET,
    NORMALS,
    PART_LABELS,
    POINT_INSTANCES,
    POINT_LABELS,
    POSES,
    SURFACE,
)
from generallevel.benchmark.recipes.three_d_scenes import PICTURED_SHAPE, PROMPTED_SHAPE, SCENE_BOXES, SCENE_TRACKS
from generallevel.metrics.three_d.detection import SCANNET_CLASSES

__all__ = ["FORMATS", "RULES"]

FORMATS = (*three_d_points.FORMATS, *three_d_scenes.FORMATS)
COMPREHENSION, GENERATION = "3d.comprehension", "3d.generation"
MESHES = ("#D-G-2", "#D-G-8")  # reconstructed surfaces; the other shapes are clouds
CLIP_NETWORK = Needs("clip", "a CLIP model that turns renders and texts into embeddings")
MOTION = Needs("motion", "the motion encoder of KIT-ML, which turns motions into features")

CHAMFER = {
    "squared": FromHeader("squared"),
    "combine": FromHeader("combine"),
    "over": FromHeader("over", "mean"),
    "factor": FromHeader("factor", 1.0),
}

RULES: tuple[Rule, ...] = (
    *(
        Rule(recipe, metric=recipe.metric, group=COMPREHENSION)
        for recipe in (
            Recipe(
                "accuracy",
                TEXT,
                params={"fold_case": True, "space": "fold", "as_text": True},
                grade="official",
                note="the name of the class, whatever its case",
            ),
            Recipe("exact_match", TEXT, grade="official", note="identical to a reference, as ScanQA compares"),
            Recipe("bleu_4", CAPTION, "corpus", grade="inferred"),
            Recipe(
                "mean_iou",
                POINT_LABELS,
                params={
                    "num_classes": FromHeader("num_classes"),
                    "background": FromHeader("background", None),
                    "ignore_index": FromHeader("ignore_index", None),
                },
                grade="inferred",
                note="over classes, from the points of all scenes",
            ),
            Recipe("instance_mean_iou", PART_LABELS, grade="inferred"),
            Recipe(
                "map50",
                POINT_INSTANCES,
                params={
                    "classes": FromHeader("classes", SCANNET_CLASSES, tuple),
                    "least_points": FromHeader("least_points", 100),
                },
                grade="inferred",
            ),
            Recipe("relative_translation_error", POSES, grade="inferred", note="all sub-sequences alike"),
            Recipe("amota", SCENE_TRACKS, grade="inferred"),
            Recipe("map", SCENE_BOXES, grade="inferred", note="centre distances of nuScenes"),
            Recipe("angular_rmse", NORMALS, grade="inferred", note="unoriented, as PCPNet has it"),
        )
    ),
    Rule(
        Recipe("chamfer_distance", CLOUD, params=CHAMFER, grade="unresolved"),
        metric="chamfer_distance",
        group=GENERATION,
    ),
    Rule(
        Recipe("chamfer_distance", SURFACE, params=CHAMFER, grade="unresolved"),
        skills=MESHES,
        metric="chamfer_distance",
        group=GENERATION,
    ),
    *(
        Rule(recipe, metric=recipe.metric, group=GENERATION)
        for recipe in (
            Recipe("clip_score", PROMPTED_SHAPE, params={"extractor": CLIP_NETWORK}, grade="inferred"),
            Recipe("clip_image_score", PICTURED_SHAPE, params={"extractor": CLIP_NETWORK}, grade="inferred"),
            Recipe("motion_fid", MOTION_SET, params={"extractor": MOTION}, grade="inferred"),
        )
    ),
)

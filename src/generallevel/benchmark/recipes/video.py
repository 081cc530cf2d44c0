"""Recipes of the video tasks: which format, metric, variant and parameters score them, and who settled that.

Choices that change numbers:

* Answers and captions are scored as in the released code: corpus BLEU-1 of words between blanks, in lower case.
* An answer is right if it equals the reference; the released code lets a part of the answer be right.
* Clips are read as frames, which pair in order; a frame without error counts 100 dB, and is not dropped.
* A tube's frames count from 1 in HC-STVG and from 0 in VidSTG, as the released code has it.
"""

from __future__ import annotations

from typing import Any

from generallevel.benchmark.recipes import video_frames, video_generation, video_tracks
from generallevel.benchmark.recipes.answer_fields import answer_text
from generallevel.benchmark.recipes.answers import CAPTION, TEXT, LabelReference
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.image_generation import CEILING
from generallevel.benchmark.recipes.recipe import Format, FromHeader, Item, Needs, Recipe
from generallevel.benchmark.recipes.video_frames import CLIP_DEPTH, FLOW, GREY_CLIPS, PAIRED_CLIPS
from generallevel.benchmark.recipes.video_generation import (
    CLIP,
    CLIP_FLOW,
    CLIP_SET,
    OUTCOMES,
    PARTS_OF_QUALITY,
    PROMPTED_CLIP,
    STYLED_CLIP,
    TRANSLATED_CLIP,
    VERDICTS,
    frame_ratings,
    outcomes,
    parts_of_quality,
    verdicts,
)
from generallevel.benchmark.recipes.video_tracks import CLIP_MASKS, TRACK, TUBE

__all__ = ["CLASS", "FORMATS", "RELEASED_RULES", "RULES"]

BYTE = 255
COMPREHENSION, GENERATION = "video.comprehension", "video.generation"
FROM_ONE, FROM_ZERO = ("#V-C-10",), ("#V-C-12",)  # HC-STVG, VidSTG

I3D = Needs("i3d", "a video network, I3D of Kinetics-400 for General-Bench, that turns clips into features")
RESNET3D = Needs("r3d_18", "the r3d_18 of the released code, which turns clips into features")
CLIP_NETWORK = Needs("clip", "a CLIP model, ViT-B/32 for General-Bench, that turns images and texts into embeddings")
DINO = Needs("dino", "a DINO model, ViT-B/16 for General-Bench, that turns frames into embeddings")
MUSIQ = Needs("musiq", "a MUSIQ model, of the SPAQ checkpoint for General-Bench, that rates frames from 0 to 100")
AESTHETIC = Needs("aesthetic", "an aesthetic predictor, LAION's head on CLIP ViT-L/14, that rates frames from 0 to 10")


def _said_class(item: Item) -> str:
    return answer_text(item.prediction, "the prediction").strip().casefold()


def _true_class(item: Item) -> str:
    return str(LabelReference()(item)[0]).casefold()


CLASS = Format(
    "class of a clip",
    _said_class,
    _true_class,
    "One class by its name on either side; case and white space around it do not count.",
)
FORMATS = (CLASS, *video_frames.FORMATS, *video_tracks.FORMATS, *video_generation.FORMATS)


def _tube(first: int) -> dict[str, Any]:
    """The parameters of tubes whose frames are numbered from ``first``, where the header says nothing else."""
    return {
        "boxes": FromHeader("boxes", "xywh"),
        "ref_counts_from": FromHeader("counts_from", first),
        "pred_counts_from": FromHeader("prediction_counts_from", first),
    }


def _rules(group: str, recipes: dict[str, Recipe]) -> tuple[Rule, ...]:
    return tuple(Rule(recipe, metric=metric, group=group) for metric, recipe in recipes.items())


RULES: tuple[Rule, ...] = (
    *_rules(
        COMPREHENSION,
        {
            "bleu_1": Recipe("bleu_1", CAPTION, "released_video", grade="official"),
            "accuracy": Recipe(
                "accuracy",
                TEXT,
                params={"fold_case": True, "space": "fold", "as_text": True},
                grade="inferred",
                note="the released code accepts an answer that contains the reference; here the two are equal",
            ),
            "cider": Recipe("cider", CAPTION, grade="inferred", note="CIDEr-D; frequencies from the scored references"),
            "f1": Recipe("f1", CLASS, "weighted", grade="inferred", note="as MUStARD reports it"),
            "macro_accuracy": Recipe("macro_accuracy", CLASS, grade="official"),
            "mean_iou": Recipe(
                "mean_iou",
                CLIP_MASKS,
                "binary",
                grade="official",
                note="one mask volume for each clip; if neither side has a pixel it counts 1, in the released code 0",
            ),
            "abs_rel": Recipe("abs_rel", CLIP_DEPTH, "released", grade="official"),
            "success_auc": Recipe(
                "success_auc",
                TRACK,
                params={"boxes": FromHeader("boxes", "xywh")},
                grade="inferred",
                note="the released code computes J&F of boxes instead",
            ),
            "epe": Recipe("epe", FLOW, grade="unresolved", note="in pixels; the unit of the references is not stated"),
            "structure_measure": Recipe("structure_measure", GREY_CLIPS, grade="official"),
        },
    ),
    Rule(
        Recipe("accuracy", TEXT, "released", grade="official"),
        skills=("#V-C-14",),
        metric="accuracy",
        group=COMPREHENSION,
    ),
    *(
        Rule(
            Recipe("mean_viou", TUBE, params=_tube(first), grade="official"),
            skills=skills,
            metric="mean_viou",
            group=COMPREHENSION,
        )
        for skills, first in ((FROM_ONE, 1), (FROM_ZERO, 0))
    ),
    *_rules(
        GENERATION,
        {
            "psnr": Recipe(
                "psnr",
                PAIRED_CLIPS,
                params={"data_range": BYTE, "ceiling": CEILING},
                grade="official",
                perfect=CEILING,
                note="the mean over all frames; one without error counts 100 dB, where the released code drops it",
            ),
            "musiq": Recipe("musiq", CLIP, params={"extractor": MUSIQ}, grade="official", ratings=frame_ratings),
            "aesthetic_score": Recipe(
                "aesthetic_score", CLIP, params={"extractor": AESTHETIC}, grade="official", ratings=frame_ratings
            ),
            "fvd": Recipe("fvd", CLIP_SET, params={"extractor": I3D}, grade="inferred"),
            "clip_frame_consistency": Recipe(
                "clip_frame_consistency", CLIP, params={"extractor": CLIP_NETWORK}, grade="official"
            ),
            "dino_score": Recipe("dino_score", CLIP, params={"extractor": DINO}, grade="official"),
            "frame_accuracy": Recipe(
                "frame_accuracy", TRANSLATED_CLIP, params={"extractor": CLIP_NETWORK}, grade="official"
            ),
            "clip_score": Recipe("clip_score", PROMPTED_CLIP, params={"extractor": CLIP_NETWORK}, grade="official"),
            "clip_style": Recipe("clip_style", STYLED_CLIP, params={"extractor": CLIP_NETWORK}, grade="inferred"),
            "l1_distance": Recipe("l1_distance", CLIP, grade="official"),
            "optical_flow_score": Recipe(
                "optical_flow_score",
                CLIP_FLOW,
                "released",
                grade="inferred",
                note="the share of clips that move, as in VBench; the paper speaks of pixels and names no threshold",
            ),
            "success_rate": Recipe("success_rate", VERDICTS, grade="official", ratings=verdicts),
            "user_preference_rate": Recipe("user_preference_rate", OUTCOMES, ratings=outcomes),
            "video_quality_composite": Recipe(
                "video_quality_composite",
                PARTS_OF_QUALITY,
                params={"second": FromHeader("second", "text")},
                grade="inferred",
                ratings=parts_of_quality,
                note="the mean of four parts, the second being the likeness to the prompt; the released code sums",
            ),
        },
    ),
)

RELEASED_RULES: tuple[Rule, ...] = (
    *_rules(
        COMPREHENSION,
        {
            "accuracy": Recipe("accuracy", TEXT, "released", grade="official", note="equal answers, not parts of them"),
            "cider": Recipe("cider", CAPTION, "released_video", grade="inferred"),
            "mean_iou": Recipe("mean_iou", CLIP_MASKS, "released", grade="official"),
            "epe": Recipe("epe", FLOW, "released", grade="unresolved"),
            "structure_measure": Recipe("structure_measure", GREY_CLIPS, "released", grade="official"),
        },
    ),
    *(
        Rule(
            Recipe("mean_viou", TUBE, "released", params=_tube(first), grade="official"),
            skills=skills,
            metric="mean_viou",
            group=COMPREHENSION,
        )
        for skills, first in ((FROM_ONE, 1), (FROM_ZERO, 0))
    ),
    *_rules(GENERATION, {"fvd": Recipe("fvd", CLIP_SET, params={"extractor": RESNET3D}, grade="inferred")}),
)

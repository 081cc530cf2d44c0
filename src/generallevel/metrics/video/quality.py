"""Quality of video: what a no-reference model says about frames, and means of such figures.

Objects: a prediction is the rating of one clip by a model, or the parts of a composite. The ratings come in; nothing
here runs a model.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["aesthetic_score", "musiq", "video_quality_composite"]

musiq = declare(
    "musiq",
    summary="Image quality that the MUSIQ model predicts, averaged over frames, on 0 to 100.",
    needs="the MUSIQ rating of each frame",
    # Tables print the model's points as they are: "percent" would divide by 100 what was never multiplied.
    labels={
        ("Video-Generation", "MUSIQ"): "points",
        ("Video-Generation", "MUSIQ score"): "points",
    },
    unit="points",
    better="higher",
    bounds=(0.0, 100.0),
    scale=Linear(0, 100),
    source="arXiv 2505.04620v1, Table 17 row 31; Ke et al. (2021), arXiv 2108.05997",
    caution=(
        "The scene task carries this label, but the released code computes a success rate for it; checkpoints of "
        "the model differ."
    ),
)

aesthetic_score = declare(
    "aesthetic_score",
    summary="Rating of a linear aesthetic head on CLIP features of the frames, as a fraction of its scale of ten.",
    needs="the aesthetic rating of each frame",
    labels={("Video-Generation", "Aesthetic score"): "percent", ("Video-Generation", "Aesth-Score"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 37; Huang et al. (2023), arXiv 2311.17982 (aesthetic quality)",
)

video_quality_composite = declare(
    "video_quality_composite",
    summary="Mean of subject consistency, text or background consistency, motion smoothness and amount of motion.",
    needs="the four parts of each clip, as fractions",
    labels={
        ("Video-Generation", "DINO+ViCLIP+Optical flow+Motion Smooth"): "percent",
        ("Video-Generation", "Avg(DINO+CLIP+OFS+MSS)"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 40; Huang et al. (2023), arXiv 2311.17982 (the parts)",
    caution="Workbook and paper name different second parts (text or background), some 18 points apart, "
    "and the released code sums the four parts.",
)

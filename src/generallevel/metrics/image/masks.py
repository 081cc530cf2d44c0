"""Masks: which pixels belong to a class or to the foreground.

Objects: a prediction is a label map or a binary mask of one image (or the mask volume of one clip, or the labels of one
point cloud), and so is its reference. Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["dice", "mean_iou"]

mean_iou = declare(
    "mean_iou",
    summary="Intersection over union of predicted and true regions, averaged.",
    needs="label maps or masks and their references, and over what the average is taken",
    labels={
        ("Image-Comprehension", "mIoU"): "percent",
        ("Video-Comprehension", "mIoU"): "percent",
        ("3D-Comprehension", "mIoU"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 44; Everingham et al. (2015), doi:10.1007/s11263-014-0733-5",
    caution="The tables do not say over what the average is taken: classes, images or clips.",
)

dice = declare(
    "dice",
    summary="Twice the overlap of predicted and true region, per sum of their sizes.",
    needs="masks and their reference masks",
    labels={("Image-Comprehension", "DICE"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 48; Dice (1945), doi:10.2307/1932409",
    caution="Two tasks that predict boxes carry this label; what was overlapped there is not stated.",
)

"""Keypoints: poses as named points.

Objects: a prediction is the scored poses of one image; a reference is the true poses. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["keypoint_ap50"]

keypoint_ap50 = declare(
    "keypoint_ap50",
    summary="Average precision of poses that count as right from a keypoint similarity of 0.50.",
    needs="scored poses, their reference poses and the tolerance of each keypoint",
    labels={("Image-Comprehension", "AP50"): "percent", ("Image-Comprehension", "mAP@0.5"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source=(
        "arXiv 2505.04620v1, Table 21 #I-C-20; Zhang et al. (2019), arXiv 1803.10683 (object keypoint similarity "
        "on OCHuman)"
    ),
    caution=(
        "That poses are matched by object keypoint similarity follows from the data set; the paper speaks of "
        "overlap only."
    ),
)

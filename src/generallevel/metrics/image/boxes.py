"""Boxes: where things are in an image, as rectangles.

Objects: a prediction is the scored boxes of one image; a reference is its true boxes. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["ap10", "ap50", "ap75"]

ap10 = declare(
    "ap10",
    summary="Average precision of boxes that count as right from an overlap of 0.10.",
    needs="scored boxes and their reference boxes",
    labels={("Image-Comprehension", "AP10"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); Lin et al. (2014), arXiv 1405.0312 (average precision)",
    caution=(
        "The workbook says an overlap of 0.10 and the paper 0.50, and the reference figures fit the second: the "
        "threshold is open."
    ),
)

ap50 = declare(
    "ap50",
    summary="Average precision of boxes that count as right from an overlap of 0.50, averaged over classes.",
    needs="scored boxes and their reference boxes",
    labels={
        ("Image-Comprehension", "AP50"): "percent",
        ("Image-Comprehension", "mAP@0.5"): "percent",
        ("Image-Comprehension", "AP@0.5"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 rows 10 and 11; Lin et al. (2014), arXiv 1405.0312",
    caution=(
        "Answers without confidences form one block of ties, so their figure depends on how many boxes were given"
        " and no more."
    ),
)

ap75 = declare(
    "ap75",
    summary="Average precision of boxes that count as right from an overlap of 0.75, averaged over classes.",
    needs="scored boxes and their reference boxes",
    labels={("Image-Comprehension", "AP75"): "percent", ("Image-Comprehension", "AP@0.75"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 10; Lin et al. (2014), arXiv 1405.0312",
)

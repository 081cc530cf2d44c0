"""Detections in space: boxes and instance masks of point clouds.

Objects: a prediction is the scored boxes or masks of one scene; a reference is the true ones. Scores are fractions in
[0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["map50", "mean_average_precision"]

# Not bound to its id, which is a builtin of Python.
mean_average_precision = declare(
    "map",
    summary="Mean over classes and centre distances of the average precision of 3D boxes.",
    needs="scored 3D boxes with classes and their reference boxes",
    labels={("3D-Comprehension", "mAP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 5; Caesar et al. (2020), arXiv 1903.11027 (matching by centre distance)",
    aliases=("mean_average_precision",),
    caution="That boxes are matched by the distance of their centres follows from the data set, not from the paper.",
)

map50 = declare(
    "map50",
    summary="Mean over classes of the average precision of 3D instance masks, right from a point overlap of 0.50.",
    needs="scored instance masks over points with classes and their reference masks",
    labels={("3D-Comprehension", "mAP@50"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); Dai et al. (2017), arXiv 1702.04405 (the data set's protocol)",
    caution="The paper prints mIoU for the same figure, whose size is that of an average precision.",
)

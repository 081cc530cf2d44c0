"""Parts: which part of a shape each point belongs to.

Objects: a prediction is the part label of each point of one shape, and so is its reference. Scores are fractions in [0,
1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["instance_mean_iou"]

instance_mean_iou = declare(
    "instance_mean_iou",
    summary="Intersection over union of the parts of a shape, averaged over its parts and then over shapes.",
    needs="the part label of each point, the reference labels and the parts of each category",
    labels={("3D-Comprehension", "Instance mIoU"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 46; Yi et al. (2016), doi:10.1145/2980179.2980238",
)

"""Instances: masks of single objects and the segments that cover an image.

Objects: a prediction is the scored masks, or the segment map, of one image; a reference is the true ones. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["mask_ap50", "panoptic_quality"]

mask_ap50 = declare(
    "mask_ap50",
    summary="Average precision of instance masks that count as right from a mask overlap of 0.50.",
    needs="scored instance masks and their reference masks",
    labels={("Image-Comprehension", "AP50"): "percent", ("Image-Comprehension", "AP@0.5"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 21 #I-C-12; Lin et al. (2014), arXiv 1405.0312",
)

panoptic_quality = declare(
    "panoptic_quality",
    summary="Overlap of the matched segments, per match and half a miss or false alarm, averaged over classes.",
    needs="segment maps with classes and their references",
    labels={("Image-Comprehension", "PQ"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 47; Kirillov et al. (2019), arXiv 1801.00868",
)

"""Saliency: which part of an image stands out, as a grey map.

Objects: a prediction is a foreground map of one image or frame, in [0, 1]; a reference is its binary mask. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["structure_measure"]

structure_measure = declare(
    "structure_measure",
    summary="Weighted sum of the object-aware and the region-aware similarity of a foreground map and its mask.",
    needs="foreground maps and their reference masks",
    labels={("Video-Comprehension", "Structure measure"): "percent", ("Video-Comprehension", "S-measure"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 49; Fan et al. (2017), arXiv 1708.00786",
)

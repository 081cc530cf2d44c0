"""Tubes: a span of frames with a box in each.

Objects: a prediction is one tube of one clip, and so is its reference. Scores are fractions in [0, 1]; higher is
better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["mean_viou"]

mean_viou = declare(
    "mean_viou",
    summary="Box overlap summed over the frames of both tubes, per frame of either, averaged over clips.",
    needs="tubes (frame numbers with boxes) and their reference tubes",
    labels={("Video-Comprehension", "m_vIoU"): "percent", ("Video-Comprehension", "m vIoU"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 45; Zhang et al. (2020), arXiv 2001.06891",
)

"""Flow: where each pixel goes from one frame to the next.

Objects: a prediction is the flow of one pair of frames, shape (H, W, 2), in pixels, and so is its reference; the amount
of motion needs no reference.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Linear, Saturating

__all__ = ["epe", "optical_flow_score"]

epe = declare(
    "epe",
    summary="Mean length of the difference between predicted and true flow vectors, in pixels.",
    needs="flow fields and their reference flow fields",
    labels={("Video-Comprehension", "EPE"): "unknown"},
    unit="px",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="arXiv 2505.04620v1, Table 17 row 33 and A.1 (T = 1); Baker et al. (2011), doi:10.1007/s11263-010-0390-2",
    aliases=("end_point_error",),
    caution="The reference figures (23 to 49) cannot be pixels: an error in pixels would always win against them.",
)

optical_flow_score = declare(
    "optical_flow_score",
    summary="Amount of motion: the share of pixels, or of clips, whose flow passes a threshold.",
    needs="flow fields between neighbouring frames and the threshold",
    labels={("Video-Generation", "Optical Flow Score"): "percent", ("Video-Generation", "OFS"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 36; Huang et al. (2023), arXiv 2311.17982 (dynamic degree)",
    caution=(
        "The paper counts pixels that move and the released code clips that move: two different figures under one"
        " label."
    ),
)

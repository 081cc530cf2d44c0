"""Depth of video: how far each pixel of each frame is.

Objects: a prediction is the depth or disparity of one clip, shape (frames, H, W), and so is its reference; pixels
without a measured depth do not count.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["abs_rel"]

abs_rel = declare(
    "abs_rel",
    summary="Mean depth error as a fraction of the true depth.",
    needs="depth or disparity maps, their reference depths, the cap and how the two are aligned",
    labels={("Video-Comprehension", "absRel"): "fraction"},
    unit="fraction",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.1),
    source="arXiv 2505.04620v1, Table 17 row 32 and A.1 (T = 0.1); Eigen et al. (2014), arXiv 1406.2283",
    aliases=("absolute_relative_error",),
    caution=(
        "The released code first fits a scale and a shift to each clip; without that fit the figure is another one."
    ),
)

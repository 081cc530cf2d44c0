"""Depth: how far each pixel is.

Objects: a prediction is the depth map of one image, and so is its reference; pixels without a measured depth do not
count.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["depth_rms"]

depth_rms = declare(
    "depth_rms",
    summary="Root mean square depth error over the measured pixels, in centimetres.",
    needs="depth maps, their reference depth maps and the unit that both are in",
    labels={("Image-Comprehension", "RMS"): "cm"},
    unit="cm",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(50),
    source="arXiv 2505.04620v1, Table 17 row 15 and A.1 (T = 50); Eigen et al. (2014), arXiv 1406.2283",
    caution=(
        "The printed 36.4 is centimetres by its size, and T = 50 fits that; an error in metres would win by a "
        "factor of 100."
    ),
)

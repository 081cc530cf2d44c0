"""Mattes: how much of each pixel is foreground.

Objects: a prediction is the alpha matte of one image, in [0, 1], and so is its reference. Errors are in the multiples
that the matting literature prints; lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["mse", "sad"]

sad = declare(
    "sad",
    summary="Sum of the absolute alpha differences of an image, in thousands of pixels.",
    needs="alpha mattes, their reference mattes and the region that counts",
    labels={("Image-Comprehension", "SAD"): "unknown"},
    unit="10^3 px",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),
    source="arXiv 2505.04620v1, Table 17 row 28 and A.1 (T = 10); Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503",
    caution="The tables do not say whether their sums are divided by 1000; only so are the printed figures plausible.",
)

mse = declare(
    "mse",
    summary="Mean squared alpha difference, in thousandths.",
    needs="alpha mattes, their reference mattes and the region that counts",
    labels={("Image-Comprehension", "MSE"): "unknown"},
    unit="10^-3",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, Table 17 row 16 and A.1 (T = 5); Rhemann et al. (2009), doi:10.1109/CVPR.2009.5206503",
    aliases=("matting_mse",),
    caution=(
        "The tables do not state the multiple; the printed 28.9 cannot be the plain mean square of alphas in [0, 1]."
    ),
)

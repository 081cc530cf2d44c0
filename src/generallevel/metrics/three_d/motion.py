"""Motion: how bodies move. The features come in; nothing here runs a network.

Objects: a prediction is the feature vector of one generated motion; a reference is that of a real one. Distances are in
[0, inf); lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["motion_fid"]

motion_fid = declare(
    "motion_fid",
    summary="Frechet distance of the Gaussians that fit the motion features of generated and of real motions.",
    needs="motion-encoder features of the generated and of the real motions",
    labels={("3D-Generation", "FID"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(25),
    source="arXiv 2505.04620v1, Table 35 #D-G-9 and A.1 (T = 25); Guo et al. (2022), doi:10.1109/CVPR52688.2022.00509",
    caution="The tables print FID; that the features are those of a motion encoder is read from the specialist.",
)

"""Odometry: where a sensor was.

Objects: a prediction is the poses of one sequence, and so is its reference. Drift is in percent of the distance
travelled, in [0, inf); lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["relative_translation_error"]

relative_translation_error = declare(
    "relative_translation_error",
    summary="Drift in metres per hundred metres travelled, averaged over sub-sequences.",
    needs="the poses of each sequence and the reference poses",
    labels={
        ("3D-Comprehension", "RTE ( Relative Translation Error)"): "percent of distance",
        ("3D-Comprehension", "RTE"): "percent of distance",
    },
    unit="percent of distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.5),
    source="arXiv 2505.04620v1, Table 17 row 42 and A.1 (T = 0.5); Geiger et al. (2012), doi:10.1109/CVPR.2012.6248074",
    aliases=("rte",),
    caution="The workbook prints 0.55 and the paper 55.00 for one result; T = 0.5 is made for the first.",
)

"""Shapes: point clouds and surfaces.

Objects: a prediction is the points of one shape, shape (n, 3), and so is its reference. Distances are in the unit of
the data, in [0, inf); lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["chamfer_distance"]

chamfer_distance = declare(
    "chamfer_distance",
    summary="Mean distance from each point of one shape to the nearest point of the other, both ways.",
    needs="point sets and their reference point sets",
    labels={("3D-Generation", "CD (Chamfer Distance)"): "unknown", ("3D-Generation", "CD"): "unknown"},
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="arXiv 2505.04620v1, Table 17 row 43 and A.1 (T = 1); Yuan et al. (2018), arXiv 1808.00671",
    caution="The reference figures stand in at least three units (0.217, 9.3e-5, 6540), none of them stated.",
)

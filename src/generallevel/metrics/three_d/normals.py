"""Normals: which way a surface faces.

Objects: a prediction is a unit vector for each point of one shape, shape (n, 3), and so is its reference. Errors are in
degrees; lower is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["angular_rmse"]

angular_rmse = declare(
    "angular_rmse",
    summary="Root mean square of the angle between predicted and true normals, in degrees.",
    needs="the normals of each shape and the reference normals",
    labels={("3D-Comprehension", "RMSE"): "degrees"},
    unit="degrees",
    better="lower",
    bounds=(0.0, 180.0),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, A.1 (T = 5); Guerrero et al. (2018), arXiv 1710.04954 (the angle)",
    caution="The paper says RMSE only; that it is an angle in degrees follows from the data set's own practice.",
)

"""Tracks in space: boxes with identities over the frames of a scene.

Objects: a prediction is the scored tracks of one scene; a reference is the true ones. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["amota"]

amota = declare(
    "amota",
    summary="Tracking accuracy averaged over recall thresholds, none of them below zero.",
    needs="scored tracks of 3D boxes with classes and their reference tracks",
    labels={
        ("3D-Comprehension", "AMOTA (Average Multi-Object Tracking Accuracy)"): "percent",
        ("3D-Comprehension", "AMOTA"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 41; Weng et al. (2020), arXiv 2008.08063",
    caution="The paper speaks of matching thresholds; the data set's protocol, which averages over recall, is meant.",
)

"""Sensitivities: how far a level depends on curves, policies, references and a tolerance, and on other normalisers."""

from __future__ import annotations

from generallevel.analysis.sensitivities.alternative_scales import (
    chance_corrected,
    min_max,
    rank_in_pool,
    relative_to_references,
)
from generallevel.analysis.sensitivities.analysed import ModelSensitivity, Sensitivity, sensitivity

__all__ = [
    "ModelSensitivity",
    "Sensitivity",
    "chance_corrected",
    "min_max",
    "rank_in_pool",
    "relative_to_references",
    "sensitivity",
]

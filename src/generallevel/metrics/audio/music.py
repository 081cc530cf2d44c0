"""Music: notes, bars and orchestras.

Objects: a prediction is the notes of one piece. Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["event_accuracy", "pitch_class_consistency"]

pitch_class_consistency = declare(
    "pitch_class_consistency",
    summary="Overlap of the pitch-class histograms of the bars of a piece.",
    needs="the notes of each piece with its bars",
    labels={("Audio-Generation", "PCC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 55",
    caution="PCC is not Pearson's correlation here, and the paper does not say which pairs of bars are compared.",
)

event_accuracy = declare(
    "event_accuracy",
    summary="Share of orchestra notes that are right, counted only where the score changes.",
    needs="predicted and true orchestral scores as piano rolls",
    labels={("Audio-Generation", "E-Acc"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); Crestel & Esling (2017), arXiv 1609.01203 (the definition)",
    caution=(
        "The paper prints Acc; that E stands for event, and not for emotion, is read from the specialist's own "
        "publication."
    ),
)

"""Tracks: where one thing is in each frame of a clip.

Objects: a prediction is a box for each frame of one sequence, and so is its reference. Scores are fractions in [0, 1];
higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["success_auc"]

success_auc = declare(
    "success_auc",
    summary=(
        "Share of frames whose box overlaps the true one by more than a threshold, averaged over thresholds from "
        "0 to 1."
    ),
    needs="a box for each frame of a sequence and the reference boxes",
    labels={("Video-Comprehension", "AUC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 25 #V-C-15 to 18; Wu et al. (2013), doi:10.1109/CVPR.2013.312",
    caution="The paper defines AUC for the ROC curve only; the success curve is read from the trackers, "
    "and the released code computes another measure.",
)

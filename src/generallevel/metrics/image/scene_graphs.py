"""Scene graphs: what stands in which relation to what.

Objects: a prediction is the ranked relations of one image; a reference is its true relations. Scores are fractions in
[0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["recall_at_50"]

recall_at_50 = declare(
    "recall_at_50",
    summary="Share of the true relations of an image among its 50 best-ranked predictions.",
    needs="ranked relation triplets with boxes and their reference triplets",
    labels={("Image-Comprehension", "R@50"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 9; Lu et al. (2016), arXiv 1608.00187",
    caution="Three spatial-relation tasks carry the label for free-text descriptions, where it is not defined: "
    "only scene graph parsing is sure.",
)

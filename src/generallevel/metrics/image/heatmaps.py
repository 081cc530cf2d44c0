"""Heat maps: a score for each pixel.

Objects: a prediction is the anomaly score of each pixel of one image; a reference is its binary defect mask. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["pixel_ap"]

pixel_ap = declare(
    "pixel_ap",
    summary="Average precision of the anomaly scores of all pixels of a set.",
    needs="score maps and their binary defect masks",
    labels={("Image-Comprehension", "AP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source=(
        "arXiv 2505.04620v1, Table 17 row 4; Zhang et al. (2023), arXiv 2211.11317, Table 2 (whose figures the "
        "references are)"
    ),
    caution=(
        "The reference figures include the images without defect; a score on the defective images alone is on "
        "another footing."
    ),
)

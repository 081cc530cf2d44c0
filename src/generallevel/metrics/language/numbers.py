"""Numbers: counts, series and other quantities.

Objects: a prediction is a number or an array of numbers, and so is its reference. Errors are in the unit of the data,
in [0, inf); lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["mae", "rmse"]

mae = declare(
    "mae",
    summary="Mean absolute difference between predicted and true numbers.",
    needs="numbers and their reference numbers",
    labels={("Image-Comprehension", "MAE"): "data"},
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(50),
    source="arXiv 2505.04620v1, Table 17 row 14 and A.1 (T = 50)",
    aliases=("mean_absolute_error",),
)

rmse = declare(
    "rmse",
    summary="Square root of the mean squared difference between predicted and true numbers.",
    needs="numbers or images and their references, on the scale of the data",
    labels={("Image-Generation", "RMSE"): "data", ("NLP", "RMSE"): "data"},
    unit="data",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, Table 17 row 17 and A.1 (T = 5)",
    aliases=("root_mean_square_error",),
    caution="The figure depends on the scale of the data, which the tables do not state: "
    "the colour space of the images, the unit of the series.",
)

"""Means as parts of the released code take them: over the number of items and a little more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.tallies import Additive

__all__ = ["SoftenedMean"]

LITTLE = 1e-4  # the released code's, against a division by 0


@dataclass(frozen=True, slots=True)
class SoftenedMean(Additive):
    """A mean over n items that divides by n + 0.0001.

    Examples
    --------
    >>> round((SoftenedMean(1.0, 1) + SoftenedMean(1.0, 1)).value, 6)  # 2 / 2.0001
    0.99995
    """

    total: float
    n: float

    @classmethod
    def read(cls, total: Any, n: Any) -> NDArray[np.float64]:
        count = np.asarray(n, dtype=np.float64)
        mean: NDArray[np.float64] = np.divide(total, np.where(count == 0, np.nan, count + LITTLE))
        return mean

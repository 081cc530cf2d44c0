"""Stand-ins for the networks of 3D tasks: a motion is its mean pose. What stands for CLIP is that of image tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["EXTRACTORS", "MeanPose"]


class MeanPose:
    """An extractor of motions: the mean of their frames.

    Examples
    --------
    >>> MeanPose()([np.array([[0.0, 2.0], [2.0, 4.0]])])
    [array([1., 3.])]
    """

    name = fingerprint = "mean-pose"

    def __call__(self, items: Sequence[Any], /) -> list[NDArray[np.float64]]:
        """The mean pose of each motion, shape (d,)."""
        return [np.asarray(item, dtype=np.float64).mean(axis=0) for item in items]


EXTRACTORS: Mapping[str, Any] = {"motion": MeanPose()}

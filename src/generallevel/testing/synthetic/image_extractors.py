"""Stand-ins for the networks of image tasks: an image is its mean colour, and a text the colour that it names.

They are for synthetic tasks alone, whose scores are then known by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput

__all__ = ["EXTRACTORS", "WHITE", "MeanColour"]

NAMED = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
WHITE = 255.0


class MeanColour:
    """An extractor of images and texts: the mean of red, green and blue, from 0 to 1.

    Examples
    --------
    >>> toy = MeanColour()
    >>> toy([np.full((2, 2, 3), 51, dtype=np.uint8), "a wall in rgb(255, 0, 51)"]).tolist()
    [[0.2, 0.2, 0.2], [1.0, 0.0, 0.2]]
    """

    name = fingerprint = "mean-colour"

    def __call__(self, items: Sequence[Any], /) -> NDArray[np.float64]:
        """Three numbers for each item, shape (n, 3)."""
        return np.array([self._of(item) for item in items]).reshape(-1, 3)

    def _of(self, item: Any) -> NDArray[np.float64]:
        if not isinstance(item, str):
            pixels = np.asarray(item, dtype=np.float64).reshape(-1, 3)
            return np.asarray(pixels.mean(axis=0) / WHITE)
        found = NAMED.search(item)
        if found is None:
            raise InvalidInput(f"the text {item!r:.60} names no colour; wanted one such as rgb(200, 0, 0)")
        return np.array([int(part) for part in found.groups()]) / WHITE


EXTRACTORS: dict[str, Any] = {"inception": MeanColour(), "clip": MeanColour()}

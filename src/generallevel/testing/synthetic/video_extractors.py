"""Stand-ins for the networks of video tasks: a frame or a clip is its mean colour, and its rating its brightness.

They know nothing, so that what they give is known by hand. What stands for CLIP is the stand-in of image tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.testing.synthetic.image_extractors import WHITE, MeanColour

__all__ = ["EXTRACTORS", "Brightness"]


@dataclass(frozen=True)
class Brightness:
    """A rating of pictures: how bright they are.

    Attributes
    ----------
    best : float
        The rating of a white picture.

    Examples
    --------
    >>> Brightness(10.0)([np.full((2, 2, 3), 51, dtype=np.uint8)]).tolist()
    [[2.0]]
    """

    best: float

    @property
    def name(self) -> str:
        """What it is."""
        return "brightness"

    @property
    def fingerprint(self) -> str:
        """What tells it from every other."""
        return f"{self.name}, up to {self.best:g}"

    def __call__(self, items: Sequence[Any], /) -> NDArray[np.float64]:
        """One number for each picture, shape (n, 1)."""
        return np.array([[self.best * np.mean(item, dtype=np.float64) / WHITE] for item in items]).reshape(-1, 1)


EXTRACTORS: Mapping[str, Any] = {
    **dict.fromkeys(("clip", "dino", "i3d", "r3d_18"), MeanColour()),
    "musiq": Brightness(100.0),
    "aesthetic": Brightness(10.0),
}

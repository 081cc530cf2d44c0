"""Stand-ins for the networks of audio tasks: what they hear was written into the samples, number by number.

They are for synthetic tasks alone, whose scores are then known by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput
from generallevel.extractors.recordings import Recording, recording_of

__all__ = ["COEFFICIENTS", "EXTRACTORS", "FULL_SCALE", "LettersInSamples", "MeanPair", "RowsOfSamples", "spoken"]

FULL_SCALE = 2**15  # of 16-bit samples
COEFFICIENTS = 5  # of a frame of toy cepstra, the energy among them
NAMED = re.compile(r"(-?\d+) bright and (-?\d+) warm")


def spoken(text: str) -> NDArray[np.int16]:
    """Samples that say a text, a letter each: its code point, less half the full scale.

    >>> spoken("a").tolist()
    [-32671]
    """
    return np.array([ord(letter) - FULL_SCALE for letter in text], dtype=np.int16)


class LettersInSamples:
    """A transcriber of what `spoken` says.

    Examples
    --------
    >>> LettersInSamples()([Recording(spoken("a cat"), 16000)])
    ['a cat']
    """

    name = fingerprint = "letters-in-samples"

    def __call__(self, items: Sequence[Any], /) -> list[str]:
        """A text for each recording."""
        return ["".join(map(chr, self._codes(recording_of(item, "an item")))) for item in items]

    def _codes(self, recording: Recording) -> list[int]:
        return [int(code) for code in np.rint(recording.samples * FULL_SCALE).astype(int) + FULL_SCALE]


class RowsOfSamples:
    """An extractor that takes the samples of a recording, so many at a time, for rows of features.

    Parameters
    ----------
    width : int
        How many make a row. What is left at the end is dropped.

    Examples
    --------
    >>> RowsOfSamples(2)([Recording([0.0, 0.5, 0.25, 0.5], 8000)])[0].tolist()
    [[0.0, 0.5], [0.25, 0.5]]
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.name = self.fingerprint = f"rows-of-{width}-samples"

    def __call__(self, items: Sequence[Any], /) -> list[NDArray[np.float64]]:
        """The rows of each recording, shape (k, width)."""
        return [self._rows(recording_of(item, "an item").samples) for item in items]

    def _rows(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = len(samples) // self.width * self.width
        return samples[:whole].reshape(-1, self.width)


class MeanPair:
    """An extractor of recordings and texts: two numbers, the means of every other sample, or those that a text names.

    Examples
    --------
    >>> MeanPair()([Recording([0.25, 0.5], 8000), "a sound, 3 bright and 4 warm"]).tolist()
    [[0.25, 0.5], [3.0, 4.0]]
    """

    name = fingerprint = "mean-pair"

    def __call__(self, items: Sequence[Any], /) -> NDArray[np.float64]:
        """Two numbers for each item, shape (n, 2)."""
        return np.array([self._of(item) for item in items]).reshape(-1, 2)

    def _of(self, item: Any) -> NDArray[np.float64]:
        if not isinstance(item, str):
            return np.asarray(RowsOfSamples(2)([item])[0].mean(axis=0))
        found = NAMED.search(item)
        if found is None:
            raise InvalidInput(f"the text {item!r:.60} names no sound; wanted one such as '3 bright and 4 warm'")
        return np.array([float(part) for part in found.groups()])


EXTRACTORS: dict[str, Any] = {
    "transcriber": LettersInSamples(),
    "cepstra": RowsOfSamples(COEFFICIENTS),
    "fad": RowsOfSamples(2),
    "clap": MeanPair(),
}

"""Samples of piano rolls: sparse, with frames that repeat and frames of silence."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Samples


class Rolls(Samples):
    """Rolls in which some notes are moved."""

    same_shape = True

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            chords = rng.random((4, 7)) < 0.3
            chords[1] = False  # a silence
            chords[0, 0] = True
            ref = chords[np.repeat([0, 1, 2, 3], rng.integers(1, 4, size=4))]
            yield ref ^ (rng.random(ref.shape) < 0.1), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        cells = rng.permutation(spoilt.size)[: spoilt.size * k // self.levels]
        spoilt.reshape(-1)[cells] ^= True
        return spoilt


class Heard(Rolls):
    """The same, in which no right frame is silent."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield pred, ref | (np.arange(ref.shape[1]) == 0)


SAMPLES = [
    ("event_accuracy", "standard", {}, Rolls()),
    ("event_accuracy", "specialist", {}, Heard()),
    ("event_accuracy", "pooled", {}, Rolls()),
]

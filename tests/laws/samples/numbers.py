"""Samples of numbers: counts, series and images."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Arrays, Numbers


class Written(Numbers):
    """Whole numbers, written out in answers."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield f"There are {round(pred)} of them.", round(ref)

    def perfect(self, ref: Any) -> Any:
        return f"{ref} "

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return f"{int(pred) + k}" if k < self.levels else "many"


class Greys(Arrays):
    """Grey images in three channels: of colours, a step towards black need not be a step away in L*a*b*."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield self._grey(pred), self._grey(ref)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return self._grey(super().worse(pred[..., 0], k, rng))

    def _grey(self, values: Any) -> Any:
        return np.repeat(values[..., None], 3, axis=-1)


SAMPLES = [
    *(
        (name, "standard", params, samples)
        for name in ("mae", "mean_squared_error", "rmse")
        for params, samples in (
            ({}, Numbers()),
            ({"find": True, "penalty": 100.0}, Written()),
            ({}, Arrays(shape=(5,), low=-3, high=3)),
            ({"pooled": False}, Arrays(shape=(2, 3), dtype="float32")),
        )
    ),
    ("rmse", "mean", {}, Arrays(high=255, dtype="uint8")),
    ("rmse", "lab", {"data_range": 255}, Greys(shape=(4, 5), high=255, dtype="uint8")),
    ("rmse", "shadow_removal", {"data_range": 1.0}, Greys(shape=(4, 5))),
]

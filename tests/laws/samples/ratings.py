"""Samples of ratings and judgements: one for each item, or those of several raters."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Ratings, Samples


class ManyRaters(Ratings):
    """Items that several people rated, in lists and in arrays."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        ratings = [rating for rating, _ in super().__call__(rng)]
        for n in (1, 3, 4, 4):
            here, ratings = ratings[:n], ratings[n:]
            yield here if n < 4 else np.array(here), None


class Words(Samples):
    """Comparisons, told in words."""

    outcomes = ("won", "tied", "lost")

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(10):
            yield str(rng.choice(self.outcomes)), None

    def perfect(self, ref: Any) -> Any:
        return "won"

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return self.outcomes[min(k, 2)]


SAMPLES = [
    ("mos", "standard", {}, Ratings()),
    ("mos", "standard", {}, ManyRaters()),
    ("gpt_score", "standard", {}, Ratings(low=0, high=1, step=0.25)),
    ("gpt_score", "standard", {}, ManyRaters(low=0, high=1, step=1)),
    ("user_preference_rate", "standard", {}, Words()),
    ("user_preference_rate", "standard", {}, ManyRaters(low=0, high=1, step=0.5)),
    ("success_rate", "standard", {}, Ratings(low=0, high=1, step=1)),
    ("success_rate", "standard", {}, ManyRaters(low=0, high=1, step=1)),
]

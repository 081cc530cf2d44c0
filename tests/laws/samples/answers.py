"""Samples of answers: labels as texts and as numbers, one right answer or several, scripts and spaces of all kinds."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Labels, Samples, Texts


class SeveralAnswers(Samples):
    """Questions with up to three right answers."""

    choices = ("cat", "Cat", " dog", "köttur", "猫", "", "a b")

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(12):
            refs = tuple(str(choice) for choice in rng.choice(self.choices, size=rng.integers(1, 4)))
            yield str(rng.choice(self.choices)), refs

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred if k <= rng.integers(self.levels) else "wrong"


SAMPLES = [
    ("accuracy", "standard", {}, Labels()),
    ("accuracy", "standard", {}, Labels(classes=(0, 1, 2, 300))),
    ("accuracy", "standard", {}, Labels(classes=(True, False))),
    ("accuracy", "standard", {}, Labels(classes=(0.5, 1.5))),
    ("accuracy", "standard", {"fold_case": True, "space": "fold"}, Texts()),
    ("accuracy", "standard", {}, SeveralAnswers()),
    ("accuracy", "released", {}, Labels()),
    ("accuracy", "released", {}, Labels(classes=("1", "2"))),
    ("accuracy", "released", {}, SeveralAnswers()),
]

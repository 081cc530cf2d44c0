"""Samples of label sets: labels, typed spans, texts that hold several labels, and ranked results."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Labels, Samples, Texts


class Sets(Samples):
    """Sets of labels or spans, with some exchanged."""

    def __init__(self, labels: tuple[Any, ...], fewest: int = 0) -> None:
        self.labels = labels
        self.fewest = fewest

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(10):
            ref = self._some(rng)
            yield (self._some(rng) if rng.random() < 0.5 else list(ref)), ref

    def _some(self, rng: np.random.Generator) -> set[Any]:
        places = rng.permutation(len(self.labels))[: rng.integers(self.fewest, len(self.labels))]
        return {self.labels[place] for place in places}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        labels = sorted(pred, key=repr)
        places = rng.permutation(len(labels))
        gone = {labels[place] for place in places[: len(labels) * k // self.levels]}
        wrong = ("no", "such", "span") if isinstance(self.labels[0], tuple) else "no such label"
        return (set(labels) - gone) | ({wrong} if k > 2 else set())


class Joined(Sets):
    """The same as one text."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield "<p>".join(sorted(pred)), "<p>".join(sorted(ref))

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return "<p>".join(sorted(super().worse(set(filter(None, pred.split("<p>"))), k, rng)))


class Ranked(Samples):
    """Ranked results, the wanted ones pushed down and out."""

    documents = tuple(f"d{number}" for number in range(12))

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(8):
            order = [str(name) for name in rng.permutation(self.documents)]
            yield [str(name) for name in rng.permutation(self.documents)][:6], set(order[: rng.integers(1, 4)])

    def perfect(self, ref: Any) -> Any:
        return sorted(ref)

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return [f"x{number}" for number in range(k)] + pred


LABELS = ("person", "place", "猫", "a b", "x")
SPANS = (("PER", 0, 2), ("LOC", 3, 4), ("PER", 5, 6), ("ORG", 0, 2))

SAMPLES = [
    ("micro_f1", "standard", {}, Sets(LABELS)),
    ("micro_f1", "standard", {}, Sets(SPANS)),
    ("micro_f1", "standard", {"ignore": ("x",), "fold_case": True}, Sets(LABELS)),
    ("micro_f1", "standard", {}, Labels()),
    ("micro_f1", "standard", {}, Labels(classes=(0, 1, 2))),
    ("micro_f1", "standard", {"separator": "<p>"}, Joined(LABELS)),
    ("micro_f1", "released", {}, Joined(LABELS)),
    ("f1", "squad", {}, Texts()),
    ("f1", "squad", {}, Texts(references=3)),
    ("f1", "standard", {"over": "tokens", "tokens": "words"}, Texts(words=("猫が好き", "кошка", "naïve", "12,5"))),
    ("f1", "released", {}, Texts(words=tuple("abcdefgh"), length=(1, 1))),  # a token that is said twice costs there
    ("f1", "entities", {}, Sets(SPANS)),
    ("f1", "weighted", {}, Labels()),
    ("f1", "macro", {}, Labels(classes=(0, 1, 2))),
    ("f1", "standard", {"over": "classes", "average": "micro"}, Labels()),
    ("f1", "standard", {"over": "classes", "average": "positive", "positive": "cat"}, Labels()),
    ("recall_at_k", "standard", {"k": 3}, Ranked()),
    ("recall_at_k", "hit", {"k": 2}, Ranked()),
]

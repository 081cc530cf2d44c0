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


class TenPeople(Samples):
    """Questions that ten people answered, most of them with the first answer."""

    answers = ("yes", "no", "two", "a dog", "isn't", "don't know")

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(8):
            first, *others = (str(answer) for answer in rng.permutation(self.answers))
            agree = int(rng.integers(4, 11))
            people = (first,) * agree + tuple(str(rng.choice(others)) for _ in range(10 - agree))
            yield str(rng.choice(self.answers)), people

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred if k <= rng.integers(self.levels) else "wrong"


class RankedAnswers(SeveralAnswers):
    """The answers of a question from the best down."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for pred, ref in super().__call__(rng):
            yield [pred, "cat", "wrong"][: int(rng.integers(1, 4))], ref

    def perfect(self, ref: Any) -> Any:
        return [ref[0]]

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred if k <= rng.integers(self.levels) else ["wrong"]


class Typed(SeveralAnswers):
    """Answers in which more and more characters are mistyped."""

    choices = ("Invoice 2024", "total", "42.50 EUR", "naïve café", "発行日", "")

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        letters = list(pred)
        for place in rng.permutation(len(letters))[: len(letters) * k // self.levels]:
            letters[place] = "~"
        return "".join(letters) if pred else "~" * k


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
    ("accuracy", "standard", {"normalise": "squad"}, Texts(references=2)),
    ("accuracy", "vqa", {}, TenPeople()),
    ("accuracy", "vqa_simple", {}, TenPeople()),
    ("exact_match", "standard", {}, SeveralAnswers()),
    ("exact_match", "standard", {}, Labels(classes=(0, 1, 2))),
    ("exact_match", "standard", {"k": 2}, RankedAnswers()),
    ("exact_match", "squad", {}, SeveralAnswers()),
    ("exact_match", "sqa3d", {}, SeveralAnswers()),
    ("exact_match", "sqa3d", {}, Texts(references=2)),
    ("anls", "standard", {}, Typed()),
    ("anls", "standard", {"threshold": 1.0, "space": "keep", "fold_case": False}, Texts()),
]

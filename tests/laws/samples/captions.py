"""Samples of captions: one reference or several, short ones among them, in several scripts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.metrics.language.captions import DocumentFrequencies
from generallevel.testing import Texts

SCRIPTS = ("a", "cat", "sat", "猫が好き", "кошка", "naïve", "12,5", "हिन्दी")

SAMPLES = [
    ("bleu_1", variant, {}, samples)
    for variant in ("standard", "corpus", "released", "released_video")
    for samples in (Texts(), Texts(references=3, length=(1, 5)), Texts(words=SCRIPTS))
]

LONG = (4, 9)  # words: a shorter text has no 4-gram

SAMPLES += [
    ("bleu_4", variant, {}, samples)
    for variant in ("standard", "corpus", "released", "released_video")
    for samples in (
        Texts(length=LONG),
        Texts(references=3, length=LONG),
        Texts(words=("a", "cat", "sat", "кошка", "naïve", "12,5", "हिन्दी"), length=LONG),
    )
]
SAMPLES += [
    ("bleu_4", "standard", {"effective_order": True}, Texts(length=(1, 5))),
    ("bleu_4", "corpus", {"effective_order": True}, Texts(length=(1, 5))),
]


class Twice(Texts):
    """Items with two references that are the same, since CIDEr is their mean."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        yield from ((pred, (ref, ref)) for pred, ref in super().__call__(rng))


SAMPLES += [
    ("cider", variant, {}, samples)
    for variant in ("standard", "plain", "released_video", "released_audio")
    for samples in (Texts(length=LONG), Texts(words=SCRIPTS, length=LONG))
]
SAMPLES += [
    ("cider", "standard", {}, Twice(length=LONG)),
    (
        "cider",
        "standard",
        {"idf": DocumentFrequencies.of([*("the cat sat", "a dog ran", "under the house"), *map(str, range(9))])},
        Texts(length=LONG),
    ),
]

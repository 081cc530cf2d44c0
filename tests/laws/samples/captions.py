"""Samples of captions: one reference or several, short ones among them, in several scripts."""

from generallevel.testing import Texts

SCRIPTS = ("a", "cat", "sat", "猫が好き", "кошка", "naïve", "12,5", "हिन्दी")

SAMPLES = [
    ("bleu_1", variant, {}, samples)
    for variant in ("standard", "corpus", "released", "released_video")
    for samples in (Texts(), Texts(references=3, length=(1, 5)), Texts(words=SCRIPTS))
]

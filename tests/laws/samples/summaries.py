"""Samples of summaries: one reference or several, in several scripts."""

from generallevel.testing import Texts

SCRIPTS = ("a", "cat", "sat", "猫が好き", "кошка", "naïve", "हिन्दी", "👍🏽")

SAMPLES = [
    (name, variant, params, samples)
    for name in ("rouge_1", "rouge_l")
    for variant, params, samples in (
        ("standard", {}, Texts()),
        ("standard", {}, Texts(references=3, length=(1, 5))),
        ("standard", {}, Texts(words=SCRIPTS)),
        ("standard", {"tokens": "words", "stemmed": True}, Texts()),
        ("released", {}, Texts(words=("running", "cats", "the", "relational", "sky", "don't", "42"))),
        ("released", {}, Texts(references=3, words=("running", "cats", "the", "relational", "sky"))),
    )
]

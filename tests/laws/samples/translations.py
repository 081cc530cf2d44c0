"""Samples of translations: long enough for 4-grams, one reference or several."""

from generallevel.testing import Texts

LONG = (4, 9)

SAMPLES = [
    (name, variant, params, samples)
    for name, variant, params in (
        ("bleu", "standard", {}),
        ("bleu", "standard", {"smoothing": "add-k", "tokens": "char"}),
        ("bleu", "standard", {"smoothing": "floor"}),
        ("bleu", "sentence", {}),
        ("chrf", "standard", {}),
        ("chrf", "plus_plus", {}),
        ("chrf", "sentence", {}),
        ("ter", "standard", {}),
        ("ter", "sentence", {}),
    )
    for samples in (Texts(length=LONG), Texts(references=1 if name == "ter" else 3, length=LONG))
]
SAMPLES += [("bleu", "sentence", {}, Texts(length=(1, 4)))]

"""Samples of transcripts: one reference or several."""

from generallevel.testing import Texts

SAMPLES = [
    (name, variant, params, Texts(references=references))
    for name, variant, params in [
        ("wer", "standard", {}),
        ("wer", "standard", {"tokens": "words", "fold_case": True}),
        ("wer", "released", {}),
        ("cer", "standard", {}),
        ("cer", "mean", {"fold_case": True, "space": "fold"}),
        ("cer", "unspaced", {}),
    ]
    for references in (1, 3)
]

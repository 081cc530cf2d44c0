"""Samples of classes: as texts and as numbers, few and many, one that is rare among them."""

from generallevel.testing import Labels

SAMPLES = [
    (name, "standard", {}, samples)
    for name in ("macro_accuracy", "macro_f1", "weighted_f1")
    for samples in (
        Labels(),
        Labels(classes=(0, 1, 2, 300)),
        Labels(classes=(True, False)),
        Labels(classes=("猫", "кошка", "", " a"), n=20),
    )
]

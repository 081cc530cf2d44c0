"""Labels: one class or a set of labels for each item, and scored decisions.

Objects: a prediction is a class label, a set of labels or of typed spans, or a score for a yes-or-no question. Scores
are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["f1", "micro_f1", "roc_auc"]

f1 = declare(
    "f1",
    summary="Harmonic mean of precision and recall.",
    needs="answers as texts, labels or sets of spans, their references, and which of the averages is meant",
    labels={
        ("Image-Comprehension", "F1 Score"): "percent",
        ("Image-Comprehension", "F1"): "percent",
        ("Video-Comprehension", "F-score"): "percent",
        ("Video-Comprehension", "F1"): "percent",
        ("Audio-Comprehension", "F1"): "percent",
        ("NLP", "F1"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 6",
    caution="The tables do not say over what the average is taken: tokens of an answer, classes or entities.",
)

micro_f1 = declare(
    "micro_f1",
    summary="F1 of the true positives, false positives and false negatives of all items and classes together.",
    needs="label sets and their reference label sets",
    labels={("NLP", "Micro-F1"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 7",
)

roc_auc = declare(
    "roc_auc",
    summary="Chance that a positive is scored above a negative: the area under the receiver operating characteristic.",
    needs="a score for each decision and whether it is a positive",
    labels={("Image-Generation", "AUC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 8; Fawcett (2006), doi:10.1016/j.patrec.2005.10.010",
    caution="The tables do not say whether pixels or whole images were ranked.",
)

"""Summaries: longer texts, compared by what they recall of a reference.

Objects: a prediction is a text; a reference is a text, or a tuple of texts. Scores are fractions in [0, 1]; higher is
better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["rouge_1", "rouge_l"]

rouge_1 = declare(
    "rouge_1",
    summary="F-measure of the words that a text and its reference share.",
    needs="texts and their reference texts",
    labels={("NLP", "ROUGE-1"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 22; Lin (2004), ACL Anthology W04-1013",
)

rouge_l = declare(
    "rouge_l",
    summary="F-measure of the longest common subsequence of words of a text and its reference.",
    needs="texts and their reference texts",
    labels={
        ("Image-Comprehension", "Rouge-L f"): "percent",
        ("Image-Comprehension", "ROUGE-L"): "percent",
        ("Image-Comprehension", "ROUGE"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 21; Lin (2004), ACL Anthology W04-1013",
)

"""Programs: source text, compared with a reference program.

Objects: a prediction is a program as text; a reference is a program, or a tuple of programs. Scores are fractions in
[0, 1]; higher is better.
"""

from __future__ import annotations

from generallevel.registry import declare
from generallevel.scales import Linear

__all__ = ["code_bleu"]

code_bleu = declare(
    "code_bleu",
    summary="Mean of BLEU, BLEU weighted by keyword, syntax-tree match and data-flow match of two programs.",
    needs="programs, their reference programs and the programming language",
    labels={("NLP", "CodeBLEU"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 20; Ren et al. (2020), arXiv 2009.10297",
)

"""Samples of programs: functions of a few lines, whose names are exchanged and lines spoilt."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Samples

PYTHON = """def {f}({x}, {y}):
    {z} = {x} + {y}
    for {w} in range({y}):
        if {w} > {x}:
            {z} = {z} + {w}
        else:
            {z} = {z} - 1
    return {z}
"""
C = """int {f}(int {x}, int {y}) {{
    int {z} = {x} + {y};
    for (int {w} = 0; {w} < {y}; {w}++) {{
        if ({w} > {x}) {{
            {z} = {z} + {w};
        }}
    }}
    return {z};
}}
"""
JAVA = "class A {{\n" + C + "}}\n"
NAMES = ("alpha", "beta", "gamma", "delta", "total", "count", "i")


class Programs(Samples):
    """Programs made from one pattern with names at random."""

    def __init__(self, pattern: str, references: int = 1) -> None:
        self.pattern = pattern
        self.references = references

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            refs = tuple(self._program(rng) for _ in range(self.references))
            lines = refs[0].split("\n")
            if rng.random() < 0.6:
                del lines[rng.integers(len(lines) - 1)]
            yield "\n".join(lines), refs if self.references > 1 else refs[0]

    def _program(self, rng: np.random.Generator) -> str:
        return self.pattern.format(**dict(zip("fxyzw", rng.permutation(NAMES), strict=False)))

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        lines = str(pred).split("\n")
        return "\n".join(lines[: max(0, len(lines) - 2 * k)])  # cut off, from the end


SAMPLES = [
    ("code_bleu", "standard", {"language": "python"}, Programs(PYTHON)),
    ("code_bleu", "standard", {"language": "python", "tokens": "words"}, Programs(PYTHON, references=2)),
    ("code_bleu", "standard", {"language": "java"}, Programs(JAVA)),
    ("code_bleu", "standard", {"language": "c", "weights": (0.1, 0.1, 0.4, 0.4)}, Programs(C)),
    ("code_bleu", "corpus", {"language": "c"}, Programs(C)),
    ("code_bleu", "released", {}, Programs(PYTHON)),
]

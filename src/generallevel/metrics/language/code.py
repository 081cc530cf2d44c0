"""Programs: source text, compared with a reference program.

Objects: a prediction is a program as text; a reference is a program, or a tuple of programs. Scores are fractions in
[0, 1]; higher is better.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from generallevel._kernels.data_flow import data_flow
from generallevel._kernels.ngrams import brevity_penalty, orders, shared
from generallevel._kernels.programs import grammar_of, parsed, subtrees
from generallevel._kernels.texts import checked_text, empty_text, references
from generallevel._kernels.tokens import Cut, TermNames, cutter
from generallevel.errors import InvalidInput, UndefinedScore
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean, Tally

__all__ = ["CodeCounts", "code_bleu"]

Language: TypeAlias = Literal["python", "java", "javascript", "c", "cpp", "go"]

EQUAL = (0.25, 0.25, 0.25, 0.25)  # Ren et al. (2020), section 3
OTHERS = 0.2  # the weight of a word that is no keyword; the authors' program. A keyword has 1
NONE = 0.1  # what an order without a match counts: method 1 of Chen & Cherry (2014), the authors' program


@dataclass(frozen=True, slots=True)
class CodeCounts(Tally):
    """What programs and their references have in common, part by part: CodeBLEU is read from the sums.

    Attributes
    ----------
    counts : tuple of float, of length 22
        Matched and all n-grams of the programs by order (4 + 4), the same of the references with keywords weighted
        (4 + 4), tokens of programs and of references, subtrees matched and all, edges matched and all.
    n : int
        Programs.
    weights : tuple of float, of length 4, or None
        Of the four parts. None before the first program.
    zero_flow_as_one : bool
        Whether a data flow without a match counts as matched.
    """

    counts: tuple[float, ...] = (0.0,) * 22
    n: int = 0
    weights: tuple[float, ...] | None = None
    zero_flow_as_one: bool = False

    @classmethod
    def empty(cls) -> CodeCounts:
        return cls()

    def __add__(self, other: CodeCounts) -> CodeCounts:
        if type(other) is not type(self):
            return NotImplemented
        if None not in (self.weights, other.weights) and self._settings != other._settings:
            raise InvalidInput(f"counts to be read with {self._settings} and with {other._settings} do not add")
        weights, rule = self._settings if self.weights is not None else other._settings
        counts = tuple(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True))
        return CodeCounts(counts, self.n + other.n, weights, rule)

    @property
    def _settings(self) -> tuple[tuple[float, ...] | None, bool]:
        return self.weights, self.zero_flow_as_one

    @property
    def parts(self) -> dict[str, float]:
        """The four parts, each in [0, 1]. ``data_flow`` is NaN where the references have none."""
        c = self.counts
        length, reference_length, trees, all_trees, edges, all_edges = c[16:]
        return {
            "ngrams": brevity_penalty(length, reference_length) * _smoothed(c[0:4], c[4:8]),
            "keywords": _smoothed(c[8:12], c[12:16]) if length else 0.0,
            "syntax": trees / all_trees if all_trees else 0.0,
            "data_flow": edges / all_edges if all_edges else math.nan,
        }

    @property
    def value(self) -> float:
        if not self.n or self.weights is None:
            raise UndefinedScore("CodeBLEU of no program has no value")
        parts = self.parts
        flow = parts["data_flow"]
        if self.zero_flow_as_one and (math.isnan(flow) or not flow):
            parts["data_flow"] = 1.0
        read = [(weight, part) for weight, part in zip(self.weights, parts.values(), strict=True) if part == part]
        whole = math.fsum(weight for weight, _ in read)
        if not whole:
            raise UndefinedScore("the references have no data flow, and no other part has a weight")
        return math.fsum(weight * part for weight, part in read) / whole


def _smoothed(matched: Iterable[float], total: Iterable[float]) -> float:
    """The geometric mean of matched out of total; 0 where no single token matches."""
    pairs = list(zip(matched, total, strict=True))
    if not pairs[0][0]:
        return 0.0
    return math.exp(math.fsum(math.log((have or NONE) / of) for have, of in pairs) / len(pairs))


def _counted(pred: str, ref: str, language: str, cut: Cut, clipped: bool) -> tuple[float, ...]:
    """What one program and one reference have in common."""
    grammar = grammar_of(language)
    pred, ref = pred.strip(), ref.strip()  # where a text ends decides how tree-sitter mends it
    said, wanted = cut(pred), cut(ref)
    if not wanted:
        return (0.0,) * 16 + (len(said), 0.0, 0.0, 0.0, 0.0, 0.0)
    grams, there = orders(said), orders(wanted)
    common = [shared(one, other) for one, other in zip(grams, there, strict=True)]
    weight = {word: 1.0 if word in grammar.keywords else OTHERS for word in there[0]}
    words = math.fsum(weight[word] * min(times, grams[0][word]) for word, times in there[0].items())
    all_words = math.fsum(weight[word] * times for word, times in there[0].items())
    known: dict[Any, int] = {}
    program, reference = parsed(pred, language), parsed(ref, language)
    trees, all_trees = Counter(subtrees(program, known)), Counter(subtrees(reference, known))
    edges, all_edges = data_flow(program, grammar), data_flow(reference, grammar)
    return (
        *common,
        *(max(1, len(said) - order) for order in range(len(common))),
        *(words, *common[1:]),
        *(all_words, *(max(1, len(wanted) - order) for order in range(1, len(common)))),
        *(len(said), len(wanted)),
        shared(trees, all_trees) if clipped else sum(times for tree, times in all_trees.items() if tree in trees),
        *(all_trees.total(), shared(edges, all_edges), all_edges.total()),
    )


def _checked(weights: Iterable[float]) -> tuple[float, ...]:
    found = tuple(float(weight) for weight in weights)
    if len(found) != len(EQUAL) or not np.isfinite(found).all() or min(found) < 0 or not sum(found):
        raise InvalidInput(
            f"weights = {found}: wanted four numbers from 0 up, not all 0, for n-grams, keywords, syntax and data flow"
        )
    return found


@metric(
    labels={("NLP", "CodeBLEU"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 20; Ren et al. (2020), arXiv 2009.10297",
    variants={
        "corpus": Variant({"pooled": True}, note="counts of all programs pooled, as the authors' program does"),
        "released": Variant(
            {"language": "python", "clipped": False, "zero_flow_as_one": True},
            note="what the released code means: every program is read as Python, and a data flow without a match counts"
            " as a perfect one (as installed it fails, and scores 0)",
        ),
    },
    absent=empty_text,
    each="program",
)
def code_bleu(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    language: Language,
    weights: tuple[float, float, float, float] = EQUAL,
    tokens: TermNames | Cut = "spaces",
    clipped: bool = True,
    zero_flow_as_one: bool = False,
    pooled: bool = False,
) -> Mean | CodeCounts:
    r"""CodeBLEU: the mean of BLEU, keyword-weighted BLEU, syntax match and data-flow match of two programs.

    .. math:: \alpha B + \beta B_w + \gamma \frac{T_{both}}{T_{ref}} + \delta \frac{D_{both}}{D_{ref}}

    Parameters
    ----------
    pred : str
        The program. One that no compiler would accept is scored by its parts: tree-sitter reads on after an error.
    ref : str or tuple of str
        Its reference, or several of which the best counts. A reference without a token matches nothing: 0.
    language : {"python", "java", "javascript", "c", "cpp", "go"}
        What both are written in. Required.
    weights : tuple of four float, default (.25, .25, .25, .25)
        Of n-grams, keywords, syntax and data flow. They are scaled to a sum of 1.
    tokens : {"spaces", "words", "terms", "ascii", "treebank"} or callable, default "spaces"
        What a token of the first two parts is: what stands between white space, as the authors have it, so that
        ``x=1`` and ``x = 1`` differ; or what a function of yours returns for a program.
    clipped : bool, default True
        Whether a subtree of the program accounts for one of the reference (the paper), or for all that are like it
        (the authors' program).
    zero_flow_as_one : bool, default False
        Whether a data flow without any match counts as 1: a defect of the authors' program and of codebleu.
    pooled : bool, default False
        False: each program has its score, and a set has the mean of them. True: the counts of all programs are added
        up and each part is read once.

    Returns
    -------
    Mean or CodeCounts
        A fraction in [0, 1]; higher is better. `CodeCounts`, whose ``parts`` are the four parts, where ``pooled``.

    Raises
    ------
    InvalidInput
        If a program is no text, there is no reference, the language is unknown or the weights are none.
    MissingExtra
        If tree-sitter and its grammars are not installed: ``pip install 'generallevel[code]'``.
    UndefinedScore
        On reading, if only the data flow has a weight and the references have none.

    Notes
    -----
    B is BLEU-4 with 0.1 for an order without a match. The second part is the share of the reference's n-grams that the
    program has, a keyword counting 1 and any other single token 0.2. Syntax: subtrees with more than one node, by the
    names of their nodes. Data flow: for each use of a name or value, where it comes from, with names numbered in their
    order. Comments and Python's documentation strings belong to none of the two. A program of fewer than four tokens
    scores less than 1 against itself.

    Where the reference has no data flow, that part is left out and the weights of the others are scaled up; where it
    has one and nothing of it matches, the part is 0.

    To match codebleu 0.7 on one reference, set ``variant="corpus", clipped=False, zero_flow_as_one=True``. Known
    differences: it sums several references; its trees are those of the grammars of 2024; its data flow of C, C++, Go
    and JavaScript misses most assignments (it reads C as if it were C#); of values with several sources it takes the
    order from the hash of their names, so that it changes between runs; a keyword-weighted total below 1 counts as 1;
    a program of one token loses 63 % of the second part; some names of library functions are keywords to it.

    References
    ----------
    .. [1] Ren et al. (2020), "CodeBLEU: a method for automatic evaluation of code synthesis", arXiv 2009.10297
    .. [2] arXiv 2505.04620v1, Table 17 row 20

    Examples
    --------
    Another name is the same syntax and the same data flow:

    >>> found = code_bleu("def f(a): return a + 1", "def f(b): return b + 1", language="python", pooled=True)
    >>> {name: round(part, 2) for name, part in found.parts.items()}
    {'ngrams': 0.1, 'keywords': 0.11, 'syntax': 1.0, 'data_flow': 1.0}
    """
    chosen, cut = _checked(weights), cutter(tokens)
    found = [
        CodeCounts(_counted(checked_text(pred), checked_text(one), language, cut, clipped), 1, chosen, zero_flow_as_one)
        for one in references(ref)
    ]
    best = max(found, key=lambda counts: counts.value)
    return best if pooled else Mean(best.value, 1)

"""Summaries: longer texts, compared by what they recall of a reference.

Objects: a prediction is a text; a reference is a text, or a tuple of texts. Scores are fractions in [0, 1]; higher is
better.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from generallevel._kernels.ngrams import common
from generallevel._kernels.porter import stem
from generallevel._kernels.texts import empty_text, references
from generallevel._kernels.tokens import Cut, TermNames, cutter
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["rouge_1", "rouge_l"]

Alike: TypeAlias = Callable[[list[str], list[str]], int]

SHORTEST_STEMMED = 4  # letters; rouge-score leaves shorter words as they are

SORTED = 256  # words; longer texts are counted with a dictionary. Ours

RELEASED = Variant(
    {"tokens": "ascii", "stemmed": True}, note="the released code: rouge-score, whose words are of a-z and 0-9, stemmed"
)


def _cut(tokens: TermNames | Cut, stemmed: bool) -> Cut:
    """The function from a text to its words, or to their stems."""
    cut = cutter(tokens)
    if not stemmed:
        return cut
    return lambda text: [
        stem(token) if len(token) >= SHORTEST_STEMMED and token.isascii() else token for token in cut(text)
    ]


def _best(pred: str, ref: str | tuple[str, ...], cut: Cut, alike: Alike) -> float:
    """The highest F-measure of a text and one of its references: the harmonic mean of precision and recall."""
    said = cut(pred)
    best = 0.0
    for text in references(ref):
        wanted = cut(text)
        if found := alike(said, wanted):
            best = max(best, 2 * found / (len(said) + len(wanted)))
    return best


def _longest() -> Alike:
    from rapidfuzz.distance import LCSseq

    similarity: Alike = LCSseq.similarity
    return similarity


def _in_common() -> Alike:
    """What counts the words that two texts share."""
    similarity = _longest()

    def of(said: list[str], wanted: list[str]) -> int:
        if len(said) > SORTED or len(wanted) > SORTED:
            return common(said, wanted)
        # In order of the alphabet, what two texts share is their longest common subsequence, which is found faster
        # than a dictionary counts.
        return similarity(sorted(said), sorted(wanted))

    return of


def _rouge_1_of_many(preds: Any, refs: Any, *, tokens: TermNames | Cut, stemmed: bool) -> Mean:
    """`rouge_1` of many items without the overhead of each."""
    cut, alike = _cut(tokens, stemmed), _in_common()
    return Mean(sum([_best(pred, ref, cut, alike) for pred, ref in zip(preds, refs, strict=True)]), len(preds))


def _rouge_l_of_many(preds: Any, refs: Any, *, tokens: TermNames | Cut, stemmed: bool) -> Mean:
    """`rouge_l` of many items without the overhead of each."""
    cut, alike = _cut(tokens, stemmed), _longest()
    return Mean(sum([_best(pred, ref, cut, alike) for pred, ref in zip(preds, refs, strict=True)]), len(preds))


@metric(
    labels={("NLP", "ROUGE-1"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 22; Lin (2004), ACL Anthology W04-1013",
    batch=_rouge_1_of_many,
    variants={"released": RELEASED},
    absent=empty_text,
    each="text",
)
def rouge_1(pred: str, ref: str | tuple[str, ...], *, tokens: TermNames | Cut = "terms", stemmed: bool = False) -> Mean:
    r"""ROUGE-1 f: the F-measure of the words that a text and its reference share.

    .. math:: \frac{2 m}{c + r}

    with m words in common, each as often as it stands in both, of c words of the text and r of the reference.

    Parameters
    ----------
    pred : str
        The text. An empty one scores 0.
    ref : str or tuple of str
        Its reference, or several of which the best counts. A reference without a word matches nothing: 0.
    tokens : {"terms", "ascii", "words", "spaces", "treebank"} or callable, default "terms"
        What a word is. ``terms`` serves every script: runs of letters, marks and digits without case, each character of
        Chinese, Japanese or Thai, and pictographs; punctuation is left out. ``ascii`` knows the letters a to z and
        digits and drops everything else, so that Russian or Chinese scores 0 against itself. The others keep case and
        punctuation; a function of yours returns the words of a text.
    stemmed : bool, default False
        Whether English words of four letters and more count by their stems, ``running`` as ``run`` (Porter's, with
        NLTK's additions).

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, or there is no reference.

    Notes
    -----
    To match rouge-score's ``rouge1`` F-measure, set ``tokens="ascii"`` and ``stemmed`` to its ``use_stemmer``. On ASCII
    text the default cuts the same words.

    References
    ----------
    .. [1] Lin (2004), "ROUGE: a package for automatic evaluation of summaries", ACL Anthology W04-1013
    .. [2] arXiv 2505.04620v1, Table 17 row 22

    Examples
    --------
    Three words are common to four and five:

    >>> round(rouge_1("The cat sat there.", "the cat sat down here").value, 4)  # 2 * 3 / (4 + 5)
    0.6667
    >>> rouge_1("cats running", "cat runs", stemmed=True).value, rouge_1("猫が好き", "猫が好き。").value
    (1.0, 1.0)
    """
    return Mean(_best(pred, ref, _cut(tokens, stemmed), _in_common()), 1)


@metric(
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
    batch=_rouge_l_of_many,
    variants={"released": RELEASED},
    absent=empty_text,
    each="text",
)
def rouge_l(pred: str, ref: str | tuple[str, ...], *, tokens: TermNames | Cut = "terms", stemmed: bool = False) -> Mean:
    r"""ROUGE-L f: the F-measure of the longest common subsequence of words of a text and its reference.

    .. math:: \frac{2 l}{c + r}

    with l the length of the longest common subsequence of c words of the text and r of the reference.

    Parameters
    ----------
    pred : str
        The text. An empty one scores 0.
    ref : str or tuple of str
        Its reference, or several of which the best counts. A reference without a word matches nothing: 0.
    tokens : {"terms", "ascii", "words", "spaces", "treebank"} or callable, default "terms"
        What a word is, as in `rouge_1`.
    stemmed : bool, default False
        Whether English words count by their stems, as in `rouge_1`.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, or there is no reference.

    Notes
    -----
    The whole text is one sequence; the summary-level form that unites sentences (``rougeLsum``) is another measure.

    To match rouge-score's ``rougeL`` F-measure, set ``tokens="ascii"`` and ``stemmed`` to its ``use_stemmer``.
    pycocoevalcap's ROUGE-L favours recall (beta = 1.2) and takes the best precision and the best recall of different
    references: another number.

    References
    ----------
    .. [1] Lin (2004), "ROUGE: a package for automatic evaluation of summaries", ACL Anthology W04-1013
    .. [2] arXiv 2505.04620v1, Table 17 row 21

    Examples
    --------
    Of "cat the sat" two words are left in order, which of five are four:

    >>> rouge_l("cat the sat", "the sat").value  # 2 * 2 / (3 + 2)
    0.8
    """
    return Mean(_best(pred, ref, _cut(tokens, stemmed), _longest()), 1)

"""Captions: a sentence or two, compared with one reference or several.

Objects: a prediction is a text; a reference is a text, or a tuple of texts. Scores are fractions, except CIDEr, whose
native range is [0, 10]; higher is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.ngrams import brevity_penalty, closest_length, matches
from generallevel._kernels.texts import empty_text, references
from generallevel._kernels.tokens import Cut, TokenNames, cutter
from generallevel.registry import Variant, declare, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive, Mean

__all__ = ["UnigramCounts", "bleu_1", "bleu_4", "cider"]


@dataclass(frozen=True, slots=True)
class UnigramCounts(Additive):
    """Unigrams of many texts, matched and not, and the lengths of texts and references: BLEU-1 is read from the sums.

    Attributes
    ----------
    matched, length : float
        Tokens of the texts that their references have, and all of them.
    reference_length : float
        Tokens of the references, for each text of the one nearest in length.
    n : float
        Texts.
    """

    matched: float
    length: float
    reference_length: float
    n: float

    @classmethod
    def read(cls, matched: Any, length: Any, reference_length: Any, n: Any) -> NDArray[np.float64]:
        some = np.where(
            np.asarray(length) == 0, 1.0, length
        )  # texts without a token have no match either: the score is 0
        penalty = np.exp(np.minimum(0.0, 1.0 - np.divide(reference_length, some)))
        return np.where(np.asarray(n) == 0, np.nan, np.divide(matched, some) * penalty)


@metric(
    labels={
        ("Image-Comprehension", "BLEU-1"): "percent",
        ("Video-Comprehension", "BLEU-1"): "percent",
        ("Video-Comprehension", "BLEU"): "percent",
        ("Audio-Comprehension", "BLUE_1"): "percent",
        ("Audio-Comprehension", "BLUE-1"): "percent",
        ("NLP", "BLEU-1"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 18; Papineni et al. (2002), doi:10.3115/1073083.1073135",
    variants={
        "corpus": Variant(
            {"pooled": True, "fold_case": True}, note="counts of all texts pooled, as COCO captions are scored"
        ),
        "released": Variant({"tokens": "treebank"}, note="the released code for language and audio: NLTK's words"),
        "released_video": Variant(
            {"pooled": True, "tokens": "spaces", "fold_case": True},
            note="the released code for video: pooled, cut at white space, without case",
        ),
    },
    absent=empty_text,
    each="text",
)
def bleu_1(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    tokens: TokenNames | Cut = "words",
    fold_case: bool = False,
    pooled: bool = False,
) -> Mean | UnigramCounts:
    r"""BLEU-1: the share of a text's words that its reference has, less what it loses for being too short.

    .. math:: \frac{m}{c} \min(1, e^{1 - r / c})

    with m of the c words of the text found in a reference of r words, none more often than it stands there.

    Parameters
    ----------
    pred : str
        The text. An empty one scores 0.
    ref : str or tuple of str
        Its reference, or several of which the best counts. A reference without a word matches nothing, not even an
        empty text: 0.
    tokens : {"words", "spaces", "treebank"} or callable, default "words"
        What a word is. ``words`` suits every script, and counts each character of Chinese, Japanese or Thai and each
        sign of punctuation; ``spaces`` cuts at white space; ``treebank`` cuts as NLTK's ``word_tokenize``; a function
        takes a text and returns its words.
    fold_case : bool, default False
        Whether ``A`` and ``a`` are one.
    pooled : bool, default False
        False: each text has its score, and a set has the mean of them. True: the counts of all texts are added up and
        the formula is read once; several references are one stock of words, and r is the length nearest to c (of two
        as near, the shorter).

    Returns
    -------
    Mean or UnigramCounts
        A fraction in [0, 1]; higher is better. `UnigramCounts` where ``pooled``.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, or there is no reference.

    Notes
    -----
    One word of a text is one unigram, so that the smoothing of the released code (Chen & Cherry's method 4) never acts
    on BLEU-1: where nothing matches the score is 0.

    To match NLTK's ``sentence_bleu(..., weights=(1, 0, 0, 0))`` on one reference, set ``tokens="spaces"``. To match the
    released code with NLTK's own data, pass ``tokens=nltk.word_tokenize``. To match pycocoevalcap on tokenised captions
    (to 1e-8, for the 1e-9 that it adds to its denominators), take ``variant="released_video"``.

    References
    ----------
    .. [1] Papineni et al. (2002), "BLEU: a method for automatic evaluation of machine translation",
       doi:10.3115/1073083.1073135
    .. [2] arXiv 2505.04620v1, Table 17 row 18

    Examples
    --------
    Three of four words are right, and the text is as long as its reference:

    >>> bleu_1("the cat sat there", "the cat sat down").value
    0.75

    The best of several references counts; a set has the mean:

    >>> (bleu_1("a cat", ("a dog", "a cat")) + bleu_1("", "a cat")).value
    0.5
    """
    cut = cutter(tokens, fold_case=fold_case)
    said = cut(pred)
    wanted = [cut(text) for text in references(ref)]
    length = len(said)
    if pooled:
        reference_length = closest_length(length, map(len, wanted))
        return UnigramCounts(matches(said, wanted), length, reference_length, 1)
    best = max(matches(said, [one]) / max(length, 1) * brevity_penalty(length, len(one)) for one in wanted)
    return Mean(best, 1)


bleu_4 = declare(
    "bleu_4",
    summary="Geometric mean of the clipped precisions of 1- to 4-grams, with a brevity penalty.",
    needs="texts and their reference texts",
    labels={("3D-Comprehension", "BLEU@4"): "percent", ("3D-Comprehension", "BLEU-4"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 19; Papineni et al. (2002), doi:10.3115/1073083.1073135",
)

cider = declare(
    "cider",
    summary="Mean cosine of the idf-weighted 1- to 4-gram vectors of a text and its references, times ten.",
    needs="texts and, for each, its reference texts; the whole set of references fixes the weights",
    labels={("Video-Comprehension", "CIDEr"): "percent", ("Audio-Generation", "CIDEr"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 10.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 23; Vedantam et al. (2015), arXiv 1411.5726",
    caution=(
        "A printed 100 is a score of 1 and not the best, which is 10: what lies above 100 is clipped on the 0-100"
        " curve."
    ),
)

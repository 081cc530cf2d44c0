"""Captions: a sentence or two, compared with one reference or several.

Objects: a prediction is a text; a reference is a text, or a tuple of texts. Scores are fractions, except CIDEr, whose
native range is [0, 10]; higher is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.bleu import POOLED, NgramCounts, pooled_counts, sentence_bleu
from generallevel._kernels.consensus import Caption, CiderPool, ClippedCiderPool, DocumentFrequencies, consensus
from generallevel._kernels.ngrams import brevity_penalty, closest_length, matches, orders
from generallevel._kernels.texts import empty_text, references
from generallevel._kernels.tokens import Cut, TermNames, TokenNames, cutter
from generallevel.errors import InvalidInput
from generallevel.extractors.transcribers import Listener, heard
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive, Mean

__all__ = ["DocumentFrequencies", "UnigramCounts", "bleu_1", "bleu_4", "cider"]


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


def _bleu_4_of_many(
    preds: Any, refs: Any, *, tokens: TokenNames | Cut, fold_case: bool, effective_order: bool, pooled: bool
) -> Mean | NgramCounts:
    """`bleu_4` of many items without the overhead of each."""
    cut = cutter(tokens, fold_case=fold_case)
    if pooled:
        kind = POOLED["none", effective_order]
        return kind.sum(
            pooled_counts(kind, cut(pred), [cut(one) for one in references(ref)])
            for pred, ref in zip(preds, refs, strict=True)
        )
    total = 0.0
    for pred, ref in zip(preds, refs, strict=True):
        said = cut(pred)
        total += max([sentence_bleu(said, cut(one), effective_order) for one in references(ref)])
    return Mean(total, len(preds))


@metric(
    labels={("3D-Comprehension", "BLEU@4"): "percent", ("3D-Comprehension", "BLEU-4"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 19; Papineni et al. (2002), doi:10.3115/1073083.1073135",
    batch=_bleu_4_of_many,
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
    caution="Smoothed, a text of two or three words never reaches 1, not even as its own reference.",
)
def bleu_4(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    tokens: TokenNames | Cut = "words",
    fold_case: bool = False,
    effective_order: bool = False,
    pooled: bool = False,
) -> Mean | NgramCounts:
    r"""BLEU-4: the geometric mean of the clipped precisions of 1- to 4-grams, less what is lost for being too short.

    .. math:: \min(1, e^{1 - r / c}) \Bigl(\prod_{n=1}^4 \frac{m_n}{c - n + 1}\Bigr)^{1/4}

    with :math:`m_n` of the :math:`c - n + 1` n-grams of a text of c words found in a reference of r words, none more
    often than it stands there.

    Parameters
    ----------
    pred : str
        The text. An empty one scores 0.
    ref : str or tuple of str
        Its reference, or several of which the best counts. A reference without a word matches nothing.
    tokens : {"words", "spaces", "treebank"} or callable, default "words"
        What a word is, as in `bleu_1`.
    fold_case : bool, default False
        Whether ``A`` and ``a`` are one.
    effective_order : bool, default False
        Whether the orders are left out for which a text (of pooled texts, every one) is too short.
    pooled : bool, default False
        False: each text has its score, smoothed by method 4 of Chen & Cherry (2014), and a set has the mean of them.
        True: the counts of all texts are added up and the formula is read once, unsmoothed; several references are one
        stock of n-grams, and r is the length nearest to c (of two as near, the shorter).

    Returns
    -------
    Mean or NgramCounts
        A fraction in [0, 1]; higher is better. `NgramCounts` where ``pooled``.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, or there is no reference.

    Notes
    -----
    Method 4 counts :math:`\ln c / (5 \cdot 2^i)` matches for the i-th order without a match, and orders for which the
    text is too short are such orders: two words score .22 and three .58 against themselves. One word scores 1, since
    its logarithm is 0 and NLTK then leaves these orders out. ``effective_order=True`` leaves them out for all short
    texts, so that every text scores 1 against itself; scores of texts of four words and more are the same.

    To match NLTK's ``sentence_bleu(..., smoothing_function=SmoothingFunction().method4)`` on one reference, set
    ``tokens="spaces"``; to match the released code with NLTK's own data, pass ``tokens=nltk.word_tokenize``. To match
    pycocoevalcap on tokenised captions (to 1e-8, for the 1e-9 that it adds to its denominators), take
    ``variant="released_video"``; where an order has no match at all, it gives up to 0.01 for the 1e-15 that it adds to
    its numerators, and here it is 0. To match sacreBLEU, see `bleu`.

    References
    ----------
    .. [1] Papineni et al. (2002), "BLEU: a method for automatic evaluation of machine translation",
       doi:10.3115/1073083.1073135
    .. [2] Chen & Cherry (2014), "A systematic comparison of smoothing techniques for sentence-level BLEU",
       doi:10.3115/v1/W14-3346
    .. [3] arXiv 2505.04620v1, Table 17 row 19

    Examples
    --------
    Of five words the last is wrong: 4/5 of the words, 3/4 of the pairs, 2/3 and 1/2 of the longer runs match.

    >>> round(bleu_4("the cat sat on it", "the cat sat on mats").value, 4)  # (4/5 * 3/4 * 2/3 * 1/2) ** (1/4)
    0.6687

    Two words are too short for it:

    >>> round(bleu_4("a cat", "a cat").value, 2), bleu_4("a cat", "a cat", effective_order=True).value
    (0.22, 1.0)
    """
    cut = cutter(tokens, fold_case=fold_case)
    said = cut(pred)
    wanted = [cut(text) for text in references(ref)]
    if pooled:
        return pooled_counts(POOLED["none", effective_order], said, wanted)
    return Mean(max([sentence_bleu(said, one, effective_order) for one in wanted]), 1)


@metric(
    labels={("Video-Comprehension", "CIDEr"): "percent", ("Audio-Generation", "CIDEr"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 10.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 23; Vedantam et al. (2015), arXiv 1411.5726",
    variants={
        "plain": Variant(
            {"clipped": False}, note="the definition that the paper starts from: cosines and nothing else"
        ),
        "released_video": Variant(
            {"tokens": "spaces", "fold_case": True},
            note="the released code for video: CIDEr-D of pycocoevalcap, cut at white space, without case",
        ),
        "released_audio": Variant(
            {"tokens": "spaces", "clipped": False, "swapped": True},
            note="what the released code for speech means (it is Python 2 and cannot run): plain, with both exchanged",
        ),
    },
    absent=empty_text,
    item="context",
    each="text",
    aliases=("cider_d",),
    caution=(
        "A printed 100 is a score of 1 and not the best, which is 10: what lies above 100 is clipped on the 0-100"
        " curve."
    ),
)
def cider(
    pred: Any,
    ref: str | tuple[str, ...],
    *,
    tokens: TermNames | Cut = "terms",
    fold_case: bool = False,
    clipped: bool = True,
    idf: DocumentFrequencies | None = None,
    swapped: bool = False,
    transcriber: Listener = None,
) -> CiderPool | Mean:
    r"""CIDEr: the likeness of a text to its references, where n-grams that few items have in common weigh most.

    .. math:: 10 \cdot \frac14 \sum_{n=1}^4 \frac1m \sum_{j=1}^m e^{-(l - l_j)^2 / 2 \sigma^2}
        \frac{\min(g_n, r_{nj}) \cdot r_{nj}}{\lVert g_n \rVert \lVert r_{nj} \rVert}

    with g and r the n-gram counts of the text and of its m references, each times ``log(items / items in whose
    references the n-gram stands)``; l their bigrams, and sigma = 6. This is CIDEr-D, which everybody reports as CIDEr.
    Plain CIDEr (``clipped=False``) has ``g . r`` in the numerator and no exponential.

    Parameters
    ----------
    pred : str
        The text. An empty one scores 0. With a transcriber: the recording.
    ref : str or tuple of str
        Its reference, or several of which the mean counts.
    tokens : {"terms", "ascii", "words", "spaces", "treebank"} or callable, default "terms"
        What a word is. ``terms`` takes the words of any script without case, and leaves punctuation out, as COCO
        captions are scored; ``spaces`` cuts at white space: for captions that are tokenised already.
    fold_case : bool, default False
        Whether ``A`` and ``a`` are one, where ``tokens`` keeps the case.
    clipped : bool, default True
        CIDEr-D (True) or plain CIDEr (False).
    idf : DocumentFrequencies, optional
        The frequencies of a fixed set of references, such as a training set; ``DocumentFrequencies.of(refs)`` counts
        them. By default those of the references that are scored, so that scores of different sets do not compare.
    swapped : bool, default False
        Whether text and reference change places, as in the released code for speech. One reference only.
    transcriber : Transcriber, optional
        Who turns recordings into texts, of speech that was generated: `extractors.Wrapped` makes one of any function.
        Its fingerprint is part of the score's signature. By default the predictions are texts already.

    Returns
    -------
    CiderPool or Mean
        A number in [0, 10]; higher is better. `CiderPool`, which is read from the whole set and whose ``each`` holds
        the score of each item in it; `Mean` where ``idf`` is given.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, there is no reference, or there are several to swap.
    UndefinedScore
        On reading, if the set has one item and ``idf`` is not given: then no n-gram is rarer than another.

    Notes
    -----
    The native value is that of the definition, up to 10. Tables that call it a percentage print it times 100: a CIDEr
    of 51.4 is 0.514 here. A text that equals its only reference scores 10, less 2.5 for each order that it is too short
    for or of which it has nothing that another item lacks.

    To match pycocoevalcap's ``Cider``, set ``tokens="spaces"`` on its tokenised captions; it gives 0 for a set of one.

    References
    ----------
    .. [1] Vedantam, Zitnick & Parikh (2015), "CIDEr: consensus-based image description evaluation", arXiv 1411.5726
    .. [2] arXiv 2505.04620v1, Table 17 row 23

    Examples
    --------
    >>> both = cider("a cat sat here", "a cat sat here") + cider("dogs ran off", "two dogs ran off home")
    >>> both.each.round(2).tolist(), round(both.value, 2)
    ([10.0, 4.87], 7.43)
    """
    pred = heard([pred], transcriber)[0]
    if swapped:
        if isinstance(ref, tuple) and len(ref) != 1:
            raise InvalidInput(f"swapped=True exchanges the text with its one reference; got {len(ref)} references")
        pred, ref = references(ref)[0], pred
    cut = cutter(tokens, fold_case=fold_case)
    caption: Caption = (orders(cut(pred)), tuple(orders(cut(text)) for text in references(ref)))
    if idf is not None:
        return Mean(consensus([caption], clipped, idf)[0], 1)
    return (ClippedCiderPool if clipped else CiderPool)((caption,))

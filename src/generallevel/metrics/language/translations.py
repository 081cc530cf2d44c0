"""Translations: texts, compared with reference translations as sacreBLEU compares them.

Objects: a prediction is a text; a reference is a text, or a tuple of texts. All are as people write them: nothing is
tokenised before. Scores are fractions, where sacreBLEU prints percentages.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.bleu import POOLED, NgramCounts, Smoothing, pooled_counts
from generallevel._kernels.ngrams import counts, orders, shared
from generallevel._kernels.texts import checked_text, empty_text, references
from generallevel._kernels.tokens import Cut
from generallevel.errors import InvalidInput, did_you_mean
from generallevel.registry import Variant, metric
from generallevel.scales import Complement, Linear
from generallevel.tallies import Additive, Mean

__all__ = ["FragmentCounts", "TranslationEdits", "bleu", "chrf", "ter"]

TokenizerNames: TypeAlias = Literal["13a", "intl", "zh", "char", "none"]
TOKENIZERS = ("13a", "intl", "zh", "char", "none")  # those that need no model and no download
SMOOTHINGS = ("exp", "floor", "add-k", "none")
BETA = 2  # recall counts twice as much as precision; Popovic (2016), and sacreBLEU
PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")  # what the words of chrF++ are freed of


@dataclass(frozen=True)
class Engine:
    """A library that takes part in the count, as a setting: its version stands in the signature of a score."""

    name: str

    @property
    def fingerprint(self) -> str:
        """Name and version."""
        from importlib.metadata import version

        return f"{self.name}-{version(self.name)}"


SACREBLEU = Engine("sacrebleu")


@functools.cache
def _tokenizer(name: str) -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize=name).tokenizer


def _cut(tokens: str | Cut, lowercase: bool) -> Cut:
    if callable(tokens):
        cut = tokens
    elif tokens in TOKENIZERS:
        tokenizer = _tokenizer(tokens)

        def cut(text: str) -> list[str]:
            found: list[str] = tokenizer(text.rstrip()).split()
            return found
    else:
        raise InvalidInput(
            f"tokens = {tokens!r} is none of sacreBLEU's tokenizers that need no model: {', '.join(TOKENIZERS)}."
            f"{did_you_mean(str(tokens), TOKENIZERS)} Pass a function from a text to its tokens for any other."
        )
    return lambda text: cut(checked_text(text).lower() if lowercase else checked_text(text))


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Post (2018), arXiv 1804.08771; Papineni et al. (2002), doi:10.3115/1073083.1073135",
    variants={
        "sentence": Variant(
            {"pooled": False, "effective_order": True}, note="the mean of sacreBLEU's sentence_bleu, for short texts"
        )
    },
    absent=empty_text,
    item="context",
    each="text",
    aliases=("sacrebleu",),
)
def bleu(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    tokens: TokenizerNames | Cut = "13a",
    lowercase: bool = False,
    smoothing: Smoothing = "exp",
    effective_order: bool = False,
    pooled: bool = True,
    engine: Engine = SACREBLEU,
) -> NgramCounts | Mean:
    r"""BLEU as sacreBLEU computes it: the one to publish, with a signature that says how.

    .. math:: \min(1, e^{1 - r / c}) \Bigl(\prod_{n=1}^4 \frac{m_n}{t_n}\Bigr)^{1/4}

    with :math:`m_n` of the :math:`t_n` n-grams of all texts, of c tokens together, found in their references.

    Parameters
    ----------
    pred : str
        The text, not tokenised. An empty one adds nothing but the length of its reference.
    ref : str or tuple of str
        Its reference, or several, which are one stock of n-grams; the length is that of the nearest.
    tokens : {"13a", "intl", "zh", "char", "none"} or callable, default "13a"
        sacreBLEU's tokenizer: that of mteval-v13a, its form for all of Unicode's punctuation, Chinese by characters,
        every character, or white space alone. A function takes a text and returns its tokens. ``13a`` does not know
        scripts without spaces: for Chinese take ``zh``, for Japanese or Thai ``char``.
    lowercase : bool, default False
        Whether ``A`` and ``a`` are one.
    smoothing : {"exp", "floor", "add-k", "none"}, default "exp"
        What an order without a match counts: half a match, then a quarter ...; 0.1; one more of everything from pairs
        on; nothing.
    effective_order : bool, default False
        Whether orders are left out that no text is long enough for.
    pooled : bool, default True
        True: counts of all texts are added up and the formula is read once. False: the mean over texts.
    engine : Engine, default the installed sacreBLEU
        Whose version enters the signature. Not to be set.

    Returns
    -------
    NgramCounts or Mean
        A fraction in [0, 1]; higher is better. `Mean` where not ``pooled``.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, there is no reference, or no tokenizer or smoothing has the name.

    Notes
    -----
    To match sacreBLEU's ``corpus_bleu``, divide its percentage by 100; what its signature calls ``case``, ``eff``,
    ``tok``, ``smooth`` and ``version`` stands in ours as ``lowercase``, ``effective_order``, ``tokens``, ``smoothing``
    and ``engine``. Its tokenizers cut here; the counts are ours. Tokenizers that download a model (spm, flores) or need
    MeCab are not offered by name.

    References
    ----------
    .. [1] Post (2018), "A call for clarity in reporting BLEU scores", arXiv 1804.08771
    .. [2] Papineni et al. (2002), doi:10.3115/1073083.1073135

    Examples
    --------
    >>> from generallevel import score
    >>> result = score("bleu", ["The dog bit the man."], ["The dog had bit the man."])
    >>> round(result.value, 4), "tokens:13a" in result.signature
    (0.5115, True)
    """
    if smoothing not in SMOOTHINGS:
        raise InvalidInput(
            f"smoothing = {smoothing!r} is none of {', '.join(SMOOTHINGS)}.{did_you_mean(str(smoothing), SMOOTHINGS)}"
        )
    cut = _cut(tokens, lowercase)
    found = pooled_counts(POOLED[smoothing, effective_order], cut(pred), [cut(text) for text in references(ref)])
    return found if pooled else Mean(found.value, 1)


@dataclass(frozen=True, slots=True)
class FragmentCounts(Additive):
    """Fragments of many texts and of their references, by order, and those they share: chrF is read from the sums.

    Attributes
    ----------
    said, wanted, common : ndarray, shape (orders,)
        Fragments of the texts, of the references, and of both. Those of a text count where its reference has any.
    n : float
        Texts.
    """

    said: Any
    wanted: Any
    common: Any
    n: float

    @classmethod
    def read(cls, said: Any, wanted: Any, common: Any, n: Any) -> NDArray[np.float64]:
        s, w, c = (np.atleast_1d(np.asarray(side, np.float64)) for side in (said, wanted, common))
        there = (s > 0) & (w > 0)
        used = np.maximum(there.sum(axis=-1), 1)
        precision = np.where(there, c / np.where(there, s, 1.0), 0.0).sum(axis=-1) / used
        recall = np.where(there, c / np.where(there, w, 1.0), 0.0).sum(axis=-1) / used
        below = BETA**2 * precision + recall
        value = (1 + BETA**2) * precision * recall / np.where(below > 0, below, 1.0)
        return np.where(np.asarray(n) == 0, np.nan, value)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Popovic (2015), doi:10.18653/v1/W15-3049; Post (2018), arXiv 1804.08771",
    variants={
        "plus_plus": Variant({"word_order": 2}, note="chrF++: words and pairs of words beside the characters"),
        "sentence": Variant({"pooled": False}, note="the mean of sacreBLEU's sentence_chrf"),
    },
    absent=empty_text,
    item="context",
    each="text",
)
def chrf(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    char_order: int = 6,
    word_order: int = 0,
    lowercase: bool = False,
    whitespace: bool = False,
    pooled: bool = True,
) -> FragmentCounts | Mean:
    r"""chrF: the F-measure of the runs of one to six characters that a text and its reference share.

    .. math:: \frac{(1 + \beta^2) P R}{\beta^2 P + R}, \quad \beta = 2

    with P and R the precision and the recall of the n-grams of characters, averaged over their orders.

    Parameters
    ----------
    pred : str
        The text. An empty one adds the n-grams of its reference as missing.
    ref : str or tuple of str
        Its reference, or several of which the one with the highest chrF counts.
    char_order : int, default 6
        The longest run of characters.
    word_order : int, default 0
        The longest run of words; 2 is chrF++.
    lowercase : bool, default False
        Whether ``A`` and ``a`` are one.
    whitespace : bool, default False
        Whether white space is a character.
    pooled : bool, default True
        True: counts of all texts are added up and the formula is read once. False: the mean over texts.

    Returns
    -------
    FragmentCounts or Mean
        A fraction in [0, 1]; higher is better. `Mean` where not ``pooled``.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, there is no reference, or an order is negative or both are 0.

    Notes
    -----
    Orders for which text or reference has no run are left out, as sacreBLEU does from version 2 on. To match its
    ``corpus_chrf``, divide its percentage by 100.

    References
    ----------
    .. [1] Popovic (2015), "chrF: character n-gram F-score for automatic MT evaluation", doi:10.18653/v1/W15-3049
    .. [2] Popovic (2017), "chrF++: words helping character n-grams", doi:10.18653/v1/W17-4770

    Examples
    --------
    >>> chrf("猫が好き", "猫が好き").value, round(chrf("colour", "color").value, 4)
    (1.0, 0.5517)
    """
    if min(char_order, word_order) < 0 or not char_order + word_order:
        raise InvalidInput(f"char_order = {char_order} and word_order = {word_order}: nothing is left to count")

    def fragments(text: str) -> tuple[Any, ...]:
        text = checked_text(text)
        text = text.lower() if lowercase else text
        characters = text if whitespace else "".join(text.split())
        words = _bare_words(text) if word_order else []
        return (*(_runs(characters, order + 1) for order in range(char_order)), *orders(words, word_order))

    said = fragments(pred)
    found = [_fragment_counts(said, fragments(text)) for text in references(ref)]
    best = found[0] if len(found) == 1 else max(found, key=lambda counts: counts.value)
    return best if pooled else Mean(best.value, 1)


def _runs(text: str, order: int) -> Any:
    return counts([text[start : start + order] for start in range(len(text) - order + 1)])


def _fragment_counts(said: tuple[Any, ...], wanted: tuple[Any, ...]) -> FragmentCounts:
    pairs = list(zip(said, wanted, strict=True))
    return FragmentCounts(
        np.array([one.total() if other else 0 for one, other in pairs]),
        np.array([other.total() for _, other in pairs]),
        np.array([shared(one, other) for one, other in pairs]),
        1,
    )


def _bare_words(text: str) -> list[str]:
    """The words of chrF++: one sign of punctuation comes off, at the end or else at the start."""
    words: list[str] = []
    for word in text.split():
        if len(word) > 1 and word[-1] in PUNCTUATION:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in PUNCTUATION:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words


@dataclass(frozen=True, slots=True)
class TranslationEdits(Additive):
    """Edits of many texts and the words of their references: TER is read from the sums.

    Attributes
    ----------
    edits : float
        Words inserted, deleted, exchanged, and runs of words moved.
    words : float
        Words of the references, for each text the mean over its references.
    n : float
        Texts.
    """

    edits: float
    words: float
    n: float

    @classmethod
    def read(cls, edits: Any, words: Any, n: Any) -> NDArray[np.float64]:
        # Where no reference has a word, words that were said are wrong altogether: 1, as sacreBLEU has it.
        edits, words = np.asarray(edits, np.float64), np.asarray(words, np.float64)
        rate = np.where(words > 0, edits / np.where(words > 0, words, 1.0), edits > 0)
        return np.where(np.asarray(n) == 0, np.nan, rate)


@metric(
    unit="fraction",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Complement(),
    source="Snover et al. (2006), ACL Anthology 2006.amta-papers.25; Post (2018), arXiv 1804.08771",
    variants={"sentence": Variant({"pooled": False}, note="the mean of sacreBLEU's sentence_ter")},
    absent=empty_text,
    item="context",
    each="text",
    aliases=("translation_edit_rate",),
)
def ter(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    normalized: bool = False,
    punctuation: bool = True,
    asian: bool = False,
    case_sensitive: bool = False,
    pooled: bool = True,
    engine: Engine = SACREBLEU,
) -> TranslationEdits | Mean:
    r"""Translation edit rate: the edits that turn a text into its reference, moves of runs included, per word of it.

    .. math:: \frac{I + D + S + M}{N}

    with I words inserted, D deleted, S exchanged and M runs of words moved, of N words of the reference.

    Parameters
    ----------
    pred : str
        The text. An empty one lacks every word of the reference.
    ref : str or tuple of str
        Its reference, or several: the fewest edits count, and the mean of their lengths.
    normalized : bool, default False
        Whether punctuation is cut off words first (Tercom's normalisation); otherwise words stand between blanks.
    punctuation : bool, default True
        Whether punctuation counts.
    asian : bool, default False
        Whether Chinese, Japanese and Korean characters are words of their own, where ``normalized``.
    case_sensitive : bool, default False
        Whether ``A`` and ``a`` are two.
    pooled : bool, default True
        True: edits and words of all texts are added up before dividing. False: the mean over texts.
    engine : Engine, default the installed sacreBLEU
        Whose version enters the signature. Not to be set.

    Returns
    -------
    TranslationEdits or Mean
        A fraction of the reference's words in [0, inf); lower is better. `Mean` where not ``pooled``.

    Raises
    ------
    InvalidInput
        If a prediction or reference is no text, or there is no reference.

    Notes
    -----
    sacreBLEU finds the edits here; to match its ``corpus_ter``, divide its percentage by 100. The search for moves is
    greedy, as Tercom's, and slow on long texts: a sentence is what it is made for.

    References
    ----------
    .. [1] Snover et al. (2006), "A study of translation edit rate with targeted human annotation", ACL Anthology
       2006.amta-papers.25

    Examples
    --------
    One move, of the first word to the end:

    >>> ter("down the cat sat", "the cat sat down").value
    0.25
    """
    from sacrebleu.metrics.ter import TER

    refs = [checked_text(text) for text in references(ref)]
    found = _edit_finder(TER, normalized, not punctuation, asian, case_sensitive).sentence_score(
        checked_text(pred), refs
    )
    edits = TranslationEdits(float(found.num_edits), float(found.ref_length), 1)
    return edits if pooled else Mean(edits.value, 1)


@functools.cache
def _edit_finder(kind: Any, normalized: bool, no_punct: bool, asian: bool, case_sensitive: bool) -> Any:
    return kind(normalized=normalized, no_punct=no_punct, asian_support=asian, case_sensitive=case_sensitive)

"""Transcripts: what was said, as text.

Objects: a prediction is a transcript; a reference is a transcript, or a tuple of transcripts that are all right. Error
rates are fractions of the reference's words, in [0, inf); lower is better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.texts import empty_text, references
from generallevel._kernels.tokens import Cut, TokenNames, cutter
from generallevel.registry import Variant, metric
from generallevel.scales import Complement
from generallevel.tallies import Additive, Mean

__all__ = ["EditCounts", "wer"]


@dataclass(frozen=True, slots=True)
class EditCounts(Additive):
    """Edits of many transcripts and the words of their references: an error rate is read from the sums.

    Attributes
    ----------
    edits : float
        Words to substitute, delete and insert.
    words : float
        Words of the references.
    n : float
        Transcripts.
    """

    edits: float
    words: float
    n: float

    @classmethod
    def read(cls, edits: Any, words: Any, n: Any) -> NDArray[np.float64]:
        # Where no reference has a word, every word said is an error too many: the count of them, as jiwer 4 has it.
        rate = np.divide(edits, np.where(np.asarray(words) == 0, 1.0, words))
        return np.where(np.asarray(n) == 0, np.nan, rate)


def _edit_counts(preds: list[list[str]], refs: list[list[str]]) -> EditCounts:
    """The edits between texts that are cut into words already."""
    import jiwer

    # Its own transforms cut at blanks; one that leaves the words as they are serves as well.
    process: Any = jiwer.process_words
    found = process(refs, preds, reference_transform=_same, hypothesis_transform=_same)
    wrong = found.substitutions + found.deletions
    return EditCounts(wrong + found.insertions, wrong + found.hits, len(preds))


def _same(words: list[list[str]]) -> list[list[str]]:
    return words


def _wer_of_many(
    preds: Any, refs: Any, *, tokens: TokenNames | Cut, fold_case: bool, pooled: bool
) -> EditCounts | Mean:
    """`wer` of many items in one call of jiwer, where their edits are pooled and each has one reference."""
    if pooled and not any(isinstance(ref, tuple) for ref in refs):
        cut = cutter(tokens, fold_case=fold_case)
        return _edit_counts([cut(pred) for pred in preds], [cut(ref) for ref in refs])
    items = zip(preds, refs, strict=True)
    tallies = [wer(pred, ref, tokens=tokens, fold_case=fold_case, pooled=pooled) for pred, ref in items]
    return type(tallies[0]).sum(tallies)  # type: ignore[return-value]  # all of one kind


@metric(
    labels={("Audio-Generation", "WER"): "percent"},
    unit="fraction",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Complement(),
    source="arXiv 2505.04620v1, Table 17 row 53 and A.1",
    batch=_wer_of_many,
    variants={
        "released": Variant(
            {"pooled": False}, note="the released code: each utterance has its rate, and a set the mean"
        )
    },
    absent=empty_text,
    each="utterance",
    aliases=("word_error_rate",),
    caution="Words are what stands between blanks: for Chinese, Japanese or Thai cut by other tokens.",
)
def wer(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    tokens: TokenNames | Cut = "spaces",
    fold_case: bool = False,
    pooled: bool = True,
) -> EditCounts | Mean:
    r"""Word error rate: the least edits that turn a transcript into its reference, per reference word.

    .. math:: \frac{S + D + I}{N}

    with S words substituted, D deleted and I inserted, of the N words of the reference.

    Parameters
    ----------
    pred : str
        The transcript. An empty one has every word of the reference deleted.
    ref : str or tuple of str
        Its reference, or several of which the one with the lowest rate counts (of equal rates, that with fewer edits).
    tokens : {"spaces", "words", "treebank"} or callable, default "spaces"
        What a word is: what stands between white space; or, with ``words``, each character of Chinese, Japanese or Thai
        and each sign of punctuation too; or what a function of yours returns for a text.
    fold_case : bool, default False
        Whether ``A`` and ``a`` are one. Punctuation counts as it stands.
    pooled : bool, default True
        True: the edits and the words of all utterances are added up before dividing. False: each utterance has its
        rate, and a set the mean of them.

    Returns
    -------
    EditCounts or Mean
        A fraction of the reference's words in [0, inf), since insertions have no limit; lower is better. `Mean` where
        not ``pooled``.

    Raises
    ------
    InvalidInput
        If a transcript or reference is no text, or there is no reference.

    Notes
    -----
    A reference without a word: silence that is transcribed as silence is right (0), and each word said is one error. In
    a set these errors count beside the others'; where no reference of the set has a word, the rate is their number.

    To match jiwer 4's ``wer`` on lists, set nothing: jiwer counts the edits here. It cuts at blanks only, so that the
    two differ on texts with tabs or line breaks.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 53
    .. [2] Morris, Maier & Green (2004), "From WER and RIL to MER and WIL"

    Examples
    --------
    One of three words is wrong and one is missing:

    >>> round(wer("the cap sat", "the cat sat down").value, 3)  # (1 + 1) / 4
    0.5

    Edits pool over a set:

    >>> (wer("a b", "a b") + wer("", "c d e f g h")).value  # 6 / (2 + 6)
    0.75
    """
    cut = cutter(tokens, fold_case=fold_case)
    said = cut(pred)
    found = [_edit_counts([said], [cut(one)]) for one in references(ref)]
    best = min(found, key=lambda counts: (counts.value, counts.edits))
    return best if pooled else Mean(best.value, 1)

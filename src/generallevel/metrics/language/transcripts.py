"""Transcripts: what was said, as text.

Objects: a prediction is a transcript, or a recording and somebody who transcribes it; a reference is a transcript, or a
tuple of transcripts that are all right. Error rates are fractions of the reference's words or characters, in [0, inf);
lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.labels import folded
from generallevel._kernels.texts import empty_text, references
from generallevel._kernels.tokens import Cut, TokenNames, cutter
from generallevel.errors import InvalidInput
from generallevel.extractors.transcribers import Listener, heard
from generallevel.registry import Variant, metric
from generallevel.scales import Complement
from generallevel.tallies import Additive, Mean

__all__ = ["Edit", "EditCounts", "alignment", "cer", "wer"]

CharacterSpace: TypeAlias = Literal["strip", "keep", "fold", "drop"]


@dataclass(frozen=True, slots=True)
class EditCounts(Additive):
    """Edits of many transcripts and the words of their references: an error rate is read from the sums.

    Attributes
    ----------
    edits : float
        Words, or characters, to substitute, delete and insert.
    words : float
        Those of the references.
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


def _edits(said: Sequence[str], wanted: Sequence[str]) -> EditCounts:
    """The edits between two texts that are cut into words or characters already."""
    from rapidfuzz.distance.Levenshtein import distance

    return EditCounts(distance(wanted, said), len(wanted), 1)


def _best(said: Sequence[str], wanted: Iterable[Sequence[str]], pooled: bool) -> EditCounts | Mean:
    """The edits to the nearest of several references."""
    found = [_edits(said, one) for one in wanted]
    best = found[0] if len(found) == 1 else min(found, key=lambda counts: (counts.value, counts.edits))
    return best if pooled else Mean(best.value, 1)


def _wer_of_many(
    preds: Any, refs: Any, *, tokens: TokenNames | Cut, fold_case: bool, pooled: bool, transcriber: Listener
) -> EditCounts | Mean:
    """`wer` of many items, without a tally for each where their edits are pooled and each has one reference."""
    return _of_many(heard(preds, transcriber), refs, cutter(tokens, fold_case=fold_case), pooled)


def _of_many(preds: Any, refs: Any, cut: Callable[[str], Sequence[str]], pooled: bool) -> EditCounts | Mean:
    from rapidfuzz.distance.Levenshtein import distance

    if pooled and not any(isinstance(ref, tuple) for ref in refs):
        wanted = [cut(one) for ref in refs for one in references(ref)]
        edits = sum(distance(one, cut(pred)) for pred, one in zip(preds, wanted, strict=True))
        return EditCounts(edits, sum(map(len, wanted)), len(wanted))
    items = zip(preds, refs, strict=True)
    tallies: list[Any] = [_best(cut(pred), [cut(one) for one in references(ref)], pooled) for pred, ref in items]
    total: EditCounts | Mean = type(tallies[0]).sum(tallies)
    return total


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
    pred: Any,
    ref: str | tuple[str, ...],
    *,
    tokens: TokenNames | Cut = "spaces",
    fold_case: bool = False,
    pooled: bool = True,
    transcriber: Listener = None,
) -> EditCounts | Mean:
    r"""Word error rate: the least edits that turn a transcript into its reference, per reference word.

    .. math:: \frac{S + D + I}{N}

    with S words substituted, D deleted and I inserted, of the N words of the reference.

    Parameters
    ----------
    pred : str
        The transcript. An empty one has every word of the reference deleted. With a transcriber: the recording.
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
    transcriber : Transcriber, optional
        Who turns recordings into texts, of speech that was generated: `extractors.Wrapped` makes one of any function.
        Its fingerprint is part of the score's signature. By default the predictions are texts already.

    Returns
    -------
    EditCounts or Mean
        A fraction of the reference's words in [0, inf), since insertions have no limit; lower is better. `Mean` where
        not ``pooled``.

    Raises
    ------
    InvalidInput
        If a transcript or reference is no text, or there is no reference.
    LengthMismatch
        If the transcriber does not give one text for each recording.

    Notes
    -----
    A reference without a word: silence that is transcribed as silence is right (0), and each word said is one error. In
    a set these errors count beside the others'; where no reference of the set has a word, the rate is their number.

    Of Chinese, Japanese or Thai cut by ``words`` each character is a word (the mixed error rate of texts that hold
    English too); a segmenter of yours is ``tokens=jieba.lcut``. `alignment` shows which word became which.

    To match jiwer 4's ``wer`` on lists, set nothing. It cuts at blanks only, so that the two differ on texts with tabs
    or line breaks.

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

    Recordings (here, numbers) are heard first:

    >>> from generallevel.extractors import Wrapped
    >>> model = Wrapped(lambda recordings: ["the cat" if one > 0.5 else "a dog" for one in recordings], "threshold")
    >>> wer(0.9, "the cat sat", transcriber=model).value == 1 / 3
    True
    """
    cut = cutter(tokens, fold_case=fold_case)
    return _best(cut(heard([pred], transcriber)[0]), [cut(one) for one in references(ref)], pooled)


class Edit(NamedTuple):
    """One step from a reference to a transcript.

    Attributes
    ----------
    kind : {"equal", "substitute", "delete", "insert"}
    ref, pred : str
        The word of each side; empty where it has none.
    """

    kind: str
    ref: str
    pred: str


def alignment(pred: str, ref: str, *, tokens: TokenNames | Cut = "spaces", fold_case: bool = False) -> tuple[Edit, ...]:
    """Word by word, what became of a reference in a transcript: the steps that `wer` counts.

    Parameters
    ----------
    pred, ref : str
        A transcript and its reference.
    tokens : {"spaces", "words", "treebank"} or callable, default "spaces"
        What a word is; ``list`` aligns characters.
    fold_case : bool, default False
        Whether ``A`` and ``a`` are one.

    Returns
    -------
    tuple of Edit
        As few edits as there can be. Of several ways that are equally short it is one.

    Raises
    ------
    InvalidInput
        If one of the two is no text.

    Examples
    --------
    >>> [tuple(edit) for edit in alignment("the cap sat", "the cat sat down") if edit.kind != "equal"]
    [('substitute', 'cat', 'cap'), ('delete', 'down', '')]
    """
    import jiwer

    cut = cutter(tokens, fold_case=fold_case)
    said, wanted = cut(pred), cut(ref)
    if not said or not wanted:  # jiwer takes no empty text
        return (*(Edit("delete", word, "") for word in wanted), *(Edit("insert", "", word) for word in said))

    def words(texts: list[str]) -> list[list[str]]:
        return [list(cut(text)) for text in texts]

    by_words = jiwer.Compose([words])  # type: ignore[list-item]  # any callable serves
    aligned = jiwer.process_words([ref], [pred], by_words, by_words).alignments[0]
    return tuple(
        Edit(chunk.type, *pair)
        for chunk in aligned
        for pair in zip_longest(
            wanted[chunk.ref_start_idx : chunk.ref_end_idx], said[chunk.hyp_start_idx : chunk.hyp_end_idx], fillvalue=""
        )
    )


def _characters(space: CharacterSpace, fold_case: bool) -> Callable[[str], str]:
    """The function that leaves the characters of a text that count."""
    one_of("space", space, ("keep", "strip", "fold", "drop"))

    def of(text: str) -> str:
        if not isinstance(text, str):
            raise InvalidInput(
                f"wanted a text (str), got {type(text).__name__}: {text!r:.80}. Several references of one item are a "
                "tuple on the reference side."
            )
        kept = folded(text, fold_case, "fold" if space == "drop" else space)
        return kept.replace(" ", "") if space == "drop" else kept

    return of


def _cer_of_many(
    preds: Any, refs: Any, *, space: CharacterSpace, fold_case: bool, pooled: bool, transcriber: Listener
) -> EditCounts | Mean:
    """`cer` of many items, without a tally for each where their edits are pooled and each has one reference."""
    return _of_many(heard(preds, transcriber), refs, _characters(space, fold_case), pooled)


@metric(
    unit="fraction",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Complement(),
    source="Morris, Maier & Green (2004), From WER and RIL to MER and WIL",
    batch=_cer_of_many,
    variants={
        "mean": Variant({"pooled": False}, note="each utterance has its rate, and a set the mean"),
        "unspaced": Variant({"space": "drop"}, note="Chinese and Japanese: white space is no character"),
    },
    absent=empty_text,
    each="utterance",
    aliases=("character_error_rate",),
)
def cer(
    pred: Any,
    ref: str | tuple[str, ...],
    *,
    space: CharacterSpace = "strip",
    fold_case: bool = False,
    pooled: bool = True,
    transcriber: Listener = None,
) -> EditCounts | Mean:
    r"""Character error rate: the least edits that turn a transcript into its reference, per reference character.

    .. math:: \frac{S + D + I}{N}

    with S characters substituted, D deleted and I inserted, of the N characters of the reference.

    Parameters
    ----------
    pred : str
        The transcript. An empty one has every character of the reference deleted. With a transcriber: the recording.
    ref : str or tuple of str
        Its reference, or several of which the one with the lowest rate counts (of equal rates, that with fewer edits).
    space : {"strip", "keep", "fold", "drop"}, default "strip"
        Which white space is a character: what stands inside a text, or all, or each run of it inside as one blank, or
        none, as for Chinese.
    fold_case : bool, default False
        Whether ``A`` and ``a`` are one. Punctuation counts as it stands.
    pooled : bool, default True
        True: the edits and the characters of all utterances are added up before dividing. False: each utterance has its
        rate, and a set the mean of them.
    transcriber : Transcriber, optional
        As for `wer`.

    Returns
    -------
    EditCounts or Mean
        A fraction of the reference's characters in [0, inf), since insertions have no limit; lower is better. `Mean`
        where not ``pooled``.

    Raises
    ------
    InvalidInput
        If a transcript or reference is no text, there is no reference, or ``space`` is none of its words.

    Notes
    -----
    A character is a Unicode code point: composed and decomposed accents are two spellings (bring both sides into one
    with `unicodedata.normalize`), and an emoji may be several.

    A reference without a character: silence that is transcribed as silence is right (0), and each character said is one
    error. In a set these errors count beside the others'; where no reference of the set has a character, the rate is
    their number.

    To match jiwer 4's ``cer``, set nothing.

    References
    ----------
    .. [1] Morris, Maier & Green (2004), "From WER and RIL to MER and WIL"

    Examples
    --------
    >>> cer("I like cat", "I like cats").value  # 1 / 11
    0.09090909090909091
    >>> cer("我 喜欢 猫", "我喜欢狗", space="drop").value
    0.25
    """
    read = _characters(space, fold_case)
    return _best(read(heard([pred], transcriber)[0]), [read(one) for one in references(ref)], pooled)

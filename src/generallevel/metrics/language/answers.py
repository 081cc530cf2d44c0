"""Answers: a label, a choice or a short text, right or wrong.

Objects: a prediction is one answer; a reference is one answer, or a tuple of answers of which any is right. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from generallevel._kernels.choices import check_count, one_of
from generallevel._kernels.labels import Space, folded, kind, label
from generallevel._kernels.normal_forms import NormalForm, NormalFormName, normal_form
from generallevel._kernels.texts import empty_text, references
from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean, Ratio

__all__ = ["accuracy", "anls", "exact_match"]

Credit: TypeAlias = Literal["any", "votes", "votes_of_others"]
Reader: TypeAlias = Callable[[Any, str], Any]

CREDITS = ("any", "votes", "votes_of_others")
ENOUGH_VOTES = 3  # Antol et al. (2015), arXiv 1505.00468: so many people make an answer wholly right


class _NoAnswer:
    """The answer that is never right: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no answer"

    def __reduce__(self) -> str:
        return "NO_ANSWER"


NO_ANSWER = _NoAnswer()


def no_answer(_ref: object) -> _NoAnswer:
    """The answer that is never right, whatever the reference.

    Parameters
    ----------
    _ref : object
        The reference.

    Returns
    -------
    object
    """
    return NO_ANSWER


def _reader(fold_case: bool, space: Space, as_text: bool, normalise: NormalFormName | NormalForm) -> Reader:
    """The function that reads an answer as what it is compared as."""
    form = normal_form(normalise)
    folded("", fold_case, space)  # an unknown word for space is an error even where no text is folded

    def read(given: Any, name: str) -> Any:
        value = label(given, name)
        if as_text and not isinstance(value, str):
            value = str(value)
        return folded(form(value), fold_case, space) if isinstance(value, str) else value

    return read


def _agreeing(said: Any, wanted: list[Any]) -> int:
    """How many references an answer equals."""
    alike = [one for one in wanted if kind(one) == kind(said)]
    if not alike:
        raise InvalidInput(
            f"answer {said!r:.80} is {kind(said)} and its reference {wanted[0]!r:.80} is {kind(wanted[0])}: the two "
            "never equal. Read both sides as one kind, or pass as_text=True to compare how they are spelt."
        )
    return alike.count(said)


def _credit(pred: Any, ref: Any, read: Reader, credit: Credit) -> float:
    """How right an answer is."""
    wanted = [read(one, "reference") for one in references(ref)]
    if credit == "any":
        return 0 if pred is NO_ANSWER else int(_agreeing(read(pred, "answer"), wanted) > 0)
    enough = ENOUGH_VOTES + (credit == "votes_of_others")
    if len(wanted) < enough:
        raise InvalidInput(
            f"credit={credit!r} counts the people who gave an answer, {enough} or more to a question, and this one has "
            f"{len(wanted)} reference{'s' * (len(wanted) > 1)}: pass all of them as a tuple, repetitions included, or "
            "credit='any'"
        )
    votes = 0 if pred is NO_ANSWER else _agreeing(read(pred, "answer"), wanted)
    if credit == "votes":
        return min(votes / ENOUGH_VOTES, 1.0)
    # Each person in turn is left out: one who agrees takes a vote along.
    others = votes * min((votes - 1) / ENOUGH_VOTES, 1.0) + (len(wanted) - votes) * min(votes / ENOUGH_VOTES, 1.0)
    return others / len(wanted)


def _accuracy_of_many(
    preds: Any,
    refs: Any,
    *,
    fold_case: bool,
    space: Space,
    as_text: bool,
    normalise: NormalFormName | NormalForm,
    credit: Credit,
) -> Ratio:
    """`accuracy` of many items in one expression, where they are plain labels of one kind."""
    one_of("credit", credit, CREDITS)
    read = _reader(fold_case, space, as_text, normalise)
    if credit == "any" and normalise == "none":
        if not as_text and _same_dtype(preds, refs) and not (_holds_nan(preds) or _holds_nan(refs)):
            return Ratio(int(np.count_nonzero(preds == refs)), len(preds))
        preds, refs = (side.tolist() if isinstance(side, np.ndarray) else side for side in (preds, refs))
        kinds = {*map(type, preds), *map(type, refs)}
        if kinds == {str}:
            if fold_case or space != "keep":
                preds, refs = ([folded(text, fold_case, space) for text in side] for side in (preds, refs))
            return Ratio(sum(map(operator.eq, preds, refs)), len(preds))
        if kinds <= {int, bool, float} and not as_text and not (_holds_nan(preds) or _holds_nan(refs)):
            return Ratio(sum(map(operator.eq, preds, refs)), len(preds))
    items = zip(preds, refs, strict=True)
    return Ratio.sum([Ratio(_credit(pred, ref, read, credit), 1) for pred, ref in items])


def _same_dtype(preds: Any, refs: Any) -> bool:
    # Two kinds of number go the long way round: Python compares an integer with a float exactly, numpy rounds it first.
    arrays = all(isinstance(side, np.ndarray) and side.ndim == 1 for side in (preds, refs))
    return arrays and preds.dtype == refs.dtype and preds.dtype.kind in "biuf"


def _holds_nan(side: Any) -> bool:
    if isinstance(side, np.ndarray):
        return side.dtype.kind == "f" and bool(np.isnan(side).any())
    return any(map(operator.ne, side, side))


@metric(
    labels={
        ("Image-Comprehension", "Acc"): "percent",
        ("Image-Comprehension", "ACC"): "percent",
        ("Image-Generation", "Acc"): "percent",
        ("Video-Comprehension", "Acc"): "percent",
        ("Video-Comprehension", "ACC"): "percent",
        ("Audio-Comprehension", "Acc"): "percent",
        ("Audio-Comprehension", "ACC"): "percent",
        ("3D-Comprehension", "Acc"): "percent",
        ("NLP", "Acc"): "percent",
        ("NLP", "ACC"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 1",
    batch=_accuracy_of_many,
    variants={
        "released": Variant(
            {"as_text": True, "space": "strip"},
            note="the released code for language: both sides as text, ends stripped",
        ),
        "vqa": Variant(
            {"normalise": "vqa", "credit": "votes_of_others"},
            note="VQA, OK-VQA and VizWiz: the share of three people who agree, averaged over leaving each person out",
        ),
        "vqa_simple": Variant(
            {"normalise": "vqa", "credit": "votes"}, note="the same without leaving anybody out: min(n / 3, 1)"
        ),
    },
    absent=no_answer,
    each="answer",
)
def accuracy(
    pred: Any,
    ref: Any,
    *,
    fold_case: bool = False,
    space: Space = "keep",
    as_text: bool = False,
    normalise: NormalFormName | NormalForm = "none",
    credit: Credit = "any",
) -> Ratio:
    r"""Share of answers that equal their reference.

    Parameters
    ----------
    pred : str, number or other label
        The answer. Numbers compare by value, whatever their type: 1, 1.0 and ``np.int64(1)`` are one label.
    ref : label, or tuple of labels
        The reference answer, or several of which any is right.
    fold_case : bool, default False
        Whether ``Cat`` and ``cat`` are one.
    space : {"keep", "strip", "fold"}, default "keep"
        Whether white space counts, or only that inside an answer, or every run of it as one blank and none at the ends.
    as_text : bool, default False
        Whether numbers and texts are compared as they are spelt: 3 equals ``"3"``, and 3.0 does not.
    normalise : {"none", "squad", "sqa3d", "vqa"} or callable, default "none"
        The normal form into which texts are brought first: as they are, or as one of these benchmarks reads them, or
        what a function of yours returns.
    credit : {"any", "votes", "votes_of_others"}, default "any"
        What an answer earns. ``any``: 1 if it equals a reference. ``votes``: the references are what several people
        said, and n of them who agree make min(n / 3, 1). ``votes_of_others``: the mean of that over leaving each of
        them out in turn.

    Returns
    -------
    Ratio
        Right answers out of all, a fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a number would be compared with a text, a label is no single value, there is no reference, or there are too
        few for a vote (three, or four where one is left out).
    NotFinite
        If a label is NaN, which equals nothing, itself included.

    Notes
    -----
    An answer is right or wrong as a whole: a reference that is a part of it does not make it right. Free text is first
    read into a choice (`generallevel.metrics.language.choices.extract_choice`); this function does not guess.

    To match scikit-learn's ``accuracy_score``, set nothing. To match the evaluation of VQA v2, OK-VQA and VizWiz, set
    ``variant="vqa"`` and pass all ten answers; both sides are brought into the normal form, as its later versions do.
    An answer that is missing is wrong.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 1
    .. [2] Antol et al. (2015), "VQA: Visual Question Answering", arXiv 1505.00468

    Examples
    --------
    >>> accuracy("cat", "dog").value, accuracy("cat", ("dog", "cat")).value
    (0.0, 1.0)
    >>> accuracy(" Cat\n", "cat", fold_case=True, space="strip").value
    1.0
    >>> accuracy("3", 3)
    Traceback (most recent call last):
    ...
    generallevel.errors.InvalidInput: answer '3' is a text and its reference 3 is a number: ...

    Of ten people two said "red":

    >>> people = ("red",) * 2 + ("pink",) * 8
    >>> round(accuracy("red", people, credit="votes").value, 3)  # 2 / 3
    0.667
    >>> round(accuracy("red", people, credit="votes_of_others").value, 3)  # (2 * 1/3 + 8 * 2/3) / 10
    0.6
    """
    one_of("credit", credit, CREDITS)
    return Ratio(_credit(pred, ref, _reader(fold_case, space, as_text, normalise), credit), 1)


def _matched(pred: Any, ref: Any, read: Reader, k: int) -> int:
    """Whether one of the first k answers equals a reference."""
    if pred is NO_ANSWER:
        return 0
    ranked = [pred] if not isinstance(pred, list) else pred[:k]
    wanted = [read(one, "reference") for one in references(ref)]
    return int(any(_agreeing(read(one, "answer"), wanted) for one in ranked))


def _exact_match_of_many(
    preds: Any,
    refs: Any,
    *,
    normalise: NormalFormName | NormalForm,
    fold_case: bool,
    space: Space,
    k: int,
) -> Ratio:
    """`exact_match` of many items."""
    if normalise == "none" and not any(isinstance(pred, list) for pred in preds):
        return _accuracy_of_many(
            preds, refs, fold_case=fold_case, space=space, as_text=False, normalise="none", credit="any"
        )
    check_count("k", k)
    read = _reader(fold_case, space, False, normalise)
    return Ratio(sum(_matched(pred, ref, read, k) for pred, ref in zip(preds, refs, strict=True)), len(preds))


@metric(
    labels={("3D-Comprehension", "EM@1"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 12; Rajpurkar et al. (2016), arXiv 1606.05250",
    batch=_exact_match_of_many,
    variants={
        "squad": Variant({"normalise": "squad"}, note="SQuAD: without case, punctuation, articles and extra blanks"),
        "sqa3d": Variant({"normalise": "sqa3d"}, note="SQA3D and, in later work, ScanQA: their answers cleaned"),
    },
    absent=no_answer,
    each="answer",
    aliases=("em", "em_1"),
)
def exact_match(
    pred: Any,
    ref: Any,
    *,
    normalise: NormalFormName | NormalForm = "none",
    fold_case: bool = False,
    space: Space = "keep",
    k: int = 1,
) -> Ratio:
    """Share of questions whose first answer is identical to a reference answer.

    Parameters
    ----------
    pred : str, number, or list of them
        The answer, or the answers of one question from the best down.
    ref : str or number, or tuple of them
        The reference answer, or several of which any is right.
    normalise : {"none", "squad", "sqa3d", "vqa"} or callable, default "none"
        The normal form into which texts are brought first: as they are, or as one of these benchmarks reads them, or
        what a function of yours returns.
    fold_case : bool, default False
        Whether ``Cat`` and ``cat`` are one.
    space : {"keep", "strip", "fold"}, default "keep"
        Whether white space counts, or only that inside an answer, or every run of it as one blank and none at the ends.
    k : int, default 1
        How many of the ranked answers count: EM@k.

    Returns
    -------
    Ratio
        Questions that are answered right out of all, a fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a number would be compared with a text, there is no reference, or ``k`` is no positive whole number.
    NotFinite
        If an answer is NaN.

    Notes
    -----
    ScanQA compares the answer as it is with any of the references (set nothing); work with models that write free text
    brings both sides into the form of SQA3D first (``variant="sqa3d"``). Its "refined" match, which accepts an answer
    that is a part of a reference, is not offered: "no" is a part of "north". An empty answer equals an empty reference,
    also where the normal form made it empty ("the" under SQuAD's). An empty list of answers is wrong.

    To match SQuAD's ``exact_match``, set ``variant="squad"``; it prints percent.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 12
    .. [2] Rajpurkar et al. (2016), "SQuAD: 100,000+ Questions for Machine Comprehension of Text", arXiv 1606.05250
    .. [3] Azuma et al. (2022), "ScanQA: 3D Question Answering for Spatial Scene Understanding", arXiv 2112.10482

    Examples
    --------
    >>> exact_match("The table.", ("table", "desk")).value, exact_match("The table.", "table", normalise="squad").value
    (0.0, 1.0)
    >>> exact_match(["desk", "table"], "table").value, exact_match(["desk", "table"], "table", k=2).value
    (0.0, 1.0)
    """
    check_count("k", k)
    return Ratio(_matched(pred, ref, _reader(fold_case, space, False, normalise), k), 1)


def _similarity(said: str, wanted: list[str], threshold: float) -> float:
    """The similarity of an answer to the reference that is nearest to it."""
    from rapidfuzz.distance.Levenshtein import distance

    best = 0.0
    for one in wanted:
        longest = max(len(said), len(one))
        apart = distance(said, one) / longest if longest else 0.0
        if apart < threshold:
            best = max(best, 1 - apart)
    return best


def _anls_of_many(preds: Any, refs: Any, *, threshold: float, fold_case: bool, space: Space) -> Mean:
    """`anls` of many items, summed as a list of tallies is."""
    items = zip(preds, refs, strict=True)
    values = [_anls(pred, ref, threshold, fold_case, space) for pred, ref in items]
    return Mean(sum(values), len(values))


def _anls(pred: Any, ref: Any, threshold: float, fold_case: bool, space: Space) -> float:
    if not 0 < threshold <= 1:
        raise ImpossibleValue(
            "threshold is the distance from which on an answer counts nothing, above 0 and at most 1, not "
            f"{threshold!r}"
        )
    wanted = references(ref)
    for one in (pred, *wanted):
        if not isinstance(one, str):
            raise InvalidInput(
                f"wanted a text (str), got {type(one).__name__}: {one!r:.80}. Several references of one item are a "
                "tuple on the reference side; a number is compared as text only where it is passed as str."
            )
    said = folded(pred, fold_case, space)
    return _similarity(said, [folded(one, fold_case, space) for one in wanted], threshold)


@metric(
    labels={("Image-Comprehension", "ANLS"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 13 (the name); Biten et al. (2019), arXiv 1905.13648 (the definition)",
    batch=_anls_of_many,
    absent=empty_text,
    each="answer",
    caution="The paper prints a ranking measure's description under this name; the usual definition is meant here.",
)
def anls(
    pred: str,
    ref: str | tuple[str, ...],
    *,
    threshold: float = 0.5,
    fold_case: bool = True,
    space: Space = "fold",
) -> Mean:
    r"""Average normalised Levenshtein similarity of answers, where a similarity below one half counts as none.

    .. math:: s = \begin{cases} 1 - d & d < \tau \\ 0 & \text{otherwise} \end{cases}
              \qquad d = \frac{\text{edits}}{\text{length of the longer text}}

    Parameters
    ----------
    pred : str
        The answer.
    ref : str or tuple of str
        The reference answer, or several of which the most similar one counts.
    threshold : float, default 0.5
        The distance tau from which on an answer counts nothing: above 0, at most 1.
    fold_case : bool, default True
        Whether ``Cat`` and ``cat`` are one.
    space : {"keep", "strip", "fold"}, default "fold"
        Whether white space counts, or only that inside an answer, or every run of it as one blank and none at the ends.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Each answer counts once.

    Raises
    ------
    InvalidInput
        If an answer or reference is no text, or there is no reference.
    ImpossibleValue
        If the threshold is not above 0 and at most 1.

    Notes
    -----
    Edits and lengths are counted in Unicode code points. Two empty texts are alike (1). A distance of exactly the
    threshold counts nothing, as the publication has it; the evaluation server of DocVQA keeps it (0.5), which differs
    for answers half of whose characters are wrong.

    To match the package ``anls`` 0.0.2, set nothing; it lowers the case, so that ``ß`` and ``ss`` are two. A missing
    answer counts as an empty text.

    References
    ----------
    .. [1] Biten et al. (2019), "Scene Text Visual Question Answering", arXiv 1905.13648
    .. [2] arXiv 2505.04620v1, Table 17 row 13

    Examples
    --------
    >>> anls("Hallo", "hello").value, anls("hi", "hello").value  # 1 - 1 / 5, and a distance of 4 / 5
    (0.8, 0.0)
    """
    return Mean(_anls(pred, ref, threshold, fold_case, space), 1)

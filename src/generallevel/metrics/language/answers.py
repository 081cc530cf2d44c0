"""Answers: a label, a choice or a short text, right or wrong.

Objects: a prediction is one answer; a reference is one answer, or a tuple of answers of which any is right. Scores are
fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from generallevel._kernels.labels import Space, folded, kind, label
from generallevel._kernels.texts import references
from generallevel.errors import InvalidInput
from generallevel.registry import Variant, declare, metric
from generallevel.scales import Linear
from generallevel.tallies import Ratio

__all__ = ["accuracy", "anls", "exact_match", "macro_accuracy"]


class _NoAnswer:
    """The answer that is never right: what a missing prediction counts as."""

    def __repr__(self) -> str:
        return "no answer"


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


def _right(pred: Any, ref: Any, fold_case: bool, space: Space, as_text: bool) -> bool:
    """Whether an answer equals its reference, or one of them."""
    if pred is NO_ANSWER:
        return False

    def read(given: Any, name: str) -> Any:
        value = label(given, name)
        if as_text and not isinstance(value, str):
            value = str(value)
        return folded(value, fold_case, space) if isinstance(value, str) else value

    said, wanted = read(pred, "answer"), [read(one, "reference") for one in references(ref)]
    alike = [one for one in wanted if kind(one) == kind(said)]
    if not alike:
        raise InvalidInput(
            f"answer {said!r:.80} is {kind(said)} and its reference {wanted[0]!r:.80} is {kind(wanted[0])}: the two "
            "never equal. Read both sides as one kind, or pass as_text=True to compare how they are spelt."
        )
    return said in alike


def _accuracy_of_many(preds: Any, refs: Any, *, fold_case: bool, space: Space, as_text: bool) -> Ratio:
    """`accuracy` of many items in one expression, where they are plain labels of one kind."""
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
    return Ratio(sum(_right(pred, ref, fold_case, space, as_text) for pred, ref in items), len(preds))


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

    Returns
    -------
    Ratio
        Right answers out of all, a fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a number would be compared with a text, a label is no single value, or there is no reference.
    NotFinite
        If a label is NaN, which equals nothing, itself included.

    Notes
    -----
    An answer is right or wrong as a whole: a reference that is a part of it does not make it right. Free text is first
    read into a choice; this function does not guess.

    To match scikit-learn's ``accuracy_score``, set nothing. An answer that is missing is wrong.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 1

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
    """
    return Ratio(int(_right(pred, ref, fold_case, space, as_text)), 1)


macro_accuracy = declare(
    "macro_accuracy",
    summary="Accuracy inside each reference class, averaged over the classes with equal weight.",
    needs="class labels and their reference labels",
    labels={("Video-Comprehension", "Macro-Acc"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 2",
    aliases=("balanced_accuracy",),
)

exact_match = declare(
    "exact_match",
    summary="Share of questions whose first answer is identical to a reference answer.",
    needs="answers and, for each, its reference answers",
    labels={("3D-Comprehension", "EM@1"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 12; Rajpurkar et al. (2016), arXiv 1606.05250",
)

anls = declare(
    "anls",
    summary="Average normalised Levenshtein similarity of answers, where a similarity below one half counts as none.",
    needs="answers and, for each, its reference answers",
    labels={("Image-Comprehension", "ANLS"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 13 (the name); Biten et al. (2019), arXiv 1905.13648 (the definition)",
    caution="The paper prints a ranking measure's description under this name; the usual definition is meant here.",
)

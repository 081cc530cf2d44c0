"""F1 scores: the harmonic mean of precision and recall, of the tokens of an answer, of sets, or of classes.

Objects: a prediction is a text, a set of labels or spans, or a class label, and so is its reference. Scores are
fractions in [0, 1]; higher is better. Which of the three is meant must be said: a class label is a text as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, Literal

from generallevel._kernels.choices import one_of
from generallevel._kernels.classified import (
    NO_CLASS,
    ClassTally,
    F1Counts,
    MacroF1,
    MicroF1,
    WeightedF1,
    check_kinds,
    class_label,
    classes_of_many,
    classified,
    no_class,
)
from generallevel._kernels.normal_forms import NormalForm, NormalFormName, normal_form
from generallevel._kernels.texts import references
from generallevel._kernels.tokens import Cut, TokenNames, cutter
from generallevel.errors import InvalidInput
from generallevel.metrics.language.label_sets import micro_f1
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Additive, Mean, Tally

__all__ = ["f1"]

Over = Literal["tokens", "sets", "classes"]
Average = Literal["weighted", "macro", "micro", "positive"]
AVERAGES: dict[str, type[ClassTally]] = {"weighted": WeightedF1, "macro": MacroF1, "micro": MicroF1}
# What each meaning looks at besides the prediction and its reference.
OPTIONS = {
    "tokens": ("tokens", "normalise", "fold_case", "distinct", "empty"),
    "sets": ("fold_case", "ignore"),
    "classes": ("average", "positive"),
}
UNSET: dict[str, Any] = {"tokens": "spaces", "normalise": "none", "fold_case": False, "distinct": False, "empty": 1.0}
UNSET |= {"ignore": (), "average": None, "positive": None}


def _check(over: Any, options: dict[str, Any]) -> None:
    """That an option is not given in vain, and those that are needed are given."""
    one_of("over", over, OPTIONS)
    for name, value in options.items():
        if name not in OPTIONS[over] and not (value is UNSET[name] or value == UNSET[name]):
            takers = " or ".join(f'over="{word}"' for word, names in OPTIONS.items() if name in names)
            raise InvalidInput(f"{name}={value!r:.40} says nothing with over={over!r}: it belongs to {takers}")
    if over == "classes":
        if options["average"] is None:
            raise InvalidInput(
                'over="classes" needs average="weighted", "macro", "micro" or "positive": it changes the number and '
                "there is no safe guess"
            )
        one_of("average", options["average"], (*AVERAGES, "positive"))
        if (options["average"] == "positive") != (options["positive"] is not None):
            raise InvalidInput(
                'average="positive" is the F1 of one class, and positive=... says which: pass both or neither'
            )


def _token_f1(
    pred: Any,
    ref: Any,
    tokens: TokenNames | Cut,
    normalise: NormalFormName | NormalForm,
    fold_case: bool,
    distinct: bool,
    empty: float,
) -> float:
    cut, form = cutter(tokens, fold_case=fold_case), normal_form(normalise)

    def read(text: Any) -> list[str]:
        return cut(form(text) if isinstance(text, str) else text)

    said = [] if pred is NO_CLASS else read(pred)
    best = 0.0
    for one in references(ref):
        wanted = read(one)
        if not (said or wanted):
            best = max(best, 0.0 if pred is NO_CLASS else empty)
        elif distinct:
            best = max(best, 2 * len({*said} & {*wanted}) / (len(said) + len(wanted)))
        else:
            common = (Counter(said) & Counter(wanted)).total()
            best = max(best, 2 * common / (len(said) + len(wanted)))
    return best


def _positive_counts(pred: Any, ref: Any, positive: Any) -> F1Counts:
    """One item of a question with one class that matters."""
    wanted, positive = class_label(ref, "reference"), class_label(positive, "positive class")
    said = None if pred is NO_CLASS else class_label(pred, "answer")
    check_kinds(positive, wanted)
    if said is not None:
        check_kinds(said, wanted)
    alarm = said is not None and said == positive
    return F1Counts(int(alarm and wanted == positive), int(alarm), int(wanted == positive))


def _f1_of_many(preds: Any, refs: Any, **options: Any) -> Tally:
    """`f1` of many items, by a count where classes are averaged."""
    given = {name: value for name, value in options.items() if name != "over"}
    _check(options["over"], given)
    if options["over"] == "classes" and options["average"] != "positive":
        return classes_of_many(AVERAGES[options["average"]], preds, refs)
    if options["over"] == "sets":
        return micro_f1.computed(micro_f1.batch)(
            preds, refs, **micro_f1.parameters(fold_case=options["fold_case"], ignore=options["ignore"])
        )
    tallies: list[Additive] = [f1(pred, ref, **options) for pred, ref in zip(preds, refs, strict=True)]  # type: ignore[misc]
    return type(tallies[0]).sum(tallies)


@metric(
    labels={
        ("Image-Comprehension", "F1 Score"): "percent",
        ("Image-Comprehension", "F1"): "percent",
        ("Video-Comprehension", "F-score"): "percent",
        ("Video-Comprehension", "F1"): "percent",
        ("Audio-Comprehension", "F1"): "percent",
        ("NLP", "F1"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 6; Rajpurkar et al. (2016), arXiv 1606.05250",
    batch=_f1_of_many,
    variants={
        "squad": Variant(
            {"over": "tokens", "normalise": "squad"},
            note="SQuAD: tokens without case, punctuation and articles; the best reference; the mean of all questions",
        ),
        "released": Variant(
            {"over": "tokens", "distinct": True, "empty": 0.0},
            note="the released code for open questions: a common token counts once, and two empty texts are no match",
        ),
        "entities": Variant(
            {"over": "sets"}, note="entities and relations: spans of all items pooled, as CoNLL counts them"
        ),
        "weighted": Variant(
            {"over": "classes", "average": "weighted"}, note="sarcasm and emotion: classes by how often they are true"
        ),
        "macro": Variant({"over": "classes", "average": "macro"}, note="every class alike"),
    },
    absent=no_class,
    each="answer",
    caution="The tables do not say over what the average is taken: tokens of an answer, classes or entities.",
)
def f1(
    pred: Any,
    ref: Any,
    *,
    over: Over,
    tokens: TokenNames | Cut = "spaces",
    normalise: NormalFormName | NormalForm = "none",
    fold_case: bool = False,
    distinct: bool = False,
    empty: float = 1.0,
    ignore: Iterable[Hashable] = (),
    average: Average | None = None,
    positive: Hashable | None = None,
) -> Tally:
    r"""Harmonic mean of precision and recall.

    .. math:: \frac{2 P R}{P + R} = \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}

    Parameters
    ----------
    pred : str, set or list of labels, or label
        The answer: a text (``over="tokens"``), labels or spans as `micro_f1` takes them (``"sets"``), or a class.
    ref : the same, or a tuple of several
        The reference. Of several references of tokens or sets the best one counts; a class has one.
    over : {"tokens", "sets", "classes"}
        What is counted. ``tokens``: those of each answer, and a set has the mean of its answers. ``sets``: labels or
        spans, those of all items pooled. ``classes``: the items of each class, averaged as ``average`` says. Required:
        a class label is a text too, and there is no safe guess.
    tokens : {"spaces", "words", "treebank"} or callable, default "spaces"
        What a token of a text is; ``words`` cuts Chinese, Japanese and Thai into characters.
    normalise : {"none", "squad", "sqa3d", "vqa"} or callable, default "none"
        The normal form into which texts are brought before they are cut.
    fold_case : bool, default False
        Whether ``Cat`` and ``cat`` are one.
    distinct : bool, default False
        With tokens: whether a common token counts once however often both texts hold it, while both lengths count it
        each time.
    empty : float, default 1
        With tokens: what an answer without a token scores against a reference without one.
    ignore : collection of labels, default ()
        With sets: labels that count on neither side, such as the ``none`` of relation extraction.
    average : {"weighted", "macro", "micro", "positive"}, optional
        With classes, and required there: over the reference classes by how often each is true, over all classes alike,
        over all items alike, or of one class alone.
    positive : label, optional
        That one class.

    Returns
    -------
    Mean, F1Counts or ClassTally
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If an option is given that says nothing beside ``over``, or one that is needed is not; if a prediction or
        reference is not what ``over`` says; if there is no reference.
    NotFinite
        If a label is NaN.
    UndefinedScore
        When the value is read, if no item has a label (sets), or the positive class is neither said nor true.

    Notes
    -----
    A missing answer is empty: it finds nothing and is no false alarm. In the released variant a perfect answer scores
    below 1 where it holds a token twice.

    To match SQuAD's ``f1``, set ``variant="squad"``; it prints percent. To match scikit-learn's ``f1_score``, set
    ``over="classes"`` and its ``average``, with ``positive`` for its ``pos_label``.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 6
    .. [2] Rajpurkar et al. (2016), "SQuAD: 100,000+ Questions for Machine Comprehension of Text", arXiv 1606.05250
    .. [3] Tjong Kim Sang & De Meulder (2003), "Introduction to the CoNLL-2003 shared task", arXiv cs/0306050

    Examples
    --------
    Two of three tokens are right, of two in the reference:

    >>> f1("the black cat", "black cat", over="tokens").value  # 2 * 2 / (3 + 2)
    0.8
    >>> f1([("PER", 0, 2)], [("PER", 0, 2), ("LOC", 5, 6)], over="sets").value  # 2 * 1 / (1 + 2)
    0.6666666666666666
    >>> from generallevel.scoring import score
    >>> score("f1", ["yes", "yes"], ["yes", "no"], over="classes", average="positive", positive="yes").value
    0.6666666666666666
    """
    options: dict[str, Any] = {"tokens": tokens, "normalise": normalise, "fold_case": fold_case}
    options |= {"distinct": distinct, "empty": empty, "ignore": ignore, "average": average, "positive": positive}
    _check(over, options)
    if over == "tokens":
        return Mean(_token_f1(pred, ref, tokens, normalise, fold_case, distinct, empty), 1)
    if over == "sets":
        said = frozenset() if pred is NO_CLASS else pred
        return micro_f1(said, ref, fold_case=fold_case, ignore=ignore)
    if average == "positive":
        return _positive_counts(pred, ref, positive)
    return classified(AVERAGES[str(average)], pred, ref)

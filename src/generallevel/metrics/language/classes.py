"""Classes: one of several classes for each item, right or wrong, averaged over the classes.

Objects: a prediction is a class label, a text or a number, and so is its reference. Scores are fractions in [0, 1];
higher is better. A set is counted by class, so that memory grows with the classes and not with the items.
"""

from __future__ import annotations

from typing import Any

from generallevel._kernels.classified import (
    ClassRecall,
    ClassTally,
    MacroF1,
    WeightedF1,
    classes_of_many,
    classified,
    no_class,
)
from generallevel.registry import metric
from generallevel.scales import Linear

__all__ = ["macro_accuracy", "macro_f1", "weighted_f1"]


def _recall_of_many(preds: Any, refs: Any) -> ClassTally:
    """`macro_accuracy` of many items in one count."""
    return classes_of_many(ClassRecall, preds, refs)


@metric(
    labels={("Video-Comprehension", "Macro-Acc"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 2",
    batch=_recall_of_many,
    absent=no_class,
    each="answer",
    aliases=("balanced_accuracy",),
)
def macro_accuracy(pred: Any, ref: Any) -> ClassTally:
    r"""Accuracy inside each reference class, averaged over the classes with equal weight.

    .. math:: \frac1C \sum_{c=1}^C \frac{\text{items of class } c \text{ that are right}}{\text{items of class } c}

    Parameters
    ----------
    pred : str, number or other label
        The class that was said. Numbers compare by value, whatever their type.
    ref : label
        The true class.

    Returns
    -------
    ClassRecall
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a text would be compared with a number, or a label is no single value.
    NotFinite
        If a label is NaN.

    Notes
    -----
    Only classes that occur as a reference count; an answer that names no such class is simply wrong. One item by itself
    is 0 or 1.

    To match scikit-learn's ``balanced_accuracy_score``, set nothing.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 2
    .. [2] Brodersen et al. (2010), "The balanced accuracy and its posterior distribution", doi:10.1109/ICPR.2010.764

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("macro_accuracy", ["a", "a", "a", "a"], ["a", "a", "a", "b"]).value  # (3 / 3 + 0 / 1) / 2
    0.5
    """
    return classified(ClassRecall, pred, ref)


def _macro_f1_of_many(preds: Any, refs: Any) -> ClassTally:
    """`macro_f1` of many items in one count."""
    return classes_of_many(MacroF1, preds, refs)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Sokolova & Lapalme (2009), doi:10.1016/j.ipm.2009.03.002",
    batch=_macro_f1_of_many,
    absent=no_class,
    item="context",
    each="answer",
)
def macro_f1(pred: Any, ref: Any) -> ClassTally:
    r"""Mean over the classes of the harmonic mean of their precision and recall.

    .. math:: \frac1C \sum_{c=1}^C \frac{2\,\mathrm{TP}_c}{2\,\mathrm{TP}_c + \mathrm{FP}_c + \mathrm{FN}_c}

    Parameters
    ----------
    pred : str, number or other label
        The class that was said.
    ref : label
        The true class.

    Returns
    -------
    MacroF1
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a text would be compared with a number, or a label is no single value.
    NotFinite
        If a label is NaN.

    Notes
    -----
    All classes count that were said or true anywhere in the set: one that was only ever said has an F1 of 0. A class
    that is neither is not there, whatever a list of classes may say, and cannot drag the mean down.

    To match scikit-learn's ``f1_score``, set its ``average="macro"`` and leave its ``labels`` out.

    References
    ----------
    .. [1] Sokolova & Lapalme (2009), "A systematic analysis of performance measures for classification tasks",
       doi:10.1016/j.ipm.2009.03.002

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("macro_f1", ["a", "b"], ["a", "a"]).value  # (2 / (2 + 1) + 0) / 2
    0.3333333333333333
    """
    return classified(MacroF1, pred, ref)


def _weighted_f1_of_many(preds: Any, refs: Any) -> ClassTally:
    """`weighted_f1` of many items in one count."""
    return classes_of_many(WeightedF1, preds, refs)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Sokolova & Lapalme (2009), doi:10.1016/j.ipm.2009.03.002",
    batch=_weighted_f1_of_many,
    absent=no_class,
    item="context",
    each="answer",
)
def weighted_f1(pred: Any, ref: Any) -> ClassTally:
    r"""Mean over the classes of their F1, each weighing as often as it is true.

    .. math:: \sum_{c=1}^C \frac{n_c}{n} \cdot \frac{2\,\mathrm{TP}_c}{2\,\mathrm{TP}_c + \mathrm{FP}_c + \mathrm{FN}_c}

    with n_c of n items in class c.

    Parameters
    ----------
    pred : str, number or other label
        The class that was said.
    ref : label
        The true class.

    Returns
    -------
    WeightedF1
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a text would be compared with a number, or a label is no single value.
    NotFinite
        If a label is NaN.

    Notes
    -----
    What sarcasm and emotion data sets publish. It need not lie between precision and recall.

    To match scikit-learn's ``f1_score``, set its ``average="weighted"``.

    References
    ----------
    .. [1] Sokolova & Lapalme (2009), "A systematic analysis of performance measures for classification tasks",
       doi:10.1016/j.ipm.2009.03.002

    Examples
    --------
    >>> from generallevel.scoring import score
    >>> score("weighted_f1", ["a", "b", "b"], ["a", "a", "b"]).value  # 2/3 * 2 / (1 + 2) + 1/3 * 2 / (2 + 1)
    0.6666666666666666
    """
    return classified(WeightedF1, pred, ref)

"""Label sets: several labels, entities or relations for each item, or a ranked list of what was looked for.

Objects: a prediction is a set of labels or of typed spans, or the same written as one text; a reference is such a set.
Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import chain
from typing import Any

import numpy as np

from generallevel._kernels.choices import check_count
from generallevel._kernels.classified import F1Counts, class_label
from generallevel._kernels.labels import kind
from generallevel._kernels.texts import references
from generallevel.errors import InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["micro_f1", "no_results", "nothing_found", "recall_at_k"]


def nothing_found(_ref: object) -> frozenset[Any]:
    """The empty set: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    frozenset
    """
    return frozenset()


def _pieces(text: str, separator: str | None, whole_pieces: bool, fold_case: bool) -> Iterable[str]:
    """The labels that one text holds."""
    if fold_case:
        text = text.casefold()
    if separator is None:
        return (text,)
    if whole_pieces:
        return text.strip().split(separator)
    return filter(None, (piece.strip() for piece in text.split(separator)))


def _label_set(
    given: Any, name: str, separator: str | None, whole_pieces: bool, fold_case: bool
) -> frozenset[Hashable]:
    """A set of labels, from a set, a list, or one label."""
    if isinstance(given, set | frozenset | list | np.ndarray) and getattr(given, "shape", True) != ():
        if separator is not None:
            raise InvalidInput(
                f"the {name} is a {type(given).__name__} of labels, and separator={separator!r} is how a text is cut "
                "into labels: leave separator out, or pass the text"
            )
        return frozenset(_one(entry, name, fold_case) for entry in given)
    if isinstance(given, tuple):
        raise InvalidInput(
            f"the {name} is a tuple, {given!r:.80}: the labels of one item are a set or a list, in which a span is a "
            "tuple such as ('PER', 0, 2); on the reference side a tuple holds several references"
        )
    if isinstance(given, str):
        return frozenset(_pieces(given, separator, whole_pieces, fold_case))
    return frozenset((class_label(given, name),))


def _one(entry: Any, name: str, fold_case: bool) -> Hashable:
    """One label of a set, or a span: a tuple of labels."""
    if isinstance(entry, tuple):
        return tuple(_one(part, name, fold_case) for part in entry)
    value = class_label(entry, f"label in the {name}")
    return value.casefold() if fold_case and isinstance(value, str) else value


def _check_kinds_of_sets(said: frozenset[Hashable], wanted: frozenset[Hashable]) -> None:
    kinds = [{kind(one) for one in side} for side in (said, wanted)]
    if all(kinds) and kinds[0].isdisjoint(kinds[1]):
        mine, theirs = (next(iter(side)) for side in (said, wanted))
        raise InvalidInput(
            f"the labels of the prediction, such as {mine!r:.80}, are {' and '.join(sorted(kinds[0]))}, and those of "
            f"the reference, such as {theirs!r:.80}, {' and '.join(sorted(kinds[1]))}: the two never equal. Read both "
            "sides as one kind."
        )


def _micro_f1_of_many(
    preds: Any,
    refs: Any,
    *,
    separator: str | None,
    ref_separator: str | None,
    whole_pieces: bool,
    fold_case: bool,
    ignore: Iterable[Hashable],
) -> F1Counts:
    """`micro_f1` of many items, with a shorter way for sets and lists of texts as they are."""
    dropped = tuple(ignore)
    if separator is ref_separator is None and not fold_case and not dropped and _sets_of_texts(preds, refs):
        preds, refs = ([frozenset(labels) for labels in side] for side in (preds, refs))
        hits = sum(len(said & wanted) for said, wanted in zip(preds, refs, strict=True))
        return F1Counts(hits, sum(map(len, preds)), sum(map(len, refs)))
    options: dict[str, Any] = {"separator": separator, "ref_separator": ref_separator, "whole_pieces": whole_pieces}
    options |= {"fold_case": fold_case, "ignore": dropped}
    tallies: list[Any] = [micro_f1(pred, ref, **options) for pred, ref in zip(preds, refs, strict=True)]
    return F1Counts.sum(tallies)


def _sets_of_texts(preds: Any, refs: Any) -> bool:
    if not {*map(type, preds), *map(type, refs)} <= {set, frozenset, list}:
        return False
    return all(issubclass(kind, str) for kind in {*map(type, chain.from_iterable(chain(preds, refs)))})


@metric(
    labels={("NLP", "Micro-F1"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 7",
    batch=_micro_f1_of_many,
    variants={
        "released": Variant(
            {"separator": "<p>", "whole_pieces": True},
            note='the released code: texts cut at "<p>", the pieces as they are and empty ones among them',
        )
    },
    absent=nothing_found,
    each="item",
)
def micro_f1(
    pred: Any,
    ref: Any,
    *,
    separator: str | None = None,
    ref_separator: str | None = None,
    whole_pieces: bool = False,
    fold_case: bool = False,
    ignore: Iterable[Hashable] = (),
) -> F1Counts:
    r"""F1 of the true positives, false positives and false negatives of all items and classes together.

    .. math:: \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}

    Parameters
    ----------
    pred : set, list or single label
        What was said of one item: labels, or spans and relations as tuples such as ``("PER", 0, 2)``. A text or number
        by itself is one label. A label that is said twice is one.
    ref : set, list or single label, or tuple of these
        What is true of it, or several such references of which the one counts with which the item has the highest F1.
    separator : str, optional
        What stands between the labels of one text, such as ``", "``; by default a text is one label.
    ref_separator : str, optional
        The same for references, where it differs.
    whole_pieces : bool, default False
        With a separator. False: the pieces of a text lose the white space around them, and empty ones are no labels.
        True: only the text as a whole loses it, and an empty piece is a label.
    fold_case : bool, default False
        Whether ``PER`` and ``per`` are one.
    ignore : collection of labels, default ()
        Labels that count on neither side, such as the ``none`` of relation extraction.

    Returns
    -------
    F1Counts
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    InvalidInput
        If a label is no single value or tuple of such, a set is given as a tuple, the labels of the two sides are of
        different kinds, or there is no reference.
    NotFinite
        If a label is NaN.
    UndefinedScore
        When the value is read, if no item has a label on either side.

    Notes
    -----
    An item without a label on either side is right and adds nothing: what is not there cannot be counted. Where each
    item has one label on both sides, the value is the accuracy.

    The released code puts references into this form first: it lowers their case and replaces ``", "`` by ``<p>``; with
    references as they are annotated, pass ``ref_separator=", "`` and ``fold_case=True``. It gives 0 where nothing is
    right, as here.

    To match scikit-learn's ``f1_score``, set its ``average="micro"`` over indicator matrices of the label sets.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 7
    .. [2] Tsoumakas & Katakis (2007), "Multi-label classification: an overview", doi:10.4018/jdwm.2007070101

    Examples
    --------
    Two of three labels said are right, of four that are true:

    >>> micro_f1({"a", "b", "x"}, {"a", "b", "c", "d"}).value  # 2 * 2 / (3 + 4)
    0.5714285714285714
    >>> spans = [("PER", 0, 2), ("LOC", 5, 6)]
    >>> micro_f1([("PER", 0, 2), ("ORG", 5, 6)], spans).value  # the type counts
    0.5
    >>> micro_f1("cat, dog", "dog, cat", separator=", ").value
    1.0
    """
    ours = separator if ref_separator is None else ref_separator
    dropped = frozenset(_one(entry, "ignored set", fold_case) for entry in ignore)
    said = _label_set(pred, "prediction", separator if isinstance(pred, str) else None, whole_pieces, fold_case)
    best = None
    for one in references(ref):
        wanted = _label_set(one, "reference", ours if isinstance(one, str) else None, whole_pieces, fold_case)
        _check_kinds_of_sets(said, wanted)
        counts = F1Counts(*map(len, ((said & wanted) - dropped, said - dropped, wanted - dropped)))
        if best is None or _rank(counts) > _rank(best):
            best = counts
    assert best is not None
    return best


def _rank(counts: F1Counts) -> tuple[float, float]:
    """The F1 of one item, for the choice between references; of equal ones, that with fewer slips."""
    both = counts.said + counts.wanted
    return (2 * counts.hits / both if both else 1.0, 2 * counts.hits - both)


def no_results(_ref: object) -> list[Any]:
    """The empty list: what missing results count as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    list
    """
    return []


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Manning, Raghavan & Schuetze (2008), Introduction to Information Retrieval, chapter 8",
    variants={"hit": Variant({"any_one": True}, note="retrieval of captions and images: one right result suffices")},
    absent=no_results,
    each="query",
)
def recall_at_k(pred: Any, ref: Any, *, k: int, any_one: bool = False) -> Mean:
    """Share of what was looked for that is among the k best results.

    Parameters
    ----------
    pred : list or 1-d array of labels
        What was found for one query, from the best down.
    ref : label, or set or list of labels
        What was looked for.
    k : int
        How many results count. Required.
    any_one : bool, default False
        Whether one right result makes the query right: hit rate, as image-text retrieval reports it under this name.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Each query counts once.

    Raises
    ------
    InvalidInput
        If ``k`` is no positive whole number, the results are no list, one stands in it twice, or nothing was looked
        for.
    NotFinite
        If a label is NaN.

    Notes
    -----
    With more than k things to find the most that can be reached is below 1: k out of their number.

    References
    ----------
    .. [1] Manning, Raghavan & Schuetze (2008), "Introduction to Information Retrieval", chapter 8

    Examples
    --------
    >>> recall_at_k(["d3", "d7", "d1"], {"d1", "d3", "d9"}, k=2).value  # only d3 is among the first two
    0.3333333333333333
    >>> recall_at_k(["d3", "d7", "d1"], {"d1", "d3", "d9"}, k=2, any_one=True).value
    1.0
    """
    check_count("k", k)
    if not isinstance(pred, list) and not (isinstance(pred, np.ndarray) and pred.ndim == 1):
        raise InvalidInput(
            f"the results of a query are a list, the best first, not {type(pred).__name__}: {pred!r:.80}. The metric "
            "takes one query; pass the queries of a set to generallevel.score."
        )
    ranked = [_one(entry, "prediction", False) for entry in pred]
    wanted = _label_set(ref, "reference", None, False, False)
    if not wanted:
        raise InvalidInput("nothing was looked for: a query without a reference has no recall; leave it out")
    if len(set(ranked)) < len(ranked):
        raise InvalidInput(f"a result stands twice in {ranked!r:.80}: it would take the place of another one")
    _check_kinds_of_sets(frozenset(ranked), wanted)
    found = len(wanted.intersection(ranked[:k]))
    return Mean(float(found > 0) if any_one else found / len(wanted), 1)

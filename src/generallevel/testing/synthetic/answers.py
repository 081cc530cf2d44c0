"""Synthetic tasks in the formats that all modalities share: answers, captions, choices, numbers, labels, ratings.

Corrupted predictions get the first half of the items wrong (of three items two), in a way that earns nothing; or, where
it is said so, every item in one half. What they score follows by counting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from generallevel.errors import NotComputable
from generallevel.testing.synthetic.sample import Maker, Order, Sample
from generallevel.testing.synthetic.words import alphabet_of, said_wrongly, text, wrong_items

__all__ = ["MAKERS", "caption_words", "paired_sample", "share_right", "text_sample"]

CAPTION_WORDS = 6  # more than the four that BLEU-4 and CIDEr count runs of
LETTERS = "ABCD"
OFF = 3.0  # by which wrong numbers miss
STEPS = 4  # numbers of a series
CLASSES = {"macro_accuracy", "macro_f1", "weighted_f1"}
FOUND_TYPES = {
    "#L-17": "extraction",
    "#L-18": "ner",
    "#L-19": "relation extraction",
    "#L-20": "event detection",
    "#L-21": "parsing",
    "#L-22": "parsing",
}  # by skill, the types of language tasks that find labels in a text


def paired_sample(
    references: Sequence[Any],
    perfect: Sequence[Any],
    corrupted: Sequence[Any],
    value: float,
    *,
    header: Mapping[str, Any] | None = None,
    inputs: Sequence[Any] | None = None,
    key: str = "prediction",
) -> Sample:
    """A sample of answers that stand in JSON as they are.

    Parameters
    ----------
    references : sequence
        The ``output`` of each item.
    perfect, corrupted : sequence
        The predictions.
    value : float
        What the corrupted ones score.
    header : mapping, optional
        What the annotation file says beside its items.
    inputs : sequence, optional
        The ``input`` of each item.
    key : str
        Under which key an entry holds its prediction.

    Returns
    -------
    Sample
        Ids count from 1; those of the predictions are texts in every other entry, as one finds them.
    """
    asked = inputs or [{"question": "What is it?"}] * len(references)
    numbers = range(1, len(references) + 1)
    return Sample(
        items=[
            {"id": number, "input": given, "output": wanted}
            for number, given, wanted in zip(numbers, asked, references, strict=True)
        ],
        perfect=_entries(perfect, key),
        corrupted=_entries(corrupted, key),
        corrupted_value=value,
        header=dict(header or {}),
    )


def _entries(values: Sequence[Any], key: str) -> list[dict[str, Any]]:
    return [{"id": number if number % 2 else str(number), key: value} for number, value in enumerate(values, 1)]


def share_right(n: int) -> float:
    """The share of n items that corrupted predictions get right.

    >>> share_right(4), share_right(3)
    (0.5, 0.3333333333333333)
    """
    return (n - wrong_items(n)) / n


def caption_words(order: Order) -> tuple[list[str], list[str]]:
    """Right texts, one for each item, and texts of as many words that share nothing with them."""
    alphabet = alphabet_of(order.task)
    return (
        [text(number, CAPTION_WORDS, alphabet=alphabet) for number in range(order.n)],
        [text(number, CAPTION_WORDS, alphabet=alphabet, wrong=True) for number in range(order.n)],
    )


def text_sample(
    order: Order, wrap: Callable[[str], Any] = lambda right: right, header: Mapping[str, Any] | None = None
) -> Sample:
    """Texts of which the corrupted ones share no word with their reference.

    A wrong text earns 0 and a right one 1, so that a mean over items is the share of right ones; the texts are of one
    length, so that pooled counts have that share too, at every order.
    """
    right, wrong = caption_words(order)
    return paired_sample(
        [wrap(one) for one in right], right, said_wrongly(right, wrong), share_right(order.n), header=header
    )


def caption(order: Order) -> Sample:
    """Captions; every third item has two references of which the first is right."""
    right, wrong = caption_words(order)
    if order.recipe.metric == "cider":
        return _consensus(order)
    several = [
        [one, other] if number % 3 == 2 else one for number, (one, other) in enumerate(zip(right, wrong, strict=True))
    ]
    said = said_wrongly(right, [text(order.n + number, CAPTION_WORDS, wrong=True) for number in range(order.n)])
    pooled = order.recipe.metric in ("bleu_1", "bleu_4") and _says(order, "pooled", False)
    references = right if pooled else several
    return paired_sample([{"caption": one} for one in references], right, said, share_right(order.n))


def _consensus(order: Order) -> Sample:
    """Captions for CIDEr, at least two of them: in a set of one no word is rarer than another.

    Every run of words stands in one reference alone and weighs log n, so that a text that equals its reference has the
    cosine 1 at each order and scores 10; one that shares nothing scores 0.
    """
    n = max(order.n, 2)
    right = [text(number, CAPTION_WORDS) for number in range(n)]
    wrong = [text(number, CAPTION_WORDS, wrong=True) for number in range(n)]
    return paired_sample([{"caption": one} for one in right], right, said_wrongly(right, wrong), 10 * share_right(n))


def _says(order: Order, name: str, default: Any) -> Any:
    """What the recipe's variant and parameters say of a parameter."""
    variant = order.recipe.declared.variants[order.recipe.variant]
    return order.recipe.params.get(name, variant.params.get(name, default))


def answer(order: Order) -> Sample:
    """Short answers; a wrong one shares no letter with the right one and is as long."""
    metric, n = order.recipe.metric, order.n
    k = wrong_items(n)
    averaged = {"average": "recall"} if metric == "macro_accuracy" else {"average": metric.removesuffix("_f1")}
    if metric == "f1" and _says(order, "over", "tokens") == "classes":
        averaged = {"average": _says(order, "average", None)}
    elif metric not in CLASSES:
        right, wrong = ([text(number % 12, 1, wrong=bad) for number in range(n)] for bad in (False, True))
        return paired_sample([{"answer": one} for one in right], right, said_wrongly(right, wrong), share_right(n))
    # One class is true of all items, and wrong answers name another: its recall is (n - k) / n, its precision 1.
    f1 = 2 * (n - k) / (2 * n - k)
    values = {"recall": share_right(n), "weighted": f1, "macro": f1 / 2, "micro": share_right(n)}
    if averaged["average"] not in values:
        raise NotComputable(f"there is no synthetic task for {metric} averaged as {averaged['average']!r}")
    said = said_wrongly(["yes"] * n, ["no"] * n)
    return paired_sample([{"answer": "yes"}] * n, ["yes"] * n, said, values[averaged["average"]])


SPELT = ("{0}", "({0})", "The answer is {0}.", "**{0}**", "{0}. {1}", "{1}")


def choice(order: Order) -> Sample:
    """Letters in six spellings, or the words of the option; the first half of the items names the next option."""
    inputs, right, wrong, references = [], [], [], []
    for number in range(order.n):
        options = [text(4 * number + place, 2) for place in range(len(LETTERS))]
        place = int(order.rng.integers(len(LETTERS)))
        after = (place + 1) % len(LETTERS)
        spelt = SPELT[number % len(SPELT)]
        inputs.append({"question": "Which one is it?", "options": options})
        references.append({"answer": LETTERS[place]})
        right.append(spelt.format(LETTERS[place], options[place]))
        wrong.append(spelt.format(LETTERS[after], options[after]))
    said = said_wrongly(right, wrong)
    return paired_sample(references, right, said, share_right(order.n), inputs=inputs)


def yes_or_no(order: Order) -> Sample:
    """Yes and no in turn."""
    truth = [number % 2 for number in range(order.n)]
    right = [("No.", "Yes, it is.")[one] for one in truth]
    said = said_wrongly(right, [("Yes", "no")[one] for one in truth])
    return paired_sample([{"answer": one} for one in truth], right, said, share_right(order.n))


def number(order: Order) -> Sample:
    """Counts, of which the first half is off by 3: MAE 3 k / n, mean square 9 k / n."""
    find = _says(order, "find", False)
    spelt = ("{}", "I count {} of them.", "{}.0") if find else ("{}", "{}.0", " {} ")
    truth = [int(one) for one in order.rng.integers(1, 100, order.n)]
    right = [one if place % 4 == 3 else spelt[place % 3].format(one) for place, one in enumerate(truth)]
    wrong = [spelt[place % 3].format(one + int(OFF)) for place, one in enumerate(truth)]
    value = _error(order, OFF)
    return paired_sample([{"count": one} for one in truth], right, said_wrongly(right, wrong), value)


def _error(order: Order, off: float) -> float:
    """The error of a set of whose items the first half is off by one amount in every number."""
    share = wrong_items(order.n) / order.n
    metric = order.recipe.metric
    if metric == "mean_squared_error":
        return off**2 * share
    return off * (math.sqrt(share) if metric == "rmse" and _says(order, "pooled", True) else share)


def series(order: Order) -> Sample:
    """Series of four steps, as lists and as texts; those of the first half lie 3 too high throughout."""
    truth = [[round(float(one), 3) for one in order.rng.normal(10, 2, STEPS)] for _ in range(order.n)]
    right = [", ".join(map(str, row)) if place % 2 else row for place, row in enumerate(truth)]
    wrong = [[one + OFF for one in row] for row in truth]
    header = {"type": "Time Series"} if order.task.modality == "language" else {}
    value = _error(order, OFF)
    return paired_sample([{"target": row} for row in truth], right, said_wrongly(right, wrong), value, header=header)


def label(order: Order) -> Sample:
    """One label an item: micro-F1 and accuracy are the share of right ones."""
    right, wrong = ([text(number % 5, 1, wrong=bad) for number in range(order.n)] for bad in (False, True))
    header = {"type": "classification"} if order.task.modality == "language" else {}
    folds = _says(order, "fold_case", False)
    references = [{"label": one.title() if folds else one} for one in right]
    return paired_sample(references, right, said_wrongly(right, wrong), share_right(order.n), header=header)


def label_choice(order: Order) -> Sample:
    """One letter an item."""
    sample = choice(order)
    sample.header = {"type": "multiple choice"} if order.task.modality == "language" else {}
    return sample


def labels(order: Order) -> Sample:
    """Two labels an item, of which every item of the corrupted predictions has one wrong.

    With n items there are n true positives, n false positives and n false negatives: F1 = 2 n / (2 n + n + n) = 1 / 2.
    """
    pairs = [[text(2 * number, 1), text(2 * number + 1, 1)] for number in range(order.n)]
    slips = [[one, text(number, 1, wrong=True)] for number, (one, _) in enumerate(pairs)]
    kind = FOUND_TYPES.get(order.task.skill_code, "multi label classification")
    header = {"type": kind} if order.task.modality == "language" else {}
    references = [{"labels": ", ".join(pair)} for pair in pairs]
    return paired_sample(references, _joined(pairs), _joined(slips), 1 / 2, header=header)


def _joined(sets: list[list[str]]) -> list[Any]:
    """Sets of labels as models and their predictors write them: joined by two signs, and as lists."""
    ways: tuple[Callable[[list[str]], Any], ...] = ("<p>".join, ", ".join, list)
    return [ways[place % len(ways)](one) for place, one in enumerate(sets)]


def ratings(order: Order) -> Sample:
    """Two raters, who give the best rating; of the corrupted answers one of them gives the worst."""
    low, high = order.recipe.declared.bounds
    sample = paired_sample(
        [{"text": text(number, 3)} for number in range(order.n)],
        [[high, high] if number % 2 else {"ann": high, "bob": high} for number in range(order.n)],
        [[high, low] if number % 2 else {"ann": high, "bob": low} for number in range(order.n)],
        (low + high) / 2,
        key="ratings",
    )
    sample.rated = True
    return sample


MAKERS: dict[str | tuple[str, str], Maker] = {
    "text": answer,
    "caption": caption,
    "choice": choice,
    "yes or no": yes_or_no,
    "number": number,
    "series": series,
    "label": label,
    "label of a choice": label_choice,
    "labels": labels,
    "ratings": ratings,
}

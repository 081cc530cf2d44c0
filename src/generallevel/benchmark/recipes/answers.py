"""Answers: the formats that the tasks of every modality share, of texts, choices, numbers, labels and ratings.

Objects: `TEXT`, a short answer; `CAPTION`, prose; `CHOICE`, the letter of an option; `YES_NO`; `NUMBER`; `SERIES`;
`LABEL` and `LABELS`, one label or several; `RATINGS`, what people or a judge say.

Conventions: what is read out of free text is read by a declared rule that demands the whole of it; nothing looks for a
reference as a part of an answer. Of a prediction that cannot be read the error says why, and the item counts as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from generallevel._kernels.numbers import number_in
from generallevel.benchmark.recipes.answer_choices import lettered, letters_in, options_of
from generallevel.benchmark.recipes.answer_fields import KEYS, answer_text, kept, prose
from generallevel.benchmark.recipes.recipe import Format, Item
from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = [
    *("CAPTION", "CHOICE", "FORMATS", "LABEL", "LABELS", "LABEL_CHOICE", "NUMBER", "RATINGS", "SERIES", "TEXT"),
    *(
        "YES_NO",
        "ChoiceAnswer",
        "ChoiceReference",
        "LabelReference",
        "LabelsReference",
        "NumberReference",
        "TextReference",
    ),
    *("first_value", "rated", "said_label", "said_label_choice", "said_labels", "said_number", "said_prose"),
    *("said_series", "said_text", "said_yes_or_no", "wanted_yes_or_no"),
]

PREDICTION, REFERENCE = "the prediction", "the reference"


def said_text(item: Item) -> str:
    """The short answer that was predicted; a number as it is spelt."""
    return answer_text(item.prediction, PREDICTION)


def said_prose(item: Item) -> str:
    """The text that was predicted; a number is none."""
    return prose(item.prediction, PREDICTION)


@dataclass(frozen=True, slots=True)
class TextReference:
    """The reference text of an item, or a tuple of several.

    Attributes
    ----------
    keys : tuple of str
        Where it may stand in ``output``.
    numbers : bool
        Whether a number is read as it is spelt, or is an error.
    """

    keys: tuple[str, ...] = KEYS
    numbers: bool = True

    def __call__(self, item: Item) -> Any:
        """A text, or a tuple of texts of which any is right."""
        read = answer_text if self.numbers else prose
        value = kept(item.output, self.keys)
        if isinstance(value, list):
            return tuple(read(one, REFERENCE) for one in value)
        return read(value, REFERENCE)


@dataclass(frozen=True, slots=True)
class ChoiceReference:
    """The letter of the right option, or several in one text; the answer itself where the question has no letters.

    Attributes
    ----------
    keys : tuple of str
        Where it may stand in ``output``.
    """

    keys: tuple[str, ...] = KEYS

    def __call__(self, item: Item) -> Any:
        """A text, or a tuple of texts of which any is right."""
        options = options_of(item)
        value = kept(item.output, self.keys)
        if isinstance(value, list):
            return tuple(lettered(answer_text(one, REFERENCE), options) for one in value)
        return lettered(answer_text(value, REFERENCE), options)


@dataclass(frozen=True, slots=True)
class ChoiceAnswer:
    """The letter that a free text names, or the letters; where the reference is no letter, the answer as it is.

    Attributes
    ----------
    keys : tuple of str
        Where the reference may stand in ``output``: whether the question has letters is seen from it.
    """

    keys: tuple[str, ...] = KEYS

    def __call__(self, item: Item) -> str:
        """A text; `InvalidInput` where it names no option, or several where one is asked for."""
        options = options_of(item)
        wanted = ChoiceReference(self.keys)(item)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        if not any(options.is_letters(one) for one in wanted):
            return lettered(answer_text(item.prediction, PREDICTION), options)
        answer = prose(item.prediction, PREDICTION)
        found = letters_in(answer, options, several=any(len(one) > 1 for one in wanted))
        if found is None:
            raise InvalidInput(
                f"the answer {answer!r:.80} names none of the choices {options.letters}, or more than are asked for"
            )
        return found


YES = re.compile(r"\W*(?:the answer is\W*)?(yes|no|true|false)\b\s*(?:[^\w\s].*)?", re.IGNORECASE | re.DOTALL)


def _yes_or_no(value: Any, what: str) -> str:
    if isinstance(value, bool) or (isinstance(value, int | float) and value in (0, 1)):
        return "yes" if value else "no"
    text = prose(value, what).strip()
    if text in ("0", "1"):
        return "yes" if text == "1" else "no"
    match = YES.fullmatch(text)
    if match is None:
        raise InvalidInput(f"{what} {text!r:.80} is neither yes nor no; wanted one of them, set off from what follows")
    return "yes" if match[1].lower() in ("yes", "true") else "no"


def said_yes_or_no(item: Item) -> str:
    """Yes or no: a text that is one of them or begins with one that is set off, or 1 or 0."""
    return _yes_or_no(item.prediction, PREDICTION)


def wanted_yes_or_no(item: Item) -> str:
    """Yes or no: a text, 1 or 0, or a truth value."""
    return _yes_or_no(kept(item.output, KEYS), REFERENCE)


def said_number(item: Item) -> Any:
    """The number that was predicted, or the text in which the metric looks for it."""
    if isinstance(item.prediction, int | float) and not isinstance(item.prediction, bool):
        return _double(item.prediction, PREDICTION)
    return prose(item.prediction, PREDICTION)


@dataclass(frozen=True, slots=True)
class NumberReference:
    """The true number of an item.

    Attributes
    ----------
    keys : tuple of str
        Where it may stand in ``output``.
    """

    keys: tuple[str, ...] = KEYS

    def __call__(self, item: Item) -> float:
        """A number; a text must be one and nothing else."""
        return _number(kept(item.output, self.keys), REFERENCE)


def _number(value: Any, what: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _double(value, what)
    found = number_in(prose(value, what), find=False)
    if found is None:
        raise InvalidInput(f"{what} {value!r:.80} is no number")
    return found


def _double(value: float, what: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ImpossibleValue(f"{what} is a whole number too large to be computed with") from None


def _series(value: Any, what: str) -> Any:
    if isinstance(value, list):
        return [_number(one, what) for one in value]
    if isinstance(value, str) and (pieces := prose(value, what).strip().strip("[]()").replace(";", ",")).count(","):
        cut = pieces.split(",")
        whole = number_in(pieces, find=False)  # 1,234.5 is one number
        return [_number(piece, what) for piece in cut] if whole is None else whole
    return _number(value, what)


def said_series(item: Item) -> Any:
    """The number or numbers that were predicted: a number, a list, or a text of numbers between commas."""
    return _series(item.prediction, PREDICTION)


def wanted_series(item: Item) -> Any:
    """The true number or numbers."""
    return _series(kept(item.output, ("target", *KEYS)), REFERENCE)


def said_label(item: Item) -> list[Hashable]:
    """The one label that was predicted, without white space at its ends."""
    return [answer_text(_alone(item.prediction), PREDICTION).strip()]


def _alone(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@dataclass(frozen=True, slots=True)
class LabelReference:
    """The one label of an item.

    Attributes
    ----------
    keys : tuple of str
        Where it may stand in ``output``. Where none are given it is the first value, as General-Bench documents.
    """

    keys: tuple[str, ...] = ()

    def __call__(self, item: Item) -> list[Hashable]:
        """A list of one label."""
        return [answer_text(_alone(first_value(item.output, self.keys)), REFERENCE).strip()]


def first_value(output: Any, keys: tuple[str, ...] = ()) -> Any:
    """The first value of a mapping; the value under one of the keys, where there are any; another value as it is."""
    if isinstance(output, Mapping) and output and not keys:
        return next(iter(output.values()))
    return output if output == [] else kept(output, keys)


def said_label_choice(item: Item) -> list[Hashable]:
    """The letter that a free text names, as a label; a text that names none is a label by itself, and a wrong one."""
    answer = answer_text(item.prediction, PREDICTION)
    return [letters_in(answer, options_of(item), several=False) or answer.strip()]


def no_label(_item: Item) -> list[Hashable]:
    """What stands for a label that was not given: one that is never right."""
    return ["<no label>"]


MARK, PAUSE = "<p>", ", "  # between the labels of one text: in the released scorer, and in annotation files


def _labels(value: Any, what: str) -> list[Hashable]:
    if isinstance(value, Mapping):  # of kinds to what is of the kind
        pairs = [
            (kind, one) for kind, given in value.items() for one in (given if isinstance(given, list) else [given])
        ]
        return [_span(pair, what) for pair in pairs]
    if isinstance(value, list):
        return [_span(one, what) for one in value]
    text = answer_text(value, what)
    pieces = text.split(MARK if MARK in text else PAUSE)
    return [piece.strip() for piece in pieces if piece.strip()]


def _span(value: Any, what: str) -> Hashable:
    """One label, or a span or relation of several parts."""
    if isinstance(value, list | tuple):
        return tuple(_span(one, what) for one in value)
    if isinstance(value, Mapping):
        return tuple(_span(value[key], what) for key in sorted(value))
    return answer_text(value, what).strip()


def said_labels(item: Item) -> list[Hashable]:
    """The labels that were predicted: a list, or a text with ``<p>``, or a comma and a blank, between them."""
    return _labels(item.prediction, PREDICTION)


@dataclass(frozen=True, slots=True)
class LabelsReference:
    """The labels of an item.

    Attributes
    ----------
    keys : tuple of str
        Where they may stand in ``output``. Where none are given they are the first value, as General-Bench documents.
    """

    keys: tuple[str, ...] = ()

    def __call__(self, item: Item) -> list[Hashable]:
        """A list, which is empty where there is nothing to be found."""
        return _labels(first_value(item.output, self.keys), REFERENCE)


def rated(item: Item) -> Any:
    """The ratings of one item: a number, a list of numbers, or a mapping of raters to numbers.

    They stand under ``ratings``, ``rating``, ``scores``, ``score``, ``verdict`` or ``accepted`` of the entry.
    """
    value = kept(item.prediction, ("ratings", "rating", "scores", "score", "verdict", "accepted"), "the rating")
    if isinstance(value, Mapping):
        return {rater: _rating(one) for rater, one in value.items()}
    return [_rating(one) for one in value] if isinstance(value, list) else _rating(value)


def _rating(value: Any) -> float:
    if isinstance(value, int | float):  # a verdict may be true or false
        return _double(value, "a rating")
    raise InvalidInput(f"a rating is a number, or true or false, not {json.dumps(value, default=str):.80}")


TEXT = Format(
    "text",
    said_text,
    TextReference(),
    "Prediction: a short answer; a number counts as it is spelt. Reference: the answer, or a list of several "
    "of which any is right.",
)
CAPTION = Format(
    "caption",
    said_prose,
    TextReference(numbers=False),
    "Prediction: a text. Reference: a text, or a list of several with which it is compared.",
)
CHOICE = Format(
    "choice",
    ChoiceAnswer(),
    ChoiceReference(),
    "Prediction: free text that names one option (or several, where the reference does) by letter or by its words. "
    "Reference: the letter, or the words of the option. Options stand in the input under 'options' or 'choices'.",
)
YES_NO = Format(
    "yes or no",
    said_yes_or_no,
    wanted_yes_or_no,
    "Prediction: yes or no, alone or set off at the beginning of a text. Reference: yes or no, 1 or 0.",
)
NUMBER = Format(
    "number",
    said_number,
    NumberReference(),
    "Prediction: a number, or a text that is one or, where the recipe says find, holds exactly one. "
    "Reference: a number.",
)
SERIES = Format(
    "series",
    said_series,
    wanted_series,
    "Prediction and reference: a number, a list of numbers, or a text of numbers between commas, of one length.",
    documented=True,
)
LABEL = Format(
    "label",
    said_label,
    LabelReference(),
    "Prediction: one label. Reference: one label, the first value of 'output'.",
    documented=True,
    absent=no_label,
)
LABEL_CHOICE = Format(
    "label of a choice",
    said_label_choice,
    LabelReference(),
    "Prediction: free text that names one option by its letter. Reference: the letter, the first value of 'output'.",
    documented=True,
    absent=no_label,
)
LABELS = Format(
    "labels",
    said_labels,
    LabelsReference(),
    "Prediction: a list of labels or of spans (lists), or one text with '<p>', or a comma and a blank, between them. "
    "Reference: the same, the first value of 'output'.",
    documented=True,
)
RATINGS = Format(
    "ratings",
    rated,
    None,
    "An entry of the ratings file: 'ratings' is a number, a list of numbers, or an object of raters and numbers.",
)

FORMATS = (TEXT, CAPTION, CHOICE, YES_NO, NUMBER, SERIES, LABEL, LABEL_CHOICE, LABELS, RATINGS)

"""What the released scorer computes on language tasks, by the ``type`` of the annotation file.

For several types it is another metric than the tables print: token F1 for open questions, exact match for SQL, the mean
absolute error for time series. Every prediction is taken for a text as it is. Its defects that no metric has are not
here: answers that are missing, or no number, leave its denominators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from generallevel.benchmark.recipes.answer_fields import answer_text, kept
from generallevel.benchmark.recipes.answers import PREDICTION, REFERENCE, SERIES, TextReference, first_value
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.language_fields import PLACES, written_proof
from generallevel.benchmark.recipes.recipe import Format, Item, Recipe

__all__ = ["RELEASED_RULES"]

ONE_LABEL = ("classification", "multiple choice")
SEVERAL_LABELS = (
    *("multi label classification", "ner", "extraction"),
    *("relation extraction", "event detection", "parsing"),
)


def released_prediction(item: Item) -> str:
    """The prediction as text."""
    return answer_text(item.prediction, PREDICTION)


@dataclass(frozen=True, slots=True)
class ReleasedReference:
    """The reference as the released scorer picks it.

    Attributes
    ----------
    keys : tuple of str
        Where it looks; the first value of ``output`` where there are none.
    """

    keys: tuple[str, ...] = ()

    def __call__(self, item: Item) -> Any:
        """A text, or a tuple of texts."""
        if isinstance(item.output, str):
            return item.output
        value = kept(item.output, self.keys) if self.keys else first_value(item.output)
        return TextReference()(replace(item, output=written_proof(value)))


def released_labels(item: Item) -> str:
    """The first value of ``output`` in lower case, with ``<p>`` in the place of each comma and blank."""
    return "<p>".join(released_one_label(item).split(", "))


def no_released_label(_item: Item) -> str:
    """What stands for a label that was not given: one that is never right."""
    return "<no label>"


def released_one_label(item: Item) -> str:
    """The first value of ``output`` in lower case."""
    return answer_text(first_value(item.output), REFERENCE).lower()


def _released_rules() -> tuple[Rule, ...]:
    """What the released scorer computes, by the type of the annotation file."""

    def rule(metric: str, types: tuple[str, ...], *, params: Mapping[str, Any] | None = None) -> Rule:
        keys = PLACES[types[0]]
        read = Format(
            f"released text at {keys[0]}",
            released_prediction,
            ReleasedReference(keys),
            f"Prediction: a text. Reference: {' or '.join(keys)} of 'output'.",
            documented=True,
        )
        recipe = Recipe(metric, read, "released", params or {}, grade="official")
        return Rule(recipe, types=types, group="language")

    def of_label(read: Format, types: tuple[str, ...]) -> Rule:
        return Rule(Recipe("micro_f1", read, "released", grade="official"), types=types, group="language")

    texts = (
        *("story generation", "dialogue", "paraphrase generation", "grammar correction", "text style transfer"),
        *("table-to-text generation", "code explanation", "proof"),
    )
    first = Format(
        "released text",
        released_prediction,
        ReleasedReference(),
        "Prediction: a text. Reference: the first value of 'output'.",
        documented=True,
    )
    one = Format(
        "released label",
        released_prediction,
        released_one_label,
        "Prediction: a label. Reference: the first value of 'output', in lower case.",
        documented=True,
        absent=no_released_label,
    )
    several = Format(
        "released labels",
        released_prediction,
        released_labels,
        "Prediction: labels with '<p>' between them. Reference: the first value of 'output', in lower case, cut at "
        "commas with a blank.",
        documented=True,
    )
    return (
        Rule(Recipe("f1", first, "released", grade="official"), group="language"),
        rule("accuracy", ("multiplechoiceqa",)),
        rule("f1", ("openqa",)),
        *(rule("rouge_1", (kind,)) for kind in ("summarization", "translation")),
        *(rule("bleu_1", (kind,)) for kind in texts),
        *(rule("code_bleu", (kind,), params={"pooled": True}) for kind in ("code generation", "code repair")),
        *(
            rule("accuracy", (kind,))
            for kind in ("code defect detection", "text to sql", "mathematical word problem solving")
        ),
        Rule(Recipe("mae", SERIES, grade="official"), types=("time series",), group="language"),
        of_label(one, ONE_LABEL),
        of_label(several, SEVERAL_LABELS),
    )


RELEASED_RULES = _released_rules()

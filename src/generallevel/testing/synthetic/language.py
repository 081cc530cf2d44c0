"""Synthetic language tasks: the references stand where the type of the annotation file has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from generallevel.benchmark.recipes.language_fields import programming_language
from generallevel.benchmark.recipes.language_released import RELEASED_RULES
from generallevel.testing.synthetic.answers import (
    caption_words,
    choice,
    label,
    labels,
    paired_sample,
    share_right,
    text_sample,
)
from generallevel.testing.synthetic.sample import Maker, Order, Sample
from generallevel.testing.synthetic.words import said_wrongly, text

__all__ = ["MAKERS"]

Wrap = Callable[[str], Any]


def _proof(written: str) -> dict[str, Any]:
    *steps, conclusion = written.split("\n")
    return {"proof": {"steps": steps, "conclusion": conclusion.removeprefix("Conclusion: ")}}


# By task: the type of its annotation file, and how a reference stands in ``output``.
LAYOUTS: dict[str, tuple[str, Wrap]] = {
    "story-generation": ("Story Generation", lambda one: {"story": one}),
    "multi-turn-daily-dialogue-generation": ("Dialogue", lambda one: {"reference": one}),
    "paraphrase-generation": ("Paraphrase Generation", lambda one: {"paraphraseSentence": one}),
    "grammar-correction": ("Grammar Correction", lambda one: {"Standard English": one, "Notes": "none"}),
    "text-style-transfer": ("Text Style Transfer", lambda one: {"answer": one}),
    "table-to-text-generation": ("Table-to-Text Generation", lambda one: {"response": {"text": one}}),
    "code-explanation": ("Code Explanation", lambda one: {"nl": one}),
    "text-to-sql-generation": ("Text to SQL", lambda one: {"sql": one}),
    "mathematical-proof-generation": ("Proof", _proof),
    "extractive-summarization": ("Summarization", lambda one: {"highlights": one}),
    "abstractive-summarization": ("Summarization", lambda one: {"summary": one}),
    "multi-document-summarization": ("Summarization", lambda one: {"summary": one}),
    "multilingual-translation": ("Translation", lambda one: one),
    "low-resource-translation": ("Translation", lambda one: {"translation": one}),
    "english-chinese-translation": ("Translation", lambda one: {"translation": one}),
    "english-french-translation": ("Translation", lambda one: {"translation": one}),
}
QUESTION: tuple[str, Wrap] = ("OpenQA", lambda one: {"answer": one})


def typed_text(order: Order) -> Sample:
    """Texts of the task's own type."""
    kind, wrap = LAYOUTS.get(order.task.id.removeprefix("language."), QUESTION)
    if kind == "Proof":
        right, wrong = caption_words(order)
        proofs = [f"{one}\n{text(number, 3)}\nConclusion: {text(number, 2)}" for number, one in enumerate(right)]
        said, value = said_wrongly(proofs, wrong), share_right(order.n)
        return paired_sample(list(map(_proof, proofs)), proofs, said, value, header={"type": kind})
    return text_sample(order, wrap, {"type": kind})


def typed_answer(order: Order) -> Sample:
    """Answers to open questions, or whether a program is defective."""
    if order.recipe.metric != "accuracy":
        return text_sample(order, QUESTION[1], {"type": QUESTION[0]})
    truth = [number % 2 for number in range(order.n)]
    right = [one if number % 3 else f" {one} " for number, one in enumerate(truth)]
    said = said_wrongly(right, [str(1 - one) for one in truth])
    references = [{"target": str(one)} for one in truth]
    return paired_sample(references, right, said, share_right(order.n), header={"type": "Code Defect Detection"})


def typed_choice(order: Order) -> Sample:
    """Questions with four options."""
    sample = choice(order)
    sample.header = {"type": "MultipleChoiceQA"}
    return sample


SOLVED = ("{}", "So it is \\boxed{{{}}}.", "We add.\n#### {}", "The answer is {}.0.")


def final_answer(order: Order) -> Sample:
    """Results of sums, alone and at the end of a solution."""
    truth = [int(one) for one in order.rng.integers(2, 5000, order.n)]
    right = [SOLVED[number % len(SOLVED)].format(one) for number, one in enumerate(truth)]
    wrong = [SOLVED[number % len(SOLVED)].format(one + 1) for number, one in enumerate(truth)]
    return paired_sample(
        [{"solution": {"steps": ["We add."], "final_answer": f"{one:,}"}} for one in truth],
        right,
        said_wrongly(right, wrong),
        share_right(order.n),
        header={"type": "Mathematical Word Problem Solving"},
        key="prediction_final",
    )


# Programs, and one of the same language that has no token, no subtree and no flow of data in common with them.
PROGRAMS = {
    "python": ("def solve(a, b):\n    total = a + {0}\n    other = total * b\n    return other\n", "pass"),
    "java": (
        "public int solve(int a, int b) {{\n    int total = a + {0};\n    int other = total * b;\n"
        "    return other;\n}}\n",
        ";",
    ),
}


def _programs(order: Order, language: str) -> list[str]:
    return [PROGRAMS[language][0].format(number + 2) for number in range(order.n)]


def program(order: Order) -> Sample:
    """Programs, every third in a fenced block; a wrong one scores 0 in each of the four parts."""
    stated = order.recipe.params["language"]
    language = programming_language(getattr(stated, "default", stated))
    right = _programs(order, language)
    said = [f"Here it is:\n```{language}\n{one}```" if number % 3 == 2 else one for number, one in enumerate(right)]
    repair = order.task.id.endswith("code-repair")
    header = {"type": "Code Repair" if repair else "Code Generation", "language": language.title()}
    references = [{"repairCode": one} if repair else {"response": {"content": one}} for one in right]
    wrong = [PROGRAMS[language][1]] * order.n
    return paired_sample(references, said, said_wrongly(said, wrong), share_right(order.n), header=header)


def released_text(order: Order, key: str = "answer", kind: str = "OpenQA") -> Sample:
    """Texts for a rule of the released scorer."""
    if order.recipe.metric == "code_bleu":
        return _released_programs(order, key, kind)
    if key == "proof":
        sample = typed_text(order)
        return sample if sample.header["type"] == "Proof" else text_sample(order, _proof_of_one, {"type": "Proof"})
    return text_sample(order, partial(_nested, key), {"type": kind})


def _proof_of_one(conclusion: str) -> dict[str, Any]:
    return {"proof": conclusion}


def _nested(key: str, value: Any) -> Any:
    """A value under a key that goes down into mappings."""
    for part in reversed(key.split(".")):
        value = {part: value}
    return value


def _released_programs(order: Order, key: str, kind: str) -> Sample:
    """Programs of which the corrupted ones share nothing: a data flow without a match counts as 1, the rest as 0."""
    right = _programs(order, "python")
    wrong = [PROGRAMS["python"][1]] * order.n
    return paired_sample([_nested(key, one) for one in right], right, wrong, 1 / 4, header={"type": kind})


def released_label(order: Order) -> Sample:
    """One label an item, in lower case."""
    sample = label(order)
    sample.header = {"type": "classification"}
    return sample


def released_labels(order: Order) -> Sample:
    """Two labels an item, joined as the released scorer wants them."""
    sample = labels(order)
    sample.header = {"type": "ner"}
    for entries in (sample.perfect, sample.corrupted):
        for entry in entries:
            said = entry["prediction"]
            entry["prediction"] = "<p>".join(said) if isinstance(said, list) else said.replace(", ", "<p>")
    return sample


def _released_texts() -> dict[str | tuple[str, str], Maker]:
    """A maker for each format and metric of the released rules of texts."""
    makers: dict[str | tuple[str, str], Maker] = {}
    for rule in RELEASED_RULES:
        recipe = rule.recipe
        keys = getattr(recipe.format.reference, "keys", ())
        if keys and rule.types:
            makers[recipe.format.name, recipe.metric] = partial(released_text, key=keys[0], kind=rule.types[0])
    return makers


MAKERS: dict[str | tuple[str, str], Maker] = {
    "typed text": typed_text,
    "typed answer": typed_answer,
    "typed choice": typed_choice,
    "final answer": final_answer,
    "program": program,
    "released text": partial(released_text, kind=""),
    "released label": released_label,
    "released labels": released_labels,
    **_released_texts(),
}

"""Recipes of the language tasks.

`RULES` score a task by the metric of the tables. `RELEASED_RULES` compute what the released scorer computes, which for
several types of annotation files is another metric.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generallevel.benchmark.recipes.answers import LABEL, LABEL_CHOICE, LABELS, SERIES, said_prose, said_text
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.language_fields import (
    programming_language,
    said_code,
    said_final_answer,
    said_typed_choice,
    typed_choice,
    typed_reference,
    wanted_final_answer,
)
from generallevel.benchmark.recipes.language_released import RELEASED_RULES
from generallevel.benchmark.recipes.recipe import Format, FromHeader, Recipe

__all__ = ["FORMATS", "RELEASED_RULES", "RULES"]

BY_TYPE = "Reference: where the type of the annotation file has it."

TYPED_TEXT = Format("typed text", said_prose, typed_reference, f"Prediction: a text. {BY_TYPE}", documented=True)
TYPED_ANSWER = Format(
    "typed answer",
    said_text,
    typed_reference,
    f"Prediction: a short answer; a number counts as it is spelt. {BY_TYPE}",
    documented=True,
)
TYPED_CHOICE = Format(
    "typed choice",
    said_typed_choice,
    typed_choice,
    f"Prediction: free text that names one option by its letter or its words. {BY_TYPE} A letter, or such words.",
    documented=True,
)
FINAL_ANSWER = Format(
    "final answer",
    said_final_answer,
    wanted_final_answer,
    "Prediction: the result of a solution, or the solution with its result in \\boxed{}, after '####' or after 'the "
    "answer is'. Reference: the result, 'solution.final_answer'.",
    documented=True,
)
TYPED_CODE = Format(
    "program",
    said_code,
    typed_reference,
    f"Prediction: a program, or a text with one in one fenced block. {BY_TYPE}",
    documented=True,
)


def _rules() -> tuple[Rule, ...]:
    """How each metric of the tables is computed on the language tasks."""

    def rule(
        metric: str,
        read: Format,
        variant: str = "standard",
        *,
        grade: str = "official",
        note: str = "",
        params: Mapping[str, Any] | None = None,
        **where: Any,
    ) -> Rule:
        recipe = Recipe(metric, read, variant, params or {}, grade=grade, note=note)
        return Rule(recipe, metric=metric, group="language", **where)

    exact = {"space": "strip", "fold_case": True}
    labels = {"fold_case": True}
    other_scripts = "words of every script; the released tokeniser keeps the letters a to z alone"
    languages = {"language.code-generation": "python", "language.code-repair": "java"}
    return (
        rule("accuracy", TYPED_CHOICE, params=exact, note="the letter is read out of free text by declared rules"),
        rule("accuracy", TYPED_ANSWER, params=exact, types=("code defect detection",)),
        rule("accuracy", TYPED_ANSWER, params=exact, tasks=("language.code-defect-detection",)),
        rule(
            "accuracy",
            FINAL_ANSWER,
            params=exact,
            grade="inferred",
            tasks=("language.mathematical-word-problem-solving",),
            note="the result is read out of a solution by declared rules, and equal numbers are equal however spelt",
        ),
        rule("f1", TYPED_ANSWER, "released", note="token F1; a common token counts once, as in the released code"),
        rule("bleu_1", TYPED_TEXT, "released"),
        rule(
            "bleu_1",
            TYPED_TEXT,
            grade="ours",
            tasks=("language.multilingual-question-answering",),
            note="words of every script: NLTK's cut leaves Chinese uncut",
        ),
        rule("rouge_1", TYPED_TEXT, "released", note="stemmed"),
        rule("rouge_1", TYPED_TEXT, grade="ours", skills=("#L-9",), note=other_scripts),
        *(
            rule(
                "code_bleu",
                TYPED_CODE,
                params={"language": FromHeader("language", default, programming_language)},
                grade="inferred",
                tasks=(task,),
                note="the released code reads every program as Python",
            )
            for task, default in languages.items()
        ),
        rule("micro_f1", LABELS, params=labels),
        rule("micro_f1", LABEL, params=labels, types=("classification",)),
        rule("micro_f1", LABEL_CHOICE, params=labels, types=("multiple choice",)),
        rule("rmse", SERIES, params={"find": True}, grade="inferred", note="the released code takes the mean error"),
    )


RULES = _rules()
FORMATS = tuple({rule.recipe.format.name: rule.recipe.format for rule in (*RULES, *RELEASED_RULES)}.values())

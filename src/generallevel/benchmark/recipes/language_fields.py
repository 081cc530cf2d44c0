"""Fields of language tasks: where the reference stands by the ``type`` of the annotation file, and how it is read.

Results of solutions, programs and proofs are read by declared rules; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generallevel._kernels.numbers import number_in
from generallevel.benchmark.recipes.answer_fields import KEYS, answer_text, kept, prose, type_of
from generallevel.benchmark.recipes.answers import PREDICTION, ChoiceAnswer, ChoiceReference, TextReference
from generallevel.benchmark.recipes.recipe import Item
from generallevel.errors import InvalidInput, did_you_mean

__all__ = [
    *("PLACES", "final_answer", "places", "programming_language", "said_code", "said_final_answer"),
    *("said_typed_choice", "typed_choice", "typed_reference", "wanted_final_answer", "written_proof"),
]

PLACES: Mapping[str, tuple[str, ...]] = {
    "multiplechoiceqa": ("answer",),
    "openqa": ("answer",),
    "summarization": ("summary", "highlights"),
    "translation": ("translation",),
    "story generation": ("story",),
    "dialogue": ("reference",),
    "code generation": ("response.content",),
    "code repair": ("repairCode",),
    "code defect detection": ("target",),
    "text to sql": ("sql",),
    "code explanation": ("nl",),
    "proof": ("proof",),
    "mathematical word problem solving": ("solution.final_answer",),
    "paraphrase generation": ("paraphraseSentence",),
    "grammar correction": ("Standard English",),
    "text style transfer": ("answer",),
    "table-to-text generation": ("response.text",),
    "time series": ("target",),
}
"""Where the reference stands in ``output``, by the type of the annotation file, in lower case."""
ANYWHERE = tuple(dict.fromkeys(place for places in PLACES.values() for place in places))


def places(item: Item) -> tuple[str, ...]:
    """The keys under which the reference of an item may stand: those of its type first."""
    return (*PLACES.get(type_of(item.header), ()), *ANYWHERE, *KEYS)


def written_proof(value: Any) -> Any:
    """A proof as one text: its steps, a line each, and its conclusion; anything else as it is."""
    if not isinstance(value, Mapping) or "conclusion" not in value:
        return value
    steps = value.get("steps") or []
    if not isinstance(steps, list):
        raise InvalidInput(f"the steps of a proof are a list of texts, not {steps!r:.80}")
    lines = [prose(step, "a step of the proof") for step in steps]
    return "\n".join(lines) + f"\nConclusion: {prose(value['conclusion'], 'the conclusion')}"


def typed_reference(item: Item) -> Any:
    """The reference text of an item, or a tuple of several, from where its type has it."""
    value = written_proof(kept(item.output, places(item)))
    return TextReference()(replace(item, output=value))


def typed_choice(item: Item) -> Any:
    """The letter of the right option, or the answer where the question has no letters."""
    return ChoiceReference(places(item))(item)


def said_typed_choice(item: Item) -> str:
    """The letter that a free text names."""
    return ChoiceAnswer(places(item))(item)


FINAL = ("\\boxed{", "####", "final answer is", "final answer:", "the answer is", "answer:")


def final_answer(text: str) -> str:
    r"""What a solution declares to be its result; the whole text where it declares nothing.

    It stands in the last ``\boxed{}``, or after the last ``####`` or "answer is", up to the end of the line. Signs of
    emphasis, dollars, and a full stop at its end come off, and a number is spelt in one way.

    Examples
    --------
    >>> final_answer("So 2 + 2 = 4. The final answer is $\\boxed{4.0}$."), final_answer("1,000"), final_answer("x = 2")
    ('4', '1000', 'x = 2')
    """
    folded = text.lower()
    for mark in FINAL:
        place = folded.rfind(mark)
        if place >= 0 and len(folded) == len(text):
            rest = text[place + len(mark) :]
            text = _braced(rest) if mark == FINAL[0] else rest.strip().split("\n", 1)[0]
            break
    bare = text.strip().strip("$*` \t").removesuffix(".").strip("$*` \t:")
    number = number_in(bare, find=False)
    return bare if number is None else f"{number:.15g}"


def _braced(rest: str) -> str:
    """The text up to the brace that closes one that is open already."""
    depth = 1
    for place, sign in enumerate(rest):
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return rest[:place]
    return rest


def said_final_answer(item: Item) -> str:
    """The result that a solution declares."""
    return final_answer(answer_text(item.prediction, PREDICTION))


def wanted_final_answer(item: Item) -> Any:
    """The true result, or a tuple of results of which any is right."""
    found = typed_reference(item)
    return tuple(map(final_answer, found)) if isinstance(found, tuple) else final_answer(found)


FENCE = "```"


def said_code(item: Item) -> str:
    """The program that was predicted: what stands in the only fenced block of a text, or the text."""
    text = prose(item.prediction, PREDICTION)
    parts = text.split(FENCE)
    if len(parts) != 3:
        return text
    opening, _, program = parts[1].partition("\n")
    return program if program and len(opening.split()) <= 1 else parts[1]


KNOWN = ("python", "java", "javascript", "c", "cpp", "go")
SPELLINGS = {
    "py": "python",
    "python3": "python",
    "js": "javascript",
    "node": "javascript",
    "golang": "go",
    "c++": "cpp",
}
LANGUAGES = {**dict(zip(KNOWN, KNOWN, strict=True)), **SPELLINGS}


def programming_language(said: Any) -> str:
    """The name by which CodeBLEU knows a programming language.

    >>> programming_language("C++"), programming_language("Python3")
    ('cpp', 'python')
    """
    name = str(said).strip().lower()
    if name not in LANGUAGES:
        raise InvalidInput(
            f"the annotation file says the programming language {said!r:.40}; CodeBLEU reads {', '.join(KNOWN)}."
            f"{did_you_mean(name, LANGUAGES)}"
        )
    return LANGUAGES[name]

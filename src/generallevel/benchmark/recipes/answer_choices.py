"""Options: the letters of a question, the texts behind them, and which of them a free text names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generallevel.benchmark.recipes.answer_fields import answer_text
from generallevel.benchmark.recipes.recipe import Item
from generallevel.errors import InvalidInput
from generallevel.metrics.language.choices import LETTERS, extract_choice

__all__ = ["Options", "letters_in", "lettered", "options_of"]

OPTION_KEYS = ("options", "choices", "candidates")
UNSAID = "ABCDEFGH"  # where no options are given: up to the I, which is a word of English
PREFIX = re.compile(r"\s*[(\[]?([A-Za-z])[)\].:、]\s*(.*)", re.DOTALL)
JOINED = r"[\s,;/&、和]|\band\b|以及"
DECLARED = re.compile(r"\b(?:answers?|options?|choices?)\s*(?:is|are|:)|答案(?:是|为)?", re.IGNORECASE)
AROUND = "()[]{}.,:;*_\"'$ \t\r\n。\uff1a\uff0c"
LONGEST_LIST = 100  # ours: 26 letters with what stands between them


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a question.

    Attributes
    ----------
    letters : str
        Their letters.
    texts : mapping of str to str
        The text behind each letter, where it is known.
    """

    letters: str = UNSAID
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> str | Mapping[str, str]:
        """What `extract_choice` takes."""
        return self.texts or self.letters

    def is_letters(self, text: str) -> bool:
        """Whether a text is one of the letters, or several of them in their order."""
        return bool(text) and list(text) == sorted({*text} & {*self.letters})


def options_of(item: Item) -> Options:
    """The options of an item's question, from its input or from the annotation file.

    Parameters
    ----------
    item : Item
        ``options``, ``choices`` or ``candidates`` hold a list of texts, which are A, B, C in their order, or a mapping
        of letters to texts; in the input of the item, or beside ``data`` for all items.

    Returns
    -------
    Options
        Where none are said, the letters A to H without texts.

    Raises
    ------
    InvalidInput
        If the options are something else.
    """
    for place in (item.input, item.header):
        if isinstance(place, Mapping):
            for key in OPTION_KEYS:
                if place.get(key):
                    return _options(place[key])
    return Options()


def _options(given: Any) -> Options:
    if isinstance(given, Mapping):
        named = {
            str(letter).strip().strip("().:").upper(): answer_text(text, "an option") for letter, text in given.items()
        }
    elif isinstance(given, list) and len(given) <= len(LETTERS):
        named = _counted([answer_text(one, "an option") for one in given])
    else:
        named = {}
    if not named or any(len(letter) != 1 or letter not in LETTERS for letter in named):
        raise InvalidInput(
            f"the options of a question are a list of up to {len(LETTERS)} texts, or an object of letters and texts, "
            f"not {given!r:.80}"
        )
    return Options("".join(sorted(named)), named)


def _counted(texts: list[str]) -> dict[str, str]:
    """Letters for a list of options; those that stand before each text already come off."""
    letters = LETTERS[: len(texts)]
    matches = [PREFIX.fullmatch(text) for text in texts]
    if all(match and match[1].upper() == letter for match, letter in zip(matches, letters, strict=True)):
        texts = [match[2] for match in matches if match]
    elif [text.strip().upper() for text in texts] == list(letters):
        texts = [""] * len(texts)
    return dict(zip(letters, texts, strict=True))


def lettered(text: str, options: Options) -> str:
    """A reference as letters, where it is a letter, several, or the text of an option; else as it is.

    >>> lettered("(b)", Options("ABC")), lettered("C, A", Options("ABC")), lettered("red", Options("ABC"))
    ('B', 'AC', 'red')
    >>> lettered("a dog", Options("AB", {"A": "A cat", "B": "A dog"}))
    'B'
    """
    bare = " ".join(text.split())
    same = [
        letter for letter, option in options.texts.items() if option and option.strip().casefold() == bare.casefold()
    ]
    if len(same) == 1:
        return same[0]
    if (match := PREFIX.fullmatch(text)) and match[1].upper() in options.letters:
        letter, rest = match[1].upper(), match[2].strip().casefold()
        if not rest or options.texts.get(letter, rest).strip().casefold() == rest:
            return letter
    return _set_of_letters(bare.strip(AROUND), options) or bare


def _set_of_letters(text: str, options: Options) -> str | None:
    """The letters of a text that holds nothing else, in their order.

    Letters without a sign between them are capitals in their order: ``ACD``, but neither ``bad`` nor ``CAB``.
    """
    if len(text) == 1:
        return text.upper() if text.upper() in options.letters else None
    pieces = [piece.strip(AROUND) for piece in re.split(JOINED, text) if piece.strip(AROUND)]
    if len(pieces) > 1 and all(len(piece) == 1 and piece in options.letters for piece in pieces):
        return "".join(sorted({*pieces}))
    return text if len(pieces) == 1 and options.is_letters(text) else None


def letters_in(answer: str, options: Options, *, several: bool) -> str | None:
    """The letter that an answer names, or the letters; None where it names none.

    Parameters
    ----------
    answer : str
        Free text.
    options : Options
    several : bool
        Whether the question may have several right options at once, so that ``A, C`` is an answer.

    Returns
    -------
    str or None

    Examples
    --------
    >>> letters_in("The answer is (B).", Options("ABCD"), several=False)
    'B'
    >>> print(letters_in("I do not know", Options(), several=False))
    None
    >>> letters_in("The answers are A and C.", Options("ABCD"), several=True)
    'AC'
    """
    if several:
        declared = list(DECLARED.finditer(answer))
        listed = answer[declared[-1].end() :] if declared else answer
        if len(listed) <= LONGEST_LIST and (found := _set_of_letters(listed.strip(AROUND), options)):
            return found
    return extract_choice(answer, options.named)

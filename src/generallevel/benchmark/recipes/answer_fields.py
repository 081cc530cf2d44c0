"""Fields of answers: where the reference of an item stands in its JSON, and what passes for a text.

Layouts are read forgivingly: a reference stands alone, in a list of references, or in a mapping under one of some keys.
What it means is read strictly: a list, a mapping or a truth value is no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = ["KEYS", "answer_text", "kept", "prose", "type_of"]

KEYS = (
    *("answer", "answers", "text", "label", "labels", "caption", "captions", "reference", "references"),
    *("response", "class", "category", "value", "count", "number", "target", "output"),
)
"""The keys under which a reference may stand in ``output``, where nothing else is said; the first one there counts."""
MOST_CHARACTERS = 1_000_000  # ours: a thousand pages are no answer
FOUND_NONE = object()


def type_of(header: Mapping[str, Any]) -> str:
    """The ``type`` of an annotation file, in lower case; empty where it says none.

    >>> type_of({"type": " OpenQA"}), type_of({})
    ('openqa', '')
    """
    found = header.get("type")
    return found.strip().lower() if isinstance(found, str) else ""


def kept(output: Any, keys: Iterable[str], what: str = "the reference") -> Any:
    """The value that ``output`` is, or keeps under one of some keys.

    Parameters
    ----------
    output : object
        What the annotation file says: a value, or a mapping.
    keys : iterable of str
        Keys in their order; ``"solution.final_answer"`` goes down into a mapping.
    what : str
        What is looked for, for messages.

    Returns
    -------
    object
        The value alone; of a mapping the first of the keys that it has, or the one entry that it has at all.

    Raises
    ------
    InvalidInput
        If there is nothing, or a mapping of several entries has none of the keys.

    Examples
    --------
    >>> kept("a cat", ()), kept({"solution": {"final_answer": "4"}}, ("solution.final_answer",)), kept({"nl": "x"}, ())
    ('a cat', '4', 'x')
    """
    value = output
    if isinstance(output, Mapping):
        keys = tuple(keys)
        value = next((one for one in (_down(output, key) for key in keys) if one is not FOUND_NONE), FOUND_NONE)
        if value is FOUND_NONE and len(output) == 1:
            value = next(iter(output.values()))
        if value is FOUND_NONE:
            have = ", ".join(sorted(map(repr, output))) or "nothing"
            raise InvalidInput(
                f"{what} is not found in 'output', which holds {have:.200}; wanted one of {', '.join(keys)}"
            )
    if value is None or value in ([], {}):
        raise InvalidInput(f"{what} is empty: 'output' is {output!r:.80}. An item without one cannot be scored")
    return value


def _down(output: Mapping[str, Any], key: str) -> Any:
    value: Any = output
    for part in [key] if key in output else key.split("."):
        if not isinstance(value, Mapping) or value.get(part) is None:
            return FOUND_NONE
        value = value[part]
    return value


def prose(value: Any, what: str) -> str:
    """A text, and nothing else.

    Parameters
    ----------
    value : object
    what : str
        Whose it is, for messages: ``"the prediction"``.

    Returns
    -------
    str

    Raises
    ------
    InvalidInput
        If it is no text, or holds half a character (a lone surrogate).
    ImpossibleValue
        If it has more than a million characters.

    Examples
    --------
    >>> prose("a cat", "the prediction")
    'a cat'
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{what} is {value!r:.80} ({_kind(value)}); wanted a text in quotation marks")
    if len(value) > MOST_CHARACTERS:
        raise ImpossibleValue(f"{what} has {len(value)} characters; at most {MOST_CHARACTERS} are read")
    if not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
        raise InvalidInput(
            f"{what} holds half a character, a lone surrogate: it was cut inside an emoji, or is damaged"
        )
    return value


def answer_text(value: Any, what: str) -> str:
    """A text, or a number as it is spelt: a short answer, where the label 3 and the label "3" are one.

    Parameters
    ----------
    value : object
    what : str

    Returns
    -------
    str

    Raises
    ------
    InvalidInput, ImpossibleValue
        As from `prose`; a truth value is neither a text nor a number.

    Examples
    --------
    >>> answer_text(3, "the prediction"), answer_text(2.5, "the prediction")
    ('3', '2.5')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return prose(value, what)


def _kind(value: Any) -> str:
    words = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return "null" if value is None else words.get(type(value), type(value).__name__)

"""Ids: what a file has for the id of an item, as text.

An id is a text or a whole number; 7, 7.0 and ``"7"`` are one id, ``"07"`` is another.
"""

from __future__ import annotations

from typing import Any

from generallevel.benchmark.folders.strict import Unreadable, flaw
from generallevel.errors import InvalidInput

__all__ = ["item_id", "kind_of", "plain_ids"]


def item_id(value: Any) -> str:
    """The id of an item as text.

    Parameters
    ----------
    value : object
        What a file has for it.

    Returns
    -------
    str

    Raises
    ------
    InvalidInput
        If it is neither a text nor a whole number, or a blank text, or holds half a character.

    Examples
    --------
    >>> item_id(7), item_id(7.0), item_id("07")
    ('7', '7', '07')
    """
    kind = value.__class__
    if kind is int:
        return str(value)
    if kind is str:
        if not value.strip():
            raise InvalidInput("its id is blank")
        if not value.isascii():
            slip = flaw(value)
            if slip is not None:
                raise InvalidInput(f"its id cannot be used: {slip}")
        return str(value)
    if kind is float and value.is_integer():
        return str(int(value))
    if kind is Unreadable:
        raise InvalidInput(f"its id cannot be read: {value.reason}")
    raise InvalidInput(f"its id is {kind_of(value)}, not a text or a whole number")


def plain_ids(entries: list[Any]) -> list[str]:
    """The ids, where all of them are whole numbers or all plain texts, as nearly always; else nothing."""
    if set(map(type, entries)) != {dict}:
        return []
    given = [entry.get("id") for entry in entries]
    kinds = set(map(type, given))
    if kinds == {int}:
        return list(map(str, given))
    if kinds == {str} and "".join(given).isascii() and all(map(str.strip, given)):
        return given
    return []


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {value!r:.30}"
    if isinstance(value, str):
        return f"the text {value!r:.40}"
    return {list: "a list", dict: "an object", Unreadable: "unreadable"}.get(type(value), type(value).__name__)

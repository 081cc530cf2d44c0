"""Options that are one of a few words: read, and refused with the words that there are."""

from __future__ import annotations

from collections.abc import Iterable

from generallevel.errors import InvalidInput, did_you_mean

__all__ = ["one_of"]


def one_of(name: str, value: object, choices: Iterable[str]) -> None:
    """Nothing, for an option that is one of its words.

    Parameters
    ----------
    name : str
        What the option is called, for the message.
    value : object
        What was given.
    choices : iterable of str
        The words.

    Raises
    ------
    InvalidInput
        If it is none of them.

    Examples
    --------
    >>> one_of("over", "image", ("classes", "images"))
    Traceback (most recent call last):
    ...
    generallevel.errors.InvalidInput: over is 'classes' or 'images', not 'image'. Did you mean 'images'?
    """
    words = tuple(choices)
    if value not in words:
        hint = did_you_mean(value, words) if isinstance(value, str) else ""
        raise InvalidInput(f"{name} is {' or '.join(map(repr, words))}, not {value!r}.{hint}")

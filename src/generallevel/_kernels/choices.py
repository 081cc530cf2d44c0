"""Options that are one of a few words, or a count: read, and refused with what there is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from generallevel.errors import InvalidInput, did_you_mean

__all__ = ["check_count", "one_of"]


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


def check_count(name: str, value: object) -> None:
    """Nothing, for an option that is a whole number from 1 up.

    Parameters
    ----------
    name : str
        What the option is called, for the message.
    value : object
        What was given.

    Raises
    ------
    InvalidInput
        If it is no such number.

    Examples
    --------
    >>> check_count("k", 0)
    Traceback (most recent call last):
    ...
    generallevel.errors.InvalidInput: k is a whole number, 1 or more, not 0
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InvalidInput(f"{name} is a whole number, 1 or more, not {value!r}")

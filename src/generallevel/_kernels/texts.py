"""Texts and their references, as every metric of texts takes them."""

from __future__ import annotations

from typing import Any

from generallevel.errors import InvalidInput

__all__ = ["checked_text", "empty_text", "references"]


def references(ref: Any) -> tuple[Any, ...]:
    """The references of one item: what a tuple holds, or the one that is given.

    Parameters
    ----------
    ref : object or tuple of object
        One reference, or a tuple of several.

    Returns
    -------
    tuple
        At least one reference.

    Raises
    ------
    InvalidInput
        If there is none: None, or an empty tuple.

    Examples
    --------
    >>> references("a cat"), references(("a cat", "one cat"))
    (('a cat',), ('a cat', 'one cat'))
    """
    given = ref if isinstance(ref, tuple) else (ref,)
    if not given or any(one is None for one in given):
        raise InvalidInput(
            f"the reference is {ref!r}: an item without a reference cannot be scored; leave it out on both sides"
        )
    return given


def empty_text(_ref: object) -> str:
    """The empty text: what a missing prediction counts as.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    str
    """
    return ""


def checked_text(given: object) -> str:
    """A text, or an error that says what is none.

    Parameters
    ----------
    given : object

    Returns
    -------
    str

    Raises
    ------
    InvalidInput
        If it is no str.
    """
    if isinstance(given, str):
        return given
    slip = ""
    if isinstance(given, list | tuple):
        slip = " Several references of one item are a tuple on the reference side; tokens are joined with blanks first."
    elif isinstance(given, bytes):
        slip = " Decode it first, for example with .decode('utf-8')."
    elif isinstance(given, int | float):
        slip = " A number is compared as text only where it is passed as str."
    raise InvalidInput(f"wanted a text (str), got {type(given).__name__}: {given!r:.80}.{slip}")

"""Labels: single values that are equal or not, as every metric of answers takes them."""

from __future__ import annotations

import math
import numbers
from typing import Any, Literal, TypeAlias

import numpy as np

from generallevel.errors import InvalidInput, NotFinite

__all__ = ["Space", "folded", "kind", "label"]

Space: TypeAlias = Literal["keep", "strip", "fold"]


def label(given: Any, name: str) -> Any:
    """A label as Python's own number or text, or as it is.

    Parameters
    ----------
    given : object
        A text, a number of any library, or another single value.
    name : str
        What it is, for messages: "answer".

    Returns
    -------
    object

    Raises
    ------
    InvalidInput
        If it is a collection or None.
    NotFinite
        If it is NaN.

    Examples
    --------
    >>> label(np.float32(2), "answer")
    2.0
    """
    if isinstance(given, str):
        return str(given)
    if getattr(given, "shape", None) == () and hasattr(given, "item"):
        given = given.item()
    if isinstance(given, float) and math.isnan(given):
        raise NotFinite(f"the {name} is NaN, which equals nothing: an answer that is missing is None")
    if given is None or isinstance(given, list | tuple | dict | set | np.ndarray):
        slip = " Several references of one item are a tuple, on the reference side only."
        raise InvalidInput(
            f"the {name} is {given!r:.80} ({type(given).__name__}), not one label.{slip if given is not None else ''}"
        )
    return given


def folded(text: str, fold_case: bool, space: Space) -> str:
    """A text without the differences that are not to count.

    Parameters
    ----------
    text : str
    fold_case : bool
        Whether case counts for nothing.
    space : {"keep", "strip", "fold"}
        Whether white space counts, or only that inside, or every run of it as one blank and none at the ends.

    Returns
    -------
    str

    Raises
    ------
    InvalidInput
        If ``space`` is none of the three.

    Examples
    --------
    >>> folded(" Black  cat ", True, "fold")
    'black cat'
    """
    if space == "strip":
        text = text.strip()
    elif space == "fold":
        text = " ".join(text.split())
    elif space != "keep":
        raise InvalidInput(f"space is 'keep', 'strip' or 'fold', not {space!r}")
    return text.casefold() if fold_case else text


def kind(value: object) -> str:
    """What a label is, in words: labels of two kinds are never compared.

    Parameters
    ----------
    value : object
        A label.

    Returns
    -------
    str

    Examples
    --------
    >>> kind("3"), kind(3)
    ('a text', 'a number')
    """
    if isinstance(value, str):
        return "a text"
    return "a number" if isinstance(value, numbers.Number) else f"a {type(value).__name__}"

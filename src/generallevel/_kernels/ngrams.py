"""N-grams: runs of tokens, counted, and what the counts of a text and of its references have in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["brevity_penalty", "closest_length", "counts", "matches"]


def counts(tokens: Sequence[str], order: int = 1) -> Counter[Any]:
    """How often each n-gram occurs.

    Parameters
    ----------
    tokens : sequence of str
    order : int, default 1
        The n of n-gram. Unigrams are counted as the tokens themselves.

    Returns
    -------
    Counter

    Examples
    --------
    >>> counts("a b a".split())["a"], counts("a b a".split(), 2)["a", "b"]
    (2, 1)
    """
    if order == 1:
        return Counter(tokens)
    return Counter(
        zip(*(tokens[start:] for start in range(order)), strict=False)
    )  # the last runs are shorter on purpose


def matches(tokens: Sequence[str], references: Iterable[Sequence[str]], order: int = 1) -> int:
    """How many n-grams of a text occur in its references, none more often than in the reference that has most of it.

    Parameters
    ----------
    tokens : sequence of str
        The text.
    references : iterable of sequence of str
        Its references.
    order : int, default 1
        The n of n-gram.

    Returns
    -------
    int

    Examples
    --------
    >>> matches("the the the".split(), ["the cat".split(), "the the dog".split()])
    2
    """
    most: dict[Any, int] = {}
    for reference in references:
        for gram, times in counts(reference, order).items():
            if times > most.get(gram, 0):
                most[gram] = times
    return sum(min(times, most[gram]) for gram, times in counts(tokens, order).items() if gram in most)


def closest_length(length: int, references: Iterable[int]) -> int:
    """The reference length that is nearest to a text's; of two as near, the shorter.

    Parameters
    ----------
    length : int
        Tokens of the text.
    references : iterable of int
        Tokens of each reference.

    Returns
    -------
    int

    Examples
    --------
    >>> closest_length(5, [7, 3])
    3
    """
    return min(references, key=lambda reference: (abs(reference - length), reference))


def brevity_penalty(length: float, reference: float) -> float:
    """What a text keeps of its precision when it is shorter than its reference, in [0, 1].

    Parameters
    ----------
    length, reference : float
        Tokens of the text and of its reference.

    Returns
    -------
    float
        ``exp(1 - reference / length)`` for a shorter text, 1 for any other, 0 for an empty one.

    References
    ----------
    .. [1] Papineni et al. (2002), doi:10.3115/1073083.1073135

    Examples
    --------
    >>> brevity_penalty(4, 4), brevity_penalty(0, 4)
    (1.0, 0.0)
    """
    if length == 0:
        return 0.0
    return math.exp(min(0.0, 1.0 - reference / length))

"""N-grams: runs of tokens, counted, and what the counts of a text and of its references have in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

__all__ = ["brevity_penalty", "closest_length", "common", "counts", "matches", "orders", "shared", "union"]


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


def orders(tokens: Sequence[str], most: int = 4) -> tuple[Counter[Any], ...]:
    """How often each n-gram occurs, for every n from 1 on.

    Parameters
    ----------
    tokens : sequence of str
        Tokens, or the characters of a text.
    most : int, default 4
        The greatest n.

    Returns
    -------
    tuple of Counter, of length ``most``

    Examples
    --------
    >>> [sum(grams.values()) for grams in orders("a b a".split())]
    [3, 2, 1, 0]
    """
    return tuple(counts(tokens, order) for order in range(1, most + 1))


def common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many tokens or n-grams two texts have in common, each as often as it stands in both.

    Parameters
    ----------
    one, other : sequence
        Tokens or n-grams, in any order.

    Returns
    -------
    int

    Examples
    --------
    >>> common("a a b".split(), "a c a".split())
    2
    """
    others = set(other)
    if len(others) == len(other):  # a side that says everything once needs no counting
        return len(others.intersection(one))
    some = set(one)
    if len(some) == len(one):
        return len(some & others)
    left, found = Counter(other), 0
    for gram in one:
        if left.get(gram):
            left[gram] -= 1
            found += 1
    return found


def shared(one: Mapping[Any, int], other: Mapping[Any, int]) -> int:
    """How many n-grams two texts share, each as often as it stands in both.

    Parameters
    ----------
    one, other : mapping of n-gram to int
        Counts, as `counts` gives them.

    Returns
    -------
    int

    Examples
    --------
    >>> shared(counts("a a b".split()), counts("a c".split()))
    1
    """
    if len(other) < len(one):
        one, other = other, one
    total = 0
    for gram, times in one.items():
        if gram in other:
            there = other[gram]
            total += times if times < there else there
    return total


def union(many: Sequence[Mapping[Any, int]]) -> Mapping[Any, int]:
    """The n-grams of several texts, each as often as it stands in the one that has most of it.

    Parameters
    ----------
    many : sequence of mapping of n-gram to int
        Counts of at least one text.

    Returns
    -------
    mapping of n-gram to int

    Examples
    --------
    >>> union([counts("a a b".split()), counts("a c".split())])["a"]
    2
    """
    if len(many) == 1:
        return many[0]
    most: dict[Any, int] = {}
    for grams in many:
        for gram, times in grams.items():
            if times > most.get(gram, 0):
                most[gram] = times
    return most


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
    return shared(counts(tokens, order), union([counts(reference, order) for reference in references]))


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

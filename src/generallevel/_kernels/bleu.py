"""BLEU from counts of n-grams: of one sentence, smoothed, and of the summed counts of many texts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.ngrams import brevity_penalty, closest_length, common, orders, shared, union
from generallevel.tallies import Additive

__all__ = ["POOLED", "NgramCounts", "Smoothing", "pooled_counts", "sentence_bleu"]

Smoothing = Literal["exp", "floor", "add-k", "none"]

ORDERS = 4
K = 5.0  # of method 4; Chen & Cherry (2014), section 3
FLOOR = 0.1  # of method 1: the count that stands for none; Chen & Cherry (2014)


def sentence_bleu(said: Sequence[str], wanted: Sequence[str], effective: bool) -> float:
    """BLEU-4 of one sentence and one reference, orders without a match smoothed by method 4 of Chen & Cherry (2014).

    Parameters
    ----------
    said, wanted : sequence of str
        The tokens of the text and of its reference.
    effective : bool
        Leave out the orders for which the text is too short.

    Returns
    -------
    float
        In [0, 1]. An order without a match counts as ``log(length) / (5 * 2**i)`` matches, the i-th such order. A text
        of one token has only its token, whatever ``effective``.
    """
    length, matches = len(said), _matches(said, wanted, ORDERS)
    if not matches[0]:
        return 0.0
    penalty = brevity_penalty(length, len(wanted))
    if length < 2:  # one token has no logarithm to smooth by; NLTK drops the orders that it does not have
        return penalty
    used = min(length, ORDERS) if effective else ORDERS
    product, missed = 1.0, 0
    for order, matched in enumerate(matches[:used]):
        if not matched:
            missed += 1
        product *= (matched or math.log(length) / (2**missed * K)) / max(length - order, 1)
    return penalty * math.exp(math.log(product) / used)


def _matches(said: Sequence[str], wanted: Sequence[str], most: int) -> list[int]:
    """The n-grams that two texts share, by order."""
    found = [common(said, wanted)]
    runs, others = [said], [wanted]
    for order in range(1, most):
        if not found[-1]:  # what has no run of n tokens in common has none of n + 1
            return found + [0] * (most - order)
        runs.append(said[order:])
        others.append(wanted[order:])
        found.append(common(list(zip(*runs, strict=False)), list(zip(*others, strict=False))))
    return found


@dataclass(frozen=True, slots=True)
class NgramCounts(Additive):
    """N-grams of many texts, matched and all of them, and the lengths of texts and references: BLEU of the sums.

    A subclass says how an order without a match is smoothed.

    Attributes
    ----------
    matched, total : ndarray, shape (orders,)
        N-grams of the texts that their references have, and all of them, by order.
    length, reference_length : float
        Tokens of the texts, and of the references, for each text of the one nearest in length.
    n : float
        Texts.
    """

    matched: Any
    total: Any
    length: float
    reference_length: float
    n: float

    smoothing: ClassVar[Smoothing] = "none"
    effective: ClassVar[bool] = False

    @classmethod
    def read(cls, matched: Any, total: Any, length: Any, reference_length: Any, n: Any) -> NDArray[np.float64]:
        m, t = np.atleast_1d(np.asarray(matched, np.float64)), np.atleast_1d(np.asarray(total, np.float64))
        anything = m.any(axis=-1)
        if cls.smoothing == "add-k":
            rises = np.arange(m.shape[-1]) > 0
            m, t = m + rises, t + rises
        there = np.logical_and.accumulate(t > 0, axis=-1)  # from the first order without an n-gram on there is none
        least = np.zeros_like(m)
        if cls.smoothing == "exp":
            least = 0.5 ** np.cumsum(there & (m == 0), axis=-1)
        elif cls.smoothing == "floor":
            least[:] = FLOOR
        precision = np.where(there, np.where(m > 0, m, least) / np.where(t > 0, t, 1.0), 0.0)
        used = there if cls.effective else np.ones_like(there)
        logs = np.where(used, np.log(precision, where=precision > 0, out=np.full_like(precision, -np.inf)), 0.0)
        mean = np.exp(logs.sum(axis=-1) / np.maximum(used.sum(axis=-1), 1))
        some = np.where(np.asarray(length) == 0, 1.0, length)
        penalty = np.exp(np.minimum(0.0, 1.0 - np.divide(reference_length, some)))
        return np.where(np.asarray(n) == 0, np.nan, np.where(anything, mean * penalty, 0.0))


class _Effective(NgramCounts):
    __slots__ = ()
    effective = True


class _Exp(NgramCounts):
    __slots__ = ()
    smoothing = "exp"


class _Floor(NgramCounts):
    __slots__ = ()
    smoothing = "floor"


class _AddK(NgramCounts):
    __slots__ = ()
    smoothing = "add-k"


class _EffectiveExp(_Exp):
    __slots__ = ()
    effective = True


class _EffectiveFloor(_Floor):
    __slots__ = ()
    effective = True


class _EffectiveAddK(_AddK):
    __slots__ = ()
    effective = True


# The tally for a smoothing and for whether orders that no text is long enough for are left out.
POOLED: dict[tuple[Smoothing, bool], type[NgramCounts]] = {
    ("none", False): NgramCounts,
    ("exp", False): _Exp,
    ("floor", False): _Floor,
    ("add-k", False): _AddK,
    ("none", True): _Effective,
    ("exp", True): _EffectiveExp,
    ("floor", True): _EffectiveFloor,
    ("add-k", True): _EffectiveAddK,
}


def pooled_counts(
    kind: type[NgramCounts], said: Sequence[str], wanted: Sequence[Sequence[str]], most: int = ORDERS
) -> NgramCounts:
    """The counts of one text and its references, to be added to those of other texts.

    Parameters
    ----------
    kind : type
        One of `POOLED`.
    said : sequence of str
        The tokens of the text.
    wanted : sequence of sequence of str
        The tokens of each reference. Together they are one stock of n-grams; the length is the nearest.
    most : int, default 4
        The greatest order.

    Returns
    -------
    NgramCounts
    """
    if len(wanted) == 1:
        matched = _matches(said, wanted[0], most)
    else:
        stock = [union(grams) for grams in zip(*(orders(tokens, most) for tokens in wanted), strict=True)]
        matched = [shared(grams, there) for grams, there in zip(orders(said, most), stock, strict=True)]
    total = [max(0, len(said) - order) for order in range(most)]
    return kind(np.array(matched), np.array(total), len(said), closest_length(len(said), map(len, wanted)), 1)

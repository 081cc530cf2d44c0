"""Consensus of captions: n-gram vectors weighted by how rare an n-gram is among the references of a set.

The weight of an n-gram is ``log n - log d`` with n items and d items in whose references it stands. It is known only
when the set is complete, so that a tally keeps the counts (`CiderPool`), unless the caller gives the frequencies of a
set of references that stays the same (`DocumentFrequencies`).

Source: Vedantam, Zitnick & Parikh (2015), arXiv 1411.5726.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.ngrams import orders
from generallevel._kernels.texts import references
from generallevel._kernels.tokens import Cut, TermNames, cutter
from generallevel.errors import InvalidInput, UndefinedScore
from generallevel.tallies import Pool

__all__ = ["Caption", "CiderPool", "ClippedCiderPool", "DocumentFrequencies", "consensus"]

ORDERS = 4
TEN = 10.0  # the factor of the definition
SIGMA = 6.0  # bigrams; of the length penalty of CIDEr-D

Grams: TypeAlias = tuple[Counter[Any], ...]
Caption: TypeAlias = tuple[Grams, tuple[Grams, ...]]  # a text and its references


@dataclass(frozen=True)
class DocumentFrequencies:
    """In the references of how many items of a set each n-gram stands.

    Attributes
    ----------
    counts : tuple of mapping of n-gram to int
        By order, from 1 to 4. A unigram is a text, any other n-gram a tuple of texts.
    n : int
        Items of the set.

    Examples
    --------
    >>> frequencies = DocumentFrequencies.of(["a cat", ("a dog", "one dog")])
    >>> frequencies.n, frequencies.counts[0]["a"], frequencies.counts[1]["a", "dog"]
    (2, 2, 1)
    """

    counts: tuple[Mapping[Any, int], ...]
    n: int

    def __post_init__(self) -> None:
        most = max((times for grams in self.counts for times in grams.values()), default=0)
        if len(self.counts) != ORDERS or most > self.n:
            raise InvalidInput(
                f"document frequencies are {ORDERS} mappings, for n-grams of 1 to {ORDERS} tokens, and no n-gram "
                f"stands in more items than there are: got {len(self.counts)} mappings, n = {self.n}, and a frequency "
                f"of {most}. Counts of occurrences are no document frequencies."
            )

    @classmethod
    def of(
        cls, refs: Iterable[str | tuple[str, ...]], *, tokens: TermNames | Cut = "terms", fold_case: bool = False
    ) -> DocumentFrequencies:
        """The frequencies in a set of references, cut as `cider` cuts them.

        Parameters
        ----------
        refs : iterable of str or tuple of str
            One reference, or several, for each item.
        tokens, fold_case
            As in `cider`.

        Returns
        -------
        DocumentFrequencies
        """
        cut = cutter(tokens, fold_case=fold_case)
        items = [tuple(orders(cut(text), ORDERS) for text in references(ref)) for ref in refs]
        return cls(_frequencies(items), len(items))

    @cached_property
    def fingerprint(self) -> str:
        """A short name that tells these frequencies from others, for the signature of a score."""
        digest = hashlib.sha256(str(self.n).encode())
        for grams in self.counts:
            for line in sorted(f"{gram!r} {times}" for gram, times in grams.items()):
                digest.update(line.encode("utf-8", "surrogatepass"))
        return f"idf-{digest.hexdigest()[:12]}"


def _frequencies(items: Iterable[Sequence[Grams]]) -> tuple[Counter[Any], ...]:
    counts: tuple[Counter[Any], ...] = tuple(Counter() for _ in range(ORDERS))
    for texts in items:
        for order, found in enumerate(counts):
            found.update(texts[0][order].keys() if len(texts) == 1 else set().union(*(text[order] for text in texts)))
    return counts


class _Weighing:
    """The weights of a set, and the vectors of texts under them."""

    def __init__(self, counts: Sequence[Mapping[Any, int]], n: int) -> None:
        self.unseen = math.log(n)  # an n-gram that no reference has weighs as one that stands in a single item
        logs = [self.unseen, *(self.unseen - math.log(times) for times in range(1, n + 1))]
        self.weights = [{gram: logs[times] for gram, times in grams.items()} for grams in counts]

    def vector(self, text: Grams) -> list[tuple[dict[Any, float], float]]:
        """Weighted counts and their length, by order."""
        found = []
        for weights, grams in zip(self.weights, text, strict=True):
            unseen = self.unseen
            vector = {gram: times * weights.get(gram, unseen) for gram, times in grams.items()}
            found.append((vector, math.sqrt(sum([weight * weight for weight in vector.values()]))))
        return found


def consensus(
    captions: Sequence[Caption], clipped: bool, frequencies: DocumentFrequencies | None = None
) -> list[float]:
    """The CIDEr of each caption of a set, or its CIDEr-D where clipped.

    Parameters
    ----------
    captions : sequence of Caption
        The n-grams of each text and of its references.
    clipped : bool
        Whether a weight counts no more than in the reference, and lengths that differ cost (CIDEr-D).
    frequencies : DocumentFrequencies, optional
        By default those of the references in the set.

    Returns
    -------
    list of float
        In [0, 10].
    """
    known = frequencies or DocumentFrequencies(_frequencies(refs for _, refs in captions), len(captions))
    weighing = _Weighing(known.counts, known.n)
    scores = []
    for said, refs in captions:
        vectors = weighing.vector(said)
        bigrams = said[1].total()
        total = 0.0
        for ref in refs:
            alike = sum(map(_cosine, vectors, weighing.vector(ref), repeat(clipped)))
            if clipped:
                alike *= math.exp(-((bigrams - ref[1].total()) ** 2) / (2 * SIGMA**2))
            total += alike
        scores.append(TEN * total / (ORDERS * len(refs)))
    return scores


Vector: TypeAlias = tuple[dict[Any, float], float]


def _cosine(said: Vector, wanted: Vector, clipped: bool) -> float:
    (vector, norm), (other, other_norm) = said, wanted
    if not norm or not other_norm:
        return 0.0
    shared = [(weight, other[gram]) for gram, weight in vector.items() if gram in other]
    if clipped:
        dot = sum([(weight if weight < there else there) * there for weight, there in shared])
    else:
        dot = sum([weight * there for weight, there in shared])
    return dot / (norm * other_norm)


@dataclass(frozen=True, slots=True)
class CiderPool(Pool):
    """Captions with their references, kept as counts of n-grams: CIDEr, read from the whole set."""

    @property
    def each(self) -> NDArray[np.float64]:
        """The score of each caption in the context of the set, in the order of the units, shape (n,)."""
        if len(self.units) < 2:
            raise UndefinedScore(
                f"CIDEr of {len(self.units)} item has no value: an n-gram counts by how rare it is among the items, "
                "and with one item none is rare. Score the whole set at once, or pass idf=DocumentFrequencies.of(refs)"
                " of a larger set."
            )
        return np.array(consensus(self.units, self._clipped()))

    @classmethod
    def _clipped(cls) -> bool:
        return False

    @property
    def value(self) -> float:
        each = self.each
        return math.fsum(each) / len(each)  # exact, so that the order of the items makes no difference


class ClippedCiderPool(CiderPool):
    """The same captions, read as CIDEr-D."""

    __slots__ = ()

    @classmethod
    def _clipped(cls) -> bool:
        return True

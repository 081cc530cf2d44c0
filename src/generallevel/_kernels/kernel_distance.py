r"""The squared maximum mean discrepancy of two sets of features under a polynomial kernel, estimated without bias.

.. math:: k(x, y) = \Bigl(\frac{x \cdot y}{d} + 1\Bigr)^3, \qquad
          \frac{\sum_{i \ne j} k(x_i, x_j)}{n (n - 1)} + \frac{\sum_{i \ne j} k(y_i, y_j)}{m (m - 1)}
          - \frac{2 \sum_{i, j} k(x_i, y_j)}{n m}

Source: Binkowski et al. (2018), "Demystifying MMD GANs", arXiv 1801.01401 (kernel, estimator, subsets).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.features import TwoSets, check_dimensions
from generallevel.errors import InvalidInput, UndefinedScore

__all__ = ["KernelDistance", "Subsets"]

Array = NDArray[np.float64]

BLOCK = 1024  # ours: rows of the kernel's matrix at a time, which is never held whole
DEGREE, SHIFT = 3, 1.0  # Binkowski et al. (2018)


@dataclass(frozen=True, slots=True)
class Subsets:
    """Draws over which the value is a mean: so many subsets of so many rows, from a seed."""

    number: int
    size: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class KernelDistance(TwoSets):
    """Two sets of features, kept; the value is the squared discrepancy under the polynomial kernel.

    Attributes
    ----------
    pred, ref : tuple of ndarray, each of shape (k, d)
        The rows.
    subsets : Subsets or None
        How the value is read.

    Examples
    --------
    >>> one, other = np.zeros((2, 1)), np.ones((2, 1))
    >>> (KernelDistance(pred=(one,)) + KernelDistance(ref=(other,))).value  # 1 + 8 - 2 * 1
    7.0
    """

    pred: tuple[NDArray[Any], ...] = ()
    ref: tuple[NDArray[Any], ...] = ()
    subsets: Subsets | None = None

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        parts = [part for part in tallies if part.pred or part.ref]
        if not parts:
            return cls.empty()
        if len({part.subsets for part in parts}) > 1:
            raise InvalidInput("one set is to be read by all pairs or subsets and the other by others")
        whole = cls(
            tuple(chunk for part in parts for chunk in part.pred),
            tuple(chunk for part in parts for chunk in part.ref),
            parts[0].subsets,
        )
        chunks = whole.pred + whole.ref
        for chunk in chunks[1:]:
            check_dimensions(chunks[0].shape[1], chunk.shape[1], "the items")
        return whole

    @property
    def n_pred(self) -> int:
        """How many rows the predictions have."""
        return sum(map(len, self.pred))

    @property
    def n_ref(self) -> int:
        """How many rows the references have."""
        return sum(map(len, self.ref))

    @property
    def value(self) -> float:
        least = 2 if self.subsets is None else self.subsets.size
        for name, n in (("predictions", self.n_pred), ("references", self.n_ref)):
            if n < least:
                raise UndefinedScore(f"a kernel distance needs {least} {name} at least; there are {n}")
        pred, ref = (np.concatenate(side).astype(np.float64, copy=False) for side in (self.pred, self.ref))
        if self.subsets is None:
            return _discrepancy(pred, ref)
        # Rows in an order of their own, so that a draw means the same however they came in.
        pred, ref = _sorted(pred), _sorted(ref)
        rng = np.random.default_rng(self.subsets.seed)
        total = 0.0
        for _ in range(self.subsets.number):
            chosen, others = (rng.choice(len(side), self.subsets.size, replace=False) for side in (pred, ref))
            total += _discrepancy(pred[chosen], ref[others])
        return total / self.subsets.number


def _sorted(rows: Array) -> Array:
    whole = np.ascontiguousarray(rows) + 0.0  # one zero, not two
    keys = whole.view(np.dtype((np.void, whole.itemsize * whole.shape[1]))).ravel()
    return whole[np.argsort(keys, kind="stable")]


def _discrepancy(one: Array, other: Array) -> float:
    n, m = len(one), len(other)
    within = (_kernel_sum(one, one) - _diagonal(one)) / (n * (n - 1))
    within_other = (_kernel_sum(other, other) - _diagonal(other)) / (m * (m - 1))
    return within + within_other - 2 * _kernel_sum(one, other) / (n * m)


def _kernel_sum(one: Array, other: Array) -> float:
    total = 0.0
    for start in range(0, len(one), BLOCK):
        block = one[start : start + BLOCK] @ other.T
        block /= one.shape[1]
        block += SHIFT
        total += float(np.vdot(block, block * block))  # the cube, which ** takes many times longer for
    return total


def _diagonal(rows: Array) -> float:
    return float((((rows * rows).sum(axis=1) / rows.shape[1] + SHIFT) ** DEGREE).sum())

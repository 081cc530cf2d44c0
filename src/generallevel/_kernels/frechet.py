r"""The Frechet distance of the Gaussians that fit two sets of features.

.. math:: |\mu_a - \mu_b|^2 + \operatorname{tr} \Sigma_a + \operatorname{tr} \Sigma_b
          - 2 \operatorname{tr} (\Sigma_a \Sigma_b)^{1/2}

The last trace is a nuclear norm: with :math:`\Sigma_a = A^T A` and :math:`\Sigma_b = B^T B` it is the sum of the
singular values of :math:`A B^T`. So nothing complex can arise, and rows of features may stand for A and B as they are,
which for fewer rows than dimensions is exact and a small matrix; a square root of the product of two singular matrices
is neither.

A set keeps its rows until it has more of them than dimensions, and from then on their number, mean and centred second
moment, merged as by Chan et al. (1979): memory stays at d x d numbers.

Sources: Dowson & Landau (1982), doi:10.1016/0047-259X(82)90077-X (the distance); Chan, Golub & LeVeque (1979),
"Updating formulae and a pairwise algorithm for computing sample variances" (the merge).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.features import TwoSets, check_dimensions
from generallevel.errors import UndefinedScore

__all__ = ["FEW", "FeatureSet", "FrechetDistance"]

Array = NDArray[np.float64]

FEW = 10_000  # rows below which a distance is noted as one of few: the advice of Heusel et al. (2017), arXiv 1706.08500


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """What is kept of one set of features: rows, until there are more than dimensions, and then moments.

    Attributes
    ----------
    n : int
        How many rows there were.
    rows : tuple of ndarray, each of shape (k, d)
        The rows, where they are kept.
    moments : (ndarray of shape (d,), ndarray of shape (d, d)) or None
        Where they are not: their mean, and their centred second moment, the sum over rows of the outer product of what
        each differs from the mean.
    """

    n: int = 0
    rows: tuple[NDArray[Any], ...] = ()
    moments: tuple[Array, Array] | None = None

    @classmethod
    def of(cls, rows: NDArray[Any]) -> FeatureSet:
        """The set of some rows, shape (n, d).

        >>> FeatureSet.of(np.array([[1.0], [3.0]])).moments
        (array([2.]), array([[2.]]))
        """
        n, d = rows.shape
        return cls(n, (rows,)) if n <= d else cls(n, (), _moments(rows))

    @property
    def dimension(self) -> int:
        """How many numbers a row has; 0 where there is none."""
        if self.moments is not None:
            return len(self.moments[0])
        return self.rows[0].shape[1] if self.rows else 0

    @classmethod
    def union(cls, sets: Iterable[FeatureSet]) -> FeatureSet:
        """The set of the rows of all sets."""
        parts = [one for one in sets if one.n]
        if len(parts) < 2:
            return parts[0] if parts else cls()
        for part in parts[1:]:
            check_dimensions(parts[0].dimension, part.dimension, "two parts of one set")
        kept = tuple(chunk for part in parts for chunk in part.rows)
        n, n_kept = sum(part.n for part in parts), sum(map(len, kept))
        if n == n_kept and n <= parts[0].dimension:
            return cls(n, kept)
        summed = [(part.n, part.moments) for part in parts if part.moments is not None]
        if kept:
            summed.append((n_kept, _moments(np.concatenate(kept))))
        (n_sum, moments), *rest = summed
        for n_more, more in rest:
            moments = _merged(n_sum, moments, n_more, more)
            n_sum += n_more
        return cls(n, (), moments)

    def described(self) -> tuple[Array, float, Array]:
        """Mean, trace of the covariance, and a matrix F of d columns with ``F.T @ F`` the covariance."""
        if self.moments is not None:
            mean, scatter = self.moments
            return mean, float(np.trace(scatter)) / (self.n - 1), _root(scatter) / math.sqrt(self.n - 1)
        rows = np.concatenate(self.rows).astype(np.float64, copy=False)
        mean = rows.mean(axis=0)
        factor = (rows - mean) / math.sqrt(self.n - 1)
        return mean, float(np.vdot(factor, factor)), factor


def _moments(rows: NDArray[Any]) -> tuple[Array, Array]:
    wide = rows.astype(np.float64, copy=False)
    mean = wide.mean(axis=0)
    centred = wide - mean
    return mean, centred.T @ centred


def _merged(n: int, one: tuple[Array, Array], m: int, other: tuple[Array, Array]) -> tuple[Array, Array]:
    """The moments of two sets together: Chan et al. (1979)."""
    step = other[0] - one[0]
    scatter = one[1] + other[1]
    scatter += np.outer(step, step * (n * m / (n + m)))
    return one[0] + step * (m / (n + m)), scatter


def _root(scatter: Array) -> Array:
    """A matrix F with ``F.T @ F`` the given one; rows that are nothing but rounding are left out."""
    from scipy import linalg

    noise = len(scatter) * np.finfo(np.float64).eps
    try:
        factor: Array = linalg.cholesky(scatter, check_finite=False)
    except linalg.LinAlgError:
        pass
    else:
        pivots = np.diagonal(factor) ** 2
        if pivots.min() > noise * pivots.max():
            return factor
    values, vectors = linalg.eigh(scatter, check_finite=False)
    real = values > noise * max(values[-1], 0.0)
    root: Array = np.sqrt(values[real])[:, None] * vectors[:, real].T
    return root


@dataclass(frozen=True, slots=True, eq=False)
class FrechetDistance(TwoSets):
    """Two sets of features; the value is the Frechet distance of the Gaussians that fit them.

    Attributes
    ----------
    pred, ref : FeatureSet
        The sets.

    Examples
    --------
    Two sets on a line, of one spread, with means 2 apart:

    >>> one, other = np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])
    >>> both = FrechetDistance(pred=FeatureSet.of(one)) + FrechetDistance(ref=FeatureSet.of(other))
    >>> round(both.value, 12), both.n_pred, both.n_ref
    (4.0, 2, 2)
    """

    pred: FeatureSet = field(default_factory=FeatureSet)
    ref: FeatureSet = field(default_factory=FeatureSet)

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        parts = list(tallies)
        whole = cls(FeatureSet.union(part.pred for part in parts), FeatureSet.union(part.ref for part in parts))
        if whole.pred.n and whole.ref.n:
            check_dimensions(whole.pred.dimension, whole.ref.dimension, "predictions and references")
        return whole

    @property
    def n_pred(self) -> int:
        """How many rows the predictions have."""
        return self.pred.n

    @property
    def n_ref(self) -> int:
        """How many rows the references have."""
        return self.ref.n

    @property
    def dimension(self) -> int:
        """How many numbers a row has; 0 where there is none."""
        return self.pred.dimension or self.ref.dimension

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the value should know: that a set is small, and by how much."""
        notes = []
        for name, n in (("predictions", self.n_pred), ("references", self.n_ref)):
            if n <= self.dimension:
                notes.append(
                    f"{n} {name} for features of {self.dimension} dimensions: the fitted covariance is singular, and "
                    "the distance compares with those of equally many items alone"
                )
            elif n < FEW:
                notes.append(f"{n} {name}, fewer than {FEW}: the distance is biased upwards, the more the fewer")
        return tuple(notes)

    @property
    def value(self) -> float:
        for name, n in (("predictions", self.n_pred), ("references", self.n_ref)):
            if n < 2:
                raise UndefinedScore(f"a Frechet distance needs two {name} at least, to fit their spread; got {n}")
        (mean, trace, factor), (mean_ref, trace_ref, factor_ref) = self.pred.described(), self.ref.described()
        step = mean - mean_ref
        distance = float(step @ step) + trace + trace_ref - 2 * _nuclear_norm(factor, factor_ref)
        return max(distance, 0.0)  # rounding alone can bring it below


def _nuclear_norm(one: Array, other: Array) -> float:
    """The sum of the singular values of ``one @ other.T``."""
    from scipy import linalg

    if not len(one) or not len(other):
        return 0.0
    return float(linalg.svdvals(one @ other.T, overwrite_a=True, check_finite=False).sum())

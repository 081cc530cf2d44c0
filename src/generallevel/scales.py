"""Scales: the curves from a raw score to 0..100.

A curve is a frozen value, called with raw scores in the metric's *native* unit (an accuracy of 0.833, not 83.3) and
returning points in [0, 100]: 0 is as bad as nothing, 100 is perfect. Curves are vectorised, monotone and clipped;
`Scale.unclipped` is the bare formula, so that a caller can tell a value that was cut from one that was not.

Sources: arXiv 2505.04620v1, appendix A.1, for every formula and constant. The value at a perfect error of 0 (100, the
limit of the curve) and the clipping are ours: the released scorer maps a raw 0 to 0 and clips nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Complement", "Linear", "Saturating", "Scale", "Tanh"]

FULL = 100.0  # the perfect normalised score


@dataclass(frozen=True, slots=True)
class Scale(ABC):
    """A monotone curve from raw scores, in the metric's native unit, to points in [0, 100].

    A curve of your own is a frozen dataclass with two members: `unclipped`, the formula, and `formula`, the same as
    text.
    """

    @abstractmethod
    def unclipped(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """The bare formula, not confined to [0, 100]."""

    @property
    @abstractmethod
    def formula(self) -> str:
        """The formula as text, in ``x``."""

    def __call__(self, raw: ArrayLike) -> NDArray[np.float64]:
        """Normalised scores.

        Parameters
        ----------
        raw : array_like of float, any shape
            Raw scores in the metric's native unit. Infinities are allowed; NaN stays NaN.

        Returns
        -------
        ndarray of float, the same shape
            Points in [0, 100].
        """
        points = self.unclipped(np.asarray(raw, dtype=np.float64))
        return np.minimum(np.maximum(points, 0.0), FULL)


@dataclass(frozen=True, slots=True)
class Linear(Scale):
    """A straight line: ``low`` is 0 points and ``high`` is 100.

    Examples
    --------
    >>> float(Linear(1, 5)(3.82))  # a mean opinion score: 100 * (3.82 - 1) / 4
    70.5
    """

    low: float = 0.0
    high: float = 1.0

    def unclipped(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return FULL * (raw - self.low) / (self.high - self.low)

    @property
    def formula(self) -> str:
        if self.low == 0:
            return "100 x" if self.high == 1 else f"100 x / {self.high:g}"
        shift = f"x - {self.low:g}" if self.low > 0 else f"x + {-self.low:g}"
        return f"100 ({shift}) / {self.high - self.low:g}"


@dataclass(frozen=True, slots=True)
class Complement(Scale):
    """What an error share leaves: ``100 (1 - x)``, with nothing left beyond an error of 1.

    Examples
    --------
    >>> float(Complement()(0.25)), float(Complement()(1.7))
    (75.0, 0.0)
    """

    def unclipped(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return FULL * (1.0 - raw)

    @property
    def formula(self) -> str:
        return "100 (1 - x)"


@dataclass(frozen=True, slots=True)
class Saturating(Scale):
    """An error without an upper bound: ``100 tanh(T / 2x)``, which is 100 at an error of 0 and falls towards 0.

    Parameters
    ----------
    T : float
        The error at which 46.2 points are left. It has the unit of the error.

    Examples
    --------
    >>> round(float(Saturating(25)(25)), 3), float(Saturating(25)(0)), float(Saturating(25)(np.inf))
    (46.212, 100.0, 0.0)
    """

    T: float

    def unclipped(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(divide="ignore", over="ignore"):
            return FULL * np.tanh(np.divide(self.T / 2.0, np.abs(raw)))

    @property
    def formula(self) -> str:
        return f"100 tanh({self.T:g} / 2x)"


@dataclass(frozen=True, slots=True)
class Tanh(Scale):
    """A gain without an upper bound: ``100 tanh(x / span)``.

    Examples
    --------
    >>> round(float(Tanh(20)(34.56)), 3)  # a PSNR of 34.56 dB
    93.882
    """

    span: float

    def unclipped(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return FULL * np.tanh(raw / self.span)

    @property
    def formula(self) -> str:
        return f"100 tanh(x / {self.span:g})"

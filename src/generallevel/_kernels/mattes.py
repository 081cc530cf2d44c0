"""Gradients and connectivity of alpha mattes, as Rhemann et al. (2009) compare them."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["connectivity_gap", "gradient_gap"]

SMALL = 1e-2  # where the Gaussian is cut, from the evaluation code of the benchmark
APART = 0.15  # Rhemann et al. (2009): an alpha this far above its connected level hangs in the air

Floats = NDArray[np.float64]


def gradient_gap(pred: Floats, ref: Floats, sigma: float) -> Floats:
    """The squared difference of the gradient magnitudes, pixel by pixel.

    Parameters
    ----------
    pred, ref : ndarray of float, shape (H, W)
    sigma : float
        The width of the Gaussian derivatives, in pixels.

    Returns
    -------
    ndarray of float, shape (H, W)
    """
    one, other = (_gradient(alpha, sigma) for alpha in (pred, ref))
    gap: Floats = (one - other) ** 2
    return gap


def _gradient(alpha: Floats, sigma: float) -> Floats:
    from scipy.ndimage import correlate1d  # imported late: scipy.ndimage takes a fifth of a second

    half = max(1, math.ceil(sigma * math.sqrt(max(0.0, -2 * math.log(math.sqrt(2 * math.pi) * sigma * SMALL)))))
    steps = np.arange(-half, half + 1)
    bell = np.exp(-(steps**2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))
    slope = -steps * bell / sigma**2
    bell, slope = bell / np.linalg.norm(bell), slope / np.linalg.norm(slope)  # their product has unit square sum
    parts = (
        correlate1d(correlate1d(alpha, first, axis=0, mode="nearest"), second, axis=1, mode="nearest")
        for first, second in ((bell, slope), (slope, bell))
    )
    magnitude: Floats = np.hypot(*parts)
    return magnitude


def connectivity_gap(pred: Floats, ref: Floats, step: float) -> Floats:
    """The difference of how far pixels hang together with the common core, pixel by pixel.

    Parameters
    ----------
    pred, ref : ndarray of float, shape (H, W)
    step : float
        Between the thresholds.

    Returns
    -------
    ndarray of float, shape (H, W)
    """
    from scipy.ndimage import label  # imported late, as above

    levels = np.arange(0.0, 1.0 + step / 2, step)
    reached = np.full(pred.shape, -1.0)
    for before, level in itertools.pairwise(levels):
        regions, n = label((pred >= level) & (ref >= level))
        sizes = np.bincount(regions.reshape(-1), minlength=n + 1)
        core = regions == 1 + int(np.argmax(sizes[1:])) if n else np.zeros(pred.shape, dtype=bool)
        reached[(reached == -1) & ~core] = before
    reached[reached == -1] = 1.0
    one, other = (1 - gap * (gap >= APART) for gap in (pred - reached, ref - reached))
    difference: Floats = np.abs(one - other)
    return difference

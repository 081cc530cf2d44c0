"""Errors of mattes against scikit-learn, convolution as it is written, and regions as scikit-image labels them."""

import math
from typing import Any

import numpy as np
import pytest

from generallevel.metrics.image.mattes import matting_connectivity, matting_gradient, mse, sad

peer = pytest.importorskip("sklearn.metrics")
measure = pytest.importorskip("skimage.measure")
pytestmark = pytest.mark.oracle


def mattes(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    shape = tuple(rng.integers(1, 12, 2).tolist())
    ref = np.clip(rng.normal(0.5, 0.6, shape), 0, 1)
    pred = np.clip(ref + rng.normal(0, 0.2, shape), 0, 1)
    trimap = rng.choice(np.array([0, 128, 255], dtype=np.uint8), shape)
    trimap.flat[0] = 128
    return pred, ref, trimap


def test_sums_and_means() -> None:
    rng = np.random.default_rng(10)
    for _ in range(200):
        pred, ref, trimap = mattes(rng)
        both = {"alpha": ref, "trimap": trimap}
        here = trimap == 128
        squares = peer.mean_squared_error(ref.ravel(), pred.ravel())
        assert mse(pred, ref).value == pytest.approx(1000 * squares, abs=1e-9)
        absolute = peer.mean_absolute_error(ref.ravel(), pred.ravel())
        assert sad(pred, ref).value == pytest.approx(absolute * ref.size / 1000, abs=1e-12)
        unknown = peer.mean_squared_error(ref[here], pred[here])
        assert mse(pred, both, region="unknown", factor=1).value == pytest.approx(unknown, abs=1e-12)
        found = sad(pred, {"alpha": ref, "trimap": here}, region="unknown", factor=1).value
        assert found == pytest.approx(np.abs(pred - ref)[here].sum(), abs=1e-12)


def gradient(alpha: Any, sigma: float) -> Any:
    """The magnitude, with two-dimensional filters of unit square sum."""
    half = math.ceil(sigma * math.sqrt(-2 * math.log(math.sqrt(2 * math.pi) * sigma * 0.01)))
    rows, columns = np.mgrid[-half : half + 1, -half : half + 1]
    across = -columns * np.exp(-(rows**2 + columns**2) / (2 * sigma**2))
    across /= np.sqrt((across**2).sum())
    wide = np.pad(alpha, half, mode="edge")
    parts = np.zeros((2, *alpha.shape))
    for row in range(2 * half + 1):
        for column in range(2 * half + 1):
            seen = wide[row : row + alpha.shape[0], column : column + alpha.shape[1]]
            parts[0] += across[row, column] * seen
            parts[1] += across[column, row] * seen
    return np.hypot(*parts)


def connected(alpha: Any, other: Any, step: float) -> Any:
    """phi of one matte: each pixel looked at by itself."""
    levels = np.full(alpha.shape, 1.0)
    for place in reversed(range(round(1 / step))):
        regions = measure.label((alpha >= (place + 1) * step) & (other >= (place + 1) * step), connectivity=1)
        sizes = np.bincount(regions.ravel())[1:]
        levels[regions != (np.argmax(sizes) + 1 if sizes.size else -1)] = place * step
    gap = alpha - levels
    return 1 - np.where(gap >= 0.15, gap, 0)


def test_gradients_and_connectivity() -> None:
    rng = np.random.default_rng(11)
    for _ in range(200):
        pred, ref, trimap = mattes(rng)
        here, both = trimap == 128, {"alpha": ref, "trimap": trimap}
        sigma = float(rng.choice([1.4, 1.0, 2.0]))
        gap = (gradient(pred, sigma) - gradient(ref, sigma)) ** 2
        assert matting_gradient(pred, ref, sigma=sigma).value == pytest.approx(gap.sum() / 1000, abs=1e-9)
        found = matting_gradient(pred, both, region="unknown", sigma=sigma, factor=1).value
        assert found == pytest.approx(gap[here].sum(), abs=1e-9)
        # Steps of 1/8 are exact, so that no pixel sits between two thresholds by rounding.
        one, other = (np.rint(side * 64) / 64 for side in (pred, ref))
        apart = np.abs(connected(one, other, 0.125) - connected(other, one, 0.125))
        assert matting_connectivity(one, other, step=0.125).value == pytest.approx(apart.sum() / 1000, abs=1e-9)
        found = matting_connectivity(one, {**both, "alpha": other}, region="unknown", step=0.125, factor=1).value
        assert found == pytest.approx(apart[here].sum(), abs=1e-9)

"""PSNR against scikit-image."""

import numpy as np
import pytest

from generallevel.metrics.image.pixels import psnr
from generallevel.scoring import score

image_metrics = pytest.importorskip("skimage.metrics")
pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_psnr_is_scikit_image_s(dtype: str) -> None:
    rng = np.random.default_rng(4)
    span = {"uint8": 255, "uint16": 65535}.get(dtype, 1)
    values = []
    for _ in range(200):
        shape = tuple(rng.integers(1, 12, 2)) + ((3,) if rng.random() < 0.5 else ())
        ref = (rng.random(shape) * span).astype(dtype)
        noise = rng.normal(0, 10.0 ** rng.integers(-3, 1), shape) * span
        pred = np.clip(ref + noise, 0, span).astype(dtype)
        if np.array_equal(pred, ref):
            continue  # scikit-image divides by zero there
        # It computes images in single precision in single precision; we widen them first.
        wide = [side.astype(np.float64) if dtype == "float32" else side for side in (ref, pred)]
        expected = image_metrics.peak_signal_noise_ratio(*wide, data_range=span)
        assert psnr(pred, ref, data_range=span).value == pytest.approx(expected, abs=1e-9)
        values.append((pred, ref, expected))
    assert len(values) > 150
    preds, refs, expected = zip(*values, strict=True)
    assert score("psnr", preds, refs, data_range=span).value == pytest.approx(np.mean(expected), abs=1e-9)

"""SSIM of clips against scikit-image, frame by frame."""

import numpy as np
import pytest

from generallevel.metrics.video.structure import frame_ssim
from generallevel.scoring import score

image_metrics = pytest.importorskip("skimage.metrics")
pytestmark = pytest.mark.oracle

GAUSSIAN = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_a_clip_is_the_mean_of_scikit_image_s_frames(dtype: str, colour: bool) -> None:
    rng = np.random.default_rng(8)
    preds, refs, everything = [], [], []
    span = 255.0 if dtype == "uint8" else 1.0
    for _ in range(12):  # 48 clips in all
        shape = (int(rng.integers(1, 5)), *rng.integers(11, 40, 2), *((3,) if colour else ()))
        ref = rng.random(shape) * span
        pred = np.clip(ref + rng.normal(0, 10.0 ** rng.uniform(-3, 0.5), shape) * span, 0, span)
        pred, ref = pred.astype(dtype), ref.astype(dtype)
        axis = {"data_range": span, "channel_axis": -1 if colour else None}
        told, flat = (
            [image_metrics.structural_similarity(one, two, **how, **axis) for one, two in zip(ref, pred, strict=True)]
            for how in (GAUSSIAN, {})
        )
        ours = {"channels": "each", "data_range": span}
        assert frame_ssim(pred, ref, **ours).value == pytest.approx(np.mean(told), abs=1e-9)
        assert score("frame_ssim", [pred], [ref], variant="uniform", **ours).value == pytest.approx(
            np.mean(flat), abs=1e-9
        )
        preds.append(pred)
        refs.append(ref)
        everything.extend(told)
    assert score("frame_ssim", preds, refs, **ours).value == pytest.approx(np.mean(everything), abs=1e-9)
    assert min(everything) < 0.3
    assert max(everything) > 0.99

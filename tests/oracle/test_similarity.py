"""SSIM and L*a*b* against scikit-image; MS-SSIM against pytorch-msssim, recorded in golden/ms_ssim.json."""

import json
from pathlib import Path

import numpy as np
import pytest

from generallevel._kernels.colours import lab
from generallevel.metrics.image.similarity import ms_ssim, ssim
from generallevel.metrics.language.numbers import rmse
from generallevel.scoring import score

image_metrics = pytest.importorskip("skimage.metrics")
colour = pytest.importorskip("skimage.color")
pytestmark = pytest.mark.oracle

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "ms_ssim.json").read_text(encoding="utf-8"))
GAUSSIAN = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}


def scene(rng: np.random.Generator, dtype: str, channels: int | None) -> tuple[np.ndarray, np.ndarray, float]:
    """Two images of one scene, from nearly alike to unlike, some of them flat in places."""
    shape = tuple(int(side) for side in rng.integers(11, 60, 2)) + ((channels,) if channels else ())
    span = 255.0 if dtype == "uint8" else 1.0
    ref = rng.random(shape) * span
    ref[: shape[0] // 2] = rng.random() * span if rng.random() < 0.3 else ref[: shape[0] // 2]
    pred = np.clip(ref + rng.normal(0, 10.0 ** rng.uniform(-3, 0.5), shape) * span, 0, span)
    return pred.astype(dtype), ref.astype(dtype), span


@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_ssim_is_scikit_image_s(dtype: str, channels: int | None) -> None:
    rng = np.random.default_rng(7)
    values = []
    for _ in range(60):  # 240 in all
        pred, ref, span = scene(rng, dtype, channels)
        options = {"data_range": span, "channel_axis": -1 if channels else None}
        ours = {"data_range": span, "channels": "each"}
        wanted = image_metrics.structural_similarity(ref, pred, **GAUSSIAN, **options)
        assert ssim(pred, ref, **ours).value == pytest.approx(wanted, abs=1e-12)
        flat = image_metrics.structural_similarity(ref, pred, **options)
        assert score("ssim", [pred], [ref], variant="uniform", **ours).value == pytest.approx(flat, abs=1e-11)
        values.append(wanted)
    assert min(values) < 0.3
    assert max(values) > 0.99


def test_colours_are_scikit_image_s() -> None:
    rng = np.random.default_rng(8)
    for _ in range(200):
        shape = (*(int(side) for side in rng.integers(1, 12, 2)), 3)
        pred, ref = rng.random((2, *shape)) ** rng.integers(1, 5)
        theirs = colour.rgb2lab(pred), colour.rgb2lab(ref)
        assert np.allclose(lab(pred), theirs[0], rtol=0, atol=1e-9)
        apart = theirs[0] - theirs[1]
        options = {"colours": "lab", "data_range": 1}
        assert rmse(pred, ref, **options).value == pytest.approx(np.sqrt(np.mean(apart**2)), abs=1e-9)
        published = np.abs(apart).sum() / (shape[0] * shape[1])
        assert score("rmse", [pred], [ref], variant="shadow_removal", data_range=1).value == pytest.approx(
            published, abs=1e-9
        )


def test_eight_bits_have_scikit_image_s_colours() -> None:
    every = np.stack(np.meshgrid(*[np.arange(0, 256, 15)] * 3), axis=-1).reshape(-1, 18, 3).astype(np.uint8)
    assert np.allclose(lab(every / 255), colour.rgb2lab(every), rtol=0, atol=1e-9)


def images(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The images that the maker of the golden file made."""
    rng = np.random.default_rng(seed)
    height, width = (int(side) for side in rng.integers(161, 230, 2))
    coarse = rng.random((height // 8 + 2, width // 8 + 2, 3))
    ref = np.kron(coarse, np.ones((8, 8, 1)))[:height, :width]
    return np.clip(ref + rng.normal(0, 10.0 ** rng.uniform(-3, 0.3), ref.shape), 0, 1), ref


def test_ms_ssim_is_pytorch_msssim_s() -> None:
    for seed, wanted, padded in GOLDEN["cases"]:
        pred, ref = images(seed)
        assert ms_ssim(pred, ref, data_range=1, channels="each").value == pytest.approx(wanted, abs=1e-12)
        # torchmetrics averages the padded border too; the two are close and not equal.
        assert ssim(pred, ref, data_range=1, channels="each").value == pytest.approx(padded, abs=0.02)
    assert len(GOLDEN["cases"]) == 200

"""Metrics over learned features beside torchmetrics, with networks that are on both sides."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from generallevel.extractors import LayerHeads, ModuleLayers, TorchModule
from generallevel.scoring import score

torch = pytest.importorskip("torch", reason="extra neural: the peers are torchmetrics'")
torchmetrics = pytest.importorskip("torchmetrics", reason="extra neural: the peers are torchmetrics'")
nn = torch.nn

RNG = np.random.default_rng(0)
CASES = 200


class Flat(nn.Module):
    """Features of images of 8 bit, a linear map of their pixels in double precision."""

    def __init__(self, dimension: int, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.register_buffer("weight", torch.randn(3 * 4 * 4, dimension, dtype=torch.float64))
        self.num_features = dimension

    def forward(self, images: Any) -> Any:
        return images.double().flatten(1) / 255 @ self.weight


def images(n: int, low: int, high: int) -> np.ndarray:
    return RNG.integers(low, high, size=(n, 3, 4, 4), dtype=np.uint8)


def extractor_of(network: Any) -> TorchModule:
    return TorchModule(network, name="flat", prepare=lambda image: image.copy(), version="bytes")


@pytest.mark.parametrize("dimension", [1, 4, 16])
def test_fid_with_a_module_of_our_own(dimension: int) -> None:
    from torchmetrics.image.fid import FrechetInceptionDistance

    for seed in range(CASES // 3 + 1):
        network = Flat(dimension, seed)
        n, m = (int(k) for k in RNG.integers(3 * dimension + 5, 90, size=2))
        pred, ref = images(n, 0, 200), images(m, 30, 256)
        peer = FrechetInceptionDistance(feature=network, input_img_size=(3, 4, 4)).set_dtype(torch.float64)
        peer.update(torch.tensor(ref), real=True)
        peer.update(torch.tensor(pred), real=False)
        ours = score("fid", pred, ref, extractor=extractor_of(network)).value
        assert ours == pytest.approx(float(peer.compute()), rel=1e-9, abs=1e-9)


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save")
def test_kid_where_every_draw_is_the_whole_set() -> None:
    from torchmetrics.image.kid import KernelInceptionDistance

    for seed in range(CASES):
        network, n = Flat(5, seed), int(RNG.integers(4, 40))
        pred, ref = images(n, 0, 200), images(n, 30, 256)
        peer = KernelInceptionDistance(feature=network, subsets=2, subset_size=n)
        peer.update(torch.tensor(ref), real=True)
        peer.update(torch.tensor(pred), real=False)
        ours = score("kid", pred, ref, extractor=extractor_of(network)).value
        # Their mean over draws is taken in single precision.
        assert ours == pytest.approx(float(peer.compute()[0]), rel=1e-5, abs=1e-6)


def test_clip_score_by_torch_s_cosine() -> None:
    for _ in range(CASES):
        n, d = (int(k) for k in RNG.integers(1, 30, size=2))
        pred, ref = RNG.normal(size=(2, n, d))
        cosines = nn.functional.cosine_similarity(torch.tensor(pred), torch.tensor(ref))
        assert score("clip_score", pred, ref).value == pytest.approx(float(cosines.clamp(min=0).mean()), rel=1e-9)
        assert score("clip_score", pred, ref, variant="cosine").value == pytest.approx(
            float(cosines.mean()), rel=1e-9, abs=1e-12
        )


SLICES = ("1", "4", "7", "9", "11")  # the layers of AlexNet's features that LPIPS looks at


def alexnet_features() -> Any:
    """The layers of AlexNet's features, as torchvision has them, with random weights."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
    )  # fmt: skip


def test_lpips_with_a_random_backbone_and_the_real_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    import torchmetrics.functional.image.lpips as theirs

    features = alexnet_features()
    # torchvision, which their network is made from, is stood in for by the layers themselves.
    vision = ModuleType("torchvision")
    vision.models = SimpleNamespace(alexnet=lambda weights=None: SimpleNamespace(features=features))
    monkeypatch.setitem(sys.modules, "torchvision", vision)
    monkeypatch.setattr(theirs, "_TORCHVISION_AVAILABLE", True)
    peer = theirs._LPIPS(pretrained=True, net="alex", pnet_rand=True, use_dropout=True).eval()
    backbone = ModuleLayers(features, SLICES, name="alexnet, random")
    heads = LayerHeads.of_lpips("alex")
    assert [len(weight) for weight in heads.weights] == [64, 192, 384, 256, 256]
    for _ in range(20):
        pred, ref = RNG.integers(0, 256, size=(2, 64, 64, 3), dtype=np.uint8)
        with torch.no_grad():
            one, other = (
                torch.tensor(side / 127.5 - 1, dtype=torch.float32).permute(2, 0, 1)[None] for side in (pred, ref)
            )
            wanted = float(peer(one, other))
        ours = score("lpips", [pred], [ref], extractor=backbone, heads=heads, variant="torchmetrics").value
        assert ours == pytest.approx(wanted, rel=1e-4)

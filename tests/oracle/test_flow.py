"""Flow and frame metrics against their formulas in plain NumPy, in double precision."""

import numpy as np
import pytest

from generallevel.metrics.video.features import clip_frame_consistency
from generallevel.metrics.video.flow import epe, flow_outlier_rate, optical_flow_score
from generallevel.metrics.video.frames import frame_accuracy, frame_psnr, halfway, motion_smoothness
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

CASES = 250


@pytest.mark.parametrize(("kind", "near"), [("float32", 1e-6), ("float64", 1e-9)])
def test_epe_and_outliers(kind: str, near: float) -> None:
    rng = np.random.default_rng(1)
    preds, refs, means, wrong, known = [], [], [], 0, 0
    for _ in range(CASES):
        shape = tuple(rng.integers(1, 40, 2))
        ref = (rng.normal(size=(*shape, 2)) * 10 ** rng.uniform(-2, 3)).astype(kind)
        pred = (ref + rng.normal(size=(*shape, 2)) * 10 ** rng.uniform(-2, 2)).astype(kind)
        valid = rng.random(shape) < 0.8
        valid[0, 0] = True
        lengths = np.sqrt(((pred.astype(float) - ref.astype(float)) ** 2).sum(-1))[valid]
        true = np.sqrt((ref.astype(float) ** 2).sum(-1))[valid]
        means.append(lengths.mean())
        outliers = (lengths > 3) & (lengths / true > 0.05)
        wrong, known = wrong + int(outliers.sum()), known + len(true)
        marked = ref.copy()
        marked[~valid] = rng.choice([np.nan, 1666666752.0, -2e9])
        for there in ({"flow": ref, "valid": valid}, marked):
            assert epe(pred, there).value == pytest.approx(means[-1], rel=near)
            assert flow_outlier_rate(pred, there).value == outliers.mean()
        preds.append(pred)
        refs.append(marked)
    assert score("epe", preds, refs).value == pytest.approx(np.mean(means), rel=near)
    assert score("flow_outlier_rate", preds, refs).value == wrong / known


def test_a_field_larger_than_a_block() -> None:
    rng = np.random.default_rng(2)
    pred, ref = rng.normal(size=(2, 301, 257, 2)).astype("float32")
    told = np.sqrt(((pred.astype(float) - ref.astype(float)) ** 2).sum(-1)).mean()
    assert epe(pred, ref).value == pytest.approx(told, rel=1e-6)


def test_the_share_of_moving_pixels() -> None:
    rng = np.random.default_rng(3)
    for _ in range(CASES):
        clip = rng.normal(size=(int(rng.integers(1, 5)), 4, 5, 2))
        told = (np.sqrt((clip**2).sum(-1)) > 1.2).mean()
        assert optical_flow_score(clip, threshold=1.2).value == pytest.approx(told, abs=1e-12)


def test_embeddings_of_frames() -> None:
    rng = np.random.default_rng(4)
    clips, sums, counts = [], 0.0, 0
    for _ in range(CASES):
        rows = rng.normal(size=(int(rng.integers(2, 9)), 6)) + 0.4
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        for place in range(1, len(unit)):
            sums += (max(0.0, float(unit[place] @ unit[place - 1])) + max(0.0, float(unit[place] @ unit[0]))) / 2
            counts += 1
        clips.append(rows)
        source, target = rng.normal(size=(2, 6))
        told = [row @ target / np.linalg.norm(target) > row @ source / np.linalg.norm(source) for row in rows]
        assert frame_accuracy(rows, {"source": source, "target": target}).value == np.mean(told)
    assert score(clip_frame_consistency, clips).value == pytest.approx(sums / counts, abs=1e-9)


def test_motion_smoothness_and_psnr() -> None:
    rng = np.random.default_rng(5)
    for _ in range(CASES):
        clip = rng.integers(0, 256, (int(rng.integers(3, 9)), 3, 4, 3), dtype=np.uint8)
        errors = []
        for place in range(1, len(clip) - 1, 2):
            middle = (clip[place - 1].astype(float) + clip[place + 1]) / 2
            errors.append(np.abs(clip[place] - middle).mean())
        told = (255 - np.mean(errors)) / 255
        assert motion_smoothness(clip, interpolator=halfway).value == pytest.approx(told, abs=1e-9)
        other = rng.integers(0, 256, clip.shape, dtype=np.uint8)
        other[0] = clip[0]
        squares = ((clip.astype(float) - other) ** 2).mean(axis=(1, 2, 3))
        told = np.mean([60.0, *np.minimum(60, 10 * np.log10(255**2 / squares[1:]))])
        assert frame_psnr(clip, other, ceiling=60).value == pytest.approx(told, abs=1e-9)

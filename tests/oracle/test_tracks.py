"""Success, precision, tubes and spans against their formulas in plain Python, written apart from the library."""

import math
from itertools import pairwise

import numpy as np
import pytest

from generallevel.metrics.video.spans import temporal_recall
from generallevel.metrics.video.tracks import normalised_tracking_precision, success_auc, tracking_precision
from generallevel.metrics.video.tubes import mean_tiou, mean_viou, viou_recall
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

CASES = 250


def plain_iou(one: list[float], other: list[float]) -> float:
    """Of boxes as corner and sides."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    whole = one[2] * one[3] + other[2] * other[3] - shared
    return min(shared / whole, 1.0) if whole else 0.0  # rounding, which the GOT-10k toolkit clips as well


def sequence(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n = int(rng.integers(2, 40))
    ref = np.column_stack([rng.uniform(0, 100, (n, 2)), rng.uniform(1, 50, (n, 2))])
    pred = np.abs(ref + rng.normal(scale=10 ** rng.uniform(-1, 1.5), size=(n, 4)))
    ref[1:][rng.random(n - 1) < 0.1] = np.nan
    pred[rng.random(n) < 0.1] = rng.choice([0, np.nan])
    return pred, ref


def there(row: np.ndarray) -> bool:
    return not np.isnan(row).any() and bool(row.any())


def curves(pred: np.ndarray, ref: np.ndarray, given: bool) -> list[tuple[float, float, float]]:
    """Overlap, distance and normalised distance of each frame that has a target; misses are 0 and infinite."""
    rows = []
    for place, (one, other) in enumerate(zip(pred.tolist(), ref.tolist(), strict=True)):
        if not there(ref[place]):
            continue
        box = other if given and place == 0 else one
        if not there(np.array(box)):
            rows.append((0.0, math.inf, math.inf))
            continue
        dx = (box[0] + box[2] / 2) - (other[0] + other[2] / 2)
        dy = (box[1] + box[3] / 2) - (other[1] + other[3] / 2)
        rows.append((plain_iou(box, other), math.hypot(dx, dy), math.hypot(dx / other[2], dy / other[3])))
    return rows


def test_success_and_precision() -> None:
    rng = np.random.default_rng(1)
    paths = [sequence(rng) for _ in range(CASES)]
    sums = np.zeros(6)
    for pred, ref in paths:
        rows = curves(pred, ref, given=True)
        success = [np.mean([overlap > t * 0.05 for overlap, _, _ in rows]) for t in range(21)]
        near = np.mean([distance <= 20 for _, distance, _ in rows])
        normalised = [np.mean([distance <= t / 100 for _, _, distance in rows]) for t in range(51)]
        own = curves(pred, ref, given=False)
        loose = np.mean([[overlap >= t * 0.05 for overlap, _, _ in own] for t in range(21)])
        missed = sum(overlap > t * 0.05 for overlap, _, _ in rows for t in range(21)) / (21 * len(ref))
        told = [float(one) for one in (np.mean(success), near, np.mean(normalised), normalised[20], loose, missed)]
        ours = [
            success_auc(pred, ref, boxes="xywh").value,
            tracking_precision(pred, ref, boxes="xywh").value,
            normalised_tracking_precision(pred, ref, boxes="xywh").value,
            normalised_tracking_precision(pred, ref, boxes="xywh", at=0.2).value,
            success_auc(pred, ref, boxes="xywh", strict=False, initial_frame="counts").value,
            success_auc(pred, ref, boxes="xywh", absent_target="miss").value,
        ]
        assert ours == pytest.approx(told, abs=1e-9)
        sums += np.array(told)
    preds, refs = zip(*paths, strict=True)
    assert score("success_auc", preds, refs, boxes="xywh").value == pytest.approx(sums[0] / CASES, abs=1e-9)


def test_tubes() -> None:
    rng = np.random.default_rng(2)
    for _ in range(CASES):
        sides = []
        for start in (0, 1):
            n = int(rng.integers(0, 20))
            frames = np.sort(rng.permutation(24)[:n]).tolist()
            boxes = np.column_stack([rng.uniform(0, 30, (n, 2)), rng.uniform(1, 50, (n, 2))]).tolist()
            sides.append(({frame + start: box for frame, box in zip(frames, boxes, strict=True)}, start))
        (pred, _), (ref, _) = sides
        shifted = {frame - 1: box for frame, box in ref.items()}
        both, either = pred.keys() & shifted.keys(), pred.keys() | shifted.keys()
        if not either:
            continue
        told = sum(plain_iou(pred[frame], shifted[frame]) for frame in both) / len(either)
        counts = {"pred_counts_from": 0, "ref_counts_from": 1}
        assert mean_viou(pred, ref, boxes="xywh", **counts).value == pytest.approx(told, abs=1e-9)
        assert mean_tiou(pred, ref, **counts).value == pytest.approx(len(both) / len(either), abs=1e-9)
        assert viou_recall(pred, ref, boxes="xywh", iou=0.3, **counts).value == (told > 0.3)


def test_spans() -> None:
    rng = np.random.default_rng(3)
    for _ in range(CASES):
        said, wanted = np.sort(rng.uniform(0, 10, (int(rng.integers(1, 4)), 2))), np.sort(rng.uniform(0, 10, (2, 2)))
        for k in (1, 2):
            best = 0.0
            for one in said[:k].tolist():
                for other in wanted.tolist():
                    shared = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
                    best = max(best, shared / (one[1] - one[0] + other[1] - other[0] - shared))
            for iou in (0.3, 0.5, 0.7):
                assert temporal_recall(said, wanted, iou=iou, k=k).value == (best >= iou)


def plain_ap(found: list[tuple[float, int, list[float]]], there: dict[int, list[list[float]]], iou: float) -> float:
    """ActivityNet's: the surest first, the best span that is free, precision interpolated at every recall."""
    free = {clip: list(range(len(spans))) for clip, spans in there.items()}
    hits = []
    for _, clip, span in sorted(found, key=lambda one: -one[0]):
        shares = []
        for place in free[clip]:
            other = there[clip][place]
            shared = max(0.0, min(span[1], other[1]) - max(span[0], other[0]))
            shares.append((shared / (span[1] - span[0] + other[1] - other[0] - shared), place))
        best = max(shares, default=(0.0, -1))
        hits.append(best[0] >= iou)
        if hits[-1]:
            free[clip].remove(best[1])
    total = sum(map(len, there.values()))
    recall = np.cumsum(hits) / total
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    points = [(0.0, 0.0), *zip(recall.tolist(), precision.tolist(), strict=True)]
    area = 0.0
    for step, ((before, _), (after, _)) in enumerate(pairwise(points)):
        area += (after - before) * max(height for _, height in points[step + 1 :])
    return area


def test_average_precision_of_actions() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        preds, refs, found, there = [], [], [], {}
        for clip in range(int(rng.integers(1, 5))):
            wanted = np.sort(rng.uniform(0, 20, (int(rng.integers(1, 4)), 2)))
            said = np.sort(wanted[rng.integers(len(wanted), size=int(rng.integers(0, 6)))] + rng.normal(scale=1.0))
            said = said + np.abs(rng.normal(scale=0.5, size=said.shape)).cumsum(axis=1)
            scores = rng.random(len(said))
            preds.append({"spans": said, "scores": scores})
            refs.append({"spans": wanted, "id": clip})
            there[clip] = wanted.tolist()
            found += [(one, clip, span) for one, span in zip(scores.tolist(), said.tolist(), strict=True)]
        if not found:
            continue
        told = [plain_ap(found, there, iou) for iou in (0.3, 0.5, 0.7)]
        ours = score("temporal_ap", preds, refs, iou=(0.3, 0.5, 0.7)).value
        assert ours == pytest.approx(np.mean(told), abs=1e-9)

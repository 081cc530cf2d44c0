"""What dense predictions cost: masks, segments, depth, foreground maps and curves of pixels, and memory of a stream."""

from __future__ import annotations

import json
import os
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from comparison import Comparison, best_ms
from dense_peers import STUFF, THINGS, foreground_pair, segmentation_pair

from generallevel import Stream, score
from generallevel.metrics.image.masks import mean_iou
from generallevel.metrics.image.panoptic import panoptic_quality
from generallevel.metrics.image.saliency import structure_measure
from generallevel.metrics.video.depth import abs_rel

SEED = 3
MANY_ITEMS = 10_000
BOUND_MB = 24.0  # of a stream of small images: 1024 tallies that wait to be added, and one image in work


def apart(one: float, other: float) -> str:
    """The difference of two values."""
    return f"values differ by {abs(one - other):.1e}"


def label_maps(rng: np.random.Generator) -> Iterator[Comparison]:
    """Mean IoU of 19 classes."""
    from sklearn.metrics import confusion_matrix

    ref = rng.integers(0, 19, (512, 512)).astype(np.uint8)
    pred = np.where(rng.random(ref.shape) < 0.8, ref, rng.integers(0, 19, ref.shape)).astype(np.uint8)

    def theirs() -> float:
        matrix = confusion_matrix(ref.ravel(), pred.ravel(), labels=np.arange(19))
        hits = np.diagonal(matrix)
        return float((hits / (matrix.sum(0) + matrix.sum(1) - hits)).mean())

    def ours() -> float:
        return mean_iou(pred, ref, num_classes=19, background=None).value

    agreement = apart(ours(), theirs())
    yield Comparison(
        "mIoU, 512 x 512, 19 classes", best_ms(ours, 9), best_ms(theirs, 5), "scikit-learn", agreement, 0.1
    )


def elsewhere(kind: str, variable: str, rounds: int, ours: Callable[[], float]) -> tuple[float, float, str] | None:
    """Our time, that of a peer in its own environment, and how far the values differ; None where there is no peer."""
    python = os.environ.get(variable)
    if not python:
        return None
    script = str(Path(__file__).with_name("dense_peers.py"))
    command = [python, script, kind, str(rounds)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return best_ms(ours, rounds), said["ms"], apart(ours(), said["value"])


def segments_and_foregrounds(rounds: int) -> Iterator[Comparison]:
    """Panoptic quality and the structure measure, where the variables of `dense_peers` name their peers."""
    pred, ref = segmentation_pair()
    grey, mask = foreground_pair()
    stretched = (grey - grey.min()) / np.ptp(grey)
    jobs: list[tuple[str, str, str, str, float, Callable[[], float]]] = [
        (
            "panoptic quality, 512 x 512",
            "panoptic",
            "TORCHMETRICS_PYTHON",
            "torchmetrics",
            0.05,
            lambda: panoptic_quality(pred, ref, things=THINGS, stuff=STUFF).value,
        ),
        (
            "structure measure, 480 x 640",
            "structure",
            "PYSODMETRICS_PYTHON",
            "PySODMetrics",
            1.0,
            lambda: structure_measure(stretched, mask).value,
        ),
    ]
    for name, kind, variable, peer, wanted, ours in jobs:
        found = elsewhere(kind, variable, rounds, ours)
        if found is not None:
            yield Comparison(name, found[0], found[1], peer, found[2], wanted)


def depths(rng: np.random.Generator, rounds: int) -> Iterator[Comparison]:
    """Relative depth error of a clip, with every pixel measured and with some that are not."""
    for dtype in ("float32", "float64"):
        full = (rng.random((8, 240, 320)) * 20 + 0.5).astype(dtype)
        pred = (full * rng.uniform(0.8, 1.2, full.shape)).astype(dtype)
        for share, ref in (("all", full), ("70 %", np.where(rng.random(full.shape) < 0.7, full, 0).astype(dtype))):

            def theirs(ref: Any = ref, pred: Any = pred) -> float:
                valid = (ref > 1e-3) & (ref < 80)
                return float(np.mean(np.abs(pred[valid] - ref[valid]) / ref[valid]))

            def ours(ref: Any = ref, pred: Any = pred) -> float:
                return abs_rel(pred, ref, align="none", min_depth=1e-3, max_depth=80).value

            name, agreement = f"absRel, 8 frames, {dtype}, {share} measured", apart(ours(), theirs())
            yield Comparison(name, best_ms(ours, rounds), best_ms(theirs, rounds), "plain NumPy", agreement, 1.0)


def curves(rng: np.random.Generator, rounds: int) -> Iterator[Comparison]:
    """The ROC curve of few and of many decisions, and the average precision of the pixels of twenty maps."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    for n, wanted, times in ((500, 0.2, 10 * rounds), (1_000_000, 0.8, max(1, rounds // 3))):
        scores, truths = rng.random(n), rng.random(n) < 0.3

        def theirs(scores: Any = scores, truths: Any = truths) -> float:
            return float(roc_auc_score(truths, scores))

        def ours(scores: Any = scores, truths: Any = truths) -> float:
            return score("roc_auc", scores, truths).value

        name, agreement = f"ROC AUC, {n:,} decisions", apart(ours(), theirs())
        yield Comparison(name, best_ms(ours, times), best_ms(theirs, times), "scikit-learn", agreement, wanted)
    maps = [rng.random((256, 256)).astype(np.float32) for _ in range(20)]
    masks = [rng.random((256, 256)) < 0.05 for _ in range(20)]

    def of_pixels() -> float:
        return float(average_precision_score(np.concatenate(masks).ravel(), np.concatenate(maps).ravel()))

    def of_maps() -> float:
        return score("pixel_ap", maps, masks).value

    times, agreement = max(1, rounds // 3), apart(of_maps(), of_pixels())
    yield Comparison(
        "pixel AP, 20 maps", best_ms(of_maps, times), best_ms(of_pixels, times), "scikit-learn", agreement, 0.8
    )


def memory(rng: np.random.Generator) -> Iterator[Comparison]:
    """Streams of many small images: what is kept does not grow with them."""
    ref = rng.integers(0, 19, (16, 16)).astype(np.uint8)
    mask, heat = ref > 9, rng.random((16, 16))
    jobs: list[tuple[str, Any, Any, dict[str, Any]]] = [
        ("mean_iou", ref, ref, {"num_classes": 19, "background": None}),
        ("pixel_ap", heat, mask, {"bins": 1024}),
        ("structure_measure", heat, mask, {}),
        ("abs_rel", heat + 1, heat + 2, {"align": "none"}),
    ]
    for name, pred, truth, params in jobs:
        peaks = []
        for items in (MANY_ITEMS // 5, MANY_ITEMS):
            stream = Stream(name, **params)
            tracemalloc.start()
            for _ in range(items):
                stream.add(pred, truth)
            _ = stream.value
            peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
            tracemalloc.stop()
        yield Comparison(
            f"{name}, {MANY_ITEMS:,} items", peaks[1], BOUND_MB, "the bound", f"{peaks[0]:.2f} MB at a fifth", 1.0, "MB"
        )


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Time beside peers, then memory."""
    rng = np.random.default_rng(SEED)
    yield from label_maps(rng)
    yield from segments_and_foregrounds(rounds)
    yield from depths(rng, rounds)
    yield from curves(rng, rounds)
    yield from memory(rng)

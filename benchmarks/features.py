"""What distances of learned features cost: beside the square root of a matrix, and memory as features grow."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
from comparison import Comparison, best_ms

from generallevel import Stream
from generallevel.registry import find

SEED = 11
# (items on each side, dimensions, the ratio that is wanted): fewer items than dimensions, and more.
SIZES = ((100, 512, 0.3), (300, 1024, 0.3), (1000, 512, 0.7), (3000, 1024, 0.7))
ROUNDS = 2  # of a square root that takes seconds
STREAMED, DIMENSIONS = 40_000, 64
KERNEL = (1500, 512)


def comparisons(rounds: int) -> Iterator[Comparison]:
    """The Frechet distance by its definition, the kernel distance in one piece, and the memory of a stream."""
    rng = np.random.default_rng(SEED)
    for n, d, wanted in SIZES:
        pred, ref = rng.normal(size=(n, d)), rng.normal(size=(n, d)) * 1.1 + 0.1
        ours, theirs, agreement = beside(
            lambda p=pred, r=ref: frechet(p, r), lambda p=pred, r=ref: by_root(p, r), rounds
        )
        yield Comparison(f"fid, {n} items, {d} dimensions", ours, theirs, "scipy sqrtm", agreement, wanted)
    pred, ref = rng.normal(size=KERNEL), rng.normal(size=KERNEL) + 0.1
    ours, theirs, agreement = beside(lambda: kernel(pred, ref), lambda: in_one_piece(pred, ref), rounds)
    yield Comparison(f"kid, {KERNEL[0]} items, {KERNEL[1]} dimensions", ours, theirs, "numpy", agreement, 1.0)
    yield memory(rng)


def beside(ours: Any, theirs: Any, rounds: int) -> tuple[float, float, str]:
    """The shortest run of each, in turns, and how far the values differ."""
    turns = min(rounds, ROUNDS)
    times = [(best_ms(ours, 1), best_ms(theirs, 1)) for _ in range(turns)]
    mine, other = ours(), theirs()
    agreement = f"values differ by {abs(mine - other) / abs(other):.0e}, relative"
    return min(one for one, _ in times), min(two for _, two in times), agreement


def frechet(pred: Any, ref: Any) -> float:
    """Ours, from features to the distance."""
    metric = find("fid")
    return (metric(pred, None) + metric(None, ref)).value


def by_root(pred: Any, ref: Any) -> float:
    """The definition, from features to the distance, as pytorch-fid writes it."""
    from scipy import linalg

    one, other = np.cov(pred, rowvar=False), np.cov(ref, rowvar=False)
    step = pred.mean(axis=0) - ref.mean(axis=0)
    return float(step @ step + np.trace(one) + np.trace(other) - 2 * np.trace(linalg.sqrtm(one @ other)).real)


def kernel(pred: Any, ref: Any) -> float:
    """Ours, in blocks."""
    metric = find("kid")
    return (metric(pred, None) + metric(None, ref)).value


def in_one_piece(pred: Any, ref: Any) -> float:
    """The definition, with the whole matrix of each kernel."""
    n, m, d = len(pred), len(ref), pred.shape[1]
    within, other, across = ((one @ two.T / d + 1) ** 3 for one, two in ((pred, pred), (ref, ref), (pred, ref)))
    return float(
        (within.sum() - np.trace(within)) / (n * (n - 1))
        + (other.sum() - np.trace(other)) / (m * (m - 1))
        - 2 * across.mean()
    )


def memory(rng: Any) -> Comparison:
    """The peak of a stream of features, beside what the features themselves would take."""
    tracemalloc.start()
    stream = Stream("fid")
    for _ in range(STREAMED):
        stream.add(rng.normal(size=DIMENSIONS), None)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    whole = STREAMED * DIMENSIONS * 8 / 1e6
    name = f"fid, a stream of {STREAMED} items, peak"
    return Comparison(name, peak, whole, "all features in memory", "flat in the number of items", 0.3, unit="MB")

"""What three dimensions cost: shapes, boxes, tracks and ways."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from comparison import Comparison
from space_peers import key_frames, tracking_scenes

from generallevel import score
from generallevel.metrics.three_d.shapes import chamfer_distance, earth_movers_distance

SEED = 3


def apart(one: float, other: float) -> str:
    """The difference of two values."""
    return f"values differ by {abs(one - other):.1e}"


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """The shortest of several runs of each, one after the other, so that a busy machine disturbs both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for job, spent in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            job()
            spent.append(time.perf_counter() - start)
    return 1e3 * min(times[0]), 1e3 * min(times[1])


def shapes(rounds: int) -> Iterator[Comparison]:
    """Distances of clouds."""
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial import cKDTree
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(SEED)
    for n in (2048, 16384):
        pred, ref = (side / np.linalg.norm(side, axis=1)[:, None] for side in rng.normal(size=(2, n, 3)))

        def ours(pred: Any = pred, ref: Any = ref) -> float:
            return chamfer_distance(pred, ref, squared=False, combine="mean").value

        def theirs(pred: Any = pred, ref: Any = ref) -> float:
            return float(np.mean(cKDTree(ref).query(pred)[0]) + np.mean(cKDTree(pred).query(ref)[0])) / 2

        yield Comparison(
            f"Chamfer distance, {n:,} points",
            *in_turn(ours, theirs, 3 * rounds),
            "two queries of SciPy's cKDTree",
            apart(ours(), theirs()),
            1.05,
        )
    pred, ref = rng.normal(size=(2, 512, 3))

    def paired() -> float:
        costs = cdist(pred, ref)
        return float(costs[linear_sum_assignment(costs)].mean())

    yield Comparison(
        "earth mover's distance, 512 points",
        *in_turn(lambda: earth_movers_distance(pred, ref).value, paired, rounds),
        "SciPy's assignment alone",
        apart(earth_movers_distance(pred, ref).value, paired()),
        1.1,
    )


def scenes(rounds: int) -> Iterator[Comparison]:
    """Tracks and boxes of driving scenes beside nuScenes' devkit; nothing where it is not to be had."""
    python = os.environ.get("NUSCENES_PYTHON")
    if not python:
        return
    script = str(Path(__file__).with_name("space_peers.py"))
    for kind, name, title, items, wanted in (
        ("tracking", "amota", "AMOTA, 4 scenes of 40 frames, 30 tracks each", tracking_scenes(), 0.5),
        ("detection", "nds", "NDS, 120 key frames of 40 boxes", key_frames(), 0.5),
    ):
        preds, refs = [item["pred"] for item in items], [item["ref"] for item in items]
        ours: list[float] = []
        for _ in range(rounds):
            start = time.perf_counter()
            value = score(name, preds, refs).value
            ours.append(1e3 * (time.perf_counter() - start))
        told = subprocess.run([python, script, kind, "2"], capture_output=True, text=True, check=True).stdout
        peer = json.loads(told.strip().splitlines()[-1])
        agreement = apart(value, peer["value"])
        yield Comparison(title, min(ours), peer["ms"], "nuscenes-devkit 1.2.0", agreement, wanted)


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Shapes, and then scenes.

    Parameters
    ----------
    rounds : int
        How often each is timed.
    """
    yield from shapes(rounds)
    yield from scenes(rounds)

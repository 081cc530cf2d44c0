"""Peers that need an environment of their own: timed by the interpreter that runs this file, on data that both make.

    PYTHON dense_peers.py {panoptic|structure} ROUNDS

prints milliseconds and value as JSON. ``dense.py`` runs it with the interpreters that these variables name:

* ``TORCHMETRICS_PYTHON``: an environment with torch 2.13.0 and torchmetrics 1.9.0
* ``PYSODMETRICS_PYTHON``: an environment with pysodmetrics 1.6.2
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

SEED = 3
SIZE = 512
THINGS, STUFF = range(11, 19), range(11)  # as many as Cityscapes has


def segmentation_pair() -> tuple[Any, Any]:
    """Class and instance of each pixel: thirty rectangles, and the same with twelve patches of another class."""
    rng = np.random.default_rng(SEED)
    ref = np.zeros((SIZE, SIZE, 2), dtype=np.int64)
    for number in range(1, 31):
        (y, x), (a, b), kind = rng.integers(0, SIZE - 64, 2), rng.integers(40, 160, 2), rng.integers(0, 19)
        ref[y : y + a, x : x + b] = (kind, number if kind in THINGS else 0)
    pred = ref.copy()
    for _ in range(12):
        (y, x), kind = rng.integers(0, SIZE - 64, 2), rng.integers(0, 11)
        pred[y : y + 40, x : x + 40] = (kind, 0)
    return pred, ref


def foreground_pair() -> tuple[Any, Any]:
    """A grey map of 0 to 255 and the ellipse that it should show."""
    rng = np.random.default_rng(SEED)
    rows, columns = np.mgrid[:480, :640]
    mask = ((rows - 220) / 150) ** 2 + ((columns - 330) / 200) ** 2 < 1
    grey = np.rint(np.clip(mask * 0.7 + rng.normal(0.1, 0.15, mask.shape), 0, 1) * 255)
    return grey.astype(np.uint8), mask


def panoptic() -> Callable[[], float]:
    """The job of torchmetrics."""
    import torch
    from torchmetrics.functional.detection import panoptic_quality

    torch.set_num_threads(1)
    sides = [torch.tensor(side)[None] for side in segmentation_pair()]
    return lambda: float(panoptic_quality(*sides, things=set(THINGS), stuffs=set(STUFF)))


def structure() -> Callable[[], float]:
    """The job of PySODMetrics, which is handed a map that is stretched already."""
    library = importlib.import_module("py_sod_metrics")
    warnings.simplefilter("ignore")
    grey, mask = foreground_pair()
    stretched = (grey - grey.min()) / np.ptp(grey)

    def job() -> float:
        measure = library.Smeasure()
        measure.step(stretched, mask, normalize=False)
        return float(measure.get_results()["sm"])

    return job


def main(kind: str, rounds: str) -> None:
    """Print the best time of several rounds, and the value."""
    job = {"panoptic": panoptic, "structure": structure}[kind]()
    job()
    times = []
    for _ in range(int(rounds)):
        start = time.perf_counter()
        value = job()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({"ms": min(times), "value": value}))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(*sys.argv[1:])

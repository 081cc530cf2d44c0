"""librosa's warping, timed by the interpreter that runs this file, on data that both sides make.

    PYTHON sound_peers.py ROUNDS

prints milliseconds and value as JSON. ``sound.py`` runs it with the interpreter that ``LIBROSA_PYTHON`` names: an
environment with librosa 0.11.0.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from typing import Any

import numpy as np

SEED = 11
FRAMES, ORDER = (601, 577), 24  # about three seconds each, a frame every 5 ms
DECIBELS = 10 / np.log(10) * np.sqrt(2)


def utterances() -> tuple[Any, Any]:
    """The mel-cepstra of two utterances."""
    rng = np.random.default_rng(SEED)
    ref = rng.normal(size=(FRAMES[0], ORDER + 1)).cumsum(axis=0) / 10
    places = np.sort(rng.integers(FRAMES[0], size=FRAMES[1]))
    return ref[places] + rng.normal(scale=0.3, size=(FRAMES[1], ORDER + 1)), ref


def main(rounds: str) -> None:
    """Print the best time of several rounds, and the value."""
    librosa = importlib.import_module("librosa")
    pred, ref = (side[:, 1:] for side in utterances())

    def job() -> float:
        _, path = librosa.sequence.dtw(pred.T, ref.T)
        distances = np.linalg.norm(pred[path[:, 0]] - ref[path[:, 1]], axis=1)
        return float(DECIBELS * distances.mean())

    job()  # which compiles it
    times = []
    for _ in range(int(rounds)):
        start = time.perf_counter()
        value = job()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({"ms": min(times), "value": value}))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(*sys.argv[1:])

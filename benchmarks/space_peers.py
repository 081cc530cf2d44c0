"""nuScenes' devkit, timed by the interpreter that runs this file, on scenes that both sides make.

    PYTHON space_peers.py {tracking|detection} ROUNDS

prints milliseconds and value as JSON. ``space.py`` runs it with the interpreter that ``NUSCENES_PYTHON`` names: an
environment with nuscenes-devkit 1.2.0, motmetrics 1.4.0, numpy below 2 and pandas below 3. The devkit is handed boxes
as the maker of the golden file hands them to it (tests/golden/makers/make_nuscenes.py); making these is not timed.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEED = 3
MAKERS = Path(__file__).parents[1] / "tests" / "golden" / "makers"
FRAMES, TRACKS, SCENES = 40, 30, 4  # a scene of nuScenes has 40 key frames
KEY_FRAMES = 120
STEP = 500_000  # microseconds


def tracking_scenes() -> list[dict[str, Any]]:
    """Cars and pedestrians that move on straight ways, followed with noise, losses and false alarms."""
    rng = random.Random(SEED)  # noqa: S311 - scenes, no secrets
    scenes = []
    for _ in range(SCENES):
        times = [STEP * frame for frame in range(FRAMES)]
        ref: dict[str, list[Any]] = {key: [] for key in ("frames", "ids", "labels", "centres", "points")}
        pred: dict[str, list[Any]] = {key: [] for key in ("frames", "ids", "labels", "centres", "scores")}
        ways = [
            (rng.uniform(-25, 25), rng.uniform(-25, 25), rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5), rng.random())
            for _ in range(TRACKS)
        ]
        for frame, moment in enumerate(times):
            for number, (x, y, vx, vy, sure) in enumerate(ways):
                label, place = ("car", "pedestrian")[number % 2], [x + vx * frame, y + vy * frame, 0.0]
                ref["frames"].append(moment)
                ref["ids"].append(f"t{number}")
                ref["labels"].append(label)
                ref["centres"].append(place)
                ref["points"].append(9)
                if rng.random() < 0.85:
                    pred["frames"].append(moment)
                    pred["ids"].append(f"p{number}-{frame // 15}")
                    pred["labels"].append(label)
                    pred["centres"].append([place[0] + rng.gauss(0, 0.5), place[1] + rng.gauss(0, 0.5), 0.0])
                    pred["scores"].append(sure + rng.uniform(-0.05, 0.05))
        scenes.append({"pred": pred, "ref": {**ref, "times": times, "ego": [[0.0, 0.0]] * FRAMES}})
    return scenes


def key_frames() -> list[dict[str, Any]]:
    """Forty boxes of all classes around the vehicle, most of them found, and as many false alarms."""
    sys.path.insert(0, str(MAKERS))
    cases = importlib.import_module("scene_cases")
    rng = random.Random(SEED)  # noqa: S311 - scenes, no secrets
    frames = []
    for _ in range(KEY_FRAMES):
        ref, pred = (cases._boxes(rng, cases.DETECTED, [0.0, 0.0], 40) for _ in range(2))
        for place in range(35):
            cases._copied(rng, ref, pred, place)
        frames.append(
            {
                "pred": {**pred, "scores": [rng.random() for _ in pred["labels"]]},
                "ref": {**ref, "points": [5] * 40, "ego": [0.0, 0.0]},
            }
        )
    return frames


def tracking() -> Callable[[], float]:
    """The devkit's tracking evaluation, from boxes to AMOTA."""
    maker = importlib.import_module("make_nuscenes")
    scenes = tracking_scenes()

    def job() -> float:
        by_class = list(maker.tracking_of(scenes)["amota"].values())
        return float(sum(by_class) / len(by_class))

    return job


def detection() -> Callable[[], float]:
    """The devkit's detection evaluation, from boxes to NDS."""
    frames = key_frames()
    maker = importlib.import_module("make_nuscenes")
    return lambda: float(maker.detection_of(frames)["nds"])


def main(kind: str, rounds: str) -> None:
    """Print the best time of several rounds, and the value."""
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(MAKERS))
    job = {"tracking": tracking, "detection": detection}[kind]()
    times, value = [], 0.0
    for _ in range(int(rounds)):
        start = time.perf_counter()
        value = job()
        times.append(time.perf_counter() - start)
    print(json.dumps({"ms": 1e3 * min(times), "value": value}))


if __name__ == "__main__":
    main(*sys.argv[1:])

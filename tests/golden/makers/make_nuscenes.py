"""The maker of nuscenes.json: detection and tracking figures of random scenes, as nuscenes-devkit 1.2.0 computes them.

Run in an environment of its own, since the devkit needs numpy below 2::

    python -m pip install nuscenes-devkit==1.2.0 motmetrics==1.4.0 "numpy<2" "pandas<3"
    python tests/golden/makers/make_nuscenes.py > tests/golden/nuscenes.json

The devkit's own database is stood in for by an object that knows samples and scenes; boxes go through its own filling
of gaps, scoring of tracks, matching and averages.
"""

import contextlib
import json
import math
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from nuscenes.eval.common.config import config_factory
from nuscenes.eval.common.data_classes import EvalBoxes
from nuscenes.eval.detection.constants import TP_METRICS
from nuscenes.eval.detection.data_classes import DetectionBox
from nuscenes.eval.detection.evaluate import DetectionEval
from nuscenes.eval.tracking import loaders
from nuscenes.eval.tracking.data_classes import TrackingBox
from nuscenes.eval.tracking.evaluate import TrackingEval
from scene_cases import DETECTED, detection_world, tracking_world

TRACKING_SEEDS, DETECTION_SEEDS = 220, 260


class Database:
    """Samples and scenes, as far as tracks are made of them."""

    def __init__(self, scenes: list[dict[str, Any]]) -> None:
        self.scenes = scenes

    def get(self, table: str, token: str) -> dict[str, Any]:
        if table == "scene":
            last = len(self.scenes[int(token)]["ref"]["times"]) - 1
            return {"name": token, "first_sample_token": f"{token}-0", "last_sample_token": f"{token}-{last}"}
        scene, frame = map(int, token.split("-"))
        time = self.scenes[scene]["ref"]["times"][frame]
        return {"scene_token": str(scene), "timestamp": time, "next": f"{scene}-{frame + 1}"}


def tracking_boxes(scenes: list[dict[str, Any]], side: str, ranges: dict[str, float]) -> EvalBoxes:
    boxes = EvalBoxes()
    for number, scene in enumerate(scenes):
        times, ego = scene["ref"]["times"], scene["ref"]["ego"]
        for frame in range(len(times)):
            boxes.add_boxes(f"{number}-{frame}", [])
        columns = scene[side]
        for place, time in enumerate(columns["frames"]):
            frame = times.index(time)
            x, y, z = columns["centres"][place]
            box = TrackingBox(
                sample_token=f"{number}-{frame}",
                translation=(x, y, z),
                size=(1.0, 1.0, 1.0),
                rotation=(1.0, 0.0, 0.0, 0.0),
                ego_translation=(x - ego[frame][0], y - ego[frame][1], 0.0),
                num_pts=columns["points"][place] if side == "ref" else -1,
                tracking_id=columns["ids"][place],
                tracking_name=columns["labels"][place],
                tracking_score=float(columns["scores"][place]) if side == "pred" else -1.0,
            )
            if box.ego_dist < ranges[box.tracking_name] and box.num_pts != 0:
                boxes.add_boxes(box.sample_token, [box])
    return boxes


def tracking(seed: int) -> dict[str, Any]:
    return tracking_of(tracking_world(seed))


def tracking_of(scenes: list[dict[str, Any]]) -> dict[str, Any]:
    config = config_factory("tracking_nips_2019")
    database = Database(scenes)
    loaders.get_scenes_of_split = lambda split_name, nusc: [str(number) for number in range(len(scenes))]
    run = object.__new__(TrackingEval)
    run.cfg, run.verbose, run.output_dir, run.render_classes = config, False, None, []
    run.tracks_gt, run.tracks_pred = (
        loaders.create_tracks(tracking_boxes(scenes, side, config.class_range), database, "all", gt=side == "ref")
        for side in ("ref", "pred")
    )
    with contextlib.redirect_stdout(sys.stderr):
        metrics, _ = run.evaluate()
    return {
        name: {label: value for label, value in metrics.label_metrics[name].items() if not math.isnan(value)}
        for name in ("amota", "amotp")
    }


def detection(seed: int) -> dict[str, Any]:
    return detection_of(detection_world(seed))


def detection_of(frames: list[dict[str, Any]]) -> dict[str, Any]:
    config = config_factory("detection_cvpr_2019")
    sides = {"pred": EvalBoxes(), "ref": EvalBoxes()}
    for number, frame in enumerate(frames):
        ego = frame["ref"]["ego"]
        for side, boxes in sides.items():
            boxes.add_boxes(str(number), [])
            columns = frame[side]
            for place, (x, y, z) in enumerate(columns["centres"]):
                half = columns["yaws"][place] / 2
                box = DetectionBox(
                    sample_token=str(number),
                    translation=(x, y, z),
                    size=tuple(columns["sizes"][place]),
                    rotation=(math.cos(half), 0.0, 0.0, math.sin(half)),
                    velocity=tuple(columns["velocities"][place]),
                    ego_translation=(x - ego[0], y - ego[1], 0.0),
                    num_pts=columns["points"][place] if side == "ref" else -1,
                    detection_name=columns["labels"][place],
                    detection_score=float(columns["scores"][place]) if side == "pred" else -1.0,
                    attribute_name=columns["attributes"][place],
                )
                if box.ego_dist < config.class_range[box.detection_name] and box.num_pts != 0:
                    boxes.add_boxes(str(number), [box])
    run = object.__new__(DetectionEval)
    run.cfg, run.verbose, run.gt_boxes, run.pred_boxes = config, False, sides["ref"], sides["pred"]
    metrics, _ = run.evaluate()
    return {
        "map": metrics.mean_ap,
        "nds": metrics.nd_score,
        "classes": {label: metrics.mean_dist_aps[label] for label in DETECTED if metrics.mean_dist_aps[label]},
        "errors": [metrics.tp_errors[name] for name in TP_METRICS],
        "found": len(run.gt_boxes.all),
    }


def main() -> None:
    with ProcessPoolExecutor(2) as workers:
        tracks = list(workers.map(tracking, range(TRACKING_SEEDS), chunksize=4))
        boxes = list(workers.map(detection, range(DETECTION_SEEDS), chunksize=4))
    facts = {
        "maker": "tests/golden/makers/make_nuscenes.py",
        "versions": {name: version(name) for name in ("nuscenes-devkit", "motmetrics", "numpy", "pandas", "scipy")},
        "tracking": tracks,
        "detection": boxes,
    }
    json.dump(facts, sys.stdout, indent=None, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

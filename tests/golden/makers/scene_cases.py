"""Driving scenes, ways and rooms, drawn by the standard library: the same numbers in every environment."""

import math
import random
from typing import Any

TRACKED = ("bicycle", "bus", "car", "motorcycle", "pedestrian", "trailer", "truck")
DETECTED = (*TRACKED, "construction_vehicle", "traffic_cone", "barrier")
ATTRIBUTES = ("", "vehicle.moving", "vehicle.parked", "pedestrian.standing")
STEP = 500_000  # microseconds between key frames


def tracking_world(seed: int) -> list[dict[str, Any]]:
    """A few scenes with both sides' tracks; odd ones among them have equal scores, no prediction or no reference."""
    rng = random.Random(seed)
    classes = rng.sample(TRACKED, rng.choice((1, 1, 2, 3)))
    coarse, sloppy = seed % 4 == 3, rng.choice((0.2, 0.6, 1.2))
    return [_tracking_scene(rng, classes, coarse, sloppy, seed) for _ in range(rng.choice((1, 1, 2, 3)))]


def _tracking_scene(rng: random.Random, classes: list[str], coarse: bool, sloppy: float, seed: int) -> dict[str, Any]:
    n_frames = rng.choice((1, 2, 4, 6, 9))
    start = rng.randrange(10**6)
    times = [start + STEP * frame + rng.randrange(STEP // 4) for frame in range(n_frames)]
    ego = [[rng.uniform(-5, 5) + 3 * frame, rng.uniform(-5, 5)] for frame in range(n_frames)]
    ref: dict[str, list[Any]] = {key: [] for key in ("frames", "ids", "labels", "centres", "points")}
    pred: dict[str, list[Any]] = {key: [] for key in ("frames", "ids", "labels", "centres", "scores")}
    for track in range(rng.choice((0, 1, 3, 5)) if seed % 11 == 0 else rng.randint(1, 5)):
        label, spread = rng.choice(classes), rng.choice((4.0, 30.0))
        x, y = rng.uniform(-spread, spread), rng.uniform(-spread, spread)
        vx, vy = rng.uniform(-2, 2), rng.uniform(-2, 2)
        seen, name = rng.uniform(0.5, 1.1), f"p{track}"
        sureness = rng.random()
        first, last = sorted((rng.randrange(n_frames), rng.randrange(n_frames)))
        for frame in range(first, last + 1):
            place = [x + vx * frame, y + vy * frame, 1.0]
            if rng.random() < 0.85:
                ref["frames"].append(times[frame])
                ref["ids"].append(f"t{track}")
                ref["labels"].append(label)
                ref["centres"].append(place)
                ref["points"].append(0 if rng.random() < 0.08 else rng.randint(1, 50))
            if rng.random() < 0.12:
                name += "s"  # the tracker loses it and begins another
            if rng.random() < seen and seed % 13 != 12:
                noise = [rng.gauss(0, sloppy), rng.gauss(0, sloppy), 0.0]
                pred["frames"].append(times[frame])
                pred["ids"].append(name)
                pred["labels"].append(label)
                pred["centres"].append([one + other for one, other in zip(place, noise, strict=True)])
                score = sureness + rng.uniform(-0.1, 0.1)
                pred["scores"].append(round(4 * score) / 4 if coarse else score)
    for alarm in range(rng.choice((0, 1, 3))):
        for frame in rng.sample(range(n_frames), rng.randint(1, n_frames)):
            pred["frames"].append(times[frame])
            pred["ids"].append(f"f{alarm}")
            pred["labels"].append(classes[0])
            pred["centres"].append([rng.uniform(-6, 6), rng.uniform(-6, 6), 0.0])
            score = rng.random()
            pred["scores"].append(round(4 * score) / 4 if coarse else score)
    for side in (pred, ref):  # in time
        order = sorted(range(len(side["frames"])), key=lambda place: side["frames"][place])
        for key in side:
            side[key] = [side[key][place] for place in order]
    return {"pred": pred, "ref": {**ref, "times": times, "ego": ego}}


def detection_world(seed: int) -> list[dict[str, Any]]:
    """A few key frames with both sides' boxes, no two of which are equally sure."""
    rng = random.Random(seed)
    classes = rng.sample(DETECTED, rng.choice((1, 3, 10)))
    frames = []
    for _ in range(rng.choice((1, 2, 5))):
        ego = [rng.uniform(-100, 100), rng.uniform(-100, 100)]
        ref = _boxes(rng, classes, ego, rng.choice((0, 2, 6, 12)) if seed % 7 else 0)
        ref["points"] = [0 if rng.random() < 0.05 else 5 for _ in ref["labels"]]
        pred = _boxes(rng, classes, ego, rng.choice((0, 3)))
        for place in range(len(ref["labels"])):
            for _ in range(rng.choice((0, 1, 1, 2))):
                _copied(rng, ref, pred, place)
        pred["scores"] = [rng.random() for _ in pred["labels"]]
        for side in (ref, pred):
            side.pop("ego", None)
        frames.append({"pred": pred, "ref": {**ref, "ego": ego}})
    return frames


def _boxes(rng: random.Random, classes: list[str], ego: list[float], n: int) -> dict[str, Any]:
    return {
        "centres": [[ego[0] + rng.uniform(-45, 45), ego[1] + rng.uniform(-45, 45), 1.0] for _ in range(n)],
        "labels": [rng.choice(classes) for _ in range(n)],
        "sizes": [[rng.uniform(0.3, 5) for _ in range(3)] for _ in range(n)],
        "yaws": [rng.uniform(-3, 3) for _ in range(n)],
        "velocities": [[rng.uniform(-5, 5), rng.uniform(-5, 5)] for _ in range(n)],
        "attributes": [rng.choice(ATTRIBUTES) for _ in range(n)],
    }


def _copied(rng: random.Random, ref: dict[str, Any], pred: dict[str, Any], place: int) -> None:
    """A reference as it might be found."""
    sloppy = rng.choice((0.2, 0.8, 3.0))
    x, y, z = ref["centres"][place]
    pred["centres"].append([x + rng.gauss(0, sloppy), y + rng.gauss(0, sloppy), z])
    pred["labels"].append(ref["labels"][place])
    pred["sizes"].append([side * rng.uniform(0.7, 1.4) for side in ref["sizes"][place]])
    pred["yaws"].append(ref["yaws"][place] + rng.choice((0.0, math.pi)) + rng.gauss(0, 0.3))
    pred["velocities"].append([one + rng.gauss(0, 1) for one in ref["velocities"][place]])
    pred["attributes"].append(rng.choice((ref["attributes"][place] or ATTRIBUTES[1], *ATTRIBUTES[1:])))


def way_world(seed: int) -> tuple[list[list[list[float]]], list[list[list[float]]]]:
    """The poses of one sequence, measured with drift, and the true ones."""
    rng = random.Random(seed)
    n_frames, pace = rng.choice((40, 150, 400)), rng.choice((1.5, 3.0, 9.0))
    shake, drift = rng.choice((0.0, 0.02, 0.2)), rng.choice((0.0, 1e-4, 3e-3))
    true = [_pose(0.0, 0.0, (0.0, 0.0, 0.0))]
    said = [_pose(rng.uniform(-1, 1), 0.1, (5.0, 1.0, -2.0))]
    yaw = 0.0
    for _ in range(n_frames):
        yaw += rng.gauss(0, 0.02)
        # Now and then the sensor stands still.
        step = 0.0 if rng.random() < 0.1 else pace * rng.uniform(0.8, 1.2)
        true.append(_product(true[-1], _pose(yaw / 10, 0.01, (0.0, 0.0, step))))
        noisy = (rng.gauss(0, shake), rng.gauss(0, shake), step * (1 + drift * 10) + rng.gauss(0, shake))
        said.append(_product(said[-1], _pose(yaw / 10 + rng.gauss(0, drift), 0.01, noisy)))
    return said, true


def _pose(yaw: float, pitch: float, place: tuple[float, float, float]) -> list[list[float]]:
    c, s, d, t = math.cos(yaw), math.sin(yaw), math.cos(pitch), math.sin(pitch)
    turn = [[c, s * t, s * d], [0.0, d, -t], [-s, c * t, c * d]]
    return [[*row, shift] for row, shift in zip(turn, place, strict=True)] + [[0.0, 0.0, 0.0, 1.0]]


def _product(one: list[list[float]], other: list[list[float]]) -> list[list[float]]:
    return [[sum(one[i][k] * other[k][j] for k in range(4)) for j in range(4)] for i in range(4)]


def room_world(seed: int) -> list[dict[str, Any]]:
    """A few scenes of labelled points, with the instances that were found in them."""
    rng = random.Random(seed)
    known, coarse = rng.choice(((3,), (4, 39))), seed % 3 == 2
    scenes = []
    for _ in range(rng.choice((1, 1, 2))):
        n_points = rng.choice((40, 160))
        labels, instances = [0] * n_points, [0] * n_points
        for number in range(1, rng.randint(2, 12)):
            start, size = rng.randrange(n_points), rng.choice((2, 6, 15, 30))
            label = rng.choice((*known, *known, 1, 2))
            for point in range(start, min(start + size, n_points)):
                labels[point], instances[point] = label, number
        masks: list[list[int]] = []
        kinds: list[int] = []
        for number in sorted(set(instances) - {0}):
            own = [point for point in range(n_points) if instances[point] == number]
            for _ in range(rng.choice((0, 1, 1, 2, 3))):
                mask = [0] * n_points
                share = rng.choice((1.0, 0.8, 0.5, 0.3))
                for point in own:
                    mask[point] = int(rng.random() < share)
                for _ in range(rng.choice((0, 2, 10))):
                    mask[rng.randrange(n_points)] = 1
                masks.append(mask)
                kinds.append(labels[own[0]] if labels[own[0]] in known and rng.random() < 0.9 else rng.choice(known))
        for _ in range(rng.choice((0, 1, 2))):
            start = rng.randrange(n_points)
            masks.append([int(start <= point < start + 12) for point in range(n_points)])
            kinds.append(rng.choice(known))
        scores = [round(3 * rng.random()) / 3 if coarse else rng.random() for _ in masks]
        scenes.append(
            {
                "pred": {"masks": masks, "labels": kinds, "scores": scores},
                "ref": {"labels": labels, "instances": instances},
            }
        )
    return scenes

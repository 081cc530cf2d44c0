"""Samples of three dimensions: shapes, parts, normals, ways, boxes, instances and tracks."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.metrics.three_d.detection import NUSCENES_CLASSES
from generallevel.metrics.three_d.parts import SHAPENET_PARTS
from generallevel.testing import Samples

GRID = 64


def on_grid(values: Any) -> Any:
    return np.rint(np.asarray(values) * GRID) / GRID


class Clouds(Samples):
    """Points, a little off; corruption moves the whole cloud further and further away."""

    tolerance = 1e-9

    def __init__(self, unequal: bool = True):
        self.unequal = unequal

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = on_grid(rng.normal(size=(rng.integers(4, 12), 3)))
            pred = on_grid(ref + rng.normal(size=ref.shape) * 0.2)
            yield (pred[1:] if self.unequal else pred), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return np.array(pred) + np.array([40.0, 20.0, 0.0]) * k


class Surfaces(Samples):
    """Points with normals; corruption turns ever more normals by a right angle."""

    tolerance = 1e-9

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            n = rng.integers(3, 9)
            points = np.arange(n)[:, None] * np.array([2.0, 1.0, 0.0])
            normals = np.eye(3)[rng.integers(3, size=n)] * rng.choice([1.0, 2.0], size=(n, 1))
            noise = on_grid(rng.normal(size=normals.shape) * 0.3)
            yield {"points": points, "normals": normals + noise}, {"points": points, "normals": normals}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        normals = np.array(pred["normals"])
        gone = rng.permutation(len(normals))[: len(normals) * k // self.levels]
        normals[gone] = np.roll(normals[gone], 1, axis=1)
        return {"points": pred["points"], "normals": normals}


class Grids(Samples):
    """Grids of truths; corruption empties ever more of them."""

    same_shape = True

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = rng.random((3, 4, 2)) < 0.5
            ref.flat[0] = True
            yield ref ^ (rng.random(ref.shape) < 0.2), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        inside = rng.permutation(np.flatnonzero(spoilt))
        spoilt.reshape(-1)[inside[: len(inside) * k // self.levels]] = False
        return spoilt


class Parts(Samples):
    """Part labels of shapes of several categories; corruption gives ever more points a part of another category."""

    same_shape = True

    def __init__(self, named: bool = False):
        self.named = named

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for category in ("Mug", "Table", "Mug", "Lamp"):
            ref = rng.choice(SHAPENET_PARTS[category], size=12)
            pred = np.where(rng.random(12) < 0.7, ref, rng.choice(SHAPENET_PARTS[category], size=12))
            yield pred, {"labels": ref, "category": category} if self.named else ref

    def perfect(self, ref: Any) -> Any:
        return ref["labels"] if self.named else ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        spoilt[rng.permutation(len(spoilt))[: len(spoilt) * k // self.levels]] = 0
        return spoilt


class Normals(Samples):
    """Directions, somewhat turned; corruption makes ever more of them point across."""

    same_shape = True
    tolerance = 1e-9

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(5):
            ref = np.eye(3)[rng.integers(3, size=8)]
            yield ref + on_grid(rng.normal(size=ref.shape) * 0.2), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        gone = rng.permutation(len(spoilt))[: len(spoilt) * k // self.levels]
        spoilt[gone] = np.roll(spoilt[gone], 1, axis=1)
        return spoilt


class Ways(Samples):
    """Poses along a bent way of quarter turns; corruption stretches it, or turns it at the end of every stretch."""

    tolerance = 1e-6

    def __init__(self, turning: bool = False, same_shape: bool = True):
        self.turning, self.same_shape = turning, same_shape

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(3):
            ref = np.tile(np.eye(4), (rng.integers(60, 90), 1, 1))
            ref[:, :3, 3] = np.cumsum(rng.integers(1, 5, size=(len(ref), 3)), axis=0)
            pred = ref.copy()
            pred[:, :3, 3] += on_grid(rng.normal(size=(len(ref), 3)))
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        if self.turning:
            angle = 0.3 * k * (np.arange(len(spoilt)) % 2)
            turn = np.tile(np.eye(3), (len(spoilt), 1, 1))
            turn[:, 0, 0] = turn[:, 1, 1] = np.cos(angle)
            turn[:, 0, 1], turn[:, 1, 0] = -np.sin(angle), np.sin(angle)
            spoilt[:, :3, :3] = turn
        else:
            spoilt[::7, 0, 3] += 8.0 * k
        return spoilt


class KeyFrames(Samples):
    """Boxes of all classes around a vehicle; corruption moves ever more of them away."""

    tolerance = 1e-9

    def __init__(self, whole: bool = False):
        self.whole = whole

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(3):
            n = len(NUSCENES_CLASSES)
            ego = on_grid(rng.normal(size=2) * 50)
            ref: dict[str, Any] = {
                "centres": ego + on_grid(rng.uniform(-15, 15, size=(n, 2))),
                "labels": [str(label) for label in rng.permutation(NUSCENES_CLASSES)],
            }
            if self.whole:
                ref["sizes"] = on_grid(rng.uniform(1, 4, size=(n, 3)))
                ref["yaws"] = on_grid(rng.uniform(-3, 3, size=n))
                ref["velocities"] = on_grid(rng.normal(size=(n, 2)))
                ref["attributes"] = ["vehicle.moving"] * n
            pred = {**ref, "centres": ref["centres"] + on_grid(rng.normal(size=(n, 2)) * 0.5)}
            yield {**pred, "scores": rng.permutation(n) / GRID + 0.5}, {**ref, "ego": ego}

    def perfect(self, ref: Any) -> Any:
        kept = {key: value for key, value in ref.items() if key != "ego"}
        return {**kept, "scores": np.arange(1, len(ref["labels"]) + 1) / GRID}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        centres = np.array(pred["centres"])
        order = rng.permutation(len(centres))
        centres[order[: len(centres) * k // self.levels]] += 500.0
        return {**pred, "centres": centres}


class Rooms(Samples):
    """Instances of labelled points; corruption empties ever more masks."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(4):
            instances = np.repeat(np.arange(6), 8)
            labels = np.repeat(rng.choice([3, 4, 5, 1], size=6), 8)
            labels[:16] = np.repeat([3, 4], 8)
            ref = {"labels": labels, "instances": instances}
            pred = self.perfect(ref)
            spoilt = pred["masks"] & (rng.random(pred["masks"].shape) < 0.8)
            yield {**pred, "masks": spoilt, "scores": rng.permutation(len(spoilt)) / GRID}, ref

    def perfect(self, ref: Any) -> Any:
        numbers = [int(one) for one in np.unique(ref["instances"][ref["labels"] != 1])]
        masks = np.array([ref["instances"] == one for one in numbers])
        labels = [int(ref["labels"][ref["instances"] == one][0]) for one in numbers]
        return {"masks": masks, "labels": labels, "scores": np.arange(len(numbers)) / GRID}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        masks = np.array(pred["masks"])
        masks[rng.permutation(len(masks))[: len(masks) * k // self.levels]] = False
        return {**pred, "masks": masks}


class Solids(Samples):
    """Turned boxes; corruption moves ever more of them away."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for number in range(5):
            n = int(rng.integers(1, 5))
            ref = np.zeros((n, 7))
            ref[:, :2] = on_grid(rng.uniform(-2, 2, size=(n, 2))) + 8 * np.arange(n)[:, None]
            ref[:, 3:6] = on_grid(rng.uniform(2, 4, size=(n, 3)))
            ref[:, 6] = on_grid(rng.uniform(-3, 3, size=n))
            pred = ref.copy()
            pred[:, :3] += on_grid(rng.normal(size=(n, 3)) * 0.3)
            yield {"boxes": pred, "scores": rng.permutation(n) / GRID}, {"boxes": ref, "id": number}

    def perfect(self, ref: Any) -> Any:
        return {"boxes": ref["boxes"], "scores": np.arange(len(ref["boxes"])) / GRID}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        boxes = np.array(pred["boxes"])
        boxes[rng.permutation(len(boxes))[: (len(boxes) * k + self.levels - 1) // self.levels], :2] += 300.0
        return {**pred, "boxes": boxes}


class Scenes(Samples):
    """Tracks of two classes through a scene with gaps; corruption takes ever more boxes away, from the end on."""

    tolerance = 1e-9

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(3):
            n_frames, n_tracks = 6, 4
            places = on_grid(rng.uniform(-20, 20, size=(n_tracks, 2)))
            steps = on_grid(rng.normal(size=(n_tracks, 2)))
            seen = rng.random((n_frames, n_tracks)) < 0.8
            seen[0] = True
            frames, tracks = np.nonzero(seen)
            ref = {
                "frames": frames,
                "ids": [f"t{track}" for track in tracks.tolist()],
                "labels": [("car", "bus")[track % 2] for track in tracks.tolist()],
                "centres": places[tracks] + steps[tracks] * frames[:, None],
                "times": np.arange(n_frames),
                "ego": np.zeros((n_frames, 2)),
            }
            pred = self.perfect(ref)
            pred["centres"] = ref["centres"] + on_grid(rng.normal(size=ref["centres"].shape) * 0.7)
            pred["scores"] = (1 + tracks) / GRID
            yield pred, ref

    def perfect(self, ref: Any) -> Any:
        kept = {key: ref[key] for key in ("frames", "ids", "labels", "centres")}
        return {**kept, "scores": np.full(len(ref["frames"]), 0.5)}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # Whole tracks, so that nothing between two boxes is filled in wrongly.
        gone = sorted(set(pred["ids"]))[: len(set(pred["ids"])) * k // self.levels]
        left = [place for place, one in enumerate(pred["ids"]) if one not in gone]
        return {
            key: [column[place] for place in left] if isinstance(column, list) else np.array(column)[left]
            for key, column in pred.items()
        }


BOTH = {"squared": False, "combine": "mean"}
SHORT = {"lengths": [20, 50], "step": 3}
TWO = {"classes": ["bus", "car"]}

SAMPLES = [
    ("chamfer_distance", "standard", BOTH, Clouds()),
    ("chamfer_distance", "standard", {"squared": True, "combine": "max", "over": "sum"}, Clouds()),
    ("chamfer_distance", "standard", {"squared": False, "combine": "ref"}, Clouds()),
    ("chamfer_distance", "pcn_l1", {}, Clouds()),
    ("chamfer_distance", "pcn_l2", {}, Clouds()),
    ("chamfer_distance", "completion3d", {}, Clouds()),
    ("chamfer_distance", "point_sets", {}, Clouds()),
    ("point_fscore", "standard", {"tau": 0.3}, Clouds()),
    ("normal_consistency", "standard", {}, Surfaces()),
    ("normal_consistency", "standard", {"oriented": True}, Surfaces()),
    ("earth_movers_distance", "standard", {}, Clouds(unequal=False)),
    ("earth_movers_distance", "standard", {"squared": True, "over": "sum"}, Clouds(unequal=False)),
    ("volumetric_iou", "standard", {}, Grids()),
    ("instance_mean_iou", "standard", {}, Parts()),
    ("instance_mean_iou", "standard", {}, Parts(named=True)),
    ("instance_mean_iou", "class", {}, Parts()),
    ("angular_rmse", "standard", {}, Normals()),
    ("angular_rmse", "oriented", {}, Normals()),
    ("angular_rmse", "pooled", {}, Normals()),
    ("relative_translation_error", "standard", SHORT, Ways()),
    ("relative_translation_error", "sequences", SHORT, Ways()),
    ("relative_rotation_error", "standard", SHORT, Ways(turning=True)),
    ("relative_rotation_error", "sequences", SHORT, Ways(turning=True)),
    ("relative_pose_error", "standard", {}, Ways()),
    ("relative_pose_error", "mean", {}, Ways()),
    ("relative_pose_error", "rotation", {}, Ways(turning=True)),
    ("absolute_trajectory_error", "standard", {"alignment": "none"}, Ways()),
    ("absolute_trajectory_error", "standard", {"alignment": "rigid"}, Ways()),
    ("absolute_trajectory_error", "standard", {"alignment": "similarity"}, Ways()),
    ("map", "standard", {}, KeyFrames()),
    ("map", "standard", {"ranges": None, "absent_class": "skip", "distances": [1.0], "low": 0.0}, KeyFrames()),
    ("nds", "standard", {}, KeyFrames(whole=True)),
    ("map50", "standard", {"least_points": 2}, Rooms()),
    ("map25", "standard", {"least_points": 2}, Rooms()),
    ("box3d_ap", "standard", {"iou": [0.25, 0.5], "boxes": "xyzlwhy"}, Solids()),
    ("box3d_ap", "standard", {"iou": 0.5, "boxes": "xyzlwhy", "view": "ground"}, Solids()),
    ("amota", "standard", TWO, Scenes()),
    ("amota", "linear_gaps", TWO, Scenes()),
    ("amota", "standard", {"gaps": "none", "ranges": None, **TWO}, Scenes()),
    ("amotp", "standard", TWO, Scenes()),
    ("amotp", "linear_gaps", TWO, Scenes()),
]

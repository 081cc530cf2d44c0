"""Synthetic 3D tasks: labels, normals, poses, clouds and boxes, with scores that follow by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.metrics.three_d.detection import NUSCENES_CLASSES
from generallevel.metrics.three_d.parts import SHAPENET_PARTS
from generallevel.testing.synthetic.answers import paired_sample
from generallevel.testing.synthetic.image_files import saved
from generallevel.testing.synthetic.sample import Maker, Order, Sample
from generallevel.testing.synthetic.video_media import FRAMES, painted, prompt, written

__all__ = ["MAKERS"]

CLASSES = 3
POINTS = 8  # of each class; an even number
CHAIR, TABLE = 5, 7  # ScanNet's numbers
INSTANCE = 100  # points, the least that ScanNet counts
METRES = 150  # of a way, on which only sub-sequences of 100 m fit
TOO_LONG = 1.02
ANGLE = 60.0  # degrees
SHIFT = 0.25
SPACING = 1.0  # between points, more than twice the shift
SIDE = 4  # points along the side of a square
SURFACE_POINTS = 64
OFF = 0.7  # metres: right at 1, 2 and 4, and wrong at 0.5
RECALLS, HALF_OF_RECALLS = 40, 18  # of AMOTA, from 0.1 to 1, and those up to 0.5
POSE = 5  # numbers of a pose of a motion
FASTER = 2.0  # by which a feature of motions is off


def _half_shifted(labels: NDArray[Any], classes: int) -> NDArray[Any]:
    """Labels of which every other one of each class is that of the next class: IoU 2 / 6 in each."""
    wrong = labels.copy()
    for label in range(classes):
        places = np.flatnonzero(labels == label)[::2]
        wrong[places] = (label + 1) % classes
    return wrong


def _point_labels(order: Order) -> Sample:
    """Scenes with as many points of each class, in the formats in which labels come."""

    def write(root: Path, number: int, labels: NDArray[Any]) -> str:
        name = f"labels/{number}" + (".npy", ".label", ".txt")[number % 3]
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".npy":
            np.save(path, labels.astype(np.int32))
        elif path.suffix == ".label":
            (labels.astype("<u4") | (7 << 16)).tofile(path)  # the upper half is an instance
        else:
            path.write_text("\n".join(map(str, labels.tolist())), encoding="utf-8")
        return name

    labels = np.repeat(np.arange(CLASSES), POINTS)
    wrong = _half_shifted(labels, CLASSES)
    numbers = range(order.n)
    return paired_sample(
        [{"labels": write(order.folder, number, labels)} for number in numbers],
        [write(order.perfect, number, labels) for number in numbers],
        [write(order.corrupted, number, wrong) for number in numbers],
        2 / 6,
        header={"type": "semantic segmentation", "num_classes": CLASSES},
        inputs=_clouds(order),
    )


def _part_labels(order: Order) -> Sample:
    """Shapes of several categories, whose parts have as many points each."""
    outputs, perfect, corrupted = [], [], []
    for number in range(order.n):
        category = list(SHAPENET_PARTS)[number % len(SHAPENET_PARTS)]
        first, n = min(SHAPENET_PARTS[category]), len(SHAPENET_PARTS[category])
        labels = np.repeat(np.arange(n), POINTS)
        wrong = first + _half_shifted(labels, n)
        outputs.append({"labels": _array(order.folder, number, first + labels), "category": category})
        perfect.append((first + labels).tolist())
        corrupted.append({"labels": _array(order.corrupted, number, wrong)})
    return paired_sample(outputs, perfect, corrupted, 2 / 6, inputs=_clouds(order))


def _instances(order: Order) -> Sample:
    """A chair and a table in each scene; the corrupted predictions find no table."""
    outputs, perfect, corrupted = [], [], []
    labels = np.repeat([CHAIR, TABLE], INSTANCE)
    masks = np.equal.outer([CHAIR, TABLE], labels)
    for number in range(order.n):
        outputs.append({"ids": _array(order.folder, number, labels * 1000 + 1)})
        path = order.perfect / f"arrays/{number}.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, masks=masks, labels=[CHAIR, TABLE], scores=[0.9, 0.8])
        perfect.append(f"arrays/{number}.npz")
        found = {"mask": _array(order.corrupted, number, masks[0]), "label": CHAIR, "score": 0.9}
        corrupted.append({"instances": [found]})
    return paired_sample(outputs, perfect, corrupted, 1 / 2, inputs=_clouds(order))


def _poses(order: Order) -> Sample:
    """A straight way that is measured 2 % too long: it ends 101 m on, 2.02 m too far, for each 100 m."""
    poses = np.tile(np.eye(4)[:3], (METRES, 1, 1))
    poses[:, 2, 3] = np.arange(METRES)
    long = poses.copy()
    long[:, 2, 3] *= TOO_LONG

    def write(path: Path, way: Any) -> None:
        np.savetxt(path.with_suffix(".txt"), way.reshape(-1, 12), fmt="%.17g")

    outputs, perfect, corrupted = [
        [{"poses": written(root, number, way, write) + ".txt"} for number in range(order.n)]
        for root, way in ((order.folder, poses), (order.perfect, poses), (order.corrupted, long))
    ]
    return paired_sample(outputs, perfect, corrupted, (TOO_LONG - 1) * 101, inputs=_clouds(order))


def _normals(order: Order) -> Sample:
    """Normals that lean by 60 degrees."""
    lean = math.radians(ANGLE)
    upright, leaning = (np.tile(one, (POINTS, 1)) for one in ([0, 0, 1.0], [math.sin(lean), 0, math.cos(lean)]))

    def write(path: Path, normals: Any) -> None:
        np.savetxt(path.with_suffix(".normals"), normals, fmt="%.17g")

    said = [
        [written(root, number, normals, write) + ".normals" for number in range(order.n)]
        for root, normals in ((order.folder, upright), (order.perfect, -upright), (order.corrupted, leaning))
    ]
    return paired_sample([{"normals": name} for name in said[0]], said[1], said[2], ANGLE, inputs=_clouds(order))


def _ply(path: Path, vertices: NDArray[Any], faces: NDArray[Any] | None = None) -> None:
    """Write points, or a mesh, as PLY in text."""
    lines = ["ply", "format ascii 1.0", f"element vertex {len(vertices)}"]
    lines += [f"property double {axis}" for axis in "xyz"]
    if faces is not None:
        lines += [f"element face {len(faces)}", "property list uchar int vertex_indices"]
    lines += ["end_header", *(" ".join(map(repr, row)) for row in vertices.tolist())]
    if faces is not None:
        lines += ["3 " + " ".join(map(str, row)) for row in faces.tolist()]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _shifted(order: Order, write: Any, content: NDArray[Any], **header: Any) -> Sample:
    """A flat shape that is lifted: every point is as far from the other shape as it was lifted."""
    lifted = content + np.array([0, 0, SHIFT])
    said = [
        [written(root, number, shape, write) + ".ply" for number in range(order.n)]
        for root, shape in ((order.folder, content), (order.perfect, content), (order.corrupted, lifted))
    ]
    header = {"type": "reconstruction", "squared": False, "combine": "mean", **header}
    outputs = [{"points": name} for name in said[0]]
    return paired_sample(outputs, said[1], said[2], SHIFT, header=header, inputs=_clouds(order))


def _cloud(order: Order) -> Sample:
    grid = SPACING * np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), [0.0]), axis=-1).reshape(-1, 3)
    return _shifted(order, lambda path, points: _ply(path.with_suffix(".ply"), points), grid)


def _surface(order: Order) -> Sample:
    square = SPACING * np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return _shifted(
        order,
        lambda path, corners: _ply(path.with_suffix(".ply"), corners, faces),
        square,
        surface_points=SURFACE_POINTS,
    )


def _motions(order: Order) -> Sample:
    """Two motions an item, of which the corrupted ones have one feature off: the distance is the square of that."""
    said: list[list[Any]] = [[], [], []]
    for number in range(order.n):
        motions = order.rng.normal(size=(2, FRAMES, POSE))
        for place, (root, off) in enumerate(((order.folder, 0.0), (order.perfect, 0.0), (order.corrupted, FASTER))):
            shift = np.zeros(POSE)
            shift[0] = off
            names = [_array(root, 2 * number + which, motion + shift) for which, motion in enumerate(motions)]
            said[place].append({"motions": names})
    sample = paired_sample(said[0], said[1], said[2], FASTER**2, inputs=[{"prompt": "someone walks"}] * order.n)
    sample.tolerance = 1e-6  # the traces of covariances cancel
    return sample


def _named(places: Sequence[tuple[float, float, float]], **more: Any) -> list[dict[str, Any]]:
    """A box of each class at some places."""
    return [
        {"translation": list(place), "detection_name": name, **more}
        for place, name in zip(places, NUSCENES_CLASSES, strict=True)
    ]


def _boxes(order: Order) -> Sample:
    """A box of each class in each key frame, which is found 0.7 m off: right at three of four distances."""
    outputs, perfect, corrupted = [], [], []
    for _ in range(order.n):
        ego = [*order.rng.integers(-500, 500, 2).tolist(), 0]
        places = [(ego[0] + 10, ego[1] + place, 1) for place in range(len(NUSCENES_CLASSES))]
        outputs.append({"boxes": _named(places, num_pts=12), "ego_translation": ego})
        perfect.append(_named(places, detection_score=0.9))
        corrupted.append({"boxes": _named([(x + OFF, y, z) for x, y, z in places], detection_score=0.9)})
    return paired_sample(outputs, perfect, corrupted, 3 / 4, inputs=_clouds(order))


def _tracks(order: Order) -> Sample:
    """A car in two samples of each scene, of which one is found: recalls up to 1/2 have an accuracy of 1."""
    outputs, perfect, corrupted = [], [], []
    for number in range(order.n):
        tokens = [f"{number}-{place}" for place in range(2)]
        samples = [
            {"token": token, "timestamp": 500_000 * place, "ego_translation": [0, 0, 0]}
            for place, token in enumerate(tokens)
        ]
        car = {"tracking_name": "car", "tracking_id": "7"}
        results = {token: [{**car, "translation": [5 + place, 0, 1]}] for place, token in enumerate(tokens)}
        said = {token: [{**box, "tracking_score": 0.8} for box in boxes] for token, boxes in results.items()}
        outputs.append({"samples": samples, "results": results})
        perfect.append({"results": said})
        corrupted.append({"results": {tokens[0]: said[tokens[0]]}})
    return paired_sample(outputs, perfect, corrupted, HALF_OF_RECALLS / RECALLS, inputs=_clouds(order))


def _renders(order: Order, outputs: list[Any], inputs: list[Any]) -> Sample:
    """Of four views of a shape, the corrupted ones have two in a colour that has nothing of what was asked for."""
    perfect, corrupted = [
        [{"renders": written(root, number, painted(order, names))} for number in range(order.n)]
        for root, names in ((order.perfect, ["red"] * FRAMES), (order.corrupted, ["red", "green"] * (FRAMES // 2)))
    ]
    return paired_sample(outputs, perfect, corrupted, 1 / 2, inputs=inputs)


def _prompted(order: Order) -> Sample:
    return _renders(order, [None] * order.n, [{"prompt": prompt("red")}] * order.n)


def _pictured(order: Order) -> Sample:
    names = [saved(order.folder, f"images/{number}.png", painted(order, ["red"])[0]) for number in range(order.n)]
    return _renders(order, [None] * order.n, [{"image": name} for name in names])


def _array(root: Path, number: int, array: Any) -> str:
    name = f"arrays/{number}.npy"
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    np.save(root / name, array)
    return name


def _clouds(order: Order) -> list[dict[str, str]]:
    return [{"point_cloud": f"clouds/{number}.ply"} for number in range(order.n)]


MAKERS: dict[str | tuple[str, str], Maker] = {
    "point labels": _point_labels,
    "part labels": _part_labels,
    "point instances": _instances,
    "poses": _poses,
    "normals": _normals,
    "point cloud": _cloud,
    "surface": _surface,
    "set of motions": _motions,
    "scene boxes": _boxes,
    "scene tracks": _tracks,
    "renders with prompt": _prompted,
    "renders with picture": _pictured,
}

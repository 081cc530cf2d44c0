"""Random COCO annotations and results, hard cases among them, and what pycocotools makes of them."""

import contextlib
import io
from typing import Any

import numpy as np

SIZE = 120  # height and width of the images
POINTS = 17
AREAS = ("all", "small", "medium", "large")


def rectangle(box: list[float]) -> list[list[float]]:
    x, y, w, h = box
    return [[x, y, x + w, y, x + w, y + h, x, y + h]]


def blob(rng: np.random.Generator, box: list[float], plain: float = 0.0) -> dict[str, Any]:
    """An ellipse in a box, as compressed run lengths or, with this chance, plain ones."""
    from pycocotools import mask

    rows, columns = np.mgrid[:SIZE, :SIZE]
    x, y, w, h = box
    inside = ((columns - x - w / 2) / (w / 2 + 0.5)) ** 2 + ((rows - y - h / 2) / (h / 2 + 0.5)) ** 2 <= 1
    encoded = mask.encode(np.asfortranarray(inside.astype(np.uint8)))
    if rng.random() >= plain:
        return {"size": encoded["size"], "counts": encoded["counts"].decode()}
    flat = inside.ravel(order="F").astype(int)
    edges = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff([0, *edges.tolist(), flat.size]).tolist()
    return {"size": [SIZE, SIZE], "counts": [0, *counts] if flat[0] else counts}


def pose(rng: np.random.Generator, box: list[float]) -> list[float]:
    x, y, w, h = box
    shown = rng.integers(0, 3, size=POINTS) if rng.random() < 0.9 else np.zeros(POINTS, dtype=int)
    points = np.column_stack([x + rng.random(POINTS) * w, y + rng.random(POINTS) * h, shown])
    return np.round(points, 2).ravel().tolist()


def moved(rng: np.random.Generator, points: list[float]) -> list[float]:
    triples = np.array(points).reshape(-1, 3)
    triples[:, :2] += rng.normal(size=(POINTS, 2)) * rng.choice([0, 2, 8])
    return triples.ravel().tolist()


def world(seed: int, *, ties: bool = False, largest: float = 60.0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Annotations and results of a few images: crowds, boxes without area, double detections, empty images."""
    rng = np.random.default_rng(seed)
    images, classes = int(rng.integers(1, 9)), int(rng.choice([1, 2, 5, 30]))
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []

    def detection(image: int, label: int, box: list[float], points: list[float]) -> None:
        score = float(rng.integers(4) / 4) if ties else float(rng.random())
        found.append({"image_id": image, "category_id": label, "bbox": box, "score": score})
        found[-1] |= {"segmentation": blob(rng, box), "keypoints": points}  # their loadRes reads no polygon

    for image in range(images):
        for _ in range(int(rng.integers(0, 9))):
            box = [*rng.uniform(0, SIZE - 5, 2), *rng.uniform(0, largest, 2)]
            if rng.random() < 0.3:
                box = np.round(box)
            if rng.random() < 0.05:
                box[2] = 0.0
            box = [float(v) for v in box]
            label, points = int(rng.integers(classes)), pose(rng, box)
            truth.append({"id": len(truth) + 1, "image_id": image, "category_id": label, "bbox": box})
            truth[-1] |= {"iscrowd": int(rng.random() < 0.12), "area": float(box[2] * box[3] * rng.choice([1, 0.6]))}
            drawn = rng.random() < 0.4 and not truth[-1]["iscrowd"]
            truth[-1] |= {"segmentation": rectangle(box) if drawn else blob(rng, box, plain=0.3), "keypoints": points}
            truth[-1]["num_keypoints"] = int(np.count_nonzero(np.array(points[2::3])))
            for _ in range(int(rng.integers(0, 4))):
                near = [float(max(v + rng.normal() * rng.choice([0, 2, 6]), 0)) for v in box]
                detection(image, label if rng.random() < 0.9 else int(rng.integers(classes)), near, moved(rng, points))
        for _ in range(int(rng.integers(0, 4))):
            box = [*map(float, rng.uniform(0, SIZE - 5, 2)), *map(float, rng.uniform(0, largest, 2))]
            detection(image, int(rng.integers(classes)), box, pose(rng, box))
    order = rng.permutation(len(found))
    annotations = {
        "images": [{"id": image, "height": SIZE, "width": SIZE} for image in range(images)],
        "annotations": truth,
        "categories": [{"id": label, "name": str(label)} for label in range(classes)],
    }
    return annotations, [found[place] for place in order]


def evaluated(truth: dict[str, Any], found: list[dict[str, Any]], kind: str, library: Any, **settings: Any) -> Any:
    """The evaluation of a library with pycocotools' interface."""
    part = {"bbox": ("bbox",), "segm": ("segmentation",), "keypoints": ("keypoints",)}[kind]
    records = [{k: v for k, v in one.items() if k in ("image_id", "category_id", "score", *part)} for one in found]
    coco, evaluator = library
    with contextlib.redirect_stdout(io.StringIO()):
        there = coco()
        there.dataset = truth
        there.createIndex()
        evaluation = evaluator(there, there.loadRes(records), kind)
        for name, value in settings.items():
            setattr(evaluation.params, name, value)
        evaluation.evaluate()
        evaluation.accumulate()
    return evaluation


def precision(evaluation: Any, area: str) -> float | None:
    """The mean over classes that have a reference; None where there is none."""
    labels = list(evaluation.params.areaRngLbl)
    cells = np.asarray(evaluation.eval["precision"])[:, :, :, labels.index(area), -1]
    return float(cells[cells > -1].mean()) if (cells > -1).any() else None

"""Samples of boxes, masks, poses and scene graphs."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.testing import Samples

CLASSES = ("cat", "dog")
POINTS = 5
FAR = 600


class Objects(Samples):
    """Objects of two classes in a few images; their scores tie now and then."""

    shapes = "boxes"

    def __init__(self, *, most: int = 4, named: bool = False, scored: bool = True, crowds: bool = True) -> None:
        self.most = most
        self.named = named
        self.scored = scored
        self.crowds = crowds

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for image in range(5):
            n = int(rng.integers(1, self.most + 1))
            true = self.drawn(rng, n)
            labels = [str(label) for label in rng.choice(CLASSES, n)]
            ref = {self.shapes: true, "labels": labels, **self.facts(n)}
            if self.crowds:
                ref["crowd"] = rng.random(n) < 0.1
            if self.named:
                ref["id"] = f"image {image}"
            found = self.moved(true, int(rng.integers(-2, 3)))
            pred = {self.shapes: found, "labels": [label if rng.random() < 0.8 else "dog" for label in labels]}
            if self.scored:
                pred["scores"] = rng.integers(1, 9, n) / 8
            yield pred, ref

    def drawn(self, rng: np.random.Generator, n: int) -> Any:
        corners = rng.integers(0, 40, (n, 2))
        return np.concatenate([corners, corners + rng.integers(4, 20, (n, 2))], axis=1)

    def moved(self, shapes: Any, by: int) -> Any:
        return shapes + by

    def facts(self, n: int) -> dict[str, Any]:
        return {}

    def perfect(self, ref: Any) -> Any:
        pred = {self.shapes: ref[self.shapes], "labels": ref["labels"]}
        return {**pred, "scores": np.ones(len(ref["labels"]))} if self.scored else pred

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        n = len(pred["labels"])
        gone = rng.permutation(n)[: -(-n * k // self.levels)]
        return {**pred, self.shapes: self.without(pred[self.shapes], gone)}

    def without(self, shapes: Any, gone: Any) -> Any:
        away = np.array(shapes)
        away[gone] += FAR
        return away


class Masks(Objects):
    """Masks as truths."""

    shapes = "masks"

    def drawn(self, rng: np.random.Generator, n: int) -> Any:
        masks = np.zeros((n, 12, 9), dtype=bool)
        for mask in masks:
            row, column = rng.integers(0, 6, 2)
            mask[row : row + int(rng.integers(2, 6)), column : column + int(rng.integers(1, 4))] = True
        return masks

    def moved(self, shapes: Any, by: int) -> Any:
        return np.roll(shapes, by, axis=1)

    def without(self, shapes: Any, gone: Any) -> Any:
        away = np.array(shapes)
        away[gone] = False
        return away


class Encodings(Masks):
    """The same as plain run lengths."""

    def drawn(self, rng: np.random.Generator, n: int) -> Any:
        return [self.encoded(int(start)) for start in rng.integers(0, 60, n)]

    def encoded(self, start: int) -> dict[str, Any]:
        return {"size": [12, 9], "counts": [start, 20, 108 - 20 - start]}

    def moved(self, shapes: Any, by: int) -> Any:
        return [self.encoded(max(mask["counts"][0] + by, 0)) for mask in shapes]

    def without(self, shapes: Any, gone: Any) -> Any:
        nothing = {"size": [12, 9], "counts": [108]}
        return [nothing if place in set(gone.tolist()) else mask for place, mask in enumerate(shapes)]


class LabelImages(Samples):
    """Objects as the numbers of a 16-bit image, without classes and scores."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            ref = np.repeat(np.repeat(rng.integers(0, 3, (3, 4)) * 30000, 3, axis=0), 2, axis=1).astype(np.uint16)
            ref[0, 0] = 7
            pred = np.roll(ref, int(rng.integers(0, 2)), axis=0)
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        # Objects split into single pixels, one after another: no hit is left, and nothing but false alarms.
        kinds = np.unique(pred[pred > 0])
        spoilt = pred.copy()
        for kind in rng.permutation(kinds)[: -(-len(kinds) * k // self.levels)]:
            spoilt[pred == kind] = 0
        return spoilt


class Poses(Objects):
    """Poses of a few points."""

    shapes = "keypoints"

    def drawn(self, rng: np.random.Generator, n: int) -> Any:
        return np.concatenate([rng.integers(0, 60, (n, POINTS, 2)), rng.integers(1, 3, (n, POINTS, 1))], axis=2)

    def moved(self, shapes: Any, by: int) -> Any:
        return shapes + np.array([by, by, 0])

    def facts(self, n: int) -> dict[str, Any]:
        return {"areas": np.full(n, 400)}


class Expressions(Samples):
    """One box for each expression."""

    def __init__(self, references: int = 1) -> None:
        self.references = references

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(10):
            corner = rng.integers(0, 40, 2)
            box = np.concatenate([corner, corner + rng.integers(4, 20, 2)])
            refs = tuple(box + 100 * place for place in range(self.references))
            yield box + int(rng.integers(-3, 4)), refs if self.references > 1 else refs[0]

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred if k <= rng.integers(self.levels) else pred + FAR


class Graphs(Samples):
    """Relations between the objects of an image."""

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            n = int(rng.integers(2, 5))
            corners = rng.integers(0, 40, (n, 2))
            ref = {
                "boxes": np.concatenate([corners, corners + rng.integers(4, 20, (n, 2))], axis=1),
                "labels": np.arange(n),
                "relations": [(place, (place + 1) % n, "on") for place in range(n)],
            }
            pred = self.perfect(ref)
            yield self.worse(pred, int(rng.integers(3)), rng), ref

    def perfect(self, ref: Any) -> Any:
        given = {"sgdet": (), "sgcls": ("boxes",), "predcls": ("boxes", "labels")}[self.mode]
        return {key: value for key, value in ref.items() if key not in given}

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        relations = list(pred["relations"])
        for place in rng.permutation(len(relations))[:k]:
            relations[place] = (*relations[place][:2], "under")
        return {**pred, "relations": relations}


XYXY = {"boxes": "xyxy"}
SIGMAS = {"sigmas": (0.1,) * POINTS}

SAMPLES = [
    *((name, variant, XYXY, Objects()) for name in ("ap50", "ap75", "ap10") for variant in ("standard", "voc2007")),
    *((name, "voc2010", XYXY, Objects(named=True)) for name in ("ap50", "ap75", "ap10", "box_ap")),
    ("ap50", "standard", XYXY, Objects(named=True)),
    ("ap50", "standard", XYXY, Objects(scored=False)),
    ("ap10", "grounding", XYXY, Objects(most=1, crowds=False)),
    ("box_ap", "standard", XYXY, Objects()),
    ("box_ap", "standard", XYXY, Objects(named=True)),
    ("box_ap", "voc2007", XYXY, Objects()),
    ("box_ap", "standard", {"boxes": "xyxy_inclusive", "points": "step", "iou": 0.5}, Objects(scored=False)),
    ("grounding_precision", "standard", XYXY, Expressions()),
    ("grounding_precision", "at_10", XYXY, Expressions(references=2)),
    ("mask_ap50", "standard", {}, Masks()),
    ("mask_ap50", "standard", {}, Encodings(named=True)),
    ("mask_ap50", "standard", {}, LabelImages()),
    ("mask_ap", "standard", {}, Masks()),
    ("keypoint_ap50", "standard", SIGMAS, Poses()),
    ("keypoint_ap", "standard", SIGMAS, Poses(named=True)),
    ("recall_at_50", "standard", {"mode": "sgdet", "boxes": "xyxy"}, Graphs("sgdet")),
    ("recall_at_50", "standard", {"mode": "sgcls", "boxes": "xyxy"}, Graphs("sgcls")),
    ("recall_at_50", "pooled", {"mode": "predcls", "boxes": "xyxy"}, Graphs("predcls")),
]

"""What average precision costs: boxes and masks beside pycocotools and its rewrites, and memory as images grow."""

from __future__ import annotations

import contextlib
import copy
import importlib
import io
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from comparison import Comparison, best_ms

from generallevel import Stream
from generallevel.metrics.image.coco_files import from_coco
from generallevel.registry import find

SEED = 11
IMAGES, SIZE = 500, 480
MANY_IMAGES = 10_000
# With the ratio that is wanted for boxes, and for masks, where pycocotools' own run lengths are most of the work.
PEERS = (("pycocotools", 0.2, 1.0), ("faster_coco_eval", 1.0, 1.0), ("hotcoco", 3.0, 10.0))


def world(images: int, classes: int, masks: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Annotations and results in COCO's format: six or seven objects an image, most of them found, some twice."""
    rng = np.random.default_rng(SEED)
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for image in range(images):
        for _ in range(int(rng.integers(2, 12))):
            box = np.concatenate([rng.uniform(0, SIZE / 2, 2), rng.uniform(5, SIZE / 3, 2)])
            label = int(rng.integers(classes))
            truth.append({"id": len(truth) + 1, "image_id": image, "category_id": label, "iscrowd": 0})
            truth[-1] |= {"bbox": box.tolist(), "area": float(box[2] * box[3])}
            for chance in (0.85, 0.3):
                if rng.random() < chance:
                    near = np.abs(box + rng.normal(size=4) * 6).tolist()
                    found.append({"image_id": image, "category_id": label, "score": float(rng.random()), "bbox": near})
    if masks:
        for one in truth + found:
            one["segmentation"] = ellipse(one["bbox"])
    names = [{"id": label, "name": str(label)} for label in range(classes)]
    described = [{"id": image, "height": SIZE, "width": SIZE} for image in range(images)]
    return {"images": described, "annotations": truth, "categories": names}, found


def ellipse(box: list[float]) -> dict[str, Any]:
    """The run lengths of an ellipse in a box."""
    from pycocotools import mask

    rows, columns = np.mgrid[:SIZE, :SIZE]
    x, y, width, height = box
    inside = ((columns - x) / width * 2 - 1) ** 2 + ((rows - y) / height * 2 - 1) ** 2 <= 1
    encoded = mask.encode(np.asfortranarray(inside.astype(np.uint8)))
    return {"size": encoded["size"], "counts": encoded["counts"].decode()}


def peer(name: str, truth: dict[str, Any], found: list[dict[str, Any]], kind: str) -> Callable[[], float]:
    """The job of a peer: matching and averaging, without reading."""
    library = importlib.import_module({"pycocotools": "pycocotools.coco"}.get(name, name))
    evaluator = importlib.import_module("pycocotools.cocoeval") if name == "pycocotools" else library
    part = {"bbox": "bbox", "segm": "segmentation"}[kind]
    truth = copy.deepcopy(truth)  # pycocotools writes into what it is given
    records = [{key: one[key] for key in ("image_id", "category_id", "score", part)} for one in found]
    with contextlib.redirect_stdout(io.StringIO()):
        if name == "hotcoco":
            there = library.COCO(truth)
            said = there.load_res(records)
        else:
            there = library.COCO()
            there.dataset = truth
            there.createIndex()
            said = there.loadRes(records)

    def job() -> float:
        with contextlib.redirect_stdout(io.StringIO()):
            evaluation = (evaluator.COCOeval_faster if name == "faster_coco_eval" else evaluator.COCOeval)(
                there, said, kind
            )
            evaluation.params.maxDets = [100]
            if name != "hotcoco":
                evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
            evaluation.evaluate()
            evaluation.accumulate()
        cells = np.asarray(evaluation.eval["precision"])[:, :, :, 0, -1]
        return float(cells[cells > -1].mean())

    return job


def side_by_side(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The shortest run of each, in turns, so that what disturbs the machine disturbs both."""
    times = [(best_ms(ours, 1), best_ms(theirs, 1)) for _ in range(rounds)]
    return min(mine for mine, _ in times), min(other for _, other in times)


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Box AP with 80 classes and with one, mask AP, and the memory of a stream."""
    for title, kind, classes in (("box_ap", "bbox", 80), ("box_ap", "bbox", 1), ("mask_ap", "segm", 80)):
        truth, found = world(IMAGES, classes, kind == "segm")
        preds, refs = from_coco(truth, found, kind="masks" if kind == "segm" else "boxes")
        metric = find(title)
        params = metric.parameters(**({"boxes": "xywh"} if kind == "bbox" else {}))
        sides = [arrays(side) if kind == "bbox" else side for side in (list(preds.values()), list(refs.values()))]

        def ours(metric: Any = metric, sides: Any = sides, params: Any = params) -> float:
            return float(metric.batch(*sides, **params).value)

        name = f"{title}, {IMAGES} images, {len(found)} found, {classes} classes"
        for library, *wanted in PEERS:
            try:
                theirs = peer(library, truth, found, kind)
            except ImportError:
                continue  # an optional peer that is not installed
            agreement = f"values differ by {abs(ours() - theirs()):.0e}"
            yield Comparison(name, *side_by_side(ours, theirs, rounds), library, agreement, wanted[kind == "segm"])
    yield memory()


def arrays(side: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The boxes as arrays, as a model gives them."""
    return [{**one, "boxes": np.array(one["boxes"], dtype=float).reshape(-1, 4)} for one in side]


def memory() -> Comparison:
    """What a stream holds at most, beside the decisions that the definition needs."""
    truth, found = world(IMAGES, 80, masks=False)
    preds, refs = from_coco(truth, found)
    stream = Stream("ap50", boxes="xywh")
    tracemalloc.start()
    for turn in range(MANY_IMAGES):
        place = turn % IMAGES
        stream.add(preds[place], {**refs[place], "id": turn})
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    tally: Any = stream.tally
    held = sum(part.nbytes for part in (tally.labels, tally.scores, tally.verdicts, tally.units, tally.places)) / 2**20
    agreement = f"{len(tally.scores)} decisions are kept"
    return Comparison(f"peak memory, {MANY_IMAGES} images", peak, held, "the decisions", agreement, 6.0, "MB")

"""The maker of panoptic.json: matches of random segmentations as panopticapi and torchmetrics 1.9.0 count them.

Needs an environment of its own with torch 2.13.0, torchmetrics 1.9.0 and pillow, and cocodataset's panopticapi, commit
7bb4655, on PYTHONPATH::

    python tests/golden/makers/make_panoptic.py > tests/golden/panoptic.json
"""

import contextlib
import hashlib
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

THINGS, STUFF, VOID = (1, 2, 5), (0, 7), 9
CASES = 240


def _painted(rng: np.random.Generator, h: int, w: int) -> Any:
    """Class and instance of each pixel: rectangles over void or stuff."""
    pairs = np.zeros((h, w, 2), dtype=np.int64)
    pairs[..., 0] = VOID if rng.random() < 0.5 else rng.choice(STUFF)
    for number in range(1, rng.integers(1, 9)):
        (y, x), (a, b) = rng.integers(0, (h, w)), rng.integers(1, (h + 1, w + 1))
        kind = rng.choice(THINGS + STUFF + (VOID,))
        pairs[y : y + a, x : x + b] = (kind, number if kind in THINGS else 0)
    return pairs


def cases() -> list[tuple[Any, Any, dict[int, int]]]:
    """Predictions, references, and for each class of a crowd its instance (one of a class, as COCO has it)."""
    rng = np.random.default_rng(5)
    made = []
    for place in range(CASES):
        h, w = (int(side) for side in rng.integers(1, 14, 2))
        ref = _painted(rng, h, w)
        pred = _painted(rng, h, w) if place % 6 == 0 else ref.copy()
        if 0 < place % 6 < 5:
            for _ in range(rng.integers(0, 6)):
                (y, x), (a, b) = rng.integers(0, (h, w)), rng.integers(1, (max(2, h // 2), max(2, w // 2)))
                kind = rng.choice(THINGS + STUFF + (VOID,))
                pred[y : y + a, x : x + b] = (kind, rng.integers(1, 4) if kind in THINGS else 0)
        if place % 24 == 7:
            ref[:] = (VOID, 0)
        if place % 24 == 13:
            pred[:] = (VOID, 0)
        crowds = {}
        for kind in THINGS if place % 6 in (2, 3) else ():
            numbers = np.unique(ref[ref[..., 0] == kind, 1])
            if numbers.size and rng.random() < 0.5:
                crowds[kind] = int(rng.choice(numbers))
        made.append((pred, ref, crowds))
    return made


def annotated(pairs: Any, crowds: dict[int, int]) -> dict[str, Any]:
    """The same segments as COCO annotates them, with ids of one byte and of several."""
    ids, infos, label = np.zeros(pairs.shape[:2], dtype=np.int64), [], 300
    for kind, number in np.unique(pairs.reshape(-1, 2), axis=0).tolist():
        if kind != VOID:
            label += 1 if label % 7 else 65000
            here = (pairs == (kind, number)).all(axis=-1)
            ids[here] = label
            crowd = int(kind in crowds and crowds[kind] == number)
            infos.append({"id": label, "category_id": kind, "iscrowd": crowd, "area": int(here.sum())})
    return {"ids": ids, "segments_info": infos}


def fingerprint() -> str:
    """What tells the cases from those of another generator."""
    digest = hashlib.sha256()
    for pred, ref, crowds in cases():
        digest.update(repr((ref.shape, crowds)).encode() + pred.tobytes() + ref.tobytes())
    return digest.hexdigest()


def main() -> None:
    from importlib.metadata import version

    import torch
    from panopticapi.evaluation import pq_compute_single_core
    from panopticapi.utils import id2rgb
    from PIL import Image
    from torchmetrics.functional.detection import _panoptic_quality_common as peer

    things, stuff = set(THINGS), set(STUFF)
    places, void = peer._get_category_id_to_continuous_id(things, stuff), peer._get_void_color(things, stuff)
    kinds = {kind: {"isthing": int(kind in things)} for kind in (*sorted(things), *sorted(stuff))}

    def torch_counts(pred: Any, ref: Any) -> list[list[float]]:
        sides = [peer._prepocess_inputs(things, stuff, torch.tensor(side)[None], void, True) for side in (pred, ref)]
        return [part.tolist() for part in peer._panoptic_quality_update(*sides, places, void)]

    def coco_counts(pred: Any, ref: Any, crowds: dict[int, int], folder: Path) -> list[list[float]]:
        entries = []
        for name, side in (("ref", annotated(ref, crowds)), ("pred", annotated(pred, {}))):
            Image.fromarray(id2rgb(side["ids"].copy())).save(folder / f"{name}.png")
            entries.append({"file_name": f"{name}.png", "image_id": 1, "segments_info": side["segments_info"]})
        with contextlib.redirect_stdout(io.StringIO()):
            found = pq_compute_single_core(0, [tuple(entries)], str(folder), str(folder), kinds)
        return [[float(getattr(found[kind], part)) for kind in kinds] for part in ("iou", "tp", "fp", "fn")]

    with tempfile.TemporaryDirectory() as folder:
        items = [
            {"torchmetrics": torch_counts(pred, ref), "panopticapi": coco_counts(pred, ref, crowds, Path(folder))}
            for pred, ref, crowds in cases()
        ]
    made_with = f"panopticapi 7bb4655, torchmetrics {version('torchmetrics')}, torch {version('torch')}"
    json.dump({"made_with": made_with, "fingerprint": fingerprint(), "items": items}, sys.stdout)


if __name__ == "__main__":
    main()

"""Synthetic video tasks: clips, tracks, tubes, masks, depth and flow, with scores that follow by arithmetic."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from generallevel.benchmark.media.flow import write_flo
from generallevel.benchmark.media.masks import encode_mask
from generallevel.benchmark.recipes.recipe import FromHeader
from generallevel.testing.synthetic import video_generation
from generallevel.testing.synthetic.answers import paired_sample
from generallevel.testing.synthetic.sample import Maker, Order, Sample
from generallevel.testing.synthetic.video_media import FRAMES, written

__all__ = ["MAKERS"]

CLASSES = ("no", "yes", "perhaps")
OBJECTS = 2
THRESHOLDS = 21  # of success
STEPS = (1, 2, 4, 8)  # grey levels by which corrupted frames differ
GREY = 51  # a fifth of the scale
NEAR, FAR = 1.0, 3.0  # metres


def _classes(order: Order) -> Sample:
    """Classes of which every reference is said once right and once wrong, so that recall is 1/2 in each."""
    truth = [CLASSES[number // 2 % 2] for number in range(order.n)]
    wrong = [truth[number] if number % 2 else CLASSES[2] for number in range(order.n)]
    classes = set(truth)
    shares = [
        sum(said == true for said, true in zip(wrong, truth, strict=True) if true == one) / truth.count(one)
        for one in classes
    ]
    if order.recipe.metric == "macro_accuracy":
        value = sum(shares) / len(classes)
    else:  # precision is 1 wherever something is right, so F1 is 2 r / (1 + r); weighted by how often a class is true
        value = sum(2 * r / (1 + r) * truth.count(one) for r, one in zip(shares, classes, strict=True)) / order.n
    return paired_sample([{"label": one} for one in truth], [f" {one.title()} " for one in truth], wrong, value)


def _masks(order: Order) -> Sample:
    """Two boxes over a clip, of which the corrupted ones have the left half: IoU 1/2."""
    references, corrupted = [], []
    quarter = max(order.size // 4, 1)
    for _ in range(order.n):
        whole, half = {}, {}
        for name in range(1, OBJECTS + 1):
            top, left = order.rng.integers(0, order.size - 2 * quarter + 1, 2)
            mask = np.zeros((order.size, order.size), dtype=bool)
            mask[top : top + 2 * quarter, left : left + 2 * quarter] = True
            left_half = mask.copy()
            left_half[:, left + quarter :] = False
            whole[str(name)] = {"mask": [encode_mask(mask)] * FRAMES}
            half[str(name)] = {"mask": [encode_mask(left_half)] * FRAMES}
        references.append(whole)
        corrupted.append(half)
    return paired_sample(references, references, corrupted, 1 / 2, inputs=_asked(order))


def _tubes(order: Order) -> Sample:
    """Tubes of four frames; the corrupted ones come two frames late: two of six frames have both."""
    first = order.recipe.params["ref_counts_from"]
    start = 2 + (first.default if isinstance(first, FromHeader) else first)
    references, perfect, late = [], [], []
    for number in range(order.n):
        boxes = order.rng.integers(5, 50, (FRAMES, 4)).tolist()
        boxes[1:] = boxes[:1] * (FRAMES - 1)
        tube = {"tube_start_frame": start, "tube_end_frame": start + FRAMES, "trajectory": boxes}
        references.append(tube)
        late.append({**tube, "tube_start_frame": start + 2, "tube_end_frame": start + 2 + FRAMES})
        # A box for each frame of the clip, and as a tube: both are read.
        rows = [[0, 0, 0, 0], [0, 0, 0, 0], *boxes, None, None]
        perfect.append(rows if number % 2 else tube)
    return paired_sample(references, perfect, late, 2 / 6, inputs=_asked(order))


def _tracks(order: Order) -> Sample:
    """Boxes that move by half their width: IoU 1/3 in all frames but the given one, above 7 of 21 thresholds."""
    references, moved = [], []
    for _ in range(order.n):
        x, y, width, height = 2 * order.rng.integers(4, 20, 4)
        boxes = [[int(x + frame), int(y), int(width), int(height)] for frame in range(FRAMES)]
        references.append(boxes)
        moved.append([[left + int(width) // 2, *rest] for left, *rest in boxes])
    value = (THRESHOLDS - 1 + 7 * (FRAMES - 1)) / (THRESHOLDS * FRAMES)
    return paired_sample([{"answer": boxes} for boxes in references], references, moved, value, inputs=_asked(order))


def _paired(order: Order) -> Sample:
    """Frames that are some grey levels too bright: 20 log10(255 / d) each."""
    references, perfect, corrupted = [], [], []
    for number in range(order.n):
        frames = order.rng.integers(0, 240, (FRAMES, order.size, order.size, 3), dtype=np.uint8)
        brighter = frames + np.array(STEPS, dtype=np.uint8)[:, None, None, None]
        references.append({"frame_dir": written(order.folder, number, frames)})
        perfect.append(written(order.perfect, number, frames))
        corrupted.append({"frame_dir": written(order.corrupted, number, brighter)})
    value = sum(20 * math.log10(255 / step) for step in STEPS) / len(STEPS)
    return paired_sample(references, perfect, corrupted, value, inputs=_asked(order))


def _grey(order: Order) -> Sample:
    """A frame with a square, and one without: where nothing is to be found, a map of 1/5 scores 4/5."""
    half = order.size // 2
    references, perfect, corrupted = [], [], []
    for number in range(order.n):
        masks = np.zeros((2, order.size, order.size), dtype=np.uint8)
        masks[0, :half, :half] = 255
        doubtful = masks.copy()
        doubtful[1] = GREY
        references.append({"gt_dir": written(order.folder, number, masks)})
        perfect.append({"pred_dir": written(order.perfect, number, masks)})
        corrupted.append({"pred_dir": written(order.corrupted, number, doubtful)})
    return paired_sample(references, perfect, corrupted, (1 + 4 / 5) / 2, inputs=_asked(order))


def _flow(order: Order) -> Sample:
    """Vectors that are off by (3, 4): 5 pixels."""

    def write(path: Path, flow: Any) -> None:
        write_flo(path.with_suffix(".flo"), flow)

    references, perfect, corrupted = [], [], []
    for number in range(order.n):
        flow = order.rng.integers(-64, 64, (order.size, order.size, 2)).astype(np.float32) / 4
        references.append({"flow": written(order.folder, number, flow, write) + ".flo"})
        perfect.append(written(order.perfect, number, flow, write) + ".flo")
        corrupted.append(written(order.corrupted, number, flow + np.array([3, 4], dtype=np.float32), write) + ".flo")
    return paired_sample(references, perfect, corrupted, math.hypot(3, 4), inputs=_asked(order))


def _depth(order: Order) -> Sample:
    """Half of the pixels 1 m away and half 3 m: a constant is fitted to 2 m, off by 1/1 and by 1/3."""

    def write(path: Path, disparity: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path.with_suffix(".npz"), disparity=disparity.astype(np.float32))

    references, perfect, corrupted = [], [], []
    columns = np.arange(order.size + order.size % 2) % 2
    for number in range(order.n):
        depth = np.where(columns, NEAR, FAR) * np.ones((FRAMES, 1, order.size, 1))
        references.append(f"clips/{number}.npz")
        write(order.folder / "depth" / f"clips/{number}", depth)
        # Depth up to a scale and a shift is as good as depth.
        perfect.append({"depth": written(order.perfect, number, 2 * depth + 1, write) + ".npz"})
        corrupted.append({"depth": written(order.corrupted, number, np.ones_like(depth), write) + ".npz"})
    return paired_sample(references, perfect, corrupted, (1 / NEAR + 1 / FAR) / 2, inputs=_asked(order))


def _asked(order: Order) -> list[dict[str, str]]:
    return [{"video_folder": f"videos/{number}", "prompt": "the thing in front"} for number in range(order.n)]


MAKERS: dict[str | tuple[str, str], Maker] = {
    "class of a clip": _classes,
    "clip masks": _masks,
    "tube": _tubes,
    "track": _tracks,
    "paired clips": _paired,
    "grey clips": _grey,
    "flow": _flow,
    "clip depth": _depth,
    **video_generation.MAKERS,
}

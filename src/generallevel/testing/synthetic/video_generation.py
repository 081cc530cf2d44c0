"""Synthetic tasks of generated clips: frames of flat colours, of which every stand-in network knows the features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from generallevel.benchmark.media.flow import write_flo
from generallevel.testing.synthetic.answers import paired_sample
from generallevel.testing.synthetic.image_extractors import WHITE
from generallevel.testing.synthetic.image_files import saved
from generallevel.testing.synthetic.sample import Maker, Order, Sample
from generallevel.testing.synthetic.video_media import FRAMES, flat, painted, prompt, written

__all__ = ["MAKERS"]

GREY = 51  # a fifth of the scale
SHIFT = 10  # grey levels by which the clips of a set are off
SIDE = 256  # of a frame, for which VBench's threshold of motion is 6 pixels
PARTS = {"subject": 0.95, "text": 0.25, "background": 0.9, "smoothness": 0.98, "motion": 0.22}


def _alone(order: Order, perfect: Any, corrupted: Any, value: float, **more: Any) -> Sample:
    """The same two clips for every item."""
    said = [
        [{"frames": written(root, number, clip)} for number in range(order.n)]
        for root, clip in ((order.perfect, perfect), (order.corrupted, corrupted))
    ]
    outputs = more.pop("outputs", [None] * order.n)
    more.setdefault("inputs", [{"prompt": prompt("red")}] * order.n)
    return paired_sample(outputs, said[0], said[1], value, **more)


def _consistent(order: Order) -> Sample:
    """Two red and two green frames: a cosine of 1 to both, of 0 to both, of 0 to the first and 1 to the previous."""
    corrupted = painted(order, ["red", "red", "green", "green"])
    return _alone(order, painted(order, ["red"] * FRAMES), corrupted, (1 + 0 + (0 + 1) / 2) / 3)


def _rated(order: Order) -> Sample:
    """White frames have the best rating, and frames of a fifth of that a fifth of it."""
    white, dim = flat(order, [255] * FRAMES), flat(order, [GREY] * FRAMES)
    return _alone(order, white, dim, order.recipe.best * GREY / 255)


def _still(order: Order) -> Sample:
    """Frames that flicker by a fifth of the scale."""
    levels = [0, GREY] * (FRAMES // 2)
    return _alone(order, flat(order, [GREY] * FRAMES), flat(order, levels), (255 - GREY) / 255)


def _half_right(order: Order) -> list[Any]:
    return [painted(order, ["red"] * FRAMES), painted(order, ["red", "green"] * (FRAMES // 2)), 1 / 2]


def _prompted(order: Order) -> Sample:
    """Of red and green frames, half have the red that was asked for."""
    return _alone(order, *_half_right(order))


def _styled(order: Order) -> Sample:
    """The same beside one red image, or two."""
    outputs = []
    for number in range(order.n):
        names = [f"styles/{number}-{place}.png" for place in range(1 + number % 2)]
        for name in names:
            saved(order.folder, name, painted(order, ["red"])[0])
        outputs.append({"style_images": names})
    return _alone(order, *_half_right(order), outputs=outputs)


def _translated(order: Order) -> Sample:
    """Of blue things that were to be red, one frame in four is still blue."""
    prompts = [{"source_prompt": prompt("blue"), "target_prompt": prompt("red")}] * order.n
    corrupted = painted(order, ["red"] * (FRAMES - 1) + ["blue"])
    return _alone(order, painted(order, ["red"] * FRAMES), corrupted, (FRAMES - 1) / FRAMES, inputs=prompts)


def _sets(order: Order) -> Sample:
    """Two clips an item, of two colours; the corrupted ones are redder: the distance is the square of the shift."""
    shifts = {order.folder: 0, order.perfect: 0, order.corrupted: SHIFT}
    said: dict[Any, list[Any]] = {root: [] for root in shifts}
    for number in range(order.n):
        colours = order.rng.integers(0, 240, (2, 3))
        for root, shift in shifts.items():
            shifted = colours + np.array([shift, 0, 0])
            names = [
                written(root, 2 * number + place, flat(order, [colour] * FRAMES))
                for place, colour in enumerate(shifted)
            ]
            said[root].append({"videos": names})
    outputs, perfect, corrupted = said.values()
    inputs = [{"prompt": "a thing"}] * order.n
    sample = paired_sample(outputs, perfect, corrupted, (SHIFT / WHITE) ** 2, inputs=inputs)
    sample.tolerance = 1e-6  # the traces of covariances cancel
    return sample


def _moving(order: Order) -> Sample:
    """Clips that move by more than VBench's threshold; half of the corrupted ones stand still."""
    fast = 2 * 6 * order.size / SIDE
    names: dict[Any, list[Any]] = {order.perfect: [], order.corrupted: []}
    for root, said in names.items():
        (root / "flow").mkdir(parents=True, exist_ok=True)
        for number in range(order.n):
            moves = root == order.perfect or number < order.n // 2
            field = np.full((order.size, order.size, 2), (fast if moves else 0, 0), dtype=np.float32)
            files = [f"flow/{number}-{pair}.flo" for pair in range(FRAMES - 1)]
            for name in files:
                write_flo(root / name, field)
            said.append({"flow": files})
    share = order.n // 2 / order.n
    return paired_sample(
        [None] * order.n, names[order.perfect], names[order.corrupted], share, inputs=[{"prompt": "a thing"}] * order.n
    )


def _values(order: Order, right: Any, wrong: Any, value: float, *, key: str = "ratings") -> Sample:
    """Values that were computed elsewhere, the same for every item."""
    sample = paired_sample(
        [None] * order.n, [right] * order.n, [wrong] * order.n, value, inputs=[{"prompt": "a thing"}] * order.n, key=key
    )
    sample.rated = key == "ratings"
    return sample


def _verdicts(order: Order) -> Sample:
    """One frame in four does not show what was asked for."""
    found: Sequence[Any] = [True] * (FRAMES - 1)
    return _values(order, [*found, True], [*found, 0], (FRAMES - 1) / FRAMES)


def _outcomes(order: Order) -> Sample:
    """Won, tied and lost: a tie counts half."""
    return _values(order, ["won"] * 3, {"ann": "won", "bob": "tied", "eve": "lost"}, (1 + 1 / 2 + 0) / 3)


def _quality(order: Order) -> Sample:
    """The mean of four parts; the background is not read."""
    value = (PARTS["subject"] + PARTS["text"] + PARTS["smoothness"] + PARTS["motion"]) / 4
    return _values(order, dict.fromkeys(PARTS, 1.0), dict(PARTS), value, key="prediction")


MAKERS: dict[str | tuple[str, str], Maker] = {
    ("clip", "clip_frame_consistency"): _consistent,
    ("clip", "dino_score"): _consistent,
    ("clip", "musiq"): _rated,
    ("clip", "aesthetic_score"): _rated,
    ("clip", "l1_distance"): _still,
    "prompted clip": _prompted,
    "styled clip": _styled,
    "translated clip": _translated,
    "set of clips": _sets,
    "flow of a clip": _moving,
    "verdicts on frames": _verdicts,
    "outcomes of comparisons": _outcomes,
    "parts of quality": _quality,
}

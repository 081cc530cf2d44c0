"""Sequences of tracks for the oracle of multi-object tracking, the same in every version of Python.

Only ``Random.random`` is promised to give one sequence everywhere, so that everything is drawn with it.
"""

from __future__ import annotations

from random import Random
from typing import Any

CASES = 240


def case(seed: int) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The predicted and the true tracks of a sequence; boxes are corner and sides."""
    random = Random(seed)

    def number(low: int, high: int) -> int:
        return low + int(random.random() * (high - low + 1))

    ref: dict[str, list[Any]] = {"frames": [], "ids": [], "boxes": []}
    pred: dict[str, list[Any]] = {"frames": [], "ids": [], "boxes": []}
    n_frames, n_things = number(1, 18), number(0, 7)
    crowded, whole = random.random() < 0.5, random.random() < 0.25  # whole numbers make ties
    arena = 30 if crowded else 200
    miss, noise = random.random() * 0.5, random.random() * 6
    for thing in range(n_things):
        x, y = random.random() * arena, random.random() * arena
        dx, dy = random.random() * 4 - 2, random.random() * 4 - 2
        w, h = 8 + random.random() * 20, 8 + random.random() * 20
        begin, end = sorted((number(0, n_frames - 1), number(0, n_frames - 1)))
        track = thing * 10 + number(0, 9)
        for frame in range(begin, end + 1):
            box = [x + dx * frame, y + dy * frame, w, h]
            if random.random() < 0.9:
                ref["frames"].append(frame)
                ref["ids"].append(thing)
                ref["boxes"].append([float(round(v)) for v in box] if whole else box)
            if random.random() < 0.15:
                track = 100 + number(0, 15) * 8 + thing  # never that of another thing
            if random.random() >= miss:
                moved = [v + (random.random() - 0.5) * noise for v in box]
                pred["frames"].append(frame)
                pred["ids"].append(track)
                pred["boxes"].append([float(round(v)) for v in moved] if whole else moved)
    for alarm in range(number(0, 6)):
        pred["frames"].append(number(0, n_frames - 1))
        pred["ids"].append(1000 + alarm)
        pred["boxes"].append([random.random() * arena, random.random() * arena, 12.0, 12.0])
    return _in_order(pred), _in_order(ref)


def _in_order(side: dict[str, list[Any]]) -> dict[str, list[Any]]:
    order = sorted(range(len(side["frames"])), key=lambda place: side["frames"][place])
    return {key: [column[place] for place in order] for key, column in side.items()}

"""Video items for the released code, the same in every version of Python."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

CASES = 210


def path(seed: int) -> tuple[list[list[float]], list[list[float]]]:
    """The predicted and the true box of each frame, corner and sides, zeros where there is none."""
    random = Random(seed)
    n, whole = 1 + int(random.random() * 25), random.random() < 0.3
    speed, noise = random.random() * 12, random.random() * 20
    wanted, said = [], []
    for frame in range(n):
        box = [20 + speed * frame, 30 - speed * frame / 2, 20 + random.random() * 6, 25 + random.random() * 6]
        guess = [v + (random.random() - 0.5) * noise for v in box]
        wanted.append([0.0] * 4 if random.random() < 0.1 else [float(round(v)) for v in box] if whole else box)
        said.append([0.0] * 4 if random.random() < 0.1 else [float(round(v)) for v in guess] if whole else guess)
    return said, wanted


def tube(seed: int) -> tuple[list[list[float]], ...]:
    """The same as two corners, each in a span of frames of its own."""
    random = Random(10_000 + seed)
    sides = path(seed)
    if random.random() < 0.06:
        sides = tuple([[0.0] * 4 for _ in boxes] for boxes in sides)
    tubes = []
    for boxes in sides:
        first, last = sorted((int(random.random() * len(boxes)), int(random.random() * len(boxes))))
        rows = [[x, y, x + w, y + h] for x, y, w, h in boxes]  # zeros stay zeros
        tubes.append([row if first <= place <= last else [0.0] * 4 for place, row in enumerate(rows)])
    return tuple(tubes)


def flow(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A predicted and a true flow field."""
    random = Random(20_000 + seed)
    shape = 1 + int(random.random() * 12), 1 + int(random.random() * 12), 2
    size = 10 ** (random.random() * 4 - 2)
    draws = [(random.random() - 0.5) * size for _ in range(2 * int(np.prod(shape)))]
    pred, ref = np.array(draws, dtype=np.float32).reshape(2, *shape)
    return pred, ref


def moving(seed: int) -> NDArray[np.float32]:
    """The flow of a clip, around the threshold of motion."""
    random = Random(30_000 + seed)
    pairs, side = 1 + int(random.random() * 9), 12 + int(random.random() * 8)
    fields = []
    for _ in range(pairs):
        reach = random.random() * 0.9
        fields.append([(random.random() - 0.5) * reach for _ in range(side * side * 2)])
    return np.array(fields, dtype=np.float32).reshape(pairs, side, side, 2)


def frames(seed: int) -> NDArray[np.uint8]:
    """The frames of a clip."""
    random = Random(40_000 + seed)
    shape = 2 + int(random.random() * 5), 1 + int(random.random() * 6), 1 + int(random.random() * 6), 3
    return np.array([int(random.random() * 256) for _ in range(int(np.prod(shape)))], dtype=np.uint8).reshape(shape)


def embeddings(seed: int) -> NDArray[np.float64]:
    """The embeddings of the frames of a clip, some of them turned away from the others."""
    random = Random(50_000 + seed)
    n, d = 2 + int(random.random() * 6), 2 + int(random.random() * 5)
    away = random.random() < 0.5
    rows: list[Any] = [[random.random() - (0.5 if away else 0.0) for _ in range(d)] for _ in range(n)]
    return np.array(rows)

"""Clips of masks for the oracle of J&F, the same in every version of Python."""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray

CASES = 220


def case(seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The predicted and the true label maps of a clip, of one or two objects, shape (frames, H, W)."""
    random = Random(seed)
    height, width = 8 + int(random.random() * 90), 8 + int(random.random() * 120)
    n_frames, n_objects = 3 + int(random.random() * 3), 1 + int(random.random() * 2)
    rows, columns = np.mgrid[:height, :width]
    wanted = np.zeros((n_frames, height, width), dtype=np.uint8)
    said = np.zeros_like(wanted)
    empty = random.random() < 0.15
    for label in range(1, n_objects + 1):
        y, x = random.random() * height, random.random() * width
        dy, dx = random.random() * 8 - 4, random.random() * 8 - 4
        ry, rx = 1 + random.random() * height / 3, 1 + random.random() * width / 3
        off = random.random() * 6
        for frame in range(n_frames):
            cy, cx = y + dy * frame, x + dx * frame
            if not (empty and frame == 1):
                wanted[frame][((rows - cy) / ry) ** 2 + ((columns - cx) / rx) ** 2 <= 1] = label
            cy, cx = cy + (random.random() - 0.5) * off, cx + (random.random() - 0.5) * off
            if random.random() < 0.9:
                grown = 0.8 + random.random() * 0.4
                said[frame][((rows - cy) / ry) ** 2 + ((columns - cx) / rx) ** 2 <= grown] = label
        wanted[0, (label * 3) % height, (label * 5) % width] = label  # DAVIS numbers the objects of the first frame
    return said, wanted

"""Writing clips: folders of PNG frames, as makers of synthetic tasks need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.testing.synthetic.image_files import saved
from generallevel.testing.synthetic.sample import Order

__all__ = ["COLOURS", "FRAMES", "flat", "painted", "prompt", "write_clip", "written"]

FRAMES = 4  # of each clip
COLOURS: Mapping[str, tuple[int, int, int]] = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}


def write_clip(folder: Path, frames: Any) -> None:
    """Write frames as ``1.png``, ``2.png``, ..., whose natural order is theirs."""
    for number, frame in enumerate(frames, 1):
        saved(folder, f"{number}.png", frame)


def written(root: Path, number: int, content: Any, write: Callable[[Path, Any], None] = write_clip) -> str:
    """Write the media of one item below a folder of predictions or references; its relative name."""
    name = f"clips/{number}"
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    write(root / name, content)
    return name


def flat(order: Order, levels: Sequence[Any]) -> NDArray[np.uint8]:
    """A clip with a frame of each of some levels or colours, shape (frames, H, W, 3)."""
    colours = np.array([np.broadcast_to(level, 3) for level in levels], dtype=np.uint8)
    return np.tile(colours[:, None, None], (1, order.size, order.size, 1))


def painted(order: Order, names: Sequence[str]) -> NDArray[np.uint8]:
    """A clip with a frame of each of some named colours."""
    return flat(order, [COLOURS[name] for name in names])


def prompt(name: str) -> str:
    """A prompt that asks for a colour, in the words that the stand-in for CLIP knows."""
    return f"a thing in rgb{COLOURS[name]}"

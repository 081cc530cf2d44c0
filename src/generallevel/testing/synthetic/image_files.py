"""Files and items of synthetic image tasks: how each maker writes its media and lists its items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import MissingExtra
from generallevel.testing.synthetic.sample import Order, Sample

__all__ = ["Parts", "half", "listed", "saved", "side_of", "textured"]

LEAST_SIDE = 8
QUARTERS = 4  # sides are whole numbers of quarters, so that halves of halves are whole pixels

Parts = tuple[Any, Any, Any, Any]  # input, output, perfect and corrupted prediction of one item


def listed(
    order: Order,
    item: Callable[[int], Parts],
    corrupted_value: float,
    *,
    kind: str,
    tolerance: float = 1e-9,
    **header: Any,
) -> Sample:
    """The sample of a function that makes one item.

    Parameters
    ----------
    order : Order
        How many, and where.
    item : callable
        From the place of an item, from 0, to its parts.
    corrupted_value : float
        What the corrupted predictions score.
    kind : str
        The ``type`` of the annotation file.
    tolerance : float
        As in `Sample`.
    **header
        What else it says beside its items.

    Returns
    -------
    Sample
    """
    rows = [item(place) for place in range(order.n)]
    return Sample(
        items=[{"id": place, "input": row[0], "output": row[1]} for place, row in enumerate(rows)],
        perfect=[{"id": place, "prediction": row[2]} for place, row in enumerate(rows)],
        corrupted=[{"id": place, "prediction": row[3]} for place, row in enumerate(rows)],
        corrupted_value=corrupted_value,
        header={"type": kind, **header},
        tolerance=tolerance,
    )


def side_of(order: Order) -> int:
    """The side of an image in pixels: as ordered, in whole quarters."""
    return max(LEAST_SIDE, order.size // QUARTERS * QUARTERS)


def half(n: int) -> int:
    """Half of some items, rounded up: how many a corruption reaches.

    >>> half(1), half(4)
    (1, 2)
    """
    return (n + 1) // 2


def saved(folder: Path, name: str, pixels: NDArray[Any]) -> str:
    """The name of a PNG that was written: grey of 8 or 16 bits, or RGB.

    Raises
    ------
    MissingExtra
        If Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as slip:
        raise MissingExtra.of("pillow", "image", "writing synthetic images") from slip
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, format="PNG", compress_level=1)
    return name


def textured(colour: Any, side: int, depth: int = 8) -> NDArray[np.uint8]:
    """An image whose pixels are lighter and darker than a colour by turns, so that every 2 x 2 have it as their mean.

    >>> textured((100, 100, 0), 2, depth=5)[..., 0].tolist()
    [[105, 95], [95, 105]]
    """
    middle = np.asarray(colour, dtype=np.int64)
    sign = np.where(np.add.outer(np.arange(side), np.arange(side)) % 2, -1, 1)[..., None]
    return np.asarray(middle + sign * np.where(middle > 0, depth, 0), dtype=np.uint8)

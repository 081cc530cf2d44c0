"""Synthetic tasks whose answers are images, beside the images or the texts that they are to match."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.testing.synthetic.image_files import Parts, listed, saved, side_of, textured
from generallevel.testing.synthetic.sample import Maker, Order, Sample

__all__ = ["MAKERS"]

WHITE = 255
BRIGHTER = 5  # levels that a corrupted image is too bright by
LEAST_OF_FIVE_SCALES = 176  # five scales, of which the coarsest holds one window of 11 pixels: 11 * 2 ** 4


def _pairs(order: Order, there: Any, found: Any, corrupted_value: float, tolerance: float = 1e-9) -> Sample:
    """Images of a function without arguments, and what a second function makes of each."""

    def item(place: int) -> Parts:
        name, image = f"images/{place}.png", there()
        output = {"image": saved(order.folder, name, image)}
        perfect = {"image": saved(order.perfect, name, image)}
        return {"prompt": "Restore the image."}, output, perfect, saved(order.corrupted, name, found(image))

    return listed(order, item, corrupted_value, kind="image generation", tolerance=tolerance)


def _brighter(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return image + np.uint8(BRIGHTER)


def _psnr(order: Order) -> Sample:
    """Every intensity is too high by as much."""
    side = side_of(order)

    def there() -> NDArray[np.uint8]:
        return order.rng.integers(0, WHITE - BRIGHTER + 1, (side, side, 3), dtype=np.uint8)

    return _pairs(order, there, _brighter, 20 * math.log10(WHITE / BRIGHTER))


def _ms_ssim(order: Order) -> Sample:
    """Too bright by as much everywhere: contrast and structure are equal at all scales, and brightness is not.

    The texture is gone after one halving, so that the coarsest scale compares two even greys.
    """
    side = max(LEAST_OF_FIVE_SCALES, side_of(order) // 16 * 16)
    dark, light = 40, 160
    c1, weight = (0.01 * WHITE) ** 2, 0.1333  # Wang et al. (2003)
    brightness = (2 * dark * light + c1) / (dark**2 + light**2 + c1)

    def there() -> NDArray[np.uint8]:
        return textured((dark, dark, dark), side)

    def found(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return image + np.uint8(light - dark)

    return _pairs(order, there, found, brightness**weight)


def _shadow(order: Order) -> Sample:
    """A quarter of a white image is black, which is 100 off in lightness.

    The printed matrix of sRGB tints white, by less than 1e-4 of that.
    """
    side = side_of(order)

    def there() -> NDArray[np.uint8]:
        return np.full((side, side, 3), WHITE, dtype=np.uint8)

    def found(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        dark = image.copy()
        dark[:, : side // 4] = 0
        return dark

    return _pairs(order, there, found, 100 / 4, tolerance=1e-4)


def _set(order: Order) -> Sample:
    """Every image is too bright by as much, so that the mean colour moves in three channels and its spread does not."""
    side = side_of(order)
    each = 2 if order.n == 1 else 1  # a spread is of two images at least

    def item(place: int) -> Parts:
        images = [textured(order.rng.integers(20, 220, 3), side) for _ in range(each)]
        names = [f"images/{place}-{view}.png" for view in range(each)]
        rows = list(zip(names, images, strict=True))
        output = {"images": [saved(order.folder, name, image) for name, image in rows]}
        perfect = [saved(order.perfect, name, image) for name, image in rows]
        corrupted = {"images": [saved(order.corrupted, name, _brighter(image)) for name, image in rows]}
        return {"prompt": "Paint something."}, output, perfect, corrupted

    return listed(order, item, 3 * (BRIGHTER / WHITE) ** 2, kind="image generation")


def _likeness(order: Order, *, texts: bool) -> Sample:
    """Colours (3, 4, 0) in place of (5, 0, 0), in one order of the channels or another: a cosine of 3/5."""
    side = side_of(order)

    def item(place: int) -> Parts:
        step, turn = int(order.rng.integers(15, 45)), int(order.rng.integers(3))
        right, wrong = (np.roll([step * part for part in parts], turn) for parts in ((5, 0, 0), (3, 4, 0)))
        name = f"images/{place}.png"
        prompt = {"prompt": f"A wall in rgb({right[0]}, {right[1]}, {right[2]})"}
        output = {} if texts else {"image": saved(order.folder, name, textured(right, side))}
        if texts and place % 2:
            prompt, output = {"prompt": "Paint the wall."}, {"caption": prompt["prompt"]}
        perfect = saved(order.perfect, name, textured(right, side))
        return prompt, output, perfect, saved(order.corrupted, name, textured(wrong, side))

    return listed(order, item, 3 / 5, kind="image generation")


def _to_text(order: Order) -> Sample:
    """An image and its prompt."""
    return _likeness(order, texts=True)


def _to_image(order: Order) -> Sample:
    """An image and another one."""
    return _likeness(order, texts=False)


MAKERS: dict[Any, Maker] = {
    "image pair": _psnr,
    ("image pair", "ms_ssim"): _ms_ssim,
    ("image pair", "rmse"): _shadow,
    "image set": _set,
    "image and text": _to_text,
    "image and image": _to_image,
}

"""Recipes and formats of the 45 tasks that generate images.

Intensities are brought to the scale of 8-bit images, 0 to 255, whatever a file's depth, so that one range holds for a
whole set. All layouts are ours: General-Bench documents none for generated images.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.image import read_image
from generallevel.benchmark.recipes.book import Rule
from generallevel.benchmark.recipes.image_fields import FILE_KEYS, Given, described, two_sided
from generallevel.benchmark.recipes.image_maps import HEAT_MAP, STEPS
from generallevel.benchmark.recipes.image_relations import CLASS
from generallevel.benchmark.recipes.recipe import FromHeader, Needs, Recipe
from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = ["CEILING", "FORMATS", "IMAGE_AND_IMAGE", "IMAGE_AND_TEXT", "IMAGE_PAIR", "IMAGE_SET", "RULES"]

GROUP = "image.generation"
WHITE = 255
# dB, ours: what an image or a frame without error counts; above the 98 dB of one grey level in 200,000 pixels. Without
# it one image of a thousand, copied to the last bit, would make the mean infinite, and win the task.
CEILING = 100.0
PER_STEP = 257  # 16-bit levels for each 8-bit one: 65535 / 255
MOST_IMAGES = 1000  # ours: images of one item
LIST_KEYS = ("images", "files", "image", *FILE_KEYS)
TEXT_KEYS = ("caption", "captions", "prompt", "text", "description", "target_prompt", "label", "answer")
PROMPT_KEYS = ("prompt", "caption", "text", "instruction", "question")


def _image(given: Given) -> NDArray[Any]:
    """An image in RGB on the scale of 0 to 255, as whole numbers where its file has 8 bits."""
    image = read_image(given.path("an image"), limits=given.files.limits)
    image = np.repeat(image[..., None], 3, axis=-1) if image.ndim == 2 else image
    return image / float(PER_STEP) if image.dtype == np.uint16 else image


def _one(given: Given) -> NDArray[Any]:
    return _image(given.under(FILE_KEYS, "an image"))


def _bytes(given: Given) -> NDArray[np.uint8]:
    """An image as networks take it: 8 bits, shape (H, W, 3)."""
    return np.asarray(np.rint(_image(given)), dtype=np.uint8)


def _several(given: Given) -> Any:
    """One image, or a list of them."""
    place = given.under(LIST_KEYS, "an image, or a list of images")
    if not isinstance(place.value, list):
        return _bytes(place)
    if not 0 < len(place.value) <= MOST_IMAGES:
        raise ImpossibleValue(f"the {given.side} has {len(place.value)} images; wanted from 1 to {MOST_IMAGES}")
    return [_bytes(place.but(name)) for name in place.value]


def _texts(given: Given) -> Any:
    """The text that an image is to show, or a tuple of several; the prompt where there is no reference."""
    value: Any = None
    if given.value is not None:
        value = given.value
        if isinstance(value, Mapping):
            value = next((value[key] for key in TEXT_KEYS if value.get(key) is not None), None)
    if value is None:
        asked = given.item.input
        value = asked
        if isinstance(asked, Mapping):
            value = next((asked[key] for key in PROMPT_KEYS if asked.get(key) is not None), None)
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise InvalidInput(
            f"the text of the image is {described(value)}; wanted a text, or a list of texts, in the output under "
            f"{', '.join(TEXT_KEYS[:4])}, or the prompt in the input"
        )
    return tuple(texts) if isinstance(value, list) else value


IMAGE_PAIR = two_sided(
    "image pair",
    _one,
    description="An image (PNG, JPEG, BMP or WebP; 8 or 16 bits) and the one that it is to equal, of one "
    "size; a grey image counts as RGB.",
    media=True,
)
IMAGE_SET = two_sided(
    "image set",
    _several,
    description="One image, or several under `images`, on either side: the members of two sets, which do not pair.",
    media=True,
)
IMAGE_AND_TEXT = two_sided(
    "image and text",
    _several,
    _texts,
    description="An image, or several views, and the text that it is to show: `caption` or `prompt` of the output, or "
    "of several texts the nearest; where there is none the prompt of the input.",
    media=True,
)
IMAGE_AND_IMAGE = two_sided(
    "image and image",
    _several,
    description="An image and the one that it is to resemble, of any sizes.",
    media=True,
)

CLIP = Needs("clip", "CLIP as an extractor of images and texts, such as extractors.clip(folder, name=...)")
INCEPTION = Needs("inception", "the Inception network of FID as an extractor, such as extractors.inception(...)")

RULES = (
    Rule(
        Recipe(
            "accuracy",
            CLASS,
            note="the prediction is what a classifier says of the generated image: which one, and out of how many "
            "classes, is not stated",
        ),
        metric="accuracy",
        group=GROUP,
    ),
    Rule(
        Recipe(
            "psnr",
            IMAGE_PAIR,
            params={"data_range": WHITE, "ceiling": CEILING},
            grade="inferred",
            perfect=CEILING,
            note="over all channels of RGB, the mean over images; one without error counts 100 dB",
        ),
        metric="psnr",
        group=GROUP,
    ),
    Rule(
        Recipe(
            "ms_ssim",
            IMAGE_PAIR,
            params={"data_range": WHITE, "channels": "luminance"},
            grade="inferred",
            note="of the brightness; document unwarping also resizes, which is left to whoever writes the files",
        ),
        metric="ms_ssim",
        group=GROUP,
    ),
    Rule(
        Recipe(
            "rmse",
            IMAGE_PAIR,
            variant="shadow_removal",
            params={"data_range": WHITE},
            note="what shadow removal publishes under this name: the mean absolute error in L*a*b*",
        ),
        metric="rmse",
        group=GROUP,
    ),
    Rule(
        Recipe("roc_auc", HEAT_MAP, params={"bins": FromHeader("bins", STEPS)}, note="the pixels of all images"),
        metric="roc_auc",
        group=GROUP,
    ),
    Rule(Recipe("fid", IMAGE_SET, params={"extractor": INCEPTION}, grade="inferred"), metric="fid", group=GROUP),
    Rule(
        Recipe("clip_score", IMAGE_AND_TEXT, params={"extractor": CLIP}, grade="inferred"),
        metric="clip_score",
        group=GROUP,
    ),
    Rule(
        Recipe("clip_image_score", IMAGE_AND_IMAGE, params={"extractor": CLIP}, grade="inferred"),
        metric="clip_image_score",
        group=GROUP,
    ),
)

FORMATS = (IMAGE_PAIR, IMAGE_SET, IMAGE_AND_TEXT, IMAGE_AND_IMAGE)

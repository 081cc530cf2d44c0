"""Features: images compared by what a neural network sees in them.

The features come in; nothing here runs or downloads a network.

Objects: a prediction is the feature vector of one image; a reference is that of a text or of another image, or one of a
second set. Cosines are fractions in [-1, 1], higher is better; Frechet distances are in [0, inf), lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Linear, Saturating

__all__ = ["clip_image_score", "clip_score", "fid"]

fid = declare(
    "fid",
    summary="Frechet distance of the Gaussians that fit the Inception features of generated and of real images.",
    needs="Inception features of the generated and of the real images",
    labels={("Image-Generation", "FID"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(25),
    source="arXiv 2505.04620v1, Table 17 row 27 and A.1 (T = 25); Heusel et al. (2017), arXiv 1706.08500",
    aliases=("frechet_inception_distance",),
    caution=(
        "The figure falls with the number of images and depends on how they were resized: compare at equal "
        "numbers only."
    ),
)

clip_score = declare(
    "clip_score",
    summary="Cosine of the CLIP embeddings of an image and of its text.",
    needs="CLIP embeddings of the images (views, frames) and of their texts",
    labels={
        ("Image-Generation", "CLIP score"): "percent",
        ("Image-Generation", "CLIPScore"): "percent",
        ("Video-Generation", "CLIPScore"): "percent",
        ("3D-Generation", "CLIP score"): "percent",
        ("3D-Generation", "CLIPScore"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 26; Hessel et al. (2021), arXiv 2104.08718",
    caution="Cosines of images and texts lie near 0.25 for good pairs too, and the field also prints them times 2.5.",
)

clip_image_score = declare(
    "clip_image_score",
    summary="Cosine of the CLIP embeddings of two images: a result and its reference or input image.",
    needs="CLIP embeddings of the images (views) and of their reference images",
    labels={
        ("Image-Generation", "CLIP img score"): "percent",
        ("Image-Generation", "CLIPScore"): "percent",
        ("3D-Generation", "CLIP score"): "percent",
        ("3D-Generation", "CLIPScore"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label CLIP img score); arXiv 2505.04620v1, Tables 23 and 35 (the figures)",
    caution=(
        "Eight image-to-3D tasks are labelled CLIP score; that two images are compared there is read from figures"
        " near 80."
    ),
)

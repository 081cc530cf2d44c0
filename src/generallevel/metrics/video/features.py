"""Features of video: clips compared by what a neural network sees in them.

The features come in; nothing here runs or downloads a network.

Objects: a prediction is the feature vectors of the frames of one clip, or one vector of the clip. Cosines are fractions
in [-1, 1], higher is better; Frechet distances are in [0, inf), lower is better.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from generallevel._kernels.directions import unit_rows
from generallevel.errors import InvalidInput
from generallevel.registry import declare, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Ratio

__all__ = ["clip_frame_consistency", "clip_style", "dino_score", "fvd"]

fvd = declare(
    "fvd",
    summary="Frechet distance of the Gaussians that fit the features of generated and of real clips.",
    needs="video-network features of the generated and of the real clips",
    labels={("Video-Generation", "FVD"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(100),
    source="arXiv 2505.04620v1, Table 17 row 30 and A.1 (T = 100); Unterthiner et al. (2018), arXiv 1812.01717",
    aliases=("frechet_video_distance",),
    caution=(
        "The released code takes the features of another network than I3D, so that figures of the two do not compare."
    ),
)


@metric(
    labels={("Video-Generation", "CLIPScore"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 27 no. 2; Huang et al. (2023), arXiv 2311.17982 (background consistency)",
    caution=(
        "Labelled CLIPScore; that frames are compared with frames is read from the released code and a reference of 97."
    ),
    pairing="alone",
    each="clip",
)
def clip_frame_consistency(pred: Any) -> Ratio:
    r"""Cosine of the CLIP embeddings of a frame and of the first and the previous frame, over all frames.

    .. math:: \frac1n \sum_t \frac{\max(0, \cos(e_t, e_0)) + \max(0, \cos(e_t, e_{t-1}))}{2}

    Parameters
    ----------
    pred : array_like of real numbers, shape (frames, d)
        The embeddings of the frames of a clip, at least two, of any length.

    Returns
    -------
    Ratio
        Over the frames of all clips but their first ones, a fraction in [-1, 1], and in fact from 0; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue
        If they are no rows of numbers, or one is NaN, infinite or zero.
    InvalidInput
        If there is a single frame.

    Notes
    -----
    Long clips count for more: frames are pooled. The released code takes CLIP ViT-B/32, and this is its set value, as
    that of VBench. How many frames a missing clip would have had is unknown, so that it is left out and reported.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 27 no. 2
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982 (background consistency)

    Examples
    --------
    >>> clip_frame_consistency([[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]]).value  # ((0 + 0) / 2 + (0 + 1) / 2) / 2
    0.25
    """
    frames = unit_rows(pred, "pred")
    if len(frames) < 2:
        raise InvalidInput("a clip of a single frame has no frame to compare with the one before")
    rest = frames[1:]
    cosines = np.stack([rest @ frames[0], (rest * frames[:-1]).sum(axis=1)])
    return Ratio(float(np.clip(cosines, 0.0, 1.0).sum()) / 2, len(rest))


clip_style = declare(
    "clip_style",
    summary="Cosine of the CLIP embeddings of generated frames and of the images whose style was asked for.",
    needs="CLIP embeddings of the frames and of the style images",
    labels={("Video-Generation", "CLIP-Style"): "percent", ("Video-Generation", "CLIPScore"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); arXiv 2505.04620v1, Table 27 nos. 9 and 10 (the figures)",
    caution="The paper prints CLIPScore; the comparison with style images is read from what the tasks are given.",
)

dino_score = declare(
    "dino_score",
    summary="Cosine of the DINO embeddings of the frames of a clip: how far its subject stays the same.",
    needs="DINO embeddings of the frames of each clip",
    labels={("Video-Generation", "DINOScore"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 34; Huang et al. (2023), arXiv 2311.17982 (subject consistency)",
)

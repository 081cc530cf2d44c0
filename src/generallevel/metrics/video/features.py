"""Features of video: clips compared by what a neural network sees in them.

The features come in; nothing here runs or downloads a network.

Objects: a prediction is the feature vectors of the frames of one clip, or one vector of the clip. Cosines are fractions
in [-1, 1], higher is better; Frechet distances are in [0, inf), lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Linear, Saturating

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

clip_frame_consistency = declare(
    "clip_frame_consistency",
    summary="Cosine of the CLIP embeddings of a frame and of the first and the previous frame, over all frames.",
    needs="CLIP embeddings of the frames of each clip",
    labels={("Video-Generation", "CLIPScore"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 27 no. 2; Huang et al. (2023), arXiv 2311.17982 (background consistency)",
    caution=(
        "Labelled CLIPScore; that frames are compared with frames is read from the released code and a reference of 97."
    ),
)

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

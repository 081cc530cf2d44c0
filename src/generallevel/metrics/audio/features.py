"""Features of sound: recordings compared by what a neural network hears in them.

The features come in; nothing here runs or downloads a network.

Objects: a prediction is the feature vectors of one recording; a reference is that of a text, or one of a second set.
Cosines are fractions in [-1, 1], higher is better; Frechet distances are in [0, inf), lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Linear, Saturating

__all__ = ["clap_score", "fad", "style_clap_score"]

fad = declare(
    "fad",
    summary="Frechet distance of the Gaussians that fit the VGGish features of generated and of real audio.",
    needs="VGGish features of the generated and of the real audio",
    labels={("Audio-Generation", "FAD"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),
    source="arXiv 2505.04620v1, Table 17 row 54 and A.1 (T = 10); Kilgour et al. (2019), arXiv 1812.08466",
    aliases=("frechet_audio_distance",),
    caution="The released code takes CLAP features by default, so that figures of the two do not compare.",
)

clap_score = declare(
    "clap_score",
    summary="Cosine of the CLAP embeddings of a recording and of its text.",
    needs="CLAP embeddings of the recordings and of their texts",
    labels={("Audio-Generation", "CLAP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 50; Wu et al. (2023), arXiv 2211.06687",
)

style_clap_score = declare(
    "style_clap_score",
    summary="Cosine of the CLAP embeddings of a recording and of the text that describes the wanted style.",
    needs="CLAP embeddings of the recordings and of the style descriptions",
    labels={("Audio-Generation", "Style-CLAP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 51; Wu et al. (2023), arXiv 2211.06687",
)

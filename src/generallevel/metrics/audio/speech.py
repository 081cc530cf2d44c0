"""Speech: a voice compared with a recording of the same words.

What was said is a transcript: ``metrics/language/transcripts.py``.

Objects: a prediction is the mel-cepstra or the samples of one utterance, and so is its reference. Distortions are in
decibels, in [0, inf); lower is better.
"""

from __future__ import annotations

import math

from generallevel.registry import declare
from generallevel.scales import Saturating

__all__ = ["mcd"]

mcd = declare(
    "mcd",
    summary="Mel-cepstral distortion of an utterance from its reference, in decibels.",
    needs="utterances and their reference recordings (samples with a rate, or mel-cepstra)",
    labels={("Audio-Generation", "MCD"): "dB"},
    unit="dB",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, Table 17 row 52 and A.1 (T = 5); Kubichek (1993), doi:10.1109/PACRIM.1993.407206",
    aliases=("mel_cepstral_distortion",),
    caution=(
        "The figure changes with the order, the energy term and the time alignment; the released code aligns nothing."
    ),
)

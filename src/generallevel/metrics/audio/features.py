"""Features of sound: recordings compared by what a neural network hears in them.

Features come in, or sounds with the extractor that makes features of them; nothing here downloads a network.

Objects: a prediction is the feature vectors of one recording; a reference is that of a text, or one of a second set.
Cosines are fractions in [-1, 1], higher is better; Frechet distances are in [0, inf), lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from generallevel._kernels.cosines import cosine_mean
from generallevel._kernels.features import Absent
from generallevel._kernels.frechet import FrechetDistance
from generallevel.extractors.protocol import Source, features_of_items
from generallevel.extractors.sides import frechet
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Mean

__all__ = ["clap_score", "fad", "no_recording", "style_clap_score"]


def no_recording(_ref: object) -> Absent:
    """What a missing recording counts as: the declared worst.

    Parameters
    ----------
    _ref : object
        The reference, of which it is independent.

    Returns
    -------
    Absent
    """
    return Absent()


@metric(
    labels={("Audio-Generation", "FAD"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(10),
    source="arXiv 2505.04620v1, Table 17 row 54 and A.1 (T = 10); Kilgour et al. (2019), arXiv 1812.08466",
    aliases=("frechet_audio_distance",),
    pairing="unpaired",
    item="none",
    each="recording",
    caution="The released code takes CLAP features by default, so that figures of the two do not compare.",
)
def fad(pred: Any, ref: Any = None, *, extractor: Source = None) -> FrechetDistance:
    """Frechet distance of the Gaussians that fit the VGGish features of generated and of real audio.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one generated recording, a row for each of its windows. With an extractor: the recording, or a
        list of recordings.
    ref : array_like of real numbers, shape (d,) or (k, d); or None
        The same of a real recording. An item is of one of the two sets, and the other is None.
    extractor : Extractor or str, optional
        What turns recordings into features, or the name of the network that made those given, for the signature:
        VGGish and CLAP give two metrics.

    Returns
    -------
    FrechetDistance
        In squared units of the features, in [0, inf); lower is better. ``n_pred`` and ``n_ref`` count windows;
        ``dimension`` and ``notes`` are as for `fid`.

    Raises
    ------
    ShapeMismatch, NotFinite, InvalidInput, UndefinedScore
        As for `fid`.

    Notes
    -----
    All that is said of `fid` holds. Windows of all recordings are pooled, so that long ones count for more. VGGish
    gives 128 numbers for each 0.96 s at 16 kHz; its features are taken before the quantising step.

    References
    ----------
    .. [1] Kilgour et al. (2019), "Frechet audio distance", arXiv 1812.08466
    .. [2] arXiv 2505.04620v1, Table 17 row 54 and A.1

    Examples
    --------
    A recording of two windows beside one of two others, of one spread and with means 2 apart:

    >>> from generallevel import score
    >>> result = score("fad", [[[0.0], [1.0]]], [[[2.0], [3.0]]], extractor="vggish")
    >>> round(result.value, 12), result.tally.n_pred
    (4.0, 2)
    """
    return frechet(pred, ref, extractor)


def _cosines(preds: Sequence[Any], refs: Sequence[Any], *, extractor: Source, floored: bool) -> Mean:
    """The cosines of many recordings and their texts, through one call of the extractor for each side."""
    said, wanted = features_of_items(preds, extractor, "pred"), features_of_items(refs, extractor, "ref")
    return cosine_mean(said, wanted, floored=floored)


@metric(
    labels={("Audio-Generation", "CLAP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 50; Wu et al. (2023), arXiv 2211.06687",
    variants={"floored": Variant({"floored": True}, note="a negative cosine counts as 0")},
    batch=_cosines,
    absent=no_recording,
    each="recording",
)
def clap_score(pred: Any, ref: Any, *, extractor: Source = None, floored: bool = False) -> Mean:
    """Cosine of the CLAP embeddings of a recording and of its text.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d)
        The embedding of a recording, of any length; or those of k windows of it, over which the score is a mean. With
        an extractor: the recording, or a list of windows.
    ref : array_like of real numbers, shape (d,); or tuple of them
        The embedding of its text. Of several texts in a tuple the nearest counts. With an extractor: the text.
    extractor : Extractor or str, optional
        What turns both recordings and texts into embeddings (texts are the items that are ``str``), or the name of the
        model that made those given, for the signature.
    floored : bool, default False
        Whether a negative cosine counts as 0.

    Returns
    -------
    Mean
        A fraction in [-1, 1]; higher is better. Recordings count equally.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_score`.

    Notes
    -----
    The checkpoint is part of the number, and so is how a long recording is cut: LAION's model fuses or truncates at 10
    s. A missing recording scores the worst that the definition allows.

    References
    ----------
    .. [1] Wu et al. (2023), "Large-scale contrastive language-audio pretraining", arXiv 2211.06687
    .. [2] arXiv 2505.04620v1, Table 17 row 50

    Examples
    --------
    >>> clap_score([3.0, 4.0], [0.0, 2.0]).value  # 4 / 5
    0.8
    """
    return _cosines([pred], [ref], extractor=extractor, floored=floored)


@metric(
    labels={("Audio-Generation", "Style-CLAP"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 51; Wu et al. (2023), arXiv 2211.06687",
    variants={"floored": Variant({"floored": True}, note="a negative cosine counts as 0")},
    batch=_cosines,
    absent=no_recording,
    each="recording",
)
def style_clap_score(pred: Any, ref: Any, *, extractor: Source = None, floored: bool = False) -> Mean:
    """Cosine of the CLAP embeddings of a recording and of the text that describes the wanted style.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d)
        As for `clap_score`.
    ref : array_like of real numbers, shape (d,); or tuple of them
        The embedding of the style's description. With an extractor: the description.
    extractor, floored
        As for `clap_score`.

    Returns
    -------
    Mean
        A fraction in [-1, 1]; higher is better. Recordings count equally.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_score`.

    Notes
    -----
    The formula of `clap_score`, with another text: what makes it another metric is the reference.

    References
    ----------
    .. [1] Wu et al. (2023), "Large-scale contrastive language-audio pretraining", arXiv 2211.06687
    .. [2] arXiv 2505.04620v1, Table 17 row 51

    Examples
    --------
    >>> style_clap_score([[3.0, 4.0], [0.0, 1.0]], [0.0, 2.0]).value  # (4 / 5 + 1) / 2
    0.9
    """
    return _cosines([pred], [ref], extractor=extractor, floored=floored)

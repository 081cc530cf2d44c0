"""Features of video: clips compared by what a neural network sees in them.

Features come in, or frames and clips with the extractor that makes features of them; nothing here downloads a network.

Objects: a prediction is the feature vectors of the frames of one clip, or one vector of the clip. Cosines are fractions
in [-1, 1], higher is better; Frechet distances are in [0, inf), lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from generallevel._kernels.cosines import consistency, cosine_mean
from generallevel._kernels.features import Absent
from generallevel._kernels.frechet import FrechetDistance
from generallevel.extractors.protocol import Source, features_of_items, features_of_parts
from generallevel.extractors.sides import frechet
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Mean, Ratio

__all__ = ["clip_frame_consistency", "clip_style", "dino_score", "fvd", "no_clip", "viclip_score"]


def no_clip(_ref: object) -> Absent:
    """What a missing clip counts as: the declared worst.

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
    labels={("Video-Generation", "FVD"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(100),
    source="arXiv 2505.04620v1, Table 17 row 30 and A.1 (T = 100); Unterthiner et al. (2018), arXiv 1812.01717",
    aliases=("frechet_video_distance",),
    pairing="unpaired",
    item="none",
    each="clip",
    caution=(
        "The released code takes the features of another network than I3D, so that figures of the two do not compare."
    ),
)
def fvd(pred: Any, ref: Any = None, *, extractor: Source = None) -> FrechetDistance:
    """Frechet distance of the Gaussians that fit the features of generated and of real clips.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one generated clip, or of k clips. With an extractor: the clip, or a list of clips.
    ref : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one real clip, or of k. An item is of one of the two sets, and the other is None.
    extractor : Extractor or str, optional
        What turns clips into features, or the name of the network that made those given, for the signature: I3D and
        r3d_18 give two metrics.

    Returns
    -------
    FrechetDistance
        In squared units of the features, in [0, inf); lower is better. ``n_pred``, ``n_ref``, ``dimension`` and
        ``notes`` are as for `fid`.

    Raises
    ------
    ShapeMismatch, NotFinite, InvalidInput, UndefinedScore
        As for `fid`.

    Notes
    -----
    All that is said of `fid` holds. The paper's network is I3D (400 logits of Kinetics, clips of 16 frames at 224 x
    224); the released code takes r3d_18, so that its figures compare with no others.

    References
    ----------
    .. [1] Unterthiner et al. (2018), "Towards accurate generative models of video", arXiv 1812.01717
    .. [2] arXiv 2505.04620v1, Table 17 row 30 and A.1

    Examples
    --------
    >>> from generallevel import score
    >>> round(score("fvd", [[0.0], [1.0]], [[2.0], [3.0]], extractor="i3d-kinetics-400 logits").value, 12)
    4.0
    """
    return frechet(pred, ref, extractor)


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
def clip_frame_consistency(pred: Any, *, extractor: Source = None) -> Ratio:
    r"""Cosine of the CLIP embeddings of a frame and of the first and the previous frame, over all frames.

    .. math:: \frac1n \sum_t \frac{\max(0, \cos(e_t, e_0)) + \max(0, \cos(e_t, e_{t-1}))}{2}

    Parameters
    ----------
    pred : array_like of real numbers, shape (frames, d)
        The embeddings of the frames of a clip, at least two, of any length. With an extractor: the frames.
    extractor : Extractor or str, optional
        What turns frames into embeddings, or the name of the model that made those given, for the signature.

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
    return Ratio(*consistency(features_of_parts(pred, extractor, "pred")))


def _cosines(preds: Sequence[Any], refs: Sequence[Any], *, extractor: Source, floored: bool) -> Mean:
    """The cosines of many clips and their references, through one call of the extractor for each side."""
    said, wanted = features_of_items(preds, extractor, "pred"), features_of_items(refs, extractor, "ref")
    return cosine_mean(said, wanted, floored=floored)


@metric(
    labels={("Video-Generation", "CLIP-Style"): "percent", ("Video-Generation", "CLIPScore"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); arXiv 2505.04620v1, Table 27 nos. 9 and 10 (the figures)",
    variants={"floored": Variant({"floored": True}, note="a negative cosine counts as 0")},
    batch=_cosines,
    absent=no_clip,
    each="clip",
    caution="The paper prints CLIPScore; the comparison with style images is read from what the tasks are given.",
)
def clip_style(pred: Any, ref: Any, *, extractor: Source = None, floored: bool = False) -> Mean:
    """Cosine of the CLIP embeddings of generated frames and of the images whose style was asked for.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (frames, d)
        The embeddings of the frames of a clip, of any length. With an extractor: a list of frames.
    ref : array_like of real numbers, shape (d,) or (m, d); or tuple of them
        The embedding of the style image; of m images the mean is over all pairs, and of a tuple the nearest counts.
        With an extractor: the image, or a list of images.
    extractor : Extractor or str, optional
        What turns images into embeddings, or the name of the model that made those given, for the signature.
    floored : bool, default False
        Whether a negative cosine counts as 0; images are hardly ever that unlike.

    Returns
    -------
    Mean
        A fraction in [-1, 1]; higher is better. Clips count equally.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_score`.

    Notes
    -----
    CSD embeddings, which see style and not content, give the better-founded number by the same function. A missing clip
    scores the worst that the definition allows.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 27 nos. 9 and 10
    .. [2] Liu et al. (2023), "StyleCrafter", arXiv 2312.00330 (the task and its measure)

    Examples
    --------
    >>> clip_style([[2.0, 0.0], [0.0, 1.0]], [1.0, 0.0]).value  # (1 + 0) / 2
    0.5
    """
    return _cosines([pred], [ref], extractor=extractor, floored=floored)


@metric(
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="Huang et al. (2023), arXiv 2311.17982 (overall consistency); Wang et al. (2023), arXiv 2307.06942 (ViCLIP)",
    batch=_cosines,
    absent=no_clip,
    aliases=("overall_consistency",),
    variants={"floored": Variant({"floored": True}, note="a negative cosine counts as 0")},
    each="clip",
)
def viclip_score(pred: Any, ref: Any, *, extractor: Source = None, floored: bool = False) -> Mean:
    """Cosine of the ViCLIP embeddings of a clip and of its prompt.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d)
        The embedding of a clip, or those of k pieces of it, over which the score is a mean. With an extractor: the
        clip, or a list of pieces.
    ref : array_like of real numbers, shape (d,); or tuple of them
        The embedding of its prompt. With an extractor: the text.
    extractor : Extractor or str, optional
        What turns both clips and texts into embeddings, or the name of the model that made those given.
    floored : bool, default False
        Whether a negative cosine counts as 0.

    Returns
    -------
    Mean
        A fraction in [-1, 1]; higher is better. Clips count equally.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_score`.

    Notes
    -----
    The text part of `video_quality_composite`. Figures near 0.25 are good: the cosines of this model lie there.

    References
    ----------
    .. [1] Huang et al. (2023), "VBench", arXiv 2311.17982 (overall consistency)

    Examples
    --------
    >>> viclip_score([3.0, 4.0], [0.0, 2.0]).value  # 4 / 5
    0.8
    """
    return _cosines([pred], [ref], extractor=extractor, floored=floored)


@metric(
    labels={("Video-Generation", "DINOScore"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 34; Huang et al. (2023), arXiv 2311.17982 (subject consistency)",
    pairing="alone",
    each="clip",
)
def dino_score(pred: Any, *, extractor: Source = None) -> Ratio:
    r"""Cosine of the DINO embeddings of the frames of a clip: how far its subject stays the same.

    .. math:: \frac1n \sum_t \frac{\max(0, \cos(e_t, e_0)) + \max(0, \cos(e_t, e_{t-1}))}{2}

    Parameters
    ----------
    pred : array_like of real numbers, shape (frames, d)
        The embeddings of the frames of a clip, at least two, of any length. With an extractor: the frames.
    extractor : Extractor or str, optional
        What turns frames into embeddings, or the name of the model that made those given, for the signature.

    Returns
    -------
    Ratio
        Over the frames of all clips but their first ones, a fraction in [-1, 1], and in fact from 0; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_frame_consistency`, which is the same formula on other embeddings.

    Notes
    -----
    A still image is perfect: read it beside the amount of motion. Long clips count for more: frames are pooled, as in
    the released code and VBench, which take DINO ViT-B/16. A missing clip is left out and reported.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 34
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982 (subject consistency)

    Examples
    --------
    >>> dino_score([[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]]).value  # ((0 + 0) / 2 + (0 + 1) / 2) / 2
    0.25
    """
    return Ratio(*consistency(features_of_parts(pred, extractor, "pred")))

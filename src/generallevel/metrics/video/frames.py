"""Frames: what holds in each frame of a clip, and how one frame differs from the next.

Objects: a prediction is one clip: its frames, or one finding for each frame. Scores are fractions in [0, 1]; higher is
better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.clips import absolute_sum, read_clip, span_of
from generallevel._kernels.directions import unit_rows
from generallevel._kernels.ratings import ratings
from generallevel.errors import InvalidInput, NotFinite, ShapeMismatch
from generallevel.extractors.protocol import Source, features_of_items, features_of_parts
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Tanh
from generallevel.tallies import Mean, Ratio

__all__ = [
    "flickering_clip",
    "frame_accuracy",
    "frame_psnr",
    "halfway",
    "l1_distance",
    "motion_smoothness",
    "success_rate",
    "trivial_clip",
]

Interpolator: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], Any]
OverFrames: TypeAlias = Literal["frames", "clips"]


def flickering_clip(_ref: object) -> NDArray[np.uint8]:
    """The clip that could not be less steady: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    ndarray of uint8, shape (2, 1, 1)
    """
    return np.array([[[0]], [[255]]], dtype=np.uint8)


@metric(
    labels={("Video-Generation", "L1 distance"): "percent", ("Video-Generation", "L1-Dis"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 35; Huang et al. (2023), arXiv 2311.17982 (temporal flickering)",
    caution="In spite of its name it is higher for the steadier clip: 1 is a still image.",
    absent=flickering_clip,
    pairing="alone",
    each="clip",
)
def l1_distance(pred: Any, *, data_range: float | None = None) -> Mean:
    r"""Steadiness: what the mean absolute difference of neighbouring frames leaves of the grey scale.

    .. math:: \frac{R - \frac{1}{n - 1} \sum_t \overline{|f_{t+1} - f_t|}}{R}

    Parameters
    ----------
    pred : array_like, shape (frames, H, W) or (frames, H, W, C)
        The frames of a clip, at least two, of whole numbers in 8 bit.
    data_range : float, optional
        The span R of the scale, for frames that are not of 8 bit: required for fractions.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better, and steadier. Clips count equally.

    Raises
    ------
    ShapeMismatch
        If it is no clip.
    NotFinite, ImpossibleValue
        If an intensity is not finite, or the frames span more than the scale.
    InvalidInput
        If there is a single frame, or fractions come without ``data_range``.

    Notes
    -----
    The released code and VBench compute the same in single precision. A still image is perfect: read it beside the
    amount of motion. A missing clip scores 0.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 35
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982 (temporal flickering)

    Examples
    --------
    >>> l1_distance([[[0, 0]], [[0, 51]], [[0, 51]]]).value  # (255 - 51 / 4) / 255
    0.95
    """
    clip = read_clip(pred, "pred", 2)
    span = span_of(data_range, clip)
    change = absolute_sum(clip[1:], clip[:-1]) / clip[1:].size
    return Mean(1 - change / span, 1)


def halfway(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.float64]:
    """The mean of two frames: the interpolator that knows nothing of motion, a baseline for `motion_smoothness`.

    Parameters
    ----------
    before, after : ndarray, shape (H, W) or (H, W, C)

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> halfway(np.array([[0, 10]]), np.array([[4, 10]])).tolist()
    [[2.0, 10.0]]
    """
    middle: NDArray[np.float64] = (np.asarray(before, dtype=np.float64) + after) / 2
    return middle


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Huang et al. (2023), arXiv 2311.17982 (motion smoothness)",
    pairing="alone",
    each="clip",
    caution="The figure belongs to its interpolator: those of two interpolators do not compare.",
)
def motion_smoothness(pred: Any, *, interpolator: Interpolator, data_range: float | None = None) -> Mean:
    """How well every second frame of a clip can be interpolated from its neighbours.

    Parameters
    ----------
    pred : array_like, shape (frames, H, W) or (frames, H, W, C)
        The frames of a clip, at least three, of whole numbers in 8 bit.
    interpolator : callable
        From two frames to the one between them, of their shape and scale: a network, or `halfway`. VBench takes AMT.
    data_range : float, optional
        As for `l1_distance`.

    Returns
    -------
    Mean
        What the mean absolute error of the interpolated frames leaves of the scale, a fraction in [0, 1]; higher is
        better. Clips count equally.

    Raises
    ------
    ShapeMismatch
        If it is no clip, or an interpolated frame has another shape.
    NotFinite, ImpossibleValue
        If an intensity is not finite, or the frames span more than the scale.
    InvalidInput
        If there are fewer than three frames, or fractions come without ``data_range``.

    Notes
    -----
    Frames 1, 3, 5 ... (from 0) are compared with those interpolated between 0 and 2, 2 and 4 ...; a last frame without
    a successor is not used. The interpolator's frames are clipped to the scale and not rounded; VBench rounds them to 8
    bit. A missing clip is left out and reported.

    References
    ----------
    .. [1] Huang et al. (2023), "VBench", arXiv 2311.17982 (motion smoothness)

    Examples
    --------
    >>> motion_smoothness([[[0]], [[61]], [[20]]], interpolator=halfway).value  # (255 - |61 - 10|) / 255
    0.8
    """
    clip = read_clip(pred, "pred", 3)
    span = span_of(data_range, clip)
    low = 0.0 if clip.min() >= 0 else float(clip.min())
    errors = []
    for place in range(1, len(clip) - 1, 2):
        made = np.asarray(interpolator(clip[place - 1], clip[place + 1]))
        if made.shape != clip[place].shape:
            raise ShapeMismatch(f"the interpolator made a frame of shape {made.shape} of two of {clip[place].shape}")
        if not np.isfinite(made).all():
            raise NotFinite("the interpolator made a frame that holds a NaN or an infinity")
        errors.append(absolute_sum(clip[place], np.clip(made, low, low + span)) / made.size)
    return Mean(1 - sum(errors) / len(errors) / span, 1)


@metric(
    labels={("Video-Generation", "Fram-Acc"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 29",
    each="clip",
    caution=(
        "The paper speaks of frames judged correct; nearness to the target prompt is what the released code counts."
    ),
)
def frame_accuracy(pred: Any, ref: Any, *, extractor: Source = None) -> Ratio:
    """Share of frames that are nearer to the target prompt than to the source prompt.

    Parameters
    ----------
    pred : array_like of real numbers, shape (frames, d)
        The embedding of each frame of a clip. With an extractor: the frames.
    ref : mapping of "source" and "target"
        The embeddings of the two prompts, each of shape (d,), by the same model. With an extractor: the two texts.
    extractor : Extractor or str, optional
        What turns frames and texts into embeddings, or the name of the model that made those given, for the signature.

    Returns
    -------
    Ratio
        Frames of all clips together, a fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch
        If the embeddings are of several dimensions.
    NotFinite, ImpossibleValue
        If one is NaN, infinite or zero.
    InvalidInput
        If the reference is not the two prompts.

    Notes
    -----
    Nearness is the cosine; a frame that is equally near to both does not count as right. The released code takes CLIP
    ViT-B/32. How many frames a missing clip would have had is unknown, so that it is left out and reported.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 29

    Examples
    --------
    >>> frame_accuracy([[1.0, 0.2], [0.5, 0.6]], {"source": [1.0, 0.0], "target": [0.0, 1.0]}).value
    0.5
    """
    if not isinstance(ref, Mapping) or ref.keys() != {"source", "target"}:
        raise InvalidInput(
            'ref is the embeddings of the two prompts, {"source": ..., "target": ...}; got '
            f"{list(ref) if isinstance(ref, Mapping) else type(ref).__name__!r:.80}"
        )
    frames = unit_rows(features_of_parts(pred, extractor, "pred"), "pred")
    texts = features_of_items([ref["source"], ref["target"]], extractor, "ref")
    prompts = [unit_rows(text, f"ref {name}") for text, name in zip(texts, ("source", "target"), strict=True)]
    for prompt in prompts:
        if prompt.shape != (1, frames.shape[1]):
            raise ShapeMismatch(
                f"frames have embeddings of {frames.shape[1]} dimensions, and a prompt has shape {prompt.shape}: the "
                "same model makes both, one vector for each prompt"
            )
    source, target = (frames @ prompt[0] for prompt in prompts)
    return Ratio(int((target > source).sum()), len(frames))


def trivial_clip(ref: Any) -> NDArray[Any]:
    """The clip that a missing one counts as: black, or white where the reference itself is black.

    Parameters
    ----------
    ref : array_like
        The reference clip.

    Returns
    -------
    ndarray
        Of the reference's shape and type; white is 255 in whole numbers, and 1 in fractions.
    """
    wanted = np.asarray(ref)
    if np.any(wanted):
        return np.zeros_like(wanted)
    return np.full_like(wanted, 255 if wanted.dtype.kind in "iu" else 1)


@metric(
    unit="dB",
    better="higher",
    bounds=(-math.inf, math.inf),
    scale=Tanh(20),
    source="Huynh-Thu & Ghanbari (2008), doi:10.1049/el:20080522",
    absent=trivial_clip,
    variants={"over_clips": Variant({"over": "clips"}, note="the mean of each clip, and then of clips")},
    each="clip",
)
def frame_psnr(
    pred: Any, ref: Any, *, ceiling: float, data_range: float | None = None, over: OverFrames = "frames"
) -> Mean:
    r"""Peak signal-to-noise ratio of the frames of a clip, averaged in decibels.

    .. math:: \frac1n \sum_t \min\Bigl(c, 10 \log_{10} \frac{R^2}{\mathrm{MSE}_t}\Bigr)

    Parameters
    ----------
    pred, ref : array_like, shape (frames, H, W) or (frames, H, W, C)
        The frames of a clip, on one scale.
    ceiling : float
        The most that a frame may contribute, in dB. Required: a frame without error is infinite, and so is the mean of
        any set that holds one; ``inf`` says that this is meant.
    data_range : float, optional
        The span R of the scale, for frames that are not of 8 bit: required for fractions.
    over : {"frames", "clips"}, default "frames"
        Whether every frame counts once, or every clip.

    Returns
    -------
    Mean
        Decibels, in (-inf, inf]; higher is better.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not those of a clip. Nothing is cut to the shorter.
    NotFinite, ImpossibleValue, InvalidInput
        As for `l1_distance`; also if ``ceiling`` is NaN.

    Notes
    -----
    No frame is dropped. The released code drops the infinite ones, so that a frame without error lowers its mean, and
    prints 0 where all are perfect. The mean over frames is `psnr` with each frame as an item.

    References
    ----------
    .. [1] Huynh-Thu & Ghanbari (2008), "Scope of validity of PSNR in image/video quality assessment",
       doi:10.1049/el:20080522

    Examples
    --------
    >>> ref = [[[0, 0]], [[0, 0]]]
    >>> frame_psnr([[[255, 255]], [[0, 0]]], ref, ceiling=100).value  # (0 dB + 100 dB) / 2
    50.0
    """
    one_of("over", over, ("frames", "clips"))
    if math.isnan(ceiling):
        raise NotFinite("ceiling is NaN: it is the most decibels that a frame may contribute, or inf")
    said, wanted = read_clip(pred, "pred", 1), read_clip(ref, "ref", 1)
    if said.shape != wanted.shape:
        raise ShapeMismatch(f"pred has shape {said.shape} but ref has shape {wanted.shape}. Nothing is cut or resized")
    span = span_of(data_range, wanted, said)
    decibels = []
    for one, other in zip(said, wanted, strict=True):
        difference = np.subtract(one, other, dtype=np.float64).reshape(-1)
        error = float(np.vdot(difference, difference)) / one.size
        decibels.append(min(ceiling, 20 * math.log10(span) - 10 * math.log10(error) if error else math.inf))
    total = sum(decibels)
    return Mean(total / len(decibels), 1) if over == "clips" else Mean(total, len(decibels))


@metric(
    labels={
        ("Video-Generation", "Single-Object Successful Rate"): "percent",
        ("Video-Generation", "Multi-Object Successful Rate"): "percent",
        ("Video-Generation", "Successful rate"): "percent",
        ("Video-Generation", "Suc-Rate"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 38",
    pairing="alone",
    each="clip",
    judged=True,
    caution="For camera motion and material the released code computes a text-video similarity under this label.",
)
def success_rate(pred: Any) -> Ratio:
    """Share of generated frames that show all that was asked for.

    Parameters
    ----------
    pred : sequence of bool, shape (n,), or bool
        For each of the n frames of one clip, whether everything asked for was found in it (True, 1) or not (False, 0).
        A single verdict stands for a clip of one frame.

    Returns
    -------
    Ratio
        Good frames out of all frames of all clips, a fraction in [0, 1]; higher is better.

    Raises
    ------
    ImpossibleValue
        If a finding lies outside 0 to 1.
    InvalidInput
        If there is no frame, or a finding is neither 0 nor 1, such as the confidence of a detector.

    Notes
    -----
    The findings come in: nothing here runs a detector. `contains`, `described` and `related`, of
    ``generallevel.metrics.video.prompted``, make them from detections. How many frames a missing clip would have had is
    unknown, so that it is left out and reported.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 38
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982 (object class, multiple objects, spatial relationship, color)

    Examples
    --------
    >>> (success_rate([True, True, False]) + success_rate([False])).value  # 2 / 4
    0.5
    """
    found = ratings(pred, 0, 1, "finding")
    unsure = found[(found != 0) & (found != 1)]
    if unsure.size:
        raise InvalidInput(
            f"a frame succeeds (True, 1) or not (False, 0), and {unsure[0]:g} is neither: compare confidences with the "
            "detector's threshold first"
        )
    return Ratio(int(found.sum()), found.size)

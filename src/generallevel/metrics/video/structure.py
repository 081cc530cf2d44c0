"""Structure: how like the frames of a clip are to those of its reference, window by window.

Objects: a prediction is the frames of one clip, and so is its reference. Scores lie in [-1, 1]; higher is better.
"""

from __future__ import annotations

from typing import Any

from generallevel._kernels.choices import one_of
from generallevel._kernels.clips import read_clip, span_of
from generallevel._kernels.images import check_one_scale
from generallevel._kernels.structural import (
    Channels,
    Covariance,
    Window,
    as_planes,
    check_channels,
    structural_similarity,
)
from generallevel.errors import ShapeMismatch
from generallevel.metrics.video.frames import OverFrames, trivial_clip
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["frame_ssim"]


@metric(
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(-1, 1),
    source="Wang et al. (2004), doi:10.1109/TIP.2003.819861",
    absent=trivial_clip,
    variants={
        "over_clips": Variant({"over": "clips"}, note="the mean of each clip, and then of clips"),
        "uniform": Variant(
            {"window": "uniform", "covariance": "sample"}, note="scikit-image's own defaults: a flat window of 7 x 7"
        ),
    },
    each="clip",
)
def frame_ssim(
    pred: Any,
    ref: Any,
    *,
    data_range: float | None = None,
    channels: Channels | None = None,
    window: Window = "gaussian",
    covariance: Covariance = "population",
    over: OverFrames = "frames",
) -> Mean:
    r"""Structural similarity of the frames of a clip, averaged over frames.

    .. math:: \frac1n \sum_t \mathrm{SSIM}(p_t, r_t)

    Parameters
    ----------
    pred, ref : array_like, shape (frames, H, W) or (frames, H, W, C)
        The frames of a clip, on one scale; 11 pixels at least along both sides (7 for the uniform window).
    data_range : float, optional
        The span of the scale, for frames that are not of 8 bit: required for fractions.
    channels : {"each", "luminance"}, optional
        Of colour frames the mean over the channels, or the similarity of the brightness (ITU-R BT.601, not rounded).
        Required for them.
    window : {"gaussian", "uniform"}, default "gaussian"
        A Gaussian of 11 x 11 with a standard deviation of 1.5, or a flat one of 7 x 7.
    covariance : {"population", "sample"}, default "population"
        Whether variances divide by the places of the window or by one less.
    over : {"frames", "clips"}, default "frames"
        Whether every frame counts once, or every clip.

    Returns
    -------
    Mean
        In [-1, 1]; higher is better.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, are not those of a clip, or the frames are too small. Nothing is cut, padded or resized.
    NotFinite
        If an intensity is NaN or infinite.
    ImpossibleValue
        If the frames span more than ``data_range``, or that is no positive number.
    InvalidInput
        If fractions come without ``data_range``, the two are evidently on two scales, or ``channels`` is not said.

    Notes
    -----
    The mean over frames is `ssim` with each frame as an item. Time plays no part: frames in another order on both sides
    score the same. A missing clip counts as black, or white where the reference is black.

    References
    ----------
    .. [1] Wang, Bovik, Sheikh & Simoncelli (2004), "Image quality assessment: from error visibility to structural
       similarity", doi:10.1109/TIP.2003.819861

    Examples
    --------
    >>> import numpy as np
    >>> clip = np.tile(np.array([[0, 255], [255, 0]]), (3, 8, 8))
    >>> frame_ssim(clip, clip).value
    1.0
    """
    one_of("over", over, ("frames", "clips"))
    said, wanted = read_clip(pred, "pred", 1), read_clip(ref, "ref", 1)
    if said.shape != wanted.shape:
        slip = (
            " Same sizes in another order: is one channels-first?" if sorted(said.shape) == sorted(wanted.shape) else ""
        )
        raise ShapeMismatch(
            f"pred has shape {said.shape}, and ref has shape {wanted.shape}: nothing is cut or resized.{slip}"
        )
    span = span_of(data_range, wanted, said)
    check_one_scale(said, wanted)
    check_channels(said.shape[1:], channels)
    total = 0.0
    for frame, true in zip(said, wanted, strict=True):
        one, other = as_planes(frame, channels), as_planes(true, channels)
        total += structural_similarity(one, other, data_range=span, window=window, covariance=covariance)
    return Mean(total / len(said), 1) if over == "clips" else Mean(total, len(said))

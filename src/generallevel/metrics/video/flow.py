"""Flow: where each pixel goes from one frame to the next.

Objects: a prediction is the flow of one pair of frames, shape (H, W, 2), in pixels, and so is its reference; the amount
of motion needs no reference.

A reference knows the flow of a pixel unless it is marked: by ``valid``, as KITTI does; by a component beyond 1e9, as
the .flo files of Middlebury and Sintel do; or by NaN. Only pixels whose flow is known count.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.flows import clip_flows, flow_blocks, flow_pair, zero_flow
from generallevel._kernels.softened import SoftenedMean
from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.registry import Variant, metric
from generallevel.scales import Complement, Linear, Saturating
from generallevel.tallies import Mean, Ratio

__all__ = ["epe", "flow_outlier_rate", "optical_flow_score", "still_clip", "zero_flow"]

KITTI_PIXELS, KITTI_SHARE = 3.0, 0.05  # KITTI 2015: wrong by more than both
FASTEST = 0.05  # VBench: the share of pixels whose flow is looked at
MOVING, SIDE = 6.0, 256.0  # VBench: flow that counts as motion, in pixels of a frame of this shorter side
FRAMES_PER_MOVE = 4  # VBench: one pair that moves for so many frames, at 8 frames a second

Over: TypeAlias = Literal["pairs", "pixels"]
MotionOf: TypeAlias = Literal["pixels", "clips"]


@metric(
    labels={("Video-Comprehension", "EPE"): "unknown"},
    unit="px",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(1),
    source="arXiv 2505.04620v1, Table 17 row 33 and A.1 (T = 1); Baker et al. (2011), doi:10.1007/s11263-010-0390-2",
    aliases=("end_point_error",),
    caution="The reference figures (23 to 49) cannot be pixels: an error in pixels would always win against them.",
    variants={
        "pooled": Variant({"over": "pixels"}, note="the pixels of all pairs together, as Sintel is read"),
        "released": Variant(
            {"softened": True}, note="the released code: the sum over pairs is divided by their number and 0.0001"
        ),
    },
    absent=zero_flow,
    each="pair of frames",
)
def epe(pred: Any, ref: Any, *, over: Over = "pairs", softened: bool = False) -> Mean | SoftenedMean:
    r"""Mean length of the difference between predicted and true flow vectors, in pixels.

    .. math:: \frac1n \sum_i \sqrt{(u_i - u'_i)^2 + (v_i - v'_i)^2}

    Parameters
    ----------
    pred : array_like of real numbers, shape (H, W, 2)
        The flow of each pixel in pixels, right and down.
    ref : array_like of real numbers, shape (H, W, 2), or mapping
        The true flow; with ``{"flow": (H, W, 2), "valid": (H, W)}`` only valid pixels count. A vector that holds a NaN
        or a component beyond 1e9 is unknown and does not count.
    over : {"pairs", "pixels"}, default "pairs"
        Whether each pair of frames counts once, or each pixel does.
    softened : bool, default False
        Whether the sum is divided by its number and 0.0001, as the released code does.

    Returns
    -------
    Mean or SoftenedMean
        Pixels, in [0, inf); lower is better.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not (H, W, 2). Nothing is resized, since flow would have to be scaled with it.
    NotFinite, ImpossibleValue
        If the prediction is NaN, infinite or marked as unknown where the flow is known.
    InvalidInput
        If the flow of no pixel is known.

    Notes
    -----
    Fields that are both in single precision are compared in it and summed in double: within 1e-6 of the formula in
    double precision. A missing prediction is a field of zeros. The released code knows no invalid pixels: a reference
    from KITTI then counts its zeros, and one from Middlebury its 1e9. A 16-bit PNG of KITTI read by Pillow has lost its
    lower byte.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 33 and A.1
    .. [2] Baker et al. (2011), "A Database and Evaluation Methodology for Optical Flow",
       doi:10.1007/s11263-010-0390-2

    Examples
    --------
    >>> epe([[[3.0, 4.0], [1.0, 0.0]]], [[[0.0, 0.0], [0.0, 0.0]]]).value  # (5 + 1) / 2
    3.0
    >>> epe([[[3.0, 4.0], [1.0, 0.0]]], [[[0.0, 0.0], [float("nan"), 0.0]]]).value
    5.0
    """
    one_of("over", over, ("pairs", "pixels"))
    pair = flow_pair(pred, ref)
    total = 0.0
    for lengths, _ in flow_blocks(pair):
        total += float(lengths.sum(dtype=np.float64))
    kind = SoftenedMean if softened else Mean
    return kind(total / pair.n, 1) if over == "pairs" else kind(total, pair.n)


@metric(
    unit="fraction",
    better="lower",
    bounds=(0.0, 1.0),
    scale=Complement(),
    source="Menze & Geiger (2015), doi:10.1109/CVPR.2015.7298925",
    aliases=("fl_all", "f1_all"),
    absent=zero_flow,
    each="pair of frames",
)
def flow_outlier_rate(pred: Any, ref: Any, *, pixels: float = KITTI_PIXELS, share: float = KITTI_SHARE) -> Ratio:
    """Share of pixels whose flow is wrong by more than 3 pixels and more than 5 % of its length: KITTI's Fl-all.

    Parameters
    ----------
    pred : array_like of real numbers, shape (H, W, 2)
    ref : array_like of real numbers, shape (H, W, 2), or mapping of "flow" and "valid"
        As for `epe`.
    pixels : float, default 3
    share : float, default 0.05
        What an error may be, in pixels and as a share of the true flow's length; an outlier exceeds both.

    Returns
    -------
    Ratio
        Outliers out of the known pixels of all pairs, a fraction in [0, 1]; lower is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `epe`; also if a limit is negative.

    Notes
    -----
    Where nothing moves, any error is beyond every share. Printed in percent as "Fl-all", and often misread as "F1-all":
    it is no F-measure.

    References
    ----------
    .. [1] Menze & Geiger (2015), "Object Scene Flow for Autonomous Vehicles", doi:10.1109/CVPR.2015.7298925

    Examples
    --------
    >>> flow_outlier_rate([[[4.0, 0.0], [104.0, 0.0]]], [[[0.0, 0.0], [100.0, 0.0]]]).value  # 4 px, 4 px of 100
    0.5
    """
    if not (0 <= pixels < math.inf and 0 <= share < math.inf):
        raise ImpossibleValue(f"pixels={pixels!r} and share={share!r} are what an error may be, 0 or more")
    pair = flow_pair(pred, ref)
    wrong = 0
    for lengths, wanted in flow_blocks(pair):
        true = np.hypot(*wanted.T.astype(np.float64))
        wrong += int(np.count_nonzero((lengths > pixels) & (lengths > share * true)))
    return Ratio(wrong, pair.n)


def still_clip(_ref: object) -> NDArray[np.float64]:
    """The flow of a clip in which nothing moves: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    ndarray, shape (3, 8, 8, 2)
    """
    return np.zeros((3, 8, 8, 2))


@metric(
    labels={("Video-Generation", "Optical Flow Score"): "percent", ("Video-Generation", "OFS"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 36; Huang et al. (2023), arXiv 2311.17982 (dynamic degree)",
    caution=(
        "The paper counts pixels that move and the released code clips that move: two different figures under one"
        " label."
    ),
    variants={
        "released": Variant(
            {"of": "clips", "threshold": None},
            note="the released code and VBench: clips that move, by a threshold that grows with the frame",
        )
    },
    absent=still_clip,
    pairing="alone",
    each="clip",
)
def optical_flow_score(pred: Any, *, threshold: float | None, of: MotionOf = "pixels") -> Mean:
    """Amount of motion: the share of pixels, or of clips, whose flow passes a threshold.

    Parameters
    ----------
    pred : array_like of real numbers, shape (pairs, H, W, 2)
        The flow between the neighbouring frames of a clip, in pixels; shape (H, W, 2) for a single pair.
    threshold : float or None
        The length of flow, in pixels, that must be exceeded. Required over pixels: the paper names none. None, over
        clips, is that of VBench: 6 min(H, W) / 256.
    of : {"pixels", "clips"}, default "pixels"
        ``pixels``: the share of the pixels of a clip, averaged over clips. ``clips``: a clip of n frames moves if in at
        least n / 4 pairs (rounded, halves to even) the fastest 5 % of pixels exceed the threshold in the mean.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Clips count equally.

    Raises
    ------
    ShapeMismatch, NotFinite
        If it is no flow of a clip.
    ImpossibleValue
        If the threshold is negative.
    InvalidInput
        If there is no threshold over pixels, or a frame has fewer than 20 pixels, of which 5 % are none.

    Notes
    -----
    The flow comes in: nothing here estimates it. VBench estimates it with RAFT on clips at 8 frames a second, on frames
    padded to multiples of 8, whose margins belong to the fastest pixels there. A clip of two frames moves in VBench
    whatever it shows, since 2 / 4 rounds to 0 pairs; so it does here, over clips. A missing clip does not move.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 36
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982 (dynamic degree)

    Examples
    --------
    >>> optical_flow_score([[[[3.0, 4.0], [0.0, 1.0]]]], threshold=2).value
    0.5
    """
    one_of("of", of, ("pixels", "clips"))
    flows = clip_flows(pred)
    if threshold is not None and not 0 <= threshold < math.inf:
        raise ImpossibleValue(f"threshold is a length of flow in pixels, 0 or more, not {threshold!r}")
    if of == "clips":
        return Mean(int(_moves(flows, threshold)), 1)
    if threshold is None:
        raise InvalidInput(
            'threshold=None is the threshold of VBench, which counts clips: pass of="clips", or a length in pixels'
        )
    moving = sum(int(np.count_nonzero(_lengths(field) > threshold)) for field in flows)
    return Mean(moving / (flows.size // 2), 1)


def _lengths(field: NDArray[Any]) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.hypot(*np.moveaxis(field, -1, 0).astype(np.float64))
    return lengths


def _moves(flows: NDArray[Any], threshold: float | None) -> bool:
    height, width = flows.shape[1:3]
    fastest = int(height * width * FASTEST)
    if not fastest:
        raise InvalidInput(f"frames of {height} x {width} pixels have no fastest 5 %: 20 pixels are the least")
    limit = MOVING * (min(height, width) / SIDE) if threshold is None else threshold
    wanted = round((len(flows) + 1) / FRAMES_PER_MOVE)
    moving = 0
    for field in flows:
        lengths = _lengths(field).reshape(-1)
        moving += float(np.partition(lengths, -fastest)[-fastest:].mean()) > limit
    return moving >= wanted

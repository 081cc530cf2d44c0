"""Frames: what holds in each frame of a clip, and how one frame differs from the next.

Objects: a prediction is one clip: its frames, or one finding for each frame. Scores are fractions in [0, 1]; higher is
better.
"""

from __future__ import annotations

from typing import Any

from generallevel._kernels.ratings import ratings
from generallevel.errors import InvalidInput
from generallevel.registry import declare, metric
from generallevel.scales import Linear
from generallevel.tallies import Ratio

__all__ = ["frame_accuracy", "l1_distance", "success_rate"]

l1_distance = declare(
    "l1_distance",
    summary="Steadiness: what the mean absolute difference of neighbouring frames leaves of the grey scale.",
    needs="the frames of each clip, 8 bit",
    labels={("Video-Generation", "L1 distance"): "percent", ("Video-Generation", "L1-Dis"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 35; Huang et al. (2023), arXiv 2311.17982 (temporal flickering)",
    caution="In spite of its name it is higher for the steadier clip: 1 is a still image.",
)

frame_accuracy = declare(
    "frame_accuracy",
    summary="Share of frames that are nearer to the target prompt than to the source prompt.",
    needs="CLIP embeddings of the frames and of the two prompts, or a verdict for each frame",
    labels={("Video-Generation", "Fram-Acc"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 29",
    caution=(
        "The paper speaks of frames judged correct; nearness to the target prompt is what the released code counts."
    ),
)


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
    The findings come in: nothing here runs a detector. How many frames a missing clip would have had is unknown, so
    that it is left out and reported.

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

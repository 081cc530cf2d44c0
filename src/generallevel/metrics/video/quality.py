"""Quality of video: what a no-reference model says about frames, and means of such figures.

Objects: a prediction is the rating of one clip by a model, or the parts of a composite. The ratings come in; nothing
here runs a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from generallevel._kernels.choices import one_of
from generallevel._kernels.ratings import ratings
from generallevel.errors import InvalidInput, did_you_mean
from generallevel.registry import declare, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["aesthetic_score", "musiq", "no_parts", "video_quality_composite"]

PARTS = ("subject", "text", "background", "smoothness", "motion")

SecondPart: TypeAlias = Literal["text", "background"]


def no_parts(_ref: object) -> dict[str, float]:
    """The parts of a clip that has nothing in any of them: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    dict
    """
    return dict.fromkeys(PARTS, 0.0)


musiq = declare(
    "musiq",
    summary="Image quality that the MUSIQ model predicts, averaged over frames, on 0 to 100.",
    needs="the MUSIQ rating of each frame",
    # Tables print the model's points as they are: "percent" would divide by 100 what was never multiplied.
    labels={
        ("Video-Generation", "MUSIQ"): "points",
        ("Video-Generation", "MUSIQ score"): "points",
    },
    unit="points",
    better="higher",
    bounds=(0.0, 100.0),
    scale=Linear(0, 100),
    source="arXiv 2505.04620v1, Table 17 row 31; Ke et al. (2021), arXiv 2108.05997",
    caution=(
        "The scene task carries this label, but the released code computes a success rate for it; checkpoints of "
        "the model differ."
    ),
)

aesthetic_score = declare(
    "aesthetic_score",
    summary="Rating of a linear aesthetic head on CLIP features of the frames, as a fraction of its scale of ten.",
    needs="the aesthetic rating of each frame",
    labels={("Video-Generation", "Aesthetic score"): "percent", ("Video-Generation", "Aesth-Score"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 37; Huang et al. (2023), arXiv 2311.17982 (aesthetic quality)",
)


@metric(
    labels={
        ("Video-Generation", "DINO+ViCLIP+Optical flow+Motion Smooth"): "percent",
        ("Video-Generation", "Avg(DINO+CLIP+OFS+MSS)"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 40; Huang et al. (2023), arXiv 2311.17982 (the parts)",
    absent=no_parts,
    pairing="alone",
    each="clip",
    caution="Workbook and paper name different second parts (text or background), some 18 points apart, "
    "and the released code sums the four parts.",
)
def video_quality_composite(pred: Any, *, second: SecondPart) -> Mean:
    """Mean of subject consistency, text or background consistency, motion smoothness and amount of motion.

    Parameters
    ----------
    pred : mapping of str to float
        The parts of one clip, or of a whole set, each a fraction in [0, 1]: ``subject`` (DINO cosines), ``text``
        (ViCLIP cosine with the prompt) or ``background`` (CLIP cosines between frames), ``smoothness`` (see
        `motion_smoothness`), ``motion`` (see `optical_flow_score`).
    second : {"text", "background"}
        Which of the two is the second part. Required: the workbook and the released code take the text, the paper the
        background. The other one may be given and is not read.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Clips count equally.

    Raises
    ------
    InvalidInput
        If a part is missing or unknown, or not one number.
    NotFinite
        If a part is NaN.
    ImpossibleValue
        If a part lies outside [0, 1], such as percent.

    Notes
    -----
    The released code adds the four parts of the whole set and does not divide by four: its figure is four times this
    one. It also pools subject and background over frames; for clips of several lengths, give the parts of the set as
    one item to match it. A missing clip has nothing in any part.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 40
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982

    Examples
    --------
    >>> parts = {"subject": 0.95, "text": 0.25, "smoothness": 0.98, "motion": 0.22}
    >>> round(video_quality_composite(parts, second="text").value, 6)  # (.95 + .25 + .98 + .22) / 4
    0.6
    """
    one_of("second", second, ("text", "background"))
    wanted = ("subject", second, "smoothness", "motion")
    if not isinstance(pred, Mapping):
        raise InvalidInput(f"pred is the parts {', '.join(wanted)} as a mapping, not {type(pred).__name__}")
    for name in pred:
        if name not in PARTS:
            raise InvalidInput(f"{name!r} is none of the parts {', '.join(PARTS)}.{did_you_mean(str(name), PARTS)}")
    missing = [name for name in wanted if pred.get(name) is None]
    if missing:
        raise InvalidInput(f"the part {missing[0]!r} is missing; the mean is over {', '.join(wanted)}")
    values = [ratings(pred[name], 0, 1, f"part {name!r}") for name in wanted]
    odd = [name for name, value in zip(wanted, values, strict=True) if value.size != 1]
    if odd:
        raise InvalidInput(f"the part {odd[0]!r} of one clip is one number, not several")
    return Mean(sum(float(value[0]) for value in values) / len(wanted), 1)

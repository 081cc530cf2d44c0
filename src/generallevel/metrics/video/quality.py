"""Quality of video: what a no-reference model says about frames, and means of such figures.

Objects: a prediction is the ratings of the frames of one clip by a model, or the parts of a composite. Ratings come in,
or frames with the model that rates them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from generallevel._kernels.choices import one_of
from generallevel._kernels.features import Absent
from generallevel._kernels.ratings import ratings
from generallevel.errors import InvalidInput, did_you_mean
from generallevel.extractors.heads import LinearHead
from generallevel.extractors.protocol import Source, features_of_parts
from generallevel.registry import metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["aesthetic_score", "musiq", "no_frames", "no_parts", "video_quality_composite"]

MUSIQ_POINTS = 100  # the scale of SPAQ and KonIQ-10k, on which the model was trained: Ke et al. (2021)
AESTHETIC_POINTS = 10  # the scale of the ratings on which the head was trained: Schuhmann et al. (2022)
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


def no_frames(_ref: object) -> Absent:
    """What a missing clip counts as: the declared worst.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    Absent
    """
    return Absent()


@metric(
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
    absent=no_frames,
    pairing="alone",
    each="clip",
    caution=(
        "The scene task carries this label, but the released code computes a success rate for it; checkpoints of "
        "the model differ."
    ),
)
def musiq(pred: Any, *, extractor: Source = None) -> Mean:
    """Image quality that the MUSIQ model predicts, averaged over frames, on 0 to 100.

    Parameters
    ----------
    pred : float, or array_like of float, shape (frames,)
        The model's rating of each frame of a clip, from 0 to 100. With an extractor: the frames.
    extractor : Extractor or str, optional
        What rates frames, one number for each, or the name of the checkpoint that rated, for the signature: SPAQ,
        KonIQ-10k and PaQ-2-PiQ give three metrics.

    Returns
    -------
    Mean
        Points, in [0, 100]; higher is better. Clips count equally.

    Raises
    ------
    ImpossibleValue
        If a rating lies outside [0, 100].
    NotFinite
        If one is NaN.
    InvalidInput
        If there is no frame, or no one number for each.

    Notes
    -----
    The released code and VBench take the SPAQ checkpoint, and frames whose longer side is at most 512. VBench divides
    by 100. A missing clip scores 0.

    References
    ----------
    .. [1] Ke et al. (2021), "MUSIQ: multi-scale image quality transformer", arXiv 2108.05997
    .. [2] arXiv 2505.04620v1, Table 17 row 31

    Examples
    --------
    >>> musiq([60.0, 70.0], extractor="musiq-spaq").value
    65.0
    """
    if isinstance(pred, Absent):
        return Mean(0.0, 1)
    rated = ratings(_one_number_each(pred, extractor), 0, MUSIQ_POINTS, "rating")
    return Mean(float(rated.mean()), 1)


@metric(
    labels={("Video-Generation", "Aesthetic score"): "percent", ("Video-Generation", "Aesth-Score"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 37; Huang et al. (2023), arXiv 2311.17982 (aesthetic quality)",
    absent=no_frames,
    pairing="alone",
    each="clip",
)
def aesthetic_score(pred: Any, *, extractor: Source = None, head: LinearHead | None = None) -> Mean:
    """Rating of a linear aesthetic head on CLIP features of the frames, as a fraction of its scale of ten.

    Parameters
    ----------
    pred : float, or array_like of float, shape (frames,); or array_like, shape (frames, d)
        The rating of each frame of a clip, from 0 to 10. With a head: the CLIP features of each frame. With an
        extractor: the frames.
    extractor : Extractor or str, optional
        What turns frames into features (with a head) or into ratings (without), or the name of what did, for the
        signature.
    head : LinearHead, optional
        The linear map from features to ratings.

    Returns
    -------
    Mean
        A tenth of the mean rating, a fraction in [0, 1]; higher is better. Clips count equally.

    Raises
    ------
    ImpossibleValue
        If a rating lies outside [0, 10].
    ShapeMismatch
        If the head is for features of another dimension.
    NotFinite
        If a rating or a feature is NaN.
    InvalidInput
        If there is no frame, or no one number for each.

    Notes
    -----
    The released code and VBench take LAION's head for CLIP ViT-L/14, on features of length 1. A head is unbounded in
    principle: a rating outside [0, 10] means features of another network, or not normalised, and is refused. A missing
    clip scores 0.

    References
    ----------
    .. [1] Schuhmann et al. (2022), "LAION-5B", arXiv 2210.08402, section 6.1 (the head)
    .. [2] Huang et al. (2023), "VBench", arXiv 2311.17982 (aesthetic quality)
    .. [3] arXiv 2505.04620v1, Table 17 row 37

    Examples
    --------
    >>> aesthetic_score([5.0, 6.0]).value  # (5 + 6) / 2 / 10
    0.55
    >>> from generallevel.extractors import LinearHead
    >>> aesthetic_score([[3.0, 4.0]], head=LinearHead([1.0, 2.0], 3.3)).value  # (.6 + 2 * .8 + 3.3) / 10
    0.55
    """
    if isinstance(pred, Absent):
        return Mean(0.0, 1)
    given = _one_number_each(pred, extractor) if head is None else head(features_of_parts(pred, extractor, "pred"))
    rated = ratings(given, 0, AESTHETIC_POINTS, "rating")
    return Mean(float(rated.mean()) / AESTHETIC_POINTS, 1)


def _one_number_each(pred: Any, extractor: Source) -> Any:
    """The rating of each frame: as given, or from a model that rates."""
    if extractor is None or isinstance(extractor, str):
        return pred
    rows = features_of_parts(pred, extractor, "pred")
    if rows.shape[1] != 1:
        raise InvalidInput(
            f"{extractor.name} gave {rows.shape[1]} numbers for a frame, and a rating is one: features need a head, "
            "such as aesthetic_score(..., head=LinearHead(weight, bias))"
        )
    return rows[:, 0]


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

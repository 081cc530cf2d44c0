"""Features: images compared by what a neural network sees in them.

Features come in, or images with the extractor that makes features of them; nothing here downloads a network.

Objects: a prediction is the feature vector of one image (several: views, frames); a reference is that of a text or of
another image, or one of a second set. Cosines are fractions in [-1, 1], higher is better; Frechet distances are in [0,
inf), lower is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import check_count
from generallevel._kernels.cosines import cosine_mean
from generallevel._kernels.features import Absent
from generallevel._kernels.frechet import FrechetDistance
from generallevel._kernels.kernel_distance import KernelDistance, Subsets
from generallevel.errors import InvalidInput
from generallevel.extractors.protocol import Source, features_of_items
from generallevel.extractors.sides import frechet, side_rows
from generallevel.registry import Variant, metric
from generallevel.scales import Linear, Saturating
from generallevel.tallies import Mean

__all__ = ["SaturatingAboveZero", "clip_image_score", "clip_s", "clip_score", "fid", "kid", "no_image"]

HESSEL = 2.5  # the weight of CLIP-S: Hessel et al. (2021), arXiv 2104.08718, section 3


def no_image(_ref: object) -> Absent:
    """What a missing image counts as: the declared worst.

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
    labels={("Image-Generation", "FID"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(25),
    source="arXiv 2505.04620v1, Table 17 row 27 and A.1 (T = 25); Heusel et al. (2017), arXiv 1706.08500",
    aliases=("frechet_inception_distance",),
    pairing="unpaired",
    item="none",
    each="image",
    caution=(
        "The figure falls with the number of images and depends on how they were resized: compare at equal "
        "numbers only."
    ),
)
def fid(pred: Any, ref: Any = None, *, extractor: Source = None) -> FrechetDistance:
    r"""Frechet distance of the Gaussians that fit the Inception features of generated and of real images.

    .. math:: |\mu_p - \mu_r|^2 + \operatorname{tr} \bigl(\Sigma_p + \Sigma_r - 2 (\Sigma_p \Sigma_r)^{1/2}\bigr)

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one generated image, or of k of them. With an extractor: the image, or a list of images.
    ref : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one real image, or of k. An item is of one of the two sets, and the other is None.
    extractor : Extractor or str, optional
        What turns images into features, or the name of the network that made those given, for the signature. Its
        resizing and checkpoint are part of the number.

    Returns
    -------
    FrechetDistance
        In squared units of the features, in [0, inf); lower is better. It knows ``n_pred``, ``n_ref`` and
        ``dimension``, and its ``notes`` say when a set is small.

    Raises
    ------
    ShapeMismatch
        If features have several dimensions, or are no rows.
    NotFinite
        If a feature is NaN or infinite.
    InvalidInput
        If both sides are given, or an extractor has no name.
    UndefinedScore
        At reading, of fewer than two images on either side.

    Notes
    -----
    * Covariances are divided by n - 1, as in numpy.cov. The estimate is biased upwards, the more the fewer the images:
      ``notes`` tells of no more images than dimensions, where the covariance is singular, and of fewer than 10,000.
    * The square root is taken as a nuclear norm of centred features: no complex numbers arise, and with no more images
      than dimensions it agrees with the definition to rounding, where the square root of a singular matrix, as
      pytorch-fid takes it, is off from the fourth or fifth digit on.
    * Rows are kept until there are more than dimensions, and from then on n, mean and second moment alone.
    * To match torchmetrics, pass the features of its network, in double precision.
    * General-Bench's tables mean the 2048 pooled features of Inception v3 in the FID checkpoint. A missing image is
      left out and reported.

    References
    ----------
    .. [1] Heusel et al. (2017), "GANs trained by a two time-scale update rule", arXiv 1706.08500
    .. [2] Dowson & Landau (1982), doi:10.1016/0047-259X(82)90077-X
    .. [3] arXiv 2505.04620v1, Table 17 row 27 and A.1

    Examples
    --------
    Means 2 apart, and variances 1/2 and 2: 4 + 1/2 + 2 - 2 sqrt(1/2 * 2)

    >>> from generallevel import score
    >>> result = score("fid", [[0.0], [1.0]], [[1.5], [3.5]])
    >>> round(result.value, 12), result.tally.n_pred, result.tally.dimension
    (4.5, 2, 1)
    """
    return frechet(pred, ref, extractor)


@dataclass(frozen=True, slots=True)
class SaturatingAboveZero(Saturating):
    """`Saturating` for an estimate that chance can bring below 0, which is as good as 0.

    Examples
    --------
    >>> float(SaturatingAboveZero(1)(-0.1))
    100.0
    """

    def unclipped(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        # Not super(): a dataclass with slots is another class than the one that the body closes over.
        return Saturating.unclipped(self, np.maximum(raw, 0.0))

    @property
    def formula(self) -> str:
        return f"100 tanh({self.T:g} / 2 max(x, 0))"


@metric(
    unit="distance",
    better="lower",
    bounds=(-math.inf, math.inf),
    best=0.0,
    scale=SaturatingAboveZero(0.02),  # ours: half-way down where generators of small images were in 2018
    source="Binkowski et al. (2018), arXiv 1801.01401",
    aliases=("kernel_inception_distance",),
    variants={
        "subsets": Variant(
            {"subsets": 100, "subset_size": 1000},
            note="torch-fidelity and torchmetrics: the mean over 100 draws of 1000",
        )
    },
    pairing="unpaired",
    item="none",
    each="image",
)
def kid(
    pred: Any,
    ref: Any = None,
    *,
    extractor: Source = None,
    subsets: int | None = None,
    subset_size: int = 1000,
    seed: int = 0,
) -> KernelDistance:
    r"""Squared discrepancy of two sets of image features under a cubic kernel, estimated without bias.

    Parameters
    ----------
    pred, ref, extractor
        As for `fid`.
    subsets : int, optional
        How many draws the value is the mean of; by default every pair counts, which is what the draws estimate.
    subset_size : int, default 1000
        Images of each draw, from either side, without replacement.
    seed : int, default 0
        Decides the draws.

    Returns
    -------
    KernelDistance
        In (-inf, inf), 0 in expectation for two sets of one distribution; lower is better.

    Raises
    ------
    ShapeMismatch, NotFinite, InvalidInput
        As for `fid`; or if a count is no positive number.
    UndefinedScore
        At reading, of fewer than two images on either side, or fewer than ``subset_size``.

    Notes
    -----
    The expectation does not depend on the number of images. An estimate may be negative, and that of a set against
    itself is. Rows are kept, and the matrix of the kernel is never held whole. Draws do not depend on the order of the
    images. torchmetrics draws with torch's generator, so that ``variant="subsets"`` differs from it by chance.

    References
    ----------
    .. [1] Binkowski et al. (2018), "Demystifying MMD GANs", arXiv 1801.01401

    Examples
    --------
    Of one dimension, all predictions at 0 and all references at 1: 1 + 2 ** 3 - 2 * 1

    >>> from generallevel import score
    >>> score("kid", [[0.0], [0.0]], [[1.0], [1.0]]).value
    7.0
    """
    draws = None
    if subsets is not None:
        check_count("subsets", subsets)
        check_count("subset_size", subset_size)
        if subset_size < 2:
            raise InvalidInput("subset_size is 2 or more: one image has no pair within its set")
        draws = Subsets(int(subsets), int(subset_size), seed)
    rows, others = side_rows(pred, ref, extractor)
    return KernelDistance(() if rows is None else (rows,), () if others is None else (others,), draws)


def _cosines(preds: Sequence[Any], refs: Sequence[Any], *, extractor: Source, floored: bool) -> Mean:
    """The cosines of many pairs, through one call of the extractor for each side."""
    said, wanted = features_of_items(preds, extractor, "pred"), features_of_items(refs, extractor, "ref")
    return cosine_mean(said, wanted, floored=floored)


@metric(
    labels={
        ("Image-Generation", "CLIP score"): "percent",
        ("Image-Generation", "CLIPScore"): "percent",
        ("Video-Generation", "CLIPScore"): "percent",
        ("3D-Generation", "CLIP score"): "percent",
        ("3D-Generation", "CLIPScore"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 26; Hessel et al. (2021), arXiv 2104.08718",
    variants={"cosine": Variant({"floored": False}, note="the bare cosine, which may be negative")},
    batch=_cosines,
    absent=no_image,
    each="image",
    caution="Cosines of images and texts lie near 0.25 for good pairs too, and the field also prints them times 2.5.",
)
def clip_score(pred: Any, ref: Any, *, extractor: Source = None, floored: bool = True) -> Mean:
    r"""Cosine of the CLIP embeddings of an image and of its text.

    .. math:: \max\Bigl(0, \frac{v \cdot t}{|v| |t|}\Bigr)

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d)
        The embedding of an image, of any length; or those of k views or frames, over which the score is a mean. With an
        extractor: the image, or a list of views.
    ref : array_like of real numbers, shape (d,); or tuple of them
        The embedding of its text. Of several texts in a tuple the nearest counts. With an extractor: the text.
    extractor : Extractor or str, optional
        What turns both images and texts into embeddings (texts are the items that are ``str``), or the name of the
        model that made those given, for the signature.
    floored : bool, default True
        Whether a negative cosine counts as 0.

    Returns
    -------
    Mean
        A fraction in [0, 1], or [-1, 1] where it is not floored; higher is better. Images count equally.

    Raises
    ------
    ShapeMismatch
        If the embeddings have two dimensions.
    NotFinite, ImpossibleValue
        If one is NaN, infinite or zero.
    InvalidInput
        If texts or images come without an extractor.

    Notes
    -----
    Three definitions are in use. Floored at 0 and times 100 is torchmetrics' CLIPScore, and what General-Bench's tables
    mean: they print 20 to 30, where the first and the second definition agree, since matching pairs are never below 0.
    ``variant="cosine"`` is the second. The third, 2.5 max(0, cos), is CLIP-S of Hessel et al.: `clip_s`, a metric of
    its own since its best is 2.5. The checkpoint is part of the number: name it, or pass the extractor. A missing image
    scores the worst that the definition allows.

    References
    ----------
    .. [1] Hessel et al. (2021), "CLIPScore: a reference-free evaluation metric for image captioning", arXiv 2104.08718
    .. [2] arXiv 2505.04620v1, Table 17 row 26

    Examples
    --------
    >>> clip_score([3.0, 4.0], [0.0, 2.0]).value  # 4 / 5
    0.8
    >>> clip_score([3.0, 4.0], [-1.0, 0.0]).value, clip_score([3.0, 4.0], [-1.0, 0.0], floored=False).value
    (0.0, -0.6)
    """
    return _cosines([pred], [ref], extractor=extractor, floored=floored)


def _clip_s(preds: Sequence[Any], refs: Sequence[Any], *, extractor: Source) -> Mean:
    cosines = _cosines(preds, refs, extractor=extractor, floored=True)
    return Mean(HESSEL * cosines.total, cosines.n)


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, HESSEL),
    scale=Linear(0, HESSEL),
    source="Hessel et al. (2021), arXiv 2104.08718, section 3",
    batch=_clip_s,
    absent=no_image,
    each="image",
)
def clip_s(pred: Any, ref: Any, *, extractor: Source = None) -> Mean:
    r"""Cosine of the CLIP embeddings of an image and of its text, from 0 and times 2.5.

    .. math:: 2.5 \max(0, \cos(v, t))

    Parameters
    ----------
    pred, ref, extractor
        As for `clip_score`.

    Returns
    -------
    Mean
        A number in [0, 2.5], and in practice below 1; higher is better.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_score`.

    Notes
    -----
    The paper's figures are of ViT-B/32 with "A photo depicts " before the text, which is the caller's to put there.

    References
    ----------
    .. [1] Hessel et al. (2021), "CLIPScore: a reference-free evaluation metric for image captioning", arXiv 2104.08718

    Examples
    --------
    >>> clip_s([3.0, 4.0], [0.0, 2.0]).value  # 2.5 * 4 / 5
    2.0
    """
    return _clip_s([pred], [ref], extractor=extractor)


@metric(
    labels={
        ("Image-Generation", "CLIP img score"): "percent",
        ("Image-Generation", "CLIPScore"): "percent",
        ("3D-Generation", "CLIP score"): "percent",
        ("3D-Generation", "CLIPScore"): "percent",
    },
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label CLIP img score); arXiv 2505.04620v1, Tables 23 and 35 (the figures)",
    variants={"floored": Variant({"floored": True}, note="a negative cosine counts as 0")},
    batch=_cosines,
    absent=no_image,
    each="image",
    caution=(
        "Eight image-to-3D tasks are labelled CLIP score; that two images are compared there is read from figures"
        " near 80."
    ),
)
def clip_image_score(pred: Any, ref: Any, *, extractor: Source = None, floored: bool = False) -> Mean:
    """Cosine of the CLIP embeddings of two images: a result and its reference or input image.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d)
        The embedding of an image, or those of k rendered views, over which the score is a mean. With an extractor: the
        image, or a list of views.
    ref : array_like of real numbers, shape (d,) or (m, d); or tuple of them
        The embedding of the image that it is to resemble; of m images, the mean is over all pairs, and of a tuple the
        nearest counts.
    extractor : Extractor or str, optional
        As for `clip_score`.
    floored : bool, default False
        Whether a negative cosine counts as 0; images are hardly ever that unlike.

    Returns
    -------
    Mean
        A fraction in [-1, 1]; higher is better. Images, or shapes of several views, count equally.

    Raises
    ------
    ShapeMismatch, NotFinite, ImpossibleValue, InvalidInput
        As for `clip_score`.

    Notes
    -----
    With DINO embeddings the same is DINO-I of subject-driven generation. A missing image scores the worst that the
    definition allows.

    References
    ----------
    .. [1] Radford et al. (2021), "Learning transferable visual models from natural language supervision", arXiv
       2103.00020
    .. [2] arXiv 2505.04620v1, Tables 23 and 35

    Examples
    --------
    Two views of a shape beside the image that it was made from: (1 + 0) / 2

    >>> clip_image_score([[2.0, 0.0], [0.0, 1.0]], [1.0, 0.0]).value
    0.5
    """
    return _cosines([pred], [ref], extractor=extractor, floored=floored)

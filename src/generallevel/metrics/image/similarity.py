"""Structural similarity: two images of one scene, compared window by window.

Objects: a prediction is an image, shape (H, W) or (H, W, C), and so is its reference; both on one scale. Scores lie in
[-1, 1]; higher is better.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.filters import gaussian_window, halved
from generallevel._kernels.images import check_one_scale, check_span, image_pair, where_not_finite
from generallevel._kernels.structural import (
    SIGMA,
    SIZE,
    Channels,
    Covariance,
    Window,
    as_planes,
    check_channels,
    check_fits,
    compared,
    finite_value,
    structural_similarity,
)
from generallevel.metrics.image.pixels import trivial_image
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["ms_ssim", "ssim"]

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang et al. (2003), from the finest scale to the coarsest


def _planes(
    pred: ArrayLike, ref: ArrayLike, data_range: float, channels: Channels | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two checked images as planes of doubles, shape (C, H, W)."""
    images = image_pair(pred, ref)
    for name, image in zip(("pred", "ref"), images, strict=True):
        if image.dtype.kind == "f":
            where_not_finite(name, image)
    check_span(images[1], data_range)
    check_one_scale(*images)
    check_channels(images[0].shape, channels)
    one, other = (as_planes(image, channels) for image in images)
    return one, other


@metric(
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(-1, 1),
    source="Wang et al. (2004), doi:10.1109/TIP.2003.819861",
    variants={
        "uniform": Variant(
            {"window": "uniform", "covariance": "sample"}, note="scikit-image's own defaults: a flat window of 7 x 7"
        ),
    },
    absent=trivial_image,
    each="image",
)
def ssim(
    pred: ArrayLike,
    ref: ArrayLike,
    *,
    data_range: float,
    channels: Channels | None = None,
    window: Window = "gaussian",
    covariance: Covariance = "population",
) -> Mean:
    r"""Structural similarity of two images, averaged over the windows that fit whole.

    .. math:: \frac{(2 \mu_p \mu_r + C_1)(2 \sigma_{pr} + C_2)}
                   {(\mu_p^2 + \mu_r^2 + C_1)(\sigma_p^2 + \sigma_r^2 + C_2)}
              \qquad C_1 = (0.01 R)^2,\; C_2 = (0.03 R)^2

    Parameters
    ----------
    pred, ref : array_like, shape (H, W) or (H, W, C), any real dtype
        Intensities on one common scale; 11 pixels at least along both sides (7 for the uniform window).
    data_range : float
        The span R of that scale: 255 for 8-bit images, 1 for images in [0, 1]. Required: there is no safe guess.
    channels : {"each", "luminance"}, optional
        Of colour images the mean over the channels, or the similarity of the brightness (ITU-R BT.601, not rounded).
        Required for them.
    window : {"gaussian", "uniform"}, default "gaussian"
        A Gaussian of 11 x 11 with a standard deviation of 1.5, or a flat one of 7 x 7.
    covariance : {"population", "sample"}, default "population"
        Whether variances divide by the places of the window or by one less.

    Returns
    -------
    Mean
        In [-1, 1]; higher is better. Each image counts once.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, are not those of one image, or are too small. Nothing is padded or resized.
    NotFinite
        If an intensity is NaN or infinite.
    ImpossibleValue
        If the reference spans more than ``data_range``, or that is no positive number.
    InvalidInput
        If an image holds no real numbers, the two are evidently on two scales, or ``channels`` is not said.

    Notes
    -----
    To match scikit-image's ``structural_similarity``, pass it ``gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False`` and the same ``data_range``; its own defaults are ``variant="uniform"``. To match
    pytorch-msssim, set nothing (``channels="each"``). torchmetrics also averages over the border, which it pads by
    reflection, and so differs in the third digit.

    References
    ----------
    .. [1] Wang, Bovik, Sheikh & Simoncelli (2004), "Image quality assessment: from error visibility to structural
       similarity", doi:10.1109/TIP.2003.819861

    Examples
    --------
    >>> image = np.tile([[0, 255], [255, 0]], (8, 8))
    >>> ssim(image, image, data_range=255).value
    1.0
    >>> ssim(255 - image, image, data_range=255).value < -0.9  # the negative
    True
    """
    one, other = _planes(pred, ref, data_range, channels)
    value = structural_similarity(one, other, data_range=data_range, window=window, covariance=covariance)
    return Mean(value, 1)


@metric(
    labels={("Image-Generation", "MS-SSIM"): "fraction"},
    unit="fraction",
    better="higher",
    bounds=(-1.0, 1.0),
    scale=Linear(-1, 1),
    source="arXiv 2505.04620v1, Table 17 row 25 and A.1; Wang et al. (2003), doi:10.1109/ACSSC.2003.1292216",
    variants={
        "cropped": Variant({"odd": "crop"}, note="a last row or column of an odd number is left out at each scale"),
    },
    absent=trivial_image,
    each="image",
)
def ms_ssim(
    pred: ArrayLike,
    ref: ArrayLike,
    *,
    data_range: float,
    channels: Channels | None = None,
    odd: Literal["pad", "crop"] = "pad",
) -> Mean:
    r"""Structural similarity of two images, combined over five scales.

    .. math:: l_5^{w_5} \prod_{j=1}^5 (cs_j)^{w_j}

    with the likeness cs of contrast and structure at each scale, each half as large as the one before, and that of
    brightness, l, at the coarsest; negative ones count as 0.

    Parameters
    ----------
    pred, ref : array_like, shape (H, W) or (H, W, C), any real dtype
        Intensities on one common scale; 161 pixels at least along both sides (176 where ``odd="crop"``).
    data_range : float
        The span of that scale: 255 for 8-bit images, 1 for images in [0, 1]. Required: there is no safe guess.
    channels : {"each", "luminance"}, optional
        Of colour images the mean over the channels, or the similarity of the brightness (ITU-R BT.601, not rounded).
        Required for them.
    odd : {"pad", "crop"}, default "pad"
        What happens to a side of odd length before it is halved: a zero is put at both ends, or the last pixel is left
        out.

    Returns
    -------
    Mean
        In [-1, 1], and never below 0 here; higher is better. Each image counts once.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, are not those of one image, or are too small. Nothing is padded or resized.
    NotFinite
        If an intensity is NaN or infinite.
    ImpossibleValue
        If the reference spans more than ``data_range``, or that is no positive number.
    InvalidInput
        If an image holds no real numbers, the two are evidently on two scales, or ``channels`` is not said.

    Notes
    -----
    A likeness of contrast and structure below 0 is cut off at 0, since it cannot be raised to a power; one such scale
    makes the image 0.

    To match pytorch-msssim 1.0, set ``channels="each"``; its window is in single precision, so that the two agree to
    seven digits. torchmetrics leaves a last odd row out and averages brightness over a padded border: it agrees with
    nothing else.

    References
    ----------
    .. [1] Wang, Simoncelli & Bovik (2003), "Multiscale structural similarity for image quality assessment",
       doi:10.1109/ACSSC.2003.1292216
    .. [2] arXiv 2505.04620v1, Table 17 row 25 and A.1

    Examples
    --------
    >>> image = np.tile([[0, 255], [255, 0]], (88, 88))
    >>> ms_ssim(image, image, data_range=255).value
    1.0
    """
    one_of("odd", odd, ("pad", "crop"))
    one, other = _planes(pred, ref, data_range, channels)
    halvings = len(WEIGHTS) - 1
    least = ((SIZE - 1) << halvings) + 1 if odd == "pad" else SIZE << halvings
    check_fits(one.shape, least, f'{len(WEIGHTS)} scales with odd="{odd}"')
    window = gaussian_window(SIZE, SIGMA)
    product = np.ones(len(one))
    with np.errstate(over="ignore", invalid="ignore"):
        for weight in WEIGHTS:
            if weight is not WEIGHTS[0]:
                one, other = (halved(side, padded=odd == "pad") for side in (one, other))
            brightness, structure = compared(one, other, window, data_range, 1.0)
            likeness = brightness * structure if weight is WEIGHTS[-1] else structure
            product *= np.maximum(likeness.mean(axis=(-2, -1)), 0) ** weight
        return Mean(finite_value(float(product.mean())), 1)

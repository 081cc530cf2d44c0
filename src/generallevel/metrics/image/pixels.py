"""Pixels: two images of one scene, compared intensity by intensity.

Objects: a prediction is an image, shape (H, W) or (H, W, C), and so is its reference; both on one scale.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.images import check_one_scale, check_span, image_pair, where_not_finite
from generallevel.errors import NotFinite
from generallevel.registry import metric
from generallevel.scales import Tanh
from generallevel.tallies import Mean

__all__ = ["psnr", "trivial_image"]

BLOCK = 1 << 16  # ours: intensities at a time
SMALLEST = 1e-290  # ours: below it the squares of doubles begin to lose digits


def trivial_image(ref: ArrayLike) -> NDArray[Any]:
    """The image that a missing one counts as: black, or white where the reference itself is black.

    Parameters
    ----------
    ref : array_like
        The reference image.

    Returns
    -------
    ndarray
        Of the reference's shape and type; white is the largest integer of the type, and 1 for floats.
    """
    wanted = np.asarray(ref)
    if np.any(wanted):
        return np.zeros_like(wanted)
    white = np.iinfo(wanted.dtype).max if wanted.dtype.kind in "iu" else 1
    return np.full_like(wanted, white)


@metric(
    labels={("Image-Generation", "PSNR"): "dB", ("Video-Generation", "PSNR"): "dB"},
    unit="dB",
    better="higher",
    bounds=(-math.inf, math.inf),
    scale=Tanh(20),
    source="arXiv 2505.04620v1, Table 17 row 24 and A.1; Huynh-Thu & Ghanbari (2008), doi:10.1049/el:20080522",
    absent=trivial_image,
    each="image",
)
def psnr(pred: ArrayLike, ref: ArrayLike, *, data_range: float, ceiling: float = math.inf) -> Mean:
    r"""Peak signal-to-noise ratio of an image.

    .. math:: 10 \log_{10} \frac{R^2}{\frac1n \sum_i (p_i - r_i)^2}

    Parameters
    ----------
    pred, ref : array_like, shape (H, W) or (H, W, C), any real dtype
        Intensities on one common scale. Widened before subtracting, so ``uint8`` cannot wrap around.
    data_range : float
        The span R of that scale: 255 for 8-bit images, 1 for images in [0, 1]. Required: there is no safe guess.
    ceiling : float, default inf
        The most one image may contribute, in dB. One perfect image is infinite, and so is the mean of any set that
        holds it.

    Returns
    -------
    Mean
        Decibels, in (-inf, inf]; higher is better. Sets average in dB.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not those of one image. Nothing is broadcast or resized.
    NotFinite
        If an intensity is NaN or infinite; the message says where.
    ImpossibleValue
        If the reference spans more than ``data_range``, or that is no positive number. Of a large image of floats some
        values are looked at, since a slip of scale shows everywhere.
    InvalidInput
        If an image holds no real numbers, or the two are evidently on two scales (0 to 1 and 0 to 255).

    Notes
    -----
    To match scikit-image's ``peak_signal_noise_ratio``, pass the same ``data_range``; images in single precision, which
    it does not widen, differ from the ninth digit on. The released code leaves infinite
    frames out; here they count, at most with ``ceiling``.

    References
    ----------
    .. [1] Huynh-Thu & Ghanbari (2008), "Scope of validity of PSNR in image/video quality assessment",
       doi:10.1049/el:20080522
    .. [2] arXiv 2505.04620v1, Table 17 row 24 and A.1

    Examples
    --------
    One of four pixels is off by the whole range, so that the mean square error is a quarter of its square:

    >>> round(psnr([[255, 0], [0, 0]], [[0, 0], [0, 0]], data_range=255).value, 4)  # 10 log10(4)
    6.0206
    >>> psnr([[7, 8]], [[7, 8]], data_range=255).value, psnr([[7, 8]], [[7, 8]], data_range=255, ceiling=100).value
    (inf, 100.0)
    """
    if math.isnan(ceiling):
        raise NotFinite("ceiling is NaN: it is the most decibels one image may contribute, or inf")
    said, wanted = image_pair(pred, ref)
    squares, exponent = _sum_of_squares(said, wanted), 0
    if not math.isfinite(squares):
        where_not_finite("pred", said)
        where_not_finite("ref", wanted)
    check_span(wanted, data_range)
    check_one_scale(said, wanted)
    if not SMALLEST < squares < math.inf:  # too small or too large to be squared, unless there is no difference at all
        difference = np.subtract(said, wanted, dtype=np.float64)
        exponent = math.frexp(float(np.abs(difference).max()))[1]
        squares = float(np.sum(np.ldexp(difference, -exponent) ** 2))
    if squares == 0:
        return Mean(ceiling, 1)
    decibels = 20 * math.log10(data_range) - 10 * math.log10(squares / said.size) - 20 * exponent * math.log10(2)
    return Mean(min(decibels, ceiling), 1)


def _sum_of_squares(pred: NDArray[Any], ref: NDArray[Any]) -> float:
    """The sum of the squared differences, a block at a time: a whole image of doubles would not stay in the cache."""
    one, other = pred.reshape(-1), ref.reshape(-1)
    room, total = np.empty(min(BLOCK, one.size)), 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # the caller looks at what is not finite
        for start in range(0, one.size, BLOCK):
            block = slice(start, start + BLOCK)
            difference = room[: one.size - start]
            np.subtract(one[block], other[block], out=difference, dtype=np.float64)
            total += float(np.dot(difference, difference))
    return total

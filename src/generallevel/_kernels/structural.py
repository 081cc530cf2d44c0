"""Structural similarity of two arrays of planes: brightness, and contrast and structure, window by window."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.colours import luma
from generallevel._kernels.filters import gaussian_window, uniform_window, window_means
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch

__all__ = [
    "SIGMA",
    "SIZE",
    "Channels",
    "Covariance",
    "Window",
    "as_planes",
    "check_channels",
    "check_fits",
    "compared",
    "finite_value",
    "structural_similarity",
]

Planes: TypeAlias = NDArray[np.float64]
Channels: TypeAlias = Literal["each", "luminance"]
Window: TypeAlias = Literal["gaussian", "uniform"]
Covariance: TypeAlias = Literal["population", "sample"]

K1, K2 = 0.01, 0.03  # Wang et al. (2004)
SIZE, SIGMA = 11, 1.5  # Wang et al. (2004)
UNIFORM_SIZE = 7  # scikit-image


def check_channels(shape: tuple[int, ...], channels: str | None) -> None:
    """Nothing, for images of which it is said what happens to their channels.

    Parameters
    ----------
    shape : tuple of int
        Of one image, (H, W) or (H, W, C).
    channels : {"each", "luminance"} or None
        None will do for a single channel.

    Raises
    ------
    InvalidInput
        If it is not said and there are several, or is neither word.
    ShapeMismatch
        If the image looks channels-first.

    Examples
    --------
    >>> check_channels((4, 5), None)
    """
    if len(shape) == 3 and shape[-1] > 1 and channels is None:
        raise InvalidInput(
            f"images of shape {shape} have {shape[-1]} channels: pass channels='each' (the mean of all) or "
            "'luminance'; the two differ and there is no safe guess"
        )
    one_of("channels", channels or "each", ("each", "luminance"))
    if len(shape) == 3 and shape[0] in (1, 3) and shape[-1] > 4:
        raise ShapeMismatch(f"an image has shape (H, W) or (H, W, C), not {shape}: is it channels-first?")


def as_planes(image: NDArray[Any], channels: str | None) -> Planes:
    """An image as planes of doubles.

    Parameters
    ----------
    image : ndarray, shape (H, W) or (H, W, C)
    channels : {"each", "luminance"} or None
        Of several, each is a plane, or their brightness is the only one.

    Returns
    -------
    ndarray of float64, shape (planes, H, W)

    Raises
    ------
    ShapeMismatch
        If brightness is asked of an image that has not three channels.

    Examples
    --------
    >>> as_planes(np.zeros((4, 5, 3)), "each").shape, as_planes(np.zeros((4, 5, 3)), "luminance").shape
    ((3, 4, 5), (1, 4, 5))
    """
    if channels == "luminance" and image.ndim == 3 and image.shape[-1] > 1:
        return luma(image)[None]
    return np.ascontiguousarray(image[None] if image.ndim == 2 else np.moveaxis(image, -1, 0), dtype=np.float64)


def check_fits(shape: tuple[int, ...], size: int, what: str) -> None:
    """Nothing, for planes into which a window fits.

    Parameters
    ----------
    shape : tuple of int
        (..., H, W)
    size : int
        The pixels that are needed along both sides.
    what : str
        What needs them, for the message.

    Raises
    ------
    ShapeMismatch
        If a side is shorter.

    Examples
    --------
    >>> check_fits((1, 11, 12), 11, "the window")
    """
    if min(shape[-2:]) < size:
        raise ShapeMismatch(
            f"{what} needs {size} pixels along both sides, and the images have {shape[-2]} x {shape[-1]}. Nothing is "
            "padded: enlarge both in the same way, and say so"
        )


def compared(
    one: Planes, other: Planes, window: NDArray[np.float64], data_range: float, shrink: float
) -> tuple[Planes, Planes]:
    """Likeness of brightness, and of contrast and structure, around each place.

    Parameters
    ----------
    one, other : ndarray of float64, shape (planes, H, W)
    window : ndarray of float64, shape (size,)
        The weights along one axis.
    data_range : float
        The span of the scale.
    shrink : float
        What variances are multiplied by: 1, or n / (n - 1) for those of samples.

    Returns
    -------
    (ndarray, ndarray) of float64, shape (planes, H - size + 1, W - size + 1)

    Notes
    -----
    Source: Wang et al. (2004), doi:10.1109/TIP.2003.819861.

    Examples
    --------
    >>> flat = np.full((1, 3, 3), 7.0)
    >>> [part.tolist() for part in compared(flat, flat, uniform_window(3), 255, 1.0)]
    [[[[1.0]]], [[[1.0]]]]
    """
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    # The sum of the two variances is all that is asked for: four means in place of five.
    stack = np.stack((one, other, one**2 + other**2, one * other))
    mean_one, mean_other, squares, products = window_means(stack, window)
    both = mean_one * mean_other
    means = mean_one**2 + mean_other**2
    variances, covariances = shrink * (squares - means), shrink * (products - both)
    return (2 * both + c1) / (means + c1), (2 * covariances + c2) / (variances + c2)


def finite_value(value: float) -> float:
    """A similarity, which is a finite number.

    Parameters
    ----------
    value : float

    Returns
    -------
    float

    Raises
    ------
    ImpossibleValue
        If the squares of the intensities went beyond what a double can be.

    Examples
    --------
    >>> finite_value(0.5)
    0.5
    """
    if not np.isfinite(value):
        raise ImpossibleValue("the images hold numbers whose squares are beyond what a double can be")
    return value


def structural_similarity(
    one: Planes, other: Planes, *, data_range: float, window: Window, covariance: Covariance
) -> float:
    """Structural similarity of two images, averaged over planes and over the windows that fit whole.

    Parameters
    ----------
    one, other : ndarray of float64, shape (planes, H, W)
    data_range : float
        The span of the scale.
    window : {"gaussian", "uniform"}
    covariance : {"population", "sample"}

    Returns
    -------
    float
        In [-1, 1].

    Raises
    ------
    ShapeMismatch
        If the window does not fit.
    ImpossibleValue
        If the value is beyond what a double can be.
    InvalidInput
        If an option is none of its words.

    Notes
    -----
    Source: Wang et al. (2004), doi:10.1109/TIP.2003.819861.

    Examples
    --------
    >>> plane = np.arange(49.0).reshape(1, 7, 7)
    >>> structural_similarity(plane, plane, data_range=255, window="uniform", covariance="population")
    1.0
    """
    one_of("window", window, ("gaussian", "uniform"))
    one_of("covariance", covariance, ("population", "sample"))
    size = SIZE if window == "gaussian" else UNIFORM_SIZE
    check_fits(one.shape, size, f"the {window} window")
    weights = gaussian_window(SIZE, SIGMA) if window == "gaussian" else uniform_window(UNIFORM_SIZE)
    shrink = size**2 / (size**2 - 1) if covariance == "sample" else 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        brightness, structure = compared(one, other, weights, data_range, shrink)
        return finite_value(float((brightness * structure).mean()))

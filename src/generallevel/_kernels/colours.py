"""Colours: from the sRGB of image files to grey and to CIE L*a*b*."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import ShapeMismatch

__all__ = ["lab", "luma"]

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
# IEC 61966-2-1: linear RGB to XYZ, to the digits in which the matrix is commonly printed.
TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
D65 = np.array([0.95047, 1.0, 1.08883])  # the white of daylight, 2 degree observer
LINEAR_BELOW = 0.04045  # IEC 61966-2-1
CUBE_ABOVE = 0.008856  # CIE 15
SLOPE, OFFSET = 7.787, 16 / 116  # CIE 15


def _of_three(image: NDArray[Any], what: str) -> None:
    if image.ndim != 3 or image.shape[-1] != 3:
        slip = " Same sizes in another order: is it channels-first?" if 3 in image.shape[:1] else ""
        raise ShapeMismatch(f"{what} is made of colour images, shape (H, W, 3), not {image.shape}.{slip}")


def luma(image: NDArray[Any]) -> NDArray[np.float64]:
    """The brightness of a colour image, as ITU-R BT.601 weighs red, green and blue; not rounded.

    Parameters
    ----------
    image : ndarray, shape (H, W, 3)

    Returns
    -------
    ndarray of float64, shape (H, W), on the same scale

    Raises
    ------
    ShapeMismatch
        If the image has not three channels, at the end.

    Examples
    --------
    >>> luma(np.array([[[255, 255, 255], [255, 0, 0]]])).round(3).tolist()
    [[255.0, 76.245]]
    """
    _of_three(image, "brightness")
    grey: NDArray[np.float64] = image.astype(np.float64) @ LUMA
    return grey


def lab(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """An sRGB image in CIE L*a*b*, relative to the white of daylight (D65).

    Parameters
    ----------
    image : ndarray of float64, shape (H, W, 3)
        In [0, 1].

    Returns
    -------
    ndarray of float64, shape (H, W, 3)
        Lightness in [0, 100], and the two opponent colours, about -128 to 128.

    Raises
    ------
    ShapeMismatch
        If the image has not three channels, at the end.

    Notes
    -----
    What scikit-image's ``rgb2lab`` gives. MATLAB's profile is relative to D50, with the colours adapted to it: the two
    agree on greys and differ by up to a few units on saturated colours.

    Source: IEC 61966-2-1:1999 and CIE 15:2004.

    Examples
    --------
    >>> lab(np.array([[[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]]])).round(1).tolist()
    [[[100.0, -0.0, 0.0], [53.2, 80.1, 67.2]]]
    """
    _of_three(image, "L*a*b*")
    linear = np.where(image > LINEAR_BELOW, ((np.maximum(image, LINEAR_BELOW) + 0.055) / 1.055) ** 2.4, image / 12.92)
    xyz = linear @ TO_XYZ.T / D65
    curve = np.where(xyz > CUBE_ABOVE, np.cbrt(xyz), SLOPE * xyz + OFFSET)
    x, y, z = np.moveaxis(curve, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)

"""Images, grey maps, label maps, segment ids and masks from PNG, JPEG, BMP and WebP.

Pixels are those that are stored: a turn that EXIF asks for is not made, since boxes and masks count stored pixels, and
colour profiles are not applied. Nothing is resized. No pixel can be NaN in these formats; label maps and masks may come
as ``.npy`` or ``.npz`` too, and are whole numbers or truths there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.arrays import GZIP, NPY, ZIP, read_array
from generallevel.benchmark.media.pixels import Picture, read_picture
from generallevel.benchmark.media.stored import head_of
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch

__all__ = ["read_grey", "read_image", "read_labels", "read_mask", "read_panoptic"]

IMAGE, GREY = "a PNG, JPEG, BMP or WebP image", "a grey image (PNG, JPEG, BMP or WebP)"
LABELS = "a label map (PNG of a palette or of grey levels, .npy or .npz)"
SEGMENTS = "segment ids (PNG of R + 256 G + 65536 B or of grey levels, .npy or .npz)"
MASK = "a mask (PNG, BMP, .npy or .npz with two values)"
OPAQUE = 255
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
SEGMENT_WEIGHTS = np.array([1, 256, 65536], dtype=np.int64)  # COCO panoptic


def read_image(path: Path, *, drop_alpha: bool = False, limits: Limits = LIMITS) -> NDArray[Any]:
    """An image in grey or colour.

    Parameters
    ----------
    path : Path
        A PNG, JPEG, BMP or WebP file; which it is, its first bytes say.
    drop_alpha : bool, default False
        Whether transparency is left out. It always is where every pixel is opaque; else it is an error, since what
        stands behind the image is not told.
    limits : Limits
        How much may be stored, and how many pixels decoded.

    Returns
    -------
    ndarray of uint8 or uint16, shape (H, W) or (H, W, 3)
        As stored: uint16 for PNG of 16 bits; colours for a palette; 0 and 255 for 1 bit. PNG grey of 2 and 4 bits is
        stretched to 255.

    Raises
    ------
    UnsafeFile
        If it is too large, or says that it has too many pixels, or a note in it inflates to more than a megabyte.
    InvalidInput
        If it is another file, damaged, animated, transparent, or in colours of print (CMYK).
    MissingExtra
        If Pillow is not installed.
    """
    picture = read_picture(path, limits, IMAGE)
    pixels = picture.pixels
    if picture.palette is not None:
        pixels = _coloured(picture, path)
    elif picture.top < OPAQUE:
        pixels = pixels.astype(np.uint8) * np.uint8(OPAQUE // picture.top)
    return _without_alpha(picture, pixels, path, drop_alpha, IMAGE)


def read_grey(path: Path, *, luma: bool = False, limits: Limits = LIMITS) -> NDArray[Any]:
    """A grey map, such as one of saliency, of a matte or of depth.

    Parameters
    ----------
    path : Path
        As for `read_image`.
    luma : bool, default False
        Whether a colour is read as its luma, 0.299 R + 0.587 G + 0.114 B, rounded; else it is an error.
    limits : Limits
        How much may be stored, and how many pixels decoded.

    Returns
    -------
    ndarray of uint8 or uint16, shape (H, W)
        As stored; an RGB image whose channels are equal is that channel.

    Raises
    ------
    UnsafeFile, MissingExtra
        As for `read_image`.
    InvalidInput
        If it has colours, or as for `read_image`.
    """
    pixels = read_image(path, limits=limits)
    if pixels.ndim == 2:
        return pixels
    if luma and not _is_grey(pixels):
        bright: NDArray[Any] = np.rint(pixels @ LUMA).astype(pixels.dtype)
        return bright
    return _single_channel(pixels, path, GREY, "Pass luma=True to read its brightness.")


def read_labels(
    path: Path, *, colours: Sequence[Sequence[int]] | None = None, limits: Limits = LIMITS
) -> NDArray[np.int64]:
    """A label map: for each pixel the number of its class or object.

    Parameters
    ----------
    path : Path
        A PNG or BMP of a palette (its indices are the labels, its colours do not matter) or of grey levels (1 to 16
        bits, as stored), or a ``.npy`` or ``.npz`` of whole numbers.
    colours : list of (R, G, B), optional
        The colours of the labels 0, 1, 2 ..., for an image whose colours stand for labels.
    limits : Limits
        How much may be stored, and how many pixels decoded.

    Returns
    -------
    ndarray of int, shape (H, W)

    Raises
    ------
    UnsafeFile, MissingExtra
        As for `read_image` and `read_array`.
    ShapeMismatch
        If an array is not of shape (H, W).
    InvalidInput
        If it has colours, or one that `colours` lacks; if it is a JPEG or another lossy image, which cannot hold
        labels; if it is damaged.
    """
    if _is_array(path, limits, LABELS):
        return _whole_array(path, limits, LABELS)
    picture = _lossless(path, limits, LABELS)
    if colours is not None:
        shown = picture.pixels if picture.palette is None else _coloured(picture, path)
        shown = shown if shown.ndim == 3 else np.repeat(shown[..., None], 3, axis=-1)
        return _places_of(_without_alpha(picture, shown, path, False, LABELS), colours, path)
    way_out = "If colours stand for labels, say which: colours=[(R, G, B), ...]."
    return _stored_values(picture, path, LABELS, way_out).astype(np.int64)


def read_panoptic(path: Path, *, limits: Limits = LIMITS) -> NDArray[np.int64]:
    """Ids of segments, as COCO's panoptic format stores them.

    Parameters
    ----------
    path : Path
        A PNG or BMP in colour, whose id is R + 256 G + 65536 B; or one of grey levels or a palette, or a ``.npy`` or
        ``.npz`` of whole numbers, which hold the ids themselves.
    limits : Limits
        How much may be stored, and how many pixels decoded.

    Returns
    -------
    ndarray of int, shape (H, W)

    Raises
    ------
    UnsafeFile, MissingExtra, ShapeMismatch, InvalidInput
        As for `read_labels`.
    """
    if _is_array(path, limits, SEGMENTS):
        return _whole_array(path, limits, SEGMENTS)
    picture = _lossless(path, limits, SEGMENTS)
    if picture.palette is not None or picture.pixels.ndim == 2:
        return picture.pixels.astype(np.int64)
    pixels = _without_alpha(picture, picture.pixels, path, False, SEGMENTS)
    if pixels.ndim == 2:
        return pixels.astype(np.int64)
    if pixels.dtype != np.uint8:
        raise InvalidInput(f"{path.name} has colours of 16 bits; wanted {SEGMENTS}, of 8 bits a channel")
    return pixels.astype(np.int64) @ SEGMENT_WEIGHTS


def read_mask(
    path: Path, shape: tuple[int, int] | None = None, *, threshold: float | None = None, limits: Limits = LIMITS
) -> NDArray[np.bool_]:
    """A mask: where the object is.

    Parameters
    ----------
    path : Path
        A PNG or BMP with 0 for outside and one other value for inside (1 bit, 0 and 1, 0 and 255 ...; an index, for a
        palette); or a ``.npy`` or ``.npz`` of truths or of whole numbers of that kind.
    shape : (int, int), optional
        Height and width that it must have.
    threshold : float, optional
        In (0, 1]: pixels of at least this share of the full range are inside. Needed for soft masks and for JPEG,
        which have more values than two; without it they are an error.
    limits : Limits
        How much may be stored, and how many pixels decoded.

    Returns
    -------
    ndarray of bool, shape (H, W)

    Raises
    ------
    UnsafeFile, MissingExtra
        As for `read_image` and `read_array`.
    ShapeMismatch
        If it is of another shape. Nothing is resized.
    ImpossibleValue
        If `threshold` is no share.
    InvalidInput
        If it has more values than 0 and one other and no threshold is given, or has colours, or is damaged.
    """
    if threshold is not None and not 0 < threshold <= 1:
        raise ImpossibleValue(f"threshold is {threshold!r}: it is a share of the full range, above 0 and at most 1")
    if _is_array(path, limits, MASK):
        values, top = _whole_array(path, limits, MASK), None
    else:
        picture = read_picture(path, limits, MASK)
        values = _stored_values(picture, path, MASK, "")
        top = picture.top if picture.palette is None else None
    if shape is not None and values.shape != tuple(shape):
        raise ShapeMismatch(
            f"{path.name} is a mask of shape {values.shape} (height, width); wanted {tuple(shape)}. Nothing is resized."
        )
    if values.dtype == np.bool_:
        return values
    if threshold is not None and top is not None:
        inside: NDArray[np.bool_] = values >= threshold * top
        return inside
    inside = values != 0
    others = values[inside]
    if others.size and others.min() != others.max():
        raise InvalidInput(
            f"{path.name} has values from {values.min()} to {values.max()}, more than 0 and one other; wanted {MASK}. "
            "If it is a soft mask, pass a threshold; if it numbers objects, it is a label map."
        )
    return inside


def _is_array(path: Path, limits: Limits, wanted: str) -> bool:
    return head_of(path, limits, wanted).startswith((NPY, *ZIP, GZIP))


def _whole_array(path: Path, limits: Limits, wanted: str) -> NDArray[Any]:
    array = read_array(path, limits=limits)
    if array.dtype.kind == "f":
        raise InvalidInput(f"{path.name} holds {array.dtype}; wanted {wanted}: whole numbers")
    if array.ndim != 2 or not array.size:
        raise ShapeMismatch(f"{path.name} holds an array of shape {array.shape}; wanted {wanted} of shape (H, W)")
    if array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max:
        raise ImpossibleValue(f"{path.name} holds the label {array.max()}: it is damaged")
    return array if array.dtype == np.bool_ and wanted == MASK else array.astype(np.int64)


def _lossless(path: Path, limits: Limits, wanted: str) -> Picture:
    picture = read_picture(path, limits, wanted)
    if picture.kind == "JPEG":
        raise InvalidInput(f"{path.name} is a JPEG image, which changes values as it packs them; wanted {wanted}")
    return picture


def _stored_values(picture: Picture, path: Path, wanted: str, way_out: str) -> NDArray[Any]:
    """Indices of a palette or grey levels, shape (H, W)."""
    if picture.palette is not None or picture.pixels.ndim == 2:
        return picture.pixels
    pixels = _without_alpha(picture, picture.pixels, path, False, wanted)
    return _single_channel(pixels, path, wanted, way_out)


def _single_channel(pixels: NDArray[Any], path: Path, wanted: str, way_out: str) -> NDArray[Any]:
    if pixels.ndim == 2:
        return pixels
    if not _is_grey(pixels):
        raise InvalidInput(f"{path.name} is an image in colour; wanted {wanted}.{way_out and ' ' + way_out}")
    return np.ascontiguousarray(pixels[..., 0])


def _is_grey(pixels: NDArray[Any]) -> bool:
    red, green, blue = np.moveaxis(pixels, -1, 0)
    return bool((red == green).all() and (green == blue).all())


def _coloured(picture: Picture, path: Path) -> NDArray[np.uint8]:
    """The RGBA of each pixel of a palette."""
    assert picture.palette is not None
    if picture.pixels.max() >= len(picture.palette):
        raise InvalidInput(
            f"{path.name} has a pixel of colour {picture.pixels.max()}, and its palette {len(picture.palette)} colours"
        )
    colours: NDArray[np.uint8] = picture.palette[picture.pixels]
    return colours


def _without_alpha(picture: Picture, pixels: NDArray[Any], path: Path, drop_alpha: bool, wanted: str) -> NDArray[Any]:
    """Grey (H, W) or RGB (H, W, 3)."""
    channels = 1 if pixels.ndim == 2 else pixels.shape[-1]
    clear = picture.keyed
    if channels in (2, 4):
        clear = bool((pixels[..., -1] != np.iinfo(pixels.dtype).max).any())
        pixels = np.ascontiguousarray(pixels[..., 0] if channels == 2 else pixels[..., :3])
    if clear and not drop_alpha:
        raise InvalidInput(
            f"{path.name} is transparent in places; wanted {wanted} that is opaque: what stands behind it is not told. "
            "Save it without alpha, or pass drop_alpha=True."
        )
    return pixels


def _places_of(pixels: NDArray[Any], colours: Sequence[Sequence[int]], path: Path) -> NDArray[np.int64]:
    """For each pixel the place of its colour in a list."""
    listed = np.asarray(colours)
    if listed.ndim != 2 or listed.shape[1] != 3 or listed.dtype.kind not in "iu" or not listed.size:
        raise InvalidInput(f"colours is {colours!r:.80}; wanted a list of (R, G, B)")
    codes = listed.astype(np.int64) @ SEGMENT_WEIGHTS
    order = np.argsort(codes, kind="stable")
    if (np.diff(codes[order]) == 0).any():
        raise InvalidInput("colours has a colour twice: which label it is, is not told")
    wanted = pixels.astype(np.int64) @ SEGMENT_WEIGHTS
    places = order[np.minimum(np.searchsorted(codes[order], wanted), len(codes) - 1)]
    strange = codes[places] != wanted
    if strange.any():
        colour = tuple(int(value) for value in pixels[strange][0])
        raise InvalidInput(
            f"{path.name} has {int(strange.sum()):,} pixels of colours that none of {len(codes)} labels "
            f"has, such as {colour}"
        )
    return places

"""Perceptual differences: two images of one scene, compared by the inner layers of a network.

Maps come in, or images with the extractor that makes maps of them; nothing here downloads a network.

Objects: a prediction is the maps of one image, a sequence of arrays of shape (C, H, W), one for each layer, and so is
its reference. Differences are in [0, inf); lower is better.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import InvalidInput, LengthMismatch, NotFinite, ShapeMismatch
from generallevel.extractors.heads import LayerHeads
from generallevel.extractors.protocol import Source
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Mean

__all__ = ["lpips"]

AFTER_ROOT = 1e-10  # the reference implementation: added to the length
UNDER_ROOT = 1e-8  # torchmetrics: added to its square


@metric(
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(0.2),  # ours: images that differ visibly lie between 0.1 and 0.5
    source="Zhang et al. (2018), arXiv 1801.03924",
    variants={
        "torchmetrics": Variant({"under_root": True}, note="torchmetrics: 1e-8 under the root, not 1e-10 after it")
    },
    each="image",
)
def lpips(pred: Any, ref: Any, *, heads: LayerHeads, extractor: Source = None, under_root: bool = False) -> Mean:
    r"""Learned perceptual difference of an image and of its reference.

    .. math:: \sum_l \frac{1}{H_l W_l} \sum_{h, w} \sum_c w_{l c} (\hat p_{l c h w} - \hat r_{l c h w})^2

    Parameters
    ----------
    pred, ref : sequence of array_like, each of shape (C, H, W)
        The maps of an image, one for each layer; the columns of C channels are brought to length 1 first. With an
        extractor: the image.
    heads : LayerHeads
        The learned weight of each channel: ``LayerHeads.of_lpips("alex")``, or of "vgg" or "squeeze". Required: they
        belong to the backbone.
    extractor : Extractor or str, optional
        What turns an image into maps, such as `generallevel.extractors.ModuleLayers`, or the name of the backbone that
        made those given, for the signature.
    under_root : bool, default False
        How a column without length is kept from being divided by zero: 1e-10 is added to the length, or 1e-8 to its
        square.

    Returns
    -------
    Mean
        In [0, inf), and in practice below 1; lower is better. Images count equally.

    Raises
    ------
    LengthMismatch
        If there are more or fewer maps than heads.
    ShapeMismatch
        If a map has another shape than its reference, or other channels than its head.
    NotFinite
        If a map holds a NaN or an infinity.
    InvalidInput
        If it is no sequence of maps.

    Notes
    -----
    ``variant="torchmetrics"`` is torchmetrics' number, and standard that of the reference implementation; they part
    where columns are short. A missing image is left out and reported.

    References
    ----------
    .. [1] Zhang et al. (2018), "The unreasonable effectiveness of deep features as a perceptual metric", arXiv
       1801.03924

    Examples
    --------
    One layer of two channels and one place: (3, 4) beside (1, 0) is 2 (0.6 - 1)^2 + 0.8^2

    >>> from generallevel.extractors import LayerHeads
    >>> heads = LayerHeads([[2.0, 1.0]])
    >>> round(lpips([[[[3.0]], [[4.0]]]], [[[[1.0]], [[0.0]]]], heads=heads).value, 6)
    0.96
    """
    if not isinstance(heads, LayerHeads):
        raise InvalidInput(f"heads is a LayerHeads, such as LayerHeads.of_lpips('alex'), not {type(heads).__name__}")
    said, wanted = _maps(pred, extractor, heads, "pred"), _maps(ref, extractor, heads, "ref")
    total = 0.0
    for place, (one, other, weight) in enumerate(zip(said, wanted, heads.weights, strict=True)):
        if one.shape != other.shape or len(one) != len(weight):
            raise ShapeMismatch(
                f"map {place} has shape {one.shape}, its reference {other.shape}, and its head {len(weight)} channels: "
                "images of one size and heads of their backbone are wanted"
            )
        step = _unit_columns(one, under_root) - _unit_columns(other, under_root)
        total += float(np.einsum("c,chw->", weight, step * step)) / (one.shape[1] * one.shape[2])
    return Mean(total, 1)


def _maps(item: Any, extractor: Source, heads: LayerHeads, name: str) -> list[NDArray[np.float64]]:
    layers = item if extractor is None or isinstance(extractor, str) else extractor([item])[0]
    if isinstance(layers, str | bytes) or not hasattr(layers, "__len__"):
        raise InvalidInput(f"{name} is the maps of an image, one for each layer, not {type(layers).__name__}")
    if len(layers) != len(heads.weights):
        raise LengthMismatch(f"{name} has {len(layers)} maps, and {heads.name} heads for {len(heads.weights)}")
    maps = []
    for place, layer in enumerate(layers):
        array = real_array(layer, f"{name}, map {place},", "an array of shape (C, H, W)")
        if array.ndim != 3 or not array.size:
            raise ShapeMismatch(f"{name}, map {place}, is an array of shape (C, H, W); got {array.shape}")
        if not np.isfinite(array).all():
            raise NotFinite(f"{name}, map {place}, holds a NaN or an infinity")
        maps.append(array.astype(np.float64))
    return maps


def _unit_columns(maps: NDArray[np.float64], under_root: bool) -> NDArray[np.float64]:
    squares = np.einsum("chw,chw->hw", maps, maps)
    lengths = np.sqrt(squares + UNDER_ROOT) if under_root else np.sqrt(squares) + AFTER_ROOT
    columns: NDArray[np.float64] = maps / lengths
    return columns

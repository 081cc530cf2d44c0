"""Heads: small linear maps from features to a rating or a difference, whose weights come as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.directions import unit_rows
from generallevel._kernels.features import feature_rows
from generallevel.errors import NotFinite, ShapeMismatch
from generallevel.extractors.batches import library, weight_file
from generallevel.extractors.protocol import fingerprint

__all__ = ["LayerHeads", "LinearHead"]


class LinearHead:
    """A linear map from features to one number: a weighted sum and a bias.

    Parameters
    ----------
    weight : array_like, shape (d,) or (1, d)
        One weight for each dimension.
    bias : float, default 0
    normalise : bool, default True
        Whether features are brought to length 1 first, as the aesthetic heads on CLIP features want it.
    name : str, default "linear head"
        What it is, for the signature.

    Raises
    ------
    ShapeMismatch
        If the weights are not one vector.
    NotFinite
        If a weight or the bias is NaN or infinite.

    Examples
    --------
    >>> LinearHead([1.0, 2.0], 0.5)([[3.0, 4.0]])  # 0.6 + 2 * 0.8 + 0.5
    array([2.7])
    """

    def __init__(
        self, weight: ArrayLike, bias: float = 0.0, *, normalise: bool = True, name: str = "linear head"
    ) -> None:
        array = real_array(weight, "weight", "the weights of a linear head, shape (d,)").astype(np.float64)
        if array.ndim == 2 and len(array) == 1:
            array = array[0]
        if array.ndim != 1 or not array.size:
            raise ShapeMismatch(f"weight is the weights of a linear head, shape (d,) or (1, d); got {array.shape}")
        offset = float(np.asarray(bias).reshape(()))
        if not np.isfinite(array).all() or not np.isfinite(offset):
            raise NotFinite("a weight or the bias is NaN or infinite: was the file read whole?")
        self.weight, self.bias, self.normalise, self.name = array, offset, normalise, name
        parts = [("weight", array), ("bias", offset), ("normalise", normalise)]
        self.fingerprint = fingerprint(name, parts)

    def __call__(self, features: Any, /) -> NDArray[np.float64]:
        """The rating of each row of features, shape (n,)."""
        rows = unit_rows(features, "features") if self.normalise else feature_rows(features, "features")
        if rows.shape[1] != len(self.weight):
            raise ShapeMismatch(
                f"{self.name} has {len(self.weight)} weights and the features {rows.shape[1]} dimensions: it belongs "
                "to another network"
            )
        rated: NDArray[np.float64] = rows.astype(np.float64, copy=False) @ self.weight + self.bias
        return rated

    def __repr__(self) -> str:
        return f"<linear head {self.fingerprint}>"


class LayerHeads:
    """One weight for each channel of each layer of a backbone: the learned part of LPIPS.

    Parameters
    ----------
    weights : sequence of array_like, each of shape (C,)
        In the order of the layers.
    name : str, default "layer heads"
        What they are, for the signature.

    Raises
    ------
    ShapeMismatch
        If the weights of a layer are not one vector.
    NotFinite
        If a weight is NaN or infinite.

    Examples
    --------
    >>> [len(weight) for weight in LayerHeads([[1.0, 2.0], [0.5]]).weights]
    [2, 1]
    """

    def __init__(self, weights: Sequence[ArrayLike], *, name: str = "layer heads") -> None:
        arrays = []
        for place, weight in enumerate(weights):
            array = real_array(weight, f"weight {place}", "the weights of a layer, shape (C,)").astype(np.float64)
            if array.ndim != 1 or not array.size:
                raise ShapeMismatch(f"weight {place} is the weights of a layer, shape (C,); got {array.shape}")
            if not np.isfinite(array).all():
                raise NotFinite(f"weight {place} holds a NaN or an infinity: was the file read whole?")
            arrays.append(array)
        self.weights, self.name = tuple(arrays), name
        self.fingerprint = fingerprint(name, [(str(place), array) for place, array in enumerate(arrays)])

    @classmethod
    def of_lpips(cls, net: str) -> LayerHeads:
        """The heads of version 0.1 that torchmetrics ships.

        Parameters
        ----------
        net : {"alex", "vgg", "squeeze"}
            The backbone that they belong to.

        Returns
        -------
        LayerHeads

        Raises
        ------
        InvalidInput
            If there are none for it.
        MissingExtra
            If torchmetrics is not installed.
        """
        one_of("net", net, ("alex", "vgg", "squeeze"))
        torch = library("torch", "neural", "the heads of LPIPS")
        home = library("torchmetrics", "neural", "the heads of LPIPS").__file__
        file = Path(home).parent / "functional" / "image" / "lpips_models" / f"{net}.pth"
        path = weight_file(file, "LPIPS", "this release of torchmetrics has no heads; another has")
        states = torch.load(path, map_location="cpu", weights_only=True)
        ordered = sorted(states.items(), key=lambda entry: int("".join(filter(str.isdigit, entry[0].split(".")[0]))))
        return cls([tensor.numpy().ravel() for _, tensor in ordered], name=f"lpips-0.1-{net}")

    def __repr__(self) -> str:
        return f"<layer heads {self.fingerprint}>"

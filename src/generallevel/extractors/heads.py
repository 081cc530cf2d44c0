"""Heads: small linear maps from features to a rating, whose weights come as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.directions import unit_rows
from generallevel._kernels.features import feature_rows
from generallevel.errors import NotFinite, ShapeMismatch
from generallevel.extractors.protocol import fingerprint

__all__ = ["LinearHead"]


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

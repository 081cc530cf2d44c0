"""One side at a time: how a metric of two unpaired sets reads an item of either."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from generallevel._kernels.features import feature_rows
from generallevel._kernels.frechet import FeatureSet, FrechetDistance
from generallevel.errors import InvalidInput
from generallevel.extractors.protocol import Source, features_of_items

__all__ = ["frechet", "side_rows"]


def side_rows(pred: Any, ref: Any, extractor: Source) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
    """The feature rows of the one side that an item is on, and None for the other.

    Parameters
    ----------
    pred, ref : object
        An item of one of two sets, and None.
    extractor : Extractor, str or None

    Returns
    -------
    (ndarray of shape (k, d) or None, ndarray of shape (k, d) or None)

    Raises
    ------
    InvalidInput
        If both are given, or neither; or as from `features_of_items` and `feature_rows`.

    Examples
    --------
    >>> side_rows(None, [1.0, 2.0], None)
    (None, array([[1., 2.]]))
    """
    if (pred is None) == (ref is None):
        given = "neither" if pred is None else "both"
        raise InvalidInput(
            f"an item is a prediction or a reference, and the other is None; got {given}. "
            "score(metric, preds, refs) tallies two sets, of any two numbers of items"
        )
    name, item = ("ref", ref) if pred is None else ("pred", pred)
    rows = feature_rows(features_of_items([item], extractor, name)[0], name)
    return (None, rows) if pred is None else (rows, None)


def frechet(pred: Any, ref: Any, extractor: Source) -> FrechetDistance:
    """The tally of one item of one of two sets.

    Parameters
    ----------
    pred, ref, extractor
        As for `side_rows`.

    Returns
    -------
    FrechetDistance

    Raises
    ------
    InvalidInput, ShapeMismatch, NotFinite
        As from `side_rows`.

    Examples
    --------
    >>> frechet([1.0, 2.0], None, None).n_pred
    1
    """
    sides = side_rows(pred, ref, extractor)
    return FrechetDistance(*(FeatureSet() if rows is None else FeatureSet.of(rows) for rows in sides))

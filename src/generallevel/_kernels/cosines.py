"""Cosines: embeddings of predictions beside those of their references, item by item or all at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.directions import unit_rows
from generallevel._kernels.features import Absent, check_dimensions
from generallevel.errors import InvalidInput
from generallevel.tallies import Mean

__all__ = ["alternatives", "consistency", "cosine_mean"]

Array = NDArray[np.float64]


def cosine_mean(preds: Sequence[Any], refs: Sequence[Any], *, floored: bool) -> Mean:
    """The mean over items of the cosine of each and of its reference.

    Parameters
    ----------
    preds : sequence of array_like, each of shape (d,) or (k, d)
        One embedding of an item, or several (views, frames), over which the item's own score is a mean.
    refs : sequence of array_like, each of shape (d,) or (m, d), or tuple of them
        Its reference; the mean is over all pairs. Of a tuple of references the best counts.
    floored : bool
        Whether a negative cosine counts as 0.

    Returns
    -------
    Mean

    Raises
    ------
    ShapeMismatch
        If an embedding has another dimension than its reference.
    InvalidInput, NotFinite, ImpossibleValue
        As from `unit_rows`, or if there is no reference.

    Examples
    --------
    >>> cosine_mean([[3.0, 4.0]], [[0.0, 2.0]], floored=True).value
    0.8
    """
    flat = _stacked(preds), _stacked(refs)
    if flat[0] is not None and flat[1] is not None and flat[0].shape == flat[1].shape:
        one, other = unit_rows(flat[0], "pred"), unit_rows(flat[1], "ref")
        return Mean(float(_bounded((one * other).sum(axis=1), floored).sum()), len(one))
    return Mean(sum(_of_one(pred, ref, floored) for pred, ref in zip(preds, refs, strict=True)), len(preds))


def _stacked(items: Sequence[Any]) -> NDArray[Any] | None:
    """One array of vectors, one for each item, where the items are that."""
    if isinstance(items, np.ndarray) and items.ndim == 2:
        return items
    if len(items) and all(isinstance(item, np.ndarray) and item.ndim == 1 for item in items):
        return np.stack(items) if len({item.shape for item in items}) == 1 else None
    return None


def _of_one(pred: Any, ref: Any, floored: bool) -> float:
    if isinstance(pred, Absent):
        return 0.0 if floored else -1.0
    rows = unit_rows(pred, "pred")
    cosines = []
    for one in alternatives(ref):
        others = unit_rows(one, "ref")
        check_dimensions(rows.shape[1], others.shape[1], "pred and ref")
        cosines.append(float(_bounded(rows @ others.T, floored).mean()))
    return max(cosines)


def alternatives(ref: Any) -> tuple[Any, ...]:
    """The references of one item, any of which will do: the members of a tuple, or the one that there is.

    Parameters
    ----------
    ref : object
        A tuple of numbers is one vector.

    Returns
    -------
    tuple

    Raises
    ------
    InvalidInput
        If the tuple is empty.

    Examples
    --------
    >>> len(alternatives(([1, 0], [0, 1]))), len(alternatives((1, 0)))
    (2, 1)
    """
    if not isinstance(ref, tuple):
        return (ref,)
    if not ref:
        raise InvalidInput("ref is an empty tuple: an item has one reference at least")
    return (ref,) if isinstance(ref[0], int | float | np.number) else ref


def _bounded(cosines: Array, floored: bool) -> Array:
    return np.clip(cosines, 0.0 if floored else -1.0, 1.0)


def consistency(frames: Any) -> tuple[float, int]:
    """How far the frames of a clip stay alike: the sum over its later frames, and their number.

    Parameters
    ----------
    frames : array_like, shape (frames, d)
        The embedding of each frame.

    Returns
    -------
    (float, int)
        For each frame but the first, the mean of its cosines with the first and with the one before, each from 0.

    Raises
    ------
    InvalidInput, ShapeMismatch, NotFinite, ImpossibleValue
        If there is a single frame, or as from `unit_rows`.

    Examples
    --------
    >>> consistency([[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]])  # (0 + 0) / 2 + (0 + 1) / 2
    (0.5, 2)
    """
    rows = unit_rows(frames, "pred")
    if len(rows) < 2:
        raise InvalidInput("a clip of a single frame has no frame to compare with the one before")
    rest = rows[1:]
    cosines = np.stack([rest @ rows[0], (rest * rows[:-1]).sum(axis=1)])
    return float(np.clip(cosines, 0.0, 1.0).sum()) / 2, len(rest)

"""Spans of time: where they begin and end, and how much of them two share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["read_spans", "span_overlaps"]

Floats = NDArray[np.float64]


def read_spans(given: Any, name: str, *, inclusive: bool = False) -> Floats:
    """Spans as rows of begin and end.

    Parameters
    ----------
    given : array_like, shape (n, 2) or (2,)
    name : str
        Whose they are, for messages: "pred".
    inclusive : bool, default False
        Whether the end is the last frame of the span, which then lasts one more.

    Returns
    -------
    ndarray of float, shape (n, 2)

    Raises
    ------
    ShapeMismatch, NotFinite, InvalidInput
        If they are no rows of two finite numbers.
    ImpossibleValue
        If a span ends before it begins.

    Examples
    --------
    >>> read_spans([3, 7], "pred", inclusive=True).tolist()
    [[3.0, 8.0]]
    """
    wanted = "spans, shape (n, 2), each begin and end"
    array = real_array(given, name, wanted)
    if array.dtype.kind == "b":
        raise InvalidInput(f"{name} is {wanted}; got truths")
    if array.size == 0 and array.ndim <= 2:
        return np.empty((0, 2))
    if array.ndim not in (1, 2) or array.shape[-1] != 2:
        raise ShapeMismatch(f"{name} is {wanted}; got shape {array.shape}")
    spans = np.atleast_2d(array).astype(np.float64)
    if not np.isfinite(spans).all():
        raise NotFinite(f"{name} holds {spans[~np.isfinite(spans)][0]}: a span begins and ends at finite times")
    if (spans[:, 1] < spans[:, 0]).any():
        row = int(np.argmax(spans[:, 1] < spans[:, 0]))
        raise ImpossibleValue(
            f"{name} span {row}, {spans[row].tolist()}, ends before it begins: a span is begin and end, not begin and "
            "duration"
        )
    spans[:, 1] += inclusive
    return spans


def span_overlaps(one: Floats, other: Floats) -> Floats:
    """What the two spans of each pair share, out of what either covers.

    Parameters
    ----------
    one, other : ndarray of float, of shapes that broadcast, the last axis of length 2

    Returns
    -------
    ndarray of float
        In [0, 1]; 0 for spans without length.

    Examples
    --------
    >>> span_overlaps(np.array([[0.0, 4.0]]), np.array([[2.0, 6.0]])).tolist()  # 2 / 6
    [0.3333333333333333]
    """
    shared = np.maximum(np.minimum(one[..., 1], other[..., 1]) - np.maximum(one[..., 0], other[..., 0]), 0.0)
    either = (one[..., 1] - one[..., 0]) + (other[..., 1] - other[..., 0]) - shared
    overlaps: Floats = np.divide(shared, either, out=np.zeros_like(shared), where=shared > 0)
    return overlaps

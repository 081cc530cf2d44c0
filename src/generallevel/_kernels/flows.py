"""Flow fields: read, checked, and their differences, a block at a time.

A whole field of differences would not stay in the cache. Fields in single precision are compared in it, and their
lengths are summed in double; that agrees with double precision to about 1e-8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch

__all__ = ["FlowPair", "clip_flows", "flow_blocks", "flow_pair", "zero_flow"]

UNKNOWN = 1e9  # Middlebury: a longer component says that the flow is unknown
BLOCK = 1 << 16  # ours: vectors at a time; half as many are no faster

Flow: TypeAlias = NDArray[Any]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FlowPair:
    """Two fields as rows of two numbers.

    Attributes
    ----------
    pred, ref : ndarray of float32 or float64, shape (n, 2)
        Of one type.
    valid : ndarray of bool, shape (n,), or None
        Which vectors count; None where all do.
    n : int
        How many count.
    """

    pred: Flow
    ref: Flow
    valid: Flags | None
    n: int


def zero_flow(ref: Any) -> Flow:
    """The field in which nothing moves: what a missing prediction counts as.

    Parameters
    ----------
    ref : array_like or mapping
        The reference.

    Returns
    -------
    ndarray
        Of the reference's shape.
    """
    field = ref.get("flow") if isinstance(ref, Mapping) else ref
    return np.zeros_like(np.asarray(field))


def _field(given: Any, name: str) -> Flow:
    wanted = "a flow field in pixels, shape (H, W, 2)"
    array = real_array(given, name, wanted)
    if array.ndim == 3 and array.shape[-1] == 2 and array.size:
        if array.dtype.kind == "b":
            raise InvalidInput(f"{name} is {wanted}; got truths")
        return array
    slip = ""
    if array.ndim == 3 and array.shape[0] == 2:
        slip = " Is it channels-first?"
    elif array.ndim == 3 and array.shape[-1] == 3:
        slip = ' A third channel that says which pixels count goes beside it: {"flow": ..., "valid": ...}.'
    elif array.ndim == 4:
        slip = " Pass the fields of a clip one by one, as items."
    raise ShapeMismatch(f"{name} is {wanted}; got shape {array.shape}.{slip}")


def flow_pair(pred: Any, ref: Any) -> FlowPair:
    """A field and its reference, with the vectors that count.

    Parameters
    ----------
    pred : array_like, shape (H, W, 2)
    ref : array_like, shape (H, W, 2), or mapping of "flow" and "valid"
        A vector with a NaN, or a component beyond 1e9, is unknown.

    Returns
    -------
    FlowPair

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not those of a field.
    NotFinite
        If the reference holds an infinity where it counts.
    InvalidInput
        If no pixel counts.

    Examples
    --------
    >>> flow_pair([[[1, 0], [0, 1]]], {"flow": [[[1, 0], [9, 9]]], "valid": [[1, 0]]}).n
    1
    """
    valid = None
    if isinstance(ref, Mapping):
        if ref.keys() != {"flow", "valid"}:
            raise InvalidInput(f'ref has the keys {list(ref)!r:.80}; it is a field, or {{"flow": ..., "valid": ...}}')
        valid = real_array(ref["valid"], "ref valid", "truths, shape (H, W)")
        ref = ref["flow"]
    said, wanted = _field(pred, "pred"), _field(ref, "ref")
    if said.shape != wanted.shape:
        raise ShapeMismatch(f"pred has shape {said.shape} but ref has shape {wanted.shape}. Nothing is resized")
    if valid is not None:
        if valid.shape != wanted.shape[:2]:
            raise ShapeMismatch(f"ref valid has shape {valid.shape}, and the field {wanted.shape[:2]}")
        if valid.dtype.kind != "b" and not ((valid == 0) | (valid == 1)).all():
            raise ImpossibleValue("ref valid holds other numbers than 0 and 1: compare with a threshold first")
        valid = valid.astype(bool).reshape(-1)
    kind = np.float32 if said.dtype == wanted.dtype == np.float32 else np.float64
    said, wanted = (field.astype(kind, copy=False).reshape(-1, 2) for field in (said, wanted))
    if not _known(wanted):
        known = (np.abs(wanted) <= UNKNOWN).all(axis=1)
        infinite = np.isinf(wanted).any(axis=1)
        if (infinite if valid is None else infinite & valid).any():
            raise NotFinite("ref holds an infinity: where the flow is unknown it is NaN, beyond 1e9, or not valid")
        valid = known if valid is None else valid & known
    n = len(wanted) if valid is None else int(np.count_nonzero(valid))
    if not n:
        raise InvalidInput("ref knows the flow of no pixel: leave such a field out")
    return FlowPair(said, wanted, None if n == len(wanted) else valid, n)


def _known(field: Flow) -> bool:
    low, high = field.min(), field.max()  # NaN if one is
    return bool(low >= -UNKNOWN and high <= UNKNOWN)


def flow_blocks(pair: FlowPair) -> Iterator[tuple[Flow, Flow]]:
    """The lengths of the differences, and the references that they belong to, block by block.

    Parameters
    ----------
    pair : FlowPair

    Yields
    ------
    (ndarray, shape (m,), ndarray, shape (m, 2))
        In the type of the fields; the first may be written to.

    Raises
    ------
    NotFinite
        If a vector of the prediction that counts holds a NaN or an infinity.
    ImpossibleValue
        If one is marked as unknown.
    """
    for start in range(0, len(pair.ref), BLOCK):
        said, wanted = pair.pred[start : start + BLOCK], pair.ref[start : start + BLOCK]
        if pair.valid is not None:
            some = pair.valid[start : start + BLOCK]
            said, wanted = said[some], wanted[some]
            if not len(said):
                continue
        difference = said - wanted
        with np.errstate(over="ignore", invalid="ignore"):
            np.multiply(difference, difference, out=difference)
            lengths = difference[:, 0] + difference[:, 1]
            np.sqrt(lengths, out=lengths)
        longest = lengths.max()
        if not longest < UNKNOWN / 2:  # also for NaN
            lengths = _long(said, wanted)
        yield lengths, wanted


def _long(said: Flow, wanted: Flow) -> Flow:
    """Lengths that overflow when squared, of a field that is checked on the way."""
    if not np.isfinite(said).all():
        raise NotFinite(f"pred holds {said[~np.isfinite(said)][0]} where the flow is known: a vector is finite")
    if (np.abs(said) > UNKNOWN).any():
        raise ImpossibleValue(
            f"pred holds {np.abs(said).max():g}, which marks flow as unknown: a prediction has a vector for every pixel"
        )
    lengths: Flow = np.hypot(*(said.astype(np.float64) - wanted).T)
    return lengths


def clip_flows(given: Any) -> NDArray[Any]:
    """The fields between the neighbouring frames of a clip.

    Parameters
    ----------
    given : array_like, shape (pairs, H, W, 2) or (H, W, 2)

    Returns
    -------
    ndarray, shape (pairs, H, W, 2)

    Raises
    ------
    ShapeMismatch
        If it has another shape.
    NotFinite
        If a component is NaN or infinite.

    Examples
    --------
    >>> clip_flows([[[0.0, 1.0]]]).shape
    (1, 1, 1, 2)
    """
    wanted = "flow between neighbouring frames in pixels, shape (pairs, H, W, 2)"
    array = real_array(given, "pred", wanted)
    if array.ndim == 3:
        array = array[None]
    if array.ndim != 4 or array.shape[-1] != 2 or not array.size:
        slip = " Is it channels-first?" if array.ndim == 4 and array.shape[1] == 2 else ""
        raise ShapeMismatch(f"pred is {wanted}; got shape {array.shape}.{slip}")
    if not np.isfinite(array).all():
        raise NotFinite(f"pred holds {array[~np.isfinite(array)][0]}: a vector of flow is finite")
    return array

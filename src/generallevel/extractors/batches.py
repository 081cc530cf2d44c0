"""Batches: items go through a network some at a time, those of one shape together, and come back in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput, LengthMismatch, MissingExtra

__all__ = ["in_batches", "library", "weight_file"]


def library(name: str, extra: str, purpose: str) -> Any:
    """A module that is imported when it is needed.

    Parameters
    ----------
    name : str
        The module.
    extra : str
        The extra that brings it.
    purpose : str
        What needs it, for the message.

    Returns
    -------
    module

    Raises
    ------
    MissingExtra
        If it is not installed.

    Examples
    --------
    >>> library("no_such_network", "neural", "an Inception network")
    Traceback (most recent call last):
    ...
    generallevel.errors.MissingExtra: an Inception network needs no_such_network: pip install 'generallevel[neural]'
    """
    try:
        return import_module(name)
    except ImportError as slip:
        raise MissingExtra.of(name.partition(".")[0], extra, purpose) from slip


def weight_file(path: Any, what: str, way_out: str) -> str:
    """The path of a file of weights that is there.

    Parameters
    ----------
    path : str or path
    what : str
        What the file holds, for the message.
    way_out : str
        Where it comes from.

    Returns
    -------
    str

    Raises
    ------
    InvalidInput
        If there is none: nothing is downloaded.
    """
    from pathlib import Path

    if path is None or not Path(path).exists():
        given = "none was given" if path is None else f"{str(path)!r} is not there"
        raise InvalidInput(f"{what} needs its weights, and {given}. Nothing is downloaded here: {way_out}")
    return str(path)


def in_batches(
    items: Sequence[Any], run: Callable[[list[Any]], Any], size: int, key: Callable[[Any], object] = np.shape
) -> list[NDArray[Any]]:
    """What a network says of each item.

    Parameters
    ----------
    items : sequence
    run : callable
        From a list of at most ``size`` items of one key to an array with a row, or several, for each.
    size : int
        The most items at a time.
    key : callable
        What items have in common that go together; by default their shape.

    Returns
    -------
    list of ndarray
        One entry for each item, in the order of the items.

    Raises
    ------
    LengthMismatch
        If a batch gives another number of entries.

    Examples
    --------
    >>> [int(row) for row in in_batches([[1, 2], [3], [4, 5]], lambda batch: np.sum(batch, axis=1), size=8)]
    [3, 3, 9]
    """
    entries: list[Any] = [None] * len(items)
    for places in _groups(items, size, key):
        batch = run([items[place] for place in places])
        if len(batch) != len(places):
            raise LengthMismatch(
                f"the network gave {len(batch)} entries for {len(places)} items: one for each is wanted"
            )
        for place, entry in zip(places, batch, strict=True):
            entries[place] = entry
    return entries


def _groups(items: Sequence[Any], size: int, key: Callable[[Any], object]) -> Iterator[list[int]]:
    by_key: dict[object, list[int]] = {}
    for place, item in enumerate(items):
        by_key.setdefault(key(item), []).append(place)
    for places in by_key.values():
        for start in range(0, len(places), size):
            yield places[start : start + size]

"""The protocol of an extractor, and how metrics read features: as they come, or through an extractor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.features import Absent, feature_rows
from generallevel.errors import InvalidInput, LengthMismatch

__all__ = ["Extractor", "Source", "Wrapped", "features_of_items", "features_of_parts", "fingerprint"]


@runtime_checkable
class Extractor(Protocol):
    """What turns items into features: callable, with a name and a fingerprint that enter the signature of a score.

    Attributes
    ----------
    name : str
        What network it is, in a few words: ``"clip-vit-base-patch32"``.
    fingerprint : str
        What tells it from every other: the name with a digest of weights and settings.

    Notes
    -----
    Called with a sequence of n items, it returns n entries: an array of shape (n, d), or a sequence of arrays of shape
    (d,), or (k, d) for items of several rows, such as the seconds of a recording. It need not be batched by the caller.
    """

    name: str
    fingerprint: str

    def __call__(self, items: Sequence[Any], /) -> Any:
        """The features of some items."""


Source: TypeAlias = Extractor | str | None  # of features: what makes them, the name of what made them, or not said


def fingerprint(name: str, parts: Iterable[tuple[str, Any]]) -> str:
    """A name with a digest of settings and arrays: one text for one network, on every machine.

    Parameters
    ----------
    name : str
        What the network is called.
    parts : iterable of (str, object)
        Settings, and weights as arrays; bytes as they are. In an order that is always the same.

    Returns
    -------
    str
        ``name@`` and twelve hexadecimal digits of a SHA-256.

    Examples
    --------
    >>> fingerprint("mean colour", [("size", 224), ("weight", np.ones(3))])
    'mean colour@8bfe897b1e30'
    """
    digest = hashlib.sha256()
    for key, value in parts:
        if isinstance(value, np.ndarray):
            kind, content = f"{value.dtype.str}{value.shape}", np.ascontiguousarray(value).tobytes()
        else:
            kind, content = type(value).__name__, value if isinstance(value, bytes) else repr(value).encode()
        digest.update(f"{key!r} {kind} {len(content)} ".encode())
        digest.update(content)
    return f"{name}@{digest.hexdigest()[:12]}"


class Wrapped:
    """Any function from items to features as an extractor.

    Parameters
    ----------
    function : callable
        From a sequence of n items to n entries; see `Extractor`.
    name : str
        What it is. Name and version must change when the numbers do: nothing can be read off a function.
    version : str, default ""
        Of the weights, or of the function.

    Examples
    --------
    >>> from generallevel import score
    >>> brightness = Wrapped(lambda images: [np.mean(image, keepdims=True).ravel() for image in images], "brightness")
    >>> score("fid", [[0.0], [1.0]], [[2.0], [3.0]], extractor=brightness).signature.split("|")[2]
    'extractor:brightness'
    """

    def __init__(self, function: Callable[[Sequence[Any]], Any], name: str, version: str = "") -> None:
        if not name.strip():
            raise InvalidInput("an extractor needs a name: it stands in the signature of every score")
        self.function = function
        self.name = name
        self.fingerprint = f"{name}@{version}" if version else name

    def __call__(self, items: Sequence[Any], /) -> Any:
        """What the function gives."""
        return self.function(items)

    def __repr__(self) -> str:
        return f"<extractor {self.fingerprint}>"


def features_of_items(items: Sequence[Any], extractor: Source, name: str) -> Sequence[Any]:
    """The features of items, one entry for each.

    Parameters
    ----------
    items : sequence
        Features as they are, where ``extractor`` is no extractor; else what it turns into features. A list is several
        items in one (views, frames), whose features are the rows of its entry; a tuple is several alternatives, and
        stays one.
    extractor : Extractor, str or None
    name : str
        What the items are, for messages: "pred".

    Returns
    -------
    sequence

    Raises
    ------
    InvalidInput
        If the extractor has no name and fingerprint, or the items are not numbers and there is none.
    LengthMismatch
        If it does not give one entry for each item.
    """
    if not _extracts(extractor):
        _refuse_raw(items, name)
        return items
    # All of them in one call, since a network is faster on many.
    flat: list[Any] = []
    for item in items:
        for one in item if isinstance(item, tuple) else (item,):
            if not isinstance(one, Absent):
                flat.extend(one if isinstance(one, list) else (one,))
    entries = iter(_extracted(extractor, flat))

    def of(one: Any) -> Any:
        if isinstance(one, Absent):
            return one
        if isinstance(one, list):
            return np.concatenate([feature_rows(next(entries), name) for _ in one]) if one else np.empty((0, 1))
        return np.asarray(next(entries))

    return [tuple(of(one) for one in item) if isinstance(item, tuple) else of(item) for item in items]


def features_of_parts(item: Any, extractor: Source, name: str) -> NDArray[Any]:
    """The features of the parts of one item, such as the frames of a clip, as rows.

    Parameters
    ----------
    item : array_like of shape (n, d), or sequence of n parts
        Features as they are, where ``extractor`` is no extractor; else what it turns into features.
    extractor : Extractor, str or None
    name : str
        What the item is, for messages: "pred".

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    InvalidInput, LengthMismatch
        As from `features_of_items`; and if there is no part.
    """
    if not _extracts(extractor):
        _refuse_raw([item], name)
        return feature_rows(item, name)
    parts = list(item)
    if not parts:
        raise InvalidInput(f"{name} is empty: a clip has one frame at least")
    return np.concatenate([feature_rows(entry, name) for entry in _extracted(extractor, parts)])


def _extracts(extractor: Source) -> bool:
    if extractor is None or isinstance(extractor, str):
        return False
    if not callable(extractor):
        raise InvalidInput(
            f"extractor is what turns items into features, the name of the network that made them, or None; got "
            f"{type(extractor).__name__}"
        )
    if not (
        isinstance(getattr(extractor, "name", None), str) and isinstance(getattr(extractor, "fingerprint", 0), str)
    ):
        raise InvalidInput(
            f"{type(extractor).__name__} has no name and fingerprint, which enter the signature of the score: wrap it, "
            'extractors.Wrapped(function, name="...", version="..."), or extractors.TorchModule(module, name="...")'
        )
    return True


def _extracted(extractor: Any, items: list[Any]) -> Any:
    entries = extractor(items) if items else ()
    n = len(entries)
    if n != len(items):
        raise LengthMismatch(f"{extractor.name} gave {n} entries for {len(items)} items: one for each is wanted")
    return entries


def _refuse_raw(items: Sequence[Any], name: str) -> None:
    if len(items) and isinstance(items[0], str | bytes):
        raise InvalidInput(
            f"{name} is a text and not features: pass extractor=..., an object that turns texts into features"
        )

"""Entries: what a member of an archive may be called, and how much an archive may hold.

One body for both sides: what the owner would refuse is not packed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

__all__ = ["ARCHIVE_LIMITS", "ArchiveLimits", "MANIFEST", "PREDICTIONS", "RESERVED", "flaw_of_name", "same_on_any_disk"]

MANIFEST = "manifest.json"
PREDICTIONS = "prediction.json"
# Files of the benchmark and of its owner: none is ever part of a submission, nor is a second file of predictions.
RESERVED = frozenset(f"{name}{end}" for name in ("annotation.json", "ratings.json", PREDICTIONS) for end in ("", ".gz"))
_PART_BYTES = 200  # ours: disks take 255
_REFUSED = frozenset('\\:*?"<>|')  # what some disk refuses, or reads as another path


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """The most that one archive may hold; `Limits` says what each of its files may.

    Attributes
    ----------
    archive_bytes : int
        Bytes of the archive itself.
    total_bytes : int
        Bytes of all members together, inflated.
    members : int
        Files in it.
    name_bytes : int
        Bytes of one member's name, in UTF-8.
    depth : int
        Parts of one member's name.
    """

    archive_bytes: int = 64 * 2**30
    total_bytes: int = 128 * 2**30
    members: int = 300_000
    name_bytes: int = 512
    depth: int = 16


ARCHIVE_LIMITS = ArchiveLimits()


def flaw_of_name(name: str, limits: ArchiveLimits = ARCHIVE_LIMITS) -> str | None:
    """Why no member may have a name; None where one may.

    Parameters
    ----------
    name : str
        With ``/`` between its parts.
    limits : ArchiveLimits
        How long and how deep it may be.

    Returns
    -------
    str or None

    Examples
    --------
    >>> flaw_of_name("image.deraining/1.png")
    >>> flaw_of_name("../1.png")
    "it has the part '..'"
    """
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "it cannot be written as UTF-8"
    if size > limits.name_bytes:
        return f"it is {size:,} bytes long; at most {limits.name_bytes} are taken"
    odd = next((sign for sign in name if sign in _REFUSED or not sign.isprintable()), None)
    if odd is not None:
        return f"it holds {odd!r}"
    parts = name.split("/")
    if len(parts) > limits.depth:
        return f"it is {len(parts)} parts deep; at most {limits.depth} are taken"
    for part in parts:
        if part in ("", ".", ".."):
            return f"it has the part {part!r}"
        if part != part.strip() or part.endswith("."):
            return "a part of it starts or ends with a blank, or ends with a dot"
        if len(part.encode()) > _PART_BYTES:
            return f"a part of it is longer than {_PART_BYTES} bytes"
    return None


def same_on_any_disk(name: str) -> str:
    """A key that names share where some disk takes them for one: case and composed letters apart.

    Examples
    --------
    >>> same_on_any_disk("A.png") == same_on_any_disk("a.PNG")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

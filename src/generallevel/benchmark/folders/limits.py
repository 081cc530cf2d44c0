"""Limits: how much one file of a submission may ask for before it is refused.

A leaderboard scores the files of strangers. Each limit is far above what General-Bench holds and far below what would
stop a machine; a caller who trusts the files can raise them.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold.

    Attributes
    ----------
    json_bytes : int
        Bytes of an annotation, prediction or ratings file, inflated.
    depth : int
        Levels of nesting of JSON.
    values : int
        Numbers, texts, lists and objects in one JSON file: three bytes of JSON can ask for a hundred of memory.
    digits : int
        Digits of one number in JSON.
    items : int
        Items of one task.
    file_bytes : int
        Bytes of one media file, as stored.
    array_bytes : int
        Bytes of one decoded array: an image, all frames of a clip, a cloud.
    pixels : int
        Pixels of one image or frame.
    frames : int
        Frames of one clip.
    seconds : float
        Duration of one recording.
    points : int
        Points, vertices or faces of one cloud or mesh.
    ratio : int
        Inflated bytes for each stored one, of compressed files above a megabyte.
    """

    json_bytes: int = 256 * 2**20
    depth: int = 64
    values: int = 10_000_000
    digits: int = 400
    items: int = 200_000
    file_bytes: int = 2 * 2**30
    array_bytes: int = 2 * 2**30
    pixels: int = 64 * 2**20
    frames: int = 20_000
    seconds: float = 3_600.0
    points: int = 20_000_000
    ratio: int = 1_000


LIMITS = Limits()

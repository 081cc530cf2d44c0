"""Decisions about many items that stand side by side in columns, with what there was to find.

A subclass names its columns, which are joined when tallies add, and reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput
from generallevel.tallies import Joined

__all__ = ["Decisions"]


@dataclass(frozen=True, slots=True, eq=False)
class Decisions(Joined):
    """Columns of decisions made under one setting.

    Attributes
    ----------
    settings : object or None
        How decisions were made; only tallies of one setting add. None while there is no item.
    positives : ndarray of int, shape (classes,)
        What there was to find of each class.
    """

    settings: Any
    positives: NDArray[np.int64]

    @classmethod
    def empty(cls) -> Self:
        return cls(None, np.empty(0, dtype=np.int64), *(np.empty(0) for _ in fields(cls)[2:]))

    @classmethod
    def sum(cls, tallies: Iterable[Self]) -> Self:
        parts = [tally for tally in tallies if tally.settings is not None]
        if len(parts) < 2:
            return parts[0] if parts else cls.empty()
        first = parts[0].settings
        if strange := [part.settings for part in parts if part.settings != first]:
            raise InvalidInput(f"decisions of different settings do not add: {first} and {strange[0]}")
        columns = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)[2:]]
        return cls(first, np.sum([part.positives for part in parts], axis=0), *columns)

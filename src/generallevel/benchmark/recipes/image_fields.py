"""Fields: where the parts of an image task stand in its JSON, and which side of an item a reader reads.

Layouts are read forgivingly, since General-Bench documents none for images: a value may stand alone, or in a mapping
under one of the keys that docs/formats.md lists. What a value means is read strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.recipes.recipe import Format, Item
from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = ["ARRAYS", "FILE_KEYS", "Given", "Side", "described", "two_sided"]

FILE_KEYS = ("file", "path", "file_name", "image", "mask")
ARRAYS = (".npy", ".npz", ".gz")


@dataclass(frozen=True, slots=True)
class Given:
    """One side of an item, or a part of it.

    Attributes
    ----------
    value : object
        What the JSON says.
    files : Files
        The folder in which its media lie.
    item : Item
        The whole item.
    side : str
        For messages: ``"prediction"`` or ``"reference"``.
    """

    value: Any
    files: Files
    item: Item
    side: str

    def but(self, value: Any) -> Given:
        """The same with another value."""
        return replace(self, value=value)

    def under(self, keys: Sequence[str], what: str) -> Given:
        """The value itself, or, of a mapping, the entry under the first of some keys that it has.

        Raises
        ------
        InvalidInput
            If there is no value, or a mapping has none of the keys.
        """
        if isinstance(self.value, Mapping):
            found = [self.value[key] for key in keys if self.value.get(key) is not None]
            if not found:
                have = ", ".join(sorted(map(repr, self.value)))
                raise InvalidInput(
                    f"the {self.side} has {have or 'no key'}; wanted {what}, under {', '.join(map(repr, keys))}"
                )
            return self.but(found[0])
        if self.value is None:
            raise InvalidInput(f"there is no {self.side}; wanted {what}")
        return self

    def path(self, what: str) -> Path:
        """The file that the value names.

        Raises
        ------
        InvalidInput, UnsafeFile
            If it names none, or one that may not be opened.
        """
        if not isinstance(self.value, str):
            raise InvalidInput(
                f"the {self.side} is {self.value!r:.60} ({type(self.value).__name__}); wanted {what}: the relative "
                "path of a file"
            )
        return self.files.path(self.value)

    def size(self) -> tuple[int, int] | None:
        """Height and width of the item's image in pixels, where any part of the item or the header says them.

        Raises
        ------
        ImpossibleValue
            If they are not two positive whole numbers.
        """
        for part in (self.value, self.item.output, self.item.input, self.item.header):
            if not isinstance(part, Mapping):
                continue
            given = part.get("size", (part.get("height"), part.get("width")))
            if given == (None, None):
                continue
            whole = isinstance(given, list | tuple) and len(given) == 2 and all(type(one) is int for one in given)
            if not whole or min(given) < 1:
                raise ImpossibleValue(f"the size of an image is [height, width] in whole pixels, not {given!r:.60}")
            return given[0], given[1]
        return None


@dataclass(frozen=True, slots=True)
class Side:
    """A reader of one side of an item, made of a function that reads either.

    Attributes
    ----------
    read : callable
        From a `Given` to what the metric takes.
    side : {"prediction", "reference"}
        Which one.
    """

    read: Callable[[Given], Any]
    side: Literal["prediction", "reference"]

    def __call__(self, item: Item) -> Any:
        """What the metric takes."""
        if self.side == "prediction":
            return self.read(Given(item.prediction, item.predicted, item, self.side))
        return self.read(Given(item.output, item.files, item, self.side))

    def __repr__(self) -> str:  # stands in signatures: the same in every process
        return f"{self.read.__module__}.{self.read.__qualname__}({self.side})"


def two_sided(
    name: str,
    prediction: Callable[[Given], Any],
    reference: Callable[[Given], Any] | None = None,
    *,
    description: str,
    media: bool = False,
) -> Format:
    """A format of two functions that read a `Given`; the first reads both sides where there is no second."""
    sides = Side(prediction, "prediction"), Side(reference or prediction, "reference")
    return Format(name, *sides, description, media=media)


def described(value: Any) -> str:
    """A value and its type, short, for messages.

    >>> described([1, 2])
    '[1, 2] (list)'
    """
    return f"{value!r:.60} ({type(value).__name__})"

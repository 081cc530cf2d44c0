"""The forgiving reading of task names: what is folded, what a name may stand for, and what a message offers.

A task is known by its id, its full name, the exact text of the released workbook, its short name and the paper's name.
Folding drops case, white space and punctuation, and writes full-width letters as plain ones (Unicode NFKC), so that
``"SpeechTranslation (zh-to-en)"`` with full-width brackets and ``"speechtranslation ZH to EN"`` are one name. Letters
and digits of every script stay. Nothing is guessed beyond that: a misspelt name is unknown, and the message offers the
nearest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from generallevel.benchmark.task import Task

__all__ = ["NameIndex", "folded"]

_Key = TypeVar("_Key", str, tuple[str, str])
_ASCII_DROPPED = bytes(code for code in range(128) if not chr(code).isalnum())
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    r"""The letters and digits of a name, without case.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        NFKC form, case folded, everything but letters and digits dropped; may be empty.

    Examples
    --------
    >>> folded("3D  Point-Cloud \N{FULLWIDTH LATIN SMALL LETTER Z}h"), folded("Épreuve_2")
    ('3dpointcloudzh', 'épreuve2')
    """
    if name.isascii():
        # The same by a table of bytes, in a third of the time: a catalogue folds its two thousand names at once.
        return name.lower().encode("ascii").translate(None, _ASCII_DROPPED).decode("ascii")
    name = unicodedata.normalize("NFKC", name)
    return _NOT_ALPHANUMERIC.sub("", name.casefold())


@dataclass(frozen=True, eq=False)
class NameIndex:
    """Folded names to task positions, in four drawers.

    Attributes
    ----------
    ids : dict of str to int
        Folded id to position.
    full : dict of (str, str) to tuple of int
        (sheet, folded full name) to positions.
    other : dict of (str, str) to tuple of int
        (sheet, folded short or paper name) to positions.
    anywhere : dict of str to tuple of int
        Folded name of any kind to positions, over all sheets.
    """

    ids: dict[str, int]
    full: dict[tuple[str, str], tuple[int, ...]]
    other: dict[tuple[str, str], tuple[int, ...]]
    anywhere: dict[str, tuple[int, ...]]

    @classmethod
    def over(cls, tasks: Iterable[Task]) -> NameIndex:
        """The index of these tasks, positions in the order given."""
        ids: dict[str, int] = {}
        full: dict[tuple[str, str], tuple[int, ...]] = {}
        other: dict[tuple[str, str], tuple[int, ...]] = {}
        anywhere: dict[str, tuple[int, ...]] = {}
        for position, task in enumerate(tasks):
            ids[folded(task.id)] = position
            # Most spellings of a task are equal, and folding costs more than comparing.
            full_names = {folded(name) for name in {task.name, task.workbook_name} if name}
            other_names = {folded(name) for name in {task.short_name, task.paper_name} - {task.name} if name}
            for name in full_names:
                _add(full, (task.sheet, name), position)
            for name in other_names:
                _add(other, (task.sheet, name), position)
            for name in full_names | other_names:
                _add(anywhere, name, position)
        return cls(ids, full, other, anywhere)

    def candidates(self, name: str, sheet: str | None) -> tuple[int, ...]:
        """The positions that a name may stand for, nearest meaning first.

        Parameters
        ----------
        name : str
            An id or a name in any spelling that folds to one.
        sheet : str or None
            An existing sheet's exact name, which outranks everything outside it, or None for all.

        Returns
        -------
        tuple of int
            Empty for an unknown name, one position for a clear one, several for a name that tasks share.
        """
        key = folded(name)
        if not key:
            return ()
        if key in self.ids:
            return (self.ids[key],)
        if sheet is not None:
            inside = self.full.get((sheet, key)) or self.other.get((sheet, key))
            if inside:
                return inside
        return self.anywhere.get(key, ())


def _add(drawer: dict[_Key, tuple[int, ...]], key: _Key, position: int) -> None:
    """Put one more position under a key."""
    drawer[key] = (*drawer[key], position) if key in drawer else (position,)

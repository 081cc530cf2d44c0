"""Every error that this library raises on purpose, in one tree.

::

    GeneralLevelError
    ├── InvalidInput (ValueError)         what was given cannot be used
    │   ├── LengthMismatch                two sides that must pair do not
    │   ├── ShapeMismatch                 two arrays that must agree do not
    │   ├── NotFinite                     a NaN, or an infinity where none can be
    │   ├── ImpossibleValue               a number outside what its unit allows
    │   ├── UnitMismatch                  a column on another scale than its references
    │   ├── BadTable                      a file or frame that is not a score table
    │   └── UnsafeFile                    a file that is refused before it is opened
    ├── UnknownName (LookupError)         a name that nothing carries
    │   ├── UnknownMetric
    │   ├── UnknownTask
    │   ├── UnknownReferenceSet
    │   ├── UnknownScope
    │   ├── UnknownColumn
    │   └── AmbiguousName                 a name that several things carry
    ├── DuplicateName (ValueError)        the same thing given twice
    ├── MissingScore (ValueError)         a score that was asked for and is not there
    ├── UndefinedScore (ArithmeticError)  a score that has no value: no item, no reference
    ├── NotComputable (TypeError)         a metric that is declared but has no function
    └── MissingExtra (ImportError)        an optional library that is not installed

A message says what, where, what was given, what was wanted, the likely slip and the way out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "AmbiguousName",
    "BadTable",
    "DuplicateName",
    "GeneralLevelError",
    "ImpossibleValue",
    "InvalidInput",
    "LengthMismatch",
    "MissingExtra",
    "MissingScore",
    "NotComputable",
    "NotFinite",
    "ShapeMismatch",
    "UndefinedScore",
    "UnitMismatch",
    "UnknownColumn",
    "UnknownMetric",
    "UnknownName",
    "UnknownReferenceSet",
    "UnknownScope",
    "UnknownTask",
    "UnsafeFile",
    "did_you_mean",
]


class GeneralLevelError(Exception):
    """Base of every error that this library raises on purpose."""


class InvalidInput(GeneralLevelError, ValueError):
    """What was given cannot be used."""


class LengthMismatch(InvalidInput):
    """Predictions and references that must pair one to one do not."""


class ShapeMismatch(InvalidInput):
    """Two arrays that must have one shape have two."""


class NotFinite(InvalidInput):
    """A NaN, or an infinity where none can be."""


class ImpossibleValue(InvalidInput):
    """A number outside what its unit allows."""


class UnitMismatch(InvalidInput):
    """Scores on another scale than the references they are compared with."""


class BadTable(InvalidInput):
    """A file, frame or mapping that cannot be read as a score table."""


class UnsafeFile(InvalidInput):
    """A file that is refused before it is opened: a bomb, an entity, a size beyond the limit."""


class UnknownName(GeneralLevelError, LookupError):
    """A name that nothing carries."""


class UnknownMetric(UnknownName):
    """No metric has this name or label."""


class UnknownTask(UnknownName):
    """No task of the catalogue has this name."""


class UnknownReferenceSet(UnknownName):
    """No reference set has this name."""


class UnknownScope(UnknownName):
    """No scope has this name."""


class UnknownColumn(UnknownName):
    """A table has no such column."""


class AmbiguousName(UnknownName):
    """Several things carry this name; the message lists them."""


class DuplicateName(GeneralLevelError, ValueError):
    """The same thing was given or registered twice."""


class MissingScore(GeneralLevelError, ValueError):
    """A score was required and is not there."""


class UndefinedScore(GeneralLevelError, ArithmeticError):
    """A score that has no value, such as the mean of no item."""


class NotComputable(GeneralLevelError, TypeError):
    """A metric that is declared but has no function; the message says what to supply."""


class MissingExtra(GeneralLevelError, ImportError):
    """An optional library is not installed; the message names the extra that brings it."""

    @classmethod
    def of(cls, library: str, extra: str, purpose: str) -> MissingExtra:
        """The error for one missing library.

        >>> print(MissingExtra.of("xlsxwriter", "xlsx", "writing a workbook"))
        writing a workbook needs xlsxwriter: pip install 'generallevel[xlsx]'
        """
        return cls(f"{purpose} needs {library}: pip install 'generallevel[{extra}]'")


def did_you_mean(name: str, choices: Iterable[str], *, most: int = 3) -> str:
    """A sentence that offers the nearest known names, or nothing.

    Parameters
    ----------
    name : str
        What was written.
    choices : iterable of str
        What is known.
    most : int, default 3
        How many to offer.

    Returns
    -------
    str
        `` Did you mean 'psnr'?`` with a leading space, or an empty string when nothing is near.

    Examples
    --------
    >>> did_you_mean("PSRN", ["psnr", "wer"])
    " Did you mean 'psnr'?"
    >>> did_you_mean("xyz", ["psnr", "wer"])
    ''
    """
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(choice.casefold(), choice)
    near = difflib.get_close_matches(name.casefold(), folded, n=most, cutoff=0.6)
    if not near:
        return ""
    return f" Did you mean {' or '.join(repr(folded[match]) for match in near)}?"

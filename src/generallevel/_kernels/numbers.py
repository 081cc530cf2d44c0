"""Numbers in texts: read by a rule, or not read at all."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.normal_forms import NUMBERS
from generallevel.tallies import Additive, Mean

__all__ = ["RootMean", "number_in"]

# Digits, whole or in groups of three, a decimal part, an exponent; not inside a word or a longer number.
NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:(?<=\d)\.\d*|\.\d+)?(?<=[\d.])(?:[eE][-+]?\d+)?"
WORDS = {word: float(number) for number, word in enumerate(NUMBERS)}


@dataclass(frozen=True, slots=True)
class RootMean(Additive):
    """The root of a mean: of squared errors, for one.

    Attributes
    ----------
    total, n : float
        Their sum, and how many there are.
    """

    total: float
    n: float

    @classmethod
    def read(cls, total: Any, n: Any) -> NDArray[np.float64]:
        return np.asarray(np.sqrt(Mean.read(total, n)))


def number_in(text: str, *, find: bool) -> float | None:
    """The number that a text is, or the only one that it holds.

    Parameters
    ----------
    text : str
    find : bool
        False: the text is a number and nothing else, apart from white space around it. True: one number stands in it,
        in digits or as an English word from zero to twenty, once or several times.

    Returns
    -------
    float or None
        None where there is no number, or several different ones; never an infinity or NaN.

    Examples
    --------
    >>> number_in(" 1,234.5 ", find=False), number_in("12 birds", find=False)
    (1234.5, None)
    >>> number_in("There are 12 birds.", find=True), number_in("Three, or 4?", find=True)
    (12.0, None)
    """
    if not find:
        return _value(text.strip())
    found = {_value(match) for match in re.findall(rf"(?<![\w.,])(?:{NUMBER})(?!\w|[.,]\d)", text) if match}
    found |= {WORDS[word] for word in re.findall(r"[^\W\d_]+", text.lower()) if word in WORDS}
    return found.pop() if len(found) == 1 else None


def _value(text: str) -> float | None:
    if not re.fullmatch(NUMBER, text) or not any(map(str.isdigit, text)):
        return None
    value = float(text.replace(",", "").replace("−", "-"))
    return value if math.isfinite(value) else None

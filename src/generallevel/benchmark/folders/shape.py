"""The shape of a JSON text, measured on its bytes before anything is made of them.

Nesting, values and keys are counted outside of texts, at about a tenth of what parsing costs. Numbers that may be too
long and halves of characters are looked for at the speed of memory; to be told of one that is none costs time alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generallevel.benchmark.folders.limits import Limits

__all__ = ["Shape", "may_have_half_characters", "numbers_are_short", "shape_of"]

_SAFE_RUN = 133  # fewer digits in a row cannot be a number of 400 digits in three runs, nor, with e99, above 1e308
_CHUNK = 2**22
_OPEN, _CLOSE = b"[{", b"]}"
_NOT_A_MARK = bytes(code for code in range(256) if code not in b'"[]{}:,')
_QUOTE = ord('"')
_STEPS = np.zeros(256, np.int8)
_STEPS[list(_OPEN)] = 1
_STEPS[list(_CLOSE)] = -1
# Digits as 0, both cases of e as e: a long number is then a fixed text, which is found at the speed of memory.
_DIGITS_ALIKE = bytes.maketrans(b"123456789E", b"000000000e")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a JSON text holds, measured without parsing it.

    Attributes
    ----------
    depth : int
        Levels of nesting, 0 for a bare number.
    values : int
        Numbers, texts, lists and objects, or some more.
    keys : int
        Keys of all objects.
    containers : int
        Lists and objects.
    """

    depth: int
    values: int
    keys: int
    containers: int


def shape_of(content: bytes) -> Shape:
    r"""The shape of a JSON text, up to where it stops being JSON.

    Parameters
    ----------
    content : bytes
        UTF-8.

    Returns
    -------
    Shape

    Examples
    --------
    >>> shape_of(b'{"a": [1, {"b": "]]\\"["}]}')
    Shape(depth=3, values=5, keys=2, containers=3)
    """
    if b"\\" in content:
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")  # in this order: an escaped backslash ends first
    marks = content.translate(None, _NOT_A_MARK)
    # Two quotes with no other mark between them hold nothing that counts. They may also be the end of one text and
    # the start of the next, and then, too, what stands on both sides stays in or out of texts.
    marks = marks.replace(b'""', b"")
    depth = deepest = opened = commas = colons = 0
    inside = np.uint8(0)
    for start in range(0, len(marks), _CHUNK):
        part = np.frombuffer(marks, np.uint8, min(_CHUNK, len(marks) - start), start)
        if _QUOTE in part:
            quotes = part == _QUOTE
            texts = (np.cumsum(quotes, dtype=np.uint8) + inside) & 1  # modulo 256 keeps what is odd
            part = part[(texts == 0) & ~quotes]
            inside = texts[-1]
        elif inside:
            continue
        structure = part.tobytes()
        commas += structure.count(b",")
        colons += structure.count(b":")
        steps = _STEPS[np.frombuffer(structure.translate(None, b",:"), np.uint8)]
        if steps.size:
            levels = np.cumsum(steps, dtype=np.int64)
            deepest = max(deepest, depth + int(levels.max()))
            depth += int(levels[-1])
            opened += int(np.count_nonzero(steps == 1))
    return Shape(deepest, commas + opened + 1, colons, opened)


def numbers_are_short(content: bytes, limits: Limits) -> bool:
    """Whether no number can be beyond the limit of digits or the largest float; texts of digits may say no as well."""
    alike = content.translate(_DIGITS_ALIKE)
    run = b"0" * min(_SAFE_RUN, max(1, limits.digits // 3))
    return not (run in alike or b"e000" in alike or b"e+000" in alike)


def may_have_half_characters(content: bytes) -> bool:
    """Whether an escape may stand for half a character; a pair of them makes a whole one, and says yes as well."""
    return b"\\" in content and (b"\\ud" in content or b"\\uD" in content)

"""Lines of numbers: text files that hold a table without a heading."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media.stored import bounded, content, found_in
from generallevel.errors import InvalidInput

__all__ = ["line_of", "number_rows", "numbers_in"]

SEPARATORS = bytes.maketrans(b",;\t\r\v\f", b"      ")
COMMENT = re.compile(rb"(?m)(?:#|//)[^\n]*")
BINARY = re.compile(rb"[\0-\x08\x0e-\x1f\x7f-\xff]")
BOM = b"\xef\xbb\xbf"
LEAST_BYTES = 2  # of a number and what parts it from the next


def number_rows(
    path: Path, limits: Limits, wanted: str, columns: tuple[int, int], *, skip: bool = False
) -> NDArray[np.float64]:
    """The numbers of a text file, a row for each line that has some.

    Parameters
    ----------
    path : Path
        ASCII text. Numbers are parted by white space, commas or semicolons; ``#`` and ``//`` open a comment.
    limits : Limits
        Of which `file_bytes`, `points` (rows) and `array_bytes` count.
    wanted : str
        What the file should be, for messages.
    columns : (int, int)
        The least and the most numbers of a row.
    skip : bool, default False
        Whether the first line is passed over.

    Returns
    -------
    ndarray of float, shape (n, k)
        NaN and infinities are kept.

    Raises
    ------
    UnsafeFile
        If it has too many lines.
    InvalidInput
        If it is no text, a line has something else or another number of numbers than the first, or there is no line.
    """
    data = content(path, limits, wanted).removeprefix(BOM)
    if BINARY.search(data):
        raise InvalidInput(f"{path.name} is {found_in(data[:64])}; wanted {wanted}, which is plain ASCII text")
    if skip:
        data = b"\n" + data.partition(b"\n")[2]  # so that the lines keep their numbers
    lines = data.count(b"\n") + 1
    bounded(len(data) // LEAST_BYTES * 8, limits.array_bytes, f"{path.name} may hold", "bytes", "Limits.array_bytes")
    if b"#" in data or b"//" in data:
        data = COMMENT.sub(b"", data)
    plain = data.translate(SEPARATORS)
    first = next((line for line in plain.split(b"\n", 64) if line.strip()), b"").partition(b"\n")[0]
    width = len(first.split())
    values = numbers_in(plain)
    least, most = columns
    # Where every line has as many numbers as the first, counts agree; that they agree by chance is looked at below.
    if values is None or not least <= width <= most or values.size % width or not _even(plain, width, values.size):
        raise _odd_line(plain, path, wanted, columns)
    bounded(values.size // width, limits.points, f"{path.name} has", f"rows in {lines:,} lines", "Limits.points")
    return values.reshape(-1, width)


def numbers_in(text: bytes) -> NDArray[np.float64] | None:
    """The numbers of a text that has nothing else but white space; None where it has something else.

    >>> numbers_in(b"1 2.5e3 nan")
    array([1.0e+00, 2.5e+03,     nan])
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # NumPy before 2.3 warns where later ones raise
        try:
            # Of text, fromstring is the fastest that NumPy has, and not what is deprecated of it (that of bytes).
            return np.fromstring(text, dtype=np.float64, sep=" ")
        except (ValueError, DeprecationWarning):
            return None


def line_of(path: Path, row: int) -> int:
    """The number, from 1, of the line that holds a row of a file that `number_rows` read."""
    with path.open("rb") as file:
        plain = ((place, COMMENT.sub(b"", line).translate(SEPARATORS)) for place, line in enumerate(file, start=1))
        filled = (place for place, line in plain if line.strip())
        return next(place for nth, place in enumerate(filled) if nth == row)


def _even(plain: bytes, width: int, n: int) -> bool:
    """Whether each line that has numbers has `width` of them."""
    text = np.frombuffer(plain, dtype=np.uint8)
    space = (text == ord(" ")) | (text == ord("\n"))
    starts = np.flatnonzero(~space & np.concatenate([[True], space[:-1]]))
    if len(starts) != n or n % width:
        return False
    ends = np.flatnonzero(text == ord("\n"))
    per_line = np.diff(np.searchsorted(starts, ends), prepend=0, append=n)
    return bool(((per_line == 0) | (per_line == width)).all())


def _odd_line(plain: bytes, path: Path, wanted: str, columns: tuple[int, int]) -> InvalidInput:
    """The error for the first line that is not as it should be."""
    least, most = columns
    numbers = f"{least} numbers" if least == most else f"{least} to {most} numbers"
    width = None
    for place, line in enumerate(plain.split(b"\n"), start=1):
        words = line.split()
        if not words:
            continue
        shown = line.strip()[:60].decode("ascii", "replace")
        where = f"{path.name}, line {place}"
        if numbers_in(b" ".join(words)) is None:
            return InvalidInput(f"{where} holds something that is no number: {shown!r}; wanted {wanted}")
        if not least <= len(words) <= most:
            return InvalidInput(f"{where} has {len(words)} numbers: {shown!r}; wanted {wanted}: {numbers} a line")
        width = width or len(words)
        if len(words) != width:
            return InvalidInput(
                f"{where} has {len(words)} numbers and the lines before {width}: {shown!r}; wanted {wanted}"
            )
    return InvalidInput(f"{path.name} has no line of numbers; wanted {wanted}: {numbers} a line")

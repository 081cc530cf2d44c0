"""Plain text."""

from __future__ import annotations

from pathlib import Path

from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.stored import bounded, content, found_in, stored_bytes
from generallevel.errors import InvalidInput

__all__ = ["read_text"]

WANTED = "a text in UTF-8"


def read_text(path: Path, *, limits: Limits = LIMITS) -> str:
    r"""The text of a file.

    Parameters
    ----------
    path : Path
        A file in UTF-8, with or without a byte order mark.
    limits : Limits
        Of which `json_bytes` counts: text is read whole.

    Returns
    -------
    str
        As written, except that each line ends with ``\n`` alone.

    Raises
    ------
    UnsafeFile
        If it is too large.
    InvalidInput
        If it is empty, in another encoding, or holds zero bytes as no text does.
    """
    size = stored_bytes(path, limits, WANTED)
    bounded(size, limits.json_bytes, f"{path.name} has", "bytes", "Limits.json_bytes")
    data = content(path, limits, WANTED)
    if b"\0" in data:
        raise InvalidInput(
            f"{path.name} is {found_in(data[:64])}, with a zero byte at place {data.index(0)}; wanted {WANTED}. UTF-16 "
            "has them: save the text as UTF-8."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as slip:
        raise InvalidInput(
            f"{path.name} is no UTF-8 at byte {slip.start} ({data[slip.start : slip.start + 4].hex(' ')}); wanted "
            f"{WANTED}: save it as that"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")

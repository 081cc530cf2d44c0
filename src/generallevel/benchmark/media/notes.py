"""Notes of music from MIDI files."""

from __future__ import annotations

from pathlib import Path

from generallevel._kernels import midi
from generallevel._kernels.midi import MidiPiece
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.media.stored import bounded, content, stored_bytes, unfit
from generallevel.errors import InvalidInput

__all__ = ["read_midi"]

WANTED = "a Standard MIDI File"


def read_midi(path: Path, *, limits: Limits = LIMITS) -> MidiPiece:
    """The notes of a piece and where its bars begin.

    Parameters
    ----------
    path : Path
        A Standard MIDI File of format 0 or 1.
    limits : Limits
        Of which `file_bytes` counts; a file of more than 16 MiB is refused in any case.

    Returns
    -------
    MidiPiece
        Times in quarter notes; percussion is left out.

    Raises
    ------
    UnsafeFile
        If it is too large.
    InvalidInput
        If it is another file, damaged or cut short.
    """
    size = stored_bytes(path, limits, WANTED)
    bounded(size, midi.MOST_BYTES, f"{path.name} has", "bytes of music", "nothing: no piece is that long")
    data = content(path, limits, WANTED)
    if not data.startswith(b"MThd"):
        raise unfit(path, data[:64], WANTED)
    try:
        return midi.read_midi(data)
    except InvalidInput as slip:
        raise InvalidInput(f"{path.name}: {slip}") from None

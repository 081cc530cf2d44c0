"""MIDI files: the notes of a piece and where its bars begin.

Times are in quarter notes, whatever the tempo: a bar is a bar at any speed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import InvalidInput

__all__ = ["MidiPiece", "read_midi"]

Floats: TypeAlias = NDArray[np.float64]

PERCUSSION = 9  # the tenth channel, by General MIDI: its keys are instruments, not pitches
MOST_BYTES = 1 << 24  # ours: 16 MiB; a symphony has a few hundred kilobytes
MOST_BARS = 100_000  # ours: a file that asks for more is broken, or means harm
NOTE_OFF, NOTE_ON, PROGRAM, PRESSURE, SYSTEM = 0x80, 0x90, 0xC0, 0xD0, 0xF0  # status bytes
META, SYSEX, SYSEX_REST = 0xFF, 0xF0, 0xF7
METRE, TRACK_END = 0x58, 0x2F  # kinds of meta events


@dataclass(frozen=True, eq=False)
class MidiPiece:
    """The notes of a piece and the beginnings of its bars.

    Attributes
    ----------
    notes : ndarray of float, shape (n, 3)
        Onset and duration in quarter notes, and pitch from 0 to 127; by onset, and then by pitch.
    bars : ndarray of float, shape (b + 1,)
        Where the bars begin, in quarter notes, and where the last one ends.
    """

    notes: Floats
    bars: Floats


def read_midi(data: bytes) -> MidiPiece:
    """The piece that a Standard MIDI File holds.

    Parameters
    ----------
    data : bytes
        The file, of format 0 or 1, with times in parts of a quarter note.

    Returns
    -------
    MidiPiece
        Percussion (channel 10) is left out. A key that is let go ends all notes of it that sound on its channel and
        track, and those that have no length are none, as pretty_midi reads them; a note that is never let go ends with
        its track. Without a time signature a bar has four quarter notes; a new time signature begins a bar.

    Raises
    ------
    InvalidInput
        If it is no such file, ends too early, or is too large.

    References
    ----------
    .. [1] MIDI Manufacturers Association (1996), "Standard MIDI Files 1.0"
    """
    header, tracks = _chunks(data)
    if len(header) < 6:
        raise InvalidInput(f"the MIDI file has a header of {len(header)} bytes and not 6: it is cut short")
    form, _, division = (int.from_bytes(header[place : place + 2], "big") for place in (0, 2, 4))
    if form > 1:
        raise InvalidInput(f"the MIDI file is of format {form}, several pieces in one: split it into files of format 1")
    if division & 0x8000 or not division:
        raise InvalidInput("the MIDI file counts time in frames of film, not in quarter notes: it has no bars")
    notes: list[tuple[int, int, int]] = []
    metres: dict[int, tuple[int, int]] = {}
    for track in tracks:
        _Track(track).read(notes, metres)
    rows = np.array(sorted(notes), dtype=np.float64).reshape(-1, 3)
    rows[:, :2] /= division
    end = float((rows[:, 0] + rows[:, 1]).max(initial=0.0))
    return MidiPiece(rows, _bars(metres, division, end))


def _chunks(data: bytes) -> tuple[bytes, list[bytes]]:
    """The header and the tracks of a file; chunks of other kinds are skipped, as the standard asks."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"the MIDI file has {len(data)} bytes; at most {MOST_BYTES} are read")
    if data[:4] != b"MThd":
        slip = " RIFF files wrap one: unwrap it first." if data[:4] == b"RIFF" else ""
        raise InvalidInput(f"these bytes are no MIDI file: they open with {data[:4]!r} and not b'MThd'.{slip}")
    found: list[tuple[bytes, bytes]] = []
    place = 0
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        body = data[place + 8 : place + 8 + length]
        if len(body) < length:
            raise InvalidInput(f"the MIDI file is cut short: a chunk of {length} bytes has {len(body)}")
        found.append((data[place : place + 4], body))
        place += 8 + length
    tracks = [body for kind, body in found if kind == b"MTrk"]
    if not tracks:
        raise InvalidInput("the MIDI file has no track: it is cut short")
    return found[0][1], tracks


class _Track:
    """One track, read from its first byte to its last."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def byte(self) -> int:
        if self.place >= len(self.data):
            raise InvalidInput(f"a MIDI track ends inside an event, after {len(self.data)} bytes: the file is damaged")
        self.place += 1
        return self.data[self.place - 1]

    def number(self) -> int:
        """A number of variable length: seven bits a byte, at most four bytes."""
        value = 0
        for _ in range(4):
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise InvalidInput(f"a MIDI track has a number of more than four bytes at byte {self.place}: it is damaged")

    def bytes(self, n: int) -> bytes:
        if self.place + n > len(self.data):
            raise InvalidInput(f"a MIDI track ends inside an event of {n} bytes: the file is damaged")
        self.place += n
        return self.data[self.place - n : self.place]

    def read(self, notes: list[tuple[int, int, int]], metres: dict[int, tuple[int, int]]) -> None:
        """Put the notes (onset, duration, pitch) and time signatures of the track, in ticks, where the others are."""
        time, running = 0, None
        sounding: dict[tuple[int, int], list[int]] = {}  # channel and pitch -> onsets

        def let_go(key: tuple[int, int]) -> None:
            onsets = sounding.pop(key, ())
            ended = [onset for onset in onsets if onset < time]
            if key[0] != PERCUSSION:
                notes.extend((onset, time - onset, key[1]) for onset in ended)
            if ended and len(ended) < len(onsets):  # struck again at this very time: it goes on
                sounding[key] = [time] * (len(onsets) - len(ended))

        while self.place < len(self.data):
            time += self.number()
            status = self.byte()
            if status < 0x80:  # the status of the event before goes on
                if running is None:
                    raise InvalidInput(f"a MIDI track has data without a status at byte {self.place}: it is damaged")
                status, self.place = running, self.place - 1
            if status == META:
                kind = self.byte()
                body = self.bytes(self.number())
                if kind == METRE and len(body) >= 2:
                    metres[time] = _metre(body[0], body[1])
                if kind == TRACK_END:
                    break
                running = None
            elif status in (SYSEX, SYSEX_REST):
                self.bytes(self.number())
                running = None
            elif status >= SYSTEM:
                raise InvalidInput(f"a MIDI track holds the status {status:#x}, which no file may hold: it is damaged")
            else:
                running = status
                pitch, kind, channel = self.byte(), status & 0xF0, status & 0x0F
                force = 0 if kind in (PROGRAM, PRESSURE) else self.byte()
                if pitch > 0x7F or force > 0x7F:
                    raise InvalidInput(f"a MIDI track breaks off inside an event at byte {self.place}: it is damaged")
                if kind == NOTE_ON and force:
                    sounding.setdefault((channel, pitch), []).append(time)
                elif kind in (NOTE_OFF, NOTE_ON):
                    let_go((channel, pitch))
        for key in list(sounding):
            let_go(key)


def _metre(beats: int, power: int) -> tuple[int, int]:
    if not beats or power > 10:
        raise InvalidInput(f"a MIDI track has a time signature of {beats}/{2 ** min(power, 10)}: it is damaged")
    return beats, 2**power


def _bars(metres: dict[int, tuple[int, int]], division: int, end: float) -> Floats:
    """Where bars begin, up to the first one that begins at the end or after it."""
    changes = sorted(metres)
    edges: list[float] = [0.0]
    while edges[-1] < end:
        here = edges[-1]
        place = bisect_right(changes, here * division)
        beats, unit = metres[changes[place - 1]] if place else (4, 4)
        after = here + 4 * beats / unit
        if place < len(changes):
            after = min(after, changes[place] / division)
        edges.append(after)
        if len(edges) > MOST_BARS:
            raise InvalidInput(f"the MIDI file has more than {MOST_BARS} bars: a time in it is damaged")
    return np.array(edges)

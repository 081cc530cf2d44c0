"""Fields of audio tasks: where recordings, transcripts, descriptions, notes and piano rolls stand in the JSON.

The output of an audio question stands in ``output.text``, as the released predictors read it. The layout of generated
sound is ours: a prediction is the relative path of a file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.media.arrays import read_array
from generallevel.benchmark.media.audio import read_audio
from generallevel.benchmark.media.notes import read_midi
from generallevel.benchmark.media.text import read_text
from generallevel.benchmark.recipes.answer_fields import KEYS, answer_text, kept, prose
from generallevel.benchmark.recipes.answers import PREDICTION, REFERENCE
from generallevel.benchmark.recipes.image_fields import ARRAYS, Given
from generallevel.benchmark.recipes.recipe import Item
from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.extractors.recordings import Recording

__all__ = [
    *("Description", "cepstra", "piece", "recording", "roll_said", "roll_wanted", "said_intent", "said_qualities"),
    *("transcribed", "transcript", "wanted_intent", "wanted_qualities"),
]

AUDIO_KEYS = ("audio", "audio_file", "file", "path", "wav", "speech", "music")
TRANSCRIPT_KEYS = ("transcript", "transcription", "text", "sentence", "translation", "caption", "captions")
NOTE_KEYS = ("midi", "notes", "roll", "music", "file", "path")
MIDI = (".mid", ".midi")
PITCHES = 128


def recording(given: Given) -> Recording:
    """The recording that a file holds; its channels are averaged."""
    place = given.under(AUDIO_KEYS, "a recording")
    samples, rate = read_audio(place.path("a recording"), limits=given.files.limits)
    return Recording(samples if samples.ndim == 1 else samples.mean(axis=1), rate)


def transcript(given: Given) -> Any:
    """What is to be said: a text, a list of texts of which any is right, or a text file under ``text_file``."""
    if isinstance(given.value, Mapping) and given.value.get("text_file") is not None:
        return read_text(given.under(("text_file",), "a text").path("a text"), limits=given.files.limits).strip()
    value = kept(given.value, TRANSCRIPT_KEYS)
    if isinstance(value, list):
        return tuple(prose(one, REFERENCE) for one in value)
    return prose(value, REFERENCE)


def transcribed(item: Item) -> str:
    """What was heard in a recording, from an entry of the ratings file: the text under ``transcript``."""
    return prose(kept(item.prediction, ("transcript", "text"), "the transcript"), "the transcript")


@dataclass(frozen=True, slots=True)
class Description:
    """The text that describes the wanted sound, from the output of an item, or from its input.

    Attributes
    ----------
    keys : tuple of str
        Where it may stand, in either.
    """

    keys: tuple[str, ...] = ("caption", "captions", "text", "description", "prompt", "instruction")

    def __call__(self, item: Item) -> str:
        """A text; several captions of one sound are joined."""
        for part in (item.output, item.input):
            found: Any = part if isinstance(part, str | list) else None
            if isinstance(part, Mapping):
                found = next((part[key] for key in self.keys if part.get(key)), None)
            if found:
                texts = found if isinstance(found, list) else [found]
                return " ".join(prose(one, "the description") for one in texts)
        raise InvalidInput(
            f"neither output nor input describes the wanted sound; wanted a text under {', '.join(self.keys)}"
        )


def cepstra(given: Given) -> NDArray[np.float64]:
    """Mel-cepstra that were computed elsewhere: an array of shape (frames, order + 1), the energy first."""
    place = given.under(("cepstra", *AUDIO_KEYS), "an array of mel-cepstra")
    return read_array(place.path("an array of mel-cepstra"), limits=given.files.limits).astype(np.float64, copy=False)


def piece(given: Given) -> Any:
    """The notes of a piece: a MIDI file as bytes, or rows of onset, duration and pitch, as a list or an array file."""
    place = given.under(NOTE_KEYS, "a MIDI file or notes")
    if isinstance(place.value, list):
        return _rows(place.value, "notes are rows of onset, duration and pitch")
    path = place.path("a MIDI file or notes")
    if path.suffix.lower() in ARRAYS:
        return read_array(path, limits=given.files.limits)
    read_midi(path, limits=given.files.limits)  # under the limits, with the name of the file in its errors
    return path.read_bytes()


def _rows(values: list[Any], wanted: str) -> NDArray[np.float64]:
    numbers = all(isinstance(row, list) and all(_is_number(one) for one in row) for row in values)
    if not numbers or len({len(row) for row in values}) > 1:
        raise InvalidInput(f"{wanted}, all of one length; got {values!r:.80}")
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        raise ImpossibleValue(f"{wanted}; one number of {values!r:.60} is too large to be computed with") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def roll_wanted(given: Given) -> NDArray[Any]:
    """The true piano roll, shape (frames, notes): an array file, a list of rows, or a MIDI file."""
    place = given.under(NOTE_KEYS, "a piano roll or a MIDI file")
    if isinstance(place.value, list):
        return _rows(place.value, "a piano roll is rows of numbers, a row for each frame")
    path = place.path("a piano roll or a MIDI file")
    if path.suffix.lower() in MIDI:
        return _roll(path, given)
    return read_array(path, limits=given.files.limits)


def roll_said(given: Given) -> NDArray[Any]:
    """The predicted piano roll; that of a MIDI file is cut or filled up with silence to the length of the reference.

    That changes nothing that counts: behind its end the reference has no event.
    """
    roll = roll_wanted(given)
    place = given.under(NOTE_KEYS, "a piano roll or a MIDI file")
    if not isinstance(place.value, str) or not place.value.lower().endswith(MIDI):
        return roll
    frames = len(roll_wanted(Given(given.item.output, given.item.files, given.item, "reference")))
    return np.pad(roll[:frames], ((0, max(frames - len(roll), 0)), (0, 0)))


def _roll(path: Path, given: Given) -> NDArray[np.bool_]:
    """The piano roll of a MIDI file, at the frames that the annotation file says; instruments are one keyboard."""
    stated: Any = given.item.header.get("frames_per_quarter")
    if not _is_number(stated) or not 0 < stated <= PITCHES:
        raise InvalidInput(
            f"a MIDI file becomes a piano roll at so many frames for each quarter note: the annotation file says "
            f"'frames_per_quarter': {stated!r:.40}; wanted a number above 0, such as 4"
        )
    notes = read_midi(path, limits=given.files.limits).notes
    last = float((notes[:, 0] + notes[:, 1]).max(initial=0.0)) * stated
    if last * PITCHES > given.files.limits.array_bytes:
        raise ImpossibleValue(f"{path.name} is {last:.0f} frames long; its piano roll does not fit the limits")
    roll = np.zeros((math.ceil(last - NEARLY), PITCHES), dtype=bool)
    for onset, duration, pitch in notes:
        first = math.floor(onset * stated + NEARLY)
        roll[first : max(math.ceil((onset + duration) * stated - NEARLY), first + 1), int(pitch)] = True
    return roll


NEARLY = 1e-6  # of a frame: onsets that are thirds of a quarter note are not exact
INTENT_PARTS = ("action", "object", "location")


def _intent(text: str, header: Mapping[str, Any]) -> str:
    """Action, object and location in words; codes are read with the ``intent_label`` of the annotation file."""
    parts = text.split()
    tables = header.get("intent_label")
    if isinstance(tables, Mapping) and len(parts) == len(INTENT_PARTS) and all(part.isdecimal() for part in parts):
        found = [_entry(tables.get(name), part) for name, part in zip(INTENT_PARTS, parts, strict=True)]
        if None not in found:
            text = " ".join(map(str, found))
    return " ".join(re.findall(r"\w+", text.casefold()))


def _entry(table: Any, code: str) -> Any:
    return table.get(code) if isinstance(table, Mapping) else None


def said_intent(item: Item) -> str:
    """The intent that was heard, as words without case and punctuation."""
    return _intent(answer_text(item.prediction, PREDICTION), item.header)


def wanted_intent(item: Item) -> str:
    """The true intent, as words."""
    return _intent(answer_text(kept(item.output, KEYS), REFERENCE), item.header)


def _qualities(value: Any, what: str) -> str:
    """Several labels as one text, in the order of the alphabet; an empty text where there is none."""
    given = value if isinstance(value, list) else answer_text(value, what).split(",")
    found = {answer_text(one, what).strip().rstrip(".").casefold() for one in given}
    return ", ".join(sorted(found - {"", "none"}))


def said_qualities(item: Item) -> str:
    """All the labels that were heard: a list, or a text with commas between them."""
    return _qualities(item.prediction, PREDICTION)


def wanted_qualities(item: Item) -> str:
    """All the true labels."""
    output = item.output
    bare = [] if output == [] or (isinstance(output, Mapping) and [] in output.values()) else kept(output, KEYS)
    return _qualities(bare, REFERENCE)

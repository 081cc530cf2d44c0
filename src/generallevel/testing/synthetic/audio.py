"""Synthetic audio tasks: recordings in WAV, pieces in MIDI, piano rolls in NPY, with scores known by hand."""

from __future__ import annotations

import math
import wave
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.testing.synthetic.answers import CAPTION_WORDS, paired_sample, share_right
from generallevel.testing.synthetic.audio_extractors import COEFFICIENTS, FULL_SCALE, spoken
from generallevel.testing.synthetic.sample import Maker, Order, Sample
from generallevel.testing.synthetic.words import alphabet_of, said_wrongly, text

__all__ = ["MAKERS", "write_midi", "write_wave"]

RATE = 16_000
WORDS, WRONG_WORDS = 5, 2  # of each utterance, and of them wrong: an error rate of 2 / 5
SHIFT = FULL_SCALE // 4  # of samples: a quarter, exact in 16 bits
FRAMES = 20  # of toy cepstra and toy features
QUARTER = 480  # ticks of a MIDI file
STATUS_ON, STATUS_OFF, END = 0x90, 0x80, b"\x00\xff\x2f\x00"


def write_wave(path: Path, samples: ArrayLike, rate: int = RATE) -> None:
    """Write 16-bit samples of one channel to a WAV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.asarray(samples, dtype="<i2").tobytes())


def write_midi(path: Path, notes: Iterable[tuple[float, float, int]]) -> None:
    """Write notes (onset and duration in quarter notes, pitch) to a MIDI file of format 0, in 4/4."""
    events = []
    for onset, duration, pitch in notes:
        begin, end = round(onset * QUARTER), round((onset + duration) * QUARTER)
        events += [(begin, 1, STATUS_ON, pitch), (end, 0, STATUS_OFF, pitch)]
    track, now = b"", 0
    for time, _, status, pitch in sorted(events):
        track += _variable(time - now) + bytes([status, pitch, 64])
        now = time
    track += END
    path.parent.mkdir(parents=True, exist_ok=True)
    header = b"MThd" + (6).to_bytes(4, "big") + b"".join(value.to_bytes(2, "big") for value in (0, 1, QUARTER))
    path.write_bytes(header + b"MTrk" + len(track).to_bytes(4, "big") + track)


def _variable(value: int) -> bytes:
    """A number as MIDI has it: seven bits a byte, all but the last marked."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def _written(folder: Path, values: Sequence[Any], write: Callable[[Path, Any], None], suffix: str) -> list[str]:
    """Write each value to a file of its own; their names, relative to the folder."""
    names = [f"media/{number}{suffix}" for number in range(1, len(values) + 1)]
    for name, value in zip(names, values, strict=True):
        write(folder / name, value)
    return names


def _waves(folder: Path, recordings: Sequence[Any]) -> list[str]:
    return _written(folder, recordings, write_wave, ".wav")


def speech(order: Order) -> Sample:
    """Utterances; of the corrupted ones two of five words are wrong, or for CIDEr the first half altogether."""
    if order.recipe.metric == "cider":
        return _spoken_captions(order)
    alphabet = alphabet_of(order.task)
    gap = "" if alphabet == "han" else " "
    right, wrong = [], []
    for number in range(order.n):
        begin, end, slip = (
            text(4 * number, WORDS - WRONG_WORDS, alphabet=alphabet),
            text(8 * number + 7, WRONG_WORDS, alphabet=alphabet),
            text(number, WRONG_WORDS, alphabet=alphabet, wrong=True),
        )
        right.append(begin + gap + end)
        wrong.append(begin + gap + slip)
    return paired_sample(
        [{"text": one} for one in right],
        _waves(order.perfect, [spoken(f"{one}.".capitalize()) for one in right]),
        _waves(order.corrupted, [spoken(one) for one in wrong]),
        WRONG_WORDS / WORDS,
        inputs=[{"prompt": "Read this aloud.", "text": one} for one in right],
    )


def _spoken_captions(order: Order) -> Sample:
    """At least two captions, which share nothing; see `answers` for the value."""
    n = max(order.n, 2)
    right, wrong = ([text(number, CAPTION_WORDS, wrong=bad) for number in range(n)] for bad in (False, True))
    return paired_sample(
        [{"caption": one} for one in right],
        _waves(order.perfect, [spoken(one) for one in right]),
        _waves(order.corrupted, [spoken(str(one)) for one in said_wrongly(right, wrong)]),
        10 * share_right(n),
        inputs=[{"image_file": f"images/{number}.jpg"} for number in range(n)],
    )


STEP, SLIP = FULL_SCALE // 32, FULL_SCALE // 256  # from frame to frame, and of what a wrong coefficient is off


def _stairs(order: Order) -> NDArray[np.int64]:
    """Toy cepstra as whole parts of the full scale, so far apart that no warping of time pairs others than the true."""
    steps = STEP * (np.arange(FRAMES) - FRAMES // 2)[:, None]
    return np.asarray(steps + order.rng.integers(0, STEP // 2, COEFFICIENTS))


WRONG_COEFFICIENT = np.array([0] * (COEFFICIENTS - 1) + [SLIP])
DISTORTION = 10 / math.log(10) * math.sqrt(2 * (SLIP / FULL_SCALE) ** 2)  # decibels, of one coefficient off by 1/256


def recordings(order: Order) -> Sample:
    """Recordings whose toy cepstra are off by 1/256 in one coefficient that is not the energy."""
    right = [_stairs(order) for _ in range(order.n)]
    return paired_sample(
        [{"audio": name} for name in _waves(order.folder, [one.ravel() for one in right])],
        _waves(order.perfect, [one.ravel() for one in right]),
        _waves(order.corrupted, [(one + WRONG_COEFFICIENT).ravel() for one in right]),
        DISTORTION,
    )


def mel_cepstra(order: Order) -> Sample:
    """The same, as arrays of cepstra."""
    right = [_stairs(order) for _ in range(order.n)]
    wrong = [one + WRONG_COEFFICIENT for one in right]
    references = [{"cepstra": name} for name in _arrays(order.folder, [one / FULL_SCALE for one in right])]
    perfect = _arrays(order.perfect, [one / FULL_SCALE for one in right])
    return paired_sample(references, perfect, _arrays(order.corrupted, [one / FULL_SCALE for one in wrong]), DISTORTION)


def _arrays(folder: Path, values: Sequence[Any]) -> list[str]:
    return _written(folder, values, _save, ".npy")


def _save(path: Path, value: ArrayLike) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.asarray(value), allow_pickle=False)


def _noise(order: Order) -> NDArray[np.int16]:
    """Samples that a shift leaves inside the full scale."""
    return order.rng.integers(-FULL_SCALE // 2, FULL_SCALE // 2, FRAMES * 2).astype(np.int16)


def sounds(order: Order) -> Sample:
    """Recordings whose two features are moved by a quarter each, which leaves the spread: 1/16 + 1/16."""
    right = [_noise(order) for _ in range(order.n)]
    return paired_sample(
        [{"audio": name} for name in _waves(order.folder, right)],
        _waves(order.perfect, right),
        _waves(order.corrupted, [one + np.int16(SHIFT) for one in right]),
        2 * (SHIFT / FULL_SCALE) ** 2,
        inputs=[{"video_file": f"videos/{number}.mp4"} for number in range(order.n)],
    )


LOUDNESS = 1000  # of 16-bit samples, for each unit of brightness and warmth


def described(order: Order, key: str = "caption") -> Sample:
    """Sounds in the direction that their text names, and turned from it by the angle whose cosine is 3/5."""
    pairs = [(5 * int(x), 5 * int(y)) for x, y in order.rng.integers(1, 4, (order.n, 2))]
    turned = [((3 * x - 4 * y) // 5, (4 * x + 3 * y) // 5) for x, y in pairs]

    def waves(folder: Path, wanted: Sequence[tuple[int, int]]) -> list[str]:
        return _waves(folder, [np.tile(np.array(pair) * LOUDNESS, FRAMES) for pair in wanted])

    return paired_sample(
        [{key: f"A sound, {x} bright and {y} warm"} for x, y in pairs],
        waves(order.perfect, pairs),
        waves(order.corrupted, turned),
        3 / 5,
    )


def styled(order: Order) -> Sample:
    """The same, with the style for a description."""
    return described(order, "style")


def piano_rolls(order: Order) -> Sample:
    """Two notes in each frame, others than in the one before; one of the two is left out: 1 / (1 + 0 + 1)."""
    keys = 24
    right, wrong = [], []
    for _ in range(order.n):
        roll = np.zeros((FRAMES, keys), dtype=bool)
        for frame in range(FRAMES):
            roll[frame, order.rng.permutation(keys // 2)[:2] * 2 + frame % 2] = True
        half = roll.copy()
        half[np.arange(FRAMES), roll.argmax(axis=1)] = False
        right.append(roll)
        wrong.append(half)

    references = [{"roll": name} for name in _arrays(order.folder, right)]
    return paired_sample(references, _arrays(order.perfect, right), _arrays(order.corrupted, wrong), 1 / 2)


BARS = 4
CHORDS = ((60, 64), (60, 67))  # C and E, C and G: half of what one has the other has too


def pieces(order: Order) -> Sample:
    """Pieces that repeat one bar; or that have two bars in turn, of which each overlaps with the next by one half."""

    def notes(turns: bool, up: int) -> list[tuple[float, float, int]]:
        chords = [CHORDS[bar % 2 if turns else 0] for bar in range(BARS)]
        return [
            (4.0 * bar + 2 * place, 2.0, pitch + up)
            for bar, chord in enumerate(chords)
            for place, pitch in enumerate(chord)
        ]

    def midis(folder: Path, turns: bool) -> list[str]:
        return _written(folder, [notes(turns, number % 12) for number in range(order.n)], write_midi, ".mid")

    wanted = [{"text": "a pop song"}] * order.n
    return paired_sample(wanted, midis(order.perfect, False), midis(order.corrupted, True), 1 / 2)


INTENTS = {
    "action": {"0": "increase", "1": "change language"},
    "object": {"0": "volume", "1": "none"},
    "location": {"0": "kitchen", "1": "none"},
}


def intent(order: Order) -> Sample:
    """Codes of intents; half of the answers say another action."""
    codes = [[str(bit) for bit in order.rng.integers(0, 2, len(INTENTS))] for _ in range(order.n)]

    def words(code: Sequence[str]) -> str:
        return ", ".join(table[part] for table, part in zip(INTENTS.values(), code, strict=True))

    right = [words(code) for code in codes]
    wrong = [words(["01"[code[0] == "0"], *code[1:]]) for code in codes]
    said = said_wrongly(right, wrong)
    references = [{"text": " ".join(code)} for code in codes]
    return paired_sample(references, right, said, share_right(order.n), header={"intent_label": INTENTS})


def qualities(order: Order) -> Sample:
    """Two labels of each note, told in another order; half of the answers say one of them alone."""
    pairs = [[text(2 * number, 1), text(2 * number + 1, 1)] for number in range(order.n)]
    right = [f"{second}, {first}".title() for first, second in pairs]
    said = said_wrongly(right, [first for first, _ in pairs])
    return paired_sample([{"text": pair} for pair in pairs], right, said, share_right(order.n))


MAKERS: dict[str | tuple[str, str], Maker] = {
    "speech": speech,
    "recordings": recordings,
    "mel-cepstra": mel_cepstra,
    "sounds": sounds,
    "sound and description": described,
    "sound and style": styled,
    "piano rolls": piano_rolls,
    "piece of music": pieces,
    "intent": intent,
    "qualities": qualities,
}

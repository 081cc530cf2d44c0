"""Cases of sound, made from seeds alike by the maker of audio.json and by the test that reads it."""

from __future__ import annotations

import numpy as np

WARPED = 200  # pairs of cepstra
ENVELOPES = 40  # spectra
VOICES = 4  # pairs of recordings
MELODIES = 220  # pairs of contours
FILES = 200  # MIDI files
RATED = 4  # noisy voices
RATE = 22050
SPEECH_RATE = 16000


def cepstra(seed):
    """Mel-cepstra of two utterances, of 1 to 60 frames; one in five has frames that repeat exactly."""
    rng = np.random.default_rng([1, seed])
    order = int(rng.integers(1, 26))
    sides = [rng.normal(size=(int(rng.integers(1, 61)), order + 1)).cumsum(axis=0) for _ in range(2)]
    if seed % 5 == 0:
        sides = [np.round(side[rng.integers(len(side), size=len(side))]) for side in sides]
    return sides


def envelope(seed):
    """Power spectra of two frames with the order and the warping of their cepstra."""
    rng = np.random.default_rng([2, seed])
    bins = int(rng.choice([129, 257, 513]))
    power = np.exp(rng.normal(scale=0.3, size=(2, bins)).cumsum(axis=1) - 10 * rng.random())
    return power, int(rng.integers(1, 25)), float(rng.uniform(0, 0.7))


def voice(seed):
    """Two recordings of harmonics, of unequal lengths, in silence that is not quite silent."""
    rng = np.random.default_rng([3, seed])
    sides = []
    for _ in range(2):
        n = int(rng.integers(2500, 4500))
        pitch = rng.uniform(140, 260) * (1 + 0.1 * np.sin(np.linspace(0, 5, n)))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        tones = sum(np.sin(k * phase) * rng.uniform(0.2, 1) / k for k in range(1, 20))
        sides.append((0.2 * tones + 1e-4 * rng.normal(size=n)).astype(np.float32))
    return sides


def noisy(seed):
    """A recording at 16 kHz of a voice with pauses, in noise: shorter than a window of DNSMOS, and longer."""
    rng = np.random.default_rng([6, seed])
    n = (60000, 8000, 144160, 165000)[seed]
    times = np.arange(n) / SPEECH_RATE
    phase = 2 * np.pi * np.cumsum(150 * (1 + 0.1 * np.sin(3 * times))) / SPEECH_RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 15)) * (np.sin(4 * times) > -0.3)
    return np.clip(0.1 * voice + 10 ** rng.uniform(-4, -1) * rng.normal(size=n), -1, 1)


def contours(seed):
    """Two melodies: near each other, octaves apart, wrong, or unvoiced."""
    rng = np.random.default_rng([4, seed])
    n = int(rng.integers(1, 80))
    ref = np.where(rng.random(n) < rng.uniform(0.2, 1), rng.uniform(60, 900, size=n), 0.0)
    ref[int(rng.integers(n))] = 220.0
    pred = ref * 2.0 ** (rng.normal(scale=0.03, size=n) + rng.choice([0, 0, 0, 1, -1, 0.3], size=n))
    pred = np.where(rng.random(n) < 0.1, 150.0, pred)
    return np.where(rng.random(n) < 0.15, 0.0, pred), ref


def _number(value):
    """A number of variable length."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def midi(seed):
    """A MIDI file of one to three tracks, with running status, metres, percussion and notes that overlap."""
    rng = np.random.default_rng([5, seed])
    division = int(rng.choice([24, 96, 120, 480]))
    tracks = []
    for track in range(int(rng.integers(1, 4))):
        events = []
        if track == 0:
            for tick in sorted({0, *(rng.integers(0, 12, size=2) * 4 * division).tolist()}):
                beats, power = int(rng.integers(2, 8)), int(rng.integers(1, 4))
                events.append((tick, 0, bytes([0xFF, 0x58, 4, beats, power, 24, 8])))
            events.append((0, 0, b"\xff\x51\x03\x07\xa1\x20"))
            events.append((0, 0, b"\xf0\x03\x7e\x7f\xf7"))
        channel = 9 if rng.random() < 0.2 else int(rng.integers(0, 4))
        events.append((0, 0, bytes([0xC0 | channel, int(rng.integers(100))])))
        for _ in range(int(rng.integers(0, 40))):
            onset, length = int(rng.integers(0, 40 * division)), int(rng.integers(1, 4 * division))
            pitch = int(rng.integers(50, 60))
            off = bytes([0x90 | channel, pitch, 0]) if rng.random() < 0.5 else bytes([0x80 | channel, pitch, 64])
            events += [(onset, 2, bytes([0x90 | channel, pitch, 80])), (onset + length, 1, off)]
        body, before, status = b"", 0, 0
        for tick, _, event in sorted(events, key=lambda entry: entry[:2]):
            body += _number(tick - before)
            # A status that goes on is left out, but for meta and system events, which end it.
            body += event[1:] if event[0] == status and status < 0xF0 else event
            before, status = tick, event[0]
        body += b"\x00\xff\x2f\x00"
        tracks.append(b"MTrk" + len(body).to_bytes(4, "big") + body)
    header = b"MThd\x00\x00\x00\x06" + b"".join(n.to_bytes(2, "big") for n in (1, len(tracks), division))
    return header + b"".join(tracks)

"""What librosa, pysptk, pymcd, mir_eval, pretty_midi and speechmos say of the cases of audio_cases.py: ../audio.json.

Needs librosa 0.11.0, pymcd 0.2.1 (with pysptk 1.0.1 and pyworld 0.3.5), mir_eval 0.8.2, pretty_midi 0.2.11, and
speechmos 0.0.1.1 with onnxruntime, requests and tqdm.
"""

from __future__ import annotations

import io
import json
import runpy
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import librosa
import mir_eval
import numpy as np
import pretty_midi
import pysptk
import soundfile
from pymcd.mcd import Calculate_MCD
from speechmos import dnsmos

HERE = Path(__file__).parent
CASES = runpy.run_path(str(HERE / "audio_cases.py"))
DECIBELS = 10 / np.log(10) * np.sqrt(2)


def warped(seed):
    """The MCD over librosa's cheapest path, and how many pairs it has."""
    pred, ref = (side[:, 1:] for side in CASES["cepstra"](seed))
    _, path = librosa.sequence.dtw(pred.T, ref.T)
    distances = np.linalg.norm(pred[path[:, 0]] - ref[path[:, 1]], axis=1)
    return [float(DECIBELS * distances.mean()), len(path)]


def envelope(seed):
    """The mel-cepstra by both of pysptk's functions, as the textbook and as pymcd calls them."""
    power, order, alpha = CASES["envelope"](seed)
    textbook = pysptk.sp2mc(power, order, alpha)
    taken = pysptk.sptk.mcep(power, order=order, alpha=alpha, maxiter=0, etype=1, eps=1e-8, min_det=0.0, itype=3)
    return [np.round(textbook, 12).tolist(), np.round(taken, 12).tolist()]


def voice(seed):
    """The plain MCD of two recordings, and the cepstra that it was made of."""
    pred, ref = CASES["voice"](seed)
    measure = Calculate_MCD("plain")
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("ref.wav", "pred.wav")]
        for path, side in zip(paths, (ref, pred), strict=True):
            soundfile.write(path, side, CASES["RATE"], subtype="FLOAT")
        value = measure.calculate_mcd(*paths)
    longest = max(len(pred), len(ref))
    padded = [np.pad(side, (0, longest - len(side))) for side in (pred, ref)]
    return {"value": value, "cepstra": [np.round(measure.wav2mcep_numpy(side), 10).tolist() for side in padded]}


def melody(seed):
    """mir_eval's raw pitch and chroma accuracy, and its voicing recall and false alarm."""
    pred, ref = CASES["contours"](seed)
    cents = [mir_eval.melody.hz2cents(side) for side in (ref, pred)]
    voiced = [side > 0 for side in (ref, pred)]
    sides = voiced[0], cents[0], voiced[1], cents[1]
    return [
        mir_eval.melody.raw_pitch_accuracy(*sides),
        mir_eval.melody.raw_chroma_accuracy(*sides),
        *mir_eval.melody.voicing_measures(voiced[0], voiced[1]),
    ]


def midi(seed):
    """How many notes pretty_midi reads, and sums over them of start, end and pitch, in ticks, and of their products."""
    piece = pretty_midi.PrettyMIDI(io.BytesIO(CASES["midi"](seed)))
    notes = [
        (int(piece.time_to_tick(note.start)), int(piece.time_to_tick(note.end)), note.pitch)
        for instrument in piece.instruments
        if not instrument.is_drum
        for note in instrument.notes
    ]
    terms = [(1, start, end, pitch, start * end, start * pitch, end * pitch) for start, end, pitch in notes]
    return [sum(column) for column in zip(*terms, strict=True)]


def noisy(seed):
    """The four ratings of DNSMOS."""
    said = dnsmos.run(CASES["noisy"](seed), CASES["SPEECH_RATE"])
    return [float(said[name]) for name in ("sig_mos", "bak_mos", "ovrl_mos", "p808_mos")]


def main():
    """Write the file."""
    names = ("librosa", "pysptk", "pymcd", "pyworld", "mir_eval", "pretty_midi", "speechmos", "numpy")
    made = {
        "made_with": {name: version(name) for name in names},
        "warped": [warped(seed) for seed in range(CASES["WARPED"])],
        "envelopes": [envelope(seed) for seed in range(CASES["ENVELOPES"])],
        "voices": [voice(seed) for seed in range(CASES["VOICES"])],
        "melodies": [[float(value) for value in melody(seed)] for seed in range(CASES["MELODIES"])],
        "noisy": [noisy(seed) for seed in range(CASES["RATED"])],
        "midi": [midi(seed) for seed in range(CASES["FILES"])],
    }
    text = json.dumps(made, separators=(",", ":")).replace("],[", "],\n[")
    (HERE.parent / "audio.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()

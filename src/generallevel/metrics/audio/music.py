"""Music: notes, bars and orchestras.

Objects: a prediction is the notes of one piece: rows of onset, duration and pitch, a MIDI file, or a piano roll. Scores
are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import one_of
from generallevel._kernels.midi import MOST_BARS, read_midi
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UndefinedScore
from generallevel.registry import Variant, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["event_accuracy", "no_notes", "pitch_class_consistency", "silence"]

CLASSES = 12  # semitones of an octave
HIGHEST = 127  # pitch, by MIDI
NOTES = "the notes of one piece, shape (n, 3): onset, duration and pitch"


def no_notes(_ref: object) -> NDArray[np.float64]:
    """The piece without a note: what a missing one counts as.

    Parameters
    ----------
    _ref : object
        Nothing: there is no reference.

    Returns
    -------
    ndarray of float, shape (0, 3)
    """
    return np.empty((0, 3))


def _notes(given: Any) -> NDArray[np.float64]:
    """The notes of a piece, checked."""
    notes = real_array(given, "pred", NOTES)
    if not notes.size and notes.ndim <= 2:
        return np.empty((0, 3))
    if notes.ndim != 2 or notes.shape[1] != 3:
        slip = " A piano roll? It holds no notes, only what sounds." if notes.ndim == 2 and notes.shape[1] > 12 else ""
        raise ShapeMismatch(f"pred is {NOTES}; got shape {notes.shape}.{slip}")
    notes = notes.astype(np.float64, copy=False)
    if not np.isfinite(notes).all():
        raise NotFinite(f"note {int(np.argmin(np.isfinite(notes).all(axis=1)))} of pred holds NaN or an infinity")
    onsets, durations, pitches = notes.T
    if onsets.min() < 0 or durations.min() < 0:
        raise ImpossibleValue("pred has a note that begins before 0, or of negative duration: onset, duration, pitch")
    if pitches.min() < 0 or pitches.max() > HIGHEST or (pitches != np.rint(pitches)).any():
        raise ImpossibleValue(
            f"pred has a pitch that is no whole number from 0 to {HIGHEST}: rows are onset, duration and pitch (60 is "
            "middle C), not onset, end and pitch, and not frequencies"
        )
    return notes


def _edges(bars: Any, notes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the bars begin, and where the last one ends."""
    end = float((notes[:, 0] + notes[:, 1]).max(initial=0.0))
    if np.ndim(bars) == 0:
        length = float(real_array(bars, "bars", "the length of a bar, or where bars begin"))
        if not 0 < length < math.inf:
            raise ImpossibleValue(f"bars is the length of one bar in the unit of the onsets, above 0, not {bars!r}")
        # The bar in which the last note ends, and one more for a note without length that begins it.
        count = int(end // length) + 1 if end < length * MOST_BARS else MOST_BARS + 1
        if count > MOST_BARS:
            raise ImpossibleValue(
                f"pred has more than {MOST_BARS} bars of {length:g}: is it in the unit of the onsets?"
            )
        return np.asarray(np.arange(count + 1) * length)
    edges = real_array(bars, "bars", "where the bars begin, shape (b,), and where the last one ends").astype(np.float64)
    if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise InvalidInput("bars is one length, or the times, rising, at which bars begin and the last one ends")
    if len(notes) and (notes[:, 0].min() < edges[0] or end > edges[-1]):
        raise ImpossibleValue(f"pred has notes outside its bars, which run from {edges[0]:g} to {edges[-1]:g}")
    return edges


def _histograms(notes: NDArray[np.float64], edges: NDArray[np.float64], weight: str) -> NDArray[np.float64]:
    """The pitch classes of each bar as shares of it, shape (bars, 12); rows of zeros where nothing sounds."""
    onsets, durations, pitches = notes.T
    classes = pitches.astype(np.intp) % CLASSES
    found = np.zeros((len(edges) - 1, CLASSES))
    first = np.searchsorted(edges, onsets, side="right") - 1
    if weight == "onsets":
        np.add.at(found, (np.minimum(first, len(found) - 1), classes), 1.0)
    else:
        last = np.searchsorted(edges, onsets + durations, side="left") - 1
        for note, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            cuts = np.minimum(edges[a + 1 : b + 2], onsets[note] + durations[note])
            found[a : b + 1, classes[note]] += cuts - np.maximum(edges[a : b + 1], onsets[note])
    total = found.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(found, total, out=np.zeros_like(found), where=total > 0)
    return shares


@metric(
    labels={("Audio-Generation", "PCC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 55 (what is compared, not which bars); Wu & Yang (2020), arXiv 2008.01307",
    variants={
        "adjacent": Variant({"pairs": "adjacent"}, note="each bar with the next"),
        "all_pairs": Variant({"pairs": "all"}, note="each bar with every other"),
    },
    absent=no_notes,
    pairing="alone",
    each="piece",
    caution=(
        "PCC is not Pearson's correlation here, and the paper does not say which pairs of bars are compared. A piece "
        "that repeats one bar scores 1."
    ),
)
def pitch_class_consistency(
    pred: Any,
    *,
    pairs: Literal["adjacent", "all"],
    weight: Literal["onsets", "duration"] = "onsets",
    empty: Literal["skip", "differ"] = "skip",
    bars: Any = None,
) -> Mean:
    r"""Overlap of the pitch-class histograms of the bars of a piece.

    .. math:: \frac1{|P|} \sum_{(i, j) \in P} \sum_{c=0}^{11} \min(h_{ic}, h_{jc})

    with :math:`h_i` the shares of the twelve pitch classes in bar i, over the pairs P of bars.

    Parameters
    ----------
    pred : array_like, shape (n, 3), or bytes
        The notes of one piece: onset and duration, in one unit of time, and pitch from 0 to 127. Or a MIDI file (format
        0 or 1), whose time signatures give the bars; its percussion is left out.
    pairs : {"adjacent", "all"}
        Which bars are compared: each with the next, or each with every other. Required: the paper does not say.
    weight : {"onsets", "duration"}, default "onsets"
        What a note adds to its pitch class: one, in the bar in which it begins; or the time that it sounds in each bar.
    empty : {"skip", "differ"}, default "skip"
        Pairs with a bar in which nothing sounds (with ``onsets``: begins) are left out, or overlap by 0.
    bars : float or array_like, shape (b + 1,), optional
        Of notes: the length of a bar in the unit of the onsets, of bars that begin at 0; or the times at which bars
        begin, and at which the last one ends. Required of notes; of a MIDI file in quarter notes, instead of its own.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Pieces count alike.

    Raises
    ------
    ShapeMismatch
        If the notes are no rows of three numbers.
    ImpossibleValue
        If an onset or a duration is negative, a pitch is none, a note lies outside the bars, or there are 100,000 bars.
    NotFinite
        If a number is NaN or infinite.
    InvalidInput
        If the bytes are no MIDI file, or ``bars`` is missing.
    UndefinedScore
        If a piece with notes has no two bars to compare.

    Notes
    -----
    Bars run from the beginning to the last note. A piece without a note is the worst there is, 0, and a missing one
    counts as it. A piece of one bar agrees with itself in nothing: it raises, unless ``score(..., errors="missing")``.

    References
    ----------
    .. [1] arXiv 2505.04620v1, Table 17 row 55
    .. [2] Wu & Yang (2020), "The Jazz Transformer on the front line", arXiv 2008.01307 (pitch-class histograms of bars)

    Examples
    --------
    Three bars of four quarters: C and E, C and E an octave lower, C and G.

    >>> piece = [[0, 2, 60], [2, 2, 64], [4, 2, 48], [6, 2, 52], [8, 2, 60], [10, 2, 67]]
    >>> pitch_class_consistency(piece, pairs="adjacent", bars=4).value  # (1 + 1/2) / 2
    0.75
    >>> round(pitch_class_consistency(piece, pairs="all", bars=4).value, 4)  # (1 + 1/2 + 1/2) / 3
    0.6667
    """
    one_of("pairs", pairs, ("adjacent", "all"))
    one_of("weight", weight, ("onsets", "duration"))
    one_of("empty", empty, ("skip", "differ"))
    if isinstance(pred, bytes | bytearray):
        piece = read_midi(bytes(pred))
        notes, edges = piece.notes, piece.bars if bars is None else _edges(bars, piece.notes)
    else:
        notes = _notes(pred)
        if bars is None and len(notes):
            raise InvalidInput("bars=... is needed: the length of a bar in the unit of the onsets, or where bars begin")
        edges = _edges(1.0 if bars is None else bars, notes)
    if not len(notes):
        return Mean(0.0, 1)
    return Mean(_overlap(_histograms(notes, edges, weight), pairs, empty), 1)


def _overlap(shares: NDArray[np.float64], pairs: str, empty: str) -> float:
    """The mean overlap of pairs of bars."""
    sounding = np.asarray(shares.any(axis=1))
    # Silence behind the last note is no bar of the piece.
    length = int(np.flatnonzero(sounding)[-1]) + 1 if sounding.any() else 0
    shares, sounding = shares[:length], sounding[:length]
    if pairs == "adjacent":
        overlaps = np.minimum(shares[1:], shares[:-1]).sum(axis=1)
        both = sounding[1:] & sounding[:-1] if empty == "skip" else np.ones(len(overlaps), dtype=bool)
        total, n = float(overlaps[both].sum()), int(np.count_nonzero(both))
    else:
        kept = shares[sounding] if empty == "skip" else shares
        # Of n numbers in order, the k-th is the smaller one in n - k of the pairs.
        times = np.arange(len(kept) - 1, -1, -1)
        total, n = float(times @ np.sort(kept, axis=0).sum(axis=1)), len(kept) * (len(kept) - 1) // 2
    if not n:
        raise UndefinedScore("the piece has no two bars to compare: notes sound in one bar, or in none next to another")
    return min(total / n, 1.0)  # shares add up to 1 but for rounding


def silence(ref: ArrayLike) -> NDArray[np.bool_]:
    """The piece in which nothing sounds: what a missing one counts as.

    Parameters
    ----------
    ref : array_like, shape (T, P)
        The reference.

    Returns
    -------
    ndarray of bool, of the reference's shape
    """
    return np.zeros(np.shape(ref), dtype=bool)


def _roll(given: ArrayLike, name: str) -> NDArray[np.bool_]:
    """A piano roll as truths: what sounds."""
    wanted = "a piano roll, shape (frames, notes)"
    roll = real_array(given, name, wanted)
    if roll.ndim != 2:
        raise ShapeMismatch(f"{name} is {wanted}, not {roll.shape}. Instruments stand side by side along the notes.")
    if roll.dtype.kind == "f" and not np.isfinite(roll).all():
        raise NotFinite(f"{name} holds {roll[~np.isfinite(roll)][0]}: an intensity is a finite number")
    if roll.size and roll.min() < 0:
        raise ImpossibleValue(f"{name} holds {roll.min()}: an intensity is 0 where nothing sounds, and positive")
    return roll > 0


@metric(
    labels={("Audio-Generation", "E-Acc"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="the released workbook (the label); Crestel & Esling (2017), arXiv 1609.01203 (the definition)",
    variants={
        "specialist": Variant({"silent": 0.0}, note="the specialist's own code: a right silence scores 0"),
        "pooled": Variant({"pooled": True}, note="notes of all events together, as in multi-pitch estimation"),
    },
    absent=silence,
    each="piece",
    caution=(
        "The paper prints Acc; that E stands for event, and not for emotion, is read from the specialist's own "
        "publication."
    ),
)
def event_accuracy(pred: ArrayLike, ref: ArrayLike, *, silent: float = 1.0, pooled: bool = False) -> Mean:
    r"""Share of orchestra notes that are right, counted only where the score changes.

    .. math:: \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}

    of each frame that is an event, averaged over the events of all pieces.

    Parameters
    ----------
    pred : array_like, shape (T, P), bool or numbers
        The predicted piano roll: what is above 0 sounds. Of an orchestra, the notes of all instruments side by side.
    ref : array_like, shape (T, P)
        The true one. Its frame t is an event where it differs from frame t - 1; before the first frame nothing sounds.
    silent : float, default 1
        What an event scores at which nothing is to sound and nothing does.
    pooled : bool, default False
        Whether the notes of all events are added up before dividing; then ``silent`` has no part in it.

    Returns
    -------
    Mean
        A fraction in [0, 1]; higher is better. Events count alike, whatever piece they are in.

    Raises
    ------
    ShapeMismatch
        If the shapes differ, or are not those of piano rolls.
    NotFinite
        If an intensity is NaN or infinite.
    ImpossibleValue
        If an intensity is negative, or ``silent`` is outside 0 to 1.
    InvalidInput
        If a roll holds no real numbers.
    UndefinedScore
        When the value is read, if nothing ever changes.

    Notes
    -----
    Frames between events are left out, so that repeating the last frame earns nothing. Loudness does not count: a
    change of it alone is no event.

    References
    ----------
    .. [1] Crestel & Esling (2017), "Live Orchestral Piano, a system for real-time orchestral music generation",
       arXiv 1609.01203
    .. [2] Bay, Ehmann & Downie (2009), "Evaluation of multiple-F0 estimation and tracking systems", ISMIR

    Examples
    --------
    The score changes at frames 0 and 2; one of two notes is found at the first, and a wrong one is added at the second:

    >>> ref = [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    >>> event_accuracy([[1, 0, 0], [0, 0, 0], [1, 0, 1]], ref).value  # (1 / 2 + 1 / 2) / 2
    0.5
    """
    if not 0 <= silent <= 1:
        raise ImpossibleValue(f"silent is what a right silence scores, from 0 to 1, not {silent!r}")
    said, wanted = _roll(pred, "pred"), _roll(ref, "ref")
    if said.shape != wanted.shape:
        slip = " Same sizes in another order: is one of them notes-first?" if said.shape == wanted.shape[::-1] else ""
        raise ShapeMismatch(f"pred has shape {said.shape} but ref has shape {wanted.shape}.{slip}")
    before = np.zeros_like(wanted)
    before[1:] = wanted[:-1]
    events = (wanted != before).any(axis=1)
    both = np.count_nonzero(said[events] & wanted[events], axis=1)
    either = np.count_nonzero(said[events] | wanted[events], axis=1)
    if pooled:
        return Mean(int(both.sum()), int(either.sum()))
    right = np.divide(both, either, out=np.full(len(both), float(silent)), where=either > 0)
    return Mean(float(right.sum()), len(right))

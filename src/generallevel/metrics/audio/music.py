"""Music: notes, bars and orchestras.

Objects: a prediction is the notes of one piece. Scores are fractions in [0, 1]; higher is better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import ImpossibleValue, NotFinite, ShapeMismatch
from generallevel.registry import Variant, declare, metric
from generallevel.scales import Linear
from generallevel.tallies import Mean

__all__ = ["event_accuracy", "pitch_class_consistency", "silence"]

pitch_class_consistency = declare(
    "pitch_class_consistency",
    summary="Overlap of the pitch-class histograms of the bars of a piece.",
    needs="the notes of each piece with its bars",
    labels={("Audio-Generation", "PCC"): "percent"},
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="arXiv 2505.04620v1, Table 17 row 55",
    caution="PCC is not Pearson's correlation here, and the paper does not say which pairs of bars are compared.",
)


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

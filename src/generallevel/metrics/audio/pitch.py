"""Pitch: the fundamental frequency of a voice or a melody, frame by frame.

Objects: a prediction is a contour, one frequency in Hz for each frame and 0 where nothing is voiced; its reference is a
contour of the same frames. Error rates are fractions in [0, 1], deviations in Hz or cents in [0, inf); lower is better.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.numbers import RootMean
from generallevel._kernels.signals import paired_signals
from generallevel.errors import ImpossibleValue, NotFinite
from generallevel.registry import Variant, metric
from generallevel.scales import Complement, Linear, Saturating
from generallevel.tallies import Ratio

__all__ = [
    "f0_frame_error",
    "f0_rmse",
    "f0_rmse_cents",
    "gross_pitch_error",
    "raw_pitch_accuracy",
    "unvoiced",
    "voicing_error",
]

Floats: TypeAlias = NDArray[np.float64]

GROSS = 0.2  # relative; Rabiner et al. (1976) as a period, today as a frequency
QUARTER_TONE = 50.0  # cents; MIREX, and mir_eval
LOWEST = 10.0  # Hz; ours: no voice and no instrument is lower, but a logarithm and a MIDI number may be
CENTS = 1200.0  # in an octave
CONTOUR = "the frequencies of one contour in Hz, shape (frames,), 0 where nothing is voiced"


def unvoiced(ref: ArrayLike) -> Floats:
    """The contour without a voiced frame: what a missing one counts as.

    Parameters
    ----------
    ref : array_like, shape (frames,)
        The reference.

    Returns
    -------
    ndarray of float, of the reference's shape
    """
    return np.zeros(np.shape(ref))


def _contours(pred: Any, ref: Any) -> tuple[Floats, Floats]:
    """Both contours, checked."""
    try:
        sides = paired_signals(pred, ref, CONTOUR, "Bring both to one grid of frames first.")
    except NotFinite as slip:
        raise NotFinite(f"{slip}; write 0 where nothing is voiced") from None
    for name, side in zip(("pred", "ref"), sides, strict=True):
        odd = (side < LOWEST) & (side != 0)
        if odd.any():
            raise ImpossibleValue(
                f"{name} holds {side[odd][0]:g}, which is no frequency in Hz (from {LOWEST:g}) and not 0 for unvoiced: "
                "is it a logarithm, or on another scale?"
            )
    return sides


def _octaves(pred: Floats, ref: Floats) -> Floats:
    """How many octaves the prediction is above its reference, in the frames in which both are voiced."""
    both = (pred > 0) & (ref > 0)
    return np.asarray(np.log2(pred[both] / ref[both]))


def _gross(pred: Floats, ref: Floats, tolerance: float) -> tuple[int, int]:
    """Frames in which both are voiced and the pitch is far off, and those in which both are voiced."""
    if not 0 < tolerance < math.inf:
        raise ImpossibleValue(f"tolerance is a share of the true frequency above 0, such as 0.2, not {tolerance!r}")
    both = (pred > 0) & (ref > 0)
    return int(np.count_nonzero(np.abs(pred[both] - ref[both]) > tolerance * ref[both])), int(np.count_nonzero(both))


@metric(
    unit="Hz",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(20),  # ours: about a tenth of a speaking voice's pitch
    source="the root of the mean squared error, over the frames in which both are voiced; scale ours",
    each="utterance",
    caution="Frames in which only one is voiced do not count: read it together with voicing_error.",
)
def f0_rmse(pred: ArrayLike, ref: ArrayLike) -> RootMean:
    """Root mean squared error of the pitch in Hz, where both are voiced.

    Parameters
    ----------
    pred, ref : array_like, shape (frames,)
        Fundamental frequencies in Hz; 0 where nothing is voiced. The same frames on both sides.

    Returns
    -------
    RootMean
        Hz in [0, inf); lower is better. Frames of all utterances count alike.

    Raises
    ------
    ShapeMismatch
        If the numbers of frames differ.
    ImpossibleValue
        If a frequency is negative, or too low to be one: a logarithm, for example.
    NotFinite
        If a frequency is NaN or infinite.
    InvalidInput
        If a contour is empty.
    UndefinedScore
        When the value is read, if in no frame both are voiced.

    References
    ----------
    Source: the definition of a root mean squared error.

    Examples
    --------
    >>> f0_rmse([103.0, 0.0, 204.0, 90.0], [100.0, 100.0, 200.0, 0.0]).value == math.sqrt((3**2 + 4**2) / 2)
    True
    """
    said, true = _contours(pred, ref)
    both = (said > 0) & (true > 0)
    return RootMean(float(np.sum((said[both] - true[both]) ** 2)), int(np.count_nonzero(both)))


@metric(
    unit="cents",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(100),  # ours: a semitone
    source="the root of the mean squared error, over the frames in which both are voiced; scale ours",
    each="utterance",
    caution="Frames in which only one is voiced do not count: read it together with voicing_error.",
)
def f0_rmse_cents(pred: ArrayLike, ref: ArrayLike) -> RootMean:
    """Root mean squared error of the pitch in cents, hundredths of a semitone, where both are voiced.

    Parameters
    ----------
    pred, ref : array_like, shape (frames,)
        As for `f0_rmse`.

    Returns
    -------
    RootMean
        Cents in [0, inf); lower is better. Frames of all utterances count alike; high and low voices too.

    Raises
    ------
    ShapeMismatch, ImpossibleValue, NotFinite, InvalidInput, UndefinedScore
        As for `f0_rmse`.

    References
    ----------
    Source: the definition of a root mean squared error; a cent is the 1200th part of an octave.

    Examples
    --------
    An octave, and nothing:

    >>> f0_rmse_cents([200.0, 100.0], [100.0, 100.0]).value == math.sqrt(1200**2 / 2)
    True
    """
    off = CENTS * _octaves(*_contours(pred, ref))
    return RootMean(float(np.sum(off**2)), len(off))


@metric(
    unit="fraction",
    better="lower",
    bounds=(0.0, 1.0),
    scale=Complement(),
    source="Nakatani et al. (2008), doi:10.1016/j.specom.2007.09.003",
    absent=unvoiced,
    each="utterance",
    aliases=("voicing_decision_error", "vuv_error"),
)
def voicing_error(pred: ArrayLike, ref: ArrayLike) -> Ratio:
    """Share of frames that are voiced on one side only.

    Parameters
    ----------
    pred, ref : array_like, shape (frames,)
        As for `f0_rmse`; what is above 0 is voiced.

    Returns
    -------
    Ratio
        A fraction of all frames in [0, 1]; lower is better.

    Raises
    ------
    ShapeMismatch, ImpossibleValue, NotFinite, InvalidInput
        As for `f0_rmse`.

    References
    ----------
    .. [1] Nakatani et al. (2008), "A method for fundamental frequency estimation and voicing decision",
       doi:10.1016/j.specom.2007.09.003

    Examples
    --------
    >>> voicing_error([100.0, 0.0, 100.0, 0.0], [90.0, 90.0, 90.0, 0.0]).value  # 1 / 4
    0.25
    """
    said, true = _contours(pred, ref)
    return Ratio(int(np.count_nonzero((said > 0) != (true > 0))), len(true))


@metric(
    unit="fraction",
    better="lower",
    bounds=(0.0, 1.0),
    scale=Complement(),
    source="Rabiner et al. (1976), doi:10.1109/TASSP.1976.1162846",
    each="utterance",
    aliases=("gpe",),
    caution="Frames in which only one is voiced do not count: read it together with voicing_error.",
)
def gross_pitch_error(pred: ArrayLike, ref: ArrayLike, *, tolerance: float = GROSS) -> Ratio:
    """Share of frames whose pitch is far off, of those in which both are voiced.

    Parameters
    ----------
    pred, ref : array_like, shape (frames,)
        As for `f0_rmse`.
    tolerance : float, default 0.2
        The share of the true frequency by which a pitch may differ and not be far off.

    Returns
    -------
    Ratio
        A fraction in [0, 1]; lower is better.

    Raises
    ------
    ShapeMismatch, ImpossibleValue, NotFinite, InvalidInput, UndefinedScore
        As for `f0_rmse`; `ImpossibleValue` for a tolerance that is not above 0, too.

    References
    ----------
    .. [1] Rabiner et al. (1976), "A comparative performance study of several pitch detection algorithms",
       doi:10.1109/TASSP.1976.1162846

    Examples
    --------
    >>> gross_pitch_error([121.0, 120.0, 0.0], [100.0, 100.0, 100.0]).value  # one of the two that are voiced
    0.5
    """
    return Ratio(*_gross(*_contours(pred, ref), tolerance))


@metric(
    unit="fraction",
    better="lower",
    bounds=(0.0, 1.0),
    scale=Complement(),
    source="Chu & Alwan (2009), doi:10.1109/ICASSP.2009.4960497",
    absent=unvoiced,
    each="utterance",
    aliases=("ffe",),
)
def f0_frame_error(pred: ArrayLike, ref: ArrayLike, *, tolerance: float = GROSS) -> Ratio:
    """Share of frames with the wrong voicing, or with a pitch that is far off.

    Parameters
    ----------
    pred, ref : array_like, shape (frames,)
        As for `f0_rmse`.
    tolerance : float, default 0.2
        As for `gross_pitch_error`.

    Returns
    -------
    Ratio
        A fraction of all frames in [0, 1]; lower is better.

    Raises
    ------
    ShapeMismatch, ImpossibleValue, NotFinite, InvalidInput
        As for `gross_pitch_error`.

    References
    ----------
    .. [1] Chu & Alwan (2009), "Reducing F0 frame error of F0 tracking algorithms under noisy conditions with an
       unvoiced/voiced classification frontend", doi:10.1109/ICASSP.2009.4960497

    Examples
    --------
    >>> f0_frame_error([121.0, 120.0, 0.0, 0.0], [100.0, 100.0, 100.0, 0.0]).value  # (1 + 1) / 4
    0.5
    """
    said, true = _contours(pred, ref)
    wrong = int(np.count_nonzero((said > 0) != (true > 0)))
    return Ratio(wrong + _gross(said, true, tolerance)[0], len(true))


@metric(
    unit="fraction",
    better="higher",
    bounds=(0.0, 1.0),
    scale=Linear(),
    source="Salamon et al. (2014), doi:10.1109/MSP.2013.2271648",
    variants={"chroma": Variant({"octaves": False}, note="raw chroma accuracy: an octave too high or low is right")},
    absent=unvoiced,
    each="piece",
    aliases=("rpa",),
)
def raw_pitch_accuracy(
    pred: ArrayLike, ref: ArrayLike, *, tolerance: float = QUARTER_TONE, octaves: bool = True
) -> Ratio:
    """Share of the reference's voiced frames whose pitch is right.

    Parameters
    ----------
    pred, ref : array_like, shape (frames,)
        As for `f0_rmse`. A frame that is voiced in the reference and not in the prediction is wrong.
    tolerance : float, default 50
        Cents: a pitch that is nearer than this is right.
    octaves : bool, default True
        Whether an octave counts. False: the pitch may be any whole number of octaves too high or too low.

    Returns
    -------
    Ratio
        A fraction in [0, 1]; higher is better.

    Raises
    ------
    ShapeMismatch, ImpossibleValue, NotFinite, InvalidInput
        As for `f0_rmse`; `ImpossibleValue` for a tolerance that is not above 0, too.
    UndefinedScore
        When the value is read, if no frame of the reference is voiced.

    Notes
    -----
    To match mir_eval's ``raw_pitch_accuracy`` and ``raw_chroma_accuracy``, set nothing: there a prediction may guess a
    pitch where it says unvoiced, and here it has none.

    References
    ----------
    .. [1] Salamon et al. (2014), "Melody extraction from polyphonic music signals: approaches, applications, and
       challenges", doi:10.1109/MSP.2013.2271648

    Examples
    --------
    >>> raw_pitch_accuracy([200.0, 100.0, 0.0, 50.0], [100.0, 101.0, 100.0, 0.0]).value == 1 / 3
    True
    >>> raw_pitch_accuracy([200.0, 100.0, 0.0, 50.0], [100.0, 101.0, 100.0, 0.0], octaves=False).value == 2 / 3
    True
    """
    if not 0 < tolerance < math.inf:
        raise ImpossibleValue(f"tolerance is a number of cents above 0, such as 50, not {tolerance!r}")
    said, true = _contours(pred, ref)
    off = CENTS * _octaves(said, true)
    if not octaves:
        off -= CENTS * np.floor(off / CENTS + 0.5)
    return Ratio(int(np.count_nonzero(np.abs(off) < tolerance)), int(np.count_nonzero(true)))

"""Signals: samples over time, read and checked, and their power in frames."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel.errors import InvalidInput, NotFinite, ShapeMismatch

__all__ = ["paired_signals", "power_frames", "signal_of"]

Floats: TypeAlias = NDArray[np.float64]


def signal_of(given: Any, name: str, wanted: str) -> Floats:
    """One row of numbers over time, checked.

    Parameters
    ----------
    given : array_like, shape (n,)
    name : str
        What it is, for messages: "pred".
    wanted : str
        What is wanted, for messages: "the samples of one channel, shape (n,)".

    Returns
    -------
    ndarray of float, shape (n,)

    Raises
    ------
    ShapeMismatch
        If it has more axes, or none.
    InvalidInput
        If it is empty, or holds no real numbers.
    NotFinite
        If a number is NaN or infinite.
    """
    signal = real_array(given, name, wanted)
    if signal.ndim != 1:
        slip = " Score its channels one by one, or mix them." if signal.ndim == 2 else ""
        raise ShapeMismatch(f"{name} is {wanted}; got shape {signal.shape}.{slip}")
    if not signal.size:
        raise InvalidInput(f"{name} is empty: of length zero there is nothing to compare")
    signal = signal.astype(np.float64, copy=False)
    if not np.isfinite(signal).all():
        place = int(np.argmin(np.isfinite(signal)))
        raise NotFinite(f"{name} holds {signal[place]} at place {place}")
    return signal


def paired_signals(pred: Any, ref: Any, wanted: str, way_out: str) -> tuple[Floats, Floats]:
    """Two signals of one length, checked.

    Parameters
    ----------
    pred, ref : array_like, shape (n,)
    wanted : str
        What is wanted, for messages.
    way_out : str
        What to do where their lengths differ, as a sentence.

    Returns
    -------
    (ndarray of float, shape (n,), ndarray of float, shape (n,))

    Raises
    ------
    ShapeMismatch
        If their lengths differ; and as from `signal_of`.
    InvalidInput, NotFinite
        As from `signal_of`.
    """
    said, true = signal_of(pred, "pred", wanted), signal_of(ref, "ref", wanted)
    if len(said) != len(true):
        raise ShapeMismatch(f"pred has length {len(said)} and ref has length {len(true)}, each {wanted}. {way_out}")
    return said, true


def power_frames(signal: Floats, frame: int, hop: int) -> Floats:
    """The power spectra of the frames of a signal, under a Hann window.

    Parameters
    ----------
    signal : ndarray of float, shape (n,)
    frame : int
        Samples in a frame.
    hop : int
        Samples from the start of one frame to that of the next.

    Returns
    -------
    ndarray of float, shape (frames, frame // 2 + 1)
        The first frame starts with the signal; silence fills the last one up.
    """
    count = max(0, -(-(len(signal) - frame) // hop)) + 1
    padded = np.zeros((count - 1) * hop + frame)
    padded[: len(signal)] = signal
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame)[::hop]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)  # periodic, as spectra want it
    spectra = np.fft.rfft(frames * window, axis=-1)
    return np.asarray(spectra.real**2 + spectra.imag**2)

"""Mel spectrograms: the power of a signal in bands that the ear tells apart."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.signals import power_frames

__all__ = ["decibels", "mel_bands", "mel_power"]

Floats: TypeAlias = NDArray[np.float64]

# Slaney's scale: straight up to 1 kHz, which is 15 mel, and logarithmic above, where 27 mel are a factor of 6.4.
STEP, BEND, BEND_MEL, RISE = 200.0 / 3, 1000.0, 15.0, np.log(6.4) / 27
QUIETEST = 1e-10  # power
RANGE = 80.0  # decibels below the loudest


def _hertz(mel: ArrayLike) -> Floats:
    mels = np.asarray(mel, dtype=np.float64)
    return np.where(mels < BEND_MEL, STEP * mels, BEND * np.exp(RISE * (mels - BEND_MEL)))


@lru_cache(maxsize=4)
def mel_bands(rate: int, frame: int, bands: int) -> Floats:
    """The weights of triangular bands on Slaney's mel scale, each of unit area, from 0 up to half the rate.

    Parameters
    ----------
    rate : int
        Samples in a second.
    frame : int
        Samples in a frame.
    bands : int

    Returns
    -------
    ndarray of float, shape (bands, frame // 2 + 1)

    References
    ----------
    .. [1] Slaney (1998), "Auditory Toolbox", technical report 1998-010
    """
    top = rate / 2
    highest = BEND_MEL + np.log(top / BEND) / RISE if top > BEND else top / STEP
    corners = _hertz(np.linspace(0.0, highest, bands + 2))
    lines = np.arange(frame // 2 + 1) * (rate / frame)
    rising = (lines - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    falling = (corners[2:, None] - lines) / (corners[2:] - corners[1:-1])[:, None]
    weights: Floats = np.maximum(0.0, np.minimum(rising, falling)) * (2 / (corners[2:] - corners[:-2]))[:, None]
    weights.flags.writeable = False
    return weights


def mel_power(signal: Floats, rate: int, frame: int, hop: int, bands: int) -> Floats:
    """The power of a signal in mel bands, of frames that are centred on every ``hop``-th sample.

    Parameters
    ----------
    signal : ndarray of float, shape (n,)
    rate, frame, hop, bands : int

    Returns
    -------
    ndarray of float, shape (frames, bands)
        Of ``1 + (n + 2 (frame // 2) - frame) // hop`` frames; silence lies before and after the signal.
    """
    padded = np.pad(signal, frame // 2)
    count = 1 + (len(padded) - frame) // hop
    return np.asarray(power_frames(padded, frame, hop)[:count] @ mel_bands(rate, frame, bands).T)


def decibels(power: Floats) -> Floats:
    """Powers in decibels below the loudest of them, at most 80.

    Parameters
    ----------
    power : ndarray of float

    Returns
    -------
    ndarray of float, of its shape
        In [-80, 0].

    Examples
    --------
    >>> decibels(np.array([1.0, 0.1, 0.0])).tolist()
    [0.0, -10.0, -80.0]
    """
    loudest = max(float(power.max()), QUIETEST)
    below: Floats = 10 * np.log10(np.maximum(power, QUIETEST)) - 10 * np.log10(loudest)
    return np.asarray(np.maximum(below, below.max() - RANGE))

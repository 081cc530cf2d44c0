"""Mel-cepstra: a spectral envelope as a few coefficients on a warped axis of frequency."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["mel_cepstra"]

Floats: TypeAlias = NDArray[np.float64]


@lru_cache(maxsize=8)
def _warping(length: int, order: int, alpha: float) -> Floats:
    """The matrix that takes cepstra to mel-cepstra, shape (length, order + 1).

    Oppenheim's recursion, in which each coefficient enters at the far end of a chain of all-pass filters; run on the
    unit vectors, it gives the rows.
    """
    rows = np.zeros((length, order + 1))
    state = np.zeros(order + 1)
    state[0] = 1.0  # what the coefficient 0 becomes
    rows[0] = state
    for place in range(1, length):
        # One more delay of the input is one more pass through the chain, of which the unit vector has come so far.
        fresh = np.empty_like(state)
        fresh[0] = alpha * state[0]
        if order:
            fresh[1] = (1 - alpha * alpha) * state[0] + alpha * state[1]
        for k in range(2, order + 1):
            fresh[k] = state[k - 1] + alpha * (state[k] - fresh[k - 1])
        state = fresh
        rows[place] = state
    rows.flags.writeable = False
    return rows


def mel_cepstra(log_power: Floats, order: int, alpha: float) -> Floats:
    """The mel-cepstra of spectra, one row for each.

    Parameters
    ----------
    log_power : ndarray of float, shape (frames, bins)
        Natural logarithms of power spectra, from frequency 0 up to half the rate: ``bins`` is half an even length of
        Fourier transform, and one.
    order : int
        The highest coefficient.
    alpha : float
        The constant of the all-pass filter that warps the axis of frequency, in (-1, 1); 0 warps nothing.

    Returns
    -------
    ndarray of float, shape (frames, order + 1)
        The coefficient 0 is the mean of the logarithm of the amplitude, on the warped axis.

    References
    ----------
    .. [1] Tokuda et al. (1994), "Mel-generalized cepstral analysis", ICSLP
    .. [2] Oppenheim & Johnson (1972), "Discrete representation of signals", doi:10.1109/PROC.1972.8727

    Examples
    --------
    A flat spectrum of power e squared has the amplitude e, whose logarithm is 1:

    >>> mel_cepstra(np.full((1, 5), 2.0), 2, 0.4).round(12)
    array([[1., 0., 0.]])
    """
    cepstra = np.fft.irfft(log_power, axis=-1)[:, : log_power.shape[1]]
    # Of an amplitude's cepstrum the first is half that of the power. The others come twice, but the last, its own twin.
    cepstra[:, 0] /= 2
    cepstra[:, -1] /= 2
    warped: Floats = cepstra @ _warping(cepstra.shape[1], order, alpha)
    return warped

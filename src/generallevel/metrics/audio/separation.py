"""Separation and enhancement: a signal beside the clean one that it should be.

Objects: a prediction is the samples of one channel, and so is its reference, of one rate and one length. Ratios are in
decibels, in (-inf, inf]; higher is better.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.errors import ImpossibleValue, InvalidInput
from generallevel.extractors.recordings import paired_samples
from generallevel.registry import Variant, metric
from generallevel.scales import Tanh
from generallevel.tallies import Mean

__all__ = ["si_sdr"]

RESIDUE = 1e-13  # ours: what is left of a constant when its mean is taken off, relative to it


def _scaled(samples: NDArray[np.float64], zero_mean: bool) -> NDArray[np.float64]:
    """The samples at full scale, which changes no ratio and keeps their squares in range; silence stays silence."""
    loudest = np.abs(samples).max()
    if not loudest:
        return samples
    scaled: NDArray[np.float64] = samples / loudest
    if zero_mean:
        scaled = scaled - scaled.mean()
        if np.abs(scaled).max() < RESIDUE:
            return np.zeros_like(scaled)
    return scaled


@metric(
    unit="dB",
    better="higher",
    bounds=(-math.inf, math.inf),
    scale=Tanh(20),  # ours: that of PSNR; at 0 dB, as much error as signal, nothing is left
    source="Le Roux et al. (2019), arXiv 1811.02508",
    variants={"as_given": Variant({"zero_mean": False}, note="the mean counts as signal, as torchmetrics has it")},
    each="recording",
    aliases=("scale_invariant_sdr",),
)
def si_sdr(pred: Any, ref: Any, *, zero_mean: bool = True, floor: float = -math.inf, ceiling: float = math.inf) -> Mean:
    r"""Scale-invariant signal-to-distortion ratio: the share of a signal that is its reference, in decibels.

    .. math:: 10 \log_{10} \frac{\lVert \alpha r \rVert^2}{\lVert \alpha r - p \rVert^2}, \qquad
        \alpha = \frac{\langle p, r \rangle}{\lVert r \rVert^2}

    Parameters
    ----------
    pred : array_like, shape (n,), or Recording
        The samples of one channel.
    ref : array_like, shape (n,), or Recording
        The clean ones, of the same rate and length.
    zero_mean : bool, default True
        Whether the mean of both is taken off first: a constant cannot be heard.
    floor, ceiling : float, default -inf and inf
        The least and the most that one recording may contribute, in dB.

    Returns
    -------
    Mean
        Decibels in [-inf, inf]; higher is better. Sets average in dB.

    Raises
    ------
    ShapeMismatch
        If the lengths differ, or there are several channels.
    UnitMismatch
        If two recordings have two rates.
    NotFinite
        If a sample is NaN or infinite; and when the value is read, if one recording of a set scores inf and another
        -inf.
    InvalidInput
        If there is no sample, or the reference is silent: then nothing could be its share.
    ImpossibleValue
        If the floor is not below the ceiling.

    Notes
    -----
    A prediction that is its reference but for the loudness scores inf, and so does a set that holds one; one that has
    nothing of it, silence included, -inf. A set with both has no mean: give a floor and a ceiling. Nothing is aligned:
    a delay of one sample is distortion.

    To match torchmetrics' ``scale_invariant_signal_distortion_ratio``, give both the same ``zero_mean`` (False there,
    by default); it adds a tiny number to keep all values finite.

    References
    ----------
    .. [1] Le Roux, Wisdom, Erdogan & Hershey (2019), "SDR: half-baked or well done?", arXiv 1811.02508

    Examples
    --------
    The reference, half as loud, and an error of a tenth of its energy:

    >>> round(si_sdr([0.5, -0.5, 0.5, -0.5], [1.0, -1.0, 1.0, -1.0]).value, 6)
    inf
    >>> error = 0.1**0.5
    >>> round(si_sdr([1 + error, -1 - error, 1 - error, -1 + error], [1.0, -1.0, 1.0, -1.0]).value, 6)
    10.0
    """
    if not floor < ceiling:
        raise ImpossibleValue(f"floor = {floor!r} is not below ceiling = {ceiling!r}")
    said, true = paired_samples(pred, ref)
    said, true = _scaled(said, zero_mean), _scaled(true, zero_mean)
    if not true.any():
        raise InvalidInput(f"ref is silent{', but for its mean' if zero_mean else ''}: no share of a signal is silence")
    target = (said @ true) / (true @ true) * true
    error = said - target
    signal, noise = float(target @ target), float(error @ error)
    ratio = signal / noise if noise else math.inf
    value = 10 * math.log10(ratio) if signal and ratio else -math.inf
    return Mean(min(max(value, floor), ceiling), 1)

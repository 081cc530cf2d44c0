"""Recordings: samples with the rate at which they were taken, so that no rate is guessed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.signals import paired_signals
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch, UnitMismatch

__all__ = ["Recording", "paired_samples", "recording_of"]

FULL_SCALES = {"int16": 2.0**15, "int32": 2.0**31}  # of PCM samples


@dataclass(frozen=True, eq=False)
class Recording:
    """The samples of one channel with their rate.

    Parameters
    ----------
    samples : array_like, shape (n,)
        In [-1, 1] as floats, or as 16- or 32-bit integers, which are divided by their full scale.
    rate : int
        Samples in a second.

    Attributes
    ----------
    samples : ndarray of float, shape (n,)
    rate : int

    Raises
    ------
    ShapeMismatch
        If there are several channels.
    NotFinite
        If a sample is NaN or infinite.
    InvalidInput
        If there is no sample, or they are of another type.
    ImpossibleValue
        If the rate is no positive whole number.

    Examples
    --------
    >>> Recording(np.array([0, 16384], dtype=np.int16), 16000).samples.tolist()
    [0.0, 0.5]
    """

    samples: NDArray[np.float64]
    rate: int

    def __post_init__(self) -> None:
        wanted = "the samples of one channel, shape (n,)"
        samples = real_array(self.samples, "samples", wanted)
        if samples.ndim != 1:
            slip = " Mix its channels first, for example with .mean(axis=-1)." if samples.ndim == 2 else ""
            raise ShapeMismatch(f"samples is {wanted}; got shape {samples.shape}.{slip}")
        if not samples.size:
            raise InvalidInput("the recording has no sample: a file of length zero, or a failed synthesis?")
        if samples.dtype.kind == "f":
            samples = samples.astype(np.float64)
            if not np.isfinite(samples).all():
                raise NotFinite(f"sample {int(np.argmin(np.isfinite(samples)))} of the recording is NaN or infinite")
        elif samples.dtype.name in FULL_SCALES:
            samples = samples / FULL_SCALES[samples.dtype.name]
        else:
            raise InvalidInput(
                f"samples are floats in [-1, 1], or 16- or 32-bit integers; got {samples.dtype}: of what full scale?"
            )
        rate: Any = self.rate
        if isinstance(rate, bool) or not isinstance(rate, int | np.integer) or rate < 1:
            raise ImpossibleValue(f"rate is the number of samples in a second, such as 16000, not {rate!r}")
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate", int(rate))

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate

    def resampled(self, rate: int) -> Recording:
        """The recording at another rate, through a polyphase filter; itself where the rate is its own.

        Parameters
        ----------
        rate : int
            Samples in a second.

        Returns
        -------
        Recording
        """
        if rate == self.rate:
            return self
        from scipy.signal import resample_poly

        shared = math.gcd(rate, self.rate)
        return Recording(np.asarray(resample_poly(self.samples, rate // shared, self.rate // shared)), rate)

    def padded(self, n: int) -> Recording:
        """The recording with silence after it, up to n samples; itself where it has as many.

        Parameters
        ----------
        n : int
            How many samples it is to have at least.

        Returns
        -------
        Recording
        """
        missing = n - len(self.samples)
        return self if missing <= 0 else Recording(np.pad(self.samples, (0, missing)), self.rate)


def recording_of(item: Any, name: str) -> Recording:
    """A recording, or an error that says how to make one.

    Parameters
    ----------
    item : object
    name : str
        What it is, for messages: "pred".

    Returns
    -------
    Recording

    Raises
    ------
    InvalidInput
        If it is something else.
    """
    if isinstance(item, Recording):
        return item
    raise InvalidInput(
        f"{name} is a recording with its rate, extractors.Recording(samples, rate), not {type(item).__name__}: samples "
        "alone do not say how fast they are"
    )


def paired_samples(pred: Any, ref: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The samples of two recordings that run side by side.

    Parameters
    ----------
    pred, ref : Recording or array_like, shape (n,)
        Both are recordings, or neither is: of bare samples the caller answers for the rate.

    Returns
    -------
    (ndarray of float, shape (n,), ndarray of float, shape (n,))

    Raises
    ------
    UnitMismatch
        If their rates differ.
    ShapeMismatch
        If their lengths differ, or there are several channels.
    InvalidInput
        If one is empty, or only one is a recording.
    NotFinite
        If a sample is NaN or infinite.

    Examples
    --------
    >>> paired_samples(Recording([0.0, 0.5], 8000), Recording([0.0, 0.5], 16000))
    Traceback (most recent call last):
    ...
    generallevel.errors.UnitMismatch: pred has 8000 samples a second and ref 16000: bring both to one rate, ...
    """
    recorded = [isinstance(side, Recording) for side in (pred, ref)]
    if any(recorded) and not all(recorded):
        raise InvalidInput("one side is a Recording and the other is not: whether their rates agree cannot be seen")
    if all(recorded):
        if pred.rate != ref.rate:
            raise UnitMismatch(
                f"pred has {pred.rate} samples a second and ref {ref.rate}: bring both to one rate, "
                "recording.resampled(rate)"
            )
        pred, ref = pred.samples, ref.samples
    way_out = "They run side by side: cut or pad to one length, and align them, first."
    return paired_signals(pred, ref, "the samples of one channel, shape (n,)", way_out)

"""WORLD: mel-cepstra of recordings, from the spectral envelope of the vocoder WORLD (extra ``mcd``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.cepstra import mel_cepstra
from generallevel._kernels.choices import check_count
from generallevel.errors import ImpossibleValue, InvalidInput, MissingExtra
from generallevel.extractors.protocol import fingerprint
from generallevel.extractors.recordings import Recording, recording_of

__all__ = ["WorldCepstra"]

FRAME_PERIOD = 5.0  # milliseconds: WORLD's own, and everybody's
FLOOR = 1e-8  # under the logarithm, of the released code alone
FASTEST = 1_000_000  # ours: a rate beyond it is a slip


class WorldCepstra:
    """Mel-cepstra of the spectral envelope that WORLD sees in a recording.

    Parameters
    ----------
    rate : int
        To which every recording is resampled first. What lies above half of it does not count.
    order : int
        The highest coefficient: each frame has ``order + 1``, of which the first is the energy.
    alpha : float
        The all-pass constant, which belongs to the rate: about 0.35 at 8 kHz, 0.42 at 16 kHz, 0.455 at 22.05 kHz and
        0.55 at 44.1 kHz follow the mel scale.
    frame_period : float, default 5
        Milliseconds from one frame to the next.
    fft_size : int, optional
        By default what WORLD takes for its lowest pitch of 71 Hz.
    power_as_amplitude : bool, default False
        Whether the envelope, which is a power, is taken for an amplitude, squared once more, and kept above 1e-8; as
        the released code does.

    Raises
    ------
    ImpossibleValue
        If a number is outside what it can be.
    InvalidInput
        If the order, the rate or the size is no whole number, or the size is odd.

    Notes
    -----
    The envelope is the one of CheapTrick, with a pitch of DIO that StoneMask refines. Nothing in it is random.

    References
    ----------
    .. [1] Morise, Yokomori & Ozawa (2016), "WORLD: a vocoder-based high-quality speech synthesis system",
       doi:10.1587/transinf.2015EDP7457

    Examples
    --------
    >>> WorldCepstra(rate=16000, order=24, alpha=0.42).name
    'WORLD mel-cepstra'
    """

    name = "WORLD mel-cepstra"

    def __init__(
        self,
        *,
        rate: int,
        order: int,
        alpha: float,
        frame_period: float = FRAME_PERIOD,
        fft_size: int | None = None,
        power_as_amplitude: bool = False,
    ) -> None:
        check_count("rate", rate)
        check_count("order", order)
        if rate > FASTEST:
            raise ImpossibleValue(f"rate is the number of samples in a second, not {rate}")
        if not -1 < alpha < 1:
            raise ImpossibleValue(f"alpha is the constant of an all-pass filter, between -1 and 1, not {alpha!r}")
        if not 0 < frame_period < np.inf:
            raise ImpossibleValue(f"frame_period is a number of milliseconds, not {frame_period!r}")
        if fft_size is not None:
            check_count("fft_size", fft_size)
            if fft_size % 2 or fft_size < 8:
                raise InvalidInput(f"fft_size is an even number such as 1024, not {fft_size}")
        self.rate, self.order, self.alpha = int(rate), int(order), float(alpha)
        self.frame_period, self.fft_size = float(frame_period), fft_size
        self.power_as_amplitude = bool(power_as_amplitude)
        self.fingerprint = fingerprint(
            f"{self.name} {self.rate} Hz, order {self.order}, alpha {self.alpha:g}",
            [
                ("rate", self.rate),
                ("order", self.order),
                ("alpha", self.alpha),
                ("frame_period", self.frame_period),
                ("fft_size", self.fft_size),
                ("power_as_amplitude", self.power_as_amplitude),
            ],
        )

    @classmethod
    def released(cls) -> Self:
        """The settings of the released code: 22.05 kHz, order 13, alpha 0.65, and a power taken for an amplitude.

        Returns
        -------
        WorldCepstra

        Notes
        -----
        It resamples by another filter, so that figures of recordings at other rates than 22.05 kHz differ a little.
        """
        return cls(rate=22050, order=13, alpha=0.65, fft_size=512, power_as_amplitude=True)

    def __call__(self, items: Sequence[Any], /) -> list[NDArray[np.float64]]:
        """The mel-cepstra of each recording, shape (frames, order + 1)."""
        return [self._cepstra(recording_of(item, "an item")) for item in items]

    def _cepstra(self, recording: Recording) -> NDArray[np.float64]:
        try:
            import pyworld
        except ImportError as slip:
            raise MissingExtra.of("pyworld", "mcd", "the mel-cepstra of a recording") from slip

        samples = recording.resampled(self.rate).samples
        pitch, times = pyworld.dio(samples, self.rate, frame_period=self.frame_period)
        pitch = pyworld.stonemask(samples, pitch, times, self.rate)
        power = pyworld.cheaptrick(samples, pitch, times, self.rate, fft_size=self.fft_size)
        log_power = np.log(np.square(power) + FLOOR) if self.power_as_amplitude else np.log(power)
        return mel_cepstra(log_power, self.order, self.alpha)

    def __repr__(self) -> str:
        return f"<extractor {self.fingerprint}>"

"""DNSMOS: what listeners would say of a recording, by the networks that the package speechmos ships (extra ``mos``)."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.choices import one_of
from generallevel._kernels.mel import decibels, mel_power
from generallevel.errors import ImpossibleValue, MissingExtra
from generallevel.extractors.batches import library
from generallevel.extractors.onnx import OnnxModel
from generallevel.extractors.protocol import fingerprint
from generallevel.extractors.recordings import recording_of

__all__ = ["DnsMos"]

# Settings of the networks, by their authors' code.
RATE = 16000
WINDOW = 144160  # samples: 9.01 s
FRAME, HOP, BANDS = 321, 160, 120
LEFT_OUT = 160  # samples at the end of a window, which the network of P.808 does not see
FOLDER = "dnsmos_models"
# From what the network of P.835 gives to ratings: a, b and c of a x^2 + b x + c for signal, background and overall.
CURVES = np.array(
    [
        [-0.08397278, 1.22083953, 0.0052439],
        [-0.13166888, 1.60915514, -0.39604546],
        [-0.06766283, 1.11546468, 0.04602535],
    ]
)
RATINGS = ("signal", "background", "overall", "p808")


def _loudness(window: Any) -> NDArray[np.float32]:
    """What the network of P.808 looks at."""
    loud = decibels(mel_power(np.asarray(window, dtype=np.float64)[:-LEFT_OUT], RATE, FRAME, HOP, BANDS))
    return ((loud + 40) / 40).astype(np.float32)


class DnsMos:
    """An estimate of the mean opinion score of speech, on the scale of 1 to 5, without a reference.

    Parameters
    ----------
    rating : {"overall", "signal", "background", "p808"}, default "overall"
        What is rated: by ITU-T P.835 the whole, the speech in it, or the noise in it; or the whole by P.808.

    Raises
    ------
    MissingExtra
        If onnxruntime or speechmos is not installed.
    InvalidInput
        If ``rating`` is none of its words.

    Notes
    -----
    A recording is brought to 16 kHz; one that is shorter than 9.01 s is repeated; of longer ones windows of 9.01 s are
    rated that begin a second apart, and their mean counts. The networks come from files, and nothing is downloaded.

    Ratings agree with those of speechmos 0.0.1.1 on recordings at 16 kHz to about 1e-6. At other rates the filter that
    resamples is another one.

    References
    ----------
    .. [1] Reddy, Gopal & Cutler (2022), "DNSMOS P.835: a non-intrusive perceptual objective speech quality metric to
       evaluate noise suppressors", arXiv 2110.01763
    """

    def __init__(self, rating: Literal["overall", "signal", "background", "p808"] = "overall") -> None:
        one_of("rating", rating, ("overall", "signal", "background", "p808"))
        library("onnxruntime", "mos", "DNSMOS")
        found = importlib.util.find_spec("speechmos")
        if found is None or found.origin is None:
            raise MissingExtra.of("speechmos", "mos", "DNSMOS")
        self.rating = rating
        self.name = f"DNSMOS {rating}"
        folder = Path(found.origin).parent / FOLDER
        if rating == "p808":
            file, prepare, version = "model_v8.onnx", _loudness, "mel 120"
            self._model = OnnxModel(folder / file, name=file, prepare=prepare, version=version, batch_size=1)
        else:
            self._model = OnnxModel(folder / "sig_bak_ovr.onnx", name="sig_bak_ovr.onnx", batch_size=1)

    @cached_property
    def fingerprint(self) -> str:
        """Name and network."""
        return fingerprint(self.name, [("model", self._model.fingerprint), ("window", WINDOW)])

    def __call__(self, items: Sequence[Any], /) -> NDArray[np.float64]:
        """The rating of each recording, shape (n, 1)."""
        return np.array([[self._rated(item)] for item in items])

    def _rated(self, item: Any) -> float:
        samples = recording_of(item, "an item").resampled(RATE).samples
        if np.abs(samples).max() > 1:
            raise ImpossibleValue(f"a sample of {np.abs(samples).max():g} lies beyond full scale, which is 1")
        while len(samples) < WINDOW:
            samples = np.concatenate([samples, samples])
        # Whole seconds decide how many windows there are.
        starts = [start for start in range(0, len(samples), RATE) if start + WINDOW <= len(samples)]
        starts = starts[: max(1, int(len(samples) // RATE - WINDOW / RATE) + 1)]
        given = np.asarray(self._model([samples[start : start + WINDOW].astype(np.float32) for start in starts]))
        if self.rating == "p808":
            return float(given.mean())
        row = RATINGS.index(self.rating)
        return float(np.polyval(CURVES[row], given[:, row].astype(np.float64)).mean())

    def __repr__(self) -> str:
        return f"<extractor {self.name}>"

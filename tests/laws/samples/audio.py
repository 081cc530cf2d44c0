"""Samples of sound: cepstra and spectra that drift off, noise that grows, contours and notes that go wrong."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generallevel.extractors import Wrapped
from generallevel.testing import Arrays, Ratings, Samples, Texts

STEPS = 64  # multiples of 1/64, which float32 holds exactly


def grid(values: Any) -> Any:
    return np.round(np.asarray(values) * STEPS) / STEPS


class Cepstra(Samples):
    """Utterances of several lengths. Corruption goes off in a direction in which no reference lies, in all frames."""

    same_shape = False

    def __init__(self, warped: bool = True) -> None:
        self.warped = warped

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            ref = np.zeros((int(rng.integers(4, 12)), 5))
            ref[:, :4] = grid(rng.normal(size=(len(ref), 4)).cumsum(axis=0))
            pred = ref[np.sort(rng.integers(len(ref), size=len(ref) + (2 if self.warped else 0)))]
            yield grid(pred + rng.normal(scale=0.2, size=pred.shape)), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred + k * np.array([0, 0, 0, 0, 0.5])


class Spectra(Arrays):
    """Power spectra, of which single bins fall to the floor or rise to the top."""

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        return pred * 4.0**k


class Noisy(Samples):
    """Signals, and noise at right angles to them."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            ref = np.zeros(40)
            ref[::4], ref[2::4] = (half := grid(rng.uniform(0.25, 1, size=10))), -half
            yield ref + grid(rng.normal(scale=0.2, size=40)), ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        noise = np.zeros(40)
        noise[1::4], noise[3::4] = (half := grid(rng.uniform(0.25, 1, size=10))), -half
        return pred + k * noise


class Contours(Samples):
    """Pitch with pauses. Corruption raises it more and more, or unvoices more and more of it."""

    same_shape = True

    def __init__(self, how: str) -> None:
        self.how = how

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            ref = np.where(rng.random(20) < 0.7, grid(rng.uniform(80, 300, size=20)), 0.0)
            ref[0] = 100.0  # some frame is voiced
            pred = np.where(rng.random(20) < 0.9, grid(ref * rng.choice([1, 1.01, 1.3, 2], size=20)), 90.0)
            pred[0] = 101.0
            yield pred, ref

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        places = rng.permutation(len(pred))[: len(pred) * k // self.levels]
        spoilt = np.array(pred)
        if self.how == "raised":
            return spoilt * (1 + k / 8)
        spoilt[places] = np.where(spoilt[places] > 0, 0.0, 100.0) if self.how == "voicing" else spoilt[places] * 1.4
        return spoilt


class Pieces(Samples):
    """Pieces of four bars; of a perfect one each is the same, and corruption moves bar after bar elsewhere."""

    def __call__(self, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
        for _ in range(6):
            yield self.piece(rng.integers(40, 80, size=(4, 8))), None

    def piece(self, pitches: Any) -> Any:
        starts = np.arange(pitches.size) / 2
        return np.column_stack([starts, np.full(pitches.size, 0.5), pitches.ravel()])

    def perfect(self, ref: Any) -> Any:
        return self.piece(np.tile([60, 62, 64, 65, 67, 69, 71, 72], (4, 1)))

    levels = 3

    def worse(self, pred: Any, k: int, rng: np.random.Generator) -> Any:
        spoilt = np.array(pred)
        # The bars end up on pitch classes that they share with no bar.
        for bar, pitch in zip(range(3, 3 - k, -1), (61, 63, 66), strict=False):
            spoilt[8 * bar : 8 * bar + 8, 2] = pitch
        return spoilt


BARS = {"bars": 4.0}
HEARD = {"transcriber": Wrapped(list, "reads file names", "1")}

SAMPLES = [
    ("mcd", "standard", {}, Cepstra()),
    ("mcd", "standard", {"c0": True}, Cepstra()),
    ("mcd", "pooled", {}, Cepstra()),
    ("mcd", "released", {}, Cepstra(warped=False)),
    ("log_spectral_distance", "standard", {"floor": 2.0**-20}, Spectra(low=0.125, high=4.0)),
    ("log_spectral_distance", "pooled", {"floor": 2.0**-20}, Spectra(low=0.125, high=4.0)),
    ("si_sdr", "standard", {}, Noisy()),
    ("si_sdr", "as_given", {}, Noisy()),
    ("f0_rmse", "standard", {}, Contours("raised")),
    ("f0_rmse_cents", "standard", {}, Contours("raised")),
    ("gross_pitch_error", "standard", {}, Contours("raised")),
    ("gross_pitch_error", "standard", {}, Contours("some")),
    ("voicing_error", "standard", {}, Contours("voicing")),
    ("f0_frame_error", "standard", {}, Contours("voicing")),
    ("f0_frame_error", "standard", {}, Contours("some")),
    ("raw_pitch_accuracy", "standard", {}, Contours("some")),
    ("raw_pitch_accuracy", "chroma", {}, Contours("some")),
    ("pitch_class_consistency", "standard", {**BARS, "pairs": "all", "weight": "duration"}, Pieces()),
    ("pitch_class_consistency", "adjacent", {**BARS, "empty": "differ"}, Pieces()),
    ("pitch_class_consistency", "all_pairs", BARS, Pieces()),
    ("predicted_mos", "standard", {}, Ratings()),
    ("wer", "standard", HEARD, Texts()),
    ("cer", "mean", HEARD, Texts()),
]

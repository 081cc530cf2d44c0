"""Speech: a voice compared with a recording of the same words.

What was said is a transcript: ``metrics/language/transcripts.py``. How high it was said is a contour: ``pitch.py``.

Objects: a prediction is the mel-cepstra, the power spectra or the samples of one utterance, and so is its reference.
Distortions are in decibels, in [0, inf); lower is better.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._kernels.arrays import real_array
from generallevel._kernels.choices import check_count, one_of
from generallevel._kernels.dtw import warping_path
from generallevel._kernels.signals import power_frames
from generallevel.errors import ImpossibleValue, InvalidInput, NotFinite, ShapeMismatch
from generallevel.extractors.protocol import Source
from generallevel.extractors.recordings import Recording, paired_samples
from generallevel.registry import Variant, metric
from generallevel.scales import Saturating
from generallevel.tallies import Mean

__all__ = ["log_spectral_distance", "mcd"]

Floats: TypeAlias = NDArray[np.float64]

# From mel-cepstra, which are natural logarithms of amplitudes, to decibels: Kubichek (1993).
DECIBELS = 10.0 / math.log(10.0) * math.sqrt(2.0)
MOST_COEFFICIENTS = 128  # ours: beyond it the rows are coefficients and the columns frames
CEPSTRA = "the mel-cepstra of one utterance, shape (frames, order + 1)"
SPECTRA = "power spectra, shape (frames, bins)"


def _rows(given: Any, name: str, wanted: str) -> Floats:
    """Frames as rows, checked."""
    rows = real_array(given, name, wanted)
    if rows.ndim != 2:
        slip = " Are these samples? Pass extractor=..., which turns recordings into them." if rows.ndim == 1 else ""
        raise ShapeMismatch(f"{name} is {wanted}; got shape {rows.shape}.{slip}")
    if not rows.size:
        raise InvalidInput(f"{name} has shape {rows.shape}, without a single number: an utterance of length zero?")
    rows = rows.astype(np.float64, copy=False)
    if not np.isfinite(rows).all():
        frame = int(np.argmin(np.isfinite(rows).all(axis=1)))
        raise NotFinite(f"{name} holds NaN or an infinity in frame {frame}: a silent frame under a logarithm?")
    return rows


def _cepstra(pred: Any, ref: Any, extractor: Source, alignment: str) -> tuple[Floats, Floats]:
    """The mel-cepstra of both sides, checked."""
    if not callable(extractor):
        if isinstance(pred, Recording) or isinstance(ref, Recording):
            raise InvalidInput(
                "recordings become mel-cepstra through extractor=..., such as extractors.WorldCepstra(rate=16000, "
                "order=24, alpha=0.42)"
            )
        said, true = pred, ref
    else:
        if alignment == "frames" and isinstance(pred, Recording) and isinstance(ref, Recording):
            rate = int(getattr(extractor, "rate", ref.rate))
            pred, ref = pred.resampled(rate), ref.resampled(rate)
            longest = max(len(pred.samples), len(ref.samples))
            pred, ref = pred.padded(longest), ref.padded(longest)
        said, true = extractor([pred, ref])
    rows = _rows(said, "pred", CEPSTRA), _rows(true, "ref", CEPSTRA)
    widths = rows[0].shape[1], rows[1].shape[1]
    if widths[0] != widths[1] or widths[0] > MOST_COEFFICIENTS:
        slip = " Is one of them coefficients-first?" if max(widths) > MOST_COEFFICIENTS else ""
        raise ShapeMismatch(
            f"pred has {widths[0]} coefficients in a frame and ref {widths[1]}: {CEPSTRA}, of one order, and with at "
            f"most {MOST_COEFFICIENTS} of them.{slip}"
        )
    return rows


def _distances(pred: Floats, ref: Floats, alignment: str) -> Floats:
    """The distance of each aligned pair of frames."""
    if alignment == "dtw":
        from scipy.spatial.distance import cdist

        costs = np.asarray(cdist(pred, ref))
        return np.asarray(costs[warping_path(costs)])
    if len(pred) != len(ref):
        raise ShapeMismatch(
            f'pred has {len(pred)} frames and ref {len(ref)}: alignment="frames" compares frame by frame. Align them '
            'with alignment="dtw"; to fill the shorter one up with silence, pass recordings with an extractor'
        )
    return np.asarray(np.linalg.norm(pred - ref, axis=1))


@metric(
    labels={("Audio-Generation", "MCD"): "dB"},
    unit="dB",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),
    source="arXiv 2505.04620v1, Table 17 row 52 and A.1 (T = 5); Kubichek (1993), doi:10.1109/PACRIM.1993.407206",
    variants={
        "released": Variant(
            {"alignment": "frames", "c0": True},
            note="pymcd's plain mode: frame by frame, with the energy; its cepstra: WorldCepstra.released()",
        ),
        "pooled": Variant({"pooled": True}, note="frames of all utterances alike"),
    },
    each="utterance",
    aliases=("mel_cepstral_distortion",),
    caution=(
        "The figure changes with the order, the energy term and the time alignment; the released code aligns nothing."
    ),
)
def mcd(
    pred: Any,
    ref: Any,
    *,
    alignment: Literal["dtw", "frames"] = "dtw",
    c0: bool = False,
    pooled: bool = False,
    extractor: Source = None,
) -> Mean:
    r"""Mel-cepstral distortion: how far an utterance is from its reference, in decibels.

    .. math:: \frac{10}{\ln 10} \cdot \frac1{|A|} \sum_{(i, j) \in A} \sqrt{2 \sum_{k=1}^K (p_{ik} - r_{jk})^2}

    over the pairs A of frames that the alignment brings together.

    Parameters
    ----------
    pred : array_like, shape (frames, order + 1)
        The mel-cepstra of the utterance, the energy first. With an extractor: a `Recording`.
    ref : array_like, shape (frames, order + 1)
        Those of its reference, of the same order.
    alignment : {"dtw", "frames"}, default "dtw"
        Which frames are compared: those of the cheapest warping of time (exact, see Notes), or the i-th with the i-th.
        Recordings of unequal lengths are then filled up with silence.
    c0 : bool, default False
        Whether the first coefficient counts, which is the loudness; for the warping as well.
    pooled : bool, default False
        False: each utterance has its distortion, and a set the mean of them. True: the mean over the aligned frames of
        all utterances.
    extractor : Extractor or str, optional
        What turns recordings into mel-cepstra, such as `WorldCepstra`, which resamples them to one rate; or what made
        those given, for the signature. Rate, order and alpha are its own.

    Returns
    -------
    Mean
        Decibels in [0, inf); lower is better.

    Raises
    ------
    ShapeMismatch
        If the orders differ, frames are compared one by one and their numbers differ, or it is no matrix.
    NotFinite
        If a coefficient is NaN or infinite.
    InvalidInput
        If there is no frame, no coefficient that counts, or a recording and no extractor.
    MissingExtra
        If the extractor needs a library that is not installed.

    Notes
    -----
    The warping is the cheapest of all: its steps go on by one frame in both utterances, in the reference or in the
    prediction; each pair costs its distance, and of equally cheap steps back the first in this order is gone. The mean
    is over its pairs, of which there are as many as the longer utterance has frames, at least. fastdtw, which pymcd
    uses, finds a way that is a little dearer; pymcd's warped modes align without the energy and then count it.

    Figures of different orders, alphas, rates or analyses do not compare. What is absent here has no stand-in: a
    missing utterance is left out, and the score says so.

    To match the released code from audio, ``variant="released", extractor=WorldCepstra.released()``.

    References
    ----------
    .. [1] Kubichek (1993), "Mel-cepstral distance measure for objective speech quality assessment",
       doi:10.1109/PACRIM.1993.407206
    .. [2] Sakoe & Chiba (1978), "Dynamic programming algorithm optimization for spoken word recognition",
       doi:10.1109/TASSP.1978.1163055
    .. [3] arXiv 2505.04620v1, Table 17 row 52

    Examples
    --------
    The second frame is spoken twice, and nothing else differs:

    >>> ref = [[9.0, 0.0, 0.0], [9.0, 3.0, 4.0]]
    >>> mcd([[8.0, 0.0, 0.0], [8.0, 3.0, 4.0], [8.0, 3.0, 4.0]], ref).value
    0.0

    Frame by frame one of two is 5 away, the root of 3 ** 2 + 4 ** 2:

    >>> distortion = mcd([[8.0, 0.0, 0.0], [8.0, 0.0, 0.0]], ref, alignment="frames")
    >>> round(distortion.value, 6) == round(10 / math.log(10) * math.sqrt(2) * 5 / 2, 6)
    True
    """
    one_of("alignment", alignment, ("dtw", "frames"))
    said, true = _cepstra(pred, ref, extractor, alignment)
    first = 0 if c0 else 1
    if said.shape[1] <= first:
        raise InvalidInput("pred and ref have one coefficient, the energy, which counts with c0=True only")
    distances = DECIBELS * _distances(said[:, first:], true[:, first:], alignment)
    if pooled:
        return Mean(float(distances.sum()), len(distances))
    return Mean(float(distances.mean()), 1)


def _spectra(pred: Any, ref: Any, frame: int | None, hop: int | None) -> tuple[Floats, Floats]:
    """The power spectra of both sides, checked."""
    if frame is not None and hop is not None:
        check_count("frame", frame)
        check_count("hop", hop)
        said, true = paired_samples(pred, ref)
        return power_frames(said, frame, hop), power_frames(true, frame, hop)
    if frame is not None or hop is not None:
        raise InvalidInput("frame and hop go together: samples in a frame, and from one frame to the next")
    if any(isinstance(side, Recording) or np.ndim(side) == 1 for side in (pred, ref)):
        raise InvalidInput(f"of samples pass frame=... and hop=..., such as 2048 and 512; or pass {SPECTRA}")
    rows = _rows(pred, "pred", SPECTRA), _rows(ref, "ref", SPECTRA)
    if rows[0].shape != rows[1].shape:
        slip = " Is one of them bins-first?" if rows[0].shape == rows[1].shape[::-1] else ""
        raise ShapeMismatch(f"pred has shape {rows[0].shape} and ref {rows[1].shape}: frames pair one by one.{slip}")
    for name, side in zip(("pred", "ref"), rows, strict=True):
        if side.min() < 0:
            raise ImpossibleValue(f"{name} holds the power {side.min():g}, below 0: is it in decibels already?")
    return rows


@metric(
    unit="dB",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(5),  # ours: that of the other distortion in decibels
    source="Gray & Markel (1976), doi:10.1109/TASSP.1976.1162849",
    variants={"pooled": Variant({"pooled": True}, note="frames of all utterances alike")},
    each="utterance",
    aliases=("lsd",),
    caution="The figure changes with frame, hop and floor: the quieter the floor, the more silence weighs.",
)
def log_spectral_distance(
    pred: ArrayLike,
    ref: ArrayLike,
    *,
    floor: float,
    frame: int | None = None,
    hop: int | None = None,
    pooled: bool = False,
) -> Mean:
    r"""Log-spectral distance: how far two spectra are apart in decibels, frame by frame.

    .. math:: \frac1T \sum_t \sqrt{\frac1F \sum_f \left(10 \log_{10} \frac{P_{tf}}{R_{tf}}\right)^2}

    Parameters
    ----------
    pred, ref : array_like, shape (frames, bins) or (n,)
        Power spectra of aligned frames; or, with ``frame`` and ``hop``, samples of one rate and one
        length, or two of `Recording`.
    floor : float
        The least power: what is quieter counts as this. Required: it decides what silence costs, and depends on the
        scale of the spectra.
    frame, hop : int, optional
        Of samples: how many a frame has, and how many lie from the start of one to that of the next. The window is
        Hann's, unscaled, and silence fills up the last frame.
    pooled : bool, default False
        False: each utterance has its distance, and a set the mean of them. True: the mean over the frames of all.

    Returns
    -------
    Mean
        Decibels in [0, inf); lower is better.

    Raises
    ------
    ShapeMismatch
        If the shapes differ.
    ImpossibleValue
        If a power is negative, or the floor is not above 0.
    NotFinite
        If a number is NaN or infinite.
    InvalidInput
        If there is nothing, or ``frame`` and ``hop`` are missing for samples.
    UnitMismatch
        If two recordings have two rates.

    Notes
    -----
    Nothing is aligned here. Where the literature takes the logarithm of the power without the factor 10 (as for
    bandwidth extension), the figure is a tenth of this one.

    References
    ----------
    .. [1] Gray & Markel (1976), "Distance measures for speech processing", doi:10.1109/TASSP.1976.1162849

    Examples
    --------
    Ten times the power in one of two bins is 10 dB there:

    >>> round(log_spectral_distance([[10.0, 1.0]], [[1.0, 1.0]], floor=1e-10).value, 6)  # sqrt((10 ** 2 + 0) / 2)
    7.071068
    """
    if not 0 < floor < math.inf:
        raise ImpossibleValue(f"floor is a power above 0, not {floor!r}")
    said, true = _spectra(pred, ref, frame, hop)
    ratios = 10 * (np.log10(np.maximum(said, floor)) - np.log10(np.maximum(true, floor)))
    distances = np.sqrt(np.mean(ratios**2, axis=1))
    if pooled:
        return Mean(float(distances.sum()), len(distances))
    return Mean(float(distances.mean()), 1)

"""What audio metrics cost: MCD beside librosa's compiled warping, where an environment has it; SI-SDR beside NumPy."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sound_peers
from comparison import Comparison, best_ms
from numpy.typing import NDArray

from generallevel.registry import find

SAMPLES = 160_000  # ten seconds at 16 kHz


def plain_si_sdr(pred: NDArray[Any], ref: NDArray[Any]) -> float:
    """The formula, as everybody writes it."""
    pred, ref = pred - pred.mean(), ref - ref.mean()
    target = (pred @ ref) / (ref @ ref) * ref
    return float(10 * np.log10((target**2).sum() / ((target - pred) ** 2).sum()))


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Warped MCD, and SI-SDR."""
    python = os.environ.get("LIBROSA_PYTHON")
    if python:
        mcd, (pred, ref) = find("mcd"), sound_peers.utterances()
        ours = best_ms(partial(mcd, pred, ref), rounds)
        command = [python, str(Path(sound_peers.__file__)), str(rounds)]
        said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        ours = min(ours, best_ms(partial(mcd, pred, ref), rounds))
        far = abs(mcd(pred, ref).value - said["value"])
        yield Comparison(
            f"MCD with warping, {len(pred)} x {len(ref)} frames",
            ours,
            said["ms"],
            "librosa, compiled",
            f"values differ by {far:.0e}",
            3.0,
        )
    rng = np.random.default_rng(sound_peers.SEED)
    clean = rng.normal(size=SAMPLES)
    noisy, si_sdr = clean + 0.3 * rng.normal(size=SAMPLES), find("si_sdr")
    far = abs(si_sdr(noisy, clean).value - plain_si_sdr(noisy, clean))
    ours, theirs = (best_ms(partial(job, noisy, clean), rounds) for job in (si_sdr, plain_si_sdr))
    yield Comparison("SI-SDR, 10 s", ours, theirs, "plain numpy", f"values differ by {far:.0e}", 3.0)

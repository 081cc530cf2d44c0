"""The maker of pysodmetrics.json: saliency scores of random maps and masks as PySODMetrics 1.6.2 computes them.

Run in an environment of its own, since PySODMetrics caps NumPy and brings OpenCV with it::

    python -m pip install pysodmetrics==1.6.2
    python tests/golden/makers/make_pysodmetrics.py > tests/golden/pysodmetrics.json
"""

import hashlib
import json
import math
import sys
import warnings
from typing import Any

import numpy as np

CASES = 260
KINDS = 13


def cases() -> list[tuple[Any, Any]]:
    """Grey maps and masks of 0 and 255: ellipses with noise, and the hard edges in turn."""
    rng = np.random.default_rng(11)
    made = []
    for place in range(CASES):
        h, w = rng.integers(1, 24, 2)
        kind = place % KINDS
        rows, columns = np.mgrid[:h, :w]
        down = (rows - rng.uniform(0, h)) ** 2 / (1 + rng.uniform(0, h)) ** 2
        across = (columns - rng.uniform(0, w)) ** 2 / (1 + rng.uniform(0, w)) ** 2
        mask = down + across < rng.uniform(0.1, 1)
        grey = np.clip(mask * 180 + rng.integers(-70, 131, mask.shape), 0, 255)
        if kind in (1, 5, 6, 7, 8, 9):
            mask = np.zeros_like(mask)
        if kind == 2:
            mask = np.ones_like(mask)
        elif kind == 3:
            grey = np.full(mask.shape, rng.integers(0, 256))
        elif kind == 4:
            grey = mask * 255
        elif kind == 5:
            mask[0] = True
        elif kind == 6:
            mask[:, 0] = True
        elif kind == 7:
            mask[-1] = True
        elif kind == 8:
            mask[:, -1] = True
        elif kind == 9:
            mask[rng.integers(h), rng.integers(w)] = True
        elif kind == 10:
            grey = rng.integers(0, 2, mask.shape) * 255
        elif kind == 11:
            grey = 255 - grey
        elif kind == 12:
            grey = rng.integers(0, 256, mask.shape)
        made.append((grey.astype(np.uint8), mask.astype(np.uint8) * 255))
    return made


def fingerprint() -> str:
    """What tells the cases from those of another generator."""
    digest = hashlib.sha256()
    for grey, mask in cases():
        digest.update(repr(grey.shape).encode() + grey.tobytes() + mask.tobytes())
    return digest.hexdigest()


def main() -> None:
    from importlib.metadata import version

    import py_sod_metrics as peer

    warnings.simplefilter("ignore")  # it takes means of nothing

    def read(results: dict[str, Any], name: str) -> dict[str, float]:
        adaptive, curve = results["adp"], results["curve"]
        return {f"{name}_adaptive": adaptive, f"{name}_max": curve.max(), f"{name}_mean": curve.mean()}

    def scores(items: list[tuple[Any, Any]]) -> dict[str, float | None]:
        structure, f, e, weighted = peer.Smeasure(), peer.Fmeasure(), peer.Emeasure(), peer.WeightedFmeasure()
        for grey, mask in items:
            for measure in (structure, f, e, weighted):
                measure.step(grey, mask)
        values = {"structure": structure.get_results()["sm"], "weighted_f": weighted.get_results()["wfm"]}
        values |= read(f.get_results()["fm"], "f") | read(e.get_results()["em"], "e")
        return {key: float(value) if math.isfinite(value) else None for key, value in values.items()}

    json.dump(
        {
            "made_with": f"PySODMetrics {version('pysodmetrics')}, numpy {np.__version__}",
            "fingerprint": fingerprint(),
            "items": [scores([item]) for item in cases()],
            "set": scores([item for item in cases() if item[1].any()]),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()

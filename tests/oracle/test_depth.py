"""Depth errors against plain formulas, NumPy's least squares and the released code."""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.metrics.image.depth import depth_delta, depth_rms
from generallevel.metrics.video.depth import abs_rel
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"


def test_abs_rel_is_that_of_the_released_code() -> None:
    maker = runpy.run_path(str(GOLDEN / "makers" / "make_released_dense.py"))
    golden = json.loads((GOLDEN / "released_dense.json").read_text(encoding="utf-8"))
    assert maker["fingerprint"]() == golden["fingerprint"], "the cases are not those of the golden file"
    preds, refs = zip(*maker["depths"](), strict=True)
    for pred, ref, expected in zip(preds, refs, golden["abs_rel"], strict=True):
        # Its fit is made of single precision where the prediction is.
        value = score("abs_rel", [pred], [ref], variant="released").value
        assert value == pytest.approx(expected, rel=1e-9 if pred.dtype == np.float64 else 1e-5)
    whole = score("abs_rel", preds, refs, variant="released").value
    assert whole == pytest.approx(np.mean(golden["abs_rel"]), rel=1e-6)


def depth_maps(rng: np.random.Generator) -> tuple[Any, Any]:
    shape = tuple(rng.integers(1, 9, rng.integers(1, 4)).tolist())
    ref = rng.random(shape) * 10.0 ** int(rng.integers(0, 3)) + 0.01
    ref[rng.random(shape) < 0.2] = rng.choice([0.0, np.nan, np.inf])
    ref.flat[0] = 2.0
    pred = np.where(np.isfinite(ref), ref, 1.0) * rng.uniform(0.5, 2, shape) + rng.random(shape)
    return pred, ref


def aligned(pred: Any, ref: Any, align: str) -> Any:
    if align == "median":
        return pred * np.median(ref) / np.median(pred)
    columns = {"scale": [pred], "scale_and_shift": [pred, np.ones_like(pred)]}.get(align)
    if columns is None:
        return pred
    matrix = np.stack(columns, axis=1)
    return matrix @ np.linalg.lstsq(matrix, ref, rcond=None)[0]


@pytest.mark.parametrize("align", ["none", "median", "scale", "scale_and_shift"])
def test_errors_are_their_formulas(align: Any) -> None:
    rng = np.random.default_rng(6)
    for _ in range(200):
        pred, ref = depth_maps(rng)
        cap = None if rng.random() < 0.5 else 10.0
        with np.errstate(invalid="ignore"):
            valid = np.isfinite(ref) & (ref > 0) & (ref < (cap or np.inf))
        p, r = aligned(pred[valid], ref[valid], align), ref[valid]
        p = p if cap is None else np.minimum(p, cap)
        settings = {"align": align, "max_depth": cap}
        assert abs_rel(pred, ref, **settings).value == pytest.approx(np.mean(np.abs(p - r) / r), rel=1e-9, abs=1e-12)
        rms = 100 * np.sqrt(np.mean((p - r) ** 2))
        assert depth_rms(pred, ref, unit="m", **settings).value == pytest.approx(rms, rel=1e-9, abs=1e-9)
        with np.errstate(divide="ignore"):
            ratio = np.where(p > 0, np.maximum(p / r, r / p), np.inf)
        for power in (1, 2, 3):
            share = np.mean(ratio < 1.25**power)
            found = depth_delta(pred, ref, power=power, **settings).value
            clear = np.abs(ratio - 1.25**power).min() > 1e-9
            assert not clear or found == share


def test_a_fit_in_disparity_is_least_squares_of_the_inverse() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        pred, ref = depth_maps(rng)
        with np.errstate(invalid="ignore"):
            valid = np.isfinite(ref) & (ref > 0) & (ref < 80) & (ref > 1e-3)
        disparity = np.maximum(pred[valid], 1e-3)
        fitted = np.maximum(aligned(disparity, 1 / ref[valid], "scale_and_shift"), 1e-3)
        depth = np.clip(1 / fitted, 1e-3, 80)
        expected = np.mean(np.abs(depth - ref[valid]) / ref[valid])
        found = score("abs_rel", [pred], [ref], variant="affine_disparity", max_depth=80).value
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)

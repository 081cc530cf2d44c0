"""Foreground maps against PySODMetrics and against the released code."""

import json
import math
import runpy
from pathlib import Path

import numpy as np
import pytest

from generallevel.errors import UndefinedScore
from generallevel.metrics.image.saliency import (
    enhanced_alignment,
    saliency_f_measure,
    structure_measure,
    weighted_f_measure,
)
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"
MAKER = runpy.run_path(str(GOLDEN / "makers" / "make_pysodmetrics.py"))
PEER = json.loads((GOLDEN / "pysodmetrics.json").read_text(encoding="utf-8"))
CASES = [(grey / 255, mask > 128) for grey, mask in MAKER["cases"]()]
CONSTANT, LAST = "constant", "last"


def edge(pred: np.ndarray, mask: np.ndarray) -> str | None:
    """Where PySODMetrics is known to give another number, or none."""
    if mask.any() and not mask.all():
        row, column = np.rint(np.argwhere(mask).mean(axis=0))
        if row + 1 == mask.shape[0] or column + 1 == mask.shape[1]:
            return LAST
        row, column = int(row) + 1, int(column) + 1
        quarters = (pred[:row, :column], pred[:row, column:], pred[row:, :column], pred[row:, column:])
        if any(np.ptp(quarter) == 0 for quarter in quarters):
            return CONSTANT
    return None


def test_the_cases_are_those_of_the_golden_file() -> None:
    assert MAKER["fingerprint"]() == PEER["fingerprint"]


def test_the_structure_measure_is_that_of_pysodmetrics() -> None:
    compared = 0
    for (pred, mask), item in zip(CASES, PEER["items"], strict=True):
        expected, kind = item["structure"], edge(pred, mask)
        value = structure_measure(pred, mask).value
        assert 0 <= value <= 1
        if kind == LAST:  # it takes the mean of an empty quarter
            assert expected is None
        elif kind != CONSTANT or abs(value - expected) < 1e-9:
            assert value == pytest.approx(expected, abs=1e-9)
            compared += 1
    assert compared > 180


@pytest.mark.parametrize("threshold", ["max", "mean", "adaptive"])
def test_f_and_e_measure_are_those_of_pysodmetrics(threshold: str) -> None:
    for (pred, mask), item in zip(CASES, PEER["items"], strict=True):
        f = saliency_f_measure(pred, mask, threshold=threshold).value
        assert f == pytest.approx(item[f"f_{threshold}"], abs=1e-9)
        if mask.size > 1:  # it divides by the number of pixels less one
            e = enhanced_alignment(pred, mask, threshold=threshold).value * mask.size / (mask.size - 1)
            assert e == pytest.approx(item[f"e_{threshold}"], abs=1e-9)


def test_curves_are_averaged_over_a_set_as_by_pysodmetrics() -> None:
    chosen = [(pred, mask) for pred, mask in CASES if mask.any()]
    preds, masks = zip(*chosen, strict=True)
    for variant, key in (("standard", "f_max"), ("mean", "f_mean"), ("adaptive", "f_adaptive")):
        assert score("saliency_f_measure", preds, masks, variant=variant).value == pytest.approx(
            PEER["set"][key], abs=1e-9
        )
    assert score("weighted_f_measure", preds, masks).value == pytest.approx(PEER["set"]["weighted_f"], abs=1e-9)


def test_the_weighted_f_measure_is_that_of_pysodmetrics() -> None:
    for (pred, mask), item in zip(CASES, PEER["items"], strict=True):
        value = weighted_f_measure(pred, mask).value
        if mask.any():
            assert value == pytest.approx(item["weighted_f"], abs=1e-9)
        else:
            assert item["weighted_f"] == 0 <= value


def test_the_released_structure_measure_is_that_of_the_released_code() -> None:
    maker = runpy.run_path(str(GOLDEN / "makers" / "make_released_dense.py"))
    golden = json.loads((GOLDEN / "released_dense.json").read_text(encoding="utf-8"))
    undefined = 0
    for (pred, mask), expected in zip(maker["foregrounds"](), golden["structure_measure"], strict=True):
        if expected is None:
            undefined += 1
            with pytest.raises(UndefinedScore, match="first row or column"):
                score("structure_measure", [pred], [mask], variant="released")
            continue
        value = score("structure_measure", [pred], [mask], variant="released").value
        # It computes in single precision; where a variance is next to nothing, that is what remains of it.
        assert value == pytest.approx(expected, abs=2e-5)
        assert not math.isnan(value)
    assert 10 < undefined < 100

"""Panoptic quality against panopticapi and torchmetrics, match by match."""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.metrics.image.panoptic import PanopticCounts, panoptic_quality

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"
MAKER = runpy.run_path(str(GOLDEN / "makers" / "make_panoptic.py"))
ITEMS = json.loads((GOLDEN / "panoptic.json").read_text(encoding="utf-8"))
CLASSES = {"things": MAKER["THINGS"], "stuff": MAKER["STUFF"]}


def agrees(tally: PanopticCounts, expected: list[list[float]], atol: float = 1e-12) -> bool:
    exact = all(np.array_equal(ours, theirs) for ours, theirs in zip(tally.sums[1:4], expected[1:], strict=True))
    return exact and np.allclose(tally.iou, expected[0], rtol=0, atol=atol)


def test_the_cases_are_those_of_the_golden_file() -> None:
    assert MAKER["fingerprint"]() == ITEMS["fingerprint"]
    assert sum(sum(item["panopticapi"][1]) for item in ITEMS["items"]) > 200, "too few matches to say much"


def test_matches_misses_and_false_alarms_are_those_of_panopticapi() -> None:
    total, sums = PanopticCounts.empty(), np.zeros((4, 5))
    for (pred, ref, crowds), item in zip(MAKER["cases"](), ITEMS["items"], strict=True):
        tally = panoptic_quality(MAKER["annotated"](pred, {}), MAKER["annotated"](ref, crowds), **CLASSES)
        assert agrees(tally, item["panopticapi"])
        if not crowds:
            plain = panoptic_quality(pred, ref, void=MAKER["VOID"], **CLASSES)
            assert agrees(plain, item["panopticapi"])
        total, sums = total + tally, sums + np.array(item["panopticapi"])
    iou, hits, false, missed = sums
    quality = iou / (hits + false / 2 + missed / 2)
    assert total.value == pytest.approx(quality.mean(), abs=1e-12)
    assert total.means("things")["pq"] == pytest.approx(quality[:3].mean(), abs=1e-12)
    assert total.means("stuff")["sq"] == pytest.approx((iou / hits)[3:].mean(), abs=1e-12)
    assert total.means()["rq"] == pytest.approx((hits / (hits + false / 2 + missed / 2)).mean(), abs=1e-12)


def test_matches_misses_and_false_alarms_are_those_of_torchmetrics() -> None:
    for (pred, ref, _), item in zip(MAKER["cases"](), ITEMS["items"], strict=True):
        tally = panoptic_quality(pred, ref, void=MAKER["VOID"], pred_void="ignored", **CLASSES)
        assert agrees(tally, item["torchmetrics"], atol=1e-6)  # it divides in single precision


def test_pixels_that_are_packed_otherwise_count_alike() -> None:
    def coloured(ids: Any) -> Any:
        return np.stack([ids % 256, ids // 256 % 256, ids // 65536], axis=-1).astype(np.uint8)

    for pred, ref, crowds in MAKER["cases"]()[:60]:
        said, wanted = MAKER["annotated"](pred, {}), MAKER["annotated"](ref, crowds)
        tally = panoptic_quality(said, wanted, **CLASSES)
        pictures = [{**side, "ids": coloured(side["ids"])} for side in (said, wanted)]
        assert agrees(panoptic_quality(*pictures, **CLASSES), [part.tolist() for part in tally.sums[:4]])
        far = [
            {
                "ids": side["ids"] * 200,
                "segments_info": [{**info, "id": info["id"] * 200} for info in side["segments_info"]],
            }
            for side in (said, wanted)
        ]
        assert agrees(panoptic_quality(*far, **CLASSES), [part.tolist() for part in tally.sums[:4]])

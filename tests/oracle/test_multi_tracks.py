"""HOTA, CLEAR and identity measures against TrackEval and py-motmetrics, case by case and over the set.

The numbers were made once by tests/golden/makers/make_tracking.py, in an environment of its own.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.metrics.video.multi_tracks import hota, identity_switches, idf1, mota, motp
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"
TOLD = json.loads((GOLDEN / "tracking.json").read_text(encoding="utf-8"))
MAKER = runpy.run_path(str(GOLDEN / "makers" / "track_cases.py"))
CASES = [MAKER["case"](seed) for seed in range(MAKER["CASES"])]


def test_the_file_is_whole() -> None:
    assert len(TOLD["cases"]) == len(CASES) >= 200
    assert sum(bool(pred["ids"]) and bool(ref["ids"]) for pred, ref in CASES) > 180
    assert any(not ref["ids"] for _, ref in CASES)


@pytest.mark.parametrize("seed", range(0, len(CASES), 24))
def test_each_threshold_has_trackeval_s_matches(seed: int) -> None:
    for (pred, ref), told in zip(CASES[seed : seed + 24], TOLD["cases"][seed : seed + 24], strict=True):
        tally = hota(pred, ref, boxes="xywh")
        assert tally.matches.tolist() == told["matches"]
        if pred["ids"] or ref["ids"]:
            ours = [tally.value, tally.det_a, tally.ass_a, tally.loc_a]
            assert ours == pytest.approx(told["hota"], abs=1e-9)


def test_clear_counts_are_trackeval_s() -> None:
    for (pred, ref), told in zip(CASES, TOLD["cases"], strict=True):
        tally = mota(pred, ref, boxes="xywh")
        counts = [tally.matches, tally.said - tally.matches, tally.wanted - tally.matches, tally.switches]
        assert counts == told["clear"]
        assert tally.overlaps == pytest.approx(told["overlaps"], abs=1e-9)
        assert identity_switches(pred, ref, boxes="xywh").value == told["clear"][3]


def test_identity_counts_are_trackeval_s() -> None:
    for (pred, ref), told in zip(CASES, TOLD["cases"], strict=True):
        right, false, missed = told["identity"]
        tally = idf1(pred, ref, boxes="xywh")
        assert (tally.count, tally.total) == (2 * right, 2 * right + false + missed)


def test_py_motmetrics_agrees() -> None:
    """IDF1 always; misses, false alarms and switches unless boxes compete, where its memory is longer."""
    same = 0
    for (pred, ref), told in zip(CASES, TOLD["cases"], strict=True):
        if told["motmetrics"] is None:
            continue
        misses, alarms, switches, f = told["motmetrics"]
        if f is not None:
            assert idf1(pred, ref, boxes="xywh").value == pytest.approx(f, abs=1e-9)
        tally = mota(pred, ref, boxes="xywh")
        counts = (tally.wanted - tally.matches, tally.said - tally.matches, tally.switches)
        same += counts == (misses, alarms, switches)
    assert same >= 0.9 * len(CASES)


@pytest.mark.parametrize(("metric", "name"), [(hota, "HOTA"), (mota, "MOTA"), (motp, "MOTP"), (idf1, "IDF1")])
def test_the_set_is_combined_as_trackeval_does(metric: Any, name: str) -> None:
    preds, refs = zip(*CASES, strict=True)
    assert score(metric, preds, refs, boxes="xywh").value == pytest.approx(TOLD["whole"][name], abs=1e-9)


def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    for pred, ref in CASES[:40]:
        turned = []
        for side in (pred, ref):
            order = rng.permutation(len(side["ids"])).tolist()
            turned.append({key: [column[place] for place in order] for key, column in side.items()})
        for metric in (mota, idf1):
            # Boxes of whole numbers tie, and then the order decides which of two equal matchings is taken.
            if all(value % 1 for box in ref["boxes"] for value in box):
                assert metric(*turned, boxes="xywh").sums == pytest.approx(metric(pred, ref, boxes="xywh").sums)

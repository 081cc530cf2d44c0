"""The released variants against the released code, item by item and over the set.

The numbers were made once by tests/golden/makers/make_released_video.py.
"""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from generallevel.metrics.video.flow import epe, optical_flow_score
from generallevel.metrics.video.frames import l1_distance
from generallevel.metrics.video.tracks import box_j_and_f
from generallevel.metrics.video.tubes import mean_viou
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"
TOLD = json.loads((GOLDEN / "released_video.json").read_text(encoding="utf-8"))
MAKER = runpy.run_path(str(GOLDEN / "makers" / "released_video_cases.py"))
SEEDS = range(MAKER["CASES"])


def test_j_and_f_on_boxes() -> None:
    settings = {**box_j_and_f.parameters("released"), "softened": False}
    paths = [MAKER["path"](seed) for seed in SEEDS]
    for (pred, ref), (j, f) in zip(paths, TOLD["box_j_and_f"], strict=True):
        assert box_j_and_f(pred, ref, **settings).value == pytest.approx((j + f) / 2, abs=1e-9)
    preds, refs = zip(*paths, strict=True)
    whole = score("box_j_and_f", preds, refs, variant="released").value
    assert whole == pytest.approx(TOLD["box_j_and_f_set"], abs=1e-9)


def test_mean_viou() -> None:
    tubes = [MAKER["tube"](seed) for seed in SEEDS]
    assert any(not any(map(any, (*pred, *ref))) for pred, ref in tubes)
    settings = mean_viou.parameters("released")
    ours = [mean_viou(pred, ref, **settings).value for pred, ref in tubes]
    assert ours == pytest.approx(TOLD["viou"], abs=1e-9)
    preds, refs = zip(*tubes, strict=True)
    assert score("mean_viou", preds, refs, variant="released").value == pytest.approx(TOLD["viou_set"], abs=1e-9)


def test_epe() -> None:
    flows = [MAKER["flow"](seed) for seed in SEEDS]
    assert [epe(*pair).value for pair in flows] == pytest.approx(TOLD["epe"], rel=1e-6)
    preds, refs = zip(*flows, strict=True)
    assert score("epe", preds, refs, variant="released").value == pytest.approx(TOLD["epe_set"], rel=1e-6)


def test_which_clips_move() -> None:
    settings = optical_flow_score.parameters("released")
    ours = [bool(optical_flow_score(MAKER["moving"](seed), **settings).value) for seed in SEEDS]
    assert ours == TOLD["moves"]
    assert 0.2 < np.mean(ours) < 0.8


def test_l1_distance() -> None:
    ours = [l1_distance(MAKER["frames"](seed)).value for seed in SEEDS]
    assert ours == pytest.approx(TOLD["l1_distance"], abs=1e-6)

"""J and F against the DAVIS 2017 evaluation.

The numbers were made once by tests/golden/makers/make_davis.py, in an environment of its own.
"""

import json
import runpy
from pathlib import Path

import pytest

from generallevel.metrics.video.masks import j_and_f
from generallevel.scoring import score

pytestmark = pytest.mark.oracle

GOLDEN = Path(__file__).parents[1] / "golden"
TOLD = json.loads((GOLDEN / "davis.json").read_text(encoding="utf-8"))
MAKER = runpy.run_path(str(GOLDEN / "makers" / "mask_cases.py"))


def test_j_and_f_are_davis_s() -> None:
    assert len(TOLD["cases"]) == MAKER["CASES"] >= 200
    for seed, (j, f) in enumerate(TOLD["cases"]):
        tally = j_and_f(*MAKER["case"](seed))
        assert (tally.j, tally.f) == pytest.approx((j, f), abs=1e-9), seed


def test_objects_count_equally() -> None:
    clips = [MAKER["case"](seed) for seed in range(40)]
    objects = [int(wanted[0].max()) for _, wanted in clips]
    total = sum(n * (j + f) / 2 for n, (j, f) in zip(objects, TOLD["cases"][:40], strict=True))
    preds, refs = zip(*clips, strict=True)
    assert score("j_and_f", preds, refs).value == pytest.approx(total / sum(objects), abs=1e-9)

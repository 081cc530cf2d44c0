"""The released scorer itself against released mode, on random workbooks.

``GENERALLEVEL_RELEASED_SCORER`` names a checkout of path2generalist/General-Level (commit 420b8eb); the interpreter that runs the
tests needs pandas and openpyxl. Nothing of it is part of the project.
"""

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark import general_bench
from generallevel.errors import GeneralLevelError
from generallevel.evaluation import LEVELS
from generallevel.released import compute_level
from generallevel.tables import SHEETS

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

# Runs the checkout's own main() and notes what its functions return, at full precision.
DRIVER = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import ranker
modality_scores, level_5 = ranker.get_modality_scores, ranker.get_level_5
found = []
for job in json.load(open(sys.argv[2])):
    noted = {"modalities": []}
    def by_modality(*given):
        noted["modalities"].append(modality_scores(*given))
        return noted["modalities"][-1]
    def last(level_4, *given):
        noted["level_4"], noted["level_5"] = level_4, level_5(level_4, *given)
        return noted["level_5"]
    ranker.get_modality_scores, ranker.get_level_5 = by_modality, last
    try:
        ranker.main(job["model"], job["references"], job["results"])
    except Exception as error:
        noted["error"] = type(error).__name__
    found.append(noted)
json.dump(found, open(sys.argv[3], "w"))
"""
LABELS = [
    "Acc",
    "mIoU",
    "FID",
    "fid",
    "MAE",
    "RMSE",
    "PSNR",
    "WER",
    "MOS",
    "MS-SSIM",
    "EPE",
    "absRel",
    "MCD",
    "F1",
    "unheard of",
]
LONG = [
    "CD (Chamfer Distance)",
    "RTE ( Relative Translation Error)",
    " FID",
    "CD",
    "RTE",
    "SAD",
    "RMS",
    "MSE",
    "FVD",
    "FAD",
]
ODD = [
    None,
    "",
    "n/a",
    "NA",
    "null",
    "inf",
    "∞",
    "Infinity",
    " 12.5 ",
    "1_000",
    "83.3%",
    "-",
    "text",
    True,
    0,
    0.0,
    1e-9,
    1e4,
    "-inf",
]
Layer = Callable[..., dict[str, list[list[Any]]]]
COUNT = int(os.environ.get("GENERALLEVEL_RELEASED_WORKBOOKS", "40"))


@pytest.fixture(scope="module")
def scorer() -> Path:
    named = os.environ.get("GENERALLEVEL_RELEASED_SCORER")
    if not named:
        pytest.skip("GENERALLEVEL_RELEASED_SCORER names no checkout of the released scorer")
    for library in ("pandas", "openpyxl"):
        pytest.importorskip(library)
    return Path(named)


def raw(label: str, rng: random.Random) -> float:
    """A plausible figure for a label, sometimes on the flat ends of its curve."""
    scale = {"PSNR": 40, "WER": 30, "MOS": 5, "MS-SSIM": 1, "absRel": 1, "RTE": 1, "CD": 1}.get(
        label.strip().upper(), 100
    )
    return round(rng.random() * scale * rng.choice((1, 1, 1, 0.01)), rng.choice((0, 2, 4))) or 0.5


def packaged_job(rng: random.Random, packaged_sheets: Layer) -> tuple[dict[str, Any], dict[str, Any]]:
    """General-Bench: scores around the references, with odd cells; sheets turned round, cut short or too long."""
    bench = general_bench()
    references = bench.reference_set().values.tolist()
    odd = rng.choice((0.0, 0.03, 0.3))
    scores = [
        rng.choice(ODD) if rng.random() < odd else round(value * rng.choice((1, rng.uniform(0.5, 1.5))), 4)
        for value in references
    ]
    results = packaged_sheets(scores, "Mine")
    for rows in results.values():
        twist = rng.choice(("none", "none", "reverse", "shuffle", "cut", "longer", "gap"))
        body = rows[1:]
        if twist == "reverse":
            body.reverse()
        elif twist == "shuffle":
            rng.shuffle(body)
        elif twist == "cut" and "RMSE" not in {row[3] for row in body[rng.randrange(5) :]}:
            del body[rng.randrange(len(body)) :]
        elif twist == "longer":
            body += [[999, "one more", "", "Acc", 50.0]] * 3
        elif twist == "gap":
            body.insert(rng.randrange(len(body)), [None] * 5)
        rows[1:] = body
    return packaged_sheets(references, "SoTA Performance"), results


def foreign_job(rng: random.Random, _: Layer) -> tuple[dict[str, Any], dict[str, Any]]:
    """A small benchmark of its own: any labels, any modalities, sheets that count nowhere."""
    chosen = ["NLP", *rng.sample(SHEETS[1:], rng.randint(1, 8))]
    chosen += rng.sample(["Level-Scores", "Text-Comprehension", "Image-Other"], rng.randint(0, 2))
    rng.shuffle(chosen)
    references, results = {}, {}
    odd = rng.choice((0.0, 0.1, 0.4))
    for sheet in chosen:
        left, right = [["Metrics", "SoTA Performance", "Task Name"]], [["Task Name", "Other", "mine"]]
        for row in range(rng.randint(0 if sheet != "NLP" else 1, 12)):
            label = rng.choice(LABELS if rng.random() < 0.7 else LONG)
            value = raw(label, rng)
            score = rng.choice((value, raw(label, rng), raw(label, rng)))
            left.append([label, rng.choice(ODD[:-1]) if rng.random() < odd / 4 else value, f"task {row}"])
            right.append([f"task {row}", 1.0, rng.choice(ODD) if rng.random() < odd else score])
        twist = rng.random()
        if twist < 0.15 and len(right) > 2 and sheet != "NLP":
            del right[rng.randrange(1, len(right)) :]
        elif twist < 0.3:
            right.append(["more", 1.0, 99.0])
        elif twist < 0.4:
            right[1:] = right[:0:-1]
        references[sheet], results[sheet] = left, right
    return references, results


def test_released_mode_equals_the_released_scorer(
    scorer: Path, tmp_path: Path, packaged_sheets: Layer, write_sheets: Callable[..., Path]
) -> None:
    (tmp_path / "outcome").mkdir()
    jobs = []
    for seed in range(COUNT):
        rng = random.Random(seed)
        references, results = (packaged_job if seed % 4 == 0 else foreign_job)(rng, packaged_sheets)
        paths = [
            write_sheets(tmp_path / f"{name}-{seed}.xlsx", sheets)
            for name, sheets in (("references", references), ("results", results))
        ]
        jobs.append({"model": "MINE", "references": str(paths[0]), "results": str(paths[1])})
    (tmp_path / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-c", DRIVER, str(scorer), "jobs.json", "found.json"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    wrong, compared = [], 0
    for seed, (job, theirs) in enumerate(zip(jobs, found, strict=True)):
        if "level_5" not in theirs:  # an error after that is one of its print-out, which compares texts with numbers
            with pytest.raises(GeneralLevelError, match="released scorer"):
                compute_level(job["results"], job["references"], model="mine")
            continue
        compared += 1
        ours = compute_level(job["results"], job["references"], model="mine")
        rows = sorted([level[name] for name in LEVELS[:3]] for level in ours.modalities.values())
        means = [sum(column) / len(theirs["modalities"]) for column in zip(*theirs["modalities"], strict=True)]
        mine = [*itertools.chain(*rows), *(getattr(ours, name) for name in LEVELS)]
        wanted = [*itertools.chain(*sorted(theirs["modalities"])), *means[:2], theirs["level_4"], theirs["level_5"]]
        if mine != pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True):
            wrong.append((seed, mine, wanted))
    assert not wrong
    assert compared >= COUNT / 3, "most workbooks should be ones that the released scorer gets through"

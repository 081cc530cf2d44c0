"""The released scorer itself against released mode, on random workbooks.

``GENERALLEVEL_RELEASED_SCORER`` names a checkout of path2generalist/General-Level (commit 420b8eb); the interpreter
that runs the tests needs pandas and openpyxl. Nothing of it is part of the project.
"""

import itertools
import json
import os
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark import general_bench
from generallevel.errors import GeneralLevelError
from generallevel.evaluation import LEVELS
from generallevel.released import compute_level
from generallevel.tables import SHEETS

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

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
GOLDEN = Path(__file__).parents[1] / "golden" / "released-levels.json"
MAKER = (
    "tests/released/test_against_released_scorer.py with GENERALLEVEL_WRITE_GOLDEN=1 and GENERALLEVEL_RELEASED_SCORER "
    "naming a checkout of path2generalist/General-Level, commit 420b8eb: what its functions return for the tables of "
    "golden_sheets (tests/released/conftest.py) against released-2025-07"
)
COUNT = int(os.environ.get("GENERALLEVEL_RELEASED_WORKBOOKS", "40"))


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
            # What would make the scorer fail on a sheet that counts nowhere is not looked at here.
            choices = ODD if sheet != "Image-Other" else ODD[:-1]
            right.append([f"task {row}", 1.0, rng.choice(choices) if rng.random() < odd else score])
        twist = rng.random()
        if twist < 0.15 and len(right) > 2 and sheet != "NLP":
            del right[rng.randrange(1, len(right)) :]
        elif twist < 0.3:
            right.append(["more", 1.0, 99.0])
        elif twist < 0.4:
            right[1:] = right[:0:-1]
        references[sheet], results[sheet] = left, right
    return references, results


def levels_of(noted: Mapping[str, Any]) -> list[float]:
    """What the scorer's functions returned: each modality, sorted, then the overall levels."""
    means = [sum(column) / len(noted["modalities"]) for column in zip(*noted["modalities"], strict=True)]
    return [*itertools.chain(*sorted(noted["modalities"])), *means[:2], noted["level_4"], noted["level_5"]]


def levels_here(job: Mapping[str, str]) -> list[float]:
    """The same from released mode."""
    report = compute_level(job["results"], job["references"], model="mine")
    modalities = sorted([level[name] for name in LEVELS[:3]] for level in report.modalities.values())
    return [*itertools.chain(*modalities), *(getattr(report, name) for name in LEVELS)]


def test_released_mode_equals_the_released_scorer(
    run_scorer: Callable[..., list[dict[str, Any]]],
    tmp_path: Path,
    packaged_sheets: Layer,
    write_sheets: Callable[..., Path],
) -> None:
    jobs = []
    for seed in range(COUNT):
        references, results = (packaged_job if seed % 4 == 0 else foreign_job)(random.Random(seed), packaged_sheets)
        paths = [
            write_sheets(tmp_path / f"{name}-{seed}.xlsx", sheets)
            for name, sheets in (("references", references), ("results", results))
        ]
        jobs.append({"model": "MINE", "references": str(paths[0]), "results": str(paths[1])})
    wrong, compared = [], 0
    for seed, (job, noted) in enumerate(zip(jobs, run_scorer(jobs), strict=True)):
        if "level_5" not in noted:  # an error after that is one of its print-out, which compares texts with numbers
            with pytest.raises(GeneralLevelError, match="released scorer"):
                levels_here(job)
            continue
        compared += 1
        ours, theirs = levels_here(job), levels_of(noted)
        if ours != pytest.approx(theirs, rel=1e-9, abs=1e-9, nan_ok=True):
            wrong.append((seed, ours, theirs))
    assert not wrong
    assert compared >= COUNT / 3, "most workbooks should be ones that the released scorer gets through"


def flat(levels: Mapping[str, Any]) -> list[float]:
    by_modality = [list(numbers.values()) for numbers in levels["modalities"].values()]
    return [*(levels[name] for name in LEVELS), *itertools.chain(*by_modality)]


def test_the_golden_levels_are_the_released_scorers(
    run_scorer: Callable[..., list[dict[str, Any]]],
    tmp_path: Path,
    golden_sheets: Mapping[str, Any],
    write_sheets: Callable[..., Path],
    packaged_sheets: Layer,
) -> None:
    references = packaged_sheets(general_bench().reference_set().values.tolist(), "SoTA Performance")
    path = write_sheets(tmp_path / "references.xlsx", references)
    jobs = [
        {
            "model": "mine",
            "references": str(path),
            "results": str(write_sheets(tmp_path / f"{name}.xlsx", sheets)),
        }
        for name, sheets in golden_sheets.items()
    ]
    found = {}
    for name, noted in zip(golden_sheets, run_scorer(jobs), strict=True):
        # The references stand in General-Bench's order of sheets, and so do the modalities that the scorer returns.
        by_modality = zip(("image", "video", "audio", "3d"), noted["modalities"], strict=True)
        modalities = {modality: dict(zip(LEVELS[:3], levels, strict=True)) for modality, levels in by_modality}
        overall = levels_of(noted)[-4:]
        found[name] = {**dict(zip(LEVELS, overall, strict=True)), "modalities": modalities}
    if os.environ.get("GENERALLEVEL_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps({"maker": MAKER, "levels": found}, indent=1) + "\n", encoding="utf-8")
    recorded = json.loads(GOLDEN.read_text(encoding="utf-8"))["levels"]
    assert list(recorded) == list(found)
    for name, levels in found.items():
        assert flat(recorded[name]) == pytest.approx(
            flat(levels), rel=1e-12
        )  # sum() adds differently from Python 3.12 on

"""Workbooks for released mode, written cell by cell with a library that the project does not use."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from generallevel.benchmark import general_bench
from generallevel.normaliser import Normaliser
from generallevel.tables import SHEETS

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

Sheets = dict[str, list[list[Any]]]


@pytest.fixture(scope="session")
def write_sheets() -> Callable[[Path, Mapping[str, Sequence[Sequence[Any]]]], Path]:
    """Cells into a workbook, as they are."""
    openpyxl = pytest.importorskip("openpyxl")

    def write(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row, start=1):
                    if cell is not None:
                        page.cell(line, column, cell)
        book.save(path)
        return path

    return write


@pytest.fixture(scope="session")
def packaged_sheets() -> Callable[[Sequence[Any], str], Sheets]:
    """A column over General-Bench as the nine sheets of the released layout."""

    def sheets(values: Sequence[Any], header: str) -> Sheets:
        tables: Sheets = {sheet: [["No", "Task Name", "Task Short Name", "Metrics", header]] for sheet in SHEETS}
        by_row = sorted(zip(general_bench().tasks, values, strict=True), key=lambda pair: pair[0].row)
        for task, value in by_row:
            names = (task.number, task.workbook_name, task.workbook_short_name, task.label)
            tables[task.sheet].append([*names, value])
        return tables

    return sheets


@pytest.fixture(scope="session")
def laid_out(packaged_sheets: Callable[..., Sheets]) -> Callable[[Mapping[str, Any]], Sheets]:
    """The nine sheets with some scores by task id, all else blank."""

    def sheets(scores: Mapping[str, Any]) -> Sheets:
        assert set(scores) <= set(general_bench().ids)
        return packaged_sheets([scores.get(task_id) for task_id in general_bench().ids], "mine")

    return sheets


@pytest.fixture(scope="session")
def golden_sheets(packaged_sheets: Callable[..., Sheets]) -> dict[str, Sheets]:
    """Three tables: scores near the references, the same with odd cells, and the same with each sheet reversed."""
    rng = random.Random(20250712)
    references = general_bench().reference_set().values.tolist()
    low, high = Normaliser.of(general_bench().tasks).bounds
    near = [
        round(min(max(value * rng.uniform(0.6, 1.4), least), most), 4)
        for value, least, most in zip(references, low.tolist(), high.tolist(), strict=True)
    ]
    odd = [rng.choice((None, "n/a", "inf", 0.0, "text")) if rng.random() < 0.1 else value for value in near]
    time_series = general_bench().index["language.time-series"]
    odd[time_series] = near[time_series]  # a 0 there is where the released scorer fails
    turned = packaged_sheets(near, "mine")
    return {
        "near": packaged_sheets(near, "mine"),
        "odd": packaged_sheets(odd, "mine"),
        "reversed": {sheet: [rows[0], *reversed(rows[1:])] for sheet, rows in turned.items()},
    }


@pytest.fixture(scope="session")
def run_scorer(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Sequence[Mapping[str, str]]], list[dict[str, Any]]]:
    """The released scorer over (references, results, model), with what its functions return."""
    checkout = os.environ.get("GENERALLEVEL_RELEASED_SCORER")
    if not checkout:
        pytest.skip("GENERALLEVEL_RELEASED_SCORER names no checkout of the released scorer")
    for library in ("pandas", "openpyxl"):
        pytest.importorskip(library)

    def run(jobs: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        folder = tmp_path_factory.mktemp("scorer")
        (folder / "outcome").mkdir()  # where it writes its log
        (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-c", DRIVER, checkout, "jobs.json", "found.json"],
            cwd=folder,
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        found: list[dict[str, Any]] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
        return found

    return run

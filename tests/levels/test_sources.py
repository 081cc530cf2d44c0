"""The same scores from a mapping, a frame, a file or a workbook are the same report."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from generallevel import Catalogue, ScoreTable, compute_level, compute_levels, save_workbook
from generallevel.tables import write_workbook

SPORTS = "image.comprehension.sports-image-classification"
MODEL = "Mine 7B"

Scores = dict[str, float | None]
Source = Callable[[Scores, Path, Catalogue], Any]


@pytest.fixture(scope="module")
def scores(bench: Catalogue) -> Scores:
    """Every task: wins, losses, missing ones, an infinity, zeros and many digits."""
    rng = np.random.default_rng(20)
    values = bench.reference_set().values * rng.uniform(0.8, 1.2, len(bench))
    units = {"percent": 100.0, "fraction": 1.0, "mos_1_5": 5.0}
    found: Scores = {}
    for task, value in zip(bench, values.tolist(), strict=True):
        low = 1.0 if task.unit == "mos_1_5" else -math.inf
        found[task.id] = min(max(value, low), units.get(task.unit, math.inf))
    found[next(task.id for task in bench if task.metric == "psnr")] = math.inf
    found[next(task.id for task in bench if task.metric == "fid")] = 0.0
    for place in range(3, len(bench), 41):
        found[bench.ids[place]] = None
    return found


def _mapping(scores: Scores, _folder: Path, _bench: Catalogue) -> Any:
    return scores


def _table(scores: Scores, _folder: Path, _bench: Catalogue) -> Any:
    return ScoreTable.from_mapping(scores)


def _rows(scores: Scores, _folder: Path, _bench: Catalogue) -> Any:
    return [{"task": task, "score": score} for task, score in scores.items()]


def _pandas(scores: Scores, _folder: Path, _bench: Catalogue) -> Any:
    return pd.DataFrame({"task": list(scores), "score": list(scores.values())})


def _polars(scores: Scores, _folder: Path, _bench: Catalogue) -> Any:
    return pl.DataFrame({"task": list(scores), "score": list(scores.values())})


def _pyarrow(scores: Scores, _folder: Path, _bench: Catalogue) -> Any:
    return pa.table({"task": list(scores), "score": list(scores.values())})


def _csv(scores: Scores, folder: Path, _bench: Catalogue) -> Any:
    path = folder / "scores.csv"
    lines = [f"{task},{'' if score is None else repr(score)}" for task, score in scores.items()]
    path.write_text("\n".join(["Task Name,Score", *lines]), encoding="utf-8")
    return path


def _json(scores: Scores, folder: Path, _bench: Catalogue) -> Any:
    path = folder / "scores.json"
    plain = {task: "inf" if score == math.inf else score for task, score in scores.items()}
    path.write_text(json.dumps({"scores": plain}), encoding="utf-8")
    return path


def _written_json(scores: Scores, folder: Path, _bench: Catalogue) -> Any:
    ScoreTable.from_mapping(scores).write(folder / "written.json")
    return folder / "written.json"


def _workbook(scores: Scores, folder: Path, bench: Catalogue) -> Any:
    path = folder / "scores.xlsx"
    write_workbook(path, bench, [scores[name] for name in bench.ids], MODEL)
    return str(path)


def _saved_workbook(scores: Scores, folder: Path, _bench: Catalogue) -> Any:
    save_workbook(scores, folder / "saved.xlsx", model=MODEL)
    return folder / "saved.xlsx"


SOURCES = (
    _table, _rows, _pandas, _polars, _pyarrow, _csv, _json, _written_json, _workbook, _saved_workbook,
)  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_report_of_the_mapping(
    source: Source, scores: Scores, tmp_path: Path, bench: Catalogue
) -> None:
    expected = compute_level(scores, model=MODEL)
    found = compute_level(source(scores, tmp_path, bench), model=MODEL)
    assert found.to_dict() == expected.to_dict()
    assert found.signature == expected.signature
    assert str(found) == str(expected)
    assert 0 < found.wins < found.supported < found.total


@pytest.mark.parametrize("source", [_rows, _pandas, _csv, _json])
def test_the_order_of_rows_means_nothing(source: Source, scores: Scores, tmp_path: Path, bench: Catalogue) -> None:
    shuffled = list(scores)
    np.random.default_rng(1).shuffle(shuffled)
    found = compute_level(source({task: scores[task] for task in shuffled}, tmp_path, bench), model=MODEL)
    assert found.to_dict() == compute_level(scores, model=MODEL).to_dict()


def test_the_workbook_names_its_model(scores: Scores, tmp_path: Path, bench: Catalogue) -> None:
    path = _workbook(scores, tmp_path, bench)
    assert compute_level(path).model == MODEL
    assert compute_levels({MODEL: path})[MODEL].to_dict() == compute_level(scores, model=MODEL).to_dict()


class TestSignature:
    def test_it_says_what_was_asked(self, scores: Scores) -> None:
        parts = compute_level(scores, references="paper-v1", scope="b:3d+image", missing="skip").signature.split("|")
        assert parts[:5] == ["GL", "scope:B:image+3d", "ref:paper-v1", "missing:skip", "rules:paper"]
        assert [part.partition(":")[0] for part in parts[5:]] == ["tasks", "scores", "v"]

    def test_it_changes_with_any_score_and_with_nothing_else(self, scores: Scores) -> None:
        known = {compute_level(scores).signature, compute_level(scores, model="another name").signature}
        assert len(known) == 1
        nudged = float(np.nextafter(scores[SPORTS] or 0.0, 0.0))
        for change in ({SPORTS: nudged}, {SPORTS: None}, {SPORTS: 0.0}):
            known.add(compute_level(scores | change).signature)
        assert len(known) == 4

    def test_a_mapping_of_references_is_told_apart(self) -> None:
        one, two = (compute_level({SPORTS: 50.0}, references={SPORTS: value}) for value in (40.0, 60.0))
        assert one.wins != two.wins
        assert one.signature != two.signature
        assert one.signature == compute_level({SPORTS: 50.0}, references={"Sports Image Cls": 40}).signature
        assert compute_level({SPORTS: 50.0}).signature.split("|")[2] == "ref:released-2025-07"

    def test_it_does_not_hang_on_how_numpy_prints(self) -> None:
        import hashlib

        expected = hashlib.sha256(f"{SPORTS}=72.8".encode()).hexdigest()[:12]
        assert f"|scores:{expected}|" in compute_level({SPORTS: np.float64(72.8)}).signature
        minus, plus = (compute_level({SPORTS: zero}).signature for zero in (-0.0, 0.0))
        assert minus == plus

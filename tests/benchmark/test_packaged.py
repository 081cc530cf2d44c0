"""General-Bench as packaged: what must be true of the tables by themselves."""

import dataclasses
import math
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from generallevel.benchmark import (
    BETTER,
    PAPER,
    PARADIGMS,
    PROTOCOLS,
    RELEASED,
    UNITS,
    general_bench,
    list_tasks,
    reference_set,
)
from generallevel.errors import UnknownReferenceSet, UnknownTask

BENCH = general_bench()
SET = BENCH.references[RELEASED]


def test_counts() -> None:
    groups = Counter(task.group for task in BENCH)
    assert groups == {
        "image.comprehension": 271,
        "image.generation": 45,
        "video.comprehension": 126,
        "video.generation": 46,
        "audio.comprehension": 24,
        "audio.generation": 20,
        "3d.comprehension": 30,
        "3d.generation": 22,
        "language": 115,
    }
    assert (len(BENCH), len(BENCH.skills), len({task.metric for task in BENCH})) == (699, 145, 67)
    assert BENCH.modalities == ("image", "video", "audio", "3d")


def test_every_field_holds_one_of_its_words() -> None:
    for task in BENCH:
        assert task.paradigm in (None, *PARADIGMS)
        assert task.unit in UNITS
        assert task.better in BETTER
        assert task.protocol in PROTOCOLS
        assert task.name == " ".join(task.name.split())
        assert task.short_name == " ".join(task.short_name.split())
        assert task.id == f"{task.group}.{task.id.rpartition('.')[2]}"


def test_loaded_once_and_unchangeable() -> None:
    assert general_bench() is BENCH
    with pytest.raises(dataclasses.FrozenInstanceError):
        BENCH.tasks[0].metric = "psnr"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        SET.values[0] = 1.0
    with pytest.raises(TypeError, match="does not support item assignment"):
        BENCH.references["mine"] = SET  # type: ignore[index]


def test_released_is_the_default() -> None:
    assert reference_set() is SET
    assert (SET.date, BENCH.references[PAPER].date) == ("2025-07", "2025-05")
    with pytest.raises(UnknownReferenceSet, match=r"no reference set 'paper'\. Did you mean 'paper-v1'\? It has rel"):
        reference_set("paper")


def test_no_reference_is_missing() -> None:
    for references in BENCH.references.values():
        assert references.covered == len(references) == 699
        assert np.isfinite(references.values).all()
    with pytest.raises(UnknownTask, match=r"has no task 'language.time-serie'.* Did you mean 'language.time-series'"):
        SET["language.time-serie"]


def test_the_two_sets_disagree_on_63_language_tasks_only() -> None:
    paper = BENCH.references[PAPER]
    apart = [task for task in BENCH if abs(SET[task.id] - paper[task.id]) > 0.005 + 1e-9]
    assert Counter(task.modality for task in apart) == {"language": 63}
    language = np.array([task.modality == "language" for task in BENCH])
    assert (round(float(paper.values[language].mean()), 2), round(float(SET.values[language].mean()), 2)) == (
        77.95,
        62.60,
    )
    assert sum(paper[task.id] > SET[task.id] for task in apart) == 61


def whole_hits(figure: str, n: int, places: int) -> bool:
    """Whether some count out of n gives the figure at that many decimals: the rule of data/README.md, written anew."""
    nearest = {math.floor(float(figure) * n / 100), math.ceil(float(figure) * n / 100)}
    half = Decimal(5).scaleb(-places - 1)
    return any(abs(Decimal(100 * k) / n - Decimal(figure)) <= half + Decimal("1e-12") for k in nearest if 0 <= k <= n)


def test_provenance_follows_its_rule() -> None:
    for task, value, provenance, n, note in zip(BENCH, SET.values, SET.provenance, SET.n, SET.notes, strict=True):
        if n is not None:
            assert (provenance, n) == ("measured", task.instances)
            figure = format(value, ".2f")
            assert whole_hits(figure, n, 2) or whole_hits(format(value, ".1f"), n, 1)
            assert task.metric in ("accuracy", "micro_f1", "recall_at_50")
        if "no whole number of hits out of the task's" in note:
            assert n is None
    assert {task.metric for task, p in zip(BENCH, SET.provenance, strict=True) if p == "publication"} == {
        "pixel_ap",
        "accuracy",
    }
    assert all(SET.provenance[BENCH.index[task.id]] == "publication" for task in list_tasks(metric="pixel_ap"))


def test_the_whole_hit_test_splits_the_disputed_language_rows() -> None:
    # 8 rows pass with the released figure alone, none with the paper's alone: the reason for the default.
    passed: Counter[tuple[bool, bool]] = Counter()
    for task in list_tasks(modality="language"):
        figures = [format(references[task.id], ".2f") for references in BENCH.references.values()]
        if task.metric in ("accuracy", "micro_f1") and figures[0] != figures[1]:
            first, second = (whole_hits(figure, task.instances or 0, 2) for figure in figures)
            passed[first, second] += 1
    assert passed == {(True, False): 8, (True, True): 16, (False, False): 11}


def test_disputed_paper_figures_claim_nothing() -> None:
    paper = BENCH.references[PAPER]
    for position, note in enumerate(paper.notes):
        if "disputed" in note:
            assert (paper.provenance[position], paper.n[position]) == ("unknown", None)
    assert sum("disputed" in note for note in paper.notes) == 63


def test_odometry_is_stored_in_the_unit_of_its_normalisation() -> None:
    position = BENCH.index["3d.comprehension.3d-odometry"]
    assert [references.values[position] for references in BENCH.references.values()] == [0.55, 0.55]
    assert "stored as 0.55" in BENCH.references[PAPER].notes[position]


def test_protocol_grades() -> None:
    graded = Counter(task.protocol for task in BENCH)
    assert set(graded) == set(PROTOCOLS)
    assert {task.metric for task in list_tasks(protocol="unresolved")} == {
        *("ap10", "recall_at_50", "success_rate"),  # threshold, metric, label
        *("epe", "sad", "mse", "chamfer_distance"),  # unit of the references
    }
    assert graded["unresolved"] == 2 + 3 + 1 + 3 + 2 + 1 + 5
    assert {task.protocol for task in list_tasks(metric="dice")} == {"ours"}
    assert {task.protocol for task in list_tasks(scope="C:video.comprehension", metric="mean_iou")} == {"official"}
    assert {task.protocol for task in list_tasks(metric="mean_iou", modality="image")} == {"inferred", "ours"}

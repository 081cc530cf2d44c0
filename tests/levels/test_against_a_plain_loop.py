"""A second implementation of the formulas: a loop over tasks in plain Python, written from the paper alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from generallevel import Catalogue, ScoreTable, compute_level

Floats = NDArray[np.float64]

T = {
    "mae": 50, "depth_rms": 50, "mse": 5, "rmse": 5, "angular_rmse": 5, "abs_rel": 0.1, "epe": 1, "fid": 25,
    "motion_fid": 25, "fvd": 100, "fad": 10, "sad": 10, "relative_translation_error": 0.5, "chamfer_distance": 1,
    "mcd": 5,
}  # fmt: skip


def points_of(metric: str, raw: float) -> float:
    """A table value on 0-100, arXiv 2505.04620v1, appendix A.1."""
    if metric in T:
        return 100.0 if raw == 0 else 100.0 * math.tanh(T[metric] / (2.0 * raw))
    if metric == "psnr":
        points = 100.0 * math.tanh(raw / 20.0)
    elif metric == "wer":
        points = 100.0 - raw
    elif metric == "ms_ssim":
        points = 100.0 * (raw + 1.0) / 2.0
    elif metric == "mos":
        points = 100.0 * (raw - 1.0) / 4.0
    else:
        points = raw
    return min(max(points, 0.0), 100.0)


def plain(
    bench: Catalogue, scores: dict[str, float], references: dict[str, float], scope: str, missing: str
) -> dict[str, float | None]:
    """Level-2 to Level-5 of one model, cell by cell."""
    kind, _, rest = scope.partition(":")
    cells: dict[tuple[str, str | None], list[tuple[float | None, bool]]] = {}
    for task in bench:
        if kind == "C" and f"{task.modality}.{task.paradigm}" != rest:
            continue
        if kind == "D" and not task.skill.startswith(f"{rest} "):
            continue
        if kind == "B" and task.paradigm is not None and task.modality not in rest.split("+"):
            continue
        key = ("all", None) if kind in "CD" else (task.modality, task.paradigm)
        entry: tuple[float | None, bool] = (None, False)
        if task.id in scores:
            raw, reference = scores[task.id], references[task.id]
            entry = points_of(task.metric, raw), raw <= reference if task.better == "lower" else raw >= reference
        cells.setdefault(key, []).append(entry)

    def mean(key: tuple[str, str | None], *, won_only: bool) -> float:
        entries = cells.get(key, [])
        total = sum(points for points, won in entries if points is not None and (won or not won_only))
        number = len(entries) if missing == "zero" else sum(points is not None for points, _ in entries)
        return total / number if number else 0.0

    if kind in "CD":
        level_2, level_3 = (mean(("all", None), won_only=flag) for flag in (False, True))
        return {"level_2": level_2, "level_3": level_3, "level_4": None, "level_5": None}
    chosen = ["image", "video", "audio", "3d"] if kind == "A" else rest.split("+")
    twos, threes, fours = [], [], []
    for modality in chosen:
        s_c, s_g = (mean((modality, side), won_only=True) for side in ("comprehension", "generation"))
        twos.append(sum(mean((modality, side), won_only=False) for side in ("comprehension", "generation")) / 2)
        threes.append((s_c + s_g) / 2)
        fours.append(2 * s_c * s_g / (s_c + s_g) if s_c > 0 and s_g > 0 else 0.0)
    level_2, level_3, level_4 = (sum(levels) / len(chosen) for levels in (twos, threes, fours))
    weight = mean(("language", None), won_only=True) / 100
    return {"level_2": level_2, "level_3": level_3, "level_4": level_4, "level_5": level_4 * weight}


SCOPES = [
    "A", "B:image", "B:image+video", "B:audio+3d", "B:image+video+audio+3d", "C:image.comprehension",
    "C:audio.generation",
    "C:3d.generation", "D:#I-C-1", "D:#A-G-7", "D:#V-C-1", "D:#L-1",
]  # fmt: skip


@settings(max_examples=150)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 0.2, 0.8, 0.97]),
    st.sampled_from(SCOPES),
    st.sampled_from(["zero", "skip"]),
    st.sampled_from(["released-2025-07", "paper-v1"]),
)
def test_both_agree(
    bench: Catalogue,
    random_scores: Callable[[int, float], Floats],
    seed: int,
    absent: float,
    scope: str,
    missing: str,
    references: str,
) -> None:
    values = random_scores(seed, absent)
    values[np.isinf(values) & (values < 0)] = -50.0
    scores = {name: value for name, value in zip(bench.ids, values.tolist(), strict=True) if not math.isnan(value)}
    chosen = dict(zip(bench.ids, bench.reference_set(references).values.tolist(), strict=True))
    report = compute_level(
        ScoreTable(bench.ids, values),
        scope=scope,
        missing=missing,
        references=references,
        unit="percent",  # type: ignore[arg-type]
    )
    for name, expected in plain(bench, scores, chosen, scope, missing).items():
        found = getattr(report, name)
        assert found is expected is None or found == pytest.approx(expected, rel=0, abs=1e-9), (name, scope)


def test_the_reference_column_in_the_loop_itself(bench: Catalogue) -> None:
    references = dict(zip(bench.ids, bench.reference_set().values.tolist(), strict=True))
    levels = plain(bench, references, references, "A", "zero")
    assert round(levels["level_2"] or 0, 2) == 62.90
    assert round(levels["level_4"] or 0, 2) == 61.46

"""What a level costs: one model and a thousand, beside a plain loop over the formulas and beside one call each."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator

import numpy as np
from comparison import Comparison, best_ms

import generallevel as gl
from generallevel.benchmark import Catalogue, general_bench
from generallevel.normaliser import Normaliser, convert, table_unit
from generallevel.registry import find

MODELS = 1000
ONE_MS, MANY_MS = 3.0, 500.0  # the project's own bounds for one model and for a thousand
LEVELS = ("level_2", "level_3", "level_4", "level_5")
SEED = 7


def random_scores(bench: Catalogue, rng: np.random.Generator) -> dict[str, float]:
    """A score for each task, around its reference and possible in its unit."""
    low, high = Normaliser.of(bench.tasks).bounds
    scores = np.clip(bench.reference_set().values * rng.uniform(0.6, 1.1, size=len(bench)), low, high)
    return dict(zip(bench.ids, scores.tolist(), strict=True))


def plain_levels(scores: dict[str, float], bench: Catalogue) -> list[float]:
    """The formulas in the plainest Python: the yardstick, written apart from the library's own."""
    references = bench.reference_set().values.tolist()
    points: dict[tuple[str, str | None], list[tuple[float, bool]]] = {}
    for task, reference in zip(bench.tasks, references, strict=True):
        score, metric = scores[task.id], find(task.metric)
        native = convert(score, table_unit(metric, task.sheet, task.label), metric.unit)
        won = score >= reference if task.better == "higher" else score <= reference
        group = points.setdefault((task.modality, task.paradigm), [])
        group.append((float(metric.scale(native)), won))
    sums = {group: (sum(p for p, _ in tasks), sum(p for p, won in tasks if won)) for group, tasks in points.items()}
    means = {group: [value / len(points[group]) for value in pair] for group, pair in sums.items()}
    level_2 = level_3 = level_4 = 0.0
    for modality in bench.modalities:
        (all_c, s_c), (all_g, s_g) = means[modality, "comprehension"], means[modality, "generation"]
        level_2 += (all_c + all_g) / 2 / len(bench.modalities)
        level_3 += (s_c + s_g) / 2 / len(bench.modalities)
        level_4 += (2 * s_c * s_g / (s_c + s_g) if s_c and s_g else 0.0) / len(bench.modalities)
    return [level_2, level_3, level_4, level_4 * means["language", None][1] / 100]


def levels_of(report: gl.LevelReport) -> list[float]:
    """The four levels of a report."""
    return [getattr(report, name) or 0.0 for name in LEVELS]


def apart(one: list[list[float]], other: list[list[float]]) -> str:
    """The greatest difference between two lists of levels."""
    return f"levels differ by at most {np.max(np.abs(np.array(one) - np.array(other))):.1e} points"


def comparisons(rounds: int) -> Iterator[Comparison]:
    """One model, a thousand models, and the memory of a thousand."""
    bench, rng = general_bench(), np.random.default_rng(SEED)
    scores = random_scores(bench, rng)
    one = best_ms(lambda: gl.compute_level(scores), 10 * rounds)
    agreement = apart([levels_of(gl.compute_level(scores))], [plain_levels(scores, bench)])
    loop = best_ms(lambda: plain_levels(scores, bench), rounds)
    yield Comparison("compute_level, 699 tasks", one, loop, "plain loop over the formulas", agreement, 1.0)
    yield Comparison("compute_level, 699 tasks", one, ONE_MS, "the bound", "a fixed number", 1.0)

    models = {f"model {n}": random_scores(bench, rng) for n in range(MODELS)}
    many = best_ms(lambda: gl.compute_levels(models), math.ceil(rounds / 3))
    together = [levels_of(report) for report in gl.compute_levels(models).values()]
    single = [levels_of(gl.compute_level(table)) for table in models.values()]
    each = best_ms(lambda: [gl.compute_level(table) for table in models.values()], 1)
    yield Comparison(f"compute_levels, {MODELS} models", many, each, "one call each", apart(together, single), 1.0)
    yield Comparison(f"compute_levels, {MODELS} models", many, MANY_MS, "the bound", "a fixed number", 1.0)

    tracemalloc.start()
    gl.compute_levels(models)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    column = MODELS * len(bench) * 8 / 2**20
    yield Comparison(
        f"peak memory, {MODELS} models", peak, column, "the scores as one array", "allocated by the call", 15.0, "MB"
    )

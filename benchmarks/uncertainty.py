"""What the uncertainty of a level costs: resamples beside a plain bootstrap and beside the project's own bounds."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator

import numpy as np
from comparison import Comparison, best_ms
from levels import random_scores

import generallevel as gl
from generallevel.analysis.level_intervals import LevelInterval, level_interval
from generallevel.analysis.sensitivities.analysed import sensitivity
from generallevel.benchmark import general_bench
from generallevel.evaluation import LEVELS, Columns

RESAMPLES, MODELS, EACH = 10_000, 100, 1000
ONE_MS, MANY_MS, PEAK_MB = 2000.0, 5000.0, 500.0  # the project's own bounds
ITEMS, RELATIVE = 465, 0.05
SEED = 7


def plain_bootstrap(report: gl.LevelReport, resamples: int) -> dict[str, list[float]]:
    """Binomial and normal draws of all scores at once, and the levels of all rows at once."""
    rng = np.random.default_rng(SEED)
    basis = report.basis
    values, normaliser = basis.aligned.values, basis.grid.normaliser
    low, high = normaliser.bounds
    bounded = np.isfinite(low) & np.isfinite(high)
    floor, span = np.where(bounded, low, 0.0), np.where(bounded, high, 1.0) - np.where(bounded, low, 0.0)
    rates = np.where(bounded, (values - floor) / span, 0.5)
    hits = floor + span * rng.binomial(ITEMS, rates, size=(resamples, len(values))) / ITEMS
    normal = values + RELATIVE * np.abs(values) * rng.standard_normal(hits.shape)
    drawn = np.where(bounded, hits, np.clip(normal, low, high))
    levels = Columns(basis.grid, drawn).against(basis.aligned.references).levels
    return {name: np.quantile(levels[name], [0.025, 0.975]).tolist() for name in LEVELS}


def apart(found: LevelInterval, plain: dict[str, list[float]]) -> str:
    """The greatest difference between the ends of two sets of intervals."""
    ends = [found.intervals[name] or (math.nan, math.nan) for name in LEVELS]
    return f"ends differ by at most {np.max(np.abs(np.array(ends) - np.array(list(plain.values())))):.2f} points"


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Resamples of one model and of a hundred, their memory, the projection, and the sensitivity to constants."""
    bench, rng = general_bench(), np.random.default_rng(SEED)
    report = gl.compute_level(random_scores(bench, rng))

    def interval(**options: object) -> LevelInterval:
        return level_interval(report, n=ITEMS, assume=RELATIVE, **options)  # type: ignore[arg-type]

    few = math.ceil(rounds / 3)
    one = best_ms(lambda: interval(resamples=RESAMPLES), few)
    plain = best_ms(lambda: plain_bootstrap(report, RESAMPLES), few)
    agreement = apart(interval(resamples=RESAMPLES), plain_bootstrap(report, RESAMPLES))
    name = f"level_interval, {RESAMPLES} resamples"
    yield Comparison(name, one, plain, "all rows at once, NumPy's binomial", agreement, 1.0)
    yield Comparison(name, one, ONE_MS, "the bound", "a fixed number", 1.0)
    for how in ("tasks", "both"):
        other = best_ms(lambda how=how: interval(resamples=RESAMPLES, resample=how), few)  # type: ignore[misc]
        yield Comparison(f"{name} of {how}", other, ONE_MS, "the bound", "a fixed number", 1.0)

    models = gl.compute_levels({f"model {number}": random_scores(bench, rng) for number in range(MODELS)})

    def each() -> list[LevelInterval]:
        return [level_interval(one, resamples=EACH, n=ITEMS, assume=RELATIVE) for one in models.values()]

    many = best_ms(each, few)
    yield Comparison(f"level_interval, {MODELS} x {EACH} resamples", many, MANY_MS, "the bound", "a fixed number", 1.0)

    peaks = []
    for how in ("items", "tasks", "both"):
        tracemalloc.start()
        interval(resamples=RESAMPLES, resample=how)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    name = f"peak memory, {RESAMPLES} resamples"
    yield Comparison(name, max(peaks), PEAK_MB, "the bound", "a fixed number", 1.0, "MB")

    projection = best_ms(lambda: interval(method="projection"), rounds)
    yield Comparison("level_interval, projection", projection, one, "the bootstrap", "another interval", 1.0)
    board = dict(list(models.items())[:10])
    moved = best_ms(lambda: sensitivity(board, draws=EACH), few)
    yield Comparison(f"sensitivity, 10 models x {EACH} draws", moved, MANY_MS, "the bound", "a fixed number", 1.0)

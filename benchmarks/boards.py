"""What boards and comparisons cost: a hundred models with a thousand draws, beside one model at a time, and memory."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator

import numpy as np
from comparison import Comparison, best_ms
from levels import random_scores

import generallevel as gl
from generallevel.analysis.boards import Leaderboard, leaderboard
from generallevel.analysis.boards.aggregators import aggregates
from generallevel.analysis.comparisons.compared import compare
from generallevel.analysis.comparisons.shared_draws import shared_levels, spreads
from generallevel.analysis.level_intervals.known_spread import score_sampling
from generallevel.analysis.level_intervals.resampled_levels import resampled_levels
from generallevel.benchmark import general_bench

MODELS, RESAMPLES, PAIRED = 100, 1000, 10_000
BOARD_MS, PAIR_MS, PEAK_MB = 5000.0, 2000.0, 500.0  # the project's own bounds
ITEMS, RELATIVE = 465, 0.05
SEED = 7


def comparisons(rounds: int) -> Iterator[Comparison]:
    """Boards by tasks and by items, their memory, aggregators, and one pair."""
    bench, rng = general_bench(), np.random.default_rng(SEED)
    models = gl.compute_levels({f"model {number}": random_scores(bench, rng) for number in range(MODELS)})
    reports = list(models.values())
    few = math.ceil(rounds / 3)

    def board(**options: object) -> Leaderboard:
        return leaderboard(models, resamples=RESAMPLES, n=ITEMS, assume=RELATIVE, **options)  # type: ignore[arg-type]

    def together() -> dict[str, np.ndarray]:
        return shared_levels(reports, "tasks", RESAMPLES, SEED, spreads(reports, "tasks", None, None))

    def apart() -> list[dict[str, np.ndarray]]:
        return [resampled_levels(one, "tasks", RESAMPLES, SEED, score_sampling(one)) for one in reports]

    off = np.max(np.abs(together()["level_3"] - np.stack([levels["level_3"] for levels in apart()])))
    shared, each = best_ms(together, few), best_ms(apart, 1)
    name = f"{MODELS} models x {RESAMPLES} resamples of tasks"
    agreement = f"levels differ by at most {off:.1e} points"
    yield Comparison(f"draws, {name}", shared, each, "one model at a time", agreement, 1.0)
    for how in ("tasks", "items", "both"):
        took = best_ms(lambda how=how: board(resample=how), few)  # type: ignore[misc]
        yield Comparison(
            f"leaderboard, {MODELS} x {RESAMPLES}, {how}", took, BOARD_MS, "the bound", "a fixed number", 1.0
        )

    peaks = []
    for how in ("tasks", "items", "both"):
        tracemalloc.start()
        board(resample=how)
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    yield Comparison("peak memory, leaderboard", max(peaks), PEAK_MB, "the bound", "a fixed number", 1.0, "MB")

    pooled = best_ms(lambda: aggregates(reports), few)
    yield Comparison(f"aggregators, {MODELS} models", pooled, BOARD_MS, "the bound of a board", "a fixed number", 1.0)
    pair = best_ms(lambda: compare(reports[0], reports[1], resamples=PAIRED), few)
    yield Comparison(f"compare, {PAIRED} resamples", pair, PAIR_MS, "the bound", "a fixed number", 1.0)

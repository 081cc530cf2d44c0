"""Tables of random but legal scores, and small benchmarks of our own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from generallevel import Catalogue, ScoreTable, general_bench
from generallevel.evaluation import grid

Floats = NDArray[np.float64]
RandomScores = Callable[[int, float], Floats]


@pytest.fixture(scope="session")
def bench() -> Catalogue:
    return general_bench()


@pytest.fixture(scope="session")
def random_scores(bench: Catalogue) -> RandomScores:
    """From a seed and a share of missing scores to legal raw scores in catalogue order, NaN where missing.

    Ends of the bounds (zeros, infinities), exact ties with the reference and its neighbours are among them.
    """
    low, high = grid(bench).normaliser.bounds
    references = bench.reference_set().values
    floor = np.where(np.isfinite(low), low, -60.0)

    def draw(seed: int, missing: float) -> Floats:
        rng = np.random.default_rng(seed)
        roof = np.where(np.isfinite(high), high, np.abs(references) * 4 + 1)
        between = floor + (roof - floor) * rng.uniform(size=len(bench))
        step = np.where(rng.random(len(bench)) < 0.5, -np.inf, np.inf)
        near = np.clip(np.nextafter(references, step), low, high)
        choices = np.stack(
            [between, between * rng.random(len(bench)), references, near, low, high, np.maximum(low, 0.0)]
        )
        weights = rng.dirichlet(np.ones(len(choices)))
        values = choices[rng.choice(len(choices), size=len(bench), p=weights), np.arange(len(bench))]
        values = np.clip(values, low, high)
        values[rng.random(len(bench)) < missing] = np.nan
        return values

    return draw


@pytest.fixture(scope="session")
def table_of(bench: Catalogue) -> Callable[[Floats], ScoreTable]:
    """The score table of a column in catalogue order."""
    return lambda values: ScoreTable(bench.ids, values)


@cache
def _small() -> Catalogue:
    shared = {"metric": "accuracy", "unit": "percent", "better": "higher"}
    error = {"metric": "fid", "unit": "raw", "better": "lower"}
    return Catalogue.from_rows(
        [
            {"task": "spelling", "modality": "words", **shared, "reference": 60.0, "reference:strict": 95.0},
            {"task": "grip", "modality": "touch", "paradigm": "comprehension", **shared, "reference": 50.0},
            {"task": "press", "modality": "touch", "paradigm": "generation", **error, "reference": 25.0},
            {"task": "grammar", "modality": "words", **shared, "reference": 40.0, "reference:strict": 95.0},
            {"task": "slide", "modality": "touch", "paradigm": "comprehension", **shared, "reference": 70.0},
            {"task": "sniff", "modality": "smell", "paradigm": "comprehension", **shared, "reference": 30.0},
        ],
        name="Senses",
    )


@pytest.fixture(scope="session")
def senses() -> Catalogue:
    """Six tasks: touch has both paradigms, smell lacks generation; the language group comes first, named words."""
    return _small()

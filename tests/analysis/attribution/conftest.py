"""Random reports, of General-Bench and of small benchmarks whose every subset can be tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from generallevel import Catalogue, LevelReport, compute_level, general_bench

Draw = Callable[..., LevelReport]

# metric, its worst and best plausible reference in table units
KINDS = (("accuracy", 20.0, 90.0), ("psnr", 20.0, 40.0), ("fid", 20.0, 80.0), ("f1", 20.0, 90.0))


def rows_of(rng: np.random.Generator, modalities: int, most: int, language: int) -> list[dict[str, Any]]:
    """Random tasks: each cell has up to `most`, and each modality has at least one."""
    rows = []
    cells = [(f"m{m}", side) for m in range(modalities) for side in ("comprehension", "generation")]
    for modality, side in [*cells, ("words", None)]:
        count = language if side is None else int(rng.integers(0 if side == "generation" else 1, most + 1))
        for number in range(count):
            metric, low, high = KINDS[int(rng.integers(len(KINDS)))]
            rows.append({
                "task": f"{modality} {side} {number}",
                "modality": modality,
                "paradigm": side,
                "metric": metric,
                "skill": f"#{modality} {side}",
                "reference": None if rng.random() < 0.05 else float(rng.uniform(low, high)),
            })  # fmt: skip
    if all(row["reference"] is None for row in rows):
        rows[0]["reference"] = 50.0
    return rows


def scores_of(rng: np.random.Generator, catalogue: Catalogue, missing: float, partial: bool) -> dict[str, Any]:
    """Random scores about the references: won, tied and lost ones, some missing, some of a part of their items."""
    references, scores = catalogue.reference_set().values, {}
    for task, reference in zip(catalogue, references.tolist(), strict=True):
        base = 30.0 if np.isnan(reference) else reference
        value = base * float(rng.choice([0.5, 0.8, 1.0, 1.0, 1.1]))
        row = {"score": min(value, 100.0)}
        if partial and rng.random() < 0.3:
            row |= {"n": 100, "n_scored": 60}
        if rng.random() >= missing:
            scores[task.id] = row
    return scores


@pytest.fixture(scope="session")
def small() -> Draw:
    """From a seed to the report of a random model on a random benchmark of its own."""

    def draw(
        seed: int,
        *,
        modalities: int = 2,
        most: int = 3,
        language: int = 2,
        absent: float = 0.2,
        partial: bool = False,
        **options: Any,
    ) -> LevelReport:
        rng = np.random.default_rng(seed)
        catalogue = Catalogue.from_rows(rows_of(rng, modalities, most, language), name="Small")
        return compute_level(scores_of(rng, catalogue, absent, partial), catalogue=catalogue, model="m", **options)

    return draw


@pytest.fixture(scope="session")
def large() -> Draw:
    """From a seed to the report of a random model on General-Bench."""

    def draw(seed: int, *, absent: float = 0.2, **options: Any) -> LevelReport:
        rng = np.random.default_rng(seed)
        bench = general_bench()
        scores = scores_of(rng, bench, absent, partial=bool(rng.random() < 0.5))
        return compute_level(scores, catalogue=bench, unit="percent", model="m", **options)

    return draw


def hand_made() -> Catalogue:
    """Accuracies, so that points are the scores: image 2 + 1, sound 1 + 1, language 2."""
    accuracy = {"metric": "accuracy", "reference": 50.0}
    return Catalogue.from_rows(
        [
            {"task": "see", "modality": "image", "paradigm": "comprehension", **accuracy},
            {"task": "look", "modality": "image", "paradigm": "comprehension", **accuracy},
            {"task": "draw", "modality": "image", "paradigm": "generation", **accuracy},
            {"task": "hear", "modality": "sound", "paradigm": "comprehension", **accuracy},
            {"task": "sing", "modality": "sound", "paradigm": "generation", **accuracy},
            {"task": "read", "modality": "words", **accuracy},
            {"task": "write", "modality": "words", **accuracy},
        ],
        name="By hand",
    )


HAND = {"see": 60.0, "look": 40.0, "draw": 90.0, "hear": 80.0, "sing": 10.0, "read": 70.0, "write": 50.0}


@pytest.fixture(scope="session")
def by_hand() -> LevelReport:
    return compute_level(HAND, catalogue=hand_made())


@pytest.fixture(scope="session")
def hand_catalogue() -> Catalogue:
    return hand_made()


@pytest.fixture(scope="session")
def hand_scores() -> dict[str, float]:
    return dict(HAND)

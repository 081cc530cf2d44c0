"""What a maker of synthetic tasks returns, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.task import Task

__all__ = ["Maker", "Order", "Sample"]


@dataclass(frozen=True)
class Order:
    """What a maker is asked for.

    Attributes
    ----------
    task : Task
        The task that is imitated.
    recipe : Recipe
        How it will be scored.
    n : int
        How many items.
    folder : Path
        Where reference and input media go; ``annotation.json`` will lie there.
    perfect, corrupted : Path
        Where the media of the perfect and of the corrupted predictions go; a ``prediction.json`` will lie in each.
    rng : numpy.random.Generator
        All chance.
    size : int
        Side of an image in pixels; other media scale with it.
    """

    task: Task
    recipe: Recipe
    n: int
    folder: Path
    perfect: Path
    corrupted: Path
    rng: np.random.Generator
    size: int = 32


@dataclass
class Sample:
    """One synthetic task with known answers.

    Attributes
    ----------
    items : list of dict
        ``{"id", "input", "output"}`` of each item.
    perfect, corrupted : list of dict
        ``{"id", "prediction"}`` of each; where the recipe reads ratings, the entries of the two ratings files.
    corrupted_value : float
        What the corrupted predictions score, native: by arithmetic from what was done to them, never by the metric.
    header : dict
        What the annotation file says beside its items, ``type`` first.
    tolerance : float
        How far, relative, a score may lie from its known value: 1e-9 except where files hold fewer digits.
    rated : bool
        Whether `perfect` and `corrupted` are ratings.
    """

    items: list[dict[str, Any]]
    perfect: list[dict[str, Any]]
    corrupted: list[dict[str, Any]]
    corrupted_value: float
    header: dict[str, Any] = field(default_factory=dict)
    tolerance: float = 1e-9
    rated: bool = False


Maker = Callable[[Order], Sample]

"""What the paper prints for eight (model, modality) cells: raw scores per task and the levels.

They are facts to hold the level formulas against: under the default rules and either reference set all eight come out
within 0.011 of the printed levels. In these tables an empty score, a 0 and, on a metric where lower is better, an
infinity mean that the model does not support the task, also for an error-like metric, where a real 0 would be perfect.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from generallevel.benchmark.packaged import general_bench, packaged_rows
from generallevel.errors import UnknownName, did_you_mean

__all__ = ["TOLERANCE", "PublishedCell", "published"]

TOLERANCE = 0.011
"""How far a level from two-decimal raw scores may lie from the printed one: both are rounded. Ours, 0-100 points."""


@dataclass(frozen=True, eq=False)
class PublishedCell:
    """The published results of one model on one modality.

    Attributes
    ----------
    model : str
        The model as the paper names it.
    modality : str
        ``image``, ``video``, ``audio`` or ``3d``.
    scores : mapping of str to (float or None)
        Task id to raw score in table units; None where the model does not support the task. Only the paradigm that the
        paper prints for the model; it supports none of the other's tasks.
    printed : mapping of str to str
        The same cells as the paper prints them.
    levels : mapping of str to float
        ``level_2``, ``level_3`` and ``level_4`` as printed, 0-100.
    """

    model: str
    modality: str
    scores: Mapping[str, float | None] = field(repr=False)
    printed: Mapping[str, str] = field(repr=False)
    levels: Mapping[str, float]


def published(model: str | None = None) -> Mapping[tuple[str, str], PublishedCell]:
    """The published cells, by (model, modality).

    Parameters
    ----------
    model : str, optional
        Only this model's, in any case.

    Returns
    -------
    mapping of (str, str) to PublishedCell
        Eight cells, or the one of the model.

    Raises
    ------
    UnknownName
        If no cell of the model is packaged; offers the nearest.

    References
    ----------
    .. [1] arXiv 2505.04620v1: per-task rows from the appendix tables, levels from tables 12, 14 and 16.

    Examples
    --------
    >>> cell = published("GPT4o")["GPT4o", "image"]
    >>> cell.levels["level_2"], cell.scores["image.comprehension.human-action-recognition"]
    (19.67, 90.1)
    """
    cells = _cells()
    if model is None:
        return cells
    chosen = {key: cell for key, cell in cells.items() if key[0].casefold() == model.casefold()}
    if not chosen:
        models = list(dict.fromkeys(name for name, _ in cells))
        raise UnknownName(
            f"no published scores of {model!r} are packaged.{did_you_mean(model, models)} "
            f"There are {', '.join(models)}."
        )
    return MappingProxyType(chosen)


@functools.cache
def _cells() -> Mapping[tuple[str, str], PublishedCell]:
    bench = general_bench()
    printed: dict[tuple[str, str], dict[str, str]] = {}
    for model, task_id, score in packaged_rows("published-scores.csv"):
        modality = bench.tasks[bench.index[task_id]].modality
        printed.setdefault((model, modality), {})[task_id] = score
    cells = {}
    for model, modality, *levels in packaged_rows("published-levels.csv"):
        row = printed[model, modality]
        scores = {task_id: _supported(text, bench.tasks[bench.index[task_id]].better) for task_id, text in row.items()}
        named = dict(zip(("level_2", "level_3", "level_4"), map(float, levels), strict=True))
        cells[model, modality] = PublishedCell(
            model, modality, MappingProxyType(scores), MappingProxyType(row), MappingProxyType(named)
        )
    return MappingProxyType(cells)


def _supported(text: str, better: str) -> float | None:
    """A printed cell as a raw score, None where it means that the task is not supported."""
    if not text:
        return None
    value = float(text)
    return None if value == 0 or (better == "lower" and math.isinf(value)) else value

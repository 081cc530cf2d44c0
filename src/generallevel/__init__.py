"""From the raw results of a multimodal model to a trustworthy General-Level.

>>> import generallevel
>>> generallevel.compute_level({"Image Deraining": 41.2, "Sports Image Classification": 72.8}).level
4

Names are loaded when they are first used, so that importing the library costs little more than importing numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from generallevel._version import __version__ as __version__

if TYPE_CHECKING:
    from generallevel import analysis, benchmark, engines, errors, extractors, released, reports, synergy, testing
    from generallevel.analysis import canaries, lint
    from generallevel.benchmark import (
        Catalogue,
        EvaluatedTable,
        Format,
        Item,
        Recipe,
        ReferenceSet,
        evaluate,
        general_bench,
        list_tasks,
        published,
        reference_set,
    )
    from generallevel.findings import Finding
    from generallevel.level_report import LevelReport
    from generallevel.levels import compute_level, compute_levels
    from generallevel.metrics.image.coco_files import from_coco
    from generallevel.metrics.language.choices import extract_choice
    from generallevel.normaliser import normalise
    from generallevel.registry import Metric, Variant, declare, find, list_metrics, metric
    from generallevel.released import explain_difference
    from generallevel.rules import Rules
    from generallevel.scoring import Score, Stream, score
    from generallevel.tables import ScoreTable, read_table
    from generallevel.templates import save_workbook, template

_HOMES = {
    "Catalogue": "benchmark",
    "EvaluatedTable": "benchmark",
    "Finding": "findings",
    "Format": "benchmark",
    "Item": "benchmark",
    "LevelReport": "level_report",
    "Metric": "registry",
    "Recipe": "benchmark",
    "ReferenceSet": "benchmark",
    "Rules": "rules",
    "Score": "scoring",
    "ScoreTable": "tables",
    "Stream": "scoring",
    "Variant": "registry",
    "canaries": "analysis",
    "compute_level": "levels",
    "compute_levels": "levels",
    "declare": "registry",
    "evaluate": "benchmark",
    "explain_difference": "released",
    "extract_choice": "metrics.language.choices",
    "find": "registry",
    "from_coco": "metrics.image.coco_files",
    "general_bench": "benchmark",
    "lint": "analysis",
    "list_metrics": "registry",
    "list_tasks": "benchmark",
    "metric": "registry",
    "normalise": "normaliser",
    "published": "benchmark",
    "read_table": "tables",
    "reference_set": "benchmark",
    "save_workbook": "templates",
    "score": "scoring",
    "template": "templates",
}
_MODULES = (
    "analysis",
    "benchmark",
    "engines",
    "errors",
    "extractors",
    "released",
    "reports",
    "synergy",
    "testing",
)

__all__ = [
    "Catalogue",
    "EvaluatedTable",
    "Finding",
    "Format",
    "Item",
    "LevelReport",
    "Metric",
    "Recipe",
    "ReferenceSet",
    "Rules",
    "Score",
    "ScoreTable",
    "Stream",
    "Variant",
    "analysis",
    "benchmark",
    "canaries",
    "compute_level",
    "compute_levels",
    "declare",
    "engines",
    "errors",
    "evaluate",
    "explain_difference",
    "extract_choice",
    "extractors",
    "find",
    "from_coco",
    "general_bench",
    "lint",
    "list_metrics",
    "list_tasks",
    "metric",
    "normalise",
    "published",
    "read_table",
    "reference_set",
    "released",
    "reports",
    "save_workbook",
    "score",
    "synergy",
    "template",
    "testing",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""From the raw results of a multimodal model to a trustworthy General-Level.

>>> import generallevel
>>> generallevel.compute_level({"Image Deraining": 41.2, "Sports Image Classification": 72.8}).level
4

Names are loaded when they are first used, so that importing the library costs little more than importing numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generallevel._late import late_names
from generallevel._version import __version__ as __version__

if TYPE_CHECKING:
    from generallevel import analysis, benchmark, engines, errors, extractors, released, reports, synergy, testing
    from generallevel.analysis import (
        canaries,
        compare,
        diff,
        interval,
        leaderboard,
        lint,
        paired_test,
        sensitivity,
        synergy_test,
        verify,
    )
    from generallevel.benchmark import (
        Catalogue,
        EvaluatedTable,
        Format,
        Item,
        Recipe,
        ReferenceSet,
        SubmissionReport,
        evaluate,
        general_bench,
        list_tasks,
        make_submission,
        published,
        reference_set,
        score_submission,
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
    from generallevel.tables.harnesses import read_lm_eval, read_lmms_eval, read_vlmevalkit
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
    "SubmissionReport": "benchmark",
    "Variant": "registry",
    "canaries": "analysis",
    "compare": "analysis",
    "compute_level": "levels",
    "compute_levels": "levels",
    "declare": "registry",
    "diff": "analysis",
    "evaluate": "benchmark",
    "explain_difference": "released",
    "extract_choice": "metrics.language.choices",
    "find": "registry",
    "from_coco": "metrics.image.coco_files",
    "general_bench": "benchmark",
    "interval": "analysis",
    "leaderboard": "analysis",
    "lint": "analysis",
    "list_metrics": "registry",
    "list_tasks": "benchmark",
    "make_submission": "benchmark",
    "metric": "registry",
    "normalise": "normaliser",
    "paired_test": "analysis",
    "published": "benchmark",
    "read_lm_eval": "tables.harnesses",
    "read_lmms_eval": "tables.harnesses",
    "read_table": "tables",
    "read_vlmevalkit": "tables.harnesses",
    "reference_set": "benchmark",
    "save_workbook": "templates",
    "score": "scoring",
    "score_submission": "benchmark",
    "sensitivity": "analysis",
    "synergy_test": "analysis",
    "template": "templates",
    "verify": "analysis",
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
    "SubmissionReport",
    "Variant",
    "analysis",
    "benchmark",
    "canaries",
    "compare",
    "compute_level",
    "compute_levels",
    "declare",
    "diff",
    "engines",
    "errors",
    "evaluate",
    "explain_difference",
    "extract_choice",
    "extractors",
    "find",
    "from_coco",
    "general_bench",
    "interval",
    "leaderboard",
    "lint",
    "list_metrics",
    "list_tasks",
    "make_submission",
    "metric",
    "normalise",
    "paired_test",
    "published",
    "read_lm_eval",
    "read_lmms_eval",
    "read_table",
    "read_vlmevalkit",
    "reference_set",
    "released",
    "reports",
    "save_workbook",
    "score",
    "score_submission",
    "sensitivity",
    "synergy",
    "synergy_test",
    "template",
    "testing",
    "verify",
]


__getattr__ = late_names(__name__, _HOMES | dict.fromkeys(_MODULES, ""), globals())


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

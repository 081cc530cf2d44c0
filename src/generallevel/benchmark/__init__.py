"""General-Bench, and benchmarks like it: tasks, reference sets, scopes and boards, published scores.

>>> from generallevel.benchmark import general_bench
>>> bench = general_bench()
>>> len(bench), bench.modalities
(699, ('image', 'video', 'audio', '3d'))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generallevel._late import late_names
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.listing import list_tasks
from generallevel.benchmark.packaged import PAPER, RELEASED, general_bench, reference_set
from generallevel.benchmark.printed import PublishedCell, published
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.scopes import Board, Scope, boards, select
from generallevel.benchmark.task import BETTER, PARADIGMS, PROTOCOLS, UNITS, Task

if TYPE_CHECKING:
    from generallevel.benchmark.closed.entries import ArchiveLimits
    from generallevel.benchmark.closed.grading import score_submission
    from generallevel.benchmark.closed.packing import Submission, make_submission
    from generallevel.benchmark.closed.report import SubmissionReport
    from generallevel.benchmark.closed.unpacking import unpack_submission
    from generallevel.benchmark.recipes.book import RecipeBook, Rule
    from generallevel.benchmark.recipes.recipe import Format, FromHeader, Item, Needs, Recipe
    from generallevel.benchmark.runs.evaluated import EvaluatedTable
    from generallevel.benchmark.runs.evaluating import evaluate
    from generallevel.benchmark.runs.result import TaskResult

# What only an evaluation of folders needs is loaded when it is first used.
_LATE = {
    "ArchiveLimits": "closed.entries",
    "EvaluatedTable": "runs.evaluated",
    "Format": "recipes.recipe",
    "FromHeader": "recipes.recipe",
    "Item": "recipes.recipe",
    "Needs": "recipes.recipe",
    "Recipe": "recipes.recipe",
    "RecipeBook": "recipes.book",
    "Rule": "recipes.book",
    "Submission": "closed.packing",
    "SubmissionReport": "closed.report",
    "TaskResult": "runs.result",
    "evaluate": "runs.evaluating",
    "make_submission": "closed.packing",
    "score_submission": "closed.grading",
    "unpack_submission": "closed.unpacking",
}

__all__ = [
    "ArchiveLimits",
    "BETTER",
    "Board",
    "Catalogue",
    "EvaluatedTable",
    "Format",
    "FromHeader",
    "Item",
    "Needs",
    "PAPER",
    "PARADIGMS",
    "PROTOCOLS",
    "PublishedCell",
    "RELEASED",
    "Recipe",
    "RecipeBook",
    "ReferenceSet",
    "Rule",
    "Scope",
    "Submission",
    "SubmissionReport",
    "Task",
    "TaskResult",
    "UNITS",
    "boards",
    "evaluate",
    "general_bench",
    "list_tasks",
    "make_submission",
    "published",
    "reference_set",
    "score_submission",
    "select",
    "unpack_submission",
]


__getattr__ = late_names(__name__, _LATE, globals())

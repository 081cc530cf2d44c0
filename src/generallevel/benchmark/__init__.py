"""General-Bench, and benchmarks like it: tasks, reference sets, scopes and boards, published scores.

>>> from generallevel.benchmark import general_bench
>>> bench = general_bench()
>>> len(bench), bench.modalities
(699, ('image', 'video', 'audio', '3d'))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.listing import list_tasks
from generallevel.benchmark.packaged import PAPER, RELEASED, general_bench, reference_set
from generallevel.benchmark.printed import PublishedCell, published
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.scopes import Board, Scope, boards, select
from generallevel.benchmark.task import BETTER, PARADIGMS, PROTOCOLS, UNITS, Task

if TYPE_CHECKING:
    from generallevel.benchmark.recipes.book import RecipeBook, Rule
    from generallevel.benchmark.recipes.recipe import Format, FromHeader, Item, Needs, Recipe
    from generallevel.benchmark.runs.evaluated import EvaluatedTable
    from generallevel.benchmark.runs.evaluating import evaluate
    from generallevel.benchmark.runs.result import TaskResult

# What only an evaluation of folders needs is loaded when it is first used.
_LATE = {
    "EvaluatedTable": "runs.evaluated",
    "Format": "recipes.recipe",
    "FromHeader": "recipes.recipe",
    "Item": "recipes.recipe",
    "Needs": "recipes.recipe",
    "Recipe": "recipes.recipe",
    "RecipeBook": "recipes.book",
    "Rule": "recipes.book",
    "TaskResult": "runs.result",
    "evaluate": "runs.evaluating",
}

__all__ = [
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
    "Task",
    "TaskResult",
    "UNITS",
    "boards",
    "evaluate",
    "general_bench",
    "list_tasks",
    "published",
    "reference_set",
    "select",
]


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    globals()[name] = value
    return value

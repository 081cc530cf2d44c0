"""General-Bench, and benchmarks like it: tasks, reference sets, scopes and boards, published scores.

>>> from generallevel.benchmark import general_bench
>>> bench = general_bench()
>>> len(bench), bench.modalities
(699, ('image', 'video', 'audio', '3d'))
"""

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.listing import list_tasks
from generallevel.benchmark.packaged import PAPER, RELEASED, general_bench, reference_set
from generallevel.benchmark.printed import PublishedCell, published
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.scopes import Board, Scope, boards, select
from generallevel.benchmark.task import BETTER, PARADIGMS, PROTOCOLS, UNITS, Task

__all__ = [
    "BETTER",
    "PAPER",
    "PARADIGMS",
    "PROTOCOLS",
    "RELEASED",
    "UNITS",
    "Board",
    "Catalogue",
    "PublishedCell",
    "ReferenceSet",
    "Scope",
    "Task",
    "boards",
    "general_bench",
    "list_tasks",
    "published",
    "reference_set",
    "select",
]

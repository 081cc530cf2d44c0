"""Two models item by item: the paired tests of many tasks at once, with Holm's correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generallevel.analysis.uncertainty.paired import PairedTest, paired_test
from generallevel.analysis.uncertainty.several_wins import holm
from generallevel.analysis.wording import many
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.runs.evaluated import EvaluatedTable
from generallevel.errors import GeneralLevelError, InvalidInput
from generallevel.scoring import Score

__all__ = ["ItemComparison", "item_comparison"]


@dataclass(frozen=True)
class ItemComparison:
    """The paired tests of the tasks whose items are known.

    Attributes
    ----------
    tests : mapping of str to PairedTest
        By task; each is two-sided.
    significant : tuple of str
        Tasks that are still told apart after Holm's correction over all tests.
    untested : mapping of str to str
        Why a task that was given has no test.
    alpha : float
        The chance of any false claim among ``significant`` that was allowed.
    """

    tests: Mapping[str, PairedTest]
    significant: tuple[str, ...]
    untested: Mapping[str, str]
    alpha: float

    def to_dict(self) -> dict[str, Any]:
        """The tests as plain data."""
        return {
            "tests": {task: test.to_dict() for task, test in self.tests.items()},
            "significant": list(self.significant),
            "untested": dict(self.untested),
            "alpha": self.alpha,
        }

    def __str__(self) -> str:
        for_first = sum(self.tests[task].difference > 0 for task in self.significant)
        return (
            f"{many(len(self.tests), 'task')} tested on items: {for_first} significantly better, "
            f"{len(self.significant) - for_first} significantly worse (Holm, {self.alpha:g}); "
            f"{len(self.untested)} untested"
        )


def item_comparison(
    items: object, catalogue: Catalogue, alpha: float = 0.05, *, resamples: int | None = None, seed: int = 0
) -> ItemComparison:
    """Paired tests over the items of each task.

    Parameters
    ----------
    items : (EvaluatedTable, EvaluatedTable) or mapping of task to (first, second)
        Two runs that kept their items; or, by task, two scores that did, two mappings of id to number, or two sequences
        that pair by position.
    catalogue : Catalogue
        The tasks; says which numbers are better when lower.
    alpha : float, default 0.05
        In (0, 1).
    resamples, seed : int
        As for `generallevel.analysis.uncertainty.paired_test`.

    Returns
    -------
    ItemComparison
        Tasks in the order of the catalogue. A task that cannot be tested, as it has too few items or is not scored on
        the same ones, is named with the reason.

    Raises
    ------
    InvalidInput
        If this is neither.
    UnknownTask, AmbiguousName
        If a name is not, or not clearly, one of the catalogue's.
    """
    given, untested = _by_task(items)
    named = {catalogue.resolve(name).id: pair for name, pair in given.items()}
    tests: dict[str, PairedTest] = {}
    for task in sorted(named, key=catalogue.index.__getitem__):
        first, second = named[task]
        scored = isinstance(first, Score) or isinstance(second, Score)
        better = None if scored else catalogue.tasks[catalogue.index[task]].better
        options: dict[str, Any] = {"better": better, "resamples": resamples, "seed": seed}
        try:
            tests[task] = paired_test(first, second, alternative="two-sided", level=1 - alpha, **options)
        except GeneralLevelError as slip:
            untested[task] = str(slip)
    rejected = holm([test.p_value for test in tests.values()], alpha)
    significant = tuple(task for task, seen in zip(tests, rejected.tolist(), strict=True) if seen)
    return ItemComparison(tests, significant, untested, float(alpha))


def _by_task(items: object) -> tuple[dict[str, tuple[Any, Any]], dict[str, str]]:
    """Pairs by task, and why tasks of two runs have none."""
    if isinstance(items, Mapping):
        pairs = {name: tuple(pair) for name, pair in items.items() if isinstance(pair, tuple | list)}
        wrong = next((name for name in items if len(pairs.get(name, ())) != 2), None)
        if wrong is not None:
            raise InvalidInput(f"items of {wrong!r}: wanted a pair, the items of the first model and of the second")
        return {name: (pair[0], pair[1]) for name, pair in pairs.items()}, {}
    tables = list(items) if isinstance(items, tuple | list) else []
    if len(tables) != 2 or not all(isinstance(table, EvaluatedTable) for table in tables):
        raise InvalidInput(
            "items: wanted two evaluated tables, or a mapping of task to (first, second), not "
            f"{type(items).__name__}. generallevel.evaluate returns such a table, with the items of each task where it "
            "is asked to keep them."
        )
    first, second = ({result.task: result for result in table.results} for table in tables)
    found: dict[str, tuple[Any, Any]] = {}
    untested: dict[str, str] = {}
    for task in [*first, *(task for task in second if task not in first)]:
        pair = [run.get(task) for run in (first, second)]
        if any(result is None or result.value is None for result in pair):
            untested[task] = "one of the two runs has no score"
        elif any(result is None or result.items is None for result in pair):
            untested[task] = "a run did not keep its items"
        elif any(result is None or result.standard_error is None for result in pair):
            untested[task] = "the score is no mean of its items; pass both scores with their tallies"
        else:
            known = [
                {item.id: item.value for item in result.items if item.value is not None}
                for result in pair
                if result is not None and result.items is not None
            ]
            found[task] = (known[0], known[1])
    return found, untested

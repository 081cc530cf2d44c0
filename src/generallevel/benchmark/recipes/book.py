"""The recipe book: which recipe scores which task.

A rule says for which tasks its recipe stands: by task, annotation type, skill, metric and modality. The most specific
rule wins, in that order; two rules that are equally specific for one task are a contradiction and an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.recipes.slips import Slip
from generallevel.benchmark.task import Task
from generallevel.errors import AmbiguousName, NotComputable

__all__ = ["RecipeBook", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A recipe and the tasks that it stands for: those that match everything that is said.

    Attributes
    ----------
    recipe : Recipe
        How they are scored.
    tasks, skills : tuple of str
        Task ids; skill codes such as ``"#I-C-1"``. Empty: any.
    types : tuple of str
        The ``type`` of the annotation file, in lower case. Empty: any.
    metric, group : str or None
        The catalogue's metric id; ``image.comprehension``, ``video`` (both paradigms) or ``language``. None: any.
    """

    recipe: Recipe
    tasks: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    metric: str | None = None
    group: str | None = None

    @property
    def rank(self) -> tuple[int, ...]:
        """How specific the rule is; the greater tuple wins."""
        group = 0 if self.group is None else 1 + self.group.count(".")
        return (bool(self.tasks), bool(self.types), bool(self.skills), group, self.metric is not None)

    def covers(self, task: Task, header: Mapping[str, Any]) -> bool:
        """Whether the rule stands for a task whose annotation file has this header."""
        return self.may_cover(task) and (not self.types or str(header.get("type", "")).strip().lower() in self.types)

    def may_cover(self, task: Task) -> bool:
        """Whether the rule stands for a task under some annotation file."""
        return (
            (not self.tasks or task.id in self.tasks)
            and (not self.skills or task.skill_code in self.skills)
            and self.metric in (None, task.metric)
            and self.group in (None, task.group, task.modality)
        )


@dataclass(frozen=True)
class RecipeBook:
    """Rules under one name, which every result is signed with.

    Attributes
    ----------
    name : str
        ``"general-bench"``, ``"released"``, or a name of yours.
    rules : tuple of Rule
        In any order.
    base : RecipeBook or None
        The book for the tasks that no rule here stands for.
    slips : frozenset of Slip
        Defects of the released task scorer that are reproduced; none elsewhere.
    """

    name: str
    rules: tuple[Rule, ...]
    base: RecipeBook | None = None
    slips: frozenset[Slip] = frozenset()

    def of(self, task: Task, header: Mapping[str, Any]) -> Recipe:
        """The recipe of a task.

        Parameters
        ----------
        task : Task
            The task.
        header : mapping
            Its annotation file without the items; an empty one where no file is at hand.

        Returns
        -------
        Recipe

        Raises
        ------
        NotComputable
            If no rule stands for it.
        AmbiguousName
            If two equally specific ones do.
        """
        found = [rule for rule in self.rules if rule.covers(task, header)]
        if not found and self.base is not None:
            return self.base.of(task, header)
        if not found:
            raise NotComputable(
                f"{task.id}: the recipes {self.name!r} have none for {task.metric} on {task.group}. Pass "
                f"recipes={{{task.id!r}: Recipe(...)}}."
            )
        top = max(rule.rank for rule in found)
        first, *others = [rule for rule in found if rule.rank == top]
        if others:
            raise AmbiguousName(
                f"{task.id}: {1 + len(others)} rules of the recipes {self.name!r} are equally specific: "
                f"{first.recipe.format.name} and {others[0].recipe.format.name}"
            )
        return first.recipe

    def restricted(self, task: Task) -> RecipeBook:
        """The book with the rules alone that may stand for a task, whatever its annotation file says."""
        near = tuple(rule for rule in self.rules if rule.may_cover(task))
        return replace(self, rules=near, base=None if self.base is None else self.base.restricted(task))

    @property
    def signature(self) -> str:
        """What tells the book from another one of the same name."""
        rules = sorted(f"{one.tasks}{one.types}{one.skills}{one.rank}{one.recipe.signature}" for one in self.rules)
        slips = sorted(slip.code for slip in self.slips)
        return "|".join([self.name, *slips, *rules, "" if self.base is None else self.base.signature])

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Every recipe of the book and of its base."""
        return (*(rule.recipe for rule in self.rules), *(() if self.base is None else self.base.recipes))

    def with_rules(self, rules: Iterable[Rule], name: str | None = None) -> RecipeBook:
        """The book with further rules; a rule for a task by name replaces one that the book has for it."""
        added = tuple(rules)
        named = {task for rule in added for task in rule.tasks}
        kept = []
        for rule in self.rules:
            left = tuple(task for task in rule.tasks if task not in named)
            if not rule.tasks:
                kept.append(rule)
            elif left:
                kept.append(replace(rule, tasks=left))
        return replace(self, name=name or f"{self.name}+own", rules=(*kept, *added))

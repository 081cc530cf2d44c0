"""The books of recipes: every task has one, graded, with a format that is described and can be made."""

from dataclasses import dataclass
from functools import partial

import pytest

from generallevel.benchmark import RecipeBook, Rule, general_bench
from generallevel.benchmark.recipes.answers import CAPTION, TEXT
from generallevel.benchmark.recipes.books import BOOKS, GENERAL_BENCH, formats, released
from generallevel.benchmark.recipes.recipe import Format, FromHeader, Item, Needs, Reader, Recipe
from generallevel.benchmark.recipes.slips import Slip
from generallevel.benchmark.task import PROTOCOLS, Task
from generallevel.errors import AmbiguousName, InvalidInput, NotComputable
from generallevel.testing.synthetic.tree import extractors, maker_of

TASKS = general_bench().tasks


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_every_task_has_one_recipe_in_the_metric_of_its_references(task: Task) -> None:
    recipe = GENERAL_BENCH.of(task, {})
    assert recipe.metric == task.metric
    assert recipe.grade in PROTOCOLS
    metric = recipe.declared
    settled = {name: value for name, value in recipe.params.items() if not isinstance(value, FromHeader | Needs)}
    stand_ins = {name: None for name in recipe.params if name not in settled}
    metric.parameters(recipe.variant, **settled, **stand_ins)  # nothing is unknown, nothing is left open
    low, high = metric.bounds
    assert low <= recipe.best <= high
    assert not metric.judged or recipe.ratings is not None or recipe.format.prediction is not None
    assert (recipe.format.reference is None) == (metric.pairing == "alone")
    assert maker_of(recipe)
    assert set(recipe.roles) <= set(extractors())


def test_no_two_formats_share_a_name() -> None:
    by_name: dict[str, set[int]] = {}
    for book in BOOKS.values():
        for recipe in book.recipes:
            by_name.setdefault(recipe.format.name, set()).add(hash(recipe.format))
    assert [name for name, found in by_name.items() if len(found) > 1] == []


def test_every_format_says_what_stands_where() -> None:
    assert len(formats()) > 80
    assert [one.name for one in formats() if len(one.description) < 20 or not one.description.endswith(".")] == []


def test_signatures_do_not_depend_on_the_process() -> None:
    assert all(" at 0x" not in recipe.signature for book in BOOKS.values() for recipe in book.recipes)


def test_a_signature_does_not_depend_on_who_else_looks_at_the_code() -> None:
    def reader(item: Item) -> tuple[object, ...]:
        return item.prediction, 1000.5, frozenset({"a", "b"}), (2, "c"), lambda: 1

    before = of_reader(reader)
    kept = [reader.__code__.co_consts, *reader.__code__.co_consts, reader.__code__.co_names]  # as a debugger does
    assert of_reader(reader) == before
    assert kept


def test_a_signature_changes_with_what_a_reader_does() -> None:
    def scaled(factor: float) -> Reader:
        return lambda item: item.prediction * factor

    def powered(item: Item, power: int = 2) -> float:
        return float(item.prediction**power)

    def shifted(item: Item) -> float:
        return float(item.prediction + 1)

    @dataclass(frozen=True)
    class Both:
        read: Reader

        def __call__(self, item: Item) -> object:
            return self.read(item)

    readers = [scaled(1.0), scaled(2.0), powered, partial(powered, power=3), partial(powered, power=4), shifted]
    readers += [Both(powered), Both(shifted)]
    signatures = [of_reader(reader) for reader in readers]
    assert len(set(signatures)) == len(readers)
    assert not any(" at 0x" in signature for signature in signatures)


def of_reader(reader: Reader) -> str:
    return Recipe("accuracy", Format("f", reader, None, "A number.")).signature


def test_the_most_specific_rule_wins_and_a_tie_is_an_error() -> None:
    (task,) = (task for task in TASKS if task.id == "image.comprehension.human-action-recognition")
    plain, special = Recipe("accuracy", TEXT), Recipe("accuracy", CAPTION)
    rules = (Rule(plain, metric="accuracy"), Rule(special, metric="accuracy", group="image"))
    assert RecipeBook("mine", rules).of(task, {}) is special
    typed = Rule(plain, types=("vqa",))
    assert RecipeBook("mine", (*rules, typed)).of(task, {"type": " VQA "}) is plain
    with pytest.raises(AmbiguousName, match="2 rules of the recipes 'mine' are equally specific"):
        RecipeBook("mine", (*rules, Rule(plain, metric="accuracy", group="image"))).of(task, {})
    with pytest.raises(NotComputable, match=r"the recipes 'mine' have none for accuracy on image\.comprehension"):
        RecipeBook("mine", ()).of(task, {})
    named = RecipeBook("mine", (Rule(plain, tasks=(task.id, "other")),)).with_rules([Rule(special, tasks=(task.id,))])
    assert named.of(task, {}) is special
    assert [rule.tasks for rule in named.rules] == [("other",), (task.id,)]


def test_the_released_book_falls_back_on_ours_and_carries_its_slips() -> None:
    book = released([Slip.MISSING_LEAVE_THE_DENOMINATOR])
    assert book.name == "released-Q9-Q10"
    (image,) = (task for task in TASKS if task.id == "image.comprehension.human-action-recognition")
    assert book.of(image, {}) is GENERAL_BENCH.of(image, {})
    assert BOOKS["released"].slips == frozenset(Slip)
    assert GENERAL_BENCH.slips == frozenset()
    assert released().signature != book.signature


def test_a_grade_is_one_of_four() -> None:
    with pytest.raises(InvalidInput, match="a recipe's grade is one of official, inferred, ours, unresolved"):
        Recipe("accuracy", TEXT, grade="fine")

"""Every image task: a synthetic sample is read through its recipe and scores what it must."""

import contextlib
import pickle
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark import general_bench
from generallevel.benchmark.recipes import image
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.image_boxes import BOX_FORMAT, BOXES_TEXT
from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.task import Task
from generallevel.errors import InvalidInput
from generallevel.testing.synthetic import answers
from generallevel.testing.synthetic import image as synthetic
from generallevel.testing.synthetic.image_extractors import EXTRACTORS
from generallevel.testing.synthetic.reading import items_of, score_sample
from generallevel.testing.synthetic.sample import Maker, Order, Sample

BOOK = RecipeBook("image", image.RULES)
TASKS = [task for task in general_bench().tasks if task.modality == "image"]
FIRST: dict[int, tuple[Task, Recipe]] = {}  # one task of each recipe
for one in TASKS:
    FIRST.setdefault(id(BOOK.of(one, {})), (one, BOOK.of(one, {})))
CASES = [*FIRST.values(), (TASKS[0], Recipe("ap50", BOXES_TEXT, params={"boxes": BOX_FORMAT}))]
MAKERS: dict[Any, Maker] = {**answers.MAKERS, **synthetic.MAKERS}


def made(task: Task, recipe: Recipe, n: int, folder: Path, size: int = 32) -> tuple[Order, Sample]:
    folders = [folder / name for name in ("bench", "perfect", "corrupted")]
    for place in folders:
        place.mkdir()
    order = Order(task, recipe, n, *folders, np.random.default_rng(7), size)
    maker = MAKERS.get((recipe.format.name, recipe.metric)) or MAKERS[recipe.format.name]
    return order, maker(order)


def test_every_task_has_one_recipe_of_its_metric() -> None:
    assert Counter(task.group for task in TASKS) == {"image.comprehension": 271, "image.generation": 45}
    assert [task.id for task in TASKS if BOOK.of(task, {}).metric != task.metric] == []


def test_tasks_named_by_rules_are_tasks() -> None:
    named = {name for rule in image.RULES for name in rule.tasks}
    assert named <= {task.id for task in TASKS}


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize(("task", "recipe"), CASES, ids=[f"{r.metric}-{r.format.name}-{r.variant}" for _, r in CASES])
def test_a_sample_scores_what_it_must(task: Task, recipe: Recipe, n: int, tmp_path: Path) -> None:
    order, sample = made(task, recipe, n, tmp_path)
    best, worse = (score_sample(order, sample, corrupted=side, extractors=EXTRACTORS) for side in (False, True))
    assert best.value == pytest.approx(recipe.best, rel=sample.tolerance, abs=1e-12)
    assert worse.value == pytest.approx(sample.corrupted_value, rel=sample.tolerance, abs=1e-12)
    assert len(sample.items) == n
    assert sample.corrupted_value != recipe.best


@pytest.mark.parametrize(("task", "recipe"), CASES, ids=[f"{r.metric}-{r.format.name}-{r.variant}" for _, r in CASES])
def test_a_sample_of_another_size_scores_the_same(task: Task, recipe: Recipe, tmp_path: Path) -> None:
    order, sample = made(task, recipe, 3, tmp_path, size=45)
    worse = score_sample(order, sample, corrupted=True, extractors=EXTRACTORS)
    assert worse.value == pytest.approx(sample.corrupted_value, rel=sample.tolerance, abs=1e-12)


def test_files_that_are_missing_cost_their_items_alone(tmp_path: Path) -> None:
    task = next(task for task in TASKS if task.metric == "sad")
    order, sample = made(task, BOOK.of(task, {}), 4, tmp_path)
    (order.perfect / "mattes/2.png").unlink()
    recipe, read = order.recipe, []
    for item in items_of(sample, sample.perfect, order.folder, order.perfect):
        with contextlib.suppress(InvalidInput):
            recipe.format.prediction(item)
            read.append(item.id)
    assert read == ["0", "1", "3"]


def test_every_recipe_travels_between_processes() -> None:
    for _, recipe in CASES:
        assert pickle.loads(pickle.dumps(recipe)).signature == recipe.signature
        assert " at 0x" not in recipe.signature


def test_every_format_has_a_maker_and_a_description() -> None:
    used = {one.name for one in (*(rule.recipe.format for rule in image.RULES), *image.FORMATS)}
    assert used <= MAKERS.keys()
    assert all(one.description.endswith(".") for one in image.FORMATS)
    names = [one.name for one in image.FORMATS]
    assert len(names) == len(set(names))


def test_grades_are_never_better_than_what_is_known() -> None:
    assert {rule.recipe.grade for rule in image.RULES if rule.recipe.metric in ("ap10", "sad", "mse")} == {"unresolved"}
    official = {rule.recipe.metric for rule in image.RULES if rule.recipe.grade == "official"}
    assert official == {"accuracy"}  # all that General-Bench documents for images

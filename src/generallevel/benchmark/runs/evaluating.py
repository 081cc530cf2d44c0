"""Evaluating: one call from a tree of task folders to a table of scores.

Folders are found and resolved to tasks, tasks are scored here or by joblib's workers
(`generallevel.benchmark.runs.workers`), and results are written down as they come.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generallevel._version import __version__
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.folders.answers import AnswerTree, answer_files
from generallevel.benchmark.folders.discovery import Discovery, TaskFolder, find_answers, find_task_folders
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.recipes.book import RecipeBook, Rule
from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.runs.evaluated import EvaluatedTable
from generallevel.benchmark.runs.journal import Journal, fingerprint_of
from generallevel.benchmark.runs.result import TaskResult
from generallevel.benchmark.runs.work import Job
from generallevel.benchmark.runs.workers import Backend, results
from generallevel.benchmark.scopes import select
from generallevel.benchmark.task import Task
from generallevel.errors import (
    InvalidInput,
    MissingExtra,
    UnknownName,
    UnknownScope,
    UnknownTask,
    did_you_mean,
)
from generallevel.findings import Finding

__all__ = ["chosen_book", "chosen_tasks", "evaluate"]


def evaluate(
    root: str | os.PathLike[str],
    *,
    predictions: str | os.PathLike[str] = "prediction.json",
    ratings: str | os.PathLike[str] = "ratings.json",
    tasks: str | Iterable[str] | None = None,
    extractors: Mapping[str, Any] | None = None,
    recipe: str | RecipeBook = "general-bench",
    recipes: Mapping[str, Recipe] | None = None,
    catalogue: Catalogue | None = None,
    model: str | None = None,
    split: str | None = None,
    keep_items: bool = False,
    n_jobs: int = 1,
    backend: Backend | None = None,
    run: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    limits: Limits = LIMITS,
) -> EvaluatedTable:
    """The scores of one model, from a tree of task folders.

    Parameters
    ----------
    root : path
        The tree: a folder with an ``annotation.json`` for each task, in the layout of General-Bench or near it.
    predictions : str or path, default "prediction.json"
        The name of the prediction file beside each annotation file; or another tree of the same shape that holds them,
        which no name in a prediction file can leave.
    ratings : str or path, default "ratings.json"
        Where the ratings of judged tasks lie, told in the same way.
    tasks : str or iterable of str, optional
        A scope (``"C:audio.generation"``), the name of a task, or several names; by default all tasks of the catalogue.
    extractors : mapping of role to object, optional
        What computes features, transcripts or the like: ``{"inception": ..., "transcriber": ...}``. A task whose role
        is not filled is reported as not scored.
    recipe : str or RecipeBook, default "general-bench"
        How tasks are scored; ``"released"`` as the released predictors do it.
    recipes : mapping of task to Recipe, optional
        Recipes of your own, for some tasks.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.
    model : str, optional
        The model's name, for the table.
    split : {"full", "open", "closed", "quick"}, optional
        Which items the tree holds, for the table.
    keep_items : bool, default False
        Keep the score of each item, and with it the standard error of means.
    n_jobs : int, default 1
        How many workers; -1 for all cores. The table is the same, bit for bit.
    backend : str, optional
        A joblib backend; by default loky, or what ``joblib.parallel_config`` says: Dask, Ray.
    run : path, optional
        A folder for the journal. A run that was stopped continues there; what has changed since is scored again.
    progress : bool, optional
        Whether to draw a progress bar; by default where somebody looks at the terminal and rich is installed.
    limits : Limits
        How much one file may ask for.

    Returns
    -------
    EvaluatedTable
        A row for each task that was asked for, in the order of the catalogue; `compute_level` takes it as it is.

    Raises
    ------
    InvalidInput
        If ``root`` or ``predictions`` is no folder; if the run folder holds something else, is in use or cannot be
        written; if what was given cannot be sent to workers.
    GeneralLevelError
        If a worker was killed.
    UnknownTask, UnknownScope, UnknownName
        If there is no such task, scope or book of recipes, or no recipe asks for an extractor of such a role.

    Notes
    -----
    What goes wrong inside a task never ends the run. An item that cannot be scored counts as a wrong answer, and its
    reason stands in ``result(task).reasons``; a task that cannot be scored is a row without a score, with its reason.
    """
    bench = catalogue or general_bench()
    wanted = chosen_tasks(tasks, bench)
    book = chosen_book(recipe, recipes or {}, bench)
    _refuse_slips(n_jobs, extractors or {}, book)
    top = _real(root)
    found = find_task_folders(top, bench, limits=limits)
    places = [folder.parts for folder in found.folders]
    answers = Answers(
        _tree(predictions, "prediction.json", bench, limits, places),
        _tree(ratings, "ratings.json", bench, limits, places),
    )
    jobs = [
        _job(folder, top, answers, book, extractors or {}, keep_items, limits)
        for folder in found.folders
        if folder.task.id in wanted
    ]
    done: dict[str, TaskResult] = {}
    with nullcontext() if run is None else Journal(Path(run)) as journal:
        if journal is not None:
            jobs = [replace(job, fingerprint=_fingerprint(job)) for job in jobs]
            found_again = (journal.known(job.task.id, job.fingerprint) for job in jobs)
            done = {result.task: result for result in found_again if result is not None}
            jobs = [job for job in jobs if job.task.id not in done]
        with _bar(len(jobs), progress) as advance:
            for result in results(jobs, n_jobs, backend):
                if journal is not None:
                    journal.write(result)
                done[result.task] = result
                advance()
    rows = [done.get(task.id) or _absent(task, found) for task in bench.tasks if task.id in wanted]
    findings = _findings(found, answers, rows)
    return EvaluatedTable.of(rows, findings, model=model, split=split, source=Path(root).absolute().name or "tree")


def _refuse_slips(n_jobs: int, extractors: Mapping[str, Any], book: RecipeBook) -> None:
    """What would cost every item its score, hours later, refused at once."""
    if n_jobs == 0:
        raise InvalidInput("n_jobs is a number of workers, or -1 for all cores, not 0")
    from generallevel.benchmark.recipes.books import BOOKS

    roles = {role for one in (book, *BOOKS.values()) for recipe in one.recipes for role in recipe.roles}
    for role, one in extractors.items():
        if role not in roles:
            raise UnknownName(
                f"no recipe asks for an extractor {role!r}; they ask for {', '.join(sorted(roles))}."
                f"{did_you_mean(role, roles)}"
            )
        if callable(one) and not all(isinstance(getattr(one, said, None), str) for said in ("name", "fingerprint")):
            raise InvalidInput(
                f"extractors[{role!r}], a {type(one).__name__}, has no name and fingerprint, which enter the signature "
                "of the score: wrap it, extractors.Wrapped(function, name=..., version=...)"
            )


def chosen_tasks(tasks: str | Iterable[str] | None, bench: Catalogue) -> set[str]:
    """The ids of the tasks that a scope or names mean; of all where nothing is said."""
    if tasks is None:
        return set(bench.ids)
    if isinstance(tasks, str):
        try:
            return {bench.tasks[place].id for place in select(bench, tasks).positions.tolist()}
        except UnknownScope:
            try:
                return {bench.resolve(tasks).id}
            except UnknownTask:
                pass
            raise
    return {bench.resolve(name).id for name in tasks}


def chosen_book(recipe: str | RecipeBook, own: Mapping[str, Recipe], bench: Catalogue) -> RecipeBook:
    """The book of a name or the book itself, with the user's own recipes in it."""
    from generallevel.benchmark.recipes.books import BOOKS

    if isinstance(recipe, str):
        if recipe not in BOOKS:
            raise UnknownName(f"there are no recipes {recipe!r}; wanted one of {', '.join(BOOKS)}, or a RecipeBook")
        recipe = BOOKS[recipe]
    if not own:
        return recipe
    return recipe.with_rules(Rule(one, tasks=(bench.resolve(name).id,)) for name, one in own.items())


@dataclass(frozen=True)
class Answers:
    """Where predictions and ratings lie: the name of a file beside each annotation file, or a tree."""

    predictions: str | AnswerTree
    ratings: str | AnswerTree

    @property
    def unresolved(self) -> dict[str, str]:
        """Folders of the trees whose task is not clear, with the reason."""
        trees = [tree for tree in (self.predictions, self.ratings) if isinstance(tree, AnswerTree)]
        return {folder: reason for tree in trees for folder, reason in tree.unresolved.items()}


def _tree(
    given: str | os.PathLike[str], name: str, bench: Catalogue, limits: Limits, places: Iterable[tuple[str, ...]]
) -> str | AnswerTree:
    tree = _real(given)
    if not tree.is_dir():
        return os.fspath(given)
    return find_answers(tree, bench, name=name, limits=limits, mirrored=places)


def _real(given: str | os.PathLike[str]) -> Path:
    """A path that means the same wherever a worker stands, and whatever links are turned to later."""
    try:
        return Path(os.path.realpath(given))
    except ValueError:  # a zero byte: told where it is looked for
        return Path(given)


def _job(
    folder: TaskFolder,
    root: Path,
    answers: Answers,
    book: RecipeBook,
    extractors: Mapping[str, Any],
    keep_items: bool,
    limits: Limits,
) -> Job:
    predictions = answer_files(folder, root, answers.predictions, limits)
    ratings = answer_files(folder, root, answers.ratings, limits, name="ratings.json")
    near = book.restricted(folder.task)
    roles = {role for one in near.recipes for role in one.roles}
    return Job(
        task=folder.task,
        folder=folder.relative,
        annotation=folder.annotation,
        predictions=predictions,
        ratings=ratings,
        files=Files(root, folder.path, limits),
        book=near,
        extractors={role: one for role, one in extractors.items() if role in roles},  # a network weighs in the post
        keep_items=keep_items,
    )


def _fingerprint(job: Job) -> str:
    extractors = {role: getattr(one, "fingerprint", f"{one!s:.200}") for role, one in job.extractors.items()}
    settings = {
        "version": __version__,
        "task": job.task.id,
        "book": job.book.signature,
        "extractors": extractors,
        "items": job.keep_items,
        "limits": repr(job.limits),
    }
    folders = [(one.folder, one.root) for one in (job.files, job.predictions.files)]
    documents = (job.annotation, job.predictions.path, job.ratings.path)
    return fingerprint_of(documents, folders, settings, most=job.limits.json_bytes)


# ------------------------------------------------------------------------------------------------------ the report


def _absent(task: Task, found: Discovery) -> TaskResult:
    """The row of a task without a folder, or with several."""
    places = found.duplicates.get(task.id)
    if places is None:
        return TaskResult(task.id, task.metric, "", reason="not run: there is no folder of the task")
    listed = ", ".join(places)
    return TaskResult(task.id, task.metric, "", reason=f"failed: {len(places)} folders claim it: {listed}", failed=True)


def _findings(found: Discovery, answers: Answers, rows: Sequence[TaskResult]) -> list[Finding]:
    unclear = [*((one.relative, one.reason) for one in found.unresolved), *answers.unresolved.items()]
    findings = [Finding("unresolved-folder", "warning", f"{folder}: {reason}") for folder, reason in unclear]
    for row in rows:
        if row.failed:
            findings.append(Finding("task-failed", "error", f"{row.task}: {row.reason}", row.task))
        elif row.reasons:
            gone, why = len(row.reasons), next(iter(row.reasons.items()))
            findings.append(
                Finding(
                    "items-missing",
                    "warning",
                    f"{row.task}: {gone} of {row.n_total} items are not scored on a prediction, the first {why[0]!r}: "
                    f"{why[1]}",
                    row.task,
                )
            )
        findings += [Finding("predictions-unused", "warning", f"{row.task}: {note}", row.task) for note in row.notes]
    return findings


def _bar(total: int, progress: bool | None) -> Any:
    """A progress bar as a context that gives the function to call after each task."""
    if progress is None:
        progress = sys.stderr.isatty() and _has_rich()
    if not progress or not total:
        return nullcontext(lambda: None)
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ImportError as slip:
        raise MissingExtra.of("rich", "cli", "a progress bar") from slip
    return _Bar(Progress(console=Console(stderr=True)), total)


def _has_rich() -> bool:
    from importlib.util import find_spec

    return find_spec("rich") is not None


class _Bar:
    def __init__(self, bar: Any, total: int) -> None:
        self.bar, self.total = bar, total

    def __enter__(self) -> Callable[[], None]:
        self.bar.__enter__()
        task = self.bar.add_task("scoring", total=self.total)
        return lambda: self.bar.advance(task)

    def __exit__(self, *slip: Any) -> None:
        self.bar.__exit__(*slip)

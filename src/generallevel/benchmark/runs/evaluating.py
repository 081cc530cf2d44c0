"""Evaluating: one call from a tree of task folders to a table of scores.

Folders are found and resolved to tasks, tasks are cut into units of work, units are scored here or by joblib's workers,
and results are written down as they come. What a unit yields does not depend on who scores it
(`generallevel.benchmark.runs.work`), so the number of workers never shows in the table.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

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
from generallevel.benchmark.runs.work import Job, Opened, Part, failed, merged, result_of, score_slices, score_task
from generallevel.benchmark.scopes import select
from generallevel.benchmark.task import Task
from generallevel.errors import GeneralLevelError, MissingExtra, UnknownName
from generallevel.findings import Finding

__all__ = ["evaluate"]

SPLIT_BYTES = 16 * 2**10  # ours: an annotation file of media below this, some hundred items, is one unit of work

Backend = Literal["loky", "multiprocessing", "threading"] | str


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
        A scope (``"C:audio.generation"``) or names of tasks; by default all tasks of the catalogue.
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
        If ``root`` or ``predictions`` is no folder, or the run folder holds something else.
    UnknownTask, UnknownScope, UnknownName
        If there is no such task, scope or book of recipes.

    Notes
    -----
    What goes wrong inside a task never ends the run. An item that cannot be scored counts as a wrong answer, and its
    reason stands in ``result(task).reasons``; a task that cannot be scored is a row without a score, with its reason.
    """
    bench = catalogue or general_bench()
    wanted = _wanted(tasks, bench)
    book = _book(recipe, recipes or {}, bench)
    found = find_task_folders(Path(root), bench, limits=limits)
    answers = Answers(
        _tree(predictions, "prediction.json", bench, limits), _tree(ratings, "ratings.json", bench, limits)
    )
    journal = None if run is None else Journal(Path(run))
    done: dict[str, TaskResult] = {}
    jobs = []
    for folder in found.folders:
        if folder.task.id not in wanted:
            continue
        job = _job(folder, Path(root), answers, book, extractors or {}, keep_items, limits)
        if journal is not None:
            job = replace(job, fingerprint=_fingerprint(job))
            known = journal.known(job.task.id, job.fingerprint)
            if known is not None:
                done[job.task.id] = known
                continue
        jobs.append(job)
    with _bar(len(jobs), progress) as advance:
        for result in _results(jobs, n_jobs, backend):
            if journal is not None:
                journal.write(result)
            done[result.task] = result
            advance()
    rows = [done.get(task.id) or _absent(task, found) for task in bench.tasks if task.id in wanted]
    findings = _findings(found, answers, rows)
    return EvaluatedTable.of(rows, findings, model=model, split=split, source=Path(root).name or "tree")


def _wanted(tasks: str | Iterable[str] | None, bench: Catalogue) -> set[str]:
    if tasks is None:
        return set(bench.ids)
    if isinstance(tasks, str):
        return {bench.tasks[place].id for place in select(bench, tasks).positions.tolist()}
    return {bench.resolve(name).id for name in tasks}


def _book(recipe: str | RecipeBook, own: Mapping[str, Recipe], bench: Catalogue) -> RecipeBook:
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


def _tree(given: str | os.PathLike[str], name: str, bench: Catalogue, limits: Limits) -> str | AnswerTree:
    return find_answers(given, bench, name=name, limits=limits) if Path(given).is_dir() else os.fspath(given)


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
    return Job(
        task=folder.task,
        folder=folder.relative,
        annotation=folder.annotation,
        predictions=predictions,
        ratings=ratings,
        files=Files(root, folder.path, limits),
        book=book.restricted(folder.task),
        extractors=extractors,
        keep_items=keep_items,
    )


def _fingerprint(job: Job) -> str:
    extractors = {role: getattr(one, "fingerprint", type(one).__qualname__) for role, one in job.extractors.items()}
    settings = {
        "version": __version__,
        "task": job.task.id,
        "book": job.book.signature,
        "extractors": extractors,
        "items": job.keep_items,
        "limits": repr(job.limits),
    }
    folders = [(one.folder, one.root) for one in (job.files, job.predictions.files)]
    return fingerprint_of((job.annotation, job.predictions.path, job.ratings.path), folders, settings)


# ------------------------------------------------------------------------------------------------- units of work


@dataclass(frozen=True)
class Unit:
    """A job, whole or some slices of it."""

    job: int
    which: tuple[int, ...] | None = None


def _units(jobs: Sequence[Job]) -> list[Unit]:
    """What is handed out, the largest first, so that no worker is left with a long task at the end."""
    units: list[tuple[int, Unit]] = []
    for place, job in enumerate(jobs):
        size = job.annotation.stat().st_size
        slices = _slices_of_media(job) if size > SPLIT_BYTES else range(1)
        if len(slices) > 1:
            units += [(SPLIT_BYTES + size, Unit(place, (number,))) for number in slices]
        else:
            units.append((size, Unit(place)))
    return [unit for _, unit in sorted(units, key=lambda entry: (-entry[0], entry[1].job, entry[1].which or ()))]


def _slices_of_media(job: Job) -> range:
    """The slices of a task whose items are files; one of everything where it is cheaper not to ask."""
    if not any(recipe.format.media for recipe in job.book.recipes):
        return range(1)
    try:
        opened = Opened(job)
        if opened.answers.path is None or opened.rated or not opened.recipe.format.media:
            return range(1)
        return opened.slices
    except GeneralLevelError:  # the worker meets it again, and reports it
        return range(1)


def _work(job: Job, which: tuple[int, ...] | None) -> TaskResult | Part:
    """What a worker does with a unit."""
    with _one_thread():
        if which is None:
            return score_task(job)
        try:
            return score_slices(job, which)
        except Exception as slip:  # noqa: BLE001 - as in score_task
            return failed(job, slip)


def _one_thread() -> Any:
    """One BLAS thread: workers would fight for the cores, and the number of threads shows in the last bits of sums."""
    return _pools().limit(limits=1)


@cache
def _pools() -> Any:
    import scipy.linalg  # noqa: F401 - loads the BLAS that is to be limited
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _results(jobs: Sequence[Job], n_jobs: int, backend: Backend | None) -> Iterator[TaskResult]:
    """The results as they come."""
    if n_jobs == 1 and backend is None:
        with _one_thread():
            yield from map(score_task, jobs)
        return
    units = _units(jobs)
    waiting: dict[int, dict[tuple[int, ...], TaskResult | Part]] = {}
    expected = {place: sum(unit.job == place for unit in units) for place in {unit.job for unit in units}}
    for unit, outcome in _parallel(jobs, units, n_jobs, backend):
        if unit.which is None:
            assert isinstance(outcome, TaskResult)
            yield outcome
            continue
        parts = waiting.setdefault(unit.job, {})
        parts[unit.which] = outcome
        if len(parts) == expected[unit.job]:
            yield _joined(jobs[unit.job], [parts[which] for which in sorted(waiting.pop(unit.job))])


def _joined(job: Job, outcomes: Sequence[TaskResult | Part]) -> TaskResult:
    """The result of a task from its slices, in their order; the first failure where there is one."""
    parts = []
    for outcome in outcomes:
        if isinstance(outcome, TaskResult):
            return outcome
        parts.append(outcome)
    opened = None
    try:
        opened = Opened(job)
        return result_of(opened, merged(parts))
    except GeneralLevelError as slip:
        return failed(job, slip, opened)


def _parallel(
    jobs: Sequence[Job], units: Sequence[Unit], n_jobs: int, backend: Backend | None
) -> Iterator[tuple[Unit, TaskResult | Part]]:
    from joblib import Parallel, delayed

    settings: dict[str, Any] = {} if backend is None else {"backend": backend}
    pool = Parallel(n_jobs=n_jobs, return_as="generator_unordered", **settings)
    yield from pool(delayed(_numbered)(unit, jobs[unit.job]) for unit in units)


def _numbered(unit: Unit, job: Job) -> tuple[Unit, TaskResult | Part]:
    return unit, _work(job, unit.which)


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

"""Grading: an archive of a stranger, scored on the side of whoever has the references."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.closed.entries import ARCHIVE_LIMITS, ArchiveLimits
from generallevel.benchmark.closed.report import SubmissionReport, SubmittedTask
from generallevel.benchmark.closed.unpacking import file_hash, unpack_submission
from generallevel.benchmark.folders.answers import answer_files
from generallevel.benchmark.folders.discovery import TaskFolder, find_answers, find_task_folders
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.runs.evaluating import chosen_tasks, evaluate
from generallevel.errors import InvalidInput

__all__ = ["score_submission"]

RATINGS = "ratings.json"


def score_submission(
    archive: str | os.PathLike[str],
    references: str | os.PathLike[str],
    *,
    ratings: str | os.PathLike[str] | None = None,
    extractors: Mapping[str, Any] | None = None,
    tasks: str | Iterable[str] | None = None,
    recipe: str | RecipeBook = "general-bench",
    recipes: Mapping[str, Recipe] | None = None,
    catalogue: Catalogue | None = None,
    model: str | None = None,
    split: str | None = "closed",
    salt: str = "",
    n_jobs: int = 1,
    backend: str | None = None,
    progress: bool | None = None,
    scratch: str | os.PathLike[str] | None = None,
    limits: Limits = LIMITS,
    archive_limits: ArchiveLimits = ARCHIVE_LIMITS,
) -> SubmissionReport:
    """The report on a submission to a closed set.

    Parameters
    ----------
    archive : path
        What `make_submission` wrote, as it came from a stranger.
    references : path
        The owner's task folders, whose items have their outputs.
    ratings : str or path, optional
        Where the owner's ratings of judged tasks lie: a file name beside each annotation file (``"ratings.json"`` by
        default), or a tree. None is ever read from the archive.
    extractors : mapping of role to object, optional
        What computes features, transcripts or the like, as for `evaluate`.
    tasks : str or iterable of str, optional
        A scope or names of tasks; by default all that the references hold.
    recipe : str or RecipeBook, default "general-bench"
        How tasks are scored.
    recipes : mapping of task to Recipe, optional
        Recipes of your own, for some tasks.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.
    model : str, optional
        The model's name, in place of the one in the archive.
    split : {"closed", "full", "open", "quick"}, optional
        Which items the set holds.
    salt : str, default ""
        A secret that goes into the hash of the references. Without one, somebody who knows the inputs could try out
        answers to a small set until the hash fits.
    n_jobs : int, default 1
        How many workers.
    backend : str, optional
        A joblib backend.
    progress : bool, optional
        Whether to draw a progress bar.
    scratch : path, optional
        Where the archive is unpacked, for as long as this runs; the system's temporary folder by default.
    limits : Limits
        How much one file may ask for.
    archive_limits : ArchiveLimits
        How much the archive may hold.

    Returns
    -------
    SubmissionReport
        Whose ``table`` is what `compute_level` takes.

    Raises
    ------
    UnsafeFile, InvalidInput
        If the archive is refused as a whole, as `unpack_submission` says, or the references hold none of the tasks.
    UnknownTask, UnknownScope, UnknownName
        If there is no such task, scope or book of recipes.

    Notes
    -----
    What is wrong with one task or one item of an archive that is sound as a whole costs that task or item, as in
    `evaluate`.
    """
    bench = catalogue or general_bench()
    wanted = chosen_tasks(tasks, bench)
    found = find_task_folders(references, bench, limits=limits)
    folders = [folder for folder in found.folders if folder.task.id in wanted]
    asked = {folder.task.id for folder in folders} | (found.duplicates.keys() & wanted)
    if not asked:
        raise InvalidInput(f"{Path(references).name!r:.80} holds references of none of the tasks that were asked for")
    places = {folder.task.id: folder.parts for folder in folders}
    with tempfile.TemporaryDirectory(prefix="generallevel-", dir=scratch) as temporary:
        manifest = unpack_submission(archive, temporary, places=places, limits=limits, archive_limits=archive_limits)
        table = evaluate(
            references,
            predictions=temporary,
            ratings=RATINGS if ratings is None else ratings,
            tasks=[task for task in bench.ids if task in asked],
            extractors=extractors,
            recipe=recipe,
            recipes=recipes,
            catalogue=bench,
            n_jobs=n_jobs,
            backend=backend,
            progress=progress,
            limits=limits,
        )
    return SubmissionReport(
        model=model if model is not None else manifest.model,
        catalogue=bench.name,
        split=split,
        tasks=tuple(map(SubmittedTask.of, table.results)),
        unknown_tasks=sum(task.task not in bench.index for task in manifest.tasks),
        archive_sha256=file_hash(archive),
        manifest_sha256=manifest.sha256,
        references_sha256=_hash_of_references(folders, Path(references), ratings, bench, salt, limits),
    )


def _hash_of_references(
    folders: Sequence[TaskFolder],
    root: Path,
    ratings: str | os.PathLike[str] | None,
    bench: Catalogue,
    salt: str,
    limits: Limits,
) -> str:
    """One hash of every file in the owner's task folders and of the ratings: by task, name and content."""
    digest = hashlib.sha256(hashlib.sha256(salt.encode()).digest())
    given: Any = RATINGS if ratings is None else ratings
    if Path(given).is_dir():
        given = find_answers(given, bench, name=RATINGS, limits=limits)
    for folder in sorted(folders, key=lambda one: one.task.id):
        files = {path.relative_to(folder.path).as_posix(): path for path in folder.path.rglob("*") if path.is_file()}
        rated = answer_files(folder, root, given, limits, name=RATINGS).path
        if rated is not None:
            files[f"/{RATINGS}"] = rated
        for name in sorted(files):
            digest.update(f"{folder.task.id}\0{name}\0{file_hash(files[name])}\n".encode(errors="backslashreplace"))
    return digest.hexdigest()

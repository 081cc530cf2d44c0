"""Packing: the predictions for a closed set, checked as an evaluation would, in one archive.

Layout of the archive: a folder for each task with its ``prediction.json`` and the media that it names, and
``manifest.json``. The prediction file is written anew with what pairs with an item, so that nothing else of the
submitter's travels: no entries for other items, no keys beside the prediction.

The archive is deterministic: the same predictions give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.closed.entries import (
    ARCHIVE_LIMITS,
    MANIFEST,
    PREDICTIONS,
    ArchiveLimits,
    flaw_of_name,
    same_on_any_disk,
)
from generallevel.benchmark.closed.manifest import Manifest, PackedFile, PackedTask, is_a_name
from generallevel.benchmark.closed.named_files import NamedFiles
from generallevel.benchmark.closed.reading import unreadable
from generallevel.benchmark.closed.unpacking import file_hash
from generallevel.benchmark.folders.answers import AnswerFile, AnswerTree, answer_files
from generallevel.benchmark.folders.discovery import TaskFolder, find_answers, find_task_folders
from generallevel.benchmark.folders.documents import Annotation, read_annotation, read_predictions
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.folders.limits import LIMITS, Limits
from generallevel.benchmark.folders.pairing import Pairing, pair
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.recipe import Recipe
from generallevel.benchmark.runs.evaluating import chosen_book, chosen_tasks
from generallevel.errors import GeneralLevelError, InvalidInput, UnsafeFile
from generallevel.findings import Finding

__all__ = ["Submission", "make_submission"]

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can tell
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3  # APPNOTE 4.4.2: whose permissions an entry has
_CHUNK = 2**20
_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}(?<!\.)")
_SHOWN = 5  # ours: problems that an error spells out


@dataclass(frozen=True)
class Submission:
    """An archive of predictions, and what is wrong with it.

    Attributes
    ----------
    archive : Path
        The zip file.
    manifest : Manifest
        What it says of itself: tasks, counts, hashes.
    sha256 : str
        The hash of the archive.
    size : int
        Its bytes.
    findings : tuple of Finding
        Items without a prediction that can be used, media that are not there, predictions for no item, tasks whose
        files cannot be read.
    """

    archive: Path
    manifest: Manifest
    sha256: str
    size: int
    findings: tuple[Finding, ...]

    @property
    def n_items(self) -> int:
        """Items of the tasks in the archive."""
        return sum(task.n_items for task in self.manifest.tasks)

    @property
    def n_answered(self) -> int:
        """Items of these tasks that have a prediction."""
        return sum(task.n_answered for task in self.manifest.tasks)

    @property
    def n_files(self) -> int:
        """Files in the archive beside the manifest."""
        return sum(len(task.files) for task in self.manifest.tasks)

    def __str__(self) -> str:
        lines = [
            f"{self.archive.name}: {len(self.manifest.tasks)} tasks, {self.n_answered:,} of {self.n_items:,} items "
            f"answered, {self.n_files:,} files, {self.size:,} bytes",
            f"  sha256 {self.sha256}",
        ]
        return "\n".join([*lines, *(f"  {finding}" for finding in self.findings)])


def make_submission(
    root: str | os.PathLike[str],
    *,
    predictions: str | os.PathLike[str] = PREDICTIONS,
    archive: str | os.PathLike[str] = "submission.zip",
    model: str | None = None,
    tasks: str | Iterable[str] | None = None,
    recipe: str | RecipeBook = "general-bench",
    recipes: Mapping[str, Recipe] | None = None,
    catalogue: Catalogue | None = None,
    strict: bool = False,
    limits: Limits = LIMITS,
    archive_limits: ArchiveLimits = ARCHIVE_LIMITS,
) -> Submission:
    """An archive of the predictions for a closed set, each checked as far as it can be without its reference.

    Parameters
    ----------
    root : path
        The public side of the set: task folders as for `evaluate`, whose items have an input and no output.
    predictions : str or path, default "prediction.json"
        The name of the prediction file beside each annotation file, or another tree.
    archive : path, default "submission.zip"
        Where it is written; a file that is there is replaced.
    model : str, optional
        The model's name.
    tasks : str or iterable of str, optional
        A scope or names of tasks; by default all that the tree holds.
    recipe : str or RecipeBook, default "general-bench"
        Whose readers try the predictions.
    recipes : mapping of task to Recipe, optional
        Recipes of your own, for some tasks.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.
    strict : bool, default False
        Raise where anything is wrong, and write nothing.
    limits : Limits
        How much one file may ask for.
    archive_limits : ArchiveLimits
        How much the archive may hold; the owner refuses one that holds more.

    Returns
    -------
    Submission

    Raises
    ------
    InvalidInput
        If there is no such tree, no task of it has a prediction file that can be read, the archive cannot be written,
        or, where that is asked for, anything is wrong.
    UnsafeFile
        If the archive would hold more than the limits allow.
    UnknownTask, UnknownScope, UnknownName
        If there is no such task, scope or book of recipes.
    """
    if model is not None and not is_a_name(model):
        raise InvalidInput(f"the model's name is {model!r:.80}; wanted a short text of printable characters")
    bench = catalogue or general_bench()
    wanted, book = chosen_tasks(tasks, bench), chosen_book(recipe, recipes or {}, bench)
    found = find_task_folders(root, bench, limits=limits)
    given: str | os.PathLike[str] | AnswerTree = predictions
    if Path(predictions).is_dir():
        given = find_answers(predictions, bench, limits=limits)
    findings = [Finding("unresolved-folder", "warning", f"{one.relative}: {one.reason}") for one in found.unresolved]
    findings += [
        Finding("task-failed", "error", f"{task}: {len(places)} folders claim it: {', '.join(places)}", task)
        for task, places in found.duplicates.items()
        if task in wanted
    ]
    folders = sorted((one for one in found.folders if one.task.id in wanted), key=lambda one: _folder_of(one.task.id))
    target = Path(archive)
    with _written(target) as stream:
        packer = _Packer(stream, book, limits, archive_limits)
        with packer.archive:
            for folder in folders:
                packer.add(folder, answer_files(folder, root, given, limits))
            findings += [*packer.findings, *_on_waiting(packer.waiting)]
            _refuse(packer, findings, len(folders), strict)
            manifest = Manifest(model, bench.name, tuple(packer.tasks))
            packer.write_manifest(manifest)
    return Submission(target, manifest, file_hash(target), target.stat().st_size, tuple(findings))


def _refuse(packer: _Packer, findings: list[Finding], n_folders: int, strict: bool) -> None:
    """Raise where there is nothing to send, or where a careful submitter wants to hear of problems first."""
    problems = [finding for finding in findings if finding.severity != "info"]
    told = "".join(f"\n  {finding}" for finding in problems[:_SHOWN])
    more = f"\n  and {len(problems) - _SHOWN:,} more" if len(problems) > _SHOWN else ""
    if not packer.tasks:
        raise InvalidInput(
            f"none of the {n_folders} task folders has a prediction file that can be packed. Is predictions= the name "
            f"of the file in each, or the tree that holds them?{told}{more}"
        )
    if strict and problems:
        raise InvalidInput(f"the predictions are not as they should be, and nothing was written:{told}{more}")


def _on_waiting(tasks: list[str]) -> Iterator[Finding]:
    if tasks:
        listed = ", ".join(tasks[:_SHOWN]) + (", ..." if len(tasks) > _SHOWN else "")
        yield Finding("items-missing", "info", f"{len(tasks)} tasks of the set have no prediction file: {listed}")


class _Packer:
    """What writes the tasks into an archive, one after the other, and keeps what is wrong with them."""

    def __init__(self, stream: BinaryIO, book: RecipeBook, limits: Limits, archive_limits: ArchiveLimits) -> None:
        self.archive = zipfile.ZipFile(stream, "w")
        self.book, self.limits, self.archive_limits = book, limits, archive_limits
        self.tasks: list[PackedTask] = []
        self.findings: list[Finding] = []
        self.waiting: list[str] = []
        self.n_files = self.n_bytes = 0

    def add(self, folder: TaskFolder, answers: AnswerFile) -> None:
        """Check and write one task."""
        task = folder.task.id
        if answers.path is None:
            if answers.reason:
                self.say("task-failed", "error", task, answers.reason)
            else:
                self.waiting.append(task)
            return
        try:
            annotation = read_annotation(folder.annotation, self.limits)
            read = read_predictions(answers.path, self.limits, ids={item.id for item in annotation.items})
        except GeneralLevelError as slip:
            self.say("task-failed", "error", task, str(slip))
            return
        paired = pair(annotation, read)
        for note in paired.notes:
            self.say("predictions-unused", "warning", task, note)
        media = self._media(folder, answers, annotation, paired)
        self._write(folder, annotation, paired, media)

    def say(self, code: str, severity: Any, task: str, message: str) -> None:
        """Keep a finding."""
        self.findings.append(Finding(code, severity, f"{task}: {message}", task))

    def _media(
        self, folder: TaskFolder, answers: AnswerFile, annotation: Annotation, paired: Pairing
    ) -> dict[str, Path]:
        """The files that go along, after a finding on every item that has no usable prediction."""
        task = folder.task
        assert answers.path is not None
        try:
            recipe = self.book.of(task, annotation.header)
        except GeneralLevelError:  # a benchmark of their own, without a recipe on this side
            recipe = None
        own = answers.path.name
        named = NamedFiles(
            answers.files, own, folders=recipe is None or recipe.format.media, archive_limits=self.archive_limits
        )
        public = Files(answers.files.root, folder.path, self.limits)
        reasons: dict[str, str] = {}
        for item in paired.items:
            reason = paired.reasons.get(item.id)
            if item.prediction is None:
                reasons[item.id] = reason or "no prediction"
                continue
            named.add(item.prediction)
            slip = unreadable(recipe, item, annotation.header, public, answers.files)
            if slip is not None:
                reasons[item.id] = slip
        if reasons:
            first, why = next(iter(reasons.items()))
            gone = f"{len(reasons)} of {len(paired.items)} items have no prediction that can be used"
            self.say("items-missing", "warning", task.id, f"{gone}, the first {first!r:.60}: {why}")
        keys = {same_on_any_disk(PREDICTIONS): PREDICTIONS}
        media = {}
        for name, path in sorted(named.found.items()):
            other = keys.setdefault(same_on_any_disk(name), name)
            if other == name:
                media[name] = path
            else:
                named.refused[name] = f"{other!r:.80} is the same name on some disks"
        for name, slip in sorted(named.refused.items()):
            self.say("items-missing", "warning", task.id, f"the file {name!r:.80} is not packed: {slip}")
        return media

    def _write(self, folder: TaskFolder, annotation: Annotation, paired: Pairing, media: Mapping[str, Path]) -> None:
        answered = [item for item in paired.items if item.prediction is not None]
        entries = [{"id": item.id, "prediction": item.prediction} for item in answered]
        said = annotation.header.get("task")
        document = {"task": said if isinstance(said, str) else folder.task.id, "data": entries}
        content = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        place = _folder_of(folder.task.id)
        packed = []
        for name in sorted([PREDICTIONS, *media]):
            self.n_files += 1
            if name == PREDICTIONS:
                with io.BytesIO(content) as source:
                    packed.append(self._member(place, name, source, len(content)))
            else:
                with media[name].open("rb") as source:
                    packed.append(self._member(place, name, source, media[name].stat().st_size))
        self.tasks.append(PackedTask(folder.task.id, place, len(paired.items), len(entries), tuple(packed)))

    def _member(self, place: str, name: str, source: BinaryIO, size: int) -> PackedFile:
        """Write one file: JSON deflated, media as they are, which mostly are packed already."""
        self.n_bytes += size
        if self.n_files > self.archive_limits.members or self.n_bytes > self.archive_limits.total_bytes:
            raise UnsafeFile(
                f"the submission would hold more than {self.archive_limits.members:,} files or "
                f"{self.archive_limits.total_bytes:,} bytes: ask the owner of the set for larger ArchiveLimits"
            )
        digest, written = hashlib.sha256(), 0
        with self._entry(f"{place}/{name}", deflated=name == PREDICTIONS, size=size) as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                written += out.write(chunk)
        return PackedFile(name, written, digest.hexdigest())

    def _entry(self, member: str, *, deflated: bool, size: int) -> Any:
        entry = zipfile.ZipInfo(member, _LONG_AGO)
        entry.external_attr, entry.create_system = _PLAIN_FILE, _UNIX
        entry.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
        return self.archive.open(entry, "w", force_zip64=size >= 2**31)

    def write_manifest(self, manifest: Manifest) -> None:
        """Write what the archive says of itself."""
        content = manifest.to_bytes()
        with self._entry(MANIFEST, deflated=True, size=len(content)) as out:
            out.write(content)


def _folder_of(task: str) -> str:
    """The folder of a task in the archive: its id, or a name made of it where no folder may be called so."""
    if _PLAIN_FOLDER.fullmatch(task) and flaw_of_name(task) is None:
        return task
    return f"task-{hashlib.sha256(task.encode(errors='replace')).hexdigest()[:32]}"


@contextmanager
def _written(target: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes a file once all of it is there, and not before."""
    beside = target.with_name(f"{target.name}.part")
    try:
        stream = beside.open("wb")
    except OSError as slip:
        raise InvalidInput(f"the archive {target.name!r:.80} cannot be written: {slip.strerror}") from None
    try:
        with stream:
            yield stream
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)

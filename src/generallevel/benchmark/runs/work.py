"""The work of a run: one task, or some slices of one, from files to a tally.

A task is scored in slices of a fixed number of items, and slices are added in their order. So the sums of floats do not
depend on who scored a slice, and one process or twenty give the same bits.

Who is to blame decides what an error costs. What a submitter wrote costs that submitter the item, whatever goes wrong
with it. What the owner of the benchmark wrote, and a library or an extractor that is not there, fails the task.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from generallevel.benchmark.folders.answers import AnswerFile
from generallevel.benchmark.folders.documents import Annotation, read_annotation, read_predictions, read_ratings
from generallevel.benchmark.folders.files import Files
from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.folders.pairing import Pairing, pair
from generallevel.benchmark.recipes.book import RecipeBook
from generallevel.benchmark.recipes.recipe import Item, Needs, Reader, Recipe
from generallevel.benchmark.recipes.slips import Slip
from generallevel.benchmark.runs.result import TaskResult
from generallevel.benchmark.task import PROTOCOLS, Task
from generallevel.errors import GeneralLevelError, InvalidInput, MissingExtra, NotComputable, UndefinedScore
from generallevel.registry import Metric
from generallevel.scoring import ItemScore, Score, Stream
from generallevel.tallies import Additive

__all__ = ["VALUES_IN_SLICE", "Job", "Part", "merged", "result_of", "score_slices", "score_task"]

# Ours: long enough for the array bodies, short enough that the large tasks keep many workers busy. To change one moves
# the last bits of sums of floats.
VALUES_IN_SLICE = 1024
MEDIA_IN_SLICE = 64
NOTHING = ("no prediction", "no rating")
UNEXPECTED = "unexpected"  # opens the reason of an error that no reader and no metric has meant


@dataclass(frozen=True)
class Job:
    """One task to be scored, as it travels to a worker.

    Attributes
    ----------
    task : Task
        The task.
    folder : str
        Its folder, from the root of the run.
    annotation : Path
        The annotation file.
    predictions, ratings : AnswerFile
        The prediction and the ratings file, with the folder from which the media that they name are opened.
    files : Files
        From where the media of the references are opened.
    book : RecipeBook
        The rules that may stand for the task.
    extractors : mapping
        What the user supplies.
    keep_items : bool
        Whether the score of each item is wanted.
    fingerprint : str
        What the journal knows the result by.
    """

    task: Task
    folder: str
    annotation: Path
    predictions: AnswerFile
    ratings: AnswerFile
    files: Files
    book: RecipeBook
    extractors: Mapping[str, Any] = field(default_factory=dict)
    keep_items: bool = False
    fingerprint: str = ""

    @property
    def limits(self) -> Limits:
        """How much one file may ask for."""
        return self.files.limits


@dataclass
class Part:
    """What some slices of a task have yielded; parts add in the order of their slices."""

    stream: Stream
    reasons: dict[str, str] = field(default_factory=dict)
    n_total: int = 0
    reading: float = 0.0
    scoring: float = 0.0

    def add(self, other: Part) -> None:
        """Take in the part of the slices that follow."""
        self.stream.merge(other.stream)
        self.reasons.update(other.reasons)
        self.n_total += other.n_total
        self.reading += other.reading
        self.scoring += other.scoring


class Opened:
    """The JSON files of a job, read and paired, with its recipe."""

    def __init__(self, job: Job) -> None:
        started = perf_counter()
        self.job = job
        self.annotation: Annotation = read_annotation(job.annotation, job.limits)
        self.recipe: Recipe = job.book.of(job.task, self.annotation.header)
        self.seconds = perf_counter() - started

    @cached_property
    def rated(self) -> bool:
        """Whether scores come from the ratings file: always of judged metrics, else where an extractor is not given."""
        if self.recipe.ratings is None:
            return False
        unfilled = [role for role in self.recipe.roles if role not in self.job.extractors]
        return self.recipe.declared.judged or (bool(unfilled) and self.job.ratings.path is not None)

    @cached_property
    def answers(self) -> AnswerFile:
        """The file that holds what is scored."""
        return self.job.ratings if self.rated else self.job.predictions

    @cached_property
    def pairing(self) -> Pairing:
        """The items with their predictions. The prediction file must be there."""
        path = self.answers.path
        assert path is not None
        started = perf_counter()
        if self.rated:
            answers = read_ratings(path, self.job.limits)
        else:
            answers = read_predictions(path, self.job.limits, ids={item.id for item in self.annotation.items})
        paired = pair(self.annotation, answers)
        self.seconds += perf_counter() - started
        return paired

    def stream(self) -> Stream:
        """An empty stream of the task's metric. Raises where a parameter cannot be settled."""
        recipe = self.recipe
        if self.rated:
            recipe = replace(recipe, params={k: v for k, v in recipe.params.items() if not isinstance(v, Needs)})
        return Stream(
            recipe.metric,
            variant=recipe.variant,
            keep_items=self.job.keep_items and recipe.declared.pairing != "unpaired",
            errors="missing",
            **recipe.parameters(self.annotation.header, self.job.extractors),
        )

    @property
    def size(self) -> int:
        """How many items a slice has."""
        return MEDIA_IN_SLICE if self.recipe.format.media and not self.rated else VALUES_IN_SLICE

    @property
    def slices(self) -> range:
        """The numbers of the slices."""
        return range(max(1, math.ceil(len(self.annotation.items) / self.size)))


def score_task(job: Job) -> TaskResult:
    """The result of one task; an error of its files is a result too.

    Parameters
    ----------
    job : Job
        The task.

    Returns
    -------
    TaskResult
    """
    opened = None
    try:
        opened = Opened(job)
        if opened.recipe.metric != job.task.metric:
            return _of_another_metric(opened)
        if opened.answers.path is None:
            return _without_answers(opened)
        return result_of(opened, score_slices(job, opened.slices, opened))
    except Exception as slip:  # noqa: BLE001 - the run goes on; the result keeps the error
        return failed(job, slip, opened)


def score_slices(job: Job, which: Sequence[int], opened: Opened | None = None) -> Part:
    """The tally of some slices of a task.

    Parameters
    ----------
    job : Job
        The task.
    which : sequence of int
        Numbers of slices, ascending.
    opened : Opened, optional
        Its JSON files, where they are read already.

    Returns
    -------
    Part

    Raises
    ------
    GeneralLevelError
        What the owner's files, a library or an extractor that is not there are to blame for.
    """
    opened = opened or Opened(job)
    paired = opened.pairing
    before, opened.seconds = opened.seconds, 0.0
    whole = Part(opened.stream(), reading=before)
    for number in which:
        part = Part(opened.stream())
        with np.errstate(all="ignore"):  # of a stranger's 1e308; what comes of it is refused where it is no score
            _fold(opened, paired, slice(number * opened.size, (number + 1) * opened.size), part)
        whole.add(part)
    return whole


def merged(parts: Sequence[Part]) -> Part:
    """The parts of consecutive slices as one."""
    first, *rest = parts
    for part in rest:
        first.add(part)
    return first


def _fold(opened: Opened, paired: Pairing, span: slice, part: Part) -> None:
    """Read and score the items of one slice."""
    started = perf_counter()
    present: list[tuple[str, Any, Any]] = []
    one_by_one = opened.recipe.format.media or opened.job.keep_items or part.stream.metric.pairing == "unpaired"
    for name, pred, ref, reason in _rows(opened, paired, span, part):
        if pred is not None and not one_by_one:
            present.append((name, pred, ref))
            continue
        now = perf_counter()
        part.reading += now - started
        _add(part, name, pred, ref, reason)
        started = perf_counter()
        part.scoring += started - now
    now = perf_counter()
    part.reading += now - started
    if present:
        _extend(part, present, opened.stream)
    part.scoring += perf_counter() - now
    if part.stream.metric.pairing != "unpaired":
        part.reasons.update(part.stream.reasons)


def _rows(opened: Opened, paired: Pairing, span: slice, part: Part) -> Iterator[tuple[str, Any, Any, str | None]]:
    """Id, prediction, reference and the reason for having no prediction, item by item."""
    recipe, job = opened.recipe, opened.job
    reader = recipe.ratings if opened.rated and recipe.ratings is not None else recipe.format.prediction
    takes_references = part.stream.metric.pairing != "alone" and recipe.format.reference is not None
    for raw in paired.items[span]:
        item = Item(
            raw.id, raw.input, raw.output, raw.prediction, opened.annotation.header, job.files, opened.answers.files,
            raw.extra,
        )  # fmt: skip
        part.n_total += 1
        ref = _reference(recipe.format.reference, item) if takes_references else None
        reason = paired.reasons.get(raw.id)
        pred = None
        if reason is None and raw.prediction is None:
            reason = NOTHING[opened.rated]
        if reason is None:
            pred, reason = _prediction(reader, item)
        if reason is not None and Slip.MISSING_LEAVE_THE_DENOMINATOR in job.book.slips:
            part.n_total -= 1
            continue
        if reason is not None and recipe.format.absent is not None:
            part.reasons[raw.id] = reason
            pred, reason = recipe.format.absent(item), None
        yield raw.id, pred, ref, reason


def _reference(reader: Reader | None, item: Item) -> Any:
    assert reader is not None
    try:
        return reader(item)
    except (MissingExtra, NotComputable):
        raise
    except Exception as slip:
        told = str(slip) if isinstance(slip, GeneralLevelError) else _unexpected(slip)
        raise InvalidInput(f"the reference of item {item.id!r} cannot be read: {told}") from slip


def _prediction(reader: Reader, item: Item) -> tuple[Any, str | None]:
    """The prediction, or why it cannot be read."""
    try:
        pred = reader(item)
    except (MissingExtra, NotComputable):
        raise
    except GeneralLevelError as slip:
        return None, str(slip)
    except Exception as slip:  # noqa: BLE001 - a stranger's file must not end the run; the reason keeps the error
        return None, _unexpected(slip)
    return pred, "it reads as nothing" if pred is None else None


def _unexpected(slip: Exception) -> str:
    return f"{UNEXPECTED} {type(slip).__name__}: {slip}"


def _add(part: Part, name: str, pred: Any, ref: Any, reason: str | None) -> None:
    """One item into the stream; both sides apart where the metric compares two sets."""
    if part.stream.metric.pairing != "unpaired":
        counted = part.stream.n_counted
        try:
            part.stream.add(pred, ref, id=name, reason=reason)
        except (MissingExtra, NotComputable):
            raise
        except Exception as slip:
            if pred is None:
                raise
            part.stream.add(None, ref, id=name, reason=_unexpected(slip))
        if part.stream.metric.absent is not None and part.stream.n_counted == counted:
            raise _bad_reference(name, part.stream)
        return
    if ref is not None:
        refused = _refused(part.stream, None, ref)
        if refused is not None:  # a smaller set of real ones would be another metric
            raise InvalidInput(f"the reference of item {name!r} cannot be scored: {refused}")
    if pred is None:
        part.reasons[name] = str(reason)
        return
    refused = _refused(part.stream, pred, None)
    if refused is not None:
        part.reasons[name] = refused


def _bad_reference(name: str, stream: Stream) -> InvalidInput:
    """The error of a reference against which not even the answer of an absent prediction can be scored."""
    return InvalidInput(f"the reference of item {name!r} cannot be scored: {stream.reasons[name]}")


def _refused(stream: Stream, pred: Any, ref: Any) -> str | None:
    """Why a member of one of two sets cannot be scored; None where it is."""
    before = len(stream.reasons)
    try:
        stream.add(pred, ref)
    except (MissingExtra, NotComputable):
        raise
    except Exception as slip:  # noqa: BLE001 - as in `_prediction`
        return _unexpected(slip)
    return next(reversed(stream.reasons.values())) if len(stream.reasons) > before else None


def _extend(part: Part, present: Sequence[tuple[str, Any, Any]], fresh: Callable[[], Stream]) -> None:
    """Items with a prediction into the stream, together where the metric can."""
    names, preds, refs = map(list, zip(*present, strict=True))
    stream = part.stream
    before, counted = stream.n_total, stream.n_counted
    try:
        stream.extend(preds, None if stream.metric.pairing == "alone" else refs, ids=names)
    except (MissingExtra, NotComputable):
        raise
    except Exception:  # noqa: BLE001 - one of them breaks the array body: the loop finds which
        for name, pred, ref in present[stream.n_total - before :]:
            _add(part, name, pred, ref, None)
    if stream.metric.absent is None or stream.n_counted - counted == len(present):
        return
    for name, _, ref in present:
        if name in stream.reasons and not _counts(ref, fresh()):
            raise _bad_reference(name, stream)


def _counts(ref: Any, stream: Stream) -> bool:
    """Whether a reference can be scored against the answer of an absent prediction."""
    stream.add(None, ref)
    return stream.n_counted > 0


def _of_another_metric(opened: Opened) -> TaskResult:
    """The result where the recipe scores what the references of the task are not in."""
    metric, job = opened.recipe.metric, opened.job
    reason = f"the recipe scores {metric}, and the references of the task are in {job.task.metric}"
    silent = Slip.ROWS_MATCHED_BY_METRIC in job.book.slips
    kind = "not run: " if silent else "failed: "
    return replace(_blank(job, opened), reason=kind + reason, failed=not silent, n_total=len(opened.annotation.items))


def _without_answers(opened: Opened) -> TaskResult:
    """The result where there is no file to score."""
    wanted = "ratings" if opened.rated else "prediction"
    reason = f"failed: {opened.answers.reason}" if opened.answers.reason else f"not run: there is no {wanted} file"
    blank = _blank(opened.job, opened)
    return replace(blank, reason=reason, failed=bool(opened.answers.reason), n_total=len(opened.annotation.items))


def failed(job: Job, slip: Exception, opened: Opened | None = None) -> TaskResult:
    """The result of a task that an error has ended."""
    needed = isinstance(slip, NotComputable | MissingExtra)
    told = str(slip) if isinstance(slip, GeneralLevelError) else _unexpected(slip)
    reason = f"{'not scored' if needed else 'failed'}: {told}"
    total = 0 if opened is None else len(opened.annotation.items)
    return replace(_blank(job, opened), reason=reason, failed=not needed, n_total=total)


def _blank(job: Job, opened: Opened | None) -> TaskResult:
    declared = job.task.metric
    blank = TaskResult(job.task.id, declared, "", folder=job.folder, fingerprint=job.fingerprint)
    if opened is None:
        return blank
    recipe = opened.recipe
    named = f"{job.book.name}: {recipe.format.name}, {recipe.metric}, {recipe.variant}"
    grade = max(recipe.grade, job.task.protocol, key=PROTOCOLS.index)
    unit = recipe.declared.unit
    if Slip.FRACTIONS_BESIDE_PERCENT in job.book.slips and unit == "fraction" and job.task.paradigm is None:
        unit = job.task.unit
    return replace(blank, metric=recipe.metric, unit=unit, recipe=named, grade=grade)


def result_of(opened: Opened, part: Part) -> TaskResult:
    """The result of a task whose slices are all there.

    Parameters
    ----------
    opened : Opened
        The task's files.
    part : Part
        All of its slices.

    Returns
    -------
    TaskResult
    """
    metric, stream = opened.recipe.declared, part.stream
    n_scored = part.n_total - len(part.reasons)
    blank = replace(
        _blank(opened.job, opened),
        n_total=part.n_total,
        n_scored=n_scored,
        n_counted=n_scored if metric.pairing == "unpaired" else stream.n_counted,
        reasons=part.reasons,
        notes=tuple(opened.pairing.notes),
        signature=stream.signature,
        seconds={"reading": part.reading + opened.seconds, "scoring": part.scoring},
    )
    if n_scored == 0:
        return _nothing_scored(blank, metric)
    try:
        score = stream.score()
    except GeneralLevelError as slip:
        undefined = isinstance(slip, UndefinedScore)
        return replace(blank, reason=f"{'undefined' if undefined else 'failed'}: {slip}", failed=not undefined)
    return replace(
        blank,
        value=score.value,
        statistics=_statistics(score),
        items=score.items and tuple(ItemScore(one.id, one.value, part.reasons.get(one.id)) for one in score.items),
        standard_error=_standard_error(score),
    )


def _nothing_scored(blank: TaskResult, metric: Metric) -> TaskResult:
    """The result where no item has a prediction: the worst score, where there is one and it is worth nothing."""
    given = [reason for reason in blank.reasons.values() if reason not in NOTHING]
    if given and all(reason.startswith(UNEXPECTED) for reason in given):  # the slip of a reader or an extractor
        return replace(blank, reason=f"failed: every prediction ends in an error: {given[0]}", failed=True)
    worst = metric.bounds[0 if metric.better == "higher" else 1]
    if blank.n_total and math.isfinite(worst) and float(metric.scale(worst)) <= 0:
        return replace(blank, value=float(worst), n_counted=blank.n_total)
    first = next(iter(blank.reasons.values()), "the task has no item")
    return replace(blank, reason=f"none of its {blank.n_total} items has a prediction: {first}")


def _statistics(score: Score) -> dict[str, float]:
    """The sums behind the value, where they are a few numbers: what the owner of a closed set may pass on."""
    tally = score.tally
    if not isinstance(tally, Additive) or not all(isinstance(part, int | float | np.number) for part in tally.sums):
        return {}
    return {name: float(part) for name, part in zip(tally.__dataclass_fields__, tally.sums, strict=True)}


def _standard_error(score: Score) -> float | None:
    """Of a value that is the mean of the items' own; None where it is something else."""
    values = [item.value for item in score.items or () if item.value is not None]
    if len(values) < 2 or len(values) != score.n_counted or not np.isfinite(values).all():
        return None
    if not math.isclose(float(np.mean(values)), score.value, rel_tol=1e-9, abs_tol=1e-12):
        return None
    return float(np.std(values, ddof=1) / math.sqrt(len(values)))

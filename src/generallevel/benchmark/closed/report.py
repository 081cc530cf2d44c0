"""The report on a submission: per task a score and the statistics behind it, hashes of both sides, and no item.

What may stand in it is a short list of fields, each of a fixed kind: numbers, names that the library or the catalogue
gives, hashes. No text of an annotation or of a prediction file is among them but the model's name.

The report carries a hash of itself. It is evident to whoever has that hash from elsewhere (from the owner's board) that
a report was changed; the times, which differ from run to run, are outside of it, so that to score the same archive
again gives the same hash.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np

from generallevel._version import __version__
from generallevel.benchmark.closed.reasons import ITEM_KINDS, TASK_KINDS, counted, kind_of_task_reason
from generallevel.benchmark.runs.result import TaskResult
from generallevel.errors import GeneralLevelError, InvalidInput
from generallevel.tables.fields import SPLITS
from generallevel.tables.score_table import ScoreTable
from generallevel.tables.text import json_document

__all__ = ["SubmissionReport", "SubmittedTask"]

FORMAT, FORMAT_VERSION = "generallevel-submission-report", 1
_HASH = re.compile(r"[0-9a-f]{64}|")
_SIGNATURE = re.compile(r"(\w+)\|variant:([\w.+-]*)\|(?:(.*)\|)?v:([\w.+-]*)", flags=re.DOTALL)
_SETTINGS_DIGITS = 16  # ours: of the hash that stands for a signature's settings
_LONGEST = 400  # ours: characters of a text field
_OUTSIDE = ("seconds",)  # fields of a task that its report's hash does not cover


@dataclass(frozen=True)
class SubmittedTask:
    """One task of a report.

    Attributes
    ----------
    task, metric, unit : str
        Its id in the catalogue, its metric, and the unit of the value.
    value : float or None
        The score; None where there is none, and then ``missing`` says of what kind the reason is.
    missing : str or None
        ``not run``, ``not scored``, ``failed``, ``undefined`` or ``no prediction that can be used``.
    n_total, n_scored, n_counted : int
        Items of the task; with a prediction that could be scored; that the value is made of.
    standard_error : float or None
        Of the value, where it is the mean of the items' own.
    statistics : mapping of str to float
        The sums that the value was read from, where it is a formula of a few numbers.
    reasons : mapping of str to int
        How many items are not scored on a prediction, by the kind of reason.
    grade : str
        How far the protocol is settled.
    recipe : str
        Book, format, metric and variant.
    signature : str
        Metric, variant and version, with a hash of the settings, which may quote classes: equal settings have equal
        hashes.
    seconds : mapping of str to float
        Time spent in ``reading`` and in ``scoring``.
    """

    task: str
    metric: str
    unit: str
    value: float | None = None
    missing: str | None = None
    n_total: int = 0
    n_scored: int = 0
    n_counted: int = 0
    standard_error: float | None = None
    statistics: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    grade: str = ""
    recipe: str = ""
    signature: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for name in ("statistics", "reasons", "seconds"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @classmethod
    def of(cls, result: TaskResult) -> SubmittedTask:
        """What of a result may leave the owner's side.

        Parameters
        ----------
        result : TaskResult
            Of an evaluation.

        Returns
        -------
        SubmittedTask
        """
        same = ("task", "metric", "unit", "value", "n_total", "n_scored", "n_counted", "standard_error", "statistics")
        kept = {name: getattr(result, name) for name in (*same, "grade", "recipe", "seconds")}
        missing, reasons = kind_of_task_reason(result.reason), counted(result.reasons.values())
        return cls(**kept, missing=missing, reasons=reasons, signature=_without_settings(result.signature))

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.task}: no score ({self.missing})"
        return f"{self.task}: {self.metric} = {self.value:.6g} {self.unit}, {self.n_scored} of {self.n_total} items"

    def to_dict(self) -> dict[str, Any]:
        """The task as plain data, fit for JSON; infinities are the texts ``inf`` and ``-inf``."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True)
class SubmissionReport:
    """What the owner of a closed set tells of a submission.

    Attributes
    ----------
    model : str or None
        The model's name: the owner's, or the one in the archive.
    catalogue : str
        Whose tasks they are.
    split : str or None
        Which items the set holds.
    tasks : tuple of SubmittedTask
        One for each task of the set, in the order of the catalogue.
    unknown_tasks : int
        Tasks in the archive that the set does not have.
    archive_sha256, manifest_sha256 : str
        Hashes of the archive, and of its manifest, which stands for the files whatever deflated them.
    references_sha256 : str
        One hash of all files of the owner's side that the scores depend on.
    library : str
        The version that scored it.
    """

    model: str | None
    catalogue: str
    split: str | None
    tasks: tuple[SubmittedTask, ...]
    unknown_tasks: int = 0
    archive_sha256: str = ""
    manifest_sha256: str = ""
    references_sha256: str = ""
    library: str = __version__

    @property
    def table(self) -> ScoreTable:
        """The scores, as `compute_level` takes them."""
        scored = [task.value is not None for task in self.tasks]
        pairs = list(zip(self.tasks, scored, strict=True))
        columns: dict[str, tuple[object, ...]] = {
            "unit": tuple(task.unit if there else None for task, there in pairs),
            "n": tuple(task.n_total if there else None for task, there in pairs),
            "n_scored": tuple(task.n_counted if there else None for task, there in pairs),
            "standard_error": tuple(task.standard_error for task in self.tasks),
            "reason": tuple(task.missing for task in self.tasks),
            "grade": tuple(task.grade or None for task in self.tasks),
            "split": (self.split,) * len(self.tasks),
        }
        return ScoreTable(
            names=tuple(task.task for task in self.tasks),
            scores=np.array([np.nan if task.value is None else task.value for task in self.tasks], dtype=np.float64),
            model=self.model,
            source="submission",
            columns={name: column for name, column in columns.items() if any(entry is not None for entry in column)},
        )

    @property
    def sha256(self) -> str:
        """The hash of the report, times apart."""
        plain = self._content()
        for task in plain["tasks"]:
            for name in _OUTSIDE:
                del task[name]
        canonical = json.dumps(plain, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def __str__(self) -> str:
        scored = sum(task.value is not None for task in self.tasks)
        answered, items = sum(task.n_scored for task in self.tasks), sum(task.n_total for task in self.tasks)
        head = f"{self.model or 'a model'} on {self.catalogue}: {scored} of {len(self.tasks)} tasks scored"
        lines = [f"{head}, {answered:,} of {items:,} items; report {self.sha256[:16]}"]
        if self.unknown_tasks:
            lines.append(f"  {self.unknown_tasks} tasks of the archive are not of this set")
        return "\n".join([*lines, *(f"  {task}" for task in self.tasks)])

    def _content(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"format": FORMAT, "format_version": FORMAT_VERSION}
        plain |= {one.name: getattr(self, one.name) for one in fields(self) if one.name != "tasks"}
        return {**plain, "tasks": [task.to_dict() for task in self.tasks]}

    def to_json(self) -> str:
        """The report as JSON text, with its hash, which `from_json` reads back to an equal report."""
        return json.dumps({**self._content(), "sha256": self.sha256}, indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> SubmissionReport:
        """The report in a JSON text.

        Parameters
        ----------
        text : str
            What `to_json` gave.

        Returns
        -------
        SubmissionReport

        Raises
        ------
        InvalidInput
            If it is no report, or is not what its hash says: somebody has changed it.
        """
        plain = json_document(text, "the report")
        said = (plain.get("format"), plain.get("format_version")) if isinstance(plain, dict) else ()
        if not isinstance(plain, dict) or said != (FORMAT, FORMAT_VERSION):
            raise _bad(f"it does not say 'format': {FORMAT!r} and 'format_version': {FORMAT_VERSION}")
        given: dict[str, Any] = {one.name: plain.get(one.name) for one in fields(cls)}
        tasks = given.pop("tasks")
        if not isinstance(tasks, list):
            raise _bad("it has no list of 'tasks'")
        for name, value in given.items():
            _check_field(name, value)
        try:
            report = cls(tasks=tuple(map(_task, tasks)), **given)
            told = report.sha256
        except (TypeError, ValueError, AttributeError, OverflowError) as slip:
            if isinstance(slip, GeneralLevelError):
                raise
            raise _bad(f"a field is of another kind than it should be ({slip})") from None
        if plain.get("sha256") != told:
            raise InvalidInput("the report is not what its hash says: it was changed after it was written")
        return report


def _task(plain: Any) -> SubmittedTask:
    """A task of a report that somebody has sent."""
    known = {one.name for one in fields(SubmittedTask)}
    if not isinstance(plain, dict) or plain.keys() != known:
        raise _bad("a task has other fields than a task of a report")
    read: dict[str, Any] = dict(plain)
    for name in ("value", "standard_error"):
        read[name] = _number(read[name])
    for name in ("task", "metric", "unit", "grade", "recipe", "signature"):
        _check_text(name, read[name])
    for name in ("n_total", "n_scored", "n_counted"):
        _check_count(name, read[name])
    for name, kinds in (("reasons", ITEM_KINDS), ("statistics", None), ("seconds", None)):
        held = read[name]
        if not isinstance(held, dict) or (kinds is not None and not held.keys() <= set(kinds)):
            raise _bad(f"the {name} of a task are not what a report has there")
        if kinds is not None:
            for kind, count in held.items():
                _check_count(kind, count)
        else:
            read[name] = {key: _number(value) for key, value in held.items()}
    if (read["value"] is None) != (read["missing"] in TASK_KINDS) or (read["value"] is not None and read["missing"]):
        raise _bad("a task has neither a value nor a reason for having none, or both")
    return SubmittedTask(**read)


def _check_field(name: str, value: Any) -> None:
    if name in ("model", "split") and value is None:
        return
    if name == "unknown_tasks":
        _check_count(name, value)
        return
    _check_text(name, value)
    if (name.endswith("sha256") and not _HASH.fullmatch(value)) or (name == "split" and value not in SPLITS):
        raise _bad(f"its {name!r} is {value!r:.80}")


def _check_text(name: str, value: Any) -> None:
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise _bad(f"its {name!r} is {value!r:.80}; wanted a short text")


def _check_count(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _bad(f"its {name!r} is {value!r:.40}; wanted a count")


def _number(value: Any) -> float | None:
    if value is None or value in ("inf", "-inf"):
        return None if value is None else float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad(f"{value!r:.40} stands where a number should")
    return float(value)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    return {key: _plain(entry) for key, entry in value.items()} if isinstance(value, Mapping) else value


def _without_settings(signature: str) -> str:
    """A signature with a hash for its settings: those may quote the classes of an annotation file."""
    parts = _SIGNATURE.fullmatch(signature)
    if parts is None:
        return "" if not signature else f"settings:{hashlib.sha256(signature.encode()).hexdigest()[:_SETTINGS_DIGITS]}"
    metric, variant, settings, version = parts.groups()
    digest = "none" if settings is None else hashlib.sha256(settings.encode()).hexdigest()[:_SETTINGS_DIGITS]
    return f"{metric}|variant:{variant}|settings:{digest}|v:{version}"


def _bad(slip: str) -> InvalidInput:
    return InvalidInput(f"this is no report on a submission: {slip}. SubmissionReport.to_json() writes one.")

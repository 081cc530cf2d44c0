"""Results of lm-evaluation-harness, and of lmms-eval, which descends from it.

Layout: ``{"results": {task: {"acc,none": ..., "acc_stderr,none": ..., "alias": ...}}, "groups", "group_subtasks",
"n-samples": {task: {"original", "effective"}}, "model_name", ...}``. A metric is ``name,filter``; versions before 0.4
write the name alone. A standard error is a number or ``"N/A"``. Numbers of some NumPy types are written as text.

lmms-eval adds ``_stderr_clt`` and ``_stderr_clustered`` beside ``_stderr``, the number of ``samples``, and keys
``paired_...`` of a comparison with a baseline. The first two errors are taken over the items' own scores, which are
fractions also where the metric is printed in percent. The metric of a task that is scored by a server is
``submission``, and null.

Source: result_schema.py, evaluator_utils.py and loggers/evaluation_tracker.py of EleutherAI/lm-evaluation-harness at
4e7e0d4; evaluator.py, evaluator_utils.py and loggers/evaluation_tracker.py of EvolvingLMMs-Lab/lmms-eval at 75571cf.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generallevel.errors import BadTable
from generallevel.tables.cells import shown
from generallevel.tables.files import file_bytes
from generallevel.tables.harnesses.mapping import (
    Choice,
    Found,
    Source,
    TaskMapping,
    Unmapped,
    choices,
    chosen,
    listed,
    no_such_source,
    reading,
    refuse_unmapped,
    settled_unit,
    table_of,
)
from generallevel.tables.score_table import ScoreTable
from generallevel.tables.text import decoded, json_document

__all__ = ["read_lm_eval", "read_lmms_eval"]

MOST_BYTES = 64 * 2**20  # ours: the configuration of every task stands in the file
_NO_METRIC = frozenset({"", "alias", "name", "sample_len", "sample_count", "samples", "task"})
_ERRORS = ("_stderr", "_stderr_clt", "_stderr_clustered")
_BASELINE = "paired_"
# What these metrics are printed in: means of 0 and 1, and sacreBLEU's own scale (lm_eval/api/metrics.py).
_UNITS = {
    **dict.fromkeys(("acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match"), "fraction"),
    **dict.fromkeys(("bleu", "chrf", "ter"), "percent"),
}


def read_lm_eval(
    path: Source, tasks: TaskMapping, *, model: str | None = None, unit: str | None = None, unmapped: Unmapped = "error"
) -> ScoreTable:
    """The scores in a result file of lm-evaluation-harness.

    Parameters
    ----------
    path : path
        A ``results_....json``, or a folder that holds exactly one, at any depth.
    tasks : mapping
        From a task or group of the harness to a task of yours, to ``(task, metric)`` or to ``(task, metric, unit)``:
        ``{"gsm8k": ("Math Word Problems", "exact_match,strict-match")}``. The metric may be left out where there is
        one, its filter where that is clear, and the unit of ``acc``, ``acc_norm``, ``exact_match`` (fraction) and of
        ``bleu``, ``chrf``, ``ter`` (percent).
    model : str, optional
        The model's name, in place of the one in the file.
    unit : str, optional
        The unit of all scores whose unit nothing else says.
    unmapped : {"error", "ignore"}, default "error"
        What tasks of the file that the mapping does not name are; those of a group that it names are in it.

    Returns
    -------
    ScoreTable
        A row for each entry of the mapping, with ``unit``, ``n``, ``n_scored`` and ``standard_error`` as far as the
        file says them. ``NaN``, null and ``"N/A"`` are missing scores.

    Raises
    ------
    BadTable, UnsafeFile, DuplicateName
        If the file cannot be read as results, or is too large.
    UnknownName, AmbiguousName
        If it has no such task or metric, or several metrics of which none was chosen.
    InvalidInput, UnitMismatch
        If tasks are left out, or a unit is not known or cannot be.
    """
    return _read(path, tasks, model, unit, unmapped, _Family("lm-evaluation-harness", always_known=True))


def read_lmms_eval(
    path: Source, tasks: TaskMapping, *, model: str | None = None, unit: str | None = None, unmapped: Unmapped = "error"
) -> ScoreTable:
    """The scores in a result file of lmms-eval.

    Parameters
    ----------
    path : path
        A ``..._results.json``, or a folder that holds exactly one, at any depth.
    tasks : mapping
        As for `read_lm_eval`. Tasks aggregate in ways of their own, so a unit is known only of metrics of which the
        file says that they are plain means.
    model : str, optional
        The model's name, in place of the one in the file.
    unit : str, optional
        The unit of all scores whose unit nothing else says.
    unmapped : {"error", "ignore"}, default "error"
        What tasks of the file that the mapping does not name are.

    Returns
    -------
    ScoreTable
        As from `read_lm_eval`. The standard error of a fraction is the clustered one where there is one.

    Raises
    ------
    BadTable, UnsafeFile, DuplicateName, UnknownName, AmbiguousName, InvalidInput, UnitMismatch
        As `read_lm_eval`.
    """
    return _read(path, tasks, model, unit, unmapped, _Family("lmms-eval", always_known=False))


@dataclass(frozen=True, slots=True)
class _Family:
    """What the two harnesses differ in: whether a metric's name alone tells its unit."""

    name: str
    always_known: bool

    def unit(self, document: Mapping[str, Any], task: str, metric: str) -> str | None:
        """The unit of a metric, where it is known."""
        name = metric.partition(",")[0]
        if self.always_known or name not in _UNITS:
            return _UNITS.get(name) if self.always_known else None
        config = _inner(_inner(document, "configs"), task)
        declared = config.get("metric_list")
        means = [one for one in declared if isinstance(one, Mapping)] if isinstance(declared, list) else []
        plain = any(one.get("metric") == name and one.get("aggregation") == "mean" for one in means)
        return _UNITS[name] if plain else None


def _read(
    path: Source, tasks: TaskMapping, model: str | None, unit: str | None, unmapped: Unmapped, family: _Family
) -> ScoreTable:
    wanted = choices(tasks)
    file = _result_file(Path(path), family.name)
    document = json_document(decoded(file_bytes(file, most=MOST_BYTES), file.name), file.name)
    results = document.get("results") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(results, Mapping):
        raise BadTable(
            f"{file.name} has no mapping 'results', as a result file of {family.name} does. Is it a file of samples?"
        )
    held: dict[str, Any] = {**_inner(document, "groups"), **results}
    found = [_found(choice, held, document, unit, family, file.name) for choice in wanted]
    mapped = {choice.source for choice in wanted}
    members = {name: [one for one in below if isinstance(one, str)] for name, below in _groups(document)}
    covered = mapped | _below(mapped, members)
    left = [name for name in results if name not in covered and not members.get(name) and _is_a_task(results[name])]
    refuse_unmapped(left, unmapped, file.name)
    return table_of(found, document.get("model_name") if model is None else model, file.name)


def _result_file(path: Path, family: str) -> Path:
    """The one result file that a path means."""
    if not path.is_dir():
        return path
    names = ("results*.json", "*_results.json")
    there = sorted({file for pattern in names for file in path.rglob(pattern) if file.is_file()})
    if len(there) != 1:
        several = listed([file.relative_to(path).as_posix() for file in there]) or "none"
        raise BadTable(f"{path.name!r:.80} should hold one result file of {family}; it holds {several}. Name the file.")
    return there[0]


def _found(
    choice: Choice, held: Mapping[str, Any], document: Mapping[str, Any], unit: str | None, family: _Family, file: str
) -> Found:
    """What the file says of one choice."""
    entry = held.get(choice.source)
    if choice.source not in held:
        raise no_such_source(choice, [name for name in held if _is_a_task(held[name])], file)
    if not isinstance(entry, Mapping):
        raise BadTable(f"{file} has {shown(entry)} for the results of {choice.source!r:.80}; wanted a mapping")
    where = f"{file}, {choice.source!r:.80}"
    metric = chosen(choice, _metrics(entry), where, alike=lambda name: name.partition(",")[0])
    place = f"{where}, {metric!r:.80},"
    read = reading(entry[metric], place)
    known = family.unit(document, choice.source, metric)
    settled = known or "" if math.isnan(read.value) else settled_unit(choice, read, unit, known, place)
    n, n_scored = _counts(entry, metric, _inner(_inner(document, "n-samples"), choice.source))
    error = _standard_error(entry, metric, settled, place)
    return Found(choice, read, settled, n, n_scored, error, f"{choice.source}, {metric}")


def _metrics(entry: Mapping[str, Any]) -> list[str]:
    """The keys of a task's results that are metrics."""
    names = []
    for key in entry:
        name = key.partition(",")[0]
        if key.strip() not in _NO_METRIC and not name.endswith(_ERRORS) and not key.startswith(_BASELINE):
            names.append(key)
    return names


def _is_a_task(entry: object) -> bool:
    return not isinstance(entry, Mapping) or bool(_metrics(entry))


def _standard_error(entry: Mapping[str, Any], metric: str, unit: str, where: str) -> float | None:
    """The standard error in the unit of the score; None where the file gives none."""
    name, comma, filtered = metric.partition(",")
    order = ("_stderr_clustered", "_stderr", "_stderr_clt") if unit == "fraction" else ("_stderr",)
    for end in order:
        read = reading(entry.get(f"{name}{end}{comma}{filtered}"), f"{where[:-1]}{end},")
        if math.isfinite(read.value):
            return read.value
    return None


def _counts(entry: Mapping[str, Any], metric: str, said: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Items of the task, and those of them that were scored (fewer under a limit)."""
    by_metric = entry.get("sample_count")
    pooled = by_metric.get(metric) if isinstance(by_metric, Mapping) else None
    counted = [_count(value) for value in (pooled, entry.get("sample_len"), entry.get("samples"))]
    scored = _count(said.get("effective"))
    if scored is None:  # a limit that is a share, or a group
        scored = next((value for value in counted if value is not None), None)
    total = _count(said.get("original"))
    if total is None or scored is None:
        return (scored, scored) if total is None else (total, None)
    return total, min(scored, total)  # a document may count several times


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**53 or value != int(value):
        return None
    return int(value)


def _inner(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A mapping inside another; an empty one where there is none."""
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def _groups(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for name, below in _inner(document, "group_subtasks").items():
        if isinstance(below, list):
            yield name, below


def _below(mapped: set[str], members: Mapping[str, list[str]]) -> set[str]:
    """Everything in the groups that are mapped, at any depth."""
    found: set[str] = set()
    waiting = list(mapped)
    while waiting:
        for name in members.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found

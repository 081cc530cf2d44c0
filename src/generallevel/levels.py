"""Levels: the front door, from raw scores to a General-Level.

``compute_level`` turns names into tasks (`generallevel.alignment`), evaluates the formulas (`generallevel.evaluation`)
and returns a `LevelReport`: the levels, what they are made of, and what a reader should know. ``compute_levels`` does
so for many models in one pass.

Conventions: levels are unrounded floats in [0, 100]; a level that a scope cannot reach is None; ``level`` is the
highest level whose score is above 0, and 1 where Level-2 is 0.

Source: arXiv 2505.04620v1, sections 3 and 4.2 and Table 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment import Aligned, align
from generallevel.basis import Basis
from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.references import ReferenceSet
from generallevel.benchmark.scopes import Scope
from generallevel.errors import GeneralLevelError, InvalidInput, MissingScore
from generallevel.evaluation import LEVELS, Columns, Grid, grid
from generallevel.level_report import LevelReport
from generallevel.rules import PAPER, Rules
from generallevel.tables import ScoreTable, read_table

__all__ = ["Missing", "ceiling", "compute_level", "compute_levels"]

Missing = Literal["zero", "skip", "error"]
References = str | ReferenceSet | Mapping[str, SupportsFloat | None]

POLICIES = ("zero", "skip", "error")
GIVEN = "given"  # what a report calls references that came as a mapping


def compute_level(
    scores: object,
    *,
    references: References | None = None,
    scope: str | Scope = "A",
    missing: Missing = "zero",
    unit: str | None = None,
    model: str | None = None,
    catalogue: Catalogue | None = None,
    rules: Rules = PAPER,
) -> LevelReport:
    """The General-Level of one model.

    Parameters
    ----------
    scores : mapping, ScoreTable, data frame or path
        Raw scores by task. In the simplest form ``{task: number}``, with an id or any name of the task; None, ``"n/a"``
        and an absent task are missing scores. A bare number is in the unit of the reference tables (percent for
        accuracy and for WER). A path is a CSV, JSON or Excel file; a frame is one of pandas, polars or pyarrow.
    references : str, ReferenceSet or mapping, optional
        The references that decide a win: ``"released-2025-07"`` (default), ``"paper-v1"``, a set of your own, or a
        mapping of task to number, in the unit of the reference tables.
    scope : str, default "A"
        ``A`` everything; ``B:image+video`` some modalities; ``C:audio.generation`` one paradigm of one modality;
        ``D:#I-C-1`` one skill.
    missing : {"zero", "skip", "error"}, default "zero"
        A missing score counts 0 and stays in the denominator, as the paper wants; leaves the denominator, so that one
        more weak score can lower a level, while the ceiling is still that of all tasks; or is an error.
    unit : {"fraction", "percent"}, optional
        The unit of all scores that tables print in percent.
    model : str, optional
        The model's name; picks its column where the source holds several.
    catalogue : Catalogue, optional
        The tasks; General-Bench by default.
    rules : Rules, optional
        The conventions; those of the paper by default.

    Returns
    -------
    LevelReport
        Levels in [0, 100], the integer level, wins, coverage, ceiling, per-task rows, findings and a signature.

    Raises
    ------
    UnknownTask, AmbiguousName, DuplicateName
        If a name is no task, several, or the same twice.
    NotFinite, ImpossibleValue, UnitMismatch, BadTable
        If a score is NaN, a score or a reference cannot be in its unit, or the whole column is on another scale than
        its references.
    MissingScore
        If a score is missing and ``missing="error"``.
    UnknownReferenceSet, UnknownScope
        If there is no such set or scope.
    InvalidInput
        If a policy or a reference set is of another kind, a set of your own has the name of another one, or a task of
        your own catalogue is read in another direction than its metric.

    References
    ----------
    .. [1] Fei et al., On Path to Multimodal Generalist: General-Level and General-Bench, ICML 2025, arXiv 2505.04620v1.

    Examples
    --------
    >>> report = compute_level({"Image Deraining": 41.2, "Sports Image Classification": 72.8})
    >>> report.level, report.wins, report.supported
    (4, 2, 2)
    >>> round(report.level_2, 4)
    0.3025
    """
    return _compute([(model, scores)], references, scope, missing, unit, catalogue, rules)[0]


def compute_levels(
    models: Mapping[str, object],
    *,
    references: References | None = None,
    scope: str | Scope = "A",
    missing: Missing = "zero",
    unit: str | None = None,
    catalogue: Catalogue | None = None,
    rules: Rules = PAPER,
) -> dict[str, LevelReport]:
    """The General-Levels of many models, evaluated together.

    Parameters
    ----------
    models : mapping of str to scores
        Each model's scores, as for `compute_level`.
    references, scope, missing, unit, catalogue, rules
        As for `compute_level`.

    Returns
    -------
    dict of str to LevelReport
        In the order given; each report equals that of `compute_level` on the same scores.

    Raises
    ------
    GeneralLevelError
        As `compute_level`, with the model named.

    Examples
    --------
    >>> reports = compute_levels({"a": {"Image Deraining": 41.2}, "b": {}})
    >>> {model: report.level for model, report in reports.items()}
    {'a': 3, 'b': 1}
    """
    if not isinstance(models, Mapping):
        raise InvalidInput(
            f"compute_levels takes a mapping of model names to scores, not a {type(models).__name__}. "
            "compute_level takes the scores of one model."
        )
    reports = _compute(list(models.items()), references, scope, missing, unit, catalogue, rules, many=True)
    return dict(zip(models, reports, strict=True))


def _compute(
    models: Sequence[tuple[str | None, object]],
    references: References | None,
    scope: str | Scope,
    missing: Missing,
    unit: str | None,
    catalogue: Catalogue | None,
    rules: Rules,
    *,
    many: bool = False,
) -> list[LevelReport]:
    if missing not in POLICIES:
        raise InvalidInput(f"missing = {missing!r}: wanted one of {', '.join(POLICIES)}")
    if not models:
        return []
    tasks = catalogue or general_bench()
    on = grid(tasks, scope, rules)
    chosen = reference_set_of(references, tasks)
    aligned = []
    for model, scores in models:
        try:
            table = _renamed(scores, model) if many else _table(scores, model)
            one = align(table, tasks, on.normaliser, chosen, unit=unit).require()
            if missing == "error":
                _require_complete(one, on)
        except GeneralLevelError as slip:
            if not many:
                raise
            raise type(slip)(f"model {model!r}: {slip}") from slip
        aligned.append(one)
    return reports_of(on, aligned, chosen, "zero" if missing == "error" else missing, missing)


def reports_of(
    on: Grid, aligned: Sequence[Aligned], chosen: ReferenceSet, policy: Literal["zero", "skip"], missing: str
) -> list[LevelReport]:
    """The reports of columns that are aligned to a grid's catalogue.

    Parameters
    ----------
    on : Grid
        Tasks and conventions.
    aligned : sequence of Aligned
        One model each, at least one.
    chosen : ReferenceSet
        The set that all were aligned with.
    policy : {"zero", "skip"}
        Whether a missing score stays in the denominator.
    missing : str
        The policy that was asked for, which reports name.

    Returns
    -------
    list of LevelReport
        In the order given.
    """
    values = np.stack([one.values for one in aligned])
    share = None
    if any(one.share is not None for one in aligned):
        share = np.stack([np.ones(values.shape[1]) if one.share is None else one.share for one in aligned])
    overridden = any(one.references is not chosen.values for one in aligned)
    references = np.stack([one.references for one in aligned]) if overridden else chosen.values

    columns = Columns(on, values, policy, share)
    main = columns.against(references)
    doubtful = doubtful_units(on)
    # Without a score on a row of unknown unit there is nothing to lose.
    touched = bool((~np.isnan(values[:, doubtful])).any())
    without = columns.against(references, lost=doubtful) if touched else main
    own = np.stack([np.broadcast_to(one.own_references, values.shape[1:]) for one in aligned]) if overridden else np.nan
    others = {chosen.name: main} | {
        name: columns.against(np.where(np.isnan(own), packaged.values, own))
        for name, packaged in on.catalogue.references.items()
        if packaged is not chosen
    }
    full = ceiling(on, chosen)
    return [
        LevelReport.of(
            Basis(on, one, chosen, missing, main.points[row], main.won[row]),
            row,
            main,
            without,
            others,
            full if one.references is chosen.values else _ceiling_of(on, one.references),
        )
        for row, one in enumerate(aligned)
    ]


def doubtful_units(on: Grid) -> NDArray[np.bool_]:
    """Which tasks of the catalogue print figures whose unit is not stated, shape (tasks,)."""
    return np.array([unit == "unknown" for unit in on.normaliser.units], dtype=bool)


@lru_cache(maxsize=64)
def ceiling(on: Grid, references: ReferenceSet) -> dict[str, float | None]:
    """What the reference column itself scores: the levels of a model that equals every specialist.

    Parameters
    ----------
    on : Grid
        Tasks and conventions.
    references : ReferenceSet
        The column.

    Returns
    -------
    dict of str to float or None
        ``level_2`` to ``level_5``; None where the scope cannot reach a level.
    """
    return _ceiling_of(on, references.values)


def _ceiling_of(on: Grid, references: NDArray[np.float64]) -> dict[str, float | None]:
    record = Columns(on, references[np.newaxis]).against(references).records[0]
    return {name: record[name] for name in LEVELS}


def reference_set_of(references: References | None, catalogue: Catalogue) -> ReferenceSet:
    """The reference set that an argument ``references`` means.

    Parameters
    ----------
    references : str, ReferenceSet, mapping or None
        As for `compute_level`.
    catalogue : Catalogue
        The tasks.

    Returns
    -------
    ReferenceSet
        Aligned to the catalogue; the packaged set itself where the values are the same.

    Raises
    ------
    UnknownReferenceSet
        If the catalogue has no set of the name.
    InvalidInput
        If it is nothing of the kind, is aligned to another catalogue, or has another set's name.
    """
    if references is None or isinstance(references, str):
        return catalogue.reference_set(references)
    if isinstance(references, Mapping):
        references = ReferenceSet.from_mapping(GIVEN, references, catalogue)
    if not isinstance(references, ReferenceSet):
        raise InvalidInput(
            f"references are a {type(references).__name__}: wanted the name of a set, a ReferenceSet or a mapping of "
            "task to number."
        )
    if references.task_ids != catalogue.ids:
        raise InvalidInput(
            f"reference set {references.name!r} is aligned to another catalogue than {catalogue.name}. "
            "ReferenceSet.from_mapping joins values to tasks by name."
        )
    packaged = catalogue.references.get(references.name, references)
    if not np.array_equal(packaged.values, references.values, equal_nan=True):
        raise InvalidInput(
            f"{catalogue.name} has a reference set {references.name!r} already, with other values: a report could not "
            "tell the two apart. Give yours another name."
        )
    return packaged


def _table(scores: object, model: str | None) -> ScoreTable:
    if isinstance(scores, LevelReport):
        raise InvalidInput("these are levels already: pass the scores, or use the report as it is")
    return read_table(scores, model=model)


def _renamed(scores: object, model: str | None) -> ScoreTable:
    """The table under the name that a board gives the model, whatever the table itself calls it."""
    return replace(scores, model=model) if isinstance(scores, ScoreTable) else _table(scores, model)


def _require_complete(aligned: Aligned, on: Grid) -> None:
    places = [place for place in on.scope.positions.tolist() if np.isnan(aligned.values[place])]
    if places:
        listed = ", ".join(f"{on.catalogue.tasks[place].id} ({aligned.reason(place)})" for place in places[:5])
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        raise MissingScore(
            f"{len(places)} of {len(on.scope.positions)} tasks have no score: {listed}{more}. missing='zero' counts "
            "them 0, as the paper does; missing='skip' takes them out of the denominator."
        )

"""Which column of a source plays which role, told by its header.

Headers are read without regard to case, space and punctuation. A header that means nothing is an error, since the slip
``unti`` must not leave a table without its units; columns that only describe a task (``modality``, ``note``) are left
alone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from generallevel.errors import BadTable, UnknownColumn, did_you_mean
from generallevel.tables.cells import shown
from generallevel.tables.fields import COLUMNS

__all__ = ["Roles", "assign_roles", "fold", "is_score_header", "is_task_header", "model_headers", "refuse_unnamed"]

# Headers of the task column, the more telling first: where several stand side by side the others only describe.
_TASK_HEADERS: Final = ("task_id", "task", "task_name", "name")
_SCORE_HEADERS: Final = ("score", "value", "raw_score", "raw")
_HEADERS: Final[dict[str, str]] = {
    **{name: name for name in COLUMNS if name != "where"},
    **dict.fromkeys(_SCORE_HEADERS, "score"),
    "model": "model",
    "model_name": "model",
    "metrics": "metric",
    "metric_label": "metric",
    "no": "number",
    "task_short_name": "short_name",
    "n_items": "n",
    "n_total": "n",
    "se": "standard_error",
    "stderr": "standard_error",
    "ci_low": "low",
    "ci_high": "high",
}
# Facts about the task, not about the score: allowed beside it, and not read.
_DESCRIPTIVE: Final = frozenset(
    (
        "modality",
        "paradigm",
        "skill",
        "better",
        "direction",
        "instances",
        "specialist",
        "source",
        "protocol",
        "note",
        "notes",
        "comment",
        "where",
    )
)
_NEAR = 0.8  # ours: how alike a stray header must be to a known one to count as its misspelling
_SEPARATORS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """A header without case, space and punctuation.

    >>> fold("Task  Short Name"), fold("n-scored"), fold("No.")
    ('task_short_name', 'n_scored', 'no')
    """
    return _SEPARATORS.sub("_", text.casefold()).strip("_")


def is_score_header(header: str) -> bool:
    """Whether a header says plainly that its column holds the scores."""
    return fold(header) in _SCORE_HEADERS


def is_task_header(header: str) -> bool:
    """Whether a header says plainly that its column names the tasks."""
    return fold(header) in _TASK_HEADERS


def model_headers(headers: Sequence[str]) -> list[str]:
    """The headers that play no other role, and so may be models."""
    known = {*_HEADERS, *_TASK_HEADERS, *_DESCRIPTIVE}
    return [header for header in headers if header and fold(header) not in known]


@dataclass(frozen=True)
class Roles:
    """Which column of a source plays which role, by position.

    Attributes
    ----------
    task, score : int
        Positions of the task's name and of its raw score.
    model : str or None
        Name of the model when the header of the score column is that name.
    model_column : int or None
        Position of a column that names each row's model.
    optional : dict of str to int
        Positions of the optional columns.
    """

    task: int
    score: int
    model: str | None
    model_column: int | None
    optional: dict[str, int]


def assign_roles(
    headers: Sequence[str], *, model: str | None, where: str, numeric: Sequence[bool] | None = None
) -> Roles:
    """The role of each column, from its header alone.

    Parameters
    ----------
    headers : sequence of str
        As written; blank ones play no role.
    model : str or None
        The model whose column is wanted.
    where : str
        The source, as the subject of a message.
    numeric : sequence of bool, optional
        Which columns hold numbers, where the source knows.

    Returns
    -------
    Roles

    Raises
    ------
    BadTable
        Without a task column, without a score column, or with several that could be it.
    UnknownColumn
        For a header that means nothing here: a slip in ``unit`` must not pass in silence.
    """
    names = [header.strip() for header in headers]
    _refuse_twins(names, where)
    folded = [fold(name) for name in names]
    task = next((folded.index(header) for header in _TASK_HEADERS if header in folded), None)
    if task is None:
        raise BadTable(
            f"{where} has no column of task names: its header is {_listed(names)}. Call that column 'task', and the "
            "column of scores 'score' or by the model's name."
        )
    chosen = _position_of(model, names)
    roles: dict[str, int] = {}
    loose: list[int] = []
    for position, key in enumerate(folded):
        if position in (task, chosen) or not names[position] or key in _DESCRIPTIVE or key in _TASK_HEADERS:
            continue
        role = _HEADERS.get(key)
        if role is None:
            loose.append(position)
        elif role in roles:
            raise BadTable(f"{where} has two columns for {role}: {names[roles[role]]!r} and {names[position]!r}.")
        else:
            roles[role] = position
    score = roles.pop("score", None)
    model_column = roles.pop("model", None)
    if chosen is not None:
        _refuse_near_misses([names[position] for position in loose], where)
        return Roles(task, chosen, names[chosen], model_column, roles)
    if score is None:
        score = _only_candidate(names, loose, numeric, model, where)
        loose.remove(score)
        own_name: str | None = names[score]
    else:
        own_name = None
    if loose:
        stray = names[loose[0]]
        raise UnknownColumn(
            f"{where} has a column {stray!r}, which means nothing in a table of scores."
            f"{did_you_mean(stray, [*COLUMNS, 'model', 'score'])} Drop it, or call it 'note' to have it left alone."
        )
    return Roles(task, score, own_name, model_column, roles)


def _position_of(model: str | None, names: Sequence[str]) -> int | None:
    """Where the column stands that is headed by the model's name, whatever its case."""
    if model is None:
        return None
    wanted = model.strip().casefold()
    return next((position for position, name in enumerate(names) if name.casefold() == wanted), None)


def _only_candidate(
    names: Sequence[str], loose: Sequence[int], numeric: Sequence[bool] | None, model: str | None, where: str
) -> int:
    """The one column that can be the scores."""
    numbers = [position for position in loose if numeric is not None and numeric[position]]
    candidates = numbers or list(loose)
    listed = _listed([names[position] for position in candidates])
    if not candidates:
        raise BadTable(
            f"{where} has no column of scores: its header is {_listed(names)}. Call it 'score' or by the model's name."
        )
    if model is not None:
        offer = did_you_mean(model, [names[position] for position in candidates])
        raise BadTable(f"{where} has no column for the model {model!r}; it has {listed}.{offer}")
    if len(candidates) > 1:
        raise BadTable(
            f"{where} has {len(candidates)} columns that could be the scores: {listed}. Pass model= to pick one, or "
            "call it 'score'."
        )
    return candidates[0]


def _refuse_twins(names: Sequence[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name and name.casefold() in seen:
            raise BadTable(f"{where} has two columns called {name!r}. Give each its own name.")
        seen.add(name.casefold())


def _refuse_near_misses(names: Iterable[str], where: str) -> None:
    """Other models' columns may stand beside the chosen one, but a misspelt optional column must not pass as one."""
    for name in names:
        near = difflib.get_close_matches(fold(name), list(COLUMNS), n=1, cutoff=_NEAR)
        if near:
            raise UnknownColumn(
                f"{where} has a column {name!r}. Did you mean {near[0]!r}? If it is a model, call it otherwise."
            )


def _listed(names: Sequence[str], most: int = 12) -> str:
    written = [shown(name) for name in names if name]
    more = f" and {len(written) - most} more" if len(written) > most else ""
    return (", ".join(written[:most]) + more) or "empty"


def refuse_unnamed(header: Sequence[str], cells: Sequence[object], where: str) -> None:
    """Refuse a cell that is not blank in a column without a header.

    Raises
    ------
    BadTable
        Naming the cell.
    """
    for title, cell in zip(header, cells, strict=True):
        if not title.strip() and str(cell).strip():
            raise BadTable(
                f"{where} has {shown(cell)} in a column without a header. Name the column or empty the cell."
            )

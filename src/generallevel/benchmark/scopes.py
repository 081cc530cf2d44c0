"""Scopes and boards: which tasks a level is taken over.

A *scope* is a string, and what it selects from a catalogue:

=================================  ====================================================================
``A``                              every task
``B:image+video``                  the named modalities, and the language group for Level-5
``C:audio.generation``             one paradigm of one modality; reaches Level-3 at most
``D:#I-C-1``                       one skill group, by code, name or both; reaches Level-3 at most
=================================  ====================================================================

A *board* is data: a scope, a split and a reference set. The public site's skill clusters come without task lists, so a
skill group of the paper stands in for a board of scope D.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.names import folded
from generallevel.benchmark.packaged import RELEASED, general_bench
from generallevel.benchmark.task import PARADIGMS
from generallevel.errors import AmbiguousName, UnknownName, UnknownScope, did_you_mean

__all__ = ["Board", "Scope", "boards", "select", "skill_named"]

_FORMS = "Wanted: 'A', 'B:image+video', 'C:audio.generation' or 'D:#I-C-1'."
_QUICK = "A-quick"


@dataclass(frozen=True, eq=False)
class Scope:
    """The tasks that one scope string selects.

    Attributes
    ----------
    kind : str
        ``A``, ``B``, ``C`` or ``D``.
    text : str
        The scope in its standard spelling, ``"B:image+video"``.
    modalities : tuple of str
        The modalities that the scope names, in catalogue order; all of them under A; empty for a language skill.
    positions : ndarray of int, shape (tasks,)
        Positions in the catalogue, ascending, read-only. Under A and B the language group is among them.
    paradigm : str or None
        The one paradigm under C, and under D where the skill has one.
    skill : str or None
        The skill group under D.
    """

    kind: Literal["A", "B", "C", "D"]
    text: str
    modalities: tuple[str, ...]
    positions: NDArray[np.intp] = field(repr=False)
    paradigm: str | None = None
    skill: str | None = None


@dataclass(frozen=True)
class Board:
    """One leaderboard, as data.

    Attributes
    ----------
    name : str
        ``A``, ``A-quick``, ``B:image``, ``C:image.comprehension``, ``D:#I-C-1`` ...
    scope : str or None
        What ``select`` reads; None when the task list is not public.
    title : str
        One line on what it ranks.
    split : str
        ``full`` or ``quick``: the part of the test sets that its references were taken on.
    references : str
        Name of its reference set.
    note : str
        What is not known of it.
    """

    name: str
    scope: str | None
    title: str
    split: str = "full"
    references: str = RELEASED
    note: str = ""


def select(catalogue: Catalogue, scope: str | Scope) -> Scope:
    """The tasks of a catalogue that a scope names.

    Parameters
    ----------
    catalogue : Catalogue
        Where to select.
    scope : str or Scope
        A scope in any case, white space free; one that is parsed already is returned as it is.

    Returns
    -------
    Scope
        Kind, named modalities and positions.

    Raises
    ------
    UnknownScope
        If the string is no scope of this catalogue; lists the valid ones.

    Examples
    --------
    >>> bench = general_bench()
    >>> select(bench, "b: Video + image").text
    'B:image+video'
    >>> select(bench, "D:#I-C-1 behavior recognition").positions
    array([0, 1, 2])
    """
    if isinstance(scope, Scope):
        return scope
    if not isinstance(scope, str):
        raise UnknownScope(f"scope {scope!r} is not text. {_FORMS}")
    kind, colon, rest = (part.strip() for part in scope.partition(":"))
    if folded(scope) == folded(_QUICK):
        raise UnknownScope(
            f"the task list of {_QUICK} is not public (11.07 % fewer tasks than A), so no level can be taken over it. "
            "Use scope 'A', or list your tasks in a catalogue of your own."
        )
    if kind.casefold() == "a" and not rest and not colon:
        return Scope("A", "A", catalogue.modalities, _positions(range(len(catalogue))))
    readers = {"b": _modalities, "c": _group, "d": _skill}
    if kind.casefold() not in readers or not rest:
        raise UnknownScope(f"no scope is called {scope!r}.{did_you_mean(scope, _all_scopes(catalogue))} {_FORMS}")
    return readers[kind.casefold()](catalogue, rest, scope)


def boards(catalogue: Catalogue | None = None) -> tuple[Board, ...]:
    """The boards of a benchmark: everything, each modality, each paradigm of one, each skill group.

    Parameters
    ----------
    catalogue : Catalogue, optional
        General-Bench when left out: 1 board of scope A and its quick variant, 4 of B, 8 of C and 145 of D.

    Returns
    -------
    tuple of Board
        In the order A, A-quick, B, C, D. The public site has three more boards of scope B, over combinations of
        modalities that the public documents do not name; any combination can be written as a scope.

    Examples
    --------
    >>> [board.name for board in boards()][:6]
    ['A', 'A-quick', 'B:image', 'B:video', 'B:audio', 'B:3d']
    """
    bench = general_bench() if catalogue is None else catalogue
    references = next(iter(bench.references), "")
    found = [Board("A", "A", f"all {len(bench)} tasks", references=references)]
    if bench is general_bench():
        found.append(
            Board(_QUICK, None, "a part of A", "quick", references, "its task list is not public: 11.07 % fewer tasks")
        )
    found += [Board(f"B:{m}", f"B:{m}", f"modality {m}", references=references) for m in bench.modalities]
    found += [Board(f"C:{g}", f"C:{g}", g.replace(".", " "), references=references) for g in _groups(bench)]
    found += [
        Board(
            f"D:{code}",
            f"D:{code}",
            skill,
            references=references,
            note="a skill group of the paper stands in for the site's skill cluster",
        )
        for skill, code in _short_names(bench).items()
    ]
    return tuple(found)


def skill_named(catalogue: Catalogue, text: str) -> str:
    """The skill group that a code, a name or both stand for.

    Parameters
    ----------
    catalogue : Catalogue
        Where to look.
    text : str
        ``"#I-C-1"``, ``"i-c-1"``, ``"Behavior Recognition"`` or ``"#I-C-1 Behavior Recognition"``.

    Returns
    -------
    str
        The skill as the catalogue writes it.

    Raises
    ------
    UnknownName
        If there is none; offers the nearest.
    AmbiguousName
        If two groups carry the name, or the code; lists them.
    """
    wanted = folded(text)
    by_code: dict[str, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    for skill in catalogue.skills:
        code, _, name = skill.partition(" ") if skill.startswith("#") else ("", "", skill)
        # Codes fold with their dashes kept apart: "#I-C-1" followed by "1" is not "#I-C-11".
        by_code.setdefault(code.casefold(), []).append(skill)
        by_name.setdefault(folded(name), []).append(skill)
        if wanted == folded(skill):
            return skill
    code = text.strip().casefold()
    for what, found in (
        ("code", by_code.get(code if code.startswith("#") else f"#{code}", [])),
        ("name", by_name.get(wanted, [])),
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousName(
                f"{text!r} is the {what} of {len(found)} skill groups: {', '.join(found)}. Write code and name."
            )
    choices = [*catalogue.skills, *(task.skill_code for task in catalogue if task.skill)]
    raise UnknownName(f"{catalogue.name} has no skill group {text!r}.{did_you_mean(text, choices)}")


def _modalities(catalogue: Catalogue, rest: str, scope: str) -> Scope:
    """Scope B: the named modalities, and the tasks without paradigm for Level-5."""
    known = {folded(modality): modality for modality in catalogue.modalities}
    named: set[str] = set()
    for part in rest.split("+"):
        modality = known.get(folded(part))
        if modality is None:
            language = folded(part) in {folded(task.modality) for task in catalogue if task.paradigm is None}
            why = " It has no paradigms; scope B takes it along for Level-5 without being told." if language else ""
            raise UnknownScope(
                f"scope {scope!r}: {part.strip()!r} is not a modality of {catalogue.name} that scope B can name."
                f"{did_you_mean(part.strip(), known.values())}{why} It has {', '.join(catalogue.modalities)}."
            )
        if modality in named:
            raise UnknownScope(f"scope {scope!r} names {modality!r} twice. Is another modality meant?")
        named.add(modality)
    ordered = tuple(modality for modality in catalogue.modalities if modality in named)
    chosen = (p for p, task in enumerate(catalogue) if task.paradigm is None or task.modality in named)
    return Scope("B", f"B:{'+'.join(ordered)}", ordered, _positions(chosen))


def _group(catalogue: Catalogue, rest: str, scope: str) -> Scope:
    """Scope C: one paradigm of one modality."""
    known = {folded(group): group for group in _groups(catalogue)}
    group = known.get(folded(rest))
    if group is None:
        of_modality = [each for each in known.values() if folded(each.rpartition(".")[0]) == folded(rest)]
        meant = f" Did you mean {' or '.join(map(repr, of_modality))}?" if of_modality else ""
        raise UnknownScope(
            f"no scope is called {scope!r}.{meant or did_you_mean(rest, known.values())} "
            f"Scope C takes one of {', '.join(known.values())}."
        )
    modality, _, paradigm = group.rpartition(".")
    chosen = (p for p, task in enumerate(catalogue) if task.group == group)
    return Scope("C", f"C:{group}", (modality,), _positions(chosen), paradigm)


def _skill(catalogue: Catalogue, rest: str, scope: str) -> Scope:
    """Scope D: one skill group."""
    try:
        skill = skill_named(catalogue, rest)
    except UnknownName as error:
        raise UnknownScope(
            f"no scope is called {scope!r}: {error} Scope D takes one of the {len(catalogue.skills)} skill groups, "
            "such as 'D:#I-C-1'; boards() lists them."
        ) from None
    chosen = [p for p, task in enumerate(catalogue) if task.skill == skill]
    tasks = [catalogue.tasks[p] for p in chosen]
    modalities = tuple(dict.fromkeys(task.modality for task in tasks if task.paradigm is not None))
    paradigms = {task.paradigm for task in tasks}
    paradigm = paradigms.pop() if len(paradigms) == 1 else None
    return Scope("D", f"D:{_short_names(catalogue)[skill]}", modalities, _positions(chosen), paradigm, skill)


def _short_names(catalogue: Catalogue) -> dict[str, str]:
    """Each skill group's code, or the whole of it where another group has the code too."""
    codes = {task.skill: task.skill_code for task in catalogue if task.skill}
    shared = [code.casefold() for code in codes.values()]
    return {skill: code if shared.count(code.casefold()) == 1 else skill for skill, code in codes.items()}


def _groups(catalogue: Catalogue) -> tuple[str, ...]:
    """Paradigms of modalities that have tasks, ``"image.comprehension"``, in catalogue order."""
    present = {task.group for task in catalogue if task.paradigm is not None}
    return tuple(f"{m}.{p}" for m in catalogue.modalities for p in PARADIGMS if f"{m}.{p}" in present)


def _all_scopes(catalogue: Catalogue) -> tuple[str, ...]:
    """Every scope without combinations of modalities, for messages."""
    return tuple(board.scope for board in boards(catalogue) if board.scope is not None)


def _positions(positions: Iterable[int]) -> NDArray[np.intp]:
    found = np.fromiter(positions, dtype=np.intp)
    found.flags.writeable = False
    return found

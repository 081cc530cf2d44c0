"""The tasks of a benchmark, filtered. A filter value that nothing carries is an error, never an empty answer."""

from __future__ import annotations

from collections.abc import Iterable

from generallevel.benchmark.catalogue import Catalogue
from generallevel.benchmark.names import folded
from generallevel.benchmark.packaged import general_bench
from generallevel.benchmark.scopes import select, skill_named
from generallevel.benchmark.task import PARADIGMS, PROTOCOLS, Task
from generallevel.errors import UnknownName, did_you_mean

__all__ = ["list_tasks"]


def list_tasks(
    *,
    modality: str | None = None,
    paradigm: str | None = None,
    skill: str | None = None,
    metric: str | None = None,
    scope: str | None = None,
    protocol: str | None = None,
    catalogue: Catalogue | None = None,
) -> tuple[Task, ...]:
    """The tasks that pass every filter given.

    Parameters
    ----------
    modality : str, optional
        ``image``, ``video``, ``audio``, ``3d`` or ``language``.
    paradigm : str, optional
        ``comprehension`` or ``generation``. The language group has none: filter it by its modality.
    skill : str, optional
        Skill group by code, name or both: ``"#I-C-1"``, ``"Behavior Recognition"``.
    metric : str, optional
        Metric id, such as ``accuracy``.
    scope : str, optional
        A scope string, such as ``"C:audio.generation"``.
    protocol : str, optional
        ``official``, ``inferred``, ``ours`` or ``unresolved``.
    catalogue : Catalogue, optional
        General-Bench when left out.

    Returns
    -------
    tuple of Task
        In catalogue order. Empty only when known values exclude each other.

    Raises
    ------
    UnknownName
        If a value is one that no task of the catalogue has; offers the nearest.
    UnknownScope
        If the scope is none.

    Examples
    --------
    >>> len(list_tasks(modality="image", paradigm="generation")), len(list_tasks(metric="psnr"))
    (45, 28)
    >>> [task.id for task in list_tasks(skill="#A-G-7")]
    ['audio.generation.video-to-audio']
    """
    bench = general_bench() if catalogue is None else catalogue
    chosen = bench.tasks if scope is None else tuple(bench.tasks[p] for p in select(bench, scope).positions)
    if modality is not None:
        modality = _known("modality", modality, (task.modality for task in bench), bench)
        chosen = tuple(task for task in chosen if task.modality == modality)
    if paradigm is not None:
        paradigm = _known("paradigm", paradigm, PARADIGMS, bench)
        chosen = tuple(task for task in chosen if task.paradigm == paradigm)
    if skill is not None:
        skill = skill_named(bench, skill)
        chosen = tuple(task for task in chosen if task.skill == skill)
    if metric is not None:
        metric = _known("metric", metric, (task.metric for task in bench), bench)
        chosen = tuple(task for task in chosen if task.metric == metric)
    if protocol is not None:
        protocol = _known("protocol", protocol, PROTOCOLS, bench)
        chosen = tuple(task for task in chosen if task.protocol == protocol)
    return chosen


def _known(what: str, value: str, values: Iterable[str], catalogue: Catalogue) -> str:
    """The value as the catalogue writes it."""
    known = {folded(choice): choice for choice in values}
    if folded(str(value)) in known:
        return known[folded(str(value))]
    raise UnknownName(
        f"no task of {catalogue.name} has {what} {value!r}.{did_you_mean(str(value), known.values())} "
        f"There {'is' if len(known) == 1 else 'are'} {', '.join(sorted(known.values()))}."
    )

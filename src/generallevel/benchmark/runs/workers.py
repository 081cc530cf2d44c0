"""Workers: the jobs of a run, cut into units of work and scored here or by joblib's workers.

What a unit yields does not depend on who scores it (`generallevel.benchmark.runs.work`), so the number of workers never
shows in the results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from pickle import PicklingError
from typing import Any, Literal

from generallevel.benchmark.runs.result import TaskResult
from generallevel.benchmark.runs.work import Job, Opened, Part, failed, merged, result_of, score_slices, score_task
from generallevel.errors import GeneralLevelError, InvalidInput

__all__ = ["Backend", "Unit", "results", "units_of"]

SPLIT_BYTES = 16 * 2**10  # ours: an annotation file of media below this, some hundred items, is one unit of work

UNITS_FOR_EACH = 8  # ours: units of each worker between two writings of the journal, where a backend gathers results

Backend = Literal["loky", "multiprocessing", "threading"] | str


@dataclass(frozen=True)
class Unit:
    """A job, whole or some slices of it.

    Attributes
    ----------
    job : int
        Its place among the jobs.
    which : tuple of int or None
        The numbers of the slices; None for all of it.
    """

    job: int
    which: tuple[int, ...] | None = None


def units_of(jobs: Sequence[Job]) -> list[Unit]:
    """What is handed out, the largest first, so that no worker is left with a long task at the end.

    Parameters
    ----------
    jobs : sequence of Job
        The tasks.

    Returns
    -------
    list of Unit
    """
    units: list[tuple[int, Unit]] = []
    for place, job in enumerate(jobs):
        size = _size(job.annotation)
        slices = _slices_of_media(job) if size > SPLIT_BYTES else range(1)
        if len(slices) > 1:
            units += [(SPLIT_BYTES + size, Unit(place, (number,))) for number in slices]
        else:
            units.append((size, Unit(place)))
    return [unit for _, unit in sorted(units, key=lambda entry: (-entry[0], entry[1].job, entry[1].which or ()))]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # gone meanwhile: its reader tells
        return 0


def _slices_of_media(job: Job) -> range:
    """The slices of a task whose items are files; one of everything where it is cheaper not to ask."""
    if not any(recipe.format.media for recipe in job.book.recipes):
        return range(1)
    try:
        opened = Opened(job)
        if opened.answers.path is None or opened.rated or not opened.recipe.format.media:
            return range(1)
        return opened.slices
    except Exception:  # noqa: BLE001 - the worker meets it again, and reports it
        return range(1)


def _work(job: Job, which: tuple[int, ...] | None) -> TaskResult | Part:
    """What a worker does with a unit."""
    with _one_thread():
        if which is None:
            return score_task(job)
        opened = None
        try:
            opened = Opened(job)
            return score_slices(job, which, opened)
        except Exception as slip:  # noqa: BLE001 - as in score_task
            return failed(job, slip, opened)


def _one_thread() -> Any:
    """One BLAS thread: workers would fight for the cores, and the number of threads shows in the last bits of sums."""
    return _pools().limit(limits=1)


@cache
def _pools() -> Any:
    import scipy.linalg  # noqa: F401 - loads the BLAS that is to be limited
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def results(jobs: Sequence[Job], n_jobs: int, backend: Backend | None) -> Iterator[TaskResult]:
    """The results of jobs, as they come.

    Parameters
    ----------
    jobs : sequence of Job
        The tasks.
    n_jobs : int
        How many workers; with 1 and no backend everything is done here.
    backend : str or None
        A joblib backend.

    Yields
    ------
    TaskResult
        One for each job, in any order.

    Raises
    ------
    InvalidInput
        If there is no such backend, or a job cannot be sent to a worker.
    GeneralLevelError
        If a worker was killed.
    """
    if n_jobs == 1 and backend is None:
        with _one_thread():
            yield from map(score_task, jobs)
        return
    units = units_of(jobs)
    waiting: dict[int, dict[tuple[int, ...], TaskResult | Part]] = {}
    expected = Counter(unit.job for unit in units)
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
    except Exception as slip:  # noqa: BLE001 - as in score_task
        return failed(job, slip, opened)


def _parallel(
    jobs: Sequence[Job], units: Sequence[Unit], n_jobs: int, backend: Backend | None
) -> Iterator[tuple[Unit, TaskResult | Part]]:
    from joblib import delayed

    pool, at_once = _pool(n_jobs, backend, len(units))
    left = dict.fromkeys(units)
    try:
        with nullcontext() if at_once >= len(units) else pool:  # the same workers for all rounds
            for start in range(0, len(units), at_once):
                some = units[start : start + at_once]
                for unit, outcome in pool(delayed(_numbered)(unit, jobs[unit.job]) for unit in some):
                    del left[unit]
                    yield unit, outcome
    except PicklingError as slip:
        raise InvalidInput(
            f"the work cannot be sent to workers ({_last_line(slip.__cause__ or slip)}): an extractor or a reader "
            "holds what cannot be pickled, such as a session. Make that where it is first used, or pass n_jobs=1."
        ) from slip
    except BrokenExecutor as slip:
        names = ", ".join(dict.fromkeys(jobs[unit.job].task.id for unit in left))
        raise GeneralLevelError(
            f"a worker ended ({str(slip).splitlines()[0]}) at one of these tasks: {names:.300}. It was killed for "
            "want of memory as a rule, or a library crashed. With run=... what is done is kept."
        ) from slip


def _pool(n_jobs: int, backend: Backend | None, n_units: int) -> tuple[Any, int]:
    """Joblib's pool, and how many units it is given at once: some backends (Ray) give back all results together."""
    from joblib import Parallel, effective_n_jobs

    settings: dict[str, Any] = {} if backend is None else {"backend": backend}
    try:
        return Parallel(n_jobs=n_jobs, return_as="generator_unordered", **settings), max(n_units, 1)
    except (ImportError, ValueError):
        pass
    try:
        pool = Parallel(n_jobs=n_jobs, **settings)
    except (ImportError, ValueError) as slip:
        raise InvalidInput(f"joblib has no backend {backend!r} here: {slip}") from slip
    return pool, UNITS_FOR_EACH * effective_n_jobs(pool.n_jobs)


def _last_line(slip: BaseException) -> str:
    return next((line for line in reversed(str(slip).splitlines()) if line.strip(' "')), type(slip).__name__)


def _numbered(unit: Unit, job: Job) -> tuple[Unit, TaskResult | Part]:
    return unit, _work(job, unit.which)

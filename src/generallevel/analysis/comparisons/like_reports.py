"""Reports that can be compared: the same tasks, scope, references, policy and rules, or a clear refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from generallevel.errors import InvalidInput
from generallevel.level_report import LevelReport

__all__ = ["own_seed", "require_alike", "shared_options"]

NAMELESS = "a model without a name"


def shared_options(models: Iterable[object], options: Mapping[str, Any]) -> dict[str, Any]:
    """With what options the scores among some models become levels.

    Parameters
    ----------
    models : iterable of LevelReport or scores
        What is to be compared.
    options : mapping of str to value
        As for `generallevel.compute_level`.

    Returns
    -------
    dict of str to value
        The options as given; or, where some of the models are reports already, those of the first of them.

    Raises
    ------
    InvalidInput
        If options are given beside a report, which has its own.
    """
    first = next((one for one in models if isinstance(one, LevelReport)), None)
    if first is None:
        return dict(options)
    if options:
        raise InvalidInput(
            f"{', '.join(options)}: a report was computed with its own options already, which cannot be changed here. "
            "Pass scores, or compute the reports with these options."
        )
    basis = first.basis
    return {
        "scope": first.scope, "references": basis.references, "missing": first.missing,
        "catalogue": basis.grid.catalogue, "rules": basis.grid.rules,
    }  # fmt: skip


def require_alike(reports: Sequence[LevelReport]) -> None:
    """Refuse reports whose numbers do not measure the same thing.

    Parameters
    ----------
    reports : sequence of LevelReport
        At least one; each is held against the first.

    Raises
    ------
    InvalidInput
        If catalogue, scope, references, policy for missing scores or rules differ.
    """
    first = reports[0]
    for other in reports[1:]:
        reason = _difference(first, other)
        if reason:
            raise InvalidInput(
                f"{first.model or NAMELESS} and {other.model or NAMELESS} cannot be compared: {reason}. Compute both "
                "with the same options."
            )


def _difference(a: LevelReport, b: LevelReport) -> str | None:
    """What two reports differ in, None where they are alike."""
    if a.basis.grid.catalogue.tasks != b.basis.grid.catalogue.tasks:
        return f"their catalogues {a.basis.grid.catalogue.name} and {b.basis.grid.catalogue.name} have other tasks"
    if a.scope != b.scope:
        return f"one is over scope {a.scope} and the other over {b.scope}"
    if a.references != b.references:
        return f"one is measured against {a.references} and the other against {b.references}"
    apart = a.basis.aligned.references != b.basis.aligned.references
    apart &= ~(np.isnan(a.basis.aligned.references) & np.isnan(b.basis.aligned.references))
    if apart.any():
        task = a.basis.grid.catalogue.ids[int(np.flatnonzero(apart)[0])]
        return (
            f"they have other references of {int(apart.sum())} tasks, such as {task}, though both name {a.references}: "
            "a table has a sota column of its own, or two sets have one name"
        )
    if _policy(a) != _policy(b):
        return f"missing scores are {a.missing!r} in one and {b.missing!r} in the other"
    if a.basis.grid.rules != b.basis.grid.rules:
        return f"one is by the rules {a.basis.grid.rules.name!r} and the other by {b.basis.grid.rules.name!r}"
    return None


def _policy(report: LevelReport) -> str:
    """The policy for missing scores; with ``error`` there are none, so that it is ``zero``."""
    return "zero" if report.missing == "error" else report.missing


def own_seed(report: LevelReport, seed: int) -> int:
    """The seed of a model's own draws: decided by its name, its scores and the seed, and by no other model.

    Parameters
    ----------
    report : LevelReport
        Whose.
    seed : int
        The seed of the whole.

    Returns
    -------
    int
        From 0 to ``2 ** 128``.
    """
    said = f"{seed}|{report.model}|{report.basis.digest()}"
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:16], "big")

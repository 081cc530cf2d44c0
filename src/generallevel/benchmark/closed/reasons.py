"""Reasons without their text: of what kind it is that an item or a task has no score.

A reason may quote the reference, the prediction or a name; its kind is one of a few fixed words.
"""

from __future__ import annotations

from collections.abc import Iterable

from generallevel.benchmark.folders.documents import CONTRADICTION

__all__ = ["ITEM_KINDS", "TASK_KINDS", "counted", "kind_of_task_reason"]

OTHER = "cannot be read"
_UNSAFE = "path that leads elsewhere"
_NOT_THERE = "file that is not there"
_BEGINNINGS = {
    "no prediction": "no prediction",
    "no rating": "no rating",
    "it is null": "no prediction",
    "its entry has no": "no prediction",
    "its entry holds nothing": "no rating",
    CONTRADICTION: "predicted twice",
    "unexpected ": "breaks the reader or the metric",
    "there is no file": _NOT_THERE,
    "there is no folder": _NOT_THERE,
}
_PARTS = {
    "is an absolute path": _UNSAFE,
    "goes up by '..'": _UNSAFE,
    "through a symbolic link": _UNSAFE,
    "is no plain f": _UNSAFE,
}
ITEM_KINDS = tuple(dict.fromkeys([*_BEGINNINGS.values(), *_PARTS.values(), OTHER]))

_NOTHING_USABLE = "no prediction that can be used"
TASK_KINDS = ("not run", "not scored", "failed", "undefined", _NOTHING_USABLE)


def counted(reasons: Iterable[str]) -> dict[str, int]:
    """How many of the reasons are of each kind.

    Parameters
    ----------
    reasons : iterable of str
        Of items.

    Returns
    -------
    dict of str to int
        By kind, in a fixed order; kinds without a reason are left out.

    Examples
    --------
    >>> counted(["no prediction", "a list, not a text", "no prediction"])
    {'no prediction': 2, 'cannot be read': 1}
    """
    found: dict[str, int] = {}
    for reason in reasons:
        kind = _kind_of(reason)
        found[kind] = found.get(kind, 0) + 1
    return {kind: found[kind] for kind in ITEM_KINDS if kind in found}


def _kind_of(reason: str) -> str:
    for beginning, kind in _BEGINNINGS.items():
        if reason.startswith(beginning):
            return kind
    return next((kind for part, kind in _PARTS.items() if part in reason), OTHER)


def kind_of_task_reason(reason: str | None) -> str | None:
    """The kind of a task's reason for having no score.

    Parameters
    ----------
    reason : str or None
        As a `TaskResult` has it.

    Returns
    -------
    str or None
        One of `TASK_KINDS`; None where there is no reason.

    Examples
    --------
    >>> kind_of_task_reason("failed: the reference of item '1' cannot be read: ...")
    'failed'
    """
    if reason is None:
        return None
    beginning = reason.partition(":")[0]
    return beginning if beginning in TASK_KINDS else _NOTHING_USABLE

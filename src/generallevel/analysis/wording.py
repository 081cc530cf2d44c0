"""Wording: numbers in sentences, so that all results say the same thing in the same way."""

from __future__ import annotations

import math

__all__ = ["fitting", "many", "percent", "titled"]

DIGITS = 2  # of an error that are worth printing: ISO Guide 98-3 (2008), section 7.2.6


def many(count: int, noun: str) -> str:
    """A number of things.

    >>> many(1, "task"), many(2, "task")
    ('1 task', '2 tasks')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """A confidence level in percent.

    >>> percent(0.95), percent(0.999)
    ('95%', '99.9%')
    """
    return f"{100 * share:.4g}%"


def titled(level: str) -> str:
    """The name of a level as tables print it.

    >>> titled("level_4")
    'Level-4'
    """
    return level.replace("_", "-").capitalize()


def fitting(value: float, error: float, sign: str = "") -> str:
    """A value to the second digit of its error, beyond which all is chance.

    >>> fitting(0.698925, 0.0213), fitting(72.8, 2.2), fitting(0.16, 0.0655, "+")
    ('0.699', '72.8', '+0.160')
    """
    if not (0 < error < math.inf and math.isfinite(value)):
        return f"{value:{sign}.6g}"
    decimals = DIGITS - 1 - math.floor(math.log10(error))
    return f"{round(value, decimals):{sign}.{max(0, decimals)}f}"

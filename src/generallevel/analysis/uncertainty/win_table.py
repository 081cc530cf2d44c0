"""The table of wins: what `wins` returns, with its counts and its reading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.analysis.level_intervals.gates import NEAR
from generallevel.analysis.wording import percent

__all__ = ["DECISIONS", "LIKELY", "Wins"]

Floats = NDArray[np.float64]

DECISIONS = (
    "clear win", "likely win", "tie", "undecided", "likely loss", "clear loss", "unknown", "no reference", "no score"
)  # fmt: skip
LIKELY = 0.8  # ours: four to one
NUMBERS = (
    "scores", "references", "margins", "errors", "z", "probabilities", "p_win", "p_loss", "luck", "items_needed"
)  # fmt: skip
KEYS = (
    "score", "reference", "margin", "standard_error", "z", "probability", "p_win", "p_loss", "luck", "items_needed"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Wins:
    """How sure each win and each loss is. One entry for each task of the scope; NaN where something is not known.

    Attributes
    ----------
    tasks : tuple of str
        Ids, in the order of the catalogue.
    scores, references, margins, errors : ndarray of float, shape (tasks,)
        In the unit of the task. A margin is above 0 where the model is better; its error is that of no difference.
        References are lowered where they are the best of several candidates.
    z : ndarray of float, shape (tasks,)
        The margin in standard errors.
    probabilities : ndarray of float, shape (tasks,)
        That the true score is at least as good as the reference, given what was measured; 0-1.
    p_win, p_loss : ndarray of float, shape (tasks,)
        One-sided p-values: of no win, and of no loss; 0-1.
    luck : ndarray of float, shape (tasks,)
        How often a model would win that is exactly as good as the reference; 0-1.
    items_needed : ndarray of float, shape (tasks,)
        Items of the model after which a true margin of this size would be clear; infinite where no number would do, NaN
        where items are not counted.
    won : ndarray of bool, shape (tasks,)
        What the report counts as won.
    decisions : tuple of str
        One of `DECISIONS`. ``clear``: the reference lies outside the interval of the level. ``tie``: the difference is
        within the tie that was asked for. ``likely``: the probability is at least `LIKELY`. ``unknown``: no error.
    models : tuple of str
        What a probability rests on: ``jeffreys``, ``normal`` or ``unknown``.
    level, power : float
        As asked for.
    candidates : int
        As asked for.
    tie, items, sota : str
        What counts as a tie, where items come from, and what references are taken for.
    constant_references : int
        Tasks with an error of their own whose reference has none, and counts as exact.
    """

    tasks: tuple[str, ...]
    scores: Floats
    references: Floats
    margins: Floats
    errors: Floats
    z: Floats
    probabilities: Floats
    p_win: Floats
    p_loss: Floats
    luck: Floats
    items_needed: Floats
    won: NDArray[np.bool_]
    decisions: tuple[str, ...]
    models: tuple[str, ...]
    level: float
    power: float
    candidates: int
    tie: str
    items: str
    sota: str
    constant_references: int

    def __len__(self) -> int:
        return len(self.tasks)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many tasks there are of each decision, those that do not occur left out."""
        number = Counter(self.decisions)
        return {name: number[name] for name in DECISIONS if number[name]}

    @property
    def unknown(self) -> int:
        """How many compared tasks have no known error."""
        return int((~np.isnan(self.margins) & np.isnan(self.probabilities)).sum())

    @property
    def near(self) -> float | None:
        """The share of tasks with a known error that lie within two standard errors of their reference.

        Errors are those of no difference; the near gates of an interval of a level take the error at the score where it
        is more, and may be some more.
        """
        known = self.z[~np.isnan(self.z)]
        return float((np.abs(known) <= NEAR).mean()) if len(known) else None

    @property
    def expected(self) -> float:
        """The sum of the probabilities: about how many true wins there are among tasks with a known error."""
        return float(np.nansum(self.probabilities))

    @property
    def signature(self) -> str:
        """What reproduces it: level, tie, items, references, candidates, tasks of unknown error, version."""
        parts = (
            "wins", f"level:{self.level:g}", f"power:{self.power:g}", f"tie:{self.tie}", f"n:{self.items}",
            f"sota:{self.sota}", f"candidates:{self.candidates}", f"unknown:{self.unknown}", f"v:{__version__}",
        )  # fmt: skip
        return "|".join(parts)

    def rows(self) -> list[dict[str, Any]]:
        """One mapping for each task; None where a number is not known, and infinities as floats."""
        columns = [getattr(self, name).tolist() for name in NUMBERS]
        plain = ([None if number != number else number for number in column] for column in columns)
        keys = ("task", "decision", "won", "model", *KEYS)
        table = zip(self.tasks, self.decisions, self.won.tolist(), self.models, *plain, strict=True)
        return [dict(zip(keys, row, strict=True)) for row in table]

    def to_dict(self) -> dict[str, Any]:
        """The table as plain data; infinities are floats."""
        return {
            "level": self.level,
            "power": self.power,
            "candidates": self.candidates,
            "tie": self.tie,
            "sota": self.sota,
            "won": int(self.won.sum()),
            "decisions": self.counts,
            "unknown": self.unknown,
            "constant_references": self.constant_references,
            "near": self.near,
            "expected": self.expected,
            "tasks": self.rows(),
            "signature": self.signature,
        }

    def __str__(self) -> str:
        lines = [f"{int(self.won.sum())} of {len(self)} tasks won; at the {percent(self.level)} level:"]
        lines += [f"  {count:4d}  {name}" for name, count in self.counts.items()]
        if self.near is not None:
            lines.append(
                f"{self.near:.0%} of tasks with a known error lie within {NEAR:g} standard errors of their reference"
            )
        if self.unknown:
            lines.append(f"compared without a known error: {self.unknown} (give n or standard_error)")
        if self.constant_references:
            lines.append(f"references that count as exact: {self.constant_references} (give sota_n or sota_se)")
        return "\n".join(lines)

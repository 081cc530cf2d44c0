"""A comparison: the same job done by us and by a yardstick, in one run on one machine, and whether the results agree.

Seconds of a busy machine say little; the ratio of two times taken side by side says more. Nothing here is a test.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """One line of the table.

    Attributes
    ----------
    name : str
        What is measured.
    ours, theirs : float
        In ``unit``: the best of several rounds, for time.
    yardstick : str
        What ``theirs`` is.
    agreement : str
        How far the two results differ, or why there is nothing to compare.
    wanted : float
        The ratio ``ours / theirs`` or, where ``theirs`` is a fixed bound, the share of it that we aim to stay under.
    unit : str
        ``ms`` or ``MB``.
    """

    name: str
    ours: float
    theirs: float
    yardstick: str
    agreement: str
    wanted: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours over theirs; below 1 is better."""
        return self.ours / self.theirs

    def line(self) -> str:
        """The comparison as one line of text."""
        mark = "" if self.ratio <= self.wanted else "  <- above what is wanted"
        return (
            f"{self.name:<44}{self.ours:>10.2f}{self.theirs:>10.2f} {self.unit:<3}{self.ratio:>8.3f}{self.wanted:>8.2f}"
            f"  {self.yardstick}; {self.agreement}{mark}"
        )


HEADER = f"{'what':<44}{'ours':>10}{'other':>10} {'':<3}{'ratio':>8}{'wanted':>8}  other; agreement"


def best_ms(job: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs, in milliseconds: what the job costs when nothing else disturbs it."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def fresh(code: str) -> str:
    """What a fresh interpreter prints for this code."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

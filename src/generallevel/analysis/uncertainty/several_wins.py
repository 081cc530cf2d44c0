"""Many wins at once: how many of them are more than luck.

Of 699 gates at parity about 350 are won, and a test at 5 percent still sees some 35. Three counts put that right:

* *significant* wins, where the error of seeing any win that is none is bounded (Holm), or the expected share of such
  wins among those seen (Benjamini-Hochberg);
* wins *by luck*, that a model would have which is exactly as good as each reference;
* *true* wins at least: so many of the tasks are truly won, with the stated confidence, though not which (partial
  conjunction).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel._version import __version__
from generallevel.analysis.distributions.quantiles import check_share
from generallevel.analysis.uncertainty.win_table import Wins
from generallevel.analysis.wording import many
from generallevel.errors import InvalidInput

__all__ = ["Multiplicity", "benjamini_hochberg", "holm", "multiplicity", "true_at_least"]

Floats = NDArray[np.float64]
LEAST = np.finfo(np.float64).tiny  # a p-value of 0 has no logarithm, and is a rounding


@dataclass(frozen=True)
class Multiplicity:
    """How many wins there are, by several ways of counting.

    Attributes
    ----------
    raw : int
        Tasks won, as the report counts them.
    significant : int
        Tasks whose win is significant after the correction.
    tasks : tuple of str
        Which those are.
    uncorrected : int
        Tasks with a p-value of at most ``alpha`` by themselves.
    false_uncorrected : float
        How many of those there would be on average if no task were truly won, at most.
    by_luck : float
        Tasks that a model would win on average which is exactly as good as each reference.
    true_at_least : int
        So many of the tasks are truly won, with confidence ``1 - alpha``.
    tested : int
        Tasks with a p-value.
    untested : int
        Compared tasks without one, as nothing is known of their error.
    alpha : float
        The error that was allowed.
    method, combination : str
        The correction; how p-values were combined for ``true_at_least``.
    """

    raw: int
    significant: int
    tasks: tuple[str, ...]
    uncorrected: int
    false_uncorrected: float
    by_luck: float
    true_at_least: int
    tested: int
    untested: int
    alpha: float
    method: str
    combination: str

    @property
    def signature(self) -> str:
        """What reproduces it: correction, combination, error, tasks tested, version."""
        tested = f"tested:{self.tested}/{self.tested + self.untested}"
        return f"multiplicity:{self.method}|true:{self.combination}|alpha:{self.alpha:g}|{tested}|v:{__version__}"

    def __str__(self) -> str:
        untested = f"; not tested: {self.untested}" if self.untested else ""
        return (
            f"{many(self.raw, 'win')}, {self.significant} of them significant ({self.method}, {self.alpha:g}); "
            f"{self.by_luck:.0f} expected by luck at parity; at least {many(self.true_at_least, 'true win')} of "
            f"{self.tested} tested{untested}"
        )

    def to_dict(self) -> dict[str, Any]:
        """The counts as plain data, with their signature."""
        return {**asdict(self), "tasks": list(self.tasks), "signature": self.signature}


def multiplicity(
    wins: Wins,
    alpha: float = 0.05,
    *,
    method: Literal["holm", "benjamini-hochberg"] = "holm",
    combination: Literal["fisher", "bonferroni"] = "fisher",
) -> Multiplicity:
    """How many of the wins are more than luck.

    Parameters
    ----------
    wins : Wins
        What `generallevel.analysis.uncertainty.win_odds` returns.
    alpha : float, default 0.05
        The error that is allowed, in (0, 1): of any false win with ``holm``, of their share with
        ``benjamini-hochberg``, and of ``true_at_least``.
    method : {"holm", "benjamini-hochberg"}
        Holm holds for tasks that depend on each other in any way. Benjamini-Hochberg holds for independent tasks, and
        for positive dependence.
    combination : {"fisher", "bonferroni"}
        For ``true_at_least``: Fisher's needs independent tasks, Bonferroni's does not and finds fewer.

    Returns
    -------
    Multiplicity

    Raises
    ------
    InvalidInput
        If an argument is none of its words.

    References
    ----------
    .. [1] Holm (1979), Scandinavian Journal of Statistics 6; Benjamini and Hochberg (1995), JRSS B 57.
    .. [2] Benjamini and Heller (2008), "Screening for partial conjunction hypotheses", Biometrics 64.
    .. [3] Dror, Baumer, Bogomolov, Reichart (2017), "Replicability analysis for NLP", TACL 5.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> from generallevel.analysis.uncertainty.win_odds import wins
    >>> sure = wins(compute_level({"Human Action Recognition": 95.0, "Sports Image Classification": 90.0}), n=465)
    >>> counted = multiplicity(sure)
    >>> counted.raw, counted.significant, counted.true_at_least
    (2, 2, 2)
    """
    check_share("alpha", alpha)
    corrections = {"holm": holm, "benjamini-hochberg": benjamini_hochberg}
    if method not in corrections or combination not in ("fisher", "bonferroni"):
        raise InvalidInput(
            f"method = {method!r}, combination = {combination!r}: wanted 'holm' or 'benjamini-hochberg', and 'fisher' "
            "or 'bonferroni'"
        )
    tested = np.flatnonzero(~np.isnan(wins.p_win))
    p_values = wins.p_win[tested]
    seen = tested[corrections[method](p_values, alpha)]
    return Multiplicity(
        raw=int(wins.won.sum()),
        significant=len(seen),
        tasks=tuple(wins.tasks[place] for place in seen.tolist()),
        uncorrected=int((p_values <= alpha).sum()),
        false_uncorrected=alpha * len(tested),
        by_luck=float(np.nansum(wins.luck)),
        true_at_least=true_at_least(p_values, alpha, combination),
        tested=len(tested),
        untested=wins.unknown,
        alpha=float(alpha),
        method=method,
        combination=combination,
    )


def holm(p_values: ArrayLike, alpha: float = 0.05) -> NDArray[np.bool_]:
    """Which hypotheses are rejected so that any false rejection has a probability of at most ``alpha``.

    Parameters
    ----------
    p_values : array_like of float, shape (m,)
        In [0, 1].
    alpha : float, default 0.05
        In (0, 1).

    Returns
    -------
    ndarray of bool, shape (m,)

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [True, False, False]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    passed = np.minimum.accumulate(p[order] * np.arange(len(p), 0, -1) <= alpha) if len(p) else np.zeros(0, dtype=bool)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = passed
    return rejected


def benjamini_hochberg(p_values: ArrayLike, alpha: float = 0.05) -> NDArray[np.bool_]:
    """Which hypotheses are rejected so that the expected share of false ones among them is at most ``alpha``.

    Parameters
    ----------
    p_values, alpha
        As for `holm`.

    Returns
    -------
    ndarray of bool, shape (m,)

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).tolist()
    [True, True, True]
    """
    p = np.asarray(p_values, dtype=np.float64)
    ordered = np.sort(p)
    passed = np.flatnonzero(ordered <= alpha * np.arange(1, len(p) + 1) / max(len(p), 1))
    return p <= ordered[passed[-1]] if len(passed) else np.zeros(len(p), dtype=bool)


def true_at_least(p_values: ArrayLike, alpha: float = 0.05, combination: str = "fisher") -> int:
    """A lower confidence bound on how many of the hypotheses are false.

    Parameters
    ----------
    p_values, alpha
        As for `holm`.
    combination : {"fisher", "bonferroni"}
        How the p-values are combined.

    Returns
    -------
    int
        At most so few with a probability of at most ``alpha``; 0 to m.

    Notes
    -----
    That at least u are false is tested by combining all but the u - 1 least p-values. The bound is the number of such
    tests, from u = 1 on, that pass in a row; as their hypotheses are nested, no correction is needed.

    Examples
    --------
    >>> true_at_least([0.001, 0.02, 0.04, 0.9]), true_at_least([0.001, 0.02, 0.04, 0.9], combination="bonferroni")
    (2, 1)
    """
    p = np.sort(np.asarray(p_values, dtype=np.float64))
    left = np.arange(len(p), 0, -1)  # how many p-values are combined
    if combination == "fisher":
        from scipy.special import gammaincc

        # Of 2 * left degrees of freedom, whose halves the incomplete gamma function wants.
        total = -np.cumsum(np.log(np.maximum(p, LEAST))[::-1])[::-1]
        combined = gammaincc(left.astype(np.float64), total)
    else:
        combined = left * p
    failed = np.flatnonzero(combined > alpha)
    return int(failed[0]) if len(failed) else len(p)

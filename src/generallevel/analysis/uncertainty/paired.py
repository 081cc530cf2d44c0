"""Paired tests: whether one system beats another on the same items.

=================  ==================================================  ==============================================
method             items                                               tests
=================  ==================================================  ==============================================
``mcnemar``        right or wrong                                      mid-p of the items that only one gets right
``mcnemar-exact``  right or wrong                                      the same without the mid-p; never too small
``randomisation``  any; groups                                         all swaps of the two systems, or a draw of them
``bootstrap``      any; groups                                         draws of items, about their own mean
=================  ==================================================  ==============================================

Drawn p-values are ``(1 + as extreme) / (1 + draws)``, so that none is 0 and the error is never above the level. Draws
with exactly the observed difference count as extreme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel.analysis.distributions.quantiles import check_share, check_whole, student_quantile
from generallevel.analysis.uncertainty.intervals import FEWEST_BOOTSTRAP, RESAMPLES, RESAMPLES_AFRESH, signature
from generallevel.analysis.uncertainty.resampling import BLOCK, jackknife_error, percentile, settled, weights
from generallevel.analysis.uncertainty.sampling import Sample, item_tallies, joined_samples
from generallevel.analysis.wording import fitting
from generallevel.errors import InvalidInput, LengthMismatch, did_you_mean
from generallevel.scoring import Score

__all__ = ["FEWEST_PAIRS", "PairedTest", "paired_test"]

Floats = NDArray[np.float64]

METHODS = ("auto", "mcnemar", "mcnemar-exact", "randomisation", "bootstrap")
FEWEST_PAIRS = 6  # 2 ** 6 swaps are the fewest that can give a two-sided p-value below 0.05
SLACK = 1e-12  # ours: relative rounding below which two differences are the same


@dataclass(frozen=True)
class PairedTest:
    """What a paired test says.

    Attributes
    ----------
    difference : float
        How much better the first system is, in ``unit``; below 0 where it is worse, in either direction of the metric.
    p_value : float
        In (0, 1].
    alternative : str
        ``greater``: the first is better. ``two-sided``: they differ.
    method : str
        How it was tested.
    standard_error : float or None
        Of the difference, by the jackknife over pairs or groups; None where tallies are added up afresh.
    low, high : float or None
        An interval of the difference: percentiles of the bootstrap, and Student's t on the jackknife error otherwise.
    level : float
        Of the interval.
    scores : (float, float)
        Of the two systems.
    unit : str
        Of scores and difference.
    n : int
        Pairs.
    groups : int or None
        Groups that were drawn or swapped as one.
    only_first, only_second : int or None
        Items that one system alone gets right, where items are right or wrong.
    resamples, seed : int or None
        Draws and their seed; None where nothing was drawn, as with all swaps.
    """

    difference: float
    p_value: float
    alternative: str
    method: str
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    scores: tuple[float, float]
    unit: str
    n: int
    groups: int | None
    only_first: int | None
    only_second: int | None
    resamples: int | None
    seed: int | None

    @property
    def signature(self) -> str:
        """What reproduces it: method, alternative, pairs, groups, draws, seed, version."""
        said = [f"paired:{self.method}", f"alternative:{self.alternative}", f"level:{self.level:g}"]
        return signature(said, {"n": self.n, "groups": self.groups, "resamples": self.resamples, "seed": self.seed})

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        error = self.standard_error or 0.0
        known = [fitting(end, error) for end in (self.low, self.high) if end is not None]
        ends = f" [{', '.join(known)}]" if known else ""
        return (
            f"difference {fitting(self.difference, error, '+')}{unit}{ends}, p = {self.p_value:.3g} "
            f"({self.alternative}; {self.method}, {self.n} pairs)"
        )

    def to_dict(self) -> dict[str, Any]:
        """The test as plain data, with its signature."""
        return {**asdict(self), "scores": list(self.scores), "signature": self.signature}


def paired_test(
    a: Any,
    b: Any,
    method: Literal["auto", "mcnemar", "mcnemar-exact", "bootstrap", "randomisation"] = "auto",
    *,
    alternative: Literal["greater", "two-sided"] = "greater",
    groups: Any = None,
    better: Literal["higher", "lower"] | None = None,
    level: float = 0.95,
    resamples: int | None = None,
    seed: int = 0,
) -> PairedTest:
    """Whether the first of two systems is better on the same items.

    Parameters
    ----------
    a, b : Score, mapping of id to tally or number, or sequence of tallies or numbers
        Two scores of one metric that kept their items, which pair by id; mappings pair by id too, and sequences by
        position.
    method : str, default "auto"
        ``mcnemar`` where items are right or wrong and stand alone, else ``randomisation``.
    alternative : {"greater", "two-sided"}
        Whether the first is to be better, or just different.
    groups : mapping of id to group, or sequence with one group for each pair, optional
        Which items belong together; they are drawn and swapped together.
    better : {"higher", "lower"}, optional
        The direction; scores bring that of their metric, and numbers are better when higher.
    level : float, default 0.95
        Of the interval of the difference.
    resamples : int, optional
        Draws: 10,000 where tallies are additive, 1,000 where they are added up afresh. Where there are no more swaps
        than that, all of them are tried, and the p-value is exact.
    seed : int, default 0
        What decides the draws.

    Returns
    -------
    PairedTest

    Raises
    ------
    InvalidInput
        If the two do not measure the same thing, the method does not fit, or there are too few pairs.
    LengthMismatch
        If they are not about the same items.

    References
    ----------
    .. [1] Fagerland, Lydersen, Laake (2013), BMC Medical Research Methodology 13, for the mid-p McNemar test.
    .. [2] Riezler and Maxwell (2005), W05-0908, for randomisation; Koehn (2004), W04-3250, for the bootstrap.
    .. [3] Phipson and Smyth (2010), "Permutation p-values should never be zero", for the 1 that is added.

    Examples
    --------
    >>> print(paired_test([1] * 30 + [0] * 20, [1] * 20 + [0] * 10 + [1] * 2 + [0] * 18))
    difference +0.160 [0.027, 0.293], p = 0.0112 (greater; mcnemar, 50 pairs)
    """
    check_share("level", level)
    for name, given, allowed in (
        ("method", method, METHODS),
        ("alternative", alternative, ("greater", "two-sided")),
        ("better", better, ("higher", "lower", None)),
    ):
        if given not in allowed:
            wanted = [word for word in allowed if word is not None]
            raise InvalidInput(
                f"{name} = {given!r}: wanted one of {', '.join(wanted)}.{did_you_mean(str(given), wanted)}"
            )
    unit, direction = _same_measure(a, b, better)
    first, second = joined_samples(*_pairs(a, b), groups)
    if len(first) < FEWEST_PAIRS:
        what = "pairs" if groups is None else "groups"
        raise InvalidInput(f"{len(first)} {what} can show nothing: a paired test wants {FEWEST_PAIRS} of them at least")
    binary = first.is_binary and second.is_binary and groups is None
    chosen: str = ("mcnemar" if binary else "randomisation") if method == "auto" else method
    if chosen.startswith("mcnemar") and not binary:
        raise InvalidInput(
            f"method = {method!r} wants items that are right or wrong, and no groups: use 'randomisation'"
        )
    if chosen == "bootstrap" and len(first) < FEWEST_BOOTSTRAP:
        raise InvalidInput(f"a bootstrap of {len(first)} pairs wants {FEWEST_BOOTSTRAP}: use 'randomisation'")
    default = RESAMPLES_AFRESH if first.rows is None else RESAMPLES
    draws = default if resamples is None else check_whole("resamples", resamples, 2)
    pair = _Pair(first, second, direction)
    error, low, high = pair.error_and_interval(level)
    only: tuple[int, int] | tuple[None, None] = pair.discordant() if binary else (None, None)
    drawn: int | None = draws
    if chosen == "bootstrap":
        p_value, (low, high) = _bootstrapped(pair, alternative, draws, check_whole("seed", seed, 0), level)
    elif chosen == "randomisation":
        exhaustive = len(first) < draws.bit_length()
        drawn = None if exhaustive else draws
        p_value = _swapped(pair, alternative, draws, check_whole("seed", seed, 0), exhaustive)
    else:
        drawn, p_value = None, _mcnemar(*pair.discordant(), alternative, mid=chosen == "mcnemar")
    if chosen == "randomisation" and drawn is None:
        chosen = "randomisation-exact"
    return PairedTest(
        difference=pair.difference,
        p_value=p_value,
        alternative=alternative,
        method=chosen,
        standard_error=error,
        low=low,
        high=high,
        level=float(level),
        scores=(first.value, second.value),
        unit=unit,
        n=first.items,
        groups=None if groups is None else len(first),
        only_first=only[0],
        only_second=only[1],
        resamples=drawn,
        seed=None if drawn is None else seed,
    )


def _same_measure(a: Any, b: Any, better: str | None) -> tuple[str, float]:
    """The unit of both, and 1 where higher is better, -1 otherwise."""
    if isinstance(a, Score) and isinstance(b, Score):
        if a.signature != b.signature:
            raise InvalidInput(f"these scores do not measure the same thing: {a.signature} and {b.signature}")
        if better not in (None, a.better):
            raise InvalidInput(f"better = {better!r}, but {a.metric} is declared with {a.better!r}: leave it out")
        return a.unit, 1.0 if a.better == "higher" else -1.0
    if isinstance(a, Score) or isinstance(b, Score):
        raise InvalidInput("one side is a Score and the other is not: pass two scores, or the items of both")
    return "", -1.0 if better == "lower" else 1.0


def _pairs(a: Any, b: Any) -> tuple[Any, Any]:
    """Both sides, paired by id where they have ids."""
    if isinstance(a, Score):
        a, b = item_tallies(a), item_tallies(b)
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        if a.keys() != b.keys():
            ours, theirs = a.keys() - b.keys(), b.keys() - a.keys()
            example = next(iter(ours or theirs))
            raise LengthMismatch(
                f"the two are not about the same items: {len(ours)} ids are in the first alone and {len(theirs)} in "
                f"the second, such as {example!r}. Score both on the same items."
            )
        return a, {key: b[key] for key in a}
    if isinstance(a, Mapping) or isinstance(b, Mapping):
        raise InvalidInput("pass two mappings, which pair by id, or two sequences, which pair by position")
    first, second = list(a), list(b)
    if len(first) != len(second):
        raise LengthMismatch(f"{len(first)} items and {len(second)}: a paired test wants the same items on both sides")
    return first, second


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two systems on the same units."""

    first: Sample
    second: Sample
    direction: float

    @property
    def difference(self) -> float:
        """How much better the first is."""
        return self.direction * (self.first.value - self.second.value)

    def drawn(self, block: NDArray[Any]) -> Floats:
        """The difference under selections of units."""
        return self.direction * (self.first.scores(block) - self.second.scores(block))

    def swapped(self, kept: NDArray[np.bool_]) -> Floats:
        """The difference where the two change places in some units; kept has shape (swaps, units)."""
        both = self.first.beside(self.second)
        mine, others = np.hstack([kept, ~kept]), np.hstack([~kept, kept])
        return self.direction * (both.scores(mine) - both.scores(others))

    def error_and_interval(self, level: float) -> tuple[float | None, float | None, float | None]:
        """The jackknife error of the difference and its interval; nothing where tallies are added up afresh."""
        if self.first.rows is None:
            return None, None, None
        error = jackknife_error(self.first.leave_one_out() - self.second.leave_one_out())
        reach = student_quantile(level, len(self.first) - 1) * error
        return error, self.difference - reach, self.difference + reach

    def discordant(self) -> tuple[int, int]:
        """Items that one system alone gets right."""
        assert self.first.rows is not None
        assert self.second.rows is not None
        apart = (self.first.rows[:, 0] - self.second.rows[:, 0]) * self.direction
        return int((apart > 0).sum()), int((apart < 0).sum())


def _mcnemar(better: int, worse: int, alternative: str, *, mid: bool) -> float:
    """The binomial test of the discordant items, each of which is as likely to speak for either."""
    from scipy.special import bdtr

    n = better + worse
    if n == 0:
        return 1.0
    # As many or more for the first is as few or fewer for the second.
    few = min(better, worse) if alternative == "two-sided" else worse
    tail = float(bdtr(few, n, 0.5))
    same = tail - float(bdtr(few - 1, n, 0.5)) if few else tail
    if alternative == "two-sided":
        return min(1.0, 2 * (tail - (same / 2 if mid else 0)))
    return tail - (same / 2 if mid else 0)


def _extreme(drawn: Floats, observed: float, alternative: str) -> int:
    """How many draws are at least as far out as what was observed."""
    slack = SLACK * max(1.0, abs(observed))
    if alternative == "two-sided":
        return int((np.abs(drawn) >= abs(observed) - slack).sum())
    return int((drawn >= observed - slack).sum())


def _swapped(pair: _Pair, alternative: str, resamples: int, seed: int, exhaustive: bool) -> float:
    units = len(pair.first)
    if exhaustive:
        kept = (np.arange(1 << units)[:, None] >> np.arange(units)) & 1
        found, _ = settled(pair.swapped(kept.astype(bool)))
        return _extreme(found, pair.difference, alternative) / len(found)
    generator = np.random.default_rng(seed)
    rows = max(1, BLOCK // units)
    blocks = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    found, _ = settled(
        np.concatenate([pair.swapped(generator.integers(0, 2, (count, units), dtype=bool)) for count in blocks])
    )
    return (1 + _extreme(found, pair.difference, alternative)) / (1 + len(found))


def _bootstrapped(
    pair: _Pair, alternative: str, resamples: int, seed: int, level: float
) -> tuple[float, tuple[float, float]]:
    found, _ = settled(np.concatenate([pair.drawn(block) for block in weights(len(pair.first), resamples, seed)]))
    # Draws scatter about what was observed; moved to 0, they show what no difference would look like.
    extreme = _extreme(found - found.mean(), pair.difference, alternative)
    return (1 + extreme) / (1 + len(found)), percentile(found, level)

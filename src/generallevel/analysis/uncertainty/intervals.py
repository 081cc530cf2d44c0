"""The interval of one score, by the method that its kind of evidence allows.

==================  =============================================  ==================================================
method              from                                           says
==================  =============================================  ==================================================
``wilson``          items that are right or wrong, or counts       score interval; near its level from a few items on
``clopper-pearson`` the same                                       never covers less than its level, and is wider
``t``               items or groups of an additive score           Student's t on the jackknife standard error
``bootstrap``       items or groups                                BCa; percentiles where tallies are added up afresh
``percentile``      items or groups                                plain percentiles of the same draws
``conservative``    n and a mean of bounded items                  Wilson at the greatest possible variance
``guaranteed``      the same                                       covers at least its level at every n, for certain
``given``           a standard error, or an interval               normal, or as it was given
==================  =============================================  ==================================================

Why BCa and not the studentised bootstrap: it stays within the range of the score, does not change under a rescaling,
needs no standard error inside each draw, and for additive tallies its correction is one matrix subtraction. Both are
accurate to second order. For tallies that are added up afresh the correction would cost n more readings, so that plain
percentiles are given there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from generallevel._version import __version__
from generallevel.analysis.distributions.proportions import clopper_pearson, guaranteed, wilson
from generallevel.analysis.distributions.quantiles import check_share, check_whole, student_quantile, two_sided
from generallevel.analysis.uncertainty.resampling import bca, bootstrap, jackknife_error, percentile, settled
from generallevel.analysis.uncertainty.sampling import Sample, sample_of
from generallevel.analysis.wording import fitting, many, percent
from generallevel.errors import InvalidInput, UnknownMetric, did_you_mean
from generallevel.registry import find
from generallevel.scoring import Score
from generallevel.tallies import Mean, Ratio, Tally

__all__ = [
    "FEWEST_BOOTSTRAP",
    "FEWEST_T",
    "RESAMPLES",
    "RESAMPLES_AFRESH",
    "Interval",
    "Method",
    "interval",
    "signature",
]

Method = Literal[
    "auto", "bootstrap", "percentile", "t", "wilson", "clopper-pearson", "conservative", "guaranteed", "given"
]
METHODS = ("auto", "bootstrap", "percentile", "t", "wilson", "clopper-pearson", "conservative", "guaranteed", "given")
FROM_SHARES = {
    "wilson": wilson, "clopper-pearson": clopper_pearson, "conservative": wilson, "guaranteed": guaranteed
}  # fmt: skip

RESAMPLES = 10_000  # Efron and Tibshirani (1993), section 14.3, want 1,000 at least for BCa; 10,000 cost little here
RESAMPLES_AFRESH = 1_000  # ours: where each draw costs as much as reading the score
FEWEST_BOOTSTRAP = 20  # ours: with so few skewed items BCa misses 1 in 10, not 1 in 20; docs/how-to/uncertainty.md
FEWEST_T = 5  # ours: below it the interval says more of the quantile than of the items


def signature(said: Iterable[str], settings: Mapping[str, int | None]) -> str:
    """What was said, the settings that have a value, and the version, in the form of all signatures."""
    stated = (f"{name}:{value}" for name, value in settings.items() if value is not None)
    return "|".join([*said, *stated, f"v:{__version__}"])


@dataclass(frozen=True)
class Interval:
    """A score with its standard error and an interval.

    Attributes
    ----------
    value : float
        The score, in ``unit``.
    low, high : float
        The ends, in ``unit``.
    level : float
        How often such intervals hold the true score, as far as the method keeps its promise; 0-1.
    standard_error : float
        In ``unit``; at least 0.
    method : str
        How it was made.
    unit : str
        The unit of all of them.
    n : int or None
        Items.
    groups : int or None
        Groups of items that were resampled, or None where each item stands alone.
    resamples, seed : int or None
        Of a bootstrap.
    undefined : int
        Resamples that have no score and were left out.
    assumes : str
        What the method takes for granted.
    """

    value: float
    low: float
    high: float
    level: float
    standard_error: float
    method: str
    unit: str = ""
    n: int | None = None
    groups: int | None = None
    resamples: int | None = None
    seed: int | None = None
    undefined: int = 0
    assumes: str = ""

    @property
    def width(self) -> float:
        """From end to end, in ``unit``."""
        return self.high - self.low

    @property
    def signature(self) -> str:
        """What reproduces it: method, level, items, groups, resamples, seed, version."""
        settings = {"n": self.n, "groups": self.groups, "resamples": self.resamples, "seed": self.seed}
        return signature([f"interval:{self.method}", f"level:{self.level:g}"], settings)

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        items = "" if self.n is None else f", {many(self.n, 'item')}"
        of = f"{items} in {self.groups} groups" if items and self.groups else items
        value, low, high = (fitting(end, self.standard_error) for end in (self.value, self.low, self.high))
        return f"{value}{unit}, {percent(self.level)} interval [{low}, {high}] ({self.method}{of})"

    def to_dict(self) -> dict[str, Any]:
        """The interval as plain data, with its signature."""
        return {**asdict(self), "signature": self.signature}


def interval(
    score: Any,
    level: float = 0.95,
    method: Method = "auto",
    *,
    resamples: int | None = None,
    seed: int = 0,
    groups: Any = None,
    n: int | None = None,
    bounds: tuple[float, float] | None = None,
    standard_error: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Interval:
    """The interval of a score.

    Parameters
    ----------
    score : Score, sequence of Tally, sequence of float, Tally or float
        A score with its items (``keep_items=True``), the tallies of items, or plain scores of items whose mean is the
        score. A score without items, a count out of a total, or a number with ``n`` serve where only those are known.
    level : float, default 0.95
        How often such intervals are to hold the true score, in (0, 1).
    method : str, default "auto"
        ``auto`` takes what was given first; then Wilson for items that are right or wrong; then BCa from 20 items (or
        groups) on and Student's t below; from n alone, Wilson at the greatest possible variance.
    resamples : int, optional
        Draws of a bootstrap: 10,000 where tallies are additive, 1,000 where each draw adds its tallies up afresh.
    seed : int, default 0
        What decides the draws.
    groups : mapping of id to group, or sequence with one group for each item, optional
        Which items belong together, such as the questions about one image. Whole groups are drawn.
    n : int, optional
        Items behind a score that does not bring them.
    bounds : (float, float), optional
        The least and the greatest score of an item; a `Score` brings those of its metric.
    standard_error, low, high : float, optional
        What is known of the score already, in its unit.

    Returns
    -------
    Interval
        In the unit of the score.

    Raises
    ------
    InvalidInput
        If the method does not fit what was given, or there are too few items for it.
    UndefinedScore, NotFinite
        If the score has no finite value.

    Notes
    -----
    The order of items changes nothing where tallies are additive: their units are put in an order of their own. Other
    tallies are put in the order of their ids.

    References
    ----------
    .. [1] Efron (1987), "Better bootstrap confidence intervals", JASA 82.
    .. [2] Wilson (1927), JASA 22; Clopper and Pearson (1934), Biometrika 26; Hoeffding (1963), JASA 58.
    .. [3] Bowyer, Aitchison, Ivanova (2025), arXiv 2503.01747: no normal interval below a few hundred items.

    Examples
    --------
    >>> right = [1] * 325 + [0] * 140
    >>> print(interval(right))
    0.699, 95% interval [0.656, 0.739] (wilson, 465 items)
    >>> print(interval(70.0, n=465, bounds=(0, 100)))
    70.0, 95% interval [65.7, 74.0] (conservative, 465 items)
    """
    check_share("level", level)
    if method not in METHODS:
        raise InvalidInput(f"method = {method!r}: wanted one of {', '.join(METHODS)}.{did_you_mean(method, METHODS)}")
    known = (standard_error, low, high)
    if method == "given" or (method == "auto" and any(one is not None for one in known)):
        return _given(score, level, standard_error, low, high, n)
    if any(one is not None for one in known):
        raise InvalidInput(f"method = {method!r} makes its own interval: leave standard_error, low and high out")
    unit, bounds = _facts(score, bounds)
    if _has_items(score) and not (method in ("conservative", "guaranteed") and _mean_of(score)[1] is not None):
        sample = sample_of(score, groups)
        grouped = groups is not None
        if method in FROM_SHARES:
            _check_counts(method, sample, grouped)
            return _by_share(method, sample.value, sample.items, (0.0, 1.0), level, unit)
        return _by_items(sample, level, method, resamples, check_whole("seed", seed, 0), unit, grouped)
    if groups is not None:
        raise InvalidInput("groups need items: score with keep_items=True, or pass the tallies of items")
    return _by_number(score, level, method, n, bounds, unit)


def _facts(score: Any, bounds: tuple[float, float] | None) -> tuple[str, tuple[float, float] | None]:
    """The unit of a score and the bounds of its items."""
    if bounds is not None and not (bounds[0] < bounds[1] and np.isfinite(bounds).all()):
        raise InvalidInput(f"bounds = {bounds!r}: wanted the least and the greatest score of an item, both finite")
    if not isinstance(score, Score):
        return "", bounds
    try:
        return score.unit, bounds or find(score.metric).bounds
    except UnknownMetric:
        return score.unit, bounds


def _has_items(score: Any) -> bool:
    if isinstance(score, Score):
        return score.tallies is not None
    if isinstance(score, Tally | str | bytes) or not isinstance(score, Iterable):
        return False
    return bool(getattr(score, "ndim", 1))  # an array without axes is one number


def _mean_of(score: Any) -> tuple[float, int | None]:
    """The value of a score, and over how many items it is a plain mean; None where it is no such mean."""
    tally = score.tally if isinstance(score, Score) else score
    if not isinstance(tally, Mean | Ratio):
        return math.nan, None
    total = float(tally.sums[1])
    counted = score.n_counted if isinstance(score, Score) else total
    return tally.value, int(total) if total == counted and total == int(total) else None


def _by_number(
    score: Any, level: float, method: str, n: int | None, bounds: tuple[float, float] | None, unit: str
) -> Interval:
    """The interval of a score whose items are not there."""
    if method in ("bootstrap", "percentile", "t"):
        raise InvalidInput(f"method = {method!r} needs items: score with keep_items=True, or pass the tallies of items")
    if isinstance(score, Score | Tally):
        value, items = _mean_of(score)
        if items is None and n is None:
            raise InvalidInput(
                "the score is no plain mean over its items, so that their number does not bound its error: score with "
                "keep_items=True. Where you know that it is such a mean, pass n."
            )
        value = score.value
        tally = score.tally if isinstance(score, Score) else score
        counts = isinstance(tally, Ratio) and items is not None and float(tally.count).is_integer()
        if counts and bounds is None:
            bounds = (0.0, 1.0)
        n = items if n is None else n
    else:
        value, counts = _number(score), False
    if n is None:
        raise InvalidInput(
            f"a score of {value:g} alone says nothing of its error: give n, standard_error, or low and high"
        )
    if bounds is None or not np.isfinite(bounds).all():
        raise InvalidInput(
            "n bounds the error only of a mean of items that lie between two bounds: pass bounds=(0, 1), or (0, 100) "
            "for a percentage"
        )
    if not bounds[0] <= value <= bounds[1]:
        raise InvalidInput(f"the score {value:g} is outside of bounds ({bounds[0]:g}, {bounds[1]:g})")
    chosen = ("wilson" if counts else "conservative") if method == "auto" else method
    return _by_share(chosen, value, check_whole("n", n), bounds, level, unit)


def _number(score: Any) -> float:
    if isinstance(score, bool | str) or not hasattr(score, "__float__"):
        raise InvalidInput(f"wanted a score, tallies of items or a number, not {score!r}")
    if not math.isfinite(value := float(score)):
        raise InvalidInput(f"a score of {value} has no interval")
    return value


def _check_counts(method: str, sample: Sample, grouped: bool) -> None:
    if grouped:
        raise InvalidInput(f"method = {method!r} takes items as independent: with groups use 'bootstrap' or 't'")
    if not sample.is_binary:
        raise InvalidInput(
            f"method = {method!r} counts items that are right or wrong, and these are not: use 'bootstrap', 't', or "
            "'conservative' for a mean of bounded items"
        )


def _by_share(method: str, value: float, n: int, bounds: tuple[float, float], level: float, unit: str) -> Interval:
    least, span = bounds[0], bounds[1] - bounds[0]
    share = min(max((value - least) / span, 0.0), 1.0)
    low, high = FROM_SHARES[method](share, n, level)
    safe = "items are independent and lie between the bounds"
    assumes = safe if method in ("conservative", "guaranteed") else "items are independent, each right or wrong"
    error = span * math.sqrt(share * (1 - share) / n)
    ends = least + span * float(low), least + span * float(high)
    return Interval(value, *ends, level, error, method, unit, n, assumes=assumes)


def _by_items(
    sample: Sample, level: float, method: str, resamples: int | None, seed: int, unit: str, grouped: bool
) -> Interval:
    """The interval of a score whose units are there."""
    units = len(sample)
    if method == "auto" and sample.is_binary and not grouped:
        return _by_share("wilson", sample.value, sample.items, (0.0, 1.0), level, unit)
    additive = sample.rows is not None
    if method == "auto":
        method = "t" if additive and units < FEWEST_BOOTSTRAP else "bootstrap"
    fewest, what = FEWEST_T if method == "t" else FEWEST_BOOTSTRAP, "groups" if grouped else "items"
    if units < fewest:
        others = "'t'" if method != "t" and additive and units >= FEWEST_T else "n with bounds, for a mean of items,"
        raise InvalidInput(
            f"{units} {what} are too few for method {method!r}, which wants {fewest}: use {others} or score more items"
        )
    value, assumes = sample.value, f"{what} are independent draws"
    n, number = sample.items, units if grouped else None
    if method == "t":
        if not additive:
            raise InvalidInput("method = 't' needs an additive score: use 'bootstrap'")
        error = jackknife_error(sample.leave_one_out())
        reach = student_quantile(level, units - 1) * error
        assumes += ", enough of them for a normal score"
        return Interval(value, value - reach, value + reach, level, error, "t", unit, n, number, assumes=assumes)
    count = (
        (RESAMPLES if additive else RESAMPLES_AFRESH) if resamples is None else check_whole("resamples", resamples, 2)
    )
    draws, undefined = settled(bootstrap(sample, count, seed))
    corrected = method == "bootstrap" and additive
    ends = bca(draws, value, sample.leave_one_out(), level) if corrected else percentile(draws, level)
    named = "bootstrap-bca" if corrected else "bootstrap-percentile"
    error = float(draws.std(ddof=1))
    return Interval(value, *ends, level, error, named, unit, n, number, count, seed, undefined, assumes)


def _given(
    score: Any, level: float, standard_error: float | None, low: float | None, high: float | None, n: int | None
) -> Interval:
    value = score.value if isinstance(score, Score | Tally) else _number(score)
    unit = score.unit if isinstance(score, Score) else ""
    if (low is None) != (high is None) or (low is None and standard_error is None):
        raise InvalidInput("give standard_error, or low and high together")
    if standard_error is not None and not 0 <= standard_error < math.inf:
        raise InvalidInput(f"standard_error = {standard_error!r}: wanted a finite number of at least 0")
    z = two_sided(level)
    if low is None or high is None:
        assert standard_error is not None
        low, high = value - z * standard_error, value + z * standard_error
    elif not low <= value <= high:
        raise InvalidInput(f"the score {value:g} is outside of its interval [{low:g}, {high:g}]")
    error = (high - low) / (2 * z) if standard_error is None else standard_error
    return Interval(
        value, low, high, level, error, "given", unit, n, assumes="what was given is right, and at the level"
    )

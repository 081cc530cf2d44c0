"""How sure a win is: the margin of each task over its reference, in standard errors, and what follows from it.

The questions differ in who is in doubt.

* By default the reference is a constant, as General-Level defines it: the printed figure is the bar. Then only the
  model's own items are a sample.
* With ``sota_n`` or ``sota_se`` the figure is the score of a specialist that was measured on a sample, too.
* With ``candidates=k`` it is the best of k specialists, and lies above what the best of them is worth
  (`generallevel.analysis.uncertainty.specialists`): it is lowered by that much, and its spread is that of the maximum.

Two numbers say how sure a win is. The *probability* is that of a true score at least as good as the reference, given
what was measured: Jeffreys' beta distribution over items, normal with a standard error. The *p-value* is that of the
test of no win, for counting many wins with a stated error (`generallevel.analysis.uncertainty.several_wins`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from generallevel.analysis.distributions.quantiles import check_share, check_whole, normal_cdf, two_sided
from generallevel.analysis.level_intervals.known_spread import (
    Items,
    named_items,
    reference_sampling,
    score_sampling,
)
from generallevel.analysis.level_intervals.task_sampling import KINDS, TaskSampling
from generallevel.analysis.printed_precision import half_of_last_digit
from generallevel.analysis.uncertainty.power import items_for_share, reach_for_power
from generallevel.analysis.uncertainty.specialists import chance_against_best, expected_maximum, spread_of_maximum
from generallevel.analysis.uncertainty.tasks import shares
from generallevel.analysis.uncertainty.win_table import DECISIONS, LIKELY, Wins
from generallevel.errors import InvalidInput, LengthMismatch
from generallevel.level_report import LevelReport

__all__ = ["wins"]

Floats = NDArray[np.float64]


def wins(
    report: LevelReport,
    level: float = 0.95,
    *,
    tie: Literal["printed"] | float | None = "printed",
    n: Items = None,
    sota_n: int | Literal["stated"] | None = None,
    sota_se: float | Mapping[str, float] | ArrayLike | None = None,
    candidates: int = 1,
    power: float = 0.8,
) -> Wins:
    """How sure each win and each loss of a report is.

    Parameters
    ----------
    report : LevelReport
        Whose wins they are.
    level : float, default 0.95
        Of the two-sided interval outside of which a reference must lie for a clear win or loss.
    tie : "printed", float or None, default "printed"
        What counts as a tie: less than half a unit of the reference's last digit; a distance in the task's unit; or
        nothing but equality.
    n : int, "benchmark" or mapping of task to int, optional
        Items of tasks whose row has none, as for `task_uncertainty`.
    sota_n : int or "stated", optional
        Items that references were measured on: of all, or of those alone whose number the reference set knows. By
        default references are constants.
    sota_se : float, mapping of task to float, or array_like of shape (tasks of the catalogue,), optional
        Standard errors of references in the unit of the task; they come before ``sota_n``.
    candidates : int, default 1
        Of how many specialists the reference is the best. A reference without an error of its own is then taken to
        have been measured on as many items as the model.
    power : float, default 0.8
        Of the numbers of items that a decision would need.

    Returns
    -------
    Wins
        One entry for each task of the scope.

    Raises
    ------
    InvalidInput, LengthMismatch
        If an argument cannot be used.

    Notes
    -----
    Over n items with a constant reference r the margin is ``(p - r) / sqrt(r (1 - r) / n)``, so that it exceeds the
    normal quantile exactly where the Wilson interval leaves r out; with a reference over m items the variance is that
    of the pooled share, and otherwise the two squared errors add.

    References
    ----------
    .. [1] Brown, Cai, DasGupta (2001), Statistical Science 16, for Wilson's and Jeffreys' intervals.
    .. [2] Andrews, Kitagawa, McCloskey (2024), "Inference on winners", QJE 139.

    Examples
    --------
    >>> from generallevel import compute_level
    >>> report = compute_level({"Human Action Recognition": {"score": 95.0, "n": 465}}, scope="C:image.comprehension")
    >>> sure = wins(report)
    >>> row = sure.rows()[sure.tasks.index("image.comprehension.human-action-recognition")]
    >>> row["decision"], row["probability"] > 0.99
    ('clear win', True)
    """
    check_share("level", level)
    check_share("power", power)
    k = check_whole("candidates", candidates)
    compared = _Compared.of(report, n, sota_n, sota_se, k)
    inside = report.basis.grid.scope.positions
    tolerance = _tolerance(tie, compared.references)
    tied = np.abs(compared.margin) < tolerance if tie is not None else np.zeros(len(tolerance), dtype=bool)
    tied |= compared.margin == 0
    catalogue = report.basis.grid.catalogue
    z, probability = compared.z, compared.probability
    decisions = _decisions(compared, z, probability, tied, two_sided(level))
    return Wins(
        tasks=tuple(catalogue.ids[place] for place in inside.tolist()),
        scores=compared.sampling.values[inside],
        references=compared.references[inside],
        margins=compared.margin[inside],
        errors=compared.error[inside],
        z=z[inside],
        probabilities=probability[inside],
        p_win=compared.p_win[inside],
        p_loss=compared.p_loss[inside],
        luck=compared.luck[inside],
        items_needed=compared.items_needed(level, power)[inside],
        won=report.basis.won[inside],
        decisions=tuple(DECISIONS[code] for code in decisions[inside].tolist()),
        models=tuple(compared.models[inside].tolist()),
        level=float(level),
        power=float(power),
        candidates=k,
        tie="equality" if tie is None else str(tie),
        items=named_items(n),
        sota="given" if sota_se is not None else "constant" if sota_n is None else str(sota_n),
        constant_references=int((compared.known & np.isnan(compared.reference_error))[inside].sum()),
    )


@dataclass(frozen=True, eq=False)
class _Compared:
    """Scores beside references, in the order of the catalogue and in table units."""

    sampling: TaskSampling
    references: Floats
    higher: NDArray[np.bool_]
    reference_error: Floats  # NaN for a constant
    reference_n: Floats  # NaN where it is not known, or does not matter
    k: int

    @classmethod
    def of(cls, report: LevelReport, n: Items, sota_n: object, sota_se: object, k: int) -> _Compared:
        """What is known on both sides."""
        basis = report.basis
        sampling, references = score_sampling(report, n), basis.aligned.references.copy()
        size = len(references)
        error, items = np.full(size, np.nan), np.full(size, np.nan)
        if sota_n is not None:
            other = reference_sampling(report, sota_n)  # type: ignore[arg-type]  # it checks the argument itself
            error, items = np.where(other.known, other.standard_errors(), np.nan), other.n
        if sota_se is not None:
            given = _reference_errors(report, sota_se)
            items = np.where(np.isnan(given), items, np.nan)
            error = np.where(np.isnan(given), error, given)
        if k > 1:
            # The specialist's error is taken at its own score, on as many items as the model has.
            error = np.where(np.isnan(error), sampling.standard_errors(references), error)
            luck = np.where(basis.grid.normaliser.higher, 1.0, -1.0) * expected_maximum(k) * error
            references = np.where(np.isnan(luck), references, references - luck)
            error, items = error * spread_of_maximum(k), np.full(size, np.nan)
        return cls(sampling, references, basis.grid.normaliser.higher, error, items, k)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Where a score with an error stands beside a reference."""
        return np.asarray(self.sampling.known & ~np.isnan(self.references))

    @cached_property
    def margin(self) -> Floats:
        """Above 0 where the model is better."""
        return np.asarray(np.where(self.higher, 1.0, -1.0) * (self.sampling.values - self.references))

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Where the model's items are counted."""
        return np.asarray(self.known & ~np.isnan(self.sampling.n))

    @cached_property
    def one_sample(self) -> NDArray[np.bool_]:
        """Where counted items stand against a constant."""
        return np.asarray(self.counted & np.isnan(self.reference_error))

    @cached_property
    def goodness(self) -> tuple[Floats, Floats]:
        """Score and reference as shares of which more is better, 0-1; NaN where no items are counted."""
        columns = (shares(self.sampling, column) for column in (self.sampling.values, self.references))
        own, bar = (np.where(self.higher, column, 1 - column) for column in columns)
        return own, bar

    @cached_property
    def error(self) -> Floats:
        """The standard error of the margin, where there is no win, in the unit of the task."""
        own, bar = self.goodness
        n, m = self.sampling.n, self.reference_n
        span = np.where(self.counted, self.sampling.high - np.where(self.counted, self.sampling.low, 0.0), np.nan)
        pooled = (own * n + bar * m) / (n + m)
        at = np.where(np.isnan(m), bar, pooled)  # the share where there is no difference
        one_side = span * np.sqrt(at * (1 - at) / n)
        both = span * np.sqrt(at * (1 - at) * (1 / n + 1 / m))
        added = np.hypot(self.sampling.standard_errors(), np.nan_to_num(self.reference_error))
        error = np.where(self.one_sample, one_side, np.where(self.counted & ~np.isnan(m), both, added))
        return np.where(self.known, error, np.nan)

    @cached_property
    def z(self) -> Floats:
        """The margin in standard errors; 0 where there is no margin, infinite where there is one and no error."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.known & (self.margin == 0), 0.0, self.margin / self.error)

    @cached_property
    def probability(self) -> Floats:
        """That the true score is at least as good as the reference, given what was measured."""
        from scipy.special import betainc

        own, bar = self.goodness
        hits, n = own * self.sampling.n, self.sampling.n
        over_items = 1 - betainc(hits + 0.5, n - hits + 0.5, bar)
        # At an end of the scale a share has no estimated error: Jeffreys' beta distribution has one.
        span = np.where(self.counted, self.sampling.high - np.where(self.counted, self.sampling.low, 0.0), np.nan)
        middle = (hits + 0.5) / (n + 1)
        spread = span * np.sqrt(middle * (1 - middle) / (n + 2))
        own_error = np.where(self.counted, spread, self.sampling.standard_errors())
        with np.errstate(divide="ignore", invalid="ignore"):
            standard = self.margin / np.hypot(own_error, np.nan_to_num(self.reference_error))
        normal = normal_cdf(np.where(self.margin == 0, 0.0, standard))
        # At the very end nothing can be better than the bar, and the beta distribution has no mass on it.
        over_items = np.where((bar >= 1) & (own >= 1), 0.5, over_items)
        return np.where(self.known, np.where(self.one_sample, over_items, normal), np.nan)

    @cached_property
    def exact(self) -> NDArray[np.bool_]:
        """Where a binomial tail is exact: items that are right or wrong, against a constant."""
        return np.asarray(self.one_sample & (self.sampling.kinds == KINDS.index("counted")))

    @cached_property
    def p_win(self) -> Floats:
        """How often a model that is as good as the reference, and no better, would do as well."""
        own, bar = self.goodness
        return self._tail(normal_cdf(-self.z), own, bar)

    @cached_property
    def p_loss(self) -> Floats:
        """How often a model that is as good as the reference, and no worse, would do as badly."""
        own, bar = self.goodness
        return self._tail(normal_cdf(self.z), 1 - own, 1 - bar)

    def _tail(self, normal: Floats, own: Floats, bar: Floats) -> Floats:
        """The binomial tail where it is exact, the normal one elsewhere."""
        return np.where(self.exact, at_least(own * self.sampling.n, self.sampling.n, bar), normal)

    @cached_property
    def luck(self) -> Floats:
        """How often a model wins that is exactly as good as the reference, or as each of its candidates.

        One half for all of which nothing is known: any error that is symmetric wins every other time.
        """
        _, bar = self.goodness
        bars = np.ceil(np.round(bar * self.sampling.n, 9))  # the least number of hits that is a win
        won = np.where(self.exact, at_least(bars, self.sampling.n, bar), 0.5)
        if self.k > 1:
            with np.errstate(divide="ignore", invalid="ignore"):
                one = self.reference_error / spread_of_maximum(self.k)
                best = chance_against_best(self.sampling.standard_errors(), one, self.k)
            won = np.where(np.isfinite(best), best, 1 / (self.k + 1))
        return np.where(np.isnan(self.margin), np.nan, won)

    def items_needed(self, level: float, power: float) -> Floats:
        """Items of the model after which a margin of this size would be decided; infinite where none would do."""
        own, bar = self.goodness
        n = self.sampling.n
        floor = np.nan_to_num(self.reference_error)
        with np.errstate(divide="ignore", invalid="ignore"):
            allowed = (self.margin / reach_for_power(level, power)) ** 2 - floor**2
            spread = n * self.sampling.standard_errors() ** 2
            needed = np.where(allowed > 0, np.maximum(np.ceil(spread / allowed), 1.0), np.inf)
        needed = np.where(self.one_sample, items_for_share(own, bar, level, power), needed)
        return np.where(self.counted, needed, np.nan)

    @property
    def models(self) -> NDArray[np.str_]:
        """What the probability of each task rests on."""
        return np.where(self.one_sample, "jeffreys", np.where(self.known, "normal", "unknown"))


def at_least(hits: Floats, n: Floats, share: Floats) -> Floats:
    """The probability of at least so many hits; hits may lie between whole numbers."""
    from scipy.special import betainc

    some = np.where(hits > 0, hits, 1.0)
    tail = betainc(some, np.maximum(n - some, 0.0) + 1, share)
    return np.where(hits > 0, tail, np.where(np.isnan(hits), np.nan, 1.0))


def _tolerance(tie: object, references: Floats) -> Floats:
    if tie == "printed":
        return half_of_last_digit(references)
    if tie is None:
        return np.zeros(len(references))
    if isinstance(tie, bool | str) or not isinstance(tie, int | float) or not 0 <= tie < np.inf:
        raise InvalidInput(f"tie = {tie!r}: wanted 'printed', a distance of at least 0 in the task's unit, or None")
    return np.full(len(references), float(tie))


def _reference_errors(report: LevelReport, given: object) -> Floats:
    """The standard errors of references as a caller gives them, in the order of the catalogue."""
    catalogue = report.basis.grid.catalogue
    if isinstance(given, Mapping):
        errors = np.full(len(catalogue), np.nan)
        errors[catalogue.positions(list(given))] = [float(value) for value in given.values()]
    else:
        errors = np.asarray(given, dtype=np.float64)
        if errors.shape not in ((), (len(catalogue),)):
            raise LengthMismatch(
                f"sota_se has shape {errors.shape}: wanted one number, or one for each of {len(catalogue)}"
            )
        errors = np.broadcast_to(errors, (len(catalogue),))
    if not (np.isnan(errors) | ((errors >= 0) & np.isfinite(errors))).all():
        raise InvalidInput("sota_se: a standard error is a finite number of at least 0, or NaN where it is not known")
    return errors


def _decisions(
    compared: _Compared, z: Floats, probability: Floats, tied: NDArray[np.bool_], reach: float
) -> NDArray[np.int64]:
    """Positions in `DECISIONS`."""
    code = {name: place for place, name in enumerate(DECISIONS)}
    chosen = np.full(z.shape, code["undecided"])
    chosen[probability >= LIKELY] = code["likely win"]
    chosen[probability <= 1 - LIKELY] = code["likely loss"]
    chosen[z >= reach] = code["clear win"]
    chosen[z <= -reach] = code["clear loss"]
    chosen[~compared.known] = code["unknown"]
    chosen[tied] = code["tie"]
    chosen[np.isnan(compared.references)] = code["no reference"]
    chosen[np.isnan(compared.sampling.values)] = code["no score"]
    return chosen

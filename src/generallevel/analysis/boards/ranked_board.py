"""A board of models: `leaderboard`, and what it returns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generallevel._version import __version__
from generallevel.analysis.attribution.level_terms import level_name
from generallevel.analysis.boards.aggregators import Aggregate, aggregates
from generallevel.analysis.boards.rank_sets import RankSets, anchor_groups, first_shares, point_ranks, rank_sets
from generallevel.analysis.comparisons.compared import POPULATIONS, ModelComparison, alike_parts, compare, draw_warnings
from generallevel.analysis.comparisons.like_reports import require_alike, shared_options
from generallevel.analysis.comparisons.shared_draws import check_draws, shared_levels, spreads
from generallevel.analysis.level_intervals.known_spread import Assumption, Items, named_assumption, named_items
from generallevel.analysis.level_intervals.resampled_levels import Resample
from generallevel.analysis.wording import percent
from generallevel.errors import DuplicateName, InvalidInput, UnknownName, did_you_mean
from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.levels import compute_levels

__all__ = ["BoardRow", "DroppedModel", "Leaderboard", "Moved", "leaderboard"]

INTEGER = "level"  # by the integer level, and by the score of that level among equals


@dataclass(frozen=True)
class BoardRow:
    """One model on a board.

    Attributes
    ----------
    model : str
        Its name.
    rank : int
        From 1; equal models share the better rank.
    rank_set : (int, int)
        The best and the worst rank left open, for all models at once.
    rank_set_alone : (int, int)
        The same for this model by itself; narrower, and not right for all models at once.
    group : int
        The group of models whose best one is not told apart from it.
    first : float
        In what share of the resamples it leads, 0-1. No probability that it is the best: it says how steady the lead
        is.
    level : int
        The integer level.
    level_2, level_3, level_4, level_5 : float or None
        In [0, 100]; None where the scope cannot reach the level.
    wins : int
        Tasks won.
    coverage : float
        Share of tasks with a score, 0-1.
    """

    model: str
    rank: int
    rank_set: tuple[int, int]
    rank_set_alone: tuple[int, int]
    group: int
    first: float
    level: int
    level_2: float | None
    level_3: float | None
    level_4: float | None
    level_5: float | None
    wins: int
    coverage: float


@dataclass(frozen=True)
class Moved:
    """A model whose rank among the others changes.

    Attributes
    ----------
    model : str
        Which.
    before, after : int
        Its rank among the others with and without the model that was dropped.
    """

    model: str
    before: int
    after: int


@dataclass(frozen=True)
class DroppedModel:
    """What a board would be without one of its models.

    Attributes
    ----------
    model : str
        The one that is dropped.
    moved : mapping of str to tuple of Moved
        By level or aggregator: the models whose order among themselves changes. Empty for what no pool decides.
    rank_sets : mapping of str to (int, int)
        The sets of the others without it. They may be narrower than the place that becomes free explains, because
        fewer pairs are compared.
    """

    model: str
    moved: Mapping[str, tuple[Moved, ...]]
    rank_sets: Mapping[str, tuple[int, int]]

    @property
    def stable(self) -> bool:
        """Whether the others keep their order by every aggregator."""
        return not any(self.moved.values())

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "model": self.model,
            "stable": self.stable,
            "moved": {name: [asdict(one) for one in moves] for name, moves in self.moved.items()},
            "rank_sets": {model: list(ends) for model, ends in self.rank_sets.items()},
        }

    def __str__(self) -> str:
        if self.stable:
            return f"without {self.model} the others keep their order by every aggregator"
        lines = [f"without {self.model}, ranks among the others change:"]
        for name, moves in self.moved.items():
            if moves:
                said = ", ".join(f"{one.model} {one.before} -> {one.after}" for one in moves)
                lines.append(f"  {name}: {said}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Leaderboard:
    """Models in order, with the ranks that the data leave open.

    Attributes
    ----------
    rows : tuple of BoardRow
        Best first; equal models by name.
    aggregators : tuple of Aggregate
        Other ways to make one number of the tasks, and whether the pool decides them.
    by : str
        ``level``, which is the integer level and then the score of it, or ``level_2`` to ``level_5``.
    resample, resamples, seed, confidence : str, int, int, float
        What was drawn anew, how often, what decides it, and the confidence of the rank sets.
    simultaneous : bool
        Whether groups, and the sets that are printed, hold for all models at once.
    critical : float
        How many standard errors apart two models had to be to be told apart; NaN where no pair differs.
    beats : mapping of str to tuple of str
        Which models each is told to be better than.
    warnings : tuple of str
        What speaks against the rank sets.
    signature : str
        What reproduces the board, with a hash of the whole pool.
    reports : mapping of str to LevelReport
        What the board is made of, by name.
    draws : ndarray of float, shape (keys, models, resamples)
        The levels that decide the order, the first first, under the resamples; models in the order of ``reports``.
    spread : (items, assumption)
        ``n`` and ``assume`` as they were passed.
    """

    rows: tuple[BoardRow, ...]
    aggregators: tuple[Aggregate, ...]
    by: str
    resample: str
    resamples: int
    seed: int
    confidence: float
    simultaneous: bool
    critical: float
    beats: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]
    signature: str
    reports: Mapping[str, LevelReport] = field(repr=False)
    draws: NDArray[np.float64] = field(repr=False)
    spread: tuple[Items, Assumption] = field(repr=False, default=(None, None))

    @cached_property
    def by_model(self) -> dict[str, BoardRow]:
        """The rows by model."""
        return {row.model: row for row in self.rows}

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, model: str) -> BoardRow:
        return self.by_model[self._known(model)]

    def _known(self, model: str) -> str:
        if model not in self.by_model:
            raise UnknownName(f"the board has no model {model!r}.{did_you_mean(str(model), self.by_model)}")
        return model

    def compare(self, a: str, b: str, **options: Any) -> ModelComparison:
        """Two models of the board compared; the same as without a board.

        Parameters
        ----------
        a, b : str
            Their names.
        **options
            As for `generallevel.compare`; draws and confidence are those of the board otherwise.

        Returns
        -------
        ModelComparison
        """
        settings: dict[str, Any] = {
            "resample": self.resample, "resamples": self.resamples, "seed": self.seed, "level": self.confidence,
            "n": self.spread[0], "assume": self.spread[1],
        }  # fmt: skip
        return compare(self.reports[self._known(a)], self.reports[self._known(b)], **(settings | options))

    def drop_model(self, name: str) -> DroppedModel:
        """What the board would be without one of its models.

        Parameters
        ----------
        name : str
            Which.

        Returns
        -------
        DroppedModel

        Raises
        ------
        UnknownName
            If the board has no such model.
        InvalidInput
            If it has no other one.
        """
        names = list(self.reports)
        kept = [place for place, model in enumerate(names) if model != self._known(name)]
        if not kept:
            raise InvalidInput(f"{name} is the only model of the board")
        others = [self.reports[names[place]] for place in kept]
        keys = _keys(self.by, others)
        scores = _scores(keys, others)
        moved: dict[str, tuple[Moved, ...]] = {self.by: ()}  # a level is decided by its model alone
        for before, after in zip(self.aggregators, aggregates(others), strict=True):
            among = _ranks_among(before, list(after.ranks))
            moved[before.name] = tuple(
                Moved(model, among[model], rank) for model, rank in after.ranks.items() if among[model] != rank
            )
        sets = rank_sets(scores, self.draws[:, kept], self.confidence, simultaneous=self.simultaneous)
        ends = zip(sets.low.tolist(), sets.high.tolist(), strict=True)
        return DroppedModel(name, moved, dict(zip((names[place] for place in kept), ends, strict=True)))

    def to_dict(self) -> dict[str, Any]:
        """The board as plain data."""
        return {
            "by": self.by,
            "rows": [asdict(row) for row in self.rows],
            "aggregators": [one.to_dict() for one in self.aggregators],
            "beats": {model: list(others) for model, others in self.beats.items()},
            "resample": self.resample,
            "resamples": self.resamples,
            "seed": self.seed,
            "confidence": self.confidence,
            "simultaneous": self.simultaneous,
            "critical": None if np.isnan(self.critical) else self.critical,
            "warnings": list(self.warnings),
            "signature": self.signature,
        }

    def to_frame(self, backend: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
        """The rows as a data frame, with the aggregators as further columns.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}
            The library of the frame; it must be installed.

        Returns
        -------
        frame
            One row for each model, best first.

        Raises
        ------
        MissingExtra
            If the library is not installed.
        InvalidInput
            If there is no such backend.
        """
        from generallevel.tables.frames import native_frame

        plain = []
        for row in self.rows:
            cells = asdict(row)
            for name in ("rank_set", "rank_set_alone"):
                cells[f"{name}_low"], cells[f"{name}_high"] = cells.pop(name)
            plain.append(cells | {one.name: one.values[row.model] for one in self.aggregators})
        return native_frame({name: [cells[name] for cells in plain] for name in plain[0]}, backend)

    def to_markdown(self) -> str:
        """The board as Markdown, for an issue or a README."""
        from generallevel.reports.text import escaped, pipes

        parts = [*pipes(*self._table()), "", *pipes(*self._other_table()), ""]
        parts += [f"- {escaped(line)}" for line in self._notes()]
        return "\n".join([*parts, "", f"`{self.signature}`"])

    def __str__(self) -> str:
        from generallevel.reports.text import columns

        parts = [*columns(*self._table()), "", *columns(*self._other_table()), "", *self._notes()]
        return "\n".join([*parts, "", self.signature])

    def _table(self) -> tuple[list[str], list[list[str]]]:
        shown = [name for name in LEVELS if getattr(self.rows[0], name) is not None]
        header = ["model", "rank", "ranks", "group", "level", *(name.replace("level_", "Level-") for name in shown)]
        rows = [
            [
                row.model,
                str(row.rank),
                "{}-{}".format(*(row.rank_set if self.simultaneous else row.rank_set_alone)),
                str(row.group),
                str(row.level),
                *(f"{getattr(row, name):.2f}" for name in shown),
                str(row.wins),
                f"{row.coverage:.1%}",
                f"{row.first:.1%}",
            ]
            for row in self.rows
        ]
        return [*header, "wins", "scored", "leads"], rows

    def _other_table(self) -> tuple[list[str], list[list[str]]]:
        header = ["model", *(f"{one.name}{'*' if one.pool_dependent else ''}" for one in self.aggregators)]
        rows = [[row.model, *(_aggregated(one, row.model) for one in self.aggregators)] for row in self.rows]
        return header, rows

    def _notes(self) -> list[str]:
        kind = "for all models at once" if self.simultaneous else "for each model by itself"
        return [
            f"ranks: {percent(self.confidence)} sets {kind}, over {POPULATIONS[self.resample]}",
            "group: models that the best one of the group is not told apart from; later members may differ",
            "leads: share of the resamples in which the model is first",
            "*: decided by the pool too, so that a third model may swap two; ranks in brackets",
            *(f"Warning: {warning}" for warning in self.warnings),
        ]


def leaderboard(
    models: Mapping[str, object] | Iterable[LevelReport],
    *,
    by: str | int = INTEGER,
    resample: Resample = "tasks",
    resamples: int = 1_000,
    level: float = 0.95,
    seed: int = 0,
    simultaneous: bool = True,
    n: Items = None,
    assume: Assumption = None,
    **options: Any,
) -> Leaderboard:
    """Models in order, with the ranks that the data leave open.

    Parameters
    ----------
    models : mapping of str to (LevelReport or scores), or iterable of LevelReport
        The pool. Scores are computed with ``options``, or as the reports among them were. Reports by themselves need
        names that differ.
    by : str or int, default "level"
        ``level``: by the integer level, and by the score of that level among equals; or ``level_3``, or 3.
    resample : {"tasks", "items", "both"}, default "tasks"
        What is drawn anew: the same tasks for all models, items of each model's own, or both.
    resamples : int, default 1000
        How many draws.
    level : float, default 0.95
        The confidence of the rank sets, in (0, 1).
    seed : int, default 0
        Decides every draw. A model's draws do not depend on who else is on the board.
    simultaneous : bool, default True
        Whether groups, and the sets that are printed, are to hold for all models at once. Rows have both kinds.
    n, assume
        Items behind scores whose table does not say, and what to take where nothing is known, as for
        `generallevel.analysis.level_intervals.level_interval`; only where items are drawn.
    **options
        ``references``, ``scope``, ``missing``, ``unit``, ``catalogue`` and ``rules``, as for
        `generallevel.compute_level`; only where no model is a report.

    Returns
    -------
    Leaderboard
        Ranks from 1; shares in [0, 1].

    Raises
    ------
    InvalidInput
        If there is no model, the reports cannot be compared, or an argument is none of its choices.
    DuplicateName
        If two reports have one name.

    References
    ----------
    .. [1] Mogstad, Romano, Shaikh, Wilhelm (2024), Review of Economic Studies 91: rank sets.
    .. [2] Agarwal et al. (2021), NeurIPS, arXiv 2108.13264: aggregates and the bootstrap of tasks.

    Examples
    --------
    >>> from generallevel.benchmark import published
    >>> models = {model: cell.scores for (model, modality), cell in published().items() if modality == "image"}
    >>> board = leaderboard(models, scope="B:image", resamples=200)
    >>> [(row.model, row.rank, row.rank_set, row.level) for row in board.rows]
    [('GPT4o', 1, (1, 1), 3), ('LISA', 2, (2, 2), 3)]
    """
    check_draws(resample, resamples, level, seed)
    reports = _pool(models, options)
    names, pool = list(reports), list(reports.values())
    require_alike(pool)
    keys = _keys(by, pool)
    known = spreads(pool, resample, n, assume)
    drawn = shared_levels(pool, resample, resamples, seed, known)
    draws = np.stack([drawn[name] for name in keys])
    scores = _scores(keys, pool)
    ranks, leads = point_ranks(scores), first_shares(draws).tolist()
    together, alone = (rank_sets(scores, draws, level, simultaneous=at_once) for at_once in (True, False))
    chosen = together if simultaneous else alone
    groups = anchor_groups(ranks, chosen.beats)
    ordered = np.argsort(ranks, kind="stable").tolist()  # names are sorted, so that equal models stand by name
    chosen_by = INTEGER if len(keys) > 1 or by == INTEGER else keys[0]
    rows = [
        BoardRow(
            model=names[place],
            rank=int(ranks[place]),
            rank_set=_ends(together, place),
            rank_set_alone=_ends(alone, place),
            group=int(groups[place]),
            first=leads[place],
            level=pool[place].level,
            wins=pool[place].wins,
            coverage=pool[place].coverage,
            **{name: getattr(pool[place], name) for name in LEVELS},
        )
        for place in ordered
    ]
    return Leaderboard(
        rows=tuple(rows),
        aggregators=aggregates(pool),
        by=chosen_by,
        resample=resample,
        resamples=resamples,
        seed=seed,
        confidence=float(level),
        simultaneous=bool(simultaneous),
        critical=chosen.critical,
        beats={
            names[place]: tuple(names[other] for other in ordered if chosen.beats[place, other]) for place in ordered
        },
        warnings=draw_warnings(pool, known, resample),
        signature="|".join([
            f"board:{len(pool)}:{_pool_hash(reports)}",
            f"by:{chosen_by}",
            *alike_parts(pool[0]),
            f"resample:{resample}", f"resamples:{resamples}", f"seed:{seed}", f"level:{level:g}",
            f"sets:{'simultaneous' if simultaneous else 'marginal'}",
            f"n:{named_items(n)}", f"unknown:{named_assumption(assume)}", f"v:{__version__}",
        ]),
        reports=reports,
        draws=draws,
        spread=(n, assume),
    )  # fmt: skip


def _pool(models: Mapping[str, object] | Iterable[LevelReport], options: Mapping[str, Any]) -> dict[str, LevelReport]:
    """The reports by name, in the order of names."""
    if isinstance(models, LevelReport) or not isinstance(models, Iterable):
        raise InvalidInput("leaderboard takes a mapping of model names to scores or reports, or several reports")
    if not isinstance(models, Mapping):
        listed = list(models)
        names = [getattr(one, "model", None) for one in listed]
        if None in names or len(set(names)) < len(names):
            raise DuplicateName(
                "reports by themselves need names that differ. Give them names with compute_level(..., model=...), or "
                "pass a mapping of name to report."
            )
        models = dict(zip(map(str, names), listed, strict=True))
    if not models:
        raise InvalidInput("a board wants at least one model")
    if len({str(name) for name in models}) < len(models):
        raise DuplicateName("two models have the same name, written as text. Give each a name of its own.")
    given = shared_options(models.values(), options)
    scores = {str(name): one for name, one in models.items() if not isinstance(one, LevelReport)}
    reports = compute_levels(scores, **given)
    reports |= {
        str(name): replace(one, model=str(name)) for name, one in models.items() if isinstance(one, LevelReport)
    }
    return dict(sorted(reports.items()))


def _keys(by: object, pool: list[LevelReport]) -> list[str]:
    """The levels that decide the order, the first first."""
    available = [name for name in LEVELS if getattr(pool[0], name) is not None]
    # The integer level is the highest level above 0, and a level above 0 has all below it above 0.
    return available[::-1] if by == INTEGER else [level_name(by, available)]


def _scores(keys: list[str], pool: list[LevelReport]) -> NDArray[np.float64]:
    return np.array([[getattr(report, name) for report in pool] for name in keys], dtype=np.float64)


def _aggregated(one: Aggregate, model: str) -> str:
    """A number with its rank, or none where there is no contest or no task."""
    value = one.values[model]
    return "none" if np.isnan(value) else f"{value:.2f} ({one.ranks[model]})"


def _ends(sets: RankSets, place: int) -> tuple[int, int]:
    return int(sets.low[place]), int(sets.high[place])


def _ranks_among(aggregate: Aggregate, models: list[str]) -> dict[str, int]:
    """The ranks of some models among themselves."""
    ranks = np.array([aggregate.ranks[model] for model in models])
    among = 1 + (ranks < ranks[:, np.newaxis]).sum(axis=1)
    return dict(zip(models, among.tolist(), strict=True))


def _pool_hash(reports: Mapping[str, LevelReport]) -> str:
    lines = [f"{name}={report.basis.digest()}" for name, report in reports.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

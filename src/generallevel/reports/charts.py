"""Charts as data: what each drawing of a report holds, whoever draws it.

A chart is a list of lines over one scale. The page draws it in HTML (`generallevel.reports.page.drawings`), and
matplotlib draws it as a static plot (`generallevel.reports.plots`); both say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from generallevel.evaluation import LEVELS
from generallevel.level_report import LevelReport
from generallevel.reports.evidence import Evidence
from generallevel.reports.text import NAMES
from generallevel.scales import FULL

__all__ = ["Chart", "Line", "Span", "chances", "forest", "ladder", "level_name", "profile", "sensitivity", "task_words"]

SHOWN = 40  # ours: tasks in a forest plot, those whose decision is nearest
QUARTERS = (0.0, 25.0, 50.0, 75.0, 100.0)
SMALL = 0.005  # points that two decimals would show as none
WORST_TO_BEST = "missing scores: worst to best legal score"
NOT_CLEAR = ("likely win", "tie", "undecided", "likely loss")


@dataclass(frozen=True)
class Span:
    """A stretch of the scale on one line.

    Attributes
    ----------
    low, high : float
        Its ends, on the chart's scale.
    kind : str
        ``narrow`` (a bootstrap interval, drawn thick), ``wide`` (one that covers by construction, drawn thin) or
        ``range`` (what a choice can do).
    said : str
        What it is, in words.
    """

    low: float
    high: float
    kind: str
    said: str


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Attributes
    ----------
    label, note : str
        What it is about, and its number in words.
    value : float
        Where it stands on the scale.
    kind : str
        ``fill`` and ``second`` for bars, ``won``, ``lost`` and ``same`` for marks.
    hollow : bool
        Whether the mark is drawn as an outline: a decision that is not clear.
    mark : float or None
        A tick: a ceiling, or the level as it stands.
    spans : tuple of Span
        Intervals and ranges.
    group : str
        A heading above the first line of each group; nothing for none.
    """

    label: str
    value: float
    note: str = ""
    kind: str = "fill"
    hollow: bool = False
    mark: float | None = None
    spans: tuple[Span, ...] = ()
    group: str = ""


@dataclass(frozen=True)
class Chart:
    """Lines over one scale.

    Attributes
    ----------
    title, caption : str
        What it shows, and how to read it.
    lines : tuple of Line
        From top to bottom.
    low, high : float
        The ends of the scale.
    ticks : tuple of float
        Where the scale is labelled.
    unit : str
        Of the scale.
    bars : bool
        Whether lines are bars from the low end; marks otherwise.
    legend : dict of str to str
        What each kind of bar, mark or span means.
    """

    title: str
    caption: str
    lines: tuple[Line, ...]
    low: float = 0.0
    high: float = FULL
    ticks: tuple[float, ...] = QUARTERS
    unit: str = ""
    bars: bool = True
    legend: Mapping[str, str] = field(default_factory=dict)


def ladder(report: LevelReport, known: Evidence | None = None) -> Chart:
    """The levels 2 to 5 with their ceilings, and with intervals where they are known.

    Parameters
    ----------
    report : LevelReport
        Whose levels.
    known : Evidence, optional
        For the intervals.

    Returns
    -------
    Chart
        Bars on 0-100.
    """
    methods = [
        (interval, kind, said)
        for interval, kind, said in (
            (known and known.projection, "wide", "projection"),
            (known and known.bootstrap, "narrow", "bootstrap"),
        )
        if interval
    ]
    lines = []
    for name in LEVELS:
        score, top = getattr(report, name), report.ceiling[name]
        if score is None:
            continue
        spans = []
        for interval, kind, said in methods:
            ends = interval.intervals[name]
            if ends is not None:
                spans.append(Span(*ends, kind, f"{interval.confidence:.0%} {said} interval"))
        said = f" [{spans[0].low:.2f}, {spans[0].high:.2f}]" if spans else ""
        lines.append(
            Line(
                f"{level_name(name)}: {NAMES[int(name[-1])]}",
                score,
                f"{score:.2f}{said}",
                mark=top,
                spans=tuple(spans),
            )
        )
    legend = {"mark": "ceiling: what the reference column itself scores"}
    for interval, kind, said in methods:
        legend[kind] = f"{interval.confidence:.0%} interval by {said}"
    tops = ", ".join(f"{level_name(name)} {top:.2f}" for name, top in report.ceiling.items() if top is not None)
    return Chart(
        "The levels",
        f"Score of each level, 0-100{'; in brackets its widest interval' if methods else ''}. Ceilings: {tops}.",
        tuple(lines),
        legend=legend,
    )


def profile(report: LevelReport) -> Chart:
    """Both sides of every modality: the mean of the won points in comprehension and in generation, and language.

    Parameters
    ----------
    report : LevelReport
        Under a scope with modalities; otherwise there are no lines.

    Returns
    -------
    Chart
        Bars on 0-100.
    """
    lines = []
    for name, numbers in report.modalities.items():
        heading = f"{name}: {numbers['wins']} wins of {numbers['total']} tasks, {numbers['supported']} scored"
        for side, key, kind in (("comprehension", "s_c", "fill"), ("generation", "s_g", "second")):
            value = float(numbers[key])
            lines.append(Line(side, value, f"{value:.2f}", kind=kind, group=heading))
    if report.s_l is not None and lines:
        weight = f"language: the weight {report.s_l / FULL:.4f} in Level-5"
        lines.append(Line("language", report.s_l, f"{report.s_l:.2f}", group=weight))
    return Chart(
        "The synergy profile",
        "Mean of the won points on each side of each modality, 0-100: lost and missing tasks count 0. Level-3 of a "
        "modality is the mean of its two bars, Level-4 their harmonic mean, which is 0 where one of them is.",
        tuple(lines),
        legend={"fill": "comprehension, and language", "second": "generation"} if lines else {},
    )


def forest(report: LevelReport, known: Evidence, most: int = SHOWN) -> Chart:
    """The margins of the tasks that are nearest to their reference, in points, with intervals where they are known.

    Parameters
    ----------
    report : LevelReport
        Whose tasks.
    known : Evidence
        For intervals and decisions.
    most : int, default 40
        How many tasks.

    Returns
    -------
    Chart
        Marks on a scale that is symmetric around 0.
    """
    margins, low, high = margins_in_points(report, known)
    places = report.basis.grid.scope.positions
    there = np.flatnonzero(~np.isnan(margins))
    nearest = there[np.argsort(np.abs(margins[there]), kind="stable")[:most]]
    order = nearest[np.argsort(-margins[nearest], kind="stable")]
    tasks, intervals = report.basis.grid.catalogue.tasks, f"{known.tasks.level:.0%} interval of the score"
    lines = []
    for place in order.tolist():
        decision = known.wins.decisions[place]
        shown = "+.2f" if abs(margins[place]) >= SMALL or margins[place] == 0 else "+.1e"
        spans = () if np.isnan(low[place]) else (Span(float(low[place]), float(high[place]), "task", intervals),)
        lines.append(
            Line(
                task_words(tasks[places[place]].id),
                float(margins[place]),
                f"{margins[place]:{shown}}{'' if decision == 'unknown' else f' {decision}'}",
                kind="won" if known.wins.won[place] else "lost",
                hollow=decision in NOT_CLEAR,
                spans=spans,
            )
        )
    ends = [end for line in lines for span in line.spans for end in (span.low, span.high)]
    reach = max([1e-9, *(abs(end) for end in (*ends, *(line.value for line in lines)))])
    counted = sum(1 for line in lines if line.spans)
    spread = (
        f"Intervals are known of {counted} of them."
        if counted
        else "How far each score may be off is unknown: the table gives no n and no standard_error."
    )
    return Chart(
        "Nearest to the gate",
        f"Points above (won) or below (lost) the reference: the {len(lines)} tasks nearest to theirs, of {len(there)} "
        f"with a score. {spread}",
        tuple(lines),
        -reach,
        reach,
        (-reach, 0.0, reach),
        "points",
        bars=False,
        legend={"won": "won", "lost": "lost"}
        | ({"hollow": "not clear"} if any(line.hollow for line in lines) else {})
        | ({"task": intervals} if counted else {}),
    )


def margins_in_points(report: LevelReport, known: Evidence) -> tuple[NDArray[np.float64], ...]:
    """Margin over the reference and the ends of its interval, in points; shape (tasks of the scope,) each.

    NaN where there is no score or no reference, and at the ends where no spread is known.
    """
    basis = report.basis
    rules, normaliser, inside = basis.grid.rules, basis.grid.normaliser, basis.grid.scope.positions
    share = np.ones(len(basis.points)) if basis.aligned.share is None else basis.aligned.share
    ends = []
    for column in (known.tasks.low, known.tasks.high):
        raw = np.full(len(basis.points), np.nan)
        raw[inside] = column
        points = rules.points(normaliser, rules.read(normaliser, raw)) * share
        ends.append((points - basis.reference_points)[inside])
    margins = (basis.points - basis.reference_points)[inside]
    # Of an error the raw end that is low is the better one; rounding must not push an end past the score itself.
    return margins, np.fmin(np.fmin(*ends), margins + 0 * ends[0]), np.fmax(np.fmax(*ends), margins + 0 * ends[0])


def sensitivity(report: LevelReport, known: Evidence, level: str = "level_3") -> Chart:
    """How far one level moves with each choice that nobody measured.

    Parameters
    ----------
    report : LevelReport
        Whose level.
    known : Evidence
        With its sensitivity.
    level : str, default "level_3"
        Which.

    Returns
    -------
    Chart
        Ranges; without lines where no sensitivity was worked out or the level is out of reach.
    """
    found, stands = known.sensitivity, getattr(report, level)
    if found is None or stands is None:
        return Chart("", "", ())
    choices: list[tuple[str, list[float]]] = []

    def add(label: str, levels: Sequence[Mapping[str, float | int | None]]) -> None:
        values = [float(one[level] or 0.0) for one in levels]
        if values:
            choices.append((label, values))

    factors = ", ".join(f"×{factor:g}" for factor in found.all_constants)
    add(f"all constants of the curves {factors}", list(found.all_constants.values()))
    if found.widest:
        add(f"the constant of {found.widest} alone {factors}", list(found.constants[found.widest].values()))
    if level in found.random_constants:
        choices.append(("random constants, 95 % of them", list(found.random_constants[level])))
    for label, policies in (("missing scores: zero or skipped", ("zero", "skip")), (WORST_TO_BEST, ("worst", "best"))):
        if found.missing.keys() >= set(policies):
            add(label, [found.missing[name] for name in policies])
    add(f"references: {', '.join(found.references)}", list(found.references.values()))
    bounds = f"{min(found.gate):+g} to {max(found.gate):+g}" if found.gate else ""
    add(f"tolerance at the gate: {bounds} points", list(found.gate.values()))
    if len(found.points) > 1:
        add(f"points: {', '.join(found.points)}", list(found.points.values()))
    near = [value for label, values in choices if label != WORST_TO_BEST for value in (*values, stands)]
    low, high = scale_of(min(near), max(near))
    beyond = [label for label, values in choices if min(values) < low or max(values) > high]
    lines = tuple(
        Line(
            label,
            stands,
            f"{min(values):.2f} to {max(values):.2f}",
            kind="same",
            spans=(Span(min(*values, stands), max(*values, stands), "range", "range"),),
        )
        for label, values in choices
    )
    name = level_name(level)
    return Chart(
        f"What {name} hangs on",
        f"{name} is {stands:.2f}; each line is how far it moves when one choice is another, and nothing else. None of "
        f"these is noise. The scale is {low:g} to {high:g}{', and one line goes beyond it' if beyond else ''}.",
        lines,
        low,
        high,
        (low, (low + high) / 2, high),
        bars=False,
        legend={"same": "as it stands", "range": "under the choice"},
    )


def scale_of(low: float, high: float) -> tuple[float, float]:
    """The ends of a scale on 0-100 that holds both numbers and is labelled in round ones.

    >>> scale_of(3.45, 5.56)
    (3.0, 6.0)
    >>> scale_of(100.0, 100.0)
    (99.9, 100.0)
    """
    step = float(10.0 ** np.floor(np.log10(max(high - low, 0.1))))
    bottom, top = float(np.floor(low / step) * step), float((np.floor(high / step) + 1) * step)
    return max(0.0, min(bottom, FULL - step)), min(FULL, top)


def chances(known: Evidence) -> Chart:
    """How often each integer level was met in the bootstrap; without lines where there was none."""
    found = known.bootstrap
    if found is None:
        return Chart("", "", ())
    lines = tuple(
        Line(f"Level {level}", share * FULL, f"{share:.1%}")
        for level, share in found.level_probabilities.items()
        if share or level == found.level
    )
    return Chart(
        "The integer level",
        f"How often each level was the highest reached, in {found.resamples} resamples of the {found.resample}. An "
        "integer level turns on single wins, so a share near 100 % says little where gates are near.",
        lines,
        unit="%",
    )


def level_name(name: str) -> str:
    """How a level is written: ``Level-3``.

    >>> level_name("level_3")
    'Level-3'
    """
    return name.replace("level_", "Level-")


def task_words(task: str) -> str:
    """The last part of a task's id, as words.

    >>> task_words("image.generation.image-deraining")
    'image deraining'
    """
    return task.rsplit(".", 1)[-1].replace("-", " ")

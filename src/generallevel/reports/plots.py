"""Static plots of a report with matplotlib: the charts of the page, for papers and slides.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; won and lost also differ in shape. Nothing of
matplotlib's global state is touched: a plot that is not given axes makes a figure of its own.

Source: Okabe and Ito, Color Universal Design, 2008.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from generallevel.errors import InvalidInput, MissingExtra, did_you_mean
from generallevel.level_report import LevelReport
from generallevel.reports import charts
from generallevel.reports.charts import Chart
from generallevel.reports.evidence import RESAMPLES, evidence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "KINDS", "Kind", "draw", "plot"]

Kind = Literal["ladder", "profile", "forest", "sensitivity"]

KINDS: tuple[Kind, ...] = ("ladder", "profile", "forest", "sensitivity")
COLOURS = {
    "fill": "#0072B2", "second": "#009E73", "won": "#0072B2", "lost": "#D55E00", "same": "#000000", "mark": "#000000",
    "task": "#777777", "wide": "#000000", "narrow": "#000000", "range": "#56B4E9",
}  # fmt: skip
MARKERS = {"won": "o", "lost": "s", "same": "D"}
WIDTHS = {"task": 1.5, "wide": 1.0, "narrow": 4.0, "range": 7.0}  # of lines, in points
LINE, WIDE, REST = 0.26, 9.0, 1.6  # inches: of one line, of the whole width, of what stands around the lines


def plot(
    report: LevelReport,
    kind: Kind = "ladder",
    ax: Axes | None = None,
    *,
    n: Any = None,
    level: float = 0.95,
    of: str = "level_3",
    most: int = charts.SHOWN,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Axes:
    """A static plot of a report.

    Parameters
    ----------
    report : LevelReport
        What to show.
    kind : {"ladder", "profile", "forest", "sensitivity"}
        The levels with ceilings and intervals; both sides of each modality; margins of the tasks nearest to the gate;
        how far a level moves with each choice.
    ax : matplotlib Axes, optional
        Where to draw; by default in a new figure, ``plot(...).figure``, that no window manager knows of.
    n : int, "benchmark" or mapping of task to int, optional
        Items of the tasks whose row states none, for intervals.
    level : float, default 0.95
        Of the intervals, in (0, 1).
    of : str, default "level_3"
        The level that ``sensitivity`` is about.
    most : int, default 40
        Tasks of a ``forest``.
    resamples, seed : int
        Of the bootstrap and of the random constants.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingExtra
        If matplotlib is not installed.
    InvalidInput
        If there is no such plot, an argument cannot be used, or there is nothing to draw.
    """
    if kind not in KINDS:
        raise InvalidInput(f"kind = {kind!r}: wanted one of {', '.join(KINDS)}.{did_you_mean(str(kind), KINDS)}")
    if kind == "profile":
        chart = charts.profile(report)
    else:
        known = evidence(
            report,
            n=n,
            level=level,
            intervals=kind == "ladder",
            sensitivity=kind == "sensitivity",
            resamples=resamples,
            seed=seed,
        )
        chart = {
            "ladder": lambda: charts.ladder(report, known),
            "forest": lambda: charts.forest(report, known, most),
            "sensitivity": lambda: charts.sensitivity(report, known, of),
        }[kind]()
    if not chart.lines:
        raise InvalidInput(
            f"there is nothing to draw in a {kind} plot: scope {report.scope} has no modalities to average over, no "
            "task has a score, or the level is out of reach."
        )
    return draw(chart, ax, title=f"{report.model}: {chart.title.lower()}" if report.model else chart.title)


def draw(chart: Chart, ax: Axes | None = None, *, title: str | None = None) -> Axes:
    """A chart on matplotlib axes.

    Parameters
    ----------
    chart : Chart
        What to draw; its lines from top to bottom.
    ax : matplotlib Axes, optional
        Where; by default in a figure of its own.
    title : str, optional
        Above it; the chart's own title by default.

    Returns
    -------
    matplotlib Axes
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch
    except ImportError as slip:
        raise MissingExtra.of("matplotlib", "plot", "a plot") from slip

    own = None
    if ax is None:
        own = Figure(figsize=(WIDE, LINE * len(chart.lines) + REST), layout="constrained")
        ax = own.subplots()
    heights = list(range(len(chart.lines)))
    for place, line in enumerate(chart.lines):
        if chart.bars:
            ax.barh(place, line.value - chart.low, left=chart.low, height=0.62, color=COLOURS[line.kind])
        for span in line.spans:
            ends, cap = [max(span.low, chart.low), min(span.high, chart.high)], "|" if span.kind == "wide" else ""
            ax.plot(
                ends, [place, place], color=COLOURS[span.kind], linewidth=WIDTHS[span.kind], marker=cap,
                solid_capstyle="butt", zorder=2.5,
            )  # fmt: skip
        if not chart.bars:
            colour = COLOURS[line.kind]
            face = "white" if line.hollow else colour
            ax.plot(
                [line.value], [place], marker=MARKERS[line.kind], color=colour, markerfacecolor=face, linestyle="",
                markersize=5.5, zorder=3,
            )  # fmt: skip
        if line.mark is not None:
            ax.plot([line.mark] * 2, [place - 0.42, place + 0.42], color=COLOURS["mark"], linestyle=":", linewidth=1.8)
    labels = []
    for line in chart.lines:
        heading = line.group.partition(":")[0]
        labels.append(plain(f"{heading}: {line.label}" if heading not in ("", line.label) else line.label))
    ax.set_yticks(heights, labels)
    ax.set_ylim(len(heights) - 0.4, -0.6)
    ax.set_xlim(chart.low, chart.high)
    ax.set_xlabel(plain(chart.unit or "score"))
    if chart.low < 0 < chart.high:
        ax.axvline(0, color="#999999", linewidth=0.8, zorder=0.5)
    ax.set_title(plain(title or chart.title), loc="left")
    notes = ax.secondary_yaxis("right")
    notes.set_yticks(heights, [plain(line.note) for line in chart.lines])
    notes.tick_params(length=0)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    notes.spines["right"].set_visible(False)
    keys: list[Any] = []
    for kind, said in chart.legend.items():
        if kind in ("fill", "second"):
            keys.append(Patch(color=COLOURS[kind], label=said))
        elif kind == "hollow":
            keys.append(
                Line2D([], [], marker="o", color=COLOURS["won"], markerfacecolor="white", linestyle="", label=said)
            )
        elif kind in MARKERS:
            keys.append(Line2D([], [], marker=MARKERS[kind], color=COLOURS[kind], linestyle="", label=said))
        else:
            style: Any = ":" if kind == "mark" else "-"
            width = WIDTHS.get(kind, 1.8)
            keys.append(Line2D([], [], color=COLOURS[kind], linestyle=style, linewidth=width, label=said))
    if keys and own is not None:
        own.legend(handles=keys, loc="outside lower left", ncols=2, frameon=False, fontsize="small")
    elif keys:
        ax.legend(handles=keys, loc="best", frameon=False, fontsize="small")
    return ax


def plain(text: str) -> str:
    r"""The text as matplotlib shows it letter for letter: a dollar sign would begin a formula.

    >>> plain("model $1")
    'model \\$1'
    """
    return "".join(character if character.isprintable() else " " for character in text).replace("$", r"\$")

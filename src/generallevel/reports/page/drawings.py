"""Drawings of a page: a chart as lines of text with inline SVG between them.

Each line is a label, a drawing and a number. Labels are text that wraps, so nothing is cut; drawings stretch with the
page because their coordinates are percentages, and so text keeps its size on a phone. Colours come from the style
sheet, for dark screens and paper. Each drawing has a title and a description for those who do not see it.
"""

from __future__ import annotations

from html import escape

from generallevel.reports.charts import Chart, Line

__all__ = ["drawing"]

SHORT = 12  # ours: lines that a sheet of paper does not part
SYMBOLS = {
    "won": '<circle class="won" cx="10" cy="8" r="5"/>',
    "lost": '<rect class="lost" x="5" y="3" width="10" height="10"/>',
    "hollow": '<circle class="won hollow" cx="5" cy="8" r="4"/>'
    '<rect class="lost hollow" x="12" y="4" width="8" height="8"/>',
    "same": '<path class="same" d="M10 3l5 5-5 5-5-5z"/>',
    "mark": '<line class="mark" x1="10" x2="10" y1="1" y2="15"/>',
    "task": '<line class="task" x1="2" x2="18" y1="8" y2="8"/>',
    "wide": '<path class="wide" d="M2 3v10M18 3v10M2 8h16"/>',
    "narrow": '<line class="narrow" x1="2" x2="18" y1="8" y2="8"/>',
    "range": '<line class="range" x1="2" x2="18" y1="8" y2="8"/>',
    "fill": '<rect class="fill" x="2" y="3" width="16" height="10"/>',
    "second": '<rect class="second" x="2" y="3" width="16" height="10"/>',
}


def drawing(chart: Chart) -> str:
    """A chart as HTML.

    Parameters
    ----------
    chart : Chart
        What to draw.

    Returns
    -------
    str
        A ``<figure>``, or nothing where the chart has no lines.
    """
    if not chart.lines:
        return ""
    places = [_at(chart, tick) for tick in chart.ticks]
    grid = "".join(f'<line class="axis" x1="{at}" x2="{at}" y2="100%"/>' for at in places)
    parts, group = [], ""
    for line in chart.lines:
        if line.group and line.group != group:
            parts.append(f'<div class="group">{escape(line.group)}</div>')
        group = line.group
        parts.append(_line(chart, line, grid))
    kind = " ".join(["chart", *([] if chart.bars else ["marks"]), *(["short"] if len(chart.lines) <= SHORT else [])])
    return (
        f'<figure><div class="{kind}">{"".join(parts)}{_axis(chart, places)}</div>{_legend(chart)}'
        f"<figcaption>{escape(chart.caption)}</figcaption></figure>"
    )


def _at(chart: Chart, value: float) -> str:
    """Where a value lies, in percent of the drawing's width; what is off the scale lies at its end."""
    share = (value - chart.low) / (chart.high - chart.low)
    return f"{100 * min(max(share, 0.0), 1.0):.4g}%"


def _line(chart: Chart, line: Line, grid: str) -> str:
    """The label, the number and the drawing of one line."""
    said = [line.note or f"{line.value:.5g}"]
    said += [f"{span.said} {span.low:.2f} to {span.high:.2f}" for span in line.spans]
    if line.mark is not None:
        said.append(f"mark at {line.mark:.2f}")
    heading = f"{line.group}: " if line.group else ""
    return (
        f'<div class="label" aria-hidden="true">{escape(line.label)}</div>'
        f'<div class="note" aria-hidden="true">{escape(line.note)}</div>'
        f'<div class="plot"><svg role="img"><title>{escape(heading + line.label)}</title>'
        f"<desc>{escape('; '.join(said))}</desc>{grid}{_shapes(chart, line)}</svg></div>"
    )


def _shapes(chart: Chart, line: Line) -> str:
    at = _at(chart, line.value)
    shapes = []
    if chart.bars:
        shapes.append('<rect class="track" y="50%" width="100%" height="14" transform="translate(0-7)"/>')
        shapes.append(f'<rect class="{line.kind}" y="50%" width="{at}" height="14" transform="translate(0-7)"/>')
    for span in line.spans:
        low, high = _at(chart, span.low), _at(chart, span.high)
        shapes.append(f'<line class="{span.kind}" x1="{low}" x2="{high}" y1="50%" y2="50%"/>')
        if span.kind == "wide":
            shapes += [
                f'<rect class="end" x="{end}" y="50%" width="2" height="12" transform="translate(-1-6)"/>'
                for end in (low, high)
            ]
    if line.mark is not None:
        mark = _at(chart, line.mark)
        shapes.append(f'<line class="mark" x1="{mark}" x2="{mark}" y1="10%" y2="90%"/>')
    if not chart.bars:
        kind = f"{line.kind} hollow" if line.hollow else line.kind
        if line.kind == "won":
            shapes.append(f'<circle class="{kind}" cx="{at}" cy="50%" r="4.5"/>')
        else:
            turned = ' transform="rotate(45)"' if line.kind == "same" else ""
            square = f'<rect class="{kind}" x="-4" y="-4" width="8" height="8"{turned}/>'
            shapes.append(f'<svg class="at" x="{at}" y="50%">{square}</svg>')
    return "".join(shapes)


def _axis(chart: Chart, places: list[str]) -> str:
    labels = []
    for tick, at in zip(chart.ticks, places, strict=True):
        anchor = {chart.low: "start", chart.high: "end"}.get(tick, "middle")
        unit = f" {chart.unit}" if chart.unit and tick == chart.high else ""
        labels.append(f'<text x="{at}" y="1em" text-anchor="{anchor}">{tick:.3g}{escape(unit)}</text>')
    return f'<div class="plot scale"><svg aria-hidden="true">{"".join(labels)}</svg></div>'


def _legend(chart: Chart) -> str:
    if not chart.legend:
        return ""
    keys = "".join(
        f'<li><svg width="22" height="16" aria-hidden="true">{SYMBOLS[kind]}</svg>{escape(said)}</li>'
        for kind, said in chart.legend.items()
    )
    return f'<ul class="legend">{keys}</ul>'

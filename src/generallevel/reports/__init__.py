"""Reports: a level as text, Markdown, LaTeX, an HTML page, static plots and a notebook's table; a board as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generallevel._late import late_names

if TYPE_CHECKING:
    from generallevel.reports.latex_table import latex
    from generallevel.reports.page import Standing, board_page, report_page, standings
    from generallevel.reports.plots import plot
    from generallevel.reports.text import html, markdown, plain

_HOMES = {
    "Standing": "page",
    "board_page": "page",
    "html": "text",
    "latex": "latex_table",
    "markdown": "text",
    "plain": "text",
    "plot": "plots",
    "report_page": "page",
    "standings": "page",
}

__all__ = ["Standing", "board_page", "html", "latex", "markdown", "plain", "plot", "report_page", "standings"]

__getattr__ = late_names(__name__, _HOMES, globals())

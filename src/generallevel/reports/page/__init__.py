"""Reports as one self-contained HTML file: no network, readable without a script, on a phone, in the dark, on paper."""

from __future__ import annotations

from generallevel.reports.page.of_board import Standing, board_page, standings
from generallevel.reports.page.of_report import report_page

__all__ = ["Standing", "board_page", "report_page", "standings"]

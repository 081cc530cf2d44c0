"""Reports: a level as text, Markdown and a notebook's table."""

from __future__ import annotations

from generallevel.reports.text import html, markdown, plain

__all__ = ["html", "markdown", "plain"]

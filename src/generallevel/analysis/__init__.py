"""Analysis: what a score table and a level say beyond the number."""

from __future__ import annotations

from generallevel.analysis.known_answers import Canary, canaries
from generallevel.analysis.linting import CODES, lint

__all__ = ["CODES", "Canary", "canaries", "lint"]

"""Boards: many models in order, with the ranks that the data leave open, and a new model beside published ones."""

from __future__ import annotations

from generallevel.analysis.boards.aggregators import Aggregate
from generallevel.analysis.boards.placing import PlacedModality, PlacedModel, Placement, place
from generallevel.analysis.boards.ranked_board import BoardRow, DroppedModel, Leaderboard, Moved, leaderboard

__all__ = [
    "Aggregate",
    "BoardRow",
    "DroppedModel",
    "Leaderboard",
    "Moved",
    "PlacedModality",
    "PlacedModel",
    "Placement",
    "leaderboard",
    "place",
]

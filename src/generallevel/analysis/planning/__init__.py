"""Planning: what a lost task would bring, the cheapest wins to a target, and where more items would decide most."""

from __future__ import annotations

from generallevel.analysis.planning.gate_noise import FragileWins, ItemsPlan, fragile_wins, items_plan
from generallevel.analysis.planning.lost_tasks import LostTasks, what_if_won
from generallevel.analysis.planning.planned import Plan, plan

__all__ = ["FragileWins", "ItemsPlan", "LostTasks", "Plan", "fragile_wins", "items_plan", "plan", "what_if_won"]

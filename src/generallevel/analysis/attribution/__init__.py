"""Attribution: what each task contributes to a level, what would be without it, and a level as a tree."""

from __future__ import annotations

from generallevel.analysis.attribution.attributed import Attribution, cell_shapley, contributions
from generallevel.analysis.attribution.explanation import Node, explain
from generallevel.analysis.attribution.leave_one_out import Influence, influence

__all__ = ["Attribution", "Influence", "Node", "cell_shapley", "contributions", "explain", "influence"]

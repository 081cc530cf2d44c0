"""Analysis: what a score table and a level say beyond the number.

What is wrong with a table (`lint`, `canaries`); how sure a score, a win and a level are; what they depend on; where
they come from and what would change them; how models compare; and whether a saved report still holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generallevel._late import late_names

if TYPE_CHECKING:
    from generallevel.analysis.attribution import cell_shapley, contributions, explain, influence
    from generallevel.analysis.boards import leaderboard, place
    from generallevel.analysis.certificates import certificate, diff, verify
    from generallevel.analysis.comparisons import compare
    from generallevel.analysis.known_answers import Canary, canaries
    from generallevel.analysis.level_intervals import level_interval
    from generallevel.analysis.linting import CODES, lint
    from generallevel.analysis.planning import fragile_wins, items_plan, plan, what_if_won
    from generallevel.analysis.sensitivities import (
        chance_corrected,
        min_max,
        rank_in_pool,
        relative_to_references,
        sensitivity,
    )
    from generallevel.analysis.synergy_tests import ablation_test, synergy_test
    from generallevel.analysis.uncertainty import (
        detectable_difference,
        interval,
        multiplicity,
        paired_test,
        task_uncertainty,
        winning_margin,
        wins,
    )

_HOMES = {
    "CODES": "linting",
    "Canary": "known_answers",
    "ablation_test": "synergy_tests",
    "canaries": "known_answers",
    "cell_shapley": "attribution",
    "certificate": "certificates",
    "chance_corrected": "sensitivities",
    "compare": "comparisons",
    "contributions": "attribution",
    "detectable_difference": "uncertainty",
    "diff": "certificates",
    "explain": "attribution",
    "fragile_wins": "planning",
    "influence": "attribution",
    "interval": "uncertainty",
    "items_plan": "planning",
    "leaderboard": "boards",
    "level_interval": "level_intervals",
    "lint": "linting",
    "min_max": "sensitivities",
    "multiplicity": "uncertainty",
    "paired_test": "uncertainty",
    "place": "boards",
    "plan": "planning",
    "rank_in_pool": "sensitivities",
    "relative_to_references": "sensitivities",
    "sensitivity": "sensitivities",
    "synergy_test": "synergy_tests",
    "task_uncertainty": "uncertainty",
    "verify": "certificates",
    "what_if_won": "planning",
    "winning_margin": "uncertainty",
    "wins": "uncertainty",
}

__all__ = [
    "CODES",
    "Canary",
    "ablation_test",
    "canaries",
    "cell_shapley",
    "certificate",
    "chance_corrected",
    "compare",
    "contributions",
    "detectable_difference",
    "diff",
    "explain",
    "fragile_wins",
    "influence",
    "interval",
    "items_plan",
    "leaderboard",
    "level_interval",
    "lint",
    "min_max",
    "multiplicity",
    "paired_test",
    "place",
    "plan",
    "rank_in_pool",
    "relative_to_references",
    "sensitivity",
    "synergy_test",
    "task_uncertainty",
    "verify",
    "what_if_won",
    "winning_margin",
    "wins",
]

__getattr__ = late_names(__name__, _HOMES, globals())

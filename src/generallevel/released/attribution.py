"""The gap between this library's level and the released scorer's, accounted for switch by switch.

The effect of a switch depends on which others are on: clipping hides what a misread percentage does. So each is
credited with its Shapley value, the mean of its effect over all orders in which the eight can be turned on. All 256
choices are evaluated, two at a time, and the credits add up to the gap exactly.

Source: L. S. Shapley, A value for n-person games, 1953.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generallevel.alignment import Aligned, align
from generallevel.analysis.attribution.shapley import shapley_values
from generallevel.benchmark.packaged import general_bench
from generallevel.evaluation import LEVELS, Columns, Evaluation, Grid, grid, integer_level
from generallevel.levels import References, reference_set_of
from generallevel.normaliser import Normaliser, convert
from generallevel.released.conventions import rules
from generallevel.released.defects import Switch
from generallevel.released.difference import Difference, Effect
from generallevel.released.layouts import Layout, packaged_layout
from generallevel.released.results import read_results
from generallevel.rules import Rules
from generallevel.tables import read_table

__all__ = ["explain_difference"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Chosen = frozenset[Switch]

Q3, Q8 = Switch.NOTHING_AND_PERFECT_BOTH_ZERO, Switch.ROWS_PAIRED_BY_POSITION
# The switches that change metrics or units; all others share the curves of a choice of these.
RESOLVING = frozenset((
    Switch.LONG_LABELS_PASS_RAW,
    Switch.WER_PERCENT_READ_AS_FRACTION,
    Switch.WINS_ON_POINTS,
    Switch.LANGUAGE_RMSE_ONE_SIDED,
))  # fmt: skip


def explain_difference(
    scores: object,
    *,
    model: str | None = None,
    references: References | None = None,
    unit: str | None = None,
) -> Difference:
    """What separates a model's level from the number that the released scorer gives it, switch by switch.

    Parameters
    ----------
    scores : mapping, ScoreTable, data frame or path
        Raw scores of General-Bench tasks, as for `generallevel.compute_level`. Of an ``.xlsx`` file the order of the
        rows counts, as it does for the released scorer; of anything else it means nothing.
    model : str, optional
        The model's name; picks its column where the source holds several.
    references : str, ReferenceSet or mapping, optional
        What both numbers compare with; ``"released-2025-07"`` by default.
    unit : {"fraction", "percent"}, optional
        The unit of all scores that tables print in percent. Both numbers are taken after the conversion.

    Returns
    -------
    Difference
        Both ends, unrounded, and the share of each of Q1 to Q8 in points, in (-inf, inf); the shares add up to the gap.

    Raises
    ------
    UndefinedScore, ImpossibleValue
        If the released scorer fails on the table and so has no number: a language RMSE of 0, a negative normalised
        figure.
    GeneralLevelError
        If the scores cannot be used, as in `generallevel.compute_level`, or a workbook has sheets that the released
        scorer refuses.

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II, 1953.

    Examples
    --------
    >>> found = explain_difference({"Face Image Inpainting": 0.0, "Human Action Recognition": 90.0})  # a perfect FID
    >>> {effect.switch.code: round(effect.levels["level_2"], 3) for effect in found.effects if effect.levels["level_2"]}
    {'Q3': -0.278}
    """
    bench = general_bench()
    plain = grid(bench)
    chosen = reference_set_of(references, bench)
    table = read_table(scores, model=model)
    aligned = align(table, bench, plain.normaliser, chosen, unit=unit).require()
    notes: list[str] = []
    if isinstance(scores, str | os.PathLike) and Path(scores).suffix.lower() == ".xlsx":
        pairings = _pairings_of_workbook(scores, packaged_layout(chosen), aligned, plain.normaliser, unit)
    else:
        notes.append(
            f"{table.source} joins its rows by task, so the position of a row means nothing and Q8 has no effect."
        )
        everywhere = np.ones(aligned.values.shape, dtype=bool)
        pairings = dict.fromkeys(product((False, True), (False, True)), (aligned.values, everywhere))
    if unit == "fraction":
        notes.append(
            "Scores were taken for fractions in both numbers; the released scorer itself takes them for percentages."
        )
    if aligned.share is not None:
        notes.append(
            "Scores made of a part of their items count by that share in both numbers; the released scorer knows none."
        )
    outcomes = _Outcomes(plain, aligned, pairings)
    shares = shapley_values(outcomes.numbers)
    return Difference(
        model=table.model,
        references=chosen.name,
        default=outcomes.end(0),
        released=outcomes.end(-1),
        effects=tuple(Effect(switch, *outcomes.named(shares[place])) for place, switch in enumerate(Switch)),
        notes=tuple(notes),
    )


def _pairings_of_workbook(
    path: str | os.PathLike[str], layout: Layout, aligned: Aligned, normaliser: Normaliser, unit: str | None
) -> dict[tuple[bool, bool], tuple[Floats, Flags]]:
    """Scores and listed rows by (Q3, Q8): as the released scorer reads cells or as we do, by position or by task."""
    results = read_results(path, layout, aligned.table.model, complete=False)
    everywhere = np.ones(aligned.values.shape, dtype=bool)
    pairings = {(False, False): (aligned.values, everywhere), (True, False): (results.by_task(layout), everywhere)}
    for lenient in (False, True):
        pairings[lenient, True] = results.by_position(layout, lenient=lenient)
    if unit is not None:
        for lenient, by_position in ((True, False), (False, True), (True, True)):
            values, listed = pairings[lenient, by_position]
            converted = convert(values, unit, "percent")
            pairings[lenient, by_position] = np.where(normaliser.percentages, converted, values), listed
    return pairings


class _Outcomes:
    """The levels under each of the 256 choices.

    Attributes
    ----------
    numbers : ndarray of float, shape (256, levels)
        Row ``b`` holds the levels with the switches on whose bit is set in ``b``, Q1 the lowest; overall ones first.
    integers : ndarray of int, shape (256,)
        The integer level.
    """

    def __init__(
        self, plain: Grid, aligned: Aligned, pairings: Mapping[tuple[bool, bool], tuple[Floats, Flags]]
    ) -> None:
        self.modalities = plain.modalities
        order = list(Switch)
        half = 1 << (
            len(order) - 1
        )  # Q8 is the highest bit: a choice without it, and the same with it, are two models of one grid
        curves: dict[Chosen, Normaliser] = {}
        self.numbers = np.empty((2 * half, len(LEVELS) + len(LEVELS[:3]) * len(self.modalities)))
        self.integers = np.empty(2 * half, dtype=np.int64)
        # The two sides of a grid that only pairing tells apart are evaluated together.
        sides = {
            lenient: [np.stack(pair) for pair in zip(pairings[lenient, False], pairings[lenient, True], strict=True)]
            for lenient in (False, True)
        }
        share = None if aligned.share is None else np.stack([aligned.share] * 2)
        for bits in range(half):
            chosen = frozenset(switch for place, switch in enumerate(order) if bits >> place & 1)
            conventions = rules(chosen)
            key = chosen & RESOLVING
            if key not in curves:
                curves[key] = conventions.resolve(plain.catalogue.tasks)
            values, listed = sides[Q3 in chosen]
            evaluation = _evaluated(plain, conventions, curves[key], values, listed, share, aligned.references)
            rows = [bits, bits + half]
            self.numbers[rows] = self._flat(evaluation)
            self.integers[rows] = integer_level(evaluation.levels)

    def _flat(self, evaluation: Evaluation) -> Floats:
        columns = [evaluation.levels[name] for name in LEVELS]
        columns += [evaluation.modalities[modality][name] for modality in self.modalities for name in LEVELS[:3]]
        return np.stack(columns, axis=-1)

    def named(self, numbers: Floats) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """One row of numbers, by level and by modality and level."""
        flat = iter(numbers.tolist())
        overall = {name: next(flat) for name in LEVELS}
        return overall, {modality: {name: next(flat) for name in LEVELS[:3]} for modality in self.modalities}

    def end(self, choice: int) -> dict[str, Any]:
        """The levels of one choice as plain data."""
        overall, modalities = self.named(self.numbers[choice])
        return {"level": int(self.integers[choice]), **overall, "modalities": modalities}


def _evaluated(
    plain: Grid,
    conventions: Rules,
    curves: Normaliser,
    values: Floats,
    listed: Flags,
    share: Floats | None,
    references: Floats,
) -> Evaluation:
    on = Grid(plain.catalogue, plain.scope, conventions, curves, plain.cells)
    return Columns(on, values, share=share, listed=listed).against(references)

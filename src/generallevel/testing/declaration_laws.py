"""Laws of the declaration: they need no function, and hold for every metric that a table can name."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from generallevel.errors import AmbiguousName, NotComputable
from generallevel.registry import find, find_label
from generallevel.testing.cases import Breach, Case
from generallevel.testing.laws import law

__all__ = ["declaration", "scale"]

STEPS = 201  # points of the grid on which a curve is looked at
REACH = 6  # decades to which the grid follows an open end


@law(
    "The declaration is complete, and the metric is found under each of its names and labels.",
    cause="a label without a unit, a missing summary or source, a variant whose best lies outside the bounds, or a "
    "name that another metric has taken",
    declared=True,
)
def declaration(case: Case) -> None:
    """The facts are there, agree with each other, and lead back to the metric."""
    metric = case.metric
    for fact in ("summary", "source", "unit"):
        if not getattr(metric, fact).strip():
            raise Breach(f"{metric!r}", f"no {fact}", f"a {fact}")
    for (sheet, label), unit in metric.labels.items():
        if not unit.strip():
            raise Breach(
                f"label {label!r} of sheet {sheet!r}", f"unit {unit!r}", "the unit in which the table prints it"
            )
        try:
            holder = find_label(sheet, label)
        except AmbiguousName:
            continue  # several metrics are spelt so; the task tells which
        if holder is not metric:
            raise Breach(f"label {label!r} of sheet {sheet!r}", repr(holder), repr(metric))
    for name in (metric.name, *metric.aliases):
        if find(name) is not metric:
            raise Breach(f"the name {name!r}", repr(find(name)), repr(metric))
    low, high = metric.bounds
    for name in metric.variants:
        if not low <= metric.best_of(name) <= high:
            raise Breach(f"variant {name!r}", f"best = {metric.best_of(name):g}", f"a value in [{low:g}, {high:g}]")
    if not metric.computable:
        try:
            metric(None, None)
        except NotComputable:
            return
        raise Breach(f"{metric!r}, which has no function, called", "no error", "NotComputable")


@law(
    "The curve gives 100 for the best score, stays within 0 and 100, and never rises when the score gets worse.",
    cause="the scale speaks of another unit than the function returns (0.83 or 83), or better points the wrong way",
    declared=True,
)
def scale(case: Case) -> None:
    """The curve on a grid over the bounds, open ends and infinities included."""
    metric = case.metric
    raw = np.array(sorted(set(_grid(*metric.bounds, metric.best)), reverse=metric.better == "higher"))
    points = np.asarray(metric.scale(raw))
    if points.shape != raw.shape:
        raise Breach(f"scale(an array of {raw.size} scores)", f"shape {points.shape}", f"shape {raw.shape}")
    best = float(metric.scale(metric.best))
    if not math.isclose(best, 100.0, rel_tol=case.tolerance):
        raise Breach(f"scale({metric.best:g}), the best score", best, 100.0)
    for score, point in zip(raw, points, strict=True):
        if not 0.0 <= point <= 100.0:
            raise Breach(f"scale({score:g})", float(point), "a number in [0, 100]")
        if not math.isclose(point, float(metric.scale(score)), rel_tol=case.tolerance):
            raise Breach(f"scale({score:g})", float(metric.scale(score)), f"{point:g}, as in an array of scores")
    rises = np.flatnonzero(np.diff(points) > 100.0 * case.tolerance)
    if rises.size:
        better, worse = raw[rises[0]], raw[rises[0] + 1]
        raise Breach(
            f"scale({worse:g}), a worse score than {better:g} ({metric.better} is better)",
            float(points[rises[0] + 1]),
            f"at most scale({better:g}) = {points[rises[0]]:g}",
        )


def _grid(low: float, high: float, best: float) -> Iterator[float]:
    """Scores over the bounds: an open end is followed for some decades and then entered."""
    yield from (low, high, best)
    if math.isfinite(low) and math.isfinite(high):
        yield from np.linspace(low, high, STEPS).tolist()
        return
    steps = [0.0, *np.logspace(-REACH, REACH, STEPS).tolist()]
    if math.isinf(high):
        yield from ((low if math.isfinite(low) else 0.0) + step for step in steps)
    if math.isinf(low):
        yield from ((high if math.isfinite(high) else 0.0) - step for step in steps)

"""Key frames of driving scenes: read, filtered, and decided about.

Source: Caesar et al. (2020), arXiv 1903.11027 (classes, ranges, errors).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from generallevel._kernels.centre_detections import ERRORS, CentreDetections, CentreSettings, match_centres
from generallevel._kernels.choices import one_of
from generallevel._kernels.nearest import positives
from generallevel._kernels.objects import as_mappings
from generallevel._kernels.scene_boxes import (
    centres_of,
    check_classes,
    check_ranges,
    class_places,
    ground,
    in_range,
    listed,
    numbers_of,
)
from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = ["NUSCENES_CLASSES", "NUSCENES_RANGES", "Ranges", "centre_decisions"]

Floats: TypeAlias = NDArray[np.float64]
Ranges: TypeAlias = Literal["nuscenes"] | Mapping[Any, float] | None
Kind = TypeVar("Kind", bound=CentreDetections)

# Up to which distance from the vehicle each class counts, in metres.
NUSCENES_RANGES: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("car", "truck", "bus", "trailer", "construction_vehicle"), 50.0),
        **dict.fromkeys(("pedestrian", "motorcycle", "bicycle"), 40.0),
        **dict.fromkeys(("traffic_cone", "barrier"), 30.0),
    }
)
NUSCENES_CLASSES: tuple[str, ...] = tuple(NUSCENES_RANGES)

HALF_TURN = "barrier"  # looks the same from behind
WITHOUT = {"traffic_cone": ("orientation", "velocity", "attribute"), "barrier": ("velocity", "attribute")}

SIDES = ("centres", "labels", "sizes", "yaws", "velocities", "attributes")
PRED_KEYS = frozenset({*SIDES, "scores"})
REF_KEYS = frozenset({*SIDES, "ego", "points", "id"})


def centre_decisions(
    kind: type[Kind],
    preds: Sequence[Any],
    refs: Sequence[Any],
    *,
    classes: Sequence[Any],
    ranges: Ranges,
    distances: Sequence[float],
    low: float,
    absent_class: str,
    errors_at: float | None = None,
) -> Kind:
    """The decisions about the boxes of many key frames, in one pass.

    Parameters
    ----------
    kind : type
        The tally.
    preds, refs : sequence of mapping
        The two sides, of the same key frames.
    classes, ranges, distances, low, absent_class
        As for `mean_average_precision`.
    errors_at : float, optional
        At which of the distances errors of right boxes are measured.

    Returns
    -------
    CentreDetections
        Of the kind that was asked for.

    Raises
    ------
    InvalidInput
        If an option is none, or a key frame lacks something.
    """
    labels = check_classes(classes)
    reach = check_ranges(ranges, labels, NUSCENES_RANGES)
    one_of("absent_class", absent_class, ("zero", "skip"))
    settings = CentreSettings(
        labels,
        positives(distances, "distances", "the distance below which a box is right, in metres"),
        errors_at,
        _low(low),
        absent_class,
        tuple(
            (place, error)
            for place, label in enumerate(labels)
            for error, name in enumerate(ERRORS)
            if name in WITHOUT.get(label, ())
        ),
    )
    said = as_mappings(preds, "pred", "centres", PRED_KEYS)
    wanted = as_mappings(refs, "ref", "centres", REF_KEYS)
    found = _Side(said, wanted, labels, reach, "pred", errors_at is not None)
    there = _Side(wanted, wanted, labels, reach, "ref", errors_at is not None)
    taken = match_centres(
        (found.groups, found.centres, found.scores), (there.groups, there.centres), settings.distances
    )
    errors = np.empty((len(found.groups), 0))
    if errors_at is not None:
        errors = _errors(found, there, taken[settings.distances.index(errors_at)], labels)
    return kind(
        settings,
        np.bincount(there.labels, minlength=len(labels)),
        found.labels,
        found.scores,
        (taken >= 0).T,
        errors,
    )


class _Side:
    """The boxes of one side that count, key frame after key frame."""

    def __init__(
        self,
        items: Sequence[Mapping[str, Any]],
        refs: Sequence[Mapping[str, Any]],
        classes: tuple[Any, ...],
        reach: Floats | None,
        name: str,
        whole: bool,
    ) -> None:
        columns: dict[str, list[NDArray[Any]]] = {key: [] for key in ("groups", "labels", "centres", "scores")}
        columns |= {key: [] for key in ("sizes", "yaws", "velocities", "attributes") if whole}
        for frame, (item, ref) in enumerate(zip(items, refs, strict=True)):
            centres = centres_of(item, name)
            n = len(centres)
            labels = class_places(item, n, classes, name)
            read: dict[str, NDArray[Any]] = {"groups": frame * len(classes) + labels, "labels": labels}
            read |= {"centres": centres, "scores": _scores(item, n, name)}
            if whole:
                read |= _whole(item, n, name)
            kept = np.ones(n, dtype=bool)
            if reach is not None and n:
                kept &= in_range(centres, ground(ref.get("ego"), 1, "ref"), labels, reach)
            points = numbers_of(item, "points", n, name)
            if points is not None:
                if (points < 0).any():
                    raise ImpossibleValue(f"{name} points hold {points.min():g}: a box holds 0 points or more")
                kept &= points != 0
            for key, column in columns.items():
                column.append(read[key][kept])
        empty = {"groups": np.empty(0, np.intp), "labels": np.empty(0, np.intp), "centres": np.empty((0, 2))}
        empty |= {"sizes": np.empty((0, 3)), "velocities": np.empty((0, 2))}
        together = {
            key: np.concatenate([empty.get(key, np.empty(0, object if key == "attributes" else float)), *column])
            for key, column in columns.items()
        }
        self.groups, self.labels = together["groups"], together["labels"]
        self.centres, self.scores = together["centres"], together["scores"]
        self.rest = together


def _scores(item: Mapping[str, Any], n: int, name: str) -> Floats:
    """The scores of one key frame; 0 for references, which have none."""
    if name == "ref":
        return np.zeros(n)
    scores = numbers_of(item, "scores", n, name)
    if scores is None:
        if n:
            raise InvalidInput(f'{name} has no "scores": precision is read from the surest box down')
        return np.empty(0)
    return scores


def _whole(item: Mapping[str, Any], n: int, name: str) -> dict[str, NDArray[Any]]:
    """What else a box has, checked."""
    sizes = numbers_of(item, "sizes", n, name, width=3)
    yaws = numbers_of(item, "yaws", n, name)
    velocities = numbers_of(item, "velocities", n, name, width=2, unknown=name == "ref")
    given = item.get("attributes")
    read = {"sizes": sizes, "yaws": yaws, "velocities": velocities, "attributes": given}
    lacking = [key for key, column in read.items() if column is None]
    if lacking:
        raise InvalidInput(
            f"{name} has no {' and no '.join(map(repr, lacking))}, of which errors are measured; map needs none of them"
        )
    assert sizes is not None
    assert yaws is not None
    assert velocities is not None
    if (sizes <= 0).any():
        place = int(np.argmax((sizes <= 0).any(axis=1)))
        raise ImpossibleValue(f"{name} box {place} has the sides {sizes[place].tolist()}: each is above 0")
    names = listed(given, "attributes", n, name)
    if not all(isinstance(one, str) for one in names):
        raise InvalidInput(f'{name} attributes are texts, "" for a box without one')
    attributes = np.empty(n, dtype=object)
    attributes[:] = names
    return {"sizes": sizes, "yaws": yaws, "velocities": velocities, "attributes": attributes}


def _errors(found: _Side, there: _Side, taken: NDArray[np.intp], classes: tuple[Any, ...]) -> Floats:
    """The five errors of each box that took a reference; NaN for the others."""
    errors = np.full((len(taken), len(ERRORS)), np.nan)
    at = np.flatnonzero(taken >= 0)
    to = taken[at]
    one, other = found.rest, there.rest
    errors[at, 0] = np.sqrt(((found.centres[at] - there.centres[to]) ** 2).sum(axis=1))
    common = np.minimum(one["sizes"][at], other["sizes"][to]).prod(axis=1)
    covered = one["sizes"][at].prod(axis=1) + other["sizes"][to].prod(axis=1) - common
    errors[at, 1] = 1 - common / covered
    period = np.where(np.array([label == HALF_TURN for label in classes])[found.labels[at]], np.pi, 2 * np.pi)
    turn = (other["yaws"][to] - one["yaws"][at] + period / 2) % period - period / 2
    errors[at, 2] = np.abs(turn)
    errors[at, 3] = np.sqrt(((one["velocities"][at] - other["velocities"][to]) ** 2).sum(axis=1))
    wanted = other["attributes"][to]
    errors[at, 4] = np.where(wanted == "", np.nan, (wanted != one["attributes"][at]).astype(np.float64))
    return errors


def _low(low: Any) -> float:
    if isinstance(low, bool) or not isinstance(low, int | float) or not 0 <= low < 1:
        raise InvalidInput(
            f"low is the recall and the precision up to which nothing counts, in [0, 1), not {low!r:.40}"
        )
    return float(low)

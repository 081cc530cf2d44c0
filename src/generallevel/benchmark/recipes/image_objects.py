"""Objects of an image as the JSON lists them, turned into the columns that the metrics of detection take.

An object is a mapping with its shape, ``label`` and, in a prediction, ``score``; bare shapes are objects of one class.
COCO's own keys are understood, and keys that say nothing here are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generallevel.benchmark.recipes.image_fields import Given, described
from generallevel.errors import ImpossibleValue, InvalidInput

__all__ = ["LISTS", "columns", "name_of", "numbers_of", "objects_of"]

FURTHEST = 1e7  # ours: pixels from the corner of an image, beyond which nothing can be; squares of it stay finite
LISTS = ("objects", "annotations", "detections", "predictions", "instances")
LABELS = ("label", "category", "category_name", "class", "name", "category_id")
# What stands beside the shape, by the key that the metrics take; of the reference, and of the prediction.
BESIDE = {
    "reference": {
        "labels": LABELS,
        "crowd": ("iscrowd", "crowd"),
        "ignore": ("ignore", "difficult"),
        "areas": ("area",),
    },
    "prediction": {"labels": LABELS, "scores": ("score", "confidence")},
}


def objects_of(given: Given, shapes: str, keys: Sequence[str], what: str) -> list[Mapping[str, Any]]:
    """The objects of an image, each as a mapping with its shape under the first of the keys.

    Parameters
    ----------
    given : Given
        A list of objects or of bare shapes; a mapping with such a list under ``objects``; or a mapping of columns, such
        as ``boxes``, ``labels`` and ``scores``.
    shapes : str
        The name of the column of shapes: ``"boxes"``.
    keys : sequence of str
        What the shape of one object may be called: ``("bbox", "box")``.
    what : str
        For messages: ``"boxes"``.

    Returns
    -------
    list of mapping

    Raises
    ------
    InvalidInput
        If it is none of these.
    """
    value = given.value
    if isinstance(value, Mapping) and isinstance(value.get(shapes), list):
        return _from_columns(value, shapes, keys[0], given.side)
    if isinstance(value, Mapping):
        alone = any(key in value for key in keys)
        value = [value] if alone else given.under((*LISTS, shapes), what).value
    if not isinstance(value, list):
        raise InvalidInput(f"the {given.side} is {described(value)}; wanted {what}: a list of objects, empty for none")
    found: list[Mapping[str, Any]] = []
    for place, one in enumerate(value):
        if isinstance(one, Mapping):
            shape = next((one[key] for key in keys if one.get(key) is not None), None)
            if shape is None:
                raise InvalidInput(
                    f"object {place} of the {given.side} has {', '.join(sorted(map(repr, one)))}; its shape stands "
                    f"under {' or '.join(map(repr, keys))}"
                )
            found.append({**one, keys[0]: shape})
        else:
            found.append({keys[0]: one})
    return found


def _from_columns(value: Mapping[str, Any], shapes: str, key: str, side: str) -> list[Mapping[str, Any]]:
    rows = [{key: shape} for shape in value[shapes]]
    for name, spellings in BESIDE[side].items():
        column = value.get(name, value.get(spellings[0]))
        if column is None:
            continue
        if not isinstance(column, list) or len(column) != len(rows):
            n = len(column) if isinstance(column, list) else described(column)
            raise InvalidInput(f"the {side} has {len(rows)} {shapes} and {n} {name}: one belongs to each")
        rows = [{**row, spellings[0]: entry} for row, entry in zip(rows, column, strict=True)]
    return list[Mapping[str, Any]](rows)


def columns(given: Given, objects: Sequence[Mapping[str, Any]], *, labelled: bool = True) -> dict[str, list[Any]]:
    """What stands beside the shapes, as columns: of what no object says there is none.

    Parameters
    ----------
    given : Given
        The side, and the header: with one entry in ``classes`` labels say nothing and are passed over.
    objects : sequence of mapping
        As `objects_of` gives them.
    labelled : bool, default True
        Whether labels count.

    Returns
    -------
    dict of str to list

    Raises
    ------
    InvalidInput
        If some objects say it and others do not, but for crowds and what is to be ignored.
    """
    classes = given.item.header.get("classes")
    if isinstance(classes, list) and len(classes) == 1:
        labelled = False
    found: dict[str, list[Any]] = {}
    for name, spellings in BESIDE[given.side].items():
        if name == "labels" and not labelled:
            continue
        column = [next((one[key] for key in spellings if one.get(key) is not None), None) for one in objects]
        said = sum(entry is not None for entry in column)
        if not said:
            continue
        if name in ("crowd", "ignore"):
            column = [0 if entry is None else entry for entry in column]
        elif said < len(column):
            raise InvalidInput(f"{said} of the {len(column)} objects of the {given.side} have {name}: all or none have")
        found[name] = [name_of(entry, given) for entry in column] if name == "labels" else column
    return found


def numbers_of(given: Given, numbers: Any, what: str) -> list[float]:
    """Coordinates that may be in pixels.

    Raises
    ------
    InvalidInput
        If they are no list of numbers.
    ImpossibleValue
        If one lies ten million pixels away.
    """
    plain = isinstance(numbers, list) and all(type(one) in (int, float) for one in numbers)
    if not plain:
        raise InvalidInput(f"{what} of the {given.side} is {described(numbers)}; wanted a list of numbers")
    if numbers and not max(map(abs, numbers)) <= FURTHEST:
        raise ImpossibleValue(f"{what} of the {given.side} lies {FURTHEST:g} pixels away or more: {numbers!r:.80}")
    return list[float](numbers)


def name_of(label: Any, given: Given) -> Any:
    """A class by its name, without case and outer white space; by its number where the header names none.

    Raises
    ------
    InvalidInput
        If it is neither a text nor a whole number.
    """
    if type(label) is int:
        named = given.item.header.get("categories")
        for entry in named if isinstance(named, list) else ():
            if isinstance(entry, Mapping) and entry.get("id") == label and isinstance(entry.get("name"), str):
                label = entry["name"]
                break
    if isinstance(label, str):
        return label.strip().casefold()
    if type(label) is not int:
        raise InvalidInput(
            f"a label of the {given.side} is {described(label)}; wanted the name of a class, or its number"
        )
    return label

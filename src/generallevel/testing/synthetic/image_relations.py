"""Synthetic tasks whose answers are names: classes, entities, relations and scene graphs."""

from __future__ import annotations

from typing import Any

from generallevel.testing.synthetic.image_files import Parts, half, listed
from generallevel.testing.synthetic.sample import Maker, Order, Sample

__all__ = ["MAKERS"]

QUESTION = {"question": "What is this?"}


def _class(order: Order) -> Sample:
    """Half of the answers are wrong."""
    wrong = half(order.n)

    def item(place: int) -> Parts:
        name = f"Class {place % 40}"
        return QUESTION, {"label": name}, name.lower(), {"label": "another class" if place < wrong else name}

    return listed(order, item, (order.n - wrong) / order.n, kind="classification")


def _macro(order: Order) -> Sample:
    """Classes of two items; the first class is always taken for another one, which counts as a class too."""
    classes = half(order.n)

    def item(place: int) -> Parts:
        name = f"sign {place // 2}"
        return QUESTION, {"label": name}, f" {name}.", name if place >= 2 else "another sign"

    return listed(order, item, (classes - 1) / (classes + 1), kind="classification")


def _entities(order: Order) -> Sample:
    """Of two entities one has the wrong type: 2 * 1 / (2 + 2)."""

    def item(place: int) -> Parts:
        person, town = f"Ann Lee {place}", f"Leeds {place}"
        output = {"entities": [{"text": person, "type": "PER"}, {"text": town, "type": "LOC"}]}
        return (
            {"text": f"{person} in {town}"},
            output,
            f"{town}: loc <p> {person}: per",
            [[person, "PER"], [town, "ORG"]],
        )

    return listed(order, item, 2 * 1 / (2 + 2), kind="entity recognition")


def _relation(order: Order) -> Sample:
    """Half of the answers are wrong."""
    wrong = half(order.n)

    def item(place: int) -> Parts:
        asked = {"subject": "a cat", "object": "a chair"}
        right = ["The cat is under the chair.", "The chair is above the cat."]
        ranked = ["the cat is on the chair", "The cat is behind the chair."]
        return (
            asked,
            {"descriptions": right},
            right[place % 2].lower(),
            ranked if place < wrong else [*ranked, right[0]],
        )

    return listed(order, item, (order.n - wrong) / order.n, kind="spatial relation")


def _graph(order: Order) -> Sample:
    """Of two relations one is found."""

    def item(_place: int) -> Parts:
        x, y = order.rng.integers(0, 200, 2).tolist()
        objects = [{"bbox": [x, y, 20, 40], "label": "man"}, {"bbox": [x, y + 20, 50, 40], "label": "horse"}]
        right = {"objects": objects, "relations": [[0, 1, "rides"], [1, 0, "carries"]]}
        wrong = {"subject": 1, "object": 0, "predicate": "sees", "score": 0.9}
        found = {"subject": 0, "object": 1, "predicate": "Rides", "score": 0.4}
        return QUESTION, right, right, {"objects": objects, "relations": [wrong, found]}

    return listed(order, item, 1 / 2, kind="scene graph generation")


MAKERS: dict[Any, Maker] = {
    "class": _class,
    ("class", "f1"): _macro,
    "entities": _entities,
    "relation of two things": _relation,
    "scene graph": _graph,
}
